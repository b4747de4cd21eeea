"""A group's archive as mbox: what came in an mbox byte for byte and in its order, all else as it went out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from heapq import merge
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.mail import mailing
from folkmoot.domain.mail.mailing import Archived
from folkmoot.doors.mail.render import mail_of, read_sheet
from folkmoot.kit.mail.mbox import MboxItem, new_item, write_mbox

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

T = TypeVar("T")
Advance = Callable[[int, int], None]


def export_mbox(
    store: Store, blobs: Blobs, group_name: str, out: BinaryIO, progress: Advance | None = None
) -> int:
    """Write a group's archive to *out* and say how many messages it has.

    What was imported comes first to last as it was imported, with the very octets of its file; mail that came in
    otherwise, and posts from other doors, stand between by the time they came. Raises NotFound, OSError; KeyError
    for a blob that is lost.
    """
    group = store.read(lambda tx: groups.find(tx, Viewer.system(), group_name))[0]
    mails = ((mail.id, mail) for mail in _pages(store, mailing.archived, group.id, lambda mail: mail.id))
    others = ((post, None) for post in _pages(store, mailing.mailless_posts, group.id, lambda post: post))
    count = 0
    for id_, mail in merge(mails, others, key=lambda pair: pair[0]):
        item = _post_item(store, blobs, id_, count) if mail is None else _mail_item(blobs, mail, count)
        if item is None:
            continue
        count += 1
        write_mbox([item], out)
        if progress is not None:
            progress(count, 0)
    return count


def _pages(
    store: Store, page: Callable[[Tx, int, int], list[T]], group_id: int, key: Callable[[T], int]
) -> Iterator[T]:
    """Everything that *page* lists, a page a transaction."""
    after = 0
    while rows := store.read(lambda tx, after=after: page(tx, group_id, after)):  # type: ignore[misc]  # a default binds the value
        yield from rows
        after = key(rows[-1])


def _mail_item(blobs: Blobs, mail: Archived, number: int) -> MboxItem:
    raw = blobs.get(mail.blob)
    if mail.from_mbox:
        return MboxItem(number, kept_bytes(mail.envelope), raw, 0, kept_bytes(mail.sep), b"")
    return new_item(number, raw, mail.sender, datetime.fromtimestamp(mail.received_at / 1000, UTC))


def _post_item(store: Store, blobs: Blobs, post_id: int, number: int) -> MboxItem | None:
    sheet = store.read(lambda tx: read_sheet(tx, post_id))
    if sheet is None:
        return None
    raw = mail_of(store.settings, blobs, sheet).common
    return new_item(
        number, raw, sheet.group.address, datetime.fromtimestamp(sheet.post.created_at / 1000, UTC)
    )


def kept_text(data: bytes) -> str:
    """Octets as text that any database keeps: Latin-1, with NUL and the backslash escaped."""
    return data.decode("latin-1").replace("\\", "\\\\").replace("\0", "\\0")


def kept_bytes(text: str) -> bytes:
    """What `kept_text` was given."""
    return re.sub(r"\\(.)", lambda m: "\0" if m[1] == "0" else m[1], text).encode("latin-1")
