"""Chats: begun, listed, changed, joined and left, and what is said in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from folkmoot.domain import views
from folkmoot.domain.access import Standing
from folkmoot.domain.groups import members
from folkmoot.domain.people.showing import is_shown
from folkmoot.domain.sections import chats, lines
from folkmoot.domain.sections.access import Room, enter, told_addresses
from folkmoot.domain.sections.chats import ChatChange, ChatView, Order
from folkmoot.domain.sections.lines import LineView
from folkmoot.doors.frame.at import At
from folkmoot.doors.groupsio import load
from folkmoot.doors.groupsio import present_chats as present
from folkmoot.doors.groupsio.calls import Listed, Walk, call, cut, direction, group_of, listing, sorted_by
from folkmoot.doors.groupsio.wording import worded
from folkmoot.wire.groupsio.chat import Chat, ChatMessage, ChatSub
from folkmoot.wire.groupsio.chat_requests import (
    ChatMembers,
    DeleteChat,
    DeleteChatMessage,
    GetChatHistory,
    GetChats,
    JoinChat,
    LeaveChat,
    NewChat,
    NewChatMessage,
    SeenChat,
    UpdateChat,
    UpdateChatMessage,
)
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.result import ListEnvelope

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

LEAVE: Final = "/leave"
"""The line by which somebody leaves the chat instead of saying it."""
WORDS: Final = {
    "no chat": "invalid chat_id",
    "no seat": "invalid chatsub_id",
    "no line": "invalid msg_num",
    "subject.invalid": "invalid subject",
    "subject.blank": "invalid subject",
    "desc.invalid": "invalid desc",
    "message.blank": "invalid message",
    "message.too_long": "invalid message",
    "closed_chat": "closed chat",
    "in_chat": "already subscribed",
    "not_in_chat": "not in chat",
    "chat_full": "chat is full",
    "too_many": "too many chats",
}
NEW_WORDS: Final = {**WORDS, "no group": "invalid group_id"}


def shown(tx: Tx, at: At, stands: Mapping[int, Standing], found: list[ChatView]) -> list[Chat]:
    """Chats as the caller, who stands so to their groups, sees them, in two queries."""
    makers = views.accounts_by_ids(tx, list({each.author_id for each in found}))
    mine = chats.own_seats(tx, at.viewer, [each.id for each in found])
    links = at.house.links

    def one(found: ChatView) -> Chat:
        maker = makers.get(found.author_id)
        profile = maker is not None and is_shown(stands[found.group_id], at.viewer, maker)
        return present.chat(found, maker, mine.get(found.id), links, profile=profile)

    return [one(each) for each in found]


def said(tx: Tx, at: At, found: list[LineView], room: Room, *, old: bool = False) -> list[ChatMessage]:
    """Lines of a chat as the caller sees them, in two queries."""
    ids = list({each.author_id for each in found})
    people, told = views.accounts_by_ids(tx, ids), told_addresses(tx, room, ids)
    return [
        present.line(
            each,
            room.group_id,
            people.get(each.author_id),
            told.get(each.author_id, ""),
            at.house.links,
            old=old,
        )
        for each in found
    ]


def _said(tx: Tx, at: At, line: LineView) -> ChatMessage:
    _, room = chats.see(tx, at.viewer, line.chat_id)
    return said(tx, at, [line], room)[0]


@call(NewChat)
def new_chat(at: At, ask: NewChat) -> Chat:
    with worded(NEW_WORDS):
        view, stands = group_of(at.tx, at, ask.group_id, ask.group_name)
        new = chats.NewChat(subject=ask.subject, description=ask.desc, announce=ask.announce)
        return shown(at.tx, at, {view.id: stands}, [chats.add(at.tx, at.viewer, view.id, new)])[0]


@call(UpdateChat)
def update_chat(at: At, ask: UpdateChat) -> Chat:
    wanted = ChatChange(
        subject=ask.subject if isinstance(ask.subject, str) else None,
        description=ask.desc if isinstance(ask.desc, str) else None,
        closed=ask.is_closed if isinstance(ask.is_closed, bool) else None,
    )
    with worded(WORDS):
        _, room = chats.see(at.tx, at.viewer, ask.chat_id)
        changed = chats.change(at.tx, at.viewer, ask.chat_id, wanted)
        return shown(at.tx, at, {room.group_id: room.stands}, [changed])[0]


@listing(GetChats)
def get_chats(tx: Tx, at: At, ask: GetChats, walk: Walk) -> Listed[GetChats]:
    view, _ = group_of(tx, at, ask.group_id, ask.group_name)
    room = enter(tx, at.viewer, view.id, "chat").to_read()
    field, ascending = sorted_by(ask, chats.SORTS, "updated", "desc")
    order = Order(field, ascending, walk.key, ask.limit + 1, ask.show_closed)
    page, more = cut(chats.listing(tx, room, order), ask.limit)
    total = walk.total if walk.total is not None else chats.count(tx, room, closed=ask.show_closed)
    envelope = ListEnvelope[Chat](data=shown(tx, at, {view.id: room.stands}, page))
    return Listed(envelope, total, order.key_of(page[-1]) if more else None, field, direction(ascending))


@call(DeleteChat)
def delete_chat(at: At, ask: DeleteChat) -> None:
    with worded(WORDS):
        chats.delete(at.tx, at.viewer, ask.chat_id)


@call(JoinChat)
def join_chat(at: At, ask: JoinChat) -> ChatSub:
    with worded(WORDS):
        chat, _ = chats.see(at.tx, at.viewer, ask.chat_id)
        return present.seat(chats.join(at.tx, at.viewer, chat.id), chat.group_id)


@call(LeaveChat)
def leave_chat(at: At, ask: LeaveChat) -> None:
    with worded(WORDS):
        chats.leave(at.tx, at.viewer, ask.chatsub_id)


@call(ChatMembers, reads=True)
def chat_members(at: At, ask: ChatMembers) -> ListEnvelope[MemberInfo]:
    with worded(WORDS):
        own, chat = chats.seat(at.tx, at.viewer, ask.chatsub_id)
        chats.require_open(chat)
        ids = chats.sitting(at.tx, at.viewer, own.chat_id)
    view, stands = group_of(at.tx, at, chat.group_id, None)
    rows = members.of_people(at.tx, view.id, ids)
    infos = load.memberships(at.tx, at, view, stands, [rows[id_] for id_ in ids if id_ in rows])
    return ListEnvelope(
        total_count=len(infos), start_item=min(1, len(infos)), end_item=len(infos), data=infos
    )


@listing(GetChatHistory)
def get_chat_history(tx: Tx, at: At, ask: GetChatHistory, walk: Walk) -> Listed[GetChatHistory]:
    with worded(WORDS):
        chat, room = chats.see(tx, at.viewer, ask.chat_id)
        found = lines.history(tx, at.viewer, chat.id, walk.after, ask.limit + 1)
    page, more = cut(found, ask.limit)
    envelope = ListEnvelope[ChatMessage](data=said(tx, at, page, room))
    total = walk.total if walk.total is not None else chat.history_n
    return Listed(envelope, total, [page[-1].number] if more else None, "created", "desc")


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def speak(tx: Tx, at: At, chat_id: int, text: str) -> ChatMessage:
    """Say a line, or leave by one."""
    with worded(WORDS):
        if text.strip() != LEAVE:
            return _said(tx, at, lines.say(tx, at.viewer, chat_id, text))
        chat, _ = chats.see(tx, at.viewer, chat_id)
        own = chats.own_seats(tx, at.viewer, [chat_id]).get(chat_id)
        if own is None:
            raise chats.not_in_chat()
        chats.leave(tx, at.viewer, own.id)
        who = views.account(tx, at.viewer.account_id)
        return present.coming(own.id, tx.now, chat_id, chat.group_id, who, at.house.links, joins=False)


@call(NewChatMessage)
def new_message(at: At, ask: NewChatMessage) -> ChatMessage:
    return speak(at.tx, at, ask.chat_id, ask.message)


@call(UpdateChatMessage)
def update_message(at: At, ask: UpdateChatMessage) -> ChatMessage:
    return rephrase(at.tx, at, ask.chat_id, ask.msg_num, ask.message)


def rephrase(tx: Tx, at: At, chat_id: int, number: int, text: str) -> ChatMessage:
    """Change a line."""
    with worded(WORDS):
        return _said(tx, at, lines.change(tx, at.viewer, chat_id, number, text))


@call(DeleteChatMessage)
def delete_message(at: At, ask: DeleteChatMessage) -> ChatMessage:
    return withdraw(at.tx, at, ask.chat_id, ask.msg_num)


def withdraw(tx: Tx, at: At, chat_id: int, number: int) -> ChatMessage:
    """Take a line back."""
    with worded(WORDS):
        return _said(tx, at, lines.take_back(tx, at.viewer, chat_id, number))


@call(SeenChat)
def seen_chat(at: At, ask: SeenChat) -> ChatSub:
    with worded(WORDS):
        chat, _ = chats.see(at.tx, at.viewer, ask.chat_id)
        return present.seat(chats.mark_seen(at.tx, at.viewer, chat.id, ask.msg_num), chat.group_id)
