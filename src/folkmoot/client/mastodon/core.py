"""What all methods of the Mastodon class stand on: its state, the one request, and the server's version."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any, TypeVar, cast

from folkmoot.client.calls import Call
from folkmoot.client.mastodon import errors
from folkmoot.client.mastodon.casting import try_cast_recurse
from folkmoot.client.mastodon.limits import RateLimit
from folkmoot.client.mastodon.links import Asked, attach_pages, refresh_of
from folkmoot.client.mastodon.names import type_name
from folkmoot.client.mastodon.params import clean
from folkmoot.client.mastodon.results import AttribAccessDict, EmptyResponse, PaginatableList
from folkmoot.client.perform import perform

if TYPE_CHECKING:
    import requests

R = TypeVar("R")


class Core(RateLimit):
    """State and requests. The names in Mastodon.py's private form (`_Mastodon__…`) are those that scripts reach for."""

    api_base_url: str
    access_token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    user_agent: str | None = None
    lang: str | None = None
    feature_set: str = "mainline"
    request_timeout: float = 300
    debug_requests: bool = False
    version_check_mode: str = "none"
    mastodon_major: int = 1
    mastodon_minor: int = 0
    mastodon_patch: int = 0
    mastodon_api_version: int = 0
    _session: requests.Session | None = None

    @property
    def session(self) -> requests.Session:
        """The requests session below; another may be set."""
        if self._session is None:
            import requests

            self._session = requests.Session()
        return self._session

    @session.setter
    def session(self, session: requests.Session) -> None:
        self._session = session

    def _ask(
        self, kind: type[R], method: str, endpoint: str, params: dict[str, Any] | None = None, **options: Any
    ) -> R:
        """Ask *endpoint* and give the answer as a *kind*. *params* are cleaned (`params.clean`)."""
        if params is not None:
            options["params"] = clean(params, options.get("use_json", False))
        return cast("R", self._Mastodon__api_request(method, endpoint, override_type=kind, **options))

    def _tell(self, method: str, endpoint: str, params: dict[str, Any] | None = None, **options: Any) -> None:
        """Ask for something whose answer says nothing."""
        self._ask(AttribAccessDict, method, endpoint, params, **options)

    def _Mastodon__api_request(
        self,
        method: str,
        endpoint: str,
        params: dict[str, Any] | None = None,
        files: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        *,
        access_token_override: str | None = None,
        base_url_override: str | None = None,
        do_ratelimiting: bool = True,
        use_json: bool = False,
        parse: bool = True,
        return_response_object: bool = False,
        skip_error_check: bool = False,
        lang_override: str | None = None,
        override_type: Any = None,
        warn: bool = True,
        force_pagination: bool = False,
        offset_pagination: bool = False,
        offset_pagination_field: str | None = None,
        offset_pagination_previous: int | None = None,
    ) -> Any:
        """One request, whole: language, token, rate limit, errors, types, pages. Raises MastodonError's children."""
        params = dict(params or {})
        lang = self.lang if lang_override is None else lang_override
        if lang is not None:
            params.setdefault("lang", lang)
        call = self._call(method, endpoint, params, use_json, base_url_override)
        call.files = files or {}
        call.headers = {**(headers or {}), **self._identity(access_token_override)}
        response = self._exchange(call, endpoint if warn else "", do_ratelimiting)
        if not response.ok and not skip_error_check:
            raise errors.refused(response.status_code, response.reason, _said(response))
        if return_response_object:
            return response
        if not parse:
            return response.content
        kind = (
            override_type if isinstance(override_type, str) else type_name(override_type or AttribAccessDict)
        )
        by = (offset_pagination, offset_pagination_field, offset_pagination_previous)
        asked = Asked(method, endpoint, params, kind, lang_override, *by)
        return _result(response, override_type, asked, force_pagination)

    def _call(
        self, method: str, endpoint: str, params: dict[str, Any], use_json: bool, base: str | None
    ) -> Call:
        call = Call(method, (self.api_base_url if base is None else base) + endpoint)
        if use_json:
            call.json = params
        elif method == "GET":
            call.query = _pairs(params)
        else:
            call.form = _pairs(params)
        return call

    def _identity(self, token: str | None = None) -> dict[str, str]:
        """The headers that say who is asking."""
        token = token or self.access_token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return headers | ({"User-Agent": self.user_agent} if self.user_agent else {})

    def _exchange(self, call: Call, endpoint: str, limiting: bool) -> requests.Response:
        """Send until there is an answer other than 429 (or the mode says to throw that).

        *endpoint* is what a warning calls it; nothing: no warning.
        """
        if limiting:
            self._pace()
        opened = [(file, file.tell()) for _, file, _ in call.files.values() if hasattr(file, "seek")]
        while True:
            self._debug(f"{call.method} {call.url} {call.query or call.form or call.json} {call.headers}")
            try:
                response = perform(self.session, call, self.request_timeout)
            except Exception as error:  # whatever the session that was passed in raises
                raise errors.MastodonNetworkError(f"Could not complete request: {error}") from error
            if self.debug_requests:
                self._debug(f"{response.status_code} {response.headers} {response.text}")
            if endpoint and "deprecation" in response.headers:
                text = f"Endpoint {endpoint} is marked as deprecated and may disappear in later versions of Mastodon."
                warnings.warn(text, errors.MastodonDeprecationWarning, stacklevel=5)
            if limiting:
                self._note_limits(response.headers, response.ok)
            if response.status_code != 429:
                return response
            self._limited(limiting)
            for file, start in opened:
                file.seek(start)

    def _debug(self, text: str) -> None:
        if self.debug_requests:
            sys.stdout.write(f"Mastodon: {text}\n")


def _pairs(params: dict[str, Any]) -> list[tuple[str, Any]]:
    """Parameters as pairs; a list is said once for each of its values."""
    pairs: list[tuple[str, Any]] = []
    for name, value in params.items():
        if isinstance(value, list | tuple):
            pairs += [(name, one) for one in value if one is not None]
        elif value is not None:
            pairs.append((name, value))
    return pairs


def _decoded(response: requests.Response) -> Any:
    """The body's JSON. ValueError if it is none."""
    body = getattr(response, "content", None)
    if isinstance(body, bytes):
        import msgspec

        return msgspec.json.decode(body)
    return response.json()


def _said(response: requests.Response) -> object:
    """What the body of a refusal says: its `error`, or all of it if it is one text."""
    try:
        said = _decoded(response)
    except ValueError:
        return None
    if isinstance(said, dict):
        return said.get("error")
    return said if isinstance(said, str) else None


def _typed(response: requests.Response, kind: Any) -> Any:
    """The body as a *kind*; nothing at all is fine where nothing was to be said."""
    if kind is EmptyResponse and not response.content:
        return EmptyResponse()
    try:
        return try_cast_recurse(kind or AttribAccessDict, _decoded(response))
    except ValueError as error:
        raise errors.MastodonAPIError(
            f"Could not parse response as JSON, response code was {response.status_code}, "
            f"bad json content was {response.content!r}.",
            f"Exception was: {error}",
        ) from error


def _result(response: requests.Response, wanted: Any, asked: Asked, paged: bool) -> Any:
    """The answer as a *wanted*, with its pages and with what the server says of completing it."""
    result = _typed(response, wanted)
    if isinstance(result, list) and not isinstance(result, PaginatableList) and "Link" in response.headers:
        result = PaginatableList(result)
    if isinstance(result, list) or paged or asked.by_offset:
        attach_pages(result, response.headers, asked)
    if isinstance(result, PaginatableList):
        result._mastopy_name = asked.kind if "[" in asked.kind else ""
    refresh = refresh_of(response.headers, asked)
    if refresh is not None and hasattr(result, "__dict__"):
        result._async_refresh = refresh
    return result
