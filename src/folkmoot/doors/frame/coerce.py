"""From plain values to an endpoint's typed fields, by a plan that is made once per class."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin

import msgspec

from folkmoot.domain.errors import Invalid, Refusal
from folkmoot.doors.frame.rules import BindRules
from folkmoot.doors.frame.scalars import SCALARS, Coerce, Null, last, to_text
from folkmoot.wire.request import Upload

_CLEARABLE = (None, msgspec.UNSET, msgspec.NODEFAULT)
"""Defaults beside which null is a value of its own; beside any other it means the default."""


class _Field(msgspec.Struct, frozen=True):
    name: str
    wire: str
    coerce: Coerce
    nullable: bool
    default: Any
    """The value when nothing was said, NODEFAULT where one is needed, or a factory that makes it."""
    factory: Callable[[], Any] | None

    @property
    def required(self) -> bool:
        return self.default is msgspec.NODEFAULT and self.factory is None


def fill(cls: Any, tree: dict[str, Any], rules: BindRules, prefix: str = "") -> Any:
    """An instance of the struct *cls* from *tree*; unknown names are ignored. Raises Invalid naming the
    parameter."""
    values: dict[str, Any] = {}
    for field in _plan(cls):
        name = f"{prefix}[{field.wire}]" if prefix else field.wire
        if field.wire not in tree:
            if field.required:
                raise Invalid(name, "missing")
            continue
        try:
            values[field.name] = field.coerce(tree[field.wire], name, rules)
        except Null:
            if field.nullable and field.default in _CLEARABLE:
                values[field.name] = None
            elif field.required:
                raise Invalid(name, "blank") from None
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:
        raise Invalid(prefix or "parameters", "invalid", str(error)) from None


@cache
def _plan(cls: Any) -> tuple[_Field, ...]:
    fields = []
    for field in msgspec.structs.fields(cls):
        factory = None if field.default_factory is msgspec.NODEFAULT else field.default_factory
        kind = field.type
        fields.append(
            _Field(field.name, field.encode_name, _coerce(kind), _nullable(kind), field.default, factory)
        )
    return tuple(fields)


def _members(kind: Any) -> tuple[Any, ...]:
    """The types that *kind* may be, with aliases, NewTypes and annotations of unions resolved."""
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    if get_origin(kind) in (Union, UnionType):
        return tuple(member for part in get_args(kind) for member in _members(part))
    if get_origin(kind) is Annotated and get_origin(get_args(kind)[0]) in (Union, UnionType):
        meta = get_args(kind)[1:]
        return tuple(Annotated[(member, *meta)] for member in _members(get_args(kind)[0]))
    return (kind,)


def _bare(kind: Any) -> Any:
    while isinstance(kind, NewType) or get_origin(kind) is Annotated:
        kind = kind.__supertype__ if isinstance(kind, NewType) else get_args(kind)[0]
    return kind


def _nullable(kind: Any) -> bool:
    return any(_bare(member) in (NoneType, None) for member in _members(kind))


def _coerce(kind: Any) -> Coerce:
    members = [m for m in _members(kind) if _bare(m) not in (NoneType, None, msgspec.UnsetType)]
    if len(members) == 1:
        return _single(members[0])
    # Text takes everything, so it is tried last.
    members.sort(key=lambda member: _bare(member) in (str, Any))
    choices = [_single(member) for member in members]

    def either(value: Any, name: str, rules: BindRules) -> Any:
        refusal: Exception | None = None
        for choice in choices:
            try:
                return choice(value, name, rules)
            except (Refusal, Null) as error:
                refusal = error
        raise refusal or Invalid(name, "type")

    return either


def _single(kind: Any) -> Coerce:
    if isinstance(kind, NewType):
        return _coerce(kind.__supertype__)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _bounded(_coerce(arguments[0]), [m for m in arguments[1:] if isinstance(m, msgspec.Meta)])
    if kind in SCALARS:
        return SCALARS[kind]
    if kind is Any or (not isinstance(origin or kind, type) and origin is not Literal):
        return lambda value, name, rules: last(value)
    if origin is Literal:
        return _one_of({str(word): word for word in arguments})
    base = origin or kind
    if base in (list, set, frozenset, tuple):
        item = _coerce(arguments[0] if arguments else Any)
        return _list(item, base, nested=_takes_dict(arguments[0]) if arguments else False)
    if base is dict:
        return _dict(_coerce(arguments[1]) if len(arguments) == 2 else _coerce(Any))
    if issubclass(base, enum.Enum):
        return _one_of({str(member.value): member for member in base})
    if issubclass(base, msgspec.Struct):
        return _struct(base)
    return _other(kind)


def _one_of(words: dict[str, Any]) -> Coerce:
    def choose(value: Any, name: str, rules: BindRules) -> Any:
        word = to_text(value, name, rules)
        if word in words:
            return words[word]
        if not word:
            raise Null
        raise Invalid(name, "unknown", f"{name} may be {', '.join(filter(None, words))[:500]}")

    return choose


def _takes_dict(kind: Any) -> bool:
    return any(
        isinstance(base := get_origin(_bare(member)) or _bare(member), type)
        and issubclass(base, (dict, msgspec.Struct))
        and base is not Upload
        for member in _members(kind)
    )


def _list(item: Coerce, base: Any, *, nested: bool) -> Coerce:
    def collect(value: Any, name: str, rules: BindRules) -> Any:
        if value is None or (nested and rules.rows_only and isinstance(value, str) and value):
            raise Null
        if isinstance(value, dict):
            if all(key.isascii() and key.isdigit() and len(key) < 10 for key in value):
                value = [value[key] for key in sorted(value, key=int)]
            elif nested:
                value = [value]
            else:
                raise Invalid(name, "type", f"{name} must be a list")
        elif not isinstance(value, list):
            value = [value]
        # Some clients write `name[][]`; Rails clients send `name[]=` to say "none".
        flat = (inner for each in value for inner in (each if isinstance(each, list) else (each,)))
        values = [each for each in flat if each is not None and each != ""]
        return base(_elements(item, values, name, rules))

    return collect


def _elements(item: Coerce, values: list[Any], name: str, rules: BindRules) -> list[Any]:
    out = []
    for each in values:
        try:
            out.append(item(each, name, rules))
        except Null:
            continue
    return out


def _dict(item: Coerce) -> Coerce:
    def collect(value: Any, name: str, rules: BindRules) -> Any:
        value = last(value)
        if value is None or value == "":
            raise Null
        if not isinstance(value, dict):
            raise Invalid(name, "type", f"{name} must be an object")
        out = {}
        for key, each in value.items():
            try:
                out[key] = item(each, f"{name}[{key}]", rules)
            except Null:
                out[key] = None
        return out

    return collect


def _struct(cls: Any) -> Coerce:
    def make(value: Any, name: str, rules: BindRules) -> Any:
        value = last(value)
        if value is None or value == "":
            raise Null
        if not isinstance(value, dict):
            raise Invalid(name, "type", f"{name} must be an object")
        return fill(cls, value, rules, name)

    return make


def _other(kind: Any) -> Coerce:
    def convert(value: Any, name: str, rules: BindRules) -> Any:
        value = last(value)
        if value is None or value == "":
            raise Null
        try:
            return msgspec.convert(value, kind, strict=False)
        except (msgspec.ValidationError, RecursionError):
            raise Invalid(name, "invalid") from None

    return convert


def _bounded(coerce: Coerce, metas: list[msgspec.Meta]) -> Coerce:
    """*coerce*, then the limits of msgspec.Meta."""

    def check(value: Any, name: str, rules: BindRules) -> Any:
        typed = coerce(value, name, rules)
        for meta in metas:
            if why := _broken(typed, meta):
                raise Invalid(name, why)
        return typed

    return check


def _broken(value: Any, meta: msgspec.Meta) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if (meta.ge is not None and value < meta.ge) or (meta.gt is not None and value <= meta.gt):
            return "too_small"
        if (meta.le is not None and value > meta.le) or (meta.lt is not None and value >= meta.lt):
            return "too_big"
        return ""
    if not hasattr(value, "__len__"):
        return ""
    if meta.max_length is not None and len(value) > meta.max_length:
        return "too_long"
    if meta.min_length is not None and len(value) < meta.min_length:
        return "too_short"
    if meta.pattern is not None and isinstance(value, str) and not re.search(meta.pattern, value):
        return "format"
    return ""
