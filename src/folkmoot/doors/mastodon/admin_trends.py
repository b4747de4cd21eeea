"""What trends, for the staff: everything, with what was decided, and the deciding."""

from __future__ import annotations

from folkmoot.domain.errors import NotFound
from folkmoot.domain.powers import require_power
from folkmoot.domain.reading import trends
from folkmoot.domain.reading.trends import Kind
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import pages, present_place, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.doors.mastodon.trending_links import link_entities
from folkmoot.wire.mastodon import place_calls as more
from folkmoot.wire.mastodon.admin import AdminTag
from folkmoot.wire.mastodon.card import TrendsLink
from folkmoot.wire.mastodon.requests import trends as api

MOST = trends.KEPT


def _tags(at: At, facts: list[trends.TagFacts]) -> list[AdminTag]:
    used = trends.history(at.tx, Kind.TAG, [f.id for f in facts])
    return [present_place.admin_tag(f, at.house.links, used[f.id]) for f in facts]


def _tag(at: At, tag_id: int) -> AdminTag:
    require_power(at.viewer, "manage_tags")
    found = trends.tags_by_ids(at.tx, [tag_id]) if tag_id < 1 << 63 else []
    if not found:
        raise NotFound(what="tag")
    return _tags(at, found)[0]


@door.on(api.AdminListTrendingTags)
def tags(at: At, ask: api.AdminListTrendingTags) -> list[AdminTag]:
    ids = trends.ranked(at.tx, at.viewer, Kind.TAG, limit=MOST, everything=True)
    return _tags(at, trends.tags_by_ids(at.tx, ids))


@door.on(api.AdminListTrendingStatuses)
def posts(at: At, ask: api.AdminListTrendingStatuses) -> Response:
    ids = trends.ranked(at.tx, at.viewer, Kind.POST, limit=MOST, everything=True)
    return Response(200, render.status_array(at, ids))


@door.on(api.AdminListTrendingLinks)
def links(at: At, ask: api.AdminListTrendingLinks) -> list[TrendsLink]:
    ids = trends.ranked(at.tx, at.viewer, Kind.LINK, limit=MOST, everything=True)
    return link_entities(at.house, at.tx, ids)


@door.on(more.AdminListTags)
def all_tags(at: At, ask: more.AdminListTags) -> Response:
    page = pages.page_of(ask)
    facts = trends.all_tags(at.tx, at.viewer, nearest=page.nearest, **pages.bounds(page))
    body = json_bytes(_tags(at, facts))
    return pages.rows(at, [(f.id, f.id) for f in facts], page.limit, lambda at, ids: body, prev="min_id")


@door.on(more.AdminGetTag)
def one_tag(at: At, ask: more.AdminGetTag) -> AdminTag:
    return _tag(at, number(ask.id))


@door.on(more.AdminUpdateTag)
def change_tag(at: At, ask: more.AdminUpdateTag) -> AdminTag:
    wanted = {"trendable": ask.trendable, "usable": ask.usable, "listable": ask.listable}
    trends.decide(at.tx, at.viewer, Kind.TAG, number(ask.id), **wanted)
    return _tag(at, number(ask.id))


def _decide_tag(at: At, tag_id: str, yes: bool) -> AdminTag:
    trends.decide(at.tx, at.viewer, Kind.TAG, number(tag_id), trendable=yes)
    return _tag(at, number(tag_id))


@door.on(more.AdminApproveTag)
def approve_tag(at: At, ask: more.AdminApproveTag) -> AdminTag:
    return _decide_tag(at, ask.id, True)


@door.on(more.AdminRejectTag)
def reject_tag(at: At, ask: more.AdminRejectTag) -> AdminTag:
    return _decide_tag(at, ask.id, False)


def _decide_post(at: At, post_id: str, yes: bool) -> Response:
    trends.decide(at.tx, at.viewer, Kind.POST, number(post_id), trendable=yes)
    return render.status(at, number(post_id))


@door.on(more.AdminApproveStatus)
def approve_post(at: At, ask: more.AdminApproveStatus) -> Response:
    return _decide_post(at, ask.id, True)


@door.on(more.AdminRejectStatus)
def reject_post(at: At, ask: more.AdminRejectStatus) -> Response:
    return _decide_post(at, ask.id, False)


def _decide_link(at: At, link_id: str, yes: bool) -> TrendsLink:
    trends.decide(at.tx, at.viewer, Kind.LINK, number(link_id), trendable=yes)
    found = link_entities(at.house, at.tx, [number(link_id)])
    if not found:
        raise NotFound(what="link")
    return found[0]


@door.on(more.AdminApproveLink)
def approve_link(at: At, ask: more.AdminApproveLink) -> TrendsLink:
    return _decide_link(at, ask.id, True)


@door.on(more.AdminRejectLink)
def reject_link(at: At, ask: more.AdminRejectLink) -> TrendsLink:
    return _decide_link(at, ask.id, False)


@door.on(more.AdminListPublishers)
def publishers(at: At, ask: more.AdminListPublishers) -> list[more.Publisher]:
    return [present_place.publisher(found) for found in trends.publishers(at.tx, at.viewer)]


def _decide_publisher(at: At, publisher_id: str, yes: bool) -> more.Publisher:
    trends.decide(at.tx, at.viewer, Kind.PUBLISHER, number(publisher_id), trendable=yes)
    return present_place.publisher(trends.publisher(at.tx, number(publisher_id)))


@door.on(more.AdminApprovePublisher)
def approve_publisher(at: At, ask: more.AdminApprovePublisher) -> more.Publisher:
    return _decide_publisher(at, ask.id, True)


@door.on(more.AdminRejectPublisher)
def reject_publisher(at: At, ask: more.AdminRejectPublisher) -> more.Publisher:
    return _decide_publisher(at, ask.id, False)
