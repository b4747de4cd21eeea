"""Hashtags: followed, shown on profiles, looked at."""

from __future__ import annotations

from folkmoot.domain.reading import owntags, trends
from folkmoot.domain.reading.owntags import Featured, TagView
from folkmoot.domain.reading.trends import Kind
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import pages, present_place
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, number
from folkmoot.wire.codecs import Id, day
from folkmoot.wire.mastodon.requests import tags as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.tag import FeaturedTag, Tag


def entities(at: At, found: list[TagView]) -> list[Tag]:
    """Hashtags with their use by days, and what the caller does with them."""
    used = trends.history(at.tx, Kind.TAG, [tag.id for tag in found])
    links, known = at.house.links, at.viewer.known
    return [present_place.tag(tag, links, used[tag.id], known=known) for tag in found]


def featured_entity(at: At, found: Featured) -> FeaturedTag:
    """A hashtag that somebody shows on their page."""
    return FeaturedTag(
        id=Id(str(found.id)),
        name=found.display,
        url=present_place.tag_url(at.house.links, found.name),
        statuses_count=str(found.posts_n),
        last_status_at=None if found.last_at is None else day(found.last_at),
    )


@door.on(api.GetTag)
def get(at: At, ask: api.GetTag) -> Tag:
    return entities(at, [owntags.look(at.tx, at.viewer, ask.name)])[0]


@door.on(api.FollowTag)
def follow(at: At, ask: api.FollowTag) -> Tag:
    return entities(at, [owntags.follow(at.tx, at.viewer, ask.name)])[0]


@door.on(api.UnfollowTag)
def unfollow(at: At, ask: api.UnfollowTag) -> Tag:
    return entities(at, [owntags.unfollow(at.tx, at.viewer, ask.name)])[0]


@door.on(api.FeatureTag)
def feature(at: At, ask: api.FeatureTag) -> Tag:
    owntags.see(at.tx, at.viewer, ask.id)
    owntags.feature(at.tx, at.viewer, ask.id)
    return entities(at, [owntags.see(at.tx, at.viewer, ask.id)])[0]


@door.on(api.UnfeatureTag)
def unfeature(at: At, ask: api.UnfeatureTag) -> Tag:
    return entities(at, [owntags.unfeature_named(at.tx, at.viewer, ask.id)])[0]


@door.on(api.ListFollowedTags)
def followed(at: At, ask: api.ListFollowedTags) -> Response:
    page = pages.page_of(ask)
    found = owntags.followed(at.tx, at.viewer, page)
    return pages.rows(at, found, page.limit, lambda at, tags: json_bytes(entities(at, tags)), prev="since_id")


@door.on(api.ListFeaturedTags)
def featured(at: At, ask: api.ListFeaturedTags) -> list[FeaturedTag]:
    found = owntags.of_account(at.tx, at.viewer, at.viewer.required())
    return [featured_entity(at, each) for each in found]


@door.on(api.ListAccountFeaturedTags)
def featured_of_account(at: At, ask: api.ListAccountFeaturedTags) -> list[FeaturedTag]:
    return [
        featured_entity(at, each) for each in owntags.of_account(at.tx, at.viewer, account_number(at, ask.id))
    ]


@door.on(api.CreateFeaturedTag)
def create_featured(at: At, ask: api.CreateFeaturedTag) -> FeaturedTag:
    return featured_entity(at, owntags.feature(at.tx, at.viewer, ask.name))


@door.on(api.DeleteFeaturedTag)
def delete_featured(at: At, ask: api.DeleteFeaturedTag) -> Empty:
    owntags.unfeature(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.SuggestFeaturedTags)
def suggestions(at: At, ask: api.SuggestFeaturedTags) -> list[Tag]:
    return entities(at, owntags.suggested(at.tx, at.viewer))
