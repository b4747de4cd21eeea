"""Whom a post is for when its author names circles and people: one circle, or the people behind several."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, Viewer, hidden_groups
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.people import hearers
from folkmoot.domain.posts import postfacts
from folkmoot.domain.posts.wording import MAX_MENTIONS
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import circle_members, circles, follows
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MOST = 10_000
_MINE = Query(
    sa.select(circles.c.id).where(
        in_list(circles.c.id, "ids"), circles.c.account_id == p("me"), circles.c.hidden == 0
    )
)
_PEOPLE = Query(
    sa.select(circle_members.c.account_id)
    .where(in_list(circle_members.c.circle_id, "ids"))
    .order_by(circle_members.c.account_id)
    .limit(MOST)
)
_FOLLOWERS = Query(
    sa.select(follows.c.account_id)
    .where(follows.c.target_id == p("me"), follows.c.state == 1)
    .order_by(follows.c.account_id)
    .limit(MOST)
)
_CIRCLE_OF = Query(sa.select(posts.c.circle_id).where(posts.c.id == p("id")))
_SPOKEN = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(audience=p("audience"), circle_id=p("circle_id"), rev=posts.c.rev + 1)
)
_KNOWN = Query(sa.select(accounts.c.id).where(in_list(accounts.c.id, "ids")))


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Circles and accounts that an author names, and those that are taken out again."""

    circle_ids: list[int] = []
    account_ids: list[int] = []
    not_circle_ids: list[int] = []
    not_account_ids: list[int] = []

    @property
    def any(self) -> bool:
        return bool(self.circle_ids or self.account_ids or self.not_circle_ids or self.not_account_ids)

    @property
    def one_circle(self) -> int | None:
        """The circle, where nothing is named but one."""
        others = self.account_ids or self.not_circle_ids or self.not_account_ids
        return self.circle_ids[0] if len(set(self.circle_ids)) == 1 and not others else None


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

    A single circle stays a circle (who joins it later can read on); people are spoken to each. Where some are only
    denied it is for the followers of this moment but them. Raises NotFound for a circle that is not the viewer's or an
    account that is not there; Invalid("to"): "blank" (nobody is left), "too_many".
    """
    me = viewer.required()
    named = Named(
        circle_ids=circle_ids,
        account_ids=account_ids,
        not_circle_ids=not_circle_ids,
        not_account_ids=not_account_ids,
    )
    if not named.any:
        return Addressees(Audience.PUBLIC)
    check(tx, viewer, named)
    if named.one_circle is not None:
        return Addressees(Audience.CIRCLE, circle_id=named.one_circle)
    to = people(tx, me, named)
    if not to and me not in account_ids:
        raise Invalid("to", "blank", "nobody is left to whom the post is spoken")
    if not (circle_ids or account_ids):
        return Addressees(Audience.CIRCLE, circle_id=hearers.make(tx, me, to))
    if len(to) > MAX_MENTIONS:
        raise Invalid("to", "too_many", f"more than {MAX_MENTIONS} people; make one circle of them")
    return Addressees(Audience.DIRECT, to=tuple(to))


def quietly(tx: Tx, viewer: Viewer, named: Named, *, open_to: Audience) -> Addressees:
    """As `choose`, but nobody is spoken to: people make a hidden circle, which may be empty. *open_to* is the audience
    where nobody is named. Raises NotFound and Invalid("to", "too_many") as `choose`."""
    me = viewer.required()
    if not named.any:
        return Addressees(open_to)
    check(tx, viewer, named)
    circle_id = named.one_circle
    return Addressees(
        Audience.CIRCLE,
        circle_id=hearers.make(tx, me, people(tx, me, named)) if circle_id is None else circle_id,
    )


def speak_anew(tx: Tx, viewer: Viewer, post_id: int, to: Addressees, *, told: bool = True) -> None:
    """Let one's own post be for others than before, as its caller has decided that it may; *told*: it is in lists."""
    before = tx.value(_CIRCLE_OF, id=post_id)
    tx.run(_SPOKEN, id=post_id, audience=int(to.audience), circle_id=to.circle_id)
    if before != to.circle_id:
        hearers.drop(tx, before)
    if told:
        facts = postfacts.of(tx, post_id)
        journal.record(tx, journal.POST_EDITED, viewer.account_id, post_id, **facts)


def check(tx: Tx, viewer: Viewer, named: Named) -> None:
    """Raises NotFound for a circle that is not the viewer's own, an account that is not there, or a group of which
    the viewer may not know; Invalid("to", "too_many")."""
    wanted = sorted({*named.circle_ids, *named.not_circle_ids})
    known = sorted({*named.account_ids, *named.not_account_ids})
    if len(wanted) > MOST or len(known) > MOST:
        raise Invalid("to", "too_many", f"more than {MOST} circles or people")
    if len(tx.column(_MINE, ids=wanted, me=viewer.required())) != len(wanted):
        raise NotFound(what="circle")
    if len(tx.column(_KNOWN, ids=known)) != len(known) or hidden_groups(tx, viewer, known):
        raise NotFound(what="account")


def people(tx: Tx, me: int, named: Named) -> list[int]:
    """Everybody who is named, or where none are all followers, without those denied and oneself."""
    denied = {*tx.column(_PEOPLE, ids=named.not_circle_ids), *named.not_account_ids, me}
    allowed = [*named.account_ids, *tx.column(_PEOPLE, ids=named.circle_ids)]
    if not (named.account_ids or named.circle_ids):
        allowed = tx.column(_FOLLOWERS, me=me)
    return [i for i in dict.fromkeys(allowed) if i not in denied]
