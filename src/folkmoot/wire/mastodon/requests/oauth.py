"""Registering applications, tokens, and who a token belongs to."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.oauth import (
    Application,
    CredentialApplication,
    OAuthServerMetadata,
    Token,
    UserInfo,
)
from folkmoot.wire.request import GET, POST, Request

Empty = dict[str, str]
"""The answer {} of endpoints that have nothing to say."""


@POST("/api/v1/apps", auth="none")
class CreateApplication(Request[CredentialApplication], kw_only=True):
    """Register an application. Page: methods/apps.

    redirect_uris is a list, or one text with an address a line; urn:ietf:wg:oauth:2.0:oob shows the code.
    """

    client_name: str
    redirect_uris: str | list[str]
    scopes: str = "read"
    website: str | None = None


@GET("/api/v1/apps/verify_credentials", auth="app")
class VerifyApplication(Request[Application], kw_only=True):
    """The application that the token belongs to. Page: methods/apps."""


@POST("/oauth/token", auth="none")
class ObtainToken(Request[Token], kw_only=True):
    """Trade a code, or the application's own credentials, for a token. Page: methods/oauth.

    The client may also name itself by HTTP Basic, so its id and secret may be missing here. username and
    password belong to the grant that left in 4.4 and that old clients still use.
    """

    grant_type: str
    code: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    scope: str | UnsetType = UNSET
    username: str | None = None
    password: str | None = None


@POST("/oauth/revoke", auth="none")
class RevokeToken(Request[Empty], kw_only=True):
    """Make a token worthless. Page: methods/oauth."""

    client_id: str | None = None
    client_secret: str | None = None
    token: str | None = None


@GET("/oauth/userinfo", auth="user", scope="profile")
class GetUserInfo(Request[UserInfo], kw_only=True):
    """Who the token belongs to, in the words of OpenID Connect. Page: methods/oauth."""


@GET("/.well-known/oauth-authorization-server", auth="none")
class GetServerMetadata(Request[OAuthServerMetadata], kw_only=True):
    """Where the OAuth endpoints are (RFC 8414). Page: methods/oauth."""
