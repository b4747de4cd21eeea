"""Circles: lists of people that one keeps to read them apart and to speak to them; others know of those one shows."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer, hidden_groups
from folkmoot.domain.errors import Conflict, Invalid, NotFound, TooMany
from folkmoot.domain.paging import Page
from folkmoot.domain.people import blocking
from folkmoot.domain.people.accounts import see_account
from folkmoot.domain.reading import interest
from folkmoot.domain.rows import Rows
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import circle_members, circles, follows
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_TITLE = 256
MAX_DESCRIPTION = 1000
MAX_CIRCLES = 50
REPLIES = ("list", "followed", "none")


class Circle(msgspec.Struct, frozen=True):
    """One of somebody's circles. *replies*: whose answers to others its list shows, one of REPLIES; *shown*: everybody
    may know of it and of who is in it."""

    id: int
    account_id: int
    title: str
    replies: str = "list"
    exclusive: bool = False
    description: str = ""
    shown: bool = False


_COLUMNS = (
    circles.c.id,
    circles.c.account_id,
    circles.c.title,
    circles.c.replies_policy,
    circles.c.exclusive,
    circles.c.description,
    circles.c.shown,
)
_KEPT = circles.c.hidden == 0
"""Those that somebody keeps; a hidden one only says to whom one post is spoken (people/hearers)."""
_ONE = Query(sa.select(*_COLUMNS).where(circles.c.id == p("id"), circles.c.account_id == p("me"), _KEPT))
_MINE = Query(sa.select(*_COLUMNS).where(circles.c.account_id == p("me"), _KEPT).order_by(circles.c.id))
_OPEN = (_KEPT, circles.c.shown == 1, blocking.reaches(p("me"), accounts))
_WITH_OWNER = circles.join(accounts, accounts.c.id == circles.c.account_id)
_SHOWN_ONE = Query(sa.select(*_COLUMNS).select_from(_WITH_OWNER).where(circles.c.id == p("id"), *_OPEN))
_SHOWN_OF = Query(
    sa.select(*_COLUMNS)
    .select_from(_WITH_OWNER)
    .where(circles.c.account_id == p("owner"), *_OPEN)
    .order_by(circles.c.id)
)
_OF = Query(
    sa.select(*_COLUMNS)
    .select_from(circles.join(circle_members, circle_members.c.circle_id == circles.c.id))
    .where(circles.c.account_id == p("me"), circle_members.c.account_id == p("other"), _KEPT)
    .order_by(circles.c.id)
)
_DELETE = Query(sa.delete(circles).where(circles.c.id == p("id")))
_EMPTY = Query(sa.delete(circle_members).where(circle_members.c.circle_id == p("id")))
_REMOVE = Query(
    sa.delete(circle_members).where(
        circle_members.c.circle_id == p("id"), in_list(circle_members.c.account_id, "ids")
    )
)
_MEMBER_IDS = Query(sa.select(circle_members.c.account_id).where(circle_members.c.circle_id == p("id")))
_ALL = Query(
    sa.select(circle_members.c.id, circle_members.c.account_id)
    .where(circle_members.c.circle_id == p("id"))
    .order_by(circle_members.c.id.desc())
)
_MEMBERS = Rows(
    circle_members.c.id, circle_members.c.account_id, where=(circle_members.c.circle_id == p("id"),), cap=201
)
_FOLLOWED = Query(
    sa.union(
        sa.select(follows.c.target_id).where(
            follows.c.account_id == p("me"), in_list(follows.c.target_id, "ids")
        ),
        sa.select(members.c.group_id).where(
            members.c.account_id == p("me"), in_list(members.c.group_id, "ids"), members.c.status <= 1
        ),
    )
)
_RULES = Query(
    sa.select(circles.c.id, circles.c.account_id, circles.c.replies_policy, circle_members.c.account_id)
    .select_from(circles.join(circle_members, circle_members.c.circle_id == circles.c.id))
    .where(in_list(circles.c.id, "ids"), in_list(circle_members.c.account_id, "among"))
)


_SIZES = Query(
    sa.select(circle_members.c.circle_id, sa.func.count())
    .where(in_list(circle_members.c.circle_id, "ids"))
    .group_by(circle_members.c.circle_id)
)
_WITHIN = Query(
    sa.select(circle_members.c.circle_id, circle_members.c.account_id)
    .where(in_list(circle_members.c.circle_id, "ids"))
    .order_by(circle_members.c.circle_id, circle_members.c.id)
    .limit(50_000)
)
_PRESENT = Query(
    sa.select(circle_members.c.account_id).where(
        circle_members.c.circle_id == p("id"), in_list(circle_members.c.account_id, "ids")
    )
)


def _circle(row: tuple[Any, ...]) -> Circle:
    return Circle(row[0], row[1], row[2], row[3], bool(row[4]), row[5], bool(row[6]))


def see(tx: Tx, viewer: Viewer, circle_id: int) -> Circle:
    """One of the viewer's own circles. Raises NotFound."""
    row = tx.one(_ONE, id=circle_id, me=viewer.required()) if 0 < circle_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="circle")
    return _circle(row)


def see_shown(tx: Tx, viewer: Viewer, circle_id: int) -> Circle:
    """One of the viewer's own circles, or one that its owner shows, unless a block is between them. Raises NotFound."""
    try:
        return see(tx, viewer, circle_id)
    except NotFound:
        row = tx.one(_SHOWN_ONE, id=circle_id, me=viewer.account_id) if 0 < circle_id < 1 << 63 else None
        if row is None:
            raise
        return _circle(row)


def shown_by(tx: Tx, viewer: Viewer, account_id: int) -> list[Circle]:
    """All circles of the viewer, or those that somebody else shows, oldest first."""
    if account_id == viewer.required():
        return mine(tx, viewer)
    return [_circle(row) for row in tx.all(_SHOWN_OF, owner=account_id, me=viewer.account_id)]


def mine(tx: Tx, viewer: Viewer) -> list[Circle]:
    """The viewer's circles, oldest first."""
    return [_circle(row) for row in tx.all(_MINE, me=viewer.required())]


def holding(tx: Tx, viewer: Viewer, account_id: int) -> list[Circle]:
    """Those of the viewer's circles that an account is in. Raises NotFound for an unknown account."""
    see_account(tx, account_id)
    return [_circle(row) for row in tx.all(_OF, me=viewer.required(), other=account_id)]


def _checked(new: Circle) -> Circle:
    title, replies = " ".join(new.title.split()), new.replies
    if len(new.description) > MAX_DESCRIPTION:
        raise Invalid("description", "too_long")
    if not title:
        raise Invalid("title", "blank")
    if len(title) > MAX_TITLE:
        raise Invalid("title", "too_long")
    if replies not in REPLIES:
        raise Invalid("replies_policy", "unknown")
    return msgspec.structs.replace(new, title=title)


def create(
    tx: Tx,
    viewer: Viewer,
    title: str,
    *,
    replies: str = "list",
    exclusive: bool = False,
    description: str = "",
    shown: bool = False,
) -> Circle:
    """Make a circle. Raises Invalid("title", "blank" | "too_long"), Invalid("replies_policy" | "description"),
    TooMany("circles")."""
    me = viewer.required()
    made = _checked(Circle(tx.ids.next(), me, title, replies, exclusive, description, shown))
    tx.alone("circles", me)
    if len(tx.all(_MINE, me=me)) >= MAX_CIRCLES:
        raise TooMany("no more lists", code="circles")
    tx.insert(circles, id=made.id, account_id=me, created_at=tx.now, **_values(made))
    return made


def _values(circle: Circle) -> dict[str, Any]:
    return {
        "title": circle.title,
        "replies_policy": circle.replies,
        "exclusive": int(circle.exclusive),
        "description": circle.description,
        "shown": int(circle.shown),
    }


def update(
    tx: Tx,
    viewer: Viewer,
    circle_id: int,
    *,
    title: str | None = None,
    replies: str | None = None,
    exclusive: bool | None = None,
    description: str | None = None,
    shown: bool | None = None,
) -> Circle:
    """Change what is said, keep the rest. Raises NotFound, Invalid as `create`."""
    now = see(tx, viewer, circle_id)
    said = {
        "title": title,
        "replies": replies,
        "exclusive": exclusive,
        "description": description,
        "shown": shown,
    }
    given = {name: value for name, value in said.items() if value is not None}
    new = _checked(msgspec.structs.replace(now, **given))
    if new != now:
        tx.update(circles, {"id": now.id}, **_values(new))
    if (new.exclusive, new.replies) != (now.exclusive, now.replies):
        _changed(tx, viewer, circle_id)
    return new


def delete(tx: Tx, viewer: Viewer, circle_id: int) -> None:
    """Drop a circle; what was spoken to it stays with those addressed alone. Raises NotFound."""
    see(tx, viewer, circle_id)
    tx.run(_EMPTY, id=circle_id)
    tx.run(_DELETE, id=circle_id)
    _changed(tx, viewer, circle_id)


def _changed(tx: Tx, viewer: Viewer, circle_id: int) -> None:
    journal.record(tx, journal.INTEREST_CHANGED, viewer.account_id, circle_id)


def add(tx: Tx, viewer: Viewer, circle_id: int, account_ids: list[int], *, strangers: bool = False) -> None:
    """Put people in whom the viewer follows or has asked to, groups joined, or the viewer: all or none.

    *strangers*: anybody else too with whom there is no block. They are spoken to; read they are only where a list asks
    for strangers. Raises NotFound for the circle, and for an account that is not there or not followed;
    Conflict("circle.member").
    """
    see(tx, viewer, circle_id)
    me = viewer.required()
    wanted = list(dict.fromkeys(account_ids))
    known = {me, *tx.column(_FOLLOWED, me=me, ids=wanted)}
    if strangers:
        others = blocking.who_reaches(tx, me, wanted)
        known.update(others - hidden_groups(tx, viewer, list(others)))
    if not known.issuperset(wanted):
        raise NotFound(what="account")
    for account_id in wanted:
        row = {"circle_id": circle_id, "account_id": account_id, "id": tx.ids.next()}
        if not tx.insert_new(circle_members, **row):
            raise Conflict("it is in the list already", code="circle.member")
    if wanted:
        _changed(tx, viewer, circle_id)


def remove(tx: Tx, viewer: Viewer, circle_id: int, account_ids: list[int]) -> None:
    """Take people out; who is not in it does not matter. Raises NotFound."""
    see(tx, viewer, circle_id)
    if tx.run(_REMOVE, id=circle_id, ids=account_ids):
        _changed(tx, viewer, circle_id)


def listing(tx: Tx, viewer: Viewer, circle_id: int, page: Page | None) -> list[tuple[int, int]]:
    """(cursor, account id) of a circle, who came last first; all where no page is given. Raises NotFound."""
    see_shown(tx, viewer, circle_id)
    rows = tx.all(_ALL, id=circle_id) if page is None else _MEMBERS.page(tx, page, id=circle_id)
    return [(row[0], row[1]) for row in rows]


def sizes(tx: Tx, circle_ids: list[int]) -> dict[int, int]:
    """How many are in each of the circles (the caller has asked whose they are); empty ones are left out."""
    return {row[0]: int(row[1]) for row in tx.all(_SIZES, ids=circle_ids)} if circle_ids else {}


def within(tx: Tx, circle_ids: list[int]) -> dict[int, list[int]]:
    """The accounts in each of the circles, who came first first (the caller has asked whose they are)."""
    found: dict[int, list[int]] = {id_: [] for id_ in circle_ids}
    for circle_id, account_id in tx.all(_WITHIN, ids=circle_ids) if circle_ids else []:
        found[circle_id].append(account_id)
    return found


def present(tx: Tx, viewer: Viewer, circle_id: int, account_ids: list[int]) -> set[int]:
    """Those of the accounts that are in a circle that the viewer may know of. Raises NotFound."""
    see_shown(tx, viewer, circle_id)
    return set(tx.column(_PRESENT, id=circle_id, ids=account_ids))


def fill(tx: Tx, viewer: Viewer, circle_id: int, account_ids: list[int]) -> None:
    """Let just these be in the circle, strangers too. Raises as `add`, but for who is in it already."""
    wanted = list(dict.fromkeys(account_ids))
    before = within(tx, [see(tx, viewer, circle_id).id])[circle_id]
    remove(tx, viewer, circle_id, [id_ for id_ in before if id_ not in set(wanted)])
    add(tx, viewer, circle_id, [id_ for id_ in wanted if id_ not in set(before)], strangers=True)


def named(tx: Tx, viewer: Viewer, title: str) -> Circle | None:
    """The viewer's oldest circle of just this title. The viewer's circles wait for each other from here on, so that a
    name can be asked for and taken."""
    tx.alone("circles", viewer.required())
    title = " ".join(title.split())
    return next((circle for circle in mine(tx, viewer) if circle.title == title), None)


class Rule(interest.Circle, frozen=True):
    """A circle's rule with all its members."""

    members: frozenset[int]


def rule(tx: Tx, viewer: Viewer, circle_id: int) -> Rule:
    """What decides which posts of a circle that the viewer may know of come into its list. Raises NotFound."""
    circle = see_shown(tx, viewer, circle_id)
    return Rule(circle.id, viewer.account_id, circle.replies, frozenset(tx.column(_MEMBER_IDS, id=circle_id)))


def rules(tx: Tx, circle_ids: list[int], among: list[int]) -> list[Rule]:
    """The rules of those of the circles that one of the accounts *among* is in, with just these as members."""
    found: dict[int, Rule] = {}
    for id_, owner, replies, member in tx.all(_RULES, ids=circle_ids, among=among) if circle_ids else []:
        known = found[id_].members if id_ in found else frozenset()
        found[id_] = Rule(id_, owner, replies, known | {member})
    return list(found.values())
