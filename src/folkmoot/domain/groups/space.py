"""The bytes that a group's files take, those of its folders and those beside its posts, kept as one sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain.errors import Conflict
from folkmoot.store.schema.sections import group_space
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

QUOTA: Final = 10 * 1024**3
"""Bytes of files that a group may have, where its settings name no other "files_quota"."""
MAX_ENTRIES: Final = 100_000
"""So many files, folders and links the folders of a group hold at most."""

_USED = Query(sa.select(group_space.c.used).where(group_space.c.group_id == p("group_id")))
_TAKE = Query(
    sa.update(group_space)
    .where(
        group_space.c.group_id == p("group_id"),
        group_space.c.used + p("size") <= p("quota"),
        group_space.c.files_n + p("n") <= MAX_ENTRIES,
    )
    .values(used=group_space.c.used + p("size"), files_n=group_space.c.files_n + p("n"))
)
_ADD = Query(
    sa.update(group_space)
    .where(group_space.c.group_id == p("group_id"))
    .values(used=group_space.c.used + p("size"), files_n=group_space.c.files_n + p("n"))
)


def quota(settings: Mapping[str, Any]) -> int:
    """Bytes of files that the group with these settings may have."""
    told = settings.get("files_quota", QUOTA)
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else QUOTA


def used(tx: Tx, group_id: int) -> int:
    """How many bytes the group's files take."""
    return int(tx.value(_USED, group_id=group_id) or 0)


def fits(tx: Tx, group_id: int, settings: Mapping[str, Any], size: int) -> bool:
    """Whether there is room for *size* bytes more; who asks while somebody takes room waits until that is done."""
    tx.alone("group space", group_id)
    return used(tx, group_id) + size <= quota(settings)


def take(tx: Tx, group_id: int, settings: Mapping[str, Any], size: int) -> None:
    """Take room for one more entry of the group's folders. Raises Conflict("no_space")."""
    tx.alone("group space", group_id)
    _begin(tx, group_id)
    if not tx.run(_TAKE, group_id=group_id, size=size, n=1, quota=quota(settings)):
        raise Conflict("the group has no space left", code="no_space")


def count(tx: Tx, group_id: int, size: int, entries: int = 0) -> None:
    """Note that the group's files take *size* bytes more, or less (negative), whatever it may have; *entries* of its
    folders."""
    if size or entries:
        _begin(tx, group_id)
        tx.run(_ADD, group_id=group_id, size=size, n=entries)


def _begin(tx: Tx, group_id: int) -> None:
    tx.insert_new(group_space, group_id=group_id, used=0, files_n=0)
