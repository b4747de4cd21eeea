"""Parsing one message: never raises, and each odd mail of the catalogue has its safe outcome."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.kit.mail.octets import Mapped
from folkmoot.kit.mail.parse import parse
from folkmoot.kit.mail.signing import BodyHashes

HEAD = b"From: Bob <bob@example.org>\r\nSubject: Hello\r\n"
FILE = b"Content-Type: application/x-y\nContent-Disposition: attachment"
PIECES = [
    b"\n", b"\r\n", b"\r", b"--b", b"--b--", b"Content-Type: ", b"multipart/mixed; boundary=b",
    b"multipart/alternative",
    b"message/rfc822", b"text/html", b"text/plain; format=flowed; charset=", b"utf-7", b"x-unknown",
    b"=?utf-8?q?", b"?=",
    b"From: ", b"a@b.org", b"<", b">", b"Date: ", b"Content-Transfer-Encoding: base64",
    b"quoted-printable", b"=", b"\xff",
    b"\x00", b";", b" ", b"\t", b'"', b"Content-Disposition: attachment; filename*0*=",
    b"References: ", b"<table>", b"<a",
]  # fmt: skip


def assert_sound(raw: bytes) -> None:
    parsed = parse(raw)
    assert (parsed.from_ is None) == (parsed.from_problem is not None)
    text = parsed.text + parsed.subject + "".join(value for _, value in parsed.headers)
    assert not re.search("[\x00\r\ud800-\udfff]", text)
    assert parsed.date is None or parsed.date.tzinfo is UTC


@given(st.binary(max_size=2_000))
def test_never_raises_on_any_bytes(raw: bytes) -> None:
    assert_sound(raw)


@settings(max_examples=400)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=60))
def test_never_raises_on_mail_in_pieces(pieces: list[bytes]) -> None:
    assert_sound(b"".join(pieces))


def test_eight_bit_headers_and_nul_are_shown_with_replacements() -> None:
    """S08."""
    parsed = parse(b"Subject: caf\xe9 \x00x\nFrom: a@b.org\n\nbo\x00dy \xe9")
    assert parsed.subject == "café x"
    assert parsed.text == "bo\ufffddy é"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"<a@b>", "a@b"), (b" a@b ", "a@b"), (b"<>", None), (b"", None), (b"<" + b"x" * 998 + b"@b>", None),
        (b"<a b@c>", None), (b"<../../etc/passwd>", None), (b"<a/b@c>", "a/b@c"), (b"<a\xff@c>", None),
    ],
)  # fmt: skip
def test_message_ids(value: bytes, expected: str | None) -> None:
    """S19."""
    assert parse(b"Message-ID: " + value + b"\n\nx").message_id == expected


def test_references_are_unique_ordered_and_capped() -> None:
    """S21."""
    ids = [f"{number}@x" for number in range(3_000)]
    raw = (
        b"References: "
        + " ".join(f"<{item}>" for item in ["0@x", *ids]).encode()
        + b"\nIn-Reply-To: <p@x> (Bob)\n\nx"
    )
    parsed = parse(raw)
    assert parsed.references == ["0@x", *ids[-100:]]
    assert parsed.in_reply_to == ["p@x"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Thu, 01 Jan 1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Tue, 19 Jan 2038 03:14:08 +0000", datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
        ("1 Jan 2106 00:00 GMT", datetime(2106, 1, 1, tzinfo=UTC)),
        ("Wed, 1 Nov 17 07:04:53 +0100 (CET)", datetime(2017, 11, 1, 6, 4, 53, tzinfo=UTC)),
        ("Wed Nov  1 06:04:53 2017", datetime(2017, 11, 1, 6, 4, 53, tzinfo=UTC)),
        ("Wed Nov 1 06:04:53 PST 2017", datetime(2017, 11, 1, 14, 4, 53, tzinfo=UTC)),
        ("2017-11-01T07:04:53+01:00", datetime(2017, 11, 1, 6, 4, 53, tzinfo=UTC)),
        ("Mon, 1 Nov 2107 00:00:00 +0000", None),
        ("Mon, 1 Nov 1969 00:00:00 +0000", None),
        ("Mon, 1 Nov 2017 00:00:00 +9999", None),
        ("Mon, 31 Feb 2017 00:00:00 +0000", None),
        ("9" * 5_000, None),
        ("never", None),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    """S22."""
    assert parse(f"Date: {value}\n\nx".encode()).date == expected


@pytest.mark.parametrize(
    "charset", ["DEFAULT_CHARSET", "X-UNKNOWN", "ansi_x3.110-1983", "idna", "rot13", "..", "\x00"]
)
def test_unknown_charsets_are_replaced(charset: str) -> None:
    """S24."""
    head = f"Content-Type: text/plain; charset={charset}\n\n".encode()
    assert parse(head + "é".encode()).text == "é"
    parsed = parse(head + b"\xe9")
    assert parsed.text == "é"
    assert parsed.problems == ["charset replaced"]


def test_decoding_is_capped() -> None:
    """S23."""
    for encoding, body in ((b"base64", b"=" * 10_000_000), (b"quoted-printable", b"=\r\n" * 3_000_000)):
        started = time.process_time()
        parsed = parse(HEAD + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body)
        assert parsed.text.strip() == ""
        assert time.process_time() - started < 10
    assert len(parse(HEAD + b"\n" + b"x" * 3_000_000).text) == 2_000_000


def test_html_only_gets_a_text() -> None:
    """S25."""
    parsed = parse(
        HEAD
        + b"Content-Type: text/html\n\n<style>p{}</style><p>Hi <b>you</b></p><script>x()</script><p>there"
    )
    assert parsed.text.split() == ["Hi", "you", "there"]
    assert parsed.html is not None
    assert "<script>" in parsed.html


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"../../etc/passwd"', "passwd"), ("con.txt", "_con.txt"), ('"C:\\\\dir\\\\x.doc"', "x.doc"),
        ('"a\\\r\n X: y"', "a X_ y"), ('"' + "x" * 300 + '.pdf"', "x" * 180 + ".pdf"),
        ('"cod=?utf-8?q?=E2=80=AEexe=2Etxt?="', "codexe.txt"), ('""', "attachment"),
        ('"=?utf-8?q?a=0D=0AX=3A_y?="', "a X_ y"),
    ],
)  # fmt: skip
def test_attachment_names_are_safe(name: str, shown: str) -> None:
    """S26."""
    raw = (
        HEAD
        + b"Content-Type: application/x-y\nContent-Disposition: attachment; filename="
        + name.encode()
        + b"\n\ndata"
    )
    found = parse(raw).attachments
    assert [item.name for item in found] == [shown]
    assert found[0].data == b"data"


def test_names_of_rfc_2231() -> None:
    raw = HEAD + FILE + b";\n filename*0*=utf-8''p%C3%A4;\n filename*1=ss.txt\n\nd"
    assert parse(raw).attachments[0].name == "päss.txt"


def test_crypt_tnef_and_signatures_are_kept_whole() -> None:
    """S28."""
    signed = (
        b"Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n"
        b"Content-Type: text/plain\r\n\r\nhi\r\n--s\r\n"
        b"Content-Type: application/pgp-signature\r\n\r\nSIG\r\n--s--\r\n"
    )
    parsed = parse(HEAD + signed)
    assert parsed.text == "hi"
    assert [(item.name, item.data) for item in parsed.attachments] == [("attachment.asc", b"SIG")]
    secret = signed.replace(b"signed", b"encrypted").replace(b"text/plain", b"application/pgp-encrypted")
    assert len(parse(HEAD + secret).attachments) == 2
    tnef = (
        HEAD + b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n"
    )
    assert parse(tnef).attachments[0].data == b"\x00\x01\x02"


def test_alternative_related_and_forwarded_message() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=m\n\n--m\n"
        b"Content-Type: multipart/alternative; boundary=a\n\n"
        b"--a\n\nplain\n--a\nContent-Type: multipart/related; boundary=r\n\n--r\n"
        b"Content-Type: text/html\n\n<p>html\n"
        b"--r\nContent-Type: image/png\nContent-ID: <c@i>\n\nPNG\n--r--\n--a--\n--m\n"
        b"Content-Type: message/rfc822\n\n"
        b"Subject: inner\n\nold\n--m\n\nfooter\n--m--\n"
    )
    parsed = parse(HEAD + raw)
    assert parsed.text == "plain\nfooter"
    assert parsed.html == "<p>html"
    assert [(item.name, item.content_id, item.inline) for item in parsed.attachments] == [
        ("attachment", "c@i", True), ("attachment.eml", None, False),
    ]  # fmt: skip
    assert parsed.attachments[1].data == b"Subject: inner\n\nold"


def test_flowed_text_is_joined() -> None:
    raw = (
        HEAD
        + b"Content-Type: text/plain; format=flowed\n\nlong \nline\n> quo \n> ted\n -- stuffed\n >said\n-- \nsig "
    )
    assert parse(raw).text == "long line\n> quo ted\n-- stuffed\n >said\n-- \nsig "


@pytest.mark.parametrize(
    ("header", "auto", "bounce", "answerable"),
    [
        (b"X: y", False, False, True),
        (b"Auto-Submitted: no", False, False, True),
        (b"Auto-Submitted: auto-replied; x=y", True, False, False),
        (b"Precedence: bulk", True, False, False),
        (b"Precedence: junk", True, False, False),
        (b"Precedence: list", False, False, False),
        (b"Precedence: bulk\nList-Id: <l.x.org>", False, False, False),
        (b"X-Auto-Response-Suppress: All", True, False, False),
        (b"Subject: Automatic reply: Hello", True, False, False),
        (b"Subject: Automatische Antwort: x", True, False, False),
        (b"Subject: Out of office: x", True, False, False),
        (b"Subject: Re: Is the vacation module done?", False, False, True),
        (b"Return-Path: <>", False, True, False),
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=b", False, True, False),
    ],
)
def test_machines_are_told_from_people(header: bytes, auto: bool, bounce: bool, answerable: bool) -> None:
    """S05, S13, S15."""
    parsed = parse(b"From: a@b.org\n" + header + b"\n\nx")
    assert (parsed.auto_submitted, parsed.is_bounce, parsed.answerable) == (auto, bounce, answerable)


def test_loops_can_be_seen() -> None:
    """S13, S14, S16."""
    raw = (
        b"Received: x\n" * 51
        + b"List-Id: Our list <Our.Example.org>\nList-Post: <mailto:a@b>\nX-BeenThere: a@b\n\nx"
    )
    parsed = parse(raw)
    assert parsed.received_count == 51
    assert parsed.list_id == "our.example.org"
    assert set(parsed.list_headers) == {"list-id", "list-post", "x-beenthere"}


def test_a_sender_in_doubt_is_none_with_a_reason() -> None:
    """S09, S10."""
    two = parse(b"From: a@b.org, c@d.org\n\nx")
    assert (two.from_, two.from_problem) == (None, "more than one mailbox")
    twice = parse(b"From: a@b.org\nFrom: c@d.org\n\nx")
    assert twice.from_problem == "more than one From header"
    trap = parse(b"From: member@example.org <intruder@evil.test>\n\nx")
    assert trap.from_ is not None
    assert (trap.from_.address, trap.from_.suspicious) == ("intruder@evil.test", True)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"\r\nhello\r\n",
        HEAD.replace(b"\r\n", b"\r") + b"\rold lines\r",
        b"From MAILER Fri\n" + HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\n"
        + FILE + b"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--b--\r\n",
        HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(60)),
    ],
)  # fmt: skip
def test_a_mail_in_a_file_reads_as_one_in_memory(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(raw)
    with (tmp_path / "mail").open("rb") as file:
        mapped = Mapped(file.fileno())
    assert parse(mapped) == parse(raw)
    mapped.give_back()
    for relaxed in (True, False):
        assert BodyHashes(mapped, 20).of(relaxed=relaxed) == BodyHashes(raw[20:]).of(relaxed=relaxed)
