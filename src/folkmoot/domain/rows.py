"""Lists whose cursors are the rows behind the items: a follow, a mute, a place in a circle."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.domain.paging import Page
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Row, Tx


class Rows:
    """One list, newest row first; each way of paging is a statement compiled once."""

    def __init__(
        self, cursor: Any, *columns: Any, where: tuple[Any, ...], source: Any = None, cap: int = 80
    ) -> None:
        """*cursor*: the column of the rows' own ids; *columns*: what is told of each; *cap*: the largest page."""
        said = sa.select(cursor, *columns).where(*where, cursor < p("before"), cursor > p("after"))
        said = said if source is None else said.select_from(source)
        self._down = Query(said.order_by(cursor.desc()).limit(cap))
        self._up = Query(said.order_by(cursor).limit(cap))

    def statement(self, *, up: bool) -> Query:
        """What a page is read with, from its newer end or (*up*) from its older."""
        return self._up if up else self._down

    def page(self, tx: Tx, page: Page, /, **values: Any) -> list[Row]:
        """(cursor, *columns) of a page, newest first."""
        found = tx.all(self.statement(up=page.nearest), before=page.high, after=page.low, **values)[
            : max(0, page.limit)
        ]
        return found[::-1] if page.nearest else found
