"""Posting: texts, answers, places, pictures, circles; parameters wherever they travel; curl as in the manual."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from tests.doors.friendica.node import NS, PASSWORD, Node, name_of, tree

from folkmoot.domain import views
from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.store.schema.bonds import circle_members, circles

NAUGHTY = (
    "]]> <b>&#x1; &amp; \x01\x0b\x0c\ufffe\uffff",
    "<script>alert(1)</script>",
    "[url=javascript:alert(1)]x[/url] [img]http://169.254.169.254/x[/img]",
    "[quote]" * 3000 + "deep",
    "👩‍👩‍👧‍👦 \u202eright to left \U0001f600 ﷽",
    "[b]unclosed [i]tags",
)


def curl(*arguments: str) -> bytes:
    found = shutil.which("curl")
    if found is None:
        pytest.skip("curl is not installed")
    return subprocess.run([found, "-sS", *arguments], check=True, capture_output=True, timeout=30).stdout


def test_curl_posts_and_answers(node: Node) -> None:
    url, who = f"{node.url}/api/statuses/update.xml", f"alice:{PASSWORD}"
    first = ElementTree.fromstring(
        curl("-u", who, url, "-d", "status=Hello [b]world[/b]", "-d", "title=Greeting")
    )
    assert name_of(first) == "status"
    id_ = first.findtext("id", namespaces=NS)
    answer = curl("-u", f"bob:{PASSWORD}", url, "-d", "status=Hi there", "-d", f"in_reply_to_status_id={id_}")
    root = ElementTree.fromstring(answer)
    assert root.findtext("in_reply_to_status_id", namespaces=NS) == id_
    assert root.findtext("in_reply_to_screen_name", namespaces=NS) == "alice"
    assert (
        first.findtext("statusnet:html", namespaces=NS)
        == "<h4>Greeting</h4><p>Hello <strong>world</strong></p>"
    )


def test_every_way_of_carrying_parameters(node: Node) -> None:
    with node.client() as alice:
        path = "/api/statuses/update.json"
        answers = [
            alice.post(path, data={"status": "in a form"}),
            alice.post(
                path, params={"status": "in the query"}, content=b"", headers={"content-type": "text/plain"}
            ),
            alice.post(path, files={"status": (None, "in multipart")}),
            alice.put(path, json={"status": "as JSON"}),
            alice.post(path, params={"status": "query"}, data={"status": "the body wins"}),
        ]
    wanted = ["in a form", "in the query", "in multipart", "as JSON", "the body wins"]
    assert [answer.json()["text"] for answer in answers] == wanted


def test_html_wins_and_is_cleaned(node: Node) -> None:
    with node.client() as alice:
        asked = {
            "status": "plain",
            "htmlstatus": "<p>rich <b>text</b><script>x()</script></p>",
            "source": "Twidere <x>",
        }
        post = alice.post("/api/statuses/update.json", data=asked).json()
        assert post["friendica_html"] == "<p>rich <b>text</b></p>"
        assert (post["text"], post["source"]) == ("rich text", "Twidere <x>")


def test_place(node: Node) -> None:
    with node.client() as alice:
        path = "/api/statuses/update"
        post = alice.post(f"{path}.json", data={"status": "here", "lat": "48.5", "long": "-9.25"}).json()
        assert post["geo"] == {"type": "Point", "coordinates": [48.5, -9.25]}
        root = tree(alice.get(f"/api/statuses/show/{post['id']}.xml"))
        assert root.findtext("georss:point", namespaces=NS) == "48.5 -9.25"
        assert alice.post(f"{path}.json", data={"status": "x", "lat": "0", "long": "7"}).json()["geo"] is None
        for wrong in ({"lat": "91", "long": "1"}, {"lat": "north", "long": "1"}):
            assert alice.post(f"{path}.json", data={"status": "x", **wrong}).status_code == 400


def test_whom_an_answer_names(node: Node) -> None:
    first = node.says("alice", "ask me")
    with node.client("bob") as bob:
        for text in (str(first), f"{node.url}/users/alice/statuses/{first}", f"{node.url}/@alice/{first}"):
            asked = {"status": "told", "in_reply_to_status_id": text}
            assert bob.post("/api/statuses/update.json", data=asked).json()["in_reply_to_status_id"] == first
        for text in ("-1", "0", ""):
            asked = {"status": "alone", "in_reply_to_status_id": text}
            assert bob.post("/api/statuses/update.json", data=asked).json()["in_reply_to_status_id"] is None
        for text in ("99", "https://elsewhere.example/1", "nonsense"):
            answer = bob.post(
                "/api/statuses/update.json", data={"status": "x", "in_reply_to_status_id": text}
            )
            assert (answer.status_code, answer.json()["error"]) == (400, "There is no status with this id.")


def test_an_answer_is_never_wider_than_what_it_answers(node: Node) -> None:
    secret = node.says("alice", "psst @bob", audience=int(Audience.DIRECT))
    in_group = node.says("alice", "to all here", title="Topic", group_id=node.open_group)
    with node.client("bob") as bob:
        for parent, audience in ((secret, Audience.DIRECT), (in_group, Audience.GROUP)):
            asked = {"status": "and back", "in_reply_to_status_id": parent}
            id_ = bob.post("/api/statuses/update.json", data=asked).json()["id"]
            made = node.house.store.read(lambda tx, id_=id_: views.post(tx, node.viewer("alice"), id_))
            assert made.audience == audience
    assert made.group is not None
    assert made.group.name == "garden"


def test_an_answer_waits_where_the_group_is_moderated(node: Node) -> None:
    waiting = groups.NewGroup(
        name=f"waiting{node.ids['alice'] % 997}", description="posts wait here", moderation=2
    )
    group = node.house.store.write(lambda tx: groups.create(tx, node.viewer("alice"), waiting))
    node.house.store.write(lambda tx: members.join(tx, node.viewer("bob"), group))
    topic = node.says("alice", "moderated", title="Rules", group_id=group)
    with node.client("bob") as bob, node.client("carol") as carol:
        asked = {"status": "may I?", "in_reply_to_status_id": topic}
        post = bob.post("/api/statuses/update.json", data=asked).json()
        assert post["friendica_owner"]["screen_name"] == waiting.name
        path = f"/api/statuses/show/{post['id']}.json"
        assert [who.get(path).status_code for who in (bob, carol)] == [200, 400]


def test_an_answer_to_a_quiet_post_stays_quiet(node: Node) -> None:
    for audience in (Audience.UNLISTED, Audience.FOLLOWERS):
        parent = node.says("alice", "not for the front page", audience=int(audience))
        with node.client("bob") as bob:
            asked = {"status": "me neither", "in_reply_to_status_id": parent}
            id_ = bob.post("/api/statuses/update.json", data=asked).json()["id"]
        made = node.house.store.read(lambda tx, id_=id_: views.post(tx, node.viewer("alice"), id_))
        assert (made.audience, [a.name for a in made.mentions]) == (audience, ["alice"])


def test_circles_and_contacts(node: Node) -> None:
    def circle(tx: Any) -> int:
        id_: int = tx.ids.next()
        tx.insert(circles, id=id_, account_id=node.ids["alice"], title="near", created_at=tx.now)
        tx.insert(circle_members, id=tx.ids.next(), circle_id=id_, account_id=node.ids["bob"])
        return id_

    near = node.house.store.write(circle)
    cases = [
        ({"group_allow": near}, {"bob"}),
        ({"circle_allow[]": near}, {"bob"}),
        ({"contact_allow": f"{node.ids['carol']}"}, {"carol"}),
        ({"contact_allow": f"<{node.ids['carol']}>", "group_allow": near}, {"bob", "carol"}),
        ({"contact_allow": f"{node.ids['carol']},{node.ids['bob']}", "group_deny": near}, {"carol"}),
        ({"group_allow": "", "contact_allow": ""}, {"bob", "carol"}),
        ({}, {"bob", "carol"}),
    ]
    with node.client() as alice, node.client("bob") as bob, node.client("carol") as carol:
        for lists, wanted in cases:
            post = alice.post("/api/statuses/update.json", data={"status": "for some", **lists}).json()
            path = f"/api/statuses/show/{post['id']}.json"
            seen = {
                name for name, who in (("bob", bob), ("carol", carol)) if who.get(path).status_code == 200
            }
            assert seen == wanted, lists
            assert post["friendica_private"] == (
                wanted != {"bob", "carol"} or ("contact_allow" in lists and bool(lists["contact_allow"]))
            )
        wrong = [
            {"group_allow": near},
            {"contact_allow": "77"},
            {"contact_deny": node.ids["alice"]},
            {"group_allow": "x"},
        ]
        for lists in wrong:
            assert bob.post("/api/statuses/update.json", data={"status": "x", **lists}).status_code == 400, (
                lists
            )


def test_pictures(node: Node) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 32), (200, 30, 30)).save(out, "PNG")
    with node.client() as alice:
        files = {"media": ("red.png", out.getvalue(), "image/png")}
        post = alice.post(
            "/api/statuses/update.json?include_entities=true", data={"status": "red"}, files=files
        ).json()
        (file,) = post["attachments"]
        assert file["mimetype"] == "image/png"
        (shown,) = post["entities"]["media"]
        assert (shown["type"], shown["media_url"]) == ("photo", file["url"])
        root = tree(alice.get(f"/api/statuses/show/{post['id']}.xml"))
        enclosure = root.find("attachments/enclosure", NS)
        assert enclosure is not None
        assert enclosure.get("url") == file["url"]
        broken = {"media": ("red.png", b"\x89PNG not at all", "image/png")}
        assert alice.post("/api/statuses/update.json", data={"status": "x"}, files=broken).status_code == 400
        foreign = alice.post("/api/statuses/update.json", data={"status": "x", "media_ids": "12345"})
        assert foreign.status_code == 400


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_texts_stay_well_formed(node: Node, text: str) -> None:
    with node.client() as alice:
        asked = {"status": text, "title": text[:60], "source": text[:40]}
        made = alice.post("/api/statuses/update.xml", data=asked)
        if made.status_code == 400:
            assert name_of(tree(made)) == "status"
            assert len(text) > node.house.settings.max_characters
            return
        id_ = tree(made).findtext("id", namespaces=NS)
        html = alice.get(f"/api/statuses/show/{id_}.json").json()["statusnet_html"]
        assert "<script" not in html
        assert "javascript:" not in html.replace("[url=javascript:", "")
        for path in (f"statuses/show/{id_}", "statuses/user_timeline"):
            assert json.loads(alice.get(f"/api/{path}.json").content)
            assert len(tree(alice.get(f"/api/{path}.xml"))) > 0
            assert len(tree(alice.get(f"/api/{path}.atom"))) > 0
        assert len(tree(alice.get("/api/statuses/user_timeline.rss"))) > 0


def test_nothing_and_too_much(node: Node) -> None:
    with node.client() as alice:
        for asked in ({}, {"status": "  "}, {"status": "x" * (node.house.settings.max_characters + 1)}):
            assert alice.post("/api/statuses/update.json", data=asked).status_code == 400
        key = {"idempotency-key": "once"}
        twice = [
            alice.post("/api/statuses/update.json", data={"status": "1"}, headers=key).json()["id"]
            for _ in "12"
        ]
        assert twice[0] == twice[1]
    nobody = node.house.store.read(lambda tx: views.posts_by_ids(tx, Viewer.anonymous(), twice))
    assert list(nobody) == [twice[0]]
