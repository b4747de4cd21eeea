"""The ten bots of the cookbook, each run as its users run it; and the cookbook holds just what is run."""

from __future__ import annotations

import http.server
import json
import mailbox
import re
import runpy
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from folkmoot.client import GroupsIO, Mastodon

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
Run = Callable[..., None]
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Leaves</title>
<item><title>Black</title><link>http://blog.example/2</link><description>Of black tea</description></item>
<item><title>Green</title><link>http://blog.example/1</link><description>Of green tea</description></item>
</channel></rss>"""
ICS = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
SUMMARY:Tasting\\, at\r
  last\r
DTSTART:20310102T100000Z\r
DTEND:20310102T110000Z\r
LOCATION:The cellar\r
END:VEVENT\r
BEGIN:VEVENT\r
SUMMARY:Open day\r
DTSTART;VALUE=DATE:20310203\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def run(told: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run an example as somebody, with arguments."""

    def start(name: str, who: str, *arguments: object) -> None:
        monkeypatch.setenv("MOOT_URL", told["url"])
        monkeypatch.setenv("MOOT_TOKEN", f"token-{who}")
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        runpy.run_path(str(ROOT / "examples" / f"{name}.py"), run_name="__main__")

    return start


def mastodon(told: dict[str, Any], who: str) -> Mastodon:
    return Mastodon(access_token=f"token-{who}", api_base_url=told["url"])


def test_welcome(told: dict[str, Any], run: Run, tmp_path: Path) -> None:
    fay = mastodon(told, "fay")
    fay.account_follow(told["people"]["ivan"]["id"])
    for _ in range(2):
        run("welcome", "ivan", tmp_path / "greeted.json")
    got = [one for one in fay.notifications(types=["mention"]) if one.account.username == "ivan"]
    assert len(got) == 1
    assert got[0].status.visibility == "direct"


def test_feed(told: dict[str, Any], run: Run, tmp_path: Path) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(FEED.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    feed = f"http://127.0.0.1:{server.server_port}/feed"
    for _ in range(2):
        run("feed", "ivan", feed, tmp_path / "seen.json")
    server.shutdown()
    server.server_close()
    posts = mastodon(told, "ivan").account_statuses(told["people"]["ivan"]["id"])
    assert [one.content.count("black tea") for one in posts if "blog.example" in one.content] == [1]


def test_poll(told: dict[str, Any], run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run("poll", "fay", "Where do we meet?", "The park", "The pub")
    assert capsys.readouterr().out == "the last poll is still open\n"
    posts = mastodon(told, "fay").account_statuses(told["people"]["fay"]["id"])
    assert [[o.title for o in one.poll.options] for one in posts if one.poll] == [["The park", "The pub"]]


def test_reminders(told: dict[str, Any], run: Run, tmp_path: Path) -> None:
    soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=3)
    table = tmp_path / "reminders.csv"
    client = mastodon(told, "cleo")
    for text in ("Carols", "Carols", "Cake"):
        table.write_text(f"{soon:%Y-%m-%dT%H:%M}+00:00,{text}\n2001-01-01T10:00,Long ago\n")
        run("reminders", "cleo", table)
        assert [one.params["text"] for one in client.scheduled_statuses()] == [text]


def write(told: dict[str, Any], who: str, group: str, subject: str) -> None:
    with GroupsIO(told["url"], key=f"token-{who}") as client:
        draft = client.new_draft("draft_type_post", group_name=group)
        client.update_draft(draft.id, subject=subject, body="<p>Said there</p>")
        client.post_draft(draft.id)


def test_mirror(told: dict[str, Any], run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "cellar.mbox"
    write(told, "ada", "cellar", "First")
    run("mirror", "ada", "cellar", target)
    before = len(mailbox.mbox(target))
    write(told, "ada", "cellar", "Second")
    run("mirror", "ada", "cellar", target)
    run("mirror", "ada", "cellar", target)
    assert capsys.readouterr().out.splitlines()[1:] == ["1 new messages", "0 new messages"]
    box = mailbox.mbox(target)
    assert len(box) == before + 1
    assert [one["Subject"] for one in box][-2:] == ["First", "Second"]


def test_digest(told: dict[str, Any], run: Run) -> None:
    mastodon(told, "ben").status_post("Worth reading")
    run("digest", "owner", "parlour")
    with GroupsIO(told["url"], key="token-owner") as client:
        topic = client.get_topics(group_name="parlour").data[0]
        assert "digest" in topic.subject or "digest" in str(topic.hashtags)
        assert "Worth reading" in client.get_topic(topic.id).data[0].body


def test_moderate(told: dict[str, Any], run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    mastodon(told, "fay").account_follow(told["people"]["attic"]["id"])
    for domains, code, said in (((), 1, "wants to come in: fay"), (("suite.test",), 0, "let in: fay")):
        with pytest.raises(SystemExit) as end:
            run("moderate", "ada", "attic", *domains)
        assert end.value.code == code
        assert said in capsys.readouterr().out


def test_log(told: dict[str, Any], run: Run, tmp_path: Path) -> None:
    ended = threading.Event()
    speaker = mastodon(told, "ben")

    def speak() -> None:
        while not ended.wait(0.3):
            speaker.status_post("Said aloud")

    speaking = threading.Thread(target=speak, daemon=True)
    speaking.start()
    run("log", "ada", tmp_path / "log.jsonl", 2)
    ended.set()
    speaking.join()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert len(lines) >= 2
    assert {one["event"] for one in lines} <= {"update", "delete", "status.update"}


def test_backup(told: dict[str, Any], run: Run, tmp_path: Path) -> None:
    from tests.client.test_session import png

    client = mastodon(told, "dora")
    media = client.media_post(png(), "image/png")
    client.status_post("Dots", media_ids=[media])
    for _ in range(2):
        run("backup", "dora", tmp_path / "copy")
    posts = json.loads((tmp_path / "copy" / "posts.json").read_text())
    assert "Dots" in posts[0]["content"]
    assert [one.stat().st_size > 50 for one in (tmp_path / "copy" / "media").iterdir()] == [True]


def test_events(told: dict[str, Any], run: Run, tmp_path: Path) -> None:
    file = tmp_path / "season.ics"
    file.write_text(ICS)
    for _ in range(2):
        run("events", "ada", "cellar", file)
    with GroupsIO(told["url"], key="token-ada") as client:
        found = client.get_events("2031-01-01", group_name="cellar").data
    assert [(one.name, one.all_day) for one in found] == [("Tasting, at last", False), ("Open day", True)]


def test_all_examples_are_run_here_and_told_in_the_cookbook() -> None:
    names = {file.stem for file in EXAMPLES}
    assert len(names) == 10
    assert {name.removeprefix("test_") for name in globals() if name.startswith("test_")} >= names
    cookbook = (ROOT / "docs" / "cookbook.md").read_text()
    assert set(re.findall(r"examples/(\w+)\.py\)", cookbook)) == names
    for file in EXAMPLES:
        assert file.read_text().strip() in cookbook, f"{file.name} is another than in the cookbook: make docs"
