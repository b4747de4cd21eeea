"""From the wire's types to calls, and from answers back to them."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from folkmoot.client.calls import IDEMPOTENCY, Answer, Call, flat
from folkmoot.client.errors import ApiError, BadAnswer
from folkmoot.wire.request import Request, Upload

A = TypeVar("A")


def prepare(base_url: str, request: Request[Any]) -> Call:
    """The call that asks *request*; what was not said (UNSET, None, a field's default) is not sent."""
    endpoint = request.endpoint
    call = Call("POST" if endpoint.methods[0] == "*" else endpoint.methods[0], "")
    path = endpoint.path
    parameters: dict[str, Any] = {}
    for one in msgspec.structs.fields(request):
        value, name = getattr(request, one.name), one.encode_name
        if name in endpoint.path_parameters:
            path = path.replace(f"{{{name}}}", quote(str(value), safe="@"))
        elif value is msgspec.UNSET or value is None:
            continue
        elif isinstance(value, Upload):
            call.files[name] = (value.filename, value.data, value.content_type)
        elif name == IDEMPOTENCY:
            call.headers |= {name: str(value)} if value else {}
        elif value != (one.default_factory() if callable(one.default_factory) else one.default):
            parameters[name] = msgspec.to_builtins(value)
    call.url = base_url + path
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
    try:
        decoded: A = msgspec.json.decode(answer.body or b"null", type=request.endpoint.answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswer(f"{type(request).__name__}: {error}") from error
    return decoded
