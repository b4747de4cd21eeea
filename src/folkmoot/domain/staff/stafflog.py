"""What the staff did, to whom or what, and when: written with the act itself and never changed."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.powers import require_power
from folkmoot.store.schema.staff import staff_acts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

PAGE_MAX = 200
MAX_WHAT = 1000


class StaffAct(msgspec.Struct, frozen=True):
    """One act. *kind* says what `subject_id` is the id of (account, report, ip_block …); *what* names it in words
    that are still understood when it is gone. `account_id` 0 is the operator at the command line."""

    id: int
    account_id: int
    act: str
    kind: str
    subject_id: int
    what: str
    created_at: int


_COLUMNS = [staff_acts.c[name] for name in StaffAct.__struct_fields__]
_LISTED = Query(
    sa.select(*_COLUMNS)
    .where(staff_acts.c.id < p("high"), staff_acts.c.id > p("low"))
    .order_by(staff_acts.c.id.desc())
    .limit(PAGE_MAX)
)


def note(tx: Tx, viewer: Viewer, act: str, kind: str, subject_id: int, what: str = "") -> None:
    """Write down that the viewer did *act* to the thing."""
    tx.insert(
        staff_acts,
        id=tx.ids.next(),
        account_id=viewer.account_id,
        act=act,
        kind=kind,
        subject_id=subject_id,
        what=what[:MAX_WHAT],
        created_at=tx.now,
    )


def listing(tx: Tx, viewer: Viewer, page: Page) -> list[StaffAct]:
    """The newest acts, 200 at most. Raises Forbidden("role")."""
    require_power(viewer, "see_log")
    rows = tx.all(_LISTED, low=page.low, high=page.high)[: max(0, page.limit)]
    return [StaffAct(*row) for row in rows]
