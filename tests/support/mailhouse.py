"""A house with its mail ports, worker and relay, in a thread of its own: what the tests of the mail door talk to."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
from aiosmtpd.controller import Controller

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.doors import mail as door
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.proofs import RESOLVER
from folkmoot.doors.mail.servers import MailServers
from folkmoot.kit.mail.dns import DnsDown
from folkmoot.settings import Settings
from folkmoot.store.engine import open_store
from folkmoot.store.smallmail import StoredBlobs
from folkmoot.store.tx import Tx
from folkmoot.work.worker import Worker

T = TypeVar("T")
DOMAIN = "lists.test"
GROUP = f"moot@{DOMAIN}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sink:
    """A relay that takes what it gets; `refuse(address)` may answer something else for a receiver."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, bytes]] = []
        self.refuse: Callable[[str], str | None] = lambda address: None
        self.speaks_utf8 = True
        self.port = free_port()
        self._controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.refuse(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails += [(envelope.mail_from, to, envelope.content) for to in envelope.rcpt_tos]
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=self.speaks_utf8
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[bytes]:
        return [data for _, to, data in self.mails if to == address]

    def wait(self, count: int, seconds: float = 30.0) -> list[tuple[str, str, bytes]]:
        until = time.monotonic() + seconds
        while len(self.mails) < count and time.monotonic() < until:
            time.sleep(0.01)
        return list(self.mails)


class Silent:
    """A DNS that gives no answer."""

    def ask(self, name: str, kind: str, seconds: float = 0) -> list[str]:
        raise DnsDown(name)


class MailHouse:
    """A running mail door. `read` and `write` reach its store; `worker` is on while it runs."""

    def __init__(self, settings: Settings, *, worker: bool = True) -> None:
        self.settings = settings
        self.store = open_store(settings)
        self.blobs = StoredBlobs(settings.folder / "blobs", self.store)
        secret = settings.folder / "secret"
        if not secret.exists():
            secret.write_bytes(b"s" * 40)
        self.house = House(settings, self.store, blobs=self.blobs, secret=secret.read_bytes())
        self.house.kept[RESOLVER] = Silent()
        self._started = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._with_worker = worker
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        if not self._started.wait(60):
            raise RuntimeError("the mail house did not start")

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        servers = MailServers(self.house)
        worker = Worker(self.house, {kind: [handler] for kind, handler in door.HANDLERS.items()}, door.CHORES)
        self.store.follow(worker.heard)
        self.store.attach(self._loop)
        await servers.start()
        working = asyncio.create_task(worker.run()) if self._with_worker else None
        self._started.set()
        await self._stop.wait()
        await servers.stop()
        worker.stop()
        if working is not None:
            await asyncio.wait_for(working, 10)

    def stop(self) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(15)
        self.store.close()

    def write(self, fn: Callable[[Tx], T]) -> T:
        return self.store.write(fn)

    def read(self, fn: Callable[[Tx], T]) -> T:
        return self.store.read(fn)

    def await_(self, coroutine: Any) -> Any:
        """Run a coroutine on the house's loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def person(self, name: str) -> int:
        new = NewPerson(name=name, address=f"{name}@example.org", display_name=name.title(), confirmed=True)
        return self.write(lambda tx: accounts.add_person(tx, new))

    def group(self, owner_id: int, name: str = "moot", **settings: Any) -> int:
        new = groups.NewGroup(name=name, title=f"The {name}", description="a group of people", **settings)
        return self.write(lambda tx: groups.create(tx, Viewer(owner_id), new))

    def join(self, group_id: int, *account_ids: int) -> None:
        for account_id in account_ids:
            self.write(lambda tx, a=account_id: members.put(tx, group_id, a))

    def lmtp(self) -> smtplib.LMTP:
        return smtplib.LMTP("127.0.0.1", self.settings.lmtp_port)

    def send(self, data: bytes, sender: str = "alice@example.org", to: str = GROUP) -> tuple[int, bytes]:
        """Hand a mail in by LMTP; the answer for its one recipient."""
        with self.lmtp() as client:
            client.ehlo_or_helo_if_needed()
            for step in (client.mail(sender), client.rcpt(to)):
                if step[0] != 250:
                    return step
            return client.data(data)


def letter(
    text: str = "hello", *, sender: str = "Alice <alice@example.org>", mid: str = "", **headers: str
) -> bytes:
    """A plain mail; header names with _ for -."""
    lines = [f"From: {sender}", f"To: {GROUP}"]
    lines += [f"Message-ID: <{mid}>"] if mid else []
    headers.setdefault("Subject", "A topic")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "", text]) + "\r\n").encode()


def with_mail(settings: Settings, **changes: Any) -> Settings:
    """Settings of a mail house on free ports."""
    values = {"mail_domain": DOMAIN, "url": "http://moot.test", "rate_limits": False, **changes}
    return msgspec.structs.replace(settings, lmtp_port=free_port(), smtp_port=free_port(), **values)


@contextlib.contextmanager
def mail_house(settings: Settings, **options: Any) -> Iterator[MailHouse]:
    """A running mail house, stopped at the end."""
    running = MailHouse(settings, **options)
    try:
        yield running
    finally:
        running.stop()
