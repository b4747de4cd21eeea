"""Home, public places, tags and lists; and how far they have been read."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain.errors import NotFound
from folkmoot.domain.media import cards
from folkmoot.domain.posts import exchanges
from folkmoot.domain.reading import markers, timelines
from folkmoot.domain.reading.markers import Marker as Mark
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.kit.markup.links import fold
from folkmoot.wire.codecs import Id, read_id, time
from folkmoot.wire.mastodon import unlisted
from folkmoot.wire.mastodon.preferences import Marker
from folkmoot.wire.mastodon.requests import timelines as api

MORE_TAGS = 4
_OURS = {"home": "home", "notifications": "notices"}
_THEIRS = {ours: theirs for theirs, ours in _OURS.items()}


@door.on(api.HomeTimeline)
def home(at: At, ask: api.HomeTimeline) -> Response:
    page = pages.page_of(ask)
    return pages.hot(at, at.house.feeds.home_looks(at.tx, at.viewer, page))


@door.on(api.PublicTimeline)
def public(at: At, ask: api.PublicTimeline) -> Response:
    page = pages.page_of(ask)
    kinds = {"only_media": ask.only_media, "local": ask.local, "remote": ask.remote and not ask.local}
    return pages.hot(at, timelines.looks.public(at.tx, at.viewer, page, **kinds))


@door.on(api.TagTimeline)
def tag(at: At, ask: api.TagTimeline) -> Response:
    page = pages.page_of(ask)
    kinds = {"only_media": ask.only_media, "local": ask.local, "remote": ask.remote and not ask.local}
    if not (ask.any or ask.all or ask.none):
        name = _folded([ask.hashtag])[0]
        return pages.hot(at, timelines.looks.tag(at.tx, at.viewer, name, page, **kinds))
    found = timelines.looks.tags_of(
        at.tx,
        at.viewer,
        page,
        any_of=_folded([ask.hashtag, *ask.any[:MORE_TAGS]]),
        all_of=_folded(ask.all[:MORE_TAGS]),
        none_of=_folded(ask.none[:MORE_TAGS]),
        **kinds,
    )
    return pages.hot(at, found)


def _folded(names: list[str]) -> list[str]:
    return [fold(name.strip().removeprefix("#")[:200]) for name in names]


@door.on(api.LinkTimeline)
def link(at: At, ask: api.LinkTimeline) -> Response:
    page, card_id = pages.page_of(ask), cards.find(at.tx, ask.url)
    if card_id is None:
        raise NotFound(what="link")
    return pages.hot(at, timelines.looks.linking(at.tx, at.viewer, card_id, page))


@door.on(api.ListTimeline)
def list_timeline(at: At, ask: api.ListTimeline) -> Response:
    page = pages.page_of(ask)
    return pages.hot(at, at.house.feeds.circle_looks(at.tx, at.viewer, number(ask.list_id), page))


@door.on(unlisted.DirectTimeline)
def direct(at: At, ask: unlisted.DirectTimeline) -> Response:
    page = pages.page_of(ask)
    found = exchanges.posts_of(at.tx, at.viewer, page)
    return pages.statuses(at, found, page, prev="since_id")


@door.on(api.GetMarkers)
def get_markers(at: At, ask: api.GetMarkers) -> dict[str, Marker]:
    wanted = [_OURS[name] for name in ask.timeline if name in _OURS]
    return _shown(markers.get(at.tx, at.viewer, wanted))


@door.on(api.SetMarkers)
def set_markers(at: At, ask: api.SetMarkers) -> dict[str, Marker]:
    wanted = {}
    for ours, change in (("home", ask.home), ("notices", ask.notifications)):
        if change is not UNSET:
            id_ = read_id(change.last_read_id)
            if id_ is None:
                raise Said(422, "Validation failed: Last read is invalid")
            wanted[ours] = id_
    return _shown(markers.put(at.tx, at.viewer, wanted))


def _shown(found: dict[str, Mark]) -> dict[str, Marker]:
    return {
        _THEIRS[name]: Marker(
            last_read_id=Id(str(m.last_read_id)), version=m.version, updated_at=time(m.updated_at)
        )
        for name, m in found.items()
    }
