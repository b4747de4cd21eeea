"""What every HTTP door hangs in: requests, routes, binding, limits, answers, streams, and the ASGI site."""

from folkmoot.doors.frame.answers import (
    Answer,
    FileAnswer,
    Later,
    Response,
    StreamResponse,
    json_bytes,
    redirect,
)
from folkmoot.doors.frame.at import Answered, At, Caller
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.door import Door
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.http import Http
from folkmoot.doors.frame.limits import RateRule
from folkmoot.doors.frame.pieces import Pieces
from folkmoot.doors.frame.rules import BindRules
from folkmoot.doors.frame.site import Site

__all__ = [
    "Answer",
    "Answered",
    "At",
    "BindRules",
    "ByteCache",
    "Caller",
    "Door",
    "FileAnswer",
    "House",
    "Http",
    "Later",
    "Pieces",
    "RateRule",
    "Response",
    "Site",
    "StreamResponse",
    "json_bytes",
    "redirect",
]
