"""The instance as version 1 of its description tells it, which old clients still ask for."""

from __future__ import annotations

from folkmoot.wire.mastodon.about import Rule
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.instance import InstancePollLimits, InstanceStatusLimits


class V1InstanceUrls(Entity, kw_only=True):
    """Address of the streams."""

    streaming_api: str


class V1InstanceStats(Entity, kw_only=True):
    """Sizes of the instance."""

    user_count: int
    status_count: int
    domain_count: int


class V1InstanceAccountLimits(Entity, kw_only=True):
    """Limits of profiles."""

    max_featured_tags: int = 0


class V1InstanceMediaLimits(Entity, kw_only=True):
    """Limits of files, in bytes, pixels and frames a second."""

    supported_mime_types: list[str] = []
    image_size_limit: int = 0
    image_matrix_limit: int = 0
    video_size_limit: int = 0
    video_frame_rate_limit: int = 0
    video_matrix_limit: int = 0


class V1InstanceConfiguration(Entity, kw_only=True):
    """Limits that clients go by."""

    accounts: V1InstanceAccountLimits
    statuses: InstanceStatusLimits
    media_attachments: V1InstanceMediaLimits
    polls: InstancePollLimits


class V1Instance(Entity, kw_only=True):
    """The instance in its old form. Page: V1_Instance."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: V1InstanceUrls
    stats: V1InstanceStats
    thumbnail: str | None = None
    languages: list[str] = []
    registrations: bool
    approval_required: bool
    invites_enabled: bool = False
    configuration: V1InstanceConfiguration
    contact_account: Account | None = None
    rules: list[Rule] = []
