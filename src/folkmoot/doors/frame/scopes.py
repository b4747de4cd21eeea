"""The tree of OAuth scopes: `write` holds `write:media`, and `follow` is an old bundle of six."""

from __future__ import annotations

from collections.abc import Iterable

_READ = "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses"
_WRITE = (
    "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes "
    "notifications reports statuses"
)
_ADMIN = "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks"

SCOPES: tuple[str, ...] = (
    "read",
    *(f"read:{name}" for name in _READ.split()),
    "write",
    *(f"write:{name}" for name in _WRITE.split()),
    "follow",
    "push",
    "profile",
    "admin:read",
    *(f"admin:read:{name}" for name in _ADMIN.split()),
    "admin:write",
    *(f"admin:write:{name}" for name in _ADMIN.split()),
)
"""All that a client may ask for (Mastodon documentation, OAuth scopes)."""
FOLLOW = frozenset(f"{way}:{name}" for way in ("read", "write") for name in ("blocks", "follows", "mutes"))


def covers(held: Iterable[str], wanted: str) -> bool:
    """Whether one of the *held* scopes is *wanted* or stands above it in the tree."""
    held = set(held)
    if wanted in held or ("follow" in held and wanted in FOLLOW):
        return True
    if wanted == "profile" and held & {"read", "read:accounts"}:
        return True
    parts = wanted.split(":")
    return any(":".join(parts[:n]) in held for n in range(1, len(parts)))


def choose(asked: str, held: str) -> str | None:
    """The scopes of *asked*, each once, in order; None where one is unknown or beyond those *held*."""
    wanted = list(dict.fromkeys(asked.replace("+", " ").split()))
    if not wanted or any(scope not in SCOPES or not covers(held.split(), scope) for scope in wanted):
        return None
    return " ".join(wanted)
