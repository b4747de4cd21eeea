"""What was changed is seen by the very next request, however often the page was asked for before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cast import gather
from tests.support.postgres import Cluster
from tests.support.server import Running, running_server

from folkmoot.domain.people import logins
from folkmoot.domain.posts import edits
from folkmoot.store.engine import open_store

SCOPES = "read write follow"


class Room:
    """ada, whom ben follows and dora doesn't; everybody asks over HTTP."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.cast = server.store.write(gather)
        self.http = httpx2.Client(base_url=server.url, timeout=20)
        self.tokens = {
            name: server.store.write(
                lambda tx, name=name: logins.issue_token(
                    tx, account_id=self.cast.ids[name], app_id=None, scopes=SCOPES
                )
            )[1]
            for name in ("ada", "ben", "dora")
        }

    def ask(self, who: str, method: str, path: str, **values: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return self.http.request(method, path, headers=headers, **values)

    def do(self, who: str, method: str, path: str, **values: Any) -> Any:
        answer = self.ask(who, method, path, **values)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def room(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, cluster: Cluster
) -> Iterator[Room]:
    with ExitStack() as stack:
        url = stack.enter_context(cluster.database()) if request.param == "postgresql" else ""
        folder = Path(tmp_path_factory.mktemp("next"))
        yield Room(stack.enter_context(running_server(folder, database=url, worker=False)))


def pages(room: Room, post: str) -> list[tuple[str, str]]:
    """Where a post of ada's stands, and for whom."""
    ada = room.cast.ids["ada"]
    everywhere = [
        "/api/v1/timelines/public", f"/api/v1/accounts/{ada}/statuses", f"/api/v1/statuses/{post}",
        f"/api/v1/statuses/{post}/context", "/api/statuses/public_timeline.json", f"/api/statuses/show/{post}.xml",
    ]  # fmt: skip
    found = [("ben", "/api/v1/timelines/home")]
    found += [(who, path) for who in ("ben", "dora") for path in everywhere]
    return found + [("", path) for path in everywhere if path.startswith("/api/v1")]


def seen(room: Room, post: str) -> dict[tuple[str, str], str]:
    """Every page as it is answered now."""
    return {(who, path): room.ask(who, "GET", path).text for who, path in pages(room, post)}


@contextmanager
def all_warm(room: Room, post: str) -> Iterator[Callable[[], dict[tuple[str, str], str]]]:
    """Ask everything twice, as clients do; gives what is seen next."""
    seen(room, post)
    seen(room, post)
    yield lambda: seen(room, post)


def said(room: Room, words: str) -> str:
    id_: str = room.do("ada", "POST", "/api/v1/statuses", data={"status": words})["id"]
    return id_


def test_an_edit_a_favourite_and_a_deletion(room: Room) -> None:
    post = said(room, "firstwords here")
    reply = room.do("dora", "POST", "/api/v1/statuses", data={"status": "an answer", "in_reply_to_id": post})[
        "id"
    ]
    with all_warm(room, post) as now:
        room.do("ada", "PUT", f"/api/v1/statuses/{post}", data={"status": "otherwords here"})
        changed = now()
    shown = {key for key, text in changed.items() if "otherwords" in text}
    assert shown >= {key for key in changed if "context" not in key[1]}
    assert not [key for key, text in changed.items() if "firstwords" in text]
    with all_warm(room, post) as now:
        room.do("dora", "POST", f"/api/v1/statuses/{post}/favourite")
        changed = now()
    assert '"favourites_count":1' in changed["", f"/api/v1/statuses/{post}"]
    assert '"favourited":true' in changed["dora", f"/api/v1/statuses/{post}"]
    assert '"favourited":true' not in changed["ben", f"/api/v1/statuses/{post}"]
    with all_warm(room, reply) as now:
        room.do("ada", "DELETE", f"/api/v1/statuses/{post}")
        changed = now()
    assert not [key for key, text in changed.items() if "otherwords" in text]


def test_a_deletion_by_another_process(room: Room) -> None:
    post = said(room, "saidhere")
    with all_warm(room, post) as now, closing(open_store(room.server.settings)) as other:
        other.write(lambda tx: edits.delete(tx, room.cast.viewer("ada"), int(post)))
        assert not [key for key, text in now().items() if "saidhere" in text]


def test_a_block_and_its_end(room: Room) -> None:
    post = said(room, "blockwords")
    ben = room.cast.ids["ben"]
    with all_warm(room, post) as now:
        room.do("ada", "POST", f"/api/v1/accounts/{ben}/block")
        changed = now()
    assert not [key for key, text in changed.items() if key[0] == "ben" and "blockwords" in text]
    assert "blockwords" in changed["dora", f"/api/v1/statuses/{post}"]
    with all_warm(room, post) as now:
        room.do("ada", "POST", f"/api/v1/accounts/{ben}/unblock")
        assert "blockwords" in now()["ben", f"/api/v1/statuses/{post}"]
    room.do("ben", "POST", f"/api/v1/accounts/{room.cast.ids['ada']}/follow")


def test_a_mute_and_a_filter(room: Room) -> None:
    post, ada = said(room, "mutewords"), room.cast.ids["ada"]
    with all_warm(room, post) as now:
        room.do("ben", "POST", f"/api/v1/accounts/{ada}/mute")
        assert "mutewords" not in now()["ben", "/api/v1/timelines/home"]
    with all_warm(room, post) as now:
        room.do("ben", "POST", f"/api/v1/accounts/{ada}/unmute")
        assert "mutewords" in now()["ben", "/api/v1/timelines/home"]
    with all_warm(room, post) as now:
        words = {"title": "no", "context": ["home"], "keywords_attributes": [{"keyword": "mutewords"}]}
        made = room.do("ben", "POST", "/api/v2/filters", json=words)
        assert '"keyword_matches":["mutewords"]' in now()["ben", "/api/v1/timelines/home"]
    room.do("ben", "DELETE", f"/api/v2/filters/{made['id']}")


def test_a_change_of_who_may_see_it(room: Room) -> None:
    post = said(room, "widewords")
    ada, dora = room.cast.ids["ada"], room.cast.ids["dora"]
    with all_warm(room, post) as now:
        room.do("ada", "DELETE", f"/api/v1/statuses/{post}")
        narrow = room.do(
            "ada", "POST", "/api/v1/statuses", data={"status": "narrowwords", "visibility": "private"}
        )
        changed = now()
    assert not [key for key, text in changed.items() if "widewords" in text]
    with all_warm(room, narrow["id"]) as now:
        assert "narrowwords" not in now()["dora", f"/api/v1/statuses/{narrow['id']}"]
        room.do("dora", "POST", f"/api/v1/accounts/{ada}/follow")
        assert "narrowwords" in now()["dora", f"/api/v1/statuses/{narrow['id']}"]
        room.do("ada", "POST", f"/api/v1/accounts/{dora}/remove_from_followers")
        assert "narrowwords" not in now()["dora", f"/api/v1/statuses/{narrow['id']}"]


def test_a_token_that_ends(room: Room) -> None:
    dora = room.cast.ids["dora"]
    id_, secret = room.server.store.write(
        lambda tx: logins.issue_token(tx, account_id=dora, app_id=None, scopes=SCOPES)
    )
    headers = {"Authorization": f"Bearer {secret}"}
    for _ in range(2):
        assert room.http.get("/api/v1/timelines/home", headers=headers).status_code == 200
    room.server.store.write(lambda tx: logins.revoke_token(tx, id_, dora))
    assert room.http.get("/api/v1/timelines/home", headers=headers).status_code == 401
