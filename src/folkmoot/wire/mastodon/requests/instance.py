"""What the instance says about itself."""

from __future__ import annotations

from folkmoot.wire.mastodon.about import Activity, Rule
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.instance import Instance
from folkmoot.wire.mastodon.instance_v1 import V1Instance
from folkmoot.wire.request import GET, Request


@GET("/api/v2/instance", auth="none")
class GetInstance(Request[Instance], kw_only=True):
    """The instance. Page: methods/instance#v2."""


@GET("/api/v1/instance", auth="none")
class GetInstanceV1(Request[V1Instance], kw_only=True):
    """The instance in its old form. Page: methods/instance#v1."""


@GET("/api/v1/instance/rules", auth="none")
class ListRules(Request[list[Rule]], kw_only=True):
    """The rules of the house. Page: methods/instance#rules."""


@GET("/api/v1/instance/peers", auth="none")
class ListPeers(Request[list[str]], kw_only=True):
    """The domains that the instance knows. Page: methods/instance#peers."""


@GET("/api/v1/instance/activity", auth="none")
class ListActivity(Request[list[Activity]], kw_only=True):
    """Figures of twelve weeks, newest first. Page: methods/instance#activity."""


@GET("/api/v1/custom_emojis", auth="none")
class ListCustomEmojis(Request[list[CustomEmoji]], kw_only=True):
    """The emoji of the instance. Page: methods/custom_emojis."""
