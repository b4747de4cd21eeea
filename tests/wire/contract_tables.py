"""What the tests of the wire share: the contract tables and a walk over our classes."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from folkmoot.wire.request import Request

HERE = Path(__file__).parent.parent / "contracts"


def table(name: str) -> Any:
    """One contract table."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def structs(package: str) -> Iterator[type[msgspec.Struct]]:
    """All structs that the modules of *package* define."""
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, package + "."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, msgspec.Struct)
                and value.__module__ == module.__name__
            ):
                yield value


def entities(package: str) -> dict[str, type[msgspec.Struct]]:
    """All structs but the endpoint classes, by name."""
    return {cls.__name__: cls for cls in structs(package) if not issubclass(cls, Request)}


def endpoints(package: str) -> list[type[Request[Any]]]:
    """All endpoint classes."""
    return [cls for cls in structs(package) if issubclass(cls, Request) and "endpoint" in vars(cls)]


def hints(cls: type[msgspec.Struct]) -> dict[str, Any]:
    """Types of the fields by their name on the wire."""
    types = get_type_hints(cls)
    return {
        wire: types[ours]
        for ours, wire in zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True)
    }


def members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, or the type alone."""
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return get_args(annotation)
    return (annotation,)


def may_be_null(annotation: Any) -> bool:
    return NoneType in members(annotation) or Any in members(annotation)


def may_be_absent(annotation: Any) -> bool:
    return msgspec.UnsetType in members(annotation)


def struct_in(annotation: Any) -> type[msgspec.Struct] | None:
    """The struct that a field holds, itself or as the entries of a list."""
    for member in members(annotation):
        if get_origin(member) is list:
            return struct_in(get_args(member)[0])
        if isinstance(member, type) and issubclass(member, msgspec.Struct):
            return member
    return None
