"""Chats of a group: begun, changed, closed and ended, and who sits in them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import MemberPosting, Membership, Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid, NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.sections import announcing
from folkmoot.domain.sections.access import Room, enter, readers, room_with
from folkmoot.domain.sections.paging import Keys, after_key, after_values, order_by
from folkmoot.kit.markup.sanitise import clean_html, clean_text
from folkmoot.store.schema.chats import chat_lines, chat_members, chats
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

MAX_SUBJECT: Final = 200
MAX_DESCRIPTION: Final = 20_000
MAX_CHATS: Final = 2_000
"""So many chats one group has at most."""
MAX_SEATS: Final = 500
"""So many people sit in one chat at most."""


class ChatView(msgspec.Struct, frozen=True):
    """A chat. *description* is safe HTML; *lines_n* counts what was said and not taken back, *history_n* all lines that
    are kept, *last_number* numbers the newest line, whatever became of it."""

    id: int
    group_id: int
    author_id: int
    subject: str
    description: str
    closed: int
    lines_n: int
    last_number: int
    created_at: int
    updated_at: int
    history_n: int


class Seat(msgspec.Struct, frozen=True):
    """An account's place in a chat; *seen* is the number of the last line that it has seen."""

    id: int
    chat_id: int
    account_id: int
    seen: int
    created_at: int
    updated_at: int


_COLUMNS = [chats.c[name] for name in ChatView.__struct_fields__]
_SEAT = [chat_members.c[name] for name in Seat.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(chats.c.id == p("id")))
_HERE = (chats.c.group_id == p("group_id"), sa.or_(p("closed") == 1, chats.c.closed == 0))
_COUNT = Query(sa.select(sa.func.count()).where(*_HERE))
_ALL = Query(sa.select(sa.func.count()).where(chats.c.group_id == p("group_id")))
_OWN = Query(
    sa.select(*_SEAT).where(in_list(chat_members.c.chat_id, "ids"), chat_members.c.account_id == p("me"))
)
_SEAT_BY_ID = Query(sa.select(*_SEAT).where(chat_members.c.id == p("id")))
_SITTING = Query(sa.select(*_SEAT).where(chat_members.c.chat_id == p("id")).order_by(chat_members.c.id))
_SEATS_N = Query(sa.select(sa.func.count()).where(chat_members.c.chat_id == p("id")))
_RISE = Query(sa.delete(chat_members).where(chat_members.c.id == p("id")))
_LOCK = Query(sa.update(chats).where(chats.c.id == p("id")).values(closed=chats.c.closed))
_SEEN = Query(
    sa.update(chat_members)
    .where(
        chat_members.c.chat_id == p("id"), chat_members.c.account_id == p("me"), chat_members.c.seen < p("n")
    )
    .values(seen=p("n"), updated_at=p("now"))
)
_DELETE = tuple(
    Query(sa.delete(column.table).where(column == p("id")))
    for column in (chat_lines.c.chat_id, chat_members.c.chat_id, chats.c.id)
)
SORTS: Final = {
    "id": chats.c.id,
    "name": chats.c.subject,
    "created": chats.c.created_at,
    "updated": chats.c.updated_at,
}


def see(tx: Tx, viewer: Viewer, chat_id: int) -> tuple[ChatView, Room]:
    """A chat that the viewer may see, and where. Raises NotFound for all others, whether they exist or not."""
    row = tx.one(_ONE, id=chat_id) if 0 < chat_id < 1 << 63 else None
    room = room_with(tx, viewer, row[1] if row else 0, "chat")
    if row is None or room is None or not room.reads:
        raise NotFound(what="chat")
    return ChatView(*row), room


@cache
def _page(sort: str, ascending: bool) -> Query:
    column = SORTS[sort]
    statement = sa.select(*_COLUMNS).where(*_HERE, after_key(column, chats.c.id, ascending))
    return Query(statement.order_by(*order_by(column, chats.c.id, ascending)).limit(p("limit")))


class Order(msgspec.Struct, frozen=True):
    """How a list of chats is sorted (a key of SORTS), from where it goes on, and whether closed ones are in it."""

    sort: str = "updated"
    ascending: bool = False
    after: Keys = None
    limit: int = 10
    closed: bool = False

    def key_of(self, chat: ChatView) -> list[int | str]:
        """Where the list goes on after the chat."""
        fields = {"name": "subject", "created": "created_at", "updated": "updated_at", "id": "id"}
        return [getattr(chat, fields[self.sort]), chat.id]


def listing(tx: Tx, room: Room, order: Order) -> list[ChatView]:
    """The chats of a section that the viewer may read."""
    more = after_values(order.after, "" if order.sort == "name" else 0)
    named = {"group_id": room.group_id, "closed": int(order.closed), "limit": order.limit}
    return [ChatView(*row) for row in tx.all(_page(order.sort, order.ascending), **named, **more)]


_OPEN = Query(
    sa.select(chats.c.group_id, sa.func.count())
    .where(in_list(chats.c.group_id, "ids"), chats.c.closed == 0)
    .group_by(chats.c.group_id)
)


def open_in(tx: Tx, group_ids: list[int]) -> dict[int, int]:
    """How many open chats each of these groups has that has any (the caller has asked who may see them)."""
    return {row[0]: row[1] for row in tx.all(_OPEN, ids=group_ids)} if group_ids else {}


def count(tx: Tx, room: Room, *, closed: bool) -> int:
    """How many chats there are, closed ones among them or not."""
    return int(tx.value(_COUNT, group_id=room.group_id, closed=int(closed)))


def own_seats(tx: Tx, viewer: Viewer, chat_ids: list[int]) -> dict[int, Seat]:
    """The viewer's seats in these chats, by chat."""
    if not viewer.known or not chat_ids:
        return {}
    return {row[1]: Seat(*row) for row in tx.all(_OWN, ids=chat_ids, me=viewer.account_id)}


class NewChat(msgspec.Struct, kw_only=True):
    """A chat to be; *announce*: the group is told of it by a post."""

    subject: str
    description: str
    announce: bool = False


def _subject(text: str) -> str:
    kept = " ".join(clean_text(text).split())
    if not kept or len(kept) > MAX_SUBJECT or not kept.isprintable():
        raise Invalid("subject", "invalid" if kept else "blank")
    return kept


def _description(text: str) -> str:
    html = clean_html(text) if text.strip() and len(text) <= MAX_DESCRIPTION else ""
    if not html.strip():
        raise Invalid("desc", "invalid")
    return html


def add(tx: Tx, viewer: Viewer, group_id: int, new: NewChat) -> ChatView:
    """Begin a chat; its author sits in it. Raises NotFound, Forbidden("manage_chats"), Invalid("subject" | "desc"),
    Conflict("too_many"), and where it is announced what posts.write raises."""
    me = viewer.required()
    room = enter(tx, viewer, group_id, "chat").to_write()
    values: dict[str, Any] = {
        "subject": _subject(new.subject),
        "description": _description(new.description),
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    tx.alone("chats", group_id)
    if int(tx.value(_ALL, group_id=group_id)) >= MAX_CHATS:
        raise Conflict("the group has too many chats", code="too_many")
    id_ = tx.ids.next()
    tx.insert(chats, id=id_, group_id=group_id, author_id=me, **values)
    _sit(tx, id_, me, 0)
    if new.announce:
        announcing.tell_of_chat(tx, viewer, room, id_, values["subject"], values["description"])
    return _read(tx, id_)


def _read(tx: Tx, chat_id: int) -> ChatView:
    return ChatView(*(tx.one(_ONE, id=chat_id) or ()))


def is_owned(tx: Tx, viewer: Viewer, chat: ChatView, room: Room) -> bool:
    """Whether a chat is the viewer's to change: its author's, or where that is no member any more, a moderator's."""
    if viewer.known and chat.author_id == viewer.account_id and not room.stands.locked:
        return True
    return room.moderates and not members.in_group(tx, chat.group_id, chat.author_id)


def _owned(tx: Tx, viewer: Viewer, chat_id: int) -> tuple[ChatView, Room]:
    viewer.required()
    chat, room = see(tx, viewer, chat_id)
    if not is_owned(tx, viewer, chat, room):
        raise Forbidden("only who began a chat changes it", code="chat_owner")
    return chat, room


class ChatChange(msgspec.Struct, kw_only=True):
    """Changes of a chat; what is None stays."""

    subject: str | None = None
    description: str | None = None
    closed: bool | None = None


def change(tx: Tx, viewer: Viewer, chat_id: int, wanted: ChatChange) -> ChatView:
    """Change one's own chat; a closed one takes nobody in and no lines. Raises NotFound, Forbidden("chat_owner"),
    Invalid("subject" | "desc")."""
    chat, _ = _owned(tx, viewer, chat_id)
    values: dict[str, Any] = {}
    if wanted.subject is not None:
        values["subject"] = _subject(wanted.subject)
    if wanted.description is not None:
        values["description"] = _description(wanted.description)
    if wanted.closed is not None:
        values["closed"] = int(wanted.closed)
    if values:
        tx.update(chats, {"id": chat_id}, updated_at=tx.now, **values)
    if wanted.closed and not chat.closed:
        journal.record(tx, journal.CHAT_ENDED, viewer.account_id, chat_id, group_id=chat.group_id)
    return _read(tx, chat_id)


def delete(tx: Tx, viewer: Viewer, chat_id: int) -> None:
    """End one's own chat with everything said in it. Raises NotFound, Forbidden("chat_owner")."""
    chat, _ = _owned(tx, viewer, chat_id)
    for query in _DELETE:
        tx.run(query, id=chat_id)
    journal.record(tx, journal.CHAT_ENDED, viewer.account_id, chat_id, group_id=chat.group_id)


# ── who sits in it ───────────────────────────────────────────────────────────────────────────────────────────────


def require_fellow(room: Room) -> None:
    """Raises Forbidden("not_member") for those who only look in from outside the group."""
    if not (room.stands.is_member or room.stands.is_parent_member or room.moderates):
        raise Forbidden("only members of the group take part in its chats", code="not_member")


def require_voice(room: Room) -> None:
    """Raises Forbidden where the viewer may say nothing in the group's chats."""
    require_fellow(room)
    stands = room.stands
    if stands.locked or (stands.member_posting == MemberPosting.FORBIDDEN and not room.moderates):
        raise Forbidden("you may say nothing here", code="post")
    if stands.status == Membership.BANNED:
        raise Forbidden("you may say nothing here", code="post")


def require_open(chat: ChatView) -> None:
    """Raises Conflict("closed_chat")."""
    if chat.closed:
        raise Conflict("the chat is closed", code="closed_chat")


def not_in_chat() -> Conflict:
    """The refusal of those who do not sit in the chat."""
    return Conflict("join the chat first", code="not_in_chat")


def join(tx: Tx, viewer: Viewer, chat_id: int) -> Seat:
    """Sit down in a chat. Raises NotFound, Forbidden("not_member"),
    Conflict("closed_chat" | "in_chat" | "chat_full")."""
    me = viewer.required()
    chat, room = see(tx, viewer, chat_id)
    require_fellow(room)
    # Who writes the chat's row first is first: nobody sits down in a chat that is being closed or is full.
    tx.run(_LOCK, id=chat_id)
    chat = _read(tx, chat_id)
    require_open(chat)
    if tx.value(_SEATS_N, id=chat_id) >= MAX_SEATS:
        raise Conflict("the chat is full", code="chat_full")
    if own_seats(tx, viewer, [chat_id]) or not _sit(tx, chat_id, me, chat.last_number):
        raise Conflict("already in the chat", code="in_chat")
    journal.record(tx, journal.CHAT_ENTERED, me, chat_id, group_id=chat.group_id)
    return own_seats(tx, viewer, [chat_id])[chat_id]


def _sit(tx: Tx, chat_id: int, account_id: int, seen: int) -> bool:
    times = {"created_at": tx.now, "updated_at": tx.now}
    return tx.insert_new(
        chat_members, id=tx.ids.next(), chat_id=chat_id, account_id=account_id, seen=seen, **times
    )


def seat(tx: Tx, viewer: Viewer, seat_id: int) -> tuple[Seat, ChatView]:
    """One's own seat by its id, and its chat. Raises NotFound("seat") for those of others too."""
    row = tx.one(_SEAT_BY_ID, id=seat_id) if 0 < seat_id < 1 << 63 else None
    if row is None or row[2] != viewer.required():
        raise NotFound(what="seat")
    return Seat(*row), _read(tx, row[1])


def leave(tx: Tx, viewer: Viewer, seat_id: int) -> None:
    """Stand up from one's own seat. Raises NotFound("seat")."""
    own, chat = seat(tx, viewer, seat_id)
    tx.run(_RISE, id=own.id)
    journal.record(tx, journal.CHAT_LEFT, own.account_id, chat.id, group_id=chat.group_id)


def sitting(tx: Tx, viewer: Viewer, chat_id: int) -> list[int]:
    """The accounts that sit in a chat that the viewer sees, and are still members, in the order in which they came."""
    chat, room = see(tx, viewer, chat_id)
    require_fellow(room)
    ids = [row[2] for row in tx.all(_SITTING, id=chat_id)]
    still = readers(tx, chat.group_id, "chat", ids)
    return [id_ for id_ in ids if id_ in still]


def mark_seen(tx: Tx, viewer: Viewer, chat_id: int, number: int) -> Seat:
    """Note that the viewer has seen the lines up to *number*; never back. Raises NotFound("chat" | "seat")."""
    chat, _ = see(tx, viewer, chat_id)
    upto = max(0, min(number, chat.last_number))
    tx.run(_SEEN, id=chat_id, me=viewer.required(), n=upto, now=tx.now)
    own = own_seats(tx, viewer, [chat_id]).get(chat_id)
    if own is None:
        raise NotFound(what="seat")
    return own
