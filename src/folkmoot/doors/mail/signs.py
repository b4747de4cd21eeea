"""Addresses with a signature in them: where a mail or an answer comes back to, and links that act for one member."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path

from folkmoot.settings import Settings

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BOUNCE_SIGNATURE = 10
LINK_SIGNATURE = 26
RSVP_SIGNATURE = 13
"""The whole word fits the 64 octets that stand before an @."""


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


def short_name(group_id: int) -> str:
    """What stands for a group before the plus where its name is too long; no group is called so, as that has a dot."""
    return f"g.{short(group_id)}"


def group_of_short(name: str) -> int | None:
    """The group that such a name means."""
    digits = name.removeprefix("g.")
    fits = name.startswith("g.") and 0 < len(digits) <= 13 and digits.isascii() and digits.isalnum()
    return int(digits, 36) if fits and int(digits, 36) < 1 << 63 else None


def answer_word(post_id: int) -> str:
    """The word behind the plus by which a mail answers a post, without any header that says so; who may answer is asked
    as ever."""
    return f"reply-{short(post_id)}"


def author_word(post_id: int) -> str:
    """The word behind the plus by which a mail goes to a post's author alone."""
    return f"author-{short(post_id)}"


def thread_word(word: str, post_id: int) -> str:
    """The word behind the plus by which a member follows or mutes the thread of a post."""
    return f"thread-{word}-{short(post_id)}"


def post_of(word: str) -> int | None:
    """The post that such a word names."""
    digits = word.partition("-")[2]
    if not (0 < len(digits) <= 13 and digits.isascii() and digits.isalnum()):
        return None
    number = int(digits, 36)
    return number if 0 < number < 1 << 63 else None


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


def rsvp_word(secret: bytes, event_id: int, member_id: int) -> str:
    """What stands for one member's answer to one event: behind the plus of an address, and in a link."""
    what = f"{short(event_id)}-{short(member_id)}"
    return f"rsvp-{what}-{_sign(secret, 'rsvp:' + short(event_id), member_id, RSVP_SIGNATURE)}"


def event_of_rsvp(secret: bytes, word: str) -> tuple[int, int] | None:
    """(event, member) of such a word, None unless it is one of ours."""
    event, _, rest = word.lower().removeprefix("rsvp-").partition("-")
    if not (0 < len(event) <= 13 and event.isascii() and event.isalnum()):
        return None
    event_id = int(event, 36)
    member_id = _read(secret, f"rsvp:{short(event_id)}", rest, RSVP_SIGNATURE)
    return None if member_id is None else (event_id, member_id)


def _read(secret: bytes, purpose: str, text: str, length: int) -> int | None:
    digits, _, signature = text.lower().partition("-")
    if not (0 < len(digits) <= 13 and digits.isascii() and digits.isalnum()):
        return None
    number = int(digits, 36)
    right = hmac.compare_digest(
        _sign(secret, purpose, number, length), signature.encode("ascii", "replace").decode()
    )
    return number if right and secret else None
