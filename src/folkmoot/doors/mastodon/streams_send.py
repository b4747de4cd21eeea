"""What is sent live: each event is looked up once, encoded once, and goes to those who may see and want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from folkmoot.domain import interest, journal, live, notices, views
from folkmoot.domain.access import Audience, Viewer, who_may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.interest import Candidate, Interest
from folkmoot.domain.reactions import BOOKMARKED, BOOSTED, LIKED, PINNED, THREAD_MUTED
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.streams import sse_frame
from folkmoot.doors.mastodon.present import PINNABLE
from folkmoot.doors.mastodon.streams import DIRECT, NOTICES, USER, USER_INBOX, Place, Topic
from folkmoot.doors.mastodon.streams_render import notification_json, status_json
from folkmoot.store.tx import JournalRow, Tx
from folkmoot.wire.mastodon.streaming import StreamMessage

PERSONAL = frozenset(("user", "list", "direct"))
"""Streams whose posts carry what the reader did to them."""
_MARKS = LIKED | BOOSTED | BOOKMARKED | PINNED
EVENT_OF = {journal.POST_ADDED: "update", journal.POST_EDITED: "status.update"}
SENT = frozenset((*EVENT_OF, journal.POST_DELETED, journal.NOTICE_ADDED))
"""Kinds of the journal that streams tell of."""


class Parcel(msgspec.Struct, frozen=True):
    """One encoded event and the topics whose readers get it."""

    topics: list[Topic]
    sse: bytes
    ws: bytes


def parcel(place: Place, accounts: Iterable[int], event: str, payload: bytes) -> Parcel:
    """*payload* (JSON, or the bare id of a delete) for these accounts' readers of a stream."""
    message = StreamMessage(stream=place.words(), event=event, payload=payload.decode())
    return Parcel([(place, a) for a in accounts], sse_frame(event, payload), msgspec.json.encode(message))


class Round:
    """Some events in their order, worked out inside one read transaction; changes nothing outside itself.

    *seats* are the accounts that listen by stream, *known* the interests at hand; `loaded` those that were asked for.
    """

    def __init__(
        self, tx: Tx, house: House, seats: Mapping[Place, frozenset[int]], known: Mapping[int, Interest]
    ) -> None:
        self.tx = tx
        self.house = house
        self.seats = seats
        self.known = known
        self.loaded: dict[int, Interest] = {}

    def of(self, row: JournalRow) -> list[Parcel]:
        """What an event becomes; nothing where nobody who listens is concerned."""
        if row.kind == journal.NOTICE_ADDED:
            return self._notice(row)
        if "author_id" not in row.data:
            return []  # a held post was turned down: nobody was ever told of it
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
        asked = set().union(*wanted.values())
        seen = who_may_see(self.tx, row.subject_id, list(asked))
        if not seen:
            return []
        view = views.posts_by_ids(self.tx, Viewer.system(), [row.subject_id]).get(row.subject_id)
        if view is None:
            return []
        out: list[Parcel] = []
        common: bytes | None = None
        personal: dict[int, bytes] = {}
        for place, accounts in self._fitting(wanted, view).items():
            reached = accounts & seen
            if place.name in PERSONAL:
                for bits, some in self._by_marks(view, reached, event).items():
                    if bits not in personal:
                        personal[bits] = status_json(self.house, view, bits)
                    out.append(parcel(place, some, event, personal[bits]))
            elif reached:
                common = common or status_json(self.house, view, None)
                out.append(parcel(place, reached, event, common))
        return out

    def _by_marks(self, view: PostView, accounts: set[int], event: str) -> dict[int, list[int]]:
        """The accounts by what they did to the post, as present.status takes it; nobody did anything to a new one."""
        shown = view.boost_of or view
        marks: dict[int, int] = {}
        muted: dict[int, int] = {}
        if view.boost_of is not None or event != "update":
            marks = live.marks_by_reader(self.tx, shown.id, list(accounts))
        if shown.thread_id != view.id:
            muted = live.marks_by_reader(self.tx, shown.thread_id, list(accounts))
        pinner = view.author.id if view.boost_of is None and view.audience != Audience.DIRECT else 0
        groups: dict[int, list[int]] = {}
        for a in accounts:
            bits = (
                (marks.get(a, 0) & _MARKS)
                | (muted.get(a, 0) & THREAD_MUTED)
                | (PINNABLE if a == pinner else 0)
            )
            groups.setdefault(bits, []).append(a)
        return groups

    def _deleted(self, row: JournalRow) -> list[Parcel]:
        """Nobody may see a deleted post any more, so whom it reached follows from what the journal says of it."""
        wanted = self._wanted(row)
        if not any(wanted.values()):
            return []
        view = views.posts_by_ids(self.tx, Viewer.system(), [row.subject_id]).get(row.subject_id)
        if view is not None:
            wanted = self._fitting(wanted, view)
        reached = self._reached(row, view)
        payload = b"%d" % row.subject_id
        out = []
        for place, accounts in wanted.items():
            some = {a for a in accounts if reached is None or a in reached}
            if some:
                out.append(parcel(place, some, "delete", payload))
        return out

    def _reached(self, row: JournalRow, view: PostView | None) -> set[int] | None:
        """Whom a post was spoken to where that were few, None where their interest says it."""
        audience = row.data["audience"]
        few = {row.data["author_id"], *row.data["addressed"]}
        if audience == Audience.CIRCLE:
            return few | live.circle_of_post(self.tx, row.subject_id)
        if audience == Audience.GROUP and not (view is not None and view.open):
            group_id = row.data["group_id"]
            everybody = set().union(*self.seats.values())
            return few | {a for a in everybody if group_id in self._interest(a).groups}
        return few if audience == Audience.DIRECT else None

    def _wanted(self, row: JournalRow) -> dict[Place, set[int]]:
        """Who listens where and wants the post; whether they may see it is not asked here."""
        post = interest.candidate(row.data, row.subject_id)
        out = {USER: {a for a in self.seats.get(USER, ()) if self._home(a, post)}}
        out.update(self._lists(post))
        if post.audience == Audience.DIRECT and post.boost_of_id is None:
            here = self.seats.get(DIRECT, frozenset())
            out[DIRECT] = {a for a in (post.author_id, *row.data["addressed"]) if a in here}
        for place in places_at_large(post, row.data["media_n"], row.data["tags"]):
            if place in self.seats:
                out[place] = {a for a in self.seats[place] if post.author_id not in self._interest(a).avoided}
        return out

    def _home(self, account_id: int, post: Candidate) -> bool:
        return interest.wants_at_home(self._interest(account_id), post)

    def _lists(self, post: Candidate) -> dict[Place, set[int]]:
        lists = {int(place.what): place for place in self.seats if place.name == "list"}
        if not lists:
            return {}
        speaking = [post.author_id] if post.group_id is None else [post.author_id, post.group_id]
        hit = live.circles_holding(self.tx, list(lists), speaking)
        return {lists[i]: {a for a in self.seats[lists[i]] if self._home(a, post)} for i in hit}

    def _fitting(self, wanted: dict[Place, set[int]], view: PostView) -> dict[Place, set[int]]:
        """Without the streams that the author's standing or home keeps the post out of."""
        author = view.author
        out = {}
        for place, accounts in wanted.items():
            words = place.name.split(":")
            far = "local" in words if author.domain else "remote" in words
            if words[0] not in ("public", "hashtag") or not (author.silenced or far):
                out[place] = accounts
        return out

    # ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _notice(self, row: JournalRow) -> list[Parcel]:
        account_id = row.data["account_id"]
        places = [p for p in (USER_INBOX, NOTICES) if account_id in self.seats.get(p, ())]
        if not places:
            return []
        viewer = Viewer(account_id)
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
        out += [Place(name, tag) for tag in tags for name in ("hashtag", "hashtag:local")]
    answers_others = post.parent_id is not None and post.parent_author_id != post.author_id
    if post.audience == Audience.PUBLIC and not answers_others:
        names = ["public", "public:local", "public:remote"]
        out += [Place(name) for name in names] + [Place(f"{name}:media") for name in names if media_n]
    return out
