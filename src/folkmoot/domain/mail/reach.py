"""Whether mail still goes to an address: one condition for whoever asks who gets mail."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import sqlalchemy as sa

from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import addresses
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


_WORKS = Query(
    sa.update(mail_health)
    .where(
        mail_health.c.address_id.in_(sa.select(addresses.c.id).where(addresses.c.folded == text_p("folded"))),
        mail_health.c.state != int(Health.COMPLAINED),
    )
    .values(state=int(Health.FINE), score=0, next_at=None, warned_n=0, since=p("now"), updated_at=p("now"))
)


def works(tx: Tx, address: str) -> None:
    """A secret that was mailed to the address came back: it lives. A complaint stays: only its owner takes it back."""
    tx.run(_WORKS, folded=fold_address(address), now=tx.now)
