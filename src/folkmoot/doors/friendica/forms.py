"""How the pieces of a post are joined in JSON and in XML; what `render` keeps is made and put together here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from folkmoot.doors.frame import Pieces, json_bytes
from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.status import Activities

_KINDS = Activities.__struct_fields__


class Facts(NamedTuple):
    """What of a post is never kept: marks and counters, and whether it shows a quoted post."""

    favorited: bool
    retweeted: bool
    quotes: bool
    boosts_n: int
    likes_n: int
    replies_n: int


class Inner(NamedTuple):
    """Posts inside a post, empty where there is none: the one passed on, the one quoted."""

    original: bytes = b""
    quoted: bytes = b""


NONE_INSIDE = Inner()
People = tuple[bytes, bytes, bytes]
"""Whose a post is, on whose wall it is, who wrote it."""


class Form:
    """JSON."""

    name = "json"
    nobody = b"{%b}" % b",".join([b'"%b":[]' % kind.encode() for kind in _KINDS])
    """Activities of a post to which nobody reacted."""

    def piece(self, value: msgspec.Struct) -> bytes:
        """A struct as a piece: in JSON without its closing brace."""
        return json_bytes(value)[:-1]

    def person(self, value: msgspec.Struct) -> bytes:
        """A person, whole."""
        return json_bytes(value)

    def activities(self, people: Mapping[str, Sequence[bytes]]) -> bytes:
        """Who reacted, by reaction."""
        parts = [b'"%b":[%b]' % (kind.encode(), b",".join(people.get(kind, ()))) for kind in _KINDS]
        return b"{%b}" % b",".join(parts)

    def post(
        self, text: bytes, facts: Facts, people: People, activities: bytes, inner: Inner = NONE_INSIDE
    ) -> bytes:
        """A whole post."""
        return b"".join((
            text, _FLAGS[facts[:3]], b',"retweet_count":%d,"favorite_count":%d,"friendica_comments":%d' % facts[3:],
            b',"user":', people[0], b',"friendica_owner":', people[1], b',"friendica_author":', people[2],
            b',"friendica_activities":', activities,
            b',"retweeted_status":' + inner.original if inner.original else b"",
            b',"quoted_status":' + inner.quoted if inner.quoted else b"",
            b"}",
        ))  # fmt: skip

    def many(self, posts: Sequence[bytes], own: int = 0) -> Pieces:
        """A list of posts, whole; *own* bytes of them are nowhere else."""
        return Pieces.array(posts, own)


class XmlForm(Form):
    """The same as elements."""

    name = "xml"
    nobody = b"".join([b"<friendica:%b/>" % kind.encode() for kind in _KINDS])

    def piece(self, value: msgspec.Struct) -> bytes:
        return xml.fragment(value)

    def person(self, value: msgspec.Struct) -> bytes:
        return xml.fragment(value)

    def activities(self, people: Mapping[str, Sequence[bytes]]) -> bytes:
        parts = []
        for kind in _KINDS:
            users = b"".join([b"<user>%b</user>" % user for user in people.get(kind, ())])
            name = kind.encode()
            parts.append(
                b"<friendica:%b>%b</friendica:%b>" % (name, users, name)
                if users
                else b"<friendica:%b/>" % name
            )
        return b"".join(parts)

    def post(
        self, text: bytes, facts: Facts, people: People, activities: bytes, inner: Inner = NONE_INSIDE
    ) -> bytes:
        counts = (
            b"<retweet_count>%d</retweet_count><favorite_count>%d</favorite_count>"
            b"<friendica:comments>%d</friendica:comments>" % facts[3:]
        )
        return b"".join((
            text, _ELEMENTS[facts[:3]], counts, b"<user>", people[0], b"</user><friendica:owner>", people[1],
            b"</friendica:owner><friendica:author>", people[2], b"</friendica:author><friendica:activities>",
            activities, b"</friendica:activities>",
            b"<retweeted_status>%b</retweeted_status>" % inner.original if inner.original else b"",
            b"<quoted_status>%b</quoted_status>" % inner.quoted if inner.quoted else b"",
        ))  # fmt: skip

    def many(self, posts: Sequence[bytes], own: int = 0) -> Pieces:
        if not posts:
            return Pieces([xml.document("statuses", b"")])
        begin, end = xml.around("statuses")
        parts = [b"</status><status>"] * (2 * len(posts) + 1)
        parts[0], parts[1::2], parts[-1] = begin + b"<status>", posts, b"</status>" + end
        return Pieces(parts, own)


_WORDS = {True: b"true", False: b"false"}
_MARKS = [(a, b, c) for a in (False, True) for b in (False, True) for c in (False, True)]
_FLAGS = {
    marks: b',"favorited":%b,"retweeted":%b,"is_quote_status":%b' % tuple(_WORDS[mark] for mark in marks)
    for marks in _MARKS
}
_ELEMENTS = {
    marks: b"<favorited>%b</favorited><retweeted>%b</retweeted><is_quote_status>%b</is_quote_status>"
    % tuple(_WORDS[mark] for mark in marks)
    for marks in _MARKS
}
FORMS: dict[str, Form] = {"json": Form(), "xml": XmlForm()}
