"""Lists of bonds: who follows whom, who asks to, whom one blocks and mutes, who of those one follows knows somebody."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.paging import Page
from folkmoot.domain.people import blocking
from folkmoot.domain.people.accounts import Kind, kind_of, see_account
from folkmoot.domain.rows import Rows
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

REQUESTED, ACCEPTED = 0, 1
FAMILIAR = 80
"""So many at most are told of as familiar followers of one account."""

LISTS = {
    "followers": Rows(
        follows.c.id,
        follows.c.account_id,
        where=(follows.c.target_id == p("id"), follows.c.state == ACCEPTED),
    ),
    "following": Rows(
        follows.c.id,
        follows.c.target_id,
        where=(follows.c.account_id == p("id"), follows.c.state == ACCEPTED),
    ),
    "requests": Rows(
        follows.c.id,
        follows.c.account_id,
        where=(follows.c.target_id == p("id"), follows.c.state == REQUESTED),
    ),
    "blocks": Rows(blocks.c.id, blocks.c.target_id, where=(blocks.c.account_id == p("id"),)),
}
_MEMBERS = Rows(
    members.c.id,
    members.c.account_id,
    where=(members.c.group_id == p("id"), members.c.status == int(Membership.NORMAL)),
)
_MUTES = Rows(
    mutes.c.id,
    mutes.c.target_id,
    mutes.c.expires_at,
    where=(
        mutes.c.account_id == p("id"),
        sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now")),
    ),
)
_HIDES = Query(sa.select(accounts.c.hide_collections).where(accounts.c.id == p("id")))
_MODERATES = Query(
    sa.select(members.c.id).where(
        members.c.group_id == p("id"),
        members.c.account_id == p("viewer"),
        members.c.status == int(Membership.NORMAL),
        members.c.role >= int(GroupRole.MODERATOR),
    )
)
_REQUESTS_N = Query(
    sa.select(sa.func.count()).where(follows.c.target_id == p("id"), follows.c.state == REQUESTED)
)
_mine, _theirs = follows.alias("mine"), follows.alias("theirs")
_FAMILIAR = Query(
    sa.select(_theirs.c.target_id, _theirs.c.account_id)
    .select_from(
        _mine.join(_theirs, _theirs.c.account_id == _mine.c.target_id).join(
            accounts, accounts.c.id == _mine.c.target_id
        )
    )
    .where(
        _mine.c.account_id == p("me"),
        _mine.c.state == ACCEPTED,
        in_list(_theirs.c.target_id, "ids"),
        _theirs.c.state == ACCEPTED,
        accounts.c.hide_collections == 0,
        accounts.c.suspended_at.is_(None),
    )
    .order_by(_theirs.c.id.desc())
    .limit(4000)
)
_OPEN = Query(sa.select(accounts.c.id).where(in_list(accounts.c.id, "ids"), accounts.c.hide_collections == 0))


def hidden(tx: Tx, viewer: Viewer, account_id: int) -> bool:
    """Whether an account does not let this viewer see its people: it hides them from all, or blocks the viewer."""
    return viewer.account_id != account_id and (
        bool(tx.value(_HIDES, id=account_id)) or blocking.has_blocked(tx, account_id, viewer.account_id)
    )


def listing(
    tx: Tx,
    viewer: Viewer,
    which: str,
    account_id: int,
    *,
    limit: int,
    before: int,
    after: int,
    nearest: bool = False,
) -> list[tuple[int, int]]:
    """(cursor, account id) of a list in LISTS, newest first; the cursor is the bond's id, never the account's.

    Followers and follows of an account that hides them are empty for others, a group's members for all but its
    moderators; the other lists are the viewer's own.
    """
    see_account(tx, account_id)
    page = Page(limit=limit, before=before, after=after, nearest=nearest)
    if viewer.account_id != account_id and which not in ("followers", "following"):
        raise Forbidden("only your own", code="own")
    if hidden(tx, viewer, account_id):
        return []
    if which == "followers" and kind_of(tx, account_id) == Kind.GROUP:
        if tx.one(_MODERATES, id=account_id, viewer=viewer.account_id) is None:
            return []
        return [(row[0], row[1]) for row in _MEMBERS.page(tx, page, id=account_id)]
    return [(row[0], row[1]) for row in LISTS[which].page(tx, page, id=account_id)]


def muted(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, int, int | None]]:
    """(cursor, account id, when it ends in ms) of the viewer's mutes that still hold, newest first."""
    return [(row[0], row[1], row[2]) for row in _MUTES.page(tx, page, id=viewer.required(), now=tx.now)]


def count_requests(tx: Tx, account_id: int) -> int:
    """How many ask to follow the account."""
    return int(tx.value(_REQUESTS_N, id=account_id))


def familiar(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, list[int]]:
    """Whom of those that the viewer follows follow each of these accounts, the latest first; nobody who hides it."""
    told = set(tx.column(_OPEN, ids=ids)) - {viewer.required()}
    found: dict[int, list[int]] = {i: [] for i in ids}
    for target, follower in tx.all(_FAMILIAR, me=viewer.account_id, ids=list(told)) if told else []:
        if len(found[target]) < FAMILIAR:
            found[target].append(follower)
    return found
