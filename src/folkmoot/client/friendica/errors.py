"""Refusals in Friendica's words."""

from __future__ import annotations

from typing import Any

import msgspec

from folkmoot.client.calls import Answer
from folkmoot.client.errors import ApiError


class FriendicaError(ApiError):
    """The server refused: *message* is what it says, *code* its status line ("404 Not Found"), *request* the call."""

    def __init__(self, status: int, body: str, message: str, code: str = "", request: str = "") -> None:
        super().__init__(status, body)
        self.args = (f"{status}: {message}",)
        self.message, self.code, self.request = message, code, request


def refusal(answer: Answer) -> FriendicaError:
    """The exception of an answer: JSON in Friendica's form, or plain text as its OAuth pages have it."""
    text = answer.body.decode("utf-8", "replace")
    try:
        said: Any = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = None
    if isinstance(said, dict) and isinstance(said.get("status"), dict):
        said = said["status"]
    if not isinstance(said, dict):
        return FriendicaError(answer.status, text, text.strip()[:300] or answer.reason)
    message = str(said.get("error") or said.get("message") or answer.reason)
    return FriendicaError(
        answer.status, text, message, str(said.get("code", "")), str(said.get("request", ""))
    )
