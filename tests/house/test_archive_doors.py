"""A month of a real mailing list, imported: the same threads, ids and order by every door, and every byte back."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mastodon import Mastodon
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from tests.cast import PASSWORD
from tests.support.server import Running, running_server

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.people.passwords import hash_password
from folkmoot.doors.mail import archive
from folkmoot.kit.mail.mbox import read_mbox, unquote_from
from folkmoot.store.tx import Tx

DATA = Path(__file__).parents[3] / "shared/data/mail/apache-ponymail"
GROUP = "maven-dev"
MONTH = "maven-dev-2017-11-{}.mbox"
WORD = "surefire"


@dataclass
class Archive:
    """A served group with a month in it, and where the files are."""

    server: Running
    files: Path
    token: str
    report: Any
    parents: dict[str, str] = field(default_factory=dict)
    """What the headers say: the nearest ancestor that is in the file, by Message-ID."""

    def bring(self, *subscribers: str) -> Any:
        names = [self.files / MONTH.format(name) for name in subscribers]
        return archive.import_mbox(self.server.store, self.server.house.blobs, GROUP, names)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    if not DATA.exists():
        pytest.skip("../shared/data is not here: this test needs real mail")
    folder = tmp_path_factory.mktemp("corpus")
    subprocess.run(["tar", "-xJf", str(next(DATA.glob("*.tar.xz"))), "-C", str(folder)], check=True)
    files = next(folder.rglob("*.mbox")).parent
    hashed = hash_password(PASSWORD)

    def settle(tx: Tx) -> str:
        me = accounts.add_person(
            tx, NewPerson(name="ada", address="ada@cast.test", password_hash=hashed, confirmed=True)
        )
        groups.create(tx, Viewer(me), groups.NewGroup(name=GROUP, description="People who build Maven."))
        return logins.issue_token(tx, account_id=me, app_id=None, scopes="read write")[1]

    with running_server(tmp_path_factory.mktemp("house"), worker=False) as server:
        made = Archive(server, files, server.store.write(settle), None)
        made.report = made.bring("listsao")
        made.parents = said_parents(files / MONTH.format("listsao"))
        yield made


def said_parents(file: Path) -> dict[str, str]:
    """Parent by Message-ID, read with the standard library alone; one mail of the month has no Message-ID."""
    mails = [BytesHeaderParser().parsebytes(unquote_from(item.raw)) for item in read_mbox(file)]
    mails = [mail for mail in mails if _words(mail["Message-ID"])]
    known = {_words(mail["Message-ID"])[0] for mail in mails}
    parents: dict[str, str] = {}
    for mail in mails:
        me = _words(mail["Message-ID"])[0]
        chain = [*_words(mail["In-Reply-To"])[:1], *_words(mail["References"])]
        near = [word for word in chain if word in known and word != me]
        parents.setdefault(me, near[-1] if near else "")
    return parents


def _words(header: object) -> list[str]:
    return re.findall(r"<([^<>\s]+)>", str(header or ""))


Threads = dict[int, list[int]]
"""Ids of a thread's posts in the order shown, by the id of its first."""


def by_mastodon(month: Archive) -> tuple[list[int], Threads, dict[int, int | None]]:
    """All statuses newest first, the contexts, and what each answers."""
    api = Mastodon(access_token=month.token, api_base_url=month.server.url, version_check_mode="none")
    account = api.account_lookup(GROUP)
    found: list[Any] = []
    while page := api.account_statuses(account, limit=40, max_id=found[-1]["id"] if found else None):
        found += page
    answers = {int(s["id"]): int(s["in_reply_to_id"]) if s["in_reply_to_id"] else None for s in found}
    threads = {}
    for root in (id_ for id_, parent in answers.items() if parent is None):
        context = api.status_context(root)
        assert context["ancestors"] == []
        threads[root] = [root, *(int(s["id"]) for s in context["descendants"])]
    return [int(s["id"]) for s in found], threads, answers


class GroupsIo:
    """A Groups.io script that reads everything there is."""

    def __init__(self, url: str) -> None:
        self.http = httpx2.Client(base_url=f"{url}/api/v1")
        form = {"email": "ada@cast.test", "password": PASSWORD, "token": "true"}
        self.http.auth = (self.http.post("/login", data=form).json()["token"], "")

    def all(self, call: str, **ask: Any) -> list[Any]:
        found: list[Any] = []
        token = 0
        while True:
            page = self.http.get(f"/{call}", params={**ask, "limit": 100, "page_token": token})
            assert page.status_code == 200, page.text
            found += page.json()["data"] or []
            token = page.json()["next_page_token"]
            if not page.json()["has_more"]:
                return found


def by_groupsio(month: Archive) -> tuple[list[int], Threads]:
    script = GroupsIo(month.server.url)
    ids = [m["id"] for m in script.all("getmessages", group_name=GROUP, sort_dir="desc")]
    threads: Threads = {}
    for topic in script.all("gettopics", group_name=GROUP):
        lines = [m["id"] for m in script.all("gettopic", topic_id=topic["id"], sort_dir="asc")]
        assert topic["num_messages"] == len(lines)
        threads[lines[0]] = lines
    return ids, threads


def by_friendica(month: Archive, roots: list[int]) -> tuple[list[int], Threads]:
    http = httpx2.Client(base_url=f"{month.server.url}/api", auth=("ada", PASSWORD))

    def all_(path: str, **ask: Any) -> list[int]:
        found: list[int] = []
        while True:
            more = {"max_id": found[-1] - 1} if found else {}
            page = http.get(path, params={**ask, **more, "count": 100})
            assert page.status_code == 200, page.text
            ids = [s["id"] for s in page.json()]
            found += ids
            if not ids:
                return found

    ids = all_("/statuses/user_timeline.json", screen_name=GROUP)
    return ids, {root: all_("/conversation/show.json", id=root)[::-1] for root in roots}


def by_web(month: Archive) -> Threads:
    http = httpx2.Client(base_url=month.server.url, follow_redirects=True)
    threads: Threads = {}
    path: str | None = f"/@{GROUP}"
    while path:
        page = http.get(path)
        for link in dict.fromkeys(re.findall(r'href="(/t/\d+)', page.text)):
            ids = _articles(http, link)
            threads[ids[0]] = ids
        path = _next(page)
    return threads


def _articles(http: httpx2.Client, path: str) -> list[int]:
    found: list[int] = []
    at: str | None = path
    while at:
        page = http.get(at)
        articles = HTMLParser(page.text).css("article[id]")
        found += [int(re.sub(r"\D", "", str(a.attributes["id"]))) for a in articles]
        at = _next(page)
    return found


def _next(page: httpx2.Response) -> str | None:
    link = HTMLParser(page.text).css_first("a[rel=next]")
    return None if link is None else str(page.url.join(str(link.attributes["href"])))


def test_every_door_shows_the_same_archive(month: Archive) -> None:
    ids, threads, answers = by_mastodon(month)
    assert (month.report.added, len(ids), len(set(ids))) == (317, 317, 317)
    assert ids == sorted(ids, reverse=True)
    assert sum(map(len, threads.values())) == 317

    their_ids, their_threads = by_groupsio(month)
    assert their_ids == ids
    assert their_threads.keys() == threads.keys()
    friendica_ids, friendica_threads = by_friendica(month, list(threads))
    assert friendica_ids == ids
    assert friendica_threads == their_threads
    assert by_web(month) == threads
    # Two orders of one thread: Groups.io and Friendica tell by time, Mastodon's context and our pages walk the tree.
    for root, lines in threads.items():
        assert sorted(lines) == their_threads[root] == sorted(their_threads[root])
        seen = set()
        for line in lines:
            assert answers[line] is None or answers[line] in seen
            seen.add(line)


def test_threads_are_what_the_headers_say(month: Archive) -> None:
    _, _, answers = by_mastodon(month)
    rows = month.server.store.read(
        lambda tx: tx.text_sql(
            "SELECT id, message_id FROM posts", "SELECT id, message_id FROM posts"
        ).fetchall()
    )
    names = {int(id_): name for id_, name in rows}
    nameless = set(names.values()) - set(month.parents)
    assert [name.partition("@")[2] for name in nameless] == ["without-id.invalid"]
    for id_, parent in answers.items():
        said = month.parents.get(names[id_])
        if said:
            assert parent is not None
            assert names[parent] == said, names[id_]


def test_every_door_finds_the_same(month: Archive) -> None:
    script = GroupsIo(month.server.url)
    found = {m["id"] for m in script.all("searcharchives", group_name=GROUP, q=WORD)}
    api = Mastodon(access_token=month.token, api_base_url=month.server.url, version_check_mode="none")
    statuses: list[Any] = []
    while page := api.search_v2(WORD, result_type="statuses", offset=len(statuses))["statuses"]:
        statuses += page
    assert found
    assert {int(s["id"]) for s in statuses} == found


def test_bytes_come_back_and_other_copies_add_only_what_was_missing(month: Archive) -> None:
    out = io.BytesIO()
    archive.export_mbox(month.server.store, month.server.house.blobs, GROUP, out)
    assert out.getvalue() == (month.files / MONTH.format("listsao")).read_bytes()
    again = month.bring("listsao")
    assert (again.added, again.known) == (0, 320)
    before = by_mastodon(month)[0]
    named = set(month.parents)
    for subscriber in ("mailarchivesao", "mboxvm"):
        missing = set(said_parents(month.files / MONTH.format(subscriber))) - named
        named |= missing
        assert month.bring(subscriber).added == len(missing), subscriber
    after = by_mastodon(month)[0]
    assert set(before) <= set(after)
    assert len(after) == len(named) + 1
