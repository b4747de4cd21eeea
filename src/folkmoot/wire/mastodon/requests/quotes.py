"""Who quoted a post, taking a quote back, and who may quote."""

from __future__ import annotations

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.requests.paging import Limit40, Paged
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.request import GET, POST, PUT, Request


@GET("/api/v1/statuses/{id}/quotes", auth="user", scope="read:statuses")
class ListQuotes(Paged[list[Status]], kw_only=True):
    """Posts that quote a post; pages go by the quote. Page: methods/statuses#quotes."""

    id: Id
    limit: Limit40 = 20


@POST("/api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke", auth="user", scope="write:statuses")
class RevokeQuote(Request[Status], kw_only=True):
    """Take one's post out of another that quotes it. Page: methods/statuses#revoke_quote."""

    id: Id
    quoting_status_id: Id


@PUT("/api/v1/statuses/{id}/interaction_policy", auth="user", scope="write:statuses")
class EditInteractionPolicy(Request[Status], kw_only=True):
    """Say who may quote one's post. Page: methods/statuses#edit_interaction_policy."""

    id: Id
    quote_approval_policy: str | None = None
