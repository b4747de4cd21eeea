"""Logs a stream as lines of JSON, connecting again whenever the line breaks.

    MOOT_URL=https://town.example MOOT_TOKEN=… python log.py public.jsonl        (Ctrl-C ends it)

A second number ends it after so many events.
"""

import json
import os
import sys
import threading
from pathlib import Path

from folkmoot.client import Mastodon, StreamListener


class Logger(StreamListener):
    """Writes each event with its name, and counts down."""

    def __init__(self, target: Path, most: int) -> None:
        self.file = target.open("a", buffering=1)
        self.left = most
        self.done = threading.Event()

    def on_any_event(self, name: str, data: object) -> None:
        """Called for every event, whatever its kind."""
        self.file.write(json.dumps({"event": name, "data": data}, default=str) + "\n")
        self.left -= 1
        if not self.left:
            self.done.set()


def main(target: Path, most: int = -1) -> None:
    """The stream runs in a thread of its own; this one only waits."""
    client = Mastodon(access_token=os.environ["MOOT_TOKEN"], api_base_url=os.environ["MOOT_URL"])
    logger = Logger(target, most)
    handle = client.stream_public(logger, run_async=True, reconnect_async=True)
    try:
        while not logger.done.wait(1):
            pass
    finally:
        handle.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else -1)
