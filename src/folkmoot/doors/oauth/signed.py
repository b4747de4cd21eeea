"""The consent page of applications that sign each request (OAuth 1.0a): the same page, asked by a request token."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import signing
from folkmoot.domain.people.apps import App
from folkmoot.domain.people.signing import Wish
from folkmoot.doors.frame import Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form, form_token
from folkmoot.doors.frame.cors import html_headers
from folkmoot.doors.frame.pages import CSP
from folkmoot.doors.oauth.clients import OOB, form_action, with_answer
from folkmoot.doors.oauth.door import PAGE_HEADERS, PAGES
from folkmoot.doors.oauth.words import in_words

UNKNOWN = "Invalid request. Unknown token."


def show(at: At, token: str) -> Response:
    """The consent page for a request token, after logging in; whether there is one is told only then."""
    again = f"/oauth/authorize?{urlencode({'oauth_token': token})}"
    if not at.viewer.known:
        return redirect(f"/login?{urlencode({'next': again})}", 303)
    try:
        wish, app = signing.wish(at.tx, token)
    except NotFound:
        return _unknown()
    if wish.account_id is not None:
        return _unknown()
    return _consent(at, token, wish, app, again)


def _unknown() -> Response:
    """The contract has status 200 for it: it is a page for people."""
    html = PAGES.render("refused.html", title="This can't be allowed", text=UNKNOWN)
    return Response.html(html, 200, PAGE_HEADERS)


def _consent(at: At, token: str, wish: Wish, app: App, again: str) -> Response:
    csrf, cookies = form_token(at)
    where = urlsplit(wish.callback)
    html = PAGES.render(
        "consent.html",
        title="Let an application in",
        community=at.house.settings.title,
        app=app,
        website=app.website if app.website.startswith(("https://", "http://")) else "",
        me=views.account(at.tx, at.viewer.account_id),
        wants=in_words(app.scopes),
        back=(where.netloc or f"{where.scheme}:…") if wish.callback else "",
        hidden={"oauth_token": token},
        csrf=csrf,
        other=f"/login?{urlencode({'next': again, 'again': '1'})}",
        yes="oauth_yes",
    )
    headers = html_headers(f"{CSP}; form-action 'self'{form_action(wish.callback or OOB)}")
    return Response.html(html, 200, [*headers, *cookies])


def decide(at: At, token: str, csrf: str, *, allowed: bool) -> Response:
    """Consent or refusal: back to the application with the verifier, or a page with the code to carry over."""
    if not at.viewer.known:
        return show(at, token)
    check_form(at, csrf)
    try:
        wish, verifier = (
            signing.allow(at.tx, at.viewer, token) if allowed else (signing.deny(at.tx, at.viewer, token), "")
        )
    except NotFound:
        return _unknown()
    if not wish.callback:
        title = "Your code" if verifier else "Not allowed"
        return Response.html(PAGES.render("native.html", title=title, code=verifier), 200, PAGE_HEADERS)
    told = {"oauth_token": token, "oauth_verifier": verifier} if verifier else {"denied": token}
    return redirect(with_answer(wish.callback, **told), 303, PAGE_HEADERS)
