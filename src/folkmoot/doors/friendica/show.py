"""Loads what an answer shows, in a handful of queries however long it is, and has it presented."""

from __future__ import annotations

from folkmoot.domain import looks, views
from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import reactors
from folkmoot.domain.reading import timelines
from folkmoot.domain.views import PostView
from folkmoot.doors.frame import House
from folkmoot.doors.friendica.present import Presenter
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.status import Status, User

SHOWN = 100
"""Posts of one page at most."""


def page_of(count: int, page: int, since_id: int, max_id: int) -> Page:
    """A page in Friendica's words: since_id exclusive, max_id inclusive, pages counted from 1; anything below the
    first is the first, a count below 1 is 20."""
    limit = 20 if count < 1 else min(count, SHOWN)
    return Page(
        limit=limit,
        before=max_id + 1 if 0 < max_id < 1 << 62 else None,
        after=min(since_id, 1 << 62) if since_id > 0 else None,
        offset=(max(page, 1) - 1) * limit,
    )


def presenter(house: House, tx: Tx, viewer: Viewer, posts: list[PostView]) -> Presenter:
    """A presenter that knows everybody beside these posts."""
    shown = [inner for post in posts for inner in (post, post.boost_of) if inner is not None]
    shown += [post.quoted for post in shown if post.quoted is not None]
    reacted = reactors.of_posts(tx, viewer, [post.id for post in shown if post.boost_of is None])
    behind = {account_id for who in reacted.values() for _, account_id in who}
    people = views.accounts_by_ids(tx, list(behind))
    ids = behind | {post.author.id for post in shown} | {post.group.id for post in shown if post.group}
    return Presenter(
        house.links, viewer.account_id, looks.of_accounts(tx, viewer, list(ids)), reacted, people
    )


def statuses(
    house: House,
    tx: Tx,
    viewer: Viewer,
    ids: list[int],
    *,
    with_entities: bool = False,
    trimmed: bool = False,
) -> list[Status]:
    """The posts in the order of *ids*; those that may not be seen are left out."""
    found = views.post_list(tx, viewer, ids)
    return present(house, tx, viewer, found, with_entities=with_entities, trimmed=trimmed)


def present(
    house: House,
    tx: Tx,
    viewer: Viewer,
    posts: list[PostView],
    *,
    with_entities: bool = False,
    trimmed: bool = False,
) -> list[Status]:
    """Posts that were loaded already; *trimmed*: of their users there are only the ids."""
    if not posts:
        return []
    made = presenter(house, tx, viewer, posts)
    return [made.status(post, with_entities=with_entities, trimmed=trimmed) for post in posts]


def status(house: House, tx: Tx, viewer: Viewer, post_id: int, *, with_entities: bool = False) -> Status:
    """One post. Raises NotFound where it is not there or may not be seen."""
    found = views.post(tx, viewer, post_id)
    return present(house, tx, viewer, [found], with_entities=with_entities)[0]


def caller(house: House, tx: Tx, viewer: Viewer, *, with_status: bool, with_entities: bool) -> User:
    """The caller, with the last post that everybody may see."""
    me = views.account(tx, viewer.required())
    posts: list[PostView] = []
    if with_status:
        everybody = Viewer.anonymous()
        ids = timelines.of_account(tx, everybody, me.id, Page(limit=1), no_boosts=True)
        posts = views.post_list(tx, viewer, ids)
    made = presenter(house, tx, viewer, posts)
    user = made.user(me, itself=True)
    if posts:
        user.status = made.status(posts[0], with_entities=with_entities, with_user=False)
    return user
