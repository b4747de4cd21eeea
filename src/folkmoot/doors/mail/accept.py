"""A mail's bytes into a Draft and what belongs beside it: ids, dates, fingerprint, attachments."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.posts.drafts import Draft, say_left_out
from folkmoot.domain.text import Markup
from folkmoot.kit.lazy import lazy
from folkmoot.kit.mail.octets import Mapped, Octets
from folkmoot.kit.mail.parse import Attachment, Parsed, parse
from folkmoot.kit.mail.proven import Proven
from folkmoot.kit.mail.threads import parent_candidates
from folkmoot.store.blobs import key_of
from folkmoot.store.smallmail import SMALL

if TYPE_CHECKING:
    from PIL import Image

    from folkmoot.store.blobs import Blobs
else:
    Image = lazy("PIL.Image")

QUICK = 8_192
"""Octets of a plain mail that is read at once, where it came in."""
MAX_FILES = 50
"""Attachments of one mail that are kept as files; the raw mail keeps all."""
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000
MAX_CLAIM = 200
_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_NOT_PLAIN = re.compile(rb"(?i)(?:\A|[\r\n])content-(?:type[ \t]*:(?![ \t]*text/plain\b)|disposition)")
"""A bare CR ends a line of a header, too, as the parser reads it."""
_UNSUBSCRIBE = re.compile(r"https?://[^\s<>\"']{1,200}/mail/unsubscribe/[A-Za-z0-9._~-]{1,200}")


class Taken(msgspec.Struct):
    """A mail read and stored: its blob, its own or made-up Message-ID, what it says, its files."""

    blob: str
    message_id: str
    parsed: Parsed
    fingerprint: str
    files: list[NewMedia]
    problem: str = ""
    """Why no post can be made of it; empty where one can."""
    proven: Proven | None = None
    """What was found of where it comes from; None where nobody looked."""
    raw: bytes | None = None
    """The mail itself where it is small: then it is kept beside its row, and is no blob."""


def stable_id(blob: str) -> str:
    """A Message-ID made from the hash of a mail: the same bytes always get the same."""
    return f"{blob[:40]}@without-id.invalid"


def made_up_id(parsed: Parsed, print_: str, blob: str) -> str:
    """The Message-ID of a mail without a usable one: by its fingerprint, so that another subscriber's copy gets the
    same; by its bytes where nothing tells when it was said, since then equal need not mean the same.
    """
    return f"{print_}@without-id.invalid" if parsed.date is not None else stable_id(blob)


def is_quick(raw: Octets) -> bool:
    """Whether a mail is surely read in far less than a millisecond, and holds nothing that becomes a file."""
    if len(raw) > QUICK or isinstance(raw, Mapped):
        return False
    return b"content-" not in raw.lower() or _NOT_PLAIN.search(raw) is None


def take(raw: bytes, blobs: Blobs, *, readable: bytes | None = None) -> Taken:
    """Read a mail and store it and its attachments. *readable* is the mail to read where that is not *raw*
    (mbox quoting undone). Raises OSError where the disk does not take it.
    """
    taken, settle = take_soon(raw, blobs, readable=readable)
    if settle is not None:
        settle()
    return taken


def take_soon(
    raw: Octets, blobs: Blobs, *, readable: bytes | None = None
) -> tuple[Taken, Callable[[], None] | None]:
    """The same; the mail itself is durable once what stands beside it was called, or with its row."""
    parsed = parse(raw if readable is None else readable)
    small = len(raw) <= SMALL
    blob, settle = (key_of(raw), None) if small else blobs.begin(raw)
    problem = ""
    if parsed.problems and parsed.problems[0].startswith("unparsable: "):
        problem = parsed.problems[0].removeprefix("unparsable: ")
    elif not parsed.headers:
        problem = "no headers"
    files = [] if problem else [file_of(item, blobs) for item in parsed.attachments[:MAX_FILES]]
    print_ = fingerprint(parsed)
    message_id = parsed.message_id or made_up_id(parsed, print_, blob)
    return Taken(blob, message_id, parsed, print_, files, problem, raw=bytes(raw) if small else None), settle


def fingerprint(parsed: Parsed) -> str:
    """What two deliveries of one mail have in common, whatever way they took: author, subject, text, files."""
    digest = hashlib.sha256()
    author = parsed.from_.address if parsed.from_ else ""
    said_at = parsed.date.isoformat() if parsed.date else ""
    for text in (author, parsed.subject, said_at, parsed.text, parsed.html or ""):
        digest.update(text.encode("utf-8", "replace") + b"\0")
    for item in parsed.attachments:
        digest.update(hashlib.sha256(item.data).digest())
    return digest.hexdigest()[:40]


def file_of(item: Attachment, blobs: Blobs) -> NewMedia:
    """An attachment, stored. What is not surely a picture is a file, whatever type it claims."""
    new = NewMedia(
        kind="file", mime=_mime(item.mime), name=item.name, size=len(item.data), blob=blobs.put(item.data)
    )
    size = _picture_size(item)
    if size is not None:
        new.kind, new.preview = "image", new.blob
        new.width, new.height = new.preview_width, new.preview_height = size
    return new


def _mime(claimed: str) -> str:
    return claimed if re.fullmatch(r"[a-z]{1,20}/[a-z0-9.+_-]{1,80}", claimed) else "application/octet-stream"


def _picture_size(item: Attachment) -> tuple[int, int] | None:
    """Width and height by the file's own head; the picture itself is not decoded."""
    wanted = _PICTURES.get(item.mime)
    if wanted is None:
        return None
    try:
        with Image.open(io.BytesIO(item.data), formats=(wanted,)) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return (width, height) if 0 < width <= 30_000 and 0 < height <= 30_000 else None


def draft_of(taken: Taken, group_id: int) -> Draft:
    """The post that a mail is. Personal links for leaving a list, quoted from a footer, are taken out."""
    parsed = taken.parsed
    chain = parent_candidates(parsed.references, parsed.in_reply_to)
    draft = Draft(
        text=without_personal_links(parsed.text),
        markup=Markup.MAIL,
        html=None if parsed.html is None else without_personal_links(parsed.html),
        title=parsed.subject,
        group_id=group_id,
        message_id=taken.message_id,
        references=[word for word in reversed(chain) if word != taken.message_id],
        door="mail",
        files=taken.files,
        extra={**_claims(parsed), **({"rich": True} if parsed.html is not None else {})},
    )
    if len(parsed.attachments) > len(taken.files):
        say_left_out(draft, len(parsed.attachments) - len(taken.files), f"a mail brings {MAX_FILES} at most")
    return draft


def without_personal_links(text: str) -> str:
    """The text without addresses by which whoever opens them would end somebody else's subscription."""
    return _UNSUBSCRIBE.sub("[…]", text) if "/mail/unsubscribe/" in text else text


def _claims(parsed: Parsed) -> dict[str, Any]:
    """What the mail says of its author where that names nobody."""
    if parsed.from_ is not None:
        return {}
    said = next((value for name, value in parsed.headers if name == "from"), "")
    return {"from_problem": parsed.from_problem or "", "claimed_from": said[:MAX_CLAIM]}


def said_at(parsed: Parsed, envelope: datetime | None, before: int, now: int) -> tuple[int, str]:
    """When a mail of an archive was said, in ms, and the date that it claims where that is not to be believed.

    The Date header if it lies between 1980 and tomorrow, else the envelope's date, else that of the message
    before.
    """
    claimed = next((value for name, value in parsed.headers if name == "date"), "")[:MAX_CLAIM]
    moment = _sane(parsed.date, now)
    if moment is not None:
        return moment, ""
    moment = _sane(envelope, now)
    return (before if moment is None else moment), claimed


def _sane(moment: datetime | None, now: int) -> int | None:
    if moment is None or moment < EARLIEST:
        return None
    ms = int(moment.timestamp() * 1000)
    return ms if ms <= now + DAY_MS else None
