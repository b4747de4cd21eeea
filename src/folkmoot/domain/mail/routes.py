"""Destinations of mail that refuse everybody for now: left alone for growing times, whatever waits for them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from folkmoot.domain.mail import outbox
from folkmoot.store.schema.mail import mail_routes
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

REFUSALS = 3
"""Of so many receivers of one domain, none taken, each refused for now: then the domain rests."""
SOONEST_STEP = 2
"""The rest begins with the gap of a mail's third try, as everybody's first tries have failed."""
_KNOWN = Query(
    sa.select(mail_routes.c.domain, mail_routes.c.failures, mail_routes.c.until).where(
        in_list(mail_routes.c.domain, "domains", text=True)
    )
)
_FORGET = Query(sa.delete(mail_routes).where(in_list(mail_routes.c.domain, "domains", text=True)))
_OLD = Query(sa.delete(mail_routes).where(mail_routes.c.until < p("before")))
FORGOTTEN_MS = 86_400_000


def domain_of(address: str) -> str:
    """The domain that mail to the address goes to."""
    return address.rpartition("@")[2].lower().rstrip(".")


def known(tx: Tx, domains: Iterable[str]) -> dict[str, int]:
    """Which of these domains failed lately, and until when they rest (ms; that may have passed)."""
    return {row[0]: row[2] for row in tx.all(_KNOWN, domains=sorted(set(domains)))}


def failing(tx: Tx, domain: str, error: str) -> int:
    """A domain refuses everybody: let it rest. Until when, in ms."""
    row = next(iter(tx.all(_KNOWN, domains=[domain])), None)
    failures = 1 + (row[1] if row else 0)
    until = tx.now + outbox.gap(SOONEST_STEP + failures - 1)
    values = {"failures": failures, "until": until, "error": error[:500]}
    if not tx.update(mail_routes, {"domain": domain}, **values):
        tx.insert(mail_routes, domain=domain, **values)
    tx.run(_OLD, before=tx.now - FORGOTTEN_MS)
    return until


def working(tx: Tx, domains: Iterable[str]) -> None:
    """These domains take mail."""
    tx.run(_FORGET, domains=sorted(set(domains)))
