"""Following (and joining groups, which is the same here), blocking, muting, notes, endorsing, and asking to follow."""

from __future__ import annotations

import re

from msgspec import UNSET

from folkmoot.domain.groups import members
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import admissions, bonds, regards
from folkmoot.domain.people.accounts import Kind
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, known, number, numbers
from folkmoot.wire.mastodon.relationship import Relationship
from folkmoot.wire.mastodon.requests import relationships as api

MAX_IDS = 500
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
MAX_MUTE = 100 * 365 * 86_400


def _now(at: At, account_id: int) -> Relationship:
    return present.relationship(bonds.relations(at.tx, at.viewer, [account_id])[0])


def _is_group(at: At, account_id: int) -> bool:
    return people.kind_of(at.tx, account_id) == Kind.GROUP


@door.on(api.ListRelationships)
def relationships(at: At, ask: api.ListRelationships) -> list[Relationship]:
    ids = known(at, numbers(ask.id)[:MAX_IDS])
    found = bonds.relations(at.tx, at.viewer, ids, suspended=ask.with_suspended)
    return [present.relationship(r) for r in found]


@door.on(api.FollowAccount)
def follow(at: At, ask: api.FollowAccount) -> Relationship:
    options = {
        "boosts": None if ask.reblogs is UNSET else ask.reblogs,
        "notify": None if ask.notify is UNSET else ask.notify,
    }
    spoken = None if ask.languages is UNSET else _codes(ask.languages)
    account_id = account_number(at, ask.id)
    follow_or_join(at, account_id, languages=spoken, **options)
    return _now(at, account_id)


def follow_or_join(
    at: At,
    account_id: int,
    *,
    boosts: bool | None = None,
    notify: bool | None = None,
    languages: str | None = None,
) -> None:
    """Follow a person or join a group, or ask to; what is None stays as it is."""
    if _is_group(at, account_id):
        members.join(at.tx, at.viewer, account_id, via="api")
    else:
        bonds.follow(at.tx, at.viewer, account_id, boosts=boosts, notify=notify, languages=languages)


def _codes(languages: list[str]) -> str:
    """Languages as a follow keeps them; what is no code is left out."""
    return ",".join(dict.fromkeys(code for code in languages[:50] if LANGUAGE.fullmatch(code)))


@door.on(api.UnfollowAccount)
def unfollow(at: At, ask: api.UnfollowAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    if _is_group(at, account_id):
        members.leave(at.tx, at.viewer, account_id, via="api")
    else:
        bonds.unfollow(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.BlockAccount)
def block(at: At, ask: api.BlockAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    bonds.block(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.UnblockAccount)
def unblock(at: At, ask: api.UnblockAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    bonds.unblock(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.MuteAccount)
def mute(at: At, ask: api.MuteAccount) -> Relationship:
    duration = min(max(0, ask.duration), MAX_MUTE) * 1000
    account_id = account_number(at, ask.id)
    bonds.mute(at.tx, at.viewer, account_id, notices_too=ask.notifications, duration_ms=duration)
    return _now(at, account_id)


@door.on(api.UnmuteAccount)
def unmute(at: At, ask: api.UnmuteAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    bonds.unmute(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.ListFollowRequests)
def follow_requests(at: At, ask: api.ListFollowRequests) -> Response:
    """Those who ask to follow, and those who ask to join a group that the caller moderates."""
    page = pages.page_of(ask)
    found = admissions.waiting(at.tx, at.viewer, page)
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")


@door.on(api.AuthorizeFollowRequest)
def authorize(at: At, ask: api.AuthorizeFollowRequest) -> Relationship:
    admissions.accept(at.tx, at.viewer, number(ask.account_id))
    return _now(at, number(ask.account_id))


@door.on(api.RejectFollowRequest)
def reject(at: At, ask: api.RejectFollowRequest) -> Relationship:
    admissions.reject(at.tx, at.viewer, number(ask.account_id))
    return _now(at, number(ask.account_id))


@door.on(api.RemoveFromFollowers)
def remove_from_followers(at: At, ask: api.RemoveFromFollowers) -> Relationship:
    account_id = account_number(at, ask.id)
    bonds.drop_follower(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.NoteAccount)
def note(at: At, ask: api.NoteAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    regards.note(at.tx, at.viewer, account_id, ask.comment or "")
    return _now(at, account_id)


@door.on(api.PinAccount)
@door.on(api.EndorseAccount)
def endorse(at: At, ask: api.EndorseAccount | api.PinAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    regards.endorse(at.tx, at.viewer, account_id)
    return _now(at, account_id)


@door.on(api.UnpinAccount)
@door.on(api.UnendorseAccount)
def unendorse(at: At, ask: api.UnendorseAccount | api.UnpinAccount) -> Relationship:
    account_id = account_number(at, ask.id)
    regards.unendorse(at.tx, at.viewer, account_id)
    return _now(at, account_id)
