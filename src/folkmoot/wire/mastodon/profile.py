"""One's own profile in full, and accounts that are suggested or proven."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.account import Account, AccountField
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.tag import FeaturedTag


class Profile(Entity, kw_only=True):
    """The caller's profile with raw texts, pictures null where none was set. Page: Profile."""

    id: Id
    display_name: str = ""
    note: str = ""
    fields: list[AccountField] = []
    avatar: str | None = None
    avatar_static: str | None = None
    avatar_description: str = ""
    header: str | None = None
    header_static: str | None = None
    header_description: str = ""
    locked: bool = False
    bot: bool = False
    hide_collections: bool | None = None
    discoverable: bool | None = None
    indexable: bool = False
    show_media: bool = False
    show_media_replies: bool = False
    show_featured: bool = False
    attribution_domains: list[str] = []
    featured_tags: list[FeaturedTag] | UnsetType = UNSET
    formatted_note: str | UnsetType = UNSET
    formatted_fields: list[AccountField] | UnsetType = UNSET


class Suggestion(Entity, kw_only=True):
    """An account that the caller may want to follow, and why. Page: Suggestion."""

    source: Literal["staff", "past_interactions", "global"]
    sources: list[
        Literal[
            "featured",
            "most_followed",
            "most_interactions",
            "similar_to_recently_followed",
            "friends_of_friends",
        ]
    ] = []
    account: Account


class IdentityProof(Entity, kw_only=True):
    """A proof of identity elsewhere; servers since 3.5 have none. Page: IdentityProof."""

    provider: str
    provider_username: str
    updated_at: Time
    proof_url: str
    profile_url: str
