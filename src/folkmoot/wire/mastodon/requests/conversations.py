"""Direct posts as conversations."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.conversation import Conversation
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit40, Paged
from folkmoot.wire.request import DELETE, GET, POST, Request


@GET("/api/v1/conversations", auth="user", scope="read:statuses")
class ListConversations(Paged[list[Conversation]], kw_only=True):
    """The caller's conversations, the latest first; ids of the page are those of last posts.

    Page: methods/conversations#get.
    """

    limit: Limit40 = 20


@DELETE("/api/v1/conversations/{id}", auth="user", scope="write:conversations")
class DeleteConversation(Request[Empty], kw_only=True):
    """Remove one from the list. Page: methods/conversations#delete."""

    id: Id


@POST("/api/v1/conversations/{id}/read", auth="user", scope="write:conversations")
class ReadConversation(Request[Conversation], kw_only=True):
    """Mark one as read. Page: methods/conversations#read."""

    id: Id
