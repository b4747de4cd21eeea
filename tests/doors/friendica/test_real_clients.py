"""Requests as other people's clients of Twitter 1.x send them, where those differ from what the documents say."""

from __future__ import annotations

import json

import httpx2
import pytest
from tests.doors.friendica.node import PASSWORD, Node
from tests.doors.friendica.signer import ME, Signer
from tests.support.visitor import picture

UPLOAD = "/api/1.1/media/upload.json"
LINE = "----codebird0123456789"


def nameless(field: str, data: bytes) -> bytes:
    """A part as codebird (PHP) writes it: the bytes of a file with neither name nor type."""
    head = f'--{LINE}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n'.encode()
    return head + data + f"\r\n--{LINE}--\r\n".encode()


def send(node: Node, path: str, body: bytes, kind: str = "") -> httpx2.Response:
    headers = {"content-type": kind} if kind else {}
    return httpx2.post(node.url + path, content=body, headers=headers, auth=("alice", PASSWORD))


@pytest.mark.parametrize("version", ["1.0A", "1.0a"])
def test_node_oauth_says_version_1_0A(signer: Signer, version: str) -> None:
    """npm oauth: its examples pass '1.0A' as the version, and it sends that."""
    answer = signer.call("GET", ME, oauth=signer.oauth(oauth_version=version))
    assert answer.status_code == 200, answer.text
    assert signer.call("GET", ME, oauth=signer.oauth(oauth_version="2.0")).status_code == 401


def test_codebird_sends_files_without_names(plain_node: Node) -> None:
    kind = f"multipart/form-data; boundary={LINE}"
    made = send(plain_node, UPLOAD, nameless("media", picture()), kind)
    assert made.status_code == 200, made.text
    assert made.json()["image"]["w"] == 60
    face = send(plain_node, "/api/1.1/account/update_profile_image.json", nameless("image", picture()), kind)
    assert face.status_code == 200, face.text


def test_text_in_another_charset_is_still_no_file(plain_node: Node) -> None:
    kind = f"multipart/form-data; boundary={LINE}"
    answer = send(
        plain_node, "/api/statuses/update.json", nameless("status", "Grüße".encode("latin-1")), kind
    )
    assert answer.status_code == 400
    assert answer.json()["error"] == "a part is not UTF-8"


def test_twitterapi_sends_json_without_a_type(plain_node: Node) -> None:
    """PyPI TwitterAPI: what it is given as text goes out as it is, with no Content-Type."""
    text = {"target": {"recipient_id": str(plain_node.ids["bob"])}, "message_data": {"text": "ü 😀"}}
    event = {"event": {"type": "message_create", "message_create": text}}
    path = "/api/1.1/direct_messages/events/new.json"
    answer = send(plain_node, path, json.dumps(event).encode())
    assert answer.status_code == 200, answer.text
    assert answer.json()["event"]["message_create"]["message_data"]["text"] == "ü 😀"
    assert send(plain_node, path, b"{broken").status_code == 400


def test_twitter_1_0_names_the_recipient_user(plain_node: Node) -> None:
    """Net::Twitter and Net::Twitter::Lite (Perl) with the first API: user is a nick or an id."""
    for user in ("bob", str(plain_node.ids["bob"])):
        answer = httpx2.post(
            f"{plain_node.url}/api/direct_messages/new.json",
            data={"user": user, "text": "hello"},
            auth=("alice", PASSWORD),
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["recipient_screen_name"] == "bob"


def test_people_named_by_id_in_the_query(plain_node: Node) -> None:
    """Clients of Twitter 1.0 (tweepy 1 and 2, Net::Twitter::Lite) send nick or number as id."""
    with plain_node.client("alice") as alice:
        for word in ("bob", plain_node.ids["bob"]):
            assert alice.get("/api/users/show.json", params={"id": word}).json()["screen_name"] == "bob"
        said = plain_node.says("bob", "seen where bob is named")
        found = alice.get("/api/statuses/user_timeline.json", params={"id": "bob", "count": 1}).json()
        assert [post["id"] for post in found] == [said]
        assert alice.get("/api/statuses/friends.json", params={"id": "bob"}).json() == []
        alice_id = plain_node.ids["alice"]
        for named in ({"id": "bob"}, {"user_id": plain_node.ids["bob"]}, {"screen_name": "bob"}):
            assert alice.get("/api/friends/ids.json", params=named).json() == [alice_id], "not her own"
        assert alice.get("/api/users/show.json", params={"id": "nobody"}).status_code == 400


def test_the_older_names_of_calls(plain_node: Node) -> None:
    with plain_node.client("alice") as alice:
        kept = alice.post("/api/saved_searches/create.json", data={"query": "#older"}).json()
        assert kept["id"] in [one["id"] for one in alice.get("/api/saved_searches.json").json()]
        assert alice.delete(f"/api/saved_searches/destroy/{kept['id']}.json").json()["query"] == "#older"
        assert alice.get("/api/trends/1.json").json()[0]["locations"][0]["woeid"] == 1
        assert alice.get("/api/trends/available.json").json()[0]["woeid"] == 1
        assert alice.get("/api/friendships/no_retweet_ids.json").json() == []
        alice.post("/api/blocks/create.json", data={"id": "carol"})
        assert [user["screen_name"] for user in alice.get("/api/blocks/blocking.json").json()] == ["carol"]
        assert alice.get("/api/blocks/blocking/ids.json").json() == [plain_node.ids["carol"]]
        assert not alice.delete("/api/blocks/destroy.json?id=carol").json()["statusnet_blocking"]
        found = alice.get("/api/statusnet/groups/is_member/garden.json?screen_name=bob").json()
        assert found == {"is_member": True}
        assert alice.get("/api/legal/tos.json").json().keys() == {"tos"}
        assert alice.get("/api/statuses/friends_timeline/alice.json").status_code == 200
        refused = alice.get("/api/statuses/friends_timeline/bob.json")
        assert (refused.status_code, refused.json()["error"]) == (
            403,
            "You cannot read the home of somebody else.",
        )


def test_tweepy_2_ends_with_delete(plain_node: Node) -> None:
    bob = {"screen_name": "bob"}
    with plain_node.client("carol") as carol:
        carol.post("/api/friendships/create.json", data=bob)
        assert not carol.delete("/api/friendships/destroy.json", params=bob).json()["following"]
        made = carol.post("/api/lists/create.json", data={"name": "Short-lived"}).json()
        assert carol.delete("/api/lists/destroy.json", params={"list_id": made["id"]}).status_code == 200
        assert carol.get("/api/friendships/destroy.json", params=bob).status_code == 405


def test_python_twitter_makes_files_of_texts(plain_node: Node) -> None:
    """PyPI python-twitter 1.x: every field of a post with a picture is a part with a file name and no type."""
    parts = {"status": "als Datei: ü", "media": picture(), "in_reply_to_status_id": b"-1", "lat": b"47.5"}
    with plain_node.client("alice") as alice:
        said = alice.post("/api/1.1/statuses/update_with_media.json", files=without_types(parts))
        assert said.status_code == 200, said.text
        assert said.json()["text"] == "als Datei: ü"
        assert len(said.json()["attachments"]) == 1
        parts["status"] = b"\xff\xfe"
        refused = alice.post("/api/1.1/statuses/update_with_media.json", files=without_types(parts))
        assert (refused.status_code, refused.json()["error"]) == (400, "status must be a single value")


def without_types(parts: dict[str, str | bytes]) -> dict[str, tuple[str, bytes, str]]:
    """Parts that are named as their fields are."""
    return {
        name: (name, value.encode() if isinstance(value, str) else value, "application/octet-stream")
        for name, value in parts.items()
    }
