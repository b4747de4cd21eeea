"""The files of a draft: sent, listed and taken away by its writer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups import groups
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.posts import draftbox, draftfiles
from folkmoot.domain.posts.draftfiles import DraftFile
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.groupsio.calls import METHODS, call, check_csrf, extend
from folkmoot.doors.groupsio.door import PROVEN, door
from folkmoot.doors.groupsio.wording import worded
from folkmoot.kit.media.filetypes import type_of
from folkmoot.wire.groupsio.draft import DraftAttachment
from folkmoot.wire.groupsio.draft_requests import DeleteAttachment, GetAttachments, UploadAttachments
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.settings import Settings
    from folkmoot.store.blobs import Keeper
    from folkmoot.store.tx import Tx

WORDS: Final = {
    "no attachment": "invalid attachment_id",
    "file_too_big": "file too big",
    "bad_file": "bad attachment",
    "too_many_files": "too many attachments",
}


def _listed(at: At, found: list[DraftFile]) -> ListEnvelope[DraftAttachment]:
    data = [
        DraftAttachment(
            id=each.file.id,
            draft_id=each.draft_id,
            url=at.house.links.media(each.file.blob),
            filename=each.file.name,
            size=each.file.size,
            content_type=each.file.mime,
            inline=each.inline,
        )
        for each in found
    ]
    return ListEnvelope(total_count=len(data), start_item=min(1, len(data)), end_item=len(data), data=data)


PROVEN.add(UploadAttachments.endpoint.path)


@door.on(UploadAttachments, methods=METHODS, large=True)
async def upload(at: At, ask: UploadAttachments) -> Any:
    with worded(WORDS):
        side = await at.read(lambda tx: _may(tx, at, ask))
        async with sweeping(at) as blobs:
            new = await asyncio.to_thread(_taken, blobs, at.house.settings, ask, side)
            return await at.write(lambda tx: _added(tx, at, ask, new))


def _may(tx: Tx, at: At, ask: UploadAttachments) -> int:
    """Asked before anything is decoded; how large pictures may be (draftfiles.longest_side).

    Raises Refused(bad_csrf), NotFound("draft"), Invalid("fileupload").
    """
    check_csrf(tx, at, ask.csrf)
    outline = draftbox.see(tx, at.viewer, ask.draft_id)
    if not ask.fileupload:
        raise Invalid("fileupload", "missing")
    group = groups.by_ids(tx, [outline.group_id]).get(outline.group_id)
    return draftfiles.longest_side(group.settings) if group is not None else 0


def _taken(blobs: Keeper, settings: Settings, ask: UploadAttachments, side: int) -> list[NewMedia]:
    return [
        draftfiles.take(
            blobs,
            settings,
            each.data,
            type_of(each.data, each.content_type, each.filename),
            _name(each.filename),
            inline=ask.inline,
            side=side,
        )
        for each in ask.fileupload
    ]


def _name(sent: str) -> str:
    """The name as sent, without the folders that some browsers tell."""
    return sent.replace("\\", "/").rpartition("/")[2]


def _added(tx: Tx, at: At, ask: UploadAttachments, new: list[NewMedia]) -> Any:
    answer = _listed(at, draftfiles.add(tx, at.viewer, ask.draft_id, new))
    return extend(tx, at, answer) if ask.extended else answer


@call(GetAttachments)
def get_all(at: At, ask: GetAttachments) -> ListEnvelope[DraftAttachment]:
    draftbox.see(at.tx, at.viewer, ask.draft_id)
    return _listed(at, draftfiles.of(at.tx, ask.draft_id))


@call(DeleteAttachment)
def delete(at: At, ask: DeleteAttachment) -> None:
    with worded(WORDS):
        draftfiles.remove(at.tx, at.viewer, ask.draft_id, ask.attachment_id)
