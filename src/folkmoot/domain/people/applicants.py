"""Who signed up and waits to be let in, as the staff reads it."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.powers import require_power
from folkmoot.store.schema.accounts import accounts, addresses, logins
from folkmoot.store.sql import Query
from folkmoot.store.tx import Tx

SHOWN = 100

_WAITING = Query(
    sa.select(
        accounts.c.id,
        accounts.c.name,
        accounts.c.display_name,
        sa.select(sa.func.min(addresses.c.address))
        .where(addresses.c.account_id == accounts.c.id, addresses.c.main == 1)
        .scalar_subquery(),
        logins.c.reason,
        accounts.c.created_at,
    )
    .select_from(logins.join(accounts, accounts.c.id == logins.c.account_id))
    .where(logins.c.state == int(LoginState.PENDING))
    .order_by(accounts.c.id)
    .limit(SHOWN)
)


class Applicant(msgspec.Struct, frozen=True):
    """Somebody who wants to join: with the address and the reason they gave, and when (ms)."""

    id: int
    name: str
    display_name: str
    address: str | None
    reason: str
    created_at: int


def waiting(tx: Tx, viewer: Viewer) -> list[Applicant]:
    """Who waits, who came first first; 100 at most. Raises Forbidden("role")."""
    require_power(viewer, "manage_people")
    return [Applicant(*row) for row in tx.all(_WAITING)]
