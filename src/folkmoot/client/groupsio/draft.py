"""Methods about draft, made from groupsio/draft_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.forms import upload
from folkmoot.client.service import Service
from folkmoot.wire.groupsio import draft_requests as api

if TYPE_CHECKING:
    from folkmoot.client.forms import FileLike
    from folkmoot.wire.groupsio.draft import DraftAttachment
    from folkmoot.wire.groupsio.result import ListEnvelope


class DraftCalls(Service):
    """The calls about the files of a draft."""

    def upload_attachments(
        self, draft_id: int, fileupload: list[FileLike], *, inline: bool = False
    ) -> ListEnvelope[DraftAttachment]:
        """Put files to a draft; inline ones are pictures in its body. The answer lists all files of the draft.

        `POST /api/v1/uploadattachments`.
        """
        return self._send(
            api.UploadAttachments(
                draft_id=draft_id, fileupload=[upload(file) for file in fileupload], inline=inline
            )
        )

    def get_attachments(self, draft_id: int) -> ListEnvelope[DraftAttachment]:
        """The files of a draft.

        `GET /api/v1/getattachments`.
        """
        return self._send(api.GetAttachments(draft_id=draft_id))

    def delete_attachment(self, draft_id: int, attachment_id: int) -> None:
        """Take a file from a draft; the answer is empty.

        `POST /api/v1/deleteattachment`.
        """
        self._send(api.DeleteAttachment(draft_id=draft_id, attachment_id=attachment_id))
