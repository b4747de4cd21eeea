"""What the tests of the mail door share: a sink, and a house whose clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.mailgroup import NOON, Moot
from tests.support.mailhouse import Sink, mail_house, with_mail
from tests.support.postgres import Template

from folkmoot.settings import Settings


@pytest.fixture
def letterbox() -> Iterator[Sink]:
    running = Sink()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def moot(
    tmp_path: Path, run_folder: Path, letterbox: Sink, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Moot]:
    """A quiet mail house on SQLite, at noon."""
    Template(run_folder).copy_to(tmp_path / "one")
    settings = with_mail(Settings(data=str(tmp_path / "one")), smtp_relay=f"127.0.0.1:{letterbox.port}")
    with mail_house(settings, worker=False) as house:
        yield Moot(house, letterbox, monkeypatch, NOON)


@pytest.fixture
def either(settings: Settings, letterbox: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moot]:
    """The same on each database."""
    changed = with_mail(settings, smtp_relay=f"127.0.0.1:{letterbox.port}")
    with mail_house(changed, worker=False) as house:
        yield Moot(house, letterbox, monkeypatch, NOON)
