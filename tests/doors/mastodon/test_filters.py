"""Filters over HTTP, by both versions of the API: what is taken, refused and given back."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from mastodon import Mastodon
from tests.doors.mastodon.moot import Moot, Person

NAMES = (f"filterer{n}" for n in itertools.count())
V2, V1 = "/api/v2/filters", "/api/v1/filters"
EVERYWHERE = ["home", "notifications", "public", "thread", "account"]


@pytest.fixture
def ann(moot: Moot) -> Person:
    return moot.person(next(NAMES))


@pytest.fixture
def bob(moot: Moot, ann: Person) -> Person:
    """Somebody whom ann follows."""
    made = moot.person(next(NAMES))
    ann.post(f"/api/v1/accounts/{made.id}/follow")
    return made


def call(who: Person, method: str, path: str, **more: Any) -> Any:
    return who.moot.call(method, path, who.token, **more)


def ok(who: Person, method: str, path: str, **more: Any) -> Any:
    found = call(who, method, path, **more)
    assert found.status == 200, (path, found.status, found.body)
    return found.json


def refused(who: Person, status: int, method: str, path: str, **more: Any) -> str:
    found = call(who, method, path, **more)
    assert found.status == status, (path, found.status, found.body)
    return str(found.json["error"])


def banana(who: Person, *words: str, whole_word: bool = True, **more: Any) -> Any:
    """A filter of some words."""
    keywords = [{"keyword": word, "whole_word": whole_word} for word in words or ("banana",)]
    asked = {"title": "Fruit", "context": ["home"], "keywords_attributes": keywords, **more}
    return ok(who, "POST", V2, json=asked)


def why(status: Any) -> list[tuple[str, Any, Any]]:
    """What the filters said of a status."""
    return [(r["filter"]["title"], r["keyword_matches"], r["status_matches"]) for r in status["filtered"]]


# ── version 2 ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_a_form_with_repeated_keys(ann: Person) -> None:
    pairs = [
        ("title", " Fruit & nuts "),
        ("context[]", "home"),
        ("context[]", "thread"),
        ("filter_action", "blur"),
        ("expires_in", "3600"),
        ("keywords_attributes[][keyword]", "banana"),
        ("keywords_attributes[][whole_word]", "true"),
        ("keywords_attributes[][keyword]", "nut"),
    ]
    body = "&".join(f"{name}={value.replace('&', '%26').replace(' ', '+')}" for name, value in pairs)
    before = time.time()
    made = ok(ann, "POST", V2, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert set(made) == {"id", "title", "context", "expires_at", "filter_action", "keywords", "statuses"}
    assert (made["title"], made["context"], made["filter_action"]) == (
        "Fruit & nuts",
        ["home", "thread"],
        "blur",
    )
    assert [(k["keyword"], k["whole_word"]) for k in made["keywords"]] == [("banana", True), ("nut", False)]
    assert set(made["keywords"][0]) == {"id", "keyword", "whole_word"}
    assert made["statuses"] == []
    ends = time.strptime(made["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert abs(time.mktime(ends) - time.mktime(time.gmtime(before + 3600))) < 30
    assert ok(ann, "GET", V2) == [made]
    assert ok(ann, "GET", f"{V2}/{made['id']}/") == made


def test_what_is_left_out_has_its_default(ann: Person) -> None:
    made = ok(ann, "POST", V2, json={"title": "Empty", "context": "public"})
    assert made == {
        "id": made["id"],
        "title": "Empty",
        "context": ["public"],
        "expires_at": None,
        "filter_action": "warn",
        "keywords": [],
        "statuses": [],
    }


def test_update_changes_what_is_said_and_keeps_the_rest(ann: Person) -> None:
    made = banana(ann, "banana", "apple", "pear", expires_in=600)
    path = f"{V2}/{made['id']}"
    one, two, three = (k["id"] for k in made["keywords"])
    changes: list[dict[str, Any]] = [
        {"id": one, "keyword": "papaya"},
        {"id": two, "_destroy": True},
        {"id": three, "whole_word": False},
        {"keyword": "fig", "whole_word": "1"},
        {"keyword": "", "_destroy": "true"},
    ]
    found = ok(ann, "PUT", path, json={"title": "Food", "keywords_attributes": changes})
    assert [(k["id"], k["keyword"], k["whole_word"]) for k in found["keywords"]] == [
        (one, "papaya", True),
        (three, "pear", False),
        (found["keywords"][2]["id"], "fig", True),
    ]
    assert (found["title"], found["context"], found["expires_at"]) == ("Food", ["home"], made["expires_at"])
    assert ok(ann, "PUT", path, json={"expires_in": None})["expires_at"] is None
    assert ok(ann, "PUT", path, data={"expires_in": "60"})["expires_at"] is not None
    assert ok(ann, "PUT", path, data={"expires_in": ""})["expires_at"] is None
    found = ok(ann, "PUT", path, json={"context": ["account", "public"], "filter_action": "hide"})
    assert (found["context"], found["filter_action"]) == (["account", "public"], "hide")
    indexed = {"keywords_attributes[0][id]": one, "keywords_attributes[0][_destroy]": "1"}
    assert ok(ann, "PUT", path, data=indexed)["keywords"][0]["id"] == three
    assert ok(ann, "GET", path)["title"] == "Food"
    assert ok(ann, "DELETE", path) == {}
    assert refused(ann, 404, "GET", path) == "Record not found"
    assert ok(ann, "GET", V2) == []


def test_keywords_one_by_one(ann: Person) -> None:
    made = ok(ann, "POST", V2, json={"title": "Empty", "context": ["home"]})
    path = f"{V2}/{made['id']}/keywords"
    assert ok(ann, "GET", path) == []
    word = ok(ann, "POST", path, data={"keyword": "banana", "whole_word": "true"})
    assert word == {"id": word["id"], "keyword": "banana", "whole_word": True}
    assert ok(ann, "GET", path) == [word]
    own = f"{V2}/keywords/{word['id']}"
    assert ok(ann, "GET", own) == word
    assert ok(ann, "PUT", own, data={"keyword": "plum"}) == {**word, "keyword": "plum"}
    assert ok(ann, "PUT", own, data={"keyword": "plum", "whole_word": "0"})["whole_word"] is False
    assert refused(ann, 422, "PUT", own, data={"keyword": " "}) == "Validation failed: Keyword can't be blank"
    assert ok(ann, "DELETE", own) == {}
    assert refused(ann, 404, "DELETE", own) == "Record not found"
    assert ok(ann, "GET", path) == []


def test_posts_one_by_one(moot: Moot, ann: Person, bob: Person) -> None:
    made = banana(ann)
    path = f"{V2}/{made['id']}/statuses"
    post, direct = bob.say("hello"), bob.say("psst", visibility="direct")
    named = ok(ann, "POST", path, data={"status_id": post["id"]})
    assert named == {"id": named["id"], "status_id": post["id"]}
    assert ok(ann, "GET", path) == [named]
    assert ok(ann, "GET", f"{V2}/{made['id']}")["statuses"] == [named]
    own = f"{V2}/statuses/{named['id']}"
    assert ok(ann, "GET", own) == named
    again = refused(ann, 422, "POST", path, data={"status_id": post["id"]})
    assert again == "Validation failed: Status has already been taken"
    unseen = call(ann, "POST", path, data={"status_id": direct["id"]})
    missing = call(ann, "POST", path, data={"status_id": "1"})
    assert (unseen.status, unseen.body) == (missing.status, missing.body) == (404, unseen.body)
    for wrong in ({}, {"status_id": "x"}, {"status_id": ""}):
        refused(ann, 404, "POST", path, data=wrong)
    shown = ann.get(f"/api/v1/statuses/{post['id']}")
    assert why(shown) == [("Fruit", None, [post["id"]])]
    boost = moot.person(next(NAMES)).post(f"/api/v1/statuses/{post['id']}/reblog")
    assert why(ann.get(f"/api/v1/statuses/{boost['id']}")) == [("Fruit", None, [post["id"]])]
    assert ok(ann, "DELETE", own) == named
    refused(ann, 404, "GET", own)
    assert ann.get(f"/api/v1/statuses/{post['id']}")["filtered"] == []
    assert ok(ann, "POST", path, json={"status_id": boost["id"]})["status_id"] == post["id"]


ALL = [
    ("GET", V2, "read"),
    ("POST", V2, "write"),
    ("GET", V2 + "/{filter}", "read"),
    ("PUT", V2 + "/{filter}", "write"),
    ("DELETE", V2 + "/{filter}", "write"),
    ("GET", V2 + "/{filter}/keywords", "read"),
    ("POST", V2 + "/{filter}/keywords", "write"),
    ("GET", V2 + "/keywords/{keyword}", "read"),
    ("PUT", V2 + "/keywords/{keyword}", "write"),
    ("DELETE", V2 + "/keywords/{keyword}", "write"),
    ("GET", V2 + "/{filter}/statuses", "read"),
    ("POST", V2 + "/{filter}/statuses", "write"),
    ("GET", V2 + "/statuses/{named}", "read"),
    ("DELETE", V2 + "/statuses/{named}", "write"),
    ("GET", V1, "read"),
    ("POST", V1, "write"),
    ("GET", V1 + "/{keyword}", "read"),
    ("PUT", V1 + "/{keyword}", "write"),
    ("DELETE", V1 + "/{keyword}", "write"),
]


def test_who_may_and_who_may_not(moot: Moot, ann: Person, bob: Person) -> None:
    made = banana(ann)
    post = bob.say("hello")["id"]
    named = ok(ann, "POST", f"{V2}/{made['id']}/statuses", json={"status_id": post})["id"]
    ids = {"filter": made["id"], "keyword": made["keywords"][0]["id"], "named": named}
    body = {"title": "x", "context": ["home"], "keyword": "x", "phrase": "x", "status_id": post}
    app = moot.token(None)
    tokens = {
        "read": moot.token(ann.id, "read:filters"),
        "write": moot.token(ann.id, "write:filters"),
    }
    for method, pattern, scope in ALL:
        path = pattern.format(**ids)
        assert moot.call(method, path, json=body).status == 401, path
        wrong = moot.call(method, path, tokens["write" if scope == "read" else "read"], json=body)
        assert (wrong.status, wrong.json["error"]) == (403, "This action is outside the authorized scopes")
        assert moot.call(method, path, app, json=body).status == 422, path
        if "{" in pattern:
            theirs = call(bob, method, path, json=body)
            none = call(bob, method, pattern.format(filter="5", keyword="5", named="5"), json=body)
            assert (theirs.status, theirs.body) == (404, none.body), (method, path)
            assert call(bob, method, pattern.format(filter="x", keyword="x", named="x")).status == 404
    assert ok(ann, "GET", f"{V2}/{made['id']}")["keywords"] == made["keywords"]
    assert moot.call("GET", V2, tokens["read"]).status == 200
    assert moot.call("POST", V2, tokens["write"], json=body).status == 200


def test_words_of_refusals(ann: Person, bob: Person) -> None:
    both = "Context can't be blank, Context None or invalid context supplied"
    blank = f"Validation failed: Title can't be blank, {both}"
    fine = {"title": "x", "context": ["home"]}
    for body, text in (
        ({}, blank),
        ({"title": "x"}, f"Validation failed: {both}"),
        ({"title": "x", "context": []}, f"Validation failed: {both}"),
        ({"title": " ", "context": ["home"]}, "Validation failed: Title can't be blank"),
        (
            {"title": "x", "context": ["home", "toilet"]},
            "Validation failed: Context None or invalid context supplied",
        ),
        (
            {**fine, "title": "x" * 257},
            "Validation failed: Title is too long (maximum is 256 characters)",
        ),
        ({**fine, "filter_action": "explode"}, "Validation failed: Filter action is invalid"),
        ({**fine, "expires_in": "soon"}, "Validation failed: Expires in is invalid"),
        ({**fine, "expires_in": 1 << 62}, "Validation failed: Expires in is invalid"),
        (
            {**fine, "keywords_attributes": [{"keyword": ""}]},
            "Validation failed: Keyword can't be blank",
        ),
        (
            {**fine, "keywords_attributes": [{"keyword": "x" * 513}]},
            "Validation failed: Keyword is too long (maximum is 512 characters)",
        ),
    ):
        assert refused(ann, 422, "POST", V2, json=body) == text
    made = banana(ann)
    path = f"{V2}/{made['id']}"
    assert refused(ann, 422, "PUT", path, json={"title": ""}) == "Validation failed: Title can't be blank"
    assert refused(ann, 422, "PUT", path, json={"context": ["x"]}).endswith("invalid context supplied")
    theirs = banana(bob)["keywords"][0]["id"]
    for wrong in (theirs, "7"):
        refused(ann, 404, "PUT", path, json={"keywords_attributes": [{"id": wrong, "_destroy": True}]})
    assert ok(ann, "GET", V2) == [made]


# ── version 1 ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_v1_is_one_object_for_each_keyword(ann: Person) -> None:
    made = ok(
        ann,
        "POST",
        V1,
        data={"phrase": "banana", "context[]": ["home", "public"], "irreversible": "true", "whole_word": "1"},
    )
    assert made == {
        "id": made["id"],
        "phrase": "banana",
        "context": ["home", "public"],
        "expires_at": None,
        "irreversible": True,
        "whole_word": True,
    }
    (group,) = ok(ann, "GET", V2)
    assert (group["title"], group["filter_action"], group["keywords"][0]["id"]) == (
        "banana",
        "hide",
        made["id"],
    )
    assert ok(ann, "GET", V1) == [made]
    path = f"{V1}/{made['id']}"
    assert ok(ann, "GET", path) == made
    assert ok(ann, "PUT", path, data={"phrase": "banana", "context[]": "home"})["irreversible"] is True
    changed = ok(ann, "PUT", path, json={"phrase": "mango", "irreversible": False, "expires_in": 60})
    assert (changed["phrase"], changed["irreversible"], changed["context"]) == ("mango", False, ["home"])
    assert changed["expires_at"] is not None
    assert ok(ann, "GET", f"{V2}/{group['id']}")["title"] == "mango"
    refused(ann, 404, "GET", f"{V1}/{group['id']}")
    other = ok(ann, "POST", f"{V2}/{group['id']}/keywords", json={"keyword": "plum"})
    assert [one["phrase"] for one in ok(ann, "GET", V1)] == ["mango", "plum"]
    for reaching in (
        {"phrase": "fig"},
        {"phrase": "mango", "context": ["thread"]},
        {"irreversible": True},
        {"expires_in": 100},
        {"expires_in": None},
    ):
        assert refused(ann, 422, "PUT", path, json=reaching).startswith("Validation failed: ")
    own = {"phrase": "mango", "context": ["home"], "irreversible": False, "whole_word": False}
    assert ok(ann, "PUT", path, json=own)["whole_word"] is False
    assert ok(ann, "DELETE", path) == {}
    assert [k["id"] for k in ok(ann, "GET", f"{V2}/{group['id']}")["keywords"]] == [other["id"]]
    assert ok(ann, "DELETE", f"{V1}/{other['id']}") == {}
    assert ok(ann, "GET", V1) == []
    assert ok(ann, "GET", f"{V2}/{group['id']}")["keywords"] == []


def test_v1_words_of_refusals(ann: Person) -> None:
    for body, text in (
        ({"context": ["home"]}, "Phrase can't be blank"),
        ({"phrase": " ", "context": ["home"]}, "Phrase can't be blank"),
        ({"phrase": "x"}, "Context can't be blank, Context None or invalid context supplied"),
        ({"phrase": "x", "context": ["x"]}, "Context None or invalid context supplied"),
        ({"phrase": "x" * 513, "context": ["home"]}, "Keyword is too long (maximum is 512 characters)"),
    ):
        assert refused(ann, 422, "POST", V1, json=body) == f"Validation failed: {text}"
    assert ok(ann, "POST", V1, json={"phrase": "x" * 512, "context": ["home"]})["phrase"] == "x" * 512
    plain = ok(ann, "POST", V1, json={"phrase": "y", "context": ["home"]})
    assert (plain["irreversible"], plain["whole_word"]) == (False, False)
    assert len(ok(ann, "GET", V1)) == 2


# ── a client ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_client_does_all_of_it(ann: Person, bob: Person) -> None:
    client = Mastodon(access_token=ann.token, api_base_url=ann.moot.url, version_check_mode="none")
    post = bob.say("a banana a day")
    made = client.create_filter_v2(
        "Fruit", ["home"], "warn", expires_in=600, keywords_attributes=[{"keyword": "banana"}]
    )
    assert [one.id for one in client.filters_v2()] == [made.id]
    assert client.filter_v2(made).keywords[0].keyword == "banana"
    assert client.status(post["id"]).filtered[0].keyword_matches == ["banana"]
    one = made.keywords[0].id
    changes = [{"id": one, "_destroy": True}, {"keyword": "day", "whole_word": True}]
    changed = client.update_filter_v2(made, title="Days", keywords_attributes=changes)
    assert ([k.keyword for k in changed.keywords], changed.title, changed.context) == (
        ["day"],
        "Days",
        ["home"],
    )
    word = client.add_filter_keyword_v2(made, "fig", whole_word=True)
    assert [k.whole_word for k in client.filter_keywords_v2(made)] == [True, True]
    client.delete_filter_keyword_v2(word)
    named = client.add_filter_status_v2(made, post["id"])
    assert [n.id for n in client.filter_statuses_v2(made)] == [client.filter_status_v2(named).id]
    assert str(client.status(post["id"]).filtered[0].status_matches[0]) == post["id"]
    client.delete_filter_status_v2(named)
    client.delete_filter_v2(made)
    old = client.filter_create("banana", ["home", "thread"], whole_word=True)
    assert [one.phrase for one in client.filters()] == ["banana"]
    assert client.filter_update(old, phrase="fig", whole_word=False).phrase == "fig"
    assert (client.filter(old).whole_word, client.filter(old).context) == (False, ["home", "thread"])
    client.filter_delete(old)
    assert client.filters() == []
