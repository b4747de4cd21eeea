"""Large pieces of memory go back to the system as soon as nobody needs them (glibc)."""

from __future__ import annotations

import ctypes
from typing import Final

LARGE: Final = 1 << 20
_MMAP_THRESHOLD: Final = -3
"""M_MMAP_THRESHOLD of mallopt(3)."""


def give_back_large() -> None:
    """Let pieces of 1 MB and more be mapped each for itself. By itself glibc raises that limit to the largest piece
    that was ever given back, up to 32 MB, and what comes in between then keeps the room of files and mails that are
    gone. Does nothing where there is another C library."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGE)
