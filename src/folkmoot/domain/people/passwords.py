"""Passwords: argon2id, checked in the same time whether the account exists or not; slow, so never on the loop."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from folkmoot.domain.errors import Invalid

MIN_LENGTH = 8
MAX_LENGTH = 1024
hasher = PasswordHasher()
_nobody: str | None = None


def hash_password(password: str) -> str:
    """The argon2id hash (some 50-150 ms). Raises Invalid("password", "too_short" | "too_long")."""
    if len(password) < MIN_LENGTH:
        raise Invalid("password", "too_short")
    if len(password) > MAX_LENGTH:
        raise Invalid("password", "too_long")
    return hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; without a hash the same time is spent and the answer is no."""
    global _nobody
    if _nobody is None:
        _nobody = hasher.hash("nobody has this password")
    try:
        hasher.verify(password_hash or _nobody, password[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
