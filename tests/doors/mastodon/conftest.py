"""The server that these tests talk to: one a module and database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from tests.conftest import DATABASES
from tests.doors.mastodon.moot import Moot, running
from tests.support.postgres import Cluster
from tests.support.server import running_server

from folkmoot.doors.mastodon import door

BOTH = (
    "test_admin_accounts",
    "test_admin_blocks",
    "test_admin_figures",
    "test_admin_reports",
    "test_announcements",
    "test_collections",
    "test_contract_fields",
    "test_contract_paging",
    "test_contract_params",
    "test_contract_rich",
    "test_conversations",
    "test_discovery",
    "test_filtered",
    "test_filters",
    "test_groups",
    "test_happenings",
    "test_lists",
    "test_notifications",
    "test_people",
    "test_polls",
    "test_posting",
    "test_profile",
    "test_prose",
    "test_quotes",
    "test_render",
    "test_reports",
    "test_rules",
    "test_scheduled",
    "test_tags",
    "test_trends",
)
"""Modules that run on each database; the others ask what no database changes."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if {"moot", "town"} & set(metafunc.fixturenames) and metafunc.module.__name__.rpartition(".")[2] in BOTH:
        metafunc.parametrize("database", DATABASES, scope="module", indirect=True)


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> str:
    """Which database the server has."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, database: str, cluster: Cluster) -> Iterator[Moot]:
    """A whole server, with all doors and without a worker; `moot` of modules that need more than this door."""
    folder = tmp_path_factory.mktemp("town")
    with contextlib.ExitStack() as stack:
        url = "" if database == "sqlite" else stack.enter_context(cluster.database())
        place = Moot(stack.enter_context(running_server(folder, database=url, worker=False)).house)
        stack.callback(place.http.close)
        yield place


@pytest.fixture(scope="module")
def moot(tmp_path_factory: pytest.TempPathFactory, database: str, cluster: Cluster) -> Iterator[Moot]:
    folder = tmp_path_factory.mktemp("moot")
    if database == "sqlite":
        with running(folder, (door,)) as up:
            yield up
        return
    with cluster.database() as url, running(folder, (door,), database=url) as up:
        yield up
