"""Posts and accounts as JSON bytes: what all readers share is kept encoded by revision, the rest is added each time.

A post's bytes hold no counter and nothing of a reader, so that a favourite touches none and none can leak; the query
of domain.hot decides at each request what may be seen, and says which revision to show.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import HotAccount, HotRow, Look, hot_accounts, hot_rows, looks
from folkmoot.domain.reactions import THREAD_MUTED
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import present
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import day

CACHE_BYTES = 48 * 1024 * 1024
_MARKS = 15
_COUNTERS_OF_ACCOUNT = ("statuses_count", "followers_count", "following_count", "last_status_at")
_VARYING = (
    "account", "reblog", "reblogs_count", "favourites_count", "replies_count", "favourited", "reblogged", "muted",
    "bookmarked", "pinned", "filtered",
)  # fmt: skip
_encode = msgspec.json.encode


def _flags(bits: int) -> bytes:
    """The keys of a reader who did *bits*, ready to append, and the closing brace."""
    words = {True: b"true", False: b"false"}
    out = b',"favourited":%b,"reblogged":%b,"bookmarked":%b,"muted":%b,"filtered":[]' % tuple(
        words[bool(bits & bit)] for bit in (1, 2, 4, THREAD_MUTED)
    )
    return out + (b',"pinned":%b}' % words[bool(bits & 8)] if bits & present.PINNABLE else b"}")


FLAGS = tuple(_flags(bits) for bits in range(64))


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


def _tail(row: HotRow, me: int) -> bytes:
    """What the reader did to the post, and the closing brace."""
    if not me:
        return b"}"
    bits = (row.bits & _MARKS) | (row.muted & THREAD_MUTED)
    if row.shown.author_id == me and row.post.boost_of_id is None and row.shown.audience != Audience.DIRECT:
        bits |= present.PINNABLE
    return FLAGS[bits]


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


def _pieces(house: House, tx: Tx, viewer: Viewer, rows: list[HotRow]) -> list[tuple[bytes, ...]]:
    """One JSON object for each row, in order, in pieces."""
    me = viewer.account_id
    out: list[tuple[bytes, ...]] = []
    for row, (inner, outer) in zip(rows, _kept(house, tx, rows), strict=True):
        shown = row.shown
        tail = _tail(row, me)
        who, counts = _counters(row.shown_author), _counts(shown.replies_n, shown.boosts_n, shown.likes_n)
        if outer is None:
            out.append((inner, who, counts, b',"reblog":null', tail))
        else:
            by = _counters(row.author)
            out.append((outer, by, counts, b',"reblog":', inner, who, counts, b',"reblog":null', tail, tail))
    return out


def by_row(house: House, tx: Tx, viewer: Viewer, rows: list[HotRow]) -> list[bytes]:
    """One JSON object for each row, in order."""
    return [b"".join(pieces) for pieces in _pieces(house, tx, viewer, rows)]


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


def statuses(house: House, tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> dict[int, bytes]:
    """JSON of those of the posts that the viewer may see, by id; *seen* as in hot_rows."""
    rows = hot_rows(tx, viewer, ids, seen=seen)
    return dict(zip((row.post.id for row in rows), by_row(house, tx, viewer, rows), strict=True))


def status(at: At, post_id: int) -> Response:
    """One post. Raises NotFound."""
    rows = hot_rows(at.tx, at.viewer, [post_id]) if 0 < post_id < 1 << 63 else []
    if not rows:
        raise NotFound(what="post")
    return Response(200, by_row(at.house, at.tx, at.viewer, rows)[0])


def array(items: Iterable[bytes]) -> bytes:
    """A JSON array of what is encoded already."""
    return b"[%b]" % b",".join(items)


def look_array(at: At, found: list[Look]) -> bytes:
    """A JSON array of posts. What is finished is kept under the look itself: equal looks are equal bytes."""
    whole = at.house.cache("mastodon looks", 48 * 1024 * 1024)
    kept = [whole.get(look) for look in found]
    if None not in kept:
        return b"[%b]" % b",".join(kept)  # type: ignore[arg-type]  # no None is in it
    missing = {look[0]: look for look, body in zip(found, kept, strict=True) if body is None}
    made = statuses(at.house, at.tx, at.viewer, list(missing), seen=True)
    for id_, body in made.items():
        whole.put(missing[id_], body)
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
    """A JSON array of accounts in the order of *ids*."""
    found = accounts(at.house, at.tx, list(dict.fromkeys(ids)))
    return array(found[i] for i in ids if i in found)
