"""One call at a door: what a handler gets first, and what it may give back beside a struct."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import msgspec

from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.bind import parameters
from folkmoot.doors.frame.http import Http

if TYPE_CHECKING:
    from folkmoot.domain.access import Viewer
    from folkmoot.doors.frame.door import Door
    from folkmoot.doors.frame.house import House
    from folkmoot.doors.frame.limits import Rate
    from folkmoot.store.tx import Tx

T = TypeVar("T")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """With what the viewer came in: the token or session, its application and its scopes."""

    token_id: int | None = None
    app_id: int | None = None
    scopes: frozenset[str] = frozenset()
    session_id: int | None = None
    way: Literal["bearer", "basic", "cookie", "key", "oauth1"] = "bearer"


class Answered(Generic[T]):
    """An answer with another status than 200, or with headers of its own."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: T, status: int = 200, headers: Sequence[Header] = ()) -> None:
        self.body = body
        self.status = status
        self.headers = headers


class At:
    """The call. *viewer* and *caller* are set once authentication is through; *format* is the suffix of the
    path ("json" without one); *path* are its parameters, decoded."""

    __slots__ = ("_tx", "caller", "door", "format", "house", "http", "path", "question", "rate", "viewer")

    def __init__(self, http: Http, house: House, door: Door, path: dict[str, str], format: str) -> None:
        self.http = http
        self.house = house
        self.door = door
        self.path = path
        self.format = format
        self.viewer: Viewer = house.anonymous
        self.caller: Caller | None = None
        self.rate: Rate | None = None
        self.question: Hashable | None = None
        """What Standing keeps the answer under, where it is known before the caller is."""
        self._tx: Tx | None = None

    @property
    def tx(self) -> Tx:
        """The open transaction: sync handlers only, and only until they return."""
        assert self._tx is not None, "no transaction is open: async handlers use at.read and at.write"
        return self._tx

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run *fn* in a read transaction; for async handlers."""
        return await self.house.store.aread(fn)

    async def write(self, fn: Callable[[Tx], T]) -> T:
        """Run *fn* in a write transaction and wait until it is durable; for async handlers."""
        return await self.house.store.awrite(fn)

    async def parameters(self) -> dict[str, Any]:
        """All parameters as a plain tree, for async handlers without a struct."""
        return await parameters(self.http, self.path, self.door.rules)
