"""Who asks to be let in: followers of one's own, and those who would join a group that one moderates."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import membership
from folkmoot.domain.paging import Page
from folkmoot.domain.people import bondlists, bonds
from folkmoot.domain.rows import Rows
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_own = members_t.alias("own")
_MINE = members_t.c.group_id.in_(
    sa.select(_own.c.group_id).where(
        _own.c.account_id == p("me"),
        _own.c.status == int(Membership.NORMAL),
        _own.c.role >= int(GroupRole.MODERATOR),
    )
)
_WAITS = (members_t.c.status == int(Membership.PENDING), _MINE)
_ASKED = Rows(members_t.c.id, members_t.c.account_id, where=_WAITS)
_COUNT = Query(sa.select(sa.func.count()).where(*_WAITS))
_OLDEST = Query(
    sa.select(members_t.c.group_id)
    .where(*_WAITS, members_t.c.account_id == p("other"))
    .order_by(members_t.c.id)
    .limit(1)
)


def waiting(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, int]]:
    """(cursor, account id) of all who wait for the viewer's answer, newest first; somebody who asks for several things
    is named for each."""
    me = viewer.required()
    found = bondlists.listing(
        tx,
        viewer,
        "requests",
        me,
        limit=page.limit,
        before=page.high,
        after=page.low,
        nearest=page.nearest,
    )
    found += [(row[0], row[1]) for row in _ASKED.page(tx, page, me=me)]
    found.sort(reverse=not page.nearest)
    return sorted(found[: max(0, page.limit)], reverse=True)


def count(tx: Tx, account_id: int) -> int:
    """How many wait for the account's answer."""
    return bondlists.count_requests(tx, account_id) + int(tx.value(_COUNT, me=account_id))


def accept(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Let somebody in: as a follower where they asked for that, else into the group that they asked first to join.

    Raises NotFound where nobody asked.
    """
    if bonds.is_waiting(tx, viewer, account_id):
        bonds.accept(tx, viewer, account_id)
    else:
        membership.set_status(tx, viewer, _group(tx, viewer, account_id), account_id, Membership.NORMAL)


def reject(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Turn somebody down, in the same order; who asked for nothing but follows does so no more. Raises NotFound."""
    group_id = tx.value(_OLDEST, me=viewer.required(), other=account_id)
    if group_id is None or bonds.is_waiting(tx, viewer, account_id):
        bonds.reject(tx, viewer, account_id)
    else:
        membership.set_status(tx, viewer, group_id, account_id, Membership.LEFT)


def _group(tx: Tx, viewer: Viewer, account_id: int) -> int:
    found = tx.value(_OLDEST, me=viewer.required(), other=account_id)
    if found is None:
        raise NotFound(what="request")
    return int(found)
