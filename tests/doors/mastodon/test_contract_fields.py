"""What succeeds: each endpoint about posts and people, in each form of sending, against the table's entities."""

from __future__ import annotations

import pytest
from tests.doors.mastodon.contract_calls import HAPPY, OTHERWISE, TABLE, World, flat, path_of, send
from tests.doors.mastodon.contract_shape import answer_faults
from tests.doors.mastodon.moot import Moot

PART = (
    "accounts", "apps", "blocks", "bookmarks", "conversations", "domain_blocks", "favourites", "filters",
    "follow_requests", "grouped_notifications", "lists", "markers", "media", "mutes", "notifications",
    "notifications_alpha", "oauth", "polls", "preferences", "proofs", "push", "scheduled_statuses", "statuses",
    "timelines",
)  # fmt: skip
WRITES = sorted(name for name in HAPPY if TABLE[name]["method"] != "GET")


@pytest.fixture(scope="module")
def world(town: Moot) -> World:
    return World(town)


def test_every_endpoint_of_the_part_is_called() -> None:
    part = {name for name in TABLE if name.partition(".")[0] in PART}
    assert part == set(HAPPY) | set(OTHERWISE)


@pytest.mark.parametrize("name", sorted(HAPPY))
def test_answers_have_the_shape_of_the_table(world: World, name: str) -> None:
    found = send(world, name, HAPPY[name](world))
    assert found.status == 200, found.body[:500]
    assert found.headers["content-type"].startswith("application/json")
    if name == "statuses.card" and found.json == {}:
        return
    faults = answer_faults(TABLE[name]["returns"], found.json)
    if name == "statuses.delete":
        assert found.json["text"]
        faults = [fault for fault in faults if fault != "Status.content is missing"]
    assert faults == []


@pytest.mark.parametrize("form", ["form", "multipart", "query"])
@pytest.mark.parametrize("name", WRITES)
def test_every_form_of_sending(world: World, name: str, form: str) -> None:
    call = HAPPY[name](world)
    if not call.data or (call.files and form != "multipart"):
        return
    found = send(world, name, call, form)
    assert found.status == 200, found.body[:500]
    faults = answer_faults(TABLE[name]["returns"], found.json)
    assert faults == (["Status.content is missing"] if name == "statuses.delete" else [])


READS = sorted(name for name in HAPPY if TABLE[name]["method"] == "GET")


@pytest.mark.parametrize("name", READS)
def test_a_slash_at_the_end_and_words_unknown_change_nothing(world: World, name: str) -> None:
    call = HAPPY[name](world)
    plain = send(world, name, call)
    path, token = path_of(name, call), call.token or world.ann.token
    more = [*flat(call.data), ("lang", "de"), ("nested[word][]", "1")]
    slashed = world.moot.call("GET", path + "/", token, params=more)
    assert (slashed.status, slashed.json) == (200, plain.json)
    by_body = world.moot.call("GET", path, token, json={**call.data, "lang": "de"})
    assert (by_body.status, by_body.json) == (200, plain.json)


@pytest.mark.parametrize("name", WRITES)
def test_writes_with_a_slash_at_the_end(world: World, name: str) -> None:
    call = HAPPY[name](world)
    call.data["lang"] = "de"
    assert send(world, name, call, slash="/").status == 200


@pytest.mark.parametrize("name", sorted(n for n in READS if TABLE[n]["auth"] in ("public", "public_or_user")))
def test_without_a_token_nothing_is_said_of_a_reader(world: World, name: str) -> None:
    """The same entities, without the keys that are about whoever asks; a dead token is refused all the same."""
    call = HAPPY[name](world)
    path, params = path_of(name, call), flat(call.data)
    found = world.moot.call("GET", path, params=params)
    assert found.status == 200, found.body[:300]
    if found.json != {}:
        assert answer_faults(TABLE[name]["returns"], found.json) == []
    for key in ("favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered", "own_votes"):
        assert f'"{key}":'.encode() not in found.body
    assert world.moot.call("GET", path, "dead", params=params).status == 401
