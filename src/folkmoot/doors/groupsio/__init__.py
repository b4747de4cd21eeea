"""The Groups.io API: groups, archives and drafts at /api/v1/NAME and /v1/NAME."""

from folkmoot.domain.journal import CALL_QUEUED, POST_ADDED
from folkmoot.doors.groupsio import (
    activity,
    archive,
    attachments,
    calendar,
    chat_stream,
    chats,
    databases,
    delivery,
    drafts,
    entering,
    feeds,
    files,
    group,
    group_settings,
    history,
    member_lists,
    member_notices,
    member_work,
    org,
    outside,
    session,
    subgroups,
    user,
    wiki,
)
from folkmoot.doors.groupsio.chat_live import attach, detach
from folkmoot.doors.groupsio.chores import look_after_calendars, look_after_drafts
from folkmoot.doors.groupsio.door import door
from folkmoot.doors.groupsio.webhooks import call_out, hear

CHORES = {look_after_calendars: "", look_after_drafts: "", call_out: CALL_QUEUED}
HANDLERS = {POST_ADDED: hear}
ATTACH = (attach,)
DETACH = (detach,)

__all__ = [
    "ATTACH",
    "CHORES",
    "DETACH",
    "HANDLERS",
    "activity",
    "archive",
    "attachments",
    "calendar",
    "chat_stream",
    "chats",
    "databases",
    "delivery",
    "door",
    "drafts",
    "entering",
    "feeds",
    "files",
    "group",
    "group_settings",
    "history",
    "member_lists",
    "member_notices",
    "member_work",
    "org",
    "outside",
    "session",
    "subgroups",
    "user",
    "wiki",
]
