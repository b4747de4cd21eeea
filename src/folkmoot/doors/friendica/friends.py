"""Friends and followers, as ids and as people: bare lists as in 2017, and pages with cursors."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from folkmoot.domain import views
from folkmoot.domain.paging import Page
from folkmoot.domain.people import bondpages
from folkmoot.domain.people.bondpages import Which
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import crowd, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.people import NOBODY
from folkmoot.wire.friendica import requests_people as api

IDS, PEOPLE, BARE = 5000, 200, 1000
"""Ids of a page, people of a page, and people of a bare list at most."""


def is_paged(at: At, cursor: object) -> bool:
    """Whether the client is one that knows cursors: it sends one, or calls the API of Twitter 1.1."""
    return cursor is not UNSET or at.http.path.startswith("/api/1.1/")


def _caller_or(at: At, ask: Any) -> AccountView:
    return who.or_caller(at.tx, at.viewer, ask, NOBODY)


def _total(which: Which, account: AccountView, found: list[int]) -> int:
    """How many there are by the account's own counter; of a list that is hidden nothing is told."""
    if not found:
        return 0
    return account.followers_n if which == "followers" else account.following_n


def _ids(at: At, ask: api.FriendsIds | api.FollowersIds, which: Which) -> Response:
    if not is_paged(at, ask.cursor):
        # Friendica heeds nobody that is named here, GNU Social does; somebody unknown is left aside as there.
        account = who.found(at.tx, at.viewer, ask) or views.account(at.tx, at.viewer.required())
        page = Page(limit=crowd.turn(crowd.FIRST, ask.count, IDS, IDS).count)
        found = bondpages.page(at.tx, at.viewer, which, account.id, page)
        return crowd.ids_array(at, found, as_text=ask.stringify_ids)
    account, asked = _caller_or(at, ask), crowd.turn(_cursor(ask.cursor), ask.count, IDS, IDS)
    found = bondpages.page(at.tx, at.viewer, which, account.id, asked.page)
    total = _total(which, account, found)
    return crowd.ids_page(at, asked, found, as_text=ask.stringify_ids, total=total)


def _cursor(cursor: str | UnsetType) -> str:
    return "-1" if cursor is UNSET else cursor


@door.on(api.FriendsIds, tx="read")
def friends_ids(at: At, ask: api.FriendsIds) -> Response:
    return _ids(at, ask, "following")


@door.on(api.FollowersIds, tx="read")
def followers_ids(at: At, ask: api.FollowersIds) -> Response:
    return _ids(at, ask, "followers")


def _people(at: At, ask: api.ListFriends | api.ListFollowers, which: Which) -> Response:
    if is_paged(at, ask.cursor):
        asked = crowd.turn(_cursor(ask.cursor), _given(ask.count, 20), PEOPLE)
        return _page(
            at, asked, which, _caller_or(at, ask), asked.page, ask.include_entities, not ask.skip_status
        )
    me, account = at.viewer.required(), who.found(at.tx, at.viewer, ask)
    if who.is_named(ask) and (account is None or account.id != me):
        return crowd.array(at, [])
    limit = crowd.turn(crowd.FIRST, _given(ask.count, BARE), BARE).count
    ids = bondpages.by_name(at.tx, at.viewer, which, me, limit, (max(ask.page, 1) - 1) * limit)
    people = who.shown(at.tx, at.viewer, ids)
    return crowd.array(at, crowd.users(at, people, with_entities=ask.include_entities))


def _given(count: int | UnsetType, otherwise: int) -> int:
    return otherwise if count is UNSET else count


def _page(
    at: At,
    asked: crowd.Turn,
    which: Which,
    account: AccountView,
    page: Page,
    with_entities: bool,
    with_status: bool,
) -> Response:
    found = bondpages.page(at.tx, at.viewer, which, account.id, page)
    return crowd.users_page(
        at,
        asked,
        found,
        with_status=with_status,
        with_entities=with_entities,
        total=_total(which, account, found),
    )


@door.on(api.ListFriends, tx="read")
def friends(at: At, ask: api.ListFriends) -> Response:
    return _people(at, ask, "following")


@door.on(api.ListFollowers, tx="read")
def followers(at: At, ask: api.ListFollowers) -> Response:
    return _people(at, ask, "followers")


def _list(at: At, ask: api.UserList, which: Which) -> Response:
    account, asked = _caller_or(at, ask), crowd.turn(ask.cursor, ask.count, PEOPLE)
    page = _within(asked.page, max(ask.since_id, ask.min_id), ask.max_id)
    return _page(at, asked, which, account, page, ask.include_user_entities, not ask.skip_status)


def _within(page: Page, low: int, high: int) -> Page:
    """The page between two ids of accounts, both exclusive; 0 is no bound."""
    above = [bound for bound in (page.before, high) if bound is not None and bound > 0]
    below = [bound for bound in (page.after, low) if bound is not None and bound > 0]
    return Page(
        limit=page.limit,
        before=min(above, default=None),
        after=max(below, default=None),
        nearest=page.nearest,
    )


@door.on(api.FriendsList)
def friends_list(at: At, ask: api.FriendsList) -> Response:
    return _list(at, ask, "following")


@door.on(api.FollowersList)
def followers_list(at: At, ask: api.FollowersList) -> Response:
    return _list(at, ask, "followers")
