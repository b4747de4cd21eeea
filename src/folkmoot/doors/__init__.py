"""The ways in and out: each door translates its own words to the domain and back; DOORS is the one list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from folkmoot.doors.frame.door import Door
from folkmoot.doors.frame.house import House
from folkmoot.store.tx import JournalRow

NAMES = ("oauth", "mastodon", "friendica", "groupsio", "mail", "web")
"""Folders of doors, in the order in which they are mounted; each has a module-level `door`."""

Handler = Callable[[House, Sequence[JournalRow]], Awaitable[None]]
Chore = Callable[[House], Awaitable[int]]


@dataclass(frozen=True)
class Part:
    """What a door brings to the house besides its routes.

    `attach(house)` follows the journal live in a process that serves; `detach(house)` ends what would otherwise stay
    open for ever (streams) when that process is told to stop; `handlers` are the door's part in the worker's events by
    kind; `chores` are looked after by the worker again and again, with the kind of event at which each looks at once.
    """

    door: Door
    attach: Sequence[Callable[[House], None]] = ()
    detach: Sequence[Callable[[House], None]] = ()
    handlers: dict[str, Handler] = field(default_factory=dict)
    chores: Mapping[Chore, str] = field(default_factory=dict)


def load() -> tuple[Part, ...]:
    """All doors. A door's package may define ATTACH, DETACH, HANDLERS and CHORES beside `door`."""
    parts = []
    for name in NAMES:
        module = import_module(f"folkmoot.doors.{name}")
        parts.append(
            Part(
                door=module.door,
                attach=getattr(module, "ATTACH", ()),
                detach=getattr(module, "DETACH", ()),
                handlers=getattr(module, "HANDLERS", {}),
                chores=getattr(module, "CHORES", {}),
            )
        )
    return tuple(parts)
