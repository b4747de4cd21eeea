"""Posts just written as JSON for their authors: after the commit, and those of one commit by one read."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.doors.frame.answers import Later, Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import render

KEPT: Final = "mastodon.fresh"


def status(at: At, post_id: int) -> Later:
    """The answer to who wrote the post."""
    fresh = at.house.kept.get(KEPT) or at.house.kept.setdefault(KEPT, Fresh(at.house))
    return Later(partial(fresh.status, at.viewer, post_id))


class Fresh:
    """What is asked for in one turn of the event loop is made together: a commit answers many writes at once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._asked: dict[int, Viewer] = {}
        self._making: asyncio.Task[dict[int, bytes]] | None = None

    async def status(self, author: Viewer, post_id: int) -> Response:
        """One post. Raises NotFound where it is gone already."""
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        self._asked[post_id] = author
        try:
            found = await asyncio.shield(self._making)
        except Exception:  # noqa: BLE001 - somebody's post is wrong; asked alone, whose it is hears of it
            found = await self._read({post_id: author})
        if post_id not in found:
            raise NotFound(what="post")
        return Response(200, found[post_id])

    async def _make(self) -> dict[int, bytes]:
        """Begins to run when all that the commit has woken have asked."""
        asked, self._asked, self._making = self._asked, {}, None
        return await self._read(asked)

    async def _read(self, asked: dict[int, Viewer]) -> dict[int, bytes]:
        return await self.house.store.aread(lambda tx: render.own(self.house, tx, asked))
