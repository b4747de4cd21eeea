"""A chat heard live: server-sent events, and a WebSocket on which one speaks too."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec
from starlette.websockets import WebSocket

from folkmoot.domain.errors import Forbidden, Refusal, Unauthenticated
from folkmoot.domain.sections import chats, lines
from folkmoot.doors.frame.answers import Answer
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.bind import bind_values
from folkmoot.doors.frame.streams import EventStream, Subscriber, run_ws
from folkmoot.doors.groupsio import present_chats as present
from folkmoot.doors.groupsio.chat_live import Ear, LiveChats, chats_of, frames
from folkmoot.doors.groupsio.chats import WORDS, rephrase, said, speak, withdraw
from folkmoot.doors.groupsio.door import SCOPE, Refused, authenticate, door
from folkmoot.doors.groupsio.door import said as told
from folkmoot.doors.groupsio.wording import worded
from folkmoot.store.errors import StoreUnavailable
from folkmoot.wire.groupsio.chat import ChatMessage, ChatSub
from folkmoot.wire.groupsio.chat_requests import STREAM_PATHS, ChatCommand, ChatStream
from folkmoot.wire.groupsio.result import Error

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

CATCH_UP: Final = 100
"""So many missed lines are sent at the beginning; who missed more reads the history."""
MAX_COMMAND: Final = 20_000
HELLO: Final = b":)\n\n"


def _owner(at: At) -> tuple[Hashable, int]:
    """(whose stream it is, the session that it ends with or 0 for a token)."""
    caller = at.caller
    if caller is None or not at.viewer.known:
        raise Unauthenticated("log in first", code="login_required")
    if caller.session_id is not None:
        return ("session", caller.session_id), caller.session_id
    if SCOPE not in caller.scopes and "read" not in caller.scopes:
        raise Forbidden("the token does not reach so far", code="scope")
    return ("token", caller.token_id), 0


def _missed(tx: Tx, at: At, ask: ChatStream) -> list[ChatMessage]:
    """The chat is one that the viewer is in; what came after *since*."""
    with worded(WORDS):
        chat, room = chats.see(tx, at.viewer, ask.chat_id)
        chats.require_open(chat)
        if not chats.own_seats(tx, at.viewer, [chat.id]):
            raise chats.not_in_chat()
        if ask.since is None:
            return []
        found = lines.since(tx, at.viewer, chat.id, ask.since, CATCH_UP)
    return said(tx, at, found, room, old=True)


async def _listen(at: At, ask: ChatStream, reader: Subscriber, session_id: int) -> LiveChats:
    """Let the reader hear the chat: first what it missed, then what comes. Raises Refusal."""
    live = chats_of(at.house)
    # Heard from now on, looked at after that: nothing can fall between the two, at worst it comes twice.
    live.rooms.sit(reader, Ear(ask.chat_id, at.viewer.account_id, session_id))
    try:
        missed = await at.read(lambda tx: _missed(tx, at, ask))
    except BaseException:
        live.rooms.leave(reader)
        raise
    queued = reader.take_now()
    for message in missed:
        sse, ws = frames("chat_message", message)
        reader.push(sse if reader.kind == "sse" else ws)
    for item in queued:
        reader.push(item)
    return live


async def events(at: At, ask: ChatStream) -> Answer:
    """The chat as server-sent events."""
    owner, session_id = _owner(at)
    reader = Subscriber("sse", owner=owner, ip=at.http.ip)
    live = await _listen(at, ask, reader, session_id)
    return EventStream(live.rooms, reader, hello=HELLO)


async def socket(at: At, ws: WebSocket) -> None:
    """The chat on a WebSocket; what goes wrong with a command is told as an error object."""
    owner, session_id = _owner(at)
    _from_here(at)
    ask = bind_values(ChatStream, door.rules, query=at.http.query)
    reader = Subscriber("ws", owner=owner, ip=at.http.ip)
    live = await _listen(at, ask, reader, session_id)
    try:
        await ws.accept()
        await run_ws(at.http, reader, Talk(at, ask.chat_id, reader).heard)
    finally:
        live.rooms.leave(reader)


def _from_here(at: At) -> None:
    """A browser sends its cookies whatever page opens the socket, but says which; only ours may. Raises Refused."""
    origin = at.http.header("origin")
    if at.caller is not None and at.caller.way == "cookie" and origin:
        own = {urlsplit(at.house.settings.base_url).netloc.lower(), at.http.header("host").lower()}
        if urlsplit(origin).netloc.lower() not in own:
            raise Refused("", "bad_csrf")


for _path in STREAM_PATHS:
    door.raw("GET", _path, ask=ChatStream, auth="user", tx="none", name="chat stream")(events)
    door.websocket(_path, auth="user", name="chat socket")(socket)


class Talk:
    """What a client says on its WebSocket."""

    __slots__ = ("at", "chat_id", "reader")

    def __init__(self, at: At, chat_id: int, reader: Subscriber) -> None:
        self.at = at
        self.chat_id = chat_id
        self.reader = reader

    async def heard(self, text: str) -> None:
        """Do what a command says; what became of it comes back as everybody hears it."""
        try:
            if len(text) > MAX_COMMAND:
                raise msgspec.DecodeError("too long")
            command = _COMMAND.decode(text)
        except msgspec.DecodeError:
            self._push(Error(type="bad_request", extra="invalid command"))
            return
        try:
            answer = await self.at.write(lambda tx: self._obey(tx, command))
        except Refusal as refusal:
            type_, extra = told(refusal)
            self._push(Error(type=type_, extra=extra))
            if isinstance(refusal, Unauthenticated):
                self.reader.close()
        except StoreUnavailable:
            self._push(Error(type="server", extra="try again later"))
        else:
            if isinstance(answer, ChatSub):
                self._push(answer)

    def _obey(self, tx: Tx, command: ChatCommand) -> Any:
        at, number = self.at, command.msg_num
        # Who has logged out meanwhile, or was shut out, says nothing any more.
        at.viewer, at.caller = authenticate(tx, at.http, None)
        if not at.viewer.known or at.caller is None:
            raise Unauthenticated("log in again", code="login_required")
        if at.caller.way != "cookie" and not {SCOPE, "write"} & at.caller.scopes:
            raise Forbidden("the token does not reach so far", code="scope")
        if command.type == "message":
            return speak(tx, at, self.chat_id, command.message)
        if command.type == "edit":
            return rephrase(tx, at, self.chat_id, number, command.message)
        if command.type == "delete":
            return withdraw(tx, at, self.chat_id, number)
        chat, _ = chats.see(tx, at.viewer, self.chat_id)
        with worded(WORDS):
            return present.seat(chats.mark_seen(tx, at.viewer, chat.id, number), chat.group_id)

    def _push(self, thing: Any) -> None:
        self.reader.push(msgspec.json.encode(thing))


_COMMAND = msgspec.json.Decoder(ChatCommand)
