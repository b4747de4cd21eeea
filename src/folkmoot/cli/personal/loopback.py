"""Where the browser brings the code back: a small server on this machine for one answer (RFC 8252, section 7.3)."""

from __future__ import annotations

import http.server
import secrets
import threading
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from folkmoot.cli.common import fail

PAGE = """<!doctype html><meta charset="utf-8"><title>Folkmoot</title>
<body style="font: 1.2rem sans-serif; margin: 4rem"><p>{text}</p></body>"""


class Loopback:
    """Waits for one request that carries *state*: anything else may come from another page."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._answer: dict[str, str] = {}
        self._come = threading.Event()
        waiting = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = waiting._take(urlsplit(self.path).query)
                body = PAGE.format(text=text).encode()
                self.send_response(200 if waiting._come.is_set() else 400)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the address holds the code."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Loopback:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, query: str) -> str:
        said = {name: values[0] for name, values in parse_qs(query).items()}
        if not secrets.compare_digest(said.get("state", "").encode(), self._state.encode()):
            return "This is not the answer that was waited for."
        self._answer = said
        self._come.set()
        if "code" in said:
            return "You are logged in. You can close this page and go back to your terminal."
        return "You have not let the program in. You can close this page."

    def code(self, patience: float) -> str:
        """The code; waits *patience* seconds at most. Fails where the person says no, or nothing comes."""
        if not self._come.wait(patience):
            fail("nobody came back from the browser; try again, or with --paste")
        if "code" not in self._answer:
            fail(f"the server did not let this program in: {self._answer.get('error', 'refused')}")
        return self._answer["code"]
