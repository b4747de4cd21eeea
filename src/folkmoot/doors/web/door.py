"""The web door: who the cookie belongs to, and refusals as pages in the look of the site."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from folkmoot.doors.frame import BindRules, Caller, Door, Http, RateRule, Response, redirect
from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.cookies import cookie_viewer
from folkmoot.doors.frame.cors import html_headers
from folkmoot.doors.frame.faults import forced_status
from folkmoot.doors.frame.pages import CSP
from folkmoot.doors.web.templating import PAGES
from folkmoot.doors.web.texts import FAULTS, REFUSED, sentence

if TYPE_CHECKING:
    from folkmoot.domain.access import Viewer
    from folkmoot.store.tx import Tx
    from folkmoot.wire.request import Endpoint

_STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Unauthenticated, 401),
    (Conflict, 409),
    (TooMany, 429),
    (Invalid, 400),
)


def _authenticate(tx: Tx, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    return cookie_viewer(tx, http)


def _refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    """An error page; who is not logged in where they must be is led to the log-in page."""
    if isinstance(refusal, Unauthenticated):
        return redirect(f"/login?{urlencode({'next': _back(http)})}")
    status = forced_status(refusal) or next((s for kind, s in _STATUS if isinstance(refusal, kind)), 400)
    title, text = FAULTS.get(status, (HTTPStatus(status).phrase, ""))
    if status in (400, 403, 409, 429) and refusal.code in REFUSED:
        text = sentence(refusal)
    elif status == 500:
        text = f"{text} {refusal.message}"
    return Response.html(PAGES.render("fault.html", title=title, text=text, status=status), status)


def _back(http: Http) -> str:
    """Where to go after logging in: to the same page with all that was asked of it; after a form to the front page."""
    if http.method not in ("GET", "HEAD"):
        return "/"
    path, query = quote(http.path, safe="/@:~"), quote(http.query, safe="/?:@!$&'()*,;=+%~")
    return f"{path}?{query}" if query else path


def _encode(answer: Any, at: Any) -> Response:
    raise TypeError("pages answer with pages")


HEADERS: Sequence[Header] = (*html_headers(f"{CSP}; form-action 'self'"), (b"vary", b"Cookie"))
_POST = frozenset({"POST"})

door = Door(
    "web",
    authenticate=_authenticate,
    refuse=_refuse,
    encode=_encode,
    prefixes=("/",),
    rules=BindRules(max_fields=800, max_files=8, max_depth=2, max_text=1_048_576, loose_booleans=True),
    limits=(
        RateRule(name="login", methods=_POST, path="/login", limit=25, window=300, by="ip"),
        RateRule(name="outside", path="/login/with", limit=30, window=300, by="ip"),
        RateRule(name="outside", path="/login/from", limit=60, window=300, by="ip"),
        RateRule(name="sign-up", methods=_POST, path="/sign-up", limit=10, window=1800, by="ip"),
        RateRule(name="keys", methods=_POST, path="/reset", limit=10, window=900, by="ip"),
        RateRule(name="forms", methods=_POST, path="/", limit=120, window=300),
    ),
    headers=HEADERS,
)
