"""The Groups.io API: groups, archives and drafts at /api/v1/NAME and /v1/NAME."""

from folkmoot.doors.groupsio import (
    activity,
    archive,
    calendar,
    databases,
    drafts,
    files,
    group,
    group_settings,
    member_lists,
    member_notices,
    member_work,
    session,
    subgroups,
)
from folkmoot.doors.groupsio.chores import look_after_calendars
from folkmoot.doors.groupsio.door import door

CHORES = (look_after_calendars,)

__all__ = [
    "CHORES",
    "activity",
    "archive",
    "calendar",
    "databases",
    "door",
    "drafts",
    "files",
    "group",
    "group_settings",
    "member_lists",
    "member_notices",
    "member_work",
    "session",
    "subgroups",
]
