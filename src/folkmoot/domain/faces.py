"""Posts of a page with how their people stand to the reader, one row a post: all that decides how a post looks where
whoever wrote it is shown with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.hot import WIDTH, look_columns, look_people, look_sight, look_source
from folkmoot.domain.people.accounts import Kind
from folkmoot.store.schema.bonds import blocks, follows
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

Face = tuple[Any, ...]
"""A look of domain.hot, and behind it: who passed the post on, and for each of its people how they and the reader
stand, packed. Two equal rows are shown alike to one reader."""
PASSER = WIDTH
"""Where the author of the row's own post stands in a face."""


def _stands(account: Any) -> Any:
    """How the reader and an account stand to each other, as one number; null where there is no such account."""
    me = p("viewer")
    f, g, b, m = follows.alias(), follows.alias(), blocks.alias(), members.alias()

    def one(value: Any, table: Any, *where: Any) -> Any:
        found = sa.select(value).select_from(table).where(*where).correlate_except(table)
        return sa.func.coalesce(found.scalar_subquery(), sa.literal_column("0"))

    def lit(number: int) -> Any:
        return sa.literal_column(str(number))

    mine = one(
        f.c.state * lit(2) + f.c.notify + lit(1), f, f.c.account_id == me, f.c.target_id == account.c.id
    )
    theirs = one(g.c.state + lit(1), g, g.c.account_id == account.c.id, g.c.target_id == me)
    blocked = one(lit(1), b, b.c.account_id == me, b.c.target_id == account.c.id)
    joined = one(m.c.status + lit(1), m, m.c.account_id == me, m.c.group_id == account.c.id)
    # Only a group has members, so that of people it is not asked.
    group = sa.case((account.c.kind == lit(int(Kind.GROUP)), lit(1024) * joined), else_=lit(0))
    return mine + lit(16) * theirs + lit(256) * blocked + group


def _columns() -> list[Any]:
    author, who, group = look_people()
    return [
        posts.c.author_id,
        _stands(author),
        sa.case((who.c.id.is_not(None), _stands(who))),
        sa.case((group.c.id.is_not(None), _stands(group))),
        group.c.followers_n,
        group.c.following_n,
        group.c.posts_n,
    ]


def _faces(*where: Any) -> Any:
    return (
        sa.select(*look_columns(), *_columns())
        .select_from(look_source())
        .where(in_list(posts.c.id, "ids"), *where)
    )


_FACES = Query(lambda: _faces(look_sight()))
_FACES_SEEN = Query(lambda: _faces())


def of_posts(tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> dict[int, Face]:
    """Those of the posts that the viewer may see, by id. *seen*: they come from a list that asked for sight."""
    if not ids:
        return {}
    query = _FACES_SEEN if seen else _FACES
    return {row[0]: row for row in tx.all(query, ids=ids, viewer=viewer.account_id)}
