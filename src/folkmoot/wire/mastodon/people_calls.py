"""Calls about people that clients make though no page documents them, or no longer."""

from __future__ import annotations

from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.request import GET, POST, Request


class DomainBlockPreview(Entity, kw_only=True):
    """How many bonds a block of a server would end."""

    following_count: int
    followers_count: int


@GET("/api/v1/domain_blocks/preview", auth="user", scope="write:blocks follow")
class PreviewDomainBlock(Request[DomainBlockPreview], kw_only=True):
    """What a block of that server would cost."""

    domain: str = ""


@POST("/api/v1/follows", auth="user", scope="write:follows follow")
class FollowByName(Request[Account], kw_only=True):
    """Follow an account by name, as clients of 2.9 and before do; removed in 3.0."""

    uri: str = ""
