"""JSON as a call of the function that a script names (JSONP)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from folkmoot.doors.frame import Pieces, Response

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)
_SCRIPT = b"application/javascript; charset=utf-8"


def wrapped(body: bytes | Pieces, query: bytes, status: int = 200) -> Response:
    """JSON as it is, or as an argument of the function that *query* names as callback."""
    name = callback(query)
    if name:
        return Response(status, Pieces.of(name.encode() + b"(", body, b")"), content_type=_SCRIPT)
    return Response(status, body)


def callback(query: bytes) -> str:
    """The function that is asked for, empty where none is, or none that is a plain name."""
    if b"callback=" not in query:
        return ""
    try:
        names = parse_qs(query.decode("latin-1"), max_num_fields=200).get("callback", [])
    except ValueError:
        return ""
    return names[-1] if names and _CALLBACK.fullmatch(names[-1]) else ""
