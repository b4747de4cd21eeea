"""Messages being written."""

from __future__ import annotations

from folkmoot.wire.codecs import Rfc3339
from folkmoot.wire.groupsio.enums import DraftBodyType, DraftType
from folkmoot.wire.groupsio.object import Object


class Draft(Object, kw_only=True):
    """A message being written."""

    id: int
    object: str = "draft"
    created: Rfc3339
    updated: Rfc3339
    user_id: int = 0
    group_id: int = 0
    draft_type: DraftType
    subject: str = ""
    body: str = ""
    body_type: DraftBodyType
    is_special: bool = False
    num_attachments: int = 0
    next_attachment_id: int = 0
    message_id: int = 0
    bcc_me: bool = False
    bcc_all: bool = False


class DraftAttachment(Object, kw_only=True):
    """A file of a draft."""

    id: int
    object: str = "draft_attachment"
    draft_id: int = 0
    url: str = ""
    filename: str = ""
    size: int = 0
    content_type: str = ""
    inline: bool = False
