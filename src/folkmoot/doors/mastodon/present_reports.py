"""Reports, warnings, severed bonds and slim accounts as this API's entities; asks nothing of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from folkmoot.domain.people.severances import Severance
from folkmoot.domain.staff.reports import Report as Filed
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.mastodon import present
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon.account import PartialAccountWithAvatar
from folkmoot.wire.mastodon.relationship import RelationshipSeveranceEvent
from folkmoot.wire.mastodon.report import AccountWarning, Appeal, Report

if TYPE_CHECKING:
    from folkmoot.domain.staff.sanctions import Warning_


def _ids(numbers: list[int]) -> list[Id]:
    return [Id(str(number)) for number in numbers]


def report(filed: Filed, target: AccountView, links: Links) -> Report:
    """A report as its author and the staff's notifications see it."""
    return Report(
        id=Id(str(filed.id)),
        action_taken=filed.settled_at is not None,
        action_taken_at=None if filed.settled_at is None else time(filed.settled_at),
        category=filed.category,  # type: ignore[arg-type]  # the domain has the same words
        comment=filed.comment,
        forwarded=filed.forwarded,
        created_at=time(filed.created_at),
        status_ids=_ids(filed.post_ids),
        collection_ids=_ids(filed.collection_ids),
        rule_ids=_ids(filed.rule_ids) or None,
        target_account=present.account(target, links),
    )


def warning(given: Warning_, target: AccountView, links: Links) -> AccountWarning:
    """What the staff did to an account, told to it."""
    return AccountWarning(
        id=Id(str(given.id)),
        action=given.act,  # type: ignore[arg-type]  # the domain has the same words
        text=given.text,
        status_ids=_ids(given.post_ids) or None,
        target_account=present.account(target, links),
        appeal=None if given.appealed_at is None else Appeal(text=given.appeal, state=_state(given)),
        created_at=time(given.created_at),
    )


def _state(given: Warning_) -> Literal["approved", "rejected", "pending"]:
    if given.appeal_settled_at is None:
        return "pending"
    return "approved" if given.appeal_granted else "rejected"


def severance(one: Severance) -> RelationshipSeveranceEvent:
    """Bonds that were cut."""
    return RelationshipSeveranceEvent(
        id=Id(str(one.id)),
        type=one.kind,  # type: ignore[arg-type]  # the domain has the same words
        purged=bool(one.purged),
        target_name=one.target_name,
        followers_count=one.followers_n,
        following_count=one.following_n,
        created_at=time(one.created_at),
    )


def partial(view: AccountView, links: Links) -> PartialAccountWithAvatar:
    """The little of an account that a stack of portraits needs."""
    avatar = links.avatar(view)
    return PartialAccountWithAvatar(
        id=Id(str(view.id)),
        acct=view.handle,
        url=view.url,
        avatar=avatar,
        avatar_static=avatar,
        locked=view.locked,
        bot=view.bot,
    )
