"""What every test may ask for: settings, a store on each database, blobs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import argon2
import hypothesis
import pytest
from tests.support.postgres import RUN, Cluster, Template, end_run, new_run

from folkmoot.domain.people import passwords
from folkmoot.settings import Settings
from folkmoot.store.blobs import FolderBlobs
from folkmoot.store.engine import Store, open_store

DATABASES = os.environ.get("FOLKMOOT_TEST_DATABASES", "sqlite,postgresql").split(",")


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run makes the folder that its workers find through the environment.

    Compiled code is kept whatever the environment says, as each process of a test would compile the same anew.
    Passwords are hashed in no time: that hashing is slow is the library's part, that it is asked is ours. Hypothesis
    looks at no clock: more tests run at once than there are cores.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    hypothesis.settings.register_profile(
        "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("busy")
    passwords.hasher = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    if not hasattr(config, "workerinput"):
        for name in [
            n for n in os.environ if n.startswith("FOLKMOOT_") and not n.startswith("FOLKMOOT_TEST_")
        ]:
            del os.environ[name]
        os.environ[RUN] = str(new_run())


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and RUN in os.environ:
        end_run(Path(os.environ.pop(RUN)))


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder that all workers of this run share."""
    return Path(os.environ[RUN])


@pytest.fixture(scope="session")
def cluster(run_folder: Path) -> Cluster:
    """The run's PostgreSQL, started at the first use."""
    return Cluster(run_folder)


@pytest.fixture(params=DATABASES)
def dialect(request: pytest.FixtureRequest) -> str:
    """Runs the test once for each database."""
    return str(request.param)


@pytest.fixture
def settings(dialect: str, tmp_path: Path, run_folder: Path, cluster: Cluster) -> Iterator[Settings]:
    """Settings of a data folder whose database is migrated and empty."""
    data = tmp_path / "data"
    if dialect == "sqlite":
        Template(run_folder).copy_to(data)
        yield Settings(data=str(data))
    else:
        data.mkdir()
        with cluster.database() as url:
            yield Settings(data=str(data), database=url)


@pytest.fixture
def bare_settings(dialect: str, tmp_path: Path, cluster: Cluster) -> Iterator[Settings]:
    """Settings of a data folder where nothing has been migrated yet."""
    if dialect == "sqlite":
        yield Settings(data=str(tmp_path / "data"))
    else:
        with cluster.empty() as url:
            yield Settings(data=str(tmp_path / "data"), database=url)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An open store, once on each database."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def blobs(settings: Settings) -> FolderBlobs:
    """Blobs in the test's own data folder."""
    return FolderBlobs(settings.folder / "blobs")
