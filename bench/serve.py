"""The server as it is, with one door more that answers a constant 40 kB body: the yardstick."""

from __future__ import annotations

import gc
import sys

import uvicorn

from folkmoot import app, doors
from folkmoot.doors.frame.answers import Response
from folkmoot.doors.frame.at import At
from folkmoot.settings import load

CONSTANT = b'{"constant": "' + b"x" * 40_000 + b'"}'


def constant(at: At) -> Response:
    """The yardstick's answer: no query, no binding, the same router and frame."""
    return Response(200, CONSTANT, [], "application/json")


def main() -> None:
    settings = load()
    app.set_up_logging(settings)
    sys.setswitchinterval(0.001)
    next(part for part in doors.load() if part.door.name == "mastodon").door.raw(
        "GET", "/bench/constant", tx="none", auth="none"
    )(constant)
    server: uvicorn.Server = app.server_of(app.open_house(settings))
    gc.freeze()
    server.run()


if __name__ == "__main__":
    main()
