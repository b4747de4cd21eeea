"""One server for all tests of the client, seeded as for the clients of other people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.clients.conftest import Sink, facts, seed, waiting
from tests.support.server import running_server


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The running server, as a client is told about it."""
    folder = tmp_path_factory.mktemp("client")
    seed(folder)
    sink = Sink()
    try:
        with running_server(
            folder, private_networks="127.0.0.0/8", password_grant=True, confirm_email=False
        ) as up:
            waiting(up)
            yield facts(up, sink)
    finally:
        sink.close()
