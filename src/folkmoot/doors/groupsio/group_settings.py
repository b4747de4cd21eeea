"""A group's settings are changed, and a group is ended."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, structs

from folkmoot.domain.access import Posting
from folkmoot.domain.errors import Conflict, Invalid
from folkmoot.domain.groups import groupacts, grouplife, groupnames, groups
from folkmoot.domain.groups.groups import GroupChange, GroupView, Joining, Moderation
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import load, settings
from folkmoot.doors.groupsio.calls import call, group_of, require_act
from folkmoot.doors.groupsio.door import Refused
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.group_requests import DeleteGroup, UpdateGroup

VIA: Final = "api"
NO_SETTINGS: Final = frozenset({"group_id", "group_name", "csrf", "extended", "name", "alias"})
PHRASE: Final = "I understand"
_NAMES: Final = {
    "archive": "privacy",
    "parent_posts": "allow_parent_subs_to_post",
    "subgroup_access": "sub_group_access",
    "timezone": "default_timezone",
}
"""Settings of ours whose change is refused: their names."""


@call(UpdateGroup)
def update_group(at: At, ask: UpdateGroup) -> Group:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "change_settings")
    if view.locked and ask.lock_group is not False:
        raise Refused("group is locked")
    _change(at, view, _given(ask))
    _name(at, view, ask)
    return load.group(at.tx, at, *group_of(at.tx, at, view.id, None))


def _given(ask: UpdateGroup) -> dict[str, Any]:
    fields = structs.asdict(ask)
    given = {name: value for name, value in fields.items() if name not in NO_SETTINGS and value is not UNSET}
    if "<" in given.get("desc", ""):
        given["desc"] = html_to_text(given["desc"])
    return given


def _change(at: At, view: GroupView, given: dict[str, Any]) -> None:
    """Raises Invalid(name of the setting, "unknown") for what may not be so."""
    if not given:
        return
    try:
        fields = _guarded(view, settings.translate(given, view))
        if "description" in fields and len(fields["description"].strip()) < groups.MIN_DESCRIPTION:
            raise Refused("description too short")
        groups.update(at.tx, at.viewer, view.id, GroupChange(**fields))
    except Invalid as refusal:
        raise Invalid(_NAMES.get(refusal.field, refusal.field), "unknown", refusal.message) from None
    line = f"changed the settings {', '.join(sorted(given))}"
    groupacts.note(at.tx, at.viewer, view.id, "settings", line, via=VIA)


def _guarded(view: GroupView, fields: dict[str, Any]) -> dict[str, Any]:
    """A group that anybody joins and posts to is read at first: new members' posts wait, whatever was said of that
    (a rule of the API's for groups that are no subgroups)."""
    now = {name: fields.get(name, getattr(view, name)) for name in ("posting", "joining", "moderation")}
    unguarded = (
        now["posting"] != Posting.MODERATORS
        and now["joining"] == Joining.OPEN
        and now["moderation"] == Moderation.NOBODY
    )
    if view.parent_id is None and unguarded:
        return {**fields, "moderation": int(Moderation.NEW_MEMBERS)}
    return fields


def _name(at: At, view: GroupView, ask: UpdateGroup) -> None:
    """Another name, and another alias. Raises Refused("name exists" | "invalid group_name")."""
    try:
        if isinstance(ask.name, str):
            grouplife.rename(at.tx, at.viewer, view, ask.name.strip().replace(" ", "+"), via=VIA)
    except Conflict:
        raise Refused("name exists") from None
    if not isinstance(ask.alias, str) or ask.alias == groupnames.first_alias(at.tx, view.id):
        return
    if not ask.alias.strip():
        raise Invalid("alias", "unknown")
    old = groupnames.of_group(at.tx, view.id)[:1]
    try:
        groupnames.add(at.tx, at.viewer, view.id, ask.alias.strip(), via=VIA)
    except Conflict:
        raise Refused("name exists") from None
    except Invalid:
        raise Invalid("alias", "unknown") from None
    for alias in old:
        groupnames.remove(at.tx, at.viewer, alias, via=VIA)


@call(DeleteGroup)
def delete_group(at: At, ask: DeleteGroup) -> None:
    if ask.understand != PHRASE:
        raise Refused("understand")
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "delete_group")
    grouplife.delete(at.tx, at.viewer, view.id, via=VIA)
