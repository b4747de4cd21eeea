"""SQLAlchemy Core statements compiled once per dialect to plain SQL for the thin drivers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


@cache
def dialect_of(name: str) -> sa.engine.Dialect:
    """SQLAlchemy's dialect; imported when it is needed, since a process needs one of the two."""
    if name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects.postgresql import psycopg

    made: sa.engine.Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return made


def p(name: str, kind: Any = sa.BigInteger) -> sa.BindParameter[Any]:
    """A named parameter of a statement."""
    return sa.bindparam(name, type_=kind() if isinstance(kind, type) else kind)


def text_p(name: str) -> sa.BindParameter[Any]:
    """A named text parameter."""
    return sa.bindparam(name, type_=sa.Text())


class InList(sa.ColumnElement[Any]):
    """`column in (list parameter)`: json_each on SQLite, = ANY on PostgreSQL: one compiled text for any length.

    Typed as nothing on purpose: a Boolean here makes SQLAlchemy append `= 1` on SQLite, which loses the index.
    """

    inherit_cache = True
    type = sa.types.NullType()

    def __init__(self, column: Any, name: str, *, text: bool = False) -> None:
        self.column = column
        self.name = name
        self.text = text


@compiles(InList, "sqlite")
def _in_list_sqlite(element: InList, compiler: SQLCompiler, **kw: Any) -> str:
    left = compiler.process(element.column, **kw)
    bound = compiler.process(sa.bindparam(element.name, type_=sa.Text()), **kw)
    return f"{left} IN (SELECT value FROM json_each({bound}))"  # noqa: S608 - names of ours only


@compiles(InList, "postgresql")
def _in_list_postgresql(element: InList, compiler: SQLCompiler, **kw: Any) -> str:
    left = compiler.process(element.column, **kw)
    kind = sa.Text() if element.text else sa.BigInteger()
    bound = compiler.process(sa.bindparam(element.name, type_=sa.ARRAY(kind)), **kw)
    return f"{left} = ANY({bound})"


def in_list(column: Any, name: str, *, text: bool = False) -> Any:
    """True where *column* is among the values of the list parameter *name*."""
    return InList(column, name, text=text)


class Begins(sa.ColumnElement[Any]):
    """`column begins with the text parameter`, in the form for which each dialect has an index (schema: by_prefix)."""

    inherit_cache = True
    type = sa.types.NullType()

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.name = name


@compiles(Begins, "sqlite")
def _begins_sqlite(element: Begins, compiler: SQLCompiler, **kw: Any) -> str:
    left = compiler.process(element.column, **kw)
    bound = compiler.process(text_p(element.name), **kw)
    return f"({left} >= {bound} AND {left} < {bound} || char(1114111))"


@compiles(Begins, "postgresql")
def _begins_postgresql(element: Begins, compiler: SQLCompiler, **kw: Any) -> str:
    left = compiler.process(element.column, **kw)
    bound = compiler.process(text_p(element.name + "_like"), **kw)
    return f"{left} LIKE {bound}"


def begins(column: Any, name: str) -> Any:
    """True where the text in *column* begins with the parameter *name*, whose values `beginning` makes."""
    return Begins(column, name)


def beginning(name: str, text: str) -> dict[str, str]:
    """The parameters of `begins`: for one dialect the text, for the other a pattern."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {name: text, f"{name}_like": f"{pattern}%"}


class Match(sa.ColumnElement[Any]):
    """Full-text match of the post in *column* (its id) against the parameter "match", in the dialect's query form."""

    inherit_cache = True
    type = sa.types.NullType()

    def __init__(self, column: Any) -> None:
        self.column = column


@compiles(Match, "sqlite")
def _match_sqlite(element: Match, compiler: SQLCompiler, **kw: Any) -> str:
    bound = compiler.process(sa.bindparam("match", type_=sa.Text()), **kw)
    left = compiler.process(element.column, **kw)
    return f"{left} IN (SELECT rowid FROM post_search WHERE post_search MATCH {bound})"  # noqa: S608 - names of ours only


@compiles(Match, "postgresql")
def _match_postgresql(element: Match, compiler: SQLCompiler, **kw: Any) -> str:
    bound = compiler.process(sa.bindparam("match", type_=sa.Text()), **kw)
    left = compiler.process(element.column, **kw)
    return f"{left} IN (SELECT post_id FROM bodies WHERE search @@ to_tsquery('simple', {bound}))"  # noqa: S608 - names of ours only


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    raise TypeError(f"no literal for {value!r}")


class Query:
    """A statement compiled once per dialect.

    Constants inside it become literals (LIMIT above all: as a parameter it makes PostgreSQL plan each time). Parameters
    keep their names; `lists` are those that take a list.
    """

    __slots__ = ("_compiled", "_statement", "lists")

    def __init__(self, statement: ClauseElement | Callable[[], ClauseElement]) -> None:
        """*statement*, or what makes it: the large ones are made at their first use, not when the server starts."""
        self._statement = statement
        self._compiled: dict[str, str] = {}
        self.lists: tuple[str, ...] = ()

    def sql(self, dialect: str) -> str:
        """The text for "sqlite" or "postgresql"."""
        text = self._compiled.get(dialect)
        return text if text is not None else self._compile(dialect)

    def _compile(self, dialect: str) -> str:
        statement = self._statement if isinstance(self._statement, ClauseElement) else self._statement()
        compiled = statement.compile(dialect=dialect_of(dialect))
        assert isinstance(compiled, SQLCompiler)
        text = str(compiled)
        for name, bind in compiled.binds.items():
            if bind.required:
                continue
            value = _literal(bind.value)
            if dialect == "sqlite":
                value = value.replace("%%", "%")
                text = re.sub(rf":{re.escape(name)}\b", value.replace("\\", r"\\"), text)
            else:
                text = re.sub(rf"%\({re.escape(name)}\)s(::\w+)?", value.replace("\\", r"\\"), text)
        pattern = r"json_each\(:(\w+)\)" if dialect == "sqlite" else r"= ANY\(%\((\w+)\)s"
        self.lists = tuple(dict.fromkeys(re.findall(pattern, text)))
        self._compiled[dialect] = text
        return text


def insert_sql(dialect: str, table: str, columns: tuple[str, ...], conflict: str = "") -> str:
    """INSERT of the named columns; *conflict* is the text after the values, such as ON CONFLICT DO NOTHING."""
    names = ", ".join(columns)
    marks = ", ".join(f":{c}" if dialect == "sqlite" else f"%({c})s" for c in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}".rstrip()  # noqa: S608 - names of ours only


def insert_rows_sql(dialect: str, table: str, columns: tuple[str, ...], rows: int, conflict: str = "") -> str:
    """The same for so many rows at once, whose values follow one another in order."""
    names = ", ".join(columns)
    row = f"({', '.join(['?' if dialect == 'sqlite' else '%s'] * len(columns))})"
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * rows)} {conflict}".rstrip()  # noqa: S608 - names of ours only


def update_sql(dialect: str, table: str, columns: tuple[str, ...], keys: tuple[str, ...]) -> str:
    """UPDATE of the named columns where all *keys* are equal to their parameters."""

    def mark(c: str) -> str:
        return f":{c}" if dialect == "sqlite" else f"%({c})s"

    sets = ", ".join(f"{c} = {mark(c)}" for c in columns)
    where = " AND ".join(f"{k} = {mark(k)}" for k in keys)
    return f"UPDATE {table} SET {sets} WHERE {where}"  # noqa: S608 - names of ours only
