"""Entities: the instance and what it says of itself. A field that was not sent is None."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList

if TYPE_CHECKING:
    from folkmoot.client.mastodon.entities.people import Account
    from folkmoot.client.mastodon.ids import IdType


class Instance(AttribAccessDict):
    """Instance: https://docs.joinmastodon.org/entities/V1_Instance/"""

    _access_map: ClassVar[dict[str, str]] = {
        "uri": "domain",
        "short_description": "description",
        "email": "contact.email",
        "urls": "configuration.urls",
        "contact_account": "contact.account",
    }
    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: InstanceURLs
    stats: InstanceStatistics | None
    thumbnail: str | None
    languages: NonPaginatableList[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: InstanceConfiguration
    contact_account: Account
    rules: NonPaginatableList[Rule]


class InstanceConfiguration(AttribAccessDict):
    """Instance Configuration: https://docs.joinmastodon.org/methods/instance/"""

    accounts: InstanceAccountConfiguration
    statuses: InstanceStatusConfiguration
    media_attachments: InstanceMediaConfiguration
    polls: InstancePollConfiguration


class InstanceURLs(AttribAccessDict):
    """Instance URLs: https://docs.joinmastodon.org/entities/V1_Instance/"""

    _access_map: ClassVar[dict[str, str]] = {"streaming_api": "streaming"}
    streaming_api: str


class InstanceV2(AttribAccessDict):
    """Instance V2: https://docs.joinmastodon.org/entities/Instance/"""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: InstanceUsage
    thumbnail: InstanceThumbnail | None
    languages: NonPaginatableList[str]
    configuration: InstanceConfigurationV2
    registrations: InstanceRegistrations
    contact: InstanceContact
    rules: NonPaginatableList[Rule]
    icon: NonPaginatableList[InstanceIcon]
    api_versions: AttribAccessDict
    wrapstodon: int | None


class InstanceIcon(AttribAccessDict):
    """Instance Icon: https://docs.joinmastodon.org/methods/instance/#InstanceIcon"""

    src: str
    size: str


class InstanceConfigurationV2(AttribAccessDict):
    """Instance Configuration V2: https://docs.joinmastodon.org/methods/instance/"""

    accounts: InstanceAccountConfiguration
    statuses: InstanceStatusConfiguration
    media_attachments: InstanceMediaConfiguration
    polls: InstancePollConfiguration
    translation: InstanceTranslationConfiguration
    urls: InstanceURLsV2
    vapid: InstanceVapidKey
    limited_federation: bool
    timelines_access: InstanceTimelinesAccessConfiguration


class InstanceVapidKey(AttribAccessDict):
    """Instance Vapid Key: https://docs.joinmastodon.org/methods/instance/"""

    public_key: str


class InstanceURLsV2(AttribAccessDict):
    """Instance URLs V2: https://docs.joinmastodon.org/entities/Instance/"""

    streaming: str
    status: str | None
    about: str | None
    privacy_policy: str | None
    terms_of_service: str | None


class InstanceThumbnail(AttribAccessDict):
    """Instance Thumbnail: https://docs.joinmastodon.org/entities/V1_Instance/"""

    url: str
    blurhash: str | None
    versions: InstanceThumbnailVersions | None
    description: str


class InstanceThumbnailVersions(AttribAccessDict):
    """Instance Thumbnail Versions: https://docs.joinmastodon.org/entities/Instance/"""

    _rename_map: ClassVar[dict[str, str]] = {"at1x": "@1x", "at2x": "@2x"}
    at1x: str | None
    at2x: str | None


class InstanceStatistics(AttribAccessDict):
    """Instance Statistics: https://docs.joinmastodon.org/entities/Instance/"""

    user_count: int
    status_count: int
    domain_count: int


class InstanceUsage(AttribAccessDict):
    """Instance Usage: https://docs.joinmastodon.org/entities/Instance/"""

    users: InstanceUsageUsers


class InstanceUsageUsers(AttribAccessDict):
    """Instance Usage Users: https://docs.joinmastodon.org/entities/Instance/"""

    active_month: int


class InstanceRegistrations(AttribAccessDict):
    """Instance Registrations: https://docs.joinmastodon.org/entities/Instance/"""

    approval_required: bool
    enabled: bool
    message: str | None
    url: str | None
    sign_up_url: str | None
    reason_required: bool | None
    min_age: int | None


class InstanceContact(AttribAccessDict):
    """Instance Contact: https://docs.joinmastodon.org/entities/Instance/"""

    account: Account
    email: str


class InstanceAccountConfiguration(AttribAccessDict):
    """Instance Account Configuration: https://docs.joinmastodon.org/methods/instance/"""

    max_featured_tags: int
    max_pinned_statuses: int
    max_display_name_length: int
    max_note_length: int
    max_avatar_description_length: int
    max_header_description_length: int
    max_profile_fields: int
    profile_field_name_limit: int
    profile_field_value_limit: int


class InstanceStatusConfiguration(AttribAccessDict):
    """Instance Status Configuration: https://docs.joinmastodon.org/methods/instance/"""

    max_characters: int
    max_media_attachments: int
    characters_reserved_per_url: int


class InstanceTranslationConfiguration(AttribAccessDict):
    """Instance Translation Configuration: https://docs.joinmastodon.org/methods/instance/"""

    enabled: bool


class InstanceMediaConfiguration(AttribAccessDict):
    """Instance Media Configuration: https://docs.joinmastodon.org/methods/instance/"""

    supported_mime_types: NonPaginatableList[str]
    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_frame_rate_limit: int
    video_matrix_limit: int
    description_limit: int


class InstancePollConfiguration(AttribAccessDict):
    """Instance Poll Configuration: https://docs.joinmastodon.org/methods/instance/"""

    max_options: int
    max_characters_per_option: int
    min_expiration: int
    max_expiration: int


class InstanceTimelinesAccessConfiguration(AttribAccessDict):
    """Instance Timelines Access Configuration: https://docs.joinmastodon.org/entities/Instance/"""

    live_feeds: InstanceTimelinesAccessFeedConfiguration
    hashtag_feeds: InstanceTimelinesAccessFeedConfiguration
    trending_link_feeds: InstanceTimelinesAccessFeedConfiguration


class InstanceTimelinesAccessFeedConfiguration(AttribAccessDict):
    """Instance Timelines Access Feed Configuration: https://docs.joinmastodon.org/entities/Instance/"""

    local: str
    remote: str


class Nodeinfo(AttribAccessDict):
    """Nodeinfo of the Mastodon API"""

    version: str
    software: NodeinfoSoftware
    protocols: NonPaginatableList[str]
    services: NodeinfoServices
    usage: NodeinfoUsage
    openRegistrations: bool
    metadata: NodeinfoMetadata


class NodeinfoSoftware(AttribAccessDict):
    """Nodeinfo Software of the Mastodon API"""

    name: str
    version: str


class NodeinfoServices(AttribAccessDict):
    """Nodeinfo Services of the Mastodon API"""

    outbound: NonPaginatableList[Any]
    inbound: NonPaginatableList[Any]


class NodeinfoUsage(AttribAccessDict):
    """Nodeinfo Usage of the Mastodon API"""

    users: NodeinfoUsageUsers
    localPosts: int


class NodeinfoUsageUsers(AttribAccessDict):
    """Nodeinfo Usage Users of the Mastodon API"""

    total: int
    activeMonth: int
    activeHalfyear: int


class NodeinfoMetadata(AttribAccessDict):
    """Nodeinfo Metadata of the Mastodon API"""

    nodeName: str
    nodeDescription: str | None
    optInServerDirectory: bool | None
    optInServerRecommendation: bool | None


class Rule(AttribAccessDict):
    """Rule: https://docs.joinmastodon.org/entities/Rule/"""

    id: IdType
    text: str
    hint: str
    translations: dict[str, RuleTranslation]


class RuleTranslation(AttribAccessDict):
    """Rule Translation: https://docs.joinmastodon.org/entities/Rule/#translations"""

    text: str
    hint: str


class Activity(AttribAccessDict):
    """Activity: https://docs.joinmastodon.org/methods/instance/#activity"""

    week: datetime
    logins: int
    registrations: int
    statuses: int


class DomainBlock(AttribAccessDict):
    """Domain Block: https://docs.joinmastodon.org/entities/DomainBlock"""

    domain: str
    digest: str
    severity: str
    comment: str | None


class ExtendedDescription(AttribAccessDict):
    """Extended Description: https://docs.joinmastodon.org/entities/ExtendedDescription"""

    updated_at: datetime
    content: str


class TermsOfService(AttribAccessDict):
    """Terms Of Service: https://docs.joinmastodon.org/methods/instance/#terms_of_service"""

    effective_date: datetime
    effective: bool
    content: str
    succeeded_by: datetime | None


class SupportedLocale(AttribAccessDict):
    """Supported Locale: https://docs.joinmastodon.org/entities/Instance"""

    code: str
    name: str


class OAuthServerInfo(AttribAccessDict):
    """OAuth Server Info: https://docs.joinmastodon.org/methods/oauth/#authorization-server-metadata"""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    scopes_supported: NonPaginatableList[str]
    response_types_supported: NonPaginatableList[str]
    response_modes_supported: NonPaginatableList[str]
    grant_types_supported: NonPaginatableList[str]
    token_endpoint_auth_methods_supported: NonPaginatableList[str]
    code_challenge_methods_supported: NonPaginatableList[str]
    service_documentation: str | None
    app_registration_endpoint: str | None


class OAuthUserInfo(AttribAccessDict):
    """OAuth User Info: https://docs.joinmastodon.org/methods/oauth/#userinfo"""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str
