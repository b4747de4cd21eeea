"""The guard refuses what would burn a parser, in linear time, and measures the rest."""

import time

import pytest

from folkmoot.kit.mail.guard import Unparsable, check
from folkmoot.kit.mail.parse import parse

HEAD = b"From: a@example.org\nSubject: x\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=q\n\n"
BIG = 30_000_000


def nested(depth: int) -> bytes:
    return (
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
            for level in range(depth)
        )
        + b"\nhi"
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (HEAD + b"X: y\n" * 100_000 + b"\nx", "too many header lines"),
        (HEAD + b"X: " + b"a" * 1_000_000 + b"\n\nx", "one header too large"),
        (HEAD + b"X: a\n" + b" a\n" * 1_000_000, "one header too large"),
        (HEAD + (b"X: " + b"a" * 900 + b"\n") * 200 + b"\nx", "header block too large"),
        (
            HEAD + b"Content-Type: text/plain" + b";" * 24_000 + b"\n\nx",
            "Content-Type with too many parameters",
        ),
        (MIXED + b"--q\n\n" * 50_000, "too many parts"),
        (nested(1_000), "nested too deep"),
        (b"Content-Type: message/rfc822\n\n" * 500 + b"x", "nested too deep"),
        (MIXED + b"--\n" * 10_000_000, "too many lines that look like boundaries"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses_past_a_limit_and_parse_still_answers(raw: bytes, reason: str) -> None:
    """S07, S27 and the Content-Type of measured spam."""
    started = time.process_time()
    with pytest.raises(Unparsable) as caught:
        check(raw)
    assert caught.value.reason == reason
    parsed = parse(raw)
    assert parsed.problems[0] == f"unparsable: {reason}"
    assert len(parsed.text) <= 100_000
    if raw.startswith(HEAD):
        assert parsed.from_ is not None
        assert parsed.subject == "x"
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"\n" + b"x" * BIG,
        MIXED + b"--q\n\n" + b"--" * (BIG // 2),
        b"\n" * BIG,
        b"\0" * BIG,
        b":" * BIG,
        b"Subject" + b" " * BIG,
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 10_000_000,
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 5_000_000,
        HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 5_000_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<b>" * 5_000_000,
        HEAD + b"Content-Type: text/html\n\n" + b"<!--<style>" * 500_000,
    ],
    ids=[
        "line",
        "dashes",
        "newlines",
        "nul",
        "colons",
        "spaces",
        "base64",
        "qp",
        "flowed",
        "html",
        "comments",
    ],
)
def test_thirty_megabytes_are_linear(raw: bytes) -> None:
    started = time.process_time()
    shape = check(raw)
    parsed = parse(raw)
    assert time.process_time() - started < 20
    assert shape.size == len(raw)
    assert len(parsed.text) <= 2_000_000


def test_shape_counts_parts_depth_and_received() -> None:
    raw = (
        b"Received: a\nReceived: b\nContent-Type: multipart/mixed; boundary=o\n\npre\n--o\n"
        b"Content-Type: multipart/alternative; boundary=i\n\n--i\n\nplain\n--i\n"
        b"Content-Type: text/html\n\n<p>\n--i--\n"
        b"--o\nContent-Type: message/rfc822\n\nSubject: inner\n\nbody\n--o--\nepilogue"
    )
    shape = check(raw)
    assert [part.mime for part in shape.parts] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "message/rfc822", "text/plain",
    ]  # fmt: skip
    assert (shape.received, shape.depth, shape.header_lines) == (2, 2, 3)
    assert raw[shape.parts[2].body : shape.parts[2].end] == b"plain"
    assert raw[shape.parts[4].body : shape.parts[4].end] == b"Subject: inner\n\nbody"
    assert shape.problems == []


def test_same_boundary_at_two_levels_and_never_closed_are_noted() -> None:
    raw = MIXED + b"--q\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\none"
    assert check(raw).problems == ["same boundary at two levels", "boundary never closed"]
    assert parse(raw).text == "one"
