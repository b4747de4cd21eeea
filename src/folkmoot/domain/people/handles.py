"""Accounts by many handles at once."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.store.schema.accounts import accounts
from folkmoot.store.sql import Query, in_list
from folkmoot.store.tx import Tx

_BY_NAMES = Query(
    sa.select(accounts.c.folded, accounts.c.domain, accounts.c.id).where(
        in_list(accounts.c.folded, "names", text=True), in_list(accounts.c.domain, "domains", text=True)
    )
)


def ids_of(tx: Tx, handles: list[str]) -> list[int]:
    """Ids of the accounts of `name`, `@name` or `name@domain` in that order; unknown ones are left out."""
    settings = tx.settings
    here = {settings.domain.lower(), settings.domain.lower().partition(":")[0], settings.list_domain.lower()}
    wanted: list[tuple[str, str]] = []
    for handle in handles:
        name, _, domain = handle.strip().removeprefix("@").lower().partition("@")
        wanted.append((name, "" if domain in here else domain))
    names = list({name for name, _ in wanted if name})
    rows = tx.all(_BY_NAMES, names=names, domains=list({domain for _, domain in wanted})) if names else []
    known = {(row[0], row[1]): row[2] for row in rows}
    return list(dict.fromkeys(known[pair] for pair in wanted if pair in known))
