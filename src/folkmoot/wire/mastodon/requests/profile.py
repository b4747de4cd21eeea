"""One's own profile in full, and proving one's address."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.mastodon.account import CredentialAccount
from folkmoot.wire.mastodon.profile import Profile
from folkmoot.wire.mastodon.requests.accounts import FieldAttributes
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.request import DELETE, GET, PATCH, POST, Request, Upload


@GET("/api/v1/profile", auth="user", scope="profile read:accounts")
class GetProfile(Request[Profile], kw_only=True):
    """One's own profile with raw texts. Page: methods/profile#get."""


@PATCH("/api/v1/profile", auth="user", scope="write:accounts")
class UpdateProfile(Request[Profile], kw_only=True):
    """Edit one's profile: what is not said stays, what is said empty is cleared. Page: methods/profile#update."""

    display_name: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    avatar: Upload | UnsetType | None = UNSET
    avatar_description: str | UnsetType = UNSET
    header: Upload | UnsetType | None = UNSET
    header_description: str | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    bot: bool | UnsetType = UNSET
    discoverable: bool | UnsetType | None = UNSET
    hide_collections: bool | UnsetType | None = UNSET
    indexable: bool | UnsetType = UNSET
    show_media: bool | UnsetType = UNSET
    show_media_replies: bool | UnsetType = UNSET
    show_featured: bool | UnsetType = UNSET
    attribution_domains: list[str] | UnsetType = UNSET
    fields_attributes: list[FieldAttributes] | UnsetType = UNSET


@DELETE("/api/v1/profile/avatar", auth="user", scope="write:accounts")
class DeleteAvatar(Request[CredentialAccount], kw_only=True):
    """Back to the default portrait. Page: methods/profile#delete-avatar."""


@DELETE("/api/v1/profile/header", auth="user", scope="write:accounts")
class DeleteHeader(Request[CredentialAccount], kw_only=True):
    """Back to the default header. Page: methods/profile#delete-header."""


@POST("/api/v1/emails/confirmations", auth="user")
class ResendConfirmation(Request[Empty], kw_only=True):
    """Ask for the mail with the link again, perhaps at another address. Page: methods/emails#confirmation."""

    email: str | None = None
