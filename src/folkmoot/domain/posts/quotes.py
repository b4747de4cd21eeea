"""Posts that show another post inside them: who may, who sees what of it, and how the quoted author takes it back."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import (
    Archive,
    Audience,
    PostState,
    Seen,
    Viewer,
    may_see,
    open_to_all,
    see_original,
    see_post,
)
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.notices import notices
from folkmoot.domain.people import blocking
from folkmoot.domain.reading.interest import unwanted
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posting import quotes
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

PART: Final = 2
"""The bit of posts.parts that says: this post quotes another."""
ASIDE: Final = 4
"""The bit that says: it is quoted, or not everybody may quote it; doors have to ask how."""


class Policy(IntEnum):
    """Who may quote a post."""

    PUBLIC = 0
    FOLLOWERS = 1
    NOBODY = 2


class State(IntEnum):
    """What became of a quote."""

    ACCEPTED = 0
    REVOKED = 1


SHOWN, REVOKED, DELETED, UNSEEN, BLOCKED, MUTED = "shown", "revoked", "deleted", "unseen", "blocked", "muted"


class QuoteSeen(msgspec.Struct, frozen=True):
    """A quote as one viewer sees it: *state* is SHOWN … MUTED, *quoted_id* is there only when it is SHOWN."""

    state: str
    quoted_id: int | None
    url: str = ""
    """Where the quoted post is, while the quote stands and the post is there; whoever goes there is asked for sight."""


_POLICY = Query(
    sa.select(posts.c.quote_policy, groups.c.archive)
    .select_from(posts.outerjoin(groups, groups.c.account_id == posts.c.group_id))
    .where(posts.c.id == p("id"))
)
_FOLLOWS = Query(
    sa.select(follows.c.target_id).where(
        follows.c.account_id == p("me"), in_list(follows.c.target_id, "ids"), follows.c.state == 1
    )
)
_OPEN = Query(
    sa.select(groups.c.account_id).where(
        in_list(groups.c.account_id, "ids"), groups.c.archive == int(Archive.PUBLIC)
    )
)


def target(tx: Tx, viewer: Viewer, post_id: int) -> Seen:
    """The post that the viewer may quote; a boost leads to the post itself. Raises NotFound where it is not there, may
    not be seen, or may not be quoted by this viewer."""
    me = viewer.required()
    seen = see_original(tx, viewer, post_id)
    if seen.state != PostState.LIVE or seen.audience == Audience.DIRECT:
        raise NotFound(what="post")
    if seen.author_id == me:
        return seen
    policy, archive = tx.one(_POLICY, id=seen.id) or (int(Policy.NOBODY), None)
    if not open_to_all(seen.audience, archive) or blocking.are_apart(tx, me, seen.author_id):
        raise NotFound(what="post")
    follows_them = policy == Policy.FOLLOWERS and tx.one(_FOLLOWS, me=me, ids=[seen.author_id])
    if policy != Policy.PUBLIC and not follows_them:
        raise NotFound(what="post")
    return seen


def narrowed(quoted: Seen, audience: int) -> int:
    """The audience of a post that quotes *quoted*: what is not for everybody is not passed on to everybody."""
    closed = quoted.audience in (Audience.FOLLOWERS, Audience.CIRCLE)
    wide = audience in (Audience.PUBLIC, Audience.UNLISTED, Audience.LOCAL)
    return int(Audience.FOLLOWERS) if closed and wide else audience


def check_addressed(quoted: Seen, me: int, audience: int, to: list[int]) -> None:
    """Raises Invalid("quote_of", "not_addressed") for a direct post that quotes somebody whom it does not address."""
    if audience == Audience.DIRECT and quoted.author_id not in (me, *to):
        raise Invalid("quote_of", "not_addressed")


_ROW = Query(
    sa.select(quotes.c.id, quotes.c.quoted_id, quotes.c.quoted_author_id, quotes.c.state, quotes.c.account_id).where(
        quotes.c.post_id == p("id")
    )
)  # fmt: skip
_COUNT = Query(
    sa.update(posts)
    .where(posts.c.id == p("id"))
    .values(
        quotes_n=sa.case((posts.c.quotes_n + p("by") < 0, 0), else_=posts.c.quotes_n + p("by")),
        parts=sa.case((posts.c.parts.op("&")(ASIDE) == 0, posts.c.parts + ASIDE), else_=posts.c.parts),
    )
)
_TOUCH = Query(sa.update(posts).where(posts.c.id == p("id")).values(rev=posts.c.rev + 1))
_TOUCH_QUOTING = Query(
    sa.update(posts)
    .where(posts.c.id.in_(sa.select(quotes.c.post_id).where(quotes.c.quoted_id == p("id"))))
    .values(rev=posts.c.rev + 1)
)
_DROP = Query(sa.delete(quotes).where(quotes.c.post_id == p("id")))


def add(tx: Tx, me: int, post_id: int, quoted: Seen) -> None:
    """Let a post quote another that went through `target`; the caller sets PART."""
    tx.insert(
        quotes,
        id=tx.ids.next(),
        post_id=post_id,
        account_id=me,
        quoted_id=quoted.id,
        quoted_author_id=quoted.author_id,
        state=int(State.ACCEPTED),
        created_at=tx.now,
    )


def published(tx: Tx, post_id: int) -> None:
    """A quoting post is live: it counts, and the quoted author hears of it."""
    row = tx.one(_ROW, id=post_id)
    if row is not None and row[3] == State.ACCEPTED:
        tx.run(_COUNT, id=row[1], by=1)
        notices.add(tx, row[2], "quote", row[4], post_id)


def deleted(tx: Tx, post_id: int, *, live: bool) -> None:
    """A post goes: what it quoted is counted less, and what quoted it shows that it is gone."""
    row = tx.one(_ROW, id=post_id)
    if row is not None:
        if live and row[3] == State.ACCEPTED:
            tx.run(_COUNT, id=row[1], by=-1)
        tx.run(_DROP, id=post_id)
    tx.run(_TOUCH_QUOTING, id=post_id)


def revoke(tx: Tx, viewer: Viewer, post_id: int, quoting_id: int) -> int:
    """The author of a quoted post takes it out of a quoting one, whose id is returned. Raises NotFound;
    Forbidden("owner") where the post is somebody else's."""
    me = viewer.required()
    seen = see_post(tx, viewer, post_id)
    row = tx.one(_ROW, id=quoting_id) if 0 < quoting_id < 1 << 63 else None
    if row is None or row[1] != seen.id:
        raise NotFound(what="quote")
    if seen.author_id != me:
        raise Forbidden("only its author can revoke a quote", code="owner")
    if row[3] == State.ACCEPTED:
        tx.update(quotes, {"id": row[0]}, state=int(State.REVOKED))
        tx.run(_COUNT, id=seen.id, by=-1)
        tx.run(_TOUCH, id=quoting_id)
        journal.record(tx, journal.POST_CHANGED, me, quoting_id, quote=row[0])
    return quoting_id


def set_policy(tx: Tx, viewer: Viewer, post_id: int, policy: int | None) -> None:
    """Say who may quote one's own post from now on; None leaves it. Raises NotFound where it is not one's own."""
    seen = see_post(tx, viewer, post_id)
    row = tx.one(_PARTS, id=seen.id)
    if row is None or seen.author_id != viewer.required() or seen.boost_of_id is not None:
        raise NotFound(what="post")
    if policy is None:
        return
    tx.update(posts, {"id": seen.id}, quote_policy=policy, parts=row[0] | ASIDE)
    tx.run(_TOUCH, id=seen.id)


_PARTS = Query(sa.select(posts.c.parts).where(posts.c.id == p("id")))


# ── what is seen of it ───────────────────────────────────────────────────────────────────────────────────────────────


def _of_posts() -> Any:
    me = p("viewer")
    block, mute = blocks.alias("b"), mutes.alias("m")
    blocked = sa.exists().where(block.c.account_id == me, block.c.target_id == quotes.c.quoted_author_id)
    muted = sa.exists().where(
        mute.c.account_id == me,
        mute.c.target_id == quotes.c.quoted_author_id,
        sa.or_(mute.c.expires_at.is_(None), mute.c.expires_at > p("now")),
    )
    return (
        sa.select(
            quotes.c.post_id,
            quotes.c.state,
            quotes.c.quoted_id,
            posts.c.state,
            sa.case((may_see(me), 1), else_=0),
            sa.case((blocked, 1), else_=0),
            sa.case((muted, 1), else_=0),
            accounts.c.name,
        )
        .select_from(
            quotes.outerjoin(posts, posts.c.id == quotes.c.quoted_id).outerjoin(
                accounts, accounts.c.id == quotes.c.quoted_author_id
            )
        )
        .where(in_list(quotes.c.post_id, "ids"))
    )


_OF_POSTS = Query(_of_posts)


def of_posts(tx: Tx, viewer: Viewer, post_ids: list[int]) -> dict[int, QuoteSeen]:
    """Quotes by the id of the quoting post, as the viewer sees them; one query. For those who went through the quoting
    posts' gate: the quoted ones are asked for here."""
    rows = tx.all(_OF_POSTS, ids=post_ids, viewer=viewer.account_id, now=tx.now) if post_ids else []
    return {row[0]: _seen(tx, viewer, row) for row in rows}


def _seen(tx: Tx, viewer: Viewer, row: tuple[Any, ...]) -> QuoteSeen:
    _, state, quoted_id, quoted_state, sight, blocked, muted, name = row
    if state == State.REVOKED:
        return QuoteSeen(REVOKED, None)
    if quoted_state is None or quoted_state == PostState.DELETED:
        return QuoteSeen(DELETED, None)
    url = f"{tx.settings.base_url}/@{name}/{quoted_id}"
    if viewer.everything:
        return QuoteSeen(SHOWN, quoted_id, url)
    if blocked:
        return QuoteSeen(BLOCKED, None, url)
    if not sight:
        return QuoteSeen(UNSEEN, None, url)
    return QuoteSeen(MUTED, None, url) if muted else QuoteSeen(SHOWN, quoted_id, url)


_LISTING = Query(
    lambda: (
        sa.select(quotes.c.id, quotes.c.post_id)
        .select_from(quotes.join(posts, posts.c.id == quotes.c.post_id))
        .where(
            quotes.c.quoted_id == p("id"),
            quotes.c.state == int(State.ACCEPTED),
            quotes.c.id < p("before"),
            quotes.c.id > p("after"),
            may_see(p("viewer")),
            ~unwanted(p("viewer"), posts.c.author_id),
        )
        .order_by(quotes.c.id.desc())
        .limit(40)
    )
)


def listing(
    tx: Tx, viewer: Viewer, post_id: int, *, limit: int, before: int, after: int
) -> list[tuple[int, int]]:
    """(cursor, post id) of the posts that quote one and that the viewer may and wants to see, newest first.

    Raises NotFound.
    """
    post = see_original(tx, viewer, post_id)
    rows = tx.all(_LISTING, id=post.id, viewer=viewer.account_id, before=before, after=after, now=tx.now)
    return [(row[0], row[1]) for row in rows[:limit]]


class Rule(msgspec.Struct, frozen=True, gc=False):
    """Whether others may quote a post, how often it was, and whether this viewer may."""

    policy: int
    quotes_n: int
    may: bool


_RULES = Query(
    sa.select(
        posts.c.id,
        posts.c.author_id,
        posts.c.audience,
        groups.c.archive,
        posts.c.quote_policy,
        posts.c.quotes_n,
        blocking.parted(p("viewer"), posts.c.author_id),
    )
    .select_from(posts.outerjoin(groups, groups.c.account_id == posts.c.group_id))
    .where(in_list(posts.c.id, "ids"))
)


def rules(tx: Tx, viewer: Viewer, post_ids: list[int]) -> dict[int, Rule]:
    """Rules by the posts' ids; two queries at most. What is not for everybody only its author may quote."""
    rows = tx.all(_RULES, ids=post_ids, viewer=viewer.account_id) if post_ids else []
    asked = [row[1] for row in rows if row[4] == Policy.FOLLOWERS]
    followed = set(tx.column(_FOLLOWS, me=viewer.account_id, ids=asked)) if asked and viewer.known else set()
    found = {}
    for id_, author_id, audience, archive, policy, count, blocked in rows:
        policy = policy if open_to_all(audience, archive) else int(Policy.NOBODY)
        own = viewer.known and author_id == viewer.account_id and audience != Audience.DIRECT
        may = (
            not blocked
            and viewer.known
            and (policy == Policy.PUBLIC or (policy == Policy.FOLLOWERS and author_id in followed))
        )
        found[id_] = Rule(policy, count, own or may)
    return found


def usual(*, wide: bool, own: bool, known: bool) -> Rule:
    """The rule of a post that was never quoted and that everybody may quote if it is for everybody (*wide*)."""
    return Rule(int(Policy.PUBLIC if wide else Policy.NOBODY), 0, known and (wide or own))


def open_groups(tx: Tx, group_ids: list[int]) -> set[int]:
    """Those of the groups whose posts are for everybody."""
    return set(tx.column(_OPEN, ids=group_ids)) if group_ids else set()
