"""Calls that newer ones replaced: they are served as ever, and say by a header since when they are old."""

from __future__ import annotations

from typing import Final

from folkmoot.doors.frame.answers import Header

_SINCE: Final = {
    "/api/v1/accounts/{id}/pin": 1_751_932_800,
    "/api/v1/accounts/{id}/unpin": 1_751_932_800,
    "/api/v1/accounts/{id}/identity_proofs": 1_648_598_400,
    "/api/v1/filters": 1_668_384_000,
    "/api/v1/filters/{id}": 1_668_384_000,
    "/api/v1/instance": 1_668_384_000,
    "/api/v1/media": 1_586_044_800,
    "/api/v1/notifications/dismiss": 1_493_596_800,
    "/api/v2_alpha/notifications": 1_726_531_200,
    "/api/v2_alpha/notifications/{group_key}": 1_726_531_200,
    "/api/v2_alpha/notifications/{group_key}/dismiss": 1_726_531_200,
    "/api/v2_alpha/notifications/unread_count": 1_726_531_200,
    "/api/v1/search": 1_528_070_400,
    "/api/v1/statuses/{id}/card": 1_540_857_600,
    "/api/v1/suggestions": 1_621_123_200,
    "/api/v1/timelines/direct": 1_540_857_600,
    "/api/v1/trends/tags": 1_648_598_400,
    "/api/v1/trends": 1_648_598_400,
}
"""Seconds since 1970 of the day on which the version that the documentation names came out."""
HEADERS: Final[dict[str, Header]] = {
    path: (b"deprecation", b"@%d" % seconds) for path, seconds in _SINCE.items()
}
"""The header of a path as it is registered (RFC 9745)."""
