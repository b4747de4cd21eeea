"""Calls of logging in beside the password: links by mail, other places, becoming a member."""

from __future__ import annotations

from folkmoot.wire.groupsio.user import EnterpriseInfo, Login, OAuthLogin
from folkmoot.wire.request import GET, POST, Request


@POST("/api/v1/sendloginlink", aliases=("/v1/sendloginlink",), auth="none")
class SendLoginLink(Request[None], kw_only=True):
    """Mail a link that logs in once; the answer is empty and the same for unknown addresses.

    redir is a path on this server where the link leads after logging in.
    """

    email: str
    redir: str = ""


@POST("/api/v1/authenticateloginlink", aliases=("/v1/authenticateloginlink",), auth="none")
class AuthenticateLoginLink(Request[Login], kw_only=True):
    """Log in by the number of a mailed link; cookies as with login."""

    cookie: str
    twofactor: str | None = None


class _Start(Request[OAuthLogin], kw_only=True):
    """Begin a login by another place: the state goes to the place, and comes back in the final call."""


class _Final(Request[Login], kw_only=True):
    """End it with the code or the token that the place gave; cookies as with login."""

    state: str
    code: str = ""
    access_token: str = ""


@GET("/api/v1/googleloginstart", aliases=("/v1/googleloginstart",), auth="none")
class GoogleLoginStart(_Start, kw_only=True):
    """Begin a login with Google."""


@POST("/api/v1/googleloginfinal", aliases=("/v1/googleloginfinal",), auth="none")
class GoogleLoginFinal(_Final, kw_only=True):
    """End a login with Google."""


@GET("/api/v1/facebookloginstart", aliases=("/v1/facebookloginstart",), auth="none")
class FacebookLoginStart(_Start, kw_only=True):
    """Begin a login with Facebook."""


@POST("/api/v1/facebookloginfinal", aliases=("/v1/facebookloginfinal",), auth="none")
class FacebookLoginFinal(_Final, kw_only=True):
    """End a login with Facebook."""


@GET("/api/v1/appleloginstart", aliases=("/v1/appleloginstart",), auth="none")
class AppleLoginStart(_Start, kw_only=True):
    """Begin a login with Apple."""


@POST("/api/v1/appleloginfinal", aliases=("/v1/appleloginfinal",), auth="none")
class AppleLoginFinal(_Final, kw_only=True):
    """End a login with Apple."""


@POST("/api/v1/registeruser", aliases=("/v1/registeruser",), auth="none")
class RegisterUser(Request[Login], kw_only=True):
    """Become a member; a mail asks to confirm the address, and until then status is user_status_notconfirmed."""

    email: str
    password: str
    csrf: str = ""
    full_name: str = ""


@GET(
    "/api/v1/enterpriseinfo",
    aliases=("/v1/enterpriseinfo", "/api/v1/getenterpriseinfo", "/v1/getenterpriseinfo"),
    auth="none",
)
class EnterpriseInfoCall(Request[EnterpriseInfo], kw_only=True):
    """What a domain tells everybody of itself."""

    domain: str
