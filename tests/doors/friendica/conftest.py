"""One community for a whole module, on each database: posts are added, nothing is expected to be absent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.conftest import DATABASES
from tests.doors.friendica.node import Node, running
from tests.doors.friendica.signer import BACK, IDS, Signer
from tests.support.postgres import Cluster
from tests.support.server import Running, running_server
from tests.support.visitor import Visitor, person

from folkmoot.domain.access import Viewer
from folkmoot.domain.people import ownapps, signing
from folkmoot.domain.people.apps import App
from folkmoot.doors.friendica.signature import secret_of


@pytest.fixture(scope="module")
def plain_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A community on SQLite alone, for what has nothing to do with the database: forms, texts, feeds."""
    with running(tmp_path_factory.mktemp("friendica")) as node:
        yield node


BOTH = (
    "test_activity",
    "test_calls",
    "test_circles",
    "test_lists",
    "test_messages",
    "test_notifications",
    "test_people",
    "test_photos",
    "test_posting",
    "test_reading",
)
"""Modules that run on each database; the others ask what no database changes."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "node" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in BOTH:
        metafunc.parametrize("database", DATABASES, scope="module", indirect=True)


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> str:
    """Which database the community is on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="module")
def node(database: str, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Node]:
    folder: Path = tmp_path_factory.mktemp("friendica")
    with ExitStack() as stack:
        url = "" if database == "sqlite" else stack.enter_context(cluster.database())
        yield stack.enter_context(running(folder, database=url))


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole server, for applications that sign."""
    with running_server(tmp_path_factory.mktemp("signed"), worker=False) as running:
        IDS.update({name: person(running.store, name).account_id for name in ("anna", "bruno")})
        yield running


@pytest.fixture(scope="package")
def app(server: Running) -> App:
    me = Viewer(IDS["anna"])
    return server.store.write(lambda tx: ownapps.make(tx, me, "Signer <b>", [BACK, ownapps.BY_HAND]))


@pytest.fixture(scope="package")
def anna(server: Running) -> Visitor:
    return Visitor(server.url).log_in("anna")


@pytest.fixture(scope="package")
def signer(server: Running, app: App) -> Signer:
    """A client that was let in."""
    token = server.store.write(lambda tx: signing.issue(tx, app, IDS["anna"]))
    return Signer(server, app, token, secret_of(server.house, "access", token))
