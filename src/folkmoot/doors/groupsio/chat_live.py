"""The live chats of one process: who listens, and what is sent to them after each commit."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from folkmoot.domain import journal, views
from folkmoot.domain.groups import members
from folkmoot.domain.reading import live
from folkmoot.domain.sections import lines
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.streams import Channel, Subscriber, sse_frame
from folkmoot.doors.groupsio import present_chats as present
from folkmoot.store.tx import JournalRow
from folkmoot.wire.groupsio.chat import ChatMessage
from folkmoot.wire.groupsio.result import Error

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.doors.groupsio")
KEPT: Final = "groupsio.chats"
PER_OWNER: Final = 16
BATCH: Final = 16
MOST_WAITING: Final = 10_000
LINGER: Final = 1.0
"""Seconds in which the last word of a chat that has ended can be read before its streams are closed."""
KINDS: Final = frozenset({journal.CHAT_SAID, journal.CHAT_ENTERED, journal.CHAT_LEFT, journal.CHAT_ENDED})


class Ear(NamedTuple):
    """A chat as one account hears it with one session (0 for a token)."""

    chat_id: int
    account_id: int
    session_id: int


class Parcel(msgspec.Struct):
    """An event, encoded once: who is to have it, who may hear no more, and whether it is the last."""

    to: list[Ear]
    deaf: list[Ear]
    event: str
    body: bytes
    last: bool = False


def frames(event: str, thing: Any) -> tuple[bytes, bytes]:
    """An object as a server-sent event and as a WebSocket's text."""
    body = msgspec.json.encode(thing)
    return sse_frame(event, body), body


class Rooms(Channel):
    """Who listens: `ears` are the topics by chat."""

    def __init__(self) -> None:
        super().__init__(per_owner=PER_OWNER)
        self.ears: dict[int, set[Ear]] = {}

    def sit(self, reader: Subscriber, ear: Ear) -> None:
        """Let the reader hear a chat. Raises TooMany."""
        super().join(reader, (ear,))
        self.ears.setdefault(ear.chat_id, set()).add(ear)

    def leave(self, reader: Subscriber, topics: Iterable[Hashable] | None = None) -> None:
        going = list(reader.topics if topics is None else topics)
        super().leave(reader, topics)
        for topic in going:
            if isinstance(topic, Ear) and not self.listening(topic):
                sitting = self.ears.get(topic.chat_id, set())
                sitting.discard(topic)
                if not sitting:
                    self.ears.pop(topic.chat_id, None)

    def close(self, ears: Iterable[Ear]) -> None:
        """End the streams of these."""
        for reader in {reader for ear in ears for reader in self._topics.get(ear, ())}:
            self.leave(reader)
            reader.close()

    def close_all(self) -> int:
        """End every stream."""
        return sum(self.close_owner(owner) for owner in list(self._owners))


class LiveChats:
    """All open chats of a house. Everything happens on the event loop, but for the reads of PostgreSQL."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.rooms = Rooms()
        self._rows: deque[JournalRow] = deque()
        self._task: asyncio.Task[None] | None = None

    def heard(self, rows: Sequence[JournalRow]) -> None:
        """Take in what was committed; nothing is read or sent here."""
        for row in rows:
            if row.kind == journal.TOKEN_REVOKED:
                self.rooms.close_owner(("token", row.subject_id))
            elif row.kind == journal.LOGIN_CLOSED:
                for token_id in row.data["tokens"]:
                    self.rooms.close_owner(("token", token_id))
            elif row.kind in KINDS and row.subject_id in self.rooms.ears:
                self._rows.append(row)
        if len(self._rows) > MOST_WAITING:
            self._rows.clear()
            log.warning("chats fell behind: %d streams were ended", self.rooms.close_all())
        if self._rows and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._rows:
            batch = [self._rows.popleft() for _ in range(min(BATCH, len(self._rows)))]
            try:
                for parcel in await self._work_out(batch):
                    self._deliver(parcel)
            except Exception:
                log.exception("%d events from %d on did not reach the chats", len(batch), batch[0].id)
            await asyncio.sleep(0)  # requests come between two batches

    async def _work_out(self, batch: list[JournalRow]) -> list[Parcel]:
        ears = {row.subject_id: sorted(self.rooms.ears.get(row.subject_id, ())) for row in batch}
        return await self.house.store.aread(lambda tx: work_out(tx, self.house, batch, ears))

    def _deliver(self, parcel: Parcel) -> None:
        self.rooms.close(parcel.deaf)
        if parcel.body:
            self.rooms.send(parcel.to, sse_frame(parcel.event, parcel.body), parcel.body)
        if parcel.last:
            asyncio.get_running_loop().call_later(LINGER, self.rooms.close, parcel.to)


def work_out(tx: Tx, house: House, rows: Sequence[JournalRow], ears: dict[int, list[Ear]]) -> list[Parcel]:
    """What is to be sent of these events, asked anew of the rule of sight for each listener."""
    sessions = sorted({ear.session_id for each in ears.values() for ear in each if ear.session_id})
    alive = live.open_sessions(tx, sessions)
    said = lines.by_ids(tx, [row.data["line"] for row in rows if row.kind == journal.CHAT_SAID])
    parcels = []
    for row in rows:
        here, group_id = ears[row.subject_id], row.data["group_id"]
        if row.kind == journal.CHAT_ENDED:
            over = msgspec.json.encode(Error(type="bad_request", extra="closed chat"))
            parcels.append(Parcel(here, [], "error", over, last=True))
            continue
        accounts = sorted({ear.account_id for ear in here})
        may = lines.hearers(tx, row.subject_id, group_id, accounts)
        to = [
            ear for ear in here if ear.account_id in may and (not ear.session_id or ear.session_id in alive)
        ]
        deaf = [ear for ear in here if ear not in to]
        message = _message(tx, house, row, said)
        body = b"" if message is None else msgspec.json.encode(message)
        parcels.append(Parcel(to, deaf, "chat_message", body))
    return parcels


def _message(tx: Tx, house: House, row: JournalRow, said: dict[int, lines.LineView]) -> ChatMessage | None:
    """What an event is to those who listen; None for a line that was taken back before it was sent."""
    group_id = row.data["group_id"]
    if row.kind != journal.CHAT_SAID:
        who = views.accounts_by_ids(tx, [row.actor_id]).get(row.actor_id)
        joins = row.kind == journal.CHAT_ENTERED
        if who is None:
            return None
        return present.coming(row.id, row.created_at, row.subject_id, group_id, who, house.links, joins=joins)
    line = said.get(row.data["line"])
    if line is None:
        return None
    author = views.accounts_by_ids(tx, [line.author_id]).get(line.author_id)
    address = members.addresses_of(tx, [line.author_id]).get(line.author_id, "")
    return present.line(line, group_id, author, address, house.links)


def chats_of(house: House) -> LiveChats:
    """The house's live chats, made on first use."""
    found = house.kept.get(KEPT)
    if found is None:
        found = house.kept[KEPT] = LiveChats(house)
    assert isinstance(found, LiveChats)
    return found


def attach(house: House) -> None:
    """Follow the journal live: to be called once in a process that serves."""
    house.store.follow(chats_of(house).heard)


def detach(house: House) -> None:
    """End all streams, so that nobody waits for them when the process is to stop; clients connect again."""
    chats_of(house).rooms.close_all()
