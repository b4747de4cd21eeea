"""Reading polls and voting."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.poll import Poll
from folkmoot.wire.request import GET, POST, Request


@GET("/api/v1/polls/{id}", auth="optional", scope="read:statuses")
class GetPoll(Request[Poll], kw_only=True):
    """A poll of a visible post. Page: methods/polls#get."""

    id: Id


@POST("/api/v1/polls/{id}/votes", auth="user", scope="write:statuses")
class VotePoll(Request[Poll], kw_only=True):
    """Vote: places of the answers, from 0. Page: methods/polls#vote."""

    id: Id
    choices: list[int] = []
