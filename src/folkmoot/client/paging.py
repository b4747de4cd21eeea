"""Pages of Friendica and Groups.io as one iterator, whichever way a listing goes on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

LISTS = ("data", "statuses", "users", "lists", "ids", "events")


def each(call: Callable[..., Any], parts: tuple[Any, ...], parameters: dict[str, Any]) -> Iterator[Any]:
    """All items that *call* lists. Ends where the server says so, or sends a page without anything new."""
    known = inspect.signature(call).parameters
    for way, step in WAYS.items():
        if way in known:
            yield from step(call, parts, parameters)
            return
    yield from _items(call(*parts, **parameters))


def _items(page: Any) -> list[Any]:
    if isinstance(page, list):
        return page
    for name in LISTS:
        found = _part(page, name)
        if isinstance(found, list):
            return found
    raise TypeError(f"{type(page).__name__} is no list")


def _part(page: Any, name: str) -> Any:
    return page.get(name) if isinstance(page, dict) else getattr(page, name, None)


def _by_token(call: Callable[..., Any], parts: tuple[Any, ...], parameters: dict[str, Any]) -> Iterator[Any]:
    parameters = {"limit": 100, **parameters}
    seen: set[int] = set()
    while True:
        page = call(*parts, **parameters)
        yield from _items(page)
        token = page.next_page_token
        if not token or not page.has_more or token in seen:
            return
        seen.add(token)
        parameters["page_token"] = token


def _by_cursor(call: Callable[..., Any], parts: tuple[Any, ...], parameters: dict[str, Any]) -> Iterator[Any]:
    """-1 is the first page; some calls answer without pages where no cursor is named."""
    if isinstance(inspect.signature(call).parameters["cursor"].default, int | None):
        parameters = {"cursor": -1, **parameters}
    seen: set[Any] = set()
    while True:
        page = call(*parts, **parameters)
        yield from _items(page)
        cursor = _part(page, "next_cursor")
        if not isinstance(cursor, int | str) or cursor in (0, "", "0") or cursor in seen:
            return
        seen.add(cursor)
        parameters = {**parameters, "cursor": cursor}


def _by_max_id(call: Callable[..., Any], parts: tuple[Any, ...], parameters: dict[str, Any]) -> Iterator[Any]:
    """The next page starts below the least id of this one: max_id takes in the post that it names."""
    least = 0
    while True:
        items = [one for one in _items(call(*parts, **parameters)) if not least or int(one.id) < least]
        if not items:
            return
        yield from items
        least = min(int(one.id) for one in items)
        parameters = {**parameters, "max_id": least - 1}


def _by_page(call: Callable[..., Any], parts: tuple[Any, ...], parameters: dict[str, Any]) -> Iterator[Any]:
    number = int(parameters.get("page", 1))
    last: list[Any] = []
    while True:
        items = _items(call(*parts, **{**parameters, "page": number}))
        if not items or items == last:
            return
        yield from items
        last, number = items, number + 1


def _by_offset(call: Callable[..., Any], parts: tuple[Any, ...], parameters: dict[str, Any]) -> Iterator[Any]:
    offset = int(parameters.get("offset", 0))
    while items := _items(call(*parts, **{**parameters, "offset": offset})):
        yield from items
        offset += len(items)


WAYS = {
    "page_token": _by_token,
    "cursor": _by_cursor,
    "max_id": _by_max_id,
    "offset": _by_offset,
    "page": _by_page,
}
