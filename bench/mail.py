"""`make bench` for the mailing list: mail taken in and handed out, a large group's post queued, its pages, imports."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx2
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.people.passwords import hash_password
from folkmoot.doors.mail.archive import import_mbox
from folkmoot.settings import Settings, load
from folkmoot.store import migrate
from folkmoot.store.engine import Store, open_store
from folkmoot.store.schema.posts import bodies, posts, threads
from folkmoot.store.smallmail import StoredBlobs
from folkmoot.store.sqlite import database_file

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench" / "mail"
WEB, LMTP, SINK = 3972, 3973, 3974
DOMAIN = "lists.bench"
PASSWORD = "a long password"
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Size:
    """How much is done."""

    subscribers: int
    posts: int
    large_group: int
    imported: int
    archive: int
    large_mails: int
    large_bytes: int


SMALL = Size(10, 20, 600, 300, 900, 2, 1_000_000)
FULL = Size(200, 2_000, 50_000, 20_000, 1_000_000, 10, 20_000_000)


def settings_of(folder: Path, **more: Any) -> Settings:
    return load(
        {}, data=str(folder), port=WEB, lmtp_port=LMTP, mail_domain=DOMAIN, rate_limits=False,
        log_level="warning", mail_checks="never", **more,
    )  # fmt: skip


@contextlib.contextmanager
def process(*line: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours for as long as it is needed."""
    running = subprocess.Popen(line, cwd=ROOT, env={**os.environ, **more})
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(20)
        running.kill()


@contextlib.contextmanager
def server(folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server with its LMTP port; *more* are further settings."""
    told = {
        "FOLKMOOT_DATA": str(folder), "FOLKMOOT_PORT": str(WEB), "FOLKMOOT_LMTP_PORT": str(LMTP),
        "FOLKMOOT_MAIL_DOMAIN": DOMAIN, "FOLKMOOT_RATE_LIMITS": "off", "FOLKMOOT_LOG_LEVEL": "warning",
        "FOLKMOOT_MAIL_CHECKS": "never", "FOLKMOOT_SMTP_PORT": "0", **more,
    }  # fmt: skip
    with process(sys.executable, "-m", "bench.serve", **told) as running:
        wait_for(lambda: httpx2.get(f"http://127.0.0.1:{WEB}/bench/constant").status_code == 200, 60)
        yield running


@contextlib.contextmanager
def sink() -> Iterator[str]:
    """Postfix's smtp-sink, or one of our own where that is not installed; its name."""
    program = shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    line = (
        [program, f"127.0.0.1:{SINK}", "1000"]
        if program
        else [sys.executable, "-m", "bench.mailsink", str(SINK)]
    )
    user = ["-u", "nobody"] if program and os.geteuid() == 0 else []
    with process(line[0], *user, *line[1:]):
        wait_for(lambda: smtplib.SMTP("127.0.0.1", SINK).quit()[0] == 221, 20)
        yield "smtp-sink" if program else "a sink of our own"


def wait_for(done: Callable[[], bool], seconds: float, every: float = 0.05) -> float:
    """Until it is so; how long that took. Raises SystemExit where it never is."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        with contextlib.suppress(OSError, httpx2.TransportError, smtplib.SMTPException):
            if done():
                return time.perf_counter() - begun
        time.sleep(every)
    raise SystemExit(f"nothing came of it in {seconds:.0f} s")


def letter(number: int, size: int = 2_000, to: str = "moot") -> bytes:
    head = (
        f"From: Author <author@example.org>\r\nTo: {to}@{DOMAIN}\r\nSubject: Measured {number}\r\n"
        f"Message-ID: <m{number}.{time.time_ns()}@example.org>\r\nDate: Fri, 15 Jan 2027 12:00:00 +0000\r\n\r\n"
    )
    line = "Words that are said to be measured, and not much else.\r\n"
    return (head + line * ((size - len(head)) // len(line) + 1)).encode()


def say(link: socket.socket, answers: BinaryIO, words: bytes, wanted: int = 1) -> None:
    """Say it and wait for so many answers, as a mail server in front does (RFC 2920). Raises SystemExit."""
    link.sendall(words)
    while wanted:
        answer = answers.readline()
        if answer[:1] not in (b"2", b"3"):
            raise SystemExit(f"refused: {answer!r}")
        wanted -= answer[3:4] == b" "


def hand_in(count: int, connections: int = 4, **more: Any) -> float:
    """Hand in so many mails over LMTP; seconds until the last was acknowledged. Raises SystemExit where one is not."""

    def work(first: int) -> None:
        with socket.create_connection(("127.0.0.1", LMTP)) as link, link.makefile("rb") as answers:
            answers.readline()
            say(link, answers, b"LHLO bench\r\n")
            for number in range(first, count, connections):
                to = f"{more.get('to', 'moot')}@{DOMAIN}"
                envelope = f"MAIL FROM:<author@example.org>\r\nRCPT TO:<{to}>\r\nDATA\r\n"
                say(link, answers, envelope.encode(), 3)
                say(link, answers, letter(number, **more) + b".\r\n")

    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for done in [pool.submit(work, first) for first in range(connections)]:
            done.result()
    return time.perf_counter() - begun


def prepare(folder: Path, size: Size) -> Store:
    """A store with a group of subscribers, a large group and one for an archive."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = settings_of(folder)
    migrate.ensure(settings)
    store = open_store(settings)
    new = NewPerson(
        name="author", address="author@example.org", display_name="Author", confirmed=True,
        password_hash=hash_password(PASSWORD),
    )  # fmt: skip
    author = store.write(lambda tx: accounts.add_person(tx, new))
    for name, count in (("moot", size.subscribers), ("large", size.large_group), ("archive", 0)):
        made = groups.NewGroup(name=name, title=name, description="a group to measure")
        group = store.write(lambda tx, made=made: groups.create(tx, Viewer(author), made))
        for first in range(1, count, 500):
            numbers = range(first, min(first + 500, count))
            store.write(lambda tx, g=group, n=numbers: fill(tx, g, n))
    return store


def fill(tx: Any, group: int, numbers: range) -> None:
    for number in numbers:
        members.invite_address(tx, group, f"m{number}.{group}@d{number % 50}.example", f"Member {number}")


def count(store: Store, what: str) -> int:
    return int(store.read(lambda tx: tx.text_sql(what, what).fetchone()[0]))


def resident(pid: int) -> float:
    """Resident memory in MB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def taken_in(folder: Path, size: Size) -> list[Row]:
    with server(folder) as running:
        hand_in(20)
        rate = size.posts / hand_in(size.posts)
        before = resident(running.pid)
        peak = [before]
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(0.02):
                peak.append(resident(running.pid))

        looking = threading.Thread(target=look)
        looking.start()
        hand_in(size.large_mails, size.large_mails, size=size.large_bytes)
        stop.set()
        looking.join()
    return [
        ("LMTP in, 4 connections, 2 kB", f"{rate:,.0f}/s", "≥ 500/s"),
        (
            f"{size.large_mails} mails of {size.large_bytes // 1_000_000} MB at once",
            f"{before:.0f} → {max(peak):.0f} MB",
            "flat",
        ),
    ]


def handed_out(folder: Path, store: Store, size: Size) -> list[Row]:
    left = "SELECT (SELECT count(*) FROM outbox WHERE state = 0) + (SELECT count(*) FROM journal WHERE state = 0)"
    done = "SELECT count(*) FROM outbox WHERE state = 1"
    with sink() as name, server(folder, FOLKMOOT_SMTP_RELAY=f"127.0.0.1:{SINK}"):
        # The posts of the measure before wait already; what they make is handed out now.
        first = count(store, done)
        begun = time.perf_counter()
        wait_for(lambda: count(store, left) == 0, 1_800, 0.2)
        sent, seconds = count(store, done) - first, time.perf_counter() - begun
    return [(f"personal mails to {name}", f"{sent / max(seconds, 1e-6):,.0f}/s ({sent:,})", "≥ 2,000/s")]


def queued(folder: Path, store: Store, size: Size) -> list[Row]:
    times: list[float] = []
    waiting = "SELECT count(*) FROM outbox WHERE state = 0"
    with server(folder):
        before = count(store, waiting)
        hand_in(1, 1, to="large")
        begun = time.perf_counter()
        with httpx2.Client(base_url=f"http://127.0.0.1:{WEB}", timeout=60) as client:
            while count(store, waiting) - before < size.large_group - 1:
                asked = time.perf_counter()
                client.get("/about").raise_for_status()
                times.append((time.perf_counter() - asked) * 1000)
                if time.perf_counter() - begun > 600:
                    raise SystemExit("the large group's post is not queued in ten minutes")
        seconds = time.perf_counter() - begun
    times.sort()
    p95 = times[int(len(times) * 0.95)] if times else 0.0
    return [
        (f"a post to {size.large_group:,} members queued", f"{seconds:.1f} s", "≤ 60 s"),
        ("a web page meanwhile, p95", f"{p95:.0f} ms", "< 500 ms"),
    ]


def imported(folder: Path, store: Store, size: Size) -> list[Row]:
    file = folder / "archive.mbox"
    with file.open("wb") as out:
        for number in range(size.imported):
            out.write(b"From author@example.org Fri Jan 15 12:00:00 2027\n")
            out.write(letter(number, 1_500, "archive").replace(b"\r\n", b"\n") + b"\n")
    begun = time.perf_counter()
    report = import_mbox(store, StoredBlobs(folder / "blobs", store), "archive", [file])
    seconds = time.perf_counter() - begun
    file.unlink()
    return [("mbox import, search ready", f"{report.added / seconds * 60:,.0f}/min", "≥ 20,000/min")]


def multiplied(folder: Path, size: Size) -> None:
    """Copy the imported messages until the archive is as large as wanted; ids and numbers are moved on."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(database_file(settings_of(folder)))) as con:
        (group,) = con.execute("SELECT id FROM accounts WHERE folded = 'archive'").fetchone()
        low, high, n = con.execute(
            "SELECT min(id), max(id), count(*) FROM posts WHERE group_id = ?", (group,)
        ).fetchone()
        step = high - low + 1
        for copy in range(1, max(1, size.archive // max(n, 1))):
            for table, moved in (
                (posts, {"id", "thread_id", "parent_id"}), (bodies, {"post_id"}), (threads, {"id", "last_post_id"}),
            ):  # fmt: skip
                con.execute(
                    copy_of(table, moved, copy * step, copy * n), {"group": group, "low": low, "high": high}
                )
        con.execute(
            "UPDATE groups SET topics_n = (SELECT count(*) FROM threads WHERE group_id = :g) WHERE account_id = :g",
            {"g": group},
        )
        con.commit()
        con.execute("ANALYZE")


def copy_of(table: sa.Table, moved: set[str], by: int, numbers: int) -> str:
    names = [column.name for column in table.columns]
    told = {name: f"{name} - {by}" for name in moved} | {"number": f"number + {numbers}", "message_id": "''"}
    key = "post_id" if table is bodies else "id"
    mine = f"{key} BETWEEN :low AND :high"
    if "group_id" in names:
        mine += " AND group_id = :group"
    chosen = ", ".join(told.get(name, name) for name in names)
    return f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) SELECT {chosen} FROM {table.name} WHERE {mine}"


def pages(folder: Path, size: Size) -> list[Row]:
    """Pages of the group's API as a client gets them, the last ones of the long lists, too."""
    asked = {
        f"page of {size.large_group:,} members": ("getmembers", "large", {}),
        "page of members by name": ("getmembers", "large", {"sort_field": "full_name"}),
        "members found by a part of a name": ("searchmembers", "large", {"q": "ember 59"}),
        "page of topics": ("gettopics", "archive", {}),
        "page of topics by subject": ("gettopics", "archive", {"sort_field": "subject", "sort_dir": "asc"}),
        f"page of {size.archive:,} messages": ("getmessages", "archive", {}),
        "page of messages, oldest first": ("getmessages", "archive", {"sort_dir": "asc"}),
    }
    rows = []
    with server(folder), httpx2.Client(base_url=f"http://127.0.0.1:{WEB}/api/v1/", timeout=60) as client:
        told = {"email": "author@example.org", "password": PASSWORD}
        client.post("login", data=told).raise_for_status()
        for name, (call, group, more) in asked.items():
            times = []
            for _ in range(20):
                begun = time.perf_counter()
                answer = client.get(
                    call, params={"group_name": group, "limit": 20, **more}
                ).raise_for_status()
                times.append((time.perf_counter() - begun) * 1000)
                if not answer.json()["data"]:
                    raise SystemExit(f"{call} shows nothing")
            rows.append((name, f"{sorted(times)[10]:.1f} ms", "< 20 ms"))
    return rows


def figures(size: Size, folder: Path = FOLDER) -> list[Row]:
    """All measures on one store."""
    store = prepare(folder, size)
    try:
        rows = taken_in(folder, size)
        rows += handed_out(folder, store, size)
        rows += queued(folder, store, size)
        rows += imported(folder, store, size)
        multiplied(folder, size)
        rows += pages(folder, size)
    finally:
        store.close()
    return rows


def show(rows: list[Row]) -> None:
    print("\nMailing list, SQLite, one server process")
    print(f"| {'what':44} | {'measured':>24} | {'wanted':>14} |")
    print("|" + "---|" * 3)
    for what, measured, wanted in rows:
        print(f"| {what:44} | {measured:>24} | {wanted:>14} |")


def main() -> None:
    ask = argparse.ArgumentParser(prog="python -m bench.mail", description=__doc__)
    ask.add_argument("--small", action="store_true", help="little of everything: whether it works at all")
    show(figures(SMALL if ask.parse_args().small else FULL))


if __name__ == "__main__":
    main()
