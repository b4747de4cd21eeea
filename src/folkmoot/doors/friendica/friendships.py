"""Following, and how two people stand to each other."""

from __future__ import annotations

from typing import Any

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import members
from folkmoot.domain.paging import Page
from folkmoot.domain.people import bondpages, bonds
from folkmoot.domain.people.between import between
from folkmoot.domain.people.bondpages import Which
from folkmoot.domain.people.relations import Relation
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.friends import IDS
from folkmoot.doors.friendica.people import NOBODY
from folkmoot.doors.friendica.refusals import Said
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica import requests_people as api
from folkmoot.wire.friendica.status import User
from folkmoot.wire.friendica.user import Connection, Relationship, RelationshipEnds

NOT_FOLLOWED = (404, "Not Following Contact")


@door.on(api.CreateFriendship)
def create(at: At, ask: api.CreateFriendship) -> User:
    account = who.wanted(at.tx, at.viewer, ask, (403, "Could not follow user: profile not found."))
    stands = _relation(at.tx, at.viewer, account)
    if stands.following and not ask.follow:
        raise Said(403, f"Could not follow user: {account.handle} is already on your list.")
    if account.is_group:
        members.join(at.tx, at.viewer, account.id, via="api")
    else:
        bonds.follow(at.tx, at.viewer, account.id, notify=True if ask.follow else None)
    return crowd.one(at, account.id)


@door.on(api.DestroyFriendship)
def destroy(at: At, ask: api.DestroyFriendship) -> User:
    if not who.is_named(ask):
        raise Said(400, "no user_id specified")
    unknown = (403, "Could not unfollow user: User not found.")
    account = who.wanted(at.tx, at.viewer, ask, unknown, gone=True)
    if account.id == at.viewer.account_id:
        raise Said(403, "You cannot unfollow yourself.")
    stands = _relation(at.tx, at.viewer, account)
    if not (stands.following or stands.requested):
        raise Said(*NOT_FOLLOWED)
    end = members.leave if account.is_group else bonds.unfollow
    end(at.tx, at.viewer, account.id)
    return crowd.one(at, account.id)


def _relation(tx: Tx, viewer: Viewer, account: AccountView) -> Relation:
    return bonds.relations(tx, viewer, [account.id])[0]


@door.on(api.FriendshipExists)
def exists(at: At, ask: api.FriendshipExists) -> Response:
    a = _one_of(at, ask.user_a, ask.user_id_a, ask.screen_name_a)
    b = _one_of(at, ask.user_b, ask.user_id_b, ask.screen_name_b)
    if a is None or b is None:
        raise Said(400, "Two valid IDs or nick names must be supplied.")
    told = between(at.tx, at.viewer, a, b)
    return encode(Bare(told.following, "friends"), at)


def _one_of(at: At, *words: str | None) -> AccountView | None:
    said = next((word for word in words if word), None)
    return who.by_word(at.tx, at.viewer, said) if said else None


@door.on(api.ShowFriendship)
def show(at: At, ask: api.ShowFriendship) -> Response:
    at.viewer.required()
    words = (ask.source_id, ask.source_screen_name)
    source = _one_of(at, *(words if any(words) else (str(at.viewer.account_id),)))
    if source is None:
        raise Said(404, "Could not determine source user.")
    target = _one_of(at, ask.target_id, ask.target_screen_name)
    if target is None:
        raise Said(404, "Could not find target user.")
    return _told(at, source, target)


def _told(at: At, source: AccountView, target: AccountView) -> Response:
    told = Relationship(relationship=relationship(at, source, target))
    return encode(Bare(told, "relationship", told.relationship), at)


def relationship(at: At, source: AccountView, target: AccountView) -> RelationshipEnds:
    """Both ends; what only the source may know is null unless the caller is the source."""
    stands = between(at.tx, at.viewer, source, target)
    mine = source.id == at.viewer.account_id

    def own(value: bool) -> bool | None:
        return value if mine else None

    ends: dict[str, Any] = {
        "id": source.id,
        "id_str": str(source.id),
        "screen_name": source.handle,
        "following": stands.following,
        "followed_by": stands.followed_by,
        "live_following": False,
        "following_received": own(stands.requested_by),
        "following_requested": own(stands.requested),
        "notifications_enabled": own(stands.notify),
        "can_dm": not (stands.blocking or stands.blocked_by),
        "blocking": own(stands.blocking),
        "blocked_by": own(stands.blocked_by),
        "muting": own(stands.muting),
        "want_retweets": own(stands.boosts),
        "all_replies": None,
        "marked_spam": None,
    }
    other: dict[str, Any] = {
        "id": target.id,
        "id_str": str(target.id),
        "screen_name": target.handle,
        "following": stands.followed_by,
        "followed_by": stands.following,
        "following_received": own(stands.requested),
        "following_requested": own(stands.requested_by),
    }
    return RelationshipEnds(source=ends, target=other)


@door.on(api.UpdateFriendship)
def update(at: At, ask: api.UpdateFriendship) -> Response:
    me = who.by_word(at.tx, at.viewer, str(at.viewer.required()))
    account = who.wanted(at.tx, at.viewer, ask, NOBODY)
    stands = _relation(at.tx, at.viewer, account)
    if me is None or account.is_group or not (stands.following or stands.requested):
        raise Said(*NOT_FOLLOWED)
    bonds.follow(at.tx, at.viewer, account.id, boosts=ask.retweets, notify=ask.device)
    return _told(at, me, account)


@door.on(api.LookupFriendships)
def lookup(at: At, ask: api.LookupFriendships) -> list[Connection]:
    people = who.several(at.tx, at.viewer, ask.user_id, ask.screen_name)
    stands = {each.id: each for each in bonds.relations(at.tx, at.viewer, [person.id for person in people])}
    return [
        Connection(
            name=person.display_name or person.name,
            screen_name=person.handle,
            id=person.id,
            id_str=str(person.id),
            connections=_connections(stands[person.id]),
        )
        for person in people
    ]


def _connections(stands: Relation) -> list[str]:
    found = [
        word
        for word, on in (
            ("following", stands.following),
            ("following_requested", stands.requested),
            ("followed_by", stands.followed_by),
            ("blocking", stands.blocking),
            ("muting", stands.muting),
        )
        if on
    ]
    return found or ["none"]


def own_ids(at: At, which: Which, cursor: int, count: int, *, as_text: bool) -> Response:
    """A page of one of the caller's own lists."""
    me, asked = at.viewer.required(), crowd.turn(cursor, count, IDS)
    found = bondpages.page(at.tx, at.viewer, which, me, asked.page)
    total = bondpages.count(at.tx, at.viewer, which, me)
    return crowd.ids_page(at, asked, found, as_text=as_text, total=total)


@door.on(api.IncomingFriendships)
def incoming(at: At, ask: api.IncomingFriendships) -> Response:
    return own_ids(at, "asking", ask.cursor, ask.count, as_text=ask.stringify_ids)


@door.on(api.OutgoingFriendships)
def outgoing(at: At, ask: api.OutgoingFriendships) -> Response:
    return own_ids(at, "asked", ask.cursor, ask.count, as_text=ask.stringify_ids)


@door.on(api.QuietFriendships)
def quiet(at: At, ask: api.QuietFriendships) -> Response:
    found = bondpages.page(at.tx, at.viewer, "quiet", at.viewer.required(), Page(limit=IDS))
    return crowd.ids_array(at, found, as_text=ask.stringify_ids)
