"""The domain's words in this API's words and back: audiences, kinds of notices, roles, kinds of media."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from folkmoot.domain.access import Audience, Role
from folkmoot.wire.mastodon.entity import Visibility

VISIBILITY: Final[dict[int, Visibility]] = {
    Audience.PUBLIC: "public",
    Audience.UNLISTED: "unlisted",
    Audience.FOLLOWERS: "private",
    Audience.DIRECT: "direct",
    Audience.GROUP: "private",
    Audience.CIRCLE: "private",
    Audience.LOCAL: "private",
}
"""What a post's audience is called; a post to a group with an open archive is public (see `visibility`)."""
AUDIENCE: Final[dict[str, Audience]] = {
    "public": Audience.PUBLIC,
    "unlisted": Audience.UNLISTED,
    "private": Audience.FOLLOWERS,
    "direct": Audience.DIRECT,
}
NOTICES: Final = {
    "mention": "mention",
    "post": "status",
    "boost": "reblog",
    "follow": "follow",
    "member_request": "follow_request",
    "follow_request": "follow_request",
    "like": "favourite",
    "poll": "poll",
    "edit": "update",
    "quote": "quote",
    "quoted_edit": "quoted_update",
    "sign_up": "admin.sign_up",
    "report": "admin.report",
    "severed": "severed_relationships",
    "warning": "moderation_warning",
    "collected": "added_to_collection",
    "collection_edited": "collection_update",
    "annual_report": "annual_report",
}
"""Kinds of notices that this API knows; others are not shown here. Joining a group is following it here."""
KIND_OF: Final = {type_: kind for kind, type_ in NOTICES.items()}
"""The kind of a type; of two that have the same type the later."""


def kinds_of(types: Iterable[str]) -> frozenset[str]:
    """All kinds of these types; unknown types are of none."""
    asked = frozenset(types)
    return frozenset(kind for kind, type_ in NOTICES.items() if type_ in asked)


ROLES: Final = {Role.MODERATOR: "Moderator", Role.ADMIN: "Admin", Role.OWNER: "Owner"}
MEDIA: Final = frozenset({"image", "gifv", "video", "audio"})


def visibility(audience: int, *, is_open: bool) -> Visibility:
    """Who a post is addressed to, as near as this API can say it."""
    if audience == Audience.GROUP and is_open:
        return "public"
    return VISIBILITY[audience]
