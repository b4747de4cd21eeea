"""From refusals to Friendica's answers: status, text and the form of each format."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from folkmoot.domain.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from folkmoot.doors.frame import Http, Response, json_bytes
from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.faults import Broken, NoSuchPath, TooLarge, TooSlow, WrongMethod
from folkmoot.doors.friendica.jsonp import wrapped
from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.node import Error
from folkmoot.wire.request import Endpoint

FORMATS = ("json", "xml", "rss", "atom")
TYPES = {
    "json": b"application/json; charset=utf-8",
    "xml": b"text/xml; charset=utf-8",
    "rss": b"application/rss+xml; charset=utf-8",
    "atom": b"application/atom+xml; charset=utf-8",
}
NO_STATUS = "There is no status with this id."
NO_PAGE = "Sorry, that page does not exist."
LOGIN = "This API requires login"
CHALLENGE: Sequence[Header] = ((b"www-authenticate", b'Basic realm="Friendica"'),)
_MAX_REQUEST = 2000
_UNKNOWN: dict[str, tuple[int, str]] = {
    "/api/favorites/create": (400, "Invalid item."),
    "/api/favorites/destroy": (400, "Invalid item."),
    "/api/statuses/retweet": (403, "Forbidden"),
    "/api/statuses/user_timeline": (400, "User not found."),
    "/api/statuses/retweets/{id}": (404, "No status found with that ID."),
    "/api/statuses/oembed": (404, "Not found"),
    "/api/saved_searches/show/{id}": (404, NO_PAGE),
    "/api/saved_searches/destroy/{id}": (404, NO_PAGE),
    "/api/trends/place": (404, NO_PAGE),
}
"""What a call says of something that is not there, or that the caller may not know of: the two look alike."""
_NO_ID = {
    "/api/favorites/create": "Invalid request.",
    "/api/favorites/destroy": "Invalid request.",
    "/api/statuses/retweet": "An id is missing.",
}
_PHOTOS = ("/api/friendica/photo/create", "/api/friendica/photo/update", "/api/account/update_profile_image")
_CODES_11 = {400: 44, 401: 32, 403: 200, 404: 34, 405: 86, 429: 88, 501: 34, 503: 130}
"""Error numbers of Twitter 1.1, for readers of its `errors` list."""
FULL = "You already have the maximum number of saved searches."
_TEXTS_11 = {FULL: 172, "No status found with that ID.": 144, NO_STATUS: 144, "User not found.": 50}
"""Those of single texts."""


class NotImplementedHere(Refusal):
    """The call exists, but not in the format that is asked for."""


class Said(Refusal):
    """What one call alone says, letter by letter: HTTP status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text, code="said")
        self.status = status


def format_of(path: str) -> str:
    """The format that the path's suffix asks for; json where it asks for none."""
    suffix = path.rpartition("/")[2].rpartition(".")[2]
    return suffix if suffix in FORMATS else "json"


def refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    """*refusal* in the form of the format asked for (errors of the contract, letter by letter)."""
    format = format_of(http.path)
    if endpoint is not None and endpoint.formats and format not in endpoint.formats:
        refusal = NotImplementedHere()
    status, text = said(refusal, endpoint)
    headers = CHALLENGE if status == 401 else ()
    told = body(status, text, http, format)
    script = wrapped(told, http.query, status) if format == "json" else None
    return Response(
        status, script.body if script else told, headers, script.content_type if script else TYPES[format]
    )


def body(status: int, text: str, http: Http, format: str) -> bytes:
    """The error object, or the document of it."""
    query = f"?{http.query.decode('latin-1')}" if http.query else ""
    error = Error(
        error=text,
        request=(http.path.lstrip("/") + query)[:_MAX_REQUEST],
        code=f"{status} {HTTPStatus(status).phrase}",
    )
    if format != "json":
        return xml.write("status", error)
    listed = [{"code": _TEXTS_11.get(text) or _CODES_11.get(status, 131), "message": text}]
    return json_bytes({"error": error.error, "request": error.request, "code": error.code, "errors": listed})


def said(refusal: Refusal, endpoint: Endpoint | None) -> tuple[int, str]:
    """Status and text of a refusal at one call."""
    path = endpoint.path if endpoint is not None else ""
    match refusal:
        case Said():
            return refusal.status, refusal.message
        case NoSuchPath() | NotImplementedHere():
            return 501, "Not Implemented"
        case WrongMethod():
            return 405, "Method Not Allowed"
        case Unauthenticated(code="second_factor"):
            return 401, refusal.message
        case Unauthenticated():
            return 401, LOGIN
        case TooMany(code="saved_searches"):
            return 403, FULL
        case Forbidden(code="private") if path == "/api/statuses/retweet":
            return _UNKNOWN[path]
        case NotFound():
            return _UNKNOWN.get(path, (400, NO_STATUS if refusal.what == "post" else _missing(refusal)))
        case Invalid(field="body") if path == "/api/media/metadata/create":
            return 400, "Invalid post data"
        case TooLarge() if path in _PHOTOS:
            return 500, "image size exceeds PHP config settings, file was rejected by server"
        case Invalid(field="id", why="missing"):
            return 400, _NO_ID.get(path, NO_STATUS)
        case Invalid(field="id"):
            return _UNKNOWN.get(path, (400, NO_STATUS))
        case _:
            return _plain(refusal)


def _missing(refusal: NotFound) -> str:
    return {"account": "User not found.", "group": "User not found.", "circle": "gid not found"}.get(
        refusal.what, "Not Found"
    )


def _plain(refusal: Refusal) -> tuple[int, str]:
    table: tuple[tuple[type[Refusal], int], ...] = (
        (TooLarge, 413),
        (TooSlow, 408),
        (Forbidden, 403),
        (Invalid, 400),
        (Conflict, 400),
        (TooMany, 429),
        (Unavailable, 503),
        (Broken, 500),
    )
    status = next((number for kind, number in table if isinstance(refusal, kind)), 500)
    return status, refusal.message or HTTPStatus(status).phrase
