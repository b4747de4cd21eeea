"""How accounts look to one reader at this moment, one query a page: revision, counters, and how the two stand."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Membership, Viewer
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

ACCEPTED = 1


class Look(msgspec.Struct, frozen=True, gc=False):
    """What decides how an account is shown to a reader: equal looks of one account are shown alike.

    Being a member of a group counts as following it, waiting for admission as having asked to.
    """

    id: int
    rev: int = 0
    followers_n: int = 0
    following_n: int = 0
    posts_n: int = 0
    following: bool = False
    requested: bool = False
    followed_by: bool = False
    notify: bool = False
    blocking: bool = False


_mine, _theirs = follows.alias("mine"), follows.alias("theirs")
_LOOKS = Query(
    sa.select(
        accounts.c.id, accounts.c.rev, accounts.c.followers_n, accounts.c.following_n, accounts.c.posts_n,
        _mine.c.state, _mine.c.notify, _theirs.c.state, blocks.c.id, members.c.status,
    )
    .select_from(
        accounts.outerjoin(_mine, sa.and_(_mine.c.account_id == p("me"), _mine.c.target_id == accounts.c.id))
        .outerjoin(_theirs, sa.and_(_theirs.c.account_id == accounts.c.id, _theirs.c.target_id == p("me")))
        .outerjoin(blocks, sa.and_(blocks.c.account_id == p("me"), blocks.c.target_id == accounts.c.id))
        .outerjoin(members, sa.and_(members.c.account_id == p("me"), members.c.group_id == accounts.c.id))
    )
    .where(in_list(accounts.c.id, "ids"))
)  # fmt: skip


def of_accounts(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, Look]:
    """Looks by account id; unknown ids are left out."""
    found: dict[int, Look] = {}
    for row in tx.all(_LOOKS, ids=ids, me=viewer.account_id) if ids else ():
        id_, rev, followers, followed, posts, mine, notify, theirs, block, member = row
        follows_it = mine == ACCEPTED
        found[id_] = Look(
            id=id_,
            rev=rev,
            followers_n=followers,
            following_n=followed,
            posts_n=posts,
            following=follows_it or member == Membership.NORMAL,
            requested=(mine is not None and not follows_it) or member == Membership.PENDING,
            followed_by=theirs == ACCEPTED,
            notify=bool(notify) and follows_it,
            blocking=block is not None,
        )
    return found
