"""Timelines as bytes, JSON or XML: texts are kept encoded by revision, people by how they look to the caller.

A kept text holds no person, counter or mark, and a kept person is found only under all that decides its look, so
nothing of one caller reaches another; what may be seen is asked of the database at each request.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from folkmoot.domain import looks, views
from folkmoot.domain.access import Viewer
from folkmoot.domain.hot import HotRow, hot_rows
from folkmoot.domain.looks import Look
from folkmoot.domain.posts import reactors
from folkmoot.domain.posts.reactions import BOOSTED, LIKED, Reaction
from folkmoot.doors.frame import At, ByteCache, House, json_bytes
from folkmoot.doors.friendica.present import ACTIVITIES, Presenter
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.status import Activities, Status

CACHE_BYTES = 48 * 1024 * 1024
_VARYING = (
    "favorited", "retweeted", "retweet_count", "favorite_count", "friendica_comments", "user", "friendica_owner",
    "friendica_author", "friendica_activities", "retweeted_status",
)  # fmt: skip
_KINDS = Activities.__struct_fields__
Reacted = Mapping[int, Sequence[tuple[Reaction, int]]]


class Facts(NamedTuple):
    """What of a post is never kept."""

    favorited: bool
    retweeted: bool
    boosts_n: int
    likes_n: int
    replies_n: int


class Form:
    """How pieces are joined in one format."""

    name = "json"

    def piece(self, value: msgspec.Struct) -> bytes:
        """A struct as a piece: in JSON without its closing brace."""
        return json_bytes(value)[:-1]

    def person(self, value: msgspec.Struct) -> bytes:
        """A person, whole."""
        return json_bytes(value)

    def activities(self, people: Mapping[str, Sequence[bytes]]) -> bytes:
        parts = [b'"%b":[%b]' % (kind.encode(), b",".join(people.get(kind, ()))) for kind in _KINDS]
        return b"{%b}" % b",".join(parts)

    def post(
        self,
        text: bytes,
        facts: Facts,
        people: tuple[bytes, bytes, bytes],
        activities: bytes,
        original: bytes,
    ) -> bytes:
        """A whole post. *people*: whose it is, on whose wall, its author; *original*: the post passed on, or empty."""
        flags = b',"favorited":%b,"retweeted":%b' % (_truth(facts.favorited), _truth(facts.retweeted))
        counts = b',"retweet_count":%d,"favorite_count":%d,"friendica_comments":%d' % facts[2:]
        who = b',"user":%b,"friendica_owner":%b,"friendica_author":%b' % people
        inner = b',"retweeted_status":%b' % original if original else b""
        return b'%b%b%b%b,"friendica_activities":%b%b}' % (text, flags, counts, who, activities, inner)

    def many(self, posts: Sequence[bytes]) -> bytes:
        return b"[%b]" % b",".join(posts)


class XmlForm(Form):
    """The same as elements."""

    name = "xml"

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
        self,
        text: bytes,
        facts: Facts,
        people: tuple[bytes, bytes, bytes],
        activities: bytes,
        original: bytes,
    ) -> bytes:
        truths = (_truth(facts.favorited), _truth(facts.retweeted))
        flags = b"<favorited>%b</favorited><retweeted>%b</retweeted>" % truths
        counts = (
            b"<retweet_count>%d</retweet_count><favorite_count>%d</favorite_count>"
            b"<friendica:comments>%d</friendica:comments>" % facts[2:]
        )
        who = (
            b"<user>%b</user><friendica:owner>%b</friendica:owner><friendica:author>%b</friendica:author>"
            % people
        )
        inner = b"<retweeted_status>%b</retweeted_status>" % original if original else b""
        did = b"<friendica:activities>%b</friendica:activities>" % activities
        return b"".join((text, flags, counts, who, did, inner))

    def many(self, posts: Sequence[bytes]) -> bytes:
        return xml.document("statuses", b"".join([b"<status>%b</status>" % post for post in posts]))


def _truth(on: bool) -> bytes:
    return b"true" if on else b"false"


FORMS: dict[str, Form] = {"json": Form(), "xml": XmlForm()}


def statuses(at: At, ids: list[int], *, seen: bool = True) -> bytes:
    """The posts in the order of *ids*, in the call's format (json or xml), those left out that may not be seen.

    *seen*: the ids come from a list that asked for sight in this transaction.
    """
    form = FORMS[at.format]
    rows = hot_rows(at.tx, at.viewer, ids, seen=seen)
    return form.many(_Page(at.house, at.tx, at.viewer, form, rows).posts())


class _Page:
    """One answer: its pieces, found or made, each loaded for all posts at once."""

    def __init__(self, house: House, tx: Tx, viewer: Viewer, form: Form, rows: list[HotRow]) -> None:
        self.form = form
        self.rows = rows
        self.house = house
        self.cache: ByteCache = house.cache("friendica", CACHE_BYTES)
        self.nothing = form.activities({})
        self.texts = self._texts(tx)
        self.reacted = reactors.of_posts(tx, list({row.shown.id for row in rows}))
        ids = {row.post.author_id for row in rows} | {row.shown.author_id for row in rows}
        ids |= {row.shown.group_id for row in rows if row.shown.group_id is not None}
        ids |= {account_id for who in self.reacted.values() for _, account_id in who}
        self.people = self._people(tx, viewer, list(ids))

    def posts(self) -> list[bytes]:
        return [self._post(row) for row in self.rows]

    def _post(self, row: HotRow) -> bytes:
        form = self.form
        facts = Facts(
            bool(row.bits & LIKED),
            bool(row.bits & BOOSTED),
            row.shown.boosts_n,
            row.shown.likes_n,
            row.shown.replies_n,
        )
        activities = self._activities(row.shown.id)
        shown = self.people[row.shown.author_id]
        wall = self.people[row.shown.group_id] if row.shown.group_id is not None else shown
        if row.post.boost_of_id is None:
            return form.post(self.texts[_key(form, row)], facts, (shown, wall, shown), activities, b"")
        original = form.post(self.texts[_inner_key(form, row)], facts, (shown, wall, shown), activities, b"")
        passer = self.people[row.post.author_id]
        return form.post(self.texts[_key(form, row)], facts, (passer, passer, shown), activities, original)

    def _activities(self, post_id: int) -> bytes:
        reacted = self.reacted.get(post_id)
        if reacted is None:
            return self.nothing
        found: dict[str, list[bytes]] = {}
        for kind, account_id in reacted:
            if account_id in self.people:
                found.setdefault(ACTIVITIES[kind], []).append(self.people[account_id])
        return self.form.activities(found)

    def _texts(self, tx: Tx) -> dict[Hashable, bytes]:
        wanted: dict[Hashable, int] = {}
        for row in self.rows:
            wanted[_key(self.form, row)] = row.post.id
            if row.post.boost_of_id is not None:
                wanted[_inner_key(self.form, row)] = row.shown.id
        found = {key: kept for key in wanted if (kept := self.cache.get(key)) is not None}
        missing = {key: id_ for key, id_ in wanted.items() if key not in found}
        # Sight was decided by the query that gave the rows; a text is the same for all who may see it.
        loaded = views.posts_by_ids(tx, Viewer.system(), list(missing.values())) if missing else {}
        blank = Presenter(self.house.links, 0, {}, {}, {})
        for key, id_ in missing.items():
            found[key] = self.form.piece(without_people(blank.status(loaded[id_])))
            self.cache.put(key, found[key])
        return found

    def _people(self, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
        seen = looks.of_accounts(tx, viewer, ids)
        keys = {id_: _person_key(self.form, look, id_ == viewer.account_id) for id_, look in seen.items()}
        found = {id_: kept for id_, key in keys.items() if (kept := self.cache.get(key)) is not None}
        made = Presenter(self.house.links, viewer.account_id, seen, {}, {})
        for id_, view in views.accounts_by_ids(tx, [id_ for id_ in keys if id_ not in found]).items():
            found[id_] = self.form.person(made.user(view))
            self.cache.put(keys[id_], found[id_])
        return found


def without_people(status: Status) -> Status:
    """The post without what `Form.post` adds."""
    for name in _VARYING:
        setattr(status, name, msgspec.UNSET)
    return status


def _key(form: Form, row: HotRow) -> Hashable:
    return (form.name, row.post.id, row.post.rev, row.shown.id, row.shown.rev, row.group_rev)


def _inner_key(form: Form, row: HotRow) -> Hashable:
    return (form.name, row.shown.id, row.shown.rev, row.shown.id, row.shown.rev, row.group_rev)


def _person_key(form: Form, look: Look, me: bool) -> Hashable:
    return (form.name, me, look)
