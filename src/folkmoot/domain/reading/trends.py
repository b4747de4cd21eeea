"""What is in use just now: tags, posts and links in their order, their use by days, and what the staff lets trend."""

from __future__ import annotations

from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.media import cards
from folkmoot.domain.powers import require_power
from folkmoot.domain.reading.interest import unwanted
from folkmoot.domain.staff import stafflog
from folkmoot.store.schema.place import publishers as publishers_t
from folkmoot.store.schema.place import trend_reviews as reviews_t
from folkmoot.store.schema.place import trends as t
from folkmoot.store.schema.place import uses as uses_t
from folkmoot.store.schema.posts import posts, tags
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
DAYS = 7
KEPT = 100
"""So many of a kind have a place in the order."""


class Kind(IntEnum):
    """What can trend; publishers only carry the staff's decision about all their links."""

    TAG = 0
    POST = 1
    LINK = 2
    PUBLISHER = 3


class Use(msgspec.Struct, frozen=True):
    """How often something was used on the day that begins at `day` (ms), and by how many people."""

    day: int
    uses: int
    accounts: int


class Review(msgspec.Struct, frozen=True):
    """What the staff decided; without a decision a thing may trend, be used and be listed."""

    trendable: bool = True
    usable: bool = True
    listable: bool = True
    reviewed_at: int | None = None


class TagFacts(msgspec.Struct, frozen=True):
    """A tag for the staff."""

    id: int
    name: str
    display: str
    review: Review


class Publisher(msgspec.Struct, frozen=True):
    """Where linked pages come from."""

    id: int
    domain: str
    review: Review


_MAY = sa.func.coalesce(reviews_t.c.trendable, sa.literal_column("1"))
_REVIEWED = t.outerjoin(
    reviews_t, sa.and_(reviews_t.c.kind == t.c.kind, reviews_t.c.subject_id == t.c.subject_id)
)
_ORDER = (t.c.score.desc(), t.c.subject_id.desc())
_IDS = Query(
    sa.select(t.c.subject_id, _MAY)
    .select_from(_REVIEWED)
    .where(t.c.kind == p("kind"))
    .order_by(*_ORDER)
    .limit(KEPT)
)
_POSTS = Query(
    lambda: (
        sa.select(t.c.subject_id, _MAY)
        .select_from(_REVIEWED.join(posts, posts.c.id == t.c.subject_id))
        .where(
            t.c.kind == int(Kind.POST),
            posts.c.state == int(PostState.LIVE),
            may_see(p("viewer")),
            ~unwanted(p("viewer"), posts.c.author_id),
        )
        .order_by(*_ORDER)
        .limit(KEPT)
    )
)
_USES = Query(
    sa.select(uses_t.c.subject_id, uses_t.c.day, uses_t.c.uses, uses_t.c.accounts).where(
        uses_t.c.kind == p("kind"), in_list(uses_t.c.subject_id, "ids"), uses_t.c.day >= p("since")
    )
)
_REVIEWS = Query(
    sa.select(
        reviews_t.c.subject_id,
        reviews_t.c.trendable,
        reviews_t.c.usable,
        reviews_t.c.listable,
        reviews_t.c.reviewed_at,
    ).where(reviews_t.c.kind == p("kind"), in_list(reviews_t.c.subject_id, "ids"))
)
_TAGS = Query(sa.select(tags.c.id, tags.c.folded, tags.c.display).where(in_list(tags.c.id, "ids")))
_TAGS_DOWN = Query(
    sa.select(tags.c.id, tags.c.folded, tags.c.display)
    .where(tags.c.id < p("before"), tags.c.id > p("after"))
    .order_by(tags.c.id.desc())
    .limit(200)
)
_TAGS_UP = Query(
    sa.select(tags.c.id, tags.c.folded, tags.c.display)
    .where(tags.c.id < p("before"), tags.c.id > p("after"))
    .order_by(tags.c.id)
    .limit(200)
)
_PUBLISHERS = Query(
    sa.select(publishers_t.c.id, publishers_t.c.domain).order_by(publishers_t.c.id.desc()).limit(200)
)
_PUBLISHERS_NAMED = Query(
    sa.select(publishers_t.c.id, publishers_t.c.domain).where(
        in_list(publishers_t.c.domain, "names", text=True)
    )
)
_PUBLISHER = Query(sa.select(publishers_t.c.id, publishers_t.c.domain).where(publishers_t.c.id == p("id")))
_IS_THERE = {
    Kind.TAG: Query(sa.select(tags.c.id).where(tags.c.id == p("id"))),
    Kind.POST: Query(sa.select(posts.c.id).where(posts.c.id == p("id"), posts.c.state == 0)),
    Kind.LINK: Query(
        sa.select(uses_t.c.subject_id)
        .where(uses_t.c.kind == int(Kind.LINK), uses_t.c.subject_id == p("id"))
        .limit(1)
    ),
    Kind.PUBLISHER: _PUBLISHER,
}


def ranked(
    tx: Tx, viewer: Viewer, kind: Kind, *, limit: int, offset: int = 0, everything: bool = False
) -> list[int]:
    """Ids of what trends, the strongest first; of posts those that the viewer may see and does not avoid.

    *everything*, for the staff alone, holds what is kept out of the trends, too. Raises Forbidden("role").
    """
    if everything:
        require_power(viewer, "manage_tags")
    if kind is Kind.POST:
        rows = tx.all(_POSTS, viewer=viewer.account_id, now=tx.now)
    else:
        rows = tx.all(_IDS, kind=int(kind))
    ids = [row[0] for row in rows if row[1] or everything]
    if kind is Kind.LINK and ids and not everything:
        ids = _of_welcome(tx, ids)
    offset = max(0, offset)
    return ids[offset : offset + max(0, limit)]


def host_of(url: str) -> str:
    """The publisher of a page: the host of its address, without www."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")[:253]
    except ValueError:
        return ""


def _of_welcome(tx: Tx, ids: list[int]) -> list[int]:
    """Those of the links whose publishers may trend."""
    hosts = {id_: host_of(card.page) for id_, card in cards.by_ids(tx, ids).items()}
    known = {row[1]: row[0] for row in tx.all(_PUBLISHERS_NAMED, names=list(set(hosts.values())))}
    decided = reviews(tx, Kind.PUBLISHER, list(known.values()))
    barred = {host for host, id_ in known.items() if not decided[id_].trendable}
    return [id_ for id_ in ids if id_ in hosts and hosts[id_] not in barred]


def days(now: int) -> list[int]:
    """The days that a history tells of, today first, as their beginnings in ms."""
    today = now - now % DAY_MS
    return [today - n * DAY_MS for n in range(DAYS)]


def history(tx: Tx, kind: Kind, ids: list[int]) -> dict[int, list[Use]]:
    """The use of each of *ids* on the last seven days, today first; days without use count 0."""
    if not ids:
        return {}
    wanted = days(tx.now)
    found = {
        (row[0], row[1]): Use(row[1], row[2], row[3])
        for row in tx.all(_USES, kind=int(kind), ids=ids, since=wanted[-1])
    }
    return {id_: [found.get((id_, day), Use(day, 0, 0)) for day in wanted] for id_ in ids}


def reviews(tx: Tx, kind: Kind, ids: list[int]) -> dict[int, Review]:
    """What the staff decided about each of *ids*."""
    found = {
        row[0]: Review(bool(row[1]), bool(row[2]), bool(row[3]), row[4])
        for row in (tx.all(_REVIEWS, kind=int(kind), ids=ids) if ids else [])
    }
    return {id_: found.get(id_, Review()) for id_ in ids}


def _tag_facts(tx: Tx, rows: list[tuple[Any, ...]]) -> list[TagFacts]:
    decided = reviews(tx, Kind.TAG, [row[0] for row in rows])
    return [TagFacts(row[0], row[1], row[2], decided[row[0]]) for row in rows]


def tags_by_ids(tx: Tx, ids: list[int]) -> list[TagFacts]:
    """Tags in the order of *ids*; unknown ids are left out."""
    found = {tag.id: tag for tag in _tag_facts(tx, tx.all(_TAGS, ids=ids))} if ids else {}
    return [found[i] for i in ids if i in found]


def all_tags(
    tx: Tx, viewer: Viewer, *, limit: int, before: int, after: int, nearest: bool = False
) -> list[TagFacts]:
    """All tags by id, newest first, between the bounds. Raises Forbidden("role")."""
    require_power(viewer, "manage_tags")
    rows = tx.all(_TAGS_UP if nearest else _TAGS_DOWN, before=before, after=after)[:limit]
    return _tag_facts(tx, rows[::-1] if nearest else rows)


def publishers(tx: Tx, viewer: Viewer) -> list[Publisher]:
    """Where linked pages came from, the newest first. Raises Forbidden("role")."""
    require_power(viewer, "manage_tags")
    rows = tx.all(_PUBLISHERS)
    decided = reviews(tx, Kind.PUBLISHER, [row[0] for row in rows])
    return [Publisher(row[0], row[1], decided[row[0]]) for row in rows]


def publisher(tx: Tx, publisher_id: int) -> Publisher:
    """One of them. Raises NotFound."""
    row = tx.one(_PUBLISHER, id=publisher_id)
    if row is None:
        raise NotFound(what="publisher")
    return Publisher(row[0], row[1], reviews(tx, Kind.PUBLISHER, [row[0]])[row[0]])


def decide(
    tx: Tx,
    viewer: Viewer,
    kind: Kind,
    subject_id: int,
    *,
    trendable: bool | None = None,
    usable: bool | None = None,
    listable: bool | None = None,
) -> None:
    """Let something trend (be used, be listed) or not; what is None stays. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_tags")
    if not 0 < subject_id < 1 << 63 or tx.one(_IS_THERE[kind], id=subject_id) is None:
        raise NotFound(what="trend")
    before = reviews(tx, kind, [subject_id])[subject_id]
    tx.insert(
        reviews_t,
        "ON CONFLICT (kind, subject_id) DO UPDATE SET trendable = excluded.trendable, "
        "usable = excluded.usable, listable = excluded.listable, reviewed_at = excluded.reviewed_at",
        kind=int(kind),
        subject_id=subject_id,
        trendable=int(before.trendable if trendable is None else trendable),
        usable=int(before.usable if usable is None else usable),
        listable=int(before.listable if listable is None else listable),
        reviewed_at=tx.now,
    )
    stafflog.note(tx, viewer, "decide", f"trending_{kind.name.lower()}", subject_id)
