"""A section of a group as it is open to a viewer: who reads and writes there is decided by grouprights."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from folkmoot.domain.access import Standing, Viewer, hidden_groups, standing
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import grouprights, groups, members
from folkmoot.domain.groups.groups import GroupView
from folkmoot.store.tx import Tx

Section = Literal["calendar", "files", "database", "wiki", "chat"]


USUAL: Final = "subscribers"
"""How a section is open where the group's settings say nothing."""


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
    def makes_folders(self) -> bool:
        """Whether the viewer, who may write, may make folders too."""
        return self.setting != "subscribers_no_folders" or self.moderates

    @property
    def tells_members(self) -> bool:
        """Whether the viewer is told of people in it what members are told: addresses, who comes."""
        return self.stands.is_member or self.moderates

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


def room_of(view: GroupView, stands: Standing, section: Section) -> Room:
    """The section of a group that was seen, as it is open to whoever stands so to it."""
    case, name = grouprights.Case(stands, view.settings), f"{section}_access"
    reads, writes = (grouprights.section(name, need)(case) for need in "rw")
    return Room(view, stands, section, str(view.settings.get(name, USUAL)), reads, writes)


def enter(tx: Tx, viewer: Viewer, group_id: int, section: Section) -> Room:
    """The section as it is open to the viewer. Raises NotFound where the viewer may not know of the group."""
    return room_of(groups.see(tx, viewer, group_id), standing(tx, viewer, group_id), section)


def room_with(tx: Tx, viewer: Viewer, group_id: int, section: Section) -> Room | None:
    """The section that holds what was asked for; None where the viewer may not know of the group. Asked with 0 for
    what is not there, so that what is hidden takes as long."""
    if hidden_groups(tx, viewer, [group_id]) or not group_id:
        return None
    return enter(tx, viewer, group_id, section)


def readers(tx: Tx, group_id: int, section: Section, account_ids: list[int]) -> set[int]:
    """Those of the accounts who belong to the group, or to the one above, and may look into its section: a live
    stream's audience, in a handful of queries."""
    view = groups.see(tx, Viewer.system(), group_id)
    own = members.of_people(tx, group_id, account_ids)
    above = members.of_people(tx, view.parent_id, account_ids) if view.parent_id is not None else {}
    allowed = grouprights.section(f"{section}_access", "r")
    found: set[int] = set()
    for account_id in account_ids:
        stands = groups.stands(view, own.get(account_id), above.get(account_id))
        if (stands.is_member or stands.is_parent_member) and allowed(grouprights.Case(stands, view.settings)):
            found.add(account_id)
    return found


def told_addresses(tx: Tx, room: Room, account_ids: list[int]) -> dict[int, str]:
    """Addresses of those who made what is in the section, as far as they are told to the viewer: to members."""
    return members.addresses_of(tx, account_ids) if room.tells_members else {}
