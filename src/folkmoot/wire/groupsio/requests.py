"""The endpoints of the Groups.io API, all of which are served under /v1/ as well."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from folkmoot.wire.groupsio.archive import (
    Message,
    MessageListEnvelope,
    SearchListEnvelope,
    Topic,
)
from folkmoot.wire.groupsio.draft import Draft
from folkmoot.wire.groupsio.enums import (
    DraftType,
    EmailDelivery,
    GroupPrivacy,
    MaxAttachmentSize,
    MessageSelection,
    SearchPresetDateRange,
    SortDir,
)
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.perms import Perms
from folkmoot.wire.groupsio.result import ListEnvelope, Success
from folkmoot.wire.groupsio.user import Login, User
from folkmoot.wire.request import GET, POST, Request

A = TypeVar("A", covariant=True)

Limit = Annotated[int, msgspec.Meta(extra={"floor": 1, "cap": 100})]
"""Page size, brought into 1 to 100, never refused."""


class Call(Request[A], kw_only=True):
    """Base of calls that can tell the caller's account too: with extended the answer is [answer, user]."""

    extended: bool = False


class ListCall(Call[A], kw_only=True):
    """Base of lists: page_token 0 is the first page, the others come from next_page_token."""

    limit: Limit = 10
    page_token: int = 0
    sort_field: str = ""
    sort_dir: SortDir = ""


class GroupCall(Call[A], kw_only=True):
    """Base of calls about one group, named by id or by name."""

    group_id: int | None = None
    group_name: str | None = None


class GroupListCall(ListCall[A], kw_only=True):
    """Base of lists about one group, named by id or by name."""

    group_id: int | None = None
    group_name: str | None = None


@POST("/api/v1/login", aliases=("/v1/login",), auth="none")
class LogIn(Request[Login], kw_only=True):
    """Log in; cookies by default, with token=true also a token for HTTP Basic.

    twofactor is the code of the second factor, which some clients send as 2fa.
    """

    email: str
    password: str
    twofactor: str | None = None
    two_fa: str | None = msgspec.field(default=None, name="2fa")
    token: bool = False


@GET("/api/v1/logout", aliases=("/v1/logout",), auth="none")
class LogOut(Request[None], kw_only=True):
    """Clear the cookies; the answer is empty."""


@GET("/api/v1/getuser", aliases=("/v1/getuser",))
class GetUser(Request[User], kw_only=True):
    """The caller's account, with the csrf token that writes by cookie need."""


@GET("/api/v1/getsubs", aliases=("/v1/getsubs",))
class GetSubs(ListCall[ListEnvelope[MemberInfo]], kw_only=True):
    """The caller's memberships."""


@GET("/api/v1/getgroup", aliases=("/v1/getgroup",), auth="optional")
class GetGroup(GroupCall[Group], kw_only=True):
    """A group and its settings; one that the caller is not in must be asked for by name, and tells less."""


@GET("/api/v1/getperms", aliases=("/v1/getperms",), auth="optional")
class GetPerms(GroupCall[Perms], kw_only=True):
    """What the caller may do in a group, member or not."""


@POST("/api/v1/creategroup", aliases=("/v1/creategroup",))
class CreateGroup(Call[Group], kw_only=True):
    """Found a group; the caller becomes its owner, with these delivery settings."""

    group_name: str
    desc: str
    privacy: GroupPrivacy
    csrf: str = ""
    email_delivery: EmailDelivery | None = None
    message_selection: MessageSelection | None = None
    auto_follow_replies: bool = False
    max_attachment_size: MaxAttachmentSize | None = None


@GET("/api/v1/gettopics", aliases=("/v1/gettopics",), auth="optional", permission="archives_visible")
class GetTopics(GroupListCall[ListEnvelope[Topic]], kw_only=True):
    """The topics of a group; without sort_field sticky ones first, then by latest message.

    groupid is a spelling of group_id that the reference itself uses.
    """

    groupid: int | None = None


@GET("/api/v1/gettopic", aliases=("/v1/gettopic",), auth="optional", permission="archives_visible")
class GetTopic(ListCall[MessageListEnvelope], kw_only=True):
    """The messages of a topic."""

    topic_id: int


@GET("/api/v1/getmessages", aliases=("/v1/getmessages",), auth="optional", permission="archives_visible")
class GetMessages(GroupListCall[MessageListEnvelope], kw_only=True):
    """The messages of a group; with topic_id, which some clients send, those of one of its topics."""

    topic_id: int | None = None


@GET("/api/v1/getmessage", aliases=("/v1/getmessage",), auth="optional", permission="archives_visible")
class GetMessage(Request[Message], kw_only=True):
    """One message, by its number within the group."""

    group_id: int | None = None
    group_name: str | None = None
    msg_num: int


@GET(
    "/api/v1/searcharchives", aliases=("/v1/searcharchives",), auth="optional", permission="archives_visible"
)
class SearchArchives(GroupListCall[SearchListEnvelope], kw_only=True):
    """Messages that fit q, which may hold #tag and posterid:ID; dates are in the caller's time zone."""

    q: str = ""
    collapse_topics: bool = False
    exclude_sigs: bool = False
    start_date: str | None = None
    end_date: str | None = None
    preset_date_range: SearchPresetDateRange | None = None


@GET("/api/v1/getdrafts", aliases=("/v1/getdrafts",))
class GetDrafts(GroupListCall[ListEnvelope[Draft]], kw_only=True):
    """The caller's drafts, in one group or in all."""


@POST("/api/v1/newdraft", aliases=("/v1/newdraft",), permission="can_post")
class NewDraft(GroupCall[Draft], kw_only=True):
    """Start a draft: message_id for a reply, dm_member_id or member_id for a message to one member."""

    draft_type: DraftType
    csrf: str = ""
    message_id: int | None = None
    dm_member_id: int | None = None
    member_id: int | None = None


@POST("/api/v1/updatedraft", aliases=("/v1/updatedraft",))
class UpdateDraft(Call[Draft], kw_only=True):
    """Change one's draft; what is not said stays. The body is HTML."""

    draft_id: int
    csrf: str = ""
    subject: str | msgspec.UnsetType = msgspec.UNSET
    body: str | msgspec.UnsetType = msgspec.UNSET
    is_special: bool | msgspec.UnsetType = msgspec.UNSET
    is_private: bool | msgspec.UnsetType = msgspec.UNSET
    bcc_me: bool | msgspec.UnsetType = msgspec.UNSET
    bcc_all: bool | msgspec.UnsetType = msgspec.UNSET


@POST("/api/v1/postdraft", aliases=("/v1/postdraft",), permission="can_post")
class PostDraft(Call[Success], kw_only=True):
    """Post one's draft; extra is "pending post" when it waits for a moderator.

    reply (a word of PostdraftReply) chooses who gets a reply; it is taken as text, since the contract refuses other
    words last. from_owner sends a new message from the address of the owners.
    """

    draft_id: int
    csrf: str = ""
    reply: str | None = None
    from_owner: bool = False


@POST("/api/v1/deletedraft", aliases=("/v1/deletedraft",))
class DeleteDraft(Call[None], kw_only=True):
    """Throw one's draft away; the answer is empty."""

    draft_id: int
    csrf: str = ""
