"""The listening ends of the mail door: LMTP and SMTP ports, opened with the house and closed with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator

from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.http import LEAST_RATE
from folkmoot.doors.mail.smtp import Gone, Session

log = logging.getLogger("folkmoot.mail")
MAX_CONNECTIONS = 200
LARGE = 262_144
"""Octets of a mail from which on it is a large one."""
LARGE_AT_ONCE = 16
"""So many large mails stand on the disk at once, half come in: the senders of others are made to wait."""
READ_AT_ONCE = 3
"""So many of them are looked at at once: one alone would let all wait for the names of its sender's domain. They are
read where they stand in their files, and decoded one by one (receive.READER)."""
WAIT_SECONDS = 120.0
"""So long at most, less than a sender gives a block of its mail (RFC 5321, 4.5.3.2.5)."""
STALL_SECONDS = 30.0
"""So long a large mail may pause; who is slower than LEAST_RATE octets a second after that time gives up their turn."""
STOP_SECONDS = 8.0


class Room:
    """The room that mails on their way in may take, of all connections together."""

    def __init__(self) -> None:
        self.held = 0
        """Mails that are on their way in."""
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self.reading = asyncio.Semaphore(READ_AT_ONCE)
        """Whose large mails are looked at."""

    @contextlib.asynccontextmanager
    async def share(self) -> AsyncIterator[Share]:
        """A part for one mail, given back at the end."""
        self.held += 1
        part = Share(self._large)
        try:
            yield part
        finally:
            self.held -= 1
            part.give_up()


class Share:
    """What one mail takes of the room."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self.large = False
        self._begun, self._before = 0.0, 0
        """When it became a large one, and how much was there by then: nobody is slow while made to wait."""

    @property
    def patience(self) -> float | None:
        """Seconds that the mail may pause; None where nobody waits for its share."""
        return STALL_SECONDS if self.large else None

    def keeps_up(self, octets: int) -> bool:
        """Whether so many by now are not too few for a mail that others wait for."""
        elapsed = time.monotonic() - self._begun
        return not self.large or elapsed <= STALL_SECONDS or octets - self._before >= elapsed * LEAST_RATE

    def give_up(self) -> None:
        """Leave the share to others."""
        if self.large:
            self.large = False
            self._free.release()

    async def fits(self, octets: int) -> bool:
        """Whether so many may be held by now; waits until a large one may, False where that takes too long."""
        if octets > LARGE and not self.large:
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    await self._free.acquire()
            except TimeoutError:
                return False
            self.large = True
            self._begun, self._before = time.monotonic(), octets
        return True


class MailServers:
    """`start` opens the ports that the settings name (0: off), `stop` closes them and lets what is under way end."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.room = Room()
        self._servers: list[asyncio.Server] = []
        self._sessions: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Raises OSError, with what to do, where a port is taken."""
        settings = self.house.settings
        for name, port, lmtp in (("LMTP", settings.lmtp_port, True), ("SMTP", settings.smtp_port, False)):
            if not port:
                continue
            try:
                self._servers.append(await self.listen(port, lmtp=lmtp))
            except OSError as error:
                advice = f"set FOLKMOOT_{name}_PORT to another port, or to 0 for none"
                raise OSError(
                    f"{name} can't listen on {settings.mail_host}:{port}: {error}; {advice}"
                ) from error

    async def listen(self, port: int, *, lmtp: bool) -> asyncio.Server:
        """Open one port; 0 takes any that is free."""

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(reader, writer, lmtp=lmtp)

        return await asyncio.start_server(connected, self.house.settings.mail_host, port, backlog=256)

    async def stop(self) -> None:
        """Take no more connections; those open have eight seconds to end what they are at."""
        for server in self._servers:
            server.close()
        if self._sessions:
            _, late = await asyncio.wait(self._sessions, timeout=0.2)
            busy = {task for task in late if self.room.held}
            for task in late - busy:
                task.cancel()
            if busy:
                _, late = await asyncio.wait(busy, timeout=STOP_SECONDS)
                for task in late:
                    task.cancel()
            await asyncio.gather(*self._sessions, return_exceptions=True)
        self._servers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, lmtp: bool) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        try:
            if len(self._sessions) > MAX_CONNECTIONS:
                writer.write(b"421 4.3.2 too many connections\r\n")
                return
            await Session(self.house, reader, writer, self.room, lmtp=lmtp).run()
        except Gone:
            return
        except asyncio.CancelledError:
            writer.write(b"421 4.3.2 going down, come back soon\r\n")
        except Exception:
            log.exception("a mail connection failed")
            writer.write(b"421 4.3.0 internal error\r\n")
        finally:
            self._sessions.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
