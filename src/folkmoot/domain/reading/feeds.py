"""Homes and lists of active readers: ids in memory, built by fan-in, kept by the journal, never trusted for sight."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect, bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from operator import neg
from typing import TypeVar

import msgspec

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.hot import Look, looks_by_id
from folkmoot.domain.paging import Page
from folkmoot.domain.people import circles
from folkmoot.domain.reading import fanin, interest
from folkmoot.domain.reading.fanin import Entry, Sources, Wants
from folkmoot.domain.reading.interest import Candidate, Interest
from folkmoot.kit.ids import now_ms
from folkmoot.store.tx import JournalRow, Tx

T = TypeVar("T")
Key = tuple[int, int]
"""Whose feed, and of which of their circles; 0 for the home."""
KEEP = 400
FIRST = 80
"""So many entries a feed is built with, more where most of them are repeats; what is older comes from the database when
it is asked for."""
SLACK = 100
"""So many entries beyond KEEP a feed may hold before it is cut."""
READERS = 5_000
"""So many feeds are kept; those that were not asked for the longest go first."""
RECENT = 10_000
"""So many news are kept at least; a feed that was not asked for since then is built anew."""
HOUR_MS = 3_600_000
DROPS = frozenset(
    (
        journal.FOLLOWED,
        journal.UNFOLLOWED,
        journal.BLOCKED,
        journal.UNBLOCKED,
        journal.MUTED,
        journal.UNMUTED,
        journal.MEMBER_JOINED,
        journal.MEMBER_LEFT,
        journal.INTEREST_CHANGED,
    )
)
"""Kinds after which what the actor wants is asked for anew."""


class _News(msgspec.Struct, frozen=True, gc=False):
    """What was committed that may concern a feed: a post added or edited, a post gone, or somebody's bonds changed."""

    at: int
    """When it was heard: a transaction that began later knows of it."""
    post: Candidate | None = None
    edited: bool = False
    boosted: bool = False
    gone: int = 0
    actor_id: int = 0


_Rule = tuple[Interest, Sources, Wants]
"""What decides about a feed: its reader's interest, where it comes from, and what of that is wanted."""


class _Feed:
    """Numbers stand in arrays: thousands of feeds are small, and nothing for the collector to walk through."""

    __slots__ = (
        "below", "complete", "heard", "ids", "interest", "originals", "parents", "shown", "sources", "until", "wants",
    )  # fmt: skip

    def __init__(self, rule: _Rule, found: list[Candidate], *, complete: bool, until: int) -> None:
        self.interest, self.sources, self.wants = rule
        entries = [*map(fanin.entry, found)]
        self.ids = array("q", [id_ for id_, _ in entries])
        """All that is wanted, newest first, repeats too; the lowest only serve to tell repeats above them."""
        self.originals = array("q", [original for _, original in entries])
        """What each passes on, or itself."""
        self.parents: dict[int, int] = {}
        """What entries answer that go with the post that they answer."""
        for post in found:
            self._note(post)
        self.complete = complete
        """Whether nothing older exists."""
        self.until = until
        self.heard = 0
        """So many of all news are in it."""
        self.settle()

    def settle(self) -> None:
        """Work out anew what is shown: `shown` holds all that is shown above or at the id `below`."""
        if len(self.ids) > KEEP + SLACK:
            for id_ in self.ids[KEEP:]:
                self.parents.pop(id_, None)
            del self.ids[KEEP:], self.originals[KEEP:]
            self.complete = False
        skip = 0 if self.complete else fanin.BOOST_WINDOW
        self.shown = array("q", fanin.unrepeated(self._entries(), skip=skip))
        served = len(self.ids) - skip
        self.below = self.ids[served - 1] if served > 0 else fanin.TOP

    def _entries(self) -> list[Entry]:
        return list(zip(self.ids, self.originals, strict=True))

    def _note(self, post: Candidate) -> None:
        if post.parent_id is not None and post.group_id is None and post.author_id != self.interest.me:
            self.parents[post.id] = post.parent_id

    def _place(self, id_: int) -> int:
        return bisect_left(self.ids, -id_, key=neg)

    def has(self, id_: int) -> bool:
        """Whether the post is among what is wanted."""
        at = self._place(id_)
        return at < len(self.ids) and self.ids[at] == id_

    def take_in(self, post: Candidate) -> bool:
        """Put a wanted post into its place; True where all has to be settled again."""
        ids = self.ids
        at = self._place(post.id) if ids and ids[0] >= post.id else 0
        if at < len(ids) and ids[at] == post.id:
            return False
        if at == len(ids) and not self.complete:
            return False
        id_, original = fanin.entry(post)
        ids.insert(at, id_)
        self.originals.insert(at, original)
        self._note(post)
        if at or len(ids) > KEEP + SLACK or self.below == fanin.TOP:
            return True
        if id_ == original or original not in self.originals[1 : fanin.BOOST_WINDOW + 1]:
            self.shown.insert(0, id_)
        return False

    def leave_out(self, ids: set[int]) -> bool:
        """Take posts out; True where there were any."""
        rest = [each for each in self._entries() if each[0] not in ids]
        found = len(rest) < len(self.ids)
        self.ids = array("q", [id_ for id_, _ in rest])
        self.originals = array("q", [original for _, original in rest])
        for id_ in ids:
            self.parents.pop(id_, None)
        return found


class Feeds:
    """One process's feeds, safe to use from several threads.

    A post costs the same however many follow its author: it is put among the news, and each feed takes in what is new
    to it when it is asked for. A feed is built from a snapshot that may be older than what the journal has told
    meanwhile, so what was heard since the snapshot began is told to a new feed too; what is in it already does nothing.
    """

    def __init__(self) -> None:
        self._feeds: OrderedDict[Key, _Feed] = OrderedDict()
        self._circles: dict[int, set[int]] = {}
        """Of which circles there are feeds, by their owner."""
        self._news: list[_News] = []
        self._dropped = 0
        """So many news came before the first that is kept."""
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._feeds)

    def home(self, tx: Tx, viewer: Viewer, page: Page) -> list[int]:
        """Ids of a page of the viewer's home, newest first, all of which may be seen at this moment."""
        return self._pick(
            tx, viewer, page, lambda ids: fanin.visible(tx, viewer, ids), page.limit + page.offset + 10
        )

    def home_looks(self, tx: Tx, viewer: Viewer, page: Page) -> list[Look]:
        """The same page as looks: sight and looks are asked by one query."""
        return self._pick(
            tx, viewer, page, lambda ids: looks_by_id(tx, viewer, ids), page.limit + page.offset
        )

    def home_by(
        self, tx: Tx, viewer: Viewer, page: Page, look: Callable[[list[int]], dict[int, T]]
    ) -> list[T]:
        """The same page as what *look* makes of those of the ids that may be seen."""
        return self._pick(tx, viewer, page, look, page.limit + page.offset)

    def circle_looks(self, tx: Tx, viewer: Viewer, circle_id: int, page: Page) -> list[Look]:
        """A page of one of the viewer's circles, as timelines.circle has it. Raises NotFound."""
        circles.see(tx, viewer, circle_id)
        step = page.limit + page.offset
        return self._pick(tx, viewer, page, lambda ids: looks_by_id(tx, viewer, ids), step, circle_id)

    def _pick(
        self,
        tx: Tx,
        viewer: Viewer,
        page: Page,
        look: Callable[[list[int]], dict[int, T]],
        step: int,
        circle_id: int = 0,
    ) -> list[T]:
        feed = self._feed(tx, (viewer.required(), circle_id))
        return fanin.pick(self._pages(tx, feed, page), page, look, max(1, step))

    def _pages(self, tx: Tx, feed: _Feed, page: Page) -> Iterator[Sequence[int]]:
        """Candidates of a page in the order in which it is filled: from memory, and beyond it from the database."""
        with self._lock:
            shown, below, who, wants = feed.shown, feed.below, feed.interest, feed.wants
            newest = bisect(shown, -page.high, key=neg) if page.before is not None else 0
            end = bisect_left(shown, -page.low, key=neg) if page.after is not None else len(shown)
            kept = shown[newest:end]
            beyond = not feed.complete and below > page.low + 1
        sources, high = feed.sources if beyond else None, min(page.high, below)
        if page.nearest:
            if sources is not None:
                yield from fanin.read_up(tx, who, sources, wants, page.low, high)
            yield kept[::-1]
        else:
            yield kept
            if sources is not None:
                yield from fanin.read_down(tx, who, sources, wants, page.low, high)

    def _feed(self, tx: Tx, key: Key) -> _Feed:
        with self._lock:
            known = self._feeds.get(key)
            if known is not None and known.until > tx.now and self._caught_up(known):
                self._feeds.move_to_end(key)
                return known
        feed = _built(tx, key)
        with self._lock:
            since = self._since(tx.now)
            if any(news.actor_id == key[0] for news in since):
                return feed
            if _tell(feed, since):
                feed.heard = self.told
                self._keep(key, feed)
                return feed
        return _built(tx, key)

    def _keep(self, key: Key, feed: _Feed) -> None:
        self._feeds[key] = feed
        self._feeds.move_to_end(key)
        if key[1]:
            self._circles.setdefault(key[0], set()).add(key[1])
        while len(self._feeds) > READERS:
            (owner, circle_id), _ = self._feeds.popitem(last=False)
            if circle_id:
                self._circles.get(owner, set()).discard(circle_id)

    def _caught_up(self, feed: _Feed) -> bool:
        """Tell a feed what is new to it; False where that can't be done, so that it has to be built anew."""
        told = self.told
        if feed.heard == told:
            return True
        if feed.heard < self._dropped or not _tell(feed, self._news[feed.heard - self._dropped :]):
            return False
        feed.heard = told
        return True

    def _since(self, time: int) -> list[_News]:
        first = len(self._news)
        while first and self._news[first - 1].at >= time:
            first -= 1
        return self._news[first:]

    def repeats(self, me: int, post: Candidate) -> bool:
        """Whether the home in memory keeps a boost out as a repeat; False where that home is not in memory."""
        if post.boost_of_id is None:
            return False
        with self._lock:
            feed = self._feeds.get((me, 0))
            if feed is None or not self._caught_up(feed) or not feed.has(post.id):
                return False
            at = bisect_left(feed.shown, -post.id, key=neg)
            return at == len(feed.shown) or feed.shown[at] != post.id

    def drop(self, me: int) -> None:
        """Forget somebody's feeds; they are built anew on their next use."""
        with self._lock:
            for circle_id in (0, *self._circles.pop(me, ())):
                self._feeds.pop((me, circle_id), None)

    def clear(self) -> None:
        """Forget everything (the journal could not be followed for a while)."""
        with self._lock:
            self._feeds.clear()
            self._circles.clear()

    @property
    def told(self) -> int:
        """How many news this process has heard so far."""
        return self._dropped + len(self._news)

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Keep the feeds right by what was committed."""
        with self._lock:
            at = now_ms()
            for row in rows:
                self._hear(row, at)
            if len(self._news) > 2 * RECENT:
                self._dropped += len(self._news) - RECENT
                del self._news[:-RECENT]

    def _hear(self, row: JournalRow, at: int) -> None:
        if row.kind == journal.POST_ADDED:
            self._news.append(_News(at, post=interest.candidate(row.data, row.subject_id)))
        elif row.kind == journal.POST_EDITED:
            if not row.data.get("state"):
                post, boosted = interest.candidate(row.data, row.subject_id), bool(row.data.get("boosts_n"))
                self._news.append(_News(at, post=post, edited=True, boosted=boosted))
        elif row.kind == journal.POST_DELETED:
            self._news.append(_News(at, gone=row.subject_id))
        elif row.kind in DROPS:
            who = (row.actor_id, row.subject_id) if row.kind == journal.BLOCKED else (row.actor_id,)
            for account_id in who:
                self._news.append(_News(at, actor_id=account_id))
                self.drop(account_id)
        elif row.kind == journal.ACCOUNT_LIMITED:
            for me in {key[0] for key, feed in self._feeds.items() if feed.interest.tags}:
                self._news.append(_News(at, actor_id=me))
                self.drop(me)


def _rule(tx: Tx, key: Key) -> _Rule:
    me, circle_id = key
    who = interest.load(tx, me)
    if not circle_id:
        return who, fanin.sources_of_home(who), lambda post: interest.wants_at_home(who, post)
    rule = circles.rule(tx, Viewer(me), circle_id)
    return who, fanin.sources_of_circle(who, rule), lambda post: interest.wants_in_circle(who, rule, post)


def _built(tx: Tx, key: Key) -> _Feed:
    """A feed from the database as this transaction sees it."""
    rule = _rule(tx, key)
    who, sources, wants = rule
    found: list[Candidate] = []
    complete = True
    for some in fanin.downwards(tx, who, sources, wants, -1, fanin.TOP) if sources.any else ():
        found += some
        if len(found) >= FIRST + fanin.BOOST_WINDOW and (
            len(found) >= KEEP
            or len(fanin.unrepeated([*map(fanin.entry, found)], skip=fanin.BOOST_WINDOW)) >= FIRST // 2
        ):
            complete = False
            break
    return _Feed(rule, found, complete=complete, until=min(tx.now + HOUR_MS, who.until))


def _tell(feed: _Feed, news: list[_News]) -> bool:
    """Take the news in, in their order; False where the feed has to be built anew."""
    who = feed.interest
    me, authors, groups, tags, wants = who.me, who.boosts, who.groups, who.tags.keys(), feed.wants
    unsettled = False
    for each in news:
        post = each.post
        if post is None:
            if each.gone:
                gone = {id_ for id_, parent in feed.parents.items() if parent == each.gone}
                if gone or feed.has(each.gone):
                    unsettled |= feed.leave_out({each.gone, *gone})
            continue
        if each.edited:
            if each.boosted and who.avoided:
                return False  # whether its boosts are wanted may have changed
            if feed.has(post.id):
                if not wants(post):
                    unsettled |= feed.leave_out({post.id})
                continue
        if (
            post.author_id in authors
            or post.group_id in groups
            or post.author_id == me
            or (tags and not tags.isdisjoint(post.tags))
        ) and wants(post):
            unsettled |= feed.take_in(post)
    if unsettled:
        feed.settle()
    return True
