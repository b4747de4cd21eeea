"""How one call runs: binding, then authentication, limits, handler and encoding in one transaction."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response as StarletteResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from folkmoot.domain.errors import Invalid, Refusal, Unauthenticated, Unavailable
from folkmoot.doors.frame.answers import Answer, Header, Later, Response, with_extra
from folkmoot.doors.frame.at import Answered, At
from folkmoot.doors.frame.bind import bind, fill, gather
from folkmoot.doors.frame.cors import BASIC, CORS, PRIVATE, VARY
from folkmoot.doors.frame.door import Door, Route
from folkmoot.doors.frame.faults import Broken, ClientGone, TooLarge, TooSlow, forced_headers, forced_status
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.http import Http
from folkmoot.doors.frame.limits import Limiter, RateReached
from folkmoot.store.errors import StoreUnavailable
from folkmoot.wire.request import Endpoint

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.doors")
QUESTIONS, LONG_QUERY = 4096, 256
"""So many questions are kept bound, of queries up to so many bytes."""


class Mount:
    """A door in a running process: the door, the house and the door's rate limits."""

    def __init__(self, door: Door, house: House) -> None:
        self.door = door
        self.house = house
        self.limiter = Limiter(door.limits, lambda: house.clock(), on=house.settings.rate_limits)
        self._questions: dict[tuple[Any, ...], Any] = {}
        self._large_turns = asyncio.Semaphore(3)
        self._sending: defaultdict[Hashable, list[asyncio.Future[None]]] = defaultdict(list)
        """Who sends large files: the last of each waits for the one before."""
        self._extra: tuple[Header, ...] = (*BASIC, *((VARY,) if door.cors else ()), *door.headers)
        self._foreign: tuple[Header, ...] = (*self._extra, *(CORS if door.cors else ()))

    async def serve(self, route: Route, http: Http, path: dict[str, str]) -> None:
        """Answer one request, whatever happens in it."""
        at = At(http, self.house, self.door, path, route.format)
        try:
            try:
                large = route.large and http.is_large
                answer = await (self._run_large(route, at) if large else self._run(route, at))
            except (Refusal, StoreUnavailable) as refusal:
                answer = self.refused(_own(refusal), http, route.endpoint, at)
        except ClientGone:
            return
        except Exception:
            reference = secrets.token_hex(6)
            log.exception("%s %s failed, reference %s", http.method, http.path, reference)
            answer = self.broken(http, route, reference)
        await self.send(answer, at, route.path)
        if at.caller is not None:
            self.house.sightings.note(at)

    async def send(self, answer: Answer, at: At, path: str = "") -> None:
        """Send with the frame's headers; *path* as it is registered. A failure in the middle of a stream ends the
        connection and is logged."""
        try:
            await answer.send(at.http, self._headers(at, path))
        except (ClientGone, OSError):
            return  # the client went away
        except Exception:
            log.exception("%s %s: failed while the answer was sent", at.http.method, at.http.path)
            raise

    def _headers(self, at: At, path: str) -> Sequence[Header]:
        usual = self._foreign if b"origin" in at.http.headers else self._extra
        if (own := self.door.path_headers.get(path)) is not None:
            usual = (*usual, own)
        if at.caller is None and at.rate is None:
            return usual
        extra = [*usual]
        if at.caller is not None:
            extra.append(PRIVATE)
        if at.rate is not None:
            extra += at.rate.headers()
        return extra

    async def _run_large(self, route: Route, at: At) -> Answer:
        """A large file: who sends it is known before it is read, and few are held in memory at once, of each sender one
        after the other, so that nobody takes all turns."""
        if self.door.before is not None and route.auth != "none":
            await self.door.before(at)
        await self.house.store.aread(lambda tx: self._enter(route, at, tx))
        at.http.roomy = True
        queue = self._sending[sender := at.viewer.account_id or at.http.ip]
        before, done = queue[-1:], asyncio.get_running_loop().create_future()
        queue.append(done)
        try:
            await asyncio.wait(before) if before else None
            async with self._large_turns:
                return await self._run(route, at)
        finally:
            done.set_result(None)
            queue.remove(done)
            if not queue:
                self._sending.pop(sender, None)

    async def _run(self, route: Route, at: At) -> Answer:
        if route.stands and (stood := await self.house.standing.early(route, at)) is not None:
            self._count(route, at)
            return stood
        ask, fault = None, None
        if self.door.before is not None and route.auth != "none":
            await self.door.before(at)
        if route.ask is not None:
            try:
                if at.http.has_body:
                    ask = await bind(route.ask, at.http, at.path, self.door.rules)
                else:
                    ask = self._asked(route, at)
            except (TooLarge, TooSlow):
                raise
            except Invalid as error:
                fault = error  # told only to those who may call at all
        store = self.house.store
        if fault is not None:
            await store.aread(lambda tx: self._enter(route, at, tx))
            raise fault
        if route.is_async or route.tx == "none":
            if self._asks(route):
                await store.aread(lambda tx: self._enter(route, at, tx))
            answer = route.handler(at) if route.ask is None else route.handler(at, ask)
            made = self._answer(route, at, await answer if route.is_async else answer)
        else:
            run = store.awrite if route.tx == "write" else store.aread
            made = await run(lambda tx: self._within(route, at, ask, tx))
        return await made.make() if isinstance(made, Later) else made

    def _asked(self, route: Route, at: At) -> Any:
        """What a request without a body asks. Clients ask the same again and again, so an answer is kept by the words
        of the question: handlers don't change what they are given."""
        query = at.http.query
        if len(query) > LONG_QUERY:
            return fill(route.ask, gather(query, "", b"", at.path, self.door.rules), self.door.rules)
        key = (route.ask, query, *at.path.values())
        ask = self._questions.get(key)
        if ask is None:
            ask = fill(route.ask, gather(query, "", b"", at.path, self.door.rules), self.door.rules)
            if len(self._questions) >= QUESTIONS:
                self._questions.clear()
            self._questions[key] = ask
        return ask

    def _within(self, route: Route, at: At, ask: Any, tx: Tx) -> Answer | Later:
        at._tx = tx
        try:
            self._enter(route, at, tx)
            if route.stands:
                return self.house.standing.answer(route, at, lambda: self._made(route, at, ask))
            return self._made(route, at, ask)
        finally:
            at._tx = None

    def _made(self, route: Route, at: At, ask: Any) -> Answer | Later:
        return self._answer(route, at, route.handler(at) if route.ask is None else route.handler(at, ask))

    def _asks(self, route: Route) -> bool:
        return (
            route.auth != "none"
            or self.limiter.on
            or (route.endpoint is not None and self.door.check is not None)
        )

    def _enter(self, route: Route, at: At, tx: Tx) -> None:
        """Who is it, how often, and may they? A store may run this twice; a request is counted once."""
        refusal: Unauthenticated | None = None
        if route.auth != "none":
            try:
                at.viewer, at.caller = self.door.authenticate(tx, at.http, route.endpoint)
            except Unauthenticated as error:
                refusal = error
        self._count(route, at)
        if refusal is not None:
            raise refusal
        if route.endpoint is not None and self.door.check is not None:
            self.door.check(at, route.endpoint)

    def _count(self, route: Route, at: At) -> None:
        """One more request of this caller. Raises RateReached."""
        if not self.limiter.on or at.rate is not None:
            return
        if rules := self.limiter.matching(at.http.method, route.path):
            token_id = (at.caller.token_id if at.caller is not None else None) or 0
            at.rate = self.limiter.take(
                rules, at.viewer.account_id, at.http.ip, token_id=token_id, query=at.http.query
            )

    def _answer(self, route: Route, at: At, result: Any) -> Answer | Later:
        if isinstance(result, Response | Later):
            return result
        if isinstance(result, Answered):
            inner = result.body if isinstance(result.body, Response) else self.door.encode(result.body, at)
            headers = with_extra(result.headers, inner.headers)
            return Response(result.status, inner.content, headers, inner.content_type)
        if hasattr(result, "send"):
            sendable: Answer = result
            return sendable
        if route.endpoint is None:
            raise TypeError(f"{route.name} returned {type(result).__name__}, which can't be sent")
        return self.door.encode(result, at)

    def refused(
        self, refusal: Refusal, http: Http, endpoint: Endpoint | None, at: At | None = None
    ) -> Response:
        """*refusal* in the door's form, with the status and headers that HTTP itself asks for."""
        if at is not None and isinstance(refusal, RateReached):
            at.rate = refusal.rate
        answer = self.door.refuse(refusal, http, endpoint)
        status = forced_status(refusal) or answer.status
        headers = forced_headers(refusal)
        if status == answer.status and not headers:
            return answer
        return Response(status, answer.body, with_extra(headers, answer.headers), answer.content_type)

    def broken(self, http: Http, route: Route | None, reference: str) -> Response:
        """The door's own form of "we failed"; the client learns only the log's *reference*."""
        try:
            return self.refused(Broken(reference), http, route.endpoint if route else None)
        except Exception:
            log.exception("door %s can't refuse, reference %s", self.door.name, reference)
            return Response.text(f"internal error (reference {reference})", 500)

    async def serve_websocket(self, route: Route, http: Http, path: dict[str, str]) -> None:
        """Run a WebSocket's handler; refusals before it is accepted are answered over HTTP, later ones close
        it."""
        socket = WebSocket(http.scope, http.receive, http.send)
        at = At(http, self.house, self.door, path, route.format)
        try:
            if self._asks(route):
                await self.house.store.aread(lambda tx: self._enter(route, at, tx))
            self.house.sightings.note(at)
            await route.handler(at, socket)
        except (WebSocketDisconnect, ClientGone):
            return
        except (Refusal, StoreUnavailable) as refusal:
            await _deny(socket, self.refused(_own(refusal), http, None, at), 1008)
        except Exception:
            reference = secrets.token_hex(6)
            log.exception("websocket %s failed, reference %s", http.path, reference)
            await _deny(socket, self.broken(http, route, reference), 1011)


def _own(refusal: Refusal | StoreUnavailable) -> Refusal:
    if isinstance(refusal, Refusal):
        return refusal
    log.warning("the store is unavailable: %s", refusal)
    return Unavailable("try again later", code="unavailable")


async def _deny(socket: WebSocket, answer: Response, code: int) -> None:
    if WebSocketState.DISCONNECTED in (socket.client_state, socket.application_state):
        return
    try:
        if socket.application_state == WebSocketState.CONNECTED:
            await socket.close(code)
        elif "websocket.http.response" in socket.scope.get("extensions", {}):
            reply = StarletteResponse(answer.body, answer.status)
            reply.raw_headers += [*answer.headers, (b"content-type", answer.content_type)]
            await socket.send_denial_response(reply)
        else:
            await socket.close(code)
    except (RuntimeError, OSError, WebSocketDisconnect):
        log.debug("a refused websocket was gone already")
