"""What scopes mean, in sentences for the consent page."""

from __future__ import annotations

_WHOLE = {
    "read": "Read everything that you may read here",
    "write": "Post, react and change your account for you",
    "follow": "Follow, mute and block for you",
    "push": "Send you notifications",
    "profile": "See who you are",
    "admin:read": "Read everything that the staff may read",
    "admin:write": "Do everything that the staff may do",
}
_THINGS = {
    "accounts": "accounts",
    "blocks": "your blocks",
    "bookmarks": "your bookmarks",
    "collections": "your collections",
    "conversations": "your conversations",
    "favourites": "your likes",
    "filters": "your filters",
    "follows": "whom you follow",
    "lists": "your lists",
    "media": "your pictures",
    "mutes": "your mutes",
    "notifications": "your notifications",
    "reports": "reports",
    "search": "search on your behalf",
    "statuses": "posts",
}


def in_words(scopes: str) -> list[str]:
    """A sentence for each scope."""
    return [_sentence(scope) for scope in scopes.split()]


def _sentence(scope: str) -> str:
    if scope in _WHOLE:
        return _WHOLE[scope]
    staff, _, rest = scope.rpartition("admin:")
    del staff
    way, _, thing = rest.partition(":")
    verb = {"read": "Read", "write": "Change"}.get(way, way)
    name = _THINGS.get(thing, thing.replace("_", " "))
    return f"{verb} {name}" + (" as staff" if scope.startswith("admin:") else "")
