"""Bonds that were cut from above: by blocking a server or suspending an account; each account is told what it lost."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import Invalid
from folkmoot.domain.notices import notices
from folkmoot.store.schema.notices import severances
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

KINDS = frozenset({"domain_block", "user_domain_block", "account_suspension"})


class Severance(msgspec.Struct, frozen=True):
    """What an account lost. *target_name*: the server or account; *purged*: the list of those lost is gone as well."""

    id: int
    account_id: int
    kind: str
    target_name: str
    purged: int
    followers_n: int
    following_n: int
    created_at: int


_SOME = Query(
    sa.select(*[severances.c[name] for name in Severance.__struct_fields__]).where(
        severances.c.account_id == p("account_id"), in_list(severances.c.id, "ids")
    )
)


def record(
    tx: Tx,
    account_id: int,
    kind: str,
    target_name: str,
    followers_n: int,
    following_n: int,
    *,
    purged: bool = False,
) -> None:
    """Write down and tell an account that it lost followers and followed ones; nothing lost is not told.

    Raises Invalid("kind", "unknown").
    """
    if kind not in KINDS:
        raise Invalid("kind", "unknown")
    if not followers_n and not following_n:
        return
    id_ = tx.ids.next()
    tx.insert(
        severances,
        id=id_,
        account_id=account_id,
        kind=kind,
        target_name=target_name,
        purged=int(purged),
        followers_n=followers_n,
        following_n=following_n,
        created_at=tx.now,
    )
    notices.add(tx, account_id, "severed", account_id, about_id=id_)


def of(tx: Tx, account_id: int, ids: list[int]) -> dict[int, Severance]:
    """An account's severances by id."""
    rows = tx.all(_SOME, account_id=account_id, ids=ids) if ids else []
    return {row[0]: Severance(*row) for row in rows}
