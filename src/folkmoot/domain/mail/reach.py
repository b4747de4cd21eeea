"""Where mail to a member goes, and whether it still goes there: two conditions for whoever asks who gets mail."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.mail import mail_health
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx


class Health(IntEnum):
    """How an address stands; from OFF on it gets no mail of groups."""

    FINE = 0
    PROBED = 1
    """So much came back that it was asked whether it still lives."""
    OFF = 2
    """The question came back, too."""
    COMPLAINED = 3
    """Its owner called our mail unwanted."""


def reachable(address_id: Any) -> sa.ColumnElement[bool]:
    """True where the address in that column gets mail of groups."""
    return ~sa.exists().where(mail_health.c.address_id == address_id, mail_health.c.state >= int(Health.OFF))


def chosen() -> sa.ColumnElement[bool]:
    """True where the row of addresses is the one that the row of members has mail go to: the address that they chose
    for the group, as long as it is theirs and confirmed, else their main one."""
    own = addresses.alias("own")
    choice = (
        sa.select(own.c.id)
        .where(
            own.c.id == members.c.address_id,
            own.c.account_id == members.c.account_id,
            own.c.confirmed_at.is_not(None),
        )
        .correlate(members)
        .scalar_subquery()
    )
    return sa.and_(
        addresses.c.account_id == members.c.account_id,
        sa.case(
            (members.c.address_id.is_(None), addresses.c.main == 1),
            else_=sa.case((choice.is_(None), addresses.c.main == 1), else_=addresses.c.id == choice),
        ),
    )


_CHOSEN = Query(
    sa.select(addresses.c.address, addresses.c.id)
    .select_from(members.join(addresses, chosen()))
    .where(members.c.group_id == p("group_id"), members.c.account_id == p("account_id"))
)
_REACHED = Query(
    sa.select(addresses.c.address)
    .select_from(members.join(addresses, chosen()))
    .where(
        members.c.group_id == p("group_id"),
        members.c.account_id == p("account_id"),
        reachable(addresses.c.id),
    )
)
_STATE = Query(
    sa.select(mail_health.c.state, addresses.c.id, addresses.c.account_id)
    .select_from(mail_health.join(addresses, addresses.c.id == mail_health.c.address_id))
    .where(addresses.c.folded == text_p("folded"))
)
_RESUME = Query(
    sa.update(mail_health)
    .where(mail_health.c.address_id == p("id"))
    .values(
        state=int(Health.FINE),
        score=0,
        warned_n=0,
        next_at=None,
        last_bounce_at=None,
        since=p("now"),
        updated_at=p("now"),
    )
)
_WRITTEN = Query(sa.select(addresses.c.address).where(addresses.c.folded == text_p("folded")))
_PAUSED = Query(
    sa.select(sa.func.count()).where(
        mail_health.c.account_id == p("account_id"), mail_health.c.state >= int(Health.OFF)
    )
)


_MAIN = Query(
    sa.select(addresses.c.address).where(
        addresses.c.account_id == p("account_id"), addresses.c.main == 1, reachable(addresses.c.id)
    )
)


def letter_address(tx: Tx, group_id: int, account_id: int) -> str:
    """Where a letter about a group to one account goes: as the group's mail, to its main address where it has nothing
    to do with the group yet; empty where mail pauses."""
    if address_in(tx, group_id, account_id):
        return reached_at(tx, group_id, account_id)
    return str(tx.value(_MAIN, account_id=account_id) or "")


def address_in(tx: Tx, group_id: int, account_id: int) -> str:
    """The address that a group's mail to the account goes to, whatever its membership; empty where there is none."""
    return str(tx.value(_CHOSEN, group_id=group_id, account_id=account_id) or "")


def reached_at(tx: Tx, group_id: int, account_id: int) -> str:
    """The same, but empty where mail to that address pauses."""
    return str(tx.value(_REACHED, group_id=group_id, account_id=account_id) or "")


def written(tx: Tx, address: str) -> str:
    """An address as its account has it, folded where nobody has it: whoever spells it in another way in each mail is
    written to at one address, and has one allowance."""
    folded = fold_address(address)
    return str(tx.value(_WRITTEN, folded=folded) or folded)


def works(tx: Tx, address: str) -> None:
    """A secret that was mailed to the address came back: it lives. A complaint stays: only its owner takes it back."""
    row = tx.one(_STATE, folded=fold_address(address))
    if row is not None and row[0] != Health.COMPLAINED:
        resume(tx, row[1], row[2])


def resume(tx: Tx, address_id: int, account_id: int) -> None:
    """Let mail go to an address again, all that was counted against it forgotten; its owner need not be told of the
    pause any more."""
    from folkmoot.domain.notices import notices

    if not tx.run(_RESUME, id=address_id, now=tx.now):
        return
    if not tx.value(_PAUSED, account_id=account_id):
        notices.remove(tx, account_id, "mail_paused", account_id)
    journal.record(tx, journal.ACCOUNT_CHANGED, account_id, account_id)
