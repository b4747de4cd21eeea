"""Letting another place vouch for somebody: the relying party of OpenID Connect Core 1.0 with PKCE (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import urlencode, urlsplit

import msgspec

from folkmoot.kit import fetch, outward
from folkmoot.kit.lazy import lazy

if TYPE_CHECKING:
    import aiohttp
    import jwt
else:
    aiohttp = lazy("aiohttp")
    jwt = lazy("jwt")

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by public keys only: neither none, nor secrets that others share."""
LEEWAY: Final = 60
KEPT_SECONDS: Final = 3600.0
ASK_AGAIN_SECONDS: Final = 30.0
"""So long keys are not fetched anew, however many unknown ones are named."""
MAX_ANSWER: Final = 262_144
SECONDS: Final = 10.0


class NotProven(Exception):
    """Nobody is vouched for. *why*: code (wrong, or for another client), expired, down (the place does not answer)."""

    def __init__(self, why: str, text: str = "") -> None:
        super().__init__(text or why)
        self.why = why


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A place and what this client is called there. *token_endpoint* stands in where the place does not publish one;
    *tells_proven* False: it never says whether addresses are proven, as it only tells those that are. *token_info*:
    where it tells what an access token is worth, with the token as access_token and the client as "aud". *all_ours*: it
    serves nobody but the operator, so that no foreign client has a token of it."""

    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    token_endpoint: str = ""
    tells_proven: bool = True
    token_info: str = ""
    all_ours: bool = False


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What the place says of somebody."""

    subject: str
    address: str
    proven: bool
    name: str


class Metadata(msgspec.Struct, frozen=True):
    """What is read of a place's own description (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    jwks_uri: str
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    introspection_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Party:
    """This client at one place. It remembers the place's description and keys for an hour; used by one event loop."""

    def __init__(self, provider: Provider, agent: str, allowed: Iterable[outward.Network] = ()) -> None:
        self.provider = provider
        self._allowed = tuple(allowed)
        self._fetcher = fetch.Fetcher(agent, self._allowed, seconds=SECONDS)
        self._agent = agent
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None

    async def address(self, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
        """Where a browser is sent to be asked. Raises NotProven("down")."""
        hashed = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.provider.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(hashed).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        where = (await self.metadata()).authorization_endpoint
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    async def by_code(
        self, code: str, *, redirect_uri: str, verifier: str = "", nonces: frozenset[str] = frozenset()
    ) -> Claims:
        """Trade a code for what the place says. *nonces*: the ID token must hold one of these; with an empty one among
        them it may also hold none. Raises NotProven."""
        facts = await self.metadata()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        status, answer = await self._post(facts.token_endpoint or self.provider.token_endpoint, form, facts)
        if status >= 500:
            raise NotProven("down", f"the token endpoint answers {status}")
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            said = str(answer.get("error_description") or answer.get("error") or "")
            raise NotProven("expired" if "expired" in said.lower() else "code", said[:200])
        claims = await self._verified(token)
        if nonces and str(claims.get("nonce") or "") not in nonces:
            raise NotProven("code", "the nonce is another one")
        access = answer.get("access_token")
        if not claims.get("email") and facts.userinfo_endpoint and isinstance(access, str):
            more = await self._userinfo(facts.userinfo_endpoint, access)
            if hmac.compare_digest(str(more.get("sub", "")).encode(), str(claims["sub"]).encode()):
                claims = {**more, **{k: v for k, v in claims.items() if v}}
        return self._claims(claims)

    async def by_token(self, token: str) -> Claims:
        """What the place says of the bearer of a token that was made for this very client: an ID token, or one that
        the place itself looks into. A token for another client proves nothing. Raises NotProven."""
        if token.count(".") == 2:
            try:
                return self._claims(await self._verified(token))
            except NotProven as refused:  # an access token may look like one
                if refused.why != "code":
                    raise
        facts = await self.metadata()
        said = await self._looked_into(token, facts)
        if not said.get("sub"):
            raise NotProven("code", "a token of somebody else's")
        if not said.get("email") and facts.userinfo_endpoint:
            more = await self._userinfo(facts.userinfo_endpoint, token)
            said = {**more, **said} if more.get("sub") == said["sub"] else said
        return self._claims(said)

    async def _looked_into(self, token: str, facts: Metadata) -> dict[str, Any]:
        """What the place says of a token: by introspection (RFC 7662), in its own way, or, where all its clients are
        the operator's, by the account that opens to the token. Empty for one that is not meant for this client."""
        us, headers = self.provider.client_id, {"Accept": "application/json", "User-Agent": self._agent}
        if facts.introspection_endpoint:
            status, said = await self._post(facts.introspection_endpoint, {"token": token}, facts)
            fits = said.get("active") is True and us in (said.get("client_id"), said.get("aud"))
        elif self.provider.token_info:
            url = f"{self.provider.token_info}?{urlencode({'access_token': token})}"
            status, said = await self._call("GET", url, headers, None)
            fits = said.get("aud") == us
        elif self.provider.all_ours and facts.userinfo_endpoint:
            return await self._userinfo(facts.userinfo_endpoint, token)
        else:
            raise NotProven("code", "the place does not tell whose tokens are")
        if status >= 500:
            raise NotProven("down", f"{self.provider.issuer} answers {status} of a token")
        return said if status == 200 and fits else {}

    def _claims(self, said: dict[str, Any]) -> Claims:
        address = said.get("email")
        # Some places write the truth value as a text.
        proven = said.get("email_verified", not self.provider.tells_proven) in (True, "true")
        return Claims(
            subject=str(said["sub"])[:255],
            address=address if isinstance(address, str) else "",
            proven=proven,
            name=str(said.get("name") or "")[:200],
        )

    # ── what the place publishes ─────────────────────────────────────────────────────────────────────────────

    async def metadata(self) -> Metadata:
        """The place's description. Raises NotProven("down")."""
        now = time.monotonic()
        if self._metadata is not None and self._metadata[0] > now - KEPT_SECONDS:
            return self._metadata[1]
        url = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found: Metadata = await self._read(url, Metadata)
        if found.issuer.rstrip("/") != self.provider.issuer.rstrip("/"):
            raise NotProven("down", f"{url} speaks for {found.issuer}")
        plain = urlsplit(self.provider.issuer).scheme == "http"
        named = (found.authorization_endpoint, found.jwks_uri, found.token_endpoint, found.userinfo_endpoint)
        for each in (*named, found.introspection_endpoint):
            if each and urlsplit(each).scheme != "https" and not plain:
                raise NotProven("down", f"{url} names an address without https")
        self._metadata = (now, found)
        return found

    async def _key(self, token: str) -> jwt.PyJWK:
        kid = jwt.get_unverified_header(token).get("kid")
        now = time.monotonic()
        for age in (KEPT_SECONDS, ASK_AGAIN_SECONDS):
            if self._keys is None or self._keys[0] <= now - age:
                url = (await self.metadata()).jwks_uri
                found = await self._read(url, dict[str, Any])
                self._keys = (now, jwt.PyJWKSet.from_dict(found))
            fits = [key for key in self._keys[1].keys if kid is None or key.key_id == kid]
            if fits:
                return fits[0]
        raise NotProven("code", "signed by an unknown key")

    async def _verified(self, token: str) -> dict[str, Any]:
        """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
        issuer = self.provider.issuer.rstrip("/")
        try:
            key = await self._key(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self.provider.client_id,
                issuer=[issuer, issuer + "/", issuer.removeprefix("https://")],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.ExpiredSignatureError:
            raise NotProven("expired") from None
        except jwt.PyJWTError as error:
            raise NotProven("code", str(error)) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self.provider.client_id:
            raise NotProven("code", "an ID token for somebody else")
        return claims

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _read(self, url: str, kind: Any) -> Any:
        try:
            found = await self._fetcher.get(url, kinds=("application/", "text/plain"), most=MAX_ANSWER)
            return msgspec.json.decode(found.body, type=kind)
        except (fetch.NotFetched, msgspec.DecodeError) as error:
            raise NotProven("down", f"{url}: {error}") from None

    async def _post(self, url: str, form: dict[str, str], facts: Metadata) -> tuple[int, dict[str, Any]]:
        me, secret = self.provider.client_id, self.provider.client_secret
        headers = {"Accept": "application/json", "User-Agent": self._agent}
        if "client_secret_post" in facts.token_endpoint_auth_methods_supported:
            form = {**form, "client_id": me, "client_secret": secret}
        else:
            # Both parts are form-encoded before they are put together (RFC 6749, 2.3.1).
            pair = urlencode({me: secret}).replace("=", ":", 1)
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return await self._call("POST", url, headers, form)

    async def _userinfo(self, url: str, token: str) -> dict[str, Any]:
        headers = {
            "Accept": "application/json",
            "User-Agent": self._agent,
            "Authorization": f"Bearer {token}",
        }
        status, found = await self._call("GET", url, headers, None)
        return found if status == 200 else {}

    async def _call(
        self, method: str, url: str, headers: dict[str, str], form: dict[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        if not url:
            raise NotProven("down", "the place has no such endpoint")
        try:
            async with (
                outward.session(self._allowed, seconds=SECONDS) as session,
                session.request(method, url, data=form, headers=headers, allow_redirects=False) as answer,
            ):
                body = await answer.content.read(MAX_ANSWER + 1)
                while len(body) <= MAX_ANSWER and (more := await answer.content.read(MAX_ANSWER)):
                    body += more
                return answer.status, _object(body) if answer.status < 500 else {}
        except (aiohttp.ClientError, OSError, ValueError) as error:
            _down(error)


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_ANSWER:
        raise ValueError("it is too large")
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _down(error: Exception) -> NoReturn:
    raise NotProven("down", str(error) or type(error).__name__) from None
