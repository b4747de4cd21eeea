"""Pages: the next, the previous, all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, overload

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.links import INTERNAL, OFFSET
from folkmoot.client.mastodon.results import PaginationInfo

P = TypeVar("P")
T = TypeVar("T")
DIRECTIONS = {"next": "_pagination_next", "previous": "_pagination_prev"}


class Paging(Core):
    """Follows the pages of results. A page may be a list, a result that has one inside, or a saved PaginationInfo."""

    @overload
    def fetch_next(self, previous_page: PaginationInfo) -> Any: ...

    @overload
    def fetch_next(self, previous_page: P) -> P | None: ...

    def fetch_next(self, previous_page: Any) -> Any:
        """The page after this one, or None if there is none."""
        return self._page(previous_page, "_pagination_next")

    @overload
    def fetch_previous(self, next_page: PaginationInfo) -> Any: ...

    @overload
    def fetch_previous(self, next_page: P) -> P | None: ...

    def fetch_previous(self, next_page: Any) -> Any:
        """The page before this one (newer entries), or None if the server named none."""
        return self._page(next_page, "_pagination_prev")

    def _page(self, page: Any, name: str) -> Any:
        if hasattr(page, name):
            info = getattr(page, name)
        elif isinstance(page, dict) and name in page:
            info = page[name]
        else:
            info = page
        if info is None:
            return None
        if not isinstance(info, dict) or not {"_pagination_method", "_pagination_endpoint"} <= info.keys():
            raise MastodonIllegalArgumentError("The passed object is not paginatable")
        params = dict(info)
        method, endpoint = params.pop("_pagination_method"), params.pop("_pagination_endpoint")
        own = {key: params.pop(key, None) for key in INTERNAL}
        return self._Mastodon__api_request(
            method,
            endpoint,
            params,
            override_type=own["_mastopy_type"],
            lang_override=own["_pagination_lang"],
            force_pagination=not isinstance(page, list),
            offset_pagination=bool(own[OFFSET]),
            offset_pagination_field=own["_pagination_offset_field"],
            offset_pagination_previous=own["_pagination_offset_previous"],
        )

    def fetch_remaining(self, first_page: Iterable[T]) -> list[T]:
        """This page's entries and those of all pages after it, as one list. May ask very often."""
        entries: list[T] = []
        page: Any = first_page
        while page:
            entries.extend(page)
            page = self.fetch_next(page)
        return entries

    def get_pagination_info(self, page: Any, pagination_direction: str) -> PaginationInfo | None:
        """How to ask for the page that lies `next` or `previous`; can be kept and given to fetch_next later."""
        info = getattr(page, DIRECTIONS.get(pagination_direction, ""), None)
        return None if info is None else PaginationInfo(info)

    def pagination_page_iterator(
        self, start_page: Any, direction: str = "next", return_pagination_info: bool = False
    ) -> Iterator[Any]:
        """Page after page, from *start_page* on; with *return_pagination_info* as (page, info of the next)."""
        if direction not in DIRECTIONS:
            raise MastodonIllegalArgumentError(f"Invalid pagination direction: {direction}")
        fetch = self.fetch_next if direction == "next" else self.fetch_previous
        saved = isinstance(start_page, dict) and "_pagination_endpoint" in start_page
        page = fetch(start_page) if saved else start_page
        while page is not None:
            yield (page, self.get_pagination_info(page, direction)) if return_pagination_info else page
            page = fetch(page)

    def pagination_iterator(
        self, start_page: Any, direction: str = "next", return_pagination_info: bool = False
    ) -> Iterator[Any]:
        """Entry after entry, over all pages; with *return_pagination_info* as pairs (entry, info of the page after)."""
        for page, info in self.pagination_page_iterator(start_page, direction, return_pagination_info=True):
            if not page:
                return
            for entry in page:
                yield (entry, info) if return_pagination_info else entry
