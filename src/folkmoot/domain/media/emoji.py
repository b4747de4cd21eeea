"""Emoji that the house draws itself: small pictures that stand for :code: in every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.media import litter
from folkmoot.domain.media.pictures import decoded
from folkmoot.kit.media.picturebytes import mime_of
from folkmoot.store.blobs import Keeper
from folkmoot.store.schema.media import emojis
from folkmoot.store.sql import Query, in_list, text_p
from folkmoot.store.tx import Tx

MAX_BYTES: Final = 262_144
MAX_SIDE: Final = 1024
MAX_CODE: Final = 128
MIMES: Final = ("image/png", "image/gif", "image/webp", "image/avif")
MAX_FOUND: Final = 100
"""So many different emoji of one text are shown."""
_CODE: Final = re.compile(r"[A-Za-z0-9_]{2,}")
_IN_TEXT: Final = re.compile(r"(?<![^\W_]):([A-Za-z0-9_]{2,128}):(?![^\W_])")
"""Not within a word, so that times and addresses are none (as Mastodon finds them)."""


class Emoji(msgspec.Struct, frozen=True):
    """One emoji: its code without colons, and the keys of its picture and of its first frame as PNG."""

    code: str
    blob: str
    static: str
    category: str = ""
    hidden: bool = False
    """Not offered for choosing, but shown where it is written."""


class NewEmoji(msgspec.Struct, frozen=True):
    """A picture that was checked and stored."""

    mime: str
    blob: str
    static: str


_COLUMNS = (emojis.c.code, emojis.c.blob, emojis.c.static, emojis.c.category, emojis.c.hidden)
_ALL = Query(sa.select(*_COLUMNS).order_by(emojis.c.category, emojis.c.code))
_SOME = Query(sa.select(*_COLUMNS).where(in_list(emojis.c.code, "codes", text=True)).order_by(emojis.c.code))
_ONE = Query(sa.select(emojis.c.id, emojis.c.blob, emojis.c.static).where(emojis.c.code == text_p("code")))
_DELETE = Query(sa.delete(emojis).where(emojis.c.code == text_p("code")))


def prepare(blobs: Keeper, data: bytes) -> NewEmoji:
    """Check a picture (PNG, GIF, WebP or AVIF of at most MAX_BYTES) and keep it; slow. Animations keep their frames.

    Raises Invalid("file", "blank" | "too_large" | "unsupported" | "too_many_pixels" | "broken" …).
    """
    if not data:
        raise Invalid("file", "blank")
    if len(data) > MAX_BYTES:
        raise Invalid("file", "too_large", f"the picture is larger than {MAX_BYTES} bytes")
    if mime_of(data[:32]) not in MIMES:
        raise Invalid("file", "unsupported", "an emoji is a PNG, GIF, WebP or AVIF picture")
    made = decoded("still", data)
    if max(made.facts["width"], made.facts["height"]) > MAX_SIDE:
        raise Invalid("file", "too_many_pixels", f"the picture is wider or higher than {MAX_SIDE} pixels")
    return NewEmoji(made.facts["mime"], blobs.put(made.parts[0]), blobs.put(made.parts[1]))


def add(
    tx: Tx, code: str, new: NewEmoji, *, category: str = "", hidden: bool = False, replace: bool = False
) -> None:
    """Let *code* stand for the picture. Raises Invalid("code", "invalid" | "too_long"), Conflict("code.taken").

    Whoever may do this is asked by the caller (the operator, staff).
    """
    code = code.strip().strip(":")
    if len(code) > MAX_CODE:
        raise Invalid("code", "too_long", f"a code has at most {MAX_CODE} letters")
    if not _CODE.fullmatch(code):
        raise Invalid("code", "invalid", "a code is two or more of the letters A to Z, a to z, 0 to 9 and _")
    values = {
        "mime": new.mime,
        "blob": new.blob,
        "static": new.static,
        "category": " ".join(category.split())[:100],
        "hidden": int(hidden),
    }
    row = tx.one(_ONE, code=code)
    if row is None:
        tx.insert(emojis, id=tx.ids.next(), code=code, created_at=tx.now, **values)
    elif not replace:
        raise Conflict(f"there is an emoji :{code}: already", code="code.taken")
    else:
        tx.update(emojis, {"id": row[0]}, **values)
        litter.drop(tx, row[1], row[2])
    journal.record(tx, journal.EMOJI_CHANGED, 0, row[0] if row else 0)


def remove(tx: Tx, code: str) -> None:
    """Let *code* be text again. Raises NotFound."""
    row = tx.one(_ONE, code=code.strip().strip(":"))
    if row is None:
        raise NotFound(what="emoji")
    tx.run(_DELETE, code=code.strip().strip(":"))
    litter.drop(tx, row[1], row[2])
    journal.record(tx, journal.EMOJI_CHANGED, 0, row[0])


def _emoji(row: tuple[Any, ...]) -> Emoji:
    return Emoji(row[0], row[1], row[2], row[3], bool(row[4]))


def everything(tx: Tx) -> list[Emoji]:
    """All emoji by category and code, the hidden ones too."""
    return [_emoji(row) for row in tx.all(_ALL)]


def codes_in(*texts: str) -> list[str]:
    """Codes that the texts may name, each once, in order; whether there is such an emoji is not asked."""
    found: dict[str, None] = {}
    for text in texts:
        if text.count(":") > 1:
            for match in _IN_TEXT.finditer(text):
                found.setdefault(match[1])
                if len(found) >= MAX_FOUND:
                    return list(found)
    return list(found)


def known(tx: Tx, codes: Iterable[str]) -> dict[str, Emoji]:
    """Those of the codes that there is an emoji for."""
    wanted = list(dict.fromkeys(codes))
    return {row[0]: _emoji(row) for row in tx.all(_SOME, codes=wanted)} if wanted else {}


def named(tx: Tx, *texts: str) -> tuple[Emoji, ...]:
    """The emoji that the texts name, in order of their first place."""
    codes = codes_in(*texts)
    found = known(tx, codes)
    return tuple(found[code] for code in codes if code in found)


def of_each(tx: Tx, codes: Mapping[int, list[str]]) -> dict[int, tuple[Emoji, ...]]:
    """For each key the emoji among its codes, in order; keys without one are left out. At most one query."""
    found = known(tx, (code for wanted in codes.values() for code in wanted))
    shown = {
        key: tuple(found[code] for code in dict.fromkeys(wanted) if code in found) if found else ()
        for key, wanted in codes.items()
    }
    return {key: emojis_ for key, emojis_ in shown.items() if emojis_}
