"""Refusals in the words of one call, where the contract words the same thing differently per call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from folkmoot.domain.errors import NotFound, Refusal
from folkmoot.doors.groupsio.door import Refused


@contextmanager
def worded(words: Mapping[str, str]) -> Iterator[None]:
    """Turn refusals into bad_request with the extra that *words* has for their code, or for "no " and what was not
    found. Others pass."""
    try:
        yield
    except Refusal as refusal:
        key = f"no {refusal.what}" if isinstance(refusal, NotFound) else refusal.code
        if key not in words:
            raise
        raise Refused(words[key]) from None
