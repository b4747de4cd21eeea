"""Entities: statuses, media, polls, conversations, search results. A field that was not sent is None."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList

if TYPE_CHECKING:
    from folkmoot.client.mastodon.entities.people import Account
    from folkmoot.client.mastodon.entities.sorting import Collection, FilterResult, Tag
    from folkmoot.client.mastodon.ids import IdType, MaybeSnowflakeIdType


class Status(AttribAccessDict):
    """Status: https://docs.joinmastodon.org/entities/Status/"""

    id: MaybeSnowflakeIdType
    uri: str
    url: str | None
    account: Account
    in_reply_to_id: MaybeSnowflakeIdType | None
    in_reply_to_account_id: MaybeSnowflakeIdType | None
    reblog: Status | None
    content: str
    created_at: datetime
    reblogs_count: int
    favourites_count: int
    reblogged: bool | None
    favourited: bool | None
    sensitive: bool
    spoiler_text: str
    visibility: str
    mentions: NonPaginatableList[StatusMention]
    media_attachments: NonPaginatableList[MediaAttachment]
    emojis: NonPaginatableList[CustomEmoji]
    tags: NonPaginatableList[Tag]
    bookmarked: bool | None
    application: Application | None
    language: str | None
    muted: bool | None
    pinned: bool | None
    replies_count: int
    card: PreviewCard | None
    poll: Poll | None
    edited_at: datetime | None
    filtered: NonPaginatableList[FilterResult] | None
    quote: Quote | ShallowQuote | None
    quotes_count: int
    tagged_collections: NonPaginatableList[Collection]
    quote_approval: QuoteApproval | None


class Quote(AttribAccessDict):
    """Quote: https://docs.joinmastodon.org/entities/Quote/"""

    state: str
    quoted_status: Status | None


class ShallowQuote(AttribAccessDict):
    """Shallow Quote: https://docs.joinmastodon.org/entities/ShallowQuote/"""

    quoted_status_id: MaybeSnowflakeIdType | None
    state: str


class QuoteApproval(AttribAccessDict):
    """Quote Approval: https://docs.joinmastodon.org/entities/QuoteApproval/"""

    automatic: NonPaginatableList[str]
    manual: NonPaginatableList[str]
    current_user: str


class StatusEdit(AttribAccessDict):
    """Status Edit: https://docs.joinmastodon.org/entities/StatusEdit/"""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: datetime
    account: Account
    media_attachments: NonPaginatableList[MediaAttachment]
    emojis: NonPaginatableList[CustomEmoji]
    poll: Poll | None


class StatusMention(AttribAccessDict):
    """Status Mention: https://docs.joinmastodon.org/entities/Mention/"""

    url: str
    username: str
    acct: str
    id: IdType


class StatusSource(AttribAccessDict):
    """Status Source: https://docs.joinmastodon.org/entities/StatusSource"""

    id: IdType
    text: str
    spoiler_text: str


class ScheduledStatus(AttribAccessDict):
    """Scheduled Status: https://docs.joinmastodon.org/entities/ScheduledStatus/"""

    id: IdType
    scheduled_at: datetime
    params: ScheduledStatusParams
    media_attachments: NonPaginatableList[Any]


class ScheduledStatusParams(AttribAccessDict):
    """Scheduled Status Params: https://docs.joinmastodon.org/entities/ScheduledStatus/"""

    text: str
    in_reply_to_id: MaybeSnowflakeIdType | None
    media_ids: NonPaginatableList[str] | None
    sensitive: bool | None
    visibility: str | None
    idempotency: str | None
    scheduled_at: datetime | None
    spoiler_text: str | None
    application_id: IdType
    poll: Poll | None
    language: str | None
    allowed_mentions: NonPaginatableList[str] | None
    with_rate_limit: bool
    quoted_status_id: MaybeSnowflakeIdType | None
    quote_approval_policy: str | None


class Poll(AttribAccessDict):
    """Poll: https://docs.joinmastodon.org/entities/Poll/"""

    id: IdType
    expires_at: datetime | None
    expired: bool
    multiple: bool
    votes_count: int
    voted: bool
    options: NonPaginatableList[PollOption]
    emojis: NonPaginatableList[CustomEmoji]
    own_votes: NonPaginatableList[int]
    voters_count: int | None


class PollOption(AttribAccessDict):
    """Poll Option: https://docs.joinmastodon.org/entities/Poll/"""

    title: str
    votes_count: int | None


class Conversation(AttribAccessDict):
    """Conversation: https://docs.joinmastodon.org/entities/Conversation/"""

    id: IdType
    unread: bool
    accounts: NonPaginatableList[Account]
    last_status: Status | None


class Context(AttribAccessDict):
    """Context: https://docs.joinmastodon.org/entities/Context/"""

    ancestors: NonPaginatableList[Status]
    descendants: NonPaginatableList[Status]


class Translation(AttribAccessDict):
    """Translation: https://docs.joinmastodon.org/entities/Translation"""

    content: str
    detected_source_language: str
    provider: str


class CustomEmoji(AttribAccessDict):
    """Custom Emoji: https://docs.joinmastodon.org/entities/CustomEmoji/"""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None


class Application(AttribAccessDict):
    """Application: https://docs.joinmastodon.org/entities/Application/"""

    id: IdType
    name: str
    website: str | None
    vapid_key: str
    redirect_uri: str
    redirect_uris: NonPaginatableList[str]
    scopes: NonPaginatableList[str]


class MediaAttachment(AttribAccessDict):
    """Media Attachment: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    id: MaybeSnowflakeIdType
    type: str
    url: str | None
    remote_url: str | None
    preview_url: str | None
    text_url: str | None
    meta: MediaAttachmentMetadataContainer
    blurhash: str
    description: str | None
    preview_remote_url: str | None


class MediaAttachmentMetadataContainer(AttribAccessDict):
    """Media Attachment Metadata Container: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    original: MediaAttachmentImageMetadata | MediaAttachmentVideoMetadata | MediaAttachmentAudioMetadata
    small: MediaAttachmentImageMetadata
    colors: MediaAttachmentColors | None
    focus: MediaAttachmentFocusPoint | None


class MediaAttachmentImageMetadata(AttribAccessDict):
    """Media Attachment Image Metadata: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    width: int
    height: int
    aspect: float
    size: str


class MediaAttachmentVideoMetadata(AttribAccessDict):
    """Media Attachment Video Metadata: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    width: int
    height: int
    frame_rate: str
    duration: float
    bitrate: int


class MediaAttachmentAudioMetadata(AttribAccessDict):
    """Media Attachment Audio Metadata: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    duration: float
    bitrate: int


class MediaAttachmentFocusPoint(AttribAccessDict):
    """Media Attachment Focus Point: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    x: float
    y: float


class MediaAttachmentColors(AttribAccessDict):
    """Media Attachment Colors: https://docs.joinmastodon.org/entities/MediaAttachment/"""

    foreground: str
    background: str
    accent: str


class PreviewCard(AttribAccessDict):
    """Preview Card: https://docs.joinmastodon.org/entities/PreviewCard/"""

    url: str
    title: str
    description: str
    type: str
    image: str | None
    author_name: str
    author_url: str
    width: int
    height: int
    html: str
    provider_name: str
    provider_url: str
    blurhash: str | None
    language: str | None
    embed_url: str
    authors: NonPaginatableList[PreviewCardAuthor]
    image_description: str
    published_at: datetime | None
    history: NonPaginatableList[TrendingLinkHistory] | None
    missing_attribution: bool | None


class TrendingLinkHistory(AttribAccessDict):
    """Trending Link History: https://docs.joinmastodon.org/entities/PreviewCard/#trends-link"""

    day: datetime
    uses: int
    accounts: int


class PreviewCardAuthor(AttribAccessDict):
    """Preview Card Author: https://docs.joinmastodon.org/entities/PreviewCardAuthor/"""

    name: str
    url: str
    account: Account


class Search(AttribAccessDict):
    """Search: https://docs.joinmastodon.org/entities/Search/"""

    accounts: NonPaginatableList[Account]
    hashtags: NonPaginatableList[str]
    statuses: NonPaginatableList[Status]


class SearchV2(AttribAccessDict):
    """Search V2: https://docs.joinmastodon.org/entities/Search/"""

    accounts: NonPaginatableList[Account]
    hashtags: NonPaginatableList[Tag]
    statuses: NonPaginatableList[Status]
    collections: NonPaginatableList[Collection]


class AsyncRefresh(AttribAccessDict):
    """Async Refresh: https://docs.joinmastodon.org/entities/AsyncRefresh/"""

    id: IdType
    status: str
    result_count: int | None
