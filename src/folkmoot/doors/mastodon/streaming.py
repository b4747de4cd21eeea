"""Streaming: server-sent events on a path for each stream, and one WebSocket that carries any number of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response as StarletteResponse
from starlette.websockets import WebSocket

from folkmoot.domain.errors import NotFound, TooMany
from folkmoot.domain.people.logins import Token
from folkmoot.doors.frame.answers import Answer, Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.streams import EventStream, Subscriber, run_ws
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.streams import PER_SOCKET, Place, StreamRefused, place_of
from folkmoot.doors.mastodon.streams_live import Live, live_of
from folkmoot.wire.mastodon.errors import Error
from folkmoot.wire.mastodon.streaming import STREAM_PATHS, WEBSOCKET_PATH, StreamCommand, StreamError

UNKNOWN = "unknown"
"""Stands for a path that names no stream: the refusal comes after that of the token, as servers have it."""
HELLO = b":)\n"
MAX_COMMAND = 4096
"""Longest command on the WebSocket, in bytes."""
_ON = frozenset(("1", "true", "t", "on", "yes"))
_BUSY = "Too many open streams"


def attach(house: House) -> None:
    """Follow the journal live: to be called once in a process that serves."""
    house.store.follow(live_of(house).heard)


def detach(house: House) -> None:
    """End all streams, so that nobody waits for them when the process is to stop; clients connect again."""
    live_of(house).seats.close_all()


def asked(at: At) -> dict[str, str]:
    """The query; the first of a repeated parameter counts."""
    try:
        pairs = parse_qsl(at.http.query.decode("latin-1"), errors="replace", max_num_fields=32)
    except ValueError:
        raise StreamRefused(400, "Unknown channel requested") from None
    return dict(reversed(pairs))


def secret_of(at: At, query: dict[str, str]) -> str:
    """The access token from the header, the query, or the WebSocket's sub-protocol."""
    scheme, _, secret = at.http.header("authorization").strip().partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        return secret.strip()
    protocols: list[str] = at.http.scope.get("subprotocols") or []
    return query.get("access_token", "") or (protocols[0] if protocols else "")


def _events_of(name: str) -> Callable[[At], Awaitable[Answer]]:
    async def events(at: At) -> Answer:
        try:
            return await _events(at, name)
        except StreamRefused as refusal:
            return Response.json(Error(error=refusal.message), refusal.status)
        except TooMany:
            return Response.json(Error(error=_BUSY), 429, [(b"retry-after", b"60")])

    return events


async def _events(at: At, name: str) -> Answer:
    query = asked(at)
    name = name or query.get("stream", "")
    if not name:
        raise NotFound(what="path")
    if (
        name.startswith("public")
        and query.get("only_media", "").lower() in _ON
        and not name.endswith(":media")
    ):
        name += ":media"
    live = live_of(at.house)
    token = await live.enter(secret_of(at, query))
    place = place_of(name, query.get("tag", ""), query.get("list", ""), unknown="Unknown channel requested")
    reader = Subscriber("sse", owner=token.id, ip=at.http.ip)
    await live.open(reader, token, [place])
    return EventStream(live.seats, reader, hello=HELLO)


for _path, _name in STREAM_PATHS.items():
    door.raw("GET", _path, auth="none", tx="none", name=f"stream {_name}")(_events_of(_name))
door.raw("GET", WEBSOCKET_PATH, auth="none", tx="none", name="stream")(_events_of(""))
for _path in ("/{word}", "/{word}/{more}"):
    door.raw("GET", f"{WEBSOCKET_PATH}{_path}", auth="none", tx="none", name="stream unknown")(
        _events_of(UNKNOWN)
    )


@door.websocket(WEBSOCKET_PATH, auth="none", name="streams")
@door.websocket(f"{WEBSOCKET_PATH}/{{rest:path}}", auth="none", name="streams")
async def socket(at: At, ws: WebSocket) -> None:
    """One WebSocket: refused over HTTP before it is accepted, by messages afterwards.

    The query and the commands alone name its streams: what follows in the path says nothing, as with Mastodon.
    """
    live = live_of(at.house)
    try:
        query = asked(at)
        token = await live.enter(secret_of(at, query))
        reader = Subscriber("ws", owner=token.id, ip=at.http.ip)
        talk = Talk(live, token, reader)
        live.seats.join(reader, ())
    except StreamRefused as refusal:
        await _deny(ws, refusal.status, refusal.message)
        return
    except TooMany:
        await _deny(ws, 429, _BUSY)
        return
    try:
        if query.get("stream"):
            command = StreamCommand(type="subscribe", stream=query["stream"])
            await talk.obey(command, query.get("tag", ""), query.get("list", ""))
        await ws.accept(subprotocol=next(iter(at.http.scope.get("subprotocols") or ()), None))
        await run_ws(at.http, reader, talk.heard)
    finally:
        live.seats.leave(reader)


async def _deny(ws: WebSocket, status: int, message: str) -> None:
    if "websocket.http.response" in ws.scope.get("extensions", {}):
        body = msgspec.json.encode(Error(error=message))
        await ws.send_denial_response(StarletteResponse(body, status, media_type="application/json"))
    else:
        await ws.close(1008)


class Talk:
    """What a client says on its WebSocket."""

    __slots__ = ("live", "places", "reader", "token")

    def __init__(self, live: Live, token: Token, reader: Subscriber) -> None:
        self.live = live
        self.token = token
        self.reader = reader
        self.places: set[Place] = set()

    async def heard(self, text: str) -> None:
        """Take a command; what is no command is answered with an error."""
        try:
            if len(text) > MAX_COMMAND:
                raise msgspec.DecodeError("too long")
            command = _COMMAND.decode(text)
        except msgspec.DecodeError:
            self._refuse(400, "Bad message")
            return
        await self.obey(command, _text(command.tag), _text(command.list))

    async def obey(self, command: StreamCommand, tag: str, list_id: str) -> None:
        """Subscribe or unsubscribe; again changes nothing."""
        try:
            place = place_of(command.stream, tag, list_id)
            if command.type == "unsubscribe":
                self._drop(place)
            elif place not in self.places:
                await self._add(place)
        except StreamRefused as refusal:
            self._refuse(refusal.status, refusal.message)

    async def _add(self, place: Place) -> None:
        if len(self.places) >= PER_SOCKET:
            raise StreamRefused(429, "Too many streams on one connection")
        await self.live.open(self.reader, self.token, [place])
        self.places.add(place)

    def _drop(self, place: Place) -> None:
        if place in self.places:
            self.places.remove(place)
            self.live.close(self.reader, self.token, place)

    def _refuse(self, status: int, message: str) -> None:
        self.reader.push(msgspec.json.encode(StreamError(error=message, status=status)))


_COMMAND = msgspec.json.Decoder(StreamCommand)


def _text(value: str | msgspec.UnsetType) -> str:
    return value if isinstance(value, str) else ""
