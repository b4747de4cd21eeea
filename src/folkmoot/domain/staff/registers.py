"""A register that the staff keeps, such as the blocked networks: listed, looked up and crossed out alike for all."""

from __future__ import annotations

from functools import lru_cache
from typing import Generic, TypeVar

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.paging import Page
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff import stafflog
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

K = TypeVar("K", bound=msgspec.Struct)
PAGE_MAX = 500


class Register(Generic[K]):
    """Entries of *kind*, whose fields are columns of *table*; *word* names an entry in the log, *power* who may."""

    def __init__(self, kind: type[K], table: sa.Table, word: str, power: str, named_by: str) -> None:
        self.kind = kind
        self.word = word
        self.power = power
        self._table = table
        self._named_by = kind.__struct_fields__.index(named_by)
        columns = [table.c[name] for name in kind.__struct_fields__]
        self._select = sa.select(*columns)
        self._one = Query(self._select.where(table.c.id == p("id")))
        self._drop = Query(sa.delete(table).where(table.c.id == p("id")))
        self._query = lru_cache(maxsize=64)(self._list)

    def _list(self, limit: int, up: bool) -> Query:
        id_ = self._table.c.id
        where = (id_ > p("low"), id_ < p("high"))
        return Query(self._select.where(*where).order_by(id_ if up else id_.desc()).limit(limit))

    def listing(self, tx: Tx, viewer: Viewer, page: Page) -> list[K]:
        """The entries, newest first, 500 at most. Raises Forbidden("role")."""
        require_power(viewer, self.power)
        limit = min(page.limit, PAGE_MAX)
        if limit <= 0:
            return []
        rows = tx.all(self._query(limit, page.nearest), low=page.low, high=page.high)
        return [self.kind(*row) for row in (rows[::-1] if page.nearest else rows)]

    def see(self, tx: Tx, viewer: Viewer, entry_id: int) -> K:
        """One entry. Raises Forbidden("role"), NotFound."""
        require_power(viewer, self.power)
        row = tx.one(self._one, id=entry_id) if 0 < entry_id < 1 << 63 else None
        if row is None:
            raise NotFound(what=self.word)
        return self.kind(*row)

    def remove(self, tx: Tx, viewer: Viewer, entry_id: int) -> K:
        """Cross an entry out; it is returned as it was. Raises as see."""
        entry = self.see(tx, viewer, entry_id)
        tx.run(self._drop, id=entry_id)
        self.note(tx, viewer, "remove", entry_id, entry)
        return entry

    def note(self, tx: Tx, viewer: Viewer, act: str, entry_id: int, entry: K) -> None:
        """Write down what was done to an entry."""
        name = getattr(entry, self.kind.__struct_fields__[self._named_by])
        stafflog.note(tx, viewer, act, self.word, entry_id, str(name))
