"""What is said in chats: lines with numbers and versions, read page by page, changed and taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound, TooMany
from folkmoot.domain.sections import chats as chats_
from folkmoot.domain.sections.access import Room, readers
from folkmoot.domain.sections.chats import ChatView
from folkmoot.domain.text import Markup, render
from folkmoot.kit.markup.sanitise import clean_text
from folkmoot.store.schema.chats import chat_lines, chat_members, chats
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_LINE: Final = 4_000
"""Characters of one line."""
MINUTE_MS: Final = 60_000
A_MINUTE: Final = 60
"""So many lines one account says in one chat within a minute."""
TOP: Final = 1 << 62
_ONE_PARAGRAPH: Final = re.compile(r"<p>((?:(?!</?p>).)*)</p>", re.DOTALL)


class LineKind(IntEnum):
    """What a line is. A taken-back line is gone; GONE stands for it at the end, so that followers hear of it."""

    SAID = 0
    GONE = 1


class LineView(msgspec.Struct, frozen=True):
    """A line of a chat. *html* is safe; *about* is the number of the line that a GONE one takes back; *version* grows
    with each change."""

    id: int
    chat_id: int
    author_id: int
    number: int
    kind: int
    source: str
    html: str
    about: int
    version: int
    created_at: int
    edited_at: int | None


_COLUMNS = [chat_lines.c[name] for name in LineView.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(chat_lines.c.chat_id == p("chat_id"), chat_lines.c.number == p("n")))
_BELOW = Query(
    sa.select(*_COLUMNS)
    .where(chat_lines.c.chat_id == p("chat_id"), chat_lines.c.number < p("before"))
    .order_by(chat_lines.c.number.desc())
    .limit(p("limit"))
)
_BEYOND = Query(
    sa.select(*_COLUMNS)
    .where(chat_lines.c.chat_id == p("chat_id"), chat_lines.c.number > p("after"))
    .order_by(chat_lines.c.number)
    .limit(p("limit"))
)
_SOME = Query(sa.select(*_COLUMNS).where(in_list(chat_lines.c.id, "ids")).order_by(chat_lines.c.id))
_NEXT = Query(
    sa.update(chats)
    .where(chats.c.id == p("id"))
    .values(
        last_number=chats.c.last_number + 1,
        lines_n=chats.c.lines_n + p("by"),
        # Where a line is taken back, another says so in its stead.
        history_n=sa.case((p("by") > 0, chats.c.history_n + 1), else_=chats.c.history_n),
        updated_at=sa.case((p("by") > 0, p("now")), else_=chats.c.updated_at),
    )
)
_LATELY = Query(
    sa.select(sa.func.count()).where(
        chat_lines.c.chat_id == p("chat_id"),
        chat_lines.c.number > p("after"),
        chat_lines.c.author_id == p("me"),
        chat_lines.c.created_at > p("since"),
    )
)
_DELETE = Query(sa.delete(chat_lines).where(chat_lines.c.id == p("id")))
_SITTING = Query(
    sa.select(chat_members.c.account_id).where(
        chat_members.c.chat_id == p("id"), in_list(chat_members.c.account_id, "ids")
    )
)


def _html(tx: Tx, text: str) -> tuple[str, str]:
    """(the text as it is kept, safe HTML of it). Raises Invalid("message", "blank" | "too_long")."""
    source = clean_text(text).strip()
    if not source or len(source) > MAX_LINE:
        raise Invalid("message", "too_long" if source else "blank")
    settings = tx.settings
    html = render(
        source, Markup.PLAIN, base_url=settings.base_url, local_domain=settings.domain, people={}
    ).html
    alone = _ONE_PARAGRAPH.fullmatch(html)
    return source, alone[1] if alone else html


def _taken_part(tx: Tx, viewer: Viewer, chat_id: int) -> tuple[ChatView, Room]:
    """A chat in which the viewer sits and may speak. Raises NotFound, Forbidden,
    Conflict("closed_chat" | "not_in_chat")."""
    viewer.required()
    chat, room = chats_.see(tx, viewer, chat_id)
    chats_.require_voice(room)
    chats_.require_open(chat)
    if not chats_.own_seats(tx, viewer, [chat_id]):
        raise chats_.not_in_chat()
    return chat, room


def say(tx: Tx, viewer: Viewer, chat_id: int, text: str) -> LineView:
    """Say something in a chat. Raises NotFound, Forbidden, Conflict("closed_chat" | "not_in_chat"),
    Invalid("message", "blank" | "too_long"), TooMany("lines")."""
    me = viewer.required()
    chat, _ = _taken_part(tx, viewer, chat_id)
    source, html = _html(tx, text)
    lately = {"chat_id": chat_id, "after": chat.last_number - 10 * A_MINUTE, "since": tx.now - MINUTE_MS}
    if tx.value(_LATELY, me=me, **lately) >= A_MINUTE:
        raise TooMany("that is a lot in a short time", code="lines", retry_after=60)
    line = _append(tx, chat, me, LineKind.SAID, source=source, html=html)
    chats_.mark_seen(tx, viewer, chat_id, line.number)
    return line


def _append(tx: Tx, chat: ChatView, me: int, kind: LineKind, **values: Any) -> LineView:
    tx.run(_NEXT, id=chat.id, by=1 if kind == LineKind.SAID else -1, now=tx.now)
    number = chats_.see(tx, Viewer.system(), chat.id)[0].last_number
    id_ = tx.ids.next()
    tx.insert(
        chat_lines,
        id=id_,
        chat_id=chat.id,
        author_id=me,
        number=number,
        kind=int(kind),
        created_at=tx.now,
        **values,
    )
    journal.record(tx, journal.CHAT_SAID, me, chat.id, group_id=chat.group_id, line=id_)
    return _numbered(tx, chat.id, number)


def _numbered(tx: Tx, chat_id: int, number: int) -> LineView:
    row = tx.one(_ONE, chat_id=chat_id, n=number) if 0 < number < TOP else None
    if row is None:
        raise NotFound(what="line")
    return LineView(*row)


def change(tx: Tx, viewer: Viewer, chat_id: int, number: int, text: str) -> LineView:
    """Say a line of one's own otherwise. Raises as say, NotFound("line"), Forbidden("line_owner")."""
    chat, _ = _taken_part(tx, viewer, chat_id)
    tx.alone("chat line", chat_id)
    line = _numbered(tx, chat_id, number)
    if line.kind != LineKind.SAID:
        raise NotFound(what="line")
    if line.author_id != viewer.account_id:
        raise Forbidden("it is somebody else's", code="line_owner")
    source, html = _html(tx, text)
    if source != line.source:
        values = {"source": source, "html": html, "version": line.version + 1, "edited_at": tx.now}
        tx.update(chat_lines, {"id": line.id}, **values)
        journal.record(tx, journal.CHAT_SAID, line.author_id, chat_id, group_id=chat.group_id, line=line.id)
    return _numbered(tx, chat_id, number)


def take_back(tx: Tx, viewer: Viewer, chat_id: int, number: int) -> LineView:
    """Remove a line: one's own, or as a moderator anybody's; the line that stands for it. Raises NotFound,
    Forbidden("line_owner")."""
    me = viewer.required()
    chat, room = chats_.see(tx, viewer, chat_id)
    chats_.require_fellow(room)
    tx.alone("chat line", chat_id)
    line = _numbered(tx, chat_id, number)
    if line.kind != LineKind.SAID:
        raise NotFound(what="line")
    if line.author_id != me and not room.moderates:
        raise Forbidden("it is somebody else's", code="line_owner")
    tx.run(_DELETE, id=line.id)
    return _append(tx, chat, me, LineKind.GONE, about=number)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def history(tx: Tx, viewer: Viewer, chat_id: int, before: int | None, limit: int) -> list[LineView]:
    """Lines of a chat below the number *before*, the newest first, for members of its group. Raises NotFound,
    Forbidden("not_member")."""
    _, room = chats_.see(tx, viewer, chat_id)
    chats_.require_fellow(room)
    start = TOP if before is None else before
    return [LineView(*row) for row in tx.all(_BELOW, chat_id=chat_id, before=start, limit=limit)]


def since(tx: Tx, viewer: Viewer, chat_id: int, after: int, limit: int) -> list[LineView]:
    """Lines beyond the number *after*, the oldest first: what a reader who was away has missed. Raises as history."""
    _, room = chats_.see(tx, viewer, chat_id)
    chats_.require_fellow(room)
    return [LineView(*row) for row in tx.all(_BEYOND, chat_id=chat_id, after=after, limit=limit)]


def by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, LineView]:
    """Lines by id, for those who asked `hearers` who may have them."""
    return {row[0]: LineView(*row) for row in tx.all(_SOME, ids=list(ids))} if ids else {}


def hearers(tx: Tx, chat_id: int, group_id: int, account_ids: list[int]) -> set[int]:
    """Those of the accounts who sit in the chat and may still see it."""
    here = tx.column(_SITTING, id=chat_id, ids=account_ids) if account_ids else []
    return readers(tx, group_id, "chat", here) if here else set()
