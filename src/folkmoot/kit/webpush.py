"""Web push: who we are (VAPID, RFC 8292) and messages sealed for one app (RFC 8291, and the draft before it)."""

from __future__ import annotations

import base64
import binascii
import os
import re
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot.kit.lazy import lazy

if TYPE_CHECKING:
    import http_ece
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric import utils as asymmetric
    from cryptography.hazmat.primitives.kdf import hkdf
else:
    http_ece = lazy("http_ece")
    hashes = lazy("cryptography.hazmat.primitives.hashes")
    ec = lazy("cryptography.hazmat.primitives.asymmetric.ec")
    hkdf = lazy("cryptography.hazmat.primitives.kdf.hkdf")
    asymmetric = lazy("cryptography.hazmat.primitives.asymmetric.utils")

_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (SEC 2)."""
_JWT_HEAD: Final = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9"
"""{"typ":"JWT","alg":"ES256"}"""
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]*")


class BadKey(ValueError):
    """What an app gave us to encrypt for is no key."""


class Message(msgspec.Struct, frozen=True):
    """What is POSTed: headers and the sealed body."""

    headers: dict[str, str]
    body: bytes


def encode(raw: bytes) -> str:
    """Base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Base64 in either alphabet, padded or not. Raises BadKey."""
    plain = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    if len(plain) > 400 or _URL_SAFE.fullmatch(plain) is None:
        raise BadKey("no base64")
    try:
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        raise BadKey("no base64") from None


def derive(secret: bytes, purpose: bytes, length: int) -> bytes:
    """Bytes for one purpose from a server's one secret (HKDF-SHA-256, RFC 5869)."""
    return hkdf.HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose).derive(secret)


class Signer:
    """The server's VAPID key, made from its secret: the same in all its processes, and after a restore."""

    def __init__(self, secret: bytes) -> None:
        # Only here: its package alone takes 15 ms to load.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        number = int.from_bytes(derive(secret, b"web push vapid", 48), "big") % (_ORDER - 1) + 1
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        self.public_key = encode(_point(self._key.public_key()))
        """URL-safe base64 of the uncompressed point."""
        self._sealing = AESGCM(derive(secret, b"web push access tokens", 32))

    def sign(self, claims: dict[str, str | int]) -> str:
        """Claims for a push service as a signed token (RFC 8292 §2: whom it is for, until when, whom to ask)."""
        said = f"{_JWT_HEAD}.{encode(msgspec.json.encode(claims, order='sorted'))}"
        signature = self._key.sign(said.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = asymmetric.decode_dss_signature(signature)
        return f"{said}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def hide(self, text: str) -> str:
        """Text that only this server can read again."""
        nonce = os.urandom(12)
        return encode(nonce + self._sealing.encrypt(nonce, text.encode(), None))

    def reveal(self, hidden: str) -> str:
        """What was hidden; empty where it was hidden with another secret."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.urlsafe_b64decode(hidden + "=" * (-len(hidden) % 4))
            return self._sealing.decrypt(raw[:12], raw[12:], None).decode()
        except (InvalidTag, ValueError):
            return ""


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    # Not among the lazy ones above: this module replaces itself while it is loaded.
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def read_keys(public_key: str, auth: str) -> tuple[bytes, bytes]:
    """An app's point on P-256 (65 bytes) and its secret (16 bytes). Raises BadKey."""
    point, secret = decode(public_key), decode(auth)
    if len(point) != 65 or len(secret) != 16:
        raise BadKey("wrong length")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise BadKey("not on the curve") from None
    return point, secret


def seal(body: bytes, public_key: str, auth: str, token: str, our_key: str, *, standard: bool) -> Message:
    """The message for one app. Raises BadKey.

    *standard*: aes128gcm with `Authorization: vapid t=,k=` (RFC 8291 §4, RFC 8292 §3); else the drafts' aesgcm, whose
    salt and keys travel in the headers Encryption and Crypto-Key (draft-ietf-webpush-encryption-04 §4).
    """
    point, secret = read_keys(public_key, auth)
    once = ec.generate_private_key(ec.SECP256R1())
    if standard:
        sealed = http_ece.encrypt(body, private_key=once, dh=point, auth_secret=secret, version="aes128gcm")
        return Message(
            {"Content-Encoding": "aes128gcm", "Authorization": f"vapid t={token},k={our_key}"}, sealed
        )
    salt = os.urandom(16)
    sealed = http_ece.encrypt(
        body, salt=salt, private_key=once, dh=point, auth_secret=secret, version="aesgcm"
    )
    dh = encode(_point(once.public_key()))
    return Message(
        {
            "Content-Encoding": "aesgcm",
            "Encryption": f"salt={encode(salt)}",
            "Crypto-Key": f"dh={dh};p256ecdsa={our_key}",
            "Authorization": f"WebPush {token}",
        },
        sealed,
    )
