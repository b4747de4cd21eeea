"""What the staff of this server may do: a table of powers and the lowest role of each; the rest is in access."""

from __future__ import annotations

from folkmoot.domain.access import Role, Viewer, require_role
from folkmoot.domain.errors import Forbidden

POWERS: dict[str, Role] = {
    "see_dashboard": Role.MODERATOR,
    "see_log": Role.MODERATOR,
    "manage_people": Role.MODERATOR,
    "manage_reports": Role.MODERATOR,
    "manage_tags": Role.MODERATOR,
    "manage_appeals": Role.ADMIN,
    "manage_place": Role.ADMIN,
    "manage_servers": Role.ADMIN,
    "manage_barriers": Role.ADMIN,
    "give_roles": Role.ADMIN,
    "erase_people": Role.ADMIN,
}
"""What may be done, and the lowest role that may."""


def require_power(viewer: Viewer, power: str) -> None:
    """Raises Forbidden("role") where the viewer's role does not hold the power of POWERS."""
    require_role(viewer, POWERS[power])


def require_above(viewer: Viewer, role: int) -> None:
    """Raises Forbidden("role") where *role* is as high as the viewer's own, or higher: nobody acts on their like."""
    if not viewer.everything and role >= viewer.role:
        raise Forbidden("this needs a higher role", code="role")
