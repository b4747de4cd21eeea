"""How mail to somebody fared, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import members
from folkmoot.domain.mail import deliveries
from folkmoot.domain.mail.deliveries import Delivery, Return
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio.calls import Listed, Walk, call, cut, direction, group_of, listing, sorted_by
from folkmoot.doors.groupsio.door import Refused
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.codecs import NEVER, rfc3339
from folkmoot.wire.groupsio.delivery import BounceInfo, DeliveryInfo
from folkmoot.wire.groupsio.enums import DeliveryType
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.groupsio.user_requests import GetBounceInfo, GetDeliveryInfo

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

TYPES: Final[dict[str, DeliveryType]] = {
    "post": "delivery_message",
    "bounce_probe": "delivery_bounce_probe",
    "digest": "delivery_digest",
    "summary": "delivery_summary",
}
"""Kinds of mail; all others are notices."""


@call(GetDeliveryInfo)
def get_delivery_info(at: At, ask: GetDeliveryInfo) -> DeliveryInfo:
    account_id, group_id = _whose(at.tx, at, ask)
    arrived, tried = deliveries.last(at.tx, account_id, group_id)
    returns = deliveries.returns(at.tx, account_id, group_id)[:100]
    ids = [each.post_id for each in (arrived, tried, *returns) if each is not None and each.post_id]
    subjects = _subjects(at.tx, at, ids)
    return _info(group_id, arrived, tried, [_bounce(each, subjects) for each in returns], subjects)


def _whose(tx: Tx, at: At, ask: GetDeliveryInfo) -> tuple[int, int]:
    """(account, group or 0 for all). Raises Refused("invalid group_id" | "invalid member_info_id"), Forbidden."""
    me = at.viewer.required()
    group_id = 0
    if ask.group_id is not None or ask.group_name:
        with worded({"no group": "invalid group_id"}):
            group_id = group_of(tx, at, ask.group_id, ask.group_name)[0].id
    if ask.member_info_id is None:
        return me, group_id
    found = members.find(tx, ask.member_info_id)
    if found is None or group_id not in (0, found.group_id):
        raise Refused("invalid member_info_id")
    with worded({"no group": "invalid member_info_id"}):
        deliveries.require_may_know(tx, at.viewer, found.account_id, found.group_id)
    return found.account_id, found.group_id


def _subjects(tx: Tx, at: At, ids: list[int]) -> dict[int, str]:
    """Subjects of the posts that the caller may see."""
    found = views.posts_by_ids(tx, Viewer(at.viewer.account_id), list(dict.fromkeys(ids)), quoted=False)
    return {id_: post.title for id_, post in found.items()}


def _info(
    group_id: int,
    arrived: Delivery | None,
    tried: Delivery | None,
    bounces: list[BounceInfo],
    subjects: dict[int, str],
) -> DeliveryInfo:
    first, last = arrived or tried, tried or arrived
    return DeliveryInfo(
        created=rfc3339(first.created_at if first else None),
        updated=rfc3339((last.sent_at or last.created_at) if last else None),
        group_id=group_id or ((last.group_id or 0) if last else 0),
        success_msg_id=(arrived.post_id or 0) if arrived else 0,
        success_time=rfc3339(arrived.sent_at) if arrived else NEVER,
        success_subject=subjects.get(arrived.post_id or 0, "") if arrived else "",
        success_type=TYPES.get(arrived.kind, "delivery_notice") if arrived else "delivery_message",
        success_response="",
        attempt_msg_id=(tried.post_id or 0) if tried else 0,
        attempt_time=rfc3339(tried.sent_at or tried.created_at) if tried else NEVER,
        attempt_subject=subjects.get(tried.post_id or 0, "") if tried else "",
        attempt_type=TYPES.get(tried.kind, "delivery_notice") if tried else "delivery_message",
        attempt_response=tried.error[:500] if tried else "",
        bounces=bounces,
    )


def _bounce(found: Return, subjects: dict[int, str]) -> BounceInfo:
    return BounceInfo(
        created=rfc3339(found.created_at),
        group_id=found.group_id or 0,
        msg_id=found.post_id or 0,
        subject=subjects.get(found.post_id or 0, ""),
        response=found.response,
        is_hard=bool(found.hard),
        type=TYPES.get(found.kind, "delivery_notice"),
    )


@listing(GetBounceInfo)
def get_bounce_info(tx: Tx, at: At, ask: GetBounceInfo, walk: Walk) -> Listed[GetBounceInfo]:
    me = at.viewer.required()
    sorts = {"created": None, "id": None, "updated": None, "name": None}
    field, ascending = sorted_by(ask, sorts, "created", "desc")
    found = deliveries.returns(tx, me, ascending=ascending, after=walk.after)
    page, more = cut(found, ask.limit)
    subjects = _subjects(tx, at, [each.post_id for each in page if each.post_id])
    envelope = ListEnvelope[BounceInfo](data=[_bounce(each, subjects) for each in page])
    total = deliveries.count_returns(tx, me)
    return Listed(envelope, total, [page[-1].id] if more else None, field, direction(ascending))
