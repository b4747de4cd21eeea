"""The OAuth door: cookies for its pages, bearer tokens for userinfo, and refusals as RFC 6749 or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from folkmoot.domain.people import logins
from folkmoot.doors.frame import BindRules, Caller, Door, Http, RateRule, Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import cookie_viewer
from folkmoot.doors.frame.cors import html_headers
from folkmoot.doors.frame.faults import Broken, NoSuchPath
from folkmoot.doors.frame.pages import CSP, Pages
from folkmoot.doors.frame.scopes import covers

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx
    from folkmoot.wire.request import Endpoint

PAGES = Pages(Path(__file__).parent / "templates")
DESCRIPTIONS = {
    "invalid_request": "The request is missing a required parameter, includes an unsupported parameter value, "
    "or is otherwise malformed.",
    "invalid_client": "Client authentication failed due to unknown client, no client authentication included, "
    "or unsupported authentication method.",
    "invalid_grant": "The provided authorization grant is invalid, expired, revoked, does not match the redirection "
    "URI used in the authorization request, or was issued to another client.",
    "unsupported_grant_type": "The authorization grant type is not supported by the authorization server.",
    "unsupported_response_type": "The authorization server does not support this response type.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "invalid_code_challenge_method": "The code_challenge_method must be S256.",
    "access_denied": "The resource owner or authorization server denied the request.",
    "unauthorized_client": "You are not authorized to revoke this token",
    "invalid_redirect_uri": "The requested redirect uri is malformed or doesn't match client redirect URI.",
    "invalid_token": "The access token is invalid",
}
"""Error words with the sentences that Mastodon's clients know."""
STATUS = {"invalid_client": 401, "unauthorized_client": 403, "invalid_token": 401}


class OAuthError(Refusal):
    """A refusal in the words of RFC 6749; *error* is a key of DESCRIPTIONS."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(description or DESCRIPTIONS[error], code=error)


def _authenticate(tx: Tx, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    if endpoint is None:
        return cookie_viewer(tx, http)
    if endpoint.auth == "none":
        return Viewer.anonymous(), None
    kind, _, secret = http.header("authorization").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise OAuthError("invalid_token")
    try:
        token = logins.token(tx, secret.strip())
    except Unauthenticated:
        raise OAuthError("invalid_token") from None
    if not token.viewer.known:
        raise OAuthError("invalid_token", "This method requires an authenticated user")
    logins.check_state(token.state, suspended=False)
    return token.viewer, Caller(token_id=token.id, app_id=token.app_id, scopes=token.scopes)


def _check(at: At, endpoint: Endpoint) -> None:
    held = at.caller.scopes if at.caller else frozenset()
    if endpoint.scope and not any(covers(held, scope) for scope in endpoint.scope.split()):
        raise Forbidden("This action is outside the authorized scopes", code="scope")


def _refuse(refusal: Refusal, http: Http, endpoint: Endpoint | None) -> Response:
    if http.path.startswith("/oauth/authorize"):
        return _page(refusal)
    if isinstance(refusal, OAuthError):
        error, status = refusal.code, STATUS.get(refusal.code, 400)
    elif isinstance(refusal, Forbidden):
        error, status = "forbidden", 403
    elif isinstance(refusal, NotFound):
        error, status = "not_found", 404
    elif isinstance(refusal, TooMany):
        error, status = "slow_down", 429
    elif isinstance(refusal, (Invalid, Unauthenticated)):
        error, status = "invalid_request", 400
    else:
        error, status = "server_error", 500 if isinstance(refusal, Broken) else 400
    return Response.json({"error": error, "error_description": refusal.message}, status)


def _page(refusal: Refusal) -> Response:
    status = STATUS.get(refusal.code, 400)
    if isinstance(refusal, Forbidden):
        status = 403
    elif isinstance(refusal, NoSuchPath):
        status = 404
    elif isinstance(refusal, TooMany):
        status = 429
    html = PAGES.render("refused.html", title="This can't be allowed", text=refusal.message)
    return Response.html(html, status, PAGE_HEADERS)


PAGE_HEADERS = html_headers(f"{CSP}; form-action 'self'")

door = Door(
    "oauth",
    authenticate=_authenticate,
    refuse=_refuse,
    encode=lambda answer, at: Response.json(answer),
    check=_check,
    prefixes=("/oauth",),
    rules=BindRules(max_fields=100, max_files=0, max_depth=2),
    limits=(
        RateRule(
            name="token", methods=frozenset({"POST"}), path="/oauth/token", limit=60, window=300, by="ip"
        ),
        RateRule(name="consent", methods=frozenset({"POST"}), path="/oauth/authorize", limit=60, window=300),
    ),
    headers=((b"cache-control", b"no-store"), (b"pragma", b"no-cache")),
    cors=True,
    api="mastodon",
)
