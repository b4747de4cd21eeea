"""Methods about group, made from groupsio/group_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import group_requests as api

if TYPE_CHECKING:
    from folkmoot.wire.groupsio.archive import PendingMessage
    from folkmoot.wire.groupsio.enums import (
        EmailDelivery,
        MaxAttachmentSize,
        MessageSelection,
        SortDir,
        SubGroupPrivacy,
    )
    from folkmoot.wire.groupsio.feed import ActivityLog
    from folkmoot.wire.groupsio.group import Group
    from folkmoot.wire.groupsio.result import ListEnvelope


class GroupCalls(Service):
    """Calls about groups: settings, subgroups, other names, notices to members, and the log."""

    def create_subgroup(
        self,
        sub_group_name: str,
        desc: str,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        privacy: SubGroupPrivacy = "sub_group_privacy_none",
        email_delivery: EmailDelivery | None = None,
        message_selection: MessageSelection | None = None,
        auto_follow_replies: bool = False,
        max_attachment_size: MaxAttachmentSize | None = None,
    ) -> Group:
        """Found a group below the named one; it is called Parent+Sub, and the caller becomes its owner.

        `POST /api/v1/createsubgroup`, for those with the permission manage_subgroups.
        """
        return self._send(
            api.CreateSubgroup(
                sub_group_name=sub_group_name,
                desc=desc,
                group_id=group_id,
                group_name=group_name,
                privacy=privacy,
                email_delivery=email_delivery,
                message_selection=message_selection,
                auto_follow_replies=auto_follow_replies,
                max_attachment_size=max_attachment_size,
            )
        )

    def get_subgroups(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
    ) -> ListEnvelope[Group]:
        """The groups below a group.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getsubgroups`, for those with the permission manage_group_settings.
        """
        return self._send(
            api.GetSubgroups(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
            )
        )

    def delete_group(
        self, understand: str, *, group_id: int | None = None, group_name: str | None = None, reason: str = ""
    ) -> None:
        """End a group and its subgroups, for good; understand must be the words "I understand".

        `POST /api/v1/deletegroup`, for those with the permission delete_group.
        """
        self._send(
            api.DeleteGroup(understand=understand, group_id=group_id, group_name=group_name, reason=reason)
        )

    def get_activity_log(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        filter_by: str = "",
        restrict_date: str = "",
        start_date: str = "",
        end_date: str = "",
        action: str = "",
        member_info_id: int | None = None,
        past_member_info_id: int | None = None,
    ) -> ListEnvelope[ActivityLog]:
        """What was done in a group. The narrowing words are taken as text, since others are a bad_request each.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getactivitylog`, for those with the permission view_activity.
        """
        return self._send(
            api.GetActivityLog(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                filter_by=filter_by,
                restrict_date=restrict_date,
                start_date=start_date,
                end_date=end_date,
                action=action,
                member_info_id=member_info_id,
                past_member_info_id=past_member_info_id,
            )
        )

    def get_pending_messages(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
    ) -> ListEnvelope[PendingMessage]:
        """Messages that wait for a moderator, oldest first.

        `GET /api/v1/getpendingmessages`, for those with the permission manage_pending_messages.
        """
        return self._send(
            api.GetPendingMessages(
                group_id=group_id,
                group_name=group_name,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
            )
        )
