"""Own lists of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.people import Account, UserList
from folkmoot.client.mastodon.ids import IdType
from folkmoot.client.mastodon.params import id_list, in_path
from folkmoot.client.mastodon.results import NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.versions import api_version


class Lists(Core):
    """Own lists of accounts."""

    @api_version("2.1.0", "2.1.0", "4.2.0")
    def list(self, id: UserList | IdType) -> UserList:
        """One list. `GET /api/v1/lists/:id`."""
        return self._ask(UserList, "GET", f"/api/v1/lists/{in_path(id)}")

    @api_version("2.1.0", "2.6.0")
    def list_accounts(
        self,
        id: UserList | IdType,
        max_id: UserList | IdType | None = None,
        min_id: UserList | IdType | None = None,
        since_id: UserList | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Account]:
        """Members of a list. `GET /api/v1/lists/:id/accounts`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            f"/api/v1/lists/{in_path(id)}/accounts",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("2.1.0", "2.1.0")
    def list_accounts_add(self, id: UserList | IdType, account_ids: Sequence[Account | IdType]) -> None:
        """Add members. `POST /api/v1/lists/:id/accounts`."""
        self._tell("POST", f"/api/v1/lists/{in_path(id)}/accounts", {"account_ids": id_list(account_ids)})

    @api_version("2.1.0", "2.1.0")
    def list_accounts_delete(self, id: UserList | IdType, account_ids: Sequence[Account | IdType]) -> None:
        """Remove members. `DELETE /api/v1/lists/:id/accounts`."""
        self._tell("DELETE", f"/api/v1/lists/{in_path(id)}/accounts", {"account_ids": id_list(account_ids)})

    @api_version("2.1.0", "4.2.0", "4.2.0")
    def list_create(self, title: str, replies_policy: str = "list", exclusive: bool = False) -> UserList:
        """Create list. `POST /api/v1/lists`."""
        return self._ask(
            UserList,
            "POST",
            "/api/v1/lists",
            {"title": title, "replies_policy": replies_policy, "exclusive": exclusive},
        )

    @api_version("2.1.0", "2.1.0")
    def list_delete(self, id: UserList | IdType) -> None:
        """Delete list. `DELETE /api/v1/lists/:id`."""
        self._tell("DELETE", f"/api/v1/lists/{in_path(id)}")

    @api_version("2.1.0", "4.2.0", "4.2.0")
    def list_update(
        self, id: UserList | IdType, title: str, replies_policy: str = "list", exclusive: bool = False
    ) -> UserList:
        """Rename list. `PUT /api/v1/lists/:id`."""
        return self._ask(
            UserList,
            "PUT",
            f"/api/v1/lists/{in_path(id)}",
            {"title": title, "replies_policy": replies_policy, "exclusive": exclusive},
        )

    @api_version("2.1.0", "2.1.0")
    def lists(self) -> NonPaginatableList[UserList]:
        """Own lists. `GET /api/v1/lists`."""
        return self._ask(NonPaginatableList[UserList], "GET", "/api/v1/lists")
