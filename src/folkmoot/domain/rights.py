"""What moderators may be trusted with, one by one, and what acts in a group each of it allows."""

from __future__ import annotations

from typing import Final

RIGHTS: Final = (
    "posts", "applicants", "invite", "remove", "ban", "roles", "tags", "settings", "options", "integrations",
    "archive", "billing", "subgroups", "list", "payments",
)  # fmt: skip
"""Let posts in; let applicants in; invite; remove; ban; make moderators; tags; the group's settings; members' options;
integrations; change the archive; billing; subgroups; see the list of members; paid memberships."""
EVERY: Final = frozenset(RIGHTS)
USUAL: Final = EVERY - {"roles", "settings", "integrations", "billing", "subgroups", "payments"}
"""What a moderator has for whom nothing else was chosen."""
NONE: Final = "-"
"""Chosen rights of a moderator who has none at all."""
HANDLING: Final = frozenset({"applicants", "remove", "ban", "options", "roles"})
"""Rights to work with members."""
LISTING: Final = HANDLING | {"list"}
"""Rights that open the list of members, whatever the group says of it."""

GROUP_ACTS: Final[dict[str, str | frozenset[str]]] = {
    "read_archive": "may_read",
    "post": "may_post",
    "approve": frozenset({"posts"}),
    "edit_archive": frozenset({"archive"}),
    "manage_members": HANDLING,
    "see_members": LISTING,
    "approve_members": frozenset({"applicants"}),
    "remove_members": frozenset({"remove"}),
    "ban_members": frozenset({"ban"}),
    "invite_members": frozenset({"invite"}),
    "set_options": frozenset({"options", "roles"}),
    "set_roles": frozenset({"roles"}),
    "manage_tags": frozenset({"tags"}),
    "change_settings": frozenset({"settings"}),
    "see_log": "is_moderator",
    "speak_as_group": "is_moderator",
    "delete_group": "is_owner",
}
"""What may be done in a group: the property of Standing that decides it, or rights of which one is enough."""


def held(chosen: str, *, moderator: bool, owner: bool) -> frozenset[str]:
    """The rights of somebody with that role; *chosen* are words divided by commas, NONE, or empty for the usual."""
    if owner:
        return EVERY
    if not moderator:
        return frozenset()
    return EVERY.intersection(chosen.split(",")) if chosen else USUAL


def written(chosen: frozenset[str]) -> str:
    """Rights as they are kept."""
    return ",".join(right for right in RIGHTS if right in chosen) or NONE
