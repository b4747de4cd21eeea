"""The Mastodon client API: posts, timelines, people and notifications for every app of that family."""

from folkmoot.doors.mastodon import (
    accounts,
    apps,
    discovery,
    instance,
    media,
    notifications,
    reactions,
    relationships,
    search,
    signup,
    statuses,
    streaming,
    timelines,
)
from folkmoot.doors.mastodon.base import door

ATTACH = (streaming.attach,)
DETACH = (streaming.detach,)

__all__ = [
    "ATTACH",
    "DETACH",
    "accounts",
    "apps",
    "discovery",
    "door",
    "instance",
    "media",
    "notifications",
    "reactions",
    "relationships",
    "search",
    "signup",
    "statuses",
    "streaming",
    "timelines",
]
