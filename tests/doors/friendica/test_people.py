"""People by all their names, friends and followers in both forms, search, suggestions, and the own profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import Node, name_of, tree
from tests.doors.friendica.shapes import fits, same

from folkmoot.domain.access import Archive, Role, Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.people import accounts, bonds, circles, profiles
from folkmoot.domain.people.profiles import ProfileChange
from folkmoot.domain.staff import reports, sanctions
from folkmoot.store.tx import Tx

Call = Callable[..., httpx2.Response]


@pytest.fixture(scope="module")
def town(node: Node) -> Node:
    """dora follows bob and carol; erin is followed by dora; gail blocks dora; a group hidden from dora."""
    for name in ("dora", "erin", "fred", "gail"):
        node.ids[name] = node.person(name)
    follow = [("dora", "bob"), ("dora", "carol"), ("dora", "erin"), ("bob", "dora"), ("fred", "dora")]

    def bind(tx: Tx) -> None:
        for one, other in follow:
            bonds.follow(tx, node.viewer(one), node.ids[other])
        bonds.block(tx, node.viewer("gail"), node.ids["dora"])
        profiles.update_profile(tx, node.viewer("erin"), ProfileChange(hide_collections=True))
        profiles.update_profile(tx, node.viewer("fred"), ProfileChange(discoverable=True))

    node.house.store.write(bind)
    node.says("erin", "the last <public> word of erin")
    node.says("gail", "gail speaks at large")
    return node


@pytest.fixture(scope="module")
def dora(town: Node) -> Any:
    with town.client("dora") as client:
        yield client


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_person_is_named_in_many_ways(town: Node, dora: httpx2.Client) -> None:
    bob = town.ids["bob"]
    host = town.url.removeprefix("http://")
    ways: list[tuple[str, dict[str, Any]]] = [
        ("users/show.json", {"user_id": bob}),
        ("users/show.json", {"screen_name": "bob"}),
        ("users/show.json", {"screen_name": "BOB"}),
        ("users/show.json", {"screen_name": f"bob@{town.house.settings.domain}"}),
        ("users/show.json", {"profileurl": f"{town.url}/@bob"}),
        ("users/show.json", {"user_id": f"{town.url}/@bob"}),
        ("users/show.json", {"user_id": bob, "screen_name": "carol"}),
        ("users/show.json", {"user_id": 0, "screen_name": "bob"}),
        (f"users/show/{bob}.json", {}),
        ("users/show/bob.json", {}),
        ("users/show/bob", {}),
        ("1.1/users/show.json", {"screen_name": "bob"}),
        ("externalprofile/show.json", {"profileurl": f"https://www.{host}/profile/bob/"}),
        ("externalprofile/show.json", {"profileurl": f"{host}/users/bob"}),
        ("externalprofile/show.json", {"profileurl": f"http://{host}/~bob?tab=1"}),
    ]
    for path, params in ways:
        answer = dora.get(f"/api/{path}", params=params)
        assert answer.status_code == 200, (path, params, answer.text)
        assert answer.json()["id"] == bob, (path, params)
    assert dora.post("/api/users/show.json", data={"screen_name": "bob"}).json()["id"] == bob
    assert dora.get("/api/users/show.json").json()["screen_name"] == "dora"


def test_a_user_has_every_key_and_says_how_the_two_stand(town: Node, dora: httpx2.Client) -> None:
    bob = dora.get("/api/users/show.json", params={"screen_name": "bob"}).json()
    fits(bob, "user")
    assert (bob["following"], bob["verified"], bob["cid"], bob["pid"]) == (True, True, bob["id"], bob["id"])
    assert (bob["id_str"], bob["statusnet_blocking"], bob["notifications"]) == (str(bob["id"]), False, False)
    follower = dora.get("/api/users/show.json", params={"screen_name": "fred"}).json()
    assert (follower["following"], follower["cid"]) == (False, follower["id"])
    stranger = dora.get("/api/users/show.json", params={"screen_name": "alice"}).json()
    assert (stranger["following"], stranger["verified"], stranger["cid"]) == (False, False, 0)
    erin = dora.get("/api/users/show.json", params={"screen_name": "erin"}).json()
    fits(erin, "user")
    assert erin["status"]["text"] == "the last <public> word of erin"
    assert "user" not in erin["status"]
    plain = dora.get("/api/users/show.json", params={"screen_name": "erin", "skip_status": "1"}).json()
    assert "status" not in plain
    rich = dora.get("/api/users/show.json", params={"screen_name": "erin", "include_entities": "true"}).json()
    assert rich["entities"] == {"url": {"urls": []}, "description": {"urls": []}}


def test_a_user_in_xml_is_the_same_tree(town: Node, dora: httpx2.Client) -> None:
    told = dora.get("/api/users/show.json", params={"screen_name": "bob"}).json()
    root = tree(dora.get("/api/users/show.xml", params={"screen_name": "bob"}))
    assert name_of(root) == "user"
    same(root, told)
    assert root.find("{http://status.net/schema/api/1/}blocking") is not None


def test_who_is_not_there_may_not_be_seen(town: Node, dora: httpx2.Client) -> None:
    hidden = town.closed_group
    for params in (
        {"user_id": 99},
        {"screen_name": "nobody_here"},
        {"user_id": hidden},
        {"screen_name": "cellar"},
    ):
        answer = dora.get("/api/users/show.json", params=params)
        assert error(answer) == (400, "User not found."), params
    for path in ("users/show/cellar.json", "users/show/nobody_here.json"):
        assert error(dora.get(f"/api/{path}")) == (400, "User not found.")
    members = town.client("alice")
    assert members.get("/api/users/show.json", params={"screen_name": "cellar"}).json()["id"] == hidden
    for url in ("", f"{town.url}/@nobody", f"{town.url}/@cellar", "ftp://elsewhere.example/x", "://"):
        answer = dora.get("/api/externalprofile/show.json", params={"profileurl": url})
        assert error(answer) == (400, "User not found."), url
    blocked = dora.get("/api/users/show.json", params={"screen_name": "gail"}).json()
    assert "status" not in blocked, "who blocks the caller is not quoted"


def test_strangers_may_look_at_people_but_have_to_name_them(town: Node) -> None:
    with town.client(None) as nobody:
        assert nobody.get("/api/users/show.json", params={"screen_name": "bob"}).json()["cid"] == 0
        answer = nobody.get("/api/users/show.json")
        assert error(answer) == (401, "This API requires login")
        assert answer.headers["www-authenticate"] == 'Basic realm="Friendica"'
        assert [user["screen_name"] for user in nobody.get("/api/users/search.json?q=bob").json()] == ["bob"]
        assert nobody.get("/api/friends/ids.json").status_code == 401
        assert nobody.get("/api/users/suggestions.json").status_code == 200


def test_search_finds_names_nicks_and_parts(town: Node, dora: httpx2.Client) -> None:
    for query in ("bob", "Bob", "bo", f"bob@{town.house.settings.domain}", f"{town.url}/@bob", "@bob"):
        answer = dora.get("/api/users/search.json", params={"q": query})
        assert answer.status_code == 200, query
        assert answer.json()[0]["screen_name"] == "bob", query
        fits(answer.json()[0], "user")
    root = tree(dora.get("/api/users/search.xml", params={"q": "bob"}))
    assert (name_of(root), [name_of(child) for child in root]) == ("users", ["user"])
    for query in ("", "zzzz", "cellar", "%", "'"):
        assert error(dora.get("/api/users/search.json", params={"q": query})) == (400, "User not found."), (
            query
        )
    assert error(dora.get("/api/users/search.json")) == (400, "User not found.")


def test_lookup_takes_many_at_once(town: Node, dora: httpx2.Client) -> None:
    ids = f"{town.ids['bob']},{town.ids['erin']},12,x"
    found = dora.get(
        "/api/users/lookup.json", params={"user_id": ids, "screen_name": "carol, nobody_here"}
    ).json()
    assert [user["screen_name"] for user in found] == ["bob", "erin", "carol"]
    assert found[1]["status"]["text"].startswith("the last")
    posted = dora.post("/api/users/lookup.xml", data={"screen_name": "bob,cellar"})
    assert [name_of(child) for child in tree(posted)] == ["user"]
    for params in ({}, {"screen_name": "nobody_here,cellar"}, {"user_id": "7"}):
        assert error(dora.get("/api/users/lookup.json", params=params)) == (404, "Not Found")


@pytest.mark.parametrize(
    ("call", "names"), [("friends", ["bob", "carol", "erin"]), ("followers", ["bob", "fred"])]
)
def test_friends_and_followers_are_bare_lists(
    town: Node, dora: httpx2.Client, call: str, names: list[str]
) -> None:
    ids = {town.ids[name] for name in names}
    bare = dora.get(f"/api/{call}/ids.json").json()
    assert set(bare) == ids
    assert {int(id_) for id_ in dora.get(f"/api/{call}/ids.json?stringify_ids=true").json()} == ids
    assert all(isinstance(id_, str) for id_ in dora.get(f"/api/{call}/ids.json?stringify_ids=true").json())
    assert dora.get(f"/api/{call}/ids.json?user_id=7&trim_user=1").json() == bare, "unsupported: left aside"
    document = dora.get(f"/api/{call}/ids.xml").text
    assert "<ids>" in document, "no namespace"
    assert {int(child.text or "") for child in tree(dora.get(f"/api/{call}/ids.xml"))} == ids
    people = dora.get(f"/api/statuses/{call}.json").json()
    assert [user["screen_name"] for user in people] == names, "by nick"
    for user in people:
        fits(user, "user")
    root = tree(dora.get(f"/api/statuses/{call}.xml"))
    assert (name_of(root), [name_of(child) for child in root]) == ("users", ["user"] * len(names))
    assert dora.get(f"/api/statuses/{call}.json?screen_name=bob").json() == []
    assert dora.get(f"/api/statuses/{call}.json?user_id=7").json() == []
    assert len(dora.get(f"/api/statuses/{call}.json?screen_name=dora").json()) == len(names)
    second = dora.get(f"/api/statuses/{call}.json?count=1&page=2").json()
    assert [user["screen_name"] for user in second] == [names[1]]


def test_pages_with_cursors_go_there_and_back(town: Node, dora: httpx2.Client) -> None:
    wanted = sorted((town.ids[name] for name in ("bob", "carol", "erin")), reverse=True)
    for path in ("friends/ids.json?cursor=-1", "1.1/friends/ids.json?x=1", "friends/ids?cursor=undefined"):
        page = dora.get(f"/api/{path}").json()
        fits(page, "ids_page")
        assert (page["ids"], page["next_cursor"], page["previous_cursor"]) == (wanted, 0, 0)
        assert page["total_count"] == 3
    first = dora.get("/api/friends/ids.json?cursor=-1&count=2").json()
    assert (first["ids"], first["next_cursor"], first["previous_cursor"]) == (wanted[:2], wanted[1], 0)
    assert first["next_cursor_str"] == str(wanted[1])
    second = dora.get(f"/api/friends/ids.json?count=2&cursor={first['next_cursor']}").json()
    assert (second["ids"], second["next_cursor"], second["previous_cursor"]) == (wanted[2:], 0, -wanted[2])
    back = dora.get(f"/api/friends/ids.json?count=2&cursor={second['previous_cursor']}").json()
    assert (back["ids"], back["next_cursor"], back["previous_cursor"]) == (wanted[:2], wanted[1], 0)
    root = tree(dora.get("/api/friends/ids.xml?cursor=-1&count=2"))
    assert name_of(root) == "id_list"
    same(root, first)


@pytest.mark.parametrize("call", ["friends/list", "1.1/statuses/friends"])
def test_lists_of_people_have_pages(town: Node, dora: httpx2.Client, call: str) -> None:
    wanted = sorted((town.ids[name] for name in ("bob", "carol", "erin")), reverse=True)
    page = dora.get(f"/api/{call}.json?count=2").json()
    fits(page, "users_page")
    assert [user["id"] for user in page["users"]] == wanted[:2]
    for user in page["users"]:
        fits(user, "user")
    erin = next(user for user in page["users"] if user["screen_name"] == "erin")
    assert erin["status"]["text"].startswith("the last")
    rest = dora.get(f"/api/{call}.json?count=2&cursor={page['next_cursor']}&skip_status=true").json()
    assert [user["id"] for user in rest["users"]] == wanted[2:]
    assert "status" not in rest["users"][0]


def test_lists_of_others_are_as_open_as_they_wish(town: Node, dora: httpx2.Client) -> None:
    theirs = dora.get("/api/friends/list.json?screen_name=bob").json()
    assert {user["screen_name"] for user in theirs["users"]} == {"alice", "dora"}
    low, high = sorted((town.ids["alice"], town.ids["dora"]))
    for bound, left in ((f"since_id={low}", [high]), (f"max_id={high}", [low]), (f"min_id={low}", [high])):
        page = dora.get(f"/api/friends/list.json?screen_name=bob&{bound}").json()
        assert [user["id"] for user in page["users"]] == left, "exclusive"
    for name in ("erin", "gail"):
        for call in ("friends", "followers"):
            page = dora.get(f"/api/{call}/list.json?screen_name={name}").json()
            assert (page["users"], page["next_cursor"], page["total_count"]) == ([], 0, 0)
            assert dora.get(f"/api/1.1/{call}/ids.json?screen_name={name}").json()["ids"] == []
    for params in ("screen_name=nobody_here", "screen_name=cellar"):
        assert error(dora.get(f"/api/friends/list.json?{params}")) == (404, "User not found")
    assert dora.get("/api/friends/list.xml").status_code == 501
    assert dora.post("/api/friends/list.json").status_code == 405


def test_suggestions_come_in_one_kind(town: Node, dora: httpx2.Client) -> None:
    (kind,) = dora.get("/api/users/suggestions.json").json()
    fits({**kind, "users": []}, "suggestion_category")
    one = dora.get(f"/api/users/suggestions/{kind['slug']}.json").json()
    fits(one, "suggestion_category")
    assert kind["size"] == len(one["users"]) > 0
    people = dora.get(f"/api/users/suggestions/{kind['slug']}/members.json").json()
    assert [user["id"] for user in people] == [user["id"] for user in one["users"]]
    assert not {user["screen_name"] for user in people} & {"dora", "bob", "gail", "cellar"}
    assert error(dora.get("/api/users/suggestions/news.json")) == (404, "Sorry, that page does not exist.")


def test_spam_is_reported_and_blocked(town: Node) -> None:
    town.ids["ivan"] = town.person("ivan")
    with town.client("erin") as erin:
        kept = erin.post(
            "/api/users/report_spam.json", data={"screen_name": "ivan", "perform_block": "false"}
        )
        assert (kept.json()["screen_name"], kept.json()["statusnet_blocking"]) == ("ivan", False)
        gone = erin.post("/api/users/report_spam.json?user_id=" + str(town.ids["ivan"])).json()
        assert gone["statusnet_blocking"] is True
        filed = town.house.store.read(lambda tx: reports.mine(tx, town.viewer("erin")))
        assert [(report.category, report.target_id) for report in filed] == [("spam", town.ids["ivan"])] * 2
        assert error(erin.post("/api/users/report_spam.json?user_id=7")) == (404, "User not found")
        assert erin.post("/api/users/report_spam.json?screen_name=erin").status_code == 403


def test_the_own_profile(town: Node) -> None:
    with town.client("fred") as fred:
        changed = fred.post(
            "/api/account/update_profile.json",
            data={
                "name": "Fred & Co",
                "location": "Ulm",
                "url": "https://fred.example",
                "description": "I <3 it",
            },
        ).json()
        fits(changed, "user")
        assert (changed["name"], changed["location"], changed["description"]) == (
            "Fred & Co",
            "Ulm",
            "I <3 it",
        )
        assert "verified" not in changed
        told = fred.get("/api/friendica/profile/show.json").json()
        fits(told, "profiles_envelope")
        fits(told["friendica_owner"], "user")
        (profile,) = told["profiles"]
        fits(profile, "profile")
        assert (profile["is_default"], told["multi_profiles"]) == (True, False)
        assert (profile["city"], profile["homepage"]) == ("Ulm", "https://fred.example")
        assert profile["custom_fields"][0]["label"] == "Location"
        root = tree(fred.get("/api/friendica/profile/show.xml"))
        assert root.tag == "{http://api.twitter.com}friendica_profiles"
        same(root, told)
        id_ = profile["profile_id"]
        assert fred.get(f"/api/friendica/profile/show.json?profile_id={id_}").json() == told
        answer = fred.get("/api/friendica/profile/show.json?profile_id=7")
        assert error(answer) == (400, "profile_id not available")
        assert fred.post("/api/friendica/profile/show.json").status_code == 405
        part = fred.post("/api/account/update_profile.xml?location=&skip_status=1")
        assert name_of(tree(part)) == "user"
        after = fred.get("/api/users/show.json").json()
        assert (after["name"], after["location"]) == ("Fred & Co", "Friendica"), "what is not sent stays"
        assert fred.post("/api/account/update_profile.json", data={"name": "x" * 200}).status_code == 400


def test_what_has_no_counterpart_changes_nothing(town: Node, dora: httpx2.Client) -> None:
    files = {"image": ("a.png", b"no picture at all", "image/png")}
    answer = dora.post("/api/account/update_profile_background_image.json", files=files)
    assert answer.json()["screen_name"] == "dora"


def test_a_long_page_asks_no_more_than_a_short_one(town: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """carol follows twenty people who spoke: with two of them or all a page takes the same statements."""
    new = [accounts.NewPerson(name=f"many{n}", password_hash=None) for n in range(20)]

    def bind(tx: Tx) -> None:
        for person in new:
            town.ids[person.name] = accounts.add_person(tx, person)
            bonds.follow(tx, town.viewer("carol"), town.ids[person.name])

    town.house.store.write(bind)
    for person in new:
        town.says(person.name, f"{person.name} speaks")
    names = ",".join(person.name for person in new)
    calls = (
        "friends/list.json?count=%d",
        "1.1/statuses/friends.json?count=%d",
        "statuses/friends.json?count=%d",
        "users/search.json?q=many&count=%d",
    )
    said: list[str] = []
    execute = Tx._execute

    def heard(tx: Tx, text: str, values: Any) -> Any:
        said.append(text)
        return execute(tx, text, values)

    with town.client("carol") as carol:
        for call in calls:
            asked = []
            for count in (2, 20, 2, 20):
                with monkeypatch.context() as patch:
                    patch.setattr(Tx, "_execute", heard)
                    found = carol.get(f"/api/{call % count}").json()
                assert len(found["users"] if isinstance(found, dict) else found) == count
                asked.append(len(said))
                said.clear()
            assert asked[2] == asked[3] > 0, (call, asked)
        assert len(carol.get(f"/api/users/lookup.json?screen_name={names}").json()) == 20
        assert len(carol.get(f"/api/friendships/lookup.json?screen_name={names}").json()) == 20


def test_a_suspended_person_is_not_there_and_a_limited_one_is_not_suggested(town: Node) -> None:
    for name in ("quin", "quon"):
        town.ids[name] = town.person(name)
    owner = Viewer(town.ids["alice"], role=int(Role.OWNER))
    with town.client("dora") as dora:
        for name in ("quin", "quon"):
            dora.post(f"/api/friendships/create.json?screen_name={name}").raise_for_status()
        for name, kind in (("quin", "suspend"), ("quon", "silence")):
            sanction = sanctions.Sanction(kind=kind)
            town.house.store.write(
                lambda tx, name=name, sanction=sanction: sanctions.impose(tx, owner, town.ids[name], sanction)
            )
        for path in (
            "users/show.json?screen_name=",
            "users/search.json?q=",
            "users/lookup.json?screen_name=",
        ):
            gone, nobody = dora.get(f"/api/{path}quin"), dora.get(f"/api/{path}quix")
            assert (gone.status_code, gone.text.replace("quin", "quix")) == (nobody.status_code, nobody.text)
        again = dora.post("/api/friendships/create.json?screen_name=quin")
        assert error(again) == (403, "Could not follow user: profile not found.")
        names = [user["screen_name"] for user in dora.get("/api/friends/list.json").json()["users"]]
        assert ("quin" in names, "quon" in names) == (False, True)
        assert "quin" not in [user["screen_name"] for user in dora.get("/api/statuses/friends.json").json()]
        assert dora.get("/api/users/show.json?screen_name=quon").json()["following"] is True
        for name in ("quin", "quon"):
            dora.post(f"/api/friendships/destroy.json?screen_name={name}")
        with town.client("carol") as carol:
            kinds = carol.get("/api/users/suggestions/people.json").json()
            assert not {user["screen_name"] for user in kinds["users"]} & {"quin", "quon"}


def test_hidden_groups_are_in_no_list(town: Node) -> None:
    new = groups.NewGroup(
        name="attic", description="nobody knows of it", archive=Archive.MEMBERS, listed=False
    )
    attic = town.house.store.write(lambda tx: groups.create(tx, town.viewer("alice"), new))
    circle = town.house.store.write(lambda tx: circles.create(tx, town.viewer("alice"), "all"))
    town.house.store.write(lambda tx: circles.add(tx, town.viewer("alice"), circle.id, [attic]))
    with town.client("alice") as alice, town.client("dora") as dora:
        assert [u["id"] for u in alice.get("/api/users/lookup.json?screen_name=attic").json()] == [attic]
        unknown = dora.get("/api/users/lookup.json?screen_name=attik")
        known = dora.get("/api/users/lookup.json?screen_name=attic")
        assert known.text.replace("attic", "attik") == unknown.text
