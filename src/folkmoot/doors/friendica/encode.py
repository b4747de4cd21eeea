"""Answers as bytes: JSON (or JSONP), XML, RSS and Atom, by the suffix of the path."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from folkmoot.doors.frame import At, Response, json_bytes
from folkmoot.doors.friendica import render, show
from folkmoot.doors.friendica.feeds import write as feed
from folkmoot.doors.friendica.refusals import TYPES, NotImplementedHere
from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.node import Config
from folkmoot.wire.friendica.status import Status, User

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)
_SCRIPT = b"application/javascript; charset=utf-8"
_ROOTS: dict[type, str] = {Status: "status", User: "user", Config: "config"}


class Bare:
    """A bare value, which has a root of its own in XML and may differ there: "ok" is <ok>true</ok>."""

    __slots__ = ("root", "value", "xml")

    def __init__(self, value: Any, root: str, xml: Any = None) -> None:
        self.value = value
        self.root = root
        self.xml = value if xml is None else xml


def encode(answer: Any, at: At) -> Response:
    """*answer* in the format of the call. Raises NotImplementedHere for a feed of what is no list of posts."""
    format = at.format
    if format == "json":
        return _json(answer.value if isinstance(answer, Bare) else answer, at)
    if format == "xml":
        return Response(200, _xml(answer), content_type=TYPES["xml"])
    posts = answer if isinstance(answer, list) else [answer]
    if not all(isinstance(post, Status) for post in posts):
        raise NotImplementedHere
    return Response(200, feed(format, posts, at), content_type=TYPES[format])


def _xml(answer: Any) -> bytes:
    if isinstance(answer, Bare):
        return xml.write(answer.root, answer.xml)
    if isinstance(answer, list):
        return xml.write("statuses", answer)
    return xml.write(_ROOTS[type(answer)], answer)


def timeline(at: At, ids: list[int], *, with_entities: bool, seen: bool = True) -> Response | list[Status]:
    """The posts in the order of *ids*: from kept bytes in JSON and XML, loaded whole for feeds and entities.

    *seen*: the ids come from a list that asked for sight in this transaction.
    """
    if with_entities or at.format not in render.FORMS:
        return show.statuses(at.house, at.tx, at.viewer, ids, with_entities=with_entities)
    body = render.statuses(at, ids, seen=seen)
    return wrapped(body, at) if at.format == "json" else Response(200, body, content_type=TYPES["xml"])


def _json(answer: Any, at: At) -> Response:
    return wrapped(json_bytes(answer), at)


def wrapped(body: bytes, at: At) -> Response:
    """JSON as it is, or as a call of the function that JSONP names."""
    name = callback(at.http.query)
    if name:
        return Response(200, b"%s(%s);" % (name.encode(), body), content_type=_SCRIPT)
    return Response(200, body)


def callback(query: bytes) -> str:
    """The function that JSONP is asked for, empty where none is, or none that is a plain name."""
    if b"callback=" not in query:
        return ""
    try:
        names = parse_qs(query.decode("latin-1"), max_num_fields=200).get("callback", [])
    except ValueError:
        return ""
    return names[-1] if names and _CALLBACK.fullmatch(names[-1]) else ""
