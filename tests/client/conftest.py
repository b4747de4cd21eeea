"""One server for each module of the client's tests, seeded as for the clients of other people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.clients.conftest import place


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The running server, as a client is told about it."""
    with place(tmp_path_factory.mktemp("client")) as told:
        yield told
