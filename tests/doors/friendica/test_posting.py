"""Posting with files in every form, to everybody but some, within limits, and again by the same word."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx2
from tests.doors.friendica.node import NS, Node, name_of, running, tree
from tests.doors.friendica.pictures import bomb, picture, size_of, upload

UPDATE = "/api/statuses/update.json"
B64 = base64.b64encode(picture(40, 30)).decode()


def files_of(node: Node, post: Any) -> list[tuple[int, int]]:
    keys = [file["url"].rpartition("/")[2].partition("?")[0] for file in post.get("attachments", [])]
    return [size_of(node.house.blobs.get(key)) for key in keys]


def test_files_in_every_form(node: Node) -> None:
    one, two = picture(10, 11), picture(12, 13)
    with node.client() as alice:
        sent = alice.post("/api/media/upload.json", files=upload(picture(14, 15))).json()["media_id"]
        other = alice.post("/api/media/upload.json", files=upload(picture(16, 17))).json()["media_id"]
        many = [("media", ("a.png", one, "image/png")), ("media", ("b.png", two, "image/png"))]
        listed = [(f"{field}[]", file) for field, file in many]
        cases: list[tuple[dict[str, Any], Any, list[tuple[int, int]]]] = [
            ({}, upload(one), [(10, 11)]),
            ({}, many, [(10, 11), (12, 13)]),
            ({}, listed, [(10, 11), (12, 13)]),
            ({"media_data": B64}, None, [(40, 30)]),
            ({"media_data": f"data:image/png;base64,{B64}"}, None, [(40, 30)]),
            (
                {"media_data": B64.replace("+", "-").replace("/", "_").rstrip("=")},
                upload(one),
                [(10, 11), (40, 30)],
            ),
            ({"media_ids": f"{sent},{other}"}, None, [(14, 15), (16, 17)]),
        ]
        for number, (fields, files, wanted) in enumerate(cases):
            asked = {"status": f"files {number}", **fields}
            path = ("statuses/update", "statuses/update_with_media", "statuses/mediap")[number % 3]
            answer = alice.post(f"/api/{path}.json", data=asked, files=files)
            assert answer.status_code == 200, (fields, answer.text)
            assert files_of(node, answer.json()) == wanted, number
        root = tree(
            alice.post("/api/statuses/update_with_media.xml", data={"status": "x"}, files=upload(one))
        )
        assert name_of(root) == "status"
        assert root.find("attachments/enclosure", NS) is not None
        alone = alice.post(UPDATE, files=upload(two)).json()
        assert files_of(node, alone) == [(12, 13)]


def test_bad_files_leave_nothing(node: Node) -> None:
    with node.client() as alice, node.client("bob") as bob:
        foreign = bob.post("/api/media/upload.json", files=upload(picture())).json()["media_id"]
        before = alice.get("/api/statuses/user_timeline/alice.json?count=1").json()[0]["id"]
        five = [("media", (f"{n}.png", picture(), "image/png")) for n in range(5)]
        answers = [
            alice.post(UPDATE, data={"status": "x"}, files=upload(b"nothing")),
            alice.post(UPDATE, data={"status": "x"}, files=upload(bomb())),
            alice.post(UPDATE, data={"status": "x"}, files=five),
            alice.post(UPDATE, data={"status": "x", "media_data": "%%%"}),
            alice.post(UPDATE, data={"status": "x", "media_ids": foreign}),
            alice.post(UPDATE, data={"status": "x", "media_ids": "one"}),
            alice.post(UPDATE, files=upload(b"")),
        ]
        assert [answer.status_code for answer in answers] == [400] * len(answers)
        assert alice.get("/api/statuses/user_timeline/alice.json?count=1").json()[0]["id"] == before
        lone = picture(77, 7)
        answer = alice.post(UPDATE, data={"status": "x", "media_ids": foreign}, files=upload(lone))
        assert answer.status_code == 400
        two = [
            ("media", ("1.png", picture(78, 7), "image/png")),
            ("media", ("2.png", b"nothing", "image/png")),
        ]
        assert alice.post(UPDATE, data={"status": "x"}, files=two).status_code == 400
        waits = node.house.store.read(lambda tx: tx.text_sql(*["SELECT blob FROM litter"] * 2).fetchall())
        assert {(77, 7), (78, 7)} <= {size_of(node.house.blobs.get(row[0])) for row in waits}


def test_all_but_some(node: Node) -> None:
    """Only denied: those who follow, without them; nobody is named, so nobody is told."""
    clients = {name: node.client(name) for name in ("alice", "bob", "carol")}
    try:
        for denied, wanted in (("carol", {"alice", "bob"}), ("dora", {"alice", "bob"})):
            if denied not in node.ids:
                node.ids[denied] = node.person(denied)
            asked = {"status": "for friends", "contact_deny[]": node.ids[denied]}
            post = clients["alice"].post(UPDATE, data=asked).json()
            assert post["friendica_private"] is True
            path = f"/api/statuses/show/{post['id']}.json"
            assert {name for name, who in clients.items() if who.get(path).status_code == 200} == wanted
            home = clients["bob"].get("/api/statuses/home_timeline.json?count=5").json()
            assert post["id"] in [each["id"] for each in home]
            assert clients["alice"].post(f"/api/statuses/destroy/{post['id']}.json").status_code == 200
        answer = clients["alice"].post(UPDATE, data={"status": "x", "contact_deny": node.ids["bob"]})
        assert answer.status_code == 400
    finally:
        for client in clients.values():
            client.close()
    left = node.house.store.read(
        lambda tx: tx.text_sql(*["SELECT count(*) FROM circles WHERE hidden = 1"] * 2).fetchone()[0]
    )
    assert left == 0


def test_the_same_word_is_the_same_post(node: Node) -> None:
    with node.client() as alice:
        key = {"idempotency-key": "again and again"}
        ids = {
            alice.post(UPDATE, data={"status": "once"}, files=upload(picture()), headers=key).json()["id"]
            for _ in "123"
        }
        assert len(ids) == 1
        rows = alice.get("/api/friendica/photoalbum.json?album=Wall%20Photos&latest_first=1&limit=2").json()
        assert len({row["media-id"] for row in rows}) == len(rows)


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_limits(tmp_path: Path) -> None:
    with running(tmp_path, posts_a_week=2) as node, node.client() as alice:
        first = alice.post(UPDATE, data={"status": "one"}).json()["id"]
        second = alice.post(UPDATE, data={"status": "two"}).json()["id"]
        alice.post(f"/api/statuses/destroy/{second}.json")
        text = "Weekly posting limit of 2 posts reached. The post was rejected."
        assert error(alice.post(UPDATE, data={"status": "three"})) == (429, text)
        asked = {"status": "an answer is no new thread", "in_reply_to_status_id": first}
        assert alice.post(UPDATE, data=asked).status_code == 200
        with node.client("bob") as bob:
            assert bob.post(UPDATE, data={"status": "one"}).status_code == 200
