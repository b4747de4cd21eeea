"""A body as the pieces that it is joined of when it is sent, most of them kept in a ByteCache and shared by many."""

from __future__ import annotations

from collections.abc import Sequence


class Pieces:
    """What an answer says, in order. Nothing is joined before it is sent, so that an answer that is kept (Standing)
    costs its list and what is its own, not once more what all readers share.

    `own` counts the bytes that nobody else keeps, and those of the list.
    """

    __slots__ = ("own", "parts")

    def __init__(self, parts: list[bytes], own: int = 0) -> None:
        self.parts = parts
        self.own = own + 8 * len(parts)

    @classmethod
    def array(cls, items: Sequence[bytes], own: int = 0) -> Pieces:
        """A JSON array of what is encoded already; *own* as above, of the items alone."""
        if not items:
            return cls([b"[]"])
        parts = [b","] * (2 * len(items) + 1)
        parts[0], parts[1::2], parts[-1] = b"[", items, b"]"
        return cls(parts, own)

    @classmethod
    def of(cls, *some: bytes | Pieces) -> Pieces:
        """One after the other."""
        parts: list[bytes] = []
        own = 0
        for each in some:
            if isinstance(each, Pieces):
                parts += each.parts
                own += each.own - 8 * len(each.parts)
            else:
                parts.append(each)
                own += len(each)
        return cls(parts, own)

    def joined(self) -> bytes:
        return b"".join(self.parts)
