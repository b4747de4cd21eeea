"""Groups below groups, new names, and the end of a group: at once for everybody, its posts bit by bit."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import (
    Archive,
    GroupRole,
    Membership,
    PostState,
    Viewer,
    require_in_group,
    standing,
)
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import groupacts, groupnames, groups
from folkmoot.domain.groups.grouprights import require
from folkmoot.domain.groups.groups import GroupView, NewGroup
from folkmoot.domain.people import accounts as people
from folkmoot.domain.posts import edits
from folkmoot.domain.sections import ending
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.groups import groups as groups_t
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

ERASED_AT_ONCE: Final = 50
"""So many posts of a deleted group go in one transaction."""
_BELOW = Query(
    sa.select(groups_t.c.account_id)
    .where(groups_t.c.parent_id == p("id"), groups_t.c.deleted_at.is_(None))
    .order_by(groups_t.c.account_id)
)
_LEAVE = Query(
    sa.update(members_t)
    .where(members_t.c.group_id == p("id"), members_t.c.status != int(Membership.LEFT))
    .values(status=int(Membership.LEFT), role=int(GroupRole.MEMBER), mod_permissions="", updated_at=p("now"))
)
_DELETED = Query(sa.select(groups_t.c.account_id).where(groups_t.c.deleted_at.is_not(None)).limit(50))
_POSTS = Query(
    sa.select(posts.c.id)
    .where(posts.c.group_id == p("id"), posts.c.state != int(PostState.DELETED))
    .order_by(posts.c.id.desc())
    .limit(ERASED_AT_ONCE)
)
_DONE = Query(sa.update(groups_t).where(groups_t.c.account_id == p("id")).values(deleted_at=None))


def below(tx: Tx, group_id: int) -> list[int]:
    """The groups below a group, oldest first (the caller has asked)."""
    return tx.column(_BELOW, id=group_id)


def found_below(
    tx: Tx, viewer: Viewer, parent: GroupView, new: NewGroup, *, via: str = "", **membership: Any
) -> int:
    """Make a group below another: its name is Parent+Name. Raises as groups.create, Forbidden("make_subgroups"),
    Invalid("parent", "below") where the parent is below a group itself."""
    require(tx, viewer, parent.id, "make_subgroups")
    if parent.parent_id is not None:
        raise Invalid("parent", "below")
    id_ = groups.create(tx, viewer, new, parent=parent, **membership)
    name = f"{parent.name}+{new.name}"
    groupacts.note(tx, viewer, parent.id, "make_subgroup", f"made the group {name}", target_id=id_, via=via)
    return id_


def rename(tx: Tx, viewer: Viewer, view: GroupView, wish: str, *, via: str = "") -> None:
    """Give a group another name; the old one stays blocked for a while. A group below another is called Parent+Name.
    Raises Invalid("name"), Conflict("name.taken"), Forbidden."""
    require_in_group(standing(tx, viewer, view.id), "change_settings")
    if wish == view.name:
        return
    name = _checked(tx, view, wish)
    if name.lower() != view.name.lower():
        groupnames.check_free(tx, name, own=view.id)
        if people.find_by_name(tx, name) is not None:
            raise Conflict("name already taken", code="name.taken")
        if view.parent_id is None:
            groupnames.block(tx, view.name, view.id)
    _set_name(tx, view.id, name)
    for id_ in below(tx, view.id):
        own = groups.see(tx, Viewer.system(), id_).name.partition("+")[2]
        groupnames.check_length(f"{name}+{own}")
        _set_name(tx, id_, f"{name}+{own}")
    groupacts.note(tx, viewer, view.id, "rename", f"renamed the group from {view.name} to {name}", via=via)


def _checked(tx: Tx, view: GroupView, wish: str) -> str:
    if view.parent_id is None:
        return groupnames.check_name(wish)
    parent = groups.see(tx, Viewer.system(), view.parent_id).name
    above, plus, own = wish.partition("+")
    if not plus or above.lower() != parent.lower():
        raise Invalid("name", "invalid")
    return f"{parent}+{groupnames.check_name(own, below=True)}"


def _set_name(tx: Tx, group_id: int, name: str) -> None:
    tx.update(accounts, {"id": group_id}, name=name, folded=name.lower())
    tx.update(groups_t, {"account_id": group_id}, updated_at=tx.now)
    people.changed(tx, group_id)
    journal.record(tx, journal.GROUP_CHANGED, 0, group_id)


def delete(tx: Tx, viewer: Viewer, group_id: int, *, via: str = "") -> None:
    """End a group and those below it, for good: nobody is a member, sees it or finds it any more; the posts follow
    (`erase`). Raises NotFound, Forbidden("delete_group")."""
    require_in_group(standing(tx, viewer, group_id), "delete_group")
    view = groups.see(tx, viewer, group_id)
    for id_ in below(tx, group_id):
        _end(tx, groups.see(tx, Viewer.system(), id_))
    if view.parent_id is not None:
        line = f"deleted the group {view.name}"
        groupacts.note(tx, viewer, view.parent_id, "delete_subgroup", line, target_id=group_id, via=via)
    _end(tx, view)


def _end(tx: Tx, view: GroupView) -> None:
    groupnames.forget(tx, view.id)
    if view.parent_id is None:
        groupnames.block(tx, view.name, view.id)
    tx.run(_LEAVE, id=view.id, now=tx.now)
    values = {"archive": int(Archive.MEMBERS), "listed": 0, "locked": 1, "parent_posts": 0, "members_n": 0}
    tx.update(groups_t, {"account_id": view.id}, **values, parent_id=None, deleted_at=tx.now)
    gone = f"deleted-{view.id}"
    tx.update(
        accounts, {"id": view.id}, name=gone, folded=gone, display_name="", note_source="", note_html="",
        discoverable=0, suspended_at=tx.now,
    )  # fmt: skip
    people.changed(tx, view.id)
    journal.record(tx, journal.GROUP_CHANGED, 0, view.id)


def waits(tx: Tx) -> bool:
    """Whether a deleted group still has to be erased."""
    return tx.one(_DELETED) is not None


def erase(tx: Tx) -> int:
    """Delete some posts of deleted groups, then what their sections held; how many rows. For a chore."""
    for group_id in tx.column(_DELETED):
        ids = tx.column(_POSTS, id=group_id)
        for id_ in ids:
            _erase_post(tx, id_)
        ended = len(ids) or ending.end(tx, group_id)
        if ended:
            return ended
        tx.run(_DONE, id=group_id)
    return 0


def _erase_post(tx: Tx, post_id: int) -> None:
    try:
        edits.delete(tx, Viewer.system(), post_id)
    except NotFound:  # a boost among them, which goes with what it boosts
        tx.update(posts, {"id": post_id}, state=int(PostState.DELETED), deleted_at=tx.now)
