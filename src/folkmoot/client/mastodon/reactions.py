"""One status: who did what with it, and doing it oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from folkmoot.client.mastodon.entities.people import Account
from folkmoot.client.mastodon.entities.statuses import (
    Context,
    PreviewCard,
    ScheduledStatus,
    Status,
    StatusEdit,
    StatusSource,
    Translation,
)
from folkmoot.client.mastodon.ids import IdType
from folkmoot.client.mastodon.params import id_list, in_path, utc, visibility_of
from folkmoot.client.mastodon.posting import Posting
from folkmoot.client.mastodon.results import NonPaginatableList, PaginatableList
from folkmoot.client.mastodon.versions import api_version


class Reactions(Posting):
    """One status: who did what with it, and doing it oneself."""

    @api_version("2.7.0", "2.7.0", "2.7.0")
    def scheduled_status(self, id: ScheduledStatus | IdType) -> ScheduledStatus:
        """One scheduled post. `GET /api/v1/scheduled_statuses/:id`."""
        return self._ask(ScheduledStatus, "GET", f"/api/v1/scheduled_statuses/{in_path(id)}")

    @api_version("2.7.0", "2.7.0")
    def scheduled_status_delete(self, id: Status | IdType) -> None:
        """Cancel scheduled post. `DELETE /api/v1/scheduled_statuses/:id`."""
        self._tell("DELETE", f"/api/v1/scheduled_statuses/{in_path(id)}")

    @api_version("2.7.0", "2.7.0", "2.7.0")
    def scheduled_status_update(self, id: Status | IdType, scheduled_at: datetime) -> ScheduledStatus:
        """Change publish time. `PUT /api/v1/scheduled_statuses/:id`."""
        return self._ask(
            ScheduledStatus,
            "PUT",
            f"/api/v1/scheduled_statuses/{in_path(id)}",
            {"scheduled_at": utc(scheduled_at)},
        )

    @api_version("2.7.0", "2.7.0")
    def scheduled_statuses(
        self,
        max_id: Status | IdType | None = None,
        min_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[ScheduledStatus]:
        """Scheduled posts. `GET /api/v1/scheduled_statuses`."""
        return self._ask(
            PaginatableList[ScheduledStatus],
            "GET",
            "/api/v1/scheduled_statuses",
            {"max_id": max_id, "min_id": min_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.0.0", "2.0.0", "4.6.0")
    def status(self, id: Status | IdType) -> Status:
        """One status. `GET /api/v1/statuses/:id`."""
        return self._ask(Status, "GET", f"/api/v1/statuses/{in_path(id)}")

    @api_version("3.1.0", "3.1.0", "4.6.0")
    def status_bookmark(self, id: Status | IdType) -> Status:
        """Bookmark. `POST /api/v1/statuses/:id/bookmark`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/bookmark")

    @api_version("1.0.0", "3.0.0", "4.6.0")
    def status_card(self, id: Status | IdType) -> PreviewCard | None:
        """Link preview. `GET /api/v1/statuses/:id/card`."""
        if self.verify_minimum_version("3.0.0", cached=True):
            return self.status(id).card
        return self._ask(PreviewCard, "GET", f"/api/v1/statuses/{in_path(id)}/card")

    @api_version("1.0.0", "1.0.0", "0.6.0")
    def status_context(self, id: Status | IdType) -> Context:
        """Thread around a status. `GET /api/v1/statuses/:id/context`."""
        return self._ask(Context, "GET", f"/api/v1/statuses/{in_path(id)}/context")

    @api_version("1.0.0", "1.0.0", "4.6.0")
    def status_delete(self, id: Status | IdType, delete_media: bool | None = None) -> Status:
        """Delete; the answer has the text for a new try. `DELETE /api/v1/statuses/:id`."""
        return self._ask(Status, "DELETE", f"/api/v1/statuses/{in_path(id)}", {"delete_media": delete_media})

    @api_version("1.0.0", "2.0.0", "4.6.0")
    def status_favourite(self, id: Status | IdType) -> Status:
        """Favourite. `POST /api/v1/statuses/:id/favourite`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/favourite")

    @api_version("1.0.0", "2.1.0")
    def status_favourited_by(self, id: Status | IdType) -> NonPaginatableList[Account]:
        """Who favourited. `GET /api/v1/statuses/:id/favourited_by`."""
        return self._ask(NonPaginatableList[Account], "GET", f"/api/v1/statuses/{in_path(id)}/favourited_by")

    @api_version("3.5.0", "3.5.0")
    def status_history(self, id: StatusEdit | IdType) -> NonPaginatableList[StatusEdit]:
        """All versions of a status. `GET /api/v1/statuses/:id/history`."""
        return self._ask(NonPaginatableList[StatusEdit], "GET", f"/api/v1/statuses/{in_path(id)}/history")

    @api_version("1.4.0", "2.0.0", "4.6.0")
    def status_mute(self, id: Status | IdType) -> Status:
        """Mute thread. `POST /api/v1/statuses/:id/mute`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/mute")

    @api_version("2.1.0", "2.1.0", "4.6.0")
    def status_pin(self, id: Status | IdType) -> Status:
        """Pin to the own profile. `POST /api/v1/statuses/:id/pin`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/pin")

    @api_version("4.5.0", "4.5.0", "4.6.0")
    def status_quote_revoke(self, id: Status | IdType, quoting_status_id: Status | IdType) -> Status:
        """Take the own status out of a status that quotes it."""
        return self._ask(
            Status, "POST", f"/api/v1/statuses/{in_path(id)}/quotes/{in_path(quoting_status_id)}/revoke"
        )

    @api_version("4.5.0", "4.5.0")
    def status_quotes(
        self,
        id: Status | IdType,
        max_id: Status | IdType | None = None,
        since_id: Status | IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[Status]:
        """Statuses that quote this one. `GET /api/v1/statuses/:id/quotes`."""
        return self._ask(
            PaginatableList[Status],
            "GET",
            f"/api/v1/statuses/{in_path(id)}/quotes",
            {"max_id": max_id, "since_id": since_id, "limit": limit},
        )

    @api_version("1.0.0", "2.0.0", "4.6.0")
    def status_reblog(self, id: Status | IdType, visibility: str | None = None) -> Status:
        """Boost; *visibility* is that of the boost. `POST /api/v1/statuses/:id/reblog`."""
        return self._ask(
            Status,
            "POST",
            f"/api/v1/statuses/{in_path(id)}/reblog",
            {"visibility": visibility_of(visibility)},
        )

    @api_version("1.0.0", "2.1.0")
    def status_reblogged_by(self, id: Status | IdType) -> NonPaginatableList[Account]:
        """Who boosted. `GET /api/v1/statuses/:id/reblogged_by`."""
        return self._ask(NonPaginatableList[Account], "GET", f"/api/v1/statuses/{in_path(id)}/reblogged_by")

    def status_source(self, id: Status | IdType) -> StatusSource:
        """A status as it was typed. `GET /api/v1/statuses/:id/source`."""
        return self._ask(StatusSource, "GET", f"/api/v1/statuses/{in_path(id)}/source")

    @api_version("4.0.0", "4.0.0", "4.0.0")
    def status_translate(self, id: Status | IdType, lang: str | None = None) -> Translation:
        """Translate a status. `POST /api/v1/statuses/:id/translate`."""
        return self._ask(Translation, "POST", f"/api/v1/statuses/{in_path(id)}/translate", {"lang": lang})

    @api_version("3.1.0", "3.1.0", "4.6.0")
    def status_unbookmark(self, id: Status | IdType) -> Status:
        """Undo bookmark. `POST /api/v1/statuses/:id/unbookmark`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/unbookmark")

    @api_version("1.0.0", "2.0.0", "4.6.0")
    def status_unfavourite(self, id: Status | IdType) -> Status:
        """Undo favourite. `POST /api/v1/statuses/:id/unfavourite`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/unfavourite")

    @api_version("1.4.0", "2.0.0", "4.6.0")
    def status_unmute(self, id: Status | IdType) -> Status:
        """Unmute thread. `POST /api/v1/statuses/:id/unmute`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/unmute")

    @api_version("2.1.0", "2.1.0", "4.6.0")
    def status_unpin(self, id: Status | IdType) -> Status:
        """Unpin. `POST /api/v1/statuses/:id/unpin`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/unpin")

    @api_version("1.0.0", "2.0.0", "4.6.0")
    def status_unreblog(self, id: Status | IdType) -> Status:
        """Undo boost. `POST /api/v1/statuses/:id/unreblog`."""
        return self._ask(Status, "POST", f"/api/v1/statuses/{in_path(id)}/unreblog")

    @api_version("4.5.0", "4.5.0", "4.6.0")
    def status_update_quote_approval_policy(self, id: Status | IdType, quote_approval_policy: str) -> Status:
        """Change who may quote a status. `PUT /api/v1/statuses/:id/interaction_policy`."""
        return self._ask(
            Status,
            "PUT",
            f"/api/v1/statuses/{in_path(id)}/interaction_policy",
            {"quote_approval_policy": quote_approval_policy},
        )

    @api_version("4.3.0", "4.3.0")
    def statuses(self, ids: Sequence[Status | IdType]) -> NonPaginatableList[Status]:
        """Several statuses at once. `GET /api/v1/statuses`."""
        return self._ask(
            NonPaginatableList[Status], "GET", "/api/v1/statuses", {"id": id_list(ids, dateconv=True)}
        )
