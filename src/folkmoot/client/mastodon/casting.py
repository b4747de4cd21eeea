"""Turns decoded JSON into results, by the entities' annotations; what does not fit is kept as it came."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, Union

from folkmoot.client.mastodon.ids import IdType, MaybeSnowflakeIdType
from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList, PaginatableList

Cast = Callable[[Any], Any]
PLAIN: Any = object()
LISTS = (list, tuple, PaginatableList, NonPaginatableList)
UNIONS = (Union, types.UnionType)
DATES_IN_MAIL = ("%a, %d %b %Y %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S %Z")


#: Entity → the field that decides which class of a union is meant in it, the classes by its value, and otherwise.
DECIDED: dict[str, tuple[str, dict[str, str], str | None]] = {
    "MediaAttachment": (
        "type",
        {
            "image": "MediaAttachmentImageMetadata",
            "video": "MediaAttachmentVideoMetadata",
            "gifv": "MediaAttachmentVideoMetadata",
            "audio": "MediaAttachmentAudioMetadata",
        },
        None,
    ),
    "AnnualReport": (
        "schema_version",
        {"1": "AnnualReportDataV1", "2": "AnnualReportDataV2"},
        "AttribAccessDict",
    ),
}


class Plan:
    """How one class is filled: all fields as None, the names that plain text fits, and the cast of every other."""

    __slots__ = ("aliases", "blank", "casts", "decided", "texts")

    def __init__(self, cls: type[AttribAccessDict]) -> None:
        hints = _hints(cls)
        casts = {name: cast_for(hint) for name, hint in hints.items()}
        self.aliases = tuple(cls._rename_map.items())
        for alias, key in self.aliases:
            casts[key] = casts[alias]
        self.decided = DECIDED.get(cls.__name__)
        self.blank: dict[str, Any] = dict.fromkeys(hints)
        self.texts = frozenset(name for name, cast in casts.items() if cast is as_text)
        self.casts = {name: cast for name, cast in casts.items() if cast is not PLAIN}


def _hints(cls: type) -> dict[str, Any]:
    """The annotated fields of an entity, with their types; every entity's name may stand in an annotation."""
    from folkmoot.client.mastodon.names import entity_names

    space = entity_names() | {"IdType": IdType, "datetime": datetime}
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base in (AttribAccessDict, dict, object) or not issubclass(base, AttribAccessDict):
            continue
        for name in vars(base).get("__annotations__", {}):
            if not name.startswith("_"):
                hints[name] = None
    space |= vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
    try:
        found = typing.get_type_hints(cls, localns=space)
    except NameError:  # a class of somebody else's, which names what is not there
        return {}
    return {name: found[name] for name in hints}


@cache
def plan_of(cls: type[AttribAccessDict]) -> Plan:
    """The plan of a class, made when the first one is met."""
    return Plan(cls)


def fill(new: AttribAccessDict, raw: dict[str, Any]) -> AttribAccessDict:
    """Put *raw* (decoded JSON) into the empty *new*."""
    plan = plan_of(type(new))
    casts, texts, put = plan.casts, plan.texts, new.__setitem__
    dict.update(new, plan.blank)
    for key, value in raw.items():
        if value is None or (type(value) is str and key in texts):
            put(key, value)
        elif key in casts:
            put(key, casts[key](value))
        else:
            kind = type(value)
            put(key, loose(value) if kind is dict or kind is list else value)
    if plan.decided:
        decide(new, raw)
    for alias, key in plan.aliases:
        if key in raw:
            put(alias, new[key])
        elif alias in raw:
            put(key, new[alias])
    return new


def decide(new: AttribAccessDict, raw: dict[str, Any]) -> None:
    """Give the part whose class another field decides that class: a video's `meta.original`, a report's `data`."""
    field, kinds, otherwise = DECIDED[type(new).__name__]
    wanted = kinds.get(str(new.get(field)), otherwise)
    inside = "meta" in new
    owner, said = (new.get("meta"), raw.get("meta")) if inside else (new, raw)
    key = "original" if inside else "data"
    if wanted is None or not isinstance(owner, AttribAccessDict) or not isinstance(said, dict):
        return
    for kind in typing.get_args(_hints(type(owner)).get(key)):
        if kind.__name__ == wanted and isinstance(said.get(key), dict):
            owner[key] = build(kind, dict(said[key]))


def assign(owner: AttribAccessDict, name: str, value: Any) -> None:
    """Set an entry as if the server had sent it."""
    plan = plan_of(type(owner))
    owner[name] = value if value is None else plan.casts.get(name, loose)(value)
    if plan.decided:
        decide(owner, {name: value})


def build(cls: type[AttribAccessDict], raw: dict[str, Any]) -> AttribAccessDict:
    """A *cls* of decoded JSON."""
    return fill(cls.__new__(cls), raw)


def loose(value: Any) -> Any:
    """JSON of no known type: dictionaries with attributes, lists, the rest as it is."""
    if type(value) is dict:
        return build(AttribAccessDict, value)
    if type(value) is list:
        return NonPaginatableList([loose(one) for one in value])
    return value


def as_text(value: Any) -> Any:
    if isinstance(value, dict | list):
        return loose(value)
    return value if isinstance(value, str) else str(value)


def as_number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def as_float(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def as_bool(value: Any) -> bool:
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def as_id(value: Any) -> Any:
    return str(value) if isinstance(value, int) else loose(value)


def as_snowflake(value: Any) -> Any:
    return MaybeSnowflakeIdType(value) if isinstance(value, str | int | datetime) else loose(value)


def as_moment(value: Any) -> Any:
    """A datetime of ISO 8601, of seconds since 1970 (number or text), or of a mail's date; None if it is no date.

    A text that names no zone gives a datetime without one, as with Mastodon.py.
    """
    if isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and not value.isdigit():
            return _from_text(value)
        return datetime.fromtimestamp(int(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _from_text(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    for form in DATES_IN_MAIL:
        try:
            moment = datetime.strptime(value, form)  # noqa: DTZ007 - the zone is set below
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


SIMPLE: dict[Any, Cast] = {
    str: as_text,
    int: as_number,
    float: as_float,
    bool: as_bool,
    datetime: as_moment,
    MaybeSnowflakeIdType: as_snowflake,
    IdType: as_id,
}


def cast_for(hint: Any) -> Cast:
    """The function that makes a *hint* of decoded JSON (None is never passed to it)."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in UNIONS:
        return _one_of([one for one in args if one is not type(None)])
    if origin in LISTS or hint in LISTS:
        return _list_of(origin or hint, args)
    if origin is dict and len(args) == 2:
        return _dict_of(cast_for(args[1]))
    if isinstance(hint, type) and issubclass(hint, AttribAccessDict):
        return _entity(hint)
    return _kept if hint is dict else loose


def _kept(value: Any) -> Any:
    return value


def _entity(cls: type[AttribAccessDict]) -> Cast:
    def cast(value: Any) -> Any:
        if type(value) is dict:
            return fill(cls.__new__(cls), value)
        if isinstance(value, dict) and not isinstance(value, cls):
            return fill(cls.__new__(cls), value)
        return NonPaginatableList([loose(one) for one in value]) if type(value) is list else value

    return cast


def _list_of(kind: Any, args: tuple[Any, ...]) -> Cast:
    made = PaginatableList if kind is PaginatableList else NonPaginatableList
    inner = cast_for(args[0]) if args and not isinstance(args[0], typing.TypeVar) else loose

    def cast(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return made([one if one is None else inner(one) for one in value])
        return loose(value)

    return cast


def _dict_of(inner: Cast) -> Cast:
    def cast(value: Any) -> Any:
        if not isinstance(value, dict):
            return loose(value)
        new = AttribAccessDict.__new__(AttribAccessDict)
        new.update((key, one if one is None else inner(one)) for key, one in value.items())
        return new

    return cast


def _one_of(kinds: list[Any]) -> Cast:
    """A union: the entity that shares most fields with the value (then the smallest); else the first that fits."""
    if len(kinds) == 1:
        return cast_for(kinds[0])
    entities = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, AttribAccessDict)]
    others = [kind for kind in kinds if kind not in entities]
    lists = [cast_for(kind) for kind in others if typing.get_origin(kind) in LISTS]
    first = cast_for(others[0]) if others else loose

    def cast(value: Any) -> Any:
        if isinstance(value, dict) and entities:
            return build(_nearest(entities, value), value)
        if isinstance(value, list) and lists:
            return lists[0](value)
        return first(value)

    return cast


def _nearest(kinds: list[type[AttribAccessDict]], value: dict[str, Any]) -> type[AttribAccessDict]:
    for kind in kinds:
        if isinstance(value, kind):
            return kind
    keys = value.keys()
    return max(kinds, key=lambda kind: (len(keys & plan_of(kind).blank.keys()), -len(plan_of(kind).blank)))


@lru_cache(maxsize=512)
def _cached_cast(hint: Any) -> Cast:
    return cast_for(hint)


def try_cast_recurse(t: Any, value: Any, union_specializer: object = None) -> Any:
    """*value* (decoded JSON) as a *t*: an entity, a list of one, a union, or the name of one of these as text.

    *union_specializer* is taken for Mastodon.py's sake and not needed.
    """
    from folkmoot.client.mastodon.names import str_to_type

    if isinstance(t, str):
        t = str_to_type(t)
    if value is None or t is None:
        return loose(value)
    return _cached_cast(t)(value)


def try_cast(t: Any, value: Any, retry: bool = True, union_specializer: object = None) -> Any:
    """The same as `try_cast_recurse`, under Mastodon.py's second name for it."""
    return try_cast_recurse(t, value)
