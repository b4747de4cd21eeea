"""Notifications as JSON bytes, one by one and in groups: heads are kept encoded, accounts and posts joined to them."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.hot import PARTS, account_looks, looks
from folkmoot.domain.notices import bundles
from folkmoot.domain.notices.notices import Notice
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import notice_extras, render
from folkmoot.doors.mastodon.words import KIND_OF, NOTICES
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import read_id, time

ALONE = "ungrouped"
_encode = msgspec.json.encode


def group_key(notice: Notice, *, alone: bool = False) -> str:
    """The name of the group that a notice is in; *alone*: as if it was in none."""
    if alone or not notice.bundle:
        return f"{ALONE}-{notice.id}"
    kind, _, rest = notice.bundle.partition("-")
    return f"{NOTICES[kind]}-{rest}"


def read_group_key(key: str) -> int | str:
    """The id of a notice that is told alone, or the name of a bundle; 0 for what is neither."""
    type_, _, rest = key.partition("-")
    if type_ == ALONE:
        return read_id(rest) or 0
    return f"{KIND_OF[type_]}-{rest}" if type_ in KIND_OF and rest else 0


def _people(house: House, tx: Tx, ids: list[int]) -> dict[int, bytes]:
    """Accounts by id; what is finished is kept under the look itself, as posts are."""
    whole = house.cache("mastodon looks", render.CACHE_BYTES)
    found = account_looks(tx, ids)
    out: dict[int, bytes] = {}
    missing = {}
    for look, body in zip(found, whole.get_all(found), strict=True):
        if body is None:
            missing[look[0]] = look
        else:
            out[look[0]] = body
    for id_, body in render.accounts(house, tx, list(missing)).items() if missing else ():
        out[id_] = body
        whole.put(missing[id_], body)
    return out


def _posts(house: House, tx: Tx, viewer: Viewer, found: list[Notice]) -> dict[int, bytes]:
    """The posts of notices, which come from a list that asked for sight in this same transaction."""
    ids = list({n.post_id for n in found if n.post_id is not None})
    if not ids:
        return {}
    if viewer.filters_rev:
        return render.statuses(house, tx, viewer, ids, seen=True)
    whole = house.cache("mastodon looks", render.CACHE_BYTES)
    known = looks(tx, viewer, ids, seen=True)
    out: dict[int, bytes] = {}
    missing = {}
    for look, body in zip(known, whole.get_all(known), strict=True):
        if body is None:
            missing[look[0]] = look
        else:
            out[look[0]] = body
    for id_, body in render.statuses(house, tx, viewer, list(missing), seen=True).items() if missing else ():
        out[id_] = body
        if not missing[id_][PARTS]:
            whole.put(missing[id_], body)
    return out


def notifications(
    house: House, tx: Tx, viewer: Viewer, found: list[Notice], supported: list[str] | None = None
) -> dict[int, bytes]:
    """JSON of notices by id; kinds that this API lacks, and those whose parts are gone, are left out.

    *supported*: types that the client knows; the others get words beside.
    """
    known = [n for n in found if n.kind in NOTICES]
    people = _people(house, tx, list({n.actor_id for n in known}))
    posts = _posts(house, tx, viewer, known)
    extras = notice_extras.of(house, tx, viewer, known)
    words = notice_extras.fallbacks(tx, known, supported)
    out = {}
    for notice in known:
        tail = _tail(notice, posts, extras)
        who = people.get(notice.actor_id)
        if who is not None and tail is not None:
            out[notice.id] = b'%b,"account":%b%b%b}' % (_head(notice), who, tail, words.get(notice.id, b""))
    return out


def _tail(notice: Notice, posts: dict[int, bytes], extras: dict[int, bytes]) -> bytes | None:
    """What a notice is about; None where that is gone."""
    if notice.kind in notice_extras.MAKERS:
        return extras.get(notice.id)
    if notice.post_id is None:
        return b""
    post = posts.get(notice.post_id)
    return None if post is None else b',"status":' + post


@lru_cache(maxsize=16_384)
def _head(notice: Notice) -> bytes:
    fields: dict[str, object] = {
        "id": str(notice.id),
        "type": NOTICES[notice.kind],
        "group_key": group_key(notice),
        "created_at": time(notice.created_at),
    }
    if notice.filtered:
        fields["filtered"] = True
    return _encode(fields)[:-1]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How groups are wanted: kinds that are *bundled*, *slim* accounts, *supported* types; of a page also the lowest
    id that it reaches down to (*low*), None for a group that is asked for alone."""

    bundled: frozenset[str]
    slim: bool = False
    supported: list[str] | None = None
    low: int | None = None


def groups(house: House, tx: Tx, viewer: Viewer, found: list[Notice], shape: Shape) -> bytes:
    """GroupedNotificationsResults: groups with the accounts and posts that they name."""
    known = [n for n in found if n.kind in NOTICES]
    posts = _posts(house, tx, viewer, known)
    extras = notice_extras.of(house, tx, viewer, known)
    known = [n for n in known if _tail(n, posts, extras) is not None]
    words = notice_extras.fallbacks(tx, known, shape.supported)
    samples = {n.id: _sample(n, shape) for n in known}
    full = dict.fromkeys(id_ for n in known for id_ in (samples[n.id][:1] if shape.slim else samples[n.id]))
    people = _people(house, tx, list(full))
    rows = []
    reach = _reach(tx, viewer, known, shape)
    for n in known:
        about = b"" if n.post_id is None else b',"status_id":"%d"' % n.post_id
        tail = extras.get(n.id, b"") + words.get(n.id, b"")
        ids = ",".join(f'"{id_}"' for id_ in samples[n.id])
        rows.append(
            b'%b%b,"sample_account_ids":[%b]%b%b}'
            % (_group_head(n, _is_single(n, shape)), _span(n, shape, reach), ids.encode(), about, tail)
        )
    slim = b""
    if shape.slim:
        others = dict.fromkeys(id_ for ids in samples.values() for id_ in ids if id_ not in full)
        slim = b',"partial_accounts":' + notice_extras.partial(house, tx, list(others))
    named = render.array(people[id_] for id_ in full if id_ in people)
    told = render.array(posts[id_] for id_ in dict.fromkeys(n.post_id for n in known) if id_ is not None)
    return b'{"accounts":%b%b,"statuses":%b,"notification_groups":%b}' % (
        named,
        slim,
        told,
        render.array(rows),
    )


def _is_single(notice: Notice, shape: Shape) -> bool:
    return not notice.bundle or notice.kind not in shape.bundled


def _sample(notice: Notice, shape: Shape) -> list[int]:
    if _is_single(notice, shape):
        return [notice.actor_id]
    return [int(id_) for id_ in notice.sample.split(",")]


@lru_cache(maxsize=16_384)
def _group_head(notice: Notice, single: bool) -> bytes:
    fields = {
        "group_key": group_key(notice, alone=single),
        "notifications_count": 1 if single else notice.told_n,
        "type": NOTICES[notice.kind],
        "most_recent_notification_id": str(notice.id),
    }
    return _encode(fields)[:-1]


def _reach(tx: Tx, viewer: Viewer, found: list[Notice], shape: Shape) -> dict[str, int]:
    """Of the bundles that reach below the page, their oldest notices within it."""
    if shape.low is None:
        return {}
    low = shape.low
    deep = [n.bundle for n in found if n.first_id and n.first_id < low and not _is_single(n, shape)]
    return bundles.first_since(tx, viewer.account_id, deep, low)


def _span(notice: Notice, shape: Shape, reach: dict[str, int]) -> bytes:
    """Which notices of the group the page stands for: the newest is the group's, the oldest not below the page."""
    if shape.low is None:
        return b""
    first: int | None = notice.id
    if not _is_single(notice, shape):
        first = reach.get(notice.bundle, notice.first_id)
    return b',"page_min_id":"%d","page_max_id":"%d","latest_page_notification_at":"%b"' % (
        first or notice.id,
        notice.id,
        time(notice.created_at).encode(),
    )
