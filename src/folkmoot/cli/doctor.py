"""`folkmoot doctor`: looks at everything that an installation needs, and says what to mend."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import typer

from folkmoot.cli.common import Failed, JsonOption, as_json, load_settings, say

if TYPE_CHECKING:
    from folkmoot.settings import Settings

Grade = Literal["ok", "warn", "fail"]
Finding = tuple[Grade, str]
LOW_SPACE = 500 * 1024 * 1024
CONNECT_SECONDS = 3.0


def doctor(
    json: JsonOption = False,
    full: Annotated[
        bool, typer.Option("--full", help="Also read the whole database (slow on large ones).")
    ] = False,
) -> None:
    """Look at settings, data folder, database, ports, mail and waiting work, and say what to mend.

    Changes nothing. Ends with exit code 1 where something is broken; a warning alone is no failure.
    """
    settings = load_settings()
    findings = [(name, grade, text) for name, check in CHECKS for grade, text in check(settings)]
    if full:
        findings += [("integrity", grade, text) for grade, text in _integrity(settings)]
    if json:
        as_json([{"check": name, "grade": grade, "text": text} for name, grade, text in findings])
    else:
        for name, grade, text in findings:
            say(f"{grade:5} {name:9} {text}")
    broken = sum(grade == "fail" for _, grade, _ in findings)
    if broken:
        raise Failed(f"{broken} of {len(findings)} checks failed")


def _variables(settings: Settings) -> Iterator[Finding]:
    from folkmoot.settings import variable

    known = {variable(name) for name in settings.__struct_fields__}
    for name in sorted(os.environ.keys() - known):
        if name.startswith(variable("")):
            yield "warn", f"{name} is set, but no setting is called so; see `folkmoot settings`"


def _address(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        yield "fail", f"FOLKMOOT_URL is {settings.url!r}; it must be like https://moot.example.org"
        return
    local = url.hostname in ("localhost", "127.0.0.1", "::1")
    if not settings.url:
        yield "warn", f"FOLKMOOT_URL is not set: only this machine can follow links to {settings.base_url}"
    elif url.scheme == "http" and not local:
        yield "warn", f"{settings.base_url} is plain http: passwords travel in the clear"
    else:
        yield "ok", settings.base_url
    if not settings.contact:
        yield "warn", "FOLKMOOT_CONTACT is not set: people don't know whom to ask"


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.folder
    if not folder.exists():
        yield "warn", f"{folder} does not exist yet; `folkmoot serve` makes it"
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield "fail", f"{folder} can't be written to by this user"
        return
    free = shutil.disk_usage(folder).free
    grade: Grade = "ok" if free > LOW_SPACE else "fail"
    yield grade, f"{folder}: {free // 1024**2:,} MB free"
    if folder.stat().st_mode & 0o007:
        yield "warn", f"{folder} is open to every user of this machine: chmod o-rwx {folder}"


def _database(settings: Settings) -> Iterator[Finding]:
    from folkmoot.store import migrate
    from folkmoot.store.errors import StoreUnavailable

    try:
        found = migrate.current(settings)
    except StoreUnavailable as error:
        yield "fail", " ".join(str(error).split())
        return
    kind = "PostgreSQL" if migrate.is_postgres(settings) else "SQLite"
    if found is None:
        yield "warn", f"{kind}: empty; `folkmoot serve` or `folkmoot migrate` fills it"
    elif found == migrate.HEAD:
        yield "ok", f"{kind} at revision {found}"
    elif found < migrate.HEAD:
        yield "warn", f"{kind} at revision {found}, this version needs {migrate.HEAD}: folkmoot migrate"
    else:
        yield "fail", f"{kind} at revision {found}, which is newer than this version of Folkmoot"


def _integrity(settings: Settings) -> Iterator[Finding]:
    from folkmoot.store import migrate
    from folkmoot.store.engine import open_store

    if migrate.is_postgres(settings) or migrate.current(settings) != migrate.HEAD:
        yield "ok", "nothing to read: PostgreSQL checks itself, and an empty file is whole"
        return
    store = open_store(settings)
    try:
        found = store.read(lambda tx: tx.text_sql("PRAGMA quick_check(5)", "").fetchall())
    finally:
        store.close()
    text = "; ".join(row[0] for row in found)
    yield (
        ("ok", "the database file is whole")
        if text == "ok"
        else ("fail", f"the database file is damaged: {text}")
    )


def _ports(settings: Settings) -> Iterator[Finding]:
    wanted = (
        ("web", settings.host, settings.port),
        ("LMTP", settings.mail_host, settings.lmtp_port),
        ("SMTP", settings.mail_host, settings.smtp_port),
    )
    for name, host, port in wanted:
        if not port:
            continue
        if _answers(host, port):
            yield "ok", f"{name}: somebody answers on {host}:{port} (Folkmoot, if it runs)"
        elif reason := _taken(host, port):
            yield "fail", f"{name}: {host}:{port} can't be listened on: {reason}"
        else:
            yield "ok", f"{name}: {host}:{port} is free"


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _taken(host: str, port: int) -> str:
    """Why the port can't be listened on; empty where it can."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.lmtp_port and not settings.smtp_port:
        yield "warn", "no mail comes in: set FOLKMOOT_LMTP_PORT or FOLKMOOT_SMTP_PORT"
    if not settings.smtp_relay:
        yield "warn", "no mail goes out: set FOLKMOOT_SMTP_RELAY; until then it waits in the outbox"
        return
    host, _, port = settings.smtp_relay.rpartition(":")
    if not host or not port.isdecimal():
        yield "fail", f"FOLKMOOT_SMTP_RELAY is {settings.smtp_relay!r}; it must be host:port"
        return
    try:
        with socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS) as connection:
            connection.settimeout(CONNECT_SECONDS)
            greeting = connection.recv(512).decode("ascii", "replace").strip()
    except OSError as error:
        yield "fail", f"the relay {settings.smtp_relay} can't be reached: {error.strerror or error}"
        return
    yield (
        ("ok" if greeting.startswith("220") else "fail"),
        f"the relay {settings.smtp_relay} says: {greeting}",
    )


def _dns(settings: Settings) -> Iterator[Finding]:
    from folkmoot.cli import doctor_dns

    yield from doctor_dns.look(settings)


def _work(settings: Settings) -> Iterator[Finding]:
    from folkmoot.domain import backlog
    from folkmoot.domain.access import Viewer
    from folkmoot.domain.staff import staff
    from folkmoot.store import migrate
    from folkmoot.store.engine import open_store
    from folkmoot.store.errors import StoreUnavailable

    try:
        if migrate.current(settings) != migrate.HEAD:
            return
        store = open_store(settings)
    except StoreUnavailable:
        return  # the check of the database has said so
    try:
        counts = store.read(lambda tx: backlog.counts(tx, Viewer.system()))
        people = store.read(lambda tx: staff.waiting(tx, Viewer.system()))
    finally:
        store.close()
    for what, command in (("jobs", "folkmoot jobs"), ("mail", "folkmoot mail outbox list --state shunted")):
        shunted, waiting = counts[f"{what}_shunted"], counts[f"{what}_waiting"]
        if shunted:
            yield "warn", f"{what}: {waiting} waiting, {shunted} put aside: {command}"
        else:
            yield "ok", f"{what}: {waiting} waiting, none put aside"
    if people:
        yield "warn", f"{people} who signed up wait to be let in: folkmoot user list --pending"


CHECKS: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
    ("settings", _variables),
    ("address", _address),
    ("folder", _folder),
    ("database", _database),
    ("ports", _ports),
    ("mail", _mail),
    ("dns", _dns),
    ("work", _work),
)


def register(app: typer.Typer) -> None:
    """Hang the command in."""
    app.command()(doctor)
