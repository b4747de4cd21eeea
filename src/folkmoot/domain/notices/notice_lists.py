"""Notices in pages, one by one or bundled: each page walks an index, whatever number of notices there is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices.notice_kinds import BUNDLED, KINDS
from folkmoot.domain.notices.notices import COLUMNS, IN_SIGHT, WITH_POSTS, Notice
from folkmoot.domain.paging import Page
from folkmoot.store.schema.posts import notices
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

PAGE_MAX = 200
COUNT_FEW, COUNT_MAX = 100, 1000
SELDOM = frozenset(name for name, kind in KINDS.items() if kind.seldom)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which notices a page is of.

    *kinds*: of these only (None: of all). *actor_id*: of this sender only. *aside*: also those that were set aside.
    *bundled*: kinds of which only heads are listed; the others are listed one by one.
    """

    kinds: frozenset[str] | None = None
    actor_id: int | None = None
    aside: bool = False
    bundled: frozenset[str] = frozenset()


@lru_cache(maxsize=512)
def _query(wanted: Wanted, limit: int, up: bool) -> Query:
    """The statement of a page: a walk down one index, or the newest of several such walks."""
    return Query(lambda: _statement(wanted, limit, up))


def _walk(limit: int, up: bool, *where: Any) -> Any:
    order = notices.c.id if up else notices.c.id.desc()
    return (
        sa.select(*COLUMNS)
        .select_from(WITH_POSTS)
        .where(
            notices.c.account_id == p("account_id"),
            *where,
            notices.c.id > p("low"),
            notices.c.id < p("high"),
            IN_SIGHT,
        )
        .order_by(order)
        .limit(limit)
    )


def _statement(wanted: Wanted, limit: int, up: bool) -> Any:
    parts = [_walk(limit, up, *where) for where in _walks(wanted)]
    if not parts:
        return _walk(limit, up, sa.literal_column("1") == sa.literal_column("0"))
    if len(parts) == 1:
        return parts[0]
    apart = [sa.select(part.subquery()) for part in parts]
    every = sa.union_all(*apart).subquery()
    return sa.select(every).order_by(every.c.id if up else every.c.id.desc()).limit(limit)


def _walks(wanted: Wanted) -> list[list[Any]]:
    """The conditions of each walk, such that each finds its rows side by side in an index."""
    kinds = frozenset(KINDS) if wanted.kinds is None else wanted.kinds & frozenset(KINDS)
    if wanted.actor_id is not None:
        where: list[Any] = [notices.c.actor_id == p("actor_id"), in_list(notices.c.kind, "kinds", text=True)]
        if not wanted.aside:
            where.append(notices.c.filtered == 0)
        if wanted.bundled:
            where.append(sa.or_(notices.c.head == 1, in_list(notices.c.kind, "single", text=True)))
        return [where]
    out: list[list[Any]] = []
    missing = frozenset(KINDS) - kinds
    heads_only = kinds & BUNDLED <= wanted.bundled
    for aside in (0, 1) if wanted.aside else (0,):
        placed = notices.c.filtered == aside
        if missing <= SELDOM and (heads_only or not wanted.bundled & BUNDLED):
            of_heads = [notices.c.head == 1] if heads_only and wanted.bundled else []
            but = [notices.c.kind != kind for kind in sorted(missing)]
            out.append([placed, *of_heads, *but])
            continue
        for kind in sorted(kinds):
            of_kind = [notices.c.kind == kind, placed]
            out.append([*of_kind, notices.c.head == 1])
            if kind in BUNDLED and kind not in wanted.bundled:
                out.append([*of_kind, notices.c.head == 0])
    return out


def _values(viewer: Viewer, wanted: Wanted, low: int, high: int) -> dict[str, Any]:
    values: dict[str, Any] = {"account_id": viewer.required(), "low": low, "high": high}
    if wanted.actor_id is not None:
        values["actor_id"] = wanted.actor_id
        values["kinds"] = sorted(KINDS if wanted.kinds is None else wanted.kinds)
        if wanted.bundled:
            values["single"] = sorted(frozenset(KINDS) - wanted.bundled)
    return values


_ALL = Wanted()


def _shape(wanted: Wanted) -> Wanted:
    """The same without what is a parameter of the statement, so that few statements serve all."""
    if wanted.actor_id is None:
        return wanted
    return Wanted(actor_id=0, aside=wanted.aside, bundled=wanted.bundled and BUNDLED)


def page_of(tx: Tx, viewer: Viewer, page: Page, wanted: Wanted = _ALL) -> list[Notice]:
    """The viewer's notices, newest first, 200 at most; those of posts that went out of sight are left out."""
    limit = min(page.limit, PAGE_MAX)
    if limit <= 0:
        return []
    values = _values(viewer, wanted, page.low, page.high)
    rows = tx.all(_query(_shape(wanted), limit, page.nearest), **values)
    if page.nearest:
        rows.reverse()
    return [Notice(*row) for row in rows]


@lru_cache(maxsize=256)
def _count(wanted: Wanted, most: int) -> Query:
    return Query(
        lambda: sa.select(sa.func.count()).select_from(_statement(wanted, most, up=False).subquery())
    )


def count_after(tx: Tx, viewer: Viewer, low: int, wanted: Wanted = _ALL, most: int = COUNT_MAX) -> int:
    """How many of these notices are newer than the id *low*, counted up to *most* (1,000 at most)."""
    # Two statements serve all limits; the usual one looks at a hundred rows at most.
    query = _count(_shape(wanted), COUNT_FEW if most <= COUNT_FEW else COUNT_MAX)
    return min(int(tx.value(query, **_values(viewer, wanted, low, 1 << 62))), max(most, 0))


_OF_BUNDLE = [
    notices.c.account_id == p("account_id"), notices.c.bundle == text_p("bundle"), notices.c.bundle != "",
]  # fmt: skip
_HEAD = Query(
    lambda: (
        sa.select(*COLUMNS)
        .select_from(WITH_POSTS)
        .where(*_OF_BUNDLE, IN_SIGHT)
        .order_by(notices.c.id.desc())
        .limit(1)
    )
)


def head(tx: Tx, viewer: Viewer, bundle: str) -> Notice:
    """The head of one of the viewer's bundles. Raises NotFound."""
    row = tx.one(_HEAD, account_id=viewer.required(), bundle=bundle)
    if row is None:
        raise NotFound(what="notice")
    return Notice(*row)


def _actors(up: bool) -> Query:
    return Query(
        sa.select(notices.c.id, notices.c.actor_id)
        .where(*_OF_BUNDLE, notices.c.id > p("low"), notices.c.id < p("high"))
        .order_by(notices.c.id if up else notices.c.id.desc())
        .limit(80)
    )


_ACTORS = {up: _actors(up) for up in (False, True)}


def actors(tx: Tx, viewer: Viewer, bundle: str, page: Page) -> list[tuple[int, int]]:
    """(notice id, account id) of those who are told of together, newest first, 80 at most. Raises NotFound."""
    head(tx, viewer, bundle)
    rows = tx.all(
        _ACTORS[page.nearest], account_id=viewer.required(), bundle=bundle, low=page.low, high=page.high
    )
    found = [(row[0], row[1]) for row in rows[: page.limit]]
    return found[::-1] if page.nearest else found
