"""Addresses with a signature in them: where one mail comes back to, and the link that ends one membership."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

from folkmoot.settings import Settings

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BOUNCE_SIGNATURE = 10
LINK_SIGNATURE = 26


def secret_of(settings: Settings) -> bytes:
    """The server's secret as its other processes have it; empty where the server never ran."""
    file = Path(settings.data) / "secret"
    return file.read_bytes().strip() if file.exists() else b""


def _sign(secret: bytes, purpose: str, number: int, length: int) -> str:
    # Base32 in lower case, since some mail servers fold the letters of an address.
    digest = hmac.new(secret, f"{purpose}:{number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:length]


def short(number: int) -> str:
    """A whole number in base 36."""
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text or "0"


def bounce_word(secret: bytes, mail_id: int) -> str:
    """The word behind the plus of the return address of one mail of the outbox (VERP)."""
    return f"bounce-{short(mail_id)}-{_sign(secret, 'bounce', mail_id, BOUNCE_SIGNATURE)}"


def mail_of_bounce(secret: bytes, word: str) -> int | None:
    """The mail whose return address has this word, None unless it is one of ours (O04)."""
    return _read(secret, "bounce", word.removeprefix("bounce-"), BOUNCE_SIGNATURE)


def leave_token(secret: bytes, member_id: int) -> str:
    """What ends one membership by one click (RFC 8058)."""
    return f"{short(member_id)}-{_sign(secret, 'leave', member_id, LINK_SIGNATURE)}"


def member_of_leave(secret: bytes, token: str) -> int | None:
    """The membership that the token ends, None unless it is one of ours."""
    return _read(secret, "leave", token, LINK_SIGNATURE)


def _read(secret: bytes, purpose: str, text: str, length: int) -> int | None:
    digits, _, signature = text.lower().partition("-")
    if not (0 < len(digits) <= 13 and digits.isascii() and digits.isalnum()):
        return None
    number = int(digits, 36)
    right = hmac.compare_digest(
        _sign(secret, purpose, number, length), signature.encode("ascii", "replace").decode()
    )
    return number if right and secret else None
