"""Photos and albums: made, shown in sizes, given to some, changed, moved, deleted; another's are not there."""

from __future__ import annotations

import base64
import re
from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import NS, Node, name_of, tree
from tests.doors.friendica.pictures import bomb, picture, size_of, upload

from folkmoot.domain.access import Viewer
from folkmoot.domain.media import albums, litter, uploads
from folkmoot.domain.posts import pace
from folkmoot.domain.staff import erasure
from folkmoot.store.sql import Query

PHOTO_KEYS = {
    "id", "created", "edited", "title", "desc", "album", "filename", "type", "height", "width", "profile", "link",
    "allow_cid", "allow_gid", "deny_cid", "deny_gid", "friendica_activities", "friendica_comments",
    "rights_mismatch", "media-id", "scales",
}  # fmt: skip
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def made(
    client: httpx2.Client, album: str = "Holiday", size: tuple[int, int] = (330, 20), **fields: Any
) -> Any:
    colour = (len(fields) * 40 % 255, size[0] % 255, 9)
    answer = client.post(
        "/api/friendica/photo/create.json",
        data={"album": album, **fields},
        files=upload(picture(*size, colour)),
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_photo_in_all_its_sizes(node: Node) -> None:
    with node.client() as alice:
        photo = made(alice, size=(1300, 900), desc="a cat & <b>")
        assert set(photo) == PHOTO_KEYS
        assert re.fullmatch(r"[0-9a-f]{32}", photo["id"])
        assert TIME.fullmatch(photo["created"])
        assert (photo["width"], photo["height"], photo["type"]) == (1300, 900, "image/png")
        assert (photo["album"], photo["filename"], photo["desc"]) == ("Holiday", "cat.png", "a cat & <b>")
        assert [link.rpartition("-")[2].partition(".")[0] for link in photo["link"]] == ["0", "1", "2"]
        sides = [(1300, 900), (640, 443), (320, 222)]
        assert [size_of(alice.get(link).content) for link in photo["link"]] == sides
        assert [(s["width"], s["height"]) for s in photo["scales"]] == sides
        assert photo["friendica_activities"] == {k: [] for k in photo["friendica_activities"]}
        for scale, size in enumerate(sides):
            one = alice.get(f"/api/friendica/photo.json?photo_id={photo['id']}&scale={scale}").json()
            data = base64.b64decode(one["data"])
            assert (len(data), size_of(data), one["link"]) == (one["datasize"], size, [photo["link"][scale]])
            assert set(one) == PHOTO_KEYS | {"data", "datasize"}
        again = alice.get(f"/api/friendica/photo.json?photo_id={photo['id']}").json()
        assert again == photo
        small = made(alice, size=(30, 20))
        assert len(small["link"]) == 1


def test_as_xml(node: Node) -> None:
    with node.client() as alice:
        files = upload(picture(700, 20))
        root = tree(alice.post("/api/friendica/photo/create.xml", data={"album": "X & Y"}, files=files))
        assert (name_of(root), root.findtext("album", namespaces=NS)) == ("photo_create", "X & Y")
        id_ = root.findtext("id", namespaces=NS)
        root = tree(alice.get(f"/api/friendica/photo.xml?photo_id={id_}&scale=1"))
        assert name_of(root) == "photo"
        links = root.find("links", NS)
        assert links is not None
        assert links.get("type") == "array"
        (link,) = links
        assert (link.get("scale"), link.get("type")) == ("1", "image/jpeg")
        assert base64.b64decode(root.findtext("data", "", NS))
        root = tree(alice.get("/api/friendica/photos/list.xml"))
        assert (root.tag, root.get("type")) == ("photos", "array")
        row = next(each for each in root if each.get("id") == id_)
        assert (row.tag, row.get("album"), row.get("filename")) == ("photo", "X & Y", "cat.png")
        assert (row.text or "").endswith("-2.jpg")
        root = tree(alice.get("/api/friendica/photoalbums.xml"))
        assert (name_of(root), {name_of(each) for each in root}) == ("albums", {"album"})
        asked = {"photo_id": id_, "album": "X & Y", "desc": "new"}
        root = tree(alice.post("/api/friendica/photo/update.xml", data=asked))
        assert (name_of(root), root.findtext("result", namespaces=NS)) == ("photo_update", "updated")
        root = tree(alice.request("DELETE", f"/api/friendica/photo/delete.xml?photo_id={id_}"))
        assert (name_of(root), root.findtext("result", namespaces=NS)) == ("photo_delete", "deleted")


def test_lists_and_albums(node: Node) -> None:
    node.person("dora")
    with node.client("dora") as dora:
        assert dora.get("/api/friendica/photos/list.json").json() == []
        assert dora.get("/api/friendica/photoalbums.json").json() == []
        first, second = made(dora, "Sea", desc="one"), made(dora, "Sea")
        other = made(dora, "Hills")
        rows = dora.get("/api/friendica/photos/list").json()
        assert [row["id"] for row in rows] == [other["id"], second["id"], first["id"]]
        assert set(rows[0]) == {"id", "album", "filename", "type", "created", "edited", "desc", "thumb"}
        assert rows[2]["thumb"] == first["link"][-1]
        found = dora.get("/api/friendica/photoalbums.json").json()
        assert [(a["name"], a["count"]) for a in found] == [("Hills", 1), ("Sea", 2)]
        path = "/api/friendica/photoalbum.json"
        assert [p["id"] for p in dora.get(path, params={"album": "Sea"}).json()] == [
            first["id"],
            second["id"],
        ]
        turned = dora.get(path, params={"album": "Sea", "latest_first": "true", "limit": 1}).json()
        assert [(p["id"], p["media-id"]) for p in turned] == [(second["id"], second["media-id"])]
        assert dora.get(path, params={"album": "Sea", "offset": 1}).json() == turned
        assert dora.get(path, params={"album": "None"}).json() == []
        assert error(dora.get(path)) == (400, "No album name specified.")

        path = "/api/friendica/photoalbum/update.json"
        answer = dora.post(path, data={"album": "Sea", "album_new": "Lake"})
        assert answer.json() == {
            "result": "updated",
            "message": "album 'Sea' with all containing photos has been renamed to 'Lake'.",
        }
        assert error(dora.post(path, data={"album_new": "x"})) == (400, "no albumname specified")
        assert error(dora.post(path, data={"album": "Lake"})) == (400, "no new albumname specified")
        assert error(dora.post(path, data={"album": "Sea", "album_new": "x"})) == (400, "album not available")
        path = "/api/friendica/photoalbum/delete.json"
        answer = dora.request("DELETE", path, params={"album": "Lake"})
        assert answer.json() == {
            "result": "deleted",
            "message": "album 'Lake' with all containing photos has been deleted.",
        }
        assert error(dora.post(path)) == (400, "no albumname specified")
        assert error(dora.post(path, data={"album": "Lake"})) == (400, "album not available")
        assert [row["id"] for row in dora.get("/api/friendica/photos/list").json()] == [other["id"]]
        assert dora.get(first["link"][0]).status_code == 404


def test_what_is_wrong_is_said_letter_by_letter(node: Node) -> None:
    create, change = "/api/friendica/photo/create.json", "/api/friendica/photo/update.json"
    with node.client() as alice, node.client("bob") as bob:
        photo, ok = made(alice), upload(picture())
        for path in (create, change):
            assert error(alice.post(path, files=ok)) == (400, "no albumname specified")
            assert error(alice.post(path, data={"album": "x"})) == (400, "no media data submitted")
            asked = {"album": "x", "allow_cid": "nonsense"}
            assert error(alice.post(path, data=asked, files=ok)) == (400, "acl data invalid")
            for rights in ({"allow_cid": "<99>"}, {"deny_gid": "<77>"}, {"allow_gid": "<3>,<4>"}):
                assert error(alice.post(path, data={"album": "x", **rights}, files=ok)) == (
                    400,
                    "acl data invalid",
                )
            for data in (b"GIF89a", b"no picture", bomb()):
                answer = alice.post(path, data={"album": "x"}, files=upload(data))
                assert error(answer) == (500, "unable to process image data")
            large = bytes(node.house.settings.media_max_bytes + 1)
            answer = alice.post(path, data={"album": "x"}, files=upload(large))
            text = f"image size exceeds Friendica Config setting (uploaded size: {len(large)})"
            assert error(answer) == (500, text)
            for id_, album in (("0" * 32, "Holiday"), (photo["id"], "Elsewhere"), ("' OR 1=1", "Holiday")):
                asked = {"photo_id": id_, "album": album, "desc": "x"}
                assert error(alice.post(path, data=asked)) == (400, "photo not available")
            asked = {"photo_id": photo["id"], "album": "Holiday"}
            assert error(bob.post(path, data=asked | {"desc": "mine now"})) == (400, "photo not available")
            assert alice.post(path, data=asked).json() == {
                "result": "cancelled",
                "message": f"Nothing to update for image id '{photo['id']}'.",
            }
        path = "/api/friendica/photo.json"
        assert error(alice.get(path)) == (400, "No photo id.")
        assert error(alice.get(path, params={"photo_id": "0" * 32})) == (404, "Not Found")
        assert error(alice.get(path, params={"photo_id": photo["id"], "scale": 5})) == (404, "Not Found")
        assert error(alice.get(path, params={"photo_id": photo["id"], "scale": -1})) == (404, "Not Found")
        assert error(bob.get(path, params={"photo_id": photo["id"]})) == (404, "Not Found")
        path = "/api/friendica/photo/delete.json"
        assert error(alice.post(path)) == (400, "no photo_id specified")
        assert error(bob.post(path, data={"photo_id": photo["id"]})) == (400, "photo not available")
        assert alice.post(path, data={"photo_id": photo["id"]}).json() == {
            "result": "deleted",
            "message": f"photo with id '{photo['id']}' has been deleted from server.",
        }
        assert error(alice.post(path, data={"photo_id": photo["id"]})) == (400, "photo not available")
        assert alice.get(path).status_code == 405
    with node.client(None) as nobody:
        assert nobody.get("/api/friendica/photos/list").status_code == 401


def test_changing_a_photo(node: Node) -> None:
    path = "/api/friendica/photo/update.json"
    with node.client() as alice:
        photo = made(alice, desc="first", allow_cid=f"<{node.ids['bob']}>")
        asked = {"photo_id": photo["id"], "album": "Holiday"}
        answer = alice.post(path, data={**asked, "desc": "", "album_new": "Moved"})
        text = f"Image id '{photo['id']}' has been updated."
        assert answer.json() == {"result": "updated", "message": text}
        now = alice.get("/api/friendica/photo", params={"photo_id": photo["id"]}).json()
        assert (now["desc"], now["album"], now["allow_cid"]) == ("", "Moved", f"<{node.ids['bob']}>")
        asked["album"] = "Moved"
        files = upload(picture(50, 400, (1, 2, 3)), "dog.png")
        answer = alice.post(path, data=asked, files=files).json()
        assert (answer["id"], answer["width"], answer["filename"]) == (photo["id"], 50, "dog.png")
        assert [size_of(alice.get(link).content) for link in answer["link"]] == [(50, 400), (40, 320)]
        old = node.house.store.read(lambda tx: albums.see_own(tx, node.viewer("alice"), photo["id"]))
        (file,) = alice.get(f"/api/statuses/show/{old.post_id}.json").json()["attachments"]
        key = file["url"].rpartition("/")[2].partition("?")[0]
        assert size_of(node.house.blobs.get(key)) == (50, 400)


def test_pictures_of_posts_stand_in_the_wall_album(node: Node) -> None:
    node.person("emil")
    with node.client("emil") as emil, node.client("bob") as bob:
        asked = {"status": "look", "contact_allow": ""}
        post = emil.post("/api/statuses/update.json", data=asked, files=upload(picture(800, 20))).json()
        sent = emil.post("/api/media/upload.json", files=upload(picture(20, 20))).json()
        rows = emil.get("/api/friendica/photos/list").json()
        assert [row["album"] for row in rows] == ["Wall Photos"] * 2
        free, shown = rows
        assert bob.get(shown["thumb"]).status_code == 200
        assert bob.get(free["thumb"]).status_code == 404
        like = emil.get("/api/friendica/photo", params={"photo_id": free["id"]}).json()
        assert like["media-id"] == sent["media_id"]
        bob.post(f"/api/friendica/activity/like?id={post['id']}")
        like = emil.get("/api/friendica/photo", params={"photo_id": shown["id"]}).json()
        assert len(like["friendica_activities"]["like"]) == 1
        asked = {"photo_id": free["id"], "album": "Wall Photos", "allow_cid": f"<{node.ids['bob']}>"}
        assert emil.post("/api/friendica/photo/update", data=asked).json()["result"] == "updated"
        assert bob.get(free["thumb"]).status_code == 200
        again = emil.post(
            "/api/statuses/update.json", data={"status": "twice", "media_ids": like["media-id"]}
        )
        assert len(again.json()["attachments"]) == 1
        assert emil.post("/api/friendica/photo/delete", data={"photo_id": shown["id"]}).status_code == 200
        assert len(emil.get(f"/api/statuses/show/{post['id']}.json").json()["attachments"]) == 1


def test_nothing_is_left_of_a_deleted_photo(node: Node) -> None:
    store = node.house.store
    with node.client() as alice:
        gone, by_post, kept = (
            made(alice, size=(700 + n, 500), allow_cid=f"<{node.ids['bob']}>") for n in range(3)
        )
        keys = {}
        for photo in (gone, by_post, kept):
            row = store.read(lambda tx, id_=photo["id"]: albums.see_own(tx, node.viewer("alice"), id_))
            scales = store.read(lambda tx, id_=row.id: albums.scales_of(tx, [id_]))[row.id]
            keys[photo["id"]] = {scale.blob for scale in scales}
        alice.post("/api/friendica/photo/delete.json", data={"photo_id": gone["id"]})
        assert alice.post(f"/api/statuses/destroy/{by_post['media-id']}.json").status_code == 200
        for photo in (gone, by_post):
            assert alice.get(photo["link"][0]).status_code == 404
            answer = alice.get("/api/friendica/photo.json", params={"photo_id": photo["id"]})
            assert answer.status_code == 404
        assert alice.get(f"/api/statuses/show/{gone['media-id']}.json").status_code == 400

    def later(tx: Any) -> Any:
        tx.now += litter.FREE_MS + litter.REST_MS + 1000
        litter.forget_files(tx)
        tx.now += litter.REST_MS + 1000
        return litter.rested(tx)

    rested = set(store.write(later))
    assert keys[gone["id"]] | keys[by_post["id"]] <= rested
    assert not keys[kept["id"]] & rested


def test_an_erased_account_leaves_no_photos(node: Node) -> None:
    flora = node.person("flora")
    with node.client("flora") as client:
        made(client)
        client.post("/api/media/upload.json", files=upload(picture()))
        client.post("/api/account/update_profile_image.json", files=upload(picture(), field="image"))

    def erase(tx: Any) -> list[int]:
        below: int | None = erasure.TOP
        while below is not None:
            below = erasure.remove_posts(tx, flora, below)
        erasure.finish(tx, flora)
        return [tx.text_sql(*[f"SELECT count(*) FROM {table} WHERE account_id = {flora}"] * 2).fetchone()[0]
                for table in ("photos", "media", "uploads")]  # fmt: skip

    assert node.house.store.write(erase) == [0, 0, 0]


@pytest.mark.parametrize(
    "name", ["x", "..%2f..%2fsecret", "a-b.png", f"{'0' * 32}-0.png", f"{'0' * 32}-9999999999.png"]
)
def test_addresses_that_lead_nowhere(node: Node, name: str) -> None:
    with node.client() as alice:
        assert alice.get(f"/photo/{name}").status_code == 404


def test_nobody_is_a_viewer_too(node: Node) -> None:
    with node.client() as alice:
        photo = made(alice, allow_cid=f"<{node.ids['bob']}>")
    resource, number = photo["id"], 0
    read = node.house.store.read
    with pytest.raises(Exception, match="not found"):
        read(lambda tx: albums.see_scale(tx, Viewer.anonymous(), resource, number))
    assert read(lambda tx: albums.see_scale(tx, node.viewer("bob"), resource, number)).width == 330


def test_no_list_walks_a_whole_table(node: Node) -> None:
    """Plans of SQLite's for all statements about photos and uploads."""
    found = {
        name: query
        for module in (albums, uploads, litter, pace)
        for name, query in vars(module).items()
        if isinstance(query, Query)
    }
    assert len(found) > 20

    def plans(tx: Any) -> dict[str, list[str]]:
        out = {}
        for name, query in found.items():
            text = query.sql("sqlite")
            values = dict.fromkeys(re.findall(r"(?<!:):(\w+)", text), 1) | dict.fromkeys(query.lists, "[]")
            out[name] = [row[3] for row in tx.text_sql(f"EXPLAIN QUERY PLAN {text}", "", **values)]
        return out

    if node.house.settings.database:
        pytest.skip("plans of PostgreSQL depend on how much there is")
    tables = re.compile(r"SCAN (photos|photo_scales|uploads|upload_parts|media|posts|litter)\b(?!.*INDEX)")
    assert {
        n: plan for n, plan in node.house.store.read(plans).items() if any(map(tables.search, plan))
    } == {}
