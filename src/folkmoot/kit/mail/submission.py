"""Hands mail to a relay over one connection: TLS, login, and many mails one behind the other, pipelined (RFC 2920)."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from folkmoot.kit.mail.wire import Answer, Lost, Wire

Tls = Literal["auto", "require", "implicit", "never"]
SECONDS = 60.0
END_SECONDS = 120.0
"""A relay may look at a message before it takes it (RFC 5321, 4.5.3.2.6 has ten minutes; our lease is shorter)."""
_LOOPBACK = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|::1)\Z")
_RELAY_CODES = frozenset({421, 454, 530, 534, 535, 538})
"""These speak of the connection or of our login, not of a mail."""


class Relay(msgspec.Struct, frozen=True):
    """Where mail is handed to. *tls*: auto takes it where it is offered, without asking who is there unless there is a
    password to protect; require and implicit insist, and check the certificate."""

    host: str
    port: int
    name: str
    """What we call ourselves."""
    tls: Tls = "auto"
    user: str = ""
    password: str = ""


class Letter(msgspec.Struct, frozen=True):
    """One mail to one receiver, with an envelope of its own; *key* is the caller's."""

    key: object
    sender: str
    receiver: str
    data: Callable[[], bytes]


class Outcome(msgspec.Struct, frozen=True):
    """What became of a letter: code 250 for taken. *here*: not even tried, as this relay lacks something."""

    code: int
    text: str
    here: bool = False

    @property
    def taken(self) -> bool:
        return 200 <= self.code < 300

    @property
    def for_good(self) -> bool:
        return self.code >= 500


Next = Callable[[], Letter | None]
Tell = Callable[[Letter, Outcome], Awaitable[None]]


class Submission:
    """A connection that is greeted and, where there is a login, logged in."""

    def __init__(self, wire: Wire, offers: dict[str, str]) -> None:
        self.wire = wire
        self.offers = offers
        self.gave = False
        """Whether a message was begun to be handed over since `run` began."""

    @classmethod
    async def open(cls, relay: Relay) -> Submission:
        """Connect, encrypt, log in. Raises Lost."""
        context = _context(relay)
        wire = await Wire.open(relay.host, relay.port, SECONDS, context if relay.tls == "implicit" else None)
        try:
            return await cls._greeted(wire, relay, context)
        except BaseException:
            wire.close()
            raise

    @classmethod
    async def _greeted(cls, wire: Wire, relay: Relay, context: ssl.SSLContext) -> Submission:
        hello = await wire.read()
        if hello.code != 220:
            raise Lost(str(hello))
        offers = await _ehlo(wire, relay)
        if relay.tls in ("auto", "require") and not wire.encrypted:
            if "STARTTLS" in offers:
                await wire.write(b"STARTTLS\r\n")
                ready = await wire.read()
                if ready.code != 220:
                    raise Lost(f"STARTTLS: {ready}")
                await wire.start_tls(context, relay.host)
                offers = await _ehlo(wire, relay)
            elif relay.tls == "require":
                raise Lost("the relay offers no TLS, which the settings require")
        if relay.user:
            await _log_in(wire, relay, offers)
        return cls(wire, offers)

    @property
    def usable(self) -> bool:
        return not self.wire.closed and not self.wire.buffer

    async def run(self, next_letter: Next, tell: Tell) -> None:
        """Send until there is no next letter; each is told of as soon as its answer is there.

        With PIPELINING the envelope of a letter travels with the end of the one before, so that a letter costs one
        round trip. Raises Lost; a letter whose end was not answered was not told of then.
        """
        self.gave = False
        letter = await self._next(next_letter, tell)
        together = "PIPELINING" in self.offers
        begun = False
        while letter is not None:
            if not begun and together:
                await self.wire.write(self._envelope(letter))
            refusal, open_ = await self._answers(letter, together=together)
            begun = False
            following: Letter | None = None
            if refusal is None:
                end = _stuffed(letter.data())
                self.gave = True
                following = await self._next(next_letter, tell)
                if following is not None and together:
                    end, begun = end + self._envelope(following), True
                await self.wire.write(end)
                answer = await self.wire.read(END_SECONDS)
                self.wire.used_for += 1
                await tell(letter, _outcome(answer))
                if answer.code == 421:
                    raise Lost(str(answer))
            else:
                await self._put_right(open_=open_)
                await tell(letter, _outcome(refusal))
                following = await self._next(next_letter, tell)
            letter = following

    async def _next(self, next_letter: Next, tell: Tell) -> Letter | None:
        """The next letter that this relay can be asked to take."""
        while (letter := next_letter()) is not None:
            ascii_only = letter.receiver.isascii() and letter.sender.isascii()
            if not ascii_only and "SMTPUTF8" not in self.offers:
                text = "this relay has no way to write to addresses with letters beyond ASCII (SMTPUTF8)"
                await tell(letter, Outcome(553, f"5.6.7 {text}", here=True))
            elif re.search(r"[\x00-\x20<>\x7f]", letter.receiver + letter.sender):
                await tell(letter, Outcome(553, "5.1.3 this is no address", here=True))
            else:
                return letter
        return None

    def _commands(self, letter: Letter) -> list[bytes]:
        options = "" if (letter.receiver + letter.sender).isascii() else " SMTPUTF8"
        return [
            f"MAIL FROM:<{letter.sender}>{options}\r\n".encode(),
            f"RCPT TO:<{letter.receiver}>\r\n".encode(),
            b"DATA\r\n",
        ]

    def _envelope(self, letter: Letter) -> bytes:
        return b"".join(self._commands(letter))

    async def _answers(self, letter: Letter, *, together: bool) -> tuple[Answer | None, bool]:
        """The first refusal of the envelope, if there is one, and whether the relay waits for a message all the same.
        Raises Lost where the relay refuses us, not the letter."""
        refusals: list[Answer] = []
        receivers = 0
        good = False
        for command, wanted in zip(self._commands(letter), (250, 250, 354), strict=True):
            if not together:
                await self.wire.write(command)
            answer = await self.wire.read()
            good = answer.code == wanted or (wanted == 250 and answer.code == 251)
            receivers += good and command.startswith(b"RCPT")
            if not good:
                refusals.append(answer)
                if answer.code in _RELAY_CODES:
                    raise Lost(str(answer))
                if not together:
                    break
        if good and refusals and receivers:
            raise Lost(f"the relay wants a message after {refusals[0]}")  # it would deliver an empty one
        return (refusals[0] if refusals else None), good and bool(refusals)

    async def _put_right(self, *, open_: bool) -> None:
        """After a refusal: end a message that the relay waits for (with nobody to get it), and begin anew."""
        if open_:
            await self.wire.write(b".\r\n")
            await self.wire.read(END_SECONDS)
        await self.wire.write(b"RSET\r\n")
        answer = await self.wire.read()
        if answer.code != 250:
            raise Lost(str(answer))

    async def quit(self) -> None:
        """Say good-bye; what was taken stays taken whatever comes."""
        try:
            await self.wire.write(b"QUIT\r\n")
            await self.wire.read(2.0)
        except Lost:
            return
        finally:
            self.wire.close()


def _context(relay: Relay) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if relay.tls == "auto" and not relay.user:
        # Without a login there is no secret to keep, and a relay in the house often has a home-made certificate.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def _ehlo(wire: Wire, relay: Relay) -> dict[str, str]:
    await wire.write(f"EHLO {relay.name}\r\n".encode("ascii", "replace"))
    answer = await wire.read()
    if answer.code == 250:
        words = [line.partition(" ") for line in answer.lines[1:]]
        return {name.upper(): rest for name, _, rest in words}
    await wire.write(f"HELO {relay.name}\r\n".encode("ascii", "replace"))
    answer = await wire.read()
    if answer.code != 250:
        raise Lost(str(answer))
    return {}


async def _log_in(wire: Wire, relay: Relay, offers: dict[str, str]) -> None:
    if not wire.encrypted and relay.tls != "never" and not _LOOPBACK.match(relay.host):
        raise Lost("the relay offers no TLS, and the password does not travel in the clear")
    ways = offers.get("AUTH", "").upper().split()
    if "PLAIN" in ways or not ways:
        await wire.write(b"AUTH PLAIN " + _coded(f"\0{relay.user}\0{relay.password}") + b"\r\n")
        answer = await wire.read()
    elif "LOGIN" in ways:
        await wire.write(b"AUTH LOGIN\r\n")
        answer = await wire.read()
        for word in (relay.user, relay.password):
            if answer.code == 334:
                await wire.write(_coded(word) + b"\r\n")
                answer = await wire.read()
    else:
        raise Lost(f"the relay takes no password that we could give: {' '.join(ways)}")
    if answer.code != 235:
        raise Lost(f"login: {answer}")


def _coded(text: str) -> bytes:
    return base64.b64encode(text.encode())


def _stuffed(data: bytes) -> bytes:
    """A message with its dots doubled and its end (RFC 5321, 4.5.2)."""
    if data.startswith(b"."):
        data = b"." + data
    data = data.replace(b"\r\n.", b"\r\n..")
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def _outcome(answer: Answer) -> Outcome:
    """Anything but 2xx, 4xx and 5xx is a fault of the moment."""
    return Outcome(answer.code if answer.code // 100 in (2, 4, 5) else 451, str(answer))
