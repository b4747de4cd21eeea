"""A door: its routes, and the functions by which doors differ (who is it, how to refuse, how to encode)."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import msgspec

from folkmoot.domain.errors import Refusal
from folkmoot.doors.frame.answers import Answer, Header, Later, Response
from folkmoot.doors.frame.at import Answered, At, Caller
from folkmoot.doors.frame.http import Http
from folkmoot.doors.frame.limits import RateRule
from folkmoot.doors.frame.rules import BindRules
from folkmoot.wire.request import Auth, Endpoint, Request

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from folkmoot.domain.access import Viewer
    from folkmoot.store.tx import Tx

A = TypeVar("A")
TxKind = Literal["read", "write", "none"]
Authenticate = Callable[["Tx", Http, "Endpoint | None"], "tuple[Viewer, Caller | None]"]
"""Who is calling; may be run again, so it only reads. Raises Unauthenticated. The endpoint is None for raw
routes."""
Before = Callable[[At], Awaitable[None]]
"""What must be found out before authentication and would hold up everybody inside a transaction (argon2); what it
learns it leaves in `at.http.known`."""
Refuse = Callable[[Refusal, Http, "Endpoint | None"], Response]
Encode = Callable[[Any, At], Response]
Check = Callable[[At, Endpoint], None]
"""Whether the caller's scopes reach; raises Forbidden."""
Result: TypeAlias = "A | Answered[A] | Answer | Later"
Handler: TypeAlias = "Callable[[At, Any], Result[A] | Awaitable[Result[A]]]"
RawHandler = Callable[..., "Answer | Awaitable[Answer]"]
SocketHandler = Callable[[At, "WebSocket"], Awaitable[None]]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method and path of a door."""

    method: str
    path: str
    handler: Callable[..., Any]
    endpoint: Endpoint | None
    ask: Any
    """The struct that the parameters are bound to; None: the handler takes none."""
    tx: TxKind
    auth: Auth
    is_async: bool
    format: str
    name: str
    large: bool = False
    """Takes files beyond what is taken everywhere (Policy.max_large)."""
    stands: bool = False
    """The answer hangs on nothing but contents, question and caller: it stands until the next commit."""


class Door:
    """All doors are of this one class.

    *prefix* stands before every path; *prefixes* are the parts of the site where unknown paths are refused
    in this door's form. *suffixes*: each endpoint also answers at `path.<format>` for its formats. *cors*:
    any origin may call. *headers* are added to every answer that has not set them. *mirrors* are pairs (start of a
    path, other start): what is served under the first is also served under the second. *api* names the API whose
    contract the routes belong to, where that is not the door's own. *path_headers*: a header that the answers of one
    path have besides, by the path as it is registered. *secret*: the words of a request that alone tell who asks, None
    where more is to be proven (a password, a signature). What the endpoints of a door that has it read hangs on nothing
    but contents, question and caller, so an answer stands until the next commit.
    *claims*: whether somebody who asks for an unknown path below another door's prefixes speaks to this door all the
    same, and is to be refused in its form.
    """

    def __init__(
        self,
        name: str,
        *,
        authenticate: Authenticate,
        refuse: Refuse,
        encode: Encode,
        prefix: str = "",
        prefixes: Sequence[str] = (),
        rules: BindRules | None = None,
        check: Check | None = None,
        limits: Sequence[RateRule] = (),
        headers: Sequence[Header] = (),
        cors: bool = False,
        suffixes: bool = False,
        mirrors: Sequence[tuple[str, str]] = (),
        before: Before | None = None,
        api: str = "",
        path_headers: Mapping[str, Header] | None = None,
        secret: Callable[[Http], str | None] | None = None,
        claims: Callable[[Http], bool] | None = None,
    ) -> None:
        self.name = name
        self.api = api or name
        self.prefix = prefix.rstrip("/")
        self.prefixes = tuple(prefixes)
        self.authenticate = authenticate
        self.refuse = refuse
        self.encode = encode
        self.check = check
        self.rules = rules or BindRules()
        self.limits = tuple(limits)
        self.headers = tuple(headers)
        self.cors = cors
        self.suffixes = suffixes
        self.mirrors = tuple(mirrors)
        self.before = before
        self.path_headers = dict(path_headers or {})
        self.secret = secret
        self.claims = claims
        self.table: list[Route] = []

    def on(
        self,
        ask: type[Request[A]],
        *,
        tx: TxKind | None = None,
        methods: Sequence[str] = (),
        large: bool = False,
    ) -> Callable[[Handler[A]], Handler[A]]:
        """Serve the endpoint *ask*. A sync handler runs with at.tx open: reading for GET, writing for the
        rest, or as *tx* says; an async one opens its own with at.read and at.write. *methods* are served
        instead of the endpoint's own, for APIs that take several for every call. *large*: videos come here."""
        endpoint = ask.endpoint

        def register(handler: Handler[A]) -> Handler[A]:
            for path, format in self._paths(endpoint):
                for method in methods or endpoint.methods:
                    self._add(
                        method, path, handler, endpoint, ask, tx, endpoint.auth, format, ask.__name__, large
                    )
            return handler

        return register

    def _paths(self, endpoint: Endpoint) -> list[tuple[str, str]]:
        paths = []
        named = [endpoint.path, *endpoint.aliases]
        for start, other in self.mirrors:
            named += [other + path.removeprefix(start) for path in named if path.startswith(start)]
        for path in named:
            paths.append((path, "json"))
            if self.suffixes:
                paths += [(f"{path}.{format}", format) for format in endpoint.formats]
        return paths

    def raw(
        self,
        methods: str,
        path: str,
        *,
        ask: type[msgspec.Struct] | None = None,
        tx: TxKind | None = None,
        auth: Auth = "optional",
        name: str = "",
        large: bool = False,
    ) -> Callable[[RawHandler], RawHandler]:
        """Serve what is no API endpoint: pages, files. *methods* as "GET POST". The handler takes (at), or
        (at, ask) with *ask*, and returns an Answer. *auth* "none" skips authentication: the viewer is
        anonymous. *large* as in `on`."""

        def register(handler: RawHandler) -> RawHandler:
            for method in methods.upper().split():
                self._add(method, path, handler, None, ask, tx, auth, "html", name or _name(handler), large)
            return handler

        return register

    def websocket(
        self, path: str, *, auth: Auth = "optional", name: str = ""
    ) -> Callable[[SocketHandler], SocketHandler]:
        """Serve a WebSocket. The handler gets it unaccepted; a Refusal before `accept` is answered over
        HTTP."""

        def register(handler: SocketHandler) -> SocketHandler:
            self._add("WEBSOCKET", path, handler, None, None, "none", auth, "", name or _name(handler))
            return handler

        return register

    def _add(
        self,
        method: str,
        path: str,
        handler: Callable[..., Any],
        endpoint: Endpoint | None,
        ask: Any,
        tx: TxKind | None,
        auth: Auth,
        format: str,
        name: str,
        large: bool = False,
    ) -> None:
        kind: TxKind = tx or ("read" if method in ("GET", "HEAD") else "write")
        self.table.append(
            Route(
                method=method,
                path=self.prefix + path,
                handler=handler,
                endpoint=endpoint,
                ask=ask,
                tx=kind,
                auth=auth,
                is_async=inspect.iscoroutinefunction(handler),
                format=format,
                name=name,
                large=large,
                stands=self.secret is not None
                and kind == "read"
                and method in ("GET", "*")
                and endpoint is not None,
            )
        )

    def routes(self) -> list[tuple[str, str]]:
        """(method, path) of everything that is served here, in order."""
        return [(route.method, route.path) for route in self.table]


def _name(handler: Callable[..., Any]) -> str:
    return getattr(handler, "__name__", type(handler).__name__)
