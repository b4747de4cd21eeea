"""Wrong passwords, counted by name and network and by network alone: guessing from one place locks nobody out."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain.people.logins import digest
from folkmoot.store.schema.entering import wrong_passwords
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import Tx

FAILURES: Final = 10
"""Wrong passwords for one name from one network in WINDOW_MS."""
FAILURES_OF_NETWORK: Final = 100
WINDOW_MS: Final = 900_000
_STANDS: Final = f"CASE WHEN wrong_passwords.until > excluded.until - {WINDOW_MS} THEN wrong_passwords."
_COUNTED: Final = (
    f"ON CONFLICT (digest) DO UPDATE SET n = {_STANDS}n + 1 ELSE 1 END,"
    f" until = {_STANDS}until ELSE excluded.until END"
)
_FOUND = Query(
    sa.select(wrong_passwords.c.digest, wrong_passwords.c.n, wrong_passwords.c.until).where(
        in_list(wrong_passwords.c.digest, "digests", text=True)
    )
)


def wait_ms(tx: Tx, who: str, network: str) -> int:
    """How long nobody may try a password for that name from that network; 0: now."""
    limits = _limits(who, network)
    rows = tx.all(_FOUND, digests=list(limits))
    return max((until - tx.now for key, n, until in rows if n >= limits[key] and until > tx.now), default=0)


def count(tx: Tx, who: str, network: str) -> None:
    """A password was wrong."""
    for key in sorted(_limits(who, network)):
        tx.insert(wrong_passwords, _COUNTED, digest=key, n=1, until=tx.now + WINDOW_MS)


def _limits(who: str, network: str) -> dict[str, int]:
    """How many may be wrong, by what is counted; no name is kept as it was typed."""
    name = who.strip().lower()[:320]
    return {digest(f"{network} {name}"): FAILURES, digest(network): FAILURES_OF_NETWORK}
