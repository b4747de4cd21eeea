"""An open transaction: the only thing through which tables are read and written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from folkmoot.kit.ids import Ids, now_ms
from folkmoot.store.sql import Query, insert_rows_sql, insert_sql, update_sql

if TYPE_CHECKING:
    from folkmoot.settings import Settings

Row = tuple[Any, ...]
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%(word)s, %(owner)s::bigint))"
SNAPSHOT = "SELECT pg_current_snapshot()::text"
_INSERTS: dict[tuple[str, str, tuple[str, ...], str], str] = {}
_ROWS: dict[tuple[str, str, tuple[str, ...], int, str], str] = {}
AT_ONCE = 100
"""Rows that one statement inserts; the driver lets other threads go on meanwhile."""
_UPDATES: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], str] = {}


class JournalRow(msgspec.Struct, frozen=True):
    """One line of the journal as it was committed."""

    id: int
    kind: str
    actor_id: int
    subject_id: int
    data: dict[str, Any]
    created_at: int


class Tx:
    """One open transaction of a dialect's thin driver.

    Rows are plain tuples in the order of the statement's columns. `now` is the moment at which the transaction began;
    `recorded` holds what the journal got, for those who follow it live.
    """

    dialect: str = ""
    _number: str = "RETURNING id"
    __slots__ = ("_con", "ids", "now", "recorded", "settings")

    def __init__(self, con: Any, settings: Settings, ids: Ids) -> None:
        self._con = con
        self.settings = settings
        self.ids = ids
        self.now = now_ms()
        self.recorded: list[JournalRow] = []

    def _execute(self, text: str, values: Mapping[str, Any]) -> Any:
        return self._con.execute(text, values)

    def _send(self, text: str, values: Any) -> None:
        """Execute what gives nothing back. Where it fails, that may be told by the next statement or at the end."""
        self._con.execute(text, values)

    def _query(self, query: Query, values: dict[str, Any]) -> Any:
        return self._execute(self._bound(query, values), values)

    def _bound(self, query: Query, values: dict[str, Any]) -> str:
        """The statement's text; lists among its values are put into the driver's form."""
        text = query.sql(self.dialect)
        if query.lists:
            for name in query.lists:
                values[name] = self.as_list(values[name])
        return text

    def as_list(self, values: Iterable[Any]) -> Any:
        """A list parameter in the driver's form."""
        raise NotImplementedError

    def all(self, query: Query, /, **values: Any) -> list[Row]:
        """All rows."""
        rows: list[Row] = self._query(query, values).fetchall()
        return rows

    def one(self, query: Query, /, **values: Any) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._query(query, values).fetchone()
        return row

    def value(self, query: Query, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = self._query(query, values).fetchone()
        return None if row is None else row[0]

    def column(self, query: Query, /, **values: Any) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self._query(query, values).fetchall()]

    def run(self, query: Query, /, **values: Any) -> int:
        """Execute and say how many rows were touched."""
        count: int = self._query(query, values).rowcount
        return count

    def send(self, query: Query, /, **values: Any) -> None:
        """As `run` where the number does not matter: on PostgreSQL nobody waits for the answer."""
        self._send(self._bound(query, values), values)

    def insert(self, table: sa.Table, conflict: str = "", /, **values: Any) -> int:
        """Insert one row of the named columns; returns 1, or 0 where *conflict* (ON CONFLICT …) left it out."""
        columns = tuple(values)
        key = (self.dialect, table.name, columns, conflict)
        text = _INSERTS.get(key)
        if text is None:
            text = _INSERTS[key] = insert_sql(*key)
        if not conflict:
            self._send(text, values)
            return 1
        count: int = self._execute(text, values).rowcount
        return count

    def insert_numbered(self, table: sa.Table, /, **values: Any) -> int:
        """Insert one row whose id is left to the database; returns that id."""
        columns = tuple(values)
        key = (self.dialect, table.name, columns, self._number)
        text = _INSERTS.get(key)
        if text is None:
            text = _INSERTS[key] = insert_sql(*key)
        return self._number_of(self._execute(text, values))

    def _number_of(self, cursor: Any) -> int:
        number: int = cursor.fetchone()[0]
        return number

    def insert_new(self, table: sa.Table, /, **values: Any) -> bool:
        """Insert unless a unique row is there already; True when it is new."""
        return self.insert(table, "ON CONFLICT DO NOTHING", **values) > 0

    def insert_rows(self, table: sa.Table, rows: Sequence[Mapping[str, Any]], conflict: str = "", /) -> int:
        """Insert many rows of the same columns; returns how many *conflict* (ON CONFLICT …) did not leave out."""
        count = 0
        for at in range(0, len(rows), AT_ONCE):
            some = rows[at : at + AT_ONCE]
            columns = tuple(some[0])
            key = (self.dialect, table.name, columns, len(some), conflict)
            text = _ROWS.get(key)
            if text is None:
                text = _ROWS[key] = insert_rows_sql(*key)
            values = [row[name] for row in some for name in columns]
            if conflict:
                count += self._con.execute(text, values).rowcount
            else:
                self._send(text, values)
                count += len(some)
        return count

    def update(self, table: sa.Table, keys: Mapping[str, Any], /, **values: Any) -> int:
        """Set the named columns of the rows whose *keys* columns are equal; returns how many there were."""
        key = (self.dialect, table.name, tuple(values), tuple(keys))
        text = _UPDATES.get(key)
        if text is None:
            text = _UPDATES[key] = update_sql(*key)
        count: int = self._execute(text, {**values, **keys}).rowcount
        return count

    def version(self) -> Hashable | None:
        """A word for all that this transaction sees: where it is equal to that of another one of this process, nothing
        was committed between them, by any process. None where it is not known."""
        return None

    def alone(self, word: str, owner: int = 0) -> None:
        """Of two transactions that say the same word for the same owner the second waits here until the first ends.
        SQLite has one writer anyhow."""

    def text_sql(self, sqlite: str, postgresql: str, **values: Any) -> Any:
        """Hand-written SQL where the dialects differ beyond what Core can say; returns the driver's cursor."""
        return self._execute(sqlite if self.dialect == "sqlite" else postgresql, values)


class SqliteTx(Tx):
    """A transaction on a sqlite3 connection."""

    dialect = "sqlite"
    _number = ""
    """RETURNING makes SQLite begin a savepoint of its own, at which the text index writes out what it holds."""
    __slots__ = ("_opened",)

    def __init__(self, con: Any, settings: Settings, ids: Ids, opened: int = 0) -> None:
        super().__init__(con, settings, ids)
        self._opened = opened
        """Which of the loop's connections this is; 0: not one of the loop's."""

    def _number_of(self, cursor: Any) -> int:
        number: int = cursor.lastrowid
        return number

    def version(self) -> Hashable | None:
        # The number changes with each commit of another connection, and this one only reads.
        return (self._opened, *self._con.execute("PRAGMA data_version").fetchone()) if self._opened else None

    def as_list(self, values: Iterable[Any]) -> Any:
        return msgspec.json.encode(list(values)).decode()


class PostgresTx(Tx):
    """A transaction on a psycopg connection."""

    dialect = "postgresql"
    __slots__ = ()

    def version(self) -> Hashable | None:
        # Which transactions are over and which still run: a commit changes it, and what is kept can only be newer.
        version: str = self._con.execute(SNAPSHOT, ()).fetchone()[0]
        return version

    def _send(self, text: str, values: Any) -> None:
        self._con.send(text, values)

    def alone(self, word: str, owner: int = 0) -> None:
        self._send(_ALONE, {"word": word, "owner": owner})

    def as_list(self, values: Iterable[Any]) -> Any:
        return list(values)
