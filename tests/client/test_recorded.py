"""Answers of real servers of several eras parse, in both layers, and nothing that was said is lost."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
import types
import typing
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mastodon.types_base import _str_to_type as their_type
from mastodon.types_base import try_cast_recurse as theirs_of

import folkmoot.wire.mastodon.requests as requests
from folkmoot.client.leniency import decoded
from folkmoot.client.mastodon.errors import MastodonAPIError, MastodonServerError, refused
from folkmoot.client.mastodon.names import entity_names, type_name
from folkmoot.client.types_base import AttribAccessDict, try_cast_recurse
from folkmoot.wire.request import Endpoint, Request

HERE = Path(__file__).parent / "recorded"
FILES = sorted(path.name for path in HERE.glob("*.jsonl"))
#: Where Mastodon.py has another name for what the wire names after the API's pages.
NAMES = {
    "List": "UserList", "CredentialAccount": "Account", "MutedAccount": "Account", "V1Filter": "Filter",
    "Filter": "FilterV2", "V1Instance": "Instance", "Instance": "InstanceV2", "CredentialApplication": "Application",
    "Search": "SearchV2", "TrendsLink": "PreviewCard", "OAuthServerMetadata": "OAuthServerInfo",
    "UserInfo": "OAuthUserInfo",
}  # fmt: skip
Row = tuple[str, str, int, Any]


def rows(name: str) -> list[Row]:
    return [tuple(json.loads(line)) for line in (HERE / name).read_text().splitlines()]


@cache
def endpoints() -> list[Endpoint]:
    found = []
    for module in pkgutil.iter_modules(requests.__path__):
        space = vars(importlib.import_module(f"{requests.__name__}.{module.name}"))
        found += [one.endpoint for one in space.values() if isinstance(one, type) and hasattr(one, "endpoint")
                  and issubclass(one, Request)]  # fmt: skip
    return sorted(found, key=lambda one: "{" in one.path)


def answer_of(method: str, path: str) -> Any:
    """The type that the wire promises there; nothing where a server has a call that ours has not."""
    for one in endpoints():
        for pattern in (one.path, *one.aliases):
            form = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern))
            if method in one.methods and re.fullmatch(form, path.rstrip("/")):
                return one.answer
    return None


def entity_of(answer: Any) -> str:
    """The name of the result that the Mastodon class makes of it."""
    if typing.get_origin(answer) is list:
        return f"NonPaginatableList[{entity_of(typing.get_args(answer)[0])}]"
    arms = [one for one in typing.get_args(answer) if one is not type(None)]
    name = type_name(
        arms[0] if arms and typing.get_origin(answer) in (typing.Union, types.UnionType) else answer
    )
    name = NAMES.get(name, name)
    return name if name in entity_names() else "AttribAccessDict"


def kept(said: Any, made: Any, place: str = "") -> None:
    """Everything that *said* holds is in *made*, under the same name, with the same value."""
    if isinstance(said, dict) and isinstance(made, dict):
        for key in said.keys() & made.keys():
            kept(said[key], made[key], f"{place}.{key}")
    elif isinstance(said, list) and isinstance(made, list):
        assert len(said) == len(made), place
        for one, other in zip(said, made, strict=True):
            kept(one, other, f"{place}[]")
    elif isinstance(made, datetime):
        assert made == try_cast_recurse(datetime, said), place
    elif said is None:
        assert not made, place
    else:
        assert made == said or str(made) == str(said), f"{place}: {made!r} of {said!r}"


def none_lost(said: Any, made: Any, place: str) -> None:
    """Every field that a struct names has got what was said of it."""
    if isinstance(made, list) and isinstance(said, list):
        for one, other in zip(said, made, strict=True):
            none_lost(one, other, f"{place}[]")
    elif isinstance(made, msgspec.Struct) and isinstance(said, dict):
        for field in msgspec.structs.fields(made):
            value = getattr(made, field.name)
            assert value is not msgspec.UNSET or said.get(field.encode_name) is None, (
                f"{place}.{field.encode_name}"
            )
            none_lost(said.get(field.encode_name), value, f"{place}.{field.encode_name}")


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.timestamp() if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", FILES)
def test_typed_answers(name: str) -> None:
    known = 0
    for method, path, status, body in rows(name):
        answer = answer_of(method, path)
        if status >= 400 or answer is None:
            continue
        known += 1
        made = decoded(path, json.dumps(body).encode(), answer)
        none_lost(body, made, f"{method} {path} ")
        kept(body, msgspec.to_builtins(made, str_keys=True), f"{method} {path} ")
    assert known > 5


@pytest.mark.parametrize("name", FILES)
def test_results(name: str) -> None:
    """As recorded, every key of it; and as Mastodon.py has it."""
    for method, path, status, body in rows(name):
        if status >= 400:
            continue
        kind = entity_of(answer_of(method, path))
        ours = try_cast_recurse(kind, copy.deepcopy(body))
        kept(body, ours, f"{method} {path} ")
        for said, made in zip(body, ours, strict=True) if isinstance(body, list) else [(body, ours)]:
            assert not isinstance(said, dict) or said.keys() <= made.keys()
        theirs = theirs_of(their_type(kind), copy.deepcopy(body))
        assert plain(ours) == plain(theirs), f"{method} {path}"


@pytest.mark.parametrize("name", FILES)
def test_refusals(name: str) -> None:
    for _, path, status, body in rows(name):
        if status >= 400:
            error = refused(status, "", body.get("error") if isinstance(body, dict) else None)
            assert isinstance(error, MastodonServerError if status >= 500 else MastodonAPIError), path
            assert status in error.args


def test_fields_go_and_come() -> None:
    """Each field in turn is missing, or of another shape, and one is there that nobody knows: the rest stays."""
    seen: set[str] = set()
    for name in FILES[::-1]:
        for method, path, status, body in rows(name):
            kind, answer = entity_of(answer_of(method, path)), answer_of(method, path)
            one = body[0] if isinstance(body, list) and body else body
            if status >= 400 or answer is None or kind in seen or not isinstance(one, dict):
                continue
            seen.add(kind)
            for at, key in enumerate(one):
                odd = ({}, {key: None}, {key: {"odd": [1]}}, {key: "odd"}, {key: []})[at % 5]
                rest = {k: v for k, v in one.items() if k != key} | {"from_later": {"a": 1}}
                said: Any = [rest | odd] if isinstance(body, list) else rest | odd
                decoded(path, json.dumps(said).encode(), answer)
                made: Any = try_cast_recurse(kind, said)
                made = made[0] if isinstance(body, list) else made
                assert isinstance(made, AttribAccessDict)
                assert made["from_later"].a == 1
                kept(rest, made, f"{method} {path} without {key}")
    assert len(seen) > 60
