"""The server as it is, with one door more that answers a constant 40 kB body: the yardstick."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from folkmoot.doors.frame.answers import Response
    from folkmoot.doors.frame.at import At

CONSTANT = b'{"constant": "' + b"x" * 40_000 + b'"}'


def constant(at: At) -> Response:
    """The yardstick's answer: no query, no binding, the same router and frame."""
    from folkmoot.doors.frame.answers import Response

    return Response(200, CONSTANT, [], "application/json")


def main() -> None:
    gc.disable()  # as cli/serve.py does
    from folkmoot import app, doors
    from folkmoot.settings import load

    settings = load()
    app.set_up_logging(settings)
    sys.setswitchinterval(0.001)
    next(part for part in doors.load() if part.door.name == "mastodon").door.raw(
        "GET", "/bench/constant", tx="none", auth="none"
    )(constant)
    server = app.server_of(app.open_house(settings))
    gc.freeze()
    gc.enable()
    server.run()


if __name__ == "__main__":
    main()
