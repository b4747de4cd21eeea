"""NodeInfo 2.0, by which crawlers count servers."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.entity import Entity


class NodeInfoLink(Entity, kw_only=True):
    """One version of the document."""

    rel: str = ""
    href: str = ""


class NodeInfoDiscovery(Entity, kw_only=True):
    """Where the NodeInfo document is."""

    links: list[NodeInfoLink] = []


class NodeInfoSoftware(Entity, kw_only=True):
    """Name and version of the software."""

    name: str = ""
    version: str = ""


class NodeInfoServices(Entity, kw_only=True):
    """Other services that posts come from and go to."""

    inbound: list[str] = []
    outbound: list[str] = []


class NodeInfoUsers(Entity, kw_only=True):
    """Numbers of people."""

    total: int = 0
    active_month: int = msgspec.field(name="activeMonth", default=0)
    active_halfyear: int = msgspec.field(name="activeHalfyear", default=0)


class NodeInfoUsage(Entity, kw_only=True):
    """Sizes of the server."""

    users: NodeInfoUsers
    local_posts: int = msgspec.field(name="localPosts", default=0)


class NodeInfoMetadata(Entity, kw_only=True):
    """Name and description of the server, and whose API it speaks where the software has another name."""

    node_name: str | UnsetType = msgspec.field(name="nodeName", default=UNSET)
    node_description: str | UnsetType | None = msgspec.field(name="nodeDescription", default=UNSET)
    upstream: NodeInfoSoftware | UnsetType = UNSET


class NodeInfo(Entity, kw_only=True):
    """Software, protocols and size of the server."""

    version: Literal["2.0"]
    software: NodeInfoSoftware
    protocols: list[Literal["activitypub"]] = []
    services: NodeInfoServices
    usage: NodeInfoUsage
    open_registrations: bool = msgspec.field(name="openRegistrations", default=False)
    metadata: NodeInfoMetadata
