"""Methods about entering, made from groupsio/entering_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import entering_requests as api

if TYPE_CHECKING:
    from folkmoot.wire.groupsio.user import EnterpriseInfo, Login, OAuthLogin


class EnteringCalls(Service):
    """Calls of logging in beside the password: links by mail, other places, becoming a member."""

    def send_login_link(self, email: str, *, redir: str = "") -> None:
        """Mail a link that logs in once; the answer is empty and the same for unknown addresses.

        redir is a path on this server where the link leads after logging in.

        `POST /api/v1/sendloginlink`, for everybody.
        """
        self._send(api.SendLoginLink(email=email, redir=redir))

    def authenticate_login_link(self, cookie: str, *, twofactor: str | None = None) -> Login:
        """Log in by the number of a mailed link; cookies as with login.

        `POST /api/v1/authenticateloginlink`, for everybody.
        """
        return self._send(api.AuthenticateLoginLink(cookie=cookie, twofactor=twofactor))

    def google_login_start(self) -> OAuthLogin:
        """Begin a login with Google.

        Begin a login by another place: the state goes to the place, and comes back in the final call.

        `GET /api/v1/googleloginstart`, for everybody.
        """
        return self._send(api.GoogleLoginStart())

    def google_login_final(self, state: str, *, code: str = "", access_token: str = "") -> Login:
        """End a login with Google.

        `POST /api/v1/googleloginfinal`, for everybody.
        """
        return self._send(api.GoogleLoginFinal(state=state, code=code, access_token=access_token))

    def facebook_login_start(self) -> OAuthLogin:
        """Begin a login with Facebook.

        Begin a login by another place: the state goes to the place, and comes back in the final call.

        `GET /api/v1/facebookloginstart`, for everybody.
        """
        return self._send(api.FacebookLoginStart())

    def facebook_login_final(self, state: str, *, code: str = "", access_token: str = "") -> Login:
        """End a login with Facebook.

        `POST /api/v1/facebookloginfinal`, for everybody.
        """
        return self._send(api.FacebookLoginFinal(state=state, code=code, access_token=access_token))

    def apple_login_start(self) -> OAuthLogin:
        """Begin a login with Apple.

        Begin a login by another place: the state goes to the place, and comes back in the final call.

        `GET /api/v1/appleloginstart`, for everybody.
        """
        return self._send(api.AppleLoginStart())

    def apple_login_final(self, state: str, *, code: str = "", access_token: str = "") -> Login:
        """End a login with Apple.

        `POST /api/v1/appleloginfinal`, for everybody.
        """
        return self._send(api.AppleLoginFinal(state=state, code=code, access_token=access_token))

    def register_user(self, email: str, password: str, *, full_name: str = "") -> Login:
        """Become a member; a mail asks to confirm the address, and until then status is user_status_notconfirmed.

        `POST /api/v1/registeruser`, for everybody.
        """
        return self._send(api.RegisterUser(email=email, password=password, full_name=full_name))

    def enterprise_info(self, domain: str) -> EnterpriseInfo:
        """What a domain tells everybody of itself.

        `GET /api/v1/enterpriseinfo`, for everybody.
        """
        return self._send(api.EnterpriseInfoCall(domain=domain))
