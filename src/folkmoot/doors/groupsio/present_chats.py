"""Chats, their lines and wiki pages as objects of the API; nothing is asked of the database here."""

from __future__ import annotations

from typing import Final

from folkmoot.domain.sections.chats import ChatView, Seat
from folkmoot.domain.sections.lines import LineKind, LineView
from folkmoot.domain.sections.wiki import PageView, Revision
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.groupsio.present import name_of, privacy
from folkmoot.doors.groupsio.present_sections import short
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.chat import Chat, ChatMessage, ChatSub
from folkmoot.wire.groupsio.enums import ChatMsgType
from folkmoot.wire.groupsio.files import WikiPage, WikiPageData, WikiPageSet

TYPES: Final[dict[int, ChatMsgType]] = {
    LineKind.SAID: "chat_msg_type_normal",
    LineKind.GONE: "chat_msg_type_delete",
}
COLOURS: Final = ("#837fd5", "#5b8c5a", "#b3603a", "#3a7ca5", "#a5507d", "#7a6a2b", "#4b8f8c", "#946bb3")
"""Colours by which people are told apart in a chat."""


def seat(found: Seat, group_id: int) -> ChatSub:
    """One's place in a chat."""
    return ChatSub(
        id=found.id,
        created=rfc3339(found.created_at),
        updated=rfc3339(found.updated_at),
        user_id=found.account_id,
        group_id=group_id,
        chat_id=found.chat_id,
        last_msg_seen=found.seen,
    )


def no_seat() -> ChatSub:
    """What stands there for whoever is not in the chat: the object is always whole."""
    return ChatSub(id=0, created=rfc3339(None), updated=rfc3339(None))


def chat(
    found: ChatView, maker: AccountView | None, mine: Seat | None, links: Links, *, profile: bool
) -> Chat:
    """A chat, with the caller's place in it. *profile*: the caller may see that of who began it."""
    return Chat(
        id=found.id,
        created=rfc3339(found.created_at),
        updated=rfc3339(found.updated_at),
        user_id=found.author_id,
        profile_photo_url=links.avatar(maker) if maker else "",
        name=name_of(maker) if maker else "",
        can_view_profile=profile,
        group_id=found.group_id,
        subject=found.subject,
        desc=found.description,
        is_closed=bool(found.closed),
        num_messages=found.lines_n,
        chat_sub=seat(mine, found.group_id) if mine else no_seat(),
    )


def line(
    found: LineView, group_id: int, who: AccountView | None, address: str, links: Links, *, old: bool = False
) -> ChatMessage:
    """A line of a chat; *old*: it is sent again to a reader who was away."""
    return ChatMessage(
        id=found.id,
        created=rfc3339(found.created_at),
        version=found.version,
        user_id=found.author_id,
        group_id=group_id,
        chat_id=found.chat_id,
        historical=old,
        type=TYPES[found.kind],
        message=found.html,
        msg_num=found.number,
        delete_msg_num=found.about,
        display_name=name_of(who) if who else "",
        user_name=who.name if who else "",
        profile_photo_url=links.avatar(who) if who else "",
        profile_privacy=privacy(who),
        profile_color=COLOURS[found.author_id % len(COLOURS)],
        email=short(address),
    )


def coming(
    event_id: int, at: int, chat_id: int, group_id: int, who: AccountView, links: Links, *, joins: bool
) -> ChatMessage:
    """What is said live where somebody comes into a chat or goes; it has no number, as no history keeps it."""
    return ChatMessage(
        id=event_id,
        created=rfc3339(at),
        version=1,
        user_id=who.id,
        group_id=group_id,
        chat_id=chat_id,
        type="chat_msg_type_join" if joins else "chat_msg_type_leave",
        display_name=name_of(who),
        user_name=who.name,
        profile_photo_url=links.avatar(who),
        profile_privacy=privacy(who),
        profile_color=COLOURS[who.id % len(COLOURS)],
    )


def page(found: PageView) -> WikiPage:
    """A page of a wiki, without its text."""
    return WikiPage(
        id=found.id,
        created=rfc3339(found.created_at),
        updated=rfc3339(found.updated_at),
        user_id=found.author_id,
        group_id=found.group_id,
        title=found.title,
        path=found.path,
        locked=bool(found.locked),
        rev_count=found.revisions_n,
    )


def page_set(found: PageView, newest: Revision) -> WikiPageSet:
    """A page with its text."""
    return WikiPageSet(page=page(found), data=WikiPageData(body=newest.html))
