"""A real server in a thread, on a real socket, with its own store: what tests talk to."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from tests.support.postgres import RUN, Template

from folkmoot import app
from folkmoot.doors.frame.house import House
from folkmoot.settings import Settings, load


class Running:
    """A server that is up: its address, its house, its store."""

    def __init__(self, house: House, server: uvicorn.Server) -> None:
        self.house = house
        self.server = server
        self.settings: Settings = house.settings
        self.store = house.store
        self.url = house.settings.base_url
        self.lmtp_port = house.settings.lmtp_port
        self.smtp_port = house.settings.smtp_port


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings_for(folder: Path, **wanted: Any) -> Settings:
    """Settings of a test server on free ports of the loopback address, without rate limits unless asked for."""
    values: dict[str, Any] = {
        "data": str(folder),
        "host": "127.0.0.1",
        "port": free_port(),
        "lmtp_port": free_port(),
        "smtp_port": free_port(),
        "mail_domain": "lists.test",
        "rate_limits": False,
        "log_level": "warning",
    }
    values.update(wanted)
    values.setdefault("url", f"http://127.0.0.1:{values['port']}")
    return load({}, **values)


def migrated(settings: Settings) -> Settings:
    """The settings, once their data folder has a migrated SQLite file, as it is made anew for no test."""
    if not settings.database:
        Template(Path(os.environ[RUN])).copy_to(settings.folder)
    return settings


def open_house(folder: Path, **wanted: Any) -> House:
    """A house with `settings_for` its folder."""
    return app.open_house(migrated(settings_for(folder, **wanted)))


@contextlib.contextmanager
def running_server(folder: Path, *, database: str = "", **wanted: Any) -> Iterator[Running]:
    """Start a server on its own folder (and database), yield it, stop it."""
    house = open_house(folder, database=database, **wanted)
    server = app.server_of(house)
    thread = threading.Thread(target=server.run, name="server", daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the test server did not start")
        time.sleep(0.01)
    try:
        yield Running(house, server)
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        house.store.close()


def without(settings: Settings, **changes: Any) -> Settings:
    """The settings with changes."""
    return msgspec.structs.replace(settings, **changes)
