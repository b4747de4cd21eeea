"""What was done in a group, and what waits for its moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from folkmoot.domain import views
from folkmoot.domain.groups import groupacts, holding, members
from folkmoot.domain.groups.groupacts import GroupAct, Wanted
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio.accept import DAY_MS, LAST_MS
from folkmoot.doors.groupsio.calls import (
    Listed,
    Walk,
    cut,
    direction,
    group_of,
    keyed_page,
    listing,
    require_act,
    sorted_by,
)
from folkmoot.doors.groupsio.door import Refused
from folkmoot.doors.groupsio.member_lists import member_of
from folkmoot.doors.groupsio.present import name_of
from folkmoot.wire.codecs import parse_time, rfc3339
from folkmoot.wire.groupsio.archive import PendingMessage, PersonRef
from folkmoot.wire.groupsio.enums import ActivityVia
from folkmoot.wire.groupsio.feed import ActivityLog
from folkmoot.wire.groupsio.group_requests import GetActivityLog, GetPendingMessages
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

VIAS: Final[dict[str, ActivityVia]] = {
    "server": "via_robot",
    "web": "via_web",
    "mail": "via_email",
    "api": "via_api",
    "app": "via_app",
}
KINDS: Final[dict[str, frozenset[str] | None]] = {
    "": None,
    "all": None,
    "member": groupacts.MEMBER_ACTS,
    "message": groupacts.POST_ACTS,
    "moderator": groupacts.MODERATOR_ACTS,
    "payment": frozenset(),
}
ACTIONS: Final = {
    "joined": "join",
    "left": "leave",
    "sent_message_accepted": "approve_post",
    "created_subgroup": "make_subgroup",
    "deleted_subgroup": "delete_subgroup",
    "added_member": "add",
    "removed_member": "remove",
    "ban_members": "ban",
}
SPANS: Final = {"day": DAY_MS, "week": 7 * DAY_MS, "month": 30 * DAY_MS, "year": 365 * DAY_MS}


@listing(GetActivityLog)
def get_activity_log(tx: Tx, at: At, ask: GetActivityLog, walk: Walk) -> Listed[GetActivityLog]:
    field, ascending = sorted_by(ask, {"created": None, "id": None}, "created", "desc")
    since, until = _span(ask, tx.now)
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    require_act(tx, stands, "see_log")
    wanted = Wanted(acts=_acts(ask), since=since, until=until, person=_person(tx, view, ask))
    found = groupacts.listing(tx, at.viewer, view.id, wanted, ascending=ascending, after=walk.after)
    page, more = cut(found, ask.limit)
    total = walk.total if walk.total is not None else groupacts.count(tx, view.id, wanted)
    envelope = ListEnvelope[ActivityLog](data=[_entry(act) for act in page])
    return Listed(envelope, total, [page[-1].id] if more else None, field, direction(ascending))


def _entry(act: GroupAct) -> ActivityLog:
    return ActivityLog(
        id=act.id,
        created=rfc3339(act.created_at),
        group_id=act.group_id,
        entry=act.line,
        via=VIAS.get(act.via, "via_robot"),
    )


def _acts(ask: GetActivityLog) -> frozenset[str] | None:
    """Raises Refused("invalid filter_by" | "invalid action")."""
    if ask.filter_by not in KINDS:
        raise Refused("invalid filter_by")
    if ask.action and ask.action not in ACTIONS:
        raise Refused("invalid action")
    kinds = KINDS[ask.filter_by]
    if not ask.action:
        return kinds
    one = frozenset({ACTIONS[ask.action]})
    return one if kinds is None else one & kinds


def _span(ask: GetActivityLog, now: int) -> tuple[int, int]:
    """(from, to before) in ms. Raises Refused("invalid restrict_date" | "invalid start_date" | "invalid end_date")."""
    if ask.restrict_date in SPANS:
        return now - SPANS[ask.restrict_date], LAST_MS
    if ask.restrict_date not in ("", "anytime", "custom"):
        raise Refused("invalid restrict_date")
    start, end = _time(ask.start_date, "start_date"), _time(ask.end_date, "end_date")
    if ask.restrict_date != "custom":
        return 0, LAST_MS
    whole_day = DAY_MS if len(ask.end_date.strip()) == len("2020-01-01") else 1
    return start or 0, LAST_MS if end is None else min(end + whole_day, LAST_MS)


def _time(text: str, name: str) -> int | None:
    if not text.strip():
        return None
    ms = parse_time(text.strip())
    if ms is None:
        raise Refused(f"invalid {name}")
    return max(0, min(ms, LAST_MS))


def _person(tx: Tx, view: GroupView, ask: GetActivityLog) -> int:
    """The account that the log is narrowed to, 0 for none. Raises Refused("invalid member_info_id")."""
    if ask.member_info_id is None and ask.past_member_info_id is None:
        return 0
    return member_of(tx, view, ask.member_info_id, ask.past_member_info_id).account_id


@listing(GetPendingMessages)
def get_pending_messages(tx: Tx, at: At, ask: GetPendingMessages, walk: Walk) -> Listed[GetPendingMessages]:
    sorts = {"id": None, "created": None, "updated": None, "name": None}
    field, ascending = sorted_by(ask, sorts, "created", "asc")
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    require_act(tx, stands, "approve")
    waiting: list[tuple[list[int | str], int]] = [
        ([id_], id_) for id_ in holding.pending(tx, at.viewer, view.id)
    ]
    page, key = keyed_page(waiting, ask, walk, ascending=ascending)
    posts = views.posts_by_ids(tx, at.viewer, page)
    addresses = members.addresses_of(tx, [post.author.id for post in posts.values()])
    shown = [_pending(at, posts[id_], addresses) for id_ in page if id_ in posts]
    return Listed(ListEnvelope[PendingMessage](data=shown), len(waiting), key, field, direction(ascending))


def _pending(at: At, post: PostView, addresses: dict[int, str]) -> PendingMessage:
    author = post.author
    person = PersonRef(
        profile_photo_url=at.house.links.avatar(author), name=name_of(author), can_view_profile=True
    )
    return PendingMessage(
        id=post.id,
        created=rfc3339(post.created_at),
        updated=rfc3339(post.edited_at or post.created_at),
        group_id=post.group.id if post.group else 0,
        user_id=author.id,
        subject=post.title,
        is_web_post=post.door != "mail",
        has_attachments=bool(post.media),
        message_body=post.html,
        body_format="html",
        sender=person,
        sender_email=addresses.get(author.id, ""),
        sender_name=name_of(author),
        claiming_user=PersonRef(),
        editor=PersonRef(),
        type="pending",
    )
