"""Circles of contacts: friendica/group_*, and the same under the later name circle_*."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from folkmoot.domain.people import bonds, circles
from folkmoot.domain.people.circles import Circle
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.codecs import read_id
from folkmoot.wire.friendica import requests_lists as api
from folkmoot.wire.friendica.circle import Group, GroupResult

MOST = 5000
"""So many members at most are set by one call."""
Word = Literal["group", "circle"]
NO_GID = (400, "gid not available")
FAILED = (400, "other API error")


@door.on(api.ShowGroups, tx="read")
def show_groups(at: At, ask: api.ShowGroups) -> Response:
    return encode(Bare(_groups(at, ask.gid), "groups"), at)


@door.on(api.ShowCircles)
def show_circles(at: At, ask: api.ShowCircles) -> Response:
    # Later versions answer with this root; so does the contract.
    return encode(Bare(_groups(at, ask.gid), "group_update", item="group"), at)


def _groups(at: At, gid: int | str) -> list[Group]:
    found = [
        circle for circle in circles.mine(at.tx, at.viewer) if gid in (0, "0") or str(circle.id) == str(gid)
    ]
    if not found and gid not in (0, "0"):
        raise Said(*NO_GID)
    inside = circles.within(at.tx, [circle.id for circle in found])
    ids = list({account_id for ids in inside.values() for account_id in ids})
    users = {user.id: user for user in crowd.users(at, who.shown(at.tx, at.viewer, ids))}
    return [
        Group(name=circle.title, gid=circle.id, user=[users[i] for i in inside[circle.id] if i in users])
        for circle in found
    ]


@door.on(api.CreateGroup)
def create_group(at: At, ask: api.CreateGroup) -> Response:
    return _create(at, ask, "group")


@door.on(api.CreateCircle)
def create_circle(at: At, ask: api.CreateCircle) -> Response:
    return _create(at, ask, "circle")


def _create(at: At, ask: api.CreateGroup, word: Word) -> Response:
    wanted = members_of(ask.json)
    made = make(at, ask.name, word)
    return _filled(at, made, wanted, "group_create")


def make(at: At, name: str | None, word: Word, *, description: str = "", shown: bool = False) -> Circle:
    """A new circle of a name that none of the caller's has."""
    if not (name or "").strip():
        raise Said(400, f"{word} name not specified")
    if circles.named(at.tx, at.viewer, name or "") is not None:
        raise Said(400, f"{word} name already exists")
    return circles.create(at.tx, at.viewer, name or "", description=description, shown=shown)


def members_of(sent: Any) -> list[int] | None:
    """The cids in {"user": [{"cid": 3}, …]}, sent as text or in a JSON body; None where nothing is sent.

    Raises Said(other API error) for what is no such object, so that a broken text empties no circle.
    """
    if sent is None or sent == "":
        return None
    try:
        tree = msgspec.json.decode(sent) if isinstance(sent, str) else sent
    except (msgspec.DecodeError, RecursionError):
        raise Said(*FAILED) from None
    users = tree.get("user", []) if isinstance(tree, dict) else None
    if not isinstance(users, list) or len(users) > MOST:
        raise Said(*FAILED)
    cids = (entry.get("cid") if isinstance(entry, dict) else None for entry in users)
    return list(dict.fromkeys(read_id(str(cid)) or 0 for cid in cids if cid is not None))


def _filled(at: At, circle: Circle, wanted: list[int] | None, root: str) -> Response:
    """Let just the *wanted* be in the circle, those left out who are no contacts; None changes nothing."""
    known = _contacts(at, wanted or [])
    if wanted is not None:
        circles.fill(at.tx, at.viewer, circle.id, [id_ for id_ in wanted if id_ in known])
    wrong = [id_ for id_ in wanted or [] if id_ not in known]
    told = GroupResult(
        success=True,
        gid=circle.id,
        name=circle.title,
        status="missing user" if wrong else "ok",
        wrong_users=wrong,
    )
    return encode(Bare(told, root), at)


def _contacts(at: At, ids: list[int]) -> set[int]:
    """Those who have a cid for the caller: followed, following, asked, and the caller."""
    found = {account.id for account in who.shown(at.tx, at.viewer, [id_ for id_ in ids if id_])}
    stands = bonds.relations(at.tx, at.viewer, list(found), suspended=False) if found else []
    near = {r.id for r in stands if (r.following or r.requested or r.followed_by) and not r.blocking}
    return near | (found & {at.viewer.account_id})


@door.on(api.UpdateGroup)
def update_group(at: At, ask: api.UpdateGroup) -> Response:
    return _update(at, ask, "group")


@door.on(api.UpdateCircle)
def update_circle(at: At, ask: api.UpdateCircle) -> Response:
    return _update(at, ask, "circle")


def _update(at: At, ask: api.UpdateGroup, word: Word) -> Response:
    if not (ask.name or "").strip():
        raise Said(400, f"{word} name not specified")
    if not (ask.gid or "").strip():
        raise Said(400, "gid not specified")
    wanted, circle = members_of(ask.json), _one(at, ask.gid)
    return _filled(at, circle, wanted, "group_update")


def _one(at: At, gid: str | None) -> Circle:
    number = read_id((gid or "").strip())
    found = next((circle for circle in circles.mine(at.tx, at.viewer) if circle.id == number), None)
    if found is None:
        raise Said(*NO_GID)
    return found


@door.on(api.DeleteGroup)
def delete_group(at: At, ask: api.DeleteGroup) -> Response:
    return _delete(at, ask, "group")


@door.on(api.DeleteCircle)
def delete_circle(at: At, ask: api.DeleteCircle) -> Response:
    return _delete(at, ask, "circle")


def _delete(at: At, ask: api.DeleteGroup, word: Word) -> Response:
    if not (ask.gid or "").strip() or not ask.name:
        raise Said(400, "gid or name not specified")
    circle = _one(at, ask.gid)
    if circle.title != ask.name:
        raise Said(400, f"wrong {word} name")
    circles.delete(at.tx, at.viewer, circle.id)
    told = GroupResult(success=True, gid=circle.id, name=circle.title, status="deleted")
    return encode(Bare(told, "group_delete"), at)
