"""Who is told of a new post: those whom it addresses, and those who asked to hear of all that its author says."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.access import Audience, who_may_see
from folkmoot.domain.notices import notices
from folkmoot.domain.notices.notices import Told
from folkmoot.domain.posts import exchanges
from folkmoot.store.schema.bonds import follows
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_ATTENTIVE = Query(
    sa.select(follows.c.account_id).where(
        follows.c.target_id == p("author_id"), follows.c.notify == 1, follows.c.state == 1
    )
)


def of_post(tx: Tx, post_id: int, what: dict[str, Any]) -> None:
    """Tell those whom a new live post concerns; *what* are its facts as the journal has them.

    A mention tells more than "has posted", so nobody gets both. Answers to others and direct posts are no news.
    """
    author_id = what["author_id"]
    reached, got = [author_id], [author_id]
    for account_id in what["addressed"]:
        told = notices.add(tx, account_id, "mention", author_id, post_id)
        if told != Told.DROPPED:
            got.append(account_id)
        if told in (Told.TOLD, Told.QUIET):
            reached.append(account_id)
    if what["audience"] == Audience.DIRECT:
        exchanges.arrived(tx, post_id, got)
        exchanges.said(tx, post_id, reached)
        return
    if what["parent_id"] is not None and what["parent_author_id"] != author_id:
        return
    attentive = [id_ for id_ in tx.column(_ATTENTIVE, author_id=author_id) if id_ not in what["addressed"]]
    for account_id in sorted(who_may_see(tx, post_id, attentive)):
        notices.add(tx, account_id, "post", author_id, post_id)
