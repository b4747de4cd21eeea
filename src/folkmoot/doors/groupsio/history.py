"""How many messages each month brought, and the whole archive as a zip with one mbox."""

from __future__ import annotations

import asyncio
import re
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import archives, groups, takeaway
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.takeaway import Raw
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.answers import StreamResponse, disposition
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.house import House
from folkmoot.doors.groupsio.calls import METHODS, call, group_of, require_act
from folkmoot.doors.groupsio.door import Refused, door
from folkmoot.doors.groupsio.letters import letter_of
from folkmoot.doors.groupsio.wording import worded
from folkmoot.kit.mail.mbox import new_item, write_mbox
from folkmoot.wire.codecs import parse_time
from folkmoot.wire.groupsio.archive import MessageHistory, MonthCount
from folkmoot.wire.groupsio.user_requests import DownloadArchives, GetMessageHistory

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

MAX_OFFSET: Final = 18 * 60
"""Minutes; no zone is further from UTC."""
PAGE: Final = 50
"""So many messages of a download are read at once."""
DAY: Final = 86_400
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
Days = dict[int, int]


@call(GetMessageHistory)
def get_message_history(at: At, ask: GetMessageHistory) -> MessageHistory:
    """Of a group, or of all groups of the caller."""
    if not -MAX_OFFSET <= ask.offset <= MAX_OFFSET:
        raise Refused("invalid offset")
    months: Counter[tuple[int, int]] = Counter()
    for view in _groups(at.tx, at, ask):
        for day, count in _days(at.tx, at.house, view, ask.offset).items():
            moment = datetime.fromtimestamp(day * DAY, UTC)
            months[moment.year, moment.month] += count
    counts = [MonthCount(year=y, month=m, msgs_sent=n) for (y, m), n in sorted(months.items())]
    return MessageHistory(month_counts=counts, tz_offset=ask.offset)


def _groups(tx: Tx, at: At, ask: GetMessageHistory) -> list[GroupView]:
    if ask.group_id is None and not ask.group_name:
        at.viewer.required()
        return groups.mine(tx, at.viewer)
    with worded({"no group": "invalid group_id"}):
        view, stands = group_of(tx, at, ask.group_id, ask.group_name)
    require_act(tx, stands, "read_archive")
    return [view]


def _days(tx: Tx, house: House, view: GroupView, offset: int) -> Days:
    """Counting an archive takes longer the larger it is, so the counts are kept until another message is there."""
    posts_n = views.account(tx, view.id).posts_n
    cache = house.cache("groupsio.history", 4 * 1024 * 1024)
    key = (view.id, offset, posts_n, view.last_post_at)
    kept = cache.get(key)
    if kept is not None:
        return msgspec.msgpack.decode(kept, type=Days)
    days = takeaway.per_day(tx, view.id, offset)
    cache.put(key, msgspec.msgpack.encode(days))
    return days


# ── the whole archive ────────────────────────────────────────────────────────────────────────────────────────


class Wanted(msgspec.Struct, frozen=True):
    """What of a group's archive: beyond a number, and newer than a time in ms."""

    viewer: Viewer
    group: GroupView
    after: int
    since: int


@door.on(DownloadArchives, tx="write", methods=METHODS)
def download_archives(at: At, ask: DownloadArchives) -> StreamResponse:
    """Streamed message by message, so that it costs the same however large the archive is."""
    since = _since(ask.start_time)
    view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
    require_act(at.tx, stands, "download_archive")
    takeaway.take(at.tx, at.viewer, view.id)
    wanted = Wanted(at.viewer, view, max(-1, min(ask.start_msg_num or 0, 1 << 62)), since)
    named = disposition(f"{view.name}.zip", attachment=True).encode()
    headers = [(b"content-disposition", named), (b"cache-control", b"no-store")]
    return StreamResponse(_zipped(at.house, wanted), headers=headers, content_type="application/zip")


def _since(text: str | None) -> int:
    """Raises Refused("invalid start_time format")."""
    if not text:
        return -1
    # A plus sign that was not escaped arrives as a space.
    ms = (
        parse_time(text.strip().replace(" ", "+"))
        if _TIME.fullmatch(text.strip().replace(" ", "+"))
        else None
    )
    if ms is None:
        raise Refused("invalid start_time format")
    return ms


class _Sink:
    """What the zip is written to; `take` hands on what has come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Everything is handed on by `take`."""

    def take(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


async def _zipped(house: House, wanted: Wanted) -> AsyncIterator[bytes]:
    sink: Any = _Sink()
    now = datetime.fromtimestamp(house.clock() / 1000, UTC)
    entry = zipfile.ZipInfo(f"{wanted.group.name.replace('+', '_')}.mbox", now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as bundle:
        with bundle.open(entry, "w", force_zip64=True) as out:
            async for message in _messages(house, wanted):
                await asyncio.to_thread(_write, house, wanted.group, message, out)
                if piece := sink.take():
                    yield piece
        yield sink.take()
    yield sink.take()


class Message(msgspec.Struct, frozen=True):
    """One message, with the mail that it came by, the Message-ID of what it answers, and its topic."""

    post: PostView
    raw: Raw | None
    parent: str
    thread: ThreadView | None


async def _messages(house: House, wanted: Wanted) -> AsyncIterator[Message]:
    after = wanted.after
    while True:
        last, page = await house.store.aread(lambda tx, after=after: _page(tx, wanted, after))  # type: ignore[misc]  # a default binds the value
        if last is None:
            return
        for message in page:
            yield message
        after = last


def _page(tx: Tx, wanted: Wanted, after: int) -> tuple[int | None, list[Message]]:
    """(the number of the last message looked at, those that are wanted)."""
    keys = archives.page_of_posts(
        tx, wanted.viewer, wanted.group.id, by="number", ascending=True, after=after, limit=PAGE
    )
    if not keys:
        return None, []
    ids = [post_id for _, post_id in keys]
    found = views.posts_by_ids(tx, wanted.viewer, ids, quoted=False)
    shown = [found[id_] for id_ in ids if id_ in found and found[id_].created_at > wanted.since]
    raws = takeaway.mails_of(tx, [post.id for post in shown])
    parents = takeaway.message_ids(tx, [post.parent_id for post in shown if post.parent_id])
    threads = archives.threads_by_ids(tx, list({post.thread_id for post in shown}))
    made = [
        Message(
            post,
            # What was changed since is told as it is now.
            None if post.edited_at else raws.get(post.id),
            parents.get(post.parent_id or 0, ""),
            threads.get(post.thread_id),
        )
        for post in shown
    ]
    return keys[-1][0], made


def _write(house: House, group: GroupView, message: Message, out: Any) -> None:
    post, raw = message.post, message.raw
    data, sender, moment = b"", group.address, post.created_at
    if raw is not None:
        try:
            data, sender, moment = house.blobs.get(raw.blob), raw.sender, raw.received_at
        except KeyError:
            data = b""  # the bytes are lost: the post itself is not
    if not data:
        data = letter_of(house, group, post, message.parent, message.thread)
    write_mbox([new_item(0, data, sender or group.address, datetime.fromtimestamp(moment / 1000, UTC))], out)
