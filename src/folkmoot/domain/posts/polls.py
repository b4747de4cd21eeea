"""Questions with answers to choose from, inside a post: asked, voted on once, and closed with word to all voters."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import PostState, Viewer, require_live, see_post
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import grouprights
from folkmoot.domain.notices import notices
from folkmoot.domain.people import blocking
from folkmoot.kit.markup import graphemes
from folkmoot.store.schema.posting import poll_options, poll_votes, polls
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

PART: Final = 1
"""The bit of posts.parts that says: this post has a poll."""
MIN_OPTIONS, MAX_OPTIONS, MAX_OPTION = 2, 4, 50
MIN_SECONDS, MAX_SECONDS = 300, 2_629_746
TOLD_AT_ONCE = 100
"""So many voters hear of the end in one transaction."""


class NewPoll(msgspec.Struct, frozen=True, kw_only=True):
    """A poll to be asked; it runs *seconds* from the moment at which its post is made."""

    options: list[str]
    seconds: int
    multiple: bool = False
    hide_totals: bool = False


class PollView(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as its viewer may see it. `mine` are the places of the viewer's choices in the order of voting; `voted` is
    true for the author too. `votes` are None for each option while the totals are hidden."""

    id: int
    post_id: int
    author_id: int
    multiple: bool
    hide_totals: bool
    expires_at: int | None
    expired: bool
    voters_n: int
    votes_n: int
    titles: tuple[str, ...]
    votes: tuple[int | None, ...]
    voted: bool
    mine: tuple[int, ...] = ()


_COLUMNS = (
    polls.c.id, polls.c.post_id, polls.c.author_id, polls.c.multiple, polls.c.hide_totals, polls.c.expires_at,
    polls.c.voters_n, polls.c.votes_n,
)  # fmt: skip
_OF_POSTS = Query(sa.select(*_COLUMNS).where(in_list(polls.c.post_id, "ids")))
_OPTIONS = Query(
    sa.select(poll_options.c.poll_id, poll_options.c.title, poll_options.c.votes_n)
    .where(in_list(poll_options.c.poll_id, "ids"))
    .order_by(poll_options.c.poll_id, poll_options.c.position)
)
_MINE = Query(
    sa.select(poll_votes.c.poll_id, poll_votes.c.position)
    .where(in_list(poll_votes.c.poll_id, "ids"), poll_votes.c.account_id == p("me"))
    .order_by(poll_votes.c.poll_id, poll_votes.c.created_at, poll_votes.c.position)
)
_POST_OF = Query(sa.select(polls.c.post_id).where(polls.c.id == p("id")))
# Writes what is there already: on PostgreSQL the row is locked by it, so that votes on one poll come one by one.
_LOCK = Query(sa.update(polls).where(polls.c.post_id == p("post_id")).values(told=polls.c.told))
_LATER = Query(
    sa.update(polls)
    .where(polls.c.post_id == p("post_id"), polls.c.expires_at.is_not(None))
    .values(expires_at=polls.c.expires_at + p("by"), told=0, told_up_to=0)
)
_VOTED = Query(
    sa.update(poll_options)
    .where(poll_options.c.poll_id == p("id"), poll_options.c.position == p("position"))
    .values(votes_n=poll_options.c.votes_n + 1)
)
_COUNTED = Query(
    sa.update(polls)
    .where(polls.c.id == p("id"))
    .values(voters_n=polls.c.voters_n + p("voters"), votes_n=polls.c.votes_n + p("votes"))
)
_DROP_VOTES = Query(sa.delete(poll_votes).where(poll_votes.c.poll_id == p("id")))
_DROP_OPTIONS = Query(sa.delete(poll_options).where(poll_options.c.poll_id == p("id")))
_DROP = Query(sa.delete(polls).where(polls.c.id == p("id")))


def checked(poll: NewPoll) -> NewPoll:
    """The poll with its answers trimmed. Raises Invalid("poll_options", "too_few" | "too_many" | "too_long" | "same"),
    Invalid("poll_end", "too_soon" | "too_late")."""
    if len(poll.options) > 100 or any(len(title) > 100 * MAX_OPTION for title in poll.options):
        raise Invalid("poll_options", "too_long")
    options = [title for title in (" ".join(o.split()) for o in poll.options) if title]
    if len(options) < MIN_OPTIONS:
        raise Invalid("poll_options", "too_few")
    if len(options) > MAX_OPTIONS:
        raise Invalid("poll_options", "too_many")
    if any(graphemes.count(title) > MAX_OPTION for title in options):
        raise Invalid("poll_options", "too_long")
    if len(set(options)) != len(options):
        raise Invalid("poll_options", "same")
    if poll.seconds < MIN_SECONDS:
        raise Invalid("poll_end", "too_soon")
    if poll.seconds > MAX_SECONDS:
        raise Invalid("poll_end", "too_late")
    return msgspec.structs.replace(poll, options=options)


def add(tx: Tx, author_id: int, post_id: int, poll: NewPoll) -> None:
    """Give a post a poll that was `checked`; the caller sets PART."""
    poll_id = tx.ids.next()
    tx.insert(
        polls,
        id=poll_id,
        post_id=post_id,
        author_id=author_id,
        multiple=int(poll.multiple),
        hide_totals=int(poll.hide_totals),
        expires_at=tx.now + poll.seconds * 1000,
        created_at=tx.now,
    )
    _insert_options(tx, poll_id, poll.options)


def begin(tx: Tx, post_id: int, since: int) -> None:
    """The post was held and goes live now: its poll runs as long as was asked for, but not from *since* (ms)."""
    tx.run(_LATER, post_id=post_id, by=max(0, tx.now - since))


def _insert_options(tx: Tx, poll_id: int, titles: list[str]) -> None:
    for position, title in enumerate(titles):
        tx.insert(poll_options, poll_id=poll_id, position=position, title=title)


def of_posts(tx: Tx, viewer: Viewer, post_ids: list[int]) -> dict[int, PollView]:
    """Polls by the id of their post, as the viewer sees them; three queries however many. For those who went through
    the posts' gate."""
    rows = tx.all(_OF_POSTS, ids=post_ids) if post_ids else []
    if not rows:
        return {}
    ids = [row[0] for row in rows]
    options: dict[int, list[tuple[str, int]]] = {}
    for poll_id, title, votes in tx.all(_OPTIONS, ids=ids):
        options.setdefault(poll_id, []).append((title, votes))
    mine: dict[int, list[int]] = {}
    if viewer.known:
        for poll_id, position in tx.all(_MINE, ids=ids, me=viewer.account_id):
            mine.setdefault(poll_id, []).append(position)
    return {row[1]: _view(row, options.get(row[0], []), mine.get(row[0], []), viewer, tx.now) for row in rows}


def _view(
    row: tuple[Any, ...], options: list[tuple[str, int]], mine: list[int], viewer: Viewer, now: int
) -> PollView:
    id_, post_id, author_id, multiple, hide_totals, expires_at, voters_n, votes_n = row
    expired = expires_at is not None and expires_at <= now
    shown = expired or not hide_totals
    return PollView(
        id=id_,
        post_id=post_id,
        author_id=author_id,
        multiple=bool(multiple),
        hide_totals=bool(hide_totals),
        expires_at=expires_at,
        expired=expired,
        voters_n=voters_n,
        votes_n=votes_n,
        titles=tuple(title for title, _ in options),
        votes=tuple(votes if shown else None for _, votes in options),
        voted=bool(mine) or (viewer.known and author_id == viewer.account_id),
        mine=tuple(mine),
    )


def see(tx: Tx, viewer: Viewer, poll_id: int) -> PollView:
    """The poll of a post that the viewer may see. Raises NotFound."""
    post_id = tx.value(_POST_OF, id=poll_id) if 0 < poll_id < 1 << 63 else None
    if post_id is None:
        raise NotFound(what="poll")
    see_post(tx, viewer, post_id)
    found = of_posts(tx, viewer, [post_id]).get(post_id)
    if found is None:
        raise NotFound(what="poll")
    return found


def vote(tx: Tx, viewer: Viewer, poll_id: int, choices: list[int]) -> PollView:
    """Choose answers by their places, from 0; the poll as it is then.

    One answer of a single-choice poll, once; of a multiple one each answer once, further ones later too. Raises
    NotFound; Forbidden("blocked") where the viewer blocks the author, ("held"), ("vote") where the group lets them not;
    Invalid("vote", "own" | "expired" | "unknown" | "again").
    """
    me = viewer.required()
    post_id = see(tx, viewer, poll_id).post_id
    tx.run(_LOCK, post_id=post_id)
    poll = see(tx, viewer, poll_id)
    seen = see_post(tx, viewer, post_id)
    require_live(seen)
    if seen.group_id is not None:
        grouprights.require(tx, viewer, seen.group_id, "vote")
    if poll.author_id == me:
        raise Invalid("vote", "own")
    if blocking.has_blocked(tx, me, poll.author_id):
        raise Forbidden("you block the author", code="blocked")
    if poll.expired:
        raise Invalid("vote", "expired")
    wanted = list(dict.fromkeys(choices))
    if not wanted or any(not 0 <= choice < len(poll.titles) for choice in wanted):
        raise Invalid("vote", "unknown")
    if set(wanted) & set(poll.mine) or (not poll.multiple and (poll.mine or len(wanted) > 1)):
        raise Invalid("vote", "again")
    for choice in wanted:
        tx.insert(poll_votes, poll_id=poll.id, account_id=me, position=choice, created_at=tx.now)
        tx.run(_VOTED, id=poll.id, position=choice)
    tx.run(_COUNTED, id=poll.id, voters=0 if poll.mine else 1, votes=len(wanted))
    journal.record(tx, journal.POST_CHANGED, me, post_id, poll=poll.id)
    return see(tx, viewer, poll_id)


def change(tx: Tx, author_id: int, post_id: int, poll: NewPoll | None) -> bool:
    """Make a post's poll this one (`checked`), or none; True where that is an edit: other answers, or another count of
    choices, or a poll that comes or goes. Such a change drops all votes; a new end alone does not."""
    tx.run(_LOCK, post_id=post_id)
    now = of_posts(tx, Viewer.system(), [post_id]).get(post_id)
    if poll is None:
        if now is not None:
            drop(tx, post_id)
        return now is not None
    if now is None:
        add(tx, author_id, post_id, poll)
        return True
    other = tuple(poll.options) != now.titles or poll.multiple != now.multiple
    if other:
        tx.run(_DROP_VOTES, id=now.id)
        tx.run(_DROP_OPTIONS, id=now.id)
        _insert_options(tx, now.id, poll.options)
        tx.update(polls, {"id": now.id}, multiple=int(poll.multiple), voters_n=0, votes_n=0)
    ends = tx.now + poll.seconds * 1000
    tx.update(polls, {"id": now.id}, hide_totals=int(poll.hide_totals), expires_at=ends, told=0, told_up_to=0)
    return other


def titles(tx: Tx, post_id: int) -> list[str]:
    """The answers of a post's poll, empty without one."""
    found = of_posts(tx, Viewer.system(), [post_id]).get(post_id)
    return [] if found is None else list(found.titles)


def drop(tx: Tx, post_id: int) -> None:
    """The post goes, or its poll."""
    for row in tx.all(_OF_POSTS, ids=[post_id]):
        tx.run(_DROP_VOTES, id=row[0])
        tx.run(_DROP_OPTIONS, id=row[0])
        tx.run(_DROP, id=row[0])


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_ENDED = sa.and_(polls.c.told == 0, polls.c.expires_at.is_not(None), polls.c.expires_at <= p("now"))
_DUE = (
    sa.select(polls.c.id, polls.c.post_id, polls.c.author_id, polls.c.told_up_to, posts.c.state)
    .select_from(polls.join(posts, posts.c.id == polls.c.post_id))
    .where(_ENDED)
    .order_by(polls.c.expires_at)
    .limit(1)
)
_CLAIM = {
    "sqlite": Query(_DUE),
    "postgresql": Query(_DUE.with_for_update(skip_locked=True, of=polls)),
}
_ANY = Query(sa.select(polls.c.id).where(_ENDED).limit(1))
_VOTERS = Query(
    sa.select(poll_votes.c.account_id)
    .where(poll_votes.c.poll_id == p("id"), poll_votes.c.account_id > p("after"))
    .group_by(poll_votes.c.account_id)
    .order_by(poll_votes.c.account_id)
    .limit(TOLD_AT_ONCE)
)


def any_due(tx: Tx) -> bool:
    """Whether a poll has ended of which somebody is to hear yet."""
    return tx.one(_ANY, now=tx.now) is not None


def tell_due(tx: Tx) -> int:
    """Tell the author and the next hundred voters of a poll that it has ended; how many were told, 0 where none is due.

    Who was told is noted in the same transaction, so nobody hears of it twice, whatever ends the process.
    """
    row = tx.one(_CLAIM[tx.dialect], now=tx.now)
    if row is None:
        return 0
    poll_id, post_id, author_id, told_up_to, state = row
    voters: list[int] = []
    if state == PostState.LIVE:
        voters = tx.column(_VOTERS, id=poll_id, after=told_up_to)
        for account_id in voters if told_up_to else [author_id, *voters]:
            notices.add(tx, account_id, "poll", author_id, post_id)
    if len(voters) < TOLD_AT_ONCE:
        tx.update(polls, {"id": poll_id}, told=1)
    else:
        tx.update(polls, {"id": poll_id}, told_up_to=voters[-1])
    return len(voters) + 1
