"""What a file is: by its bytes where they tell, else by its name, else by what its sender says."""

from __future__ import annotations

import mimetypes
import re
from typing import Final

from folkmoot.kit.media.picturebytes import mime_of

_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}")


def type_of(data: bytes, claimed: str, name: str) -> str:
    """The media type of a file; bytes of a picture are one, whatever they are called."""
    shown = mime_of(data[:32]) or ("image/bmp" if _is_bitmap(data) else "")
    if shown:
        return shown
    guessed = mimetypes.guess_type(name)[0] or claimed.split(";")[0].strip().lower()
    return guessed if _TYPE.fullmatch(guessed) else "application/octet-stream"


def _is_bitmap(data: bytes) -> bool:
    """Whether it is a Windows bitmap: two letters with which words begin too, then its own length and four zeros."""
    return data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data) and data[6:10] == bytes(4)
