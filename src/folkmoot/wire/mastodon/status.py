"""Posts, what they quote and what surrounds them."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.card import PreviewCard
from folkmoot.wire.mastodon.collection import Collection
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.entity import Audience, Entity, QuoteState, Visibility
from folkmoot.wire.mastodon.filters import FilterResult
from folkmoot.wire.mastodon.media import MediaAttachment
from folkmoot.wire.mastodon.poll import Poll


class StatusMention(Entity, kw_only=True):
    """An account named in the text. Page: Status."""

    id: Id
    username: str
    url: str
    acct: str


class StatusTag(Entity, kw_only=True):
    """A hashtag in the text, name in normal form without #. Page: Status."""

    name: str
    url: str


class QuoteApproval(Entity, kw_only=True):
    """Who may quote a post without, or after, being asked. Page: QuoteApproval."""

    automatic: list[Audience] = []
    manual: list[Audience] = []
    current_user: Literal["automatic", "manual", "denied", "unknown"] = "denied"


class ShallowQuote(Entity, kw_only=True):
    """A quote that gives only the id of the quoted post, used below the first level. Page: ShallowQuote."""

    state: QuoteState
    quoted_status_id: Id | None = None


class Quote(Entity, kw_only=True):
    """A quoted post. Below the first level quoted_status_id stands in place of the post: see ShallowQuote.

    Page: Quote.
    """

    state: QuoteState
    quoted_status: Status | UnsetType | None = UNSET
    quoted_status_id: Id | UnsetType | None = UNSET


class StatusApplication(Entity, kw_only=True):
    """The application that posted."""

    name: str
    website: str | None = None


class Status(Entity, kw_only=True):
    """A post. The keys from favourited to filtered exist only for a caller who is a person.

    Page: Status.
    """

    id: Id
    uri: str
    created_at: Time
    account: Account
    content: str
    visibility: Visibility
    sensitive: bool
    spoiler_text: str
    media_attachments: list[MediaAttachment] = []
    application: StatusApplication | UnsetType = UNSET
    mentions: list[StatusMention] = []
    tags: list[StatusTag] = []
    emojis: list[CustomEmoji] = []
    reblogs_count: int
    favourites_count: int
    quotes_count: int = 0
    replies_count: int
    url: str | None = None
    in_reply_to_id: Id | None = None
    in_reply_to_account_id: Id | None = None
    reblog: Status | None = None
    poll: Poll | None = None
    card: PreviewCard | None = None
    language: str | None = None
    text: str | None = None
    edited_at: Time | None = None
    quote: Quote | None = None
    quote_approval: QuoteApproval = msgspec.field(default_factory=QuoteApproval)
    favourited: bool | UnsetType = UNSET
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    filtered: list[FilterResult] | UnsetType = UNSET
    tagged_collections: list[Collection] = []


class Context(Entity, kw_only=True):
    """What a post answers, oldest first, and what answers it, in the order of the thread. Page: Context."""

    ancestors: list[Status] = []
    descendants: list[Status] = []


class StatusEditPollOption(Entity, kw_only=True):
    """One answer."""

    title: str = ""


class StatusEditPoll(Entity, kw_only=True):
    """The answers of the poll at that time."""

    options: list[StatusEditPollOption] = []


class StatusEdit(Entity, kw_only=True):
    """A post as it stood after one of its edits. Page: StatusEdit."""

    content: str = ""
    spoiler_text: str = ""
    sensitive: bool = False
    created_at: Time
    account: Account
    poll: StatusEditPoll | UnsetType = UNSET
    media_attachments: list[MediaAttachment] = []
    emojis: list[CustomEmoji] = []
    quote: Quote | UnsetType | None = UNSET


class StatusSource(Entity, kw_only=True):
    """The raw text of a post, for editing. Page: StatusSource."""

    id: Id
    text: str = ""
    spoiler_text: str = ""
