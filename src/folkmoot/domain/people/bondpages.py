"""Lists of bonds by the accounts in them, in pages of any size: by account id, newest account first, or by name."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.paging import Page
from folkmoot.domain.people.accounts import Kind, kind_of
from folkmoot.domain.people.bondlists import ACCEPTED, REQUESTED, hidden
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

Which = Literal["followers", "following", "asking", "asked", "blocks", "mutes", "quiet"]
"""Who follows, who is followed; who asks to follow, whom one asked; blocked, muted; followed without their boosts."""
MOST = 5000
"""So many ids of one page at most."""
OPEN: frozenset[Which] = frozenset({"followers", "following"})
"""Lists of others that may be read."""

_f, _b, _m = follows.c, blocks.c, mutes.c
_ME = p("id")
_LISTS: dict[Which, tuple[Any, tuple[Any, ...]]] = {
    "followers": (_f.account_id, (_f.target_id == _ME, _f.state == ACCEPTED)),
    "following": (_f.target_id, (_f.account_id == _ME, _f.state == ACCEPTED)),
    "asking": (_f.account_id, (_f.target_id == _ME, _f.state == REQUESTED)),
    "asked": (_f.target_id, (_f.account_id == _ME, _f.state == REQUESTED)),
    "quiet": (_f.target_id, (_f.account_id == _ME, _f.state == ACCEPTED, _f.boosts == 0)),
    "blocks": (_b.target_id, (_b.account_id == _ME,)),
    "mutes": (
        _m.target_id,
        (_m.account_id == _ME, sa.or_(_m.expires_at.is_(None), _m.expires_at > p("now"))),
    ),
}


def _page(who: Any, where: tuple[Any, ...], *, up: bool) -> Query:
    said = sa.select(who).where(*where, who < p("before"), who > p("after"))
    return Query(said.order_by(who if up else who.desc()).limit(p("limit")))


def _named(who: Any, where: tuple[Any, ...]) -> Query:
    some = sa.select(who.label("id")).where(*where).order_by(who.desc()).limit(MOST).subquery()
    said = sa.select(some.c.id).select_from(some.join(accounts, accounts.c.id == some.c.id))
    return Query(said.order_by(accounts.c.folded, some.c.id).limit(p("limit")).offset(p("offset")))


_PAGES = {
    (name, up): _page(who, where, up=up) for name, (who, where) in _LISTS.items() for up in (False, True)
}
_BY_NAME = {name: _named(*_LISTS[name]) for name in sorted(OPEN)}
_COUNTS = {name: Query(sa.select(sa.func.count()).where(*where)) for name, (_, where) in _LISTS.items()}


def _shut(tx: Tx, viewer: Viewer, which: Which, account_id: int) -> bool:
    """Whether the list is empty for the viewer: hidden, or of a group, whose members are told elsewhere."""
    if viewer.account_id == account_id:
        return False
    if which not in OPEN:
        raise Forbidden("only your own", code="own")
    return kind_of(tx, account_id) == Kind.GROUP or hidden(tx, viewer, account_id)


def _values(tx: Tx, which: Which, account_id: int) -> dict[str, Any]:
    return {"id": account_id, **({"now": tx.now} if which == "mutes" else {})}


def page(tx: Tx, viewer: Viewer, which: Which, account_id: int, page: Page) -> list[int]:
    """Account ids of a page, the highest first; bounds are account ids. Raises NotFound, Forbidden("own")."""
    if _shut(tx, viewer, which, account_id):
        return []
    bounds = {"before": page.high, "after": page.low, "limit": max(0, min(page.limit, MOST + 1))}
    found = tx.column(_PAGES[which, page.nearest], **bounds, **_values(tx, which, account_id))
    return found[::-1] if page.nearest else found


def by_name(tx: Tx, viewer: Viewer, which: Which, account_id: int, limit: int, offset: int) -> list[int]:
    """Account ids of followers or followed by their names, of lists of more than MOST those of the newest accounts.
    Raises as `page`."""
    if _shut(tx, viewer, which, account_id):
        return []
    bounds = {"limit": max(0, min(limit, MOST)), "offset": max(0, min(offset, MOST))}
    return tx.column(_BY_NAME[which], **bounds, **_values(tx, which, account_id))


def count(tx: Tx, viewer: Viewer, which: Which, account_id: int) -> int:
    """How many are in a list, for this viewer. Raises as `page`."""
    if _shut(tx, viewer, which, account_id):
        return 0
    return int(tx.value(_COUNTS[which], **_values(tx, which, account_id)))
