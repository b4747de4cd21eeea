"""What trends: counted from the journal, ranked, decayed, decided by the staff, shown with its history."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person, running

from folkmoot.domain.access import Role
from folkmoot.domain.media import cards
from folkmoot.domain.reading import trending
from folkmoot.doors.mastodon import door
from folkmoot.doors.mastodon import trends as chores
from folkmoot.store.tx import Tx

DAY = 86_400_000


def settle(moot: Moot) -> None:
    """What the worker does again and again."""
    while moot.store.write(lambda tx: trending.gather(tx, 0)):
        pass
    ranking = moot.store.read(trending.rank)
    moot.store.write(lambda tx: trending.settle(tx, ranking))


@pytest.fixture(scope="module")
def crowd(moot: Moot) -> list[Person]:
    return [moot.person(f"crowd{n}", discoverable=True) for n in range(3)]


@pytest.fixture(scope="module")
def staff(moot: Moot) -> Person:
    person = moot.person("trendstaff", role=Role.MODERATOR)
    person.token = moot.token(person.id, "read write admin:read admin:write")
    return person


@pytest.fixture(scope="module")
def posts(moot: Moot, crowd: list[Person]) -> list[str]:
    """Two tags in use, one of them by more people; three posts that are liked."""
    for person in crowd:
        person.say("we all #Agree")
    crowd[0].say("again #agree")
    crowd[0].say("#pair"), crowd[1].say("#pair")
    crowd[0].say("#lonely"), crowd[0].say("#lonely")
    shy = moot.person("shytagger")
    shy.say("#shy"), moot.person("shytagger2").say("#shy")
    crowd[0].say("for few #secret", visibility="unlisted"), crowd[1].say("#secret", visibility="private")
    made = [crowd[0].say(f"post {n}")["id"] for n in range(3)]
    hidden = shy.say("I want no fame")["id"]
    reply = crowd[0].say("an answer", in_reply_to_id=made[0])["id"]
    grim = crowd[0].say("grim", sensitive=True)["id"]
    for id_ in (made[0], hidden, reply, grim):
        for person in crowd[1:]:
            person.post(f"/api/v1/statuses/{id_}/favourite")
            person.post(f"/api/v1/statuses/{id_}/reblog")
    for person in crowd[1:]:
        person.post(f"/api/v1/statuses/{made[1]}/favourite")
    crowd[1].post(f"/api/v1/statuses/{made[2]}/favourite")
    settle(moot)
    return made


def test_tags_by_how_many_use_them(moot: Moot, posts: list[str]) -> None:
    found = moot.get("/api/v1/trends/tags")
    assert [tag["name"] for tag in found] == ["agree", "pair"]
    assert moot.get("/api/v1/trends") == found
    history = found[0]["history"]
    today = moot.house.clock() // DAY * DAY // 1000
    assert [int(use["day"]) for use in history] == [today - n * 86_400 for n in range(7)]
    assert (history[0]["uses"], history[0]["accounts"]) == ("4", "3")
    assert (history[1]["uses"], history[1]["accounts"]) == ("0", "0")
    assert "following" not in found[0]
    assert found[0]["url"] == f"{moot.url}/tags/agree"


def test_the_reader_s_own_marks(moot: Moot, crowd: list[Person], posts: list[str]) -> None:
    assert crowd[0].get("/api/v1/trends/tags")[0]["following"] is False
    assert crowd[0].get("/api/v1/trends/statuses")[0]["favourited"] is False
    assert crowd[1].get("/api/v1/trends/statuses")[0]["favourited"] is True


def test_posts_by_how_many_like_and_pass_them_on(moot: Moot, posts: list[str]) -> None:
    assert [post["id"] for post in moot.get("/api/v1/trends/statuses")] == posts[:2]


def test_pages_by_offset(moot: Moot, posts: list[str]) -> None:
    first = moot.call("GET", "/api/v1/trends/tags?limit=1")
    assert [tag["name"] for tag in first.json] == ["agree"]
    assert first.headers["link"] == f'<{moot.url}/api/v1/trends/tags?limit=1&offset=1>; rel="next"'
    second = moot.call("GET", "/api/v1/trends/tags?limit=1&offset=1")
    assert [tag["name"] for tag in second.json] == ["pair"]
    assert 'rel="prev"' not in second.headers["link"], "only beyond the second page's start"
    past = moot.call("GET", "/api/v1/trends/tags?limit=1&offset=2")
    assert past.json == []
    assert "link" not in past.headers
    assert moot.get("/api/v1/trends/tags", offset="-4", limit="-1")[0]["name"] == "agree"


def test_whom_one_avoids_does_not_trend_for_one(moot: Moot, crowd: list[Person], posts: list[str]) -> None:
    hater = moot.person("hater")
    hater.post(f"/api/v1/accounts/{crowd[0].id}/mute")
    assert hater.get("/api/v1/trends/statuses") == []


def test_counting_twice_counts_once(moot: Moot, posts: list[str]) -> None:
    before = moot.get("/api/v1/trends/tags")
    settle(moot)
    assert moot.get("/api/v1/trends/tags") == before
    assert moot.store.write(lambda tx: trending.gather(tx, 0)) == 0


def test_what_is_fresh_waits_for_the_next_turn(moot: Moot, crowd: list[Person], posts: list[str]) -> None:
    crowd[0].say("#fresh")
    assert moot.store.write(lambda tx: trending.gather(tx, 60_000)) == 0
    assert moot.store.read(trending.behind)
    settle(moot)
    assert not moot.store.read(trending.behind)


def test_search_and_tag_pages_know_the_history(moot: Moot, crowd: list[Person], posts: list[str]) -> None:
    (found,) = crowd[0].get("/api/v2/search", q="#agree", type="hashtags")["hashtags"]
    assert found["history"][0]["uses"] == "4"
    assert crowd[0].get("/api/v1/tags/agree")["history"][0]["uses"] == "4"


def admin(staff: Person, method: str, path: str, **data: Any) -> Any:
    found = staff.moot.call(method, f"/api/v1/admin/{path}", staff.token, json=data)
    assert found.status == 200, (path, found.status, found.body)
    return found.json


def test_the_staff_decides_on_tags(moot: Moot, staff: Person, posts: list[str]) -> None:
    first = admin(staff, "GET", "trends/tags")[0]
    assert (first["trendable"], first["usable"], first["requires_review"]) == (True, True, False)
    assert admin(staff, "POST", f"trends/tags/{first['id']}/reject")["trendable"] is False
    assert [tag["name"] for tag in moot.get("/api/v1/trends/tags")] == ["pair"]
    assert "agree" in [tag["name"] for tag in admin(staff, "GET", "trends/tags")]
    assert staff.get("/api/v2/search", q="agree", exclude_unreviewed=True)["hashtags"]
    assert admin(staff, "POST", f"trends/tags/{first['id']}/approve")["trendable"] is True
    changed = admin(staff, "PUT", f"admin/tags/{first['id']}".removeprefix("admin/"), listable=False)
    assert changed["name"] == "agree"
    assert staff.get("/api/v2/search", q="agree")["hashtags"] == []
    admin(staff, "PUT", f"tags/{first['id']}", listable=True)
    assert admin(staff, "GET", f"tags/{first['id']}")["name"] == "agree"
    names = [tag["name"] for tag in admin(staff, "GET", "tags")]
    assert names.index("pair") < names.index("agree")
    assert staff.get("/api/v2/search", q="pair", exclude_unreviewed=True)["hashtags"], (
        "none waits for a review"
    )


def test_the_staff_decides_on_posts(moot: Moot, staff: Person, posts: list[str]) -> None:
    assert [p["id"] for p in admin(staff, "GET", "trends/statuses")] == posts[:2]
    assert admin(staff, "POST", f"trends/statuses/{posts[0]}/reject")["id"] == posts[0]
    assert [post["id"] for post in moot.get("/api/v1/trends/statuses")] == posts[1:2]
    admin(staff, "POST", f"trends/statuses/{posts[0]}/approve")
    assert len(moot.get("/api/v1/trends/statuses")) == 2


def test_only_the_staff_decides(moot: Moot, crowd: list[Person], posts: list[str]) -> None:
    token = moot.token(crowd[0].id, "admin:read admin:write")
    for method, path in (
        ("GET", "trends/tags"),
        ("GET", "trends/statuses"),
        ("GET", "trends/links"),
        ("GET", "trends/links/publishers"),
        ("GET", "tags"),
        ("GET", "tags/1"),
        ("POST", "trends/tags/1/approve"),
        ("POST", "trends/links/publishers/1/reject"),
    ):
        assert moot.call(method, f"/api/v1/admin/{path}", token).status == 403, path
        assert moot.call(method, f"/api/v1/admin/{path}").status == 401, path
        assert moot.call(method, f"/api/v1/admin/{path}", crowd[0].token).status == 403, path


def test_unknown_things_can_t_be_decided(staff: Person) -> None:
    for path in ("trends/tags/12345/approve", "trends/statuses/12345/reject", "trends/links/12345/approve"):
        assert staff.moot.call("POST", f"/api/v1/admin/{path}", staff.token).status == 404


def test_links(moot: Moot, crowd: list[Person], staff: Person, posts: list[str]) -> None:
    url = "https://news.example/story"
    for person in crowd[:2]:
        person.say(f"read this {url}")
    crowd[0].say("only I read https://blog.example/mine")

    def look(tx: Tx) -> None:
        while found := cards.claim(tx):
            for each in found:
                cards.found(tx, each, cards.NewCard(page=each.url, title="A story"))

    moot.store.write(look)
    settle(moot)
    (link,) = moot.get("/api/v1/trends/links")
    assert (link["url"], link["title"], link["type"]) == (url, "A story", "link")
    assert (link["history"][0]["uses"], link["history"][0]["accounts"]) == ("2", "2")
    (publisher,) = admin(staff, "GET", "trends/links/publishers")
    assert publisher["domain"] == "news.example"
    admin(staff, "POST", f"trends/links/publishers/{publisher['id']}/reject")
    assert moot.get("/api/v1/trends/links") == []
    assert len(admin(staff, "GET", "trends/links")) == 1
    admin(staff, "POST", f"trends/links/publishers/{publisher['id']}/approve")
    card_id = moot.store.read(lambda tx: cards.find(tx, url))
    admin(staff, "POST", f"trends/links/{card_id}/reject")
    assert moot.get("/api/v1/trends/links") == []
    admin(staff, "POST", f"trends/links/{card_id}/approve")
    assert len(moot.get("/api/v1/trends/links")) == 1


def test_trends_fade(moot: Moot, posts: list[str]) -> None:
    def later(tx: Tx) -> trending.Ranking:
        tx.now += 9 * DAY
        return trending.rank(tx)

    ranking = moot.store.read(later)
    assert not any(ranking.scores.values())
    assert not ranking.links


def test_the_chores_do_it_by_themselves(moot: Moot, crowd: list[Person], posts: list[str]) -> None:
    for person in crowd[:2]:
        person.say("#chores")

    def run(chore: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(chore(moot.house), moot.loop).result(20)

    deadline = time.monotonic() + 20
    while moot.store.read(trending.behind) and time.monotonic() < deadline:
        moot.house.kept.pop("mastodon.trends", None)
        run(chores.count_uses)
        time.sleep(0.2)
    assert run(chores.count_uses) == 0
    run(chores.rank_again)
    assert "chores" in [tag["name"] for tag in moot.get("/api/v1/trends/tags")]


def test_where_nothing_trends_nothing_is_written(tmp_path: Path) -> None:
    with running(tmp_path, (door,)) as quiet:
        ranking = quiet.store.read(trending.rank)
        assert quiet.store.read(lambda tx: trending.nothing(tx, ranking))
        for n in range(2):
            quiet.person(f"loud{n}", discoverable=True).say("#noise")
        settle(quiet)
        ranking = quiet.store.read(trending.rank)
        assert not quiet.store.read(lambda tx: trending.nothing(tx, ranking))
