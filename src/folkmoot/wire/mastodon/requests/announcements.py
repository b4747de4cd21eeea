"""What the place tells everybody, and the reactions to it."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.announcement import Announcement
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request


@GET("/api/v1/announcements", auth="user")
class ListAnnouncements(Request[list[Announcement]], kw_only=True):
    """What is announced at present. Page: methods/announcements#get.

    with_dismissed left the documentation and is still sent; everything is listed unless it is false.
    """

    with_dismissed: bool | None = None


@POST("/api/v1/announcements/{id}/dismiss", auth="user", scope="write:accounts")
class DismissAnnouncement(Request[Empty], kw_only=True):
    """Mark it as read. Page: methods/announcements#dismiss."""

    id: Id


@PUT("/api/v1/announcements/{id}/reactions/{name}", auth="user", scope="write:favourites")
class AddReaction(Request[Empty], kw_only=True):
    """React with an emoji, or the shortcode of a custom one. Page: methods/announcements#put-reactions."""

    id: Id
    name: str


@DELETE("/api/v1/announcements/{id}/reactions/{name}", auth="user", scope="write:favourites")
class RemoveReaction(Request[Empty], kw_only=True):
    """Take a reaction back. Page: methods/announcements#delete-reactions."""

    id: Id
    name: str
