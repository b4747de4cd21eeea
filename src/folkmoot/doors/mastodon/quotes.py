"""Quotes: who quoted a post, taking a quote back, and who may quote."""

from __future__ import annotations

from folkmoot.domain.posts import quotes
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import accept, pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.mastodon.requests import quotes as api


@door.on(api.ListQuotes)
def list_quotes(at: At, ask: api.ListQuotes) -> Response:
    page = pages.page_of(ask)
    found = quotes.listing(at.tx, at.viewer, number(ask.id), **pages.bounds(page))
    return pages.rows(at, found, page.limit, render.status_array, prev="since_id")


@door.on(api.RevokeQuote)
def revoke_quote(at: At, ask: api.RevokeQuote) -> Response:
    quoting = quotes.revoke(at.tx, at.viewer, number(ask.id), number(ask.quoting_status_id))
    return render.status(at, quoting)


@door.on(api.EditInteractionPolicy)
def edit_interaction_policy(at: At, ask: api.EditInteractionPolicy) -> Response:
    post_id, word = number(ask.id), ask.quote_approval_policy
    quotes.set_policy(at.tx, at.viewer, post_id, None if not word else accept.quote_policy(word))
    return render.status(at, post_id)
