"""The last public post of each of several people, for lists that show somebody with what they said last."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import Audience, PostState, Viewer, visible_among
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

LOOKED_AT = 40
"""Among so many of somebody's last posts a public one is looked for: a private person costs no walk."""

_near = (
    sa.select(posts.c.id, posts.c.audience, posts.c.state, posts.c.boost_of_id)
    .where(posts.c.author_id == accounts.c.id)
    .order_by(posts.c.id.desc())
    .limit(p("near"))
    .correlate(accounts)
    .subquery("near")
)
_last = (
    sa.select(sa.func.max(_near.c.id))
    .where(
        _near.c.audience == int(Audience.PUBLIC),
        _near.c.state == int(PostState.LIVE),
        _near.c.boost_of_id.is_(None),
    )
    .correlate(accounts)
    .scalar_subquery()
)
_LAST = Query(lambda: sa.select(accounts.c.id, _last).where(in_list(accounts.c.id, "ids")))


def of_each(tx: Tx, viewer: Viewer, account_ids: list[int]) -> dict[int, int]:
    """The id of each person's last public post that the viewer may see, by account; those without one are left out."""
    if not account_ids:
        return {}
    found = {row[0]: row[1] for row in tx.all(_LAST, ids=account_ids, near=LOOKED_AT) if row[1] is not None}
    seen = visible_among(tx, viewer, list(found.values())) if found else set()
    return {account_id: post_id for account_id, post_id in found.items() if post_id in seen}
