"""Methods about member, made from groupsio/member_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import member_requests as api

if TYPE_CHECKING:
    from msgspec import UnsetType

    from folkmoot.wire.groupsio.enums import (
        EmailDelivery,
        MaxAttachmentSize,
        MessageSelection,
        SortDir,
        SubModstatus,
        SubPoststatus,
    )
    from folkmoot.wire.groupsio.member import BulkRemoveResults, DirectAddResults, InviteResults, MemberInfo
    from folkmoot.wire.groupsio.request_enums import GetmembersType
    from folkmoot.wire.groupsio.result import ListEnvelope


class MemberCalls(Service):
    """Calls about members: lists, and what moderators do to memberships."""

    def get_members(
        self,
        *,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
        group_id: int | None = None,
        group_name: str | None = None,
        type: GetmembersType = "members",
    ) -> ListEnvelope[MemberInfo]:
        """Members of a group; the type "members", moderators and owners among them, where nothing is said.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getmembers`, for those with the permission members_visible.
        """
        return self._send(
            api.GetMembers(
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
                group_id=group_id,
                group_name=group_name,
                type=type,
            )
        )

    def get_member(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        member_info_id: int | None = None,
        sub_id: int | None = None,
    ) -> MemberInfo:
        """One membership.

        `GET /api/v1/getmember`, for those with the permission members_visible.
        """
        return self._send(
            api.GetMember(
                group_id=group_id, group_name=group_name, member_info_id=member_info_id, sub_id=sub_id
            )
        )

    def get_sub(self, *, group_id: int | None = None, group_name: str | None = None) -> MemberInfo:
        """The caller's own membership of a group.

        `GET /api/v1/getsub`.
        """
        return self._send(api.GetSub(group_id=group_id, group_name=group_name))

    def search_members(
        self,
        q: str,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
    ) -> ListEnvelope[MemberInfo]:
        """Members whose name or address has q in it.

        `GET /api/v1/searchmembers`, for those with the permission members_visible.
        """
        return self._send(
            api.SearchMembers(
                q=q,
                group_id=group_id,
                group_name=group_name,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
            )
        )

    def get_past_members(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        limit: int = 10,
        page_token: int = 0,
        sort_field: str = "",
        sort_dir: SortDir = "",
    ) -> ListEnvelope[MemberInfo]:
        """Those who were members.

        `GET /api/v1/getpastmembers`, for those with the permission view_activity.
        """
        return self._send(
            api.GetPastMembers(
                group_id=group_id,
                group_name=group_name,
                limit=limit,
                page_token=page_token,
                sort_field=sort_field,
                sort_dir=sort_dir,
            )
        )

    def update_member(
        self,
        member_info_id: int,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        mod_status: SubModstatus | UnsetType = UNSET,
        mod_permissions: str | UnsetType = UNSET,
        post_status: SubPoststatus | UnsetType = UNSET,
        email_delivery: EmailDelivery | UnsetType = UNSET,
        message_selection: MessageSelection | UnsetType = UNSET,
        max_attachment_size: MaxAttachmentSize | UnsetType = UNSET,
        auto_follow_replies: bool | UnsetType = UNSET,
        full_name: str | UnsetType = UNSET,
    ) -> MemberInfo:
        """Change a membership; what is not said stays. mod_permissions are divided by commas.

        `POST /api/v1/updatemember`, for those with the permission manage_member_subscription_options.
        """
        return self._send(
            api.UpdateMember(
                member_info_id=member_info_id,
                group_id=group_id,
                group_name=group_name,
                mod_status=mod_status,
                mod_permissions=mod_permissions,
                post_status=post_status,
                email_delivery=email_delivery,
                message_selection=message_selection,
                max_attachment_size=max_attachment_size,
                auto_follow_replies=auto_follow_replies,
                full_name=full_name,
            )
        )

    def approve_member(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        member_info_id: int | None = None,
        sub_id: int | None = None,
    ) -> MemberInfo:
        """Let an applicant in.

        `POST /api/v1/approvemember`, for those with the permission manage_pending_members.
        """
        return self._send(
            api.ApproveMember(
                group_id=group_id, group_name=group_name, member_info_id=member_info_id, sub_id=sub_id
            )
        )

    def ban_member(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        member_info_id: int | None = None,
        sub_id: int | None = None,
    ) -> MemberInfo:
        """Put somebody out who may not come back.

        `POST /api/v1/banmember`, for those with the permission ban_members.
        """
        return self._send(
            api.BanMember(
                group_id=group_id, group_name=group_name, member_info_id=member_info_id, sub_id=sub_id
            )
        )

    def unban_member(
        self, member_info_id: int, *, group_id: int | None = None, group_name: str | None = None
    ) -> MemberInfo:
        """Let somebody come back.

        `POST /api/v1/unbanmember`, for those with the permission ban_members.
        """
        return self._send(
            api.UnbanMember(member_info_id=member_info_id, group_id=group_id, group_name=group_name)
        )

    def remove_member(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        member_info_id: int | None = None,
        sub_id: int | None = None,
    ) -> MemberInfo:
        """Put one member out; an applicant is turned down.

        `POST /api/v1/removemember`, for those with the permission remove_members.
        """
        return self._send(
            api.RemoveMember(
                group_id=group_id, group_name=group_name, member_info_id=member_info_id, sub_id=sub_id
            )
        )

    def bulk_remove_members(
        self, emails: str, *, group_id: int | None = None, group_name: str | None = None
    ) -> BulkRemoveResults:
        """Put members out by their addresses, one a line.

        `POST /api/v1/bulkremovemembers`, for those with the permission remove_members.
        """
        return self._send(api.BulkRemoveMembers(emails=emails, group_id=group_id, group_name=group_name))

    def direct_add(
        self,
        emails: str,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        subgroupids: str = "",
        subgroupnames: str = "",
    ) -> DirectAddResults:
        """Make addresses members, one a line, of the group and of the subgroups named with commas.

        `POST /api/v1/directadd`, for those with the permission invite_members.
        """
        return self._send(
            api.DirectAdd(
                emails=emails,
                group_id=group_id,
                group_name=group_name,
                subgroupids=subgroupids,
                subgroupnames=subgroupnames,
            )
        )

    def invite(
        self, emails: str, *, group_id: int | None = None, group_name: str | None = None
    ) -> InviteResults:
        """Invite addresses, one a line.

        `POST /api/v1/invite`, for those with the permission invite_members.
        """
        return self._send(api.Invite(emails=emails, group_id=group_id, group_name=group_name))

    def send_bounce_probe(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        member_info_id: int | None = None,
        sub_id: int | None = None,
    ) -> MemberInfo:
        """Ask an address from which mail came back whether it lives.

        `POST /api/v1/sendbounceprobe`, for those with the permission manage_member_subscription_options.
        """
        return self._send(
            api.SendBounceProbe(
                group_id=group_id, group_name=group_name, member_info_id=member_info_id, sub_id=sub_id
            )
        )

    def send_confirmation(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        member_info_id: int | None = None,
        sub_id: int | None = None,
    ) -> MemberInfo:
        """Ask an address once more to confirm.

        `POST /api/v1/sendconfirmation`, for those with the permission manage_member_subscription_options.
        """
        return self._send(
            api.SendConfirmation(
                group_id=group_id, group_name=group_name, member_info_id=member_info_id, sub_id=sub_id
            )
        )
