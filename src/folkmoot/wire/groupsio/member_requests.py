"""Calls about members: lists, and what moderators do to memberships."""

from __future__ import annotations

from typing import TypeVar

from msgspec import UNSET, UnsetType

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
from folkmoot.wire.groupsio.requests import GroupListCall, Limit
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET, POST, Request

A = TypeVar("A", covariant=True)


class PlainGroupCall(Request[A], kw_only=True):
    """Base of calls about one group that know no extended answer."""

    group_id: int | None = None
    group_name: str | None = None


class PlainGroupList(PlainGroupCall[A], kw_only=True):
    """Base of lists of that sort."""

    limit: Limit = 10
    page_token: int = 0
    sort_field: str = ""
    sort_dir: SortDir = ""


class MemberCall(PlainGroupCall[A], kw_only=True):
    """Base of calls about one membership; sub_id is the old name of member_info_id."""

    member_info_id: int | None = None
    sub_id: int | None = None


@GET("/api/v1/getmembers", aliases=("/v1/getmembers",), permission="members_visible")
class GetMembers(GroupListCall[ListEnvelope[MemberInfo]], kw_only=True):
    """Members of a group; the type "members", moderators and owners among them, where nothing is said."""

    type: GetmembersType = "members"


@GET("/api/v1/getmember", aliases=("/v1/getmember",), permission="members_visible")
class GetMember(MemberCall[MemberInfo], kw_only=True):
    """One membership."""


@GET("/api/v1/getsub", aliases=("/v1/getsub",))
class GetSub(PlainGroupCall[MemberInfo], kw_only=True):
    """The caller's own membership of a group."""


@GET("/api/v1/searchmembers", aliases=("/v1/searchmembers",), permission="members_visible")
class SearchMembers(PlainGroupList[ListEnvelope[MemberInfo]], kw_only=True):
    """Members whose name or address has q in it."""

    q: str


@GET("/api/v1/getpastmembers", aliases=("/v1/getpastmembers",), permission="view_activity")
class GetPastMembers(PlainGroupList[ListEnvelope[MemberInfo]], kw_only=True):
    """Those who were members."""


@POST(
    "/api/v1/updatemember",
    aliases=("/v1/updatemember",),
    permission="manage_member_subscription_options",
)
class UpdateMember(PlainGroupCall[MemberInfo], kw_only=True):
    """Change a membership; what is not said stays. mod_permissions are divided by commas."""

    member_info_id: int
    csrf: str = ""
    mod_status: SubModstatus | UnsetType = UNSET
    mod_permissions: str | UnsetType = UNSET
    post_status: SubPoststatus | UnsetType = UNSET
    email_delivery: EmailDelivery | UnsetType = UNSET
    message_selection: MessageSelection | UnsetType = UNSET
    max_attachment_size: MaxAttachmentSize | UnsetType = UNSET
    auto_follow_replies: bool | UnsetType = UNSET
    full_name: str | UnsetType = UNSET


@POST("/api/v1/approvemember", aliases=("/v1/approvemember",), permission="manage_pending_members")
class ApproveMember(MemberCall[MemberInfo], kw_only=True):
    """Let an applicant in."""

    csrf: str = ""


@POST("/api/v1/banmember", aliases=("/v1/banmember",), permission="ban_members")
class BanMember(MemberCall[MemberInfo], kw_only=True):
    """Put somebody out who may not come back."""

    csrf: str = ""


@POST("/api/v1/unbanmember", aliases=("/v1/unbanmember",), permission="ban_members")
class UnbanMember(PlainGroupCall[MemberInfo], kw_only=True):
    """Let somebody come back."""

    member_info_id: int
    csrf: str = ""


@POST("/api/v1/removemember", aliases=("/v1/removemember",), permission="remove_members")
class RemoveMember(MemberCall[MemberInfo], kw_only=True):
    """Put one member out; an applicant is turned down."""

    csrf: str = ""


@POST("/api/v1/bulkremovemembers", aliases=("/v1/bulkremovemembers",), permission="remove_members")
class BulkRemoveMembers(PlainGroupCall[BulkRemoveResults], kw_only=True):
    """Put members out by their addresses, one a line."""

    emails: str
    csrf: str = ""


@POST("/api/v1/directadd", aliases=("/v1/directadd",), permission="invite_members")
class DirectAdd(PlainGroupCall[DirectAddResults], kw_only=True):
    """Make addresses members, one a line, of the group and of the subgroups named with commas."""

    emails: str
    subgroupids: str = ""
    subgroupnames: str = ""
    csrf: str = ""


@POST("/api/v1/invite", aliases=("/v1/invite",), permission="invite_members")
class Invite(PlainGroupCall[InviteResults], kw_only=True):
    """Invite addresses, one a line."""

    emails: str
    csrf: str = ""


@POST(
    "/api/v1/sendbounceprobe",
    aliases=("/v1/sendbounceprobe",),
    permission="manage_member_subscription_options",
)
class SendBounceProbe(MemberCall[MemberInfo], kw_only=True):
    """Ask an address from which mail came back whether it lives."""

    csrf: str = ""


@POST(
    "/api/v1/sendconfirmation",
    aliases=("/v1/sendconfirmation",),
    permission="manage_member_subscription_options",
)
class SendConfirmation(MemberCall[MemberInfo], kw_only=True):
    """Ask an address once more to confirm."""

    csrf: str = ""
