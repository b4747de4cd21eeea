"""Private messages as the events of Twitter 1.1, which its current libraries know alone."""

from __future__ import annotations

from typing import Any

from folkmoot.domain.paging import Page
from folkmoot.domain.posts import messages
from folkmoot.domain.posts.messages import Box
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.messages import Named, seen, send
from folkmoot.doors.friendica.present_messages import Mail
from folkmoot.doors.friendica.refusals import Said
from folkmoot.wire.codecs import read_id
from folkmoot.wire.friendica.message import DMEvent
from folkmoot.wire.friendica.requests_messages import (
    DestroyMessageEvent,
    ListMessageEvents,
    NewMessageEvent,
    ShowMessageEvent,
)

PAGE = 50
Events = dict[str, Any]


@door.on(NewMessageEvent)
def new(at: At, ask: NewMessageEvent) -> Events:
    created = _part(ask.event, "message_create")
    kind = ask.event.get("type", "message_create")
    if kind != "message_create":
        raise Said(400, "event.type must be message_create")
    to = _part(created, "target").get("recipient_id")
    text = _part(created, "message_data").get("text")
    post_id = send(at, Named(user_id=str(to or "")), text if isinstance(text, str) else "")
    return {"event": _event(at, post_id)}


def _part(tree: Events, name: str) -> Events:
    found = tree.get(name)
    return found if isinstance(found, dict) else {}


def _event(at: At, post_id: int) -> DMEvent:
    mail = Mail(at.house, at.tx, at.viewer, [post_id])
    return mail.event(mail.posts[0])


@door.on(ListMessageEvents)
def list_events(at: At, ask: ListMessageEvents) -> Events:
    limit = 20 if ask.count < 1 else min(ask.count, PAGE)
    page = Page(limit=limit + 1, before=read_id((ask.cursor or "").strip()) or None)
    ids = messages.listing(at.tx, at.viewer, Box.ALL, page)
    mail = Mail(at.house, at.tx, at.viewer, ids[:limit])
    more = {"next_cursor": str(ids[limit - 1])} if len(ids) > limit else {}
    return {"events": [mail.event(post) for post in mail.posts], **more}


@door.on(ShowMessageEvent)
def show_event(at: At, ask: ShowMessageEvent) -> Events:
    return {"event": _event(at, seen(at, ask.id))}


@door.on(DestroyMessageEvent)
def destroy(at: At, ask: DestroyMessageEvent) -> Response:
    messages.drop(at.tx, at.viewer, seen(at, ask.id))
    return Response(204)
