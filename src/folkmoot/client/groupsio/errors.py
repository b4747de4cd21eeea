"""Refusals in the words of Groups.io."""

from __future__ import annotations

from typing import Any

import msgspec

from folkmoot.client.calls import Answer
from folkmoot.client.errors import ApiError


class GroupsIOError(ApiError):
    """The server refused: *type* is the kind ("inadequate_permissions", "bad_request" …), *extra* says more."""

    def __init__(self, status: int, body: str, type: str, extra: str = "") -> None:
        super().__init__(status, body)
        self.args = (f"{status}: {type}" + (f": {extra}" if extra else ""),)
        self.type, self.extra = type, extra


class TwoFactorRequired(GroupsIOError):
    """The password is right; log in again with the code of the second factor: `login(…, twofactor="123456")`."""


def refusal(answer: Answer) -> GroupsIOError:
    """The exception of an answer."""
    text = answer.body.decode("utf-8", "replace")
    try:
        said: Any = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    if not isinstance(said, dict) or "type" not in said:
        return GroupsIOError(answer.status, text, text.strip()[:300] or answer.reason)
    kind = TwoFactorRequired if said["type"] == "two_factor_required" else GroupsIOError
    return kind(answer.status, text, str(said["type"]), str(said.get("extra") or ""))
