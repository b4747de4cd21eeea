"""A client that notes which of its methods were called."""

from __future__ import annotations

import functools
import inspect
from typing import Any

#: Public names that are no calls of an API.
OWN = {"close", "each", "save", "send"}


def methods(cls: type[Any]) -> set[str]:
    """The names of a class's calls."""
    found = {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}
    return found - OWN


class Called:
    """Stands before a client; *names* gathers what was called and answered."""

    def __init__(self, client: Any, names: set[str]) -> None:
        self.client = client
        self.names = names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        if not inspect.ismethod(found):
            return found

        @functools.wraps(found)
        def call(*parts: Any, **more: Any) -> Any:
            answer = found(*parts, **more)
            self.names.add(name)
            return answer

        return call
