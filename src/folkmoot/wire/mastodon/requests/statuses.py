"""Writing, editing, deleting and reading posts."""

from __future__ import annotations

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.card import PreviewCard
from folkmoot.wire.mastodon.status import Context, Status, StatusEdit, StatusSource
from folkmoot.wire.mastodon.translation import Translation
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request, Upload


class PollAttributes(msgspec.Struct, kw_only=True):
    """A poll to ask: answers, seconds to run, several choices or one, results hidden until the end."""

    options: list[str] = []
    expires_in: int = 0
    multiple: bool = False
    hide_totals: bool = False


class MediaAttributes(msgspec.Struct, kw_only=True):
    """A change of a file while its post is edited; what is None stays."""

    id: Id
    description: str | None = None
    focus: str | None = None
    thumbnail: Upload | None = None


@POST("/api/v1/statuses", auth="user", scope="write:statuses")
class PostStatus(Request[Status], kw_only=True):
    """Post. With a scheduled_at ahead the answer is a ScheduledStatus instead. Page: methods/statuses#create.

    Typed clients get a Status all the same, in which of a ScheduledStatus the id alone is.
    None means the caller's own default (visibility, sensitive, language, quote_approval_policy) or nothing.
    The idempotency key travels in the header of that name.
    """

    status: str = ""
    media_ids: list[Id] = []
    poll: PollAttributes | None = None
    in_reply_to_id: Id | None = None
    sensitive: bool | None = None
    spoiler_text: str = ""
    visibility: str | None = None
    language: str | None = None
    scheduled_at: str | None = None
    quoted_status_id: Id | None = None
    quote_approval_policy: str | None = None
    allowed_mentions: list[Id] | None = None
    idempotency_key: str = msgspec.field(default="", name="Idempotency-Key")


@GET("/api/v1/statuses/{id}", auth="optional", scope="read:statuses")
class GetStatus(Request[Status], kw_only=True):
    """One post. Page: methods/statuses#get."""

    id: Id


@GET("/api/v1/statuses", auth="optional", scope="read:statuses")
class GetStatuses(Request[list[Status]], kw_only=True):
    """Several posts, 20 at most. Page: methods/statuses#index."""

    id: list[Id] = []


@DELETE("/api/v1/statuses/{id}", auth="user", scope="write:statuses")
class DeleteStatus(Request[Status], kw_only=True):
    """Delete one's post; the answer holds its raw text. Page: methods/statuses#delete."""

    id: Id
    delete_media: bool = False


@PUT("/api/v1/statuses/{id}", auth="user", scope="write:statuses")
class EditStatus(Request[Status], kw_only=True):
    """Replace one's post as a whole: what is not said is cleared, media and poll too.

    Only language, sensitive and quote_approval_policy keep their value when None.
    Page: methods/statuses#edit.
    """

    id: Id
    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[Id] = []
    media_attributes: list[MediaAttributes] = []
    poll: PollAttributes | None = None
    quote_approval_policy: str | None = None


@GET("/api/v1/statuses/{id}/context", auth="optional", scope="read:statuses")
class GetContext(Request[Context], kw_only=True):
    """What a post answers and what answers it. Page: methods/statuses#context."""

    id: Id


@GET("/api/v1/statuses/{id}/history", auth="optional", scope="read:statuses")
class GetHistory(Request[list[StatusEdit]], kw_only=True):
    """All versions of a post, oldest first, the present one last. Page: methods/statuses#history."""

    id: Id


@GET("/api/v1/statuses/{id}/source", auth="app", scope="read:statuses")
class GetSource(Request[StatusSource], kw_only=True):
    """The raw text of a post. Page: methods/statuses#source."""

    id: Id


@GET("/api/v1/statuses/{id}/card", auth="optional", scope="read:statuses")
class GetCard(Request[PreviewCard], kw_only=True):
    """The preview of the page that a post links to; removed in 3.0, still asked for. Page: methods/statuses#card."""

    id: Id


@POST("/api/v1/statuses/{id}/translate", auth="app", scope="read:statuses")
class TranslateStatus(Request[Translation], kw_only=True):
    """A post in another language. Page: methods/statuses#translate."""

    id: Id
    lang: str | None = None
