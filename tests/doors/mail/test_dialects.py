"""Mail made to hurt whoever reads it, to every kind of address at once: each is answered in time, none is lost."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.mailgroup import Moot
from tests.support.mailhouse import DOMAIN, MailHouse, letter, mail_house, with_mail
from tests.support.postgres import Template

from folkmoot.domain.groups import groups
from folkmoot.domain.mail import mailing, mailproofs, outbox
from folkmoot.doors.mail import servers
from folkmoot.doors.mail.servers import LARGE, LARGE_AT_ONCE
from folkmoot.doors.mail.signs import answer_word, author_word, bounce_word, rsvp_word, secret_of
from folkmoot.settings import Settings

SECONDS = 6.0
ME = "someone@example.net"


def mime(kind: str, body: str | bytes, *more: str) -> bytes:
    head = [f"From: {ME}", "Subject: x", "MIME-Version: 1.0", f"Content-Type: {kind}", *more, "", ""]
    return "\r\n".join(head).encode() + (body.encode() if isinstance(body, str) else body) + b"\r\n"


def nested(levels: int) -> bytes:
    inner = b"Content-Type: text/plain\r\n\r\nend\r\n"
    for n in range(levels):
        inner = f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n".encode() + inner
    return f"From: {ME}\r\nMIME-Version: 1.0\r\n".encode() + inner


def report(status: str, original: str = "") -> bytes:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--b--"
    )
    return mime("multipart/report; report-type=delivery-status; boundary=b", body)


EVENT = (
    "BEGIN:VEVENT\r\nUID:x\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.c\r\nSEQUENCE:99999999999999999999\r\n"
    "END:VEVENT\r\n"
)
NASTY: dict[str, bytes] = {
    "a thousand levels": nested(1_000),
    "fifty levels": nested(49),
    "fifty thousand parts": mime("multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n" * 50_000),
    "a thousand parts": mime(
        "multipart/mixed; boundary=b", "--b\r\nContent-Type: text/html\r\n\r\n<b>x\r\n" * 900
    ),
    "mails in mails": f"From: {ME}\r\n".encode() + b"Content-Type: message/rfc822\r\n\r\n" * 500 + b"x\r\n",
    "a line of ten megabytes": letter("x" * 10_000_000, sender=ME),
    "a header of ten megabytes": letter("x", sender=ME, X_Long="y" * 10_000_000),
    "base64 of nothing": mime("text/plain", b"=" * 10_000_000, "Content-Transfer-Encoding: base64"),
    "soft breaks only": mime(
        "text/plain", "=\r\n" * 1_000_000, "Content-Transfer-Encoding: quoted-printable"
    ),
    "semicolons": mime("text/plain" + ";" * 20_000, "x"),
    "pieces of parameters": mime("text/plain; name*99999999*=x; name*0*=y'z; charset*=\"", "x"),
    "a charset that is none": mime('text/plain; charset="\\"\x00../../x"', b"\xff\xfe\x80"),
    "encoded words that are none": letter(
        "x", sender=f"=?utf-8?b?////?= =?x?q?=?= <{ME}>", Subject="=?utf-16?b?2A==?="
    ),
    "headers that are none": b"From someone\r\n: no name\r\nno colon\r\n" + letter("x", sender=ME),
    "dates that are none": letter("x", sender=ME, Date="Mon, 99 Foo 99999999 99:99:99 +9999"),
    "addresses that are none": letter("x", sender=ME, To='<<>>,"(', Cc="(" * 5_000, Reply_To=",;:" * 2_000),
    "a report without an end": report(
        "\r\n\r\n".join(["Final-Recipient: rfc822;a@b.c\r\nAction: failed"] * 20_000)
    ),
    "a report of one line": report("Final-Recipient: rfc822;" + "a" * 3_000_000),
    "a report that makes the library raise": letter(
        "x", sender="mailer-daemon@\xff", X_Failed_Recipients="=?,<>"
    ),
    "a complaint about itself": mime(
        "multipart/report; report-type=feedback-report; boundary=b",
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        + "x: y\r\n" * 50_000
        + "--b--",
    ),
    "quotes upon quotes": letter("\r\n".join(">" * (n % 500) + " x" for n in range(100_000)), sender=ME),
    "headers in the text": letter("From: a\r\nSent: b\r\n" * 50_000, sender=ME),
    "who wrote what": letter(("On " + "x " * 140 + "\r\n") * 3_000 + "wrote:\r\n", sender=ME),
    "a calendar of thousands": mime(
        "text/calendar; method=REPLY", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + EVENT * 5_000 + "END:VCALENDAR"
    ),
    "a calendar that never ends": mime(
        "text/calendar; method=REPLY", "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + "BEGIN:VEVENT\r\n" * 20_000
    ),
    "a calendar packed up": mime(
        "application/ics", base64.b64encode(b"METHOD:REPLY\r\n" * 30_000), "Content-Transfer-Encoding: base64"
    ),
    "html without an end": mime("text/html", "<div><table><tr><td><b>" * 60_000),
    "styles": mime("text/html", "<p style='" + "a:b;" * 200_000 + "'>x</p>"),
    "nothing": b"\r\n",
    "no end of line": b"x",
    "noughts": b"\0" * 100_000,
    "all octets": bytes(range(256)) * 400,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[MailHouse]:
    folder = tmp_path_factory.mktemp("nasty") / "one"
    Template(run_folder).copy_to(folder)
    settings = with_mail(Settings(data=str(folder)), contact="people@example.org")
    with mail_house(settings, worker=False) as running:
        running.group(running.person("alice"), posting=groups.Posting.ANYONE)
        yield running


@pytest.fixture(scope="module")
def addresses(house: MailHouse) -> list[str]:
    """One of every kind; what is signed is signed well, so that what stands behind it is reached."""
    secret = secret_of(house.settings)
    alice = house.read(lambda tx: groups.id_of_address(tx, "moot")) or 0

    def make(tx: object) -> tuple[int, str]:
        from folkmoot.store.tx import Tx

        assert isinstance(tx, Tx)
        id_ = tx.ids.next()
        outbox.queue(tx, "post", alice, "alice@example.org", group_id=alice, key=id_)
        return id_, mailproofs.make(tx, alice, "approve", 1, ME)

    mail_id, word = house.write(make)
    words = [
        "", "+owner", "+help", "+subscribe", "+unsubscribe", "+digest", f"+approve-{word}", f"+confirm-{word}",
        f"+{bounce_word(secret, mail_id)}", f"+{answer_word(mail_id)}", f"+{author_word(mail_id)}",
        f"+{rsvp_word(secret, 1, 2)}",
    ]  # fmt: skip
    return [*(f"moot{each}@{DOMAIN}" for each in words), f"abuse@{DOMAIN}"]


@pytest.mark.parametrize("name", NASTY)
def test_every_address_answers_in_time(house: MailHouse, addresses: list[str], name: str) -> None:
    data = NASTY[name].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    with house.lmtp() as client:
        client.ehlo_or_helo_if_needed()
        assert client.mail(ME)[0] == 250
        for address in addresses:
            assert client.rcpt(address)[0] == 250, address
        client.putcmd("data")
        assert client.getreply()[0] == 354
        began = time.process_time()
        client.send(data.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
        answers = {address: client.getreply() for address in addresses}
        assert time.process_time() - began < SECONDS
        assert {code for code, _ in answers.values()} <= {250, 550, 554}, answers
        assert client.noop()[0] == 250


def test_who_trickles_a_large_mail_leaves_the_room_to_others(
    moot: Moot, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = moot.group(moot.person("alice"))
    monkeypatch.setattr(servers, "STALL_SECONDS", 0.2)
    begin = b"EHLO x\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<moot@lists.test>\r\nDATA\r\n"
    slow = [
        socket.create_connection(("127.0.0.1", moot.house.settings.smtp_port)) for _ in range(LARGE_AT_ONCE)
    ]
    for n, each in enumerate(slow):
        each.sendall(begin + letter("x\r\n" * LARGE, mid=f"{n}@slow"))
    time.sleep(0.1)
    assert moot.house.send(letter("y\r\n" * LARGE, mid="quick@large"))[0] == 250
    for n, each in enumerate(slow):
        if n:  # comes in drops, where the other is silent
            for _ in range(3):
                each.sendall(b"drop\r\n")
                time.sleep(0.05)
        each.sendall(b".\r\nQUIT\r\n")
        with each, each.makefile("rb") as answer:
            assert b"\r\n451 4.4.2 " in answer.read()
    known = moot.house.read(lambda tx: mailing.known(tx, group, ["0@slow", "1@slow", "quick@large"]))
    assert list(known) == ["quick@large"]
