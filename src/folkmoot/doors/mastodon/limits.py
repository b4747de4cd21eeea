"""How often one may call: the limits of this API's documentation, and those observed of servers."""

from __future__ import annotations

from typing import Final

from folkmoot.doors.frame import RateRule

_POST = frozenset({"POST"})
_STATUS = "/api/{version}/statuses/{id}"

RULES: Final = (
    RateRule(name="mastodon", path="/api/v1/", limit=300, window=300),
    RateRule(name="mastodon", path="/api/v2/", limit=300, window=300),
    RateRule(name="media", methods=_POST, path="/api/{version}/media", limit=30, window=1800),
    RateRule(name="delete", methods=frozenset({"DELETE"}), path=_STATUS, limit=30, window=1800),
    RateRule(name="delete", methods=_POST, path=_STATUS + "/unreblog", limit=30, window=1800),
    RateRule(name="write", methods=_POST, path="/api/{version}/statuses", limit=300, window=10_800),
    RateRule(name="write", methods=frozenset({"PUT"}), path=_STATUS, limit=300, window=10_800),
    RateRule(name="write", methods=_POST, path=_STATUS + "/reblog", limit=300, window=10_800),
    RateRule(
        name="follow", methods=_POST, path="/api/{version}/accounts/{id}/follow", limit=400, window=86_400
    ),
    RateRule(name="sign up", methods=_POST, path="/api/{version}/accounts", limit=5, window=1800, by="ip"),
    RateRule(name="register", methods=_POST, path="/api/{version}/apps", limit=5, window=600, by="ip"),
)
"""Rules of one name count together; a rule with `{…}` holds for just that path."""
