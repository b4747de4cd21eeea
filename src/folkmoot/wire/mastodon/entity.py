"""What all entities of the Mastodon API have in common."""

from __future__ import annotations

from typing import Literal

import msgspec

Visibility = Literal["public", "unlisted", "private", "direct"]
"""Who a post is addressed to."""
QuoteState = Literal[
    "pending",
    "accepted",
    "rejected",
    "revoked",
    "deleted",
    "unauthorized",
    "blocked_account",
    "blocked_domain",
    "muted_account",
]
"""What became of a quote; the quoted post is shown only when accepted."""
Audience = Literal["public", "followers", "following", "unsupported_policy"]
"""Whom a policy speaks of."""
FilterContext = Literal["home", "notifications", "public", "thread", "account"]
"""Where a filter applies."""
PolicyChoice = Literal["accept", "filter", "drop"]
"""What becomes of a notification."""
FeedReaders = Literal["public", "authenticated", "disabled"]
"""Who may read a feed."""


class Entity(msgspec.Struct, kw_only=True, gc=False):
    """Base of all entities: plain trees, so the cycle collector need not look at them.

    Defaults are what the documentation means by absence (docs.joinmastodon.org/entities): null where a key
    may be null, UNSET where the key may be missing, the empty value where the key came after 3.0, so that
    answers of older servers can still be read.
    """
