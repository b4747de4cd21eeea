"""Circles of contacts and lists."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import TwitterTime
from folkmoot.wire.friendica.object import Object
from folkmoot.wire.friendica.status import User


class Group(Object, kw_only=True):
    """A circle of contacts, in the words of 2017."""

    name: str = ""
    gid: int = 0
    user: list[User] = []


class Circle(Object, kw_only=True):
    """A circle, as later versions tell it."""

    name: str = ""
    id: int
    id_str: str = ""
    user: User
    mode: Literal["public", "private"]


class GroupResult(Object, kw_only=True):
    """What came of changing a circle."""

    success: bool = False
    gid: int = 0
    name: str = ""
    status: Literal["ok", "missing user", "reactivated", "deleted"]
    wrong_users: list[int] = msgspec.field(name="wrong users", default_factory=list)


class List(Object, kw_only=True):
    """A list, as Twitter and GNU Social tell it."""

    id: int
    id_str: str = ""
    name: str = ""
    full_name: str = ""
    slug: str = ""
    description: str = ""
    subscriber_count: int = 0
    member_count: int = 0
    uri: str = ""
    following: bool = False
    mode: Literal["public", "private"]
    created_at: TwitterTime | UnsetType = UNSET
    user: User


class GSGroup(Object, kw_only=True):
    """A community of GNU Social."""

    id: int
    url: str = ""
    nickname: str = ""
    fullname: str = ""
    member: bool = False
    blocked: bool = False
    admin_count: int = 0
    member_count: int = 0
    original_logo: str | None = None
    homepage_logo: str | None = None
    stream_logo: str | None = None
    mini_logo: str | None = None
    homepage: str | None = None
    description: str | None = None
    location: str | None = None
    created: TwitterTime
    modified: TwitterTime
