"""For whom a photo is: by its rights, on pages and walls, liked and commented."""

from __future__ import annotations

import httpx2
from tests.doors.friendica.node import NS, Node, tree
from tests.doors.friendica.test_photos import made

from folkmoot.domain.people import circles, logins


def test_for_whom_a_photo_is(node: Node) -> None:
    """Rights hold at the picture's own address, for its post, in every list and search."""
    write = node.house.store.write
    near = write(lambda tx: circles.create(tx, node.viewer("alice"), "near").id)
    write(lambda tx: tx.text_sql(
        f"INSERT INTO circle_members (id, circle_id, account_id) VALUES ({tx.ids.next()}, {near}, {node.ids['bob']})",
        f"INSERT INTO circle_members (id, circle_id, account_id) VALUES ({tx.ids.next()}, {near}, {node.ids['bob']})",
    ))  # fmt: skip
    bob_id, carol_id = node.ids["bob"], node.ids["carol"]
    people = ("alice", "bob", "carol")
    everybody = {*people, "nobody"}
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({}, everybody),
        ({"allow_cid": "", "deny_cid": ""}, everybody),
        ({"allow_cid": f"<{bob_id}>"}, {"alice", "bob"}),
        ({"allow_cid": f"<{bob_id}><{carol_id}>"}, {"alice", "bob", "carol"}),
        ({"allow_gid": f"<{near}>"}, {"alice", "bob"}),
        ({"allow_gid": f"<{near}>", "allow_cid": f"<{carol_id}>"}, {"alice", "bob", "carol"}),
        ({"allow_cid": f"<{bob_id}><{carol_id}>", "deny_gid": f"<{near}>"}, {"alice", "carol"}),
        ({"allow_gid": f"<{near}>", "deny_cid": f"<{bob_id}>"}, {"alice"}),
        ({"deny_cid": f"<{bob_id}>"}, {"alice"}),
        ({"deny_cid": f"<{carol_id}>"}, {"alice", "bob"}),
    ]
    clients = {name: node.client(None if name == "nobody" else name) for name in everybody}
    try:
        photo = made(clients["alice"])
        asked = {"photo_id": photo["id"], "album": "Holiday"}
        blank = dict.fromkeys(("allow_cid", "allow_gid", "deny_cid", "deny_gid"), "")
        for number, (rights, wanted) in enumerate(cases):
            change = {**asked, **blank, **rights}
            answer = clients["alice"].post("/api/friendica/photo/update.json", data=change)
            assert answer.json()["result"] == "updated"
            fresh = [made(clients["alice"], **rights)] if number % 2 else []
            for each in (photo, *fresh):
                assert seen(clients, each["link"][-1]) == wanted, rights
                for path in ("statuses/show", "statusnet/conversation"):
                    address = f"/api/{path}/{each['media-id']}.json"
                    shown = {name for name in people if clients[name].get(address).status_code == 200}
                    assert shown == wanted - {"nobody"}, rights
    finally:
        for client in clients.values():
            client.close()
    kept = node.house.store.read(lambda tx: circles.mine(tx, node.viewer("alice")))
    assert [circle.title for circle in kept] == ["near"]


def seen(clients: dict[str, httpx2.Client], address: str) -> set[str]:
    answers = {name: client.get(address).status_code for name, client in clients.items()}
    assert set(answers.values()) <= {200, 404}
    return {name for name, status in answers.items() if status == 200}


def test_a_page_shows_it_to_whom_the_browser_is(node: Node) -> None:
    """An <img> carries the session's cookie and nothing else."""
    with node.client() as alice, node.client(None) as browser:
        link = made(alice, allow_cid=f"<{node.ids['bob']}>")["link"][0]
        for name, status in (("alice", 200), ("bob", 200), ("carol", 404)):
            account_id = node.ids[name]
            secret, _ = node.house.store.write(lambda tx, id_=account_id: logins.open_session(tx, id_))
            answer = browser.get(link, headers={"cookie": f"moot_session={secret}"})
            assert answer.status_code == status, name
            call = browser.get(
                "/api/statuses/home_timeline.json", headers={"cookie": f"moot_session={secret}"}
            )
            assert call.status_code == 401, "no call is made by a cookie"
        assert browser.get(link).status_code == 404


def test_liked_and_commented_but_in_no_list(node: Node) -> None:
    with node.client() as alice, node.client("bob") as bob:
        photo = made(alice)
        number = photo["media-id"]
        assert bob.post(f"/api/friendica/activity/like.json?id={number}").json() == "ok"
        asked = {"status": "what a cat", "in_reply_to_status_id": number}
        comment = bob.post("/api/statuses/update.json", data=asked).json()
        now = alice.get("/api/friendica/photo", params={"photo_id": photo["id"]}).json()
        assert [user["screen_name"] for user in now["friendica_activities"]["like"]] == ["bob"]
        assert [c["id"] for c in now["friendica_comments"]] == [comment["id"]]
        root = tree(alice.get("/api/friendica/photo.xml", params={"photo_id": photo["id"]}))
        assert root.findtext("friendica:comments/comment/id", namespaces=NS) == str(comment["id"])
        assert root.findtext("friendica:activities/friendica:like/user/screen_name", namespaces=NS) == "bob"
        shown = made(alice, visibility="true")
        for who, path in ((bob, "statuses/home_timeline"), (alice, "statuses/user_timeline")):
            ids = [post["id"] for post in who.get(f"/api/{path}.json?count=100").json()]
            assert shown["media-id"] in ids
            assert number not in ids
        public = [post["id"] for post in bob.get("/api/statuses/public_timeline.json?count=100").json()]
        assert (shown["media-id"] in public, number in public) == (True, False)


def test_a_photo_on_the_wall_for_one(node: Node) -> None:
    with node.client() as alice, node.client("bob") as bob, node.client("carol") as carol:
        photo = made(alice, visibility="true", allow_cid=f"<{node.ids['bob']}>")
        paths = ("statuses/home_timeline", "statuses/user_timeline/alice", "statuses/networkpublic_timeline")
        lists = {
            (name, path): photo["media-id"] in [post["id"] for post in who.get(f"/api/{path}.json").json()]
            for name, who in (("bob", bob), ("carol", carol))
            for path in paths
        }
        assert [key for key, there in lists.items() if there] == [("bob", paths[0]), ("bob", paths[1])]
        assert carol.post(f"/api/friendica/activity/like?id={photo['media-id']}").status_code == 400
        assert bob.get("/api/direct_messages/all.json").json() == []
