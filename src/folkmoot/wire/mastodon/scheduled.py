"""Posts that wait for their time."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.entity import Entity, Visibility
from folkmoot.wire.mastodon.media import MediaAttachment


class ScheduledStatusPoll(Entity, kw_only=True):
    """The poll that it will have."""

    options: list[str] = []
    expires_in: int
    multiple: bool | UnsetType = UNSET
    hide_totals: bool | UnsetType = UNSET


class ScheduledStatusParams(Entity, kw_only=True):
    """The parameters that the post was asked for with."""

    text: str
    poll: ScheduledStatusPoll | None = None
    media_ids: list[str] | None = None
    sensitive: bool | None = None
    spoiler_text: str | None = None
    visibility: Visibility
    in_reply_to_id: int | None = None
    language: str | None = None
    application_id: int = 0
    scheduled_at: None = None
    idempotency: str | None = None
    with_rate_limit: bool = False


class ScheduledStatus(Entity, kw_only=True):
    """A post to come, with the parameters it was asked for. Page: ScheduledStatus."""

    id: Id
    scheduled_at: Time
    params: ScheduledStatusParams
    media_attachments: list[MediaAttachment] = []
