"""Web push: the subscription, its keys, and the notifications that come by it."""

from __future__ import annotations

import base64
from typing import Any

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.notices import PushNotification, WebPushSubscription
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.versions import api_version

POLICIES = ("all", "none", "follower", "followed")
MISSING = "Web push needs the packages cryptography and http-ece: pip install 'folkmoot[push]'."
#: Parameter → the alert's name.
ALERTS = {
    "follow_events": "follow",
    "favourite_events": "favourite",
    "reblog_events": "reblog",
    "mention_events": "mention",
    "poll_events": "poll",
    "follow_request_events": "follow_request",
    "status_events": "status",
    "update_events": "update",
    "admin_sign_up_events": "admin.sign_up",
    "admin_report_events": "admin.report",
    "quote_events": "quote",
    "quoted_update_events": "quoted_update",
}


class Push(Core):
    """Web push: the subscription, its keys, and the notifications that come by it."""

    @api_version("2.4.0", "2.4.0", "4.4.0")
    def push_subscription(self) -> WebPushSubscription:
        """The push subscription of this token. `GET /api/v1/push/subscription`."""
        return self._ask(WebPushSubscription, "GET", "/api/v1/push/subscription")

    @api_version("2.4.0", "4.4.0")
    def push_subscription_set(
        self,
        endpoint: str,
        encrypt_params: dict[str, Any],
        follow_events: bool | None = None,
        favourite_events: bool | None = None,
        reblog_events: bool | None = None,
        mention_events: bool | None = None,
        poll_events: bool | None = None,
        follow_request_events: bool | None = None,
        status_events: bool | None = None,
        policy: str = "all",
        update_events: bool | None = None,
        admin_sign_up_events: bool | None = None,
        admin_report_events: bool | None = None,
        quote_events: bool | None = None,
        quoted_update_events: bool | None = None,
        standard: bool | None = None,
    ) -> WebPushSubscription:
        """Subscribe: *endpoint* is where pushes go, *encrypt_params* the public part of what
        `push_subscription_generate_keys` made. `POST /api/v1/push/subscription`.

        *policy*: from whom (all, none, follower, followed). *standard*: by RFC 8291 instead of its draft.
        """
        events = {name: value for name, value in locals().items() if name in ALERTS}
        if not endpoint.startswith(("https://", "http://")):
            endpoint = f"https://{endpoint}"
        params = {
            "subscription[endpoint]": endpoint,
            "subscription[keys][p256dh]": base64.b64encode(encrypt_params["pubkey"]).decode(),
            "subscription[keys][auth]": base64.b64encode(encrypt_params["auth"]).decode(),
            "subscription[standard]": standard,
        }
        return self._ask(
            WebPushSubscription, "POST", "/api/v1/push/subscription", params | _alerts(events, policy)
        )

    @api_version("2.4.0", "2.4.0", "4.4.0")
    def push_subscription_update(
        self,
        follow_events: bool | None = None,
        favourite_events: bool | None = None,
        reblog_events: bool | None = None,
        mention_events: bool | None = None,
        poll_events: bool | None = None,
        follow_request_events: bool | None = None,
        status_events: bool | None = None,
        policy: str = "all",
        update_events: bool | None = None,
        admin_sign_up_events: bool | None = None,
        admin_report_events: bool | None = None,
        quote_events: bool | None = None,
        quoted_update_events: bool | None = None,
    ) -> WebPushSubscription:
        """Change which alerts are sent. `PUT /api/v1/push/subscription`."""
        events = {name: value for name, value in locals().items() if name in ALERTS}
        return self._ask(WebPushSubscription, "PUT", "/api/v1/push/subscription", _alerts(events, policy))

    @api_version("2.4.0", "2.4.0")
    def push_subscription_delete(self) -> None:
        """End the push subscription. `DELETE /api/v1/push/subscription`."""
        self._tell("DELETE", "/api/v1/push/subscription")

    def push_subscription_generate_keys(self) -> tuple[dict[str, Any], dict[str, bytes]]:
        """A new key pair (P-256) and secret: the private part, to be kept, and the public one, for the server."""
        try:
            from cryptography.hazmat.primitives import serialization
            from cryptography.hazmat.primitives.asymmetric import ec
        except ImportError as error:
            raise NotImplementedError(MISSING) from error
        import secrets

        key = ec.generate_private_key(ec.SECP256R1())
        shared = secrets.token_bytes(16)
        form = serialization.PublicFormat.UncompressedPoint
        public = key.public_key().public_bytes(serialization.Encoding.X962, form)
        return {"privkey": key.private_numbers().private_value, "auth": shared}, {
            "pubkey": public,
            "auth": shared,
        }

    @api_version("2.4.0", "2.4.0")
    def push_subscription_decrypt_push(
        self, data: bytes, decrypt_params: dict[str, Any], encryption_header: str, crypto_key_header: str
    ) -> PushNotification:
        """The notification in a push, by its body, the private keys, and the headers Encryption and Crypto-Key."""
        try:
            import http_ece
            from cryptography.hazmat.primitives.asymmetric import ec
        except ImportError as error:
            raise NotImplementedError(MISSING) from error
        import json

        plain = http_ece.decrypt(
            data,
            salt=_b64(_field(encryption_header, "salt")),
            private_key=ec.derive_private_key(decrypt_params["privkey"], ec.SECP256R1()),
            dh=_b64(_field(crypto_key_header, "dh")),
            auth_secret=decrypt_params["auth"],
            keylabel="P-256",
            version="aesgcm",
        )
        return PushNotification(json.loads(plain.decode("utf-8")))


def _alerts(events: dict[str, bool | None], policy: str) -> dict[str, Any]:
    if policy not in POLICIES:
        raise MastodonIllegalArgumentError(f"Valid values for policy are: {', '.join(POLICIES)}")
    return {f"data[alerts][{ALERTS[name]}]": value for name, value in events.items()} | {"policy": policy}


def _field(header: str, name: str) -> str:
    """A parameter of a header like `dh=…;p256ecdsa=…`."""
    for part in header.replace(",", ";").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            return value.strip('"')
    raise MastodonIllegalArgumentError(f"the header has no {name}: {header!r}")


def _b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
