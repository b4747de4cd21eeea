"""People and how they stand to each other."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from folkmoot.wire.friendica.object import Object
from folkmoot.wire.friendica.status import User


class ProfileField(Object, kw_only=True):
    """A field of one's own making."""

    label: str
    value: str


class Profile(Object, kw_only=True):
    """A profile of the caller."""

    profile_id: int = 0
    profile_name: str | None = None
    is_default: bool = False
    hide_friends: bool = False
    profile_photo: str | None = None
    profile_thumb: str | None = None
    publish: bool = False
    net_publish: bool = False
    description: str | None = None
    date_of_birth: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    hometown: str | None = None
    gender: str | None = None
    marital: str | None = None
    marital_with: str | None = None
    marital_since: str | None = None
    sexual: str | None = None
    politic: str | None = None
    religion: str | None = None
    public_keywords: str | None = None
    private_keywords: str | None = None
    likes: str | None = None
    dislikes: str | None = None
    about: str | None = None
    music: str | None = None
    book: str | None = None
    tv: str | None = None
    film: str | None = None
    interest: str | None = None
    romance: str | None = None
    work: str | None = None
    education: str | None = None
    social_networks: str | None = None
    homepage: str | None = None
    users: list[User] = []
    custom_fields: list[ProfileField] | UnsetType = UNSET


class ProfilesEnvelope(Object, kw_only=True):
    """The profiles of the caller."""

    multi_profiles: bool = False
    global_dir: str | None = None
    friendica_owner: User
    profiles: list[Profile] = []


class RelationshipEnds(Object, kw_only=True):
    """Both ends of a relationship."""

    source: dict[str, Any] = {}
    target: dict[str, Any] = {}


class Relationship(Object, kw_only=True):
    """How two people stand to each other."""

    relationship: RelationshipEnds


class Connection(Object, kw_only=True):
    """How the caller stands to one person."""

    name: str = ""
    screen_name: str = ""
    id: int
    id_str: str = ""
    connections: list[str] = []


class SuggestionCategory(Object, kw_only=True):
    """A kind of people worth following."""

    name: str = ""
    slug: str = ""
    size: int = 0
    users: list[User] | UnsetType = UNSET


class ProfileBanner(Object, kw_only=True):
    """The picture on top of a profile, by size."""

    sizes: dict[str, Any] = {}
