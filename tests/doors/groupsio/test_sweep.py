"""Every call of the contract in every way it may be sent: methods, paths, places, credentials, answers."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from tests.doors.groupsio.conftest import Client, Town, running_town
from tests.doors.groupsio.ways import CALLS, CONTRACT, ELSEWHERE, HINDERED, Ways, files_of
from tests.support.postgres import Template

NAMES = sorted(set(CALLS) - ELSEWHERE)
READS = sorted(name for name in NAMES if CALLS[name]["method"] == "GET")
OBJECTS: dict[str, Any] = CONTRACT["objects"]
OPEN = {"enterpriseinfo"}
"""Calls that nobody has to log in for, and that show nothing of anybody."""
KINDS = {"string": str, "number": (int, float), "boolean": bool, "array": list, "object": dict}
ENVELOPE = set(OBJECTS["list_envelope"]["fields"])


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory, run_folder: Any) -> Iterator[Ways]:
    """A town that the calls of this module change as they like."""
    folder = tmp_path_factory.mktemp("sweep") / "data"
    Template(run_folder).copy_to(folder)
    with running_town(folder) as town:
        made = Ways(town)
        made.alice.log_in("alice", token="true")
        yield made


def each(names: Iterable[str], check: Callable[[str], None]) -> None:
    """Every call is looked at, and all that differ are told."""
    faults = []
    for name in names:
        try:
            check(name)
        except AssertionError as error:
            faults.append(f"{name}: {str(error).partition(chr(10))[0]}")
    assert not faults, "\n".join(faults)


def bare(town: Town, **headers: str) -> Client:
    """A client without cookies."""
    client = Client(town.url)
    client.http.headers.update(headers)
    return client


def tokens(ways: Ways) -> dict[str, dict[str, str]]:
    basic = base64.b64encode(f"{ways.alice.token}:".encode()).decode()
    swapped = base64.b64encode(f"api:{ways.alice.token}".encode()).decode()
    return {
        "bearer": {"authorization": f"Bearer {ways.alice.token}"},
        "basic": {"authorization": f"Basic {basic}"},
        "password": {"authorization": f"Basic {swapped}"},
    }


def as_declared(value: Any, kind: str, at: str) -> None:
    """The value has the kind of the contract: objects with just their keys, lists of such objects."""
    name, _, inner = kind.replace("<", ":").replace(">", "").partition(":")
    name = name.split(" ")[0]
    if name == "unknown":
        return
    assert isinstance(value, KINDS[name]), f"{at}: {value!r} is no {name}"
    assert name == "boolean" or not isinstance(value, bool), at
    if inner in OBJECTS:
        for each in value if isinstance(value, list) else [value]:
            full(each, inner, at)


def full(value: Any, name: str, at: str = "") -> None:
    """An object of the contract: every key, no other, each of its kind."""
    fields = OBJECTS[name]["fields"]
    wanted = {key for key, told in fields.items() if not told.get("optional")}
    assert set(value) >= wanted, f"{at}{name}: {sorted(wanted - set(value))} are missing"
    assert set(value) <= set(fields), f"{at}{name}: {sorted(set(value) - set(fields))} are too much"
    for key, entry in value.items():
        if entry is None:
            assert fields[key].get("nullable") or fields[key]["type"] == "array", f"{at}{name}.{key} is null"
        else:
            as_declared(entry, fields[key]["type"], f"{at}{name}.{key}")


def answered(answer: Any, name: str) -> None:
    """The body is what the contract says of the call."""
    told = CALLS[name]["returns"]
    if told["type"] == "empty":
        assert answer.content == b"", name
        return
    if told["type"] == "binary":
        assert answer.headers["content-type"] == told["content_type"], name
        return
    body = answer.json()
    if told["type"] != "list":
        full(body, told["type"], f"{name}: ")
        return
    envelope = OBJECTS[told.get("envelope", "list_envelope")]["fields"]
    assert set(body) <= set(envelope) | ENVELOPE, f"{name}: {sorted(set(body) - set(envelope))}"
    assert body["object"] == "list", name
    assert set(OBJECTS["list_envelope_short"]["fields"]) <= set(body), name
    assert isinstance(body["data"], list), name
    for each in body["data"]:
        full(each, told["of"], f"{name}: ")
    assert body["has_more"] == (body["next_page_token"] != 0), name
    assert body["end_item"] - body["start_item"] + 1 == len(body["data"]) or not body["data"], name


def sent(client: Client, name: str, path: str, method: str, place: str, params: dict[str, Any]) -> Any:
    files = files_of(name)
    if files is not None:
        return client.http.post(
            f"{path}/{name}", **{"params" if place == "query" else "data": params}, files=files
        )
    if place == "query":
        return client.http.request(method, f"{path}/{name}", params=params)
    return client.http.request(method, f"{path}/{name}", data=params)


def hindered(name: str, answer: Any) -> bool:
    """Whether it was refused as it is for whom the call is not meant."""
    if name not in HINDERED:
        return False
    assert (answer.status_code, answer.json()["extra"]) == (400, HINDERED[name]), name
    return True


def test_every_call_answers_as_declared(ways: Ways) -> None:
    client = bare(ways.town, **tokens(ways)["bearer"])

    def check(name: str) -> None:
        answer = sent(client, name, "/api/v1", CALLS[name]["method"], "query", ways.of(name))
        if not hindered(name, answer):
            assert answer.status_code == 200, (name, answer.text)
            answered(answer, name)

    each(NAMES, check)


def test_every_call_is_served_by_both_methods_paths_and_places(ways: Ways) -> None:
    client = bare(ways.town, **tokens(ways)["basic"])

    def check(name: str) -> None:
        if name == "downloadarchives":  # once a day
            return
        for path, method, place in (
            ("/v1", "GET", "query"), ("/v1", "POST", "query"), ("/api/v1", "POST", "form"), ("/api/v1", "GET", "form"),
        ):  # fmt: skip
            answer = sent(client, name, path, method, place, ways.of(name))
            if not hindered(name, answer):
                assert answer.status_code == 200, (name, path, method, place, answer.text)
                answered(answer, name)

    each(NAMES, check)


def test_the_token_may_be_the_password_too(ways: Ways) -> None:
    client = bare(ways.town, **tokens(ways)["password"])
    assert client.ok("getuser")["user_name"] == "alice"


def test_without_credentials_nobody_gets_in(ways: Ways) -> None:
    client = bare(ways.town)

    def check(name: str) -> None:
        params = ways.of(name)
        answer = sent(client, name, "/api/v1", CALLS[name]["method"], "query", params)
        if answer.status_code == 200:
            assert CALLS[name]["method"] == "GET", name
            assert name in (
                "getgroup", "getperms", "gettopics", "gettopic", "getmessages", "getmessage", "searcharchives",
                "getmessagehistory",
            ), name  # fmt: skip
        elif answer.json()["type"] != "authentication":
            # What is open to all elsewhere refuses for a missing permission or an object nobody else sees.
            assert CALLS[name]["method"] == "GET", (name, answer.text)
            assert answer.json()["type"] in ("inadequate_permissions", "bad_request", "group_not_found"), name

    each(sorted(set(NAMES) - OPEN), check)


def test_writes_by_cookie_need_the_csrf_word(ways: Ways) -> None:
    alice = ways.alice

    def check(name: str) -> None:
        if "csrf" not in {each["name"] for each in CALLS[name]["params"]}:
            return
        for csrf in ({}, {"csrf": "wrong"}):
            params = {**ways.of(name), **csrf}
            for method, place in (("POST", "form"), ("GET", "query")):
                answer = sent(alice, name, "/api/v1", method, place, params)
                assert (answer.status_code, answer.json()) == (
                    400,
                    {"object": "error", "type": "bad_csrf", "extra": ""},
                ), (name, method)

    each(NAMES, check)


def test_who_calls_is_asked_before_what_they_say(ways: Ways) -> None:
    """First authentication, then csrf, then parameters: with nothing at all each shows."""
    nobody = bare(ways.town)

    def check(name: str) -> None:
        if "csrf" not in {each["name"] for each in CALLS[name]["params"]}:
            return
        for method in ("GET", "POST"):
            told = [c.http.request(method, f"/api/v1/{name}").json()["type"] for c in (nobody, ways.alice)]
            assert told == ["authentication", "bad_csrf"], method

    each(NAMES, check)


def test_extended_adds_the_user(ways: Ways) -> None:
    client = bare(ways.town, **tokens(ways)["bearer"])

    def check(name: str) -> None:
        if not CALLS[name]["supports_extended"]:
            return
        answer = sent(client, name, "/api/v1", "POST", "query", {**ways.of(name), "extended": "true"})
        if hindered(name, answer):
            return
        assert answer.status_code == 200, (name, answer.text)
        first, user = answer.json()
        full(user, "user", f"{name}: ")
        told = CALLS[name]["returns"]
        if told["type"] == "empty":
            assert first == {"object": "success", "extra": ""}, name
        elif told["type"] != "list":
            full(first, told["type"], f"{name}: ")

    each(NAMES, check)


def test_missing_parameters_are_named(ways: Ways) -> None:
    client = bare(ways.town, **tokens(ways)["bearer"])

    def check(name: str) -> None:
        params = ways.of(name)
        for told in CALLS[name]["params"]:
            if told["required"] is not True or told["name"] in ("fileupload", "announce", "understand"):
                continue
            if (name, told["name"]) == ("createsubgroup", "privacy"):
                continue  # public clients leave it out
            rest = {key: value for key, value in params.items() if key != told["name"]}
            answer = sent(client, name, "/api/v1", "POST", "form", rest)
            assert answer.status_code == 400, (name, told["name"], answer.text)
            error = answer.json()
            named = {f"invalid {told['name']}", *(each["extra"] for each in CALLS[name]["errors"])}
            assert error["type"] == "bad_request", (name, told["name"], error)
            assert error["extra"] in named, (name, told["name"], error)

    each(NAMES, check)


def test_unknown_groups_are_not_found_alike(ways: Ways) -> None:
    """A hidden group, one that never was, and an id that is no group's: the same bytes."""
    town, bob = ways.town, ways.town.client("bob")

    def check(name: str) -> None:
        known = {each["name"] for each in CALLS[name]["params"]}
        if "group_id" not in known or name in ("deletegroup",):
            return
        params = {key: value for key, value in ways.of(name).items() if key not in ("group_id", "group_name")}
        params["csrf"] = bob.csrf
        named = [
            sent(bob, name, "/api/v1", "POST", "form", {**params, **which}).text
            for which in (
                {"group_id": town.ids["hidden"]}, {"group_id": 987654321}, {"group_name": "hidden"},
                {"group_name": "nowhere"},
            )
        ]  # fmt: skip
        assert len(set(named)) == 1, (name, named)
        assert '"error"' in named[0], name

    each(NAMES, check)


def test_what_is_not_a_call_is_plain_text(ways: Ways) -> None:
    for path in ("/api/v1/nosuchcall", "/v1/nosuchcall"):
        answer = ways.alice.http.get(path)
        assert (answer.status_code, answer.text) == (404, "404 page not found\n"), path


def test_lists_take_every_order_and_bring_limits_into_range(ways: Ways) -> None:
    client = bare(ways.town, **tokens(ways)["bearer"])

    def check(name: str) -> None:
        params = {each["name"]: each for each in CALLS[name]["params"]}
        if "sort_field" not in params:
            return
        words = CONTRACT["enums"].get(params["sort_field"].get("enum", ""), {})
        values = list(words.get("values", words)) if isinstance(words, dict) else list(words)
        asked = ways.of(name)
        for word in values:
            for turn in ("asc", "desc"):
                answer = client.get(name, **asked, sort_field=word, sort_dir=turn, limit=2)
                assert answer.status_code == 200, (name, word, answer.text)
                assert (answer.json()["sort_field"], answer.json()["sort_dir"]) == (word, turn), (name, word)
        assert client.get(name, **asked, sort_field="no such").json() == {
            "object": "error", "type": "invalid_value", "extra": "sort_field",
        }, name  # fmt: skip
        for limit in (0, -5, 101, 10**9):
            assert client.get(name, **asked, limit=limit).status_code == 200, (name, limit)
        assert client.get(name, **asked, page_token=0).status_code == 200, name
        for token in ("77", "-1", str(1 << 40), "x"):
            refused = client.get(name, **asked, page_token=token).json()
            assert refused == {"object": "error", "type": "bad_request", "extra": "invalid page_token"}, name

    each(READS, check)
