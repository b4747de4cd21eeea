"""Who reacted to posts, for a whole page of posts at once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.posts.reactions import ATTENDING, Reaction
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.posts import posts, reactions
from folkmoot.store.schema.sections import events
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Row, Tx

MOST = 30
"""Reactions of one kind to one post that are named; the counters count them all."""
_FEW = 600
"""So many reactions of a page are simply read; of more, each post's first ones are looked up by their index."""

_OPEN = (
    Reaction.LIKE,
    Reaction.DISLIKE,
    Reaction.ATTEND_YES,
    Reaction.ATTEND_NO,
    Reaction.ATTEND_MAYBE,
)
"""What others may know of; bookmarks are their owner's secret, pins are shown otherwise."""
_KINDS = [int(kind) for kind in _OPEN]
_OF_POSTS = Query(
    sa.select(reactions.c.post_id, reactions.c.kind, reactions.c.id, reactions.c.account_id)
    .where(
        in_list(reactions.c.post_id, "ids"), reactions.c.kind.in_([sa.literal_column(str(k)) for k in _KINDS])
    )
    .limit(_FEW + 1)
)
_first = reactions.alias("first")


def _first_of(kind: int) -> Query:
    """The first MOST reactions of a kind to each post."""
    wanted: Any = sa.literal_column(str(kind))
    last = (
        sa.select(_first.c.id)
        .where(_first.c.post_id == posts.c.id, _first.c.kind == wanted)
        .order_by(_first.c.id)
        .limit(1)
        .offset(MOST - 1)
        .correlate(posts)
        .scalar_subquery()
    )
    return Query(
        sa.select(reactions.c.post_id, reactions.c.kind, reactions.c.id, reactions.c.account_id)
        .select_from(
            posts.join(
                reactions,
                sa.and_(
                    reactions.c.post_id == posts.c.id,
                    reactions.c.kind == wanted,
                    reactions.c.id <= sa.func.coalesce(last, sa.literal_column(str(1 << 62))),
                ),
            )
        )
        .where(in_list(posts.c.id, "ids"))
    )


_FIRST = [_first_of(kind) for kind in _KINDS]
_SHUT = Query(
    sa.select(events.c.post_id).where(
        in_list(events.c.post_id, "ids"),
        events.c.group_id != events.c.author_id,
        events.c.group_id != p("viewer"),
        ~sa.exists().where(
            members.c.group_id == events.c.group_id,
            members.c.account_id == p("viewer"),
            members.c.status == int(Membership.NORMAL),
        ),
    )
)
"""Posts of groups' events, whoever reads them: who comes is told as the calendar tells it, to members
(sections.access.Room.tells_members)."""


def of_posts(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, list[tuple[Reaction, int]]]:
    """(reaction, account id) by post, the first MOST of each kind, oldest first; who comes to an event of a group only
    for its members.

    The ids must have gone through sight already; posts without reactions are left out.
    """
    rows: list[Row] = tx.all(_OF_POSTS, ids=ids) if ids else []
    if len(rows) > _FEW:
        rows = [row for query in _FIRST for row in tx.all(query, ids=ids)]
    answered = list({row[0] for row in rows if row[1] in ATTENDING})
    if answered and not viewer.everything:
        shut = set(tx.column(_SHUT, ids=answered, viewer=viewer.account_id))
        rows = [row for row in rows if row[0] not in shut or row[1] not in ATTENDING]
    found: dict[int, list[tuple[Reaction, int]]] = {}
    told: dict[tuple[int, int], int] = {}
    for post_id, kind, _, account_id in sorted(rows):
        told[post_id, kind] = n = told.get((post_id, kind), 0) + 1
        if n <= MOST:
            found.setdefault(post_id, []).append((Reaction(kind), account_id))
    return found


_TALLY = Query(
    sa.select(sa.func.count(), sa.func.sum(sa.case((reactions.c.account_id == p("me"), 1), else_=0))).where(
        reactions.c.post_id == p("id"), reactions.c.kind == p("kind")
    )
)


def tally(tx: Tx, viewer: Viewer, post_id: int, kind: Reaction) -> tuple[int, bool]:
    """(how many reacted so to a post that the viewer may see, whether the viewer did)."""
    row = tx.one(_TALLY, id=post_id, kind=int(kind), me=viewer.account_id) or (0, 0)
    return int(row[0]), bool(row[1])
