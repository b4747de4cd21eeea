"""A requests session that tells how far what it sends is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from folkmoot.client.forms import Watched


class Watching(requests.Session):
    """*progress*, when set, hears bytes sent and bytes in all."""

    progress: Callable[[int, int], None] | None = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """As requests does it."""
        if self.progress is not None and isinstance(request.body, bytes):
            body: Any = Watched(request.body, self.progress)
            request.body = body
        return super().send(request, **options)
