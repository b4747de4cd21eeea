"""Column kinds that read the same on SQLite and PostgreSQL and need no conversion."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()
Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key(name: str = "id") -> sa.Column[Any]:
    """The primary key, made by Ids."""
    return sa.Column(name, Big, primary_key=True, autoincrement=False)


def ref(name: str, *, nullable: bool = False, primary_key: bool = False) -> sa.Column[Any]:
    """The id of a row elsewhere."""
    return sa.Column(name, Big, nullable=nullable, primary_key=primary_key, autoincrement=False)


def number(name: str, default: int = 0) -> sa.Column[Any]:
    """A whole number, a count, a time in ms or an enumeration."""
    return sa.Column(name, Big, nullable=False, server_default=str(default))


def moment(name: str) -> sa.Column[Any]:
    """A time in milliseconds since 1970, null where it has not come."""
    return sa.Column(name, Big, nullable=True)


def flag(name: str, default: int = 0) -> sa.Column[Any]:
    """0 or 1."""
    return sa.Column(name, sa.SmallInteger, nullable=False, server_default=str(default))


def text(name: str, default: str = "") -> sa.Column[Any]:
    """Text, never null."""
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def only(where: str) -> dict[str, Any]:
    """Options of a partial index. They wait in its `info`, as SQLAlchemy would load both dialects to take them in, and
    only `before_ddl` asks for them."""
    return {"info": {"where": where}}


def before_ddl() -> None:
    """Give the indexes of the metadata the options that wait in their `info`: for whoever makes tables of it."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if "where" in index.info:
            condition = sa.text(index.info["where"])
            index.dialect_options["sqlite"]["where"] = condition
            index.dialect_options["postgresql"]["where"] = condition
        if "ops" in index.info:
            index.dialect_options["postgresql"]["ops"] = index.info["ops"]


def by_prefix(column: str) -> dict[str, Any]:
    """Options of an index by which PostgreSQL finds the beginning of a text, whatever its collation."""
    return {"info": {"ops": {column: "text_pattern_ops"}}}
