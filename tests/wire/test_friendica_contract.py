"""Friendica's objects and calls are those of the contract."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from tests.wire.contract_tables import (
    endpoints,
    entities,
    hints,
    may_be_absent,
    may_be_null,
    struct_in,
    table,
)

from folkmoot.wire.request import Request

TABLE = table("friendica")
OBJECTS = TABLE["objects"]
OURS = entities("folkmoot.wire.friendica")
CALLS = endpoints("folkmoot.wire.friendica")
SAID = {call["path"]: call for call in reversed(TABLE["endpoints"])}
"""By path; two calls are listed once more among those that were missing, where they do not belong."""
SPELT = {"dm_event": "DMEvent", "oembed": "OEmbed", "gs_group": "GSGroup", "photoalbum": "PhotoAlbum"}
NAMING = {"screen_name", "profileurl", "id", "user", "user_id"}
UPLOAD_PARTS = {"command", "media_id", "total_bytes", "media_type", "media_category", "segment_index"}
SOME_GROUP = {"group_id", "group_name"}
SPARE = {
    "UserTimeline": {"id", "user"},
    "FriendsTimeline": {"id"},
    "NewMessage": {"user"},
    "Favorites": {"screen_name", "user_id"},
    "ShowUser": NAMING | {"skip_status"},
    "SearchUsers": {"page", "count", "include_entities"},
    "LookupUsers": {"skip_status"},
    "FriendsIds": NAMING | {"count", "cursor", "page"},
    "FollowersIds": NAMING | {"count", "cursor", "page"},
    "ListFriends": NAMING | {"count", "cursor", "page", "skip_status"},
    "ListFollowers": NAMING | {"count", "cursor", "page", "skip_status"},
    "FriendsList": NAMING | {"since_id", "max_id", "min_id"},
    "FollowersList": NAMING | {"since_id", "max_id", "min_id"},
    "ReportSpam": NAMING,
    "CreateFriendship": NAMING,
    "DestroyFriendship": NAMING,
    "UpdateFriendship": NAMING,
    "OutgoingFriendships": {"count"},
    "BlocksIds": {"count"},
    "MutesIds": {"count"},
    "CreateBlock": NAMING,
    "DestroyBlock": NAMING,
    "CreateMute": NAMING,
    "DestroyMute": NAMING,
    "GroupTimeline": SOME_GROUP | {"count", "page", "since_id", "max_id", "include_entities"},
    "ShowGroup": SOME_GROUP,
    "JoinGroup": SOME_GROUP,
    "LeaveGroup": SOME_GROUP,
    "IsGroupMember": SOME_GROUP | {"user_id", "screen_name"},
    "GroupMembership": SOME_GROUP | {"count", "page"},
    "GroupAdmins": SOME_GROUP | {"count", "page"},
    "ListGroups": {"user_id", "screen_name", "count", "page", "since_id", "max_id", "include_entities"},
    "UpdateStatus": {"media_data"},
    "UpdateProfileImage": {"media"},
    "ShowProfileImage": {"screen_name"},
    "UploadMedia": UPLOAD_PARTS,
    "ListAllGroups": {"count", "page", "since_id", "max_id", "include_entities"},
}
"""The path segment of user_timeline holds a nick or an id."""


def ours(name: str) -> type[msgspec.Struct]:
    return OURS[SPELT.get(name) or "".join(word.capitalize() for word in name.split("_"))]


def test_every_object_is_there() -> None:
    assert len(OBJECTS) == 45
    for name in OBJECTS:
        msgspec.json.Decoder(ours(name))


@pytest.mark.parametrize("name", OBJECTS)
def test_keys_agree_both_ways(name: str) -> None:
    wanted = [field["name"] for field in OBJECTS[name]["fields"]]
    assert set(hints(ours(name))) == {key.split(".")[0] for key in wanted}
    for key in wanted:
        if "." in key:
            outer, inner = key.split(".")
            nested = struct_in(hints(ours(name))[outer])
            assert nested is not None
            assert inner in hints(nested)


@pytest.mark.parametrize("name", OBJECTS)
def test_null_and_kinds_agree(name: str) -> None:
    kinds = {"bool": bool, "int": int, "float": float, "string": str}
    have = hints(ours(name))
    for field in OBJECTS[name]["fields"]:
        if "." in field["name"]:
            continue
        null = field["nullable"] or "or null" in field["json_type"]
        found = have[field["name"]]
        assert may_be_null(found) == null, field["name"]
        if field["json_type"] in kinds and not null and not may_be_absent(found):
            assert getattr(found, "__supertype__", found) is kinds[field["json_type"]], field["name"]


HALVES = {"UploadState": "media/upload (INIT, APPEND, FINALIZE, STATUS)"}
"""Calls of the contract whose other half is served by the class that serves another call at the same path."""


def said_of(call: type[Request[Any]]) -> Any:
    """The contract's call; a parameter in its path is written :id or <verb>."""
    if call.__name__ in HALVES:
        return SAID[HALVES[call.__name__]]
    path = call.endpoint.path.removeprefix("/api/")
    return next(
        SAID[form]
        for form in (path, re.sub(r"\{(\w+)\}", r":\1", path), re.sub(r"\{(\w+)\}", r"<\1>", path))
        if form in SAID
    )


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_call_is_in_the_contract(call: type[Request[Any]]) -> None:
    facts = call.endpoint
    said = said_of(call)
    if call.__name__ in HALVES:
        assert set(facts.methods) < set(said["methods"])
        assert set(hints(call)) < {parameter["name"] for parameter in said["params"]}
        return
    # Clients of Twitter 1.0 send DELETE where the contract, for what Friendica never had, names POST alone.
    undoing = ["DELETE"] if "/destroy" in facts.path and said["methods"] == ["POST"] else []
    assert list(facts.methods) == said["methods"] + undoing
    assert list(facts.formats) == said["formats"]
    assert (facts.auth == "user") == said["auth"]
    # "event.message_create.…" lies within one parameter, a tree.
    wanted = {parameter["name"].partition(".")[0] for parameter in said["params"]}
    assert wanted == set(hints(call)) - (SPARE.get(call.__name__, set()) - wanted)
    for alias in said.get("aliases", []):
        if "no format suffix" not in alias:
            assert f"/api/{alias.partition(' (')[0]}" in facts.aliases


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_defaults_agree(call: type[Request[Any]]) -> None:
    info = {field.encode_name: field for field in msgspec.structs.fields(call)}
    for parameter in said_of(call)["params"]:
        if parameter["default"] is not None and "." not in parameter["name"]:
            assert info[parameter["name"]].default == parameter["default"], parameter["name"]
    assert not any(field.required for field in info.values())


def test_the_two_names_of_a_conversation_agree() -> None:
    first, second = SAID["conversation/show"], SAID["statusnet/conversation"]
    assert [p["name"] for p in first["params"]] == [p["name"] for p in second["params"]]
    (call,) = [call for call in CALLS if call.__name__ == "ShowConversation"]
    assert "/api/statusnet/conversation" in call.endpoint.aliases
