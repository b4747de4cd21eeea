"""The command, set to the test's own data folder and database."""

from __future__ import annotations

import pytest
from tests.support.command import Command

from folkmoot.settings import Settings


@pytest.fixture
def folkmoot(settings: Settings) -> Command:
    """`folkmoot` on a migrated, empty database."""
    return Command(settings)
