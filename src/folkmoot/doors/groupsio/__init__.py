"""The Groups.io API: groups, archives and drafts at /api/v1/NAME and /v1/NAME."""

from folkmoot.doors.groupsio import archive, drafts, group, session
from folkmoot.doors.groupsio.door import door

__all__ = ["archive", "door", "drafts", "group", "session"]
