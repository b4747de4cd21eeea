"""Polls through the API: asked, shown, voted on, edited and ended."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain.posts.polls import MAX_SECONDS
from folkmoot.work import falling_due

_count = iter(range(10_000))
FIELDS = {
    "id", "expires_at", "expired", "multiple", "votes_count", "voters_count", "options", "emojis", "voted", "own_votes",
}  # fmt: skip


def fresh(moot: Moot, name: str) -> Person:
    return moot.person(f"{name}{next(_count)}")


def ask(person: Person, *options: str, **more: Any) -> Any:
    poll = {"options": list(options) or ["yes", "no"], "expires_in": 3600, **more}
    return person.say("What do you think?", poll=poll)


def vote(moot: Moot, person: Person, poll: Any, *choices: Any) -> tuple[int, Any]:
    path = f"/api/v1/polls/{poll['id']}/votes"
    found = moot.call("POST", path, person.token, json={"choices": list(choices)})
    return found.status, found.json


def end(moot: Moot, poll: Any) -> None:
    """Time passes until the poll is over."""
    text = "UPDATE polls SET expires_at = 1 WHERE id = "
    moot.store.write(lambda tx: tx.text_sql(*[text + str(int(poll["id"]))] * 2))


def look_after(moot: Moot) -> None:
    while asyncio.run_coroutine_threadsafe(falling_due.close_polls(moot.house), moot.loop).result(20):
        pass


def test_a_poll_is_shown_letter_by_letter(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    before = datetime.now(UTC)
    post = ask(kim, " yes ", "no", "", "may  be")
    poll = post["poll"]
    assert set(poll) == FIELDS
    assert poll["options"] == [{"title": t, "votes_count": 0} for t in ("yes", "no", "may be")]
    assert (poll["expired"], poll["multiple"], poll["votes_count"], poll["voters_count"]) == (
        False,
        False,
        0,
        0,
    )
    assert (poll["emojis"], poll["voted"], poll["own_votes"]) == ([], True, [])
    ends = datetime.fromisoformat(poll["expires_at"])
    assert timedelta(seconds=3599) < ends - before < timedelta(seconds=3605)
    assert poll["expires_at"].endswith("Z")
    path = f"/api/v1/statuses/{post['id']}"
    assert lee.get(path)["poll"] == {**poll, "voted": False}
    anonymous = moot.get(path)["poll"]
    assert set(anonymous) == FIELDS - {"voted", "own_votes"}
    assert moot.get(f"/api/v1/polls/{poll['id']}") == anonymous
    assert lee.get("/api/v1/timelines/public")[0]["poll"]["id"] == poll["id"]
    assert lee.post(f"{path}/reblog")["reblog"]["poll"]["id"] == poll["id"]
    assert kim.say("no question")["poll"] is None


def test_a_poll_alone_is_enough_and_a_form_can_ask(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    form = {
        "poll[options][]": ["a", "b"],
        "poll[expires_in]": "300",
        "poll[multiple]": "true",
        "poll[hide_totals]": "1",
    }
    found = moot.call("POST", "/api/v1/statuses", kim.token, data=form)
    assert found.status == 200, found.body
    poll = found.json["poll"]
    assert poll["multiple"] is True
    assert [o["votes_count"] for o in poll["options"]] == [None, None]


@pytest.mark.parametrize(
    ("poll", "word"),
    [
        ({"options": ["one"], "expires_in": 300}, "more than one item"),
        ({"expires_in": 300}, "more than one item"),
        ({"options": ["a", "b"]}, "too short"),
        ({"options": ["a", " ", ""], "expires_in": 300}, "more than one item"),
        ({"options": ["a", "b", "c", "d", "e"], "expires_in": 300}, "more than 4 items"),
        ({"options": ["a", "x" * 51], "expires_in": 300}, "50 characters"),
        ({"options": ["a", " a "], "expires_in": 300}, "duplicate"),
        ({"options": ["a", "b"], "expires_in": 299}, "too short"),
        ({"options": ["a", "b"], "expires_in": MAX_SECONDS + 1}, "too long"),
    ],
)
def test_what_can_t_be_asked(moot: Moot, poll: Any, word: str) -> None:
    kim = fresh(moot, "kim")
    found = moot.call("POST", "/api/v1/statuses", kim.token, json={"status": "x", "poll": poll})
    assert found.status == 422
    assert found.json["error"].startswith("Validation failed: ")
    assert word in found.json["error"]
    assert kim.get(f"/api/v1/accounts/{kim.id}/statuses") == []


def test_limits_are_inclusive_and_told(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    for seconds in (300, MAX_SECONDS):
        assert ask(kim, "x" * 50, "b", "c", "d", expires_in=seconds)["poll"]["expired"] is False
    told = moot.get("/api/v2/instance")["configuration"]["polls"]
    assert told == {
        "max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2629746,
    }  # fmt: skip


def test_one_choice_once(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    poll = ask(kim)["poll"]
    again = (422, {"error": "Validation failed: You have already voted on this poll"})
    assert vote(moot, kim, poll, 0)[0] == 422, "the author does not vote"
    assert vote(moot, lee, poll, 0, 1) == again
    for bad in ([], [2], [-1]):
        assert vote(moot, lee, poll, *bad)[0] == 422
    status, voted = vote(moot, lee, poll, 1)
    assert (status, voted["voted"], voted["own_votes"]) == (200, True, [1])
    assert (voted["votes_count"], voted["voters_count"]) == (1, 1)
    assert [o["votes_count"] for o in voted["options"]] == [0, 1]
    assert vote(moot, lee, poll, 1) == again
    assert vote(moot, lee, poll, 0) == again
    assert vote(moot, fresh(moot, "max"), poll, "1")[1]["votes_count"] == 2
    assert kim.get(f"/api/v1/polls/{poll['id']}")["voters_count"] == 2


def test_several_choices_each_once(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    poll = ask(kim, "a", "b", "c", multiple=True)["poll"]
    assert vote(moot, lee, poll, 0, 2, 0)[1]["own_votes"] == [0, 2]
    assert vote(moot, lee, poll, 2)[0] == 422
    voted = vote(moot, lee, poll, 1)[1]
    assert (voted["own_votes"], voted["votes_count"], voted["voters_count"]) == ([0, 2, 1], 3, 1)


def test_hidden_totals_show_at_the_end(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    poll = ask(kim, hide_totals=True)["poll"]
    voted = vote(moot, lee, poll, 0)[1]
    assert ([o["votes_count"] for o in voted["options"]], voted["votes_count"]) == ([None, None], 1)
    end(moot, poll)
    found = lee.get(f"/api/v1/polls/{poll['id']}")
    assert ([o["votes_count"] for o in found["options"]], found["expired"]) == ([1, 0], True)
    assert vote(moot, fresh(moot, "max"), poll, 0) == (
        422,
        {"error": "Validation failed: The poll has already ended"},
    )


def test_who_may_not_see_does_not_vote(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    poll = kim.say("for few", visibility="private", poll={"options": ["a", "b"], "expires_in": 300})["poll"]
    missing = moot.call("GET", "/api/v1/polls/1", lee.token)
    for method, path in (("GET", ""), ("POST", "/votes")):
        found = moot.call(method, f"/api/v1/polls/{poll['id']}{path}", lee.token, json={"choices": [0]})
        assert (found.status, found.body) == (404, missing.body)
    assert moot.call("GET", f"/api/v1/polls/{poll['id']}").status == 404
    public = ask(kim)["poll"]
    assert moot.call("POST", f"/api/v1/polls/{public['id']}/votes", json={"choices": [0]}).status == 401
    narrow = moot.token(lee.id, "read")
    assert (
        moot.call("POST", f"/api/v1/polls/{public['id']}/votes", narrow, json={"choices": [0]}).status == 403
    )
    for path in ("nonsense", str(1 << 70)):
        assert moot.call("GET", f"/api/v1/polls/{path}", lee.token).status == 404
    lee.post(f"/api/v1/accounts/{kim.id}/block")
    assert vote(moot, lee, public, 0)[0] == 403


def test_votes_at_once_count_once(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    single, multiple = ask(kim)["poll"], ask(kim, "a", "b", "c", "d", multiple=True)["poll"]
    with ThreadPoolExecutor(8) as pool:
        ones = list(pool.map(lambda n: vote(moot, lee, single, n % 2)[0], range(8)))
        many = list(pool.map(lambda n: vote(moot, lee, multiple, n % 4)[0], range(8)))
    assert (sorted(ones), sorted(many)) == ([200] + [422] * 7, [200] * 4 + [422] * 4)
    found = lee.get(f"/api/v1/polls/{single['id']}")
    assert (found["votes_count"], found["voters_count"], len(found["own_votes"])) == (1, 1, 1)
    found = lee.get(f"/api/v1/polls/{multiple['id']}")
    assert (found["votes_count"], found["voters_count"], sorted(found["own_votes"])) == (4, 1, [0, 1, 2, 3])


def test_an_edit_of_the_answers_drops_the_votes(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = ask(kim, "a", "b")
    path = f"/api/v1/statuses/{post['id']}"
    vote(moot, lee, post["poll"], 0)

    def edit(**poll: Any) -> Any:
        body = {"status": "What do you think?", "poll": {"options": ["a", "b"], "expires_in": 7200, **poll}}
        found = moot.call("PUT", path, kim.token, json=body)
        assert found.status == 200, found.body
        return found.json

    later = edit()
    assert later["poll"]["votes_count"] == 1, "a new end alone drops nothing"
    assert later["edited_at"] is None
    assert later["poll"]["expires_at"] > post["poll"]["expires_at"]
    changed = edit(options=["a", "c"])
    assert changed["edited_at"] is not None
    assert (changed["poll"]["id"], changed["poll"]["votes_count"]) == (post["poll"]["id"], 0)
    assert lee.get(path)["poll"]["voted"] is False
    vote(moot, lee, post["poll"], 1)
    assert edit(options=["a", "c"], multiple=True)["poll"]["voters_count"] == 0
    history = kim.get(f"{path}/history")
    assert [[o["title"] for o in h["poll"]["options"]] for h in history] == [
        ["a", "b"],
        ["a", "c"],
        ["a", "c"],
    ]
    gone = moot.call("PUT", path, kim.token, json={"status": "What do you think?"}).json
    assert gone["poll"] is None
    assert "poll" not in kim.get(f"{path}/history")[-1]
    assert moot.call("GET", f"/api/v1/polls/{post['poll']['id']}", kim.token).status == 404


def test_the_end_is_told_to_all_who_took_part_once(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    post = ask(kim)
    vote(moot, lee, post["poll"], 0)
    look_after(moot)
    assert kim.get("/api/v1/notifications", **{"types[]": "poll"}) == []
    end(moot, post["poll"])
    look_after(moot)
    look_after(moot)
    for person, times in ((kim, 1), (lee, 1), (max_, 0)):
        found = person.get("/api/v1/notifications", **{"types[]": "poll"})
        assert [(n["status"]["id"], n["account"]["id"]) for n in found] == [(post["id"], str(kim.id))] * times


def test_a_deleted_post_is_answered_with_its_poll(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    post = ask(kim)
    gone = moot.call("DELETE", f"/api/v1/statuses/{post['id']}", kim.token).json
    assert [o["title"] for o in gone["poll"]["options"]] == ["yes", "no"]
    assert gone["text"] == "What do you think?"
    assert moot.call("GET", f"/api/v1/polls/{post['poll']['id']}", kim.token).status == 404
