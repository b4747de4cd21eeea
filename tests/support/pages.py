"""A web server of the test's own: good pages, and ones that behave badly."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Reply = tuple[int, dict[str, str], bytes]


class Site:
    """`pages` maps paths to (status, headers, body) or to a function that writes to the socket itself."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.pages: dict[str, Reply | Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: Counter[str] = Counter()
        self.heads: dict[str, dict[str, str]] = {}

    def page(self, path: str, html: str, kind: str = "text/html; charset=utf-8", **head: str) -> str:
        headers = {"content-type": kind, **{k.replace("_", "-"): v for k, v in head.items()}}
        self.pages[path] = (200, headers, html.encode())
        return self.url + path

    def bytes(self, path: str, body: bytes, kind: str, **head: str) -> str:
        self.pages[path] = (
            200,
            {"content-type": kind, **{k.replace("_", "-"): v for k, v in head.items()}},
            body,
        )
        return self.url + path

    def redirect(self, path: str, to: str) -> str:
        self.pages[path] = (302, {"location": to}, b"")
        return self.url + path

    def naughty(self, path: str, write: Callable[[BaseHTTPRequestHandler], None]) -> str:
        self.pages[path] = write
        return self.url + path


def _begin(handler: BaseHTTPRequestHandler, **headers: str) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "text/html")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """One byte now and then, for ever."""
    _begin(handler)
    with contextlib.suppress(OSError):
        for _ in range(600):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)


def endless(handler: BaseHTTPRequestHandler) -> None:
    """As much as is taken."""
    _begin(handler)
    with contextlib.suppress(OSError):
        for _ in range(2000):
            handler.wfile.write(b"<p>more</p>" * 10_000)


def claims_a_gigabyte(handler: BaseHTTPRequestHandler) -> None:
    _begin(handler, content_length="1073741824")
    with contextlib.suppress(OSError):
        handler.wfile.write(b"<title>x</title>")


def bomb(handler: BaseHTTPRequestHandler) -> None:
    """A thousand times larger than it looks."""
    packed = gzip.compress(b"\0" * 300_000_000, 9)
    _begin(handler, content_encoding="gzip", content_length=str(len(packed)))
    with contextlib.suppress(OSError):
        handler.wfile.write(packed)


def much_for_nothing(handler: BaseHTTPRequestHandler) -> None:
    """Packed bytes without end that unpack to nothing (empty stored blocks, RFC 1951 3.2.4)."""
    _begin(handler, content_encoding="gzip")
    with contextlib.suppress(OSError):
        handler.wfile.write(gzip.compress(b"")[:10])
        for _ in range(2000):
            handler.wfile.write(b"\0\0\0\xff\xff" * 10_000)


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """Start it, yield it, stop it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            up.asked[self.path] += 1
            up.heads[self.path] = {k.lower(): v for k, v in self.headers.items()}
            found = up.pages.get(self.path, (404, {"content-type": "text/html"}, b""))
            if callable(found):
                found(self)
                return
            status, headers, body = found
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that went away is what these tests are about."""

    server = Quiet(("0.0.0.0", 0), Handler)
    up = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield up
    finally:
        server.shutdown()
        server.server_close()
