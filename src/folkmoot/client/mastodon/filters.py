"""Filters: the older ones, a phrase each, and the newer ones with keywords and statuses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.sorting import Filter, FilterKeyword, FilterStatus, FilterV2
from folkmoot.client.mastodon.entities.statuses import Status
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import in_path
from folkmoot.client.mastodon.results import NonPaginatableList
from folkmoot.client.mastodon.versions import api_version

CONTEXTS = ("home", "notifications", "public", "thread", "account")


def check_contexts(context: Sequence[str]) -> None:
    """MastodonIllegalArgumentError if a filter can't be for one of these."""
    for one in context:
        if one not in CONTEXTS:
            raise MastodonIllegalArgumentError(f"{one!r} is no context of filters: {', '.join(CONTEXTS)}")


def hides(one: Any, filters: Sequence[Any], context: str) -> bool:
    """Does a filter for *context* match the text of a status, or of the status that a notification is about?"""
    status = one.get("status") if isinstance(one.get("status"), dict) else one
    text = re.sub(r"<[^>]*>", " ", " ".join(status.get(key) or "" for key in ("spoiler_text", "content")))
    return any(
        pattern.search(text) for kept in filters if context in kept["context"] for pattern in patterns(kept)
    )


def patterns(kept: Any) -> list[re.Pattern[str]]:
    """What a filter, older or newer, looks for."""
    words = [kept] if kept.get("phrase") else kept.get("keywords") or []
    found = []
    for word in words:
        phrase = re.escape(word.get("phrase") or word["keyword"])
        found.append(re.compile(rf"\b{phrase}\b" if word.get("whole_word") else phrase, re.IGNORECASE))
    return found


class Filters(Core):
    """Filters: the older ones, a phrase each, and the newer ones with keywords and statuses."""

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def add_filter_keyword_v2(
        self, filter_id: FilterV2 | IdType, keyword: str, whole_word: bool = False
    ) -> FilterKeyword:
        """Add a keyword to a filter. `POST /api/v2/filters/:filter_id/keywords`."""
        params = {"keyword": keyword, "whole_word": whole_word}
        return self._ask(
            FilterKeyword,
            "POST",
            f"/api/v2/filters/{in_path(filter_id)}/keywords",
            params | {"filter_id": unpack_id(filter_id)},
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def add_filter_status_v2(self, filter_id: FilterV2 | IdType, status_id: Status | IdType) -> FilterStatus:
        """Add a status to a filter. `POST /api/v2/filters/:filter_id/statuses`."""
        return self._ask(
            FilterStatus,
            "POST",
            f"/api/v2/filters/{in_path(filter_id)}/statuses",
            {"status_id": unpack_id(status_id)},
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def create_filter_v2(
        self,
        title: str,
        context: Sequence[str],
        filter_action: str,
        expires_in: int | None = None,
        keywords_attributes: Sequence[dict[str, str | bool]] | None = None,
    ) -> FilterV2:
        """Make a filter; *filter_action* is warn, hide or blur. `POST /api/v2/filters`."""
        return self._ask(
            FilterV2,
            "POST",
            "/api/v2/filters",
            {
                "title": title,
                "context": context,
                "filter_action": filter_action,
                "expires_in": expires_in,
                "keywords_attributes": keywords_attributes,
            },
            use_json=True,
        )

    @api_version("4.0.0", "4.0.0")
    def delete_filter_keyword_v2(self, keyword_id: FilterKeyword | IdType) -> None:
        """Take a keyword out of its filter. `DELETE /api/v2/filters/keywords/:id`."""
        self._tell("DELETE", f"/api/v2/filters/keywords/{in_path(keyword_id)}")

    @api_version("4.0.0", "4.0.0")
    def delete_filter_status_v2(self, filter_status_id: FilterStatus | IdType) -> None:
        """Take a status out of its filter. `DELETE /api/v2/filters/statuses/:id`."""
        self._tell("DELETE", f"/api/v2/filters/statuses/{in_path(filter_status_id)}")

    @api_version("4.0.0", "4.0.0")
    def delete_filter_v2(self, filter_id: FilterV2 | IdType) -> None:
        """Delete a filter. `DELETE /api/v2/filters/:id`."""
        self._tell("DELETE", f"/api/v2/filters/{in_path(filter_id)}")

    @api_version("2.4.3", "2.4.3", "3.1.0")
    def filter(self, id: Filter | IdType) -> Filter:
        """One keyword filter. `GET /api/v1/filters/:id`."""
        return self._ask(Filter, "GET", f"/api/v1/filters/{in_path(id)}")

    @api_version("2.4.3", "2.4.3", "3.1.0")
    def filter_create(
        self,
        phrase: str,
        context: Sequence[str],
        irreversible: bool = False,
        whole_word: bool = True,
        expires_in: int | None = None,
    ) -> Filter:
        """Create keyword filter. `POST /api/v1/filters`."""
        check_contexts(context)
        params = {
            "phrase": phrase,
            "context": context,
            "irreversible": irreversible,
            "whole_word": whole_word,
            "expires_in": expires_in,
        }
        return self._ask(Filter, "POST", "/api/v1/filters", params)

    @api_version("2.4.3", "2.4.3")
    def filter_delete(self, id: Filter | FilterV2 | IdType) -> None:
        """Delete keyword filter. `DELETE /api/v1/filters/:id`."""
        self._tell("DELETE", f"/api/v1/filters/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def filter_keywords_v2(self, filter_id: FilterV2 | IdType) -> NonPaginatableList[FilterKeyword]:
        """Keywords of a filter. `GET /api/v2/filters/:filter_id/keywords`."""
        return self._ask(
            NonPaginatableList[FilterKeyword], "GET", f"/api/v2/filters/{in_path(filter_id)}/keywords"
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def filter_status_v2(self, filter_status_id: FilterStatus | IdType) -> FilterStatus:
        """One filtered status. `GET /api/v2/filters/statuses/:id`."""
        return self._ask(FilterStatus, "GET", f"/api/v2/filters/statuses/{in_path(filter_status_id)}")

    @api_version("4.0.0", "4.0.0")
    def filter_statuses_v2(self, filter_id: FilterV2 | IdType) -> NonPaginatableList[FilterStatus]:
        """Statuses of a filter. `GET /api/v2/filters/:filter_id/statuses`."""
        return self._ask(
            NonPaginatableList[FilterStatus], "GET", f"/api/v2/filters/{in_path(filter_id)}/statuses"
        )

    @api_version("2.4.3", "2.4.3", "3.1.0")
    def filter_update(
        self,
        id: Filter | IdType,
        phrase: str | None = None,
        context: Sequence[str] | None = None,
        irreversible: bool | None = None,
        whole_word: bool | None = None,
        expires_in: int | None = None,
    ) -> Filter:
        """Edit keyword filter. `PUT /api/v1/filters/:id`."""
        return self._ask(
            Filter,
            "PUT",
            f"/api/v1/filters/{in_path(id)}",
            {
                "phrase": phrase,
                "context": context,
                "irreversible": irreversible,
                "whole_word": whole_word,
                "expires_in": expires_in,
            },
        )

    @api_version("4.0.0", "4.0.0", "3.1.0")
    def filter_v2(self, filter_id: Filter | IdType) -> FilterV2:
        """One filter. `GET /api/v2/filters/:id`."""
        return self._ask(FilterV2, "GET", f"/api/v2/filters/{in_path(filter_id)}")

    @api_version("2.4.3", "2.4.3")
    def filters(self) -> NonPaginatableList[Filter]:
        """Keyword filters. `GET /api/v1/filters`."""
        return self._ask(NonPaginatableList[Filter], "GET", "/api/v1/filters")

    @api_version("2.4.3", "2.4.3")
    def filters_apply(self, objects: Sequence[Any], filters: Sequence[Any], context: str) -> list[Any]:
        """Those of *objects* (statuses or notifications) that no filter for *context* hides; asks nothing."""
        return [one for one in objects if not hides(one, filters, context)]

    @api_version("4.0.0", "4.0.0")
    def filters_v2(self) -> NonPaginatableList[FilterV2]:
        """Own filters. `GET /api/v2/filters`."""
        return self._ask(NonPaginatableList[FilterV2], "GET", "/api/v2/filters")

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def update_filter_v2(
        self,
        filter_id: FilterV2 | IdType,
        title: str | None = None,
        context: Sequence[str] | None = None,
        filter_action: str | None = None,
        expires_in: int | None = None,
        keywords_attributes: Sequence[dict[str, str | bool | int]] | None = None,
    ) -> FilterV2:
        """Change a filter; what is None stays. `PUT /api/v2/filters/:id`."""
        params = {
            "filter_id": unpack_id(filter_id),
            "title": title,
            "context": context,
            "filter_action": filter_action,
        }
        params |= {"expires_in": expires_in, "keywords_attributes": keywords_attributes}
        return self._ask(FilterV2, "PUT", f"/api/v2/filters/{in_path(filter_id)}", params, use_json=True)
