"""The command, set to the test's own data folder and database."""

from __future__ import annotations

import pytest
from tests.conftest import DATABASES
from tests.support.command import Command

from folkmoot.settings import Settings


@pytest.fixture(params=DATABASES[:1])
def dialect(request: pytest.FixtureRequest) -> str:
    """One database: each command starts a process, which is slow, and what it calls is tested on both elsewhere."""
    return str(request.param)


@pytest.fixture
def folkmoot(settings: Settings) -> Command:
    """`folkmoot` on a migrated, empty database."""
    return Command(settings)
