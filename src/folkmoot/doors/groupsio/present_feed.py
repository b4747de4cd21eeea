"""Pictures of a group's posts as they stand in feeds; nothing is asked of the database here."""

from __future__ import annotations

from folkmoot.domain.groups.recent import Picture
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.groupsio.present import name_of, privacy
from folkmoot.doors.groupsio.present_sections import short
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.feed import Attachment
from folkmoot.wire.groupsio.files import Photo


def attachment(found: Picture, group_id: int, links: Links) -> Attachment:
    """A picture beside a topic; its id is text."""
    file = found.file
    type_, _, sub_type = file.mime.partition("/")
    return Attachment(
        id=str(file.id),
        created=rfc3339(file.created_at),
        group_id=group_id,
        user_id=found.author_id,
        thread_id=found.thread_id,
        message_num=found.number,
        attach_num=found.position,
        type=type_,
        sub_type=sub_type,
        name=file.name,
        content=links.media(file.blob),
        image_width=file.width,
        image_height=file.height,
        thumbnail_url=links.media(file.preview or file.blob),
    )


def photo(found: Picture, group_id: int, who: AccountView | None, address: str) -> Photo:
    """A picture of a post as a photo in no album; what the camera wrote into it was taken out when it came."""
    file = found.file
    return Photo(
        id=file.id,
        created=rfc3339(file.created_at),
        updated=rfc3339(file.created_at),
        user_id=found.author_id,
        group_id=group_id,
        name=file.name,
        desc=file.description,
        media_type=file.mime,
        size=file.size,
        attachment_num=found.position,
        width=file.width,
        height=file.height,
        display_name=name_of(who) if who else "",
        user_name=who.name if who else "",
        profile_privacy=privacy(who),
        email=short(address),
        format=file.mime.partition("/")[2],
    )
