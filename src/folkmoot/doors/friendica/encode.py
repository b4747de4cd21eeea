"""Answers as bytes: JSON (or JSONP), XML, RSS and Atom, by the suffix of the path."""

from __future__ import annotations

from typing import Any

from folkmoot.domain import faces
from folkmoot.domain.paging import Page
from folkmoot.doors.frame import Answered, At, Pieces, Response, json_bytes
from folkmoot.doors.friendica import feeds, render, show
from folkmoot.doors.friendica.jsonp import wrapped
from folkmoot.doors.friendica.refusals import TYPES, NotImplementedHere
from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.node import Config
from folkmoot.wire.friendica.status import Status, User

_ROOTS: dict[type, str] = {Status: "status", User: "user", Config: "config"}


class _Named:
    """A value with the name of its root."""

    __slots__ = ("item", "root", "value", "xml")

    def __init__(self, value: Any, root: str, xml: Any, item: str) -> None:
        self.value = value
        self.root = root
        self.xml = value if xml is None else xml
        self.item = item


class Bare(Answered[Any]):
    """A value under a root of its own in XML, where it may differ too: "ok" is <ok>true</ok>.

    In JSON it is the value alone. The entries of a list are called *item*, or the singular of the root (xml.ITEMS).
    Whatever is neither a post, nor a list of posts, nor a single user travels so.
    """

    __slots__ = ()

    def __init__(self, value: Any, root: str, xml: Any = None, *, item: str = "") -> None:
        super().__init__(_Named(value, root, xml, item))


def encode(answer: Any, at: At) -> Response:
    """*answer* in the format of the call. Raises NotImplementedHere for a feed of what feeds.TOLD does not know."""
    format = at.format
    if isinstance(answer, Bare):
        answer = answer.body
    value = answer.value if isinstance(answer, _Named) else answer
    if format == "json":
        return wrapped(json_bytes(value), at.http.query)
    if format == "xml":
        return Response(200, _xml(answer), content_type=TYPES["xml"])
    return feeds.respond(at, [_piece(format, each, at) for each in _listed(value)])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _piece(format: str, value: Any, at: At) -> feeds.Piece:
    tell = feeds.TOLD.get(type(value))
    if tell is None:
        raise NotImplementedHere
    return feeds.piece(format, tell(value), at.house.settings.base_url)


def _xml(answer: Any) -> bytes:
    if isinstance(answer, _Named):
        return xml.write(answer.root, answer.xml, item=answer.item)
    if isinstance(answer, list):
        return xml.write("statuses", answer)
    return xml.write(_ROOTS[type(answer)], answer)


def timeline(
    at: At,
    ids: list[int],
    *,
    with_entities: bool = False,
    trimmed: bool = False,
    seen: bool = True,
    plain: bool = False,
) -> Response | list[Status]:
    """The posts in the order of *ids*: from kept bytes, or loaded whole where entities are wished, or people *trimmed*
    to their ids.

    *seen*: the ids come from a list that asked for sight in this transaction. *plain*: never as JSONP.
    """
    if at.format in feeds.FORMATS:
        return feeds.respond(at, render.pieces(at, ids, seen=seen))
    if with_entities or trimmed:
        return show.statuses(at.house, at.tx, at.viewer, ids, with_entities=with_entities, trimmed=trimmed)
    body = render.statuses(at, ids, seen=seen)
    return Response(200, body) if plain else _whole(at, body)


def _whole(at: At, body: Pieces) -> Response:
    if at.format == "json":
        return wrapped(body, at.http.query)
    return Response(200, body, content_type=TYPES["xml"])


def home_page(at: At, page: Page, *, with_entities: bool = False) -> Response | list[Status]:
    """A page of the caller's home; where it is made of kept bytes, one query says what is seen and how it looks."""
    home, tx, viewer = at.house.feeds, at.tx, at.viewer
    if with_entities or at.format in feeds.FORMATS:
        return timeline(at, home.home(tx, viewer, page), with_entities=with_entities)
    rows = home.home_by(tx, viewer, page, lambda ids: faces.of_posts(tx, viewer, ids))
    return _whole(at, render.of_faces(at, rows))
