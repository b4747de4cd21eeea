"""Other servers that are let in or kept off."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.admin import AdminDomainAllow, AdminDomainBlock
from folkmoot.wire.mastodon.requests.paging import Limit200, Paged
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request

Severity = Literal["silence", "suspend", "noop"]


@GET(
    "/api/v1/admin/domain_allows",
    auth="user",
    scope="admin:read:domain_allows",
    permission="Manage Federation",
)
class ListAdminDomainAllows(Paged[list[AdminDomainAllow]], kw_only=True):
    """Servers that may come in where few may. Page: methods/admin/domain_allows#get."""

    limit: Limit200 = 100


@GET(
    "/api/v1/admin/domain_allows/{id}",
    auth="user",
    scope="admin:read:domain_allows",
    permission="Manage Federation",
)
class GetAdminDomainAllow(Request[AdminDomainAllow], kw_only=True):
    """One of them. Page: methods/admin/domain_allows#get-one."""

    id: Id


@DELETE(
    "/api/v1/admin/domain_allows/{id}",
    auth="user",
    scope="admin:write:domain_allows",
    permission="Manage Federation",
)
class DeleteAdminDomainAllow(Request[AdminDomainAllow], kw_only=True):
    """Cross one out. Page: methods/admin/domain_allows#delete."""

    id: Id


@POST(
    "/api/v1/admin/domain_allows",
    auth="user",
    scope="admin:write:domain_allows",
    permission="Manage Federation",
)
class CreateAdminDomainAllow(Request[AdminDomainAllow], kw_only=True):
    """Let a server in. Page: methods/admin/domain_allows#create."""

    domain: str


@GET(
    "/api/v1/admin/domain_blocks",
    auth="user",
    scope="admin:read:domain_blocks",
    permission="Manage Federation",
)
class ListAdminDomainBlocks(Paged[list[AdminDomainBlock]], kw_only=True):
    """How other servers are treated. Page: methods/admin/domain_blocks#get."""

    limit: Limit200 = 100


@GET(
    "/api/v1/admin/domain_blocks/{id}",
    auth="user",
    scope="admin:read:domain_blocks",
    permission="Manage Federation",
)
class GetAdminDomainBlock(Request[AdminDomainBlock], kw_only=True):
    """One of them. Page: methods/admin/domain_blocks#get-one."""

    id: Id


@DELETE(
    "/api/v1/admin/domain_blocks/{id}",
    auth="user",
    scope="admin:write:domain_blocks",
    permission="Manage Federation",
)
class DeleteAdminDomainBlock(Request[AdminDomainBlock], kw_only=True):
    """Cross one out. Page: methods/admin/domain_blocks#delete."""

    id: Id


@POST(
    "/api/v1/admin/domain_blocks",
    auth="user",
    scope="admin:write:domain_blocks",
    permission="Manage Federation",
)
class CreateAdminDomainBlock(Request[AdminDomainBlock], kw_only=True):
    """Treat a server so. Page: methods/admin/domain_blocks#create."""

    domain: str
    severity: Severity = "silence"
    reject_media: bool = False
    reject_reports: bool = False
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool = False


@PUT(
    "/api/v1/admin/domain_blocks/{id}",
    auth="user",
    scope="admin:write:domain_blocks",
    permission="Manage Federation",
)
class UpdateAdminDomainBlock(Request[AdminDomainBlock], kw_only=True):
    """Treat a server otherwise: what is not said stays. Page: methods/admin/domain_blocks#update."""

    id: Id
    severity: Severity | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None
