"""Answers held against the contract: the keys that must and may be there, and the type of each."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from tests.doors.friendica.node import name_of
from tests.wire.contract_tables import table

OBJECTS = table("friendica")["objects"]
_KINDS: dict[str, type | tuple[type, ...]] = {
    "bool": bool,
    "int": int,
    "float": (int, float),
    "string": str,
    "array": list,
    "object": dict,
}
_WORDS = {True: "true", False: "false", None: ""}
_ELSEWHERE = ("since", "in")
"""Marks of keys that other versions or servers have."""
_AT_TIMES = {"user": {"uid", "self", "network", "status", "verified", "entities"}}
"""Keys that an answer has or has not for reasons of its own."""


def fits(value: Any, name: str) -> None:
    """Assert that *value* is an object *name* of the contract: no key missing, none unknown, no wrong type."""
    assert isinstance(value, dict), value
    fields = {field["name"]: field for field in OBJECTS[name]["fields"]}
    assert not set(value) - set(fields), set(value) - set(fields)
    for key, field in fields.items():
        if key not in value:
            assert any(mark in field for mark in _ELSEWHERE) or key in _AT_TIMES.get(name, ()), key
        elif value[key] is None:
            assert field["nullable"] or "null" in field["json_type"], key
        else:
            assert _is(value[key], field["json_type"]), (key, value[key])


def _is(value: Any, said: str) -> bool:
    kind = said.partition("(")[0].partition(" ")[0]
    wanted = _KINDS.get("string" if kind in ("enum", "string") else kind)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return wanted is None or isinstance(value, wanted)


def same(element: Element, value: Any) -> None:
    """Assert that an element tells what the JSON tells: each key once, scalars alike, lists as long."""
    if isinstance(value, dict):
        told = [name_of(child) for child in element]
        assert sorted(told) == sorted(_name(key) for key in value), (told, list(value))
        for key, inner in value.items():
            (child,) = [child for child in element if name_of(child) == _name(key)]
            same(child, inner)
    elif isinstance(value, list):
        assert len(element) == len(value)
        for child, inner in zip(element, value, strict=True):
            if isinstance(inner, (dict, str, int)):
                same(child, inner)
    else:
        text = _WORDS[value] if isinstance(value, bool) or value is None else str(value)
        assert (element.text or "") == text.strip(), (element.tag, element.text, value)


def _name(key: str) -> str:
    """What an element of a key is called, without its prefix."""
    return key.replace("statusnet_", "").replace("friendica_", "").replace(" ", "_")
