"""Groups: seen, founded, and what the caller may do in them."""

from __future__ import annotations

from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import accept, load, perms
from folkmoot.doors.groupsio.calls import call, group_of
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.perms import Perms
from folkmoot.wire.groupsio.requests import CreateGroup, GetGroup, GetPerms


@call(GetGroup)
def get_group(at: At, ask: GetGroup) -> Group:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    if not ask.group_name and not stands.is_member:
        raise NotFound(what="group")  # a group that the caller is not in is asked for by name only
    return load.group(at.tx, at, view, stands)


@call(GetPerms)
def get_perms(at: At, ask: GetPerms) -> Perms:
    return perms.own(at.tx, group_of(at.tx, at, ask.group_id, ask.group_name)[1])


@call(CreateGroup)
def create_group(at: At, ask: CreateGroup) -> Group:
    id_ = groups.create(at.tx, at.viewer, accept.new_group(ask), **accept.membership(ask))
    return load.group(at.tx, at, *group_of(at.tx, at, id_, None))
