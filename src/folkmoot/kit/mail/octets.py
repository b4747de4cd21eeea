"""The octets of a mail, in memory or where they stand in a file, read in the same way."""

from __future__ import annotations

import mmap


class Mapped(mmap.mmap):
    """A file's octets where the system holds them: only what is looked at takes memory, and that can be given back.

    The file must not become shorter while it is mapped. Raises OSError; ValueError where the file is empty.
    """

    def __new__(cls, fileno: int) -> Mapped:
        return super().__new__(cls, fileno, 0, access=mmap.ACCESS_READ)

    def __contains__(self, piece: object) -> bool:
        return isinstance(piece, bytes) and self.find(piece, 0) >= 0

    def startswith(self, piece: bytes, at: int = 0) -> bool:
        """As that of bytes."""
        return self[at : at + len(piece)] == piece

    def give_back(self) -> None:
        """Leave the memory to others; whoever looks again gets the same octets."""
        self.madvise(mmap.MADV_DONTNEED)


Octets = bytes | Mapped
