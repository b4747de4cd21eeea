"""Tokens for codes, for applications themselves and for passwords; their end; and whose a token is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.domain import views
from folkmoot.domain.errors import Forbidden, NotFound, Unauthenticated
from folkmoot.domain.people import apps, logins
from folkmoot.doors.frame.at import Answered, At
from folkmoot.doors.frame.passwords import SECOND_FACTOR, check_password
from folkmoot.doors.frame.scopes import SCOPES, choose
from folkmoot.doors.oauth.clients import credentials, proven
from folkmoot.doors.oauth.door import OAuthError, door
from folkmoot.wire.mastodon.oauth import OAuthServerMetadata, Token, UserInfo
from folkmoot.wire.mastodon.requests.oauth import (
    Empty,
    GetServerMetadata,
    GetUserInfo,
    ObtainToken,
    RevokeToken,
)

if TYPE_CHECKING:
    from folkmoot.settings import Settings
    from folkmoot.store.tx import Tx


@door.on(ObtainToken)
async def obtain(at: At, ask: ObtainToken) -> Token:
    """Trade a code, the application's own credentials or a password for a token."""
    client = credentials(at.http, ask.client_id, ask.client_secret)
    app = await at.read(lambda tx: proven(tx, *client))
    if ask.grant_type == "authorization_code":
        return await _by_code(at, ask, app)
    if ask.grant_type == "client_credentials":
        return await _issue(at, app, None, _scopes(ask, app))
    if ask.grant_type == "password" and at.house.settings.password_grant:
        return await _by_password(at, ask, app)
    raise OAuthError("unsupported_grant_type")


def _scopes(ask: ObtainToken, app: apps.App) -> str:
    scopes = choose(ask.scope or "read" if ask.scope is not UNSET else "read", app.scopes)
    if scopes is None:
        raise OAuthError("invalid_scope")
    return scopes


async def _by_code(at: At, ask: ObtainToken, app: apps.App) -> Token:
    """A wrong try must be remembered, so the refusal comes after the commit."""
    found = await at.write(
        lambda tx: apps.exchange_code(
            tx, app, ask.code or "", ask.redirect_uri or "", ask.code_verifier or ""
        )
    )
    if found is None:
        raise OAuthError("invalid_grant")
    _, secret, grant = found
    return _token(at, secret, grant.scopes)


async def _by_password(at: At, ask: ObtainToken, app: apps.App) -> Token:
    scopes = _scopes(ask, app)
    try:
        account_id = await check_password(at, ask.username or "", ask.password or "")
    except (Unauthenticated, Forbidden) as refusal:
        needs_more = refusal.code == SECOND_FACTOR
        said = "This account has a second factor: use the authorization code grant" if needs_more else ""
        raise OAuthError("invalid_grant", said) from None
    return await _issue(at, app, account_id, scopes)


async def _issue(at: At, app: apps.App, account_id: int | None, scopes: str) -> Token:
    _, secret = await at.write(
        lambda tx: logins.issue_token(tx, account_id=account_id, app_id=app.id, scopes=scopes)
    )
    return _token(at, secret, scopes)


def _token(at: At, secret: str, scopes: str) -> Token:
    return Token(access_token=secret, token_type="Bearer", scope=scopes, created_at=at.house.clock() // 1000)  # noqa: S106 - the kind of token


@door.on(RevokeToken)
def revoke(at: At, ask: RevokeToken) -> Empty:
    """End a token of the application that asks; one that is not there is at its end already (RFC 7009 2.2). Whoever
    does not prove to be that application is told 403, as the page of the method has it, and not 401."""
    if not ask.token:
        raise OAuthError("unauthorized_client")
    found = _of_any_state(at.tx, ask.token)
    if found is not None:
        try:
            app = proven(at.tx, *credentials(at.http, ask.client_id, ask.client_secret))
        except OAuthError:
            raise OAuthError("unauthorized_client") from None
        if found.app_id != app.id:
            raise OAuthError("unauthorized_client")
        logins.revoke_token(at.tx, found.id, found.viewer.account_id)
    return {}


def _of_any_state(tx: Tx, secret: str) -> logins.Token | None:
    try:
        return logins.token(tx, secret)
    except (Unauthenticated, Forbidden):  # a suspended account's tokens have ended already
        return None


@door.on(GetUserInfo, tx="read", methods=("GET", "POST"))
def userinfo(at: At, ask: GetUserInfo) -> UserInfo:
    """Who the token belongs to."""
    me = views.account(at.tx, at.viewer.account_id)
    return UserInfo(
        iss=f"{at.house.settings.base_url}/",
        sub=me.uri,
        name=me.display_name or me.name,
        preferred_username=me.name,
        profile=me.url,
        picture=at.house.links.avatar(me),
    )


_PICKY = "mastodonpy"
"""The Python client refuses to log in by addresses without https that it reads here, but finds the usual paths itself
where this document is missing: so on a server without https it is told that there is none."""
_KEPT = (
    (b"cache-control", b"public, max-age=900"),
    (b"pragma", b"public"),
    (b"vary", b"Origin, User-Agent"),
)
"""Nothing secret is in it, so caches may keep it a quarter of an hour."""


@door.on(GetServerMetadata, tx="none")
def metadata(at: At, ask: GetServerMetadata) -> Answered[OAuthServerMetadata]:
    """Where the endpoints are (RFC 8414)."""
    facts = _metadata(at.house.settings)
    if not facts.issuer.startswith("https:") and at.http.header("user-agent").startswith(_PICKY):
        raise NotFound(what="metadata")
    return Answered(facts, headers=_KEPT)


def _metadata(settings: Settings) -> OAuthServerMetadata:
    base = settings.base_url
    grants = ["authorization_code", "client_credentials"]
    return OAuthServerMetadata(
        issuer=f"{base}/",
        service_documentation="https://docs.joinmastodon.org/",
        authorization_endpoint=f"{base}/oauth/authorize",
        token_endpoint=f"{base}/oauth/token",
        app_registration_endpoint=f"{base}/api/v1/apps",
        revocation_endpoint=f"{base}/oauth/revoke",
        userinfo_endpoint=f"{base}/oauth/userinfo",
        scopes_supported=list(SCOPES),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        code_challenge_methods_supported=["S256"],
        grant_types_supported=[*grants, *(["password"] if settings.password_grant else [])],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
    )
