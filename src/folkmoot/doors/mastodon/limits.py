"""How often one may call: the limits of this API's documentation, and those observed of servers."""

from __future__ import annotations

from typing import Final

from folkmoot.doors.frame import RateRule

_POST = frozenset({"POST"})
_STATUS = "/api/{version}/statuses/{id}"
_PAGING: Final = frozenset({"page", "max_id", "min_id", "since_id"})
_FIVE, _HALF_HOUR, _THREE_HOURS, _DAY = 300, 1800, 10_800, 86_400

RULES: Final = (
    RateRule(name="token", path="/api/", limit=300, window=_FIVE, by="token"),
    RateRule(name="account", path="/api/", limit=1500, window=_FIVE, known=True),
    RateRule(name="paging", path="/api/", limit=300, window=900, params=_PAGING),
    RateRule(name="media", methods=_POST, path="/api/{version}/media", limit=30, window=_HALF_HOUR),
    RateRule(name="delete", methods=frozenset({"DELETE"}), path=_STATUS, limit=30, window=_HALF_HOUR),
    RateRule(name="delete", methods=_POST, path=_STATUS + "/unreblog", limit=30, window=_HALF_HOUR),
    RateRule(name="write", methods=_POST, path="/api/{version}/statuses", limit=300, window=_THREE_HOURS),
    RateRule(name="write", methods=frozenset({"PUT"}), path=_STATUS, limit=300, window=_THREE_HOURS),
    RateRule(name="write", methods=_POST, path=_STATUS + "/reblog", limit=300, window=_THREE_HOURS),
    RateRule(
        name="follow", methods=_POST, path="/api/{version}/accounts/{id}/follow", limit=400, window=_DAY
    ),
    RateRule(name="follow", methods=_POST, path="/api/{version}/follows", limit=400, window=_DAY),
    RateRule(name="report", methods=_POST, path="/api/{version}/reports", limit=400, window=_DAY),
    RateRule(
        name="sign up", methods=_POST, path="/api/{version}/accounts", limit=5, window=_HALF_HOUR, by="ip"
    ),
    RateRule(name="register", methods=_POST, path="/api/{version}/apps", limit=5, window=600, by="ip"),
)
"""Rules of one name count together; a rule with `{…}` holds for just that path.

A token has 300 requests in five minutes and an account 1,500 over all its tokens, as servers do it; the documentation's
300 of an account are what anybody with one app sees. Without a token the 300 are those of the address.
"""
