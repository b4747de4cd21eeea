"""Bonds with other servers that end at once, by a block of the server or of one account; each is told what it lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import Invalid
from folkmoot.domain.notices import notices
from folkmoot.domain.people import bonds
from folkmoot.domain.people.bonds import ACCEPTED
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.notices import severances
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Row, Tx

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


_MORE = Query(
    sa.update(severances)
    .where(
        severances.c.account_id == p("account_id"),
        severances.c.kind == text_p("kind"),
        severances.c.target_name == text_p("target_name"),
        severances.c.created_at >= p("since"),
    )
    .values(
        followers_n=severances.c.followers_n + p("followers_n"),
        following_n=severances.c.following_n + p("following_n"),
    )
)


def bonds_with(there: Callable[[Any], Any], *, only_mine: bool = False, most: int | None = None) -> Query:
    """The statement that finds bonds of people here with those accounts for which *there* holds: (who follows, who is
    followed, state, whether the follower is here). *only_mine*: of the account "me" alone; *most*: so many of them."""
    here, other = accounts.alias("here"), accounts.alias("other")
    mine = [here.c.id == p("me")] if only_mine else []

    def way(ours: Any, theirs: Any, follower_is_here: str) -> Any:
        return (
            sa.select(
                follows.c.account_id,
                follows.c.target_id,
                follows.c.state,
                sa.literal_column(follower_is_here),
            )
            .select_from(follows.join(other, other.c.id == theirs).join(here, here.c.id == ours))
            .where(there(other), here.c.domain == "", *mine)
        )

    return Query(
        sa.union_all(
            way(follows.c.account_id, follows.c.target_id, "1"),
            way(follows.c.target_id, follows.c.account_id, "0"),
        ).limit(most)
    )


def lost(rows: list[Row]) -> dict[int, tuple[int, int]]:
    """What the end of these rows of bonds_with costs each account here: (followers, followed), no questions."""
    found: dict[int, tuple[int, int]] = {}
    for follower, followed, state, follower_is_here in rows:
        if state == ACCEPTED:
            here = follower if follower_is_here else followed
            followers_n, following_n = found.get(here, (0, 0))
            found[here] = (followers_n + (not follower_is_here), following_n + bool(follower_is_here))
    return found


def cut(tx: Tx, kind: str, target_name: str, rows: list[Row], since: int | None = None) -> None:
    """End the bonds of these rows of bonds_with and tell everybody here what they lost; whoever was told of this
    *since* then lost so much more. Raises as record."""
    for follower, followed, *_ in rows:
        bonds.end(tx, follower, followed)
    for account_id, (followers_n, following_n) in lost(rows).items():
        told = {"account_id": account_id, "kind": kind, "target_name": target_name, "since": since}
        if since is None or not tx.run(_MORE, **told, followers_n=followers_n, following_n=following_n):
            record(tx, account_id, kind, target_name, followers_n, following_n)


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
