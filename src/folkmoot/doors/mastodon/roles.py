"""Roles in this API's words: their permission bits, and which of the domain's powers a permission is."""

from __future__ import annotations

from functools import cache
from typing import Final

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.people.collections import MOST as COLLECTIONS
from folkmoot.domain.powers import POWERS, require_power
from folkmoot.doors.mastodon.words import ROLES
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.account import Role as RoleEntity

EVERYBODY: Final = "-99"
"""The id of the role of those who have none."""
ALL: Final = 0x7FFFFF
"""All permissions that the API knows: those of owners."""
BITS: Final = {
    "see_dashboard": 0x8,
    "see_log": 0x4,
    "manage_people": 0x400,
    "manage_reports": 0x10,
    "manage_appeals": 0x200,
    "manage_tags": 0x100,
    "manage_place": 0x40 | 0x1000 | 0x2000 | 0x4000,
    "manage_servers": 0x20,
    "manage_barriers": 0x80,
    "give_roles": 0x20000 | 0x40000,
    "erase_people": 0x80000,
}
"""Permission flags of each power: settings, rules, announcements and emoji are one, as are roles and access."""
PERMISSIONS: Final = {
    "View Dashboard": "see_dashboard",
    "View Audit Log": "see_log",
    "Manage Users": "manage_people",
    "Manage Reports": "manage_reports",
    "Manage Appeals": "manage_appeals",
    "Manage Taxonomies": "manage_tags",
    "Manage Federation": "manage_servers",
    "Manage Blocks": "manage_barriers",
    "Manage Settings": "manage_place",
    "Delete User Data": "erase_people",
}
"""Permissions by the names that the documentation gives them."""


@cache
def _powers(permission: str) -> tuple[str, ...]:
    return tuple(PERMISSIONS[name.strip()] for name in permission.split(","))


def require(viewer: Viewer, permission: str) -> None:
    """Raises Forbidden("role") where the viewer's role lacks one of the permissions ("Manage Users, …")."""
    for power in _powers(permission):
        require_power(viewer, power)


@cache
def permissions(role: int) -> int:
    """The bits of a role."""
    if role >= Role.OWNER:
        return ALL
    return sum(bits for power, bits in BITS.items() if role >= POWERS[power])


@cache
def entity(role: int) -> RoleEntity:
    """A role with its permissions; who has none has everybody's."""
    name = next((name for known, name in ROLES.items() if known == role), "")
    return RoleEntity(
        id=Id(str(role) if name else EVERYBODY),
        name=name,
        permissions=str(permissions(role)),
        highlighted=bool(name),
        collection_limit=COLLECTIONS,
    )


def number(id_: str) -> int | None:
    """The role of an id, None for one that there is not."""
    if id_ == EVERYBODY:
        return int(Role.USER)
    return next((int(role) for role in ROLES if str(int(role)) == id_), None)
