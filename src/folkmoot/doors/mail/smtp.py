"""One connection of LMTP (RFC 2033) or SMTP (RFC 5321): strict about where a message ends, bounded in all else."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote

from folkmoot.doors.frame.house import House
from folkmoot.doors.mail import replies
from folkmoot.doors.mail.incoming import END, Incoming
from folkmoot.doors.mail.receive import Envelope, deliver, recipient
from folkmoot.doors.mail.recipients import Recipient
from folkmoot.doors.mail.replies import Reply
from folkmoot.kit.mail.addresses import is_valid_address
from folkmoot.kit.mail.authentication import Origin
from folkmoot.kit.outward import is_public, networks
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.doors.mail.servers import Room, Share

log = logging.getLogger("folkmoot.mail")
MAX_COMMAND = 4_096
"""Octets of one command line, more than RFC 5321 4.5.3.1.4 and the extensions ask for."""
MAX_RECIPIENTS = 1_000
MAX_FAULTS = 30
"""Commands that were no commands, or out of order; then the connection is closed."""
IDLE_SECONDS = 300
MESSAGE_SECONDS = 900
"""So long a message may take to come in: it holds room that others wait for."""
CHUNK = 65_536

_PATH = re.compile(r"<(?:@[^:<>]{1,255}:)?([^<>]{0,400})>((?:\s+[^\s]{1,1000}){0,10})\s*\Z")
_SYNTAX = Reply(501, "5.5.4", "syntax error in parameters")
_ORDER = Reply(503, "5.5.1", "bad sequence of commands")
_OK = Reply(250, "2.0.0", "ok")
_BYE = Reply(221, "2.0.0", "bye")
_UNKNOWN = Reply(500, "5.5.2", "no such command")
_FIXED = {
    "NOOP": _OK,
    "VRFY": Reply(252, "2.5.0", "send a message and see"),
    "HELP": Reply(214, "2.0.0", "RFC 5321"),
    "STARTTLS": Reply(502, "5.5.1", "no TLS here: this port is for a mail server in front"),
    "AUTH": Reply(502, "5.5.1", "no login here"),
}
_HTTP = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT"})
"""Words of a browser that a page sent here: what follows its headers must never be read as commands."""
_GO = b"354 end data with <CR><LF>.<CR><LF>\r\n"


class Gone(Exception):
    """The other side went away, or was silent for too long."""


class Session:
    """One connection. *lmtp*: an answer for each recipient behind DATA."""

    def __init__(
        self,
        house: House,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        room: Room,
        *,
        lmtp: bool,
    ) -> None:
        self.house = house
        self.reader = reader
        self.writer = writer
        self.room = room
        self.lmtp = lmtp
        self.buffer = bytearray()
        self.answers = bytearray()
        self.greeted = False
        self.helo = ""
        self.peer = str((writer.get_extra_info("peername") or ("",))[0])
        self.may_tell = _is_ours(self.peer, house.settings.trusted_proxies)
        self.told: dict[str, str] = {}
        self.sender: str | None = None
        self.recipients: list[Recipient] = []
        self.faults = 0
        self.limit = house.settings.mail_max_bytes
        self.folder = house.settings.folder / "blobs" / "tmp"

    async def run(self) -> None:
        """Serve until QUIT, the end of the connection, or too much nonsense."""
        kind = "LMTP" if self.lmtp else "ESMTP"
        await self._send(f"220 {self.house.settings.list_domain} {kind} Folkmoot\r\n".encode())
        while self.faults < MAX_FAULTS:
            line = await self._line()
            if line is None:
                self.faults += 1
                await self._send(Reply(500, "5.5.2", "line too long").line())
                continue
            verb, _, rest = line.decode("utf-8", "surrogateescape").partition(" ")
            if verb.upper() == "QUIT":
                await self._send(_BYE.line())
                break
            if verb.upper() in _HTTP:
                await self._send(Reply(421, "4.7.0", "this is no web server").line())
                break
            await self._do(verb.upper(), rest.strip())
        else:
            await self._send(Reply(421, "4.7.0", "too many errors").line())
        await self._flush()

    async def _do(self, verb: str, rest: str) -> None:
        if verb in ("EHLO", "HELO", "LHLO"):
            await self._greet(verb, rest)
        elif verb == "DATA":
            await self._data(rest)
        elif verb == "RCPT":
            await self._answer(await self._rcpt(rest))
        else:
            work = {"MAIL": self._mail, "RSET": self._reset, "XFORWARD": self._forwarded}.get(verb)
            await self._answer(_FIXED.get(verb, _UNKNOWN) if work is None else work(rest))

    async def _answer(self, reply: Reply) -> None:
        if 500 <= reply.code <= 503:
            self.faults += 1
        await self._send(reply.line())

    async def _greet(self, verb: str, rest: str) -> None:
        if (verb == "LHLO") != self.lmtp:
            await self._answer(_UNKNOWN)
            return
        if not rest:
            await self._answer(_SYNTAX)
            return
        self.greeted = True
        self.helo = rest[:253]
        self._reset("")
        domain = self.house.settings.list_domain
        if verb == "HELO":
            await self._send(f"250 {domain}\r\n".encode())
            return
        offers = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", f"SIZE {self.limit}"]
        if self.may_tell:
            offers.append("XFORWARD ADDR HELO NAME PROTO PORT IDENT SOURCE")
        lines = [f"250-{domain}", *(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"]
        await self._send("".join(f"{line}\r\n" for line in lines).encode())

    def _reset(self, rest: str) -> Reply:
        self.sender = None
        self.recipients = []
        return _OK

    def _forwarded(self, rest: str) -> Reply:
        """What a mail server of ours tells of who gave the mail to it (Postfix XFORWARD)."""
        if not self.may_tell or self.sender is not None or not self.greeted:
            return _ORDER
        for word in rest.split()[:20]:
            name, sign, value = word.partition("=")
            if not sign:
                return _SYNTAX
            self.told[name.upper()] = unquote(value.replace("+", "%"))[:253]
        return _OK

    def _origin(self, sender: str) -> Origin | None:
        """Who hands the mail in, if that is somebody outside."""
        ip = self.told.get("ADDR", self.peer).lower().removeprefix("ipv6:").removeprefix("::ffff:")
        return Origin(ip, self.told.get("HELO", self.helo), sender) if is_public(ip) else None

    def _mail(self, rest: str) -> Reply:
        if not self.greeted or self.sender is not None:
            return _ORDER
        path = _path(rest, "FROM:")
        if path is None:
            return _SYNTAX
        address, options = path
        if address and not is_valid_address(address):
            return Reply(553, "5.1.7", "this is no address")
        size = next((o[5:] for o in options if o.upper().startswith("SIZE=")), "0")
        if not size.isdecimal():
            return _SYNTAX
        if len(size) > 15 or int(size) > self.limit:
            return replies.TOO_BIG
        self.sender = address
        return _OK

    async def _rcpt(self, rest: str) -> Reply:
        if self.sender is None:
            return _ORDER
        path = _path(rest, "TO:")
        if path is None:
            return _SYNTAX
        if len(self.recipients) >= MAX_RECIPIENTS:
            return Reply(452, "4.5.3", "too many recipients")
        try:
            found = await recipient(self.house, path[0]) if is_valid_address(path[0]) else None
        except StoreUnavailable:
            return replies.LATER
        if found is None:
            return replies.NOBODY
        self.recipients.append(found)
        return _OK

    async def _data(self, rest: str) -> None:
        if self.sender is None or rest:
            await self._answer(_ORDER if self.sender is None else _SYNTAX)
            return
        if not self.recipients:
            await self._answer(Reply(503, "5.5.1", "no valid recipients"))
            return
        await self._send(_GO)
        sender, recipients = self.sender, self.recipients
        self._reset("")
        incoming = Incoming(self.folder)
        async with self.room.share() as share:
            try:
                async with asyncio.timeout(MESSAGE_SECONDS):
                    refused = await self._message(incoming, share)
                if refused is not None:
                    answers = [refused] * len(recipients)
                else:
                    answers = await self._taken(sender, recipients, incoming)
            except TimeoutError as error:
                raise Gone from error
            finally:
                incoming.forget()
        if not self.lmtp:
            answers = [_for_all(answers)]
        await self._send(b"".join(answer.line() for answer in answers))
        await self._flush()

    async def _taken(self, sender: str, recipients: list[Recipient], incoming: Incoming) -> list[Reply]:
        """Deliver what came in, few large mails at once."""
        origin, ours = self._origin(sender), not is_public(self.peer)
        self.told = {}
        async with self.room.reading if incoming.is_large else contextlib.nullcontext():
            envelope = Envelope(sender, recipients, b"", origin, by_ours=ours)
            try:
                envelope.data = (
                    await asyncio.to_thread(incoming.read) if incoming.is_large else incoming.read()
                )
            except OSError as error:
                log.warning("a mail from <%s> could not be read back: %s", sender, error)
                return [replies.NO_SPACE] * len(recipients)
            return await deliver(self.house, envelope)

    async def _message(self, incoming: Incoming, share: Share) -> Reply | None:
        """Let the message come in; why it is not taken, if so: what is too much, or too slow for its size, is read to
        its end and forgotten."""
        refused: Reply | None = None
        data: bytes | bytearray = self.buffer
        self.buffer = bytearray()
        while True:
            self.buffer += incoming.feed(data)
            if incoming.ended:
                break
            refused = refused or await self._objection(incoming, share)
            if refused is not None:
                share.give_up()
                incoming.forget()
            try:
                data = await self._chunk(share.patience)
            except TimeoutError:
                data, refused = b"", replies.TOO_SLOW
        if refused is None and incoming.octets > self.limit:
            refused = replies.TOO_BIG
        return refused

    async def _objection(self, incoming: Incoming, share: Share) -> Reply | None:
        """Why a message of so many octets by now is not taken; None where it may go on."""
        octets = incoming.octets
        if octets > self.limit + len(END):
            return replies.TOO_BIG
        if not await share.fits(octets):
            return replies.NO_SPACE
        try:
            await incoming.relieve()
        except OSError as error:
            log.warning("a mail on its way in does not fit on the disk: %s", error)
            return replies.NO_SPACE
        return None if share.keeps_up(octets) else replies.TOO_SLOW

    async def _line(self) -> bytes | None:
        """The next command without its line end; None for one that is too long."""
        too_long = False
        while (at := self.buffer.find(b"\n")) < 0:
            if len(self.buffer) > MAX_COMMAND:
                too_long = True
                self.buffer.clear()
            self.buffer += await self._chunk()
        line = bytes(self.buffer[:at]).rstrip(b"\r")
        del self.buffer[: at + 1]
        return None if too_long or len(line) > MAX_COMMAND else line

    async def _chunk(self, patience: float | None = None) -> bytes:
        """What comes next. Raises Gone; TimeoutError where nothing comes within *patience*, seconds."""
        await self._flush()
        try:
            async with asyncio.timeout(patience or IDLE_SECONDS):
                data = await self.reader.read(CHUNK)
        except (TimeoutError, OSError) as error:
            if patience is not None and isinstance(error, TimeoutError):
                raise
            raise Gone from error
        if not data:
            raise Gone
        return data

    async def _send(self, data: bytes) -> None:
        """Answers leave together when nothing is left to answer: who pipelines (RFC 2920) gets them in one piece."""
        self.answers += data
        if len(self.answers) > CHUNK:
            await self._flush()

    async def _flush(self) -> None:
        if not self.answers:
            return
        data, self.answers = bytes(self.answers), bytearray()
        try:
            self.writer.write(data)
            if self.writer.transport.get_write_buffer_size() < CHUNK:
                return
            async with asyncio.timeout(IDLE_SECONDS):
                await self.writer.drain()
        except (TimeoutError, OSError) as error:
            raise Gone from error


def _path(rest: str, word: str) -> tuple[str, list[str]] | None:
    """The address and the options of MAIL FROM:<…> or RCPT TO:<…>."""
    if rest[: len(word)].upper() != word:
        return None
    match = _PATH.match(rest[len(word) :].strip())
    return None if match is None else (match[1].strip(), match[2].split())


def _is_ours(peer: str, trusted: str) -> bool:
    """Whether the other side is a mail server of ours, which may say who gave a mail to it."""
    try:
        address = ip_address(peer)
        return address.is_loopback or any(address in network for network in networks(trusted))
    except ValueError:
        return False


def _for_all(answers: list[Reply]) -> Reply:
    """SMTP has one answer for all recipients: good if any took it, else the kindest of the refusals."""
    good = [answer for answer in answers if answer.good]
    later = [answer for answer in answers if 400 <= answer.code < 500]
    return (good or later or answers)[0]
