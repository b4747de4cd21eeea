"""What is in use just now: tags, posts and links; and the chores that count and rank them."""

from __future__ import annotations

import time
from typing import Any

from folkmoot.domain.reading import trending, trends
from folkmoot.domain.reading.trends import Kind
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import offsets, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.tags_shown import tag_entities
from folkmoot.doors.mastodon.trending_links import link_entities
from folkmoot.wire.mastodon.requests import trends as api

GATHER_SECONDS = 5.0
RANK_SECONDS = 120.0
_KEPT = "mastodon.trends"


@door.on(api.ListTrendingTags)
def trending_tags(at: At, ask: api.ListTrendingTags) -> Response:
    limit, offset = offsets.span(ask)
    ids = trends.ranked(at.tx, at.viewer, Kind.TAG, limit=limit, offset=offset)
    found = tag_entities(at, ids)
    return Response(200, json_bytes(found), offsets.links(at, len(ids), limit, offset))


@door.on(api.ListTrendingStatuses)
def trending_posts(at: At, ask: api.ListTrendingStatuses) -> Response:
    limit, offset = offsets.span(ask)
    ids = trends.ranked(at.tx, at.viewer, Kind.POST, limit=limit, offset=offset)
    body = render.status_array(at, ids)
    return Response(200, body, offsets.links(at, len(ids), limit, offset))


@door.on(api.ListTrendingLinks)
def trending_links(at: At, ask: api.ListTrendingLinks) -> Response:
    limit, offset = offsets.span(ask)
    ids = trends.ranked(at.tx, at.viewer, Kind.LINK, limit=limit, offset=offset)
    found = link_entities(at.house, at.tx, ids)
    return Response(200, json_bytes(found), offsets.links(at, len(ids), limit, offset))


# ── chores ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _waits(house: House, name: str, seconds: float) -> bool:
    """Whether it is too early to do *name* again in this process; otherwise its time begins anew."""
    when: dict[str, Any] = house.kept.setdefault(_KEPT, {})
    if time.monotonic() < when.get(name, 0.0):
        return True
    when[name] = time.monotonic() + seconds
    return False


async def count_uses(house: House) -> int:
    """A chore: count what the journal tells of, some lines at a time; how many were read."""
    if _waits(house, "count", GATHER_SECONDS) or not await house.store.aread(trending.behind):
        return 0
    read = await house.store.awrite(trending.gather)
    if read >= trending.BATCH:
        house.kept[_KEPT]["count"] = 0.0  # there is more
    return read


async def rank_again(house: House) -> int:
    """A chore: work out anew what trends."""
    if _waits(house, "rank", RANK_SECONDS):
        return 0
    ranking = await house.store.aread(trending.rank)
    if not await house.store.aread(lambda tx: trending.nothing(tx, ranking)):
        await house.store.awrite(lambda tx: trending.settle(tx, ranking))
    return 0
