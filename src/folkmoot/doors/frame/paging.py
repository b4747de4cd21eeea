"""The Link header (RFC 8288) that carries the addresses of the next and the previous page."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

CURSORS = frozenset({"max_id", "min_id", "since_id", "offset", "page", "cursor"})
"""Parameters that say where a page begins: those of the request never reach the links."""

Cursor = Mapping[str, object]


def page_url(base_url: str, path: str, query: bytes, cursor: Cursor) -> str:
    """The address of another page: *query* (raw) without its cursors, plus *cursor*."""
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        pairs = []
    kept = [(name, value) for name, value in pairs if name not in CURSORS and name not in cursor]
    kept += [(name, str(value)) for name, value in cursor.items()]
    return f"{base_url}{quote(path, safe='/:@')}?{urlencode(kept, safe='[]')}"


def link_header(
    base_url: str, path: str, query: bytes, next: Cursor | None, prev: Cursor | None
) -> list[tuple[bytes, bytes]]:
    """The Link header as a list of none or one, to add to an answer's headers.

    *base_url* has no trailing slash; *path* is decoded. An empty page passes None twice and carries no
    header: old clients look for a first and last element whenever it is there.
    """
    links = [
        f'<{page_url(base_url, path, query, cursor)}>; rel="{name}"'
        for name, cursor in (("next", next), ("prev", prev))
        if cursor is not None
    ]
    return [(b"link", ", ".join(links).encode("latin-1"))] if links else []
