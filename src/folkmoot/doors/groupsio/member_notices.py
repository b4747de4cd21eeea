"""Texts that a group sends on events of a membership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from folkmoot.domain.errors import Conflict, Invalid
from folkmoot.domain.groups import grouptexts
from folkmoot.domain.groups.grouptexts import GroupText, TextChange
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio.calls import Listed, Walk, call, group_of, listing, require_act
from folkmoot.doors.groupsio.door import Refused
from folkmoot.doors.groupsio.subgroups import short_list
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.enums import MemberNoticeType
from folkmoot.wire.groupsio.group_requests import (
    DeleteMemberNotice,
    GetMemberNotices,
    NewMemberNotice,
    UpdateMemberNotice,
)
from folkmoot.wire.groupsio.member import MemberNotice
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

VIA: Final = "api"
PREFIX: Final = "member_notice_"
_OURS: Final = {"rejected_msg": "rejected_post"}
_THEIRS: Final = {ours: theirs for theirs, ours in _OURS.items()}
_NAMES: Final = {"kind": "type", "body": "message", "monthly_subject": "guidelines_subject"}


def show(text: GroupText) -> MemberNotice:
    """A text as the API tells it."""
    return MemberNotice(
        id=text.id,
        created=rfc3339(text.created_at),
        updated=rfc3339(text.updated_at),
        group_id=text.group_id,
        type=cast("MemberNoticeType", PREFIX + _THEIRS.get(text.kind, text.kind)),
        name=text.name,
        subject=text.subject,
        message=text.body,
        is_default=bool(text.usual),
        send_monthly=bool(text.monthly),
        send_monthly_special=bool(text.monthly_special),
        send_on_join=bool(text.on_join),
        private=bool(text.private),
        guidelines_monthly_subject=text.monthly_subject,
    )


def _kind(word: str) -> str:
    """A type without its prefix, in our word."""
    bare = word.removeprefix(PREFIX)
    return _OURS.get(bare, bare)


def _change(ask: NewMemberNotice | UpdateMemberNotice) -> TextChange:
    def text(value: object) -> str | None:
        return value if isinstance(value, str) else None

    def flag(value: object) -> bool | None:
        return value if isinstance(value, bool) else None

    kind = text(ask.type)
    if kind is not None and not kind.startswith(PREFIX):
        raise Refused("invalid type")
    return TextChange(
        kind=None if kind is None else _kind(kind),
        name=text(ask.name),
        subject=text(ask.subject),
        body=text(ask.message),
        usual=flag(ask.is_default),
        on_join=flag(ask.send_on_join),
        monthly=flag(ask.send_monthly),
        monthly_special=flag(ask.send_monthly_special),
        private=flag(ask.private),
        monthly_subject=text(ask.guidelines_subject),
    )


def _refused(refusal: Invalid | Conflict) -> Refused:
    if isinstance(refusal, Conflict):
        return Refused("already have guidelines")
    return Refused(f"invalid {_NAMES.get(refusal.field, refusal.field)}")


@call(NewMemberNotice)
def new_member_notice(at: At, ask: NewMemberNotice) -> MemberNotice:
    with worded({"no group": "invalid group_id"}):
        view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "change_settings")
    try:
        return show(grouptexts.add(at.tx, at.viewer, view.id, _change(ask), via=VIA))
    except (Invalid, Conflict) as refusal:
        raise _refused(refusal) from None


@call(UpdateMemberNotice)
def update_member_notice(at: At, ask: UpdateMemberNotice) -> MemberNotice:
    try:
        return show(grouptexts.change(at.tx, at.viewer, ask.member_notice_id, _change(ask), via=VIA))
    except (Invalid, Conflict) as refusal:
        raise _refused(refusal) from None


@call(DeleteMemberNotice)
def delete_member_notice(at: At, ask: DeleteMemberNotice) -> None:
    grouptexts.delete(at.tx, at.viewer, ask.member_notice_id, via=VIA)


@listing(GetMemberNotices)
def get_member_notices(tx: Tx, at: At, ask: GetMemberNotices, walk: Walk) -> Listed[GetMemberNotices]:
    if ask.type and _kind(ask.type) not in grouptexts.KINDS:
        raise Invalid("type", "unknown")
    view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    require_act(tx, stands, "change_settings")
    texts = grouptexts.of_group(tx, at.viewer, view.id)
    wanted = [text for text in texts if not ask.type or text.kind == _kind(ask.type)]
    return short_list(ask, walk, ListEnvelope[MemberNotice](), [show(text) for text in wanted])
