"""Following (and joining groups, which is the same here), blocking, muting, and requests to follow."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain import accounts as people
from folkmoot.domain import bonds, members
from folkmoot.domain.accounts import Kind
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number, numbers
from folkmoot.wire.mastodon.relationship import Relationship
from folkmoot.wire.mastodon.requests import relationships as api

MAX_IDS = 500
MAX_MUTE = 100 * 365 * 86_400


def _now(at: At, account_id: int) -> Relationship:
    return present.relationship(bonds.relations(at.tx, at.viewer, [account_id])[0])


def _is_group(at: At, account_id: int) -> bool:
    return people.kind_of(at.tx, account_id) == Kind.GROUP


@door.on(api.ListRelationships)
def relationships(at: At, ask: api.ListRelationships) -> list[Relationship]:
    return [present.relationship(r) for r in bonds.relations(at.tx, at.viewer, numbers(ask.id)[:MAX_IDS])]


@door.on(api.FollowAccount)
def follow(at: At, ask: api.FollowAccount) -> Relationship:
    account_id = number(ask.id)
    if _is_group(at, account_id):
        members.join(at.tx, at.viewer, account_id)
    else:
        spoken = (
            None
            if ask.languages is UNSET
            else ",".join(code[:35] for code in ask.languages[:50] if code.isalnum())
        )
        boosts = None if ask.reblogs is UNSET else ask.reblogs
        notify = None if ask.notify is UNSET else ask.notify
        bonds.follow(at.tx, at.viewer, account_id, boosts=boosts, notify=notify, languages=spoken)
    return _now(at, account_id)


@door.on(api.UnfollowAccount)
def unfollow(at: At, ask: api.UnfollowAccount) -> Relationship:
    account_id = number(ask.id)
    if _is_group(at, account_id):
        members.leave(at.tx, at.viewer, account_id)
    else:
        bonds.unfollow(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.BlockAccount)
def block(at: At, ask: api.BlockAccount) -> Relationship:
    bonds.block(at.tx, at.viewer, number(ask.id))
    return _now(at, number(ask.id))


@door.on(api.UnblockAccount)
def unblock(at: At, ask: api.UnblockAccount) -> Relationship:
    bonds.unblock(at.tx, at.viewer, number(ask.id))
    return _now(at, number(ask.id))


@door.on(api.MuteAccount)
def mute(at: At, ask: api.MuteAccount) -> Relationship:
    duration = min(max(0, ask.duration), MAX_MUTE) * 1000
    bonds.mute(at.tx, at.viewer, number(ask.id), notices_too=ask.notifications, duration_ms=duration)
    return _now(at, number(ask.id))


@door.on(api.UnmuteAccount)
def unmute(at: At, ask: api.UnmuteAccount) -> Relationship:
    bonds.unmute(at.tx, at.viewer, number(ask.id))
    return _now(at, number(ask.id))


@door.on(api.ListFollowRequests)
def follow_requests(at: At, ask: api.ListFollowRequests) -> Response:
    page, me = pages.page_of(ask), at.viewer.required()
    found = bonds.listing(at.tx, at.viewer, "requests", me, **pages.bounds(page))
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")


@door.on(api.AuthorizeFollowRequest)
def authorize(at: At, ask: api.AuthorizeFollowRequest) -> Relationship:
    bonds.accept(at.tx, at.viewer, number(ask.account_id))
    return _now(at, number(ask.account_id))


@door.on(api.RejectFollowRequest)
def reject(at: At, ask: api.RejectFollowRequest) -> Relationship:
    bonds.reject(at.tx, at.viewer, number(ask.account_id))
    return _now(at, number(ask.account_id))
