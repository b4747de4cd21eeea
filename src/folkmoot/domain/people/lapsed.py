"""What let somebody in and is over: codes, links, sessions, signed requests, wrong passwords, unused applications."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.store.schema.accounts import apps, grants, mail_tokens, sessions, tokens
from folkmoot.store.schema.entering import wrong_passwords
from folkmoot.store.schema.signing import nonces, signing_requests
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

DAY_MS: Final = 86_400_000
UNUSED_MS: Final = 7 * DAY_MS
"""An application that registered itself and got no token within this time is forgotten."""
AT_ONCE: Final = 1000
_KEPT: Final = (
    (grants, "id", "expires_at", DAY_MS),
    (mail_tokens, "id", "expires_at", DAY_MS),
    (sessions, "id", "expires_at", 0),
    (signing_requests, "id", "expires_at", 0),
    (nonces, "digest", "until", 0),
    (wrong_passwords, "digest", "until", 0),
)
"""(table, its key, when a row is over, how long it is kept after that): a code that comes twice ends the token that it
gave (apps.exchange_code), and links are counted by the hour (mailtokens.make)."""


def _late(table: sa.Table, key: str, due: str) -> Query:
    late = sa.select(table.c[key]).where(table.c[due] < p("before")).order_by(table.c[due]).limit(AT_ONCE)
    return Query(sa.delete(table).where(table.c[key].in_(late)))


_SWEEP = [(_late(table, key, due), kept) for table, key, due, kept in _KEPT]
_FIRST = [(Query(sa.select(sa.func.min(table.c[due]))), kept) for table, _, due, kept in _KEPT]
_OLD_APPS = (
    sa.select(apps.c.id)
    .where(apps.c.untried == 1, apps.c.created_at < p("before"))
    .order_by(apps.c.created_at)
    .limit(AT_ONCE)
)
_FIRST_APP = Query(sa.select(sa.func.min(apps.c.created_at)).where(apps.c.untried == 1))
_USED = sa.exists(sa.select(tokens.c.id).where(tokens.c.app_id == apps.c.id))
_TRIED = Query(sa.update(apps).where(apps.c.id.in_(_OLD_APPS), _USED).values(untried=0))
_UNUSED = Query(sa.delete(apps).where(apps.c.id.in_(_OLD_APPS), ~_USED))


def any_due(tx: Tx) -> bool:
    """Whether there is something to sweep."""
    firsts = [(tx.value(query), kept) for query, kept in _FIRST] + [(tx.value(_FIRST_APP), UNUSED_MS)]
    return any(first is not None and first < tx.now - kept for first, kept in firsts)


def sweep(tx: Tx) -> int:
    """Forget what is over, up to 1000 of each kind; how many."""
    swept = sum(tx.run(query, before=tx.now - kept) for query, kept in _SWEEP)
    before = tx.now - UNUSED_MS
    return swept + tx.run(_TRIED, before=before) + tx.run(_UNUSED, before=before)
