"""Notifications and events."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import NO_TIME, PlainTime
from folkmoot.wire.friendica.object import Object


class Notification(Object, kw_only=True):
    """Something that concerns the caller."""

    id: int
    type: int = 0
    name: str = ""
    url: str = ""
    photo: str = ""
    date: PlainTime = NO_TIME
    timestamp: int = 0
    date_rel: str = ""
    msg: str = ""
    msg_html: str = ""
    msg_plain: str = ""
    link: str = ""
    seen: int = 0
    uid: int = 0
    iid: int = 0
    parent: int = 0
    verb: str = ""
    otype: Literal["item", "intro", "mail"]
    name_cache: str = ""
    msg_cache: str = ""
    hash: str = ""


class Event(Object, kw_only=True):
    """An entry in the calendar."""

    id: int
    uid: int = 0
    cid: int = 0
    uri: str = ""
    name: str = ""
    desc: str = ""
    start_time: PlainTime = NO_TIME
    end_time: PlainTime = NO_TIME
    type: Literal["event", "birthday"]
    nofinish: bool = False
    place: str = ""
    adjust: int = 0
    ignore: bool = False
    allow_cid: str = ""
    allow_gid: str = ""
    deny_cid: str = ""
    deny_gid: str = ""
