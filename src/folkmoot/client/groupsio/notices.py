"""Methods about notices, made from groupsio/group_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import group_requests as api

if TYPE_CHECKING:
    from msgspec import UnsetType

    from folkmoot.wire.groupsio.enums import SortDir
    from folkmoot.wire.groupsio.group import Group, GroupAlias
    from folkmoot.wire.groupsio.member import MemberNotice
    from folkmoot.wire.groupsio.result import ListEnvelope


class NoticesCalls(Service):
    """Notices to members, and a group's other names."""

    def get_group_aliases(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
    ) -> ListEnvelope[GroupAlias]:
        """A group's other names.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getgroupaliases`, for those with the permission manage_group_settings.
        """
        return self._send(
            api.GetGroupAliases(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
            )
        )

    def new_group_alias(
        self, alias_name: str, *, group_id: int | None = None, group_name: str | None = None
    ) -> Group:
        """Give a group another name.

        `POST /api/v1/newgroupalias`, for those with the permission manage_group_settings.
        """
        return self._send(api.NewGroupAlias(alias_name=alias_name, group_id=group_id, group_name=group_name))

    def delete_group_alias(
        self, *, alias_group_id: int | None = None, alias_group_name: str | None = None
    ) -> Group:
        """Take another name away, told by its own id or by itself.

        `POST /api/v1/deletegroupalias`, for those with the permission manage_group_settings.
        """
        return self._send(
            api.DeleteGroupAlias(alias_group_id=alias_group_id, alias_group_name=alias_group_name)
        )

    def new_member_notice(
        self,
        name: str,
        type: str,
        subject: str,
        message: str,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        guidelines_subject: str = "",
        is_default: bool = False,
        send_on_join: bool = False,
        send_monthly: bool = False,
        send_monthly_special: bool = False,
        private: bool = False,
    ) -> MemberNotice:
        """Write a text that is sent on an event of a membership; the message is HTML.

        `POST /api/v1/newmembernotice`, for those with the permission manage_group_settings.
        """
        return self._send(
            api.NewMemberNotice(
                name=name,
                type=type,
                subject=subject,
                message=message,
                group_id=group_id,
                group_name=group_name,
                guidelines_subject=guidelines_subject,
                is_default=is_default,
                send_on_join=send_on_join,
                send_monthly=send_monthly,
                send_monthly_special=send_monthly_special,
                private=private,
            )
        )

    def update_member_notice(
        self,
        member_notice_id: int,
        *,
        name: str | UnsetType = UNSET,
        type: str | UnsetType = UNSET,
        subject: str | UnsetType = UNSET,
        message: str | UnsetType = UNSET,
        guidelines_subject: str | UnsetType = UNSET,
        is_default: bool | UnsetType = UNSET,
        send_on_join: bool | UnsetType = UNSET,
        send_monthly: bool | UnsetType = UNSET,
        send_monthly_special: bool | UnsetType = UNSET,
        private: bool | UnsetType = UNSET,
    ) -> MemberNotice:
        """Change such a text; what is not said stays.

        `POST /api/v1/updatemembernotice`, for those with the permission manage_group_settings.
        """
        return self._send(
            api.UpdateMemberNotice(
                member_notice_id=member_notice_id,
                name=name,
                type=type,
                subject=subject,
                message=message,
                guidelines_subject=guidelines_subject,
                is_default=is_default,
                send_on_join=send_on_join,
                send_monthly=send_monthly,
                send_monthly_special=send_monthly_special,
                private=private,
            )
        )

    def delete_member_notice(self, member_notice_id: int) -> None:
        """Throw such a text away; the answer is empty.

        `POST /api/v1/deletemembernotice`, for those with the permission manage_group_settings.
        """
        self._send(api.DeleteMemberNotice(member_notice_id=member_notice_id))

    def get_member_notices(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        type: str = "",
    ) -> ListEnvelope[MemberNotice]:
        """A group's texts, of one type or all.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getmembernotices`, for those with the permission manage_group_settings.
        """
        return self._send(
            api.GetMemberNotices(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                type=type,
            )
        )
