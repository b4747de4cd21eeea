"""How far a person has read: one mark per named timeline."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.store.schema.accounts import markers
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

TIMELINES = frozenset({"home", "notices"})

_SOME = Query(
    sa.select(markers.c.timeline, markers.c.last_read_id, markers.c.version, markers.c.updated_at).where(
        markers.c.account_id == p("me"), in_list(markers.c.timeline, "names", text=True)
    )
)
_ONE = Query(
    sa.select(markers.c.last_read_id).where(
        markers.c.account_id == p("me"), markers.c.timeline == text_p("name")
    )
)


class Marker(msgspec.Struct, frozen=True):
    """The last read id of a timeline; `version` counts how often it was set, `updated_at` is in ms."""

    timeline: str
    last_read_id: int
    version: int
    updated_at: int


def get(tx: Tx, viewer: Viewer, names: list[str]) -> dict[str, Marker]:
    """The viewer's marks of these timelines; those never set are left out."""
    rows = tx.all(_SOME, me=viewer.required(), names=[n for n in names if n in TIMELINES])
    return {row[0]: Marker(*row) for row in rows}


def last_read(tx: Tx, viewer: Viewer, name: str) -> int:
    """The last read id, 0 where none was set."""
    return int(tx.value(_ONE, me=viewer.required(), name=name) or 0)


def put(tx: Tx, viewer: Viewer, wanted: dict[str, int]) -> dict[str, Marker]:
    """Set marks, and say how they stand now. Raises Invalid("timeline", "unknown")."""
    for name, last_read_id in wanted.items():
        if name not in TIMELINES:
            raise Invalid("timeline", "unknown")
        tx.insert(
            markers,
            "ON CONFLICT (account_id, timeline) DO UPDATE SET last_read_id = excluded.last_read_id, "
            "version = markers.version + 1, updated_at = excluded.updated_at",
            account_id=viewer.required(),
            timeline=name,
            last_read_id=last_read_id,
            version=1,
            updated_at=tx.now,
        )
    return get(tx, viewer, list(wanted))
