"""People as answers: several users at once, and pages of ids or users with cursors."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from folkmoot.domain import looks, views
from folkmoot.domain.paging import Page
from folkmoot.domain.reading import latest
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica import show, who
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.entities import entities
from folkmoot.doors.friendica.present import Presenter
from folkmoot.wire.friendica.page import IdsPage, UsersPage
from folkmoot.wire.friendica.status import User

FIRST = -1
"""The cursor of the first page; 0 in an answer is the end."""


class Turn(msgspec.Struct, frozen=True):
    """A cursor as a client sends it, and how many entries it wants."""

    cursor: int
    count: int

    @property
    def page(self) -> Page:
        """One entry more than wanted, which tells whether the list goes on."""
        if self.cursor < FIRST:
            return Page(limit=self.count + 1, after=-self.cursor, nearest=True)
        return Page(limit=self.count + 1, before=self.cursor if self.cursor > 0 else None)

    def cut(self, cursors: Sequence[int]) -> tuple[slice, int, int]:
        """Which of the entries (highest first) belong to the page, the cursor of the next and of the one before."""
        more = len(cursors) > self.count
        if self.cursor < FIRST:
            kept = slice(1 if more else 0, None)
            shown = cursors[kept]
            return kept, shown[-1] if shown else 0, -shown[0] if more else 0
        kept = slice(0, self.count)
        shown = cursors[kept]
        return kept, shown[-1] if more else 0, -shown[0] if self.cursor > 0 and shown else 0


def turn(cursor: int | str, count: int, cap: int, default: int = 20) -> Turn:
    """The page that is asked for; a cursor that is no number is the first page's, a count below 1 the default."""
    number = cursor if isinstance(cursor, int) else _number(cursor)
    return Turn(number if abs(number) < 1 << 62 else FIRST, min(count, cap) if count >= 1 else default)


def _number(text: str) -> int:
    try:
        return int(text) if len(text) < 20 else FIRST
    except ValueError:
        return FIRST


def users(
    at: At, accounts: list[AccountView], *, with_status: bool = False, with_entities: bool = False
) -> list[User]:
    """People as the caller sees them; *with_status*: each with the last public post, which has no user."""
    ids = [account.id for account in accounts]
    made = Presenter(at.house.links, at.viewer.account_id, looks.of_accounts(at.tx, at.viewer, ids), {}, {})
    found = [made.user(account) for account in accounts]
    if with_entities:
        found = [msgspec.structs.replace(user, entities=_entities(user.description or "")) for user in found]
    if not with_status:
        return found
    posts = views.post_list(at.tx, at.viewer, list(latest.of_each(at.tx, at.viewer, ids).values()))
    told = show.presenter(at.house, at.tx, at.viewer, posts)
    said = {post.author.id: told.status(post, with_user=False) for post in posts}
    return [msgspec.structs.replace(user, status=said.get(user.id, UNSET)) for user in found]


def _entities(note: str) -> dict[str, object]:
    return {"url": {"urls": []}, "description": {"urls": entities(note, ()).urls}}


def user(at: At, account: AccountView, *, with_status: bool = False, with_entities: bool = False) -> User:
    """One person as the caller sees them."""
    return users(at, [account], with_status=with_status, with_entities=with_entities)[0]


def one(at: At, account_id: int) -> User:
    """A person who is known to be there, as they are after what was done."""
    return user(at, views.account(at.tx, account_id))


def array(at: At, found: list[User]) -> Response:
    """A bare list of people."""
    return encode(Bare(found, "users"), at)


def ids_array(at: At, ids: list[int], *, as_text: bool) -> Response:
    """A bare list of ids, as numbers or as text."""
    return encode(Bare([str(id_) for id_ in ids] if as_text else ids, "ids"), at)


def ids_page(at: At, asked: Turn, found: list[int], *, as_text: bool, total: int | None = None) -> Response:
    """A page of ids, of one more than the page holds."""
    kept, after, before = asked.cut(found)
    ids: list[int | str] = [str(id_) if as_text else id_ for id_ in found[kept]]
    page = IdsPage(
        ids=ids,
        next_cursor=after,
        next_cursor_str=str(after),
        previous_cursor=before,
        previous_cursor_str=str(before),
        total_count=UNSET if total is None else total,
    )
    return encode(Bare(page, "id_list"), at)


def users_page(
    at: At,
    asked: Turn,
    found: list[int],
    *,
    cursors: list[int] | None = None,
    with_status: bool = False,
    with_entities: bool = False,
    total: int | None = None,
) -> Response:
    """A page of people by their ids, of one more than the page holds; *cursors* are the ids unless told otherwise."""
    kept, after, before = asked.cut(found if cursors is None else cursors)
    people = who.shown(at.tx, at.viewer, found[kept])
    page = UsersPage(
        users=users(at, people, with_status=with_status, with_entities=with_entities),
        next_cursor=after,
        next_cursor_str=str(after),
        previous_cursor=before,
        previous_cursor_str=str(before),
        total_count=UNSET if total is None else total,
    )
    return encode(Bare(page, "users_list"), at)
