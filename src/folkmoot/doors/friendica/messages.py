"""Private messages: the boxes, sending, searching, what was seen; they are the direct posts of every door."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.posts import messages, posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.messages import Box
from folkmoot.domain.text import Markup, length
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import feeds, show, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.present_messages import Mail, short_title, title_of
from folkmoot.doors.friendica.refusals import NO_PAGE, TYPES, Said
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica import xml
from folkmoot.wire.friendica.message import DirectMessage
from folkmoot.wire.friendica.node import Result
from folkmoot.wire.friendica.requests_messages import (
    AllMessages,
    DestroyMessage,
    Inbox,
    Mailbox,
    MessageThread,
    NewMessage,
    SearchMessages,
    SentMessages,
    SetMessageSeen,
    ShowMessage,
)

AnyBox = Mailbox[list[DirectMessage]]
NO_USER = (400, "User not found.")
NOT_THERE = "message id not in database"
_NUMBER = re.compile(r"/(\d{1,18})/?$", re.ASCII)


class Named(msgspec.Struct):
    """Somebody whom a call names by nick or id."""

    user_id: str | None = None
    screen_name: str | None = None
    user: str | None = None


@door.on(Inbox, tx="read")
def inbox(at: At, ask: Inbox) -> Response:
    return _box(at, ask, Box.GOT)


@door.on(AllMessages, tx="read")
def everything(at: At, ask: AllMessages) -> Response:
    return _box(at, ask, Box.ALL)


@door.on(SentMessages, tx="read")
def sent(at: At, ask: SentMessages) -> Response:
    return _box(at, ask, Box.SENT)


@door.on(MessageThread, tx="read")
def thread(at: At, ask: MessageThread) -> Response:
    return _box(at, ask, Box.ALL, thread_id=thread_of(at.tx, at.viewer, ask.uri or ""))


def _box(at: At, ask: AnyBox, box: Box, *, thread_id: int | None = None) -> Response:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    other = _correspondent(at.tx, at.viewer, ask)
    ids = messages.listing(at.tx, at.viewer, box, page, thread_id=thread_id, other=other)
    if not ids and ask.friendica_verbose:
        return soft(at, Result(result="error", message="no mails available"), "direct_messages_all")
    if at.format in feeds.FORMATS:
        return encode(show.statuses(at.house, at.tx, at.viewer, ids), at)
    found = Mail(at.house, at.tx, at.viewer, ids).all(ask.getText, with_people=ask.getUserObjects)
    return encode(Bare(found, "direct-messages"), at)


def _correspondent(tx: Tx, viewer: Viewer, ask: AnyBox) -> int | None:
    """With whom the messages are to be; 0, who has none, for somebody who is not there."""
    if not who.is_named(ask):
        return None
    found = who.found(tx, viewer, ask, gone=True)
    return found.id if found is not None else 0


def soft(at: At, result: Any, root: str) -> Response:
    """An answer with status 200 that may tell of a failure; feeds have no other form for it than the XML."""
    if at.format in feeds.FORMATS:
        return Response(200, xml.write(root, result), content_type=TYPES[at.format])
    return encode(Bare(result, root), at)


def thread_of(tx: Tx, viewer: Viewer, uri: str) -> int:
    """The thread of a friendica_parent_uri, or of the address of one of the viewer's messages; 0 for no thread."""
    text = uri.strip()
    match = _NUMBER.search(text) if text.startswith(f"{tx.settings.base_url}/") else None
    if match is None:
        return 0
    number = int(match[1])
    if text.startswith(f"{tx.settings.base_url}/mail/"):
        return number
    side = messages.facts(tx, viewer, [number]).get(number)
    return side.thread_id if side is not None else 0


@door.on(NewMessage)
def new(at: At, ask: NewMessage) -> Response:
    named = (
        Named(screen_name=ask.screen_name)
        if (ask.screen_name or "").strip()
        else Named(ask.user_id, user=ask.user)
    )
    post_id = send(at, named, ask.text or "", ask.replyto, " ".join((ask.title or "").split()))
    return _message(at, post_id, ask.getText)


def send(at: At, named: Named, text: str, replyto: int | None = None, title: str = "") -> int:
    """Say something to one person alone; the post's id.

    An answer to a message takes over its thread and title; where there is no such message it begins a thread. Raises
    Said, Invalid("text", "too_long").
    """
    if not text.strip():
        raise Said(400, "text not specified")
    tx, viewer = at.tx, at.viewer
    to = who.wanted(tx, viewer, named, NO_USER)
    if to.is_group:
        raise Said(*NO_USER)
    if length(title, text) > tx.settings.max_characters:
        raise Invalid("text", "too_long", f"The text is longer than {tx.settings.max_characters} characters.")
    parent = _answered(tx, viewer, replyto)
    called = title_of(parent) if parent is not None else ""
    draft = Draft(
        text=text,
        markup=Markup.BBCODE,
        title=parent.title if parent is not None else title,
        audience=int(Audience.DIRECT),
        parent_id=parent.id if parent is not None else None,
        to=[to.id],
        closed=True,
        door="friendica",
        app_id=at.caller.app_id if at.caller else None,
        idempotency=at.http.header("idempotency-key"),
        extra={"subject": called or short_title(text.strip()), "to": to.id},
    )
    return posts.write(tx, viewer, draft).id


def _answered(tx: Tx, viewer: Viewer, replyto: int | None) -> views.PostView | None:
    if not replyto or replyto not in messages.facts(tx, viewer, [replyto]):
        return None
    return views.post(tx, viewer, replyto)


def _message(at: At, id_: int, get_text: str | None = None) -> Response:
    (found,) = Mail(at.house, at.tx, at.viewer, [id_]).all(get_text)
    return encode(Bare(found, "direct_message"), at)


@door.on(ShowMessage)
def show_message(at: At, ask: ShowMessage) -> Response:
    return _message(at, seen(at, ask.id))


def seen(at: At, id_: int | None) -> int:
    """The id of one of the caller's messages. Raises Said for all others."""
    if not id_ or id_ not in messages.facts(at.tx, at.viewer, [id_]):
        raise Said(404, NO_PAGE)
    return id_


@door.on(DestroyMessage)
def destroy(at: At, ask: DestroyMessage) -> Response:
    if not ask.id:
        return _not_destroyed(at, ask, "Message id not specified", "message id or parenturi not specified")
    side = messages.facts(at.tx, at.viewer, [ask.id]).get(ask.id)
    uri = (ask.friendica_parenturi or "").strip()
    if side is None or (uri and thread_of(at.tx, at.viewer, uri) != side.thread_id):
        return _not_destroyed(at, ask, NOT_THERE, NOT_THERE)
    was = _message(at, ask.id)
    messages.drop(at.tx, at.viewer, ask.id)
    if ask.friendica_verbose:
        return soft(at, Result(result="ok", message="message deleted"), "direct_messages_delete")
    return was


def _not_destroyed(at: At, ask: DestroyMessage, loud: str, quiet: str) -> Response:
    if not ask.friendica_verbose:
        raise Said(400, loud)
    return soft(at, Result(result="error", message=quiet), "direct_messages_delete")


@door.on(SetMessageSeen, tx="write")
def set_seen(at: At, ask: SetMessageSeen) -> Response:
    result = Result(result="ok", message="message set to seen")
    if not ask.id:
        result = Result(result="error", message="message id not specified")
    else:
        try:
            messages.set_seen(at.tx, at.viewer, ask.id)
        except NotFound:
            result = Result(result="error", message=NOT_THERE)
    return soft(at, result, "direct_message_setseen")


@door.on(SearchMessages)
def search(at: At, ask: SearchMessages) -> Response:
    if not (ask.searchstring or "").strip():
        return soft(at, Result(result="error", message="searchstring not specified"), _SEARCH)
    ids = messages.find(at.tx, at.viewer, ask.searchstring or "")
    found = Mail(at.house, at.tx, at.viewer, ids).all(ask.getText, with_people=ask.getUserObjects)
    results: Any = found or "nothing found"
    return soft(at, {"success": bool(found), "search_results": results}, _SEARCH)


_SEARCH = "direct_message_search"
