"""Home feeds of active readers: ids in memory, built by fan-in, kept right by the journal, never trusted for sight."""

from __future__ import annotations

import threading
from bisect import bisect, bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from operator import neg
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from folkmoot.domain import interest, journal
from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.hot import Look, looks
from folkmoot.domain.interest import Candidate, Interest
from folkmoot.domain.paging import Page
from folkmoot.kit.ids import first_id_at, id_time
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import JournalRow, Tx

T = TypeVar("T")
KEEP = 400
FIRST = 80
"""So many entries a feed is built with; what is older comes from the database when it is asked for."""
READERS = 5_000
DAY_MS = 86_400_000
BOOST_WINDOW = 40
RECENT = 10_000
"""So many news are kept at least; a feed that was not asked for since then is built anew."""
SNAPSHOT_MS = 30_000
"""No read transaction is older than this when its feed is kept."""
_SPANS = (DAY_MS // 144, DAY_MS // 24, DAY_MS // 4, DAY_MS, 7 * DAY_MS, 60 * DAY_MS, None)
"""How far back a fan-in looks before it looks further: most readers have a page within the first spans."""

original = posts.alias("original")


def _candidates(order: Any, limit: int) -> Query:
    return Query(
        sa.select(
            posts.c.id,
            posts.c.author_id,
            posts.c.audience,
            posts.c.group_id,
            posts.c.parent_id,
            posts.c.parent_author_id,
            posts.c.boost_of_id,
            original.c.author_id,
            posts.c.language,
        )
        .select_from(posts.outerjoin(original, original.c.id == posts.c.boost_of_id))
        .where(
            sa.or_(in_list(posts.c.author_id, "authors"), in_list(posts.c.group_id, "groups")),
            posts.c.id > p("low"),
            posts.c.id < p("high"),
            posts.c.state == 0,
        )
        .order_by(order)
        .limit(limit)
    )


_CANDIDATES = _candidates(posts.c.id.desc(), 1200)
_UPWARDS = _candidates(posts.c.id, 200)
_VISIBLE = Query(lambda: sa.select(posts.c.id).where(in_list(posts.c.id, "ids"), may_see(p("viewer"))))
_DROPS = frozenset(
    (
        journal.FOLLOWED,
        journal.UNFOLLOWED,
        journal.BLOCKED,
        journal.UNBLOCKED,
        journal.MUTED,
        journal.UNMUTED,
        journal.MEMBER_JOINED,
        journal.MEMBER_LEFT,
    )
)


class _News(msgspec.Struct, frozen=True, gc=False):
    """What was committed that may concern a feed: a post added, a post gone, or a bond between two changed."""

    at: int
    post: Candidate | None = None
    gone: int = 0
    actor_id: int = 0
    subject_id: int = 0


class _Feed:
    __slots__ = ("boosted", "complete", "heard", "ids", "interest", "until")

    def __init__(
        self, who: Interest, ids: list[int], boosted: dict[int, int], complete: bool, until: int
    ) -> None:
        self.interest = who
        self.ids = ids
        """Newest first."""
        self.boosted = boosted
        """Original of each boost in the feed."""
        self.complete = complete
        """Whether nothing older exists."""
        self.until = until
        self.heard = 0
        """So many of all news are in it."""


class Feeds:
    """One process's feeds, safe to use from several threads.

    A post costs the same however many follow its author: it is put among the news, and each feed takes in what is new
    to it when it is asked for. A feed is built from a snapshot that may be older than what the journal has told
    meanwhile, so the newest news are told to a new feed once more: adding twice does nothing.
    """

    def __init__(self) -> None:
        self._feeds: OrderedDict[int, _Feed] = OrderedDict()
        self._news: list[_News] = []
        self._dropped = 0
        """So many news came before the first that is kept."""
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._feeds)

    def home(self, tx: Tx, viewer: Viewer, page: Page) -> list[int]:
        """Ids of a page of the viewer's home, newest first, all of which may be seen at this moment."""
        me = viewer.required()

        def seen(ids: list[int]) -> dict[int, int]:
            return {i: i for i in tx.column(_VISIBLE, ids=ids, viewer=me)}

        return self._pick(tx, me, page, seen, page.limit + 10)

    def home_looks(self, tx: Tx, viewer: Viewer, page: Page) -> list[Look]:
        """The same page as looks: sight and looks are asked by one query."""

        def seen(ids: list[int]) -> dict[int, Look]:
            return {row[0]: row for row in looks(tx, viewer, ids)}

        return self._pick(tx, viewer.required(), page, seen, page.limit + page.offset)

    def _pick(
        self, tx: Tx, me: int, page: Page, look: Callable[[list[int]], dict[int, T]], step: int
    ) -> list[T]:
        """Fill a page with what *look* finds of the candidates, which it is shown *step* at a time."""
        picked: list[T] = []
        skip = page.offset
        if page.limit <= 0:
            return picked
        for ids in self._pages(tx, self._feed(tx, me), page, step):
            found = look(ids) if ids else {}
            for id_ in ids:
                if id_ in found:
                    if skip:
                        skip -= 1
                        continue
                    picked.append(found[id_])
                    if len(picked) == page.limit:
                        return picked[::-1] if page.nearest else picked
        return picked[::-1] if page.nearest else picked

    def _pages(self, tx: Tx, feed: _Feed, page: Page, step: int) -> Iterator[list[int]]:
        """Candidates of a page in the order in which it is filled: from memory, and beyond it from the database."""
        with self._lock:
            newest = bisect(feed.ids, -page.high, key=neg) if page.before is not None else 0
            end = bisect_left(feed.ids, -page.low, key=neg) if page.after is not None else len(feed.ids)
            kept = feed.ids[newest:end]
            oldest = feed.ids[-1] if feed.ids else page.high
        beyond = not feed.complete and oldest > page.low + 1
        if page.nearest:
            if beyond:
                yield from _fan_in_upwards(tx, feed.interest, page.low, min(page.high, oldest), step)
            kept.reverse()
        for start in range(0, len(kept), step):
            yield kept[start : start + step]
        if beyond and not page.nearest:
            high, boosted = min(page.high, oldest), dict[int, int]()
            while high:
                found, high = _fan_in(tx, feed.interest, page.low, high, step, boosted)
                yield found

    def _feed(self, tx: Tx, me: int) -> _Feed:
        with self._lock:
            known = self._feeds.get(me)
            if known is not None and known.until > tx.now and self._caught_up(known):
                self._feeds.move_to_end(me)
                return known
        who = interest.load(tx, me)
        boosted: dict[int, int] = {}
        ids, more = _fan_in(tx, who, -1, 1 << 62, FIRST, boosted)
        feed = _Feed(who, ids[:KEEP], boosted, not more and len(ids) <= KEEP, tx.now + 3_600_000)
        with self._lock:
            recent = self._since(tx.now - SNAPSHOT_MS)
            outdated = any(news.at >= tx.now and me in (news.actor_id, news.subject_id) for news in recent)
            if not outdated and _tell(feed, recent):
                feed.heard = self._dropped + len(self._news)
                self._feeds[me] = feed
                self._feeds.move_to_end(me)
                while len(self._feeds) > READERS:
                    self._feeds.popitem(last=False)
        return feed

    def _caught_up(self, feed: _Feed) -> bool:
        """Tell a feed what is new to it; False where that can't be done, so that it has to be built anew."""
        told = self._dropped + len(self._news)
        if feed.heard == told:
            return True
        if feed.heard < self._dropped or not _tell(feed, self._news[feed.heard - self._dropped :]):
            return False
        feed.heard = told
        return True

    def _since(self, time: int) -> list[_News]:
        first = len(self._news)
        while first and self._news[first - 1].at > time:
            first -= 1
        return self._news[first:]

    def drop(self, me: int) -> None:
        """Forget a feed; it is built anew on its next use."""
        with self._lock:
            self._feeds.pop(me, None)

    def clear(self) -> None:
        """Forget everything (the journal could not be followed for a while)."""
        with self._lock:
            self._feeds.clear()

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Keep the feeds right by what was committed."""
        with self._lock:
            for row in rows:
                if row.kind == journal.POST_ADDED:
                    post = interest.candidate(row.data, row.subject_id)
                    self._news.append(_News(row.created_at, post=post))
                elif row.kind == journal.POST_DELETED:
                    self._news.append(_News(row.created_at, gone=row.subject_id))
                elif row.kind in _DROPS:
                    pair = _News(row.created_at, actor_id=row.actor_id, subject_id=row.subject_id)
                    self._news.append(pair)
                    self.drop(row.actor_id)
                    self.drop(row.subject_id)
            if len(self._news) > 2 * RECENT:
                self._dropped += len(self._news) - RECENT
                del self._news[:-RECENT]


def _tell(feed: _Feed, news: list[_News]) -> bool:
    """Take the news in; False where a post of the feed is gone: what it kept out as a repeat may show again."""
    gone = {each.gone for each in news if each.gone}
    if gone and not gone.isdisjoint(feed.ids):
        return False
    who = feed.interest
    me, authors, groups = who.me, who.boosts, who.groups
    for each in news:
        post = each.post
        if post is None or post.id in gone:
            continue
        if (
            (post.author_id in authors or post.group_id in groups or post.author_id == me)
            and interest.wants_at_home(who, post)
            and not _repeats(feed.ids, feed.boosted, post)
        ):
            _insert(feed, post)
    return True


def _repeats(ids: list[int], boosted: dict[int, int], post: Candidate) -> bool:
    """The same original is shown once within the newest entries."""
    if post.boost_of_id is None:
        return False
    return any(post.boost_of_id in (id_, boosted.get(id_)) for id_ in ids[:BOOST_WINDOW])


def _insert(feed: _Feed, post: Candidate) -> None:
    if post.boost_of_id is not None:
        feed.boosted[post.id] = post.boost_of_id
    ids = feed.ids
    at = 0
    while at < len(ids) and ids[at] > post.id:
        at += 1
    if at < len(ids) and ids[at] == post.id:
        return
    if at == len(ids) and not feed.complete:
        return
    ids.insert(at, post.id)
    if len(ids) > KEEP:
        feed.complete = False
        for gone in ids[KEEP:]:
            feed.boosted.pop(gone, None)
        del ids[KEEP:]


def _without_repeats(wanted: list[Candidate], boosted: dict[int, int]) -> list[int]:
    """Ids in the same order (newest first), repeats left out as they would be had they come one by one."""
    kept: list[int] = []
    for post in reversed(wanted):
        if not _repeats(kept[: -BOOST_WINDOW - 1 : -1], boosted, post):
            kept.append(post.id)
            if post.boost_of_id is not None:
                boosted[post.id] = post.boost_of_id
    return kept[::-1]


def _fan_in_upwards(tx: Tx, who: Interest, low: int, high: int, step: int) -> Iterator[list[int]]:
    """What the reader wants between the bounds, oldest first, in portions."""
    boosted: dict[int, int] = {}
    while True:
        rows = tx.all(_UPWARDS, authors=list(who.sources), groups=list(who.groups), low=low, high=high)
        wanted = [c for c in (Candidate(*row) for row in rows) if interest.wants_at_home(who, c)]
        yield _without_repeats(wanted[::-1], boosted)[::-1]
        if len(rows) < 200:
            return
        low = rows[-1][0]


def _fan_in(
    tx: Tx, who: Interest, low: int, high: int, wanted: int, boosted: dict[int, int]
) -> tuple[list[int], int]:
    """(ids newest first of what the reader wants between the bounds, where to go on below or 0 when that is all)."""
    found: list[int] = []
    end = min(high, first_id_at(tx.now + DAY_MS))
    start = min(id_time(end), tx.now)
    for span in _SPANS:
        floor = low if span is None else max(low, first_id_at(start - span))
        rows = tx.all(_CANDIDATES, authors=list(who.sources), groups=list(who.groups), low=floor, high=end)
        found += _without_repeats(
            [c for c in (Candidate(*row) for row in rows) if interest.wants_at_home(who, c)], boosted
        )
        if len(rows) == 1200:
            end = rows[-1][0]
            if len(found) >= wanted:
                return found, end
            more, rest = _fan_in(tx, who, low, end, wanted - len(found), boosted)
            return found + more, rest
        end = floor + 1
        if floor <= low:
            return found, 0
        if len(found) >= wanted:
            return found, end
    return found, 0
