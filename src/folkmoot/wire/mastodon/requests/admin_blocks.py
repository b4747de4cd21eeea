"""Networks and mail addresses that are kept out."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.admin import AdminCanonicalEmailBlock, AdminEmailDomainBlock, AdminIpBlock
from folkmoot.wire.mastodon.requests.paging import Limit200, Paged
from folkmoot.wire.request import DELETE, GET, POST, PUT, Request

IpSeverity = Literal["sign_up_requires_approval", "sign_up_block", "no_access"]


@GET(
    "/api/v1/admin/email_domain_blocks",
    auth="user",
    scope="admin:read:email_domain_blocks",
    permission="Manage Blocks",
)
class ListAdminEmailDomainBlocks(Paged[list[AdminEmailDomainBlock]], kw_only=True):
    """Mail domains from which nobody signs up. Page: methods/admin/email_domain_blocks#get."""

    limit: Limit200 = 100


@GET(
    "/api/v1/admin/email_domain_blocks/{id}",
    auth="user",
    scope="admin:read:email_domain_blocks",
    permission="Manage Blocks",
)
class GetAdminEmailDomainBlock(Request[AdminEmailDomainBlock], kw_only=True):
    """One of them. Page: methods/admin/email_domain_blocks#get-one."""

    id: Id


@DELETE(
    "/api/v1/admin/email_domain_blocks/{id}",
    auth="user",
    scope="admin:write:email_domain_blocks",
    permission="Manage Blocks",
)
class DeleteAdminEmailDomainBlock(Request[AdminEmailDomainBlock], kw_only=True):
    """Cross one out. Page: methods/admin/email_domain_blocks#delete."""

    id: Id


@POST(
    "/api/v1/admin/email_domain_blocks",
    auth="user",
    scope="admin:write:email_domain_blocks",
    permission="Manage Blocks",
)
class CreateAdminEmailDomainBlock(Request[AdminEmailDomainBlock], kw_only=True):
    """No sign-ups from a mail domain. Page: methods/admin/email_domain_blocks#create."""

    domain: str


@GET(
    "/api/v1/admin/canonical_email_blocks",
    auth="user",
    scope="admin:read:canonical_email_blocks",
    permission="Manage Blocks",
)
class ListAdminCanonicalEmailBlocks(Paged[list[AdminCanonicalEmailBlock]], kw_only=True):
    """Addresses that nobody signs up with. Page: methods/admin/canonical_email_blocks#get."""

    limit: Limit200 = 100


@GET(
    "/api/v1/admin/canonical_email_blocks/{id}",
    auth="user",
    scope="admin:read:canonical_email_blocks",
    permission="Manage Blocks",
)
class GetAdminCanonicalEmailBlock(Request[AdminCanonicalEmailBlock], kw_only=True):
    """One of them. Page: methods/admin/canonical_email_blocks#get-one."""

    id: Id


@DELETE(
    "/api/v1/admin/canonical_email_blocks/{id}",
    auth="user",
    scope="admin:write:canonical_email_blocks",
    permission="Manage Blocks",
)
class DeleteAdminCanonicalEmailBlock(Request[AdminCanonicalEmailBlock], kw_only=True):
    """Cross one out. Page: methods/admin/canonical_email_blocks#delete."""

    id: Id


@POST(
    "/api/v1/admin/canonical_email_blocks",
    auth="user",
    scope="admin:write:canonical_email_blocks",
    permission="Manage Blocks",
)
class CreateAdminCanonicalEmailBlock(Request[AdminCanonicalEmailBlock], kw_only=True):
    """No sign-ups with an address, given as such or as a hash. Page: methods/admin/canonical_email_blocks#create."""

    email: str = ""
    canonical_email_hash: str = ""


@POST(
    "/api/v1/admin/canonical_email_blocks/test",
    auth="user",
    scope="admin:read:canonical_email_blocks",
    permission="Manage Blocks",
)
class MatchAdminCanonicalEmailBlock(Request[list[AdminCanonicalEmailBlock]], kw_only=True):
    """Which blocks an address falls under. Page: methods/admin/canonical_email_blocks#test."""

    email: str


@GET("/api/v1/admin/ip_blocks", auth="user", scope="admin:read:ip_blocks", permission="Manage Blocks")
class ListAdminIpBlocks(Paged[list[AdminIpBlock]], kw_only=True):
    """Networks that are kept out. Page: methods/admin/ip_blocks#get."""

    limit: Limit200 = 100


@GET("/api/v1/admin/ip_blocks/{id}", auth="user", scope="admin:read:ip_blocks", permission="Manage Blocks")
class GetAdminIpBlock(Request[AdminIpBlock], kw_only=True):
    """One of them. Page: methods/admin/ip_blocks#get-one."""

    id: Id


@DELETE(
    "/api/v1/admin/ip_blocks/{id}",
    auth="user",
    scope="admin:write:domain_blocks admin:write:ip_blocks",
    permission="Manage Blocks",
)
class DeleteAdminIpBlock(Request[AdminIpBlock], kw_only=True):
    """Cross one out. Page: methods/admin/ip_blocks#delete."""

    id: Id


@POST("/api/v1/admin/ip_blocks", auth="user", scope="admin:write:ip_blocks", permission="Manage Blocks")
class CreateAdminIpBlock(Request[AdminIpBlock], kw_only=True):
    """Keep a network out, for expires_in seconds or for good. Page: methods/admin/ip_blocks#create."""

    ip: str = "0.0.0.0/32"
    severity: IpSeverity
    comment: str = ""
    expires_in: int | None = None


@PUT("/api/v1/admin/ip_blocks/{id}", auth="user", scope="admin:write:ip_blocks", permission="Manage Blocks")
class UpdateAdminIpBlock(Request[AdminIpBlock], kw_only=True):
    """Keep a network out otherwise: what is not said stays. Page: methods/admin/ip_blocks#update."""

    id: Id
    ip: str | None = None
    severity: IpSeverity | None = None
    comment: str | None = None
    expires_in: int | None = None
