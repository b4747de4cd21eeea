"""People shown, found, suggested and reported."""

from __future__ import annotations

from folkmoot.domain.people import accounts, bonds, suggestions
from folkmoot.domain.reading import search as finding
from folkmoot.domain.staff import reports
from folkmoot.domain.staff.reports import Complaint
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.refusals import NO_PAGE, Said
from folkmoot.doors.friendica.show import page_of as show_page
from folkmoot.wire.friendica import requests_people as api
from folkmoot.wire.friendica.status import User
from folkmoot.wire.friendica.user import SuggestionCategory

UNKNOWN = (400, "User not found.")
NOBODY = (404, "User not found")
FOUND = 200
"""People of one search at most."""
SUGGESTED = 20
SLUG, TITLE = "people", "People"
"""The one kind of people that is suggested."""


@door.on(api.ShowUser, tx="read")
def show(at: At, ask: api.ShowUser) -> User:
    account = who.or_caller(at.tx, at.viewer, ask, UNKNOWN)
    return crowd.user(at, account, with_status=not ask.skip_status, with_entities=ask.include_entities)


@door.on(api.ShowExternalProfile, tx="read")
def show_external(at: At, ask: api.ShowExternalProfile) -> User:
    return crowd.user(at, who.wanted(at.tx, at.viewer, ask, UNKNOWN), with_status=True)


@door.on(api.SearchUsers, tx="read")
def search(at: At, ask: api.SearchUsers) -> Response:
    query = (ask.q or "").strip()
    exact = who.by_url(at.tx, query) if "/" in query else accounts.find_by_handle(at.tx, query)
    ids = [] if "://" in query else finding.accounts_matching(at.tx, query, limit=FOUND)
    found = who.shown(at.tx, at.viewer, list(dict.fromkeys([*([exact] if exact else []), *ids])))
    if not found:
        raise Said(*UNKNOWN)
    page = show_page(ask.count, ask.page, 0, 0)
    part = found[page.offset : page.offset + page.limit]
    return crowd.array(at, crowd.users(at, part, with_entities=ask.include_entities))


@door.on(api.LookupUsers, tx="read")
def lookup(at: At, ask: api.LookupUsers) -> Response:
    found = who.several(at.tx, at.viewer, ask.user_id, ask.screen_name)
    if not found:
        raise Said(404, "Not Found")
    return crowd.array(
        at, crowd.users(at, found, with_status=not ask.skip_status, with_entities=ask.include_entities)
    )


def _suggested(at: At) -> list[int]:
    if at.viewer.known:
        return [found.id for found in suggestions.suggest(at.tx, at.viewer, SUGGESTED)]
    return suggestions.directory(at.tx, at.viewer, newest=False, local=True, limit=SUGGESTED, offset=0)


def _of_slug(at: At, slug: str | None, *, with_status: bool) -> list[User]:
    if slug != SLUG:
        raise Said(404, NO_PAGE)
    people = who.shown(at.tx, at.viewer, _suggested(at))
    return crowd.users(at, people, with_status=with_status)


@door.on(api.ListSuggestions, tx="read")
def list_suggestions(at: At, ask: api.ListSuggestions) -> list[SuggestionCategory]:
    return [SuggestionCategory(name=TITLE, slug=SLUG, size=len(who.shown(at.tx, at.viewer, _suggested(at))))]


@door.on(api.ShowSuggestions, tx="read")
def show_suggestions(at: At, ask: api.ShowSuggestions) -> SuggestionCategory:
    found = _of_slug(at, ask.slug, with_status=False)
    return SuggestionCategory(name=TITLE, slug=SLUG, size=len(found), users=found)


@door.on(api.ListSuggested, tx="read")
def list_suggested(at: At, ask: api.ListSuggested) -> list[User]:
    return _of_slug(at, ask.slug, with_status=True)


@door.on(api.ReportSpam)
def report_spam(at: At, ask: api.ReportSpam) -> User:
    account = who.wanted(at.tx, at.viewer, ask, NOBODY)
    if account.id == at.viewer.account_id:
        raise Said(403, "You cannot report yourself.")
    reports.file(at.tx, at.viewer, Complaint(target_id=account.id, category="spam"))
    if ask.perform_block:
        bonds.block(at.tx, at.viewer, account.id)
    return crowd.one(at, account.id)
