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
from folkmoot.store.schema.accounts import addresses, logins
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

_MADE_WITH = Query(sa.select(logins.c.app_id).where(logins.c.account_id == p("id")))
_MOVE = Query(
    sa.update(addresses)
    .where(addresses.c.account_id == p("me"), addresses.c.main == 1, addresses.c.confirmed_at.is_(None))
    .values(address=text_p("address"), folded=text_p("folded"))
)


def is_confirmed(tx: Tx, viewer: Viewer) -> bool:
    """Whether the viewer's address is proven, as far as the place asks for it."""
    return people.preferences(tx, viewer.required()).state != LoginState.UNCONFIRMED


def resend(tx: Tx, viewer: Viewer, address: str | None, app_id: int | None = None) -> None:
    """Send the mail with the link again, to another *address* if one is given, which takes the place of the old.

    Where the place asks for no proof, it is sent all the same if the address is unproven and asked for by the
    application *app_id* that the account was made with; the address stays then, as people are in already who would lose
    it. Raises Forbidden("confirmed") where nothing is left to prove, Invalid("address"), Conflict("address.taken").
    """
    me = viewer.required()
    now = people.main_address(tx, me)
    elsewhere = address if address and fold_address(address) != fold_address(now) else None
    if is_confirmed(tx, viewer):
        maker = app_id is not None and app_id == tx.value(_MADE_WITH, id=me)
        if elsewhere or not (maker and signups.is_strange(tx, me, now)):
            raise Forbidden("nothing is left to prove", code="confirmed")
    if elsewhere:
        now = _moved(tx, me, elsewhere)
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
