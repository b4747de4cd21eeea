"""One call over the requests library: the blocking driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from folkmoot.client.calls import Call

if TYPE_CHECKING:
    import requests


def perform(http: requests.Session, call: Call, timeout: Any, **options: Any) -> requests.Response:
    """One request with the requests library. A given `auth` keeps ~/.netrc from replacing our header."""
    body = call.body if call.body is not None else (call.form or None)
    return http.request(
        call.method,
        call.url,
        params=call.query or None,
        data=body,
        json=call.json,
        files=call.files or None,
        headers=call.headers,
        timeout=timeout,
        auth=_untouched,
        **options,
    )


def _untouched(prepared: Any) -> Any:
    return prepared
