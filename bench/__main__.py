"""`make bench`: one table of the hot paths against the machine's own yardstick, on SQLite and PostgreSQL."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
from tests.support.postgres import Cluster, end_run, new_run

from bench import client, mail, streams
from bench.load import Load, wrk
from bench.seed import seed, transfer
from folkmoot.settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"
PORT = 3971
URL = f"http://127.0.0.1:{PORT}"
BODY = "status=" + "+".join(["measured"] * 20)
BUDGETS = {
    "home": 0.2,
    "public": 0.2,
    "account": 0.2,
    "tag": 0.2,
    "thread": 0.2,
    "list": 0.2,
    "status": 0.2,
    "notifications": 0.15,
    "notifications v2": 0.15,
    "search": 0.06,
    "post": 0.06,
}


def settings_of(database: str, folder: Path) -> Settings:
    """Settings of the measured server: no limits, one process."""
    return load({}, data=str(folder), port=PORT, database=database, rate_limits=False, log_level="warning")


@contextlib.contextmanager
def server(settings: Settings, *, anew: bool = False) -> Iterator[tuple[float, int]]:
    """`bench.serve` in its own process; yields (seconds from start to first answer, its process id). *anew*: no answer
    stands until the next commit, each is made anew."""
    environment = {
        **os.environ,
        "FOLKMOOT_DATA": settings.data,
        "FOLKMOOT_PORT": str(PORT),
        "FOLKMOOT_RATE_LIMITS": "off",
    }
    environment["FOLKMOOT_LOG_LEVEL"] = "warning"
    if anew:
        environment["FOLKMOOT_ANSWERS_MB"] = "0"
    if settings.database:
        environment["FOLKMOOT_DATABASE"] = settings.database
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bench.serve"], env=environment, cwd=ROOT)
    try:
        while True:
            try:
                httpx2.get(f"{URL}/bench/constant").raise_for_status()
                break
            except httpx2.TransportError:
                if process.poll() is not None or time.perf_counter() - begun > 30:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.005)
        yield time.perf_counter() - begun, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def memory(pid: int) -> float:
    """Resident memory of a process in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0


async def event_delay(token: str, poster: str) -> float:
    """Median milliseconds from the moment a post is sent to its event on the stream of somebody who listens."""
    delays = []
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(base_url=URL, timeout=10) as client,
        client.stream("GET", "/api/v1/streaming/public", headers=headers) as stream,
    ):
        lines = stream.aiter_lines()
        for number in range(30):
            await asyncio.sleep(0.05)
            text = f"event{number}event"
            begun = time.perf_counter()
            posting = client.post(
                "/api/v1/statuses", data={"status": text}, headers={"Authorization": f"Bearer {poster}"}
            )
            sent = asyncio.create_task(posting)
            async for line in lines:
                if text in line:
                    delays.append((time.perf_counter() - begun) * 1000)
                    break
            (await sent).raise_for_status()
    return sorted(delays)[len(delays) // 2]


Line = tuple[str, str, str, str, str, str]
"""What, rate, of the yardstick, the same where each answer is made anew, median ms, 99th percentile ms."""


def questions(folder: Path) -> tuple[dict[str, str], list[str]]:
    """The measured paths by name, and the readers' tokens."""
    words = (folder / "bench.txt").read_text()
    facts = dict(line.split(" ")[:2] for line in words.splitlines() if not line.startswith("token"))
    paths = {
        "home": "/api/v1/timelines/home?limit=20",
        "public": "/api/v1/timelines/public?limit=20",
        "account": f"/api/v1/accounts/{facts['account']}/statuses?limit=20",
        "tag": "/api/v1/timelines/tag/harbour?limit=20",
        "thread": f"/api/v1/statuses/{facts['thread']}/context",
        "status": f"/api/v1/statuses/{facts['status']}",
        "notifications": "/api/v1/notifications?limit=20",
        "notifications v2": "/api/v2/notifications?limit=20",
        "list": f"/api/v1/timelines/list/{facts['list']}?limit=20",
        "search": f"/api/v2/search?q={facts['word']}&type=statuses",
        "friendica home": "/api/statuses/home_timeline.json?count=20",
        "friendica home, XML": "/api/statuses/home_timeline.xml?count=20",
    }
    return paths, re.findall(r"^token (\S+)", words, re.M)


def measure(database: str, folder: Path, seconds: float) -> list[Line]:
    """Rows of the table for one database."""
    paths, tokens = questions(folder)
    settings = settings_of(database, folder)
    with server(settings, anew=True):
        yard, found = reads(paths, tokens, seconds)
        anew = {name: load.rate / yard.rate for name, load in found.items()}
    with server(settings) as (started, pid):
        time.sleep(1)
        idle = memory(pid)
        yard, found = reads(paths, tokens, seconds)
        rows: list[Line] = [
            (
                "yardstick: constant 40 kB",
                f"{yard.rate:,.0f}/s",
                "1.00",
                "",
                f"{yard.p50:.2f}",
                f"{yard.p99:.2f}",
            )
        ]
        rows += [row(name, load, yard, anew[name]) for name, load in found.items()]
        wrk(URL, "/api/v1/statuses", tokens, seconds=2, form=BODY)
        rows.append(row("post", wrk(URL, "/api/v1/statuses", tokens, seconds=seconds, form=BODY), yard))
        delay = asyncio.run(event_delay(tokens[0], tokens[1]))
        rows += [
            ("post to stream event", f"{delay:.1f} ms", "< 10 ms", "", "", ""),
            ("search, one at a time", f"{one(paths['search'], tokens):.1f} ms", "< 100 ms", "", "", ""),
            ("start to first answer", f"{started:.2f} s", "< 1 s", "", "", ""),
            ("memory idle / after load", f"{idle:.0f} / {memory(pid):.0f} MB", "< 120 / 250 MB", "", "", ""),
        ]
    return rows


def reads(paths: dict[str, str], tokens: list[str], seconds: float) -> tuple[Load, dict[str, Load]]:
    """The load of the yardstick and of each path."""
    yard = wrk(URL, "/bench/constant", tokens, seconds=seconds)
    found = {}
    for name, path in paths.items():
        readers = tokens[:1] if name == "list" else tokens  # a list is its owner's
        warm(path, readers)
        wrk(URL, path, readers, seconds=2)
        found[name] = wrk(URL, path, readers, seconds=seconds)
    return yard, found


def warm(path: str, tokens: list[str]) -> None:
    """Ask once as each reader, so that nobody's first feed is built while it is measured."""
    with httpx2.Client(base_url=URL, timeout=30) as client:
        for token in tokens:
            client.get(path, headers={"Authorization": f"Bearer {token}"}).raise_for_status()


def one(path: str, tokens: list[str]) -> float:
    """Median milliseconds of one request after another, each of another reader: no answer stands yet."""
    times = []
    with httpx2.Client(base_url=URL) as client:
        for token in tokens[:15]:
            begun = time.perf_counter()
            client.get(path, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
            times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[len(times) // 2]


def row(name: str, load: Load, yard: Load, anew: float | None = None) -> Line:
    """A line of the table; a ratio below its budget, a long tail or a failure is marked."""
    ratio = load.rate / yard.rate
    budget = BUDGETS.get(name)
    good = (budget is None or ratio >= budget) and load.p99 < 3 * load.p50 and not load.failed
    shown = f"{ratio:.2f}" + (f" (≥ {budget})" if budget else "") + ("" if good else " ✗")
    return (
        name,
        f"{load.rate:,.0f}/s",
        shown,
        "" if anew is None else f"{anew:.2f}" + ("" if budget is None or anew >= budget else " ✗"),
        f"{load.p50:.2f}",
        f"{load.p99:.2f}" + (f", {load.failed} failed" if load.failed else ""),
    )


@contextlib.contextmanager
def own_cluster() -> Iterator[str]:
    """A PostgreSQL of our own, as durable as it comes, with one empty database."""
    run = new_run()
    try:
        with Cluster(run, durable=True).empty() as url:
            yield url
    finally:
        end_run(run)


def seeded(n_posts: int) -> Path:
    """The folder of a SQLite store with so many posts, filled where it is not there yet."""
    folder = FOLDER / f"sqlite-{n_posts}"
    if not (folder / "bench.txt").exists():
        folder.mkdir(parents=True, exist_ok=True)
        seed(settings_of("", folder), n_posts)
    return folder


def figures(database: str, n_posts: int, seconds: float) -> list[Line]:
    """Seed where there is nothing yet, and measure."""
    folder = FOLDER / f"{'postgresql' if database else 'sqlite'}-{n_posts}"
    if database:
        shutil.rmtree(folder, ignore_errors=True)
    if database:
        transfer(settings_of("", seeded(n_posts)), settings_of(database, folder))
        with psycopg.connect(database, autocommit=True) as con:
            con.execute("VACUUM ANALYZE")
    else:
        seeded(n_posts)
    return measure(database, folder, seconds)


def scale(seconds: float, sizes: list[int]) -> None:
    """The same calls on stores of each size, each answer made anew: milliseconds of the median, and how many times
    those of the smallest."""
    found = [sized(seeded(n), seconds) for n in sizes]
    print(f"| {'what':28} |" + "|".join(f" {n:>16,} posts " for n in sizes) + "|")
    print("|" + "---|" * (len(sizes) + 1))
    for name, first in found[0].items():
        cells = (f" {one_[name]:>8.2f} ms ({one_[name] / first:.2f}) " for one_ in found)
        print(f"| {name:28} |" + "|".join(f"{cell:>23}" for cell in cells) + "|")


def sized(folder: Path, seconds: float) -> dict[str, float]:
    """Milliseconds of the median by name, on one store."""
    paths, tokens = questions(folder)
    with server(settings_of("", folder), anew=True):
        _, found = reads(paths, tokens, seconds)
        found["post"] = wrk(URL, "/api/v1/statuses", tokens, seconds=seconds, form=BODY)
        return {name: load.p50 for name, load in found.items()}


def main() -> None:
    ask = argparse.ArgumentParser(prog="make bench", description=__doc__)
    ask.add_argument("--posts", type=int, default=100_000, help="posts in the seeded store (default 100,000)")
    ask.add_argument("--seconds", type=float, default=5, help="seconds for each line (default 5)")
    ask.add_argument(
        "--postgres",
        default=os.environ.get("BENCH_DATABASE", ""),
        help="postgresql://… of an empty database (default: a cluster of our own)",
    )
    ask.add_argument("--sqlite", action="store_true", help="only SQLite")
    ask.add_argument("--json", action="store_true", help="the rows as JSON")
    ask.add_argument(
        "--scale",
        nargs="*",
        type=int,
        metavar="POSTS",
        help="SQLite only: the same calls on several stores, by default of 10,000, 100,000 and 1,000,000 posts",
    )
    ask.add_argument(
        "--mail", choices=("full", "small", "no", "only"), default="full", help="the mailing list"
    )
    ask.add_argument(
        "--streams", type=int, default=streams.CONNECTIONS, help="listening connections (0: not measured)"
    )
    given = ask.parse_args()
    if given.mail == "only":
        mail.show(mail.figures(mail.FULL))
        return
    if given.scale is not None:
        scale(given.seconds, given.scale or [10_000, 100_000, 1_000_000])
        return
    with contextlib.ExitStack() as stack:
        results = {"SQLite": figures("", given.posts, given.seconds)}
        if not given.sqlite:
            results["PostgreSQL"] = figures(
                given.postgres or stack.enter_context(own_cluster()), given.posts, given.seconds
            )
    if given.json:
        print(json.dumps(results))
        return
    client.show()
    for label, rows in results.items():
        print(f"\n{label}, {given.posts:,} posts, 16 connections, one server process")
        print(f"| {'what':28} | {'rate':>14} | {'of yardstick':>18} | made anew | {'p50 ms':>8} | p99 ms |")
        print("|" + "---|" * 6)
        for what, rate, ratio, anew, p50, p99 in rows:
            print(f"| {what:28} | {rate:>14} | {ratio:>18} | {anew:>9} | {p50:>8} | {p99} |")
    if given.mail != "no":
        mail.show(mail.figures(mail.SMALL if given.mail == "small" else mail.FULL))
    if given.streams:
        asyncio.run(streams.main(given.streams))


if __name__ == "__main__":
    main()
