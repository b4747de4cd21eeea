"""Direct posts as conversations: listed by their last posts, marked as read, removed from the list."""

from __future__ import annotations

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.posts import exchanges
from folkmoot.domain.posts.exchanges import Exchange
from folkmoot.doors.frame import At, House, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon import unlisted
from folkmoot.wire.mastodon.requests import conversations as api
from folkmoot.wire.mastodon.requests.oauth import Empty


def conversations(house: House, tx: Tx, viewer: Viewer, found: list[Exchange]) -> list[bytes]:
    """JSON of the viewer's conversations; a talk with nobody else names the viewer, as clients want somebody there.

    A last post that went out of sight is null.
    """
    who = [exchange.others or [viewer.account_id] for exchange in found]
    people = render.accounts(house, tx, list({id_ for ids in who for id_ in ids}))
    posts = render.statuses(house, tx, viewer, [exchange.last_post_id for exchange in found])
    return [
        b'{"id":"%d","unread":%b,"accounts":%b,"last_status":%b}'
        % (
            exchange.id,
            msgspec.json.encode(exchange.unread),
            render.array(people[id_] for id_ in ids if id_ in people),
            posts.get(exchange.last_post_id, b"null"),
        )
        for exchange, ids in zip(found, who, strict=True)
    ]


def _one(at: At, exchange: Exchange) -> Response:
    return Response(200, conversations(at.house, at.tx, at.viewer, [exchange])[0])


@door.on(api.ListConversations)
def list_conversations(at: At, ask: api.ListConversations) -> Response:
    page = pages.page_of(ask)
    found = exchanges.listing(at.tx, at.viewer, page)
    cursors = [(exchange.last_post_id, exchange.id) for exchange in found]
    body = render.array(conversations(at.house, at.tx, at.viewer, found))
    return pages.rows(at, cursors, page.limit, lambda *_: body, prev="min_id")


@door.on(api.DeleteConversation)
def delete_conversation(at: At, ask: api.DeleteConversation) -> Empty:
    exchanges.leave(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.ReadConversation)
def read_conversation(at: At, ask: api.ReadConversation) -> Response:
    return _one(at, exchanges.mark(at.tx, at.viewer, number(ask.id), unread=False))


@door.on(unlisted.UnreadConversation)
def unread_conversation(at: At, ask: unlisted.UnreadConversation) -> Response:
    return _one(at, exchanges.mark(at.tx, at.viewer, number(ask.id), unread=True))
