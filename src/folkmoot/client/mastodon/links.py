"""Pages: what a Link header (RFC 8288) says of the neighbours of a page, and what is needed to ask for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from folkmoot.client.mastodon.results import AttribAccessDict, PaginatableList, PaginationInfo

_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[^=;,\s]+\s*=\s*(?:"[^"]*"|[^;,\s]*))*)')
_REL = re.compile(r'rel\s*=\s*"?([^";,]*)"?')
OFFSET = "_pagination_offset"
PREVIOUS_OFFSET = "_pagination_offset_previous"
#: What a saved page carries beside the call's own parameters.
INTERNAL = (OFFSET, PREVIOUS_OFFSET, "_pagination_offset_field", "_pagination_lang", "_mastopy_type")


class Asked:
    """The call whose answer is paged: what was asked, as a *kind*; *by_offset*: pages are counted in entries."""

    __slots__ = (
        "by_offset",
        "endpoint",
        "kind",
        "lang",
        "method",
        "offset_field",
        "offset_previous",
        "params",
    )

    def __init__(
        self,
        method: str,
        endpoint: str,
        params: dict[str, Any],
        kind: Any,
        lang: str | None = None,
        by_offset: bool = False,
        offset_field: str | None = None,
        offset_previous: int | None = None,
    ) -> None:
        self.method = method
        self.endpoint = endpoint
        self.params = params
        self.kind = kind
        self.lang = lang
        self.by_offset = by_offset
        self.offset_field = offset_field
        self.offset_previous = offset_previous

    def info(self, **changes: Any) -> PaginationInfo:
        """How to ask again, with other parameters; None takes one away."""
        own = {
            "_pagination_method": self.method,
            "_pagination_endpoint": self.endpoint,
            "_mastopy_type": self.kind,
        }
        if self.by_offset:
            own |= {
                OFFSET: True,
                "_pagination_offset_field": self.offset_field,
                "_pagination_lang": self.lang,
            }
        merged = self.params | own | changes
        return PaginationInfo((key, value) for key, value in merged.items() if value is not None)


def links(header: str) -> dict[str, str]:
    """rel → address."""
    found = {}
    for address, attributes in _LINK.findall(header):
        rel = _REL.search(attributes)
        if rel:
            found[rel.group(1).strip()] = address
    return found


def _cursor(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def attach_pages(result: Any, headers: Mapping[str, str], asked: Asked) -> None:
    """Give *result* its `_pagination_next` and `_pagination_prev`, as far as the answer tells them.

    The first and the last entry of a list get them too: scripts of Mastodon.py's first versions pass those on.
    """
    header = headers["Link"] if "Link" in headers else ""  # noqa: SIM401 - stand-ins of tests know `in` only
    if header:
        for rel, address in links(header).items():
            info = _by_link(rel, parse_qs(urlsplit(address).query), asked)
            if info is not None:
                setattr(result, f"_pagination_{rel}", info)
    elif asked.by_offset:
        _count_on(result, asked)
    if isinstance(result, PaginatableList) and result:
        for name, edge in (("_pagination_prev", result[0]), ("_pagination_next", result[-1])):
            if isinstance(edge, AttribAccessDict) and getattr(result, name) is not None:
                setattr(edge, name, getattr(result, name))


def _by_link(rel: str, query: dict[str, list[str]], asked: Asked) -> PaginationInfo | None:
    if rel not in ("next", "prev"):
        return None
    if asked.by_offset and "offset" in query:
        limit = {"limit": int(query["limit"][0])} if "limit" in query else {}
        return asked.info(offset=int(query["offset"][0]), **limit)
    if rel == "next":
        return (
            asked.info(max_id=_cursor(query["max_id"][0]), since_id=None, min_id=None)
            if "max_id" in query
            else None
        )
    for name in ("min_id", "since_id"):
        if name in query:
            return asked.info(max_id=None, **{name: _cursor(query[name][0])})
    return None


def _count_on(result: Any, asked: Asked) -> None:
    """Without a Link header: the next page starts after the entries that came."""
    entries = result if asked.offset_field is None else getattr(result, asked.offset_field, None)
    offset = int(asked.params.get("offset", 0))
    size = len(entries) if isinstance(entries, list) else 0
    if size:
        result._pagination_next = asked.info(offset=offset + size, **{PREVIOUS_OFFSET: offset})
    if offset <= 0:
        return
    previous = asked.offset_previous
    if previous is None and size:
        previous = max(0, offset - size)
    if previous is not None:
        result._pagination_prev = asked.info(offset=previous, limit=offset - previous)


def refresh_of(headers: Mapping[str, str], asked: Asked) -> dict[str, Any] | None:
    """The header Mastodon-Async-Refresh (`id="…", retry=3, result_count=2`) with how to ask again, if there is one."""
    if "Mastodon-Async-Refresh" not in headers:
        return None
    refresh: dict[str, Any] = {}
    for part in headers["Mastodon-Async-Refresh"].split(","):
        name, equals, value = part.strip().partition("=")
        value = value.strip().strip('"')
        if equals:
            number = name.strip() in ("retry", "result_count") and value.isdigit()
            refresh[name.strip()] = int(value) if number else value
    own = {"_method": asked.method, "_endpoint": asked.endpoint, "_params": dict(asked.params)}
    return refresh | own | {"_mastopy_type": asked.kind}
