"""Whom a post is for when its author names circles and people: one circle, or the people behind several."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.posts.wording import MAX_MENTIONS
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import circle_members, circles
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

_MINE = Query(sa.select(circles.c.id).where(in_list(circles.c.id, "ids"), circles.c.account_id == p("me")))
_PEOPLE = Query(
    sa.select(circle_members.c.account_id)
    .where(in_list(circle_members.c.circle_id, "ids"))
    .order_by(circle_members.c.account_id)
    .limit(10_000)
)
_KNOWN = Query(sa.select(accounts.c.id).where(in_list(accounts.c.id, "ids")))


class Addressees(msgspec.Struct, frozen=True):
    """An audience with the circle or the accounts that it is made of."""

    audience: Audience
    circle_id: int | None = None
    to: tuple[int, ...] = ()


def choose(
    tx: Tx,
    viewer: Viewer,
    *,
    circle_ids: list[int],
    account_ids: list[int],
    not_circle_ids: list[int],
    not_account_ids: list[int],
) -> Addressees:
    """The audience of a post for just these circles and accounts, less those denied; nothing named is everybody.

    A single circle stays a circle (who joins it later can read on); everything else is spoken to each account.
    Raises NotFound for a circle that is not the viewer's or an account that is not there; Invalid("to"): "only_denied"
    (nobody is named to take them from), "blank" (nobody is left), "too_many".
    """
    me = viewer.required()
    if not (circle_ids or account_ids or not_circle_ids or not_account_ids):
        return Addressees(Audience.PUBLIC)
    if not (circle_ids or account_ids):
        raise Invalid("to", "only_denied", "say also to whom the post is spoken")
    wanted = sorted({*circle_ids, *not_circle_ids})
    if len(tx.column(_MINE, ids=wanted, me=me)) != len(wanted):
        raise NotFound(what="circle")
    if len(tx.column(_KNOWN, ids=account_ids)) != len(set(account_ids)):
        raise NotFound(what="account")
    if len(set(circle_ids)) == 1 and not (account_ids or not_circle_ids or not_account_ids):
        return Addressees(Audience.CIRCLE, circle_id=circle_ids[0])
    denied = {*tx.column(_PEOPLE, ids=not_circle_ids), *not_account_ids, me}
    to = [i for i in dict.fromkeys([*account_ids, *tx.column(_PEOPLE, ids=circle_ids)]) if i not in denied]
    if not to and me not in account_ids:
        raise Invalid("to", "blank", "nobody is left to whom the post is spoken")
    if len(to) > MAX_MENTIONS:
        raise Invalid("to", "too_many", f"more than {MAX_MENTIONS} people; make one circle of them")
    return Addressees(Audience.DIRECT, to=tuple(to))
