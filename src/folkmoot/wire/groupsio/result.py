"""Answers that carry no object of their own, and the envelopes of lists."""

from __future__ import annotations

from typing import Generic, TypeVar

from folkmoot.wire.groupsio.enums import SortDir
from folkmoot.wire.groupsio.object import Object

T = TypeVar("T")


class Success(Object, kw_only=True):
    """Done; extra may say more, as "pending post" does."""

    object: str = "success"
    extra: str = ""


class Error(Object, kw_only=True):
    """A refusal, sent with HTTP 400 (429 for rate limits)."""

    object: str = "error"
    type: str = ""
    extra: str = ""


class ListEnvelopeShort(Object, Generic[T], kw_only=True):
    """A list in the short form of the introduction."""

    object: str = "list"
    total_count: int = 0
    start_item: int = 0
    end_item: int = 0
    has_more: bool = False
    next_page_token: int = 0
    data: list[T] = []


class ListEnvelope(Object, Generic[T], kw_only=True):
    """A page of a list; next_page_token 0 means the end."""

    object: str = "list"
    total_count: int = 0
    start_item: int = 0
    end_item: int = 0
    has_more: bool = False
    next_page_token: int = 0
    sort_field: str = ""
    second_order: str = ""
    query: str = ""
    sort_dir: SortDir = ""
    data: list[T] = []
