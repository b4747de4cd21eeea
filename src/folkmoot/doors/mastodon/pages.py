"""Pages in this API's words: cursors and limits in, the Link header out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from folkmoot.domain.access import hidden_groups
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import Look
from folkmoot.domain.paging import Page
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.paging import link_header
from folkmoot.doors.frame.pieces import Pieces
from folkmoot.doors.mastodon import render
from folkmoot.wire.codecs import read_id

T = TypeVar("T")
TOP = 1 << 62


def number(text: object) -> int:
    """An id as a number. Raises NotFound for what can't be one."""
    found = read_id(text)
    if found is None:
        raise NotFound(what="id")
    return found


def numbers(texts: Sequence[object]) -> list[int]:
    """Those that can be ids, each once, in order."""
    found = (read_id(text) for text in texts)
    return list(dict.fromkeys(id_ for id_ in found if id_ is not None))


def known(at: At, account_ids: list[int]) -> list[int]:
    """The accounts without groups of which the caller may not know."""
    hidden = hidden_groups(at.tx, at.viewer, account_ids)
    return [id_ for id_ in account_ids if id_ not in hidden] if hidden else account_ids


def account_number(at: At, text: object) -> int:
    """An account's id as a number. Raises NotFound for what can't be one, and for a group that is hidden."""
    id_ = number(text)
    if not known(at, [id_]):
        raise NotFound(what="account")
    return id_


_caps: dict[type[Any], int] = {}


def _cap(ask: type[Any]) -> int:
    found = _caps.get(ask)
    if found is None:
        found = _caps[ask] = _declared_cap(ask)
    return found


def _declared_cap(ask: type[Any]) -> int:
    hint = get_type_hints(ask, include_extras=True).get("limit")
    if get_origin(hint) is Annotated:
        for meta in get_args(hint)[1:]:
            if isinstance(meta, msgspec.Meta) and meta.extra and "cap" in meta.extra:
                return int(meta.extra["cap"])
    return 40


def limit_of(ask: Any) -> int:
    """The asked page size, cut to what the endpoint allows."""
    return min(int(ask.limit), _cap(type(ask)))


def page_of(ask: Any) -> Page:
    """The asked page; cursors that are no ids are ignored."""
    before = None if ask.max_id is None else read_id(ask.max_id)
    after = None if ask.min_id is None else read_id(ask.min_id)
    nearest = after is not None
    if after is None and ask.since_id is not None:
        after = read_id(ask.since_id)
    return Page(limit=limit_of(ask), before=before, after=after, nearest=nearest)


def _links(at: At, newest: int, oldest: int, *, more: bool, prev: str) -> list[tuple[bytes, bytes]]:
    older = {"max_id": oldest} if more else None
    query = at.http.query
    if query and query != b"limit=20":
        return link_header(at.house.settings.base_url, at.http.path, query, older, {prev: newest})
    at_ = f"{at.house.settings.base_url}{at.http.path}?{query.decode()}{'&' if query else ''}"
    next_ = f'<{at_}max_id={oldest}>; rel="next", ' if more else ""
    return [(b"link", f'{next_}<{at_}{prev}={newest}>; rel="prev"'.encode("latin-1", "replace"))]


def statuses(at: At, ids: list[int], page: Page, *, always: bool = True, prev: str = "min_id") -> Response:
    """A page of posts whose cursors are their own ids. *always*: a short page too names the next one (timelines)."""
    return _linked(at, render.status_array(at, ids), ids, always or len(ids) >= page.limit, prev)


def hot(at: At, found: list[Look], full: int = 0) -> Response:
    """As `statuses`, for posts that are looked up already; a page shorter than *full* names no next one."""
    ends = [found[0][0], found[-1][0]] if found else []
    return _linked(at, render.look_array(at, found), ends, len(found) >= full)


def _linked(at: At, body: bytes | Pieces, ids: list[int], more: bool, prev: str = "min_id") -> Response:
    if not ids:
        return Response(200, body)
    return Response(200, body, _links(at, ids[0], ids[-1], more=more, prev=prev))


def rows(
    at: At,
    found: list[tuple[int, T]],
    limit: int,
    show: Callable[[At, list[T]], bytes | Pieces],
    *,
    prev: str,
) -> Response:
    """A page of (cursor, item) whose cursors are those of rows behind the items."""
    body = show(at, [item for _, item in found])
    if not found:
        return Response(200, body)
    return Response(200, body, _links(at, found[0][0], found[-1][0], more=len(found) >= limit, prev=prev))


def bounds(page: Page) -> dict[str, int]:
    """The page as the bounds that lists of rows take."""
    return {"limit": page.limit, "before": page.before if page.before is not None else TOP, "after": page.low}
