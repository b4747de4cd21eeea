"""Who wants it: follows, groups, mutes and blocks of one reader; narrows what is delivered, never grants sight."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.schema.groups import members
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_FOLLOWS = Query(
    sa.select(follows.c.target_id, follows.c.boosts, follows.c.languages).where(
        follows.c.account_id == p("me"), follows.c.state == 1
    )
)
_GROUPS = Query(sa.select(members.c.group_id).where(members.c.account_id == p("me"), members.c.status == 0))
_BLOCKS = Query(sa.select(blocks.c.target_id).where(blocks.c.account_id == p("me")))
_MUTES = Query(
    sa.select(mutes.c.target_id).where(
        mutes.c.account_id == p("me"), sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now"))
    )
)


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """What decides whether a post belongs into a home: facts of the post, no text."""

    id: int
    author_id: int
    audience: int
    group_id: int | None
    parent_id: int | None
    parent_author_id: int | None
    boost_of_id: int | None
    boost_author_id: int | None
    language: str


class Interest(msgspec.Struct):
    """What one reader follows and avoids."""

    me: int
    boosts: dict[int, bool]
    """Followed accounts, and whether their boosts are wanted."""
    languages: dict[int, frozenset[str]]
    groups: set[int]
    avoided: set[int]

    @property
    def sources(self) -> set[int]:
        """Authors whose posts may come into this home."""
        return {self.me, *self.boosts}


def load(tx: Tx, me: int) -> Interest:
    """The reader's interest as it is now."""
    followed = tx.all(_FOLLOWS, me=me)
    return Interest(
        me=me,
        boosts={row[0]: bool(row[1]) for row in followed},
        languages={row[0]: frozenset(row[2].split(",")) for row in followed if row[2]},
        groups=set(tx.column(_GROUPS, me=me)),
        avoided=set(tx.column(_BLOCKS, me=me)) | set(tx.column(_MUTES, me=me, now=tx.now)),
    )


def wants_at_home(who: Interest, post: Candidate) -> bool:
    """Whether a post comes into the reader's home: the rule for fan-in, for live additions and for old pages alike.

    Own posts; those of followed accounts, their answers only to people the reader follows too (or to themselves or the
    reader); all of one's groups; boosts of followed accounts that are wanted. Nothing of avoided accounts.
    """
    author = post.author_id
    if author in who.avoided or (post.boost_author_id is not None and post.boost_author_id in who.avoided):
        return False
    if post.group_id is not None:
        return post.group_id in who.groups or author == who.me
    if author == who.me:
        return True
    if author not in who.boosts:
        return False
    if post.boost_of_id is not None:
        return who.boosts[author]
    spoken = who.languages.get(author)
    if spoken and post.language and post.language not in spoken:
        return False
    if post.parent_id is not None and post.parent_author_id is not None:
        answered = post.parent_author_id
        return answered in (author, who.me) or answered in who.boosts
    return True


def candidate(facts: dict[str, Any], post_id: int) -> Candidate:
    """A candidate from the journal's facts of a post."""
    return Candidate(
        id=post_id,
        author_id=facts["author_id"],
        audience=facts.get("audience", Audience.PUBLIC),
        group_id=facts.get("group_id"),
        parent_id=facts.get("parent_id"),
        parent_author_id=facts.get("parent_author_id"),
        boost_of_id=facts.get("boost_of_id"),
        boost_author_id=facts.get("boost_author_id"),
        language=facts.get("language") or "",
    )


def unwanted(viewer: Any, author: Any) -> Any:
    """True in SQL where *viewer* blocks or mutes *author*: for public places, which are not kept per reader."""
    b, m = blocks.alias(), mutes.alias()
    return sa.or_(
        sa.exists(
            sa.select(sa.literal_column("1"))
            .select_from(b)
            .where(b.c.account_id == viewer, b.c.target_id == author)
            .correlate_except(b)
        ),
        sa.exists(
            sa.select(sa.literal_column("1"))
            .select_from(m)
            .where(
                m.c.account_id == viewer,
                m.c.target_id == author,
                sa.or_(m.c.expires_at.is_(None), m.c.expires_at > p("now")),
            )
            .correlate_except(m)
        ),
    )
