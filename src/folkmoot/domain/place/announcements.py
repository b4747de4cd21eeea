"""What the place tells all its people at once: written by the staff, read, dismissed and reacted to by everybody."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.posts import wording
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import stafflog
from folkmoot.domain.text import Markup
from folkmoot.kit.markup.emoji import is_emoji
from folkmoot.store.schema.place import announcement_reactions as reactions_t
from folkmoot.store.schema.place import announcement_reads as reads_t
from folkmoot.store.schema.place import announcements as t
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_TEXT = 10_000
MAX_KINDS = 8
"""Different emoji that one announcement may collect."""
MAX_SHOWN = 50
DAY_MS = 86_400_000

_COLUMNS = (
    t.c.id, t.c.source, t.c.html, t.c.starts_at, t.c.ends_at, t.c.all_day, t.c.published_at, t.c.updated_at
)  # fmt: skip
_LAST = t.c.ends_at + sa.case(
    (t.c.all_day == 1, sa.literal_column(str(DAY_MS))), else_=sa.literal_column("0")
)
_RUNNING = sa.and_(t.c.published_at <= p("now"), sa.or_(t.c.ends_at.is_(None), p("now") < _LAST))
_SHOWN = Query(
    sa.select(*_COLUMNS, reads_t.c.created_at)
    .select_from(
        t.outerjoin(
            reads_t,
            sa.and_(reads_t.c.announcement_id == t.c.id, reads_t.c.account_id == p("me")),
        )
    )
    .where(_RUNNING)
    .order_by(t.c.published_at.desc(), t.c.id.desc())
    .limit(MAX_SHOWN)
)
_ALL = Query(sa.select(*_COLUMNS, sa.null()).order_by(t.c.id.desc()).limit(200))
_ONE = Query(sa.select(*_COLUMNS, sa.null()).where(t.c.id == p("id")))
_IS_SHOWN = Query(sa.select(t.c.id).where(t.c.id == p("id"), _RUNNING))
_UNTOLD = Query(
    sa.select(t.c.id).where(t.c.told == 0, t.c.published_at <= p("now")).order_by(t.c.id).limit(50)
)
_DELETE = Query(sa.delete(t).where(t.c.id == p("id")))
_DELETE_READS = Query(sa.delete(reads_t).where(reads_t.c.announcement_id == p("id")))
_DELETE_REACTIONS = Query(sa.delete(reactions_t).where(reactions_t.c.announcement_id == p("id")))
_COUNTS = Query(
    sa.select(
        reactions_t.c.announcement_id,
        reactions_t.c.name,
        sa.func.count(),
        sa.func.max(sa.case((reactions_t.c.account_id == p("me"), 1), else_=0)),
    )
    .where(in_list(reactions_t.c.announcement_id, "ids"))
    .group_by(reactions_t.c.announcement_id, reactions_t.c.name)
    .order_by(reactions_t.c.announcement_id, sa.func.min(reactions_t.c.id))
)
_NAMES = Query(
    sa.select(reactions_t.c.name).where(reactions_t.c.announcement_id == p("id")).distinct().limit(100)
)
_COUNT = Query(
    sa.select(sa.func.count()).where(
        reactions_t.c.announcement_id == p("id"), reactions_t.c.name == text_p("name")
    )
)
_UNREACT = Query(
    sa.delete(reactions_t).where(
        reactions_t.c.announcement_id == p("id"),
        reactions_t.c.name == text_p("name"),
        reactions_t.c.account_id == p("me"),
    )
)


class Wish(msgspec.Struct, kw_only=True):
    """What the staff wants to tell; times in ms. `published_at` None keeps it a draft; later than now: then."""

    text: str
    starts_at: int | None = None
    ends_at: int | None = None
    all_day: bool = False
    published_at: int | None = None


class ReactionCount(msgspec.Struct, frozen=True):
    """How many reacted with one emoji (a custom one by its name), and whether the viewer did."""

    name: str
    count: int
    mine: bool


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement for one viewer; `read` when they dismissed it."""

    id: int
    source: str
    html: str
    starts_at: int | None
    ends_at: int | None
    all_day: bool
    published_at: int | None
    updated_at: int
    read: bool
    reactions: tuple[ReactionCount, ...] = ()


def _view(row: tuple[Any, ...], reactions: tuple[ReactionCount, ...] = ()) -> Announcement:
    return Announcement(
        id=row[0],
        source=row[1],
        html=row[2],
        starts_at=row[3],
        ends_at=row[4],
        all_day=bool(row[5]),
        published_at=row[6],
        updated_at=row[7],
        read=row[8] is not None,
        reactions=reactions,
    )


# ── everybody ────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(tx: Tx, viewer: Viewer, *, dismissed: bool = True) -> list[Announcement]:
    """What is told at present, oldest first; without *dismissed* only what the viewer has not put away."""
    rows = [row for row in tx.all(_SHOWN, me=viewer.account_id, now=tx.now) if dismissed or row[8] is None]
    rows.sort(key=lambda row: (row[3] or row[6], row[0]))
    return _with_reactions(tx, viewer, rows)


def _with_reactions(tx: Tx, viewer: Viewer, rows: list[tuple[Any, ...]]) -> list[Announcement]:
    found: dict[int, list[ReactionCount]] = {}
    if rows:
        for id_, name, count, mine in tx.all(_COUNTS, ids=[row[0] for row in rows], me=viewer.account_id):
            found.setdefault(id_, []).append(ReactionCount(name, count, bool(mine)))
    return [_view(row, tuple(found.get(row[0], ()))) for row in rows]


def see(tx: Tx, announcement_id: int) -> Announcement:
    """One that is told at present, as nobody in particular. Raises NotFound."""
    if not 0 < announcement_id < 1 << 63 or tx.one(_IS_SHOWN, id=announcement_id, now=tx.now) is None:
        raise NotFound(what="announcement")
    return _with_reactions(tx, Viewer.anonymous(), tx.all(_ONE, id=announcement_id))[0]


def dismiss(tx: Tx, viewer: Viewer, announcement_id: int) -> None:
    """Put it away; again changes nothing. Raises NotFound."""
    me = viewer.required()
    see(tx, announcement_id)
    tx.insert_new(reads_t, account_id=me, announcement_id=announcement_id, created_at=tx.now)


def react(
    tx: Tx, viewer: Viewer, announcement_id: int, name: str, custom: frozenset[str] = frozenset()
) -> None:
    """React with an emoji, or with one of the place's own (*custom* names); again changes nothing.

    Raises NotFound, Invalid("reaction", "unknown" | "too_many").
    """
    me = viewer.required()
    see(tx, announcement_id)
    if not is_emoji(name) and name not in custom:
        raise Invalid("reaction", "unknown", "no emoji is called so")
    names = tx.column(_NAMES, id=announcement_id)
    if name not in names and len(names) >= MAX_KINDS:
        raise Invalid("reaction", "too_many", f"at most {MAX_KINDS} different emoji")
    made = tx.insert_new(
        reactions_t,
        announcement_id=announcement_id,
        name=name,
        account_id=me,
        id=tx.ids.next(),
        created_at=tx.now,
    )
    if made:
        _tell_count(tx, me, announcement_id, name)


def unreact(tx: Tx, viewer: Viewer, announcement_id: int, name: str) -> None:
    """Take one's reaction back. Raises NotFound, also where there is no such reaction of one's own."""
    me = viewer.required()
    see(tx, announcement_id)
    if not tx.run(_UNREACT, id=announcement_id, name=name, me=me):
        raise NotFound(what="reaction")
    _tell_count(tx, me, announcement_id, name)


def _tell_count(tx: Tx, me: int, announcement_id: int, name: str) -> None:
    count = int(tx.value(_COUNT, id=announcement_id, name=name))
    journal.record(tx, journal.ANNOUNCEMENT_REACTED, me, announcement_id, name=name, count=count)


# ── the staff ────────────────────────────────────────────────────────────────────────────────────────────────────────


def listing(tx: Tx, viewer: Viewer) -> list[Announcement]:
    """All of them, newest first, drafts and past ones too. Raises Forbidden("role")."""
    require_power(viewer, "manage_place")
    return _with_reactions(tx, viewer, tx.all(_ALL))


def one(tx: Tx, viewer: Viewer, announcement_id: int) -> Announcement:
    """Any of them. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_place")
    found = tx.one(_ONE, id=announcement_id) if 0 < announcement_id < 1 << 63 else None
    if found is None:
        raise NotFound(what="announcement")
    return _view(found)


def _values(tx: Tx, wish: Wish) -> dict[str, Any]:
    text = wish.text.replace("\x00", "").strip()
    if not text:
        raise Invalid("text", "blank")
    if len(text) > MAX_TEXT:
        raise Invalid("text", "too_long")
    if wish.starts_at is not None and wish.ends_at is not None and wish.ends_at < wish.starts_at:
        raise Invalid("ends_at", "before_start")
    draft = Draft(text=text, markup=Markup.PLAIN)
    html = wording.rendered(tx, draft, wording.look_up(tx, Viewer.anonymous(), draft)).html
    return {
        "source": text,
        "html": html,
        "starts_at": wish.starts_at,
        "ends_at": wish.ends_at,
        "all_day": int(wish.all_day),
        "published_at": wish.published_at,
        "updated_at": tx.now,
    }


def announce(tx: Tx, viewer: Viewer, wish: Wish) -> int:
    """A new announcement; its id. Raises Forbidden("role"), Invalid("text" | "ends_at")."""
    require_power(viewer, "manage_place")
    id_ = tx.ids.next()
    values = _values(tx, wish)
    tx.insert(t, id=id_, created_at=tx.now, **values)
    stafflog.note(tx, viewer, "create", "announcement", id_, values["source"])
    tell_due(tx)
    return id_


def change(tx: Tx, viewer: Viewer, announcement_id: int, wish: Wish) -> None:
    """Write it anew; what becomes a draft is taken back from everybody. Raises as announce, and NotFound."""
    before = one(tx, viewer, announcement_id)
    values = _values(tx, wish)
    tx.update(t, {"id": announcement_id}, told=0, **values)
    stafflog.note(tx, viewer, "change", "announcement", announcement_id, values["source"])
    was_out = before.published_at is not None and before.published_at <= tx.now
    if was_out and (wish.published_at is None or wish.published_at > tx.now):
        journal.record(tx, journal.ANNOUNCEMENT_REMOVED, viewer.account_id, announcement_id)
    tell_due(tx)


def remove(tx: Tx, viewer: Viewer, announcement_id: int) -> None:
    """Take it away with its reactions. Raises Forbidden("role"), NotFound."""
    before = one(tx, viewer, announcement_id)
    stafflog.note(tx, viewer, "remove", "announcement", announcement_id, before.source)
    for query in (_DELETE, _DELETE_READS, _DELETE_REACTIONS):
        tx.run(query, id=announcement_id)
    journal.record(tx, journal.ANNOUNCEMENT_REMOVED, viewer.account_id, announcement_id)


def due(tx: Tx) -> bool:
    """Whether an announcement has come out that nobody was told of."""
    return tx.one(_UNTOLD, now=tx.now) is not None


def tell_due(tx: Tx) -> int:
    """Tell those who follow live of what has come out meanwhile; how many that were."""
    ids = tx.column(_UNTOLD, now=tx.now)
    for id_ in ids:
        tx.update(t, {"id": id_}, told=1)
        journal.record(tx, journal.ANNOUNCED, 0, id_)
    return len(ids)
