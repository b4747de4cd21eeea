"""Where a message ends and what its dots mean does not depend on the pieces in which it comes, nor to whom it may go on
what was known a moment ago."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from tests.support.mailgroup import Moot
from tests.support.mailhouse import DOMAIN, letter

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import grouplife
from folkmoot.domain.mail import mailing
from folkmoot.doors.mail import incoming
from folkmoot.doors.mail.accept import is_quick
from folkmoot.doors.mail.incoming import Incoming

BODIES = [
    b"", b"\r\n", b".\r\n", b"..\r\n...\r\n", b"a\r\n.b\r\n", b"\n.\n\r.\r\r\n", b"\r\r\n\r\n\r\n", b"x" * 40 + b"\r\n",
    b"\r\n.\r", b".\n.\r\n\n.\r\n",
]  # fmt: skip


def stuffed(body: bytes) -> bytes:
    """As a client sends it (RFC 5321, 4.5.2), to the end."""
    body = body if body.endswith(b"\r\n") or not body else body + b"\r\n"
    sent = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
    return sent + b".\r\n"


def taken(folder: Path, sent: bytes, sizes: list[int]) -> tuple[bytes, bytes]:
    """(the message, what stood behind it), where it comes in pieces of these sizes."""
    coming, at, rest = Incoming(folder), 0, b""
    for size in sizes:
        rest += coming.feed(sent[at : at + size])
        at += size
        asyncio.run(coming.relieve())
        if coming.ended:
            break
    assert coming.ended
    return bytes(coming.read()), rest + sent[at:]


def test_any_pieces_give_the_same_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "BLOCK", 8)
    chance = random.Random(7)
    bodies = BODIES + [bytes(chance.choices(b"\r\n.a", k=chance.randrange(60))) for _ in range(60)]
    for body in bodies:
        body = body if body.endswith(b"\r\n") or not body else body + b"\r\n"
        sent = stuffed(body) + b"QUIT\r\n"
        for most in (1, 2, 3, 7, 1_000):
            sizes = [chance.randint(1, most) for _ in sent]
            assert taken(tmp_path, sent, sizes) == (body, b"QUIT\r\n"), (body, most)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_wanted_is_counted_and_not_kept(tmp_path: Path) -> None:
    coming = Incoming(tmp_path)
    coming.feed(b"x" * 300_000)
    asyncio.run(coming.relieve())
    assert coming.is_large
    coming.forget()
    assert coming.feed(b"y" * 100_000 + b"\r\n.\r\nNOOP\r\n") == b"NOOP\r\n"
    assert (coming.ended, coming.octets, coming.is_large, coming.read()) == (True, 400_002, False, b"")


def test_a_part_behind_a_bare_return_is_not_read_in_a_hurry() -> None:
    assert is_quick(b"Subject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n")
    for end in (b"\r", b"\n", b"\r\n"):
        assert not is_quick(
            b"Subject: x" + end + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n"
        )
        assert not is_quick(b"Subject: x" + end + b"Content-Disposition: attachment\r\n\r\nx\r\n")


def test_a_group_that_is_gone_since_a_moment_takes_no_mail(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    assert moot.house.send(letter(mid="first@x"))[0] == 250
    moot.house.write(lambda tx: grouplife.delete(tx, Viewer(alice), group))
    assert moot.house.send(letter(mid="second@x"))[0] == 550
    assert moot.house.send(letter(mid="third@x"), "alice@example.org", f"moot+help@{DOMAIN}")[0] == 550
    assert not moot.house.read(lambda tx: mailing.known(tx, group, ["second@x"]))
