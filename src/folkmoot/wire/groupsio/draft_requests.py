"""The calls about the files of a draft."""

from __future__ import annotations

from folkmoot.wire.groupsio.draft import DraftAttachment
from folkmoot.wire.groupsio.requests import Call
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET, POST, Upload


@POST(
    "/api/v1/uploadattachments",
    aliases=("/v1/uploadattachments", "/api/v1/addattachments", "/v1/addattachments"),
)
class UploadAttachments(Call[ListEnvelope[DraftAttachment]], kw_only=True):
    """Put files to a draft; inline ones are pictures in its body. The answer lists all files of the draft."""

    draft_id: int
    fileupload: list[Upload]
    csrf: str = ""
    inline: bool = False


@GET("/api/v1/getattachments", aliases=("/v1/getattachments",))
class GetAttachments(Call[ListEnvelope[DraftAttachment]], kw_only=True):
    """The files of a draft."""

    draft_id: int


@POST("/api/v1/deleteattachment", aliases=("/v1/deleteattachment",))
class DeleteAttachment(Call[None], kw_only=True):
    """Take a file from a draft; the answer is empty."""

    draft_id: int
    attachment_id: int
    csrf: str = ""
