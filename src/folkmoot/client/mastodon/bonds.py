"""What stands between oneself and other accounts: following, blocking, muting, domains, suggestions."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.client.mastodon.accounts import Accounts
from folkmoot.client.mastodon.entities.people import Account, FamiliarFollowers, Relationship, Suggestion
from folkmoot.client.mastodon.errors import MastodonNotFoundError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import id_list, in_path
from folkmoot.client.mastodon.results import NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.versions import api_version


class Bonds(Accounts, Versions):
    """What stands between oneself and other accounts: following, blocking, muting, domains, suggestions."""

    @api_version("1.0.0", "3.3.0", "4.6.0")
    def account_follow(
        self, id: Account | IdType, reblogs: bool = True, notify: bool = False
    ) -> Relationship:
        """Follow. `POST /api/v1/accounts/:id/follow`."""
        return self._ask(
            Relationship,
            "POST",
            f"/api/v1/accounts/{in_path(id)}/follow",
            {"reblogs": reblogs, "notify": notify},
        )

    @api_version("1.0.0", "1.4.0", "4.6.0")
    def account_unfollow(self, id: Account | IdType) -> Relationship:
        """Unfollow. `POST /api/v1/accounts/:id/unfollow`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/unfollow")

    @api_version("1.0.0", "2.1.0", "4.6.0")
    def follows(self, uri: str) -> Relationship:
        """Follow by address. `GET /api/v1/accounts/search`."""
        found = self.account_search(uri)
        if not found:
            raise MastodonNotFoundError(f"No account found for {uri}")
        return self.account_follow(found[0])

    @api_version("1.0.0", "1.4.0", "4.6.0")
    def account_block(self, id: Account | IdType) -> Relationship:
        """Block. `POST /api/v1/accounts/:id/block`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/block")

    @api_version("1.0.0", "1.4.0", "4.6.0")
    def account_unblock(self, id: Account | IdType) -> Relationship:
        """Unblock. `POST /api/v1/accounts/:id/unblock`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/unblock")

    @api_version("1.1.0", "2.4.3", "4.6.0")
    def account_mute(
        self, id: Account | IdType, notifications: bool = True, duration: int | None = None
    ) -> Relationship:
        """Mute; *duration* is in seconds, None for ever. `POST /api/v1/accounts/:id/mute`."""
        return self._ask(
            Relationship,
            "POST",
            f"/api/v1/accounts/{in_path(id)}/mute",
            {"notifications": notifications, "duration": duration},
        )

    @api_version("1.1.0", "1.4.0", "4.6.0")
    def account_unmute(self, id: Account | IdType) -> Relationship:
        """Unmute. `POST /api/v1/accounts/:id/unmute`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/unmute")

    @api_version("2.5.0", "2.5.0", "4.6.0")
    def account_pin(self, id: Account | IdType) -> Relationship:
        """Endorse. `POST /api/v1/accounts/:id/pin`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/pin")

    @api_version("2.5.0", "2.5.0", "4.6.0")
    def account_unpin(self, id: Account | IdType) -> Relationship:
        """Undo endorse. `POST /api/v1/accounts/:id/unpin`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/unpin")

    @api_version("4.4.0", "4.4.0", "4.6.0")
    def account_endorse(self, id: Account | IdType) -> Relationship:
        """Feature an account on the own profile. `POST /api/v1/accounts/:id/endorse`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/endorse")

    @api_version("4.4.0", "4.4.0", "4.6.0")
    def account_unendorse(self, id: Account | IdType) -> Relationship:
        """Feature an account no longer. `POST /api/v1/accounts/:id/unendorse`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/unendorse")

    @api_version("3.5.0", "3.5.0", "4.6.0")
    def account_remove_from_followers(self, id: Account | IdType) -> Relationship:
        """Remove a follower. `POST /api/v1/accounts/:id/remove_from_followers`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/remove_from_followers")

    @api_version("3.2.0", "3.2.0", "4.6.0")
    def account_note_set(self, id: Account | IdType, comment: str) -> Relationship:
        """Set the private note on an account. `POST /api/v1/accounts/:id/note`."""
        return self._ask(Relationship, "POST", f"/api/v1/accounts/{in_path(id)}/note", {"comment": comment})

    @api_version("1.0.0", "1.4.0")
    def account_relationships(
        self, id: Sequence[Account | IdType] | Account | IdType, with_suspended: bool | None = None
    ) -> NonPaginatableList[Relationship]:
        """How one stands to these accounts. `GET /api/v1/accounts/relationships`."""
        return self._ask(
            NonPaginatableList[Relationship],
            "GET",
            "/api/v1/accounts/relationships",
            {"id": unpack_id(id), "with_suspended": with_suspended},
        )

    @api_version("3.5.0", "3.5.0")
    def account_familiar_followers(
        self, id: Sequence[Account | IdType] | Account | IdType
    ) -> NonPaginatableList[FamiliarFollowers]:
        """Who that you follow follows these accounts. `GET /api/v1/accounts/familiar_followers`."""
        return self._ask(
            NonPaginatableList[FamiliarFollowers],
            "GET",
            "/api/v1/accounts/familiar_followers",
            {"id": id_list(id)},
            use_json=True,
        )

    @api_version("1.0.0", "2.6.0")
    def blocks(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Account]:
        """Blocked accounts. `GET /api/v1/blocks`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            "/api/v1/blocks",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.4.0", "1.4.0")
    def domain_block(self, domain: str) -> None:
        """Block a domain. `POST /api/v1/domain_blocks`."""
        self._tell("POST", "/api/v1/domain_blocks", {"domain": domain})

    @api_version("1.4.0", "2.6.0")
    def domain_blocks(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[str]:
        """Blocked domains. `GET /api/v1/domain_blocks`."""
        return self._ask(
            PaginatableList[str],
            "GET",
            "/api/v1/domain_blocks",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.4.0", "1.4.0")
    def domain_unblock(self, domain: str) -> None:
        """Unblock a domain. `DELETE /api/v1/domain_blocks`."""
        self._tell("DELETE", "/api/v1/domain_blocks", {"domain": domain})

    @api_version("1.0.0", "3.0.0", "4.6.0")
    def follow_request_authorize(self, id: Account | IdType) -> Relationship:
        """Accept request. `POST /api/v1/follow_requests/:account_id/authorize`."""
        return self._ask(Relationship, "POST", f"/api/v1/follow_requests/{in_path(id)}/authorize")

    @api_version("1.0.0", "3.0.0", "4.6.0")
    def follow_request_reject(self, id: Account | IdType) -> Relationship:
        """Reject request. `POST /api/v1/follow_requests/:account_id/reject`."""
        return self._ask(Relationship, "POST", f"/api/v1/follow_requests/{in_path(id)}/reject")

    @api_version("1.0.0", "2.6.0")
    def follow_requests(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Account]:
        """Incoming follow requests. `GET /api/v1/follow_requests`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            "/api/v1/follow_requests",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.1.0", "2.6.0")
    def mutes(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Account]:
        """Muted accounts. `GET /api/v1/mutes`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            "/api/v1/mutes",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("2.5.0", "2.5.0")
    def endorsements(self) -> NonPaginatableList[Account]:
        """Endorsed accounts. `GET /api/v1/endorsements`."""
        return self._ask(NonPaginatableList[Account], "GET", "/api/v1/endorsements")

    @api_version("2.4.3", "2.4.3")
    def suggestion_delete(self, account_id: Account | IdType) -> None:
        """Drop a suggestion. `DELETE /api/v1/suggestions/:account_id`."""
        self._tell("DELETE", f"/api/v1/suggestions/{in_path(account_id)}")

    def suggestions(self) -> NonPaginatableList[Account]:
        """Accounts that one might want to follow. `GET /api/v2/suggestions`."""
        if self.verify_minimum_version("3.4.0", cached=True):
            return NonPaginatableList([suggestion.account for suggestion in self.suggestions_v2()])
        return self.suggestions_v1()

    @api_version("2.4.3", "2.4.3")
    def suggestions_v1(self) -> NonPaginatableList[Account]:
        """Follow suggestions: accounts. `GET /api/v1/suggestions`."""
        return self._ask(NonPaginatableList[Account], "GET", "/api/v1/suggestions")

    @api_version("3.4.0", "3.4.0")
    def suggestions_v2(self) -> NonPaginatableList[Suggestion]:
        """Follow suggestions with their reasons. `GET /api/v2/suggestions`."""
        return self._ask(NonPaginatableList[Suggestion], "GET", "/api/v2/suggestions")
