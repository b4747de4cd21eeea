"""One connection to one server: turns an endpoint class into a request and the answer into its type."""

from __future__ import annotations

from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2
import msgspec

from folkmoot.client.errors import ApiError, BadAnswer, ConnectionFailed
from folkmoot.wire.request import Request, Upload

A = TypeVar("A")
IDEMPOTENCY = "Idempotency-Key"
Pairs = list[tuple[str, str | int | float | bool | None]]


class Session:
    """Sends requests to a server.

    *token* is a Bearer token; *auth* a pair (user, password) for Basic authentication. *timeout* is in seconds, for
    each request as a whole. Close it, or use it in a `with`.
    """

    def __init__(
        self, base_url: str, *, token: str = "", auth: tuple[str, str] | None = None, timeout: float = 30.0
    ) -> None:
        headers = {"User-Agent": "folkmoot-client"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx2.Client(base_url=base_url.rstrip("/"), headers=headers, auth=auth, timeout=timeout)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def send(self, request: Request[A]) -> A:
        """Ask and answer. Raises ApiError (refused), ConnectionFailed, BadAnswer."""
        method, path, parameters, files, headers = prepare(request)
        try:
            if method in ("GET", "DELETE"):
                answer = self._http.request(method, path, params=_flat(parameters), headers=headers)
            elif files:
                answer = self._http.request(
                    method, path, data=_grouped(_flat(parameters)), files=files, headers=headers
                )
            else:
                answer = self._http.request(method, path, json=parameters, headers=headers)
        except httpx2.TransportError as error:
            raise ConnectionFailed(str(error)) from error
        if answer.status_code >= 400:
            raise ApiError(answer.status_code, answer.text)
        try:
            decoded: A = msgspec.json.decode(answer.content or b"null", type=request.endpoint.answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadAnswer(f"{method} {path}: {error}") from error
        return decoded


Files = dict[str, tuple[str, bytes, str]]


def prepare(request: Request[Any]) -> tuple[str, str, dict[str, Any], Files, dict[str, str]]:
    """(method, path, parameters, files, headers) of a request; what was not said is not sent."""
    endpoint = request.endpoint
    method = "POST" if endpoint.methods[0] == "*" else endpoint.methods[0]
    path, files, headers = endpoint.path, Files(), dict[str, str]()
    parameters: dict[str, Any] = {}
    for field in msgspec.structs.fields(request):
        value = getattr(request, field.name)
        name = field.encode_name
        if name in endpoint.path_parameters:
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        elif value is msgspec.UNSET or value is None:
            continue
        elif isinstance(value, Upload):
            files[name] = (value.filename, value.data, value.content_type)
        elif name == IDEMPOTENCY:
            headers[name] = str(value)
        elif value != field.default:
            parameters[name] = msgspec.to_builtins(value)
    return method, path, parameters, files, headers


def _flat(value: Any, name: str = "") -> Pairs:
    """Parameters in Rails' way: lists as name[]=a&name[]=b, hashes as name[key]=value."""
    if isinstance(value, dict):
        pairs: Pairs = []
        for key, inner in value.items():
            pairs += _flat(inner, f"{name}[{key}]" if name else str(key))
        return pairs
    if isinstance(value, list):
        return [pair for inner in value for pair in _flat(inner, f"{name}[]")]
    if isinstance(value, bool):
        return [(name, "true" if value else "false")]
    return [] if value is None else [(name, value)]


def _grouped(pairs: Pairs) -> dict[str, list[str]]:
    """Pairs by name, for multipart bodies."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(str(value))
    return grouped
