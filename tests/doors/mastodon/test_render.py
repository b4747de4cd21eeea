"""Kept bytes and plain encoding give the same JSON, for every reader and after every change."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain import views
from folkmoot.domain.access import Archive, Audience, Viewer
from folkmoot.domain.media import media
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.posts import edits, posts
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.text import Markup
from folkmoot.doors.mastodon import present, render
from folkmoot.store.tx import Tx

PLAIN = msgspec.json.encode


def both(moot: Moot, viewer: Viewer, ids: list[int]) -> list[Any]:
    """The posts by the cache (twice: made and kept) and by the presenter alone; all must be the same."""

    def read(tx: Tx) -> list[Any]:
        made = render.statuses(moot.house, tx, viewer, ids)
        kept = render.statuses(moot.house, tx, viewer, ids)
        shown = views.post_list(tx, viewer, ids)
        links = moot.house.links
        plain = [PLAIN(present.status(v, links, present.bits_of(v, viewer.account_id))) for v in shown]
        assert [json.loads(made[v.id]) for v in shown] == [json.loads(p) for p in plain]
        assert kept == made
        assert set(made) == {v.id for v in shown}
        return [json.loads(p) for p in plain]

    return moot.store.read(read)


@pytest.fixture(scope="module")
def house(moot: Moot) -> tuple[Person, Person, dict[str, int]]:
    ada, bo = moot.person("ada"), moot.person("bo")
    open_group = moot.group(ada, "plaza", bo)
    closed_group = moot.group(ada, "parlour", bo, archive=Archive.MEMBERS)

    def say(tx: Tx) -> dict[str, int]:
        picture = NewMedia(
            kind="image", mime="image/png", size=3, width=40, height=30, preview_width=20, preview_height=15,
            blurhash="L00000", description="a dot", focus="0.5,-0.25", blob="ab/cd", preview="ef/gh",
        )  # fmt: skip
        file = media.add(tx, ada.viewer, picture)
        out = {"plain": posts.write(tx, ada.viewer, Draft(text="hi @bo & <all> #Tag")).id}
        out["media"] = posts.write(tx, ada.viewer, Draft(text="look", media_ids=[file], warning="cw")).id
        out["secret"] = posts.write(tx, ada.viewer, Draft(text="psst @bo", audience=Audience.DIRECT)).id
        out["topic"] = posts.write(
            tx, ada.viewer, Draft(text="well", title="A <topic>", group_id=open_group)
        ).id
        out["again"] = posts.write(
            tx, bo.viewer, Draft(text="so", title="Re: A <topic>", parent_id=out["topic"])
        ).id
        out["inner"] = posts.write(tx, bo.viewer, Draft(text="in here", title="X", group_id=closed_group)).id
        out["html"] = posts.write(
            tx, bo.viewer, Draft(text="<p>a <b>b</b></p>", markup=Markup.HTML, language="de")
        ).id
        return out

    ids = moot.store.write(say)
    ids["boost"] = int(bo.post(f"/api/v1/statuses/{ids['plain']}/reblog")["id"])
    ids["group boost"] = int(bo.post(f"/api/v1/statuses/{ids['topic']}/reblog")["id"])
    bo.post(f"/api/v1/statuses/{ids['plain']}/favourite")
    bo.post(f"/api/v1/statuses/{ids['plain']}/mute")
    ada.post(f"/api/v1/statuses/{ids['media']}/bookmark")
    ada.post(f"/api/v1/statuses/{ids['media']}/pin")
    return ada, bo, ids


def test_kept_and_plain_are_the_same(moot: Moot, house: tuple[Person, Person, dict[str, int]]) -> None:
    ada, bo, ids = house
    stranger = moot.person("stranger")
    for viewer in (ada.viewer, bo.viewer, stranger.viewer, Viewer.anonymous()):
        assert both(moot, viewer, list(ids.values()))
    assert len(both(moot, bo.viewer, list(ids.values()))) == len(ids)
    assert len(both(moot, Viewer.anonymous(), list(ids.values()))) == len(ids) - 2


def test_readers_keys(moot: Moot, house: tuple[Person, Person, dict[str, int]]) -> None:
    ada, bo, ids = house
    keys = {"favourited", "reblogged", "muted", "bookmarked", "filtered"}
    (nobody,) = both(moot, Viewer.anonymous(), [ids["plain"]])
    assert not keys & set(nobody)
    (mine,) = both(moot, bo.viewer, [ids["plain"]])
    assert keys <= set(mine)
    assert (mine["favourited"], mine["reblogged"], mine["muted"], mine["bookmarked"]) == (
        True,
        True,
        True,
        False,
    )
    assert "pinned" not in mine
    (own,) = both(moot, ada.viewer, [ids["media"]])
    assert (own["pinned"], own["bookmarked"]) == (True, True)
    (direct,) = both(moot, ada.viewer, [ids["secret"]])
    assert "pinned" not in direct
    assert direct["visibility"] == "direct"


def test_groups_titles_and_pictures(moot: Moot, house: tuple[Person, Person, dict[str, int]]) -> None:
    _, bo, ids = house
    topic, again, inner, picture, boost = both(
        moot, bo.viewer, [ids[name] for name in ("topic", "again", "inner", "media", "boost")]
    )
    assert topic["content"].startswith("<p><strong>A &lt;topic&gt;</strong></p>")
    assert "<strong>" not in again["content"]
    assert [m["acct"] for m in topic["mentions"]] == ["plaza"]
    assert (topic["visibility"], inner["visibility"], topic["spoiler_text"]) == ("public", "private", "")
    file = picture["media_attachments"][0]
    assert file["meta"]["focus"] == {"x": 0.5, "y": -0.25}
    assert file["description"] == "a dot"
    assert boost["reblog"]["id"] == str(ids["plain"])
    assert boost["account"]["acct"] == "bo"


def test_a_favourite_touches_no_kept_text_and_an_edit_does(
    moot: Moot, house: tuple[Person, Person, dict[str, int]]
) -> None:
    ada, bo, ids = house
    both(moot, ada.viewer, [ids["html"]])
    cache = render.cache_of(moot.house)
    size = len(cache)
    assert ada.post(f"/api/v1/statuses/{ids['html']}/favourite")["favourites_count"] == 1
    (shown,) = both(moot, ada.viewer, [ids["html"]])
    assert (shown["favourites_count"], shown["favourited"], len(cache)) == (1, True, size)
    moot.store.write(lambda tx: edits.edit(tx, bo.viewer, ids["html"], Change(text="<p>new</p>")))
    (shown,) = both(moot, ada.viewer, [ids["html"]])
    assert (shown["content"], bool(shown["edited_at"])) == ("<p>new</p>", True)


def test_a_new_name_is_shown_at_once(moot: Moot, house: tuple[Person, Person, dict[str, int]]) -> None:
    ada, _, ids = house
    before = ada.get(f"/api/v1/statuses/{ids['plain']}")["account"]["display_name"]
    found = moot.call(
        "PATCH", "/api/v1/accounts/update_credentials", ada.token, json={"display_name": "Ada <3"}
    ).json
    assert found["display_name"] == "Ada <3" != before
    assert ada.get(f"/api/v1/statuses/{ids['plain']}")["account"]["display_name"] == "Ada <3"
    assert ada.get(f"/api/v1/accounts/{ada.id}")["display_name"] == "Ada <3"


def test_many_who_post_at_once_are_each_answered_with_their_own_view(moot: Moot) -> None:
    people = [moot.person(f"poster{n}") for n in range(4)]
    keyword = {"keyword": "heron", "whole_word": True}
    people[0].post("/api/v2/filters", title="birds", context=["home"], keywords_attributes=[keyword])
    first = people[1].say("the start of a long talk")["id"]
    people[1].post(f"/api/v1/statuses/{first}/mute")

    def say(n: int) -> tuple[Person, Any]:
        more: list[dict[str, Any]] = [
            {},
            {"in_reply_to_id": first},
            {"poll": {"options": ["yes", "no"], "expires_in": 600}},
            {"visibility": "direct"},
        ]
        who = people[n % 4]
        return who, who.say(f"{n}: a heron #bird @{people[n % 3].name}", **more[n % 4])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(say, range(32)))
    assert len({answer["id"] for _, answer in answers}) == 32
    for who, answer in answers:
        later = who.get(f"/api/v1/statuses/{answer['id']}")
        for each in (answer, later):
            del each["account"]["statuses_count"]
        assert answer == later
    by_person = {who.name: answer for who, answer in answers}
    assert by_person["poster0"]["filtered"][0]["keyword_matches"] == ["heron"]
    assert [by_person[f"poster{n}"]["muted"] for n in range(4)] == [False, True, False, False]
    assert by_person["poster2"]["poll"]["own_votes"] == []
