"""The Mastodon API in types: from endpoint classes to calls, and from answers back to structs."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from folkmoot.client.calls import IDEMPOTENCY, Answer, Call, flat
from folkmoot.client.errors import ApiError
from folkmoot.client.forms import path_of, said
from folkmoot.client.leniency import decoded
from folkmoot.wire.request import Request, Upload

A = TypeVar("A")


def prepare(base_url: str, request: Request[Any]) -> Call:
    """The call that asks *request*; what was not said (UNSET, None, a field's default) is not sent."""
    endpoint, values = request.endpoint, said(request)
    path = path_of(endpoint.path, (), values)
    call = Call("POST" if endpoint.methods[0] == "*" else endpoint.methods[0], base_url + path)
    if IDEMPOTENCY in values:
        call.headers[IDEMPOTENCY] = values.pop(IDEMPOTENCY)
    for name in [name for name, value in values.items() if isinstance(value, Upload)]:
        file = values.pop(name)
        call.files[name] = (file.filename, file.data, file.content_type)
    parameters = msgspec.to_builtins(values)
    if call.method in ("GET", "DELETE", "HEAD"):
        call.query = flat(parameters)
    elif call.files:
        call.form = flat(parameters)
    else:
        call.json = parameters
    return call


def read(request: Request[A], answer: Answer) -> A:
    """The answer in the endpoint's type. Raises ApiError (refused), BadAnswer (not of that type)."""
    if not answer.ok:
        raise ApiError(answer.status, answer.body.decode("utf-8", "replace"))
    found: A = decoded(type(request).__name__, answer.body, request.endpoint.answer)
    return found
