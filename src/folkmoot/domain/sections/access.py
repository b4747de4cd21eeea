"""A section of a group as it is open to a viewer: who reads and writes there is decided by grouprights."""

from __future__ import annotations

from typing import Literal

import msgspec

from folkmoot.domain.access import Standing, Viewer, standing
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import grouprights, groups
from folkmoot.domain.groups.groups import GroupView
from folkmoot.store.tx import Tx

Section = Literal["calendar", "files", "database", "wiki", "chat"]


class Room(msgspec.Struct, frozen=True):
    """A section of a group, as it is open to a viewer."""

    group: GroupView
    stands: Standing
    section: Section
    setting: str
    reads: bool
    writes: bool

    @property
    def group_id(self) -> int:
        return self.group.id

    @property
    def moderates(self) -> bool:
        return self.stands.is_moderator

    def to_read(self) -> Room:
        """Raises Forbidden("…_visible") where the viewer may not look into the section."""
        if not self.reads:
            raise Forbidden("this part of the group is not open to you", code=f"{self.section}_visible")
        return self

    def to_write(self) -> Room:
        """Raises Forbidden("manage_…") where the viewer may not add to the section."""
        if not self.writes:
            name = "chats" if self.section == "chat" else self.section
            raise Forbidden("you may not add to this part of the group", code=f"manage_{name}")
        return self

    def may_change(self, author_id: int, viewer: Viewer) -> bool:
        """Whether the viewer may change what *author_id* made: its maker while they may write, and moderators."""
        return self.writes and (self.moderates or author_id == viewer.account_id)


def enter(tx: Tx, viewer: Viewer, group_id: int, section: Section) -> Room:
    """The section as it is open to the viewer. Raises NotFound where the viewer may not know of the group."""
    view = groups.see(tx, viewer, group_id)
    stands = standing(tx, viewer, group_id)
    case, name = grouprights.Case(stands, view.settings), f"{section}_access"
    reads, writes = (grouprights.section(name, need)(case) for need in "rw")
    return Room(view, stands, section, str(view.settings.get(name, "subscribers")), reads, writes)
