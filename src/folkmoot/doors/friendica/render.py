"""Timelines as bytes, in every format: texts are kept encoded by revision, people by how they look to the caller.

A kept text holds no person, counter or mark, and a kept person is found only under all that decides its look, so
nothing of one caller reaches another; what may be seen is asked of the database at each request.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import cast

import msgspec

from folkmoot.domain import faces, looks, views
from folkmoot.domain.access import Viewer
from folkmoot.domain.faces import Face
from folkmoot.domain.hot import HotRow, hot_rows
from folkmoot.domain.looks import Look
from folkmoot.domain.posts import quotes, reactors
from folkmoot.domain.posts.reactions import BOOSTED, LIKED, Reaction
from folkmoot.domain.views import PostView
from folkmoot.doors.frame import At, ByteCache, House, Pieces
from folkmoot.doors.friendica import feeds
from folkmoot.doors.friendica.forms import FORMS, Facts, Form, Inner
from folkmoot.doors.friendica.present import ACTIVITIES, Presenter
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.status import Status

CACHE_BYTES = 12 * 1024 * 1024
"""For texts and people, of which whole posts are made."""
WHOLE_BYTES = 24 * 1024 * 1024
"""For whole posts of one format."""
_VARYING = (
    "favorited", "retweeted", "is_quote_status", "retweet_count", "favorite_count", "friendica_comments", "user",
    "friendica_owner", "friendica_author", "friendica_activities", "retweeted_status", "quoted_status",
)  # fmt: skip
Reacted = Mapping[int, Sequence[tuple[Reaction, int]]]


def cache_of(house: House) -> ByteCache:
    """Where this door keeps its bytes."""
    return house.caches.get("friendica") or house.cache("friendica", CACHE_BYTES)


def statuses(at: At, ids: list[int], *, seen: bool = True) -> Pieces:
    """The posts in the order of *ids*, in the call's format (json or xml), those left out that may not be seen.

    *seen*: the ids come from a list that asked for sight in this transaction.
    """
    found = faces.of_posts(at.tx, at.viewer, ids, seen=seen)
    return of_faces(at, [found[id_] for id_ in ids if id_ in found])


def of_faces(at: At, rows: list[Face]) -> Pieces:
    """The posts of these rows: whole where they were made before for whoever saw the same."""
    form = FORMS[at.format]
    whole = at.house.cache(f"friendica {form.name}", WHOLE_BYTES)
    keys = _whole_keys(at.tx, at.viewer, rows)
    kept = whole.get_all(keys)
    return (
        _completed(at, form, whole, rows, keys, kept)
        if None in kept
        else form.many(cast("list[bytes]", kept))
    )


def _completed(
    at: At,
    form: Form,
    whole: ByteCache,
    rows: list[Face],
    keys: Sequence[Hashable],
    kept: list[bytes | None],
) -> Pieces:
    """The posts with what is not *kept* made now."""
    missing = [row[0] for row, body in zip(rows, kept, strict=True) if body is None]
    some = hot_rows(at.tx, at.viewer, missing, seen=True)
    bodies = _Page(at.house, at.tx, at.viewer, form, some).posts()
    made = dict(zip((row.post.id for row in some), bodies, strict=True))
    posts: list[bytes] = []
    own = 0
    for row, key, body in zip(rows, keys, kept, strict=True):
        if body is None:
            body = made[row[0]]
            # What is quoted is seen by some, and shows people of its own.
            if faces.has_part(row, quotes.PART) or not whole.put(key, body):
                own += len(body)
        posts.append(body)
    return form.many(posts, own)


def _whole_keys(tx: Tx, viewer: Viewer, rows: list[Face]) -> Sequence[Hashable]:
    """All that decides how each post looks to this caller: its face, and where somebody reacted how those look, among
    whom the caller's own face differs from what others see of it."""
    shown = [id_ for row in rows if (id_ := faces.reacted_to(row))]
    reacted = reactors.of_posts(tx, viewer, shown)
    if not reacted:
        return rows
    people = list({account_id for who in reacted.values() for _, account_id in who})
    stands = looks.of_accounts(tx, viewer, people)
    me = viewer.account_id
    keys: list[Hashable] = []
    for row in rows:
        did = reacted.get(faces.reacted_to(row))
        if did is None:
            keys.append(row)
        else:
            who = tuple([(kind, stands.get(account_id)) for kind, account_id in did])
            keys.append((row, who, me if any(each[1] == me for each in did) else 0))
    return keys


def pieces(at: At, ids: list[int], *, seen: bool = True) -> list[feeds.Piece]:
    """The same as entries of a feed (rss or atom)."""
    rows = hot_rows(at.tx, at.viewer, ids, seen=seen)
    cache = cache_of(at.house)
    keys = {row.post.id: _feed_key(at.format, row) for row in rows}
    found = {id_: kept for id_, key in keys.items() if (kept := cache.get(key)) is not None}
    missing = [id_ for id_ in keys if id_ not in found]
    # Sight was decided by the query that gave the rows; an entry is the same for all who may see the post.
    loaded = views.posts_by_ids(at.tx, Viewer.system(), missing) if missing else {}
    blank = Presenter(at.house.links, 0, {}, {}, {})
    for id_, view in loaded.items():
        entry = feeds.of_status(blank.status(view), (view.boost_of or view).edited_at)
        found[id_] = feeds.keep(feeds.piece(at.format, entry, at.house.settings.base_url))
        cache.put(keys[id_], found[id_])
    return feeds.kept(found[row.post.id] for row in rows)


class _Page:
    """One answer: its pieces, found or made, each loaded for all posts at once. *deep*: quoted posts stand inside."""

    def __init__(
        self, house: House, tx: Tx, viewer: Viewer, form: Form, rows: list[HotRow], *, deep: bool = True
    ) -> None:
        self.form = form
        self.rows = rows
        self.house = house
        self.cache = cache_of(house)
        self.texts = self._texts(tx)
        self.quoted = self._quoted(tx, viewer) if deep else {}
        self.reacted = reactors.of_posts(tx, viewer, list({row.shown.id for row in rows}))
        ids = {row.post.author_id for row in rows} | {row.shown.author_id for row in rows}
        ids |= {row.shown.group_id for row in rows if row.shown.group_id is not None}
        ids |= {account_id for who in self.reacted.values() for _, account_id in who}
        self.people = self._people(tx, viewer, list(ids))

    def posts(self) -> list[bytes]:
        return [self._post(row) for row in self.rows]

    def _post(self, row: HotRow) -> bytes:
        form, shown = self.form, row.shown
        quoted = self.quoted.get(shown.id, b"")
        facts = Facts(
            bool(row.bits & LIKED),
            bool(row.bits & BOOSTED),
            bool(quoted),
            shown.boosts_n,
            shown.likes_n,
            shown.replies_n,
        )
        activities = self._activities(shown.id) if shown.id in self.reacted else form.nobody
        author = self.people[shown.author_id]
        wall = self.people[shown.group_id] if shown.group_id is not None else author
        inside, who = Inner(b"", quoted), (author, wall, author)
        if row.post.boost_of_id is None:
            return form.post(self.texts[_key(form, row)], facts, who, activities, inside)
        original = form.post(self.texts[_inner_key(form, row)], facts, who, activities, inside)
        passer = self.people[row.post.author_id]
        around = (passer, passer, author)
        return form.post(self.texts[_key(form, row)], facts, around, activities, Inner(original, quoted))

    def _activities(self, post_id: int) -> bytes:
        found: dict[str, list[bytes]] = {}
        for kind, account_id in self.reacted[post_id]:
            if account_id in self.people:
                found.setdefault(ACTIVITIES[kind], []).append(self.people[account_id])
        return self.form.activities(found)

    def _quoted(self, tx: Tx, viewer: Viewer) -> dict[int, bytes]:
        """The posts that are quoted on this page, by those that quote them, as far as the viewer sees them."""
        asked = [row.shown.id for row in self.rows if row.shown.parts & quotes.PART]
        seen = {id_: q.quoted_id for id_, q in quotes.of_posts(tx, viewer, asked).items() if q.quoted_id}
        rows = hot_rows(tx, viewer, list(dict.fromkeys(seen.values())), seen=True) if seen else []
        page = _Page(self.house, tx, viewer, self.form, rows, deep=False) if rows else None
        made = dict(zip((row.post.id for row in rows), page.posts(), strict=True)) if page else {}
        return {id_: made[quoted] for id_, quoted in seen.items() if quoted in made}

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
        for key, id_ in missing.items():
            found[key] = self.form.piece(self._bare(loaded[id_]))
            self.cache.put(key, found[key])
        return found

    def _bare(self, view: PostView) -> Status:
        return without_people(Presenter(self.house.links, 0, {}, {}, {}).status(view))

    def _people(self, tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, bytes]:
        seen = looks.of_accounts(tx, viewer, ids)
        keys = {id_: _person_key(self.form, look, id_ == viewer.account_id) for id_, look in seen.items()}
        found = {id_: kept for id_, key in keys.items() if (kept := self.cache.get(key)) is not None}
        missing = [id_ for id_ in keys if id_ not in found]
        made = Presenter(self.house.links, viewer.account_id, seen, {}, {})
        for id_, view in views.accounts_by_ids(tx, missing).items():
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


def _feed_key(format: str, row: HotRow) -> Hashable:
    post, shown = row.post, row.shown
    return (
        format,
        post.id,
        post.rev,
        row.author.rev,
        shown.id,
        shown.rev,
        row.shown_author.rev,
        row.group_rev,
    )


def _person_key(form: Form, look: Look, me: bool) -> Hashable:
    return (form.name, me, look)
