"""Answers that the server is still completing: how far it is, and having them anew when it is done."""

from __future__ import annotations

import time
from typing import Any

from folkmoot.client.mastodon.casting import build, try_cast_recurse
from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.statuses import AsyncRefresh
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.versions import api_version

RETRY = 3
LONGEST = 300.0


class Refreshing(Core):
    """Answers that the server is still completing (they carry `_async_refresh`)."""

    def get_async_refresh_info(self, result: Any) -> tuple[AsyncRefresh, int] | None:
        """What *result* says of its being completed, and after how many seconds to ask; None if it is complete."""
        said = getattr(result, "_async_refresh", None)
        if said is None:
            return None
        raw = {"id": said["id"], "status": "running", "result_count": said.get("result_count")}
        return build(AsyncRefresh, raw), said.get("retry", RETRY)  # type: ignore[return-value]  # build gives the class it is given

    @api_version("4.4.0", "4.4.0")
    def get_async_refresh_status(self, result_or_id: Any) -> AsyncRefresh:
        """How far the server is, by result, AsyncRefresh or id. `GET /api/v1_alpha/async_refreshes/:id`."""
        refresh_id = self._Mastodon__get_async_refresh_id(result_or_id)
        found = self._Mastodon__api_request(
            "GET", f"/api/v1_alpha/async_refreshes/{refresh_id}", override_type=dict
        )
        refresh: AsyncRefresh = try_cast_recurse(AsyncRefresh, found.get("async_refresh", found))
        return refresh

    @api_version("4.4.0", "4.4.0")
    def await_async_refresh(self, result: Any, timeout: float = 0.0, max_attempts: int = -1) -> Any:
        """*result* anew when the server has completed it, or None if that takes longer than *timeout* seconds (0: no
        end) or *max_attempts* questions (0 or less: no end). A complete result comes back as it is."""
        said = getattr(result, "_async_refresh", None)
        if said is None:
            if not isinstance(result, dict | list):
                raise MastodonIllegalArgumentError("await_async_refresh wants the result of a call.")
            return result
        if "_method" not in said:
            raise MastodonIllegalArgumentError("The result does not say which call it came from.")
        if said.get("status") == "finished":
            return result
        pause, started, attempts = said.get("retry", RETRY), time.monotonic(), 0
        while max_attempts <= 0 or attempts < max_attempts:
            left = timeout - (time.monotonic() - started) if timeout > 0 else LONGEST
            if left <= 0:
                return None
            if attempts:
                time.sleep(max(0.0, min(pause, left, LONGEST)))
            refresh = self.get_async_refresh_status(said["id"])
            attempts += 1
            if refresh.status == "finished":
                kind, params = said.get("_mastopy_type"), dict(said.get("_params") or {})
                return self._Mastodon__api_request(
                    said["_method"], said["_endpoint"], params, override_type=kind
                )
            pause = (getattr(refresh, "_async_refresh", None) or {}).get("retry", pause)
        return None

    def _Mastodon__get_async_refresh_id(self, result_or_id: Any) -> Any:
        if isinstance(result_or_id, str | int):
            return result_or_id
        if isinstance(result_or_id, AsyncRefresh):
            return result_or_id["id"]
        said = getattr(result_or_id, "_async_refresh", None)
        if said is None:
            raise MastodonIllegalArgumentError(
                "Pass an async refresh ID, an AsyncRefresh, or a result that has one."
            )
        return said["id"]
