"""What is sent live: each event is looked up once, encoded once, and goes to those who may see and want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, PostState, Viewer, who_may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import HotRow, hot_rows
from folkmoot.domain.notices import notices
from folkmoot.domain.people import circles
from folkmoot.domain.posts import postfacts
from folkmoot.domain.posts.reactions import BOOKMARKED, BOOSTED, LIKED, PINNED, THREAD_MUTED
from folkmoot.domain.reading import interest, live
from folkmoot.domain.reading.interest import Candidate, Interest
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.streams import sse_frame
from folkmoot.doors.mastodon.announcements import announced_json, reaction_json
from folkmoot.doors.mastodon.filtered import filtered
from folkmoot.doors.mastodon.streams import DIRECT, NOTICES, USER, USER_INBOX, Place, Topic
from folkmoot.doors.mastodon.streams_render import Sheet, conversation_json, notification_json
from folkmoot.store.tx import JournalRow, Tx
from folkmoot.wire.mastodon.streaming import StreamMessage

PERSONAL = frozenset(("user", "list"))
"""Streams whose posts carry what the reader did to them."""
_MARKS = LIKED | BOOSTED | BOOKMARKED | PINNED
EVENT_OF = {journal.POST_ADDED: "update", journal.POST_EDITED: "status.update"}
TO_ALL = {
    journal.ANNOUNCED: "announcement",
    journal.ANNOUNCEMENT_REACTED: "announcement.reaction",
    journal.ANNOUNCEMENT_REMOVED: "announcement.delete",
}
SENT = frozenset(
    (
        *EVENT_OF,
        *TO_ALL,
        journal.POST_DELETED,
        journal.POST_CHANGED,
        journal.NOTICE_ADDED,
        journal.NOTICES_MERGED,
        journal.EXCHANGE_CHANGED,
        journal.FILTERS_CHANGED,
    )
)
"""Kinds of the journal that streams may tell of."""
UNSAID = (PostState.HELD, PostState.REJECTED)
"""Posts in these states were never told of."""


def is_told(row: JournalRow) -> bool:
    """Whether streams tell of it: of posts that changed otherwise than by an edit, only those whose quote did."""
    return row.kind in SENT and (row.kind != journal.POST_CHANGED or "quote" in row.data)


class Parcel(msgspec.Struct, frozen=True):
    """One encoded event and the topics whose readers get it."""

    topics: list[Topic]
    sse: bytes
    ws: bytes


def parcel(place: Place, accounts: Iterable[int], event: str, payload: bytes) -> Parcel:
    """*payload* (JSON, or the bare id of a delete) for these accounts' readers of a stream."""
    message = StreamMessage(stream=place.words(), event=event, payload=payload.decode())
    return Parcel([(place, a) for a in accounts], sse_frame(event, payload), msgspec.json.encode(message))


def bare_parcel(place: Place, account_id: int, event: str) -> Parcel:
    """An event that says no more than its name, in the form that servers give it on each kind of connection."""
    message = StreamMessage(stream=place.words(), event=event)
    return Parcel([(place, account_id)], sse_frame(event, b"undefined"), msgspec.json.encode(message))


class Round:
    """Some events in their order, worked out inside one read transaction; changes nothing outside itself.

    *seats* are the accounts that listen by stream, *known* the interests at hand; `loaded` those that were asked for.
    *filters* are the revisions of the filters of those listeners who have any.
    """

    def __init__(
        self,
        tx: Tx,
        house: House,
        seats: Mapping[Place, frozenset[int]],
        known: Mapping[int, Interest],
        filters: Mapping[int, int],
    ) -> None:
        self.tx = tx
        self.house = house
        self.seats = seats
        self.known = known
        self.filters = filters
        self.loaded: dict[int, Interest] = {}

    def of(self, row: JournalRow) -> list[Parcel]:
        """What an event becomes; nothing where nobody who listens is concerned."""
        if row.kind == journal.NOTICE_ADDED:
            return self._notice(row)
        if row.kind == journal.NOTICES_MERGED:
            places = self._inboxes(row.data["account_id"])
            return [parcel(p, [row.data["account_id"]], "notifications_merged", b"1") for p in places]
        if row.kind == journal.EXCHANGE_CHANGED:
            return self._exchange(row)
        if row.kind == journal.FILTERS_CHANGED:
            sits = row.actor_id in self.seats.get(USER, ())
            return [bare_parcel(USER, row.actor_id, "filters_changed")] if sits else []
        if row.kind in TO_ALL:
            return self._to_all(row)
        if row.kind == journal.POST_CHANGED:
            facts = postfacts.of(self.tx, row.subject_id)
            return self._post(msgspec.structs.replace(row, data=facts), "status.update")
        if "author_id" not in row.data or row.data.get("state") in UNSAID:
            return []
        if row.kind == journal.POST_DELETED:
            return self._deleted(row)
        return self._post(row, EVENT_OF[row.kind])

    def _interest(self, account_id: int) -> Interest:
        found = self.known.get(account_id) or self.loaded.get(account_id)
        if found is None:
            found = self.loaded[account_id] = interest.load(self.tx, account_id)
        return found

    # ── posts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _post(self, row: JournalRow, event: str) -> list[Parcel]:
        wanted = self._wanted(row)
        seen = who_may_see(self.tx, row.subject_id, list(set().union(*wanted.values())))
        rows = hot_rows(self.tx, Viewer.anonymous(), [row.subject_id], seen=True) if seen else []
        if not rows:
            return []
        (hot,) = rows
        sheet = Sheet(self.tx, self.house, hot, fresh=event == "update")
        matched = self._matched(hot, seen)
        bits = self._bits(hot, seen, fresh=event == "update")
        out: list[Parcel] = []
        for place, accounts in wanted.items():
            bodies: dict[bytes, list[int]] = {}
            for a in accounts & seen:
                body = (
                    sheet.personal(a, bits.get(a, 0), matched.get(a))
                    if place.name in PERSONAL
                    else sheet.at_large(matched.get(a, b"[]"))
                )
                bodies.setdefault(body, []).append(a)
            out += [parcel(place, some, event, body) for body, some in bodies.items()]
        return out

    def _matched(self, hot: HotRow, accounts: set[int]) -> dict[int, bytes]:
        """What the filters of those of the accounts that have any say of the post; no more than one query for all."""
        post = (hot.shown.id, hot.shown.rev, hot.shown.author_id)
        out: dict[int, bytes] = {}
        texts: dict[int, str] = {}
        for a in self.filters.keys() & accounts:
            viewer = Viewer(a, filters_rev=self.filters[a])
            found = filtered(self.house, self.tx, viewer, [post], texts)
            if found:
                out[a] = found[hot.shown.id]
        return out

    def _bits(self, hot: HotRow, accounts: set[int], *, fresh: bool) -> dict[int, int]:
        """What the accounts did to the post and to its thread; nobody did anything to a new one."""
        personal = (listening for place, listening in self.seats.items() if place.name in PERSONAL)
        listeners = list(accounts & set().union(*personal))
        out: dict[int, int] = {}
        if not fresh or hot.post.boost_of_id is not None:
            for a, bits in live.marks_by_reader(self.tx, hot.shown.id, listeners).items():
                out[a] = bits & _MARKS
        if hot.shown.thread_id != hot.post.id:
            for a, bits in live.marks_by_reader(self.tx, hot.shown.thread_id, listeners).items():
                out[a] = out.get(a, 0) | (bits & THREAD_MUTED)
        return out

    def _deleted(self, row: JournalRow) -> list[Parcel]:
        """Nobody may see a deleted post any more: it is told to those who could."""
        wanted = self._wanted(row)
        readers = list(set().union(*wanted.values()))
        reached = live.could_see(self.tx, row.subject_id, row.data["addressed"], readers)
        payload = b"%d" % row.subject_id
        told = [(place, accounts & reached) for place, accounts in wanted.items()]
        return [parcel(place, some, "delete", payload) for place, some in told if some]

    def _wanted(self, row: JournalRow) -> dict[Place, set[int]]:
        """Who listens where and wants the post; whether they may see it is not asked here."""
        post = interest.candidate(row.data, row.subject_id)
        out = {USER: {a for a in self.seats.get(USER, ()) if self._home(a, post)}}
        out.update(self._lists(post))
        if not row.data.get("silenced"):
            for place in places_at_large(post, row.data["media_n"], row.data["tags"]):
                if place in self.seats:
                    out[place] = {a for a in self.seats[place] if not interest.shuns(self._interest(a), post)}
        return out

    def _home(self, account_id: int, post: Candidate) -> bool:
        wanted = interest.wants_at_home(self._interest(account_id), post)
        return wanted and not self.house.feeds.repeats(account_id, post)

    def _lists(self, post: Candidate) -> dict[Place, set[int]]:
        lists = {int(place.what): place for place in self.seats if place.name == "list"}
        if not lists:
            return {}
        among = [i for i in (post.author_id, post.group_id, post.parent_author_id) if i is not None]
        return {
            lists[rule.id]: {
                a
                for a in self.seats[lists[rule.id]]
                if a == rule.owner_id and interest.wants_in_circle(self._interest(a), rule, post)
            }
            for rule in circles.rules(self.tx, list(lists), among)
        }

    # ── announcements ────────────────────────────────────────────────────────────────────────────────────────────────

    def _to_all(self, row: JournalRow) -> list[Parcel]:
        everybody = self.seats.get(USER, frozenset())
        if not everybody:
            return []
        payload = b"%d" % row.subject_id
        if row.kind == journal.ANNOUNCEMENT_REACTED:
            payload = reaction_json(row)
        elif row.kind == journal.ANNOUNCED:
            try:
                payload = announced_json(self.house, self.tx, row.subject_id)
            except NotFound:
                return []  # taken back meanwhile
        return [parcel(USER, everybody, TO_ALL[row.kind], payload)]

    # ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _inboxes(self, account_id: int) -> list[Place]:
        return [p for p in (USER_INBOX, NOTICES) if account_id in self.seats.get(p, ())]

    def _exchange(self, row: JournalRow) -> list[Parcel]:
        """A conversation as it stands now, for the one whose it is."""
        account_id = row.data["account_id"]
        if account_id not in self.seats.get(DIRECT, ()):
            return []
        viewer = Viewer(account_id, filters_rev=self.filters.get(account_id, 0))
        payload = conversation_json(self.tx, self.house, viewer, row.subject_id)
        return [] if payload is None else [parcel(DIRECT, [account_id], "conversation", payload)]

    def _notice(self, row: JournalRow) -> list[Parcel]:
        account_id = row.data["account_id"]
        places = self._inboxes(account_id)
        if not places:
            return []
        viewer = Viewer(account_id, filters_rev=self.filters.get(account_id, 0))
        try:
            notice = notices.see(self.tx, viewer, row.subject_id)
        except NotFound:
            return []  # taken back, or its post went out of sight meanwhile
        payload = notification_json(self.tx, self.house, viewer, notice)
        return [] if payload is None else [parcel(p, [account_id], "notification", payload) for p in places]


def places_at_large(post: Candidate, media_n: int, tags: list[str]) -> list[Place]:
    """Public and tag streams that a post belongs to, by what it is; mirrors the public and tag timelines."""
    if post.boost_of_id is not None:
        return []
    out = []
    if post.audience in (Audience.PUBLIC, Audience.GROUP):
        names = ["hashtag"] if post.servers else ["hashtag", "hashtag:local"]
        out += [Place(name, tag) for tag in tags for name in names]
    answers_others = post.parent_id is not None and post.parent_author_id != post.author_id
    if post.audience == Audience.PUBLIC and not answers_others:
        names = ["public", "public:remote" if post.servers else "public:local"]
        out += [Place(name) for name in names] + [Place(f"{name}:media") for name in names if media_n]
    return out
