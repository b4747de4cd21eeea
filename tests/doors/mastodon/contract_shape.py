"""Whether an answer has the shape that the contract table gives its entity: each field, its type, nothing beyond."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.wire.contract_tables import table

ENTITIES: dict[str, dict[str, Any]] = {e["name"]: e for e in table("mastodon")["entities"]}
ENTITIES["AccountField"] = ENTITIES["Account::Field"]
LOOSE = {"meta", "meta.original", "meta.small", "meta.colors", "params"}
"""Hashes of which the table names what there may be, not all there is."""
BESIDE = {
    "WebPushSubscription": {"alerts.quote", "alerts.quoted_update"},
    "Quote": {"quoted_status_id"},
    "CustomEmoji": {"featured"},
    "ScheduledStatus": {"params.quoted_status_id", "params.quote_approval_policy"},
    "NodeInfo": {"metadata.upstream"},
}
"""Keys that servers send and the table has under another entity, or where its own documents leave the keys free."""
BLANK: dict[tuple[str, str], tuple[Any, ...]] = {
    ("PreviewCard", "author_url"): ("",),
    ("PreviewCard", "provider_url"): ("",),
    ("PreviewCard", "embed_url"): ("",),
    ("PreviewCard", "published_at"): (None,),
}
BLANK |= {("Trends::Link", field): blank for (name, field), blank in BLANK.items() if name == "PreviewCard"}
"""What a page may not say of itself: the documentation's own examples have it empty."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _like(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


SCALARS: dict[str, Callable[[Any], bool]] = {
    "id": _like(re.compile(r"\d+|-99|[A-Za-z0-9_-]{20,}")),
    "string": _text,
    "html": _text,
    "blurhash": _text,
    "language": _text,
    "url": _like(re.compile(r"(https?|wss?)://\S+|urn:\S+")),
    "datetime": _like(_TIME),
    "date": _like(_DATE),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "unix_timestamp_string": _like(re.compile(r"\d+")),
    "numeric_string": _like(re.compile(r"-?\d+")),
    "email": _like(re.compile(r"|[^@\s]+@[^@\s]+")),
    "ip": _like(re.compile(r"[0-9a-fA-F.:]+(/\d+)?")),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "unix_timestamp": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "hash": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}


def _parts(name: str) -> list[str]:
    """`a[b][c]` and `a.b[]` as the names on the way down."""
    if ".options" in name:
        return [part.removesuffix("[]") for part in name.split(".")]
    head, *rest = re.findall(r"[^\[\]]+", name)
    return [head, *rest]


def fields_of(name: str) -> dict[str, dict[str, Any]]:
    """All fields of an entity, those it extends included, by dotted way (keys with a dot: with a slash)."""
    entity = ENTITIES[name]
    found = fields_of(entity["extends"]) if "extends" in entity else {}
    for field in entity["fields"]:
        parts = [part.replace(".", "/") for part in _parts(field["name"])]
        for depth in range(1, len(parts)):
            found.setdefault("|".join(parts[:depth]), {"type": "hash", "nullable": False})
        found["|".join(parts)] = field
    for field in entity.get("observed_fields", ()):
        found[field["name"].replace(".", "/")] = {**field, "optional": True}
    return found


def faults(name: str, value: Any, way: str = "") -> Iterator[str]:
    """What is wrong with *value* as the entity *name*, in words."""
    way = way or name
    if not isinstance(value, dict):
        yield f"{way}: {type(value).__name__} instead of {name}"
        return
    yield from _level(name, fields_of(name), "", value, way)


def _level(
    name: str, fields: dict[str, dict[str, Any]], prefix: str, value: dict[str, Any], way: str
) -> Iterator[str]:
    known = set()
    for path, field in fields.items():
        if not path.startswith(prefix) or "|" in path[len(prefix) :]:
            continue
        key = path[len(prefix) :].replace("/", ".")
        known.add(key)
        if key not in value:
            if not field.get("optional") and not field.get("removed"):
                yield f"{way}.{key} is missing"
            continue
        yield from _field(name, fields, path, field, value[key], f"{way}.{key}")
    dotted = prefix.replace("|", ".").rstrip(".")
    beside = BESIDE.get(name, set())
    for key in value.keys() - known:
        if dotted not in LOOSE and (f"{dotted}.{key}" if dotted else key) not in beside:
            yield f"{way}.{key} is beyond the table"


def _field(
    name: str, fields: dict[str, dict[str, Any]], path: str, field: dict[str, Any], value: Any, way: str
) -> Iterator[str]:
    if value in BLANK.get((name, path), ()):
        return
    if value is None:
        if not field.get("nullable") and field["type"] != "null":
            yield f"{way} is null"
        return
    yield from typed(field["type"], value, way)
    if "enum" in field and isinstance(value, str) and value not in field["enum"]:
        yield f"{way}: {value!r} is not one of the words"
    if any(other.startswith(path + "|") for other in fields):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _level(name, fields, path + "|", one, way)


def typed(kind: str, value: Any, way: str) -> Iterator[str]:
    """What is wrong with *value* as a type of the table: a scalar, an entity, `array<…>` or a choice."""
    if kind.startswith("array<"):
        if not isinstance(value, list):
            yield f"{way}: {type(value).__name__} instead of a list"
            return
        for n, one in enumerate(value):
            yield from typed(kind[6:-1], one, f"{way}[{n}]")
    elif "|" in kind:
        options = [list(typed(option, value, way)) for option in kind.split("|")]
        yield from min(options, key=len)
    elif kind in SCALARS:
        if not SCALARS[kind](value):
            yield f"{way}: {value!r:.60} is no {kind}"
    else:
        yield from faults(kind, value, way)


def answer_faults(returns: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a whole answer, by the `returns` of its endpoint."""
    kind, of = returns["kind"], returns.get("entity") or returns.get("of")
    if kind == "empty_object":
        return [] if value == {} else [f"{value!r:.80} instead of {{}}"]
    if kind == "array":
        return list(typed(f"array<{of}>", value, "answer"))
    if kind == "map":
        beyond = [f"{key} is beyond the table" for key in value.keys() - set(returns["keys"])]
        return beyond + [fault for one in value.values() for fault in faults(str(of), one)]
    if of is None:
        wanted = returns.get("fields") or {}
        return [f for key, type_ in wanted.items() for f in typed(type_, value.get(key), key)]
    return list(faults(str(of), value))
