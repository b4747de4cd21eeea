"""A message that came by no mail as the mail that it would have been, for those who take an archive along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.posts.plainparts import html_of, text_of
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.house import House
from folkmoot.doors.groupsio.bodies import split
from folkmoot.doors.groupsio.present import name_of
from folkmoot.doors.groupsio.present_archive import subject_of
from folkmoot.kit.mail.build import Attachment, build, format_date

MAX_ATTACHED: Final = 10_000_000
"""Bytes of a message's files that go with it; others are named."""


def letter_of(
    house: House, group: GroupView, post: PostView, parent: str, thread: ThreadView | None
) -> bytes:
    """The bytes of the message; *parent* is the Message-ID of what it answers, or empty."""
    attached, missing = _files(house, post)
    headers: list[tuple[str, Any]] = [
        ("From", (f"{name_of(post.author)} via {group.title or group.name}", group.address)),
        ("To", (group.title, group.address)),
        ("Subject", subject_of(post, thread, split(house, post)) or "(no subject)"),
        ("Date", format_date(datetime.fromtimestamp(post.created_at / 1000, UTC))),
        ("Message-ID", f"<{post.message_id}>"),
    ]
    if parent:
        headers += [("In-Reply-To", f"<{parent}>"), ("References", f"<{parent}>")]
    headers.append(("Archived-At", f"<{post.url}>"))
    text = "\n".join([text_of(post), *missing, ""])
    html = "" if missing else html_of(post)
    boundary = f"=_{post.id}.{post.rev}"
    return build(
        headers, text, f"<html><body>{html}</body></html>" if html else None, attached, boundary=boundary
    )


def _files(house: House, post: PostView) -> tuple[list[Attachment], list[str]]:
    """(what goes with the message, lines about what does not)."""
    attached: list[Attachment] = []
    missing: list[str] = []
    room = MAX_ATTACHED
    for item in post.media:
        name = item.name or f"{item.kind}-{item.id}"
        try:
            data = house.blobs.get(item.blob) if item.size <= room else None
        except KeyError:
            data = None
        if data is None:
            missing.append(f"[{name}: see {post.url}]")
            continue
        room -= len(data)
        attached.append(Attachment(name, item.mime, data))
    return attached, missing
