"""A group's archive as mbox: what came in an mbox byte for byte and in its order, all else as it went out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from heapq import merge
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import msgspec

from folkmoot.domain.access import PostState, Viewer
from folkmoot.domain.errors import NotFound
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


class Exported(msgspec.Struct):
    """What was written. *messages* are all of them; *remade*: of these the ones whose mail is lost, so that they are as
    they would go out now; *gone*: what went while the archive was written, or is lost and was no post."""

    messages: int = 0
    remade: int = 0
    gone: int = 0


def export_mbox(
    store: Store, blobs: Blobs, group_name: str, out: BinaryIO, progress: Advance | None = None
) -> Exported:
    """Write a group's archive to *out* and say how many messages it has.

    What was imported comes first to last as it was imported, with the very octets of its file; mail that came in
    otherwise, and posts from other doors, stand between by the time they came. A mail whose bytes are lost stands
    there as its post would go out now; what is deleted meanwhile is left out; both are counted. Raises NotFound,
    OSError.
    """
    group = store.read(lambda tx: groups.find(tx, Viewer.system(), group_name))[0]
    mails = ((mail.id, mail) for mail in _pages(store, mailing.archived, group.id, lambda mail: mail.id))
    others = ((post, None) for post in _pages(store, mailing.mailless_posts, group.id, lambda post: post))
    done = Exported()
    for id_, mail in merge(mails, others, key=lambda pair: pair[0]):
        item = None if mail is None else _mail_item(blobs, mail, done.messages)
        if item is None:
            post_id = id_ if mail is None else mail.post_id
            item = None if post_id is None else _post_item(store, blobs, post_id, done.messages)
            done.remade += mail is not None and item is not None
        if item is None:
            done.gone += 1
            continue
        done.messages += 1
        write_mbox([item], out)
        if progress is not None:
            progress(done.messages, 0)
    return done


def _pages(
    store: Store, page: Callable[[Tx, int, int], list[T]], group_id: int, key: Callable[[T], int]
) -> Iterator[T]:
    """Everything that *page* lists, a page a transaction."""
    after = 0
    while rows := store.read(lambda tx, after=after: page(tx, group_id, after)):  # type: ignore[misc]  # a default binds the value
        yield from rows
        after = key(rows[-1])


def _mail_item(blobs: Blobs, mail: Archived, number: int) -> MboxItem | None:
    """The mail as it came; None where its bytes are lost, or went since it was listed."""
    try:
        raw = blobs.get(mail.blob)
    except KeyError:
        return None
    if mail.from_mbox:
        return MboxItem(number, kept_bytes(mail.envelope), raw, 0, kept_bytes(mail.sep), b"")
    return new_item(number, raw, mail.sender, datetime.fromtimestamp(mail.received_at / 1000, UTC))


def _post_item(store: Store, blobs: Blobs, post_id: int, number: int) -> MboxItem | None:
    """A post as it goes out; None where it was deleted since it was listed."""
    try:
        sheet = store.read(lambda tx: read_sheet(tx, post_id))
    except NotFound:
        return None
    if sheet is None or sheet.post.state != PostState.LIVE:
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
