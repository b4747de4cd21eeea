"""The octets of one mail as they come in: in memory while they are few, beyond that in a file without a name."""

from __future__ import annotations

import asyncio
import tempfile
from io import FileIO
from pathlib import Path
from typing import Final

from folkmoot.kit.mail.octets import Mapped, Octets

END: Final = b"\r\n.\r\n"
BLOCK: Final = 262_144
"""So many octets are held in memory; more are written to the disk."""


class Incoming:
    """What stands behind DATA up to the one true end, CR LF . CR LF, its dots unstuffed (RFC 5321 4.5.2).

    A bare CR or LF is a letter like others, so that `\\n.\\n` ends nothing (S01).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tail = bytearray(END[:2])  # the line end of the command stands before the first dot
        self._kept = bytearray()
        self._file: FileIO | None = None
        self._wanted = True
        self.octets = -len(END[:2])
        """How many came in, the stuffed dots among them; beyond the end none are counted."""
        self.ended = False

    def feed(self, data: bytes | bytearray) -> bytes:
        """Take what came; what stands behind the end, if it ended, is given back."""
        looked = len(self._tail)
        self._tail += data
        at = self._tail.find(END, max(0, looked - len(END) + 1))
        self.ended = at >= 0
        cut = at + 2 if self.ended else self._cut()
        rest = bytes(self._tail[at + len(END) :]) if self.ended else b""
        piece = self._tail[:cut].replace(b"\r\n.", b"\r\n")
        begun = self.octets < 0
        del self._tail[:cut]
        self.octets += cut
        if self._wanted:
            self._kept += piece[2:] if begun else piece
        return rest

    def _cut(self) -> int:
        """How much is surely before the end; no stuffed dot is parted from its line end."""
        cut = max(0, len(self._tail) - len(END) + 1)
        for before in (2, 1):
            if cut >= before and self._tail.startswith(b"\r\n.", cut - before):
                return cut - before
        return 0 if self.octets < 0 and cut < 2 else cut

    async def relieve(self) -> None:
        """Leave the memory to others where there is much in it. Raises OSError where the disk does not take it."""
        if len(self._kept) > BLOCK:
            kept, self._kept = self._kept, bytearray()
            await asyncio.to_thread(self._write, kept)

    def _write(self, octets: bytearray) -> None:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115 - until forget
        view = memoryview(octets)
        while view:
            view = view[self._file.write(view) :]

    @property
    def is_large(self) -> bool:
        """Whether it is on the disk."""
        return self._file is not None

    def read(self) -> Octets:
        """All of it, once. Raises OSError."""
        if self._file is None:
            return bytes(self._kept)
        if self._kept:
            self._write(self._kept)
            self._kept = bytearray()
        try:
            return Mapped(self._file.fileno())
        finally:
            self.forget()

    def forget(self) -> None:
        """It is not wanted, what still comes of it neither."""
        self._wanted, self._kept = False, bytearray()
        if self._file is not None:
            self._file.close()
            self._file = None
