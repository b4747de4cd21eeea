"""A relay that does what a test wants: it notes connections and what came together, refuses, hangs up, encrypts."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from tests.support.mailhouse import free_port

Mail = tuple[str, str, bytes]


class Relay:
    """`mails` are (sender, receiver, data) of what was taken. `answer(verb, argument)` may say something else than yes,
    or "drop"; "END" is asked once a message is there, which may also be "taken, then drop" or "taken, unsaid"."""

    def __init__(self, *offers: str, tls: ssl.SSLContext | None = None) -> None:
        self.offers = offers or ("PIPELINING", "SMTPUTF8", "8BITMIME")
        self.tls = tls
        self.port = free_port()
        self.mails: list[Mail] = []
        self.answer: Callable[[str, str], str | None] = lambda verb, argument: None
        self.connections = 0
        self.together = 0
        """The most commands that one packet brought."""
        self.after_starttls = b""
        self.login = ""
        self.greedy = False
        """It wants a message whatever it refused before."""
        self.encrypted = 0
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        if not self._thread.is_alive():
            self._thread.start()
        opened = asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(opened, self._loop).result(10)

    def hang_up(self) -> None:
        """End every connection that is open."""

        async def end() -> None:
            for writer in list(self._writers):
                writer.transport.abort()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)

    def stop(self) -> None:
        if self._server is not None:
            self._loop.call_soon_threadsafe(self._server.close)
            self.hang_up()
            self._server = None

    def to(self, address: str) -> list[bytes]:
        return [data for _, to, data in self.mails if to == address]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await _Session(self, reader, writer).run()
        self._writers.discard(writer)
        writer.close()


class _Session:
    def __init__(self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.relay, self.reader, self.writer = relay, reader, writer
        self.buffer = b""
        self.sender = self.receiver = ""
        self.secure = False
        self.begun = False

    async def run(self) -> None:
        if await self._say("HELLO", "", "220 relay"):
            return
        while True:
            line = await self._line()
            verb, _, rest = line.decode().partition(" ")
            verb = verb.upper()
            if verb == "QUIT":
                await self._write("221 bye")
                return
            if await self._do(verb, rest):
                return

    async def _do(self, verb: str, rest: str) -> bool:
        if verb == "EHLO":
            offers = [offer for offer in self.relay.offers if not (self.secure and offer == "STARTTLS")]
            lines = "".join(f"250-{offer}\r\n" for offer in offers)
            return await self._say(verb, rest, f"250-relay\r\n{lines}250 HELP")
        if verb == "STARTTLS":
            assert self.relay.tls is not None
            self.writer.write(b"220 go\r\n" + self.relay.after_starttls)
            await self.writer.drain()
            await self.writer.start_tls(self.relay.tls)
            self.secure = True
            self.relay.encrypted += 1
            return False
        if verb == "AUTH":
            self.relay.login = base64.b64decode(rest.partition(" ")[2]).decode()
            return await self._say(verb, rest, "235 welcome")
        if verb == "MAIL":
            self.sender, self.receiver = rest.partition("<")[2].partition(">")[0], ""
            refusal = self.relay.answer(verb, rest)
            self.begun = not refusal or self.relay.greedy
            if refusal != "drop":
                await self._write(refusal or "250 ok")
            return refusal == "drop"
        if verb in ("RCPT", "DATA") and not self.begun:
            await self._write("503 first MAIL")
            return False
        if verb == "RCPT":
            self.receiver = rest.partition("<")[2].partition(">")[0]
            refusal = self.relay.answer(verb, self.receiver)
            if refusal:
                self.receiver = ""
            if refusal != "drop":
                await self._write(refusal or "250 ok")
            return refusal == "drop"
        if verb == "DATA":
            return await self._data()
        return await self._say(verb, rest, "250 ok")

    async def _data(self) -> bool:
        if not self.receiver and not self.relay.greedy:
            await self._write("554 no valid recipients")
            return False
        refusal = self.relay.answer("DATA", self.receiver)
        if refusal:
            await self._write(refusal)
            return refusal == "drop"
        await self._write("354 go")
        while (at := (b"\r\n" + self.buffer).find(b"\r\n.\r\n")) < 0:
            self.buffer += await self._more()
        data, self.buffer = self.buffer[:at], self.buffer[at + 3 :]
        told = self.relay.answer("END", self.receiver)
        if self.receiver and (told is None or told.startswith("taken")):
            self.relay.mails.append((self.sender, self.receiver, data.replace(b"\r\n..", b"\r\n.")))
        if told in ("drop", "taken, unsaid"):
            return True
        await self._write(
            (told if told and told[0].isdigit() else "250 taken") if self.receiver else "554 for nobody"
        )
        return told == "taken, then drop"

    async def _say(self, verb: str, argument: str, otherwise: str) -> bool:
        """Answer; True where the connection is to end."""
        told = self.relay.answer(verb, argument)
        if told == "drop":
            return True
        await self._write(told or otherwise)
        return False

    async def _write(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()

    async def _line(self) -> bytes:
        while b"\n" not in self.buffer:
            self.buffer += await self._more()
        self.relay.together = max(self.relay.together, self.buffer.count(b"\n"))
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    async def _more(self) -> bytes:
        data = await self.reader.read(65_536)
        if not data:
            raise ConnectionError
        return data


def home_made_tls(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "relay.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
