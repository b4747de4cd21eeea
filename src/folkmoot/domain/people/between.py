"""How two accounts stand to each other, as far as somebody else may know of it."""

from __future__ import annotations

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groupfinds
from folkmoot.domain.people import bondlists, bonds
from folkmoot.domain.people.relations import Relation
from folkmoot.domain.views import AccountView
from folkmoot.store.tx import Tx


def between(tx: Tx, viewer: Viewer, one: AccountView, other: AccountView) -> Relation:
    """How *one* stands to *other*. Of two others it is no more than what one of them shows, of somebody and a group
    what the group tells of its members."""
    stands = bonds.relations(tx, Viewer(one.id), [other.id])[0]
    if viewer.account_id in (one.id, other.id):
        return stands
    asked = [each.id for each in (one, other) if each.is_group]
    groups = groupfinds.found(tx, viewer, asked)
    # A group of which the viewer may not know is not found.
    if len(groups) < len(asked) or not all(groupfinds.tells_members(group) for group in groups):
        return Relation(id=other.id)
    if bondlists.hidden(tx, viewer, one.id) and bondlists.hidden(tx, viewer, other.id):
        return Relation(id=other.id)
    return Relation(id=other.id, following=stands.following, followed_by=stands.followed_by)
