"""One thread, answered from every door, and seen the same by every door: each door in by each door out."""

from __future__ import annotations

import email
import email.policy
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.cast import Cast, gathered
from tests.house.doors import ByFriendica, ByGroupsIo, ByMail, ByMastodon, ByWeb, DoorUser
from tests.support.postgres import Cluster
from tests.support.server import Running, free_port, running_server

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import members

GROUP = "commons"
WITHIN_SECONDS = 2.0


class Mailboxes:
    """A mail server that keeps what it gets: (recipient, mail)."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, Any]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails += [(str(to), mail) for to in envelope.rcpt_tos]
        return "250 kept"


@pytest.fixture
def mailboxes() -> Iterator[tuple[Mailboxes, int]]:
    kept, port = Mailboxes(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture
def house(
    dialect: str, tmp_path: Path, cluster: Cluster, mailboxes: tuple[Mailboxes, int]
) -> Iterator[tuple[Running, Cast, Mailboxes]]:
    kept, port = mailboxes
    relay = f"127.0.0.1:{port}"
    if dialect == "sqlite":
        with running_server(tmp_path, smtp_relay=relay) as server:
            yield server, _joined(server), kept
    else:
        with cluster.database() as url, running_server(tmp_path, database=url, smtp_relay=relay) as server:
            yield server, _joined(server), kept


def _joined(server: Running) -> Cast:
    cast = gathered(server.store)
    for name in ("ben", "cleo"):
        server.store.write(lambda tx, name=name: members.put(tx, cast.open_group, cast.ids[name]))
    return cast


def users_of(server: Running, cast: Cast, kept: Mailboxes) -> dict[str, DoorUser]:
    ids = cast.ids
    return {
        "mail": ByMail(server, "ada", ids["ada"], GROUP, kept.mails),
        "mastodon": ByMastodon(server, "ben", ids["ben"], GROUP),
        "friendica": ByFriendica(server, "cleo", ids["cleo"], GROUP),
        "groupsio": ByGroupsIo(server, "dora", ids["dora"], GROUP),
        "web": ByWeb(server, "gus", ids["gus"], GROUP),
    }


def newest(server: Running, cast: Cast) -> int:
    from folkmoot.domain.paging import Page
    from folkmoot.domain.reading import timelines

    return server.store.read(
        lambda tx: timelines.group(tx, Viewer.anonymous(), cast.open_group, Page(limit=1))
    )[0]


def wait_until(what: Any, seconds: float = WITHIN_SECONDS) -> None:
    """Look again and again; the last look's failure is the test's."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            what()
            return
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def test_one_thread_from_five_doors(house: tuple[Running, Cast, Mailboxes]) -> None:
    server, cast, kept = house
    users = users_of(server, cast, kept)
    said: list[tuple[int, str]] = []
    for number, (name, user) in enumerate(users.items()):
        text = f"words number {number} spoken by {name}"
        user.say(text, title="One thread", answer_to=said[-1][0] if said else None)
        said.append((newest(server, cast), text))
        assert len({id_ for id_, _ in said}) == len(said), f"{name} added nothing"

        def arrived(id_: int = said[-1][0]) -> None:
            got = [to for to, mail in kept.mails if str(id_) in str(mail["Archived-At"])]
            assert sorted(got) == sorted(f"{n}@cast.test" for n in ("ada", "ben", "cleo", "dora", "gus"))

        wait_until(arrived)
    for name, user in users.items():
        lines = user.thread(said[0][0])
        assert [line.id for line in lines] == [id_ for id_, _ in said], name
        for line, (_, text) in zip(lines, said, strict=True):
            assert text in " ".join(line.text.split()), name
    _mail_threads(kept)


def _mail_threads(kept: Mailboxes) -> None:
    """What a mail program needs to show one thread: each answer names the mail before it, and all its ancestors."""
    mine = [mail for to, mail in kept.mails if to == "dora@cast.test"]
    ids = [mail["Message-ID"] for mail in mine]
    assert len(set(ids)) == 5
    for earlier, later in itertools.pairwise(mine):
        assert later["In-Reply-To"] == earlier["Message-ID"]
        assert str(later["References"]).split() == ids[: ids.index(later["Message-ID"])]
    for mail in mine:
        assert mail["List-Id"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"<{GROUP}." in mail["List-Id"]
        assert "[commons]" in mail["Subject"]
        # Whether the author or the group stands in From is for the DNS of the author's domain to say.
        assert f"<{GROUP}@lists.test>" in f"{mail['From']} {mail['Sender']}"


@pytest.mark.parametrize("door_in", ["mail", "mastodon", "friendica", "groupsio", "web"])
def test_every_door_in_reaches_every_door_out(house: tuple[Running, Cast, Mailboxes], door_in: str) -> None:
    server, cast, kept = house
    users = users_of(server, cast, kept)
    users[door_in].say("a new beginning, with <b>signs</b> & umlauts äöü", title="Beginning")
    id_ = newest(server, cast)

    def everywhere() -> None:
        for name, user in users.items():
            lines = user.thread(id_)
            assert [line.id for line in lines] == [id_], name
            assert "a new beginning" in " ".join(lines[0].text.split()), name
            assert "umlauts äöü" in " ".join(lines[0].text.split()), name

    wait_until(everywhere)
