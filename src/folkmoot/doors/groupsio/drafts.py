"""Drafts: started, changed, listed, thrown away, and posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.access import Standing, may_in_group
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.posts import draftbox, draftfiles
from folkmoot.domain.posts.draftbox import Outline
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import accept, posting, present
from folkmoot.doors.groupsio.calls import (
    Listed,
    Walk,
    call,
    cut,
    direction,
    group_of,
    listing,
    require,
    sorted_by,
)
from folkmoot.doors.groupsio.door import Refused
from folkmoot.wire.groupsio.draft import Draft
from folkmoot.wire.groupsio.requests import DeleteDraft, GetDrafts, NewDraft, PostDraft, UpdateDraft
from folkmoot.wire.groupsio.result import ListEnvelope, Success

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx


@call(NewDraft)
def new_draft(at: At, ask: NewDraft) -> Draft:
    view, stands = _group(at, ask)
    require(may_in_group(stands, "post"), "can_post")
    return present.draft(_START[ask.draft_type](at, ask, view, stands))


def _group(at: At, ask: NewDraft) -> tuple[GroupView, Standing]:
    """The draft's group; this call has a wording of its own for one that is not there."""
    try:
        found = group_of(at.tx, at, ask.group_id, ask.group_name)
    except NotFound:
        raise Refused("invalid group_id") from None
    if not ask.draft_type:
        raise Invalid("draft_type", "missing")
    return found


def _post(at: At, ask: NewDraft, view: GroupView, stands: Standing) -> Outline:
    return draftbox.new(at.tx, at.viewer, view.id, "post")


def _reply(at: At, ask: NewDraft, view: GroupView, stands: Standing) -> Outline:
    if ask.message_id is None:
        raise Invalid("message_id", "missing")
    parent = views.post(at.tx, at.viewer, ask.message_id)
    if parent.group is None or parent.group.id != view.id or parent.number is None:
        raise NotFound(what="post")
    subject = posting.reply_subject(at.tx, parent)
    return draftbox.new(at.tx, at.viewer, view.id, "reply", parent_id=parent.id, subject=subject)


def _direct(at: At, ask: NewDraft, view: GroupView, stands: Standing) -> Outline:
    if ask.dm_member_id is None:
        raise Invalid("dm_member_id", "missing")
    try:
        to = members.fellow(at.tx, at.viewer, view.id, ask.dm_member_id)
    except NotFound:
        raise Refused("invalid dm_member_id") from None
    return draftbox.new(at.tx, at.viewer, view.id, "direct", target_id=to.id)


def _to_member(at: At, ask: NewDraft, view: GroupView, stands: Standing) -> Outline:
    if ask.member_id is None:
        raise Invalid("member_id", "missing")
    if not may_in_group(stands, "manage_members"):
        raise Forbidden("only moderators write to members so", code="manage_members")
    to = members.fellow(at.tx, at.viewer, view.id, ask.member_id)
    return draftbox.new(at.tx, at.viewer, view.id, "member", target_id=to.id)


_START = {
    "draft_type_post": _post,
    "draft_type_reply": _reply,
    "draft_type_dm": _direct,
    "draft_type_member": _to_member,
}


@call(UpdateDraft)
def update_draft(at: At, ask: UpdateDraft) -> Draft:
    outline = draftbox.update(at.tx, at.viewer, ask.draft_id, accept.outline_change(ask))
    return present.draft(outline, len(draftfiles.of(at.tx, outline.id)))


@call(DeleteDraft)
def delete_draft(at: At, ask: DeleteDraft) -> None:
    draftbox.delete(at.tx, at.viewer, ask.draft_id)


@call(PostDraft)
def post_draft(at: At, ask: PostDraft) -> Success:
    written = posting.post(at, draftbox.see(at.tx, at.viewer, ask.draft_id, alone=True), ask)
    draftbox.delete(at.tx, at.viewer, ask.draft_id)
    return Success(extra="pending post" if written.held else "")


@listing(GetDrafts)
def get_drafts(tx: Tx, at: At, ask: GetDrafts, walk: Walk) -> Listed[GetDrafts]:
    field, ascending = sorted_by(ask, {"created": None, "updated": None}, "created", "desc")
    named = ask.group_id is not None or ask.group_name
    group_id = group_of(tx, at, ask.group_id, ask.group_name)[0].id if named else None
    mine = draftbox.mine(tx, at.viewer, group_id)
    keyed = [(_key(outline, field), outline) for outline in mine]
    keyed.sort(key=lambda pair: pair[0], reverse=not ascending)
    if walk.key is not None:
        keyed = [pair for pair in keyed if (pair[0] > walk.key if ascending else pair[0] < walk.key)]
    page, more = cut(keyed, ask.limit)
    files = draftfiles.counts(tx, [outline.id for _, outline in page])
    envelope = ListEnvelope[Draft](data=[present.draft(each, files.get(each.id, 0)) for _, each in page])
    return Listed(envelope, len(mine), page[-1][0] if more else None, field, direction(ascending))


def _key(outline: Outline, field: str) -> list[int | str]:
    return [outline.created_at if field == "created" else outline.updated_at, outline.id]
