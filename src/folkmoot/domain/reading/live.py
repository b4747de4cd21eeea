"""Questions of whoever sends live: whose circle it is, who could see what is gone, what readers did to a post."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import may_see
from folkmoot.domain.people.accounts import LoginState
from folkmoot.store.schema.accounts import accounts, logins, sessions
from folkmoot.store.schema.bonds import circles
from folkmoot.store.schema.posts import marks, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

_OWN = Query(sa.select(circles.c.id).where(circles.c.id == p("id"), circles.c.account_id == p("me")))
_COULD_SEE = Query(
    lambda: (
        sa.select(accounts.c.id)
        .select_from(accounts.join(posts, posts.c.id == p("id")))
        .where(
            in_list(accounts.c.id, "candidates"),
            may_see(accounts.c.id, named=in_list(accounts.c.id, "named")),
        )
    )
)
_MARKS = Query(
    sa.select(marks.c.account_id, marks.c.bits).where(
        marks.c.post_id == p("id"), in_list(marks.c.account_id, "readers")
    )
)


_OPEN = Query(
    sa.select(sessions.c.id)
    .select_from(
        sessions.join(accounts, accounts.c.id == sessions.c.account_id).join(
            logins, logins.c.account_id == accounts.c.id
        )
    )
    .where(
        in_list(sessions.c.id, "ids"),
        sessions.c.expires_at > p("now"),
        accounts.c.suspended_at.is_(None),
        sa.or_(logins.c.state == int(LoginState.ACTIVE), logins.c.state == int(LoginState.UNCONFIRMED)),
    )
)
_FILTERS_REV = Query(sa.select(logins.c.filters_rev).where(logins.c.account_id == p("me")))


def filters_rev(tx: Tx, me: int) -> int:
    """The revision of *me*'s filters now, 0 where there never were any."""
    return int(tx.value(_FILTERS_REV, me=me) or 0)


def owns_circle(tx: Tx, me: int, circle_id: int) -> bool:
    """Whether the circle is there and is *me*'s."""
    return 0 < circle_id < 1 << 63 and tx.one(_OWN, id=circle_id, me=me) is not None


def could_see(tx: Tx, post_id: int, named: list[int], candidates: list[int]) -> set[int]:
    """Those of the candidates who could see a post before it was deleted; *named*: to whom it was addressed."""
    found = tx.column(_COULD_SEE, id=post_id, named=named, candidates=candidates) if candidates else []
    return set(found)


def marks_by_reader(tx: Tx, post_id: int, readers: list[int]) -> dict[int, int]:
    """What each of the readers did to a post (bits of reactions); who did nothing is left out."""
    return {row[0]: row[1] for row in tx.all(_MARKS, id=post_id, readers=readers)} if readers else {}


def open_sessions(tx: Tx, ids: list[int]) -> set[int]:
    """Those of the browsers' sessions that are not over and whose accounts may act."""
    return set(tx.column(_OPEN, ids=ids, now=tx.now)) if ids else set()
