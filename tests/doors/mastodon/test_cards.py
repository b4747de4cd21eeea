"""Cards of linked pages, pages that behave badly, and links of profiles that are proven."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from tests.support import pages
from tests.support.pages import Site
from tests.support.server import Running, running_server
from tests.support.visitor import person, picture
from tests.support.waiting import soon

from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.groups.groups import NewGroup, create
from folkmoot.domain.media.cards import CardState
from folkmoot.domain.people import logins
from folkmoot.kit.media import decoder
from folkmoot.store.schema.media import cards
from folkmoot.store.sql import Query

ARTICLE = """<!doctype html><html lang="en"><head><title>Old title</title>
<meta property="og:title" content="The   moot &amp; the moon"><meta property="og:description" content="A tale">
<meta property="og:site_name" content="Tales"><meta property="og:image" content="/moon.png">
<meta property="og:image:alt" content="A moon"><meta name="author" content="Ann Author">
<meta property="article:published_time" content="2024-05-01T12:00:00Z">
<link rel="canonical" href="/article"></head><body>text</body></html>"""


_ANY_CARD = Query(sa.select(cards.c.id).limit(1))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with pages.site() as up:
        yield up


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("cards"), private_networks="127.0.0.1/32") as up:
        yield up


class Client:
    """An application of one person."""

    def __init__(self, server: Running, who: Viewer) -> None:
        self.id = who.account_id
        _, secret = server.store.write(
            lambda tx: logins.issue_token(tx, account_id=who.account_id, app_id=None, scopes="read write")
        )
        self.http = httpx2.Client(
            base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=20
        )

    def say(self, text: str, **more: Any) -> Any:
        return self.http.post("/api/v1/statuses", json={"status": text, **more}).json()

    def get(self, path: str, **params: Any) -> Any:
        return self.http.get(path, params=params).json()

    def until(self, path: str, ask: Callable[[Any], bool], seconds: float = 15) -> Any:
        deadline = time.monotonic() + seconds
        while not ask(found := self.get(path)):
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found

    def card(self, post: Any) -> Any:
        return self.until(f"/api/v1/statuses/{post['id']}", lambda now: now["card"] is not None)["card"]


@pytest.fixture(scope="module")
def anna(server: Running) -> Client:
    return Client(server, person(server.store, "anna"))


@pytest.fixture(scope="module")
def bruno(server: Running) -> Client:
    return Client(server, person(server.store, "bruno"))


def test_a_link_gets_a_card(anna: Client, bruno: Client, site: Site, server: Running) -> None:
    site.bytes("/moon.png", picture((900, 600)), "image/png")
    url = site.page("/article?x=1", ARTICLE)
    post = anna.say(f"Read {url}#chapter")
    assert post["card"] is None
    card = anna.card(post)
    image = card.pop("image")
    assert 20 <= len(card.pop("blurhash")) <= 60
    assert card == {
        "url": f"{site.url}/article", "title": "The moot & the moon", "description": "A tale", "type": "link",
        "authors": [{"name": "Ann Author", "url": "", "account": None}], "author_name": "Ann Author", "author_url": "",
        "provider_name": "Tales", "provider_url": "", "html": "", "width": 587, "height": 391, "embed_url": "",
        "missing_attribution": None, "published_at": "2024-05-01T12:00:00.000Z", "language": "en",
        "image_description": "A moon",
    }  # fmt: skip
    shown = httpx2.get(image)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    page = httpx2.get(post["url"], follow_redirects=True).text
    assert f'<a class="preview" href="{site.url}/article"' in page
    again = bruno.say(f"So true: {url}")
    assert again["card"]["title"] == "The moot & the moon"
    assert site.asked["/article?x=1"] == 1
    agent = site.heads["/article?x=1"]["user-agent"]
    assert agent.startswith("Folkmoot/")
    assert server.url in agent
    assert anna.get(f"/api/v1/statuses/{post['id']}/card")["title"] == "The moot & the moon"


def test_a_stampede_is_one_visit(anna: Client, site: Site) -> None:
    """R06."""
    url = site.page("/popular", "<title>Popular</title>")
    with ThreadPoolExecutor(8) as many:
        posts = list(many.map(lambda number: anna.say(f"{number} {url}"), range(24)))
    assert all(anna.card(post)["title"] == "Popular" for post in posts)
    assert site.asked["/popular"] == 1


def test_an_edit_changes_the_card_and_a_deletion_the_place(anna: Client, site: Site) -> None:
    first, second = site.page("/one", "<title>One</title>"), site.page("/two", "<title>Two</title>")
    post = anna.say(first)
    path = f"/api/v1/statuses/{post['id']}"
    assert anna.card(post)["title"] == "One"
    anna.http.put(path, json={"status": second})
    anna.until(path, lambda now: now["card"] and now["card"]["title"] == "Two")
    assert anna.http.put(path, json={"status": "nothing"}).json()["card"] is None
    for url, many in ((first, 0), (second, 0)):
        assert len(anna.get("/api/v1/timelines/link", url=url)) == many


def test_what_links_to_a_page(anna: Client, bruno: Client, site: Site, server: Running) -> None:
    url = site.page("/shared", "<title>Shared</title>")
    said = [anna.say(f"{n} {url}", visibility=kind) for n, kind in enumerate(("public", "private", "public"))]
    anna.card(said[0])
    path = "/api/v1/timelines/link"
    page = httpx2.get(server.url + path, params={"url": url, "limit": 1})
    assert [p["id"] for p in page.json()] == [said[2]["id"]]
    assert 'rel="next"' in page.headers["link"]
    assert [p["id"] for p in bruno.get(path, url=url)] == [said[2]["id"], said[0]["id"]]
    assert [p["id"] for p in anna.get(path, url=url, max_id=said[2]["id"])] == [said[0]["id"]]
    assert httpx2.get(server.url + path, params={"url": "http://nobody.test/"}).status_code == 404
    assert httpx2.get(server.url + path).status_code == 400


def test_a_private_group_s_links_stay_there(anna: Client, bruno: Client, site: Site, server: Running) -> None:
    url = site.page("/inside", "<title>Inside</title>")

    inner = NewGroup(name="inner", description="A group of fine people", archive=Archive.MEMBERS)
    server.store.write(lambda tx: create(tx, Viewer(anna.id), inner))
    post = anna.say(f"@inner {url}")
    anna.card(post)
    assert bruno.get("/api/v1/timelines/link", url=url) == []
    assert bruno.http.get(f"/api/v1/statuses/{post['id']}/card").status_code == 404


OEMBED = """<title>Film</title><link rel="alternate" type="application/json+oembed" href="/oembed.json">
<meta property="og:title" content="Film"><script>alert(1)</script>"""


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (
            '{"type":"video","version":"1.0","title":"T","author_name":"A","author_url":"https://a.test/",'
            '"provider_name":"P",'
            '"provider_url":"https://p.test/","width":640,"height":"360",'
            '"html":"<script>alert(1)</script>'
            '<iframe src=\\"https://p.test/e?a=1&amp;b=2\\" onload=\\"x()\\"></iframe>"}',
            {"type": "video", "title": "T", "author_name": "A", "provider_name": "P", "width": 640, "height": 360,
             "embed_url": "https://p.test/e?a=1&b=2"},
        ),
        ('{"type":"photo","url":"https://p.test/p.png","width":10,"height":20}',
         {"type": "photo", "embed_url": "https://p.test/p.png", "width": 10, "height": 20, "html": ""}),
        ('{"type":"rich","html":"<script>alert(1)</script>"}', {"type": "link", "html": "", "embed_url": ""}),
        ('{"type":"video","html":"<iframe src=javascript:alert(1)>"}', {"type": "link", "html": ""}),
        ('{"type":"video","html":"<iframe src=http://p.test/>"}', {"type": "link", "html": ""}),
        ('{"type":["video"],"html":{},"title":[1],"width":-1}', {"type": "link", "title": "Film"}),
        ("[" * 50_000, {"type": "link", "title": "Film"}),
        ("null", {"type": "link", "title": "Film"}),
    ],
)  # fmt: skip
def test_oembed_documents(anna: Client, site: Site, document: str, wanted: dict[str, Any]) -> None:
    """R05: only whitelisted facts, and a frame of our own writing."""
    site.page("/oembed.json", document, "application/json")
    url = site.page(f"/film{abs(hash(document))}", OEMBED)
    card = anna.card(anna.say(url))
    assert {key: card[key] for key in wanted} == wanted
    assert "script" not in card["html"].replace("allow-scripts", "")
    assert "onload" not in card["html"]
    if card["type"] == "video":
        assert card["html"].startswith('<iframe src="https://p.test/e?a=1&amp;b=2" width="640" height="360"')
        assert " sandbox=" in card["html"]


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        ("<title>Über</title>".encode(), "text/html; charset=utf-8", "Über"),
        ("<title>Über</title>".encode("latin-1"), "text/html; charset=iso-8859-1", "Über"),
        ("<title>Über</title>".encode("latin-1"), "text/html", "Über"),
        ("<meta charset=windows-1251><title>Привет</title>".encode("cp1251"), "text/html", "Привет"),
        ("<title>日本</title>".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本"),
        ("<title>Über</title>".encode(), "text/html; charset=no-such", "Über"),
        ("<title>Über</title>".encode(), "text/html; charset=base64", "Über"),
        ("\ufeff<title>Über</title>".encode("utf-16"), "text/html", "Über"),
        (b'<?xml version="1.0" encoding="x"?><html><title>a\0b&lt;script&gt;</title>', "text/html", "ab<script>"),
        (b'<script type="application/ld+json">{"headline":"H","author":[{"name":"N"}]}</script>', "text/html", "H"),
        (b"<table>" * 100_000 + b"<title>deep</title>", "text/html", ""),
        (b"<title>" + b"x" * 900_000 + b"</title>", "text/html", "x" * 500),
        (b"<meta property=og:title content=" + b"a " * 400_000 + b">", "text/html", "a"),
    ],
)  # fmt: skip
def test_pages_in_every_state(anna: Client, site: Site, body: bytes, kind: str, title: str) -> None:
    url = site.bytes(f"/state{abs(hash((body, kind)))}", body, kind)
    marker = site.page(f"/after{abs(hash((body, kind)))}", "<title>after</title>")
    post = anna.say(url)
    if title:
        assert anna.card(post)["title"] == title
        return
    assert anna.card(anna.say(marker))["title"] == "after"


@pytest.mark.parametrize("how", ["private", "huge", "endless", "bomb", "json", "gone", "nothing"])
def test_no_card_of_what_is_bad(anna: Client, site: Site, how: str) -> None:
    naughty = {"huge": pages.claims_a_gigabyte, "endless": pages.endless, "bomb": pages.bomb}
    if how in naughty:
        url = site.naughty(f"/{how}", naughty[how])
    elif how == "private":
        site.page("/secret", "<title>secret</title>")
        url = site.redirect("/private", f"http://127.0.0.2:{site.port}/secret")
    elif how == "json":
        url = site.page("/json", "{}", "application/json")
    elif how == "nothing":
        url = site.page("/nothing", "<p>no title</p>")
    else:
        url = f"{site.url}/gone"
    post = anna.say(f"bad {url}")
    path = url.removeprefix(site.url)
    deadline = time.monotonic() + 10
    while not site.asked[path] and time.monotonic() < deadline:
        time.sleep(0.05)
    marker = site.page(f"/after-{how}", "<title>after</title>")
    anna.card(anna.say(marker))
    assert anna.get(f"/api/v1/statuses/{post['id']}")["card"] is None
    assert not site.asked["/secret"]


def test_a_page_that_takes_long_to_read_is_given_up(
    anna: Client, site: Site, server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R05. The parser compares each attribute of a tag with all others."""
    monkeypatch.setitem(decoder.LIMITS, "page", {**decoder.LIMITS["page"], "cpu": 1})
    many = " ".join(f"a{n}" for n in range(120_000))
    url = site.page("/attributes", f"<html><head><meta {many}><title>slow</title></head></html>")
    post = anna.say(f"bad {url}")
    anna.card(anna.say(site.page("/after-slow", "<title>after</title>")))
    sql = f"SELECT count(*) FROM cards WHERE url = '{url}' AND state = {int(CardState.NOTHING)}"
    soon(lambda: server.store.read(lambda tx: tx.text_sql(sql, sql).fetchone()[0]))
    assert anna.get(f"/api/v1/statuses/{post['id']}")["card"] is None


def test_pages_and_uploads_do_not_wait_for_each_other(anna: Client, site: Site) -> None:
    """Pages that take very long may be somebody's attack on those who send pictures."""
    site.bytes("/apart.png", picture((90, 60)), "image/png")
    url = site.page("/apart", '<title>Apart</title><meta property="og:image" content="/apart.png">')
    turns = decoder._turns["short"]
    with turns, turns:
        assert anna.card(anna.say(url))["image"] is not None


def test_pictures_that_are_none_leave_a_card_without(anna: Client, site: Site) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    site.bytes("/bad.svg", svg, "image/svg+xml")
    url = site.page("/svg", '<title>T</title><meta property="og:image" content="/bad.svg">')
    assert anna.card(anna.say(url))["image"] is None


def test_links_into_the_house_have_no_card(anna: Client, server: Running, site: Site) -> None:
    post = anna.say(f"see {server.url}/@anna and @bruno #tag")
    anna.card(anna.say(site.page("/after-ours", "<title>after</title>")))
    assert anna.get(f"/api/v1/statuses/{post['id']}")["card"] is None


def test_a_link_of_a_profile_is_proven(anna: Client, bruno: Client, site: Site, server: Running) -> None:
    mine = site.page("/mine", f'<a rel="nofollow ME" href="{server.url}/@anna">me</a>')
    other = site.page("/other", '<a rel="me" href="https://elsewhere.test/@anna">me</a>')
    values = [("Site", mine), ("Other", other), ("Here", f"{server.url}/@anna"), ("Plain", "text")]
    fields = {
        f"fields_attributes[{i}][{k}]": v
        for i, pair in enumerate(values)
        for k, v in zip(("name", "value"), pair, strict=True)
    }
    saved = anna.http.patch("/api/v1/accounts/update_credentials", data=fields).json()
    assert [bool(f["verified_at"]) for f in saved["fields"]] == [False, False, True, False]
    assert 'rel="nofollow noopener me"' in saved["fields"][0]["value"]
    path = f"/api/v1/accounts/{anna.id}"
    found = bruno.until(path, lambda now: now["fields"][0]["verified_at"])["fields"]
    assert [bool(f["verified_at"]) for f in found] == [True, False, True, False]
    site.page("/mine", "gone")
    kept = anna.http.patch("/api/v1/accounts/update_credentials", data={**fields, "note": "x"}).json()[
        "fields"
    ]
    assert kept[0]["verified_at"] == found[0]["verified_at"]
    back = anna.http.patch("/api/v1/accounts/update_credentials", data={"fields_attributes[0][name]": "A",
        "fields_attributes[0][value]": site.page("/mine2", "no")}).json()["fields"]  # fmt: skip
    assert back[0]["verified_at"] is None


def test_the_operator_may_turn_it_off(tmp_path: Any, site: Site) -> None:
    url = site.page("/off", "<title>off</title>")
    with running_server(tmp_path, private_networks="127.0.0.1/32", link_previews=False) as up:
        client = Client(up, person(up.store, "carla"))
        post = client.say(url)
        assert not up.store.read(lambda tx: tx.one(_ANY_CARD)), "nothing is there to be looked at"
        assert client.get(f"/api/v1/statuses/{post['id']}")["card"] is None
    assert not site.asked["/off"]
