"""How many threads one account may begin in a day, a week and a month, where the keeper of the place sets limits."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain.errors import TooMany
from folkmoot.domain.posts.postfacts import OFF_LISTS
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

DAY_MS: Final = 86_400_000
SPANS: Final = (("daily", 1), ("weekly", 7), ("monthly", 30))
_BEGUN = Query(
    sa.select(sa.func.count()).where(
        posts.c.author_id == p("me"),
        posts.c.id > p("since"),
        posts.c.parent_id.is_(None),
        posts.c.boost_of_id.is_(None),
        posts.c.parts.op("&")(OFF_LISTS) == 0,
    )
)


def check(tx: Tx, account_id: int, *, beside: Query | None = None) -> None:
    """Whether the account may begin another thread; what it deleted counts too. *beside* counts what else it began
    since a moment (parameters me, since), where that reaches others as a thread does.

    Raises TooMany("posts.daily" | "posts.weekly" | "posts.monthly").
    """
    settings = tx.settings
    most = (settings.posts_a_day, settings.posts_a_week, settings.posts_a_month)
    if not any(most):
        return
    tx.alone("pace", account_id)
    for (word, days), limit in zip(SPANS, most, strict=True):
        span = {"me": account_id, "since": first_id_at(tx.now - days * DAY_MS)}
        counted = [_BEGUN] if beside is None else [_BEGUN, beside]
        if limit and sum(int(tx.value(query, **span)) for query in counted) >= limit:
            raise TooMany(
                f"{word.capitalize()} posting limit of {limit} posts reached. The post was rejected.",
                code=f"posts.{word}",
            )
