"""Bytes that come in with a call: what a refused write leaves of them is swept away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from folkmoot.domain.errors import Refusal
from folkmoot.domain.media import litter
from folkmoot.doors.frame.at import At
from folkmoot.store.blobs import Keeper


class Incoming:
    """Keeps bytes as the house does, and remembers under which keys."""

    def __init__(self, blobs: Keeper) -> None:
        self._blobs = blobs
        self.keys: list[str] = []

    def put(self, data: bytes) -> str:
        """As Blobs.put."""
        key = self._blobs.put(data)
        self.keys.append(key)
        return key


@asynccontextmanager
async def sweeping(at: At) -> AsyncIterator[Incoming]:
    """Where to keep bytes within: when anything is refused there, nothing refers to them, and they are swept away."""
    incoming = Incoming(at.house.blobs)
    try:
        yield incoming
    except Refusal:
        if incoming.keys:
            await at.write(lambda tx: litter.drop(tx, *incoming.keys))
        raise
