"""Telling a group in a message what was done in one of its sections."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.domain.access import Viewer
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.files import Entry
from folkmoot.domain.text import Markup
from folkmoot.kit.markup.sanitise import escape, escape_text
from folkmoot.store.tx import Tx

NAMED = 20
"""So many files a message names."""


def tell(tx: Tx, viewer: Viewer, room: Room, title: str, html: str) -> None:
    """Post to the group under the viewer's name. Raises what posts.write raises."""
    draft = Draft(text=html, markup=Markup.HTML, title=title[: posts.MAX_TITLE], group_id=room.group_id)
    posts.write(tx, viewer, draft)


def tell_of_chat(tx: Tx, viewer: Viewer, room: Room, chat_id: int, subject: str, html: str) -> None:
    """A chat was begun."""
    link = escape_text(f"{room.group.url}/chats/{chat_id}")
    tell(tx, viewer, room, f"New chat: {subject}", f'{html}<p><a href="{link}">{link}</a></p>')


def tell_of_files(tx: Tx, viewer: Viewer, room: Room, entries: Sequence[Entry]) -> None:
    """Files, links or folders were put in."""
    what = "link" if all(each.url for each in entries) else "file"
    many = f"{len(entries)} new {what}s" if len(entries) > 1 else f"New {what}: {entries[0].name}"
    lines = [
        f'<li><a href="{escape(each.url or f"{room.group.url}/files/{each.id}")}">{escape_text(each.name)}</a>'
        f"{f': {escape_text(each.description)}' if each.description else ''}</li>"
        for each in entries[:NAMED]
    ]
    more = f"<p>and {len(entries) - NAMED} more</p>" if len(entries) > NAMED else ""
    tell(tx, viewer, room, many, f"<ul>{''.join(lines)}</ul>{more}")


def tell_of_removal(tx: Tx, viewer: Viewer, room: Room, entry: Entry) -> None:
    """A file, link or folder was taken away."""
    what = "Folder" if entry.is_folder else "Link" if entry.url else "File"
    link = escape_text(f"{room.group.url}/files")
    html = f'<p>{escape_text(entry.name)} is no longer among the files: <a href="{link}">{link}</a></p>'
    tell(tx, viewer, room, f"{what} removed: {entry.name}", html)
