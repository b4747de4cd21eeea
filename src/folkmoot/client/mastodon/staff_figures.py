"""Figures and trends, for the staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.sorting import Tag
from folkmoot.client.mastodon.entities.staff import AdminDimension, AdminMeasure, AdminRetention
from folkmoot.client.mastodon.entities.statuses import PreviewCard, Status
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import in_path, utc
from folkmoot.client.mastodon.results import NonPaginatableList
from folkmoot.client.mastodon.staff_people import one_of
from folkmoot.client.mastodon.versions import api_version


def figures(keys: dict[str, Any], start_at: datetime, end_at: datetime) -> dict[str, Any]:
    """Which figures, from when to when: those of *keys* that are set, with what they are about."""
    chosen = [name for name, value in keys.items() if value]
    if not chosen:
        raise MastodonIllegalArgumentError("At least one key must be asked for.")
    about = {name: value for name, value in keys.items() if isinstance(value, dict)}
    return about | {"keys": chosen, "start_at": utc(start_at), "end_at": utc(end_at)}


class StaffFigures(Core):
    """Figures and trends, for the staff."""

    @api_version("3.5.0", "3.5.0")
    def admin_dimensions(
        self,
        start_at: datetime,
        end_at: datetime,
        limit: int | None = None,
        languages: bool = False,
        sources: bool = False,
        servers: bool = False,
        space_usage: bool = False,
        software_versions: bool = False,
        tag_servers: Tag | IdType | None = None,
        tag_languages: Tag | IdType | None = None,
        instance_accounts: str | None = None,
        instance_languages: str | None = None,
    ) -> NonPaginatableList[AdminDimension]:
        """Figures by kind, over a time. `POST /api/v1/admin/dimensions`."""
        keys: dict[str, Any] = {
            "languages": languages,
            "sources": sources,
            "servers": servers,
            "space_usage": space_usage,
            "software_versions": software_versions,
        }
        keys |= {
            name: {"id": unpack_id(tag)}
            for name, tag in (("tag_servers", tag_servers), ("tag_languages", tag_languages))
            if tag is not None
        }
        domains = (("instance_accounts", instance_accounts), ("instance_languages", instance_languages))
        keys |= {name: {"domain": domain} for name, domain in domains if domain is not None}
        return self._ask(
            NonPaginatableList[AdminDimension],
            "POST",
            "/api/v1/admin/dimensions",
            figures(keys, start_at, end_at) | {"limit": limit},
            use_json=True,
        )

    @api_version("3.5.0", "3.5.0")
    def admin_measures(
        self,
        start_at: datetime,
        end_at: datetime,
        active_users: bool = False,
        new_users: bool = False,
        interactions: bool = False,
        opened_reports: bool = False,
        resolved_reports: bool = False,
        tag_accounts: Tag | IdType | None = None,
        tag_uses: Tag | IdType | None = None,
        tag_servers: Tag | IdType | None = None,
        instance_accounts: str | None = None,
        instance_media_attachments: str | None = None,
        instance_reports: str | None = None,
        instance_statuses: str | None = None,
        instance_follows: str | None = None,
        instance_followers: str | None = None,
    ) -> NonPaginatableList[AdminMeasure]:
        """Figures by day, over a time. `POST /api/v1/admin/measures`."""
        keys: dict[str, Any] = {
            "active_users": active_users,
            "new_users": new_users,
            "interactions": interactions,
            "opened_reports": opened_reports,
            "resolved_reports": resolved_reports,
        }
        tags = (("tag_accounts", tag_accounts), ("tag_uses", tag_uses), ("tag_servers", tag_servers))
        keys |= {name: {"id": unpack_id(tag)} for name, tag in tags if tag is not None}
        domains = (
            ("instance_accounts", instance_accounts),
            ("instance_media_attachments", instance_media_attachments),
            ("instance_reports", instance_reports),
            ("instance_statuses", instance_statuses),
            ("instance_follows", instance_follows),
            ("instance_followers", instance_followers),
        )
        keys |= {name: {"domain": domain} for name, domain in domains if domain is not None}
        return self._ask(
            NonPaginatableList[AdminMeasure],
            "POST",
            "/api/v1/admin/measures",
            figures(keys, start_at, end_at),
            use_json=True,
        )

    @api_version("3.5.0", "3.5.0")
    def admin_retention(
        self, start_at: datetime, end_at: datetime, frequency: str = "day"
    ) -> NonPaginatableList[AdminRetention]:
        """How many of those who signed up stay. `POST /api/v1/admin/retention`."""
        one_of(frequency, ("day", "month"), "frequency")
        params = {"start_at": utc(start_at), "end_at": utc(end_at), "frequency": frequency}
        return self._ask(NonPaginatableList[AdminRetention], "POST", "/api/v1/admin/retention", params)

    @api_version("4.2.0", "4.2.0", "4.6.0")
    def admin_approve_trending_link(self, id: PreviewCard | IdType) -> PreviewCard:
        """Let a link trend. `POST /api/v1/admin/trends/links/:id/approve`."""
        return self._ask(PreviewCard, "POST", f"/api/v1/admin/trends/links/{in_path(id)}/approve")

    @api_version("4.2.0", "4.2.0", "4.6.0")
    def admin_approve_trending_status(self, id: Status | IdType) -> Status:
        """Let a status trend. `POST /api/v1/admin/trends/statuses/:id/approve`."""
        return self._ask(Status, "POST", f"/api/v1/admin/trends/statuses/{in_path(id)}/approve")

    @api_version("4.2.0", "4.2.0", "4.4.0")
    def admin_approve_trending_tag(self, id: Tag | IdType) -> Tag:
        """Let a tag trend. `POST /api/v1/admin/trends/tags/:id/approve`."""
        return self._ask(Tag, "POST", f"/api/v1/admin/trends/tags/{in_path(id)}/approve")

    @api_version("4.2.0", "4.2.0", "4.6.0")
    def admin_reject_trending_link(self, id: PreviewCard | IdType) -> PreviewCard:
        """Keep a link from trending. `POST /api/v1/admin/trends/links/:id/reject`."""
        return self._ask(PreviewCard, "POST", f"/api/v1/admin/trends/links/{in_path(id)}/reject")

    @api_version("4.2.0", "4.2.0", "4.6.0")
    def admin_reject_trending_status(self, id: Status | IdType) -> Status:
        """Keep a status from trending. `POST /api/v1/admin/trends/statuses/:id/reject`."""
        return self._ask(Status, "POST", f"/api/v1/admin/trends/statuses/{in_path(id)}/reject")

    @api_version("4.2.0", "4.2.0", "4.4.0")
    def admin_reject_trending_tag(self, id: Tag | IdType) -> Tag:
        """Keep a tag from trending. `POST /api/v1/admin/trends/tags/:id/reject`."""
        return self._ask(Tag, "POST", f"/api/v1/admin/trends/tags/{in_path(id)}/reject")

    @api_version("3.5.0", "3.5.0")
    def admin_trending_links(self) -> NonPaginatableList[PreviewCard]:
        """Links that trend or could. `GET /api/v1/admin/trends/links`."""
        return self._ask(NonPaginatableList[PreviewCard], "GET", "/api/v1/admin/trends/links")

    @api_version("3.5.0", "3.5.0")
    def admin_trending_statuses(self) -> NonPaginatableList[Status]:
        """Statuses that trend or could. `GET /api/v1/admin/trends/statuses`."""
        return self._ask(NonPaginatableList[Status], "GET", "/api/v1/admin/trends/statuses")

    @api_version("3.5.0", "3.5.0")
    def admin_trending_tags(self, limit: int | None = None) -> NonPaginatableList[Tag]:
        """Tags that trend or could. `GET /api/v1/admin/trends/tags`."""
        return self._ask(NonPaginatableList[Tag], "GET", "/api/v1/admin/trends/tags", {"limit": limit})
