"""The parts of a group: one that is off, or not for whoever looks, is not there; the others are linked from each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups
from folkmoot.domain.sections.access import Room, Section, room_of
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.web.show import page

if TYPE_CHECKING:
    from folkmoot.domain.access import Standing
    from folkmoot.domain.groups.groups import GroupView
    from folkmoot.store.tx import Tx

PLACES: Final[dict[Section, tuple[str, str]]] = {
    "calendar": ("calendar", "Calendar"),
    "files": ("files", "Files"),
    "database": ("tables", "Tables"),
    "wiki": ("wiki", "Wiki"),
    "chat": ("chats", "Chats"),
}
"""By section: where it is below the group's page, and what it is called."""


def enter(tx: Tx, at: At, section: Section) -> Room:
    """The section of the group of the address. Raises NotFound where the viewer may not look into it."""
    group, stands = groups.find(tx, at.viewer, at.path["name"])
    room = room_of(group, stands, section)
    if not room.reads:
        raise NotFound(what="section")
    return room


def open_to(group: GroupView, stands: Standing) -> list[tuple[str, str]]:
    """(where, what) of the sections that the viewer may look into."""
    return [place for section, place in PLACES.items() if room_of(group, stands, section).reads]


def draw(at: At, tx: Tx, room: Room, template: str, /, **values: Any) -> Response:
    """A page of the section, below the name of its group and the ways to the other sections."""
    return page(
        at,
        tx,
        template,
        group=room.group,
        room=room,
        sections=open_to(room.group, room.stands),
        section=PLACES[room.section][0],
        writes=room.writes and at.viewer.known,
        **values,
    )
