"""An endpoint is a class: method, path, who may call, parameters and the answer's type, declared once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Generic, Literal, TypeVar, get_args, get_origin

import msgspec

A = TypeVar("A", covariant=True)
R = TypeVar("R", bound="Request[Any]")

Auth = Literal["none", "optional", "app", "user"]
"""Who may call: nobody asked; a token is used when sent; any token; a token (or login) of a person."""


class Upload(msgspec.Struct):
    """A file sent in a multipart body (or as a data URL): its claimed name and type, and its bytes."""

    filename: str
    content_type: str
    data: bytes


class Endpoint(msgspec.Struct, frozen=True):
    """What is true of an endpoint for server, client, docs, tests and the list of routes."""

    methods: tuple[str, ...]
    path: str
    answer: Any
    auth: Auth = "user"
    scope: str = ""
    """OAuth scope that the token must hold; empty: none. Several are written "a b": any of them is enough."""
    permission: str = ""
    """Permission in the API's own words (Groups.io perms, Mastodon role permissions); empty: none."""
    formats: tuple[str, ...] = ("json",)
    """Answer formats beyond JSON (Friendica: json, xml, rss, atom)."""
    aliases: tuple[str, ...] = ()
    """Other paths that lead here."""
    summary: str = ""

    @property
    def path_parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.path))


class Request(msgspec.Struct, Generic[A], kw_only=True):
    """Base of all endpoint classes; the type argument is the answer's type.

    Fields are the parameters, whether they travel in path, query, form, JSON or multipart. A field that must
    be told apart from its empty value is typed `X | msgspec.UnsetType` with default `msgspec.UNSET`.
    """

    endpoint: ClassVar[Endpoint]


def _declare(methods: tuple[str, ...], path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    def mark(cls: type[R]) -> type[R]:
        doc = (cls.__doc__ or "").strip().split("\n")[0]
        # msgspec structs refuse new class attributes only on instances; the class itself takes them.
        cls.endpoint = Endpoint(methods=methods, path=path, answer=answer_type(cls), summary=doc, **facts)
        return cls

    return mark


def answer_type(cls: type[Request[Any]]) -> Any:
    """The type argument that *cls* gave to Request."""
    for base in getattr(cls, "__orig_bases__", ()):
        origin = get_origin(base)
        if origin is not None and issubclass(origin, Request):
            return get_args(base)[0]
    for parent in cls.__mro__[1:]:
        if parent is not Request and issubclass(parent, Request):
            return answer_type(parent)
    raise TypeError(f"{cls.__name__} does not say what it answers: class {cls.__name__}(Request[Answer])")


def GET(path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Declare a GET endpoint; *facts* are fields of Endpoint."""
    return _declare(("GET",), path, **facts)


def POST(path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Declare a POST endpoint."""
    return _declare(("POST",), path, **facts)


def PUT(path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Declare a PUT endpoint."""
    return _declare(("PUT",), path, **facts)


def PATCH(path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Declare a PATCH endpoint."""
    return _declare(("PATCH",), path, **facts)


def DELETE(path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Declare a DELETE endpoint."""
    return _declare(("DELETE",), path, **facts)


def CALL(methods: str, path: str, **facts: Any) -> Callable[[type[R]], type[R]]:
    """Declare an endpoint for several methods, written "GET POST"; "*" takes any."""
    return _declare(tuple(methods.upper().split()), path, **facts)
