"""How to embed a post."""

from __future__ import annotations

from folkmoot.wire.mastodon.about import OEmbed
from folkmoot.wire.request import GET, Request


@GET("/api/oembed", auth="none")
class GetOEmbed(Request[OEmbed], kw_only=True):
    """How to embed the post at an address of ours. Page: methods/oembed#get."""

    url: str = ""
    maxwidth: float = 400
    maxheight: float | None = None
