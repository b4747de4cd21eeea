"""Who passed a post on, and by which boosts."""

from __future__ import annotations

from functools import lru_cache

import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see, see_original
from folkmoot.domain.paging import Page
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

PAGE_MAX = 200


@lru_cache(maxsize=2)
def _boosts(up: bool) -> Query:
    return Query(
        sa.select(posts.c.id, posts.c.author_id)
        .where(
            posts.c.boost_of_id == p("id"),
            posts.c.state == int(PostState.LIVE),
            posts.c.id > p("low"),
            posts.c.id < p("high"),
            may_see(p("viewer")),
        )
        .order_by(posts.c.id if up else posts.c.id.desc())
        .limit(p("limit"))
        .offset(p("offset"))
    )


def boosts_of(tx: Tx, viewer: Viewer, post_id: int, page: Page) -> list[tuple[int, int]]:
    """(boost, account) of those that the viewer may see, newest first. Raises NotFound."""
    original = see_original(tx, viewer, post_id)
    rows = tx.all(
        _boosts(page.nearest),
        id=original.id,
        viewer=viewer.account_id,
        low=page.low,
        high=page.high,
        limit=max(0, min(page.limit, PAGE_MAX)),
        offset=min(page.offset, 100_000),
    )
    found = [(row[0], row[1]) for row in rows]
    return found[::-1] if page.nearest else found
