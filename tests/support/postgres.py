"""A throw-away PostgreSQL for the tests: one cluster a run, one migrated template, one database a test."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

RUN = "FOLKMOOT_TEST_RUN"
"""The variable that names the run's folder."""
RUNS = "folkmoot-tests-"
TEMPLATE = "folkmoot_template"
START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
}


class NoPostgres(Exception):
    """There is no PostgreSQL server program here, or it does not start; the text says what to do."""


def binaries() -> Path:
    """The folder of initdb and postgres: the newest that Debian's packages put there, or pg_config's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda f: int(f.parts[-3]))
    if debian:
        return debian[-1].parent
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        found = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True, check=True
        ).stdout.strip()
        if (Path(found) / "initdb").exists():
            return Path(found)
    raise NoPostgres(
        "PostgreSQL's server is missing (apt install postgresql); FOLKMOOT_TEST_DATABASES=sqlite does without"
    )


def new_run() -> Path:
    """A folder that all workers of this run share; what killed runs left is ended first."""
    base = Path(tempfile.gettempdir())
    if len(str(base)) > 60:
        base = Path("/tmp")  # a socket's path has room for about 100 characters
    for old in base.glob(f"{RUNS}*"):
        pid = old.name.removeprefix(RUNS).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            end_run(old)
    folder = base / f"{RUNS}{os.getpid()}-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o755)
    return folder


def end_run(folder: Path) -> None:
    """Stop the run's cluster, if one was started, and remove the folder."""
    cluster = Cluster(folder)
    with contextlib.suppress(OSError, NoPostgres, subprocess.CalledProcessError):
        if (cluster.data / "postmaster.pid").exists():
            cluster.command("pg_ctl", "stop", "-D", str(cluster.data), "-m", "immediate", "-w")
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Only one worker at a time within it."""
    with open(folder / f"{name}.lock", "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Cluster:
    """The run's private cluster, reached by a socket in its folder, so that no port can be taken.

    *durable*: with PostgreSQL's own settings for disks, for measuring; tests do without waiting for disks.
    """

    def __init__(self, run: Path, *, durable: bool = False) -> None:
        self.run = run
        self.settings = {**_SETTINGS, **_DURABLE} if durable else _SETTINGS
        self.home = run / "pg"
        self.data = self.home / "data"

    def command(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, as the user postgres where we are root (which it refuses)."""
        line = [str(binaries() / program), *arguments]
        if os.geteuid() == 0:
            line = ["runuser", "-u", "postgres", "--", *line]
        done = subprocess.run(
            line,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        if done.returncode:
            raise NoPostgres(f"{program} failed:\n{done.stdout[-2000:]}")

    def url(self, database: str) -> str:
        """The address of a database here, as FOLKMOOT_DATABASE takes it."""
        return f"postgresql://postgres@/{database}?host={self.home}"

    def ensure(self) -> None:
        """Start it if no other worker has done so; the template is then there, too."""
        with locked(self.run, "postgres"):
            if (self.run / "postgres.ready").exists():
                return
            self._create()
            self._start()
            self.execute(f"CREATE DATABASE {TEMPLATE}")
            _migrate(self.url(TEMPLATE), self.run)
            (self.run / "postgres.ready").touch()

    def _create(self) -> None:
        self.home.mkdir(mode=0o755)
        if os.geteuid() == 0:
            shutil.chown(self.home, "postgres")
        self.command(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        lines = [f"{name} = {value}" for name, value in self.settings.items()]
        lines.append(f"unix_socket_directories = '{self.home}'")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write("\n" + "\n".join(lines) + "\n")

    def _start(self) -> None:
        log = self.home / "log"
        self.command(
            "pg_ctl", "start", "-D", str(self.data), "-l", str(log), "-w", "-t", str(START_SECONDS), "-s"
        )

    def execute(self, statement: str) -> None:
        """One statement outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as con:
            con.execute(statement)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh, migrated database, dropped afterwards."""
        self.ensure()
        name = f"t_{secrets.token_hex(6)}"
        self._copy_template(name)
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _copy_template(self, name: str) -> None:
        until = time.monotonic() + 10
        while True:
            try:
                return self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            except psycopg.errors.ObjectInUse:  # another worker is copying it at this moment
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    @contextlib.contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table, dropped afterwards."""
        self.ensure()
        name = f"e_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _migrate(url: str, folder: Path) -> None:
    from folkmoot.settings import Settings
    from folkmoot.store import migrate

    migrate.ensure(Settings(data=str(folder / "none"), database=url))


class Template:
    """A migrated SQLite file, made once a run, that each test gets a copy of."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.folder = run / "sqlite"

    def copy_to(self, data: Path) -> None:
        """Put a migrated database into the data folder *data*, unless there is one."""
        from folkmoot.settings import Settings
        from folkmoot.store import migrate
        from folkmoot.store.sqlite import database_file

        target = database_file(Settings(data=str(data)))
        if target.exists():
            return
        source = database_file(Settings(data=str(self.folder)))
        with locked(self.run, "sqlite"):
            if not (self.run / "sqlite.ready").exists():
                migrate.ensure(Settings(data=str(self.folder)))
                (self.run / "sqlite.ready").touch()
        data.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
