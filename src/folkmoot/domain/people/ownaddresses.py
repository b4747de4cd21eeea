"""A person's further mail addresses: each proven by a link that was mailed to it before it counts; then made the main
one, or given up, at will."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import memberaddresses
from folkmoot.domain.mail import outbox
from folkmoot.domain.people import accounts, adopting, mailtokens, signups
from folkmoot.domain.staff import barriers
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

PURPOSE: Final = "address"
MOST: Final = 10
_WORD: Final = "main address"
MAIN_CHANGED: Final = "main_changed"
"""The letter to an address that was the main one until now."""
_OWN = Query(
    sa.select(addresses.c.address)
    .where(
        addresses.c.account_id == p("account_id"),
        sa.or_(addresses.c.main == 1, addresses.c.confirmed_at.is_not(None)),
    )
    .order_by(addresses.c.main.desc(), addresses.c.id)
)
_FURTHER = Query(
    sa.select(addresses.c.id).where(
        addresses.c.account_id == p("account_id"),
        addresses.c.folded == text_p("folded"),
        addresses.c.main == 0,
    )
)
_PROVEN = Query(
    sa.select(addresses.c.id).where(
        addresses.c.account_id == p("account_id"),
        addresses.c.folded == text_p("folded"),
        addresses.c.main == 0,
        addresses.c.confirmed_at.is_not(None),
    )
)
_MAIN = Query(
    sa.select(addresses.c.id, addresses.c.address, addresses.c.confirmed_at).where(
        addresses.c.account_id == p("account_id"), addresses.c.main == 1
    )
)
_CHOOSE_NONE = Query(
    sa.update(members)
    .where(members.c.account_id == p("account_id"), members.c.address_id == p("id"))
    .values(address_id=None)
)
_DELETE = Query(sa.delete(addresses).where(addresses.c.id == p("id")))


def of(tx: Tx, viewer: Viewer) -> list[str]:
    """One's own addresses, the main one first."""
    return tx.column(_OWN, account_id=viewer.required())


def ask(tx: Tx, viewer: Viewer, address: str) -> None:
    """Mail a link to an address that is to become one's own; it may be known by mail alone. Raises Invalid("address"),
    Conflict("address.taken")."""
    me = viewer.required()
    if not is_valid_address(address):
        raise Invalid("address", "invalid")
    barriers.check_address(tx, address)
    known = accounts.find_by_address(tx, address)
    if known is not None and not adopting.may_join(tx, known):
        raise Conflict("address already taken", code="address.taken")
    if len(of(tx, viewer)) >= MOST:
        raise Invalid("address", "too_many")
    signups.send_link(tx, me, PURPOSE, address)


def asked(tx: Tx, viewer: Viewer, secret: str) -> str:
    """The address that a mailed link is about. Raises NotFound for a link that is no good, or is another's."""
    token = mailtokens.see(tx, secret, PURPOSE)
    if token.account_id != viewer.required():
        raise NotFound(what="link")
    return token.address


def confirm(tx: Tx, viewer: Viewer, secret: str) -> str:
    """Whoever got the link reads the address: it is theirs now; which one. Raises as asked, Conflict("address.taken")
    where another was quicker."""
    address = asked(tx, viewer, secret)
    mailtokens.use(tx, secret, PURPOSE)
    known = accounts.find_by_address(tx, address)
    if known is not None and adopting.may_join(tx, known):
        adopting.join(tx, viewer.required(), known, address)
    else:
        accounts.add_address(tx, viewer.required(), address, confirmed=True)
    return address


def make_main(tx: Tx, viewer: Viewer, address: str) -> None:
    """Let one of one's own further addresses be the main one: where mail goes that is to go nowhere else. The old one
    is told, and stays one's own, where it was ever proven; else nobody knows whose it is. Raises NotFound."""
    me = viewer.required()
    tx.alone(_WORD, me)
    id_ = tx.value(_PROVEN, account_id=me, folded=fold_address(address))
    if id_ is None:
        raise NotFound(what="address")
    old = tx.one(_MAIN, account_id=me)
    if old is not None:
        tx.update(addresses, {"id": old[0]}, main=0)
        if old[2] is None:
            tx.run(_DELETE, id=old[0])
        else:
            outbox.queue(tx, MAIN_CHANGED, me, old[1], new=address)
    tx.update(addresses, {"id": id_}, main=1)
    tx.run(_CHOOSE_NONE, account_id=me, id=id_)
    memberaddresses.changed(tx, me)
    journal.record(tx, journal.ACCOUNT_CHANGED, me, me)


def drop(tx: Tx, viewer: Viewer, address: str) -> None:
    """Give up an address; groups whose mail went there go to the main one again, which stays. Raises NotFound."""
    me = viewer.required()
    tx.alone(_WORD, me)
    id_ = tx.value(_FURTHER, account_id=me, folded=fold_address(address))
    if id_ is None:
        raise NotFound(what="address")
    tx.run(_CHOOSE_NONE, account_id=me, id=id_)
    tx.run(_DELETE, id=id_)
    memberaddresses.changed(tx, me)
