"""Groups in the words of GNU Social: shown, found, made, joined and left, and what is posted to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from folkmoot.domain import views
from folkmoot.domain.access import Membership, standing
from folkmoot.domain.errors import Conflict, Forbidden, Invalid
from folkmoot.domain.groups import groupfinds, groupnames, groups, memberlists, members
from folkmoot.domain.groups.groupfinds import Found
from folkmoot.domain.groups.memberlists import Kind
from folkmoot.domain.reading import timelines
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, feeds, show, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode, timeline
from folkmoot.doors.friendica.people import NOBODY
from folkmoot.doors.friendica.refusals import Said
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.codecs import read_id, twitter_time
from folkmoot.wire.friendica import requests_groups as api
from folkmoot.wire.friendica.circle import GSGroup
from folkmoot.wire.friendica.event import IsMember
from folkmoot.wire.friendica.status import Status

NO_GROUP = (404, "Group not found.")
PEOPLE = 200
FURTHEST = 10_000
"""Members beyond so many are not listed here."""


def told(at: At, found: list[Found]) -> list[GSGroup]:
    """Groups as objects."""
    accounts = views.accounts_by_ids(at.tx, [each.view.id for each in found])
    return [_object(at, each, accounts[each.view.id]) for each in found]


def _object(at: At, each: Found, account: AccountView) -> GSGroup:
    view = each.view
    logo = at.house.links.avatar(account) if account.avatar else None
    return GSGroup(
        id=view.id,
        url=view.url,
        nickname=view.name,
        fullname=view.title,
        member=each.is_member,
        blocked=each.is_banned,
        admin_count=each.admins_n,
        member_count=view.members_n,
        original_logo=logo,
        homepage_logo=logo,
        stream_logo=logo,
        mini_logo=logo,
        homepage=_setting(each, "homepage"),
        description=view.description or None,
        location=_setting(each, "location"),
        created=twitter_time(view.created_at),
        modified=twitter_time(max(view.created_at, view.last_post_at or 0)),
    )


def _setting(each: Found, name: str) -> str | None:
    said = each.view.settings.get(name)
    return said if isinstance(said, str) and said else None


def _ms(text: str) -> int:
    return int(datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y").timestamp()) * 1000


def of_group(group: GSGroup) -> feeds.Entry:
    """The entry of a group in a feed of groups."""
    created = _ms(group.created)
    return feeds.Entry(
        number=group.id,
        uri=group.url,
        link=group.url,
        title=group.fullname or group.nickname,
        html=f"<p>{escape_text(group.description or '')}</p>",
        created_at=created,
        changed_at=max(created, _ms(group.modified)),
        author=group.fullname or group.nickname,
        author_url=group.url,
    )


feeds.TOLD[GSGroup] = of_group


def one_of(at: At, ask: Any) -> Found:
    """The group that a call names by id or nick. Raises Said(NO_GROUP) for one of which the caller may not know."""
    for word in (ask.id, ask.group_id, ask.group_name):
        if text := (word or "").strip():
            return by_id(at, _number(at, text))
    raise Said(*NO_GROUP)


def _number(at: At, text: str) -> int:
    number = read_id(text)
    if number and groupfinds.found(at.tx, at.viewer, [number]):
        return number
    return groups.id_of_address(at.tx, text.removeprefix("!")) or 0


def by_id(at: At, group_id: int) -> Found:
    """The group. Raises Said(NO_GROUP)."""
    found = groupfinds.found(at.tx, at.viewer, [group_id]) if group_id else []
    if not found:
        raise Said(*NO_GROUP)
    return found[0]


def _answer(at: At, found: Found) -> Response:
    return encode(Bare(told(at, [found])[0], "group"), at)


@door.on(api.GroupTimeline)
def group_timeline(at: At, ask: api.GroupTimeline) -> Response | list[Status]:
    found = one_of(at, ask)
    if not standing(at.tx, at.viewer, found.view.id).may_read:
        raise Said(403, "Only members may read this group.")
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    ids = timelines.group(at.tx, at.viewer, found.view.id, page)
    return timeline(at, ids, with_entities=ask.include_entities)


@door.on(api.ShowGroup)
def show_group(at: At, ask: api.ShowGroup) -> Response:
    return _answer(at, one_of(at, ask))


@door.on(api.CreateCommunity)
def create(at: At, ask: api.CreateCommunity) -> Response:
    extra = {"homepage": _line(ask.homepage), "location": _line(ask.location)}
    new = groups.NewGroup(
        name=(ask.nickname or "").strip(),
        title=ask.full_name or "",
        description=ask.description or "",
        terse=True,
        settings={name: text for name, text in extra.items() if text},
    )
    try:
        group_id = groups.create(at.tx, at.viewer, new)
        for alias in (ask.aliases or "").replace(",", " ").split():
            groupnames.add(at.tx, at.viewer, group_id, alias)
    except Conflict:
        raise Said(403, "Nickname already in use. Try another one.") from None
    except Invalid as refusal:
        raise Said(403, "Not a valid nickname." if refusal.field == "name" else refusal.message) from None
    return _answer(at, by_id(at, group_id))


def _line(text: str | None) -> str:
    return " ".join((text or "").split())[:255]


@door.on(api.JoinGroup)
def join(at: At, ask: api.JoinGroup) -> Response:
    group_id = one_of(at, ask).view.id
    try:
        members.join(at.tx, at.viewer, group_id, via="api")
    except Forbidden as refusal:
        if refusal.code != "banned":
            raise
        raise Said(403, "You have been blocked from that group by the admin.") from None
    return _answer(at, by_id(at, group_id))


@door.on(api.LeaveGroup)
def leave(at: At, ask: api.LeaveGroup) -> Response:
    before = one_of(at, ask)
    members.leave(at.tx, at.viewer, before.view.id, via="api")
    found = groupfinds.found(at.tx, at.viewer, [before.view.id])
    # A hidden group is not known any more to whoever left it: the answer is the last of it.
    return _answer(at, found[0] if found else Found(before.view, before.admins_n, None))


@door.on(api.ListGroups)
def list_groups(at: At, ask: api.ListGroups) -> Response:
    account = who.or_caller(at.tx, at.viewer, ask, NOBODY)
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    found = groupfinds.of_person(at.tx, at.viewer, account.id, page)
    return encode(Bare(told(at, found), "groups"), at)


@door.on(api.ListAllGroups)
def list_all(at: At, ask: api.ListAllGroups) -> Response:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    found = groupfinds.found(at.tx, at.viewer, groupfinds.listed(at.tx, at.viewer, page))
    return encode(Bare(told(at, found), "groups"), at)


def _members(at: At, ask: api.GroupMembership | api.GroupAdmins, kind: Kind) -> Response:
    found = one_of(at, ask)
    if not groupfinds.tells_members(found):
        raise Said(403, "You may not see who is in this group.")
    asked = crowd.turn(crowd.FIRST, ask.count, PEOPLE).count
    start = (max(ask.page, 1) - 1) * asked
    rows = (
        memberlists.listing(at.tx, found.stands, kind, ascending=False, limit=start + asked)
        if start < FURTHEST
        else []
    )
    people = who.shown(at.tx, at.viewer, [row.member.account_id for row in rows[start:]])
    return crowd.array(at, crowd.users(at, people))


@door.on(api.GroupMembership)
def membership(at: At, ask: api.GroupMembership) -> Response:
    return _members(at, ask, Kind.MEMBERS)


@door.on(api.GroupAdmins)
def admins(at: At, ask: api.GroupAdmins) -> Response:
    return _members(at, ask, Kind.MODERATORS)


@door.on(api.IsGroupMember)
def is_member(at: At, ask: api.IsGroupMember) -> Response:
    found, me = one_of(at, ask), at.viewer.required()
    person = ask.user_id or ask.screen_name
    other = who.by_word(at.tx, at.viewer, person) if person else None
    if person and (other is None or other.id != me):
        is_in = _is_in(at, found, other)
    else:
        is_in = found.is_member
    return encode(Bare(IsMember(is_member=is_in), "is_member", is_in), at)


def _is_in(at: At, found: Found, other: AccountView | None) -> bool:
    """Whether somebody else is in the group, which only those learn who may see its members."""
    if other is None or not groupfinds.tells_members(found):
        return False
    member = members.get(at.tx, found.view.id, other.id)
    return (
        member is not None
        and member.status == Membership.NORMAL
        and memberlists.may_see(at.tx, found.stands, member, other.profile_sight)
    )
