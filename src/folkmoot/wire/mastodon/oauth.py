"""Applications, tokens and the description of the OAuth endpoints."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.entity import Entity


class Application(Entity, kw_only=True):
    """A registered application. Page: Application."""

    id: Id
    name: str
    website: str | UnsetType | None = UNSET
    scopes: list[str] = []
    redirect_uris: list[str] = []
    redirect_uri: str
    vapid_key: str


class CredentialApplication(Application, kw_only=True):
    """A registered application with its secret. Page: Application."""

    client_id: Id
    client_secret: str
    client_secret_expires_at: int = 0


class Token(Entity, kw_only=True):
    """A bearer token; created_at counts seconds. Page: Token."""

    access_token: str
    token_type: str
    scope: str
    created_at: int


class UserInfo(Entity, kw_only=True):
    """Who the token belongs to, in the words of OpenID Connect."""

    iss: str = ""
    sub: str = ""
    name: str = ""
    preferred_username: str = ""
    profile: str = ""
    picture: str = ""


class OAuthServerMetadata(Entity, kw_only=True):
    """Where the OAuth endpoints are and what they take (RFC 8414)."""

    issuer: str = ""
    service_documentation: str = ""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    app_registration_endpoint: str = ""
    revocation_endpoint: str = ""
    userinfo_endpoint: str = ""
    scopes_supported: list[str] = []
    response_types_supported: list[str] = []
    response_modes_supported: list[str] = []
    code_challenge_methods_supported: list[str] = []
    grant_types_supported: list[str] = []
    token_endpoint_auth_methods_supported: list[str] = []
