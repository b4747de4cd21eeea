"""A small OpenID provider with keys of its own, which tests start: its people say yes to everything."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.support.server import free_port

CLIENT = "folkmoot-client"
SECRET = "a secret & more"


class Provider:
    """What it says of whom: `claims` go into each ID token; `broken` makes the token endpoint fail."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = "one"
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.broken = 0
        self.tampered = False
        self.audience = CLIENT
        self.introspects = True

    def code(self, **asked: str) -> str:
        """A code for somebody who came with that question."""
        made = secrets.token_urlsafe(12)
        self.codes[made] = asked
        return made

    def id_token(self, **more: Any) -> str:
        now = int(time.time())
        facts = {
            "iss": self.issuer,
            "aud": self.audience,
            "iat": now,
            "exp": now + 300,
            **self.claims,
            **more,
        }
        key = rsa.generate_private_key(65537, 2048) if self.tampered else self.key
        return jwt.encode(facts, key, algorithm="RS256", headers={"kid": self.kid})

    async def discovery(self, request: web.Request) -> web.Response:
        base = self.issuer
        looks = {"introspection_endpoint": f"{base}/introspect"} if self.introspects else {}
        return web.json_response(
            {
                **looks,
                "issuer": base,
                "authorization_endpoint": f"{base}/authorize",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys",
                "userinfo_endpoint": f"{base}/userinfo",
            }
        )

    async def keys(self, request: web.Request) -> web.Response:
        known = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return web.json_response({"keys": [{**known, "kid": self.kid, "use": "sig", "alg": "RS256"}]})

    def _is_client(self, request: web.Request) -> bool:
        kind, _, pair = request.headers.get("Authorization", "").partition(" ")
        wanted = "folkmoot-client:a+secret+%26+more"
        return kind == "Basic" and base64.b64decode(pair).decode() == wanted

    async def token(self, request: web.Request) -> web.Response:
        if self.broken:
            return web.Response(status=self.broken)
        form = await request.post()
        asked = self.codes.pop(str(form.get("code")), None)
        challenge = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        fits = asked is not None and asked.get("redirect_uri", "") in ("", form.get("redirect_uri"))
        if fits and asked and asked.get("code_challenge"):
            fits = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == asked["code_challenge"]
        if not fits or not self._is_client(request):
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert asked is not None
        nonce = {"nonce": asked["nonce"]} if asked.get("nonce") else {}
        return web.json_response({"access_token": "for-userinfo", "id_token": self.id_token(**nonce)})

    async def userinfo(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") not in ("Bearer for-userinfo", "Bearer ours", "Bearer a.b.c"):
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response(
            {"sub": self.claims["sub"], "email": "late@example.org", "email_verified": True}
        )

    async def token_info(self, request: web.Request) -> web.Response:
        """As Google tells of an access token."""
        aud = {"ours": CLIENT, "theirs": "another"}.get(request.query["access_token"])
        told = {"aud": aud, "azp": aud, "email_verified": "true", **self.claims}
        return web.json_response(told if aud else {"error": "invalid_token"}, status=200 if aud else 400)

    async def introspect(self, request: web.Request) -> web.Response:
        form = await request.post()
        ours = {"active": True, "client_id": CLIENT, "email_verified": True, **self.claims}
        told = {"ours": ours, "theirs": {**ours, "client_id": "another"}}.get(
            str(form["token"]), {"active": False}
        )
        return web.json_response(told)


@contextlib.contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    loop = asyncio.new_event_loop()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.discovery)
    app.router.add_get("/keys", provider.keys)
    app.router.add_post("/token", provider.token)
    app.router.add_get("/userinfo", provider.userinfo)
    app.router.add_post("/introspect", provider.introspect)
    app.router.add_get("/tokeninfo", provider.token_info)
    runner = web.AppRunner(app)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", provider.port).start()

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
