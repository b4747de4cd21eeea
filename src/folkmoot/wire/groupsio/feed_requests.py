"""The calls that gather what is new in groups."""

from __future__ import annotations

from folkmoot.wire.groupsio.feed import Feed
from folkmoot.wire.groupsio.requests import Call, GroupCall, Limit
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.request import GET


@GET("/api/v1/getfeed", aliases=("/v1/getfeed",))
class GetFeed(Call[ListEnvelope[Feed]], kw_only=True):
    """What is new in each of the caller's groups, one feed a group."""

    limit: Limit = 10
    page_token: int = 0


@GET("/api/v1/getsinglefeed", aliases=("/v1/getsinglefeed",))
class GetSingleFeed(GroupCall[Feed], kw_only=True):
    """What is new in one group."""
