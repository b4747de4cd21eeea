"""Which of their addresses members have a group's mail sent to, and what lists of members know of that."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups.members import get
from folkmoot.domain.mail.reach import chosen
from folkmoot.domain.people import account_words
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

_OWN_ADDRESS = Query(
    sa.select(addresses.c.id, addresses.c.main).where(
        addresses.c.folded == text_p("folded"),
        addresses.c.account_id == p("account_id"),
        sa.or_(addresses.c.main == 1, addresses.c.confirmed_at.is_not(None)),
    )
)
_MAIL = Query(
    lambda: (
        sa.update(members)
        .where(members.c.account_id == p("id"))
        .values(mail=sa.func.coalesce(sa.select(addresses.c.folded).where(chosen()).scalar_subquery(), ""))
    )
)


def choose(tx: Tx, viewer: Viewer, group_id: int, address: str) -> None:
    """Have the group's mail go to another of one's own addresses, the main one or one that is
    confirmed. Raises NotFound("member" | "address")."""
    old = get(tx, group_id, viewer.required())
    if old is None or old.status != Membership.NORMAL:
        raise NotFound(what="member")
    row = tx.one(_OWN_ADDRESS, folded=fold_address(address), account_id=viewer.account_id)
    if row is None:
        raise NotFound(what="address")
    tx.update(members, {"id": old.id}, address_id=None if row[1] else row[0], updated_at=tx.now)
    changed(tx, viewer.account_id)
    journal.record(tx, journal.MEMBER_CHANGED, viewer.account_id, group_id)


def changed(tx: Tx, account_id: int) -> None:
    """The account's addresses are others now: let lists of members know."""
    tx.run(_MAIL, id=account_id)
    account_words.spell(tx, account_id)
