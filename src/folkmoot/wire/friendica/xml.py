"""The XML form of Friendica's answers: the same tree as the JSON, as elements under a named root."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET

from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.friendica.circle import Group
from folkmoot.wire.friendica.node import RateLimit
from folkmoot.wire.friendica.notification import Notification
from folkmoot.wire.friendica.photo import Photo, PhotoListItem
from folkmoot.wire.friendica.status import Activities, Attachment, GeoPoint

DECLARATION = '<?xml version="1.0"?>\n'
NAMESPACES = (
    ' xmlns="http://api.twitter.com" xmlns:statusnet="http://status.net/schema/api/1/"'
    ' xmlns:friendica="http://friendi.ca/schema/api/1/" xmlns:georss="http://www.georss.org/georss"'
)
BARE_ROOTS = frozenset({"ok", "hash", "config", "version", "ids", "notes", "photos"})
"""Roots that declare no namespaces; below them prefixed names keep their underscore."""

ARRAYS = frozenset({"photos"})
"""Roots that say that they are lists."""

ITEMS = {
    "statuses": "status",
    "users": "user",
    "direct-messages": "direct_message",
    "search_results": "direct_message",
    "ids": "id",
    "groups": "group",
    "notes": "note",
    "photos": "photo",
    "profiles": "profile",
    "friendica_comments": "comment",
    "like": "user",
    "dislike": "user",
    "attendyes": "user",
    "attendno": "user",
    "attendmaybe": "user",
    "announce": "user",
    "lists": "list",
    "hashtags": "hashtag",
    "symbols": "symbol",
    "urls": "url",
    "user_mentions": "user_mention",
    "media": "media",
    "indices": "index",
    "coordinates": "coordinate",
    "scales": "scale",
    "custom_fields": "custom_field",
    "wrong users": "id",
    "saved_searches": "saved_search",
    "trends": "trend",
    "locations": "location",
    "connections": "connection",
    "contained_within": "place",
}
"""What one element of a list is called; other lists call it item."""

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(r"[^\w.-]", re.ASCII)


Marks = tuple[str, str, str, str, str, str]
"""A field's key, and its element opened, closed, empty, true and false."""


def write(root: str, value: Any, *, item: str = "") -> bytes:
    """*value*, a tree of structs and builtins, as an XML document under *root*.

    A list becomes one element an entry, called *item* or the singular of the root; a mapping or struct puts
    its keys straight into the root. Values are escaped once and trimmed, nothing is <x/>, characters that XML
    1.0 forbids are left out (https://www.w3.org/TR/xml/#charsets).

    Errors: TypeError for a value that JSON could not hold either.
    """
    bare = root in BARE_ROOTS
    page = _Page(prefixes=not bare)
    name = _tag(root, False)
    inner = page.items(item or ITEMS.get(root, "item"), value) if _is_list(value) else page.inner(value)
    more = ' type="array"' if root in ARRAYS else ""
    opening = f"<{name}{more}>" if bare else f"<{name}{NAMESPACES}>"
    return f"{DECLARATION}{opening}{inner}</{name}>".encode()


def fragment(value: Any) -> bytes:
    """What stands between the tags of *value* (a struct) below a root with namespaces, for those who join pieces."""
    return _Page(prefixes=True).inner(value).encode()


def document(root: str, inner: bytes) -> bytes:
    """A document of pieces made by `fragment`, under a root with namespaces."""
    begin, end = around(root)
    return begin + inner + end


def around(root: str) -> tuple[bytes, bytes]:
    """What stands before and after such pieces."""
    return f"{DECLARATION}<{root}{NAMESPACES}>".encode(), f"</{root}>".encode()


def escape(text: str) -> str:
    """*text* for element or attribute: five characters escaped, forbidden ones and surrogates left out."""
    if not text.isprintable() and not text.replace("\n", "").isprintable():
        text = _FORBIDDEN.sub("", text)
    return _markup(text)


def _markup(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    if "'" in text:
        text = text.replace("'", "&apos;")
    return text


def _escape_all(texts: list[str]) -> list[str]:
    """Each text trimmed and escaped, at the price of one where none of them holds a NUL or the like."""
    joined = "\0".join([text.strip() for text in texts])
    plain = joined.replace("\0", "")
    if len(joined) - len(plain) >= len(texts) or not plain.replace("\n", "").isprintable():
        return [escape(text.strip()) for text in texts]
    return _markup(joined).split("\0")


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _scalar(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return escape(value.strip())
    if kind is bool:
        return "true" if value else "false"
    if value is None or value is UNSET:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return escape(str(value).strip())
    raise TypeError(f"{kind.__name__} has no XML form")


def _attributes(pairs: Iterable[tuple[str, Any]]) -> str:
    return "".join(f' {name}="{_scalar(value)}"' for name, value in pairs if value is not UNSET)


@lru_cache(maxsize=256)
def _plan(kind: type[msgspec.Struct]) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[str, ...]]:
    """How to read all fields of a struct at once, and the keys that they have on the wire."""
    fields = kind.__struct_fields__
    if len(fields) == 1:
        read = attrgetter(fields[0])
        return (lambda value: (read(value),)), kind.__struct_encode_fields__
    return attrgetter(*fields) if fields else (lambda _: ()), kind.__struct_encode_fields__


@lru_cache(maxsize=4096)
def _tag(key: str, prefixes: bool) -> str:
    """The element's name for a key: statusnet_ and friendica_ become prefixes, blanks underscores."""
    name = _NOT_NAME.sub("_", key) or "_"
    if prefixes:
        for prefix in ("statusnet_", "friendica_"):
            rest = name.removeprefix(prefix)
            if rest != name and rest[:1].isalpha():
                return f"{prefix[:-1]}:{rest}"
    return name if name[0].isalpha() or name[0] == "_" else f"_{name}"


@lru_cache(maxsize=512)
def _marks(kind: type[msgspec.Struct], prefixes: bool) -> tuple[Marks, ...]:
    """The elements of a struct's fields."""
    marks: list[Marks] = []
    for key in kind.__struct_encode_fields__:
        name = _tag(key, prefixes)
        if kind is Activities and prefixes:
            name = f"friendica:{key}"
        elif kind is Group and key == "user":
            key, name = "users", "users"
        whole = (f"<{name}>", f"</{name}>", f"<{name}/>", f"<{name}>true</{name}>", f"<{name}>false</{name}>")
        marks.append((key, *whole))
    return tuple(marks)


class _Page:
    """One document: remembers what a struct looks like, as a timeline names the same few people often."""

    def __init__(self, *, prefixes: bool) -> None:
        self.prefixes = prefixes
        self.seen: dict[int, str] = {}

    def tag(self, key: str) -> str:
        return _tag(key, self.prefixes)

    def element(self, key: str, value: Any, name: str) -> str:
        """*value* as one element; in some types the name changes or the fields become attributes."""
        whole = _WHOLE.get(type(value))
        if whole is not None:
            return whole(self, name, value)
        if _is_list(value):
            if value and all(type(entry) is Attachment for entry in value):
                return f'<{name} type="array">{self.items("enclosure", value)}</{name}>'
            inner = self.items(ITEMS.get(key, "item"), value)
        else:
            inner = self.inner(value)
        return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"

    def items(self, key: str, values: Iterable[Any]) -> str:
        """The entries of a list, each as an element."""
        name = self.tag(key)
        return "".join([self.element(key, value, name) for value in values])

    def inner(self, value: Any) -> str:
        """What stands between the tags of a struct, mapping or scalar."""
        if isinstance(value, msgspec.Struct):
            known = self.seen.get(id(value))
            if known is None:
                special = _INNER.get(type(value))
                known = special(self, value) if special else self.struct(value)
                self.seen[id(value)] = known
            return known
        if isinstance(value, Mapping):
            pairs = value.items()
            return "".join([self.element(str(key), entry, self.tag(str(key))) for key, entry in pairs])
        return _scalar(value)

    def struct(self, value: msgspec.Struct) -> str:
        """The fields of a struct as elements; timelines take this path, hence the spelt out cases."""
        kind = type(value)
        read, _ = _plan(kind)
        tags = _marks(kind, self.prefixes)
        out: list[str] = []
        add = out.append
        fields = read(value)
        texts = iter(_escape_all([field for field in fields if type(field) is str]))
        for (key, opening, closing, empty, true, false), field in zip(tags, fields, strict=True):
            what = type(field)
            if what is str:
                text = next(texts)
                add(f"{opening}{text}{closing}" if text else empty)
            elif what is bool:
                add(true if field else false)
            elif what is int:
                add(f"{opening}{field}{closing}")
            elif field is None:
                add(empty)
            elif field is not UNSET:
                add(empty if what is list and not field else self.element(key, field, empty[1:-2]))
        return "".join(out)


def _enclosure(page: _Page, name: str, value: Attachment) -> str:
    pairs = (("url", value.url), ("mimetype", value.mimetype), ("size", value.size))
    return f"<{name}{_attributes(pairs)}/>"


def _point(page: _Page, name: str, value: GeoPoint) -> str:
    lat, long = value.coordinates
    return f"<georss:point>{lat} {long}</georss:point>" if page.prefixes else f"<point>{lat} {long}</point>"


def _note(page: _Page, name: str, value: Notification) -> str:
    read, keys = _plan(Notification)
    return f"<{name}{_attributes(zip(keys, read(value), strict=True))}/>"


def _photo_row(page: _Page, name: str, value: PhotoListItem) -> str:
    read, keys = _plan(PhotoListItem)
    pairs = [(key, field) for key, field in zip(keys, read(value), strict=True) if key != "thumb"]
    return f"<{name}{_attributes(pairs)}>{_scalar(value.thumb)}</{name}>"


def _scale(href: str, place: int) -> int:
    """The size that an address of a photo (…-4.jpg) leads to, its place in the list where it does not say."""
    match = re.search(r"-(\d)\.\w+$", href)
    return int(match[1]) if match else place


def _photo(page: _Page, value: Photo) -> str:
    read, keys = _plan(Photo)
    out: list[str] = []
    for key, field in zip(keys, read(value), strict=True):
        if key == "link":
            links = (
                f"<link{_attributes((('type', value.type), ('scale', _scale(href, number)), ('href', href)))}/>"
                for number, href in enumerate(value.link)
            )
            out.append(f'<links type="array">{"".join(links)}</links>')
        elif field is not UNSET:
            out.append(page.element(key, field, page.tag(key)))
    return "".join(out)


def _rate(page: _Page, value: RateLimit) -> str:
    reset = rfc3339(value.reset_time_in_seconds * 1000)
    return (
        f'<remaining-hits type="integer">{value.remaining_hits}</remaining-hits>'
        f'<hourly-limit type="integer">{value.hourly_limit}</hourly-limit>'
        f'<reset_time_in_seconds type="integer">{value.reset_time_in_seconds}</reset_time_in_seconds>'
        f'<reset-time type="datetime">{reset}</reset-time>'
    )


_WHOLE: dict[type, Callable[[_Page, str, Any], str]] = {
    Attachment: _enclosure,
    GeoPoint: _point,
    Notification: _note,
    PhotoListItem: _photo_row,
}
"""Types that write their own tags."""
_INNER: dict[type, Callable[[_Page, Any], str]] = {Photo: _photo, RateLimit: _rate}
"""Types that write what stands between their tags."""
