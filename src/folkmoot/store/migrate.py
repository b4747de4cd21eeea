"""Brings the schema up to what this code needs, with Alembic; a current database is recognised without it."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from pathlib import Path

from folkmoot.settings import Settings
from folkmoot.store.errors import SchemaMismatch, StoreUnavailable
from folkmoot.store.sqlite import database_file

HEAD = "0031"
"""The newest revision in migrations/versions; a test holds it against the folder."""


def is_postgres(settings: Settings) -> bool:
    """Whether the settings name a PostgreSQL database."""
    return settings.database.startswith(("postgresql://", "postgres://"))


def address(settings: Settings) -> str:
    """The database as SQLAlchemy writes it."""
    if is_postgres(settings):
        return "postgresql+psycopg://" + settings.database.split("://", 1)[1]
    return f"sqlite:///{database_file(settings).resolve()}"


def current(settings: Settings) -> str | None:
    """The revision that the database is at, None for an empty one. Raises StoreUnavailable."""
    if is_postgres(settings):
        return _postgres_revision(settings)
    try:
        return _sqlite_revision(settings)
    except sqlite3.Error as error:
        raise StoreUnavailable(f"the database can't be opened: {error}") from error


def _postgres_revision(settings: Settings) -> str | None:
    import psycopg  # only here: loading it takes a good part of a small server's start

    try:
        with psycopg.connect(settings.database) as con:
            row = con.execute("SELECT to_regclass('alembic_version')").fetchone()
            if row is None or row[0] is None:
                return None
            row = con.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except psycopg.Error as error:
        raise StoreUnavailable(f"the database can't be opened: {error}") from error


def _sqlite_revision(settings: Settings) -> str | None:
    file = database_file(settings)
    if not file.exists():
        return None
    with contextlib.closing(sqlite3.connect(file)) as con:
        row = con.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        if row is None:
            return None
        row = con.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])


def ensure(settings: Settings) -> bool:
    """Make the schema current; True when something was done. Raises SchemaMismatch where the database is newer."""
    found = current(settings)
    if found == HEAD:
        return False
    if found is not None and found > HEAD:
        raise SchemaMismatch(
            f"the database is at revision {found}, this version of Folkmoot knows {HEAD}; install a newer one"
        )
    upgrade(settings)
    return True


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Run the migrations; each is one transaction, so that a crash leaves the last whole revision.

    Of two processes that do this at once the second waits: on SQLite by a lock on a file, on PostgreSQL in env.py.
    Raises StoreUnavailable where the database can't take it (full disk, lock, connection lost).
    """
    from sqlalchemy.exc import OperationalError

    try:
        if is_postgres(settings):
            _alembic(settings, revision)
        else:
            _upgrade_sqlite(settings, revision)
    except (OperationalError, sqlite3.OperationalError) as error:
        cause = error.orig if isinstance(error, OperationalError) else error
        raise StoreUnavailable(f"the database can't be brought up to this version: {cause}") from error


def _upgrade_sqlite(settings: Settings, revision: str) -> None:
    settings.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    with open(settings.folder / "migrate.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with contextlib.closing(sqlite3.connect(database_file(settings))) as con:
            con.execute("PRAGMA page_size=8192")
            con.execute("PRAGMA journal_mode=WAL")
        _alembic(settings, revision)


def _alembic(settings: Settings, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", address(settings).replace("%", "%%"))
    command.upgrade(config, revision)
