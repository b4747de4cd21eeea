"""Scopes: which ones are asked for by default, and which ones a wider one grants."""

from __future__ import annotations

from collections.abc import Iterable

DEFAULT_SCOPES = ["read", "write", "follow", "push"]
_READ = "accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses"
_WRITE = f"{_READ.replace(' search', '')} conversations media reports"
_ADMIN = "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks"
SETS: dict[str, list[str]] = {
    "read": [f"read:{name}" for name in _READ.split()],
    "write": [f"write:{name}" for name in _WRITE.split()],
    "follow": [f"{right}:{name}" for right in ("read", "write") for name in ("blocks", "follows", "mutes")],
    "admin:read": [f"admin:read:{name}" for name in _ADMIN.split()],
    "admin:write": [f"admin:write:{name}" for name in _ADMIN.split()],
}


def granted(received: Iterable[str]) -> set[str]:
    """All that these scopes grant."""
    whole = set(received)
    for wide, narrow in SETS.items():
        if wide in whole:
            whole.update(narrow)
    return whole
