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
