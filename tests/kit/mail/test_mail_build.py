"""Outgoing mail: no value becomes a header, a part or an endless line, and it all reads back."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.kit.mail.addresses import BadAddress, Mailbox
from folkmoot.kit.mail.build import Attachment, build, format_date, message_id, munge_from
from folkmoot.kit.mail.parse import parse
from folkmoot.kit.mail.words import clean_body, clean_line, scrub

ANY = st.text(alphabet=st.characters(), max_size=300)


def names_of(raw: bytes) -> list[str]:
    head = raw.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


@settings(max_examples=200)
@given(ANY, ANY, ANY, ANY)
def test_no_value_becomes_a_header_and_lines_are_short(
    subject: str, person: str, title: str, file: str
) -> None:
    """O01, O02."""
    raw = build(
        [("Subject", subject), ("From", (person, "a@example.org")), ("List-Id", f"{title} <l.example.org>"),
         ("References", title)],
        subject, None, [Attachment(file, file, b"data", file)],
    )  # fmt: skip
    assert names_of(raw) == ["Subject", "From", "List-Id", "References", "MIME-Version", "Content-Type"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    parsed = parse(raw)
    assert len(parsed.attachments) == 1
    assert parsed.attachments[0].data == b"data"
    assert parsed.from_ is not None
    assert parsed.from_.address == "a@example.org"


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: v@example.org",
        "x\nBcc: v",
        "=?utf-8?q?x=0d=0aBcc=3a_v@example.org?=",
        "x\u2028Bcc: v",
        "x\x85Bcc: v",
        "x\rBcc: v",
    ],
)
def test_the_measured_injections_stay_inside(evil: str) -> None:
    raw = build([("Subject", evil), ("From", (evil, "a@example.org")), ("Message-ID", evil)], evil)
    assert names_of(raw) == [
        "Subject",
        "From",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ]
    again = build(
        [(name.title(), value) for name, value in parse(raw).headers if name == "subject"], "copied"
    )
    assert b"\nBcc" not in again


@settings(max_examples=200)
@given(ANY, ANY, st.one_of(st.none(), ANY))
def test_what_is_built_reads_back(subject: str, text: str, html: str | None) -> None:
    parsed = parse(build([("Subject", subject)], text, html))
    assert parsed.subject == clean_line(subject, 1_000)
    expected = scrub(clean_body(text))
    if expected.strip():
        assert parsed.text.rstrip("\n") == expected.rstrip("\n")
    if html is not None:
        assert parsed.html is not None
        assert parsed.html.rstrip("\n") == scrub(clean_body(html)).rstrip("\n")
    assert parsed.problems == []


@pytest.mark.parametrize(
    "text",
    ["--=_part\nhi", "From me\n>From you\n.\n", "x" * 5_000, "-- \nsig", "日本語" * 500, "é" * 3 + "a" * 90],
)
def test_awkward_texts_read_back(text: str) -> None:
    raw = build([], text, None, [Attachment("a.txt", "text/plain", b"x")])
    assert parse(raw).text == text.rstrip("\n")
    assert not re.search(rb"(?m)^From ", raw)


def test_long_subject_is_folded_and_whole_up_to_the_parsers_cap() -> None:
    """O02."""
    subject = "🎉 שלום " * 1_250
    raw = build([("Subject", subject)], "x")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert parse(raw).subject == clean_line(subject, 1_000)
    assert max(len(line) for line in build([("Subject", "y" * 10_000)], "x").split(b"\r\n")) <= 998


def test_recipients_attachments_and_same_bytes() -> None:
    headers = [
        ("From", Mailbox("Zoë", "z@example.org")),
        ("To", [("Ann, A.", "ann@example.org"), Mailbox("", "bob@example.org")]),
        ("Cc", ("Cy", "cy@bücher.example")),
    ]
    files = [Attachment("../../etc/päss\r\nX: y.txt", "text/x\r\nY: z", b"\x00\xff" * 100, "c\r\nid", True)]
    raw = build(headers, "text", "<p>html</p>", files)
    assert raw == build(headers, "text", "<p>html</p>", files)
    parsed = parse(raw)
    assert [m.address for m in parsed.to] == ["ann@example.org", "bob@example.org"]
    assert [m.name for m in parsed.to] == ["Ann, A.", ""]
    assert parsed.cc[0].address == "cy@xn--bcher-kva.example"
    assert parsed.attachments == [
        Attachment("päss X_ y.txt", "application/octet-stream", b"\x00\xff" * 100, "cid", True)
    ]


def test_refuses_what_it_can_not_write() -> None:
    for name in ("Bad Name", "X:\r\nY", "", "Content-Type", "Süß"):
        with pytest.raises(ValueError, match="not a header"):
            build([(name, "x")], "x")
    with pytest.raises(ValueError, match="boundary"):
        build([], "x", boundary="plain")
    with pytest.raises(BadAddress):
        build([("To", ("x", "a@x.org\r\nBcc: b@x.org"))], "x")


def test_dates_ids_and_munged_from() -> None:
    moment = datetime(2026, 11, 22, 1, 3, 17, tzinfo=timezone(timedelta(hours=1)))
    assert format_date(moment) == "Sun, 22 Nov 2026 00:03:17 +0000"
    assert parse(build([("Date", format_date(moment))], "x")).date == moment.astimezone(UTC)
    assert message_id("a>\r\nb", "exa mple.org") == "<ab@example.org>"
    assert munge_from(Mailbox("Zoë", "z@x.org"), "Gardeners", "g@l.org") == Mailbox(
        "Zoë via Gardeners", "g@l.org"
    )
    assert munge_from(Mailbox("ceo@bank", "z@x.org", True), "G", "g@l.org").name == "z via G"


def test_building_is_fast() -> None:
    headers = [("From", ("Zoë", "z@x.org")), ("Subject", "Re: Grüße"), ("References", "<a@b> " * 10)]
    started = time.process_time()
    for _ in range(500):
        build(headers, "Hello world\n" * 40)
    assert (time.process_time() - started) / 500 < 0.001  # some 0.00003 s on an idle machine
