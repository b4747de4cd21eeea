"""Who reacted to posts, for a whole page of posts at once."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.posts.reactions import Reaction
from folkmoot.store.schema.posts import reactions
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MOST = 30
"""Reactions of one kind to one post that are named; the counters count them all."""

_OPEN = (
    Reaction.LIKE,
    Reaction.DISLIKE,
    Reaction.ATTEND_YES,
    Reaction.ATTEND_NO,
    Reaction.ATTEND_MAYBE,
)
"""What others may know of; bookmarks are their owner's secret, pins are shown otherwise."""
_ranked = (
    sa.select(
        reactions.c.post_id,
        reactions.c.kind,
        reactions.c.account_id,
        sa.func.row_number()
        .over(partition_by=(reactions.c.post_id, reactions.c.kind), order_by=reactions.c.id)
        .label("place"),
    )
    .where(in_list(reactions.c.post_id, "ids"), in_list(reactions.c.kind, "kinds"))
    .subquery()
)
_OF_POSTS = Query(
    sa.select(_ranked.c.post_id, _ranked.c.kind, _ranked.c.account_id)
    .where(_ranked.c.place <= p("most"))
    .order_by(_ranked.c.post_id, _ranked.c.kind, _ranked.c.place)
)


def of_posts(tx: Tx, ids: list[int]) -> dict[int, list[tuple[Reaction, int]]]:
    """(reaction, account id) by post, the first MOST of each kind, oldest first.

    The ids must have gone through sight already; posts without reactions are left out.
    """
    found: dict[int, list[tuple[Reaction, int]]] = {}
    for post_id, kind, account_id in (
        tx.all(_OF_POSTS, ids=ids, kinds=[int(kind) for kind in _OPEN], most=MOST) if ids else ()
    ):
        found.setdefault(post_id, []).append((Reaction(kind), account_id))
    return found
