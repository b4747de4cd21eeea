"""The entities by name: what a saved result calls its type, and what an annotation may name."""

from __future__ import annotations

import types
import typing
from functools import lru_cache
from typing import Any, Union

from folkmoot.client.mastodon.ids import MaybeSnowflakeIdType
from folkmoot.client.mastodon.results import (
    AttribAccessDict,
    EmptyResponse,
    NonPaginatableList,
    PaginatableList,
)

CONTAINERS = ("PaginatableList", "NonPaginatableList", "typing.Optional", "typing.Union")


@lru_cache(maxsize=1)
def entity_names() -> dict[str, Any]:
    """Name → class, of all entities. Not to be changed."""
    from folkmoot.client.mastodon.entities import notices, people, place, sorting, staff, statuses

    known: dict[str, Any] = {
        "AttribAccessDict": AttribAccessDict,
        "EmptyResponse": EmptyResponse,
        "NonPaginatableList": NonPaginatableList,
        "MaybeSnowflakeIdType": MaybeSnowflakeIdType,
    }
    for module in (people, sorting, statuses, notices, place, staff):
        for name, kind in vars(module).items():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                known[name] = kind
    return known


def str_to_type(name: str) -> Any:
    """`Status`, `PaginatableList[Status]`, `typing.Union[Status, Account]` as the type. ValueError if unknown."""
    outer, bracket, inner = name.partition("[")
    if bracket:
        if outer not in CONTAINERS and inner.endswith("]") and "[" not in inner:
            raise ValueError(f"Subtype not allowed for {outer}")
        if not inner.endswith("]") or "[" in inner or "]" in inner[:-1]:
            raise ValueError(f"Invalid type {name}")
        return _container(outer, [part.strip() for part in inner[:-1].split(",")])
    if "]" in name:
        raise ValueError(f"Invalid type {name}")
    return _known(name)


def _container(outer: str, names: list[str]) -> Any:
    kinds = tuple(_known(name) for name in names)
    if outer == "PaginatableList":
        return PaginatableList[kinds[0]]  # type: ignore[valid-type]  # a type that is only known at run time
    if outer == "NonPaginatableList":
        return NonPaginatableList[kinds[0]]  # type: ignore[valid-type]  # as above
    # Made at run time, and compared with what typing makes: no place for the newer way of writing them.
    return Union[kinds[0], None] if outer == "typing.Optional" else Union[kinds]  # noqa: UP007


SIMPLE = {"str": str, "int": int, "PaginatableList": PaginatableList, "dict": dict}


def _known(name: str) -> Any:
    kind = entity_names().get(name) or SIMPLE.get(name)
    if kind is None:
        raise ValueError(f"Unknown type {name}")
    return kind


def type_name(kind: Any) -> str:
    """What `str_to_type` reads; of a union the first part."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (Union, types.UnionType):
        return type_name(args[0])
    if origin is dict:
        return "AttribAccessDict"
    name = getattr(origin or kind, "__name__", "AttribAccessDict")
    name = "NonPaginatableList" if name == "list" else name
    return f"{name}[{type_name(args[0])}]" if args else name


def real_issubclass(type1: Any, type2orig: Any) -> bool:
    """Is *type1* a kind of *type2orig*, which may be a union or a list of something?"""
    origin = typing.get_origin(type2orig)
    if origin in (Union, types.UnionType):
        return issubclass(typing.get_origin(type1) or type1, typing.get_args(type2orig))
    return issubclass(typing.get_origin(type1) or type1, origin or type2orig)
