"""Files on their way in: bytes or base64, checked and stored outside of any transaction, then kept for a post."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.media import intake, media, photos
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.media.photos import Taken
from folkmoot.kit.media.sniff import type_of
from folkmoot.settings import Settings
from folkmoot.store.blobs import Keeper
from folkmoot.store.tx import Tx
from folkmoot.wire.request import Upload

T = TypeVar("T")
_SHORT = ThreadPoolExecutor(3, "friendica-pictures")
_LONG = ThreadPoolExecutor(2, "friendica-films")
"""Threads of their own: whoever logs in waits for none of these, and no picture for a film."""
_LOOKED = 1000
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
_BLANKS = re.compile(r"\s+")


class Received(msgspec.Struct, frozen=True):
    """A stored file; a picture comes with its sizes."""

    file: NewMedia
    taken: Taken | None = None


async def off_loop(work: Callable[[], T], *, long: bool = False) -> T:
    """Do slow work on files in a thread; *long*: it may take minutes."""
    return await asyncio.get_running_loop().run_in_executor(_LONG if long else _SHORT, work)


def as_file(value: Upload | str) -> Upload:
    """A file, or the base64 text of one. Raises Invalid("file", "broken")."""
    if isinstance(value, Upload):
        return _plain(value)
    text = _BLANKS.sub("", value.partition(",")[2] if value.startswith("data:") else value)
    if "-" in text or "_" in text:
        text = text.replace("-", "+").replace("_", "/")
    try:
        return Upload("", "", base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError):
        raise Invalid("file", "broken") from None


def _plain(file: Upload) -> Upload:
    """The file itself where a part holds its base64 text: old clients say so in Content-Transfer-Encoding, which
    RFC 7578 4.7 no longer knows."""
    if type_of(file.data) or not _BASE64.fullmatch(file.data[:_LOOKED]):
        return file
    try:
        data = base64.b64decode(file.data, validate=False)
    except (binascii.Error, ValueError):
        return file
    return Upload(file.filename, file.content_type, data) if type_of(data) else file


def files(media_: Sequence[Upload | str | None], data: Sequence[str | None] = ()) -> list[Upload]:
    """All files of a call, those that are empty left out. Raises Invalid("file", "broken")."""
    return [as_file(value) for value in (*media_, *data) if value]


async def receive(settings: Settings, blobs: Keeper, upload: Upload, *, whole: bool) -> Received:
    """Check and store a file. *whole*: a video or sound is ready then, which takes long. Raises Invalid("file", …)."""

    moves = intake.may_take_long(upload.data)

    def work() -> Received:
        if moves:
            kind, name = upload.content_type, upload.filename
            return Received(intake.take(blobs, settings, upload.data, kind, name, whole=whole))
        taken = photos.take(blobs, settings, upload.data, upload.content_type, upload.filename)
        return Received(taken.file, taken)

    return await off_loop(work, long=whole and moves)


def keep(tx: Tx, viewer: Viewer, received: Received, media_id: int | None = None) -> int:
    """Keep a received file for a post, a picture in its album too; its id, which may be chosen."""
    id_ = media.add(tx, viewer, received.file, media_id)
    if received.taken is not None:
        photos.keep(tx, viewer, received.taken, id_)
    return id_
