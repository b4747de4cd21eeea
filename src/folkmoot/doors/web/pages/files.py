"""Pictures and files that people sent, under the rule of sight, and the few files that belong to the pages."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.media import media
from folkmoot.doors.frame import FileAnswer, Response, redirect
from folkmoot.doors.frame.at import At
from folkmoot.doors.web.door import door
from folkmoot.doors.web.templating import STATIC, VERSION
from folkmoot.kit.media.picturebytes import mime_of

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_TYPES = {".css": "text/css; charset=utf-8", ".png": "image/png"}
_PUBLIC = b"public, max-age=31536000, immutable"
_SIGNED = b"private, max-age=31536000, immutable"
_OWN = b"private, no-store"
ROBOTS = "User-agent: *\nDisallow: /oauth/\nDisallow: /settings\nDisallow: /search\nDisallow: /compose\n"


_SIZES = re.compile(r":(?:thumb|small|medium|large|orig)$")
"""What clients of Twitter 1.x hang on the address of a picture, whatever stands in it; there is the one size."""


class Asked(msgspec.Struct, kw_only=True):
    """A blob's key and the signature of an address that was given out by us."""

    key: str
    s: str = ""

    def __post_init__(self) -> None:
        self.key, self.s = _SIZES.sub("", self.key), _SIZES.sub("", self.s)


def _served(at: At, tx: Tx, ask: Asked) -> tuple[media.Served, bytes]:
    """(what the blob is, how it may be cached). Raises NotFound."""
    if ask.s and at.house.links.is_signed(ask.key, ask.s):
        return media.blob_of(tx, ask.key), _SIGNED
    try:
        return media.see_blob(tx, Viewer.anonymous(), ask.key), _PUBLIC
    except NotFound:
        return media.see_blob(tx, at.viewer, ask.key), _OWN


@door.raw("GET", "/media/{key}", ask=Asked)
def blob(at: At, ask: Asked) -> FileAnswer:
    """A picture or file that the viewer may see, or whose address carries our signature."""
    served, caching = _served(
        at, at.tx, ask
    )  # a key is the hash of the bytes: what it leads to never changes
    path = at.house.blobs.path(ask.key)
    if path is None:
        raise NotFound(what="media")
    return FileAnswer(
        path,
        content_type=_head(path) or served.mime if served.is_preview else served.mime,
        filename="" if served.kind == "image" else served.name,
        etag=ask.key,
        headers=[(b"cache-control", caching), (b"access-control-allow-origin", b"*")],
    )


def _head(path: Path) -> str:
    """A preview has its own type, which its first bytes tell."""
    with path.open("rb") as file:
        return mime_of(file.read(32))


class _Static:
    """A file of the package: its bytes, type and tag."""

    def __init__(self, file: Path) -> None:
        self.body = file.read_bytes()
        self.type = _TYPES[file.suffix]
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


_FILES = {file.name: _Static(file) for file in STATIC.iterdir() if file.suffix in _TYPES}


class Version(msgspec.Struct, kw_only=True):
    """A file's name, and the version that its address was made for."""

    name: str
    v: str = ""


@door.raw("GET", "/static/{name}", ask=Version, auth="none", tx="none")
def static(at: At, ask: Version) -> Response:
    """A style sheet or picture of ours; an address with the version in it may be kept for ever."""
    file = _FILES.get(ask.name)
    if file is None:
        raise NotFound(what="file")
    forever = ask.v == VERSION
    headers = [
        (b"etag", file.etag.encode()),
        (b"cache-control", b"public, max-age=31536000, immutable" if forever else b"public, max-age=86400"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"vary", b"Accept-Encoding"),
    ]
    if at.http.header("if-none-match") == file.etag:
        return Response(304, b"", headers)
    return Response(200, file.body, headers, file.type)


@door.raw("GET", "/favicon.ico", auth="none", tx="none")
def icon(at: At) -> Response:
    """Where browsers look for an icon."""
    return redirect("/static/icon.png", 301)


@door.raw("GET", "/robots.txt", auth="none", tx="none")
def robots(at: At) -> Response:
    """What crawlers need not look at."""
    return Response.text(ROBOTS)
