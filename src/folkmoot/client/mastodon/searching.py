"""Searching, reporting, polls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from folkmoot.client.mastodon.entities.notices import Report
from folkmoot.client.mastodon.entities.people import Account
from folkmoot.client.mastodon.entities.place import Rule
from folkmoot.client.mastodon.entities.sorting import Collection
from folkmoot.client.mastodon.entities.statuses import Poll, Search, SearchV2, Status
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError, MastodonVersionError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import id_list, in_path, when
from folkmoot.client.mastodon.results import NonPaginatableList
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.versions import api_version


class Searching(Versions):
    """Searching, reporting, polls."""

    @api_version("1.1.0", "2.8.0")
    def search(
        self,
        q: str,
        resolve: bool = True,
        result_type: str | None = None,
        account_id: Account | IdType | None = None,
        offset: int | None = None,
        min_id: IdType | None = None,
        max_id: IdType | None = None,
        exclude_unreviewed: bool = True,
        limit: int | None = None,
    ) -> Search | SearchV2:
        """Search everything. `GET /api/v2/search`."""
        if self.verify_minimum_version("2.4.1", cached=True):
            return self.search_v2(
                q,
                resolve=resolve,
                result_type=result_type,
                account_id=account_id,
                offset=offset,
                min_id=min_id,
                max_id=max_id,
                exclude_unreviewed=exclude_unreviewed,
                limit=limit,
            )
        if any(one is not None for one in (account_id, offset, min_id, max_id)):
            raise MastodonIllegalArgumentError("Servers before 2.4.1 can't narrow a search.")
        return self.search_v1(q, resolve=resolve)

    @api_version("1.1.0", "2.1.0", "3.0.0")
    def search_v1(self, q: str, resolve: bool = False) -> Search:
        """Search; tags are plain text. `GET /api/v1/search`."""
        return self._ask(Search, "GET", "/api/v1/search", {"q": q, "resolve": when(resolve)})

    @api_version("2.4.1", "2.8.0", "4.6.0")
    def search_v2(
        self,
        q: Any,
        resolve: bool = True,
        result_type: str | None = None,
        account_id: Account | IdType | None = None,
        offset: int | None = None,
        min_id: IdType | None = None,
        max_id: IdType | None = None,
        exclude_unreviewed: bool = True,
        limit: int | None = None,
    ) -> SearchV2:
        """Search, tags as objects. `GET /api/v2/search`."""
        params = {
            "q": q,
            "resolve": when(resolve),
            "type": result_type,
            "account_id": unpack_id(account_id),
            "offset": offset,
            "min_id": min_id,
            "max_id": max_id,
            "exclude_unreviewed": when(exclude_unreviewed),
            "limit": limit,
        }
        return self._ask(
            SearchV2,
            "GET",
            "/api/v2/search",
            params,
            offset_pagination=result_type is not None,
            offset_pagination_field=result_type,
        )

    @api_version("1.1.0", "4.6.0", "4.0.0")
    def report(
        self,
        account_id: Account | IdType,
        status_ids: Sequence[Status | IdType] | Status | IdType | None = None,
        comment: str | None = None,
        forward: bool = False,
        category: str | None = None,
        rule_ids: Sequence[Rule | IdType] | None = None,
        forward_to_domains: Sequence[str] | None = None,
        collection_ids: Sequence[Collection | IdType] | None = None,
    ) -> Report:
        """Report posts. `POST /api/v1/reports`."""
        return self._ask(
            Report,
            "POST",
            "/api/v1/reports/",
            {
                "account_id": unpack_id(account_id),
                "status_ids": id_list(status_ids),
                "comment": comment,
                "forward": when(forward),
                "category": category,
                "rule_ids": id_list(rule_ids),
                "forward_to_domains": forward_to_domains,
                "collection_ids": id_list(collection_ids),
            },
        )

    @api_version("1.1.0", "1.1.0")
    def reports(self) -> NonPaginatableList[Report]:
        """Own reports; servers from 2.5.0 on have none."""
        if self.verify_minimum_version("2.5.0", cached=True):
            raise MastodonVersionError("API removed in Mastodon 2.5.0")
        return self._ask(NonPaginatableList[Report], "GET", "/api/v1/reports")

    @api_version("2.8.0", "2.8.0", "2.8.0")
    def make_poll(
        self, options: Sequence[str], expires_in: int, multiple: bool = False, hide_totals: bool = False
    ) -> dict[str, Any]:
        """Parameters of a poll, for `status_post`; *expires_in* is in seconds."""
        # A plain dictionary, as it is sent: a Poll would have the fields of an answer.
        return {
            "options": options,
            "expires_in": expires_in,
            "multiple": multiple,
            "hide_totals": hide_totals,
        }

    @api_version("2.8.0", "2.8.0", "2.8.0")
    def poll(self, id: Poll | IdType) -> Poll:
        """One poll. `GET /api/v1/polls/:id`."""
        return self._ask(Poll, "GET", f"/api/v1/polls/{in_path(id)}")

    @api_version("2.8.0", "2.8.0", "2.8.0")
    def poll_vote(self, id: Poll | IdType, choices: int | Sequence[int]) -> Poll:
        """Vote; *choices* are places of options, from 0. `POST /api/v1/polls/:id/votes`."""
        choices = [choices] if isinstance(choices, int) else list(choices)
        return self._ask(Poll, "POST", f"/api/v1/polls/{in_path(id)}/votes", {"choices": choices})
