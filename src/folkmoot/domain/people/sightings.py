"""From where and on which days people use their accounts: few rows each, written in batches and seldom."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from folkmoot.kit import networks
from folkmoot.store.schema.accounts import logins
from folkmoot.store.schema.staff import login_ips, presence
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
MOST_IPS = 20
"""So many addresses of an account are kept, the newest."""
KEPT_DAYS = 400
"""So long it is known who was here on a day."""

_SEEN = Query(
    sa.update(logins)
    .where(
        logins.c.account_id == p("id"),
        sa.or_(logins.c.last_seen_at.is_(None), logins.c.last_seen_at < p("at")),
    )
    .values(last_seen_at=p("at"))
)
_IPS_N = Query(sa.select(sa.func.count()).where(login_ips.c.account_id == p("id")))
_OLDEST = Query(
    sa.select(login_ips.c.ip)
    .where(login_ips.c.account_id == p("id"))
    .order_by(login_ips.c.used_at.desc(), login_ips.c.ip)
    .offset(MOST_IPS)
    .limit(100)
)
_DROP = Query(sa.delete(login_ips).where(login_ips.c.account_id == p("id"), login_ips.c.ip == text_p("ip")))
_FORGET_DAYS = Query(sa.delete(presence).where(presence.c.day < p("day")))


class Sighting(msgspec.Struct, frozen=True):
    """An account that was used: when (ms) and from which address (empty: not known)."""

    account_id: int
    at: int
    ip: str = ""


def record(tx: Tx, seen: Iterable[Sighting]) -> None:
    """Remember the days and the addresses; an address that is known moves at most once a day."""
    for one in seen:
        if tx.run(_SEEN, id=one.account_id, at=one.at):
            tx.insert_new(presence, day=one.at // DAY_MS, account_id=one.account_id)
        where = networks.place(one.ip)
        if where is not None:
            _remember(tx, one, where)


def _remember(tx: Tx, one: Sighting, where: str) -> None:
    tx.insert(
        login_ips,
        "ON CONFLICT (account_id, ip) DO UPDATE SET used_at = excluded.used_at "
        f"WHERE login_ips.used_at <= excluded.used_at - {DAY_MS}",
        account_id=one.account_id,
        ip=networks.plain(one.ip),
        place=where,
        used_at=one.at,
    )
    if int(tx.value(_IPS_N, id=one.account_id)) > MOST_IPS:
        for ip in tx.column(_OLDEST, id=one.account_id):
            tx.run(_DROP, id=one.account_id, ip=ip)


def forget_old(tx: Tx) -> int:
    """Forget who was here on days long gone; how many rows went."""
    return tx.run(_FORGET_DAYS, day=tx.now // DAY_MS - KEPT_DAYS)
