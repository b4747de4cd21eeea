"""Domains, mail domains and addresses that the staff blocks or allows."""

from __future__ import annotations

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.staff import (
    AdminCanonicalEmailBlock,
    AdminDomainAllow,
    AdminDomainBlock,
    AdminEmailDomainBlock,
    AdminIpBlock,
)
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import in_path
from folkmoot.client.mastodon.results import NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.versions import api_version


class StaffBlocks(Core):
    """Domains, mail domains and addresses that the staff blocks or allows."""

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_canonical_email_block(self, id: IdType) -> AdminCanonicalEmailBlock:
        """One blocked address (known by its hash). `GET /api/v1/admin/canonical_email_blocks/:id`."""
        return self._ask(
            AdminCanonicalEmailBlock, "GET", f"/api/v1/admin/canonical_email_blocks/{in_path(id)}"
        )

    @api_version("4.0.0", "4.0.0")
    def admin_canonical_email_blocks(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminCanonicalEmailBlock]:
        """Blocked addresses (known by their hashes). `GET /api/v1/admin/canonical_email_blocks`."""
        return self._ask(
            PaginatableList[AdminCanonicalEmailBlock],
            "GET",
            "/api/v1/admin/canonical_email_blocks",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_create_canonical_email_block(
        self, email: str | None = None, canonical_email_hash: str | None = None
    ) -> AdminCanonicalEmailBlock:
        """Block a mail address, or the hash of one. `POST /api/v1/admin/canonical_email_blocks`."""
        if email is None and canonical_email_hash is None:
            raise MastodonIllegalArgumentError("Either email or canonical_email_hash is needed.")
        params = {"email": email, "canonical_email_hash": canonical_email_hash}
        return self._ask(AdminCanonicalEmailBlock, "POST", "/api/v1/admin/canonical_email_blocks", params)

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_create_domain_allow(self, domain: str) -> AdminDomainAllow:
        """Allow a domain. `POST /api/v1/admin/domain_allows`."""
        return self._ask(AdminDomainAllow, "POST", "/api/v1/admin/domain_allows", {"domain": domain})

    @api_version("4.0.0", "4.0.0", "4.3.0")
    def admin_create_domain_block(
        self,
        domain: str,
        severity: str | None = None,
        reject_media: bool | None = None,
        reject_reports: bool | None = None,
        private_comment: str | None = None,
        public_comment: str | None = None,
        obfuscate: bool | None = None,
    ) -> AdminDomainBlock:
        """Block or limit a domain. `POST /api/v1/admin/domain_blocks`."""
        return self._ask(
            AdminDomainBlock,
            "POST",
            "/api/v1/admin/domain_blocks/",
            {
                "domain": domain,
                "severity": severity,
                "reject_media": reject_media,
                "reject_reports": reject_reports,
                "private_comment": private_comment,
                "public_comment": public_comment,
                "obfuscate": obfuscate,
            },
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_create_email_domain_block(self, domain: str) -> AdminEmailDomainBlock:
        """Refuse sign-ups with a mail domain. `POST /api/v1/admin/email_domain_blocks`."""
        return self._ask(
            AdminEmailDomainBlock, "POST", "/api/v1/admin/email_domain_blocks", {"domain": domain}
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_create_ip_block(
        self, ip: str, severity: str, comment: str | None = None, expires_in: int | None = None
    ) -> AdminIpBlock:
        """Block an address range. `POST /api/v1/admin/ip_blocks`."""
        return self._ask(
            AdminIpBlock,
            "POST",
            "/api/v1/admin/ip_blocks",
            {"ip": ip, "severity": severity, "comment": comment, "expires_in": expires_in},
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_delete_canonical_email_block(self, id: IdType) -> AdminCanonicalEmailBlock:
        """Lift a mail block. `DELETE /api/v1/admin/canonical_email_blocks/:id`."""
        return self._ask(
            AdminCanonicalEmailBlock, "DELETE", f"/api/v1/admin/canonical_email_blocks/{in_path(id)}"
        )

    @api_version("4.0.0", "4.0.0")
    def admin_delete_domain_allow(self, id: AdminDomainAllow | IdType) -> None:
        """Allow a domain no longer. `DELETE /api/v1/admin/domain_allows/:id`."""
        self._tell("DELETE", f"/api/v1/admin/domain_allows/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def admin_delete_domain_block(self, id: AdminDomainBlock | IdType) -> None:
        """Lift a domain block. `DELETE /api/v1/admin/domain_blocks/:id`."""
        self._tell("DELETE", f"/api/v1/admin/domain_blocks/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def admin_delete_email_domain_block(self, id: IdType) -> None:
        """Lift a mail domain block. `DELETE /api/v1/admin/email_domain_blocks/:id`."""
        self._tell("DELETE", f"/api/v1/admin/email_domain_blocks/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def admin_delete_ip_block(self, id: AdminIpBlock | IdType) -> None:
        """Lift an address block. `DELETE /api/v1/admin/ip_blocks/:id`."""
        self._tell("DELETE", f"/api/v1/admin/ip_blocks/{in_path(id)}")

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_domain_allow(self, id: AdminDomainAllow | IdType) -> AdminDomainAllow:
        """One allowed domain. `GET /api/v1/admin/domain_allows/:id`."""
        return self._ask(AdminDomainAllow, "GET", f"/api/v1/admin/domain_allows/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def admin_domain_allows(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminDomainAllow]:
        """Allowed domains. `GET /api/v1/admin/domain_allows`."""
        return self._ask(
            PaginatableList[AdminDomainAllow],
            "GET",
            "/api/v1/admin/domain_allows",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("4.0.0", "4.0.0")
    def admin_domain_blocks(
        self,
        id: IdType | None = None,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> AdminDomainBlock | PaginatableList[AdminDomainBlock]:
        """Blocked domains, or one by id. `GET /api/v1/admin/domain_blocks`."""
        if id is not None:
            return self._ask(AdminDomainBlock, "GET", f"/api/v1/admin/domain_blocks/{in_path(id)}")
        params = {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit}
        return self._ask(PaginatableList[AdminDomainBlock], "GET", "/api/v1/admin/domain_blocks/", params)

    @api_version("4.1.0", "4.1.0", "4.0.0")
    def admin_email_domain_block(self, id: IdType) -> AdminEmailDomainBlock:
        """One blocked mail domain. `GET /api/v1/admin/email_domain_blocks/:id`."""
        return self._ask(AdminEmailDomainBlock, "GET", f"/api/v1/admin/email_domain_blocks/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def admin_email_domain_blocks(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminEmailDomainBlock]:
        """Blocked mail domains. `GET /api/v1/admin/email_domain_blocks`."""
        return self._ask(
            PaginatableList[AdminEmailDomainBlock],
            "GET",
            "/api/v1/admin/email_domain_blocks",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_ip_block(self, id: AdminIpBlock | IdType) -> AdminIpBlock:
        """One blocked address range. `GET /api/v1/admin/ip_blocks/:id`."""
        return self._ask(AdminIpBlock, "GET", f"/api/v1/admin/ip_blocks/{in_path(id)}")

    @api_version("4.0.0", "4.0.0")
    def admin_ip_blocks(
        self,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminIpBlock]:
        """Blocked address ranges. `GET /api/v1/admin/ip_blocks`."""
        return self._ask(
            PaginatableList[AdminIpBlock],
            "GET",
            "/api/v1/admin/ip_blocks",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("4.0.0", "4.0.0")
    def admin_test_canonical_email_block(self, email: str) -> NonPaginatableList[AdminCanonicalEmailBlock]:
        """Which blocks a mail address meets. `POST /api/v1/admin/canonical_email_blocks/test`."""
        return self._ask(
            NonPaginatableList[AdminCanonicalEmailBlock],
            "POST",
            "/api/v1/admin/canonical_email_blocks/test",
            {"email": email},
        )

    @api_version("4.0.0", "4.0.0", "4.3.0")
    def admin_update_domain_block(
        self,
        id: AdminDomainBlock | IdType,
        severity: str | None = None,
        reject_media: bool | None = None,
        reject_reports: bool | None = None,
        private_comment: str | None = None,
        public_comment: str | None = None,
        obfuscate: bool | None = None,
    ) -> AdminDomainBlock:
        """Change a domain block; what is None stays. `PUT /api/v1/admin/domain_blocks/:id`."""
        return self._ask(
            AdminDomainBlock,
            "PUT",
            f"/api/v1/admin/domain_blocks/{in_path(id)}",
            {
                "severity": severity,
                "reject_media": reject_media,
                "reject_reports": reject_reports,
                "private_comment": private_comment,
                "public_comment": public_comment,
                "obfuscate": obfuscate,
            },
        )

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def admin_update_ip_block(
        self,
        id: AdminIpBlock | IdType,
        ip: str | None = None,
        severity: str | None = None,
        comment: str | None = None,
        expires_in: int | None = None,
    ) -> AdminIpBlock:
        """Change an address block; what is None stays. `PUT /api/v1/admin/ip_blocks/:id`."""
        params = {
            "id": unpack_id(id),
            "ip": ip,
            "severity": severity,
            "comment": comment,
            "expires_in": expires_in,
        }
        return self._ask(AdminIpBlock, "PUT", f"/api/v1/admin/ip_blocks/{in_path(id)}", params)
