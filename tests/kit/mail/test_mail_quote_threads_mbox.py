"""Replies taken apart, threads built without loops, mbox files streamed."""

import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.kit.mail.mbox import (
    MboxItem,
    envelope_date,
    looks_like_envelope,
    quote_from,
    read_mbox,
    unquote_from,
    write_mbox,
)
from folkmoot.kit.mail.quote import split_reply
from folkmoot.kit.mail.threads import (
    Ref,
    base_subject,
    is_reply_subject,
    parent_candidates,
    thread,
    without_tag,
)

DAY = datetime(2020, 1, 1, tzinfo=UTC)


def test_a_reply_above_a_quote() -> None:
    text = "Thanks!\n\n-- \nBob\n\nOn Mon, 1 Jan 2020, Ann <ann@example.org> wrote:\n> hi\n> there\n"
    reply = split_reply(text)
    assert (reply.body, reply.signature) == ("Thanks!", "-- \nBob")
    assert reply.quoted == "On Mon, 1 Jan 2020, Ann <ann@example.org> wrote:\n> hi\n> there"
    assert [kind for kind, _ in reply.parts] == ["body", "signature", "quoted"]


def test_answers_between_quotes_stay_with_their_quotes() -> None:
    text = "Hi,\n\nAm 1.1.2020 um 10:00 schrieb Ann:\n> one?\nYes.\n> two?\nNo.\n> unanswered\n"
    reply = split_reply(text)
    assert reply.body == "Hi,\n\n> one?\nYes.\n> two?\nNo."
    assert reply.quoted.endswith("> unanswered")


@given(st.lists(st.sampled_from(["> q\n", "text\n", "\n", "-- \n", "On 1 May 2020 Ann wrote:\n",
"From: a\n", "To: b\n",
                                 "Subject: c\n", "```\n", "Sent from my iPhone\r\n",
                                 "-----Original Message-----\n", "x"])))  # fmt: skip
def test_no_text_is_lost(lines: list[str]) -> None:
    text = "".join(lines)
    reply = split_reply(text)
    assert "".join(part for _, part in reply.parts) == text


@pytest.mark.parametrize(
    "text",
    ["On a a a a a a a a:\n" * 20_000, (" " * 490 + ":\n") * 5_000, "> On x wrote:\n" * 20_000,
    "on wrote " * 200_000,
     ("am bbbb " + "schrieb x" * 50 + ">\n") * 5_000, ("- " * 200 + "x\n") * 20_000],
)  # fmt: skip
def test_hostile_replies_are_bounded(text: str) -> None:
    started = time.process_time()
    split_reply(text)
    assert time.process_time() - started < 20


def test_parents_nearest_first() -> None:
    assert parent_candidates(["a", "b", "c"], ["c"]) == ["c", "b", "a"]
    assert parent_candidates(["a", "b"], ["x"]) == ["b", "a", "x"]
    assert parent_candidates([], ["x", "y"]) == ["x", "y"]
    assert len(parent_candidates([str(n) for n in range(10_000)], [])) == 101


@pytest.mark.parametrize(
    ("subject", "base", "reply"),
    [
        ("Re: Hello", "Hello", True), ("RE[2]: AW: Hello", "Hello", True), ("[team] Re: [team] Hello",
        "Hello", True),
        ("SV: VS: Antw: Hello (fwd)", "Hello", True), ("回复：Hello", "Hello", True), ("Ответ: Hello",
        "Hello", True),
        ("Regarding: x", "Regarding: x", False), ("[other] Hello", "[other] Hello", False), ("", "", False),
        ("Re: " * 30, "", True),
    ],
)  # fmt: skip
def test_subjects(subject: str, base: str, reply: bool) -> None:
    assert base_subject(subject, "team") == base
    assert is_reply_subject(subject, "team") is reply


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("Fwd: [team]  a  talk", "Fwd: a talk"),
        ("[TEAM] WG: a talk", "WG: a talk"),
        ("Re: [team] [team] x", "Re: x"),
        ("a [team] talk", "a [team] talk"),
        ("", ""),
    ],
)
def test_a_subject_without_its_tag_keeps_its_marks(subject: str, shown: str) -> None:
    assert without_tag(subject, "team") == shown


def test_threads_with_a_missing_message_a_subject_and_a_loop() -> None:
    parents = thread(
        [
            Ref("b", ["gone", "a"]), Ref("a", []), Ref("c", ["gone2"], date=DAY + timedelta(1)),
            Ref("d", ["gone2"], date=DAY),
            Ref("l1", ["l2"]), Ref("l2", ["l1"]), Ref("self", ["self"]),
            Ref("s1", subject="Tea", date=DAY), Ref("s2", subject="Re: tea", date=DAY + timedelta(3)),
            Ref("s3", subject="Re: tea", date=DAY + timedelta(90)),
            Ref("s4", subject="Tea", date=DAY + timedelta(4)),
        ]
    )  # fmt: skip
    assert parents["b"] == "a"
    assert (parents["c"], parents["d"]) == ("d", None)
    assert {parents["l1"], parents["l2"]} in ({None, "l1"}, {None, "l2"})
    assert parents["self"] is None
    assert (parents["s1"], parents["s2"], parents["s3"], parents["s4"]) == (None, "s1", None, None)


@given(st.lists(st.tuples(st.integers(0, 12), st.lists(st.integers(0, 15), max_size=4)), max_size=14))
def test_threads_never_loop(links: list[tuple[int, list[int]]]) -> None:
    """S21."""
    parents = thread([Ref(str(name), [str(item) for item in refs]) for name, refs in links])
    assert set(parents) == {str(name) for name, _ in links}
    for name in parents:
        step: str | None = name
        for _ in range(len(parents) + 1):
            step = parents[step] if step is not None else None
        assert step is None


def test_a_long_chain_is_fast_either_way() -> None:
    refs = [Ref(str(n), [str(m) for m in range(max(0, n - 100), n)]) for n in range(5_000)]
    started = time.process_time()
    for order in (refs, refs[::-1]):
        parents = thread(order)
        assert all(parents[str(n)] == str(n - 1) for n in range(1, 5_000))
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("line", "is_envelope"),
    [
        (b"From a@b.org Wed Nov 01 06:04:53 2017", True),
        (b"From MAILER_DAEMON Thu Jan  1 00:00:00 1970", True),
        (b"From - Thu Jan  1 00:00:00 1970", True), (b"From ???@??? Thu Jan 01 00:00:00 1970 +0000", True),
        (b"From someone ?????", True), (b"From a@b Thu, 1 Jan 1970 00:00:00 +0100", True),
        (b"From a Thu Jan  1 00:00 PST 1970 remote from host", True), (b"From now on it is Thu", False),
        (b"From a@b.org", False), (b"From: a@b.org", False), (b">From a Thu Jan  1 00:00:00 1970", False),
        (b"From " + b"a " * 2_000, False),
    ],
)  # fmt: skip
def test_envelopes(line: bytes, is_envelope: bool) -> None:
    assert looks_like_envelope(line) is is_envelope


def test_envelope_dates() -> None:
    assert envelope_date(b"From a@b Wed Nov  1 06:04:53 2017") == datetime(2017, 11, 1, 6, 4, 53, tzinfo=UTC)
    assert envelope_date(b"From a@b ?????") is None


def read(tmp_path: Path, data: bytes, limit: int = 1 << 26) -> list[MboxItem]:
    path = tmp_path / "x.mbox"
    path.write_bytes(data)
    return list(read_mbox(path, limit))


FROM = b"From a@b Wed Nov  1 06:04:53 2017"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_items_are_cut_exactly(tmp_path: Path, end: bytes) -> None:
    body = end.join([b"Subject: x", b"", b"From nowhere", b"", b"From here on", b">From x", b"", b""])
    data = (
        b"junk"
        + end * 2
        + FROM
        + end
        + body
        + end
        + FROM
        + end
        + b"Subject: y"
        + end * 2
        + FROM
        + end
        + b"no end"
    )
    junk, first, second, last = read(tmp_path, data)
    assert junk.problem == "bytes before the first From_ line"
    assert (first.envelope, first.raw, first.sep) == (FROM, body, end)
    assert (second.raw, second.sep) == (b"Subject: y" + end, end)
    assert (last.raw, last.sep, last.number) == (b"no end", b"", 4)
    assert data[second.offset : second.offset + second.length].startswith(FROM)
    out = io.BytesIO()
    write_mbox([junk, first, second, last], out)
    assert out.getvalue() == data


def test_a_message_too_big_is_reported_and_the_next_read(tmp_path: Path) -> None:
    data = FROM + b"\n" + b"x" * 79 + b"\n" + b"y" * 5_000_000 + b"\n\n" + FROM + b"\nSubject: y\n"
    big, after = read(tmp_path, data, 2_000_000)
    assert (big.problem, big.raw) == ("message too large", b"")
    assert (after.raw, after.offset, big.length) == (b"Subject: y\n", big.length, data.rindex(FROM))


@given(
    st.lists(
        st.sampled_from([b"\n", b"\r\n", b"From ", FROM, FROM + b"\n", b"text", b"\n\n", b">From "]),
        max_size=20,
    )
)
def test_any_file_round_trips(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    items = read(tmp_path_factory.mktemp("m"), data)
    out = io.BytesIO()
    write_mbox(items, out)
    assert out.getvalue() == data


@given(
    st.lists(st.sampled_from([b"From a\n", b">From b\n", b">>From\n", b"x\n", b"From", b" "]), max_size=10)
)
def test_from_quoting_is_undone(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    assert unquote_from(quote_from(raw)) == raw
    assert not any(line.startswith(b"From ") for line in quote_from(raw).split(b"\n"))
