"""The ASGI application: all doors in one tree, lifespan, preflights, unknown paths in the owner's form."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from folkmoot.domain.errors import Forbidden, Refusal
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cors import is_preflight, preflight
from folkmoot.doors.frame.door import Door, Route
from folkmoot.doors.frame.faults import NoSuchPath, WrongMethod
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.http import Http, Policy, Receive, Response, Scope, Send
from folkmoot.doors.frame.router import Router
from folkmoot.doors.frame.serve import Mount

log = logging.getLogger("folkmoot.doors")
Lifespan = Callable[[House], AbstractAsyncContextManager[None]]
ALL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@asynccontextmanager
async def no_lifespan(house: House) -> AsyncIterator[None]:
    """Nothing to do at start and end."""
    yield


class Site:
    """*doors* in order; the one with the longest matching prefix owns an unknown path, else *home* (the web
    door, or the first). Raises RouteConflict when two doors serve the same method and path."""

    def __init__(
        self,
        house: House,
        doors: Sequence[Door],
        *,
        lifespan: Lifespan = no_lifespan,
        home: Door | None = None,
    ) -> None:
        self.house = house
        self.doors = tuple(doors)
        self.policy = Policy(house.settings)
        self._lifespan = lifespan
        self._router: Router[tuple[Mount, Route]] = Router()
        mounts = [Mount(door, house) for door in doors]
        for mount in mounts:
            for route in mount.door.table:
                self._router.add(route.method, route.path, (mount, route))
        owners = [(prefix, mount) for mount in mounts for prefix in mount.door.prefixes]
        self._owners = sorted(owners, key=lambda pair: -len(pair[0]))
        self._mounts = mounts
        self._home = next((mount for mount in mounts if mount.door is home), mounts[0])

    def routes(self) -> Iterable[tuple[str, str, str]]:
        """(door, method, path) of everything that is served."""
        return [(mount.door.name, method, path) for method, path, (mount, _) in self._router]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self._live(receive, send)
            return
        http = Http(scope, receive, send, self.policy)
        if self.house.gate.shut and self.house.gate.refuses(http.ip):
            await self._keep_out(kind, http)
            return
        found = self._router.find(http.method, http.path, scope.get("raw_path") or b"")
        if not found and "//" in http.path:
            # Clients join an address that ends with a slash and a path that begins with one.
            http.path = re.sub("/{2,}", "/", http.path)
            found = self._router.find(http.method, http.path)
        if isinstance(found, tuple):
            (mount, route), path = found
            if kind == "http":
                await mount.serve(route, http, path)
            else:
                await mount.serve_websocket(route, http, path)
        elif kind == "http":
            await self._elsewhere(http, found)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _keep_out(self, kind: str, http: Http) -> None:
        """The address has no access at all."""
        if kind != "http":
            await http.receive()
            await http.send({"type": "websocket.close", "code": 1008})
            return
        mount = self.owner(http.path)
        refusal = Forbidden("there is no access from this address", code="no_access")
        await mount.send(mount.refused(refusal, http, None), At(http, self.house, mount.door, {}, ""))

    def owner(self, path: str) -> Mount:
        """Whose form unknown paths below *path* get."""
        for prefix, mount in self._owners:
            if path.startswith(prefix):
                return mount
        return self._home

    def _claimed(self, http: Http) -> Mount | None:
        """The door that says of a path that nobody serves that it was meant for it."""
        for mount in self._mounts:
            if mount.door.claims is not None and mount.door.claims(http):
                return mount
        return None

    async def _elsewhere(self, http: Http, allowed: frozenset[str]) -> None:
        mount = self._claimed(http) or self.owner(http.path)
        at = At(http, self.house, mount.door, {}, "")
        methods = ALL_METHODS if "*" in allowed else allowed
        if http.method == "OPTIONS":
            if mount.door.cors and is_preflight(http):
                await mount.send(preflight(http, methods or ALL_METHODS), at)
                return
            if methods:
                allow = ", ".join(sorted(methods | {"OPTIONS"})).encode()
                await mount.send(Response(204, b"", [(b"allow", allow)]), at)
                return
        refusal: Refusal = WrongMethod(tuple(sorted(methods))) if methods else NoSuchPath(http.path)
        try:
            answer = mount.refused(refusal, http, None)
        except Exception:
            reference = secrets.token_hex(6)
            log.exception("door %s can't refuse, reference %s", mount.door.name, reference)
            answer = mount.broken(http, None, reference)
        await mount.send(answer, at)

    async def _live(self, receive: Receive, send: Send) -> None:
        started = False
        await receive()
        try:
            async with self._lifespan(self.house):
                await send({"type": "lifespan.startup.complete"})
                started = True
                await receive()
        except Exception as error:
            if isinstance(error, OSError) and not started:
                log.error("the server could not start: %s", error)
            else:
                log.exception("the server could not %s", "stop cleanly" if started else "start")
            stage = "shutdown" if started else "startup"
            await send({"type": f"lifespan.{stage}.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})
