"""Blocking and muting people, and the lists of them."""

from __future__ import annotations

from folkmoot.domain.paging import Page
from folkmoot.domain.people import bondpages, bonds
from folkmoot.domain.people.bondpages import Which
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.friends import PEOPLE
from folkmoot.doors.friendica.friendships import own_ids
from folkmoot.doors.friendica.people import NOBODY
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.friendica import requests_people as api
from folkmoot.wire.friendica.status import User

NO_SUCH = (404, "No such user.")


@door.on(api.CreateBlock)
def block(at: At, ask: api.CreateBlock) -> User:
    account = who.wanted(at.tx, at.viewer, ask, NO_SUCH)
    if account.id == at.viewer.account_id:
        raise Said(403, "You cannot block yourself!")
    bonds.block(at.tx, at.viewer, account.id)
    return crowd.one(at, account.id)


@door.on(api.DestroyBlock)
def unblock(at: At, ask: api.DestroyBlock) -> User:
    account = who.wanted(at.tx, at.viewer, ask, NO_SUCH, gone=True)
    bonds.unblock(at.tx, at.viewer, account.id)
    return crowd.one(at, account.id)


@door.on(api.CreateMute)
def mute(at: At, ask: api.CreateMute) -> User:
    account = who.wanted(at.tx, at.viewer, ask, NOBODY)
    bonds.mute(at.tx, at.viewer, account.id)
    return crowd.one(at, account.id)


@door.on(api.DestroyMute)
def unmute(at: At, ask: api.DestroyMute) -> User:
    account = who.wanted(at.tx, at.viewer, ask, NOBODY, gone=True)
    bonds.unmute(at.tx, at.viewer, account.id)
    return crowd.one(at, account.id)


def _list(at: At, ask: api.Avoided, which: Which) -> Response:
    me, asked = at.viewer.required(), crowd.turn(ask.cursor, ask.count, PEOPLE)
    return crowd.users_page(
        at,
        asked,
        bondpages.page(at.tx, at.viewer, which, me, asked.page),
        with_status=not ask.skip_status,
        with_entities=ask.include_entities,
        total=bondpages.count(at.tx, at.viewer, which, me),
    )


def _bare(at: At, ask: api.ListBlocks | api.BlocksIds) -> list[int] | None:
    """Whom the caller blocks, where the call is named as in Twitter 1.0, which knew no cursors."""
    if "/blocking" not in at.http.path:
        return None
    return bondpages.page(at.tx, at.viewer, "blocks", at.viewer.required(), Page(limit=ask.count))


@door.on(api.ListBlocks)
def blocks(at: At, ask: api.ListBlocks) -> Response:
    found = _bare(at, ask)
    if found is None:
        return _list(at, ask, "blocks")
    return crowd.array(at, crowd.users(at, who.shown(at.tx, at.viewer, found)))


@door.on(api.BlocksIds)
def blocks_ids(at: At, ask: api.BlocksIds) -> Response:
    found = _bare(at, ask)
    if found is not None:
        return crowd.ids_array(at, found, as_text=ask.stringify_ids)
    return own_ids(at, "blocks", ask.cursor, ask.count, as_text=ask.stringify_ids)


@door.on(api.ListMutes)
def mutes(at: At, ask: api.ListMutes) -> Response:
    return _list(at, ask, "mutes")


@door.on(api.MutesIds)
def mutes_ids(at: At, ask: api.MutesIds) -> Response:
    return own_ids(at, "mutes", ask.cursor, ask.count, as_text=ask.stringify_ids)
