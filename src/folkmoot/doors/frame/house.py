"""What one process has in its hands, passed to every door: settings, store, blobs, live feed, clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from folkmoot.domain.access import Viewer
from folkmoot.domain.reading.feeds import Feeds
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.gate import Gate
from folkmoot.doors.frame.links import Links
from folkmoot.doors.frame.sightings import Sightings
from folkmoot.doors.frame.standing import Standing
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.engine import Store


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass
class House:
    """Made once by app; doors keep nothing between requests but what hangs here."""

    settings: Settings
    store: Store
    anonymous: Viewer = field(default_factory=Viewer.anonymous)
    """The viewer of calls that nobody is logged in for."""
    blobs: Any = None
    live: Any = None
    """The live feed of committed events."""
    feeds: Feeds = field(default_factory=Feeds)
    """Home feeds of active readers."""
    secret: bytes = b""
    """Signs addresses and tokens that are not kept; the same for all processes of one server."""
    caches: dict[str, ByteCache] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    """What a door remembers between requests beside bytes, under the door's own name; bounded by the door."""
    clock: Callable[[], int] = now_ms
    """Milliseconds since 1970."""

    @cached_property
    def links(self) -> Links:
        """Absolute addresses of media and portraits."""
        return Links(self.settings, self.secret)

    @cached_property
    def gate(self) -> Gate:
        """Networks without any access."""
        return Gate(self.store, self.clock)

    @cached_property
    def standing(self) -> Standing:
        """Answers that stand until the next commit."""
        return Standing(self.settings.answers_mb << 20, self.clock, self.caches)

    @cached_property
    def sightings(self) -> Sightings:
        """Who was here from where, on its way into the store."""
        return Sightings(self.store, self.clock)

    def cache(self, name: str, max_bytes: int = 16 * 1024 * 1024) -> ByteCache:
        """The cache called *name*, made on first use."""
        found = self.caches.get(name)
        if found is None:
            found = self.caches.setdefault(name, ByteCache(max_bytes))
        return found
