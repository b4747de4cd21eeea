"""Accounts: reading them, and editing the own one."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.people import Account, Profile, UserList
from folkmoot.client.mastodon.entities.sorting import Tag
from folkmoot.client.mastodon.entities.statuses import Status
from folkmoot.client.mastodon.ids import IdType
from folkmoot.client.mastodon.params import PathOrFile, id_list, in_path, when
from folkmoot.client.mastodon.results import NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.uploads import pictures, profile_fields
from folkmoot.client.mastodon.versions import api_version


class Accounts(Core):
    """Accounts: reading them, and editing the own one."""

    @api_version("1.0.0", "1.0.0", "4.7.0")
    def account(self, id: Account | IdType) -> Account:
        """One account. `GET /api/v1/accounts/:id`."""
        return self._ask(Account, "GET", f"/api/v1/accounts/{in_path(id)}")

    @api_version("4.2.0", "4.2.0", "4.7.0")
    def account_delete_avatar(self) -> Account:
        """Take the own avatar away. `DELETE /api/v1/profile/avatar`."""
        return self._ask(Account, "DELETE", "/api/v1/profile/avatar")

    @api_version("4.2.0", "4.2.0", "4.7.0")
    def account_delete_header(self) -> Account:
        """Take the own header away. `DELETE /api/v1/profile/header`."""
        return self._ask(Account, "DELETE", "/api/v1/profile/header")

    @api_version("3.3.0", "3.3.0")
    def account_featured_tags(self, id: Account | IdType) -> NonPaginatableList[Tag]:
        """Tags that an account features. `GET /api/v1/accounts/:id/featured_tags`."""
        return self._ask(NonPaginatableList[Tag], "GET", f"/api/v1/accounts/{in_path(id)}/featured_tags")

    @api_version("1.0.0", "2.6.0")
    def account_followers(
        self,
        id: Account | IdType,
        max_id: Account | IdType | None = None,
        min_id: Account | IdType | None = None,
        since_id: Account | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Account]:
        """Followers. `GET /api/v1/accounts/:id/followers`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            f"/api/v1/accounts/{in_path(id)}/followers",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.0.0", "2.6.0")
    def account_following(
        self,
        id: Account | IdType,
        max_id: Account | IdType | None = None,
        min_id: Account | IdType | None = None,
        since_id: Account | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Account]:
        """Accounts followed. `GET /api/v1/accounts/:id/following`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            f"/api/v1/accounts/{in_path(id)}/following",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("2.1.0", "2.1.0")
    def account_lists(self, id: Account | IdType) -> NonPaginatableList[UserList]:
        """Own lists that an account is in. `GET /api/v1/accounts/:id/lists`."""
        return self._ask(NonPaginatableList[UserList], "GET", f"/api/v1/accounts/{in_path(id)}/lists")

    @api_version("3.4.0", "3.4.0", "4.7.0")
    def account_lookup(self, acct: str) -> Account:
        """An account by its address (`user` or `user@domain`). `GET /api/v1/accounts/lookup`."""
        return self._ask(Account, "GET", "/api/v1/accounts/lookup", {"acct": acct})

    @api_version("1.0.0", "2.8.0")
    def account_search(
        self,
        q: str,
        limit: int | None = None,
        following: bool = False,
        resolve: bool = False,
        offset: int | None = None,
    ) -> PaginatableList[Account]:
        """Search accounts. `GET /api/v1/accounts/search`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            "/api/v1/accounts/search",
            {"q": q, "limit": limit, "following": following, "resolve": resolve, "offset": offset},
            offset_pagination=True,
        )

    @api_version("1.0.0", "4.6.0")
    def account_statuses(
        self,
        id: Account | IdType,
        only_media: bool = False,
        pinned: bool = False,
        exclude_replies: bool = False,
        exclude_reblogs: bool = False,
        tagged: str | None = None,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
        exclude_direct: bool = False,
    ) -> PaginatableList[Status]:
        """Posts of an account. `GET /api/v1/accounts/:id/statuses`."""
        return self._ask(
            PaginatableList[Status],
            "GET",
            f"/api/v1/accounts/{in_path(id)}/statuses",
            {
                "only_media": when(only_media),
                "pinned": when(pinned),
                "exclude_replies": when(exclude_replies),
                "exclude_reblogs": when(exclude_reblogs),
                "tagged": tagged,
                "max_id": max_id,
                "min_id": min_id,
                "since_id": since_id,
                "limit": limit,
                "exclude_direct": when(exclude_direct),
            },
        )

    @api_version("1.1.1", "4.6.1", "4.7.0")
    def account_update_credentials(
        self,
        display_name: str | None = None,
        note: str | None = None,
        avatar: PathOrFile | None = None,
        avatar_mime_type: str | None = None,
        header: PathOrFile | None = None,
        header_mime_type: str | None = None,
        locked: bool | None = None,
        bot: bool | None = None,
        discoverable: bool | None = None,
        fields: Sequence[tuple[str, str]] | None = None,
        hide_collections: bool | None = None,
        indexable: bool | None = None,
        attribution_domains: Sequence[str] | None = None,
        default_privacy: str | None = None,
        default_sensitive: bool | None = None,
        default_language: str | None = None,
        default_quote_policy: str | None = None,
        avatar_description: str | None = None,
        header_description: str | None = None,
    ) -> Account:
        """Edit the own account; what is None stays. `PATCH /api/v1/accounts/update_credentials`."""
        params = {
            "display_name": display_name,
            "note": note,
            "locked": locked,
            "bot": bot,
            "discoverable": discoverable,
            "hide_collections": hide_collections,
            "indexable": indexable,
            "attribution_domains": attribution_domains,
            "avatar_description": avatar_description,
            "header_description": header_description,
        }
        params |= {
            "source[privacy]": default_privacy,
            "source[sensitive]": default_sensitive,
            "source[language]": default_language,
            "source[quote_policy]": default_quote_policy,
        }
        files = pictures((avatar, avatar_mime_type), (header, header_mime_type))
        return self._ask(
            Account,
            "PATCH",
            "/api/v1/accounts/update_credentials",
            params | profile_fields(fields),
            files=files,
        )

    @api_version("1.0.0", "2.1.0", "4.7.0")
    def account_verify_credentials(self) -> Account:
        """Own account with source. `GET /api/v1/accounts/verify_credentials`."""
        return self._ask(Account, "GET", "/api/v1/accounts/verify_credentials")

    @api_version("4.3.0", "4.3.0")
    def accounts(self, ids: Sequence[Account | IdType]) -> NonPaginatableList[Account]:
        """Several accounts at once. `GET /api/v1/accounts`."""
        return self._ask(
            NonPaginatableList[Account], "GET", "/api/v1/accounts", {"id": id_list(ids, dateconv=True)}
        )

    @api_version("3.4.0", "3.4.0")
    def email_resend_confirmation(self) -> None:
        """Have the confirmation mail sent again. `POST /api/v1/emails/confirmations`."""
        self._tell("POST", "/api/v1/emails/confirmations")

    @api_version("1.0.0", "2.1.0", "4.7.0")
    def me(self) -> Account:
        """Own account. `GET /api/v1/accounts/verify_credentials`."""
        return self.account_verify_credentials()

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def profile(self) -> Profile:
        """Own profile as it is edited. `GET /api/v1/profile`."""
        return self._ask(Profile, "GET", "/api/v1/profile")

    @api_version("4.6.0", "4.6.0", "4.6.0")
    def profile_update(
        self,
        display_name: str | None = None,
        note: str | None = None,
        avatar: PathOrFile | None = None,
        avatar_mime_type: str | None = None,
        header: PathOrFile | None = None,
        header_mime_type: str | None = None,
        locked: bool | None = None,
        bot: bool | None = None,
        discoverable: bool | None = None,
        hide_collections: bool | None = None,
        indexable: bool | None = None,
        show_media: bool | None = None,
        show_media_replies: bool | None = None,
        show_featured: bool | None = None,
        attribution_domains: Sequence[str] | None = None,
        fields: Sequence[tuple[str, str]] | None = None,
        avatar_description: str | None = None,
        header_description: str | None = None,
    ) -> Profile:
        """Edit the own profile; what is None stays. `PATCH /api/v1/profile`."""
        params = {
            "display_name": display_name,
            "note": note,
            "locked": locked,
            "bot": bot,
            "discoverable": discoverable,
            "hide_collections": hide_collections,
            "indexable": indexable,
            "show_media": show_media,
            "show_media_replies": show_media_replies,
            "show_featured": show_featured,
            "attribution_domains": attribution_domains,
            "avatar_description": avatar_description,
            "header_description": header_description,
        }
        files = pictures((avatar, avatar_mime_type), (header, header_mime_type))
        return self._ask(Profile, "PATCH", "/api/v1/profile", params | profile_fields(fields), files=files)
