"""The listening ends of the mail door: LMTP and SMTP ports, opened with the house and closed with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator

from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.smtp import Gone, Session

log = logging.getLogger("folkmoot.mail")
MAX_CONNECTIONS = 200
ROOM_MESSAGES = 4
"""So many messages of the largest size may be held in memory at once; smaller ones accordingly more."""
STOP_SECONDS = 8.0


class Share:
    """What one message takes of the room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.held = 0

    def take(self, octets: int) -> bool:
        """True if there is room for so many more octets."""
        if self._room.held + octets > self._room.limit:
            return False
        self._room.held += octets
        self.held += octets
        return True


class Room:
    """The memory that messages on their way in may take, of all connections together."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0

    @contextlib.contextmanager
    def share(self) -> Iterator[Share]:
        """A part for one message, given back at the end."""
        part = Share(self)
        try:
            yield part
        finally:
            self.held -= part.held


class MailServers:
    """`start` opens the ports that the settings name (0: off), `stop` closes them and lets what is under way end."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.room = Room(house.settings.mail_max_bytes * ROOM_MESSAGES)
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
