"""Hashtags and what trends."""

from __future__ import annotations

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.sorting import FeaturedTag, Tag
from folkmoot.client.mastodon.entities.statuses import PreviewCard, Status
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import bare_tag, in_path
from folkmoot.client.mastodon.results import NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.versions import api_version


def name_of(tag: Tag | str) -> str:
    """The name of a tag (or of a result), for a path."""
    return in_path(bare_tag(str(unpack_id(tag, field="name"))))


class Tags(Core):
    """Hashtags and what trends."""

    @api_version("3.0.0", "3.0.0", "3.3.0")
    def featured_tag_create(self, name: str) -> FeaturedTag:
        """Feature a tag on the own profile. `POST /api/v1/featured_tags`."""
        return self._ask(FeaturedTag, "POST", "/api/v1/featured_tags", {"name": name})

    @api_version("3.0.0", "3.0.0")
    def featured_tag_delete(self, id: FeaturedTag | IdType) -> None:
        """Feature a tag no longer. `DELETE /api/v1/featured_tags/:id`."""
        self._tell("DELETE", f"/api/v1/featured_tags/{in_path(id)}")

    @api_version("3.0.0", "3.0.0")
    def featured_tag_suggestions(self) -> NonPaginatableList[FeaturedTag]:
        """Tags that one used and could feature. `GET /api/v1/featured_tags/suggestions`."""
        return self._ask(NonPaginatableList[FeaturedTag], "GET", "/api/v1/featured_tags/suggestions")

    @api_version("3.0.0", "3.0.0")
    def featured_tags(self) -> NonPaginatableList[FeaturedTag]:
        """Tags that one features. `GET /api/v1/featured_tags`."""
        return self._ask(NonPaginatableList[FeaturedTag], "GET", "/api/v1/featured_tags")

    @api_version("4.0.0", "4.0.0")
    def followed_tags(
        self,
        max_id: Tag | IdType | None = None,
        min_id: Tag | IdType | None = None,
        since_id: Tag | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Tag]:
        """Followed tags. `GET /api/v1/followed_tags`."""
        return self._ask(
            PaginatableList[Tag],
            "GET",
            "/api/v1/followed_tags",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("4.0.0", "4.0.0", "4.4.0")
    def tag(self, hashtag: Tag | str) -> Tag:
        """One tag. `GET /api/v1/tags/:name`."""
        return self._ask(Tag, "GET", f"/api/v1/tags/{in_path(bare_tag(str(hashtag)))}")

    @api_version("4.4.0", "4.4.0", "4.4.0")
    def tag_feature(self, name: str) -> Tag:
        """Feature a tag by its name. `POST /api/v1/tags/:id/feature`."""
        return self._ask(Tag, "POST", f"/api/v1/tags/{name_of(name)}/feature")

    @api_version("4.0.0", "4.0.0", "4.4.0")
    def tag_follow(self, hashtag: Tag | str) -> Tag:
        """Follow a tag. `POST /api/v1/tags/:name/follow`."""
        return self._ask(Tag, "POST", f"/api/v1/tags/{name_of(hashtag)}/follow")

    @api_version("4.4.0", "4.4.0", "4.4.0")
    def tag_unfeature(self, name: str) -> Tag:
        """Feature a tag no longer, by its name. `POST /api/v1/tags/:id/unfeature`."""
        return self._ask(Tag, "POST", f"/api/v1/tags/{name_of(name)}/unfeature")

    @api_version("4.0.0", "4.0.0", "4.4.0")
    def tag_unfollow(self, hashtag: Tag | str) -> Tag:
        """Follow a tag no longer. `POST /api/v1/tags/:name/unfollow`."""
        return self._ask(Tag, "POST", f"/api/v1/tags/{name_of(hashtag)}/unfollow")

    @api_version("3.5.0", "3.5.0")
    def trending_links(
        self, limit: int | None = None, offset: int | None = None, lang: str | None = None
    ) -> PaginatableList[PreviewCard]:
        """Links that trend. `GET /api/v1/trends/links`."""
        return self._ask(
            PaginatableList[PreviewCard],
            "GET",
            "/api/v1/trends/links",
            {"limit": limit, "offset": offset, "lang": lang},
            offset_pagination=True,
        )

    @api_version("3.5.0", "3.5.0")
    def trending_statuses(
        self, limit: int | None = None, offset: int | None = None, lang: str | None = None
    ) -> PaginatableList[Status]:
        """Statuses that trend. `GET /api/v1/trends/statuses`."""
        return self._ask(
            PaginatableList[Status],
            "GET",
            "/api/v1/trends/statuses",
            {"limit": limit, "offset": offset, "lang": lang},
            offset_pagination=True,
        )

    @api_version("3.5.0", "3.5.0")
    def trending_tags(
        self, limit: int | None = None, offset: int | None = None, lang: str | None = None
    ) -> PaginatableList[Tag]:
        """Tags that trend. `GET /api/v1/trends/tags`."""
        return self._ask(
            PaginatableList[Tag],
            "GET",
            "/api/v1/trends/tags",
            {"limit": limit, "offset": offset, "lang": lang},
            offset_pagination=True,
        )

    @api_version("2.4.3", "3.5.0")
    def trends(self, limit: int | None = None) -> PaginatableList[Tag]:
        """The older name of `trending_tags`. `GET /api/v1/trends/tags`."""
        return self.trending_tags(limit=limit)
