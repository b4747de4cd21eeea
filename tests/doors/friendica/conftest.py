"""One community for a whole module, on each database: posts are added, nothing is expected to be absent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.doors.friendica.node import Node, running
from tests.support.postgres import Cluster


@pytest.fixture(
    scope="module", params=os.environ.get("FOLKMOOT_TEST_DATABASES", "sqlite,postgresql").split(",")
)
def node(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster
) -> Iterator[Node]:
    folder: Path = tmp_path_factory.mktemp("friendica")
    with ExitStack() as stack:
        url = "" if request.param == "sqlite" else stack.enter_context(cluster.database())
        yield stack.enter_context(running(folder, database=url))
