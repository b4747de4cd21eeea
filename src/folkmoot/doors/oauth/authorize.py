"""The consent page: a person who is logged in lets an application act for them, or does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import msgspec

from folkmoot.domain import views
from folkmoot.domain.people import apps
from folkmoot.doors.frame import Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form, form_token
from folkmoot.doors.frame.cors import html_headers
from folkmoot.doors.frame.pages import CSP
from folkmoot.doors.frame.scopes import choose
from folkmoot.doors.oauth import signed
from folkmoot.doors.oauth.clients import OOB, form_action, named, own_redirect, with_answer
from folkmoot.doors.oauth.door import DESCRIPTIONS, PAGE_HEADERS, PAGES, door
from folkmoot.doors.oauth.words import in_words

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""The base64url of a SHA-256 (RFC 7636 4.2)."""


class Ask(msgspec.Struct, kw_only=True):
    """What an application asks for (RFC 6749 4.1.1, RFC 7636 4.3)."""

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    force_login: bool = False
    oauth_token: str = ""
    """A request token: the application signs its requests (OAuth 1.0a), and its consent page is `signed`'s."""


class Decision(Ask, kw_only=True):
    """The consent form: the question again, and the answer."""

    csrf: str = ""
    decision: str = ""
    oauth_yes: str = ""


def _fault(ask: Ask, app: apps.App) -> str:
    """What is wrong with the question, as an error word that the application is told; empty when nothing is."""
    if ask.response_type != "code":
        return "unsupported_response_type"
    if ask.code_challenge_method and ask.code_challenge_method != "S256":
        return "invalid_code_challenge_method"
    if bool(ask.code_challenge) != bool(ask.code_challenge_method):
        return "invalid_code_challenge_method"
    if ask.code_challenge and not _CHALLENGE.fullmatch(ask.code_challenge):
        return "invalid_request"
    return "" if choose(ask.scope or "read", app.scopes) else "invalid_scope"


def _back(ask: Ask, **answer: str) -> Response:
    """Send the browser to the application, or to the page that shows the code where it has no address."""
    target = "/oauth/authorize/native" if ask.redirect_uri == OOB else ask.redirect_uri
    return redirect(with_answer(target, **answer, state=ask.state), 303, PAGE_HEADERS)


def _refused(ask: Ask, error: str) -> Response:
    word = "invalid_request" if error == "invalid_code_challenge_method" else error
    return _back(ask, error=word, error_description=DESCRIPTIONS[error])


def _question(ask: Ask) -> dict[str, str]:
    """The parameters that make the same question again."""
    names = (
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    )
    return {name: value for name in names if (value := getattr(ask, name))}


@door.raw("GET", "/oauth/authorize", ask=Ask)
def show(at: At, ask: Ask) -> Response:
    """The consent page, after logging in."""
    if ask.oauth_token and not ask.client_id:
        return signed.show(at, ask.oauth_token)
    app = named(at.tx, ask.client_id)
    own_redirect(app, ask.redirect_uri)
    if error := _fault(ask, app):
        return _refused(ask, error)
    again = f"/oauth/authorize?{urlencode(_question(ask))}"
    if not at.viewer.known or ask.force_login:
        return redirect(
            f"/login?{urlencode({'next': again, **({'again': '1'} if ask.force_login else {})})}", 303
        )
    return _consent(at, ask, app, again)


def _consent(at: At, ask: Ask, app: apps.App, again: str) -> Response:
    csrf, cookies = form_token(at)
    scopes = choose(ask.scope or "read", app.scopes) or ""
    where = urlsplit(ask.redirect_uri)
    html = PAGES.render(
        "consent.html",
        title="Let an application in",
        community=at.house.settings.title,
        app=app,
        website=app.website if app.website.startswith(("https://", "http://")) else "",
        me=views.account(at.tx, at.viewer.account_id),
        wants=in_words(scopes),
        back="" if ask.redirect_uri == OOB else where.netloc or f"{where.scheme}:…",
        hidden=_question(ask),
        csrf=csrf,
        other=f"/login?{urlencode({'next': again, 'again': '1'})}",
        yes="decision",
    )
    headers = html_headers(f"{CSP}; form-action 'self'{form_action(ask.redirect_uri)}")
    return Response.html(html, 200, [*headers, *cookies])


@door.raw("POST", "/oauth/authorize", ask=Decision, tx="write")
def decide(at: At, ask: Decision) -> Response:
    """Consent or refusal; the application hears of both."""
    if ask.oauth_token and not ask.client_id:
        allowed = bool(ask.oauth_yes) or ask.decision == "allow"
        return signed.decide(at, ask.oauth_token, ask.csrf, allowed=allowed)
    if not at.viewer.known:
        return redirect(f"/login?{urlencode({'next': f'/oauth/authorize?{urlencode(_question(ask))}'})}", 303)
    check_form(at, ask.csrf)
    app = named(at.tx, ask.client_id)
    own_redirect(app, ask.redirect_uri)
    if error := _fault(ask, app):
        return _refused(ask, error)
    if ask.decision != "allow":
        return _refused(ask, "access_denied")
    return _back(ask, code=_grant(at.tx, ask, app, at.viewer.account_id))


def _grant(tx: Tx, ask: Ask, app: apps.App, account_id: int) -> str:
    scopes = choose(ask.scope or "read", app.scopes) or "read"
    return apps.grant_code(tx, app, account_id, ask.redirect_uri, scopes, ask.code_challenge)


class Shown(msgspec.Struct, kw_only=True):
    """What came back for an application without an address."""

    code: str = ""
    error_description: str = ""


@door.raw("GET", "/oauth/authorize/native", ask=Shown, auth="none", tx="none")
def native(at: At, ask: Shown) -> Response:
    """The page from which one copies the code."""
    html = PAGES.render("native.html", title="Your code" if ask.code else "Not allowed", code=ask.code[:200])
    return Response.html(html, 200, PAGE_HEADERS)
