"""What one process has in its hands, passed to every door: settings, store, blobs, live feed, clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from folkmoot.domain.access import Viewer
from folkmoot.doors.frame.cache import ByteCache
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
    caches: dict[str, ByteCache] = field(default_factory=dict)
    clock: Callable[[], int] = now_ms
    """Milliseconds since 1970."""

    def cache(self, name: str, max_bytes: int = 16 * 1024 * 1024) -> ByteCache:
        """The cache called *name*, made on first use."""
        found = self.caches.get(name)
        if found is None:
            found = self.caches.setdefault(name, ByteCache(max_bytes))
        return found
