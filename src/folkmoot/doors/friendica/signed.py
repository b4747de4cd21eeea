"""OAuth 1.0a: request tokens, the way to the consent page, access tokens; answers are forms, refusals plain text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import urlencode

from folkmoot.domain import views
from folkmoot.domain.errors import Invalid, Refusal, Unauthenticated
from folkmoot.domain.people import apps, signing
from folkmoot.domain.people.apps import App
from folkmoot.doors.frame import At, Response, redirect
from folkmoot.doors.frame.faults import ClientGone, forced_headers, forced_status
from folkmoot.doors.friendica import signature
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.signature import Signed

FORM = b"application/x-www-form-urlencoded"
PLACES = ("/api/oauth", "/api/1.1/oauth", "/oauth")
"""Under all of these clients look for the endpoints."""
CONSENT = "/oauth/authorize"
"""The page where people let applications in, of whatever protocol: it knows a request token when it sees one."""
Handler = Callable[[At], Awaitable[Response]]


def _plain(handler: Handler) -> Handler:
    """Refusals as plain text: 400 for what can't be read, 401 for what is wrong (contract, errors)."""

    @wraps(handler)
    async def answer(at: At) -> Response:
        try:
            return await handler(at)
        except ClientGone:
            raise
        except Refusal as refusal:
            status = forced_status(refusal) or (400 if isinstance(refusal, Invalid) else 401)
            return Response.text(refusal.message or "Unauthorized", status, forced_headers(refusal))

    return answer


async def _signed(at: At, kind: str) -> tuple[Signed, App]:
    """The request, proven to come from the application, with the secret of its request token where it has one."""
    found = await signature.read(at.http)
    if found is None:
        raise Invalid("oauth", "missing", "The request is not signed")
    now = at.house.clock()
    signature.check_form(found, now)
    app = await at.read(lambda tx: apps.find(tx, found.consumer_key))
    secret = signature.secret_of(at.house, kind, found.token) if kind else ""
    # An unknown key takes the same way, with a secret that nothing fits.
    right = await signature.fits(found, at.house.settings.base_url, app.client_secret if app else "", secret)
    if app is None:
        raise Unauthenticated("The consumer key is unknown", code="consumer")
    if not right:
        raise Unauthenticated("The signature is wrong", code="signature")
    await signature.use_up(at, found, now)
    return found, app


def _form(**answer: str) -> Response:
    return Response(200, urlencode(answer).encode(), _PRIVATE, FORM)


_PRIVATE = ((b"cache-control", b"no-store"),)


@_plain
async def request_token(at: At) -> Response:
    """An application begins: it gets a token to have allowed (RFC 5849, 2.1)."""
    signed, app = await _signed(at, "")
    callback = signed.oauth.get("oauth_callback", "").strip()
    try:
        token = await at.write(lambda tx: signing.ask(tx, app, callback))
    except Invalid as fault:
        raise Unauthenticated(_CALLBACK, code="callback") from fault
    return _form(
        oauth_token=token,
        oauth_token_secret=signature.secret_of(at.house, "request", token),
        oauth_callback_confirmed="true",
    )


_CALLBACK = "This callback is not one of the application's"
_VERIFIER = "Invalid request token or verifier."


@_plain
async def access_token(at: At) -> Response:
    """A token that was allowed, and the proof of it, for one that acts (RFC 5849, 2.3)."""
    signed, app = await _signed(at, "request")
    verifier = signed.oauth.get("oauth_verifier", "")
    made = await at.write(lambda tx: signing.exchange(tx, app, signed.token, verifier))
    if made is None:
        raise Invalid("oauth_verifier", "wrong", _VERIFIER)
    token, account_id = made
    person = await at.read(lambda tx: views.account(tx, account_id))
    return _form(
        oauth_token=token,
        oauth_token_secret=signature.secret_of(at.house, "access", token),
        user_id=str(account_id),
        screen_name=person.name,
    )


def authorize(at: At) -> Response:
    """On to the consent page; a form that is sent here goes on as a form."""
    query = at.http.query.decode("latin-1")
    return redirect(f"{CONSENT}?{query}" if query else CONSENT, 303 if at.http.method == "GET" else 307)


for _place in PLACES:
    door.raw("GET POST", f"{_place}/request_token", auth="none", tx="none")(request_token)
    door.raw("GET POST", f"{_place}/access_token", auth="none", tx="none")(access_token)
    door.raw("GET POST", f"{_place}/authenticate", auth="none", tx="none")(authorize)
    if f"{_place}/authorize" != CONSENT:
        door.raw("GET POST", f"{_place}/authorize", auth="none", tx="none")(authorize)
