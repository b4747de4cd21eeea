"""Collections of accounts, and annual reports."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.notices import AnnualReportState, WrappedAnnualReports
from folkmoot.client.mastodon.entities.people import Account
from folkmoot.client.mastodon.entities.sorting import (
    Collection,
    CollectionItem,
    Collections,
    CollectionWithAccounts,
    WrappedCollection,
    WrappedCollectionItem,
)
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import id_list, in_path
from folkmoot.client.mastodon.results import EmptyResponse
from folkmoot.client.mastodon.versions import api_version


class CollectionsAndReports(Core):
    """Collections of accounts, and annual reports."""

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def account_collections(
        self, id: Account | IdType, limit: int | None = None, offset: int | None = None
    ) -> Collections:
        """Collections of an account. `GET /api/v1/:account_id/collections`."""
        return self._ask(
            Collections,
            "GET",
            f"/api/v1/accounts/{in_path(id)}/collections",
            {"limit": limit, "offset": offset},
            offset_pagination=True,
            offset_pagination_field="collections",
        )

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def account_in_collections(
        self, id: Account | IdType | None, limit: int | None = None, offset: int | None = None
    ) -> Collections:
        """Collections that an account is in. `GET /api/v1/:account_id/in_collections`."""
        return self._ask(
            Collections,
            "GET",
            f"/api/v1/accounts/{in_path(id)}/in_collections",
            {"limit": limit, "offset": offset},
            offset_pagination=True,
            offset_pagination_field="collections",
        )

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def collection(self, id: Collection | IdType) -> CollectionWithAccounts:
        """One collection with its accounts. `GET /api/v1/collections/:id`."""
        return self._ask(CollectionWithAccounts, "GET", f"/api/v1/collections/{in_path(id)}")

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def collection_create(
        self,
        name: str,
        description: str | None = None,
        language: str | None = None,
        tag_name: str | None = None,
        sensitive: bool = False,
        discoverable: bool = False,
        account_ids: Sequence[Account | IdType] | None = None,
    ) -> WrappedCollection:
        """Make a collection. `POST /api/v1/collections`."""
        return self._ask(
            WrappedCollection,
            "POST",
            "/api/v1/collections",
            {
                "name": name,
                "description": description,
                "language": language,
                "tag_name": tag_name,
                "sensitive": sensitive,
                "discoverable": discoverable,
                "account_ids": id_list(account_ids),
            },
        )

    @api_version("4.6.0", "4.6.0")
    def collection_delete(self, id: Collection | IdType) -> EmptyResponse:
        """Delete a collection. `DELETE /api/v1/collections/:id`."""
        return self._ask(EmptyResponse, "DELETE", f"/api/v1/collections/{in_path(id)}")

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def collection_item_add(
        self, id: Collection | IdType, account_id: Account | IdType
    ) -> WrappedCollectionItem:
        """Add an account to a collection. `POST /api/v1/collections/:collection_id/items`."""
        return self._ask(
            WrappedCollectionItem,
            "POST",
            f"/api/v1/collections/{in_path(id)}/items",
            {"account_id": unpack_id(account_id)},
        )

    @api_version("4.6.0", "4.6.0")
    def collection_item_delete(
        self, collection_id: Collection | IdType, item_id: CollectionItem | IdType
    ) -> EmptyResponse:
        """Take an item out of a collection. `DELETE /api/v1/collections/:collection_id/items/:id`."""
        return self._ask(
            EmptyResponse, "DELETE", f"/api/v1/collections/{in_path(collection_id)}/items/{in_path(item_id)}"
        )

    @api_version("4.6.0", "4.6.0")
    def collection_item_revoke(
        self, collection_id: Collection | IdType, item_id: CollectionItem | IdType
    ) -> EmptyResponse:
        """Take oneself out of a collection. `POST /api/v1/collections/:collection_id/items/:id/revoke`."""
        return self._ask(
            EmptyResponse,
            "POST",
            f"/api/v1/collections/{in_path(collection_id)}/items/{in_path(item_id)}/revoke",
        )

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def collection_update(
        self,
        id: Collection | IdType,
        name: str | None = None,
        description: str | None = None,
        language: str | None = None,
        tag_name: str | None = None,
        sensitive: bool | None = None,
        discoverable: bool | None = None,
    ) -> WrappedCollection:
        """Change a collection; what is None stays. `PATCH /api/v1/collections/:id`."""
        return self._ask(
            WrappedCollection,
            "PATCH",
            f"/api/v1/collections/{in_path(id)}",
            {
                "name": name,
                "description": description,
                "language": language,
                "tag_name": tag_name,
                "sensitive": sensitive,
                "discoverable": discoverable,
            },
        )

    @api_version("4.4.0", "4.4.0", "4.3.0")
    def annual_report(self, year: int) -> WrappedAnnualReports:
        """One annual report. `GET /api/v1/annual_reports/:year`."""
        return self._ask(WrappedAnnualReports, "GET", f"/api/v1/annual_reports/{year}")

    @api_version("4.6.0", "4.6.0")
    def annual_report_generate(self, year: int) -> EmptyResponse:
        """Have an annual report made. `POST /api/v1/annual_reports/:year/generate`."""
        return self._ask(EmptyResponse, "POST", f"/api/v1/annual_reports/{year}/generate")

    @api_version("4.3.0", "4.3.0")
    def annual_report_read(self, year: int) -> None:
        """Mark an annual report as read. `POST /api/v1/annual_reports/:year/read`."""
        self._tell("POST", f"/api/v1/annual_reports/{year}/read")

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def annual_report_state(self, year: int) -> AnnualReportState:
        """Whether an annual report can be had. `GET /api/v1/annual_reports/:year/state`."""
        return self._ask(AnnualReportState, "GET", f"/api/v1/annual_reports/{year}/state")

    @api_version("4.3.0", "4.3.0", "4.3.0")
    def annual_reports(self) -> WrappedAnnualReports:
        """Own annual reports. `GET /api/v1/annual_reports`."""
        return self._ask(WrappedAnnualReports, "GET", "/api/v1/annual_reports")
