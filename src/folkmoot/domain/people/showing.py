"""To whom a person shows their profile, and with it their place in lists of members: the rule for every door."""

from __future__ import annotations

from enum import IntEnum

from folkmoot.domain.access import Standing, Viewer
from folkmoot.domain.views import AccountView


class ProfileSight(IntEnum):
    """Who sees it; a moderator of a group sees all of its members."""

    EVERYONE = 0
    MEMBERS = 1
    """Members of a group that the person is in."""
    MODERATORS = 2


def sight_of(stands: Standing) -> ProfileSight:
    """The most reserved profiles in a group that the viewer still sees."""
    if stands.is_moderator:
        return ProfileSight.MODERATORS
    fellow = stands.is_member or stands.is_parent_member
    return ProfileSight.MEMBERS if fellow else ProfileSight.EVERYONE


def is_shown(stands: Standing, viewer: Viewer, person: AccountView) -> bool:
    """Whether the profile of somebody who is heard in a group is for the viewer."""
    return person.id == viewer.account_id or person.profile_sight <= sight_of(stands)
