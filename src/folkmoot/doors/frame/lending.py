"""How one door shows posts and people, lent to another that answers in its words: doors never import each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.house import House

_KEPT = "lent"


class Showing(msgspec.Struct, frozen=True):
    """JSON as one door writes it, for the caller of another."""

    post: Callable[[At, int], bytes]
    """One post. Raises NotFound."""
    people: Callable[[At, list[int]], bytes]
    """A list of accounts in the order of their ids."""


def lend(house: House, door: str, showing: Showing) -> None:
    """From now on others may show as *door* does."""
    house.kept.setdefault(_KEPT, {})[door] = showing


def borrowed(house: House, door: str) -> Showing | None:
    """How *door* shows things, None where it is not open."""
    lent: dict[str, Any] = house.kept.get(_KEPT, {})
    found: Showing | None = lent.get(door)
    return found
