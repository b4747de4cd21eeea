"""Registering applications, and what an application may know of itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from folkmoot.domain.errors import Invalid, Unauthenticated
from folkmoot.domain.people import apps
from folkmoot.domain.people.apps import App
from folkmoot.doors.frame import At
from folkmoot.doors.frame.scopes import SCOPES
from folkmoot.doors.mastodon import vapid
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.oauth import Application, CredentialApplication
from folkmoot.wire.mastodon.requests import oauth as api

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
FORBIDDEN = frozenset({"data", "vbscript", "javascript", "about", "blob", "file"})
"""Schemes that would run or show what the redirect says."""


@door.on(api.CreateApplication)
def create_application(at: At, ask: api.CreateApplication) -> CredentialApplication:
    uris, scopes, website = _redirects(ask.redirect_uris), _scopes(ask.scopes), _website(ask.website)
    app = apps.register(at.tx, ask.client_name, uris, scopes, website, by_itself=True)
    return CredentialApplication(
        id=Id(str(app.id)),
        name=app.name,
        website=app.website or None,
        scopes=app.scopes.split(),
        redirect_uris=app.redirects,
        redirect_uri=app.redirect_uris,
        vapid_key=vapid.public_key(at.house),
        client_id=Id(app.client_id),
        client_secret=app.client_secret,
    )


def _redirects(given: str | list[str]) -> list[str]:
    """The addresses, checked. Raises Invalid("redirect_uris")."""
    uris = [uri for part in ([given] if isinstance(given, str) else given) for uri in part.split()]
    for uri in uris:
        try:
            parts = urlsplit(uri)
        except ValueError:
            raise Invalid("redirect_uris", "invalid") from None
        plain = uri == OUT_OF_BAND
        if not plain and (not parts.scheme or parts.scheme.lower() in FORBIDDEN or "#" in uri):
            raise Invalid("redirect_uris", "invalid")
    return uris


def _scopes(text: str) -> str:
    wanted = list(dict.fromkeys(text.split())) or ["read"]
    if any(scope not in SCOPES for scope in wanted):
        raise Said(422, "Validation failed: Scopes doesn't match configured on the server")
    return " ".join(wanted)


def _website(text: str | None) -> str:
    """Only web addresses are kept: the name of an application is shown as a link."""
    return text if text and text.lower().startswith(("https://", "http://")) else ""


@door.on(api.VerifyApplication)
def verify_application(at: At, ask: api.VerifyApplication) -> Application:
    app: App | None = apps.by_id(at.tx, at.caller.app_id if at.caller else None)
    if app is None:
        raise Unauthenticated("the token belongs to no application", code="no_app")
    return Application(
        id=Id(str(app.id)),
        name=app.name,
        website=app.website or None,
        scopes=app.scopes.split(),
        redirect_uris=app.redirects,
        redirect_uri=app.redirect_uris,
        vapid_key=vapid.public_key(at.house),
    )
