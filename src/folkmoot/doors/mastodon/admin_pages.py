"""Lists of the staff's entities: pages whose cursors are the entities' own ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages


class Named(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=Named)


def listed(at: At, found: Sequence[T], limit: int, show: Callable[[T], Any]) -> Response:
    """A page of *found*, newest first."""
    body = msgspec.json.encode([show(one) for one in found])
    cursors = [(one.id, one.id) for one in found]
    return pages.rows(at, cursors, limit, lambda at, ids: body, prev="min_id")
