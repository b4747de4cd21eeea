"""Groups.io's objects and calls are those of the contract, and its example answers come back whole."""

from __future__ import annotations

import json
import re
from typing import Any, get_args, get_origin

import msgspec
import pytest
from tests.wire.contract_tables import HERE, endpoints, entities, hints, may_be_absent, may_be_null, table

from folkmoot.wire.codecs import NEVER
from folkmoot.wire.groupsio import enums, request_enums
from folkmoot.wire.groupsio.archive import MessageListEnvelope, SearchListEnvelope
from folkmoot.wire.groupsio.files import FileListEnvelope
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.perms import Perms
from folkmoot.wire.groupsio.result import Error, ListEnvelope, ListEnvelopeShort, Success
from folkmoot.wire.request import Request

TABLE = table("groupsio")
OBJECTS = TABLE["objects"]
OURS = entities("folkmoot.wire.groupsio")
OWN = {"NewChatMessage", "UpdateChatMessage", "DeleteChatMessage", "SeenChat"}
"""Calls of ours for what the reference leaves to its web pages."""
CALLS = [call for call in endpoints("folkmoot.wire.groupsio") if call.__name__ not in OWN]
SAID = {call["path"]: call for call in TABLE["endpoints"]}
SPELT = {
    "databasetable": "DatabaseTable",
    "databaserow": "DatabaseRow",
    "groupalias": "GroupAlias",
    "oauth_login": "OAuthLogin",
}
ENVELOPES: dict[str, Any] = {
    "list_envelope": ListEnvelope,
    "message_list_envelope": MessageListEnvelope,
    "search_list_envelope": SearchListEnvelope,
    "file_list_envelope": FileListEnvelope,
}
EXAMPLES = sorted(path.stem for path in (HERE / "groupsio_examples").glob("*.json"))
_ANY_FIELD = set(OBJECTS["user"]["fields"]) - {"full_name"}
SPARE = {
    "LogIn": {"2fa"},
    "GetMessages": {"topic_id"},
    "GetTopics": {"groupid"},
    "RegisterUser": {"full_name"},
    "UpdateUser": _ANY_FIELD - {"timezone", "per_page_pref", "post_pref", "profile_privacy"},
    "UpdateProfile": _ANY_FIELD,
}
"""Other spellings that public clients and the reference's own examples use, and any field of a user."""
ALSO = {
    "EnterpriseInfoCall": ("/api/v1/getenterpriseinfo", "/v1/getenterpriseinfo"),
    "UploadAttachments": ("/api/v1/addattachments", "/v1/addattachments"),
}
"""Paths that the reference's own examples use."""
EITHER = {"AddFiles": {"parent_folder_id"}, "CreateSubgroup": {"privacy"}}
"""Required parameters that the reference also calls by another name, so that neither can be: the call asks for one; and
one that it says public clients leave out."""


def camel(name: str) -> str:
    return SPELT.get(name) or "".join(word.capitalize() for word in name.split("_"))


def ours(name: str) -> type[msgspec.Struct]:
    return OURS[camel(name)]


def shape(value: Any) -> Any:
    """Keys and JSON kinds of a tree, numbers of one kind."""
    if isinstance(value, dict):
        return {key: shape(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [shape(entry) for entry in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return type(value).__name__


def example_type(name: str, example: Any) -> Any:
    """The type of an example answer, by its call; two are lists although the call answers one object."""
    if name == "_error":
        return Error
    if name == "_success":
        return Success
    if name == "_list_of_subscription":
        short: Any = ListEnvelopeShort
        return short[ours("subscription")]
    said = SAID[f"/api/v1/{name}"]["returns"]
    if said["type"] != "list" and example.get("object") != "list":
        return ours(said["type"])
    if "files_gigs" in example:
        return FileListEnvelope
    envelope = ENVELOPES[said.get("envelope", "list_envelope")]
    return envelope[ours(said["of"])] if envelope is ListEnvelope else envelope


def test_every_object_is_there() -> None:
    assert len(OBJECTS) == 56
    assert {camel(name) for name in OBJECTS} <= set(OURS)


@pytest.mark.parametrize("name", OBJECTS)
def test_keys_agree_both_ways(name: str) -> None:
    have = hints(ours(name))
    assert list(have) == list(OBJECTS[name]["fields"])
    for key, field in OBJECTS[name]["fields"].items():
        assert may_be_absent(have[key]) == bool(field.get("optional")), key
        assert may_be_null(have[key]) == bool(field.get("nullable")), key


def test_permissions_agree() -> None:
    assert set(hints(Perms)) - {"object"} == set(TABLE["permissions"])
    assert all(kind is bool for key, kind in hints(Perms).items() if key != "object")


def test_words_agree() -> None:
    both = {**vars(enums), **vars(request_enums)}
    for name, words in TABLE["enums"].items():
        assert set(get_args(both[camel(name)])) - {""} == set(words) - {""}, name


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_decode_and_come_back(name: str) -> None:
    example = json.loads((HERE / "groupsio_examples" / f"{name}.json").read_text(encoding="utf-8"))
    known = msgspec.json.encode(example)
    decoded = msgspec.json.decode(known, type=example_type(name, example))
    again = json.loads(msgspec.json.encode(decoded))
    assert again == json.loads(known)
    assert shape(again) == shape(example)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_call_is_in_the_contract(call: type[Request[Any]]) -> None:
    facts = call.endpoint
    said = SAID[facts.path]
    assert facts.methods == (said["method"],)
    assert facts.aliases == (facts.path.removeprefix("/api"), *ALSO.get(call.__name__, ()))
    assert facts.permission == said["permission"].get("perm", "")
    wanted = {parameter["name"] for parameter in said["params"]}
    assert wanted == set(hints(call)) - SPARE.get(call.__name__, set())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_required_parameters_are_required(call: type[Request[Any]]) -> None:
    required = {field.encode_name for field in msgspec.structs.fields(call) if field.required}
    said = SAID[call.endpoint.path]["params"]
    wanted = {parameter["name"] for parameter in said if parameter["required"] is True}
    assert required == wanted - EITHER.get(call.__name__, set())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_answer_is_the_contracts(call: type[Request[Any]]) -> None:
    said = SAID[call.endpoint.path]["returns"]
    answer = call.endpoint.answer
    if said["type"] == "empty":
        assert answer is type(None) or answer is None
    elif said["type"] == "binary":
        assert answer is bytes
    elif said["type"] != "list":
        assert answer is ours(said["type"])
    elif said.get("envelope"):
        assert answer is ENVELOPES[said["envelope"]]
    else:
        assert get_origin(answer) is ListEnvelope
        assert get_args(answer) == (ours(said["of"]),)


def test_unset_times_are_the_zero_time() -> None:
    defaults = {field.name: field.default for field in msgspec.structs.fields(Group)}
    assert defaults["most_recent_message"] == NEVER


def test_no_path_is_also_mastodons() -> None:
    def pattern(path: str) -> re.Pattern[str]:
        return re.compile(
            "".join(
                "[^/]+" if part[0] == "{" else re.escape(part) for part in re.findall(r"\{\w+\}|[^{]+", path)
            )
        )

    others = [pattern(call.endpoint.path) for call in endpoints("folkmoot.wire.mastodon.requests")]
    others += [pattern(re.sub(r":(\w+)", r"{\1}", call["path"])) for call in table("mastodon")["endpoints"]]
    for call in TABLE["endpoints"]:
        assert not any(other.fullmatch(call["path"]) for other in others), call["path"]
