"""Groups below a group, and other names of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.access import Standing
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import grouplife, groupnames, groups, members
from folkmoot.domain.groups.groups import GroupView, NewGroup
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import accept, load, settings
from folkmoot.doors.groupsio.calls import (
    AnyList,
    Listed,
    Walk,
    call,
    direction,
    group_of,
    keyed_page,
    listing,
    require_act,
    sorted_by,
)
from folkmoot.doors.groupsio.door import Refused
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.group import Group, GroupAlias
from folkmoot.wire.groupsio.group_requests import (
    CreateSubgroup,
    DeleteGroupAlias,
    GetGroupAliases,
    GetSubgroups,
    NewGroupAlias,
)
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

VIA: Final = "api"
SORTS: Final = {"id": None, "created": None, "updated": None, "name": None}


@call(CreateSubgroup)
def create_subgroup(at: At, ask: CreateSubgroup) -> Group:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "make_subgroups")
    new = _new(ask, view)
    try:
        id_ = grouplife.found_below(at.tx, at.viewer, view, new, via=VIA, **accept.membership(ask))
    except Invalid as refusal:
        raise Refused("group is a subgroup") if refusal.field == "parent" else refusal from None
    return load.group(at.tx, at, *group_of(at.tx, at, id_, None))


def _new(ask: CreateSubgroup, parent: GroupView) -> NewGroup:
    """The new group; its name may be said with the parent's before it."""
    name = ask.sub_group_name.strip().replace(" ", "+")
    above, plus, own = name.partition("+")
    if plus and above.lower() == parent.name.lower():
        name = own
    plain = html_to_text(ask.desc) if "<" in ask.desc else ask.desc
    fields = settings.translate({"privacy": ask.privacy}, below=True)
    terse = not plain.strip()  # clients send an empty one who have none; a few letters are refused
    return NewGroup(name=name, description=plain, terse=terse, title=f"{parent.name}+{name}", **fields)


@listing(GetSubgroups)
def get_subgroups(tx: Tx, at: At, ask: GetSubgroups, walk: Walk) -> Listed[GetSubgroups]:
    field, ascending = sorted_by(ask, SORTS, "created", "asc")
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    require_act(tx, stands, "change_settings")
    keyed: list[tuple[list[int | str], tuple[GroupView, Standing]]] = [
        (
            [below.name.lower() if field == "name" else getattr(below, f"{field}_at", below.id), below.id],
            (below, own),
        )
        for below, own in _known(tx, at, view)
    ]
    page, key = keyed_page(keyed, ask, walk, ascending=ascending)
    shown = load.groups_of(tx, at, page)
    envelope = ListEnvelope[Group](data=[shown[below.id] for below, _ in page])
    return Listed(envelope, len(keyed), key, field, direction(ascending))


def _known(tx: Tx, at: At, parent: GroupView) -> list[tuple[GroupView, Standing]]:
    """The groups below that the caller may know of, and how they stand to each."""
    ids, me = grouplife.below(tx, parent.id), at.viewer.account_id
    found, own, above = groups.by_ids(tx, ids), members.in_groups(tx, me, ids), members.get(tx, parent.id, me)
    stood = [(found[id_], groups.stands(found[id_], own.get(id_), above)) for id_ in ids]
    return [(view, stands) for view, stands in stood if stands.may_know]


@listing(GetGroupAliases)
def get_group_aliases(tx: Tx, at: At, ask: GetGroupAliases, walk: Walk) -> Listed[GetGroupAliases]:
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    require_act(tx, stands, "change_settings")
    aliases = groupnames.of_group(tx, view.id)
    return short_list(
        ask,
        walk,
        ListEnvelope[GroupAlias](),
        [
            GroupAlias(
                id=alias.id,
                created=rfc3339(alias.created_at),
                updated=rfc3339(alias.created_at),
                name=alias.name,
                alias_group_id=alias.group_id,
            )
            for alias in aliases
        ],
    )


def short_list(ask: AnyList, walk: Walk, envelope: Any, items: list[Any]) -> Listed[Any]:
    """A page of a list that was read whole, its items with id, created, updated and name."""
    field, ascending = sorted_by(ask, SORTS, "created", "asc")
    keyed: list[tuple[list[int | str], Any]] = [
        ([item.name.lower() if field == "name" else getattr(item, field), item.id], item) for item in items
    ]
    envelope.data, key = keyed_page(keyed, ask, walk, ascending=ascending)
    return Listed(envelope, len(items), key, field, direction(ascending))


@call(NewGroupAlias)
def new_group_alias(at: At, ask: NewGroupAlias) -> Group:
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "change_settings")
    try:
        groupnames.add(at.tx, at.viewer, view.id, ask.alias_name.strip(), via=VIA)
    except (Invalid, Conflict):
        raise Refused("invalid alias_name") from None
    return load.group(at.tx, at, view, stands)


@call(DeleteGroupAlias)
def delete_group_alias(at: At, ask: DeleteGroupAlias) -> Group:
    try:
        alias = groupnames.see(at.tx, alias_id=ask.alias_group_id, name=ask.alias_group_name or "")
        groupnames.remove(at.tx, at.viewer, alias, via=VIA)
    except NotFound:
        raise Refused("invalid alias_group_name") from None
    return load.group(at.tx, at, *group_of(at.tx, at, alias.group_id, None))
