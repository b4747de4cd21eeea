"""How pages are asked for, and the limits that a page's size is cut to."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.request import Request

A = TypeVar("A", covariant=True)

Limit40 = Annotated[int, msgspec.Meta(extra={"cap": 40})]
"""Page size: the sign is dropped and more than 40 is cut to 40, never refused."""
Limit80 = Annotated[int, msgspec.Meta(extra={"cap": 80})]
"""Page size, cut to 80."""
Limit200 = Annotated[int, msgspec.Meta(extra={"cap": 200})]
"""Page size, cut to 200."""


class Paged(Request[A], kw_only=True):
    """Base of lists: strictly older than max_id, newer than since_id, the page directly above min_id.

    Ids belong to the row that the Link header names, not always to the listed item.
    Page: api/guidelines#pagination.
    """

    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None
