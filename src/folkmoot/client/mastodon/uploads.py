"""Files for uploads: from paths, bytes and open files, with a name and a type."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

from folkmoot.client.mastodon.errors import (
    MastodonFileNotFoundError,
    MastodonIllegalArgumentError,
    MastodonIOError,
)
from folkmoot.client.mastodon.params import PathOrFile

#: The first bytes of files whose names say nothing, by type: (offset, bytes).
MAGIC = (
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/gif", 0, b"GIF8"),
    ("image/webp", 8, b"WEBP"),
    ("image/avif", 4, b"ftypavif"),
    ("image/heic", 4, b"ftypheic"),
    ("video/mp4", 4, b"ftyp"),
    ("video/webm", 0, b"\x1aE\xdf\xa3"),
    ("audio/ogg", 0, b"OggS"),
    ("audio/flac", 0, b"fLaC"),
    ("audio/mpeg", 0, b"ID3"),
    ("audio/wav", 8, b"WAVE"),
)
Loaded = tuple[str, Any, str]


def load(media: PathOrFile, mime_type: str | None = None, file_name: str | None = None) -> Loaded:
    """(name, bytes or open file, type) of a path, of bytes, or of a file open for reading bytes.

    The type is told by *mime_type*; that of a path by its first bytes or its name. Without any:
    MastodonIllegalArgumentError. A path that can't be read: MastodonFileNotFoundError, MastodonIOError.
    """
    import mimetypes
    import secrets

    if isinstance(media, str | PurePath):
        path = Path(media)
        try:
            data = path.read_bytes()
        except OSError as error:
            kind = MastodonFileNotFoundError if isinstance(error, FileNotFoundError) else MastodonIOError
            raise kind(f"Could not load media file {str(path)!r}: {error}") from error
        mime_type = sniff(data) or mimetypes.guess_type(path.name)[0] or mime_type
        media = data
    if mime_type is None:
        raise MastodonIllegalArgumentError(
            "The mime type is not known; data that is passed directly needs one."
        )
    if file_name is None:
        file_name = f"upload-{secrets.token_hex(16)}{mimetypes.guess_extension(mime_type) or ''}"
    return file_name, media, mime_type


def sniff(data: bytes) -> str | None:
    """The type that the first bytes tell, or None."""
    for kind, offset, mark in MAGIC:
        if data.startswith(mark, offset):
            return kind
    return None


def read_all(loaded: Loaded) -> bytes:
    """The bytes of what `load` gave."""
    data: bytes = loaded[1] if isinstance(loaded[1], bytes) else loaded[1].read()
    return data


def pictures(avatar: tuple[Any, str | None], header: tuple[Any, str | None]) -> dict[str, Loaded]:
    """The files of a profile, each given as (file, type), those that are not None."""
    files = {}
    for name, (file, kind) in (("avatar", avatar), ("header", header)):
        if file is not None:
            files[name] = load(file, kind)
    return files


def profile_fields(fields: Sequence[tuple[str, str]] | None) -> dict[str, str]:
    """Rows of a profile, (name, value) each, in the form of a form."""
    rows = {}
    for place, (name, value) in enumerate(fields or ()):
        rows[f"fields_attributes[{place}][name]"] = name
        rows[f"fields_attributes[{place}][value]"] = value
    return rows
