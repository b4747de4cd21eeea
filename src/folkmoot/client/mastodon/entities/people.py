"""Entities: accounts, relationships, lists. A field that was not sent is None."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList

if TYPE_CHECKING:
    from folkmoot.client.mastodon.entities.sorting import FeaturedTag
    from folkmoot.client.mastodon.entities.statuses import CustomEmoji
    from folkmoot.client.mastodon.ids import IdType, MaybeSnowflakeIdType


class Account(AttribAccessDict):
    """Account: https://docs.joinmastodon.org/entities/Account/"""

    id: MaybeSnowflakeIdType
    username: str
    acct: str
    display_name: str
    discoverable: bool | None
    group: bool
    locked: bool
    created_at: datetime
    following_count: int
    followers_count: int
    statuses_count: int
    note: str
    url: str
    uri: str
    avatar: str
    header: str
    avatar_static: str
    header_static: str
    moved: Account | None
    suspended: bool | None
    limited: bool | None
    bot: bool
    fields: NonPaginatableList[AccountField]
    emojis: NonPaginatableList[CustomEmoji]
    last_status_at: datetime | None
    noindex: bool | None
    roles: NonPaginatableList[Any] | None
    role: Role | None
    source: CredentialAccountSource | None
    mute_expires_at: datetime | None
    indexable: bool
    hide_collections: bool
    memorial: bool | None
    avatar_description: str
    header_description: str
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    feature_approval: FeatureApproval
    invalid_handle: bool | None
    state: CredentialAccountState | None


class AccountField(AttribAccessDict):
    """Account Field: https://docs.joinmastodon.org/entities/Account/"""

    name: str
    value: str
    verified_at: str | None


class Role(AttribAccessDict):
    """Role: https://docs.joinmastodon.org/entities/Role/"""

    id: IdType
    name: str
    permissions: str
    color: str
    highlighted: bool
    collection_limit: int


class CredentialAccountSource(AttribAccessDict):
    """Credential Account Source: https://docs.joinmastodon.org/entities/Account/"""

    privacy: str
    sensitive: bool
    note: str
    language: str | None
    fields: NonPaginatableList[AccountField]
    follow_requests_count: int
    indexable: bool
    hide_collections: bool
    discoverable: bool | None
    attribution_domains: NonPaginatableList[str]
    quote_policy: str


class CredentialAccountState(AttribAccessDict):
    """Credential Account State: https://docs.joinmastodon.org/entities/Account/"""

    functional: bool
    confirmed: bool
    approved: bool
    error_code: str | None
    error: str | None


class PartialAccountWithAvatar(AttribAccessDict):
    """Partial Account With Avatar: https://docs.joinmastodon.org/entities/GroupedNotificationsResults"""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    locked: bool
    bot: bool
    avatar_description: str


class Relationship(AttribAccessDict):
    """Relationship: https://docs.joinmastodon.org/entities/Relationship/"""

    id: IdType
    following: bool
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    requested: bool
    domain_blocking: bool
    showing_reblogs: bool
    endorsed: bool
    note: str
    notifying: bool
    languages: NonPaginatableList[str] | None
    requested_by: bool
    muting_expires_at: datetime | None


class FamiliarFollowers(AttribAccessDict):
    """Familiar Followers: https://docs.joinmastodon.org/entities/FamiliarFollowers/"""

    id: IdType
    accounts: NonPaginatableList[Account]


class Suggestion(AttribAccessDict):
    """Suggestion: https://docs.joinmastodon.org/entities/Suggestion"""

    source: str
    sources: NonPaginatableList[str]
    account: Account


class UserList(AttribAccessDict):
    """User List: https://docs.joinmastodon.org/entities/List/"""

    id: IdType
    title: str
    replies_policy: str
    exclusive: bool | None


class IdentityProof(AttribAccessDict):
    """Identity Proof: https://docs.joinmastodon.org/entities/IdentityProof"""

    provider: str
    provider_username: str
    updated_at: datetime
    proof_url: str
    profile_url: str


class Profile(AttribAccessDict):
    """Profile: https://docs.joinmastodon.org/entities/Profile/"""

    id: MaybeSnowflakeIdType
    display_name: str
    note: str
    fields: NonPaginatableList[ProfileField]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: NonPaginatableList[str]
    featured_tags: NonPaginatableList[FeaturedTag]
    formatted_note: str
    formatted_fields: NonPaginatableList[AccountField]


class ProfileField(AttribAccessDict):
    """Profile Field: https://docs.joinmastodon.org/entities/Profile/#Field"""

    name: str
    value: str
    verified_at: datetime | None


class FeatureApproval(AttribAccessDict):
    """Feature Approval: https://docs.joinmastodon.org/entities/FeatureApproval/"""

    automatic: NonPaginatableList[str]
    manual: NonPaginatableList[str]
    current_user: str


class Preferences(AttribAccessDict):
    """Preferences: https://docs.joinmastodon.org/entities/Preferences/"""

    _rename_map: ClassVar[dict[str, str]] = {
        "posting_default_visibility": "posting:default:visibility",
        "posting_default_sensitive": "posting:default:sensitive",
        "posting_default_language": "posting:default:language",
        "reading_expand_media": "reading:expand:media",
        "reading_expand_spoilers": "reading:expand:spoilers",
        "reading_autoplay_gifs": "reading:autoplay:gifs",
        "posting_default_quote_policy": "posting:default:quote_policy",
    }
    posting_default_visibility: str
    posting_default_sensitive: bool
    posting_default_language: str | None
    reading_expand_media: str
    reading_expand_spoilers: bool
    reading_autoplay_gifs: bool
    posting_default_quote_policy: str


class Marker(AttribAccessDict):
    """Marker: https://docs.joinmastodon.org/entities/Marker/"""

    last_read_id: IdType
    version: int
    updated_at: datetime


class AccountCreationError(AttribAccessDict):
    """Account Creation Error: https://docs.joinmastodon.org/methods/accounts/#create"""

    error: str
    details: AccountCreationErrorDetails


class AccountCreationErrorDetails(AttribAccessDict):
    """Account Creation Error Details: https://docs.joinmastodon.org/methods/accounts/#create"""

    username: NonPaginatableList[AccountCreationErrorDetailsField] | None
    password: NonPaginatableList[AccountCreationErrorDetailsField] | None
    email: NonPaginatableList[AccountCreationErrorDetailsField] | None
    agreement: NonPaginatableList[AccountCreationErrorDetailsField] | None
    locale: NonPaginatableList[AccountCreationErrorDetailsField] | None
    reason: NonPaginatableList[AccountCreationErrorDetailsField] | None
    date_of_birth: NonPaginatableList[AccountCreationErrorDetailsField] | None


class AccountCreationErrorDetailsField(AttribAccessDict):
    """Account Creation Error Details Field: https://docs.joinmastodon.org/methods/accounts/#create"""

    error: str
    description: str
