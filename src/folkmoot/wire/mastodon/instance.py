"""The instance as version 2 of its description tells it."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.about import Rule
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity, FeedReaders


class InstanceIcon(Entity, kw_only=True):
    """An icon of the instance in one size. Page: Instance."""

    src: str = ""
    size: str = ""


class InstanceUsageUsers(Entity, kw_only=True):
    """People active in the past four weeks."""

    active_month: int = 0


class InstanceUsage(Entity, kw_only=True):
    """How much the instance is used."""

    users: InstanceUsageUsers


class InstanceThumbnailVersions(Entity, kw_only=True):
    """The picture in other sizes."""

    at_1x: str | UnsetType = msgspec.field(name="@1x", default=UNSET)
    at_2x: str | UnsetType = msgspec.field(name="@2x", default=UNSET)


class InstanceThumbnail(Entity, kw_only=True):
    """The picture of the instance."""

    url: str = ""
    description: str = ""
    blurhash: str | UnsetType = UNSET
    versions: InstanceThumbnailVersions | UnsetType = UNSET


class InstanceUrls(Entity, kw_only=True):
    """Addresses of streams and pages."""

    streaming: str = ""
    status: str | None = None
    about: str = ""
    privacy_policy: str | None = None
    terms_of_service: str | None = None


class InstanceVapid(Entity, kw_only=True):
    """The key that signs web pushes."""

    public_key: str = ""


class InstanceAccountLimits(Entity, kw_only=True):
    """Limits of profiles."""

    max_display_name_length: int = 0
    max_note_length: int = 0
    max_avatar_description_length: int = 0
    max_header_description_length: int = 0
    max_featured_tags: int = 0
    max_pinned_statuses: int = 0
    max_profile_fields: int = 0
    profile_field_name_limit: int = 0
    profile_field_value_limit: int = 0


class InstanceStatusLimits(Entity, kw_only=True):
    """Limits of posts."""

    max_characters: int = 0
    max_media_attachments: int = 0
    characters_reserved_per_url: int = 0


class InstanceMediaLimits(Entity, kw_only=True):
    """Limits of files, in bytes, pixels and frames a second."""

    supported_mime_types: list[str] = []
    description_limit: int = 0
    image_size_limit: int = 0
    image_matrix_limit: int = 0
    video_size_limit: int = 0
    video_frame_rate_limit: int = 0
    video_matrix_limit: int = 0


class InstancePollLimits(Entity, kw_only=True):
    """Limits of polls, times in seconds."""

    max_options: int = 0
    max_characters_per_option: int = 0
    min_expiration: int = 0
    max_expiration: int = 0


class InstanceTranslation(Entity, kw_only=True):
    """Whether posts can be translated."""

    enabled: bool = False


class InstanceFeedAccess(Entity, kw_only=True):
    """Who may read a feed of posts from here and from elsewhere."""

    local: FeedReaders = "public"
    remote: FeedReaders = "public"


class InstanceTimelinesAccess(Entity, kw_only=True):
    """Who may read which timelines."""

    live_feeds: InstanceFeedAccess = msgspec.field(default_factory=InstanceFeedAccess)
    hashtag_feeds: InstanceFeedAccess = msgspec.field(default_factory=InstanceFeedAccess)
    trending_link_feeds: InstanceFeedAccess = msgspec.field(default_factory=InstanceFeedAccess)


class InstanceConfiguration(Entity, kw_only=True):
    """Limits and addresses that clients go by."""

    urls: InstanceUrls
    vapid: InstanceVapid = msgspec.field(default_factory=InstanceVapid)
    accounts: InstanceAccountLimits
    statuses: InstanceStatusLimits
    media_attachments: InstanceMediaLimits
    polls: InstancePollLimits
    translation: InstanceTranslation
    timelines_access: InstanceTimelinesAccess = msgspec.field(default_factory=InstanceTimelinesAccess)
    limited_federation: bool = False


class InstanceRegistrations(Entity, kw_only=True):
    """Whether and how one may join."""

    enabled: bool = False
    approval_required: bool = False
    message: str | None = None
    min_age: int | None = None
    reason_required: bool | None = None
    url: str | None = None


class InstanceApiVersions(Entity, kw_only=True):
    """The version of the API, counted up."""

    mastodon: int = 0


class InstanceContact(Entity, kw_only=True):
    """Whom to ask."""

    email: str = ""
    account: Account | None = None


class Instance(Entity, kw_only=True):
    """The instance: name, version, limits, contact and rules. Page: Instance."""

    domain: str = ""
    title: str = ""
    version: str = ""
    source_url: str = ""
    description: str = ""
    wrapstodon: str | None = None
    usage: InstanceUsage
    thumbnail: InstanceThumbnail
    icon: list[InstanceIcon] = []
    languages: list[str] = []
    configuration: InstanceConfiguration
    registrations: InstanceRegistrations
    api_versions: InstanceApiVersions = msgspec.field(default_factory=InstanceApiVersions)
    contact: InstanceContact
    rules: list[Rule] = []
