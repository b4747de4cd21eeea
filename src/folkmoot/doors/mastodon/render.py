"""Posts and accounts as JSON bytes: what all readers share is kept encoded by revision, the rest is added each time.

A post's bytes hold no counter and nothing of a reader, so that a favourite touches none and none can leak; the query
of domain.hot decides at each request what may be seen, and says which revision to show.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

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
    shown,
)
from folkmoot.domain.posts.reactions import THREAD_MUTED
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import inserts, present
from folkmoot.doors.mastodon.filtered import filtered
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import day

CACHE_BYTES = 48 * 1024 * 1024
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
    """The entity without these keys and without its closing brace."""
    tree = msgspec.to_builtins(entity)
    for key in without:
        tree.pop(key, None)
    return _encode(tree)[:-1]


def _post_key(row: HotRow) -> tuple[str, int, int, int, int]:
    return ("post", row.shown.id, row.shown.rev, row.shown_author.rev, row.group_rev)


def _boost_key(row: HotRow) -> tuple[str, int, int, int]:
    return ("boost", row.post.id, row.post.rev, row.author.rev)


def _fixed(view: PostView, house: House) -> bytes:
    """What is the same for all readers, up to the account's counters: `{… "account": {…` with both braces open."""
    status = present.status(view, house.links, None)
    who = _opened(status.account, _COUNTERS_OF_ACCOUNT)
    return _opened(status, _VARYING) + b',"account":' + who


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
                made[key] = _fixed(found[id_], house)
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


def row_array(house: House, tx: Tx, viewer: Viewer, rows: list[HotRow]) -> bytes:
    """A JSON array of the rows, joined once."""
    if not rows:
        return b"[]"
    flat: list[bytes] = []
    for pieces in _pieces(house, tx, viewer, rows):
        flat += (b",", *pieces)
    flat[0] = b"["
    flat.append(b"]")
    return b"".join(flat)


def _matched(house: House, tx: Tx, viewer: Viewer, rows: list[HotRow]) -> dict[int, bytes]:
    if not viewer.filters_rev or not rows:
        return _NOTHING
    shown = [(row.shown.id, row.shown.rev, row.shown.author_id) for row in rows]
    return filtered(house, tx, viewer, shown)


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


def status(at: At, post_id: int) -> Response:
    """One post. Raises NotFound."""
    found = statuses(at.house, at.tx, at.viewer, [post_id]) if 0 < post_id < 1 << 63 else {}
    if not found:
        raise NotFound(what="post")
    return Response(200, found[post_id])


def array(items: Iterable[bytes]) -> bytes:
    """A JSON array of what is encoded already."""
    return b"[%b]" % b",".join(items)


def look_array(at: At, found: list[Look]) -> bytes:
    """A JSON array of posts. What is finished is kept under the look itself: equal looks are equal bytes.

    Posts with parts of one reader alone, and those that a filter matches, are made each time.
    """
    whole = at.house.cache("mastodon looks", 48 * 1024 * 1024)
    if at.viewer.filters_rev:
        return _look_array_filtered(at, found, whole)
    kept = whole.get_all(found)
    if None not in kept:
        return b"[%b]" % b",".join(kept)  # type: ignore[arg-type]  # no None is in it
    return _completed(at, found, kept, whole, _NOTHING)


def _look_array_filtered(at: At, found: list[Look], whole: ByteCache) -> bytes:
    posts = [shown(look) for look in found]
    matched = filtered(at.house, at.tx, at.viewer, posts) if found else _NOTHING
    kept = whole.get_all(found)
    if matched:
        kept = [None if post[0] in matched else body for post, body in zip(posts, kept, strict=True)]
    return _completed(at, found, kept, whole, matched)


def _completed(
    at: At, found: list[Look], kept: list[bytes | None], whole: ByteCache, matched: dict[int, bytes]
) -> bytes:
    """The array with what is not *kept* made now."""
    missing = {look[0]: look for look, body in zip(found, kept, strict=True) if body is None}
    rows = hot_rows(at.tx, at.viewer, list(missing), seen=True) if missing else []
    bodies = by_row(at.house, at.tx, at.viewer, rows, matched)
    made = dict(zip((row.post.id for row in rows), bodies, strict=True))
    for id_, body in made.items():
        look = missing[id_]
        if not look[PARTS] and shown(look)[0] not in matched:
            whole.put(look, body)
    return array(made[look[0]] if body is None else body for look, body in zip(found, kept, strict=True))


def status_array(at: At, ids: list[int], *, seen: bool = True) -> bytes:
    """A JSON array of posts; by default of ids that a list has just asked sight for."""
    return look_array(at, looks(at.tx, at.viewer, ids, seen=seen))


def accounts(house: House, tx: Tx, ids: list[int]) -> dict[int, bytes]:
    """JSON of accounts by id; unknown ids are left out."""
    cache = cache_of(house)
    rows = hot_accounts(tx, ids)
    kept = {id_: cache.get(("account", id_, row.rev)) for id_, row in rows.items()}
    missing = [id_ for id_, found in kept.items() if found is None]
    for id_, view in views.accounts_by_ids(tx, missing).items():
        made = _opened(present.account(view, house.links), _COUNTERS_OF_ACCOUNT)
        cache.put(("account", id_, view.rev), made)
        kept[id_] = made
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
