"""Getting in: registering an app, logging in, signing up, and what is kept of that in files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from folkmoot.client.mastodon.entities.people import AccountCreationError
from folkmoot.client.mastodon.entities.place import OAuthServerInfo, OAuthUserInfo
from folkmoot.client.mastodon.entities.statuses import Application
from folkmoot.client.mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonIllegalArgumentError,
    MastodonNetworkError,
)
from folkmoot.client.mastodon.results import AttribAccessDict
from folkmoot.client.mastodon.scopes import DEFAULT_SCOPES, granted
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.versions import api_version

if TYPE_CHECKING:
    import requests

DEFAULT_TIMEOUT = 300
DEFAULT_USER_AGENT = "mastodonpy"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def protocolize(base_url: str) -> str:
    """With https:// in front if it names no protocol, and without slashes at the end."""
    if not base_url.startswith(("http://", "https://")):
        base_url = f"https://{base_url}"
    return base_url.rstrip("/")


def check_oauth_url(url: str, allow_http: bool = False) -> str:
    """An address that secrets may be sent to. MastodonIllegalArgumentError for any other."""
    parts = urlsplit(url)
    if parts.query or "?" in url or parts.fragment or "#" in url:
        raise MastodonIllegalArgumentError("OAuth URLs with query parameters or fragments are not accepted.")
    if "@" in url:
        raise MastodonIllegalArgumentError("OAuth URLs with username/password are not accepted.")
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise MastodonIllegalArgumentError("OAuth URLs must use https.")
    return url


def lines_of(path: str | PurePath) -> list[str]:
    """The lines of a file of secrets, as many as there may be."""
    lines = Path(path).read_text("utf-8").splitlines()
    return [line.rstrip() for line in lines] + [""] * 4


def is_file(value: object) -> bool:
    """Does a client id or a token name a file?"""
    try:
        return Path(str(value)).is_file()
    except (OSError, ValueError):
        return False


def keep(path: str | PurePath, *lines: str) -> None:
    """Write a file of secrets that only its owner may read."""
    file = Path(path)
    file.touch(mode=0o600)
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


class LogIn(Versions):
    """Registering an app, logging in, signing up."""

    _refresh_token: str | None = None
    _token_expired: datetime
    _Mastodon__logged_in_id: Any = None

    @staticmethod
    def create_app(
        client_name: str,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        redirect_uris: str | Sequence[str] | None = None,
        website: str | None = None,
        to_file: str | PurePath | None = None,
        api_base_url: str | None = None,
        request_timeout: float = DEFAULT_TIMEOUT,
        session: requests.Session | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
    ) -> tuple[str, str]:
        """Register an app, once; gives its id and secret. `POST /api/v1/apps`.

        *to_file* keeps them, with the server's address and the app's name: a line each.
        """
        import requests

        if api_base_url is None:
            raise MastodonIllegalArgumentError("API base URL is required.")
        base = protocolize(api_base_url)
        if redirect_uris is not None and not isinstance(redirect_uris, str):
            redirect_uris = "\n".join(redirect_uris)
        data = {
            "client_name": client_name,
            "scopes": " ".join(scopes),
            "redirect_uris": redirect_uris or OUT_OF_BAND,
        }
        if website is not None:
            data["website"] = website
        post = session.post if session else requests.post
        try:
            headers = {"User-Agent": user_agent}
            answer = post(f"{base}/api/v1/apps", data=data, headers=headers, timeout=request_timeout)
            made = answer.json()
            pair = (made["client_id"], made["client_secret"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MastodonNetworkError(f"Could not complete request: {error}") from error
        if to_file is not None:
            keep(to_file, *pair, base, client_name)
        return pair

    def _read_app(self) -> None:
        """Take id, secret and address out of the file that `client_id` names."""
        if self.client_id is None:
            return
        if is_file(self.client_id):
            self.client_id, self.client_secret, base, name = lines_of(self.client_id)[:4]
            self._at(base)
            if name and self.user_agent is None:
                self.user_agent = name
        elif self.client_secret is None:
            raise MastodonIllegalArgumentError("Specified client id directly, but did not supply secret")

    def _read_token(self) -> None:
        """Take the token, the address and the app out of the file that `access_token` names."""
        if self.access_token is None or not is_file(self.access_token):
            return
        self.access_token, base, client_id, client_secret = lines_of(self.access_token)[:4]
        self._at(base)
        if self.client_id is None and client_id:
            self.client_id, self.client_secret = client_id, client_secret

    def _at(self, base: str) -> None:
        """The address that a file names: it must be the one that is known already."""
        if not base:
            return
        if self.api_base_url and protocolize(base) != self.api_base_url:
            raise MastodonIllegalArgumentError("Mismatch in base URLs between files and/or specified")
        self.api_base_url = protocolize(base)

    def auth_request_url(
        self,
        client_id: str | PurePath | None = None,
        redirect_uris: str = OUT_OF_BAND,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        force_login: bool = False,
        state: str | None = None,
        lang: str | None = None,
        skip_server_info: bool = False,
        allow_http: bool = False,
    ) -> str:
        """The address that the user opens to get a code for `log_in`. Asks the server where that is.

        *skip_server_info*: take it for granted instead. *state* comes back unchanged, against forgeries.
        """
        if client_id is not None and is_file(client_id):
            client_id = lines_of(client_id)[0]
        params = {
            "client_id": client_id or self.client_id,
            "response_type": "code",
            "redirect_uri": redirect_uris,
            "scope": " ".join(scopes),
            "force_login": force_login,
            "state": state,
            "lang": lang,
        }
        address = f"{self.api_base_url}/oauth/authorize"
        named = (
            None if skip_server_info else self.oauth_authorization_server_info().get("authorization_endpoint")
        )
        if named:
            address = check_oauth_url(named, allow_http)
        return f"{address}?{urlencode(params)}"

    def oauth_authorization_server_info(self) -> OAuthServerInfo | AttribAccessDict:
        """What the server says of its logging in (RFC 8414); empty if it has no such page."""
        try:
            path = "/.well-known/oauth-authorization-server"
            return self._ask(OAuthServerInfo, "GET", path, do_ratelimiting=False)
        except MastodonAPIError:
            return AttribAccessDict()

    @api_version("4.3.0", "4.3.0", "4.4.0")
    def oauth_userinfo(self) -> OAuthUserInfo:
        """Who is logged in, in OpenID Connect's words. `GET /oauth/userinfo`."""
        address = self.oauth_authorization_server_info().get("userinfo_endpoint")
        address = check_oauth_url(protocolize(address)) if address else f"{self.api_base_url}/oauth/userinfo"
        return self._ask(OAuthUserInfo, "GET", address, do_ratelimiting=False, base_url_override="")

    def log_in(
        self,
        username: str | None = None,
        password: str | None = None,
        code: str | None = None,
        redirect_uri: str = OUT_OF_BAND,
        refresh_token: str | None = None,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        to_file: str | PurePath | None = None,
        allow_http: bool = False,
    ) -> str:
        """Log in by user name and password, by code, or by refresh token; gives the token. `POST /oauth/token`.

        *to_file* keeps it, for the constructor's `access_token`. Raises MastodonIllegalArgumentError when it fails,
        MastodonAPIError when the server grants less than *scopes*.
        """
        info = self.oauth_authorization_server_info()
        params = self._grant(info, username, password, code, refresh_token)
        params |= {
            "redirect_uri": redirect_uri,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        params["scope"] = " ".join(scopes)
        try:
            named = info.get("token_endpoint")
            address = check_oauth_url(named, allow_http) if named else f"{self.api_base_url}/oauth/token"
            given = self._ask(
                AttribAccessDict, "POST", address, params, do_ratelimiting=False, base_url_override=""
            )
            self.access_token = given["access_token"]
            self._refresh_token = given.get("refresh_token")
            self._token_expired = datetime.now() + timedelta(seconds=int(given.get("expires_in") or 0))  # noqa: DTZ005 - as Mastodon.py keeps it
        except (MastodonError, KeyError, ValueError) as error:
            what = "access token" if code is not None and username is None else "user name, password,"
            raise MastodonIllegalArgumentError(f"Invalid {what} or redirect_uris: {error}") from error
        received = granted((given.get("scope") or "").split(" "))
        if not set(scopes) <= received:
            raise MastodonAPIError(
                f'Granted scopes "{given.get("scope")}" do not contain all of the requested scopes "{params["scope"]}".'
            )
        if to_file is not None:
            keep(to_file, *self.persistable_login_credentials().splitlines())
        self._Mastodon__logged_in_id = None
        if not self._Mastodon__version_check_worked:
            self.retrieve_mastodon_version()
        return str(given["access_token"])

    def _grant(
        self,
        info: dict[str, Any],
        username: str | None,
        password: str | None,
        code: str | None,
        refresh: str | None,
    ) -> dict[str, Any]:
        """What is offered for a token, in the one of three ways that was asked for and that the server has."""
        known = info.get("grant_types_supported")
        if password is not None and known is not None and "password" not in known:
            raise MastodonIllegalArgumentError("This server gives no token for a password; use a code.")
        if code is not None and known is not None and "authorization_code" not in known:
            raise MastodonIllegalArgumentError("This server gives no token for a code.")
        if username is not None and password is not None:
            return {"username": username, "password": password, "grant_type": "password"}
        if code is not None:
            return {"code": code, "grant_type": "authorization_code"}
        if refresh is not None:
            return {"refresh_token": refresh, "grant_type": "refresh_token"}
        raise MastodonIllegalArgumentError(
            "Invalid arguments given. username and password or code are required."
        )

    def persistable_login_credentials(self) -> str:
        """The text that `log_in` writes into its file: token, address, client id and secret, a line each."""
        if self.access_token is None:
            raise MastodonIllegalArgumentError("Not logged in, do not have a token to persist.")
        self._need_app("persist")
        return "".join(
            f"{one}\n" for one in (self.access_token, self.api_base_url, self.client_id, self.client_secret)
        )

    def _need_app(self, verb: str) -> None:
        if self.client_id is None or self.client_secret is None:
            raise MastodonIllegalArgumentError(
                f"Client authentication (id + secret) is required to {verb} tokens."
            )

    def revoke_access_token(self, allow_http: bool = False) -> None:
        """End the log-in: the token is worth nothing from now on. `POST /oauth/revoke`."""
        if self.access_token is None:
            raise MastodonIllegalArgumentError("Not logged in, do not have a token to revoke.")
        self._need_app("revoke")
        named = self.oauth_authorization_server_info().get("revocation_endpoint")
        address = (
            check_oauth_url(protocolize(named), allow_http) if named else f"{self.api_base_url}/oauth/revoke"
        )
        params = {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "token": self.access_token,
        }
        self._tell("POST", address, params, do_ratelimiting=False, base_url_override="")
        self.access_token = None
        self._Mastodon__logged_in_id = None

    @api_version("2.0.0", "2.7.2", "4.3.0")
    def app_verify_credentials(self) -> Application:
        """The app that one is logged in with. `GET /api/v1/apps/verify_credentials`."""
        return self._ask(Application, "GET", "/api/v1/apps/verify_credentials")

    @api_version("2.7.0", "2.7.0")
    def create_account(
        self,
        username: str,
        password: str,
        email: str,
        agreement: bool = False,
        reason: str | None = None,
        locale: str = "en",
        scopes: Sequence[str] = DEFAULT_SCOPES,
        to_file: str | None = None,
        return_detailed_error: bool = False,
        date_of_birth: datetime | None = None,
    ) -> str | tuple[str | None, AccountCreationError | AttribAccessDict] | None:
        """Sign up a new user, with the app's own rights; gives a token. `POST /api/v1/accounts`.

        *agreement*: the user has agreed to the rules. *return_detailed_error*: give (token or None, what was wrong
        with which field) instead of raising.
        """
        app = {"client_id": self.client_id, "client_secret": self.client_secret}
        params = app | {
            "username": username,
            "password": password,
            "email": email,
            "agreement": agreement or None,
            "reason": reason,
            "locale": locale,
            "date_of_birth": None if date_of_birth is None else date_of_birth.strftime("%Y-%m-%d"),
        }
        asking = app | {"grant_type": "client_credentials", "scope": " ".join(scopes)}
        answer = self._signed_up(asking, params)
        if "error" in answer:
            if return_detailed_error:
                return None, AccountCreationError(answer)
            raise MastodonIllegalArgumentError(f"Invalid request: {answer['error']}")
        if not set(scopes) <= granted((answer.get("scope") or "").split(" ")):
            raise MastodonAPIError(
                f'Granted scopes "{answer.get("scope")}" do not contain all of the requested ones.'
            )
        if to_file is not None:
            keep(to_file, str(self.access_token), self.api_base_url)
        self._Mastodon__logged_in_id = None
        return (self.access_token, AttribAccessDict()) if return_detailed_error else self.access_token

    def _signed_up(self, asking: dict[str, Any], params: dict[str, Any]) -> AttribAccessDict:
        """Sign up with a token of the app's own, and keep the new one; a refusal is an answer too."""
        try:
            own = self._ask(AttribAccessDict, "POST", "/oauth/token", asking, do_ratelimiting=False)
            options = {"access_token_override": own["access_token"], "do_ratelimiting": False}
        except (KeyError, MastodonAPIError) as error:
            raise MastodonIllegalArgumentError(f"Invalid request during oauth phase: {error}") from error
        answer = self._ask(
            AttribAccessDict, "POST", "/api/v1/accounts", params, skip_error_check=True, **options
        )
        if "error" not in answer:
            self.access_token, self._refresh_token = answer["access_token"], answer.get("refresh_token")
        return answer
