"""HTML from templates: everything is escaped unless it was made safe, and a missing name is an error."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from jinja2 import Environment

CSP = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'"
"""What a page of ours may load: our style sheet and our pictures, no script at all."""


class Pages:
    """The templates of one door."""

    def __init__(self, folder: Path, **common: Any) -> None:
        self._folder = folder
        self._common = common
        self._filters: dict[str, Any] = {}

    @cached_property
    def _env(self) -> Environment:
        from jinja2 import (
            Environment,
            FileSystemLoader,
            StrictUndefined,
        )  # with the first page, not with the server

        env = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        env.globals.update(self._common)
        env.filters.update(self._filters)
        return env

    def filter(self, name: str, function: Any) -> None:
        """Let templates call *function* as a filter; said before the first page is made."""
        self._filters[name] = function

    def render(self, template: str, /, **values: Any) -> str:
        """The page as text."""
        return self._env.get_template(template).render(**values)


def safe_next(text: str) -> str:
    """*text* where it is a path on this server, otherwise the front page: no redirect of ours leads elsewhere."""
    if not text.startswith("/") or text[1:2] in ("/", "\\") or len(text) > 4000:
        return "/"
    if "\\" in text or any(ord(c) < 33 or ord(c) == 127 for c in text):
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    return text if not parts.scheme and not parts.netloc else "/"
