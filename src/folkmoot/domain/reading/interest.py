"""Who wants it: follows, groups, tags, lists, mutes and blocks of one reader; narrows delivery, never grants sight."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience
from folkmoot.domain.people.blocking import there
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, circle_members, circles, follows, mutes
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.people import server_blocks, tag_follows
from folkmoot.store.schema.posts import tags
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

AT_LARGE = (Audience.PUBLIC, Audience.GROUP)
"""Audiences of what a tag brings in; sight decides which group's posts are everybody's."""
BLOCK, MUTE, GROUP, APART, TAG, SERVER = range(6)


def _part(kind: int, id_: Any, until: Any, name: Any, source: Any, *where: Any) -> Any:
    return sa.select(sa.literal_column(str(kind)), id_, until, name).select_from(source).where(*where)


_FOLLOWS = Query(
    sa.select(follows.c.target_id, follows.c.boosts, follows.c.languages).where(
        follows.c.account_id == p("me"), follows.c.state == 1
    )
)
_NEVER: Any = sa.literal_column("0")
_NAMELESS: Any = sa.literal_column("''")
_REST = Query(
    lambda: sa.union_all(
        _part(BLOCK, blocks.c.target_id, _NEVER, _NAMELESS, blocks, blocks.c.account_id == p("me")),
        _part(
            MUTE,
            mutes.c.target_id,
            sa.func.coalesce(mutes.c.expires_at, sa.literal_column("0")),
            _NAMELESS,
            mutes,
            mutes.c.account_id == p("me"),
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now")),
        ),
        _part(
            GROUP,
            members.c.group_id,
            _NEVER,
            _NAMELESS,
            members,
            members.c.account_id == p("me"),
            members.c.status == 0,
        ),
        _part(
            APART,
            circle_members.c.account_id,
            _NEVER,
            _NAMELESS,
            circle_members.join(circles, circles.c.id == circle_members.c.circle_id),
            circles.c.account_id == p("me"),
            circles.c.exclusive == 1,
        ),
        _part(
            TAG,
            tag_follows.c.tag_id,
            _NEVER,
            tags.c.folded,
            tag_follows.join(tags, tags.c.id == tag_follows.c.tag_id),
            tag_follows.c.account_id == p("me"),
        ),
        _part(
            SERVER,
            server_blocks.c.id,
            _NEVER,
            server_blocks.c.domain,
            server_blocks,
            server_blocks.c.account_id == p("me"),
        ),
    )
)


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """What decides whether a post belongs into a home or a list: facts of the post, no text."""

    id: int
    author_id: int
    audience: int
    group_id: int | None
    parent_id: int | None
    parent_author_id: int | None
    boost_of_id: int | None
    boost_author_id: int | None
    language: str
    orphan: bool = False
    """It answers a post that is gone."""
    named: tuple[int, ...] = ()
    """Accounts that the post mentions, or the boosted post."""
    servers: tuple[str, ...] = ()
    """Servers of the author and of the boosted post's author, where they are not this one."""
    tags: tuple[str, ...] = ()
    """Folded; none where the author is silenced."""


class Interest(msgspec.Struct):
    """What one reader follows and avoids."""

    me: int
    boosts: dict[int, bool]
    """Followed accounts, and whether their boosts are wanted."""
    languages: dict[int, frozenset[str]]
    groups: set[int]
    avoided: set[int]
    """Accounts that the reader blocks or mutes."""
    apart: set[int] = set()
    """Accounts and groups that the reader has in a list of their own, and not at home."""
    tags: dict[str, int] = {}
    """Followed tags: folded name and id."""
    servers: frozenset[str] = frozenset()
    """Servers that the reader blocks."""
    until: int = 1 << 62
    """When a mute ends (ms): from then on this is outdated."""

    @property
    def sources(self) -> set[int]:
        """Authors whose posts may come into this home."""
        return {self.me, *self.boosts}


class Circle(msgspec.Struct, frozen=True):
    """What decides about a post in a list: whose it is, who is in it (all, or those who matter), which answers."""

    id: int
    owner_id: int
    replies: str
    """"list" (to those in it), "followed" or "none"."""
    members: Container[int]


def load(tx: Tx, me: int) -> Interest:
    """The reader's interest as it is now, by two queries."""
    followed = tx.all(_FOLLOWS, me=me)
    found: list[dict[int, str]] = [{}, {}, {}, {}, {}, {}]
    until = 1 << 62
    for kind, id_, ends, name in tx.all(_REST, me=me, now=tx.now):
        found[kind][id_] = name
        if ends:
            until = min(until, ends)
    return Interest(
        me=me,
        boosts={row[0]: bool(row[1]) for row in followed},
        languages={row[0]: frozenset(row[2].split(",")) for row in followed if row[2]},
        groups=set(found[GROUP]),
        avoided={*found[BLOCK], *found[MUTE]},
        apart=set(found[APART]) - {me},
        tags={name: id_ for id_, name in found[TAG].items()},
        servers=frozenset(found[SERVER].values()),
        until=until,
    )


def wants_at_home(who: Interest, post: Candidate) -> bool:
    """Whether a post comes into the reader's home: the rule for fan-in, for live additions and for old pages alike.

    Own posts; those of followed accounts, their answers only to people the reader follows too (or to themselves or the
    reader); all of one's groups; boosts of followed accounts that are wanted; what is said at large with a followed
    tag. Nothing of avoided accounts and servers, nothing that mentions an avoided account, nobody who is kept apart in
    a list of their own.
    """
    if post.author_id == who.me and post.boost_of_id is None:
        return True
    if _avoids(who, post):
        return False
    place = post.author_id if post.group_id is None else post.group_id
    if place in who.apart:
        return False
    return _follows(who, post) or _tagged(who, post)


def wants_in_circle(who: Interest, circle: Circle, post: Candidate, *, strangers: bool = False) -> bool:
    """Whether a post comes into one of the reader's lists: of followed people and groups in it, or of oneself.

    Answers to others are held to the list's own rule beside that of home; nothing that is only for those addressed.
    *strangers*: also what those in it say at large whom the reader does not follow.
    """
    if post.audience == Audience.DIRECT:
        return False
    if (post.author_id if post.group_id is None else post.group_id) not in circle.members:
        return False
    if post.group_id is None and post.parent_id is not None and post.parent_author_id != post.author_id:
        answered = post.parent_author_id
        if answered != who.me and not (
            circle.replies == "followed" or (circle.replies == "list" and answered in circle.members)
        ):
            return False
    if post.author_id == who.me and post.boost_of_id is None and post.group_id is None:
        return True
    return not _avoids(who, post) and (_follows(who, post) or (strangers and _said_by_stranger(who, post)))


def _said_by_stranger(who: Interest, post: Candidate) -> bool:
    at_large = post.audience in (Audience.PUBLIC, Audience.UNLISTED)
    return at_large and post.group_id is None and post.author_id not in who.boosts and not post.orphan


def shuns(who: Interest, post: Candidate) -> bool:
    """Whether what is said at large is kept from the reader: it is of, to or names an avoided account or server."""
    return post.author_id != who.me and _avoids(who, post)


def _avoids(who: Interest, post: Candidate) -> bool:
    if who.avoided:
        avoided = who.avoided
        if post.author_id in avoided or post.boost_author_id in avoided:
            return True
        if post.named and not avoided.isdisjoint(post.named):
            return True
        if post.group_id is None and post.parent_author_id in avoided:
            return True
    return bool(who.servers and post.servers and not who.servers.isdisjoint(post.servers))


def _follows(who: Interest, post: Candidate) -> bool:
    """Whether following an account, or being in a group, brings the post in."""
    author = post.author_id
    if post.group_id is not None:
        return post.group_id in who.groups
    if author == who.me:
        return True
    if author not in who.boosts:
        return False
    if post.boost_of_id is not None:
        return who.boosts[author]
    spoken = who.languages.get(author)
    if spoken and post.language and post.language not in spoken:
        return False
    if post.parent_id is None:
        return True
    answered = post.parent_author_id
    return not post.orphan and (answered in (author, who.me) or answered in who.boosts)


def _tagged(who: Interest, post: Candidate) -> bool:
    """Whether a followed tag brings the post in."""
    return (
        bool(who.tags and post.tags)
        and post.audience in AT_LARGE
        and post.boost_of_id is None
        and not post.orphan
        and not who.tags.keys().isdisjoint(post.tags)
    )


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
        orphan=bool(facts.get("orphan")),
        named=tuple(facts.get("named") or facts.get("addressed") or ()),
        servers=tuple(facts.get("servers") or ()),
        tags=() if facts.get("silenced") else tuple(facts.get("tags") or ()),
    )


def unwanted(viewer: Any, author: Any) -> Any:
    """True in SQL where *viewer* blocks or mutes *author* or their server: for places not kept per reader."""
    a = accounts.alias()
    domain = sa.select(a.c.domain).where(a.c.id == author).correlate_except(a).scalar_subquery()
    return sa.or_(
        there(blocks, account_id=viewer, target_id=author),
        there(
            mutes,
            lambda mute: sa.or_(mute.c.expires_at.is_(None), mute.c.expires_at > p("now")),
            account_id=viewer,
            target_id=author,
        ),
        there(server_blocks, account_id=viewer, domain=domain),
    )
