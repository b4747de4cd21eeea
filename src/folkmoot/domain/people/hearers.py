"""Hidden circles: exactly those to whom one post is spoken, where no kept circle says it; gone with the post."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.store.schema.bonds import circle_members, circles
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_EMPTY = Query(sa.delete(circle_members).where(circle_members.c.circle_id == p("id")))
_DELETE = Query(sa.delete(circles).where(circles.c.id == p("id"), circles.c.hidden == 1))
_HIDDEN = Query(sa.select(circles.c.id).where(circles.c.id == p("id"), circles.c.hidden == 1))
_OF_POST = Query(sa.select(posts.c.circle_id).where(posts.c.id == p("id")))


def make(tx: Tx, owner_id: int, account_ids: list[int]) -> int:
    """A hidden circle of these people; its id."""
    id_ = tx.ids.next()
    tx.insert(circles, id=id_, account_id=owner_id, title="", hidden=1, created_at=tx.now)
    for account_id in dict.fromkeys(account_ids):
        tx.insert_new(circle_members, circle_id=id_, account_id=account_id, id=tx.ids.next())
    return id_


def drop(tx: Tx, circle_id: int | None) -> None:
    """Forget a circle if it is a hidden one."""
    if circle_id is not None and tx.one(_HIDDEN, id=circle_id):
        tx.run(_EMPTY, id=circle_id)
        tx.run(_DELETE, id=circle_id)


def post_gone(tx: Tx, post_id: int) -> None:
    """A post is deleted: the hidden circle to which it was spoken is of no use any more."""
    drop(tx, tx.value(_OF_POST, id=post_id))
