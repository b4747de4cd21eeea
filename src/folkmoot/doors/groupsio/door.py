"""The door itself: who is calling (cookie, Basic, Bearer), how refusals and answers look, and its limits."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final, Literal

from folkmoot.domain.access import Viewer
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
from folkmoot.domain.people import logins
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At, Caller
from folkmoot.doors.frame.door import Door
from folkmoot.doors.frame.faults import Broken, NoSuchPath, TooLarge, WrongMethod
from folkmoot.doors.frame.http import Http
from folkmoot.doors.frame.limits import RateRule
from folkmoot.doors.groupsio.perms import PERMISSION
from folkmoot.wire.groupsio.result import Error
from folkmoot.wire.request import Endpoint

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

COOKIE: Final = "groupsio"
SCOPE: Final = "groupsio"
"""The scope of tokens that this door gives out; it reaches every call."""

EXTRAS: Final[dict[str, str]] = {
    "name.blank": "invalid group_name",
    "name.invalid": "invalid group_name",
    "name.too_long": "invalid group_name",
    "name.reserved": "invalid group_name",
    "name.taken": "name already taken",
    "description.too_short": "description too short",
    "guidelines": "already have guidelines",
    "not_banned": "user not banned",
    "zone.invalid": "invalid timezone",
    "address.taken": "email exists",
    "address.invalid": "invalid email",
    "address.blocked": "invalid email",
    "display_name.too_long": "invalid full_name",
    "note.too_long": "invalid about_me",
    "body.too_long": "post too big",
    "text.too_long": "post too big",
    "text.blank": "no body",
    "dm_member_id.missing": "missing dm_member_id",
    "member_id.missing": "missing member_id",
    "message_id.missing": "missing message_id",
}
"""Codes of refusals whose extra the contract words in its own way; all others say "invalid" and the parameter."""
WORDED: Final = frozenset({"draft_type", "reply"})
"""Parameters whose unknown words are a bad_request; the others' are an invalid_value."""
NOT_FOUND: Final[dict[str, tuple[str, str]]] = {
    "group": ("group_not_found", ""),
    "thread": ("bad_request", "invalid topic_id"),
    "post": ("bad_request", "invalid message_id"),
    "number": ("bad_request", "invalid msg_num"),
    "draft": ("bad_request", "invalid draft_id"),
    "cursor": ("bad_request", "invalid page_token"),
    "member": ("bad_request", "invalid member_id"),
    "text": ("bad_request", "invalid member_notice_id"),
    "alias": ("bad_request", "invalid alias_group_name"),
}
CLOSED_ACCOUNTS: Final = frozenset({"suspended", "unconfirmed", "pending", "disabled"})


class Refused(Refusal):
    """A refusal in the API's own words, where the contract words it per call."""

    def __init__(self, extra: str, type: str = "bad_request") -> None:
        super().__init__(extra, code=f"{type}:{extra}")
        self.type = type
        self.extra = extra


def said(refusal: Refusal) -> tuple[str, str]:
    """A refusal as (type, extra)."""
    match refusal:
        case Refused():
            return refusal.type, refusal.extra
        case Unauthenticated(code="expired_token"):
            return "expired", ""
        case Forbidden(code="second_factor"):
            return "two_factor_required", ""
        case Unauthenticated():
            return ("authentication" if refusal.code == "login_required" else "unauthorized_error"), ""
        case Forbidden() if refusal.code in CLOSED_ACCOUNTS:
            return "unauthorized_error", refusal.message
        case Forbidden():
            return "inadequate_permissions", PERMISSION.get(refusal.code, refusal.code)
        case TooLarge():
            return "bad_request", "post too big"
        case Invalid() if refusal.why == "unknown" and refusal.field not in WORDED:
            return "invalid_value", refusal.field
        case Invalid():
            return "bad_request", EXTRAS.get(refusal.code, f"invalid {refusal.field}")
        case NotFound():
            return NOT_FOUND.get(refusal.what, ("bad_request", f"invalid {refusal.what or 'request'}"))
        case Conflict():
            return "bad_request", EXTRAS.get(refusal.code, refusal.message)
        case TooMany():
            return "rate_limit", refusal.message
        case Unavailable() | Broken():
            return "server", refusal.message
    return "bad_request", refusal.message


def refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    """Everything is a 400 with an error object, but rate limits, and paths that nobody knows."""
    if isinstance(refusal, NoSuchPath):
        return Response.text("404 page not found\n", 404)
    if isinstance(refusal, WrongMethod):
        return Response.text("405 method not allowed\n", 405)
    type_, extra = said(refusal)
    return Response.json(Error(type=type_, extra=extra), 429 if isinstance(refusal, TooMany) else 400)


def authenticate(tx: Tx, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    """A header counts before the cookie; a wrong header is refused even where nobody has to log in."""
    header = http.header("authorization")
    if header:
        return _by_header(tx, header)
    session = logins.session(tx, http.cookies.get(COOKIE, ""))
    if session is not None:
        return session.viewer, Caller(session_id=session.id, way="cookie")
    if endpoint is not None and endpoint.auth == "user":
        raise Unauthenticated("log in first", code="login_required")
    return Viewer.anonymous(), None


def _by_header(tx: Tx, header: str) -> tuple[Viewer, Caller | None]:
    scheme, _, value = header.partition(" ")
    way: Literal["bearer", "basic"]
    if scheme.lower() == "bearer":
        way, secrets = "bearer", [value.strip()]
    elif scheme.lower() == "basic":
        way, secrets = "basic", _basic(value.strip())
    else:
        raise Unauthenticated("unknown kind of credentials", code="invalid_token")
    for place, secret in enumerate(secrets, 1):
        try:
            token = logins.token(tx, secret)
        except Unauthenticated:
            if place == len(secrets):
                raise
            continue
        if not token.viewer.known:
            break
        logins.check_state(token.state, suspended=False)
        return token.viewer, Caller(token_id=token.id, app_id=token.app_id, scopes=token.scopes, way=way)
    raise Unauthenticated("these credentials stand for no person", code="invalid_token")


def _basic(value: str) -> list[str]:
    """The token of `token:` or, as some clients send it, of `anything:token`."""
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return []
    return [part for part in (user, password) if part]


PROVEN: Final[set[str]] = set()
"""Paths of the calls that a cookie alone does not open, filled in where they are served."""


def check(at: At, endpoint: Endpoint) -> None:
    """A token of this door reaches everything; one of another door what its scopes say. A write by cookie without any
    csrf is refused before its other parameters are looked at; what is sent as csrf the handlers look at."""
    unproven = b"csrf" not in at.http.query and b"csrf" not in at.http.body_so_far
    if at.caller is not None and at.caller.way == "cookie" and unproven and endpoint.path in PROVEN:
        raise Refused("", "bad_csrf")
    if at.caller is None or at.caller.way == "cookie" or SCOPE in at.caller.scopes:
        return
    needed = "read" if endpoint.methods[0] == "GET" else "write"
    if needed not in at.caller.scopes:
        raise Forbidden("the token does not reach so far", code="scope")


def encode(answer: Any, at: At) -> Response:
    """JSON; calls that have nothing to say answer 200 and an empty body."""
    return Response(200, b"") if answer is None else Response.json(answer)


_ENTERING: Final = {
    "login": 300,
    "authenticateloginlink": 30,
    "sendloginlink": 20,
    "registeruser": 10,
    "googlelogin": 60,
    "facebooklogin": 60,
    "applelogin": 60,
}
"""Beginnings of calls that anybody may make, and how many of them an address may in five minutes."""


def _entering_rules() -> list[RateRule]:
    return [
        RateRule(name=call, path=f"{prefix}/{call}", limit=limit, window=300, by="ip")
        for call, limit in _ENTERING.items()
        for prefix in ("/api/v1", "/v1")
    ]


_VERBS: Final = (
    "add", "approve", "ban", "delete", "download", "edit", "get", "join", "leave", "like", "new", "register", "reject",
    "remove", "send", "unban", "unlike", "update", "upload", "vote",
)  # fmt: skip
"""Beginnings of calls of this API that no path of the other API at /api/v1/ has."""
_CALL: Final = re.compile(r"/api/v1/[a-z0-9]+")


def claims(http: Http) -> bool:
    """Whether an unknown path at /api/v1/, which two APIs share, was meant as a call of this one: one word below it,
    and it begins with a verb, or who asks has this door's cookie or sends Basic, which the other API does not know."""
    if not _CALL.fullmatch(http.path):
        return False
    word = http.path.rpartition("/")[2]
    basic = http.header("authorization").lower().startswith("basic ")
    return word.startswith(_VERBS) or basic or COOKIE in http.cookies


door = Door(
    "groupsio",
    authenticate=authenticate,
    refuse=refuse,
    encode=encode,
    check=check,
    prefixes=("/v1/",),
    claims=claims,
    limits=(
        *_entering_rules(),
        RateRule(name="calls", path="", limit=1500, window=300),
    ),
)
