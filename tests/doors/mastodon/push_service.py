"""A push service of our own: it records what it is sent, answers as it is told, and can be slow."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 15.0


class Received:
    """One request that came in."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.at = time.monotonic()


class PushService:
    """*answers* are the statuses of the next requests by path, 201 without; *hold* delays a path's answers."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, list[int]] = {}
        self.hold: dict[str, float] = {}
        self.url = ""

    def of(self, path: str) -> list[Received]:
        return [r for r in self.received if r.path == path]

    def wait(self, path: str, count: int = 1, seconds: float = PATIENCE) -> list[Received]:
        """The requests to a path once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.of(path)) < count:
            assert time.monotonic() < deadline, f"{len(self.of(path))} of {count} pushes to {path} came"
            time.sleep(0.01)
        return self.of(path)


@contextlib.contextmanager
def push_service() -> Iterator[PushService]:
    """A running push service on the loopback address."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {k.lower(): v for k, v in self.headers.items()}
            service.received.append(Received(self.path, headers, body))
            time.sleep(service.hold.get(self.path, 0))
            statuses = service.answers.get(self.path) or [201]
            status = statuses.pop(0) if len(statuses) > 1 or self.path in service.answers else 201
            with contextlib.suppress(OSError):
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", f"{service.url}/redirected")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
