"""Hashtags that one follows, and those that one shows on one's profile."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit200, Paged
from folkmoot.wire.mastodon.tag import FeaturedTag, Tag
from folkmoot.wire.request import DELETE, GET, POST, Request


@GET("/api/v1/tags/{name}", auth="optional")
class GetTag(Request[Tag], kw_only=True):
    """A hashtag, used yet or not. Page: methods/tags#get."""

    name: str


@POST("/api/v1/tags/{name}/follow", auth="user", scope="write:follows follow")
class FollowTag(Request[Tag], kw_only=True):
    """Have public posts with a hashtag in one's home. Page: methods/tags#follow."""

    name: str


@POST("/api/v1/tags/{name}/unfollow", auth="user", scope="write:follows follow")
class UnfollowTag(Request[Tag], kw_only=True):
    """Follow a hashtag no longer. Page: methods/tags#unfollow."""

    name: str


@POST("/api/v1/tags/{id}/feature", auth="user", scope="write:accounts")
class FeatureTag(Request[Tag], kw_only=True):
    """Show a hashtag on one's profile; id is its name, as for follow. Page: methods/tags#feature."""

    id: str


@POST("/api/v1/tags/{id}/unfeature", auth="user", scope="write:accounts")
class UnfeatureTag(Request[Tag], kw_only=True):
    """Show a hashtag no longer; id is its name. Page: methods/tags#unfeature."""

    id: str


@GET("/api/v1/followed_tags", auth="user", scope="read:follows")
class ListFollowedTags(Paged[list[Tag]], kw_only=True):
    """Hashtags that the caller follows; pages go by the follow. Page: methods/followed_tags#get."""

    limit: Limit200 = 100


@GET("/api/v1/featured_tags", auth="user", scope="read:accounts")
class ListFeaturedTags(Request[list[FeaturedTag]], kw_only=True):
    """Hashtags on the caller's profile. Page: methods/featured_tags#get."""


@POST("/api/v1/featured_tags", auth="user", scope="write:accounts")
class CreateFeaturedTag(Request[FeaturedTag], kw_only=True):
    """Show a hashtag on one's profile. Page: methods/featured_tags#feature."""

    name: str = ""


@DELETE("/api/v1/featured_tags/{id}", auth="user", scope="write:accounts")
class DeleteFeaturedTag(Request[Empty], kw_only=True):
    """Show it no longer. Page: methods/featured_tags#unfeature."""

    id: Id


@GET("/api/v1/featured_tags/suggestions", auth="user", scope="read:accounts")
class SuggestFeaturedTags(Request[list[Tag]], kw_only=True):
    """Hashtags that the caller used most of late, ten at most. Page: methods/featured_tags#suggestions."""


@GET("/api/v1/accounts/{id}/featured_tags", auth="optional")
class ListAccountFeaturedTags(Request[list[FeaturedTag]], kw_only=True):
    """Hashtags on an account's profile. Page: methods/accounts#featured_tags."""

    id: Id
