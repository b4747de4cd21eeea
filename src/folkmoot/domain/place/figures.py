"""How large and how busy the community is: figures that anybody may know."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Role
from folkmoot.domain.people.accounts import Kind, LoginState
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.accounts import accounts, logins
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MONTH_MS = 28 * 86_400_000
HALF_YEAR_MS = 180 * 86_400_000

_LIVING = sa.and_(
    sa.or_(logins.c.state == int(LoginState.ACTIVE), logins.c.state == int(LoginState.ADDRESS_ONLY)),
    accounts.c.suspended_at.is_(None),
)
_PEOPLE = Query(
    sa.select(sa.func.count())
    .select_from(accounts.join(logins, logins.c.account_id == accounts.c.id))
    .where(_LIVING)
)
_ACTIVE = Query(
    sa.select(sa.func.count())
    .select_from(accounts.join(logins, logins.c.account_id == accounts.c.id))
    .where(_LIVING, accounts.c.last_post_at > p("since"))
)
_POSTS = Query(
    sa.select(sa.func.coalesce(sa.func.sum(accounts.c.posts_n), sa.literal_column("0"))).where(
        accounts.c.domain == "", accounts.c.kind != int(Kind.GROUP)
    )
)
_STAFF = Query(
    sa.select(accounts.c.id)
    .where(
        accounts.c.role > 0,
        accounts.c.role >= int(Role.ADMIN),
        accounts.c.domain == "",
        accounts.c.suspended_at.is_(None),
    )
    .order_by(accounts.c.role.desc(), accounts.c.id)
    .limit(1)
)
_SAID = Query(
    sa.select(sa.func.count()).where(
        posts.c.id >= p("low"), posts.c.id < p("high"), posts.c.state == 0, posts.c.boost_of_id.is_(None)
    )
)
_BUSY = Query(
    sa.select(sa.func.count(sa.distinct(posts.c.author_id))).where(
        posts.c.id >= p("low"), posts.c.id < p("high"), posts.c.state == 0
    )
)
_JOINED = Query(
    sa.select(sa.func.count()).where(logins.c.created_at >= p("low"), logins.c.created_at < p("high"))
)


_SERVERS = Query(
    sa.select(accounts.c.domain)
    .where(accounts.c.domain != "")
    .distinct()
    .order_by(accounts.c.domain)
    .limit(10_000)
)


class Figures(msgspec.Struct, frozen=True):
    """Sizes of the community; active are those who wrote in that time."""

    people: int
    posts: int
    active_month: int
    active_half_year: int
    contact_id: int | None
    """The account to ask: the highest of the staff."""
    servers: int = 0
    """Other servers whose accounts are known."""


class Week(msgspec.Struct, frozen=True):
    """What happened in the seven days from `start` (ms)."""

    start: int
    posts: int
    people: int
    joined: int


def now(tx: Tx) -> Figures:
    """The figures at this moment. They count whole tables: callers keep the answer for a while."""
    return Figures(
        people=int(tx.value(_PEOPLE)),
        posts=int(tx.value(_POSTS)),
        active_month=int(tx.value(_ACTIVE, since=tx.now - MONTH_MS)),
        active_half_year=int(tx.value(_ACTIVE, since=tx.now - HALF_YEAR_MS)),
        contact_id=tx.value(_STAFF),
        servers=len(servers(tx)),
    )


def servers(tx: Tx) -> list[str]:
    """Other servers whose accounts are known, by name."""
    return tx.column(_SERVERS)


def week(tx: Tx, start: int, end: int) -> Week:
    """What happened from *start* to *end* (ms)."""
    low, high = first_id_at(start), first_id_at(end)
    return Week(
        start=start,
        posts=int(tx.value(_SAID, low=low, high=high)),
        people=int(tx.value(_BUSY, low=low, high=high)),
        joined=int(tx.value(_JOINED, low=start, high=end)),
    )
