"""HTML from templates: everything is escaped unless it was made safe, and a missing name is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

CSP = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'"
"""What a page of ours may load: our style sheet and our pictures, no script at all."""


class Pages:
    """The templates of one door."""

    def __init__(self, folder: Path, **common: Any) -> None:
        self._env = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._env.globals.update(common)

    def filter(self, name: str, function: Any) -> None:
        """Let templates call *function* as a filter."""
        self._env.filters[name] = function

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
