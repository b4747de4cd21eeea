"""Proving one's address after signing up: whether it is done, and asking for the mail again, elsewhere if need be."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid
from folkmoot.domain.groups import memberaddresses
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import signups
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.staff import barriers
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

_MOVE = Query(
    sa.update(addresses)
    .where(addresses.c.account_id == p("me"), addresses.c.main == 1, addresses.c.confirmed_at.is_(None))
    .values(address=text_p("address"), folded=text_p("folded"))
)


def is_confirmed(tx: Tx, viewer: Viewer) -> bool:
    """Whether the viewer's address is proven, as far as the place asks for it."""
    return people.preferences(tx, viewer.required()).state != LoginState.UNCONFIRMED


def resend(tx: Tx, viewer: Viewer, address: str | None) -> None:
    """Send the mail with the link again, to another *address* if one is given, which takes the place of the old.

    Raises Forbidden("confirmed") where nothing is left to prove, Invalid("address"), Conflict("address.taken").
    """
    me = viewer.required()
    if is_confirmed(tx, viewer):
        raise Forbidden("nothing is left to prove", code="confirmed")
    now = people.main_address(tx, me)
    if address and fold_address(address) != fold_address(now):
        now = _moved(tx, me, address)
    if now:
        signups.send_link(tx, me, "confirm", now)


def _moved(tx: Tx, me: int, address: str) -> str:
    if not is_valid_address(address):
        raise Invalid("address", "invalid")
    barriers.check_address(tx, address)
    if people.find_by_address(tx, address) is not None:
        raise Conflict("address already taken", code="address.taken")
    tx.run(_MOVE, me=me, address=address, folded=fold_address(address))
    memberaddresses.changed(tx, me)
    return address
