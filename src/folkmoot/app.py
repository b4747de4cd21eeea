"""Puts it together: opens the store, mounts the doors, starts mail and worker; what `folkmoot serve` and `work` run."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import resource
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from folkmoot import doors
from folkmoot.doors.frame.connections import Connection, Patience, Socket
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.site import Site
from folkmoot.kit.memory import give_back_large
from folkmoot.settings import Settings
from folkmoot.store import migrate
from folkmoot.store.engine import open_store
from folkmoot.store.smallmail import StoredBlobs
from folkmoot.work import bonds, telling
from folkmoot.work.chores import CHORES
from folkmoot.work.worker import Chore, Handler, Worker

log = logging.getLogger("folkmoot")
MAX_FILES = 65_536
LOOK_TICKS = 20
"""Tenths of a second from one look at the open connections to the next."""


def open_house(settings: Settings) -> House:
    """Bring the schema up to date and open what one process needs. Raises StoreUnavailable, SchemaMismatch."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    migrate.ensure(settings)
    store = open_store(settings)
    return House(
        settings=settings,
        store=store,
        blobs=StoredBlobs(settings.folder / "blobs", store),
        secret=read_secret(settings.folder / "secret"),
    )


def read_secret(file: Path) -> bytes:
    """The server's secret, made on first use; processes that serve one community share it."""
    with contextlib.suppress(FileExistsError):
        fd = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(fd, "wb") as out:
            out.write(secrets.token_hex(32).encode())
            out.flush()
            os.fsync(out.fileno())
    found = file.read_bytes().strip()
    if len(found) < 32:
        raise RuntimeError(
            f"{file} is damaged: it must hold at least 32 characters; delete it to make a new one"
        )
    return found


def make_worker(house: House) -> Worker:
    """A worker with every door's part in it."""
    own = {**telling.HANDLERS, **bonds.HANDLERS}
    handlers: dict[str, list[Handler]] = {kind: [handler] for kind, handler in own.items()}
    chores: dict[Chore, str] = {**CHORES}
    for part in doors.load():
        for kind, handler in part.handlers.items():
            handlers.setdefault(kind, []).append(handler)
        chores.update(part.chores)
    return Worker(house, handlers, chores)


@asynccontextmanager
async def _running(house: House) -> AsyncIterator[None]:
    """Everything that runs beside the HTTP server, from start to end."""
    from folkmoot.doors.mail.servers import MailServers

    loop = asyncio.get_running_loop()
    house.store.follow(house.feeds.heard)
    for part in doors.load():
        for attach in part.attach:
            attach(house)
    worker = make_worker(house) if house.settings.worker else None
    if worker is not None:
        house.store.follow(worker.heard)
    house.store.follow(house.gate.heard)
    house.store.attach(loop)
    await house.gate.refresh()
    mail = MailServers(house)
    await mail.start()
    working = asyncio.create_task(worker.run()) if worker is not None else None
    try:
        yield
    finally:
        await mail.stop()
        if worker is not None and working is not None:
            worker.stop()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(working, 8)
        await house.sightings.write()
        house.store.close()


def build(house: House) -> Site:
    """The ASGI application of a house."""
    parts = doors.load()
    web = next(part.door for part in parts if part.door.name == "web")
    return Site(house, [part.door for part in parts], lifespan=_running, home=web)


class Server(uvicorn.Server):
    """uvicorn's server with two hooks: *ready* once it listens, *leaving* when it begins to stop. Connections that let
    it wait are ended."""

    def __init__(
        self, config: uvicorn.Config, leaving: Callable[[], None], ready: Callable[[], None] | None = None
    ) -> None:
        super().__init__(config)
        self._leaving = leaving
        self._ready = ready
        self.patience = Patience()

    async def on_tick(self, counter: int) -> bool:
        if counter % LOOK_TICKS == 0:
            self.patience.look(self.server_state.connections, time.monotonic())
        return await super().on_tick(counter)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; at a second SIGINT at once. The signal is not raised again at the end as uvicorn would do: to have
        been told to stop is no failure, and the process ends with status 0."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _leave(house: House) -> None:
    for part in doors.load():
        for detach in part.detach:
            detach(house)


def server_of(house: House, ready: Callable[[], None] | None = None) -> Server:
    """The HTTP server, ready to run; it calls *ready* once it listens."""
    settings = house.settings
    give_back_large()
    config = uvicorn.Config(
        build(house),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=Connection,
        ws=Socket,
        ws_per_message_deflate=False,  # an event is encoded once for all; compression would cost each socket memory
        ws_max_size=262_144,
        lifespan="on",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        backlog=2048,
        timeout_graceful_shutdown=5,
    )
    return Server(config, lambda: _leave(house), ready)


def _may_open_many() -> None:
    """As many connections as the system lets this process have; shells give far fewer at first."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(most, MAX_FILES)), most))


def set_up_logging(settings: Settings) -> None:
    """One line an event on standard error; no line per request."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    for noisy in ("mail.log", "alembic.runtime.plugins"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def serve(settings: Settings, ready: Callable[[], None] | None = None) -> None:
    """Run the server until it is told to stop (SIGINT, SIGTERM); streams end at once, requests within seconds.

    Where it can't begin (its port is taken, say) it ends with exit code 1.
    """
    set_up_logging(settings)
    sys.setswitchinterval(0.001)
    _may_open_many()
    server = server_of(open_house(settings), ready)
    gc.freeze()  # what is there from the start stays: walking it in each full collection would halt the loop for 70 ms
    gc.enable()
    try:
        server.run()
    except SystemExit:  # where it could not begin, uvicorn's code is another
        if server.started:
            raise
    if not server.started:
        raise SystemExit(1)


def work(settings: Settings) -> None:
    """Run a worker alone until it is told to stop."""
    set_up_logging(settings)
    house = open_house(settings)

    async def main() -> None:
        worker = make_worker(house)
        house.store.follow(worker.heard)
        loop = asyncio.get_running_loop()
        house.store.attach(loop)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, worker.stop)
        await worker.run()

    asyncio.run(main())
    house.store.close()
