"""Done again and again: erasing accounts whose time is over, and counting finished days."""

from __future__ import annotations

from functools import partial
from typing import Final

from folkmoot.domain.people import sightings
from folkmoot.domain.staff import barriers, erasure, tallies
from folkmoot.doors.frame.house import House
from folkmoot.store.tx import Tx

HOUR_MS: Final = 3_600_000
_NAME: Final = "tallies counted at"


async def erase_due(house: House) -> int:
    """Erase one account whose time is over, in small transactions that let others through; how many."""
    account_id = await house.store.aread(erasure.due)
    if account_id is None:
        return 0
    below: int | None = erasure.TOP
    while below is not None:
        below = await house.store.awrite(partial(_remove_posts, account_id, below))
    while await house.store.awrite(partial(_undo_reactions, account_id)):
        pass
    while await house.store.awrite(partial(_cut_bonds, account_id)):
        pass
    await house.store.awrite(partial(_finish, account_id))
    return 1


def _remove_posts(account_id: int, below: int, tx: Tx) -> int | None:
    return erasure.remove_posts(tx, account_id, below)


def _undo_reactions(account_id: int, tx: Tx) -> int:
    return erasure.undo_reactions(tx, account_id)


def _cut_bonds(account_id: int, tx: Tx) -> int:
    return erasure.cut_bonds(tx, account_id)


def _finish(account_id: int, tx: Tx) -> None:
    erasure.finish(tx, account_id)


async def count_days(house: House) -> int:
    """Once an hour: count what happened on days that are over, and forget what no figure shows any more."""
    if house.kept.get(_NAME, 0) > house.clock():
        return 0
    if await house.store.awrite(tallies.count_days):
        return 1
    await house.store.awrite(_tidy)
    house.kept[_NAME] = house.clock() + HOUR_MS
    return 1


def _tidy(tx: Tx) -> None:
    tallies.measure_stored(tx)
    sightings.forget_old(tx)
    barriers.forget_old(tx)
