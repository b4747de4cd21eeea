"""Answers that are nearly of their type: other servers leave keys out, write null, or numbers as text."""

from __future__ import annotations

import typing
from functools import lru_cache
from types import GenericAlias, NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from folkmoot.client.errors import BadAnswer


@lru_cache(maxsize=512)
def _decoders(wanted: Any) -> tuple[msgspec.json.Decoder[Any], ...]:
    """One decoder, or where structs are alternatives, which msgspec can't tell apart, one for each."""
    try:
        return (msgspec.json.Decoder(wanted),)
    except TypeError:
        if get_origin(wanted) not in (Union, UnionType):
            raise
        return tuple(msgspec.json.Decoder(one) for one in get_args(wanted))


def decoded(name: str, body: bytes, wanted: Any) -> Any:
    """The JSON *body* as *wanted*, or nearly that. Raises BadAnswer, which calls it *name*."""
    if wanted is None or wanted is type(None):
        return None
    if wanted is bytes:
        return body
    failure: Exception | None = None
    for decoder in _decoders(wanted):
        try:
            return decoder.decode(body)
        except msgspec.DecodeError as error:
            failure = failure or error
    try:
        return lenient(msgspec.json.decode(body or b"{}"), wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, ValueError):
        raise BadAnswer(f"{name}: {failure}") from failure


def lenient(tree: Any, wanted: Any) -> Any:
    """*tree* as *wanted*: a key that is missing (or null where that is no value) gets its default, else UNSET.

    A field that is of another shape stays as it came. Raises TypeError where all of it is: an object, not a list.
    """
    if wanted is Any:
        return tree
    origin = get_origin(wanted)
    if origin in (Union, UnionType):
        return _first(tree, get_args(wanted))
    if origin is list:
        return [lenient(one, get_args(wanted)[0]) for one in _of(tree, list)]
    if origin is dict:
        return {key: lenient(value, get_args(wanted)[1]) for key, value in _of(tree, dict).items()}
    struct = origin if isinstance(origin, type) and issubclass(origin, msgspec.Struct) else wanted
    if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
        return _struct(_of(tree, dict), struct, wanted)
    return _plain(tree, wanted)


def _of(tree: Any, kind: type[Any]) -> Any:
    if tree is None and kind is list:
        return []
    if not isinstance(tree, kind):
        raise TypeError(f"a {kind.__name__} is wanted")
    return tree


def _first(tree: Any, arms: tuple[Any, ...]) -> Any:
    """The first alternative that is exactly right, else the first that can be made of it."""
    if tree is None and NoneType in arms:
        return None
    for arm in arms:
        try:
            return msgspec.convert(tree, arm)
        except (msgspec.ValidationError, TypeError):
            continue
    for arm in arms:
        try:
            return lenient(tree, arm)
        except (TypeError, ValueError):
            continue
    raise TypeError("none of the alternatives")


@lru_cache(maxsize=512)
def _hints(struct: Any) -> dict[str, Any]:
    return typing.get_type_hints(struct)


def _struct(tree: dict[str, Any], struct: type[Any], wanted: Any) -> Any:
    key: Any = struct
    hints = _hints(key)
    filled = dict(zip((getattr(struct, "__parameters__", ())), get_args(wanted), strict=False))
    values: dict[str, Any] = {}
    for one in msgspec.structs.fields(struct):
        given, kind = tree.get(one.encode_name), hints[one.name]
        if given is None and (one.encode_name not in tree or NoneType not in (kind, *get_args(kind))):
            if one.required:
                values[one.name] = msgspec.UNSET
            continue
        try:
            values[one.name] = lenient(given, _filled(kind, filled))
        except TypeError:  # of another shape: an older server's role is a word, not an object
            values[one.name] = given
    return struct(**values)


def _filled(kind: Any, variables: dict[Any, Any]) -> Any:
    """A type with its variables filled in: list[T] as list[Topic]."""
    if kind in variables:
        return variables[kind]
    if get_origin(kind) is list and get_args(kind)[0] in variables:
        return GenericAlias(list, (variables[get_args(kind)[0]],))
    return kind


def _plain(tree: Any, wanted: Any) -> Any:
    """A number, a text, a word; one that is not of its kind stays as it came."""
    try:
        return msgspec.convert(tree, wanted, strict=False)
    except msgspec.ValidationError:
        if isinstance(tree, (dict, list)):
            raise TypeError("a value is wanted") from None
        return tree
