"""The server: what it says of itself, its announcements, its directory."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from folkmoot.client.mastodon.entities.notices import Announcement
from folkmoot.client.mastodon.entities.people import Account
from folkmoot.client.mastodon.entities.place import (
    Activity,
    DomainBlock,
    ExtendedDescription,
    Instance,
    InstanceV2,
    Nodeinfo,
    Rule,
    SupportedLocale,
    TermsOfService,
)
from folkmoot.client.mastodon.entities.statuses import CustomEmoji
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import IdType
from folkmoot.client.mastodon.params import in_path
from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.server import Versions
from folkmoot.client.mastodon.versions import api_version


class Place(Versions):
    """The server: what it says of itself, its announcements, its directory."""

    @api_version("3.1.0", "3.1.0")
    def announcement_dismiss(self, id: Announcement | IdType) -> None:
        """Mark an announcement as read. `POST /api/v1/announcements/:id/dismiss`."""
        self._tell("POST", f"/api/v1/announcements/{in_path(id)}/dismiss")

    @api_version("3.1.0", "3.1.0")
    def announcement_reaction_create(self, id: Announcement | IdType, reaction: str) -> None:
        """React to an announcement. `PUT /api/v1/announcements/:id/reactions/:name`."""
        self._tell("PUT", f"/api/v1/announcements/{in_path(id)}/reactions/{in_path(reaction)}")

    @api_version("3.1.0", "3.1.0")
    def announcement_reaction_delete(self, id: Announcement | IdType, reaction: str) -> None:
        """Take a reaction back. `DELETE /api/v1/announcements/:id/reactions/:name`."""
        self._tell("DELETE", f"/api/v1/announcements/{in_path(id)}/reactions/{in_path(reaction)}")

    @api_version("3.1.0", "3.1.0")
    def announcements(self) -> NonPaginatableList[Announcement]:
        """Announcements of the staff. `GET /api/v1/announcements`."""
        return self._ask(NonPaginatableList[Announcement], "GET", "/api/v1/announcements")

    @api_version("2.1.0", "2.1.0")
    def custom_emojis(self) -> NonPaginatableList[CustomEmoji]:
        """Custom emoji. `GET /api/v1/custom_emojis`."""
        return self._ask(NonPaginatableList[CustomEmoji], "GET", "/api/v1/custom_emojis")

    @api_version("3.0.0", "3.0.0")
    def directory(
        self,
        offset: int | None = None,
        limit: int | None = None,
        order: str | None = None,
        local: bool | None = None,
    ) -> PaginatableList[Account]:
        """Accounts that want to be found. `GET /api/v1/directory`."""
        return self._ask(
            PaginatableList[Account],
            "GET",
            "/api/v1/directory",
            {"offset": offset, "limit": limit, "order": order, "local": local},
            offset_pagination=True,
        )

    @api_version("1.1.0", "4.0.0")
    def instance(self) -> InstanceV2 | Instance:
        """Server information, in the newest form that the server has. `GET /api/v1/instance`."""
        if self.verify_minimum_version("4.0.0", cached=True):
            return self.instance_v2()
        return self.instance_v1()

    @api_version("2.1.2", "2.1.2")
    def instance_activity(self) -> NonPaginatableList[Activity]:
        """Weekly activity. `GET /api/v1/instance/activity`."""
        return self._ask(NonPaginatableList[Activity], "GET", "/api/v1/instance/activity")

    @api_version("4.0.0", "4.0.0")
    def instance_domain_blocks(self) -> NonPaginatableList[DomainBlock]:
        """Domains that the server blocks. `GET /api/v1/instance/domain_blocks`."""
        return self._ask(NonPaginatableList[DomainBlock], "GET", "/api/v1/instance/domain_blocks")

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def instance_extended_description(self) -> ExtendedDescription:
        """The long description of the server. `GET /api/v1/instance/extended_description`."""
        return self._ask(ExtendedDescription, "GET", "/api/v1/instance/extended_description")

    @api_version("3.0.0", "3.0.0")
    def instance_health(self) -> bool:
        """Is the server well?. `GET /health`."""
        return str(self._Mastodon__api_request("GET", "/health", parse=False), "utf-8").strip() in (
            "OK",
            "success",
        )

    @api_version("4.2.0", "4.2.0")
    def instance_languages(self) -> NonPaginatableList[SupportedLocale]:
        """Languages that the interface knows. `GET /api/v1/instance/languages`."""
        return self._ask(NonPaginatableList[SupportedLocale], "GET", "/api/v1/instance/languages")

    @api_version("3.0.0", "3.0.0", "3.0.0")
    def instance_nodeinfo(self, schema: str = "http://nodeinfo.diaspora.software/ns/schema/2.0") -> Nodeinfo:
        """What the server says of itself as NodeInfo. `GET /.well-known/nodeinfo`."""
        for link in self._ask(AttribAccessDict, "GET", "/.well-known/nodeinfo")["links"]:
            if link.rel == schema:
                parts = urlsplit(link.href)
                return self._ask(Nodeinfo, "GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        raise MastodonIllegalArgumentError("Requested nodeinfo schema is not available.")

    @api_version("2.1.2", "2.1.2")
    def instance_peers(self) -> NonPaginatableList[str]:
        """Known domains. `GET /api/v1/instance/peers`."""
        return self._ask(NonPaginatableList[str], "GET", "/api/v1/instance/peers")

    @api_version("3.4.0", "3.4.0")
    def instance_rules(self) -> NonPaginatableList[Rule]:
        """Rules of the server. `GET /api/v1/instance/rules`."""
        return self._ask(NonPaginatableList[Rule], "GET", "/api/v1/instance/rules")

    @api_version("4.4.0", "4.4.0", "4.4.0")
    def instance_terms_of_service(self, date: date | None = None) -> TermsOfService:
        """Terms of service, today's or of a date. `GET /api/v1/instance/terms_of_service`."""
        path = "/api/v1/instance/terms_of_service"
        return self._ask(
            TermsOfService, "GET", path, {"date": None if date is None else date.strftime("%Y-%m-%d")}
        )

    def instance_translation_languages(self) -> dict[str, list[str]]:
        """Source language → languages it can be translated to."""
        return self._ask(dict[str, list[str]], "GET", "/api/v1/instance/translation_languages")

    @api_version("1.1.0", "2.3.0", "4.0.0")
    def instance_v1(self) -> Instance:
        """Server information in its older form. `GET /api/v1/instance`."""
        return self._Mastodon__instance()

    @api_version("4.0.0", "4.0.0", "4.6.0")
    def instance_v2(self) -> InstanceV2:
        """Server information in its newer form. `GET /api/v2/instance`."""
        return self._Mastodon__instance_v2()
