"""Going on in a list that is sorted by any column: the rows beyond (value, id), in either direction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from folkmoot.store.sql import p

Keys = list[int | str] | None
"""[value of the column, id] of the last row that was shown; None is the beginning."""


def after_key(column: Any, id_column: Any, ascending: bool) -> Any:
    """True beyond the parameters after_value and after_id; for all rows where the parameter whole is 1."""
    value, id_ = sa.bindparam("after_value", type_=column.type), p("after_id")
    further = (column > value) if ascending else (column < value)
    same = (id_column > id_) if ascending else (id_column < id_)
    return sa.or_(p("whole") == 1, further, sa.and_(column == value, same))


def order_by(column: Any, id_column: Any, ascending: bool) -> tuple[Any, Any]:
    """The order that after_key goes along."""
    return (column.asc(), id_column.asc()) if ascending else (column.desc(), id_column.desc())


def after_values(after: Keys, empty: int | str) -> dict[str, Any]:
    """The parameters of after_key; *empty* is a value of the column's kind."""
    if after is None:
        return {"whole": 1, "after_value": empty, "after_id": 0}
    return {"whole": 0, "after_value": after[0], "after_id": after[1]}
