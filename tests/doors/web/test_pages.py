"""Every page over HTTP: for nobody and for somebody, what it may show, and how it is sent."""

from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

import pytest
from tests.doors.web.conftest import Moot

ATOM = "{http://www.w3.org/2005/Atom}"
PUBLIC = ["/", "/public", "/groups", "/about", "/search", "/search?q=bean", "/login", "/sign-up", "/reset"]
PUBLIC += ["/@anna", "/@garden", "/tags/beans", "/tags/%F0%9F%8C%B1", "/static/style.css", "/robots.txt"]
OWN = ["/compose", "/compose?group=garden", "/settings", "/notices", "/groups/new", "/@garden/moderate"]
OWN += ["/@garden/settings", "/@garden/membership"]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(moot: Moot, path: str) -> None:
    answer = moot.visitor().get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.headers["content-type"].startswith("text/html"):
        assert_accessible(answer.text)
        assert "Cookie" in answer.headers["vary"]


@pytest.mark.parametrize("path", OWN)
def test_own_pages_lead_to_the_log_in_and_back(moot: Moot, path: str) -> None:
    visitor = moot.visitor()
    visitor.get(path)
    assert visitor.text("h1") == "Log in"
    visitor.send("/login", who="anna", password="long enough")
    assert str(visitor.answer.url).endswith(path)


@pytest.mark.parametrize("path", [p for p in PUBLIC + OWN if not p.startswith(("/static", "/robots"))])
def test_pages_of_somebody_are_for_nobody_else(moot: Moot, path: str) -> None:
    answer = moot.visitor("anna").get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert_accessible(answer.text)


def assert_accessible(html: str) -> None:
    """The bones of WCAG: language, title, one first heading, a way past the menu, a label for every field."""
    assert '<html lang="en">' in html
    assert re.search(r"<title>[^<]+</title>", html)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'id="main"' in html
    labels = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    for field in re.findall(r"<(?:input|textarea|select)\b[^>]*>", html):
        if 'type="hidden"' not in field:
            wanted = re.search(r' id="([^"]+)"', field)
            assert wanted, field
            assert wanted[1] in labels, field
    assert not [img for img in re.findall(r"<img[^>]*>", html) if "alt=" not in img]
    assert "<script" not in html
    assert " style=" not in html
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", html)]
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), levels


def test_the_policy_lets_nothing_in(moot: Moot) -> None:
    answer = moot.visitor().get("/")
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_invisible_is_unknown(moot: Moot) -> None:
    """What one may not see looks, byte for byte, like what is not there."""
    pairs = [
        (f"/t/{moot.closed_post}", "/t/1234567890"),
        (f"/@anna/{moot.closed_post}", "/@anna/1234567890"),
        (f"/@anna/{moot.direct_post}", "/@anna/1234567890"),
        (f"/t/{moot.direct_post}", "/t/99"),
        ("/@board", "/@nobody-has-this"),
        ("/@board/moderate", "/@nobody-has-this/moderate"),
        ("/search?group=board&q=a", "/search?group=nobody-has-this&q=a"),
        (f"/p/{moot.closed_post}/delete", "/p/1234567890/delete"),
        ("/media/" + "a" * 64, "/media/x"),
    ]
    for who in ("", "carl"):
        visitor = moot.visitor(who)
        for hidden, unknown in pairs:
            if (not who and "moderate" in hidden + unknown) or (not who and hidden.startswith("/p/")):
                continue
            one, other = visitor.get(hidden), visitor.get(unknown)
            assert (one.status_code, one.text) == (other.status_code, other.text) == (404, one.text), hidden


def test_those_who_may_see_do(moot: Moot) -> None:
    assert "secret of the board" in moot.visitor("anna").get(f"/t/{moot.closed_post}").text
    assert "Only you" in moot.visitor("bruno").get(f"/@anna/{moot.direct_post}").text
    assert "secret" not in moot.visitor("carl").get("/search?q=secret").text.partition("<main")[2].replace(
        'value="secret"', ""
    ).replace("Search: secret", "")


def test_a_closed_archive_of_a_listed_group_says_so(moot: Moot) -> None:
    from folkmoot.domain.groups import groups

    new = groups.NewGroup(name="choir", description="We sing on Tuesdays.", archive=1)
    group_id = moot.server.store.write(lambda tx: groups.create(tx, moot.anna, new))
    moot.say(moot.anna, "High C is gone.", title="Rehearsal", group_id=group_id)
    page = moot.visitor().get("/@choir").text
    assert "for members only" in page
    assert "Rehearsal" not in page


@pytest.mark.parametrize(
    "query", ["before=-1", "before=x", f"before={10**30}", "page=-1", "page=NaN", f"page={10**18}", "page=2"]
)
def test_nonsense_in_page_numbers(moot: Moot, query: str) -> None:
    for path in (
        "/",
        "/public",
        "/@anna",
        "/@garden",
        f"/t/{moot.open_post}",
        "/groups",
        "/tags/x",
        "/search",
    ):
        assert moot.visitor().get(f"{path}?{query}&q=bean").status_code == 200


@pytest.mark.parametrize(
    "q", ['"', "NEAR/999999", "a OR b*", "' --", "x" * 5000, "\U0001f331", "%00", "(" * 100]
)
def test_any_search_is_answered(moot: Moot, q: str) -> None:
    from urllib.parse import quote

    assert moot.visitor().get(f"/search?q={quote(q)}").status_code == 200


def test_long_lists_have_pages(moot: Moot) -> None:
    for number in range(25):
        moot.say(moot.carl, f"Line {number}", audience=0)
    visitor = moot.visitor()
    first = visitor.get("/@carl").text
    assert "Line 24" in first
    assert "Line 3<" not in first
    on = visitor.page.css_first("nav.turn a[rel=next]").attributes["href"]
    second = visitor.get(f"/@carl{on}").text
    assert "Line 0<" in second
    assert "Line 24<" not in second


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/p/1/like", 405), ("DELETE", "/", 405), ("GET", "/logout", 405)],
)
def test_error_pages_have_the_look_of_the_site(moot: Moot, method: str, path: str, status: int) -> None:
    answer = moot.visitor("anna").client.request(method, path)
    assert answer.status_code == status
    assert "/static/style.css" in answer.text
    assert_accessible(answer.text)


def test_looking_changes_nothing(moot: Moot) -> None:
    """Every path that changes something refuses GET, or only asks."""
    visitor = moot.visitor("anna")
    for path in (
        f"/p/{moot.open_post}/like",
        f"/p/{moot.open_post}/boost",
        "/@bruno/follow",
        "/@garden/join",
        "/@garden/leave",
        "/logout",
        "/notices/clear",
        "/settings/password",
        f"/t/{moot.open_post}/reply",
        "/@garden/moderate/post",
    ):
        assert visitor.client.get(path).status_code in (404, 405), path
    visitor.get(f"/p/{moot.open_post}/delete")
    assert visitor.get(f"/t/{moot.open_post}").status_code == 200


def test_what_is_said_to_everybody_is_a_feed(moot: Moot) -> None:
    visitor = moot.visitor()
    page = visitor.get("/@garden").text
    assert (
        '<link rel="alternate" type="application/atom+xml" title="Garden" href="/@garden/feed.atom">' in page
    )
    warned = moot.say(moot.anna, "hidden & <b>bold</b>", warning="Careful \x0b& slow")
    answer = visitor.get("/@garden/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.text)
    assert feed.findtext(f"{ATOM}title") == "Garden · Moot of Tests"
    (entry,) = [
        e for e in feed.iter(f"{ATOM}entry") if str(moot.open_post) in (e.findtext(f"{ATOM}id") or "")
    ]
    assert entry.findtext(f"{ATOM}title") == "Beans"
    assert "The first bean is up." in (entry.findtext(f"{ATOM}content") or "")
    again = visitor.get("/@garden/feed.atom", **{"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    own = ElementTree.fromstring(visitor.get("/@anna/feed.atom").text)
    said = {e.findtext(f"{ATOM}id", "").rpartition("/")[2]: e for e in own.iter(f"{ATOM}entry")}
    assert said[str(warned)].findtext(f"{ATOM}summary") == "Careful & slow"
    assert said[str(warned)].find(f"{ATOM}content") is None
    assert str(moot.closed_post) not in said
    assert str(moot.direct_post) not in said
    assert visitor.get("/@nobody/feed.atom").status_code == 404
    board = visitor.get("/@board/feed.atom")
    assert board.status_code == 404 or "The secret of the board" not in board.text
