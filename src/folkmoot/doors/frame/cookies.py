"""The browser's cookies, shared by the doors that show pages: the session, and the proof that a form is ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.people import logins
from folkmoot.doors.frame.answers import Header
from folkmoot.doors.frame.at import At, Caller
from folkmoot.doors.frame.http import Http

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

SESSION = "moot_session"
FORM = "moot_form"
"""The cookie of browsers that nobody is logged in with: their forms prove themselves by it (double submit)."""


def _name(http: Http, name: str) -> str:
    """Over HTTPS the prefix `__Host-` keeps neighbouring hosts from setting the cookie (RFC 6265bis 4.1.3.2)."""
    return f"__Host-{name}" if http.is_https else name


def _cookie(http: Http, name: str, value: str, max_age: int) -> Header:
    secure = "; Secure" if http.is_https else ""
    text = f"{_name(http, name)}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", text.encode()


def read_session(http: Http) -> str:
    """The secret of the session's cookie, empty without one."""
    return http.cookies.get(_name(http, SESSION), "")[:200]


def session_cookie(http: Http, secret: str) -> Header:
    """The header that logs a browser in."""
    return _cookie(http, SESSION, secret, logins.SESSION_MS // 1000)


def end_session_cookie(http: Http) -> Header:
    """The header by which a browser forgets its session."""
    return _cookie(http, SESSION, "", 0)


def cookie_viewer(tx: Tx, http: Http) -> tuple[Viewer, Caller | None]:
    """Who the session's cookie belongs to; a cookie of a session that is over is nobody's."""
    secret = read_session(http)
    found = logins.session(tx, secret) if secret else None
    if found is None:
        return Viewer.anonymous(), None
    return found.viewer, Caller(session_id=found.id, way="cookie")


def form_token(at: At) -> tuple[str, list[Header]]:
    """(the token for the forms of a page, the cookie to set with it).

    It is derived from the session's secret, or from a random cookie where nobody is logged in, so that it is worthless
    in any other browser and after logging in or out.
    """
    if at.viewer.known:
        return _proof(at, SESSION, read_session(at.http)), []
    seed = at.http.cookies.get(_name(at.http, FORM), "")
    fresh: list[Header] = []
    if not 20 <= len(seed) <= 100:
        seed = secrets.token_urlsafe(24)
        fresh = [_cookie(at.http, FORM, seed, 86_400)]
    return _proof(at, FORM, seed), fresh


def browser_seed(at: At) -> str:
    """What a browser is known by: its session, or the cookie of its forms; empty for one without our cookies."""
    return at.http.cookies.get(_name(at.http, SESSION if at.viewer.known else FORM), "")


def short_cookie(http: Http, name: str, value: str, seconds: int) -> Header:
    """A cookie for a step of logging in; an empty *value* with 0 seconds takes it away."""
    return _cookie(http, name, value, seconds)


def read_short(http: Http, name: str) -> str:
    """What `short_cookie` set."""
    return http.cookies.get(_name(http, name), "")[:2000]


def check_form(at: At, token: str) -> None:
    """Raises Forbidden("csrf") unless the form came from a page that this browser got from us."""
    kind = SESSION if at.viewer.known else FORM
    seed = at.http.cookies.get(_name(at.http, kind), "")
    foreign = at.http.header("sec-fetch-site") == "cross-site"
    if foreign or not seed or not hmac.compare_digest(_proof(at, kind, seed).encode(), token.encode()):
        raise Forbidden("this form is too old or came from elsewhere", code="csrf")


def _proof(at: At, kind: str, seed: str) -> str:
    return hmac.new(at.house.secret, f"{kind}:{seed}".encode(), hashlib.sha256).hexdigest()[:40]
