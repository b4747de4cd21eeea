"""One PostgreSQL connection spoken to through libpq: statements prepared once, sent in flights, rows as tuples."""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from threading import Lock
from typing import Any, Final

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result

PREPARED: Final = 200
"""Statements that a connection keeps prepared: those used last."""
ONCE: Final = 1_000
"""Statements that were asked once are remembered as such; the second time they are prepared."""
FLIGHT: Final = 32
"""So many statements at most are sent before their answers are read."""
END_SECONDS: Final = 5
"""So long a statement may take to end when its connection is closed."""
READ, WRITE = b"read", b"write"
"""The two kinds of transactions: of one snapshot, and of what is there at each statement."""
_COMMIT, _ROLLBACK, _FOR_VALUES, _FOR_ALL = b"commit", b"rollback", b"for_values", b"for_all"
_COMMANDS = {
    READ: b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    WRITE: b"BEGIN",
    _COMMIT: b"COMMIT",
    _ROLLBACK: b"ROLLBACK",
    _FOR_VALUES: b"SET LOCAL plan_cache_mode = force_custom_plan",
    _FOR_ALL: b"SET LOCAL plan_cache_mode = force_generic_plan",
}
_BY_VALUE = re.compile(r"to_tsquery|LIKE \$")
"""In statements whose best plan depends on what is looked for: how frequent a word is, how a name begins."""
_MARK = re.compile(r"%(?:\((\w+)\)s|s|%)")
_GOOD = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK, pq.ExecStatus.EMPTY_QUERY})
_TEXT, _BINARY = int(pq.Format.TEXT), int(pq.Format.BINARY)
Values = Mapping[str, Any] | Sequence[Any]


class Result:
    """What a statement gave."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[tuple[Any, ...]], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        """Rows given, or touched."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows[0] if self._rows else None


class Link:
    """The connection *con*, which nobody else may use from now on; by one thread at a time.

    The driver's own cursors cost some 40 µs a statement, these 5 to 10. What needs no answer travels with the next
    statement that does (libpq's pipeline mode), so that a transaction waits less often. PostgreSQL finds out the types
    of the parameters, so that a statement is one whatever is given to it: `%(name)s` or `%s` stands for one, `%%` for
    the sign.
    """

    __slots__ = (
        "_names", "_number", "_once", "_owed", "_pg", "_poll", "_rows", "_sent", "_unsure", "busy", "con", "open",
    )  # fmt: skip

    def __init__(self, con: psycopg.Connection[Any]) -> None:
        self.con = con
        self.busy = Lock()
        """Held during a transaction: libpq does not survive that somebody closes what it waits for."""
        self.open = False
        """Whether a transaction is open."""
        self._pg = con.pgconn
        self._rows = Transformer(con)
        self._names: dict[str, bytes] = {}
        self._unsure: list[str] = []
        """Of those, the ones whose preparation was sent and not answered."""
        self._once: dict[str, None] = {}
        self._number = 0
        self._sent = 0
        """Statements since the last point of synchronisation."""
        self._owed = 0
        """Such points that were sent and not answered."""
        self._poll = select.poll()
        self._poll.register(self._pg.socket, select.POLLIN)
        for name, command in _COMMANDS.items():
            self._pg.prepare(name, command)
        self._pg.enter_pipeline_mode()

    @property
    def closed(self) -> bool:
        """Whether it is lost, or was closed."""
        return self._pg.status == pq.ConnStatus.BAD

    def close(self) -> None:
        """Close the connection; a transaction that another thread has open ends with an error."""
        if not self.busy.acquire(blocking=False):
            self.con.cancel_safe(timeout=END_SECONDS)
            if not self.busy.acquire(timeout=END_SECONDS):
                return  # it ends with the process
        self.con.close()
        self.busy.release()

    def begin(self, kind: bytes) -> None:
        """Begin a transaction, READ or WRITE. It is sent with the first statement."""
        self._command(kind)
        self.open = True

    def commit(self, *, wait: bool) -> None:
        """End the transaction; *wait* until that is durable. One that only read has nothing to wait for."""
        wait = wait or self._sent > 0  # what was sent and not answered may have failed
        self._command(_COMMIT)
        if wait:
            self._answer()
        else:
            self._sync()
        self.open = False

    def rollback(self) -> None:
        """Undo the transaction. Where that can't be done the connection is closed, since then nothing stays either."""
        self.open = False
        with suppress(psycopg.Error):  # of what was sent before: whoever undoes it knows, or does not care
            self._sync()  # or a statement that failed would keep this one from being run
            self._command(_ROLLBACK)
            self._answer()
        if self._pg.transaction_status != pq.TransactionStatus.IDLE:
            self.con.close()

    def execute(self, text: str, values: Values) -> Result:
        """Run one statement. Raises psycopg.Error, for this one or for one that was sent before it."""
        result = self._answer(self._send(text, values))
        if result is None or result.status != pq.ExecStatus.TUPLES_OK:
            return Result([], (result and result.command_tuples) or 0)
        self._rows.set_pgresult(result)
        count = result.ntuples
        return Result(self._rows.load_rows(0, count, tuple), count)

    def send(self, text: str, values: Values) -> None:
        """Run one statement whose answer nobody needs: it goes with the next one. What is wrong with it is raised then,
        or at the end."""
        self._send(text, values)
        if self._sent >= FLIGHT:
            self._answer()

    def _send(self, text: str, values: Values) -> int:
        """Which of the answers will be this statement's."""
        statement, names, by_value = _numbered(text)
        given = [values[name] for name in names] if isinstance(values, Mapping) else values
        data = [_WRITERS.get(type(value), _other)(value) for value in given]
        formats = [_BINARY if isinstance(value, bytes) else _TEXT for value in given]
        if by_value:
            self._command(_FOR_VALUES)
        name = self._prepared(text, statement)
        if name is None:
            self._pg.send_query_params(statement, data, None, formats, _BINARY)
        else:
            self._pg.send_query_prepared(name, data, formats, _BINARY)
        self._sent += 1
        place = self._sent
        if by_value:
            self._command(_FOR_ALL)
        return place

    def _command(self, name: bytes) -> None:
        self._pg.send_query_prepared(name, None)
        self._sent += 1

    def _prepared(self, text: str, statement: bytes) -> bytes | None:
        """Its name; None for one that is asked for the first time."""
        name = self._names.pop(text, None)
        if name is None:
            if text not in self._once:
                if len(self._once) >= ONCE:
                    self._once.clear()
                self._once[text] = None
                return None
            if len(self._names) >= PREPARED:
                oldest = next(iter(self._names))
                self._pg.send_query_params(b"DEALLOCATE " + self._names.pop(oldest), None)
                self._sent += 1
            self._number += 1
            name = b"s%d" % self._number
            self._pg.send_prepare(name, statement)
            self._sent += 1
            self._unsure.append(text)
        self._names[text] = name
        return name

    def _sync(self) -> None:
        self._pg.pipeline_sync()
        self._owed += 1
        self._sent = 0

    def _answer(self, place: int = 0) -> pq.abc.PGresult | None:
        """Send what waits and read all answers; the one at that place."""
        self._sync()
        found, wrong, at = None, None, 0
        while self._owed:
            result = self._next()
            at += 1
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                self._owed -= 1
                at = 0
            elif result.status not in _GOOD:
                wrong = wrong or result  # those behind it are answered with PIPELINE_ABORTED
            elif at == place and self._owed == 1:
                found = result
        if wrong is not None:
            for text in self._unsure:
                self._names.pop(text, None)
        self._unsure.clear()
        if wrong is not None:
            raise error_from_result(wrong, "utf-8")
        return found

    def _next(self) -> pq.abc.PGresult:
        pg = self._pg
        while True:
            while pg.is_busy():
                if pg.flush():
                    self._poll.modify(pg.socket, select.POLLIN | select.POLLOUT)
                    self._poll.poll()
                    self._poll.modify(pg.socket, select.POLLIN)
                else:
                    self._poll.poll()
                pg.consume_input()
            result = pg.get_result()
            if result is not None:
                return result
            if self.closed:
                raise psycopg.OperationalError(f"the connection is lost: {pg.get_error_message()}")


@lru_cache(maxsize=4_000)
def _numbered(text: str) -> tuple[bytes, tuple[Any, ...], bool]:
    """A statement with $1, $2 … in it, what they stand for (names, or places), and whether it is to be planned for
    what is given."""
    names: dict[Any, int] = {}

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1] or len(names)
        return f"${names.setdefault(name, len(names) + 1)}"

    numbered = _MARK.sub(number, text)
    return numbered.encode(), tuple(names), _BY_VALUE.search(numbered) is not None


def _text(value: str) -> bytes:
    data = value.encode()
    if b"\0" in data:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return data


def _list(values: list[Any]) -> bytes:
    return b"{" + b",".join([_item(value) for value in values]) + b"}"


def _item(value: Any) -> bytes:
    if isinstance(value, int):
        return b"%d" % value
    if value is None:
        return b"NULL"
    return b'"' + _text(value).replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _other(value: Any) -> bytes | None:
    """Subclasses of those that are known."""
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    raise psycopg.ProgrammingError(f"no parameter can be a {type(value).__name__}")


_WRITERS: dict[type, Callable[[Any], bytes | None]] = {
    int: lambda value: b"%d" % value,
    str: _text,
    type(None): lambda value: None,
    bytes: lambda value: value,
    list: _list,
    float: lambda value: repr(value).encode(),
}
