"""Notifications: the notices of every door in Friendica's words, unseen first, and each marked as seen."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.doors.friendica.node import NS, Node, name_of, tree

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.notices import notice_lists
from folkmoot.domain.paging import Page
from folkmoot.domain.people import bonds
from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.reading import markers
from folkmoot.doors.friendica.notes import ago

PATH = "/api/friendica/notifications"
KEYS = [
    "id", "type", "name", "url", "photo", "date", "timestamp", "date_rel", "msg", "msg_html", "msg_plain", "link",
    "seen", "uid", "iid", "parent", "verb", "otype", "name_cache", "msg_cache", "hash",
]  # fmt: skip


@pytest.fixture
def nell(node: Node) -> Any:
    """Somebody to whom things happen: an answer, a mention, a message, a like, a new follower."""
    name = f"nell{time.monotonic_ns()}"[:28]
    node.ids[name] = node.person(name)
    write, me = node.house.store.write, node.ids[name]
    write(lambda tx: bonds.follow(tx, Viewer(me), node.ids["alice"]))
    said = node.says(name, "a word")
    answer = node.says("alice", "an answer", parent_id=said, to=[me])
    mention = node.says("alice", f"hello @{name}")
    mail = node.says("alice", f"psst @{name}", audience=int(Audience.DIRECT))
    write(lambda tx: reactions.react(tx, node.viewer("alice"), said, Reaction.LIKE))
    write(lambda tx: bonds.follow(tx, node.viewer("alice"), me))
    with node.client(name) as client:
        yield node, client, me, {"said": said, "answer": answer, "mention": mention, "mail": mail}


def test_what_is_told(nell: Any) -> None:
    node, client, me, ids = nell
    found = client.get(f"{PATH}.json").json()
    for path in ("/api/friendica/notification", f"/api/1.1{PATH[4:]}.json"):
        assert [note["id"] for note in client.get(path).json()] == [note["id"] for note in found]
    assert [list(note) for note in found] == [KEYS] * 5
    told = [(n["type"], n["otype"], n["iid"], n["verb"].rpartition("/")[2]) for n in found]
    assert told == [
        (1, "intro", 0, "follow"),
        (8, "item", ids["said"], "like"),
        (16, "mail", ids["mail"], "post"),
        (128, "item", ids["mention"], "post"),
        (8, "item", ids["answer"], "post"),
    ]
    for note in found:
        assert (note["seen"], note["uid"], note["name"]) == (0, me, "Alice <b>&")
        assert abs(note["timestamp"] - time.time()) < 120
        assert time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(note["timestamp"])) == note["date"]
        assert note["msg_cache"].replace("{0}", note["name_cache"]) == note["msg_plain"]
        assert note["msg"].startswith(f"[url={note['url']}]Alice")
        assert note["msg_html"].startswith(f'<a href="{note["url"]}">Alice &lt;b&gt;&amp;</a> ')
    answer = found[-1]
    assert answer["link"] == f"{node.url}/@alice/{ids['answer']}"
    assert answer["parent"] == ids["said"]
    kinds = node.house.store.read(lambda tx: notice_lists.page_of(tx, Viewer(me), Page()))
    assert [notice.id for notice in kinds] == [note["id"] for note in found]


def test_xml_has_attributes(nell: Any) -> None:
    _, client, _, _ = nell
    root = tree(client.get(f"{PATH}.xml"))
    assert (root.tag, [e.tag for e in root]) == ("notes", ["note"] * 5)
    said = client.get(f"{PATH}.json").json()
    assert [dict(e.attrib) for e in root] == [{k: str(v).strip() for k, v in note.items()} for note in said]


def test_seen(nell: Any) -> None:
    node, client, me, ids = nell
    found = client.get(f"{PATH}.json").json()
    follow, like, *_, answer = found
    (status,) = client.post(f"{PATH}/seen.json", data={"id": like["id"]}).json()
    assert status["id"] == ids["said"]
    assert client.post(f"/api/friendica/notification/seen?id={follow['id']}").json() == "success"
    root = tree(client.post(f"{PATH}/seen.xml", data={"id": follow["id"]}))
    assert (root.tag, root.text) == (f"{{{NS['']}}}status", "success")
    root = tree(client.post(f"{PATH}/seen.xml", data={"id": answer["id"]}))
    assert root.tag == f"{{{NS['']}}}status"
    assert root.find(f"{{{NS['']}}}id").text == str(ids["answer"])
    order = [(note["id"], note["seen"]) for note in client.get(f"{PATH}.json").json()]
    assert order == [
        (found[2]["id"], 0),
        (found[3]["id"], 0),
        (follow["id"], 1),
        (like["id"], 1),
        (answer["id"], 1),
    ]
    node.house.store.write(lambda tx: markers.put(tx, Viewer(me), {"notices": found[3]["id"]}))
    assert [n["seen"] for n in client.get(f"{PATH}.json").json()] == [0, 1, 1, 1, 1]


def test_refusals(nell: Any) -> None:
    node, client, _, _ = nell
    (mine, *_) = client.get(f"{PATH}.json").json()
    for params in ({}, {"id": "7"}, {"id": "x"}, {"id": "-1"}, {"id": "9" * 30}):
        answer = client.post(f"{PATH}/seen.json", params=params)
        assert (answer.status_code, answer.json()["error"]) == (400, "Invalid argument"), params
    with node.client("carol") as carol:
        hidden, unknown = (carol.post(f"{PATH}/seen.json", data={"id": id_}) for id_ in (mine["id"], 7))
        assert (hidden.status_code, hidden.content) == (400, unknown.content)
        assert name_of(tree(carol.get(f"{PATH}.xml"))) == "notes"
    for method, path in (
        ("POST", f"{PATH}.json"),
        ("GET", f"{PATH}/seen.json"),
        ("DELETE", f"{PATH}/seen.xml"),
    ):
        assert client.request(method, path).status_code == 405
    with node.client(None) as nobody:
        assert nobody.get(f"{PATH}.json").status_code == 401
        assert nobody.post(f"{PATH}/seen.json").status_code == 401


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "less than a second ago"), (1, "1 second ago"), (59, "59 seconds ago"), (60, "1 minute ago"),
     (7200, "2 hours ago"), (86_400 * 3, "3 days ago"), (86_400 * 40, "1 month ago"), (86_400 * 800, "2 years ago")],
)  # fmt: skip
def test_how_long_ago(seconds: int, text: str) -> None:
    assert ago(seconds * 1000) == text
