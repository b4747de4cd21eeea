"""Collections: made, filled, shown, changed, left; and whose they are."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.moot import Answer, Moot, Person


@pytest.fixture(scope="module")
def maker(moot: Moot) -> Person:
    return moot.person("maker")


@pytest.fixture(scope="module")
def found_one(moot: Moot) -> Person:
    return moot.person("findable", discoverable=True)


def make(who: Person, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = who.post("/api/v1/collections", **{"name": "Birds", **more})["collection"]
    return found


def call(who: Person, method: str, path: str, **data: Any) -> Answer:
    return who.moot.call(method, f"/api/v1/collections{path}", who.token, json=data)


def test_a_collection_is_changed_by_put_too(maker: Person) -> None:
    made = make(maker, name="Trees")
    assert call(maker, "PUT", f"/{made['id']}", name="Woods").json["collection"]["name"] == "Woods"
    assert call(maker, "DELETE", f"/{made['id']}").status == 200


def test_a_collection_with_everything(moot: Moot, maker: Person, found_one: Person) -> None:
    made = make(
        maker,
        description="Those <who> sing",
        language="en",
        tag_name="#BirdSong",
        sensitive=True,
        discoverable=True,
        account_ids=[str(found_one.id)],
    )
    (item,) = made.pop("items")
    assert item["account_id"] == str(found_one.id)
    assert item["state"] == "accepted"
    assert made.pop("created_at") == made.pop("updated_at")
    assert made == {
        "id": made["id"],
        "account_id": str(maker.id),
        "uri": f"{moot.url}/collections/{made['id']}",
        "url": f"{moot.url}/collections/{made['id']}",
        "name": "Birds",
        "description": "<p>Those &lt;who&gt; sing</p>",
        "language": "en",
        "local": True,
        "sensitive": True,
        "discoverable": True,
        "tag": {"name": "BirdSong", "url": f"{moot.url}/tags/birdsong"},
        "item_count": 1,
    }
    shown = moot.get(f"/api/v1/collections/{made['id']}")
    assert shown["collection"]["id"] == made["id"]
    assert [a["acct"] for a in shown["accounts"]] == ["maker", "findable"]
    call(maker, "DELETE", f"/{made['id']}")


def test_changing_keeps_what_is_not_said(maker: Person) -> None:
    id_ = make(maker, description="first", tag_name="tag")["id"]
    changed = call(maker, "PATCH", f"/{id_}", name="Fish").json["collection"]
    assert (changed["name"], changed["description"], changed["tag"]["name"]) == (
        "Fish",
        "<p>first</p>",
        "tag",
    )
    changed = call(maker, "PATCH", f"/{id_}", description="", tag_name="", discoverable=True).json[
        "collection"
    ]
    assert (changed["description"], changed["tag"], changed["discoverable"]) == ("", None, True)
    assert call(maker, "DELETE", f"/{id_}").json == {}
    assert call(maker, "GET", f"/{id_}").status == 404


def test_what_is_refused(moot: Moot, maker: Person, found_one: Person) -> None:
    for data, text in (
        ({"name": " "}, "Name can't be blank"),
        ({"name": "x" * 41}, "Name is too long (maximum is 40 characters)"),
        ({"name": "x", "description": "x" * 101}, "Description is too long (maximum is 100 characters)"),
        ({"name": "x", "language": "!"}, "Language is invalid"),
        ({"name": "x", "tag_name": "a b"}, "Tag name is invalid"),
    ):
        answer = call(maker, "POST", "", **data)
        assert (answer.status, answer.json["error"]) == (422, f"Validation failed: {text}"), data
    shy = moot.person("shy")
    assert call(maker, "POST", "", name="x", account_ids=[str(shy.id)]).status == 403
    id_ = make(maker, account_ids=[str(found_one.id)])["id"]
    twice = call(maker, "POST", f"/{id_}/items", account_id=str(found_one.id))
    assert (twice.status, twice.json) == (422, {"error": "Validation failed: Account has already been taken"})
    assert call(maker, "POST", f"/{id_}/items", account_id="12345").status == 404
    assert call(maker, "POST", f"/{id_}/items").status == 422
    call(maker, "DELETE", f"/{id_}")


def test_limits(moot: Moot, maker: Person) -> None:
    many = moot.person("collector")
    ids = [make(many, name=f"n{n}")["id"] for n in range(10)]
    assert call(many, "POST", "", name="one more").status == 422
    people = [moot.person(f"crowd{n}", discoverable=True) for n in range(26)]
    for someone in people[:25]:
        assert call(many, "POST", f"/{ids[0]}/items", account_id=str(someone.id)).status == 200
    assert call(many, "POST", f"/{ids[0]}/items", account_id=str(people[25].id)).status == 422
    answer = moot.call("GET", f"/api/v1/accounts/{many.id}/collections?limit=4&offset=4", many.token)
    assert [c["id"] for c in answer.json["collections"]] == ids[::-1][4:8]
    assert "offset=8" in answer.headers["link"]
    assert "offset=0" in answer.headers["link"]
    assert moot.get(f"/api/v1/{many.id}/collections", many.token)["collections"][0]["id"] == ids[-1]


def test_others_see_what_is_to_be_found(moot: Moot, maker: Person, found_one: Person) -> None:
    hidden, open_ = make(maker)["id"], make(maker, discoverable=True)["id"]
    listed = moot.get(f"/api/v1/accounts/{maker.id}/collections", found_one.token)["collections"]
    assert [c["id"] for c in listed] == [open_]
    assert moot.call("GET", f"/api/v1/collections/{hidden}").status == 200
    for method, path in (("PATCH", f"/{open_}"), ("DELETE", f"/{open_}"), ("POST", f"/{open_}/items")):
        assert call(found_one, method, path, name="mine now", account_id="1").status in (403, 404)
    moot.call("POST", f"/api/v1/accounts/{found_one.id}/block", maker.token)
    assert call(found_one, "GET", f"/{open_}").status == 404
    assert moot.get(f"/api/v1/accounts/{maker.id}/collections", found_one.token)["collections"] == []
    moot.call("POST", f"/api/v1/accounts/{found_one.id}/unblock", maker.token)
    for id_ in (hidden, open_):
        call(maker, "DELETE", f"/{id_}")


def test_leaving(moot: Moot, maker: Person, found_one: Person) -> None:
    made = make(maker, account_ids=[str(found_one.id), str(maker.id)])
    theirs, own = (item["id"] for item in made["items"])
    inside = moot.get(f"/api/v1/accounts/{found_one.id}/in_collections", found_one.token)
    assert [c["id"] for c in inside["collections"]] == [made["id"]]
    assert moot.call("GET", f"/api/v1/{found_one.id}/in_collections", maker.token).status == 403
    assert moot.call("GET", f"/api/v1/{found_one.id}/in_collections").status == 401
    assert call(found_one, "POST", f"/{made['id']}/items/{own}/revoke").status == 403
    assert call(found_one, "POST", f"/{made['id']}/items/{theirs}/revoke").json == {}
    assert call(found_one, "POST", f"/{made['id']}/items/{theirs}/revoke").status == 404
    assert call(maker, "DELETE", f"/{made['id']}/items/{own}").json == {}
    assert moot.get(f"/api/v1/collections/{made['id']}")["collection"]["items"] == []
    call(maker, "DELETE", f"/{made['id']}")


def test_those_who_are_collected_hear_of_it(moot: Moot, maker: Person) -> None:
    guest = moot.person("guest", discoverable=True)
    id_ = make(maker, account_ids=[str(guest.id)])["id"]
    (told,) = guest.get("/api/v1/notifications")
    assert (told["type"], told["account"]["acct"]) == ("added_to_collection", "maker")
    assert told["collection"]["id"] == id_
    call(maker, "PATCH", f"/{id_}", sensitive=True)
    assert len(guest.get("/api/v1/notifications")) == 1
    for name in ("Fish", "Frogs"):
        call(maker, "PATCH", f"/{id_}", name=name)
    assert [n["type"] for n in guest.get("/api/v1/notifications")] == [
        "collection_update",
        "added_to_collection",
    ]
    assert guest.get("/api/v1/notifications")[0]["collection"]["name"] == "Frogs"
    call(maker, "DELETE", f"/{id_}")


def test_the_account_says_whether_it_may_be_collected(moot: Moot, maker: Person, found_one: Person) -> None:
    approval = moot.get(f"/api/v1/accounts/{found_one.id}")["feature_approval"]
    assert approval == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    assert moot.get(f"/api/v1/accounts/{maker.id}")["feature_approval"]["current_user"] == "denied"
