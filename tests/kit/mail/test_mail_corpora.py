"""Every real mail of the data sets goes through the toolkit: nothing raises, all is bounded and clean."""

import io
import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from folkmoot.kit.mail.mbox import MboxItem, envelope_date, new_item, read_mbox, write_mbox
from folkmoot.kit.mail.parse import Parsed, parse
from folkmoot.kit.mail.quote import split_reply
from folkmoot.kit.mail.threads import Ref, thread

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def assert_clean(parsed: Parsed) -> None:
    assert not CONTROLS.search(parsed.text)
    assert len(parsed.subject) <= 1_000
    for name, value in parsed.headers:
        assert name == name.lower()
        assert "\n" not in value
        assert not CONTROLS.search(value)
    for item in parsed.attachments:
        assert item.name
        assert "/" not in item.name
    assert (parsed.from_ is None) == (parsed.from_problem is not None)
    reply = split_reply(parsed.text)
    assert "".join(text for _, text in reply.parts) == parsed.text


def test_every_file_of_every_set_parses_within_bounds(mail_data: Path) -> None:
    count = 0
    for path in mail_data.rglob("*"):
        if path.is_file() and path.suffix in {".eml", ".msg", ".txt", ".out", ".bin"}:
            started = time.process_time()
            assert_clean(parse(path.read_bytes()))
            assert time.process_time() - started < 20
            count += 1
    assert count > 500


def test_mbox_files_round_trip_byte_for_byte_and_all_messages_parse(mboxes: list[Path]) -> None:
    ids = set()
    count = 0
    for path in mboxes:
        items = list(read_mbox(path))
        out = io.BytesIO()
        assert write_mbox(items, out) == path.stat().st_size
        assert out.getvalue() == path.read_bytes()
        for item in items:
            assert item.problem is None
            assert envelope_date(item.envelope) or item.envelope == b"From "
            parsed = parse(item.raw)
            assert_clean(parsed)
            ids.add(parsed.message_id)
        count += len(items)
    assert count == 2_039
    assert 800 <= len(ids) <= 812


def test_three_subscribers_see_the_same_texts(mboxes: list[Path]) -> None:
    seen = []
    for name in ("listsao", "mailarchivesao", "mboxvm"):
        path = next(p for p in mboxes if p.name == f"maven-dev-2017-12-{name}.mbox")
        found = {}
        for item in read_mbox(path):
            parsed = parse(item.raw)
            found[parsed.message_id] = (parsed.subject, parsed.from_, parsed.text.rstrip(), parsed.date)
        seen.append(found)
    common = set(seen[0]) & set(seen[1]) & set(seen[2])
    assert len(common) > 200
    assert all(seen[0][key] == seen[1][key] == seen[2][key] for key in common)


def test_known_oddities_of_the_corpus(mboxes: list[Path]) -> None:
    by_name = {
        path.name: [parse(item.raw) for item in read_mbox(path)]
        for path in mboxes
        if path.stat().st_size < 30_000
    }
    assert by_name["no_date.mbox"][0].date is None
    assert by_name["no_date.mbox"][0].list_id == "test@test.invalid"
    assert by_name["no_date.mbox"][0].from_problem == "no From header"
    assert by_name["empty_body.mbox"][0].text.strip() == ""
    html_only = by_name["nexus-html-only.mbox"][0]
    assert html_only.html is not None
    assert html_only.text.strip()
    assert "</" not in html_only.text
    enriched = by_name["text_enriched.mbox"][0].text
    assert enriched.strip()
    assert not re.search(r"</?(bold|italic|fontfamily|param|color)>", enriched, re.IGNORECASE)
    assert by_name["tomcat-ancient-boundary.mbox"][0].text.strip()


def test_threads_of_a_real_month(mboxes: list[Path]) -> None:
    path = next(p for p in mboxes if p.name == "maven-dev-2017-11-listsao.mbox")
    parsed = [parse(item.raw) for item in read_mbox(path)]
    refs = [Ref(p.message_id or "", p.references, p.in_reply_to, p.subject, p.date) for p in parsed]
    parents = thread(refs)
    roots = [name for name, parent in parents.items() if parent is None]
    assert 60 < len(roots) < 130
    for p in parsed:
        known = [ref for ref in p.references if ref in parents and ref != p.message_id]
        if known and p.message_id:
            assert parents[p.message_id] is not None


def header_of(part: dict[str, Any], name: str) -> Any:
    return next((header["value"] for header in part["headers"] if header["name"] == name), None)


def addresses_of(value: Any) -> list[str]:
    held = value.get("Address", {}) if isinstance(value, dict) else {}
    people = held.get("List") or [p for group in held.get("Group") or [] for p in group["addresses"]]
    return [person["address"] for person in people if person["address"]]


def test_agrees_with_another_parser_where_they_can_be_compared(mail_data: Path) -> None:
    """Stalwart's expectations, without its U+FFFD for raw Latin-1 and its own reading of broken MIME."""
    good = {"subject": 0, "from": 0, "to": 0, "text": 0}
    bad = dict.fromkeys(good, 0)
    for path in sorted((mail_data / "stalwart-mail-parser" / "resources" / "eml").rglob("*.eml")):
        expected = json.loads(path.with_suffix(".json").read_text())
        parsed = parse(path.read_bytes())
        root = expected["parts"][0]
        checks: dict[str, tuple[object, object]] = {}
        subject = header_of(root, "subject")
        if isinstance(subject, dict) and "\ufffd" not in subject["Text"]:
            checks["subject"] = parsed.subject, " ".join(subject["Text"].split())
        author = addresses_of(header_of(root, "from"))
        if len(author) == 1 and "@" in author[0]:
            checks["from"] = parsed.from_ and parsed.from_.address, author[0]
        to = addresses_of(header_of(root, "to"))
        if to:
            checks["to"] = [mailbox.address for mailbox in parsed.to], to
        bodies = [expected["parts"][index]["body"].get("Text") for index in expected["text_body"]]
        if (
            len(bodies) == 1
            and bodies[0] is not None
            and "\ufffd" not in bodies[0]
            and path.parent.name != "malformed"
        ):
            checks["text"] = parsed.text.split(), bodies[0].split()
        for name, (ours, theirs) in checks.items():
            (good if ours == theirs else bad)[name] += 1
    assert bad == {"subject": 0, "from": 0, "to": 0, "text": 0}
    assert good["subject"] >= 70
    assert good["from"] >= 70
    assert good["to"] >= 70
    assert good["text"] >= 50


def test_real_bounces_are_seen_as_such_or_at_least_never_raise(mail_data: Path) -> None:
    bounces = [parse(path.read_bytes()) for path in (mail_data / "flufl-bounce" / "data").glob("*.txt")]
    assert len(bounces) > 100
    assert sum(p.is_bounce for p in bounces) > len(bounces) * 0.6


def test_reply_trimmer_cases(mail_data: Path) -> None:
    folder = mail_data / "reply-trimmer" / "test"
    failed = set()
    cases = sorted((folder / "emails").glob("*.txt"))
    for path in cases:
        text = path.read_bytes().decode("utf-8")
        expected = (folder / "trimmed" / path.name).read_text("utf-8")
        reply = split_reply(text)
        assert "".join(part for _, part in reply.parts) == text
        if tidy(reply.body) != tidy(expected):
            failed.add(path.stem)
    assert len(cases) == 64
    assert failed == set()


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def test_messages_without_an_mbox_come_back_from_one(mail_data: Path, tmp_path: Path) -> None:
    raws = [path.read_bytes() for path in sorted((mail_data / "ruby-mail").rglob("*.eml"))]
    moment = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    items = [new_item(number, raw, "bob@example.org", moment) for number, raw in enumerate(raws, 1)]
    target = tmp_path / "out.mbox"
    with target.open("wb") as out:
        write_mbox(items, out)
    back: list[MboxItem] = list(read_mbox(target))
    assert [item.raw for item in back] == [item.raw for item in items]
    assert {envelope_date(item.envelope) for item in back} == {moment}
