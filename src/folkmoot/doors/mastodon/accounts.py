"""Reading accounts, their posts, and who follows whom."""

from __future__ import annotations

from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds
from folkmoot.domain.people.selves import own_account
from folkmoot.domain.reading import search, timelines
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, known, limit_of, numbers
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.kit.markup.links import fold
from folkmoot.wire.mastodon.account import CredentialAccount
from folkmoot.wire.mastodon.requests import accounts as api

MULTI = 40


@door.on(api.VerifyCredentials)
def verify_credentials(at: At, ask: api.VerifyCredentials) -> CredentialAccount:
    return present.credentials(own_account(at.tx, at.viewer), at.house.links)


@door.on(api.GetAccount)
def get_account(at: At, ask: api.GetAccount) -> Response:
    return render.account(at, account_number(at, ask.id))


@door.on(api.GetAccounts)
def get_accounts(at: At, ask: api.GetAccounts) -> Response:
    if len(ask.id) > MULTI:
        raise Said(422, f"Validation failed: More than {MULTI} ids")
    return Response(200, render.account_array(at, known(at, numbers(ask.id))))


@door.on(api.LookupAccount)
def lookup(at: At, ask: api.LookupAccount) -> Response:
    found = people.find_by_handle(at.tx, ask.acct)
    if found is None or not known(at, [found]):
        raise NotFound(what="account")
    return render.account(at, found)


@door.on(api.SearchAccounts)
def search_accounts(at: At, ask: api.SearchAccounts) -> Response:
    ids = matching(at, ask.q, limit_of(ask), ask.offset, following=ask.following)
    return Response(200, render.account_array(at, ids))


def matching(at: At, query: str, limit: int, offset: int, *, following: bool) -> list[int]:
    """Ids of accounts whose name fits, perhaps only those that the viewer follows."""
    offset, ids = max(0, offset), known(at, search.accounts_matching(at.tx, query, limit=200))
    if not following:
        return ids[offset : offset + limit]
    followed = {r.id for r in bonds.relations(at.tx, at.viewer, ids) if r.following}
    return [i for i in ids if i in followed][offset : offset + limit]


@door.on(api.ListAccountStatuses)
def account_statuses(at: At, ask: api.ListAccountStatuses) -> Response:
    page, account_id = pages.page_of(ask), account_number(at, ask.id)
    if ask.pinned:
        people.see_account(at.tx, account_id)
        return pages.hot(at, timelines.looks.pinned(at.tx, at.viewer, account_id, page), page.limit)
    found = timelines.looks.of_account(
        at.tx,
        at.viewer,
        account_id,
        page,
        no_replies=ask.exclude_replies,
        no_boosts=ask.exclude_reblogs,
        only_media=ask.only_media,
        no_direct=ask.exclude_direct,
        tagged=fold(ask.tagged.strip().removeprefix("#")) if ask.tagged else None,
    )
    return pages.hot(at, found, page.limit)


@door.on(api.ListFollowers)
def followers(at: At, ask: api.ListFollowers) -> Response:
    return _bonds(at, ask, "followers")


@door.on(api.ListFollowing)
def following(at: At, ask: api.ListFollowing) -> Response:
    return _bonds(at, ask, "following")


def _bonds(at: At, ask: api.ListFollowers | api.ListFollowing, which: str) -> Response:
    page = pages.page_of(ask)
    found = bonds.listing(
        at.tx, at.viewer, which, account_number(at, ask.id), **pages.bounds(page), nearest=page.nearest
    )
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")
