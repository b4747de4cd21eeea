"""Uploads whole and in pieces, words for pictures, portraits and banners; and an old client that posts a picture."""

from __future__ import annotations

import base64
from typing import Any

import httpx2
import pytest
from tests.doors.friendica.node import NS, PASSWORD, Node, name_of, tree
from tests.doors.friendica.pictures import bomb, picture, size_of, upload
from tests.support.films import film

UPLOAD = "/api/media/upload.json"


def error(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_whole_files(node: Node) -> None:
    data = picture(33, 22)
    text = base64.b64encode(data).decode()
    with node.client() as alice:
        for answer in (
            alice.post(UPLOAD, files=upload(data)),
            alice.put(UPLOAD, files=upload(data)),
            alice.post("/api/1.1/media/upload", data={"media_data": text}),
            alice.post(UPLOAD, files={"media_data": (None, text)}),
            alice.post(UPLOAD, data={"media": text}),
            alice.post("/api/statusnet/media/upload.json", files=upload(data)),
        ):
            sent = answer.json()
            assert (answer.status_code, sent["media_id_string"]) == (200, str(sent["media_id"]))
            assert {k: sent["image"][k] for k in ("w", "h", "image_type")} == {
                "w": 33,
                "h": 22,
                "image_type": "image/png",
            }
            assert sent["size"] > 0
            assert sent["media_url"].startswith(node.url)
            assert sent["expires_after_secs"] == 86400
        root = tree(alice.post("/api/media/upload.xml", files=upload(data)))
        assert (name_of(root), root.findtext("image/w", namespaces=NS)) == ("media", "33")
        for answer in (
            alice.post(UPLOAD),
            alice.post(UPLOAD, files=upload(b"")),
            alice.post(UPLOAD, data={"media": ""}),
        ):
            assert error(answer) == (400, "No media.")
        for broken in (b"text", bomb(), data[:60]):
            assert error(alice.post(UPLOAD, files=upload(broken))) == (500, "Internal Server Error")
        assert alice.delete(UPLOAD).status_code == 405
    with node.client(None) as nobody:
        assert nobody.post(UPLOAD, files=upload(data)).status_code == 401


def begun(client: httpx2.Client, total: int, kind: str = "image/png") -> int:
    answer = client.post(UPLOAD, data={"command": "INIT", "total_bytes": total, "media_type": kind})
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["media_id"]
    return number


def append(client: httpx2.Client, id_: int, index: int, data: bytes) -> httpx2.Response:
    fields = {"command": "APPEND", "media_id": id_, "segment_index": index}
    return client.post(UPLOAD, data=fields, files=upload(data))


def finish(client: httpx2.Client, id_: int) -> httpx2.Response:
    return client.post(UPLOAD, data={"command": "FINALIZE", "media_id": id_})


def test_in_pieces(node: Node) -> None:
    data = picture(300, 200)
    with node.client() as alice:
        id_ = begun(alice, len(data))
        state = alice.get(UPLOAD, params={"command": "STATUS", "media_id": id_}).json()
        assert state["processing_info"]["state"] == "pending"
        assert [
            append(alice, id_, 1, data[100:]).status_code,
            append(alice, id_, 0, b"wrong").status_code,
        ] == [204] * 2
        again = append(alice, id_, 0, data[:100])
        assert (again.status_code, again.content) == (204, b"")
        done = finish(alice, id_)
        assert (done.status_code, done.json()["media_id"]) == (200, id_)
        assert done.json()["processing_info"]["state"] == "succeeded"
        state = alice.get(UPLOAD, params={"command": "STATUS", "media_id": id_}).json()
        assert (state["processing_info"]["state"], state["image"]["w"]) == ("succeeded", 300)
        post = alice.post("/api/statuses/update.json", data={"status": "x", "media_ids": id_}).json()
        assert len(post["attachments"]) == 1
        assert error(finish(alice, id_)) == (400, "Media not found.")


def test_pieces_that_do_not_fit(node: Node) -> None:
    data = picture()
    with node.client() as alice, node.client("bob") as bob:
        for total in ("", "0", "-5", str(1 << 50)):
            answer = alice.post(
                UPLOAD, data={"command": "INIT", "total_bytes": total, "media_type": "image/png"}
            )
            assert answer.status_code == 400
        id_ = begun(alice, len(data))
        assert error(append(bob, id_, 0, data)) == (400, "Media not found.")
        assert error(finish(bob, id_)) == (400, "Media not found.")
        assert error(bob.get(UPLOAD, params={"command": "STATUS", "media_id": id_})) == (
            400,
            "Media not found.",
        )
        assert error(append(alice, 99, 0, data)) == (400, "Media not found.")
        for wrong in (
            append(alice, id_, 0, data + b"x"),
            append(alice, id_, 5000, data),
            append(alice, id_, -1, data),
        ):
            assert wrong.status_code == 400
        assert error(finish(alice, id_)) == (400, "not all segments were sent")
        bad = begun(alice, 9)
        assert append(alice, bad, 0, b"no image!").status_code == 204
        assert error(finish(alice, bad)) == (500, "Internal Server Error")
        post = alice.post("/api/statuses/update.json", data={"status": "x", "media_ids": id_})
        assert post.status_code == 400
        node.ids["gus"] = node.person("gus")
        with node.client("gus") as gus:
            for _ in range(10):
                begun(gus, 5)
            answer = gus.post(UPLOAD, data={"command": "INIT", "total_bytes": 5, "media_type": "image/png"})
            assert answer.status_code == 429


def test_a_film_takes_a_while(node: Node) -> None:
    data = film()
    with node.client() as alice:
        id_ = begun(alice, len(data), "video/mp4")
        append(alice, id_, 0, data)
        done = finish(alice, id_).json()
        assert done["processing_info"]["state"] == "in_progress"
        assert done["processing_info"]["check_after_secs"] >= 1
        answer = alice.post("/api/statuses/update.json", data={"status": "too early", "media_ids": id_})
        assert answer.status_code == 400


def test_what_a_picture_shows(node: Node) -> None:
    path = "/api/media/metadata/create.json"
    with node.client() as alice, node.client("bob") as bob:
        id_ = alice.post(UPLOAD, files=upload(picture())).json()["media_id"]
        tree_ = {"media_id": str(id_), "alt_text": {"text": "a red cat"}}
        answer = alice.post(path, json=tree_)
        assert (answer.status_code, answer.content) == (200, b"")
        headers = {"content-type": "text/plain"}
        assert alice.post(path, content=answer.request.content, headers=headers).status_code == 200
        asked = {"status": "x", "media_ids": id_}
        post = alice.post("/api/statuses/update.json?include_entities=true", data=asked).json()
        assert post["entities"]["media"][0]["ext_alt_text"] == "a red cat"
        assert error(alice.post(path)) == (400, "No post data")
        for body in (b"{", b"[]", b"nonsense"):
            answer = alice.post(path, content=body, headers={"content-type": "application/json"})
            assert error(answer) == (400, "Invalid post data")
        for missing in ({"media_id": id_}, {"alt_text": {"text": "x"}}, {"media_id": id_, "alt_text": "x"}):
            assert error(alice.post(path, json=missing)) == (400, "Missing post data values")
        assert error(alice.post(path, json=tree_ | {"alt_text": {"text": " "}})) == (400, "No alt text.")
        for other in (id_, 77, "x", "1" * 40):
            assert error(bob.post(path, json=tree_ | {"media_id": other})) == (400, "Metadata not found.")


def test_portraits(node: Node) -> None:
    path = "/api/account/update_profile_image"
    data = picture(500, 300)
    with node.client("bob") as bob, node.client(None) as nobody:
        assert nobody.get(f"{path}.json").status_code == 405
        assert bob.get(f"{path}.json").status_code == 405
        before = bob.get("/api/account/verify_credentials.json").json()
        user = bob.post(f"{path}.json", files=upload(data, field="image")).json()
        assert set(user) == set(before)
        assert user["profile_image_url"] != before["profile_image_url"]
        root = tree(bob.post(f"{path}.xml", files=upload(data)))
        assert name_of(root) == "user"
        for form in (
            base64.b64encode(data).decode(),
            f"data:image/png;base64,{base64.b64encode(data).decode()}",
        ):
            assert bob.post(f"{path}.json", data={"image": form}).status_code == 200
        row = bob.get("/api/friendica/photos/list.json").json()[0]
        assert row["album"] == "Profile Photos"
        photo = bob.get("/api/friendica/photo.json", params={"photo_id": row["id"]}).json()
        assert photo["profile"] == 1
        assert [size_of(nobody.get(link).content)[0] for link in photo["link"]] == [175, 80, 48]
        root = tree(bob.get("/api/friendica/photo.xml", params={"photo_id": row["id"]}))
        assert [link.get("scale") for link in root.findall("links/link", NS)] == ["4", "5", "6"]
        assert bob.get("/api/friendica/photo", params={"photo_id": row["id"], "scale": 0}).status_code == 404
        answer = nobody.get("/api/users/profile_image/bob.json?size=bigger")
        assert (answer.status_code, answer.headers["location"]) == (302, user["profile_image_url"])
        assert nobody.get("/api/users/profile_image/nobodyhere").status_code == 404

        assert error(bob.post(f"{path}.json")) == (400, "no media data submitted")
        files = upload(data, field="image")
        assert error(bob.post(f"{path}.json", data={"profile_id": 5}, files=files)) == (
            400,
            "profile_id not available",
        )
        for broken in (b"none", bomb()):
            answer = bob.post(f"{path}.json", files=upload(broken, field="image"))
            assert error(answer) == (500, "unable to process image data")
        large = bytes(node.house.settings.media_max_bytes + 1)
        answer = bob.post(f"{path}.json", files=upload(large, field="image"))
        text = f"image size exceeds Friendica Config setting (uploaded size: {len(large)})"
        assert error(answer) == (500, text)


def test_banners(node: Node) -> None:
    path = "/api/account/update_profile_banner.json"
    with node.client("carol") as carol, node.client("bob") as bob:
        answer = bob.get("/api/users/profile_banner.json?screen_name=carol")
        assert error(answer) == (404, "Sorry, that page does not exist.")
        for fields, files in (
            ({}, upload(picture(600, 400), field="banner")),
            ({"banner": base64.b64encode(picture(600, 400)).decode()}, None),
            (
                {"width": 300, "height": 100, "offset_left": 9, "offset_top": 9},
                upload(picture(600, 400), field="banner"),
            ),
        ):
            answer = carol.post(path, data=fields, files=files)
            assert (answer.status_code, answer.content) == (201, b"")
        sizes = bob.get("/api/users/profile_banner.json?screen_name=carol").json()["sizes"]
        assert (sizes["web"]["w"], sizes["web"]["h"], len(sizes)) == (520, 260, 9)
        assert sizes["web"]["url"].startswith(f"{node.url}/media/")
        part = {"width": 300, "height": 100, "offset_left": 9000, "offset_top": 9}
        answer = carol.post(path, data=part, files=upload(picture(), field="banner"))
        assert error(answer) == (422, "image too large or not resizable")
        for answer in (carol.post(path), carol.post(path, files=upload(b"none", field="banner"))):
            assert error(answer) == (400, "image missing or unreadable")
        answer = carol.post("/api/account/remove_profile_banner.json")
        assert (answer.status_code, answer.content) == (200, b"")
        assert bob.get("/api/users/profile_banner.json?screen_name=carol").status_code == 404


def test_an_old_client_posts_pictures(node: Node) -> None:
    twitter: Any = pytest.importorskip("twitter", reason="the dev dependency `twitter` is not installed")
    host = node.url.removeprefix("http://")
    for version in ("api", "api/1.1"):
        client = twitter.Twitter(
            domain=host, secure=False, auth=twitter.UserPassAuth("alice", PASSWORD), api_version=version
        )
        sent = client.media.upload(media=picture(21, 12))
        post = client.statuses.update(status="with a picture: ü", media_ids=str(sent["media_id"]))
        assert [file["mimetype"] for file in post["attachments"]] == ["image/png"]
        post = client.statuses.update_with_media(status="at once", **{"media[]": picture(9, 9)})
        assert len(post["attachments"]) == 1
        assert client.friendica.activity.like(_method="POST", id=post["id"]) == "ok"
