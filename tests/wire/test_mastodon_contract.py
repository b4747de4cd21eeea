"""Mastodon's entities and endpoints are those of the contract, both ways."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin

import msgspec
import pytest
from tests.wire.contract_tables import (
    endpoints,
    entities,
    hints,
    may_be_absent,
    may_be_null,
    members,
    struct_in,
    table,
)

from folkmoot.wire.mastodon import streaming
from folkmoot.wire.mastodon.requests.accounts import UpdateCredentials
from folkmoot.wire.mastodon.requests.statuses import EditStatus
from folkmoot.wire.mastodon.status import Quote, Status
from folkmoot.wire.request import Request

TABLE = table("mastodon")
OURS = entities("folkmoot.wire.mastodon")
CALLS = endpoints("folkmoot.wire.mastodon.requests")
CONTRACT = {entity["name"]: entity for entity in TABLE["entities"]}
BY_ROUTE = {(call["method"], re.sub(r":(\w+)", r"{\1}", call["path"])): call for call in TABLE["endpoints"]}
BEYOND = {"Quote": {"quoted_status_id"}}
"""A Quote also reads a ShallowQuote, as no decoder can tell them apart."""
OPENER = {"LookupAccount": "optional"}
"""Documented as for users, served without a token by every server."""
WIDER = {
    "ListSuggestions": {"read:accounts"},
    "ListSuggestionsV1": {"read:accounts"},
    "RemoveSuggestion": {"write:accounts"},
    "ListGroupAccounts": {"read:notifications"},
    "DeleteAdminIpBlock": {"admin:write:ip_blocks"},
}
"""Scopes that servers take where the documentation names a wrong one."""
SPARE = {
    "ListAnnouncements": {"with_dismissed"},
    "GetTerms": {"date"},
    "PostStatus": {"allowed_mentions"},
    "ObtainToken": {"username", "password"},
    "CreateSubscription": {"policy"},
    "UpdatePolicy": {"for_bots"},
    "ListGroupAccounts": {"limit", "max_id", "since_id", "min_id"},
}
"""Parameters that servers take beyond the contract's list."""

NULL = {("PreviewCard", "published_at"), ("Trends::Link", "published_at")}
"""Said to be a text always; servers send null, and old clients fail on a time that can't be read."""


def ours(name: str) -> type[msgspec.Struct]:
    return OURS[name.replace("::", "")]


def steps(name: str) -> list[str]:
    """source[privacy] as source, privacy."""
    name = name.replace("[options[]]", "[options]").replace("poll.options[].title", "poll[options][title]")
    return [part for part in re.split(r"[\[\]]+", name.replace("poll.options[]", "poll[options]")) if part]


def locate(entity: str, name: str) -> Any:
    """The annotation of a contract field, through nested structs."""
    cls: type[msgspec.Struct] | None = ours(entity)
    found: Any = None
    for step in steps(name):
        assert cls is not None, f"{entity}.{name}: {step} is not inside a struct"
        found = hints(cls)[step]
        cls = struct_in(found)
    return found


def fields_of(name: str) -> list[dict[str, Any]]:
    entity = CONTRACT[name]
    inherited: list[dict[str, Any]] = fields_of(entity["extends"]) if "extends" in entity else []
    observed = [field | {"observed": True} for field in entity["observed_fields"]]
    return [*inherited, *entity["fields"], *observed]


def test_every_entity_is_there() -> None:
    assert len(CONTRACT) == 111
    assert {name.replace("::", "") for name in CONTRACT} <= set(OURS)


@pytest.mark.parametrize("name", CONTRACT)
def test_field_names_agree_both_ways(name: str) -> None:
    wanted = {steps(field["name"])[0] for field in fields_of(name) if "removed" not in field}
    if name == "Preferences":
        wanted = {field["name"] for field in fields_of(name)}
    assert set(hints(ours(name))) == wanted | BEYOND.get(name, set())


@pytest.mark.parametrize("name", CONTRACT)
def test_removed_fields_are_gone(name: str) -> None:
    removed = {field["name"] for field in fields_of(name) if "removed" in field}
    assert not removed & set(hints(ours(name)))


@pytest.mark.parametrize("name", [name for name in CONTRACT if name != "Preferences"])
def test_null_and_absent_agree(name: str) -> None:
    for field in fields_of(name):
        if "removed" in field:
            continue
        found = locate(name, field["name"])
        nullable = bool(field["nullable"]) or (name, field["name"]) in NULL
        assert may_be_null(found) == nullable, field["name"]
        optional = bool(field.get("optional") or field.get("observed"))
        loose = name in ("Quote",) and field["name"] == "quoted_status"
        assert may_be_absent(found) == (optional or loose), field["name"]


@pytest.mark.parametrize("name", CONTRACT)
def test_json_kinds_agree(name: str) -> None:
    kinds = {"boolean": bool, "integer": int, "float": float, "unix_timestamp": int}
    for field in fields_of(name):
        if "removed" in field or field["type"] not in (*kinds, "id", "string", "datetime", "numeric_string"):
            continue
        if (name, field["name"]) == ("PushNotification", "notification_id"):
            continue  # the documentation calls it an id; servers push a number
        found = hints(ours(name))[field["name"]] if name == "Preferences" else locate(name, field["name"])
        plain = [m for m in members(found) if m not in (type(None), msgspec.UnsetType)]
        want = kinds.get(field["type"], str)
        for member in plain:
            values = get_args(member) if get_origin(member) is not None else ()
            base = type(values[0]) if values else getattr(member, "__supertype__", member)
            assert base is want, (field["name"], member)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_entity_can_be_decoded(name: str) -> None:
    msgspec.json.Decoder(OURS[name])
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b"[]", type=OURS[name])


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_endpoint_is_in_the_contract(call: type[Request[Any]]) -> None:
    facts = call.endpoint
    (method,) = facts.methods
    said = BY_ROUTE[method, facts.path]
    allowed = {
        "public": {"none", "optional"},
        "public_or_user": {"optional"},
        "app": {"app"},
        "user": {"user"},
        "admin": {"user"},
    }
    assert facts.auth in allowed[said["auth"]] or OPENER.get(call.__name__) == facts.auth
    scopes = set(facts.scope.split())
    assert set(said["scopes"]) <= scopes
    assert scopes - set(said["scopes"]) <= {"follow"} | WIDER.get(call.__name__, set())
    assert bool(facts.permission) == (said["auth"] == "admin")


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_parameters_agree(call: type[Request[Any]]) -> None:
    said = BY_ROUTE[call.endpoint.methods[0], call.endpoint.path]
    wanted = {steps(parameter["name"])[0] for parameter in said["params"]}
    have = set(hints(call))
    paging = {"max_id", "since_id", "min_id"} if {"max_id", "since_id"} <= wanted else set()
    assert wanted <= have
    assert have <= wanted | paging | SPARE.get(call.__name__, set())
    for parameter in said["params"]:
        inner = steps(parameter["name"])
        if len(inner) > 1 and inner[1] != ":index":
            nested = struct_in(hints(call)[inner[0]])
            assert nested is not None
            assert inner[1] in hints(nested)
    assert set(call.endpoint.path_parameters) <= have


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_defaults_and_caps_agree(call: type[Request[Any]]) -> None:
    said = BY_ROUTE[call.endpoint.methods[0], call.endpoint.path]
    info = {field.encode_name: field for field in msgspec.structs.fields(call)}
    for parameter in said["params"]:
        field = info.get(parameter["name"])
        if field is None or parameter["name"] != "limit" or "default" not in parameter:
            continue
        assert field.default == parameter["default"]
        (meta,) = field.type.__metadata__
        assert meta.extra == {"cap": parameter["max"]}


def test_the_answer_is_the_contracts() -> None:
    for call in CALLS:
        said = BY_ROUTE[call.endpoint.methods[0], call.endpoint.path]["returns"]
        answer = call.endpoint.answer
        if "entity" in said:
            assert answer is ours(said["entity"]), call.__name__
        elif said["kind"] == "object" and "fields" in said:
            assert set(hints(answer)) == set(said["fields"]), call.__name__
        elif said["kind"] == "array" and said["of"] != "string":
            assert get_args(answer) == (ours(said["of"]),), call.__name__
        elif said["kind"] == "map" and said["of"] in CONTRACT:
            assert get_args(answer)[1] is ours(said["of"]), call.__name__


def test_streams_agree() -> None:
    said = TABLE["streaming"]
    assert {row["path"]: row["stream"] for row in said["paths"]} == streaming.STREAM_PATHS
    assert tuple(said["streams"]) == streaming.STREAMS
    assert set(streaming.EVENTS) == {row["name"] for row in said["events"] if "removed" not in row}


def test_absent_stays_in_a_profile_and_clears_in_a_post() -> None:
    assert msgspec.convert({}, UpdateCredentials).note is msgspec.UNSET
    edit = msgspec.convert({"id": "1"}, EditStatus)
    assert (edit.status, edit.spoiler_text, edit.media_ids, edit.poll) == ("", "", [], None)


def test_viewer_keys_are_left_out_and_null_keys_are_not() -> None:
    keys = {field.name for field in msgspec.structs.fields(Status)}
    viewer = {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered", "application"}
    required = [field for field in msgspec.structs.fields(Status) if field.required]
    make: Any = Status
    bare = make(**{field.name: None for field in required})
    assert set(msgspec.to_builtins(bare)) == keys - viewer
    assert "favourited" in msgspec.to_builtins(msgspec.structs.replace(bare, favourited=False))


def test_a_quote_reads_both_forms() -> None:
    shallow = msgspec.json.decode(b'{"state":"accepted","quoted_status_id":"7"}', type=Quote)
    assert shallow.quoted_status_id == "7"
    assert msgspec.json.encode(shallow) == b'{"state":"accepted","quoted_status_id":"7"}'
    assert msgspec.json.decode(b'{"state":"deleted","quoted_status":null}', type=Quote).quoted_status is None
