"""kill -9 while mail comes in: what was acknowledged is there, once and whole, also where it is handed in again."""

from __future__ import annotations

import os
import random
import smtplib
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.mailhouse import DOMAIN, letter, with_mail

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import threads
from folkmoot.settings import Settings, variable
from folkmoot.store.engine import open_store
from folkmoot.store.smallmail import StoredBlobs

TAKER = Path(__file__).with_name("mailtaker.py")
SENDERS = 3
TWICE = """SELECT count(*) FROM (SELECT message_id FROM posts WHERE message_id <> ''
    GROUP BY message_id HAVING count(*) > 1) AS twice"""
UNHEARD = """SELECT count(*) FROM posts WHERE NOT EXISTS
    (SELECT 1 FROM journal WHERE kind = 'post_added' AND subject_id = posts.id)"""
UNKEPT = "SELECT count(*) FROM posts WHERE NOT EXISTS (SELECT 1 FROM mails WHERE mails.post_id = posts.id)"
BLOBS = "SELECT message_id, blob FROM mails"


def mail(number: int) -> bytes:
    file = "Q" * 2_000
    parts = (
        f"--b\r\nContent-Type: text/plain\r\n\r\nmail {number}\r\n--b\r\nContent-Type: text/csv\r\n"
        f"Content-Disposition: attachment; filename=a.csv\r\n\r\n{number},{file}\r\n--b--"
    )
    kind = "multipart/mixed; boundary=b"
    return letter(parts, mid=f"{number}@kill", MIME_Version="1.0", Content_Type=kind)


def prepare(settings: Settings) -> int:
    with closing(open_store(settings)) as store:
        person = NewPerson(name="alice", address="alice@example.org", confirmed=True)
        alice = store.write(lambda tx: accounts.add_person(tx, person))
        new = groups.NewGroup(name="moot", title="Moot", description="a group of people")
        group = store.write(lambda tx: groups.create(tx, Viewer(alice), new))
        bob = NewPerson(name="bob", address="bob@example.org", confirmed=True)
        store.write(lambda tx: members.put(tx, group, accounts.add_person(tx, bob)))
        return group


def hand_in(port: int, numbers: list[int], said: list[int]) -> None:
    """Hand mails in until the other side is gone; *said* gets those that were acknowledged."""
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
            for number in numbers:
                client.sendmail("alice@example.org", f"moot@{DOMAIN}", mail(number))
                said.append(number)
    except (OSError, smtplib.SMTPException):
        return


def run_and_kill(settings: Settings, numbers: list[int], seconds: float, *, begun: bool) -> list[int]:
    """What was acknowledged of these mails until the taker was killed, so long after it was there, or (*begun*) after
    it took the first."""
    wanted = {
        "data": settings.data, "database": settings.database, "mail_domain": DOMAIN, "url": settings.url,
        "rate_limits": "false",
    }  # fmt: skip
    environment = {**os.environ, **{variable(name): str(value) for name, value in wanted.items()}}
    said: list[int] = []
    with subprocess.Popen(
        [sys.executable, str(TAKER)], env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        port = int(child.stdout.readline())
        senders = [
            threading.Thread(target=hand_in, args=(port, numbers[n::SENDERS], said)) for n in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        patience = time.monotonic() + 20
        while begun and not said and time.monotonic() < patience:
            time.sleep(0.01)
        time.sleep(seconds)
        child.kill()
        for sender in senders:
            sender.join()
    return said


def check(settings: Settings, group: int, said: list[int]) -> None:
    with closing(open_store(settings)) as store:
        blobs = StoredBlobs(settings.folder / "blobs", store)
        ids = [f"{number}@kill" for number in said]
        there = store.read(lambda tx: threads.find_message_ids(tx, group, ids)) if ids else {}
        assert set(there) == set(ids), "acknowledged and not there"
        counts = store.read(lambda tx: [tx.text_sql(q, q).fetchone()[0] for q in (TWICE, UNHEARD, UNKEPT)])
        assert counts == [0, 0, 0], "twice, without its journal line, or without its mail"
        # Of one that was not acknowledged the bytes may be missing till it is handed in again.
        for mid, key in store.read(lambda tx: tx.text_sql(BLOBS, BLOBS).fetchall()):
            assert mid not in there or f"<{mid}>".encode() in blobs.get(key)


def rounds(settings: Settings, count: int) -> int:
    changed = with_mail(settings)
    group = prepare(changed)
    seed = int(os.environ.get("FOLKMOOT_TEST_SEED", time.time_ns() % 1_000_000))
    dice, said, waiting = random.Random(seed), set[int](), list(range(400))
    for number in range(count):
        # A mail server hands in again what was not acknowledged, and now and then what was.
        again = dice.sample(sorted(said), min(20, len(said)))
        fresh = [*again, *(n for n in waiting if n not in said)][:400]
        waiting += range(len(waiting), len(waiting) + 100)
        said |= set(run_and_kill(changed, fresh, dice.uniform(0.05, 0.5), begun=number % 2 == 0))
        try:
            check(changed, group, sorted(said))
        except AssertionError as error:
            raise AssertionError(f"round {number} of seed {seed}: {error}") from error
    return len(said)


def test_kill_9_loses_no_mail_that_was_acknowledged(settings: Settings) -> None:
    assert rounds(settings, 2) >= 1


@pytest.mark.soak
def test_kill_9_many_times_while_mail_comes_in(settings: Settings) -> None:
    count = int(os.environ.get("FOLKMOOT_TEST_SOAK_ROUNDS", "60"))
    assert rounds(settings, count) >= count // 2, "every other round takes one at least"
