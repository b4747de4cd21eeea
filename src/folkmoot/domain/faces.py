"""Posts of a page with how their people stand to the reader, one row a post: all that decides how a post looks where
whoever wrote it is shown with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.hot import counters_of, packed
from folkmoot.domain.looks import ACCEPTED
from folkmoot.domain.people.accounts import Kind
from folkmoot.domain.posts.reactions import REACTED
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.posts import marks, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

Face = tuple[Any, ...]
"""One post of a page as a plain row, as a look of domain.hot is one: ids, revisions and counters of the post, of the
one that it passes on, and of their people, and how those stand to the reader. Two equal faces are shown alike, whoever
looks, but for those who reacted (`reacted_to`)."""
_BOOSTED_ID, _COUNTERS, _BITS = 2, 8, 9
_author, _inner, _who, _group = (
    accounts.alias("author"),
    posts.alias("inner_"),
    accounts.alias("who"),
    accounts.alias("gr"),
)
_mine, _to_author, _to_who = marks.alias("mine"), follows.alias("to_author"), follows.alias("to_who")


def _lit(number: int) -> Any:
    return sa.literal_column(str(number))


_0: Any = _lit(0)


def _one(value: Any, table: Any, *where: Any) -> Any:
    """A value of the one row that is meant, 0 where there is none."""
    found = sa.select(value).select_from(table).where(*where).correlate_except(table).scalar_subquery()
    return sa.func.coalesce(found, _0)


def _bond(account: Any, mine: Any) -> Any:
    """4 or 5 for who is followed (5: with notices); otherwise 1 for who is asked, and 2 more for who follows the
    reader, which changes nothing for the followed. *mine*: the reader's following of the account."""
    f = follows.alias()
    back = (f.c.account_id == account.c.id, f.c.target_id == p("viewer"), f.c.state == _lit(ACCEPTED))
    return sa.case(
        (mine.c.state == _lit(ACCEPTED), _lit(4) + mine.c.notify),
        else_=sa.func.coalesce(mine.c.state + _lit(1), _0) + _one(_lit(2), f, *back),
    )


def _joined(group: Any) -> Any:
    """16 and more for a group that the reader is in some way a member of."""
    m = members.alias()
    return _one(
        _lit(16) * (m.c.status + _lit(1)), m, m.c.account_id == p("viewer"), m.c.group_id == group.c.id
    )


def _stands(account: Any, mine: Any) -> Any:
    """How an account stands to the reader, but for blocks: 128 for the reader, 0 where there is no such account."""
    is_group = account.c.kind == _lit(int(Kind.GROUP))
    return sa.case(
        (account.c.id.is_(None), _0),
        (account.c.id == p("viewer"), _lit(128)),
        else_=_bond(account, mine) + sa.case((is_group, _joined(account)), else_=_0),
    )


def _blocked(account: Any) -> Any:
    """8 for who is blocked."""
    b = blocks.alias()
    return _one(_lit(8), b, b.c.account_id == p("viewer"), b.c.target_id == account.c.id)


def _three(author: Any, who: Any, group: Any) -> Any:
    return packed(packed(group, 8, who), 8, author)


def _bits() -> Any:
    """The parts of the post that is shown, what the reader did to it, and how its people stand to the reader."""
    any_ = blocks.alias()
    has_blocked = sa.exists(sa.select(_lit(1)).select_from(any_).where(any_.c.account_id == p("viewer")))
    in_group = sa.case((_group.c.id.is_(None), _0), else_=_joined(_group))
    stands = _three(_stands(_author, _to_author), _stands(_who, _to_who), in_group)
    # Who blocks nobody is asked for it once, not for each post.
    blocked = sa.case((has_blocked, _three(_blocked(_author), _blocked(_who), _blocked(_group))), else_=_0)
    did = packed(stands.bitwise_or(blocked), 8, sa.func.coalesce(_mine.c.bits, _0))
    return packed(did, 8, sa.func.coalesce(_inner.c.parts, posts.c.parts))


def _faces(*where: Any) -> Any:
    viewer = p("viewer")

    def mine(row: Any, account: Any) -> Any:
        return sa.and_(row.c.account_id == viewer, row.c.target_id == account.c.id)

    shown = sa.func.coalesce(posts.c.boost_of_id, posts.c.id)
    source = (
        posts.join(_author, _author.c.id == posts.c.author_id)
        .outerjoin(_inner, _inner.c.id == posts.c.boost_of_id)
        .outerjoin(_who, _who.c.id == _inner.c.author_id)
        .outerjoin(_group, _group.c.id == sa.func.coalesce(posts.c.group_id, _inner.c.group_id))
        .outerjoin(_mine, sa.and_(_mine.c.account_id == viewer, _mine.c.post_id == shown))
        .outerjoin(_to_author, mine(_to_author, _author))
        .outerjoin(_to_who, mine(_to_who, _who))
    )
    columns = [
        posts.c.id,
        packed(posts.c.rev, 32, _author.c.rev),
        _inner.c.id,
        packed(_inner.c.rev, 32, _who.c.rev),
        packed(_author.c.followers_n, 24, _author.c.following_n),
        _author.c.posts_n,
        packed(_who.c.followers_n, 24, _who.c.following_n),
        _who.c.posts_n,
        sa.func.coalesce(counters_of(_inner), counters_of(posts)),
        _bits(),
        _group.c.rev,
        packed(_group.c.followers_n, 24, _group.c.following_n),
        _group.c.posts_n,
    ]
    return sa.select(*columns).select_from(source).where(in_list(posts.c.id, "ids"), *where)


_FACES = Query(lambda: _faces(may_see(p("viewer"), author=_author)))
_FACES_SEEN = Query(lambda: _faces())


def of_posts(tx: Tx, viewer: Viewer, ids: list[int], *, seen: bool = False) -> dict[int, Face]:
    """Those of the posts that the viewer may see, by id. *seen*: they come from a list that asked for sight."""
    if not ids:
        return {}
    query = _FACES_SEEN if seen else _FACES
    return {row[0]: row for row in tx.all(query, ids=ids, viewer=viewer.account_id)}


def has_part(row: Face, part: int) -> bool:
    """Whether the post that is shown has that bit of posts.parts."""
    return bool(row[_BITS] & part)


def reacted_to(row: Face) -> int:
    """The post whose content a face shows, where somebody may have reacted to it, else 0."""
    if not (row[_COUNTERS] >> 40 or row[_BITS] & REACTED):
        return 0
    shown: int = row[0] if row[_BOOSTED_ID] is None else row[_BOOSTED_ID]
    return shown
