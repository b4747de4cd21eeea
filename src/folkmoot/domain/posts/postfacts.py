"""What followers of the journal need to know about a post without asking: who, where, to whom; never the text."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain.access import PostState
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import addressed, post_tags, posts, tags
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

OFF_LISTS: Final = 8
"""The bit of posts.parts that says: this post comes into no list (the words of a picture in an album)."""
_author, _other = accounts.alias("author"), accounts.alias("other")
_original, _parent = posts.alias("original"), posts.alias("parent")
_NAMES = (
    "author_id",
    "audience",
    "group_id",
    "thread_id",
    "parent_id",
    "parent_author_id",
    "boost_of_id",
    "language",
    "media_n",
    "parts",
)
_FACTS = Query(
    sa.select(
        *(posts.c[name] for name in _NAMES),
        posts.c.state,
        posts.c.boosts_n,
        _author.c.domain,
        _author.c.silenced_at,
        _original.c.author_id,
        _other.c.domain,
        sa.func.coalesce(_parent.c.state, int(PostState.DELETED)),
    )
    .select_from(
        posts.join(_author, _author.c.id == posts.c.author_id)
        .outerjoin(_original, _original.c.id == posts.c.boost_of_id)
        .outerjoin(_other, _other.c.id == _original.c.author_id)
        .outerjoin(_parent, _parent.c.id == posts.c.parent_id)
    )
    .where(posts.c.id == p("id"))
)
_ADDRESSED = Query(
    sa.select(addressed.c.account_id).where(addressed.c.post_id == p("id"), addressed.c.silent == 0)
)
_TAG_NAMES = Query(
    sa.select(tags.c.folded)
    .select_from(tags.join(post_tags, post_tags.c.tag_id == tags.c.id))
    .where(post_tags.c.post_id == p("id"))
)


def addressed_to(tx: Tx, post_id: int) -> list[int]:
    """Accounts that the post is listed as speaking to."""
    return tx.column(_ADDRESSED, id=post_id)


def of(tx: Tx, post_id: int, *, bare: bool = False) -> dict[str, Any]:
    """The facts of a post; those of interest.Candidate beyond the columns are there where there is something to say.
    *bare*: the caller knows that it addresses nobody and bears no tags.

    named: whom a boosted post mentions; servers: of the author and the boosted author, where they are elsewhere;
    silenced: the author is; orphan: what it answers is gone; state: where it is not live; boosts_n.
    """
    row = tx.one(_FACTS, id=post_id)
    assert row is not None
    found = dict(zip(_NAMES, row, strict=False))
    state, boosts_n, server, silenced_at, boost_author_id, other_server, parent_state = row[len(_NAMES) :]
    found["addressed"] = [] if bare else addressed_to(tx, post_id)
    found["tags"] = [] if bare else tx.column(_TAG_NAMES, id=post_id)
    boost_of_id = found["boost_of_id"]
    more = {
        "boost_author_id": boost_author_id,
        "named": addressed_to(tx, boost_of_id) if boost_of_id is not None else None,
        "servers": [name for name in (server, other_server) if name],
        "silenced": silenced_at is not None,
        "orphan": found["parent_id"] is not None and parent_state >= PostState.REJECTED,
        "state": state,
        "boosts_n": boosts_n,
    }
    return {**found, **{name: value for name, value in more.items() if value}}
