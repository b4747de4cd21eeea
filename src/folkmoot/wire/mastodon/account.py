"""Accounts as others see them and as their owners do."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Day, Id, Time
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.entity import Audience, Entity, Visibility


class AccountField(Entity, kw_only=True):
    """One name and value row of a profile. Page: Profile."""

    name: str
    value: str
    verified_at: Time | None = None


class AccountRole(Entity, kw_only=True):
    """A role as its badge on a profile. Page: Account."""

    id: Id
    name: str = ""
    color: str = ""


class FeatureApproval(Entity, kw_only=True):
    """Who may put this account into a collection without, or after, being asked. Page: FeatureApproval."""

    automatic: list[Audience] = []
    manual: list[Audience] = []
    current_user: Literal["automatic", "manual", "denied", "unknown", "missing"] = "denied"


class Account(Entity, kw_only=True):
    """A person, bot or group that posts. Page: Account."""

    id: Id
    username: str
    acct: str
    url: str | None = None
    uri: str = ""
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str = ""
    header: str
    header_static: str
    header_description: str = ""
    locked: bool
    fields: list[AccountField] = []
    emojis: list[CustomEmoji] = []
    bot: bool
    group: bool = False
    discoverable: bool | None = None
    indexable: bool = False
    noindex: bool | UnsetType | None = UNSET
    moved: Account | UnsetType | None = UNSET
    memorial: bool | UnsetType = UNSET
    suspended: bool | UnsetType = UNSET
    limited: bool | UnsetType = UNSET
    created_at: Time
    last_status_at: Day | None = None
    statuses_count: int
    followers_count: int
    following_count: int
    hide_collections: bool | None = None
    show_media: bool = False
    show_media_replies: bool = False
    show_featured: bool = False
    roles: list[AccountRole] | None = None
    feature_approval: FeatureApproval = msgspec.field(default_factory=FeatureApproval)
    invalid_handle: bool | UnsetType = UNSET


class MutedAccount(Account, kw_only=True):
    """An account in the list of muted ones, with the end of the mute. Page: Account."""

    mute_expires_at: Time | None = None


class PartialAccountWithAvatar(Entity, kw_only=True):
    """The little of an account that a stack of avatars needs. Page: Account."""

    id: Id
    acct: str = ""
    url: str = ""
    avatar: str = ""
    avatar_static: str = ""
    avatar_description: str = ""
    locked: bool = False
    bot: bool = False


class Role(Entity, kw_only=True):
    """A role with its permissions, a bit mask in decimal digits. Page: Role."""

    id: Id
    name: str = ""
    color: str = ""
    permissions: str = ""
    highlighted: bool = False
    collection_limit: int = 0


class AccountSource(Entity, kw_only=True):
    """Raw profile texts and defaults for posting."""

    attribution_domains: list[str] = []
    note: str
    fields: list[AccountField] = []
    privacy: Visibility
    sensitive: bool
    language: str
    follow_requests_count: int
    hide_collections: bool | None = None
    discoverable: bool | None = None
    indexable: bool = False
    quote_policy: Literal["public", "followers", "nobody"]


class CredentialAccount(Account, kw_only=True):
    """The caller's own account, with the sources of the profile texts and the defaults for posting.

    Page: Account.
    """

    source: AccountSource
    role: Role
    state: dict[str, Any] | UnsetType = UNSET
