"""What comes by a stream, printed as it comes."""

from __future__ import annotations

import threading
from typing import Any

import msgspec

from folkmoot.cli.common import note, say
from folkmoot.cli.personal import shown
from folkmoot.cli.personal.common import _plain
from folkmoot.client import StreamListener


class Printer(StreamListener):
    """Prints posts and notifications; with *json* every event as a line. After *count* of them `wait` ends."""

    def __init__(self, *, json: bool, count: int) -> None:
        self.json, self.left = json, count
        self.ended = threading.Event()
        self.console = shown.console()

    def wait(self) -> None:
        """Until all that was wanted has come."""
        while not self.ended.wait(1):
            pass

    def _say(self, event: str, payload: Any) -> None:
        if self.ended.is_set():
            return
        if self.json:
            say(msgspec.json.encode({"event": event, "payload": payload}, enc_hook=_plain).decode())
        elif event in ("update", "status.update"):
            shown.post(self.console, payload)
        elif event == "notification":
            shown.news(self.console, payload)
        else:
            return
        if self.left:
            self.left -= 1
            if not self.left:
                self.ended.set()

    def on_update(self, status: Any) -> None:
        self._say("update", status)

    def on_status_update(self, status: Any) -> None:
        self._say("status.update", status)

    def on_notification(self, notification: Any) -> None:
        self._say("notification", notification)

    def on_delete(self, status_id: Any) -> None:
        self._say("delete", status_id)

    def on_abort(self, err: Any) -> None:
        if not self.ended.is_set():
            note(f"the stream broke off ({err}); connecting again")
