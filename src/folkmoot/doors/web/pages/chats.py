"""A group's chats: the list, a chat with what was said last, and forms to speak, join, leave and end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.sections import chats, lines
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.chats import ChatChange, ChatView, NewChat, Order
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.web import rooms
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import ChatForm, Form, LineForm, Listed
from folkmoot.doors.web.show import PER_PAGE, go, number, submit
from folkmoot.kit.markup.walk import as_html

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

SHOWN = 50
"""So many lines are on one page of a chat."""


@door.raw("GET", "/@{name}/chats", ask=Listed)
def listing(at: At, ask: Listed) -> Response:
    """The chats of a group, those in use first."""
    return _list(at, at.tx, ask, ChatForm())


def _list(at: At, tx: Tx, ask: Listed, form: ChatForm, why: str = "") -> Response:
    room = rooms.enter(tx, at, "chat")
    at_page = number(ask.page, 1, chats.MAX_CHATS // PER_PAGE, 1)
    found = chats.listing(tx, room, Order(limit=at_page * PER_PAGE + 1, closed=True))
    shown = found[(at_page - 1) * PER_PAGE : at_page * PER_PAGE]
    return rooms.draw(
        at,
        tx,
        room,
        "chats.html",
        title=f"Chats of {room.group.title or room.group.name}",
        chats=shown,
        mine=chats.own_seats(tx, at.viewer, [each.id for each in shown]),
        makers=views.accounts_by_ids(tx, list({each.author_id for each in shown})),
        newer=f"?page={at_page - 1}" if at_page > 1 else "",
        older=f"?page={at_page + 1}" if len(found) > at_page * PER_PAGE else "",
        form=form,
        why=why,
    )


@door.raw("POST", "/@{name}/chats", ask=ChatForm)
async def begin(at: At, ask: ChatForm) -> Response:
    """Begin a chat."""
    at.viewer.required()
    check_form(at, ask.csrf)
    new = NewChat(subject=ask.subject, description=as_html(ask.description.strip()), announce=ask.announce)

    def run(tx: Tx) -> str:
        room = rooms.enter(tx, at, "chat")
        return f"/@{room.group.name}/chats/{chats.add(tx, at.viewer, room.group_id, new).id}"

    async def work() -> Response:
        return go(await at.write(run))

    return await submit(at, work, lambda tx, why: _list(at, tx, Listed(), ask, why))


def _chat(tx: Tx, at: At) -> tuple[ChatView, Room]:
    """The chat of the address. Raises NotFound."""
    room = rooms.enter(tx, at, "chat")
    chat, _ = chats.see(tx, at.viewer, number(at.path["chat"], 0, (1 << 62) - 1, 0))
    if chat.group_id != room.group_id:
        raise NotFound(what="chat")
    return chat, room


@door.raw("GET", "/@{name}/chats/{chat}", ask=Listed)
def show(at: At, ask: Listed) -> Response:
    """A chat with its newest lines, or with those before one."""
    return _show(at, at.tx, ask, LineForm())


def _show(at: At, tx: Tx, ask: Listed, form: LineForm, why: str = "") -> Response:
    chat, room = _chat(tx, at)
    before = number(ask.before, 0, 1 << 62, 0)
    try:
        said = lines.history(tx, at.viewer, chat.id, before or None, SHOWN + 1)
    except Forbidden:  # whoever looks in from outside sees that there is a chat, not what is said
        said = []
    shown = [line for line in said[:SHOWN][::-1] if line.kind == lines.LineKind.SAID]
    mine = chats.own_seats(tx, at.viewer, [chat.id]).get(chat.id)
    return rooms.draw(
        at,
        tx,
        room,
        "chat.html",
        title=chat.subject,
        chat=chat,
        mine=mine,
        owns=chats.is_owned(tx, at.viewer, chat, room),
        member=room.stands.is_member or room.stands.is_parent_member,
        lines=shown,
        people=views.accounts_by_ids(tx, list({line.author_id for line in shown})),
        older=f"?before={said[SHOWN - 1].number}" if len(said) > SHOWN else "",
        newest=not before,
        form=form,
        why=why,
    )


@door.raw("POST", "/@{name}/chats/{chat}/say", ask=LineForm)
async def say(at: At, ask: LineForm) -> Response:
    """Say something."""
    at.viewer.required()
    check_form(at, ask.csrf)

    def run(tx: Tx) -> Response:
        chat, room = _chat(tx, at)
        said = lines.say(tx, at.viewer, chat.id, ask.text)
        return go(f"/@{room.group.name}/chats/{chat.id}#l{said.number}")

    async def work() -> Response:
        return await at.write(run)

    return await submit(at, work, lambda tx, why: _show(at, tx, Listed(), ask, why))


@door.raw("POST", "/@{name}/chats/{chat}/take-back", ask=LineForm, tx="write")
def take_back(at: At, ask: LineForm) -> Response:
    """Take a line back."""
    at.viewer.required()
    check_form(at, ask.csrf)
    chat, room = _chat(at.tx, at)
    lines.take_back(at.tx, at.viewer, chat.id, number(ask.line, 0, 1 << 62, 0))
    return go(f"/@{room.group.name}/chats/{chat.id}")


@door.raw("POST", "/@{name}/chats/{chat}/join", ask=Form, tx="write")
def join(at: At, ask: Form) -> Response:
    """Sit down in the chat."""
    at.viewer.required()
    check_form(at, ask.csrf)
    chat, room = _chat(at.tx, at)
    chats.join(at.tx, at.viewer, chat.id)
    return go(f"/@{room.group.name}/chats/{chat.id}")


@door.raw("POST", "/@{name}/chats/{chat}/leave", ask=Form, tx="write")
def leave(at: At, ask: Form) -> Response:
    """Stand up from it."""
    at.viewer.required()
    check_form(at, ask.csrf)
    chat, room = _chat(at.tx, at)
    mine = chats.own_seats(at.tx, at.viewer, [chat.id]).get(chat.id)
    if mine is not None:
        chats.leave(at.tx, at.viewer, mine.id)
    return go(f"/@{room.group.name}/chats")


@door.raw("POST", "/@{name}/chats/{chat}/close", ask=Form, tx="write")
def close(at: At, ask: Form) -> Response:
    """Close one's own chat, or open it again."""
    at.viewer.required()
    check_form(at, ask.csrf)
    chat, room = _chat(at.tx, at)
    chats.change(at.tx, at.viewer, chat.id, ChatChange(closed=not chat.closed))
    return go(f"/@{room.group.name}/chats/{chat.id}", "saved")


@door.raw("POST", "/@{name}/chats/{chat}/delete", ask=Form, tx="write")
def delete(at: At, ask: Form) -> Response:
    """End one's own chat with everything said in it."""
    at.viewer.required()
    check_form(at, ask.csrf)
    chat, room = _chat(at.tx, at)
    chats.delete(at.tx, at.viewer, chat.id)
    return go(f"/@{room.group.name}/chats", "removed")
