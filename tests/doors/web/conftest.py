"""A small community that the web tests share: people, an open group, a closed one, a thread in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.support.server import Running, running_server
from tests.support.visitor import Visitor, person

from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import Joining, NewGroup
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft


@dataclass
class Moot:
    """Ids and viewers by name."""

    server: Running
    anna: Viewer
    bruno: Viewer
    carl: Viewer
    open_post: int
    closed_post: int
    direct_post: int
    group: int
    closed: int

    def visitor(self, name: str = "") -> Visitor:
        """A browser, logged in as *name*."""
        visitor = Visitor(self.server.url)
        if name:
            store = self.server.store
            secret, _ = store.write(lambda tx: logins.open_session(tx, accounts.find_by_name(tx, name) or 0))
            visitor.client.cookies.set("moot_session", secret, domain="127.0.0.1", path="/")
        return visitor

    def say(self, who: Viewer, text: str, **more: object) -> int:
        return self.server.store.write(
            lambda tx: posts.write(tx, who, Draft(text=text, **more))  # type: ignore[arg-type]  # a draft's own fields
        ).id


@pytest.fixture(scope="package")
def moot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moot]:
    with running_server(tmp_path_factory.mktemp("web"), worker=False, title="Moot of Tests") as server:
        store = server.store
        anna, bruno, carl = (person(store, name) for name in ("anna", "bruno", "carl"))
        open_group = NewGroup(name="garden", title="Garden", description="Everything that grows here.")
        closed_group = NewGroup(
            name="board",
            title="The Board",
            description="Only for those on the board.",
            archive=Archive.MEMBERS,
            joining=Joining.APPROVAL,
            listed=False,
        )
        group = store.write(lambda tx: groups.create(tx, anna, open_group))
        closed = store.write(lambda tx: groups.create(tx, anna, closed_group))
        store.write(lambda tx: members.join(tx, bruno, group))

        def say(who: Viewer, text: str, **more: object) -> int:
            draft = Draft(text=text, **more)  # type: ignore[arg-type]  # a draft's own fields
            return store.write(lambda tx: posts.write(tx, who, draft)).id

        yield Moot(
            server=server,
            anna=anna,
            bruno=bruno,
            carl=carl,
            open_post=say(anna, "The first bean is up.", title="Beans", group_id=group),
            closed_post=say(anna, "The secret of the board.", title="Accounts", group_id=closed),
            direct_post=say(anna, "Only you, @bruno", audience=3),
            group=group,
            closed=closed,
        )
