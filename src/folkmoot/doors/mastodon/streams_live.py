"""The streams of one process: follows the journal, keeps what listeners want, sends in the order of commits."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from folkmoot.domain import journal
from folkmoot.domain.errors import Forbidden, Unauthenticated
from folkmoot.domain.people import logins
from folkmoot.domain.people.logins import Token
from folkmoot.domain.reading import interest, live
from folkmoot.domain.reading.interest import Interest
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.streams import Subscriber
from folkmoot.doors.mastodon.streams import Place, Seats, StreamRefused, allowed
from folkmoot.doors.mastodon.streams_send import Parcel, Round, is_told
from folkmoot.store.tx import JournalRow, Tx

log = logging.getLogger("folkmoot.doors.mastodon")
KEPT: Final = "mastodon.streams"
BATCH: Final = 16
"""Events per read: few enough that the read seldom outgrows its time on the loop."""
MOST_WAITING: Final = 10_000
"""Events that may wait; beyond that streams are ended, and clients ask for what they missed."""
FRESH_SECONDS: Final = 600.0
"""How long an interest is believed at most; one with a mute that ends, until then."""
CHANGES: Final = frozenset(
    (
        journal.FOLLOWED,
        journal.UNFOLLOWED,
        journal.BLOCKED,
        journal.UNBLOCKED,
        journal.MUTED,
        journal.UNMUTED,
        journal.MEMBER_JOINED,
        journal.MEMBER_LEFT,
        journal.MEMBER_CHANGED,
        journal.INTEREST_CHANGED,
    )
)
"""Kinds after which the interests of both sides are asked for anew."""


class Live:
    """All streams of a house. Everything happens on the event loop, but for the reads of PostgreSQL."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.seats = Seats(self._gone)
        house.gate.watch(self.seats.close_refused)
        self._interests: dict[int, tuple[float, Interest]] = {}
        self._filters: dict[int, int] = {}
        """Revisions of the filters of those who listen and have any."""
        self._loads: dict[int, set[int]] = {}
        """By number of a load that is under way: accounts whose interest changed meanwhile."""
        self._revoked: deque[int] = deque(maxlen=1024)
        """Tokens that ended lately: one that was read just before must not open a stream."""
        self._rows: deque[JournalRow] = deque()
        self._task: asyncio.Task[None] | None = None

    # ── what was committed ───────────────────────────────────────────────────────────────────────────────────────────

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Take in what was committed; nothing is read or sent here."""
        for row in rows:
            if row.kind == journal.TOKEN_REVOKED:
                self._revoked.append(row.subject_id)
                self.seats.close_owner(row.subject_id)
            elif row.kind == journal.LOGIN_CLOSED:
                self._revoked.extend(row.data["tokens"])
                for token_id in row.data["tokens"]:
                    self.seats.close_owner(token_id)
            elif row.kind == journal.LOGIN_OPENED:
                again = set(row.data["tokens"])
                self._revoked = deque(
                    (i for i in self._revoked if i not in again), maxlen=self._revoked.maxlen
                )
            elif row.kind in CHANGES:
                self._forget(row.actor_id)
                self._forget(row.subject_id)
            elif row.kind == journal.FILTERS_CHANGED:
                self._refiltered(row.actor_id, row.data["rev"])
            if self.seats.count and is_told(row):
                self._rows.append(row)
        if len(self._rows) > MOST_WAITING:
            self._rows.clear()
            log.warning("streams fell behind: %d connections were ended", self.seats.close_all())
        if self._rows and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._rows:
            batch = [self._rows.popleft() for _ in range(min(BATCH, len(self._rows)))]
            try:
                for parcel in await self._work_out(batch):
                    self.seats.send(parcel.topics, parcel.sse, parcel.ws)
            except Exception:
                log.exception("%d events from %d on did not reach the streams", len(batch), batch[0].id)
            await asyncio.sleep(0)  # requests come between two batches

    async def _work_out(self, batch: list[JournalRow]) -> list[Parcel]:
        seats = {place: frozenset(accounts) for place, accounts in self.seats.seats.items()}
        if not seats:
            return []
        now, filters = time.monotonic(), dict(self._filters)
        known = {a: kept[1] for a, kept in self._interests.items() if kept[0] > now}

        def work(tx: Tx) -> tuple[list[Parcel], dict[int, Interest]]:
            round_ = Round(tx, self.house, seats, known, filters)
            return [parcel for row in batch for parcel in round_.of(row)], round_.loaded

        with self._loading() as changed:
            parcels, loaded = await self.house.store.aread(work)
            self._keep(loaded, changed)
        return parcels

    # ── what connected accounts want ─────────────────────────────────────────────────────────────────────────────────

    def _gone(self, account_id: int) -> None:
        self._forget(account_id)
        self._filters.pop(account_id, None)

    def _refiltered(self, account_id: int, rev: int) -> None:
        for changed in self._loads.values():
            changed.add(account_id)
        if self.seats.hears(account_id):
            self._filters[account_id] = max(rev, self._filters.get(account_id, 0))

    def _forget(self, account_id: int) -> None:
        self._interests.pop(account_id, None)
        for changed in self._loads.values():
            changed.add(account_id)

    @contextmanager
    def _loading(self) -> Iterator[set[int]]:
        changed: set[int] = set()
        self._loads[id(changed)] = changed
        try:
            yield changed
        finally:
            del self._loads[id(changed)]

    def _keep(self, loaded: dict[int, Interest], changed: set[int]) -> None:
        now, clock = time.monotonic(), self.house.clock()
        for account_id, found in loaded.items():
            if account_id not in changed:
                fresh = min(FRESH_SECONDS, (found.until - clock) / 1000)
                self._interests[account_id] = (now + fresh, found)

    # ── who connects ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def enter(self, secret: str) -> Token:
        """The token of a client that connects. Raises StreamRefused(401)."""
        if not secret:
            raise StreamRefused(401, "Missing access token")
        token = await self.house.store.aread(lambda tx: _token(tx, secret))
        if token is None or not token.viewer.known or token.id in self._revoked:
            raise StreamRefused(401, "Invalid access token")
        return token

    async def open(self, reader: Subscriber, token: Token, wanted: Iterable[Place]) -> None:
        """Let the reader, whose owner is the token's id, hear the streams. Raises StreamRefused, TooMany."""
        me = token.viewer.account_id
        wanted = list(wanted)
        places = [part for place in wanted for part in allowed(place, token.scopes)]
        lists = [int(place.what) for place in wanted if place.name == "list"]
        missing = me not in self._interests

        def ask(tx: Tx) -> tuple[bool, dict[int, Interest], int]:
            own = all(live.owns_circle(tx, me, i) for i in lists)
            return own, {me: interest.load(tx, me)} if missing else {}, live.filters_rev(tx, me)

        with self._loading() as changed:
            own, loaded, rev = await self.house.store.aread(ask)
            if not own:
                raise StreamRefused(401, "Not authorized to stream this list")
            if token.id in self._revoked:
                raise StreamRefused(401, "Invalid access token")
            self.seats.sit(reader, me, places)
            self._keep(loaded, changed)
        if me in changed:
            rev = await self.house.store.aread(lambda tx: live.filters_rev(tx, me))
        if rev:
            self._refiltered(me, rev)

    def close(self, reader: Subscriber, token: Token, place: Place) -> None:
        """The reader no longer hears the stream."""
        self.seats.rise(reader, token.viewer.account_id, allowed(place, token.scopes))


def _token(tx: Tx, secret: str) -> Token | None:
    try:
        found = logins.token(tx, secret)
        logins.check_state(found.state, False)
    except (Unauthenticated, Forbidden):
        return None
    return found


def live_of(house: House) -> Live:
    """The house's streams of this door, made on first use."""
    found = house.kept.get(KEPT)
    if found is None:
        found = house.kept[KEPT] = Live(house)
    assert isinstance(found, Live)
    return found
