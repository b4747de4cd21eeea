"""Posts and accounts as JSON bytes: what all readers share is kept encoded by revision, the rest is added each time.

A post's bytes hold no counter and nothing of a reader, so that a favourite touches none and none can leak; the query
of domain.hot decides at each request what may be seen, and says which revision to show.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import cast

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer, hidden_groups
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import (
    PARTS,
    HotAccount,
    HotRow,
    Look,
    hot_accounts,
    hot_rows,
    looks,
    own_rows,
    shown,
)
from folkmoot.domain.posts.reactions import THREAD_MUTED
from folkmoot.domain.reading import filtering
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.pieces import Pieces
from folkmoot.doors.mastodon import inserts, present
from folkmoot.doors.mastodon.filtered import filtered
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import day

CACHE_BYTES = 48 * 1024 * 1024
"""For posts and accounts without what differs between readers."""
LOOKS_BYTES = 48 * 1024 * 1024
"""For whole posts."""
_MARKS = 15
_COUNTERS_OF_ACCOUNT = ("statuses_count", "followers_count", "following_count", "last_status_at")
_VARYING = (
    "account", "reblog", "reblogs_count", "favourites_count", "replies_count", "favourited", "reblogged", "muted",
    "bookmarked", "pinned", "filtered", "poll", "quote", "quotes_count", "quote_approval",
)  # fmt: skip
_encode = msgspec.json.encode


def _flags(bits: int) -> bytes:
    """The keys of a reader who did *bits*, ready to append."""
    words = {True: b"true", False: b"false"}
    out = b',"favourited":%b,"reblogged":%b,"bookmarked":%b,"muted":%b' % tuple(
        words[bool(bits & bit)] for bit in (1, 2, 4, THREAD_MUTED)
    )
    return out + (b',"pinned":%b' % words[bool(bits & 8)] if bits & present.PINNABLE else b"")


FLAGS = tuple(_flags(bits) for bits in range(64))
UNFILTERED = tuple(flags + b',"filtered":[]}' for flags in FLAGS)
NO_PARTS = b',"poll":null,"quote":null'


def cache_of(house: House) -> ByteCache:
    """Where this door keeps its bytes."""
    return house.caches.get("mastodon") or house.cache("mastodon", CACHE_BYTES)


def _opened(entity: msgspec.Struct, without: Iterable[str]) -> bytes:
    """A new entity without these keys and without its closing brace. The entity itself loses them."""
    for key in without:
        setattr(entity, key, msgspec.UNSET)
    return _encode(entity)[:-1]


def _post_key(row: HotRow) -> tuple[str, int, int, int, int]:
    return ("post", row.shown.id, row.shown.rev, row.shown_author.rev, row.group_rev)


def _boost_key(row: HotRow) -> tuple[str, int, int, int]:
    return ("boost", row.post.id, row.post.rev, row.author.rev)


def _face(view: AccountView, house: House, cache: ByteCache) -> bytes:
    """The account up to its counters, its brace open."""
    key = ("account", view.id, view.rev)
    made = cache.get(key)
    if made is None:
        made = _opened(present.account(view, house.links), _COUNTERS_OF_ACCOUNT)
        cache.put(key, made)
    return made


def _fixed(view: PostView, house: House, cache: ByteCache) -> bytes:
    """What is the same for all readers, up to the account's counters: `{… "account": {…` with both braces open."""
    status = present.status(view, house.links, None, faceless=True)
    return _opened(status, _VARYING) + b',"account":' + _face(view.author, house, cache)


def _load(house: House, tx: Tx, rows: list[HotRow], cache: ByteCache) -> dict[tuple[object, ...], bytes]:
    """The bytes of rows that the cache lacks, by key.

    Their sight was decided by the query that gave the rows; what is made here is the same for every reader, so it is
    loaded as nobody's view.
    """
    ids = {row.shown.id for row in rows} | {row.post.id for row in rows}
    found = views.posts_by_ids(tx, Viewer.system(), list(ids))
    made: dict[tuple[object, ...], bytes] = {}
    for row in rows:
        wanted: list[tuple[tuple[object, ...], int]] = [(_post_key(row), row.shown.id)]
        if row.post.boost_of_id is not None:
            wanted.append((_boost_key(row), row.post.id))
        for key, id_ in wanted:
            if key not in made:
                made[key] = _fixed(found[id_], house, cache)
                cache.put(key, made[key])
    return made


@lru_cache(maxsize=65_536)
def _who(posts_n: int, followers_n: int, following_n: int, last_day: int | None) -> bytes:
    """The counters of an account and its closing brace; *last_day* counts from 1970."""
    when = b"null" if last_day is None else b'"%b"' % day(last_day * 86_400_000).encode()
    return b',"statuses_count":%d,"followers_count":%d,"following_count":%d,"last_status_at":%b}' % (
        posts_n,
        followers_n,
        following_n,
        when,
    )


def _counters(a: HotAccount) -> bytes:
    last = a.last_post_at
    return _who(a.posts_n, a.followers_n, a.following_n, None if last is None else last // 86_400_000)


@lru_cache(maxsize=65_536)
def _counts(replies_n: int, boosts_n: int, likes_n: int) -> bytes:
    return b',"replies_count":%d,"reblogs_count":%d,"favourites_count":%d' % (replies_n, boosts_n, likes_n)


def _tail(row: HotRow, me: int, matched: bytes | None) -> bytes:
    """What the reader did to the post, *matched* filters, and the closing brace."""
    if not me:
        return b"}"
    bits = (row.bits & _MARKS) | (row.muted & THREAD_MUTED)
    if row.shown.author_id == me and row.post.boost_of_id is None and row.shown.audience != Audience.DIRECT:
        bits |= present.PINNABLE
    return UNFILTERED[bits] if matched is None else b'%b,"filtered":%b}' % (FLAGS[bits], matched)


def _parts(house: House, tx: Tx, viewer: Viewer, rows: list[HotRow], deep: bool) -> dict[int, bytes]:
    """Poll and quote of those of the shown posts that have one, ready to append; *deep*: with the quoted post."""
    asked = {row.shown.id: row.shown.parts for row in rows if row.shown.parts}
    if not asked:
        return {}
    null = b"null"
    polls = inserts.polls(house, tx, viewer, [id_ for id_, parts in asked.items() if parts & inserts.POLL])
    show = partial(statuses, house, tx, viewer, seen=True, deep=False) if deep else None
    quotes = inserts.quotes(tx, viewer, [id_ for id_, parts in asked.items() if parts & inserts.QUOTE], show)
    return {id_: b',"poll":%b,"quote":%b' % (polls.get(id_, null), quotes.get(id_, null)) for id_ in asked}


def _kept(house: House, tx: Tx, rows: list[HotRow]) -> list[tuple[bytes, bytes | None]]:
    """For each row the bytes of the shown post, and those of the boost around it where there is one."""
    cache = cache_of(house)
    get = cache.get
    kept = [
        (get(_post_key(row)), None if row.post.boost_of_id is None else get(_boost_key(row))) for row in rows
    ]
    missing = [
        row
        for row, (inner, outer) in zip(rows, kept, strict=True)
        if inner is None or (outer is None and row.post.boost_of_id is not None)
    ]
    if not missing:
        return kept  # type: ignore[return-value]  # nothing is None that must not be
    made = _load(house, tx, missing, cache)
    return [
        (
            made[_post_key(row)] if inner is None else inner,
            made[_boost_key(row)] if outer is None and row.post.boost_of_id is not None else outer,
        )
        for row, (inner, outer) in zip(rows, kept, strict=True)
    ]


_NOTHING: dict[int, bytes] = {}


def _pieces(
    house: House,
    tx: Tx,
    viewer: Viewer,
    rows: list[HotRow],
    matched: dict[int, bytes] = _NOTHING,
    *,
    deep: bool = True,
) -> list[tuple[bytes, ...]]:
    """One JSON object for each row, in order, in pieces; *matched* filters by shown post."""
    me = viewer.account_id
    out: list[tuple[bytes, ...]] = []
    parts = _parts(house, tx, viewer, rows, deep)
    approvals = inserts.approvals(tx, viewer, rows)
    for row, (inner, outer) in zip(rows, _kept(house, tx, rows), strict=True):
        shown = row.shown
        tail = _tail(row, me, matched.get(shown.id))
        who, counts = _counters(row.shown_author), _counts(shown.replies_n, shown.boosts_n, shown.likes_n)
        approval = approvals[row.post.id]
        part = parts.get(shown.id, NO_PARTS) + approval
        if outer is None:
            out.append((inner, who, counts, part, b',"reblog":null', tail))
        else:
            by, whole = _counters(row.author), (inner, who, counts, part, b',"reblog":null', tail)
            out.append((outer, by, counts, NO_PARTS, approval, b',"reblog":', *whole, tail))
    return out


def by_row(
    house: House,
    tx: Tx,
    viewer: Viewer,
    rows: list[HotRow],
    matched: dict[int, bytes] = _NOTHING,
    *,
    deep: bool = True,
) -> list[bytes]:
    """One JSON object for each row, in order; *deep*: a quote shows the quoted post, not its id alone."""
    return [b"".join(pieces) for pieces in _pieces(house, tx, viewer, rows, matched, deep=deep)]


def _matched(
    house: House, tx: Tx, viewer: Viewer, rows: list[HotRow], texts: dict[int, str] | None = None
) -> dict[int, bytes]:
    if not viewer.filters_rev or not rows:
        return _NOTHING
    shown = [(row.shown.id, row.shown.rev, row.shown.author_id) for row in rows]
    return filtered(house, tx, viewer, shown, texts)


def statuses(
    house: House,
    tx: Tx,
    viewer: Viewer,
    ids: list[int],
    *,
    seen: bool = False,
    deep: bool = True,
) -> dict[int, bytes]:
    """JSON of those of the posts that the viewer may see, by id; *seen* as in hot_rows, *deep* as in by_row."""
    rows = hot_rows(tx, viewer, ids, seen=seen)
    made = by_row(house, tx, viewer, rows, _matched(house, tx, viewer, rows), deep=deep)
    return dict(zip((row.post.id for row in rows), made, strict=True))


def own(house: House, tx: Tx, authors: Mapping[int, Viewer]) -> dict[int, bytes]:
    """JSON of new posts, each as its author sees it, by id; what they have in common is loaded for all at once."""
    rows = own_rows(tx, list(authors))
    _kept(house, tx, rows)
    read = [row.post.id for row in rows if authors[row.post.id].filters_rev]
    texts = filtering.texts(tx, read) if read else {}
    made = {}
    for row in rows:
        viewer = authors[row.post.id]
        matched = _matched(house, tx, viewer, [row], texts)
        made[row.post.id] = by_row(house, tx, viewer, [row], matched)[0]
    return made


def status(at: At, post_id: int) -> Response:
    """One post. Raises NotFound."""
    found = statuses(at.house, at.tx, at.viewer, [post_id]) if 0 < post_id < 1 << 63 else {}
    if not found:
        raise NotFound(what="post")
    return Response(200, found[post_id])


def array(items: Iterable[bytes]) -> bytes:
    """A JSON array of what is encoded already."""
    return b"[%b]" % b",".join(items)


def look_array(at: At, found: list[Look]) -> Pieces:
    """A JSON array of posts. What is finished is kept under the look itself, and what a filter of the reader says of
    it: equal looks are equal bytes. Posts with parts of one reader alone are made each time.
    """
    whole = at.house.cache("mastodon looks", LOOKS_BYTES)
    matched, keys = _NOTHING, cast("Sequence[Hashable]", found)
    if at.viewer.filters_rev and found:
        posts = [shown(look) for look in found]
        matched = filtered(at.house, at.tx, at.viewer, posts)
        if matched:
            marks = [matched.get(post[0]) for post in posts]
            keys = [look if mark is None else (look, mark) for look, mark in zip(found, marks, strict=True)]
    kept = whole.get_all(keys)
    if None in kept:
        return _completed(at, found, keys, kept, matched)
    return Pieces.array(cast("list[bytes]", kept))


def _completed(
    at: At, found: list[Look], keys: Sequence[Hashable], kept: list[bytes | None], matched: dict[int, bytes]
) -> Pieces:
    """The array with what is not *kept* made now."""
    whole, own_bytes = at.house.cache("mastodon looks", LOOKS_BYTES), 0
    missing = [look[0] for look, body in zip(found, kept, strict=True) if body is None]
    rows = hot_rows(at.tx, at.viewer, missing, seen=True)
    bodies = by_row(at.house, at.tx, at.viewer, rows, matched)
    made = dict(zip((row.post.id for row in rows), bodies, strict=True))
    items: list[bytes] = []
    for look, key, body in zip(found, keys, kept, strict=True):
        if body is None:
            body = made[look[0]]
            if look[PARTS] or not whole.put(key, body):
                own_bytes += len(body)
        items.append(body)
    return Pieces.array(items, own_bytes)


def status_array(at: At, ids: list[int], *, seen: bool = True) -> Pieces:
    """A JSON array of posts; by default of ids that a list has just asked sight for."""
    return look_array(at, looks(at.tx, at.viewer, ids, seen=seen))


def accounts(house: House, tx: Tx, ids: list[int]) -> dict[int, bytes]:
    """JSON of accounts by id; unknown ids are left out."""
    cache = cache_of(house)
    rows = hot_accounts(tx, ids)
    kept = {id_: cache.get(("account", id_, row.rev)) for id_, row in rows.items()}
    missing = [id_ for id_, found in kept.items() if found is None]
    for id_, view in views.accounts_by_ids(tx, missing).items():
        kept[id_] = _face(view, house, cache)
    return {id_: (kept[id_] or b"") + _counters(row) for id_, row in rows.items()}


def account(at: At, account_id: int) -> Response:
    """One account. Raises NotFound."""
    found = accounts(at.house, at.tx, [account_id]) if 0 < account_id < 1 << 63 else {}
    if account_id not in found:
        raise NotFound(what="account")
    return Response(200, found[account_id])


def account_array(at: At, ids: list[int]) -> bytes:
    """A JSON array of accounts in the order of *ids*, without groups that the viewer may not know of."""
    hidden = hidden_groups(at.tx, at.viewer, ids)
    found = accounts(at.house, at.tx, [i for i in dict.fromkeys(ids) if i not in hidden])
    return array(found[i] for i in ids if i in found)
