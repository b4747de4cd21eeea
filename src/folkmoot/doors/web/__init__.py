"""The community in a browser, without a line of script: read, write, join, moderate."""

from folkmoot.doors.web.door import door
from folkmoot.doors.web.pages import (
    embedding,
    entering,
    files,
    finding,
    front,
    groups,
    keys,
    marks,
    moderating,
    notices,
    people,
    place,
    settings,
    staff,
    threads,
    writing,
)

__all__ = [
    "door",
    "embedding",
    "entering",
    "files",
    "finding",
    "front",
    "groups",
    "keys",
    "marks",
    "moderating",
    "notices",
    "people",
    "place",
    "settings",
    "staff",
    "threads",
    "writing",
]
