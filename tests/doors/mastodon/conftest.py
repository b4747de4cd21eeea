"""The server that these tests talk to: one a module, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.doors.mastodon.moot import Moot, running

from folkmoot.doors.mastodon import door


@pytest.fixture(scope="module")
def moot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moot]:
    with running(tmp_path_factory.mktemp("moot"), (door,)) as up:
        yield up
