"""Home feeds of active readers: ids in memory, built by fan-in on first use, kept right by the journal, never trusted for sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from folkmoot.domain import interest, journal
from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.interest import Candidate, Interest
from folkmoot.domain.paging import Page
from folkmoot.kit.ids import first_id_at, id_time
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import JournalRow, Tx

KEEP = 400
READERS = 5_000
DAY_MS = 86_400_000
BOOST_WINDOW = 40
_SPANS = (DAY_MS, 7 * DAY_MS, 60 * DAY_MS, None)
"""How far back a fan-in looks before it looks further: most readers have a page within the first spans."""

original = posts.alias("original")
_CANDIDATES = Query(
    sa.select(
        posts.c.id, posts.c.author_id, posts.c.audience, posts.c.group_id, posts.c.parent_id, posts.c.parent_author_id, posts.c.boost_of_id, original.c.author_id, posts.c.language
    )
    .select_from(posts.outerjoin(original, original.c.id == posts.c.boost_of_id))
    .where(
        sa.or_(in_list(posts.c.author_id, "authors"), in_list(posts.c.group_id, "groups")),
        posts.c.id > p("low"),
        posts.c.id < p("high"),
        posts.c.state == 0,
    )
    .order_by(posts.c.id.desc())
    .limit(1200)
)  # fmt: skip
_VISIBLE = Query(sa.select(posts.c.id).where(in_list(posts.c.id, "ids"), may_see(p("viewer"))))
_DROPS = frozenset(
    (journal.FOLLOWED, journal.UNFOLLOWED, journal.BLOCKED, journal.UNBLOCKED, journal.MUTED, journal.UNMUTED, journal.MEMBER_JOINED, journal.MEMBER_LEFT)
)  # fmt: skip


class _Feed:
    __slots__ = ("boosted", "complete", "ids", "interest", "until")

    def __init__(self, who: Interest, ids: list[int], boosted: dict[int, int], complete: bool, until: int) -> None:
        self.interest = who
        self.ids = ids
        """Newest first."""
        self.boosted = boosted
        """Original of each boost in the feed."""
        self.complete = complete
        """Whether nothing older exists."""
        self.until = until


class Feeds:
    """One process's feeds. All methods run on the thread that serves reads, or under its lock."""

    def __init__(self) -> None:
        self._feeds: OrderedDict[int, _Feed] = OrderedDict()
        self._by_source: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self._feeds)

    def home(self, tx: Tx, viewer: Viewer, page: Page) -> list[int]:
        """Ids of a page of the viewer's home, newest first, all of which may be seen at this moment."""
        me = viewer.required()
        feed = self._feed(tx, me)
        picked: list[int] = []
        skip = page.offset
        for ids in self._older(tx, feed, page):
            seen = set(tx.column(_VISIBLE, ids=ids, viewer=me)) if ids else set()
            for id_ in ids:
                if id_ in seen:
                    if skip:
                        skip -= 1
                        continue
                    picked.append(id_)
                    if len(picked) == page.limit:
                        return picked[::-1] if page.nearest else picked
        return picked[::-1] if page.nearest else picked

    def _older(self, tx: Tx, feed: _Feed, page: Page) -> Iterator[list[int]]:
        kept = [i for i in feed.ids if page.low < i < page.high]
        if page.nearest:
            kept.reverse()
        step = page.limit + 10
        for start in range(0, len(kept), step):
            yield kept[start : start + step]
        oldest = feed.ids[-1] if feed.ids else page.high
        if feed.complete or page.nearest or oldest <= page.low + 1:
            return
        high = min(page.high, oldest)
        boosted: dict[int, int] = {}
        while True:
            found, more = _fan_in(tx, feed.interest, page.low, high, step, boosted)
            if found:
                yield found
            if not more:
                return
            high = more

    def _feed(self, tx: Tx, me: int) -> _Feed:
        feed = self._feeds.get(me)
        if feed is not None and feed.until > tx.now:
            self._feeds.move_to_end(me)
            return feed
        who = interest.load(tx, me)
        boosted: dict[int, int] = {}
        ids, more = _fan_in(tx, who, -1, 1 << 62, KEEP, boosted)
        feed = _Feed(who, ids[:KEEP], boosted, not more and len(ids) <= KEEP, tx.now + 3_600_000)
        self._keep(me, feed)
        return feed

    def _keep(self, me: int, feed: _Feed) -> None:
        self.drop(me)
        self._feeds[me] = feed
        for source in feed.interest.sources | feed.interest.groups:
            self._by_source.setdefault(source, set()).add(me)
        while len(self._feeds) > READERS:
            self.drop(next(iter(self._feeds)))

    def drop(self, me: int) -> None:
        """Forget a feed; it is built anew on its next use."""
        feed = self._feeds.pop(me, None)
        if feed is not None:
            for source in feed.interest.sources | feed.interest.groups:
                readers = self._by_source.get(source)
                if readers is not None:
                    readers.discard(me)
                    if not readers:
                        del self._by_source[source]

    def clear(self) -> None:
        """Forget everything (the journal could not be followed for a while)."""
        self._feeds.clear()
        self._by_source.clear()

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Keep the feeds right by what was committed."""
        for row in rows:
            if row.kind == journal.POST_ADDED:
                self._added(interest.candidate(row.data, row.subject_id))
            elif row.kind in _DROPS:
                self.drop(row.actor_id)
                self.drop(row.subject_id)

    def _added(self, post: Candidate) -> None:
        readers = self._by_source.get(post.author_id, set()) | (
            self._by_source.get(post.group_id, set()) if post.group_id is not None else set()
        )
        for me in readers:
            feed = self._feeds[me]
            if interest.wants_at_home(feed.interest, post) and not _repeats(feed.ids, feed.boosted, post):
                _insert(feed, post)


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


def _fan_in(tx: Tx, who: Interest, low: int, high: int, wanted: int, boosted: dict[int, int]) -> tuple[list[int], int]:
    """(ids newest first of what the reader wants between the bounds, where to go on below or 0 when that is all)."""
    found: list[int] = []
    end = min(high, first_id_at(tx.now + DAY_MS))
    start = id_time(end)
    for span in _SPANS:
        floor = low if span is None else max(low, first_id_at(start - span))
        rows = tx.all(_CANDIDATES, authors=list(who.sources), groups=list(who.groups), low=floor, high=end)
        for row in rows:
            post = Candidate(*row)
            if interest.wants_at_home(who, post) and not _repeats(found[-BOOST_WINDOW:], boosted, post):
                found.append(post.id)
                if post.boost_of_id is not None:
                    boosted[post.id] = post.boost_of_id
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
