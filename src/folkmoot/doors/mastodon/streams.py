"""Streams by name: what a client may ask for and with which scopes, and who sits where."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final, NamedTuple

from folkmoot.domain.errors import Refusal
from folkmoot.doors.frame.streams import Channel, Subscriber
from folkmoot.kit.markup.links import fold
from folkmoot.wire.codecs import read_id
from folkmoot.wire.mastodon.streaming import STREAMS

PER_TOKEN: Final = 64
"""Open connections of one token."""
PER_SOCKET: Final = 128
"""Streams that one WebSocket may carry."""
MAX_TAG: Final = 200
STATUSES: Final = frozenset(("read", "read:statuses"))
NOTIFICATIONS: Final = frozenset(("read", "read:notifications"))
INBOX: Final = "user:inbox"
"""The notifications within the stream `user`, which need a scope of their own; clients know them as `user`."""


class StreamRefused(Refusal):
    """A stream is not given; *status* and message are the streaming server's own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message, code="stream")
        self.status = status


class Place(NamedTuple):
    """A stream: its name, and the folded tag or the list's id where it has one."""

    name: str
    what: str = ""

    def words(self) -> list[str]:
        """As the WebSocket names it."""
        name = "user" if self.name == INBOX else self.name
        return [name, self.what] if self.what else [name]


USER: Final = Place("user")
USER_INBOX: Final = Place(INBOX)
NOTICES: Final = Place("user:notification")
DIRECT: Final = Place("direct")


def place_of(name: str, tag: str = "", list_id: str = "", *, unknown: str = "Unknown stream type") -> Place:
    """The stream that is asked for. Raises StreamRefused(400) where name, tag or list is missing or unknown."""
    if name not in STREAMS:
        raise StreamRefused(400, unknown)
    if name in ("hashtag", "hashtag:local"):
        folded = fold(tag.strip().removeprefix("#"))
        if not folded or len(folded) > MAX_TAG:
            raise StreamRefused(400, "Missing tag name parameter")
        return Place(name, folded)
    if name == "list":
        number = read_id(list_id.strip())
        if not number:
            raise StreamRefused(400, "Missing list name parameter")
        return Place(name, str(number))
    return Place(name)


def allowed(place: Place, scopes: frozenset[str]) -> list[Place]:
    """What the stream is made of under these scopes. Raises StreamRefused(401) where they do not reach."""
    if not scopes & (NOTIFICATIONS if place == NOTICES else STATUSES):
        raise StreamRefused(401, "Access token does not have the required scopes")
    return [USER, USER_INBOX] if place == USER and scopes & NOTIFICATIONS else [place]


Topic = tuple[Place, int]
"""A stream as one account hears it: what is sent is chosen account by account."""


class Seats(Channel):
    """Who listens to which stream: `seats` holds the accounts by stream, however many sockets each has."""

    def __init__(self, left: Callable[[int], object], *, total: int = 20_000) -> None:
        super().__init__(per_owner=PER_TOKEN, total=total)
        self.seats: dict[Place, set[int]] = {}
        self._topics_of: dict[int, int] = {}
        self._left = left

    def sit(self, reader: Subscriber, account_id: int, places: Iterable[Place]) -> None:
        """Let the reader hear these streams as the account hears them. Raises TooMany."""
        topics = [(place, account_id) for place in places]
        new = [topic for topic in dict.fromkeys(topics) if not self.listening(topic)]
        super().join(reader, topics)
        for place, account in new:
            self.seats.setdefault(place, set()).add(account)
            self._topics_of[account] = self._topics_of.get(account, 0) + 1

    def hears(self, account_id: int) -> bool:
        """Whether the account hears any stream."""
        return account_id in self._topics_of

    def rise(self, reader: Subscriber, account_id: int, places: Iterable[Place]) -> None:
        """The reader no longer hears these streams."""
        self.leave(reader, [(place, account_id) for place in places])

    def leave(self, reader: Subscriber, topics: Iterable[Hashable] | None = None) -> None:
        going = [t for t in (reader.topics if topics is None else topics) if t in reader.topics]
        super().leave(reader, None if topics is None else going)
        for topic in going:
            if isinstance(topic, tuple) and not self.listening(topic):
                self._empty(*topic)

    def _empty(self, place: Place, account_id: int) -> None:
        sitting = self.seats.get(place, set())
        sitting.discard(account_id)
        if not sitting:
            self.seats.pop(place, None)
        rest = self._topics_of.get(account_id, 1) - 1
        if rest:
            self._topics_of[account_id] = rest
        else:
            self._topics_of.pop(account_id, None)
            self._left(account_id)

    def close_all(self) -> int:
        """End every stream (news were lost: clients connect again and ask for what they missed)."""
        return sum(self.close_owner(owner) for owner in list(self._owners))
