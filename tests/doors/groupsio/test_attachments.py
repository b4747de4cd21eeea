"""Files of drafts behind the door: sent, listed, taken away, posted with the message, and swept when forgotten."""

from __future__ import annotations

import io
import threading
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.doors.groupsio.conftest import Client, Town, assert_like, example

from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import groups, holding, space
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.media import litter, media
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.posts import draftfiles, edits, posts
from folkmoot.domain.posts.drafts import Change, Draft

TEXT = ("notes.txt", b"Bread and cheese", "text/plain")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind)
    return out.getvalue()


def draft(client: Client, **more: Any) -> Any:
    answer = client.post("newdraft", group_name="open", draft_type="draft_type_post")
    assert answer.status_code == 200, answer.text
    told = {"draft_id": answer.json()["id"], "subject": "Recipes", "body": "<p>See below</p>", **more}
    return client.post("updatedraft", **told).json()


def send(client: Client, draft_id: int, *files: tuple[str, bytes, str], **form: Any) -> httpx2.Response:
    data = {"draft_id": draft_id, "csrf": client.csrf, **form}
    call = form.pop("call", "uploadattachments")
    data.pop("call", None)
    return client.http.post(f"/api/v1/{call}", data=data, files=[("fileupload", file) for file in files])


def test_files_travel_with_the_message(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    made = draft(alice)
    assert (made["num_attachments"], made["next_attachment_id"]) == (0, 1)
    sent = send(alice, made["id"], TEXT, ("pot.png", picture(), "image/png"))
    assert sent.status_code == 200, sent.text
    assert_like(sent.json(), example("uploadattachments"))
    first, second = sent.json()["data"]
    assert (first["filename"], first["size"], first["content_type"], first["inline"]) == (
        "notes.txt",
        16,
        "text/plain",
        False,
    )
    assert (second["filename"], second["content_type"], second["draft_id"]) == (
        "pot.png",
        "image/png",
        made["id"],
    )
    inside = send(alice, made["id"], ("in.jpg", picture("JPEG"), "image/jpeg"), inline="true").json()
    assert [(each["filename"], each["inline"]) for each in inside["data"]] == [("in.jpg", True)]
    listed = alice.ok("getattachments", draft_id=made["id"])
    assert_like(listed, example("getattachments"))
    assert [each["filename"] for each in listed["data"]] == ["notes.txt", "pot.png", "in.jpg"]
    assert (listed["total_count"], listed["has_more"]) == (3, False)
    pair = alice.ok("getattachments", draft_id=made["id"], extended="true")
    assert (pair[0]["total_count"], pair[1]["user_name"]) == (3, "alice")
    gone = alice.post("deleteattachment", draft_id=made["id"], attachment_id=second["id"])
    assert (gone.status_code, gone.text) == (200, "")
    assert alice.ok("getdrafts", group_name="open")["data"][0]["num_attachments"] == 2
    posted = alice.post("postdraft", draft_id=made["id"])
    assert posted.json() == {"object": "success", "extra": ""}
    message = bob.ok("getmessages", group_name="open", limit=1)["data"][0]
    assert message["subject"] == "Recipes"
    assert [(a["filename"], a["media_type"]) for a in message["attachments"]] == [
        ("notes.txt", "text/plain"),
        ("in.jpg", "image/jpeg"),
    ]
    assert message["attachments"][1]["image_thumbnail_url"]
    assert alice.refused("getattachments", draft_id=made["id"]) == ("bad_request", "invalid draft_id")


def test_the_other_name_of_the_call(town: Town) -> None:
    alice = town.client("alice")
    made = draft(alice)
    assert send(alice, made["id"], TEXT, call="addattachments").status_code == 200


def test_refusals(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    made = draft(alice)
    id_ = made["id"]

    def said(answer: httpx2.Response) -> tuple[str, str]:
        assert answer.status_code == 400, answer.text
        return answer.json()["type"], answer.json()["extra"]

    assert said(send(bob, id_, TEXT)) == ("bad_request", "invalid draft_id")
    assert said(send(alice, 5, TEXT)) == ("bad_request", "invalid draft_id")
    assert said(send(alice, id_, TEXT, csrf="x")) == ("bad_csrf", "")
    assert said(send(alice, id_)) == ("bad_request", "invalid fileupload")
    assert said(send(alice, id_, ("empty.txt", b"", "text/plain"))) == ("bad_request", "bad attachment")
    assert said(send(alice, id_, TEXT, inline="true")) == ("bad_request", "bad attachment")
    broken = ("bad.png", picture()[:60], "image/png")
    assert said(send(alice, id_, broken, inline="1")) == ("bad_request", "bad attachment")
    kept = send(alice, id_, broken).json()["data"][0]
    assert kept["size"] == 60
    for client, form in (
        (bob, {"draft_id": id_, "attachment_id": kept["id"]}),
        (alice, {"draft_id": 3, "attachment_id": kept["id"]}),
    ):
        assert client.refused("deleteattachment", **form) == ("bad_request", "invalid draft_id")
    assert alice.refused("deleteattachment", draft_id=id_, attachment_id=9) == (
        "bad_request",
        "invalid attachment_id",
    )
    assert alice.refused("deleteattachment", draft_id=id_) == ("bad_request", "invalid attachment_id")
    assert bob.refused("getattachments", draft_id=id_) == ("bad_request", "invalid draft_id")
    many = [(f"{n}.txt", b"x", "text/plain") for n in range(20)]
    assert said(send(alice, id_, *many)) == ("bad_request", "too many attachments")
    assert len(alice.ok("getattachments", draft_id=id_)["data"]) == 1


def test_sizes_are_bounded(town: Town, monkeypatch: Any) -> None:
    alice = town.client("alice")
    made = draft(alice)
    monkeypatch.setattr(draftfiles, "most_bytes", lambda settings: 20)
    assert send(alice, made["id"], TEXT).status_code == 200
    again = send(alice, made["id"], TEXT)
    assert (again.status_code, again.json()["extra"]) == (400, "file too big")


def test_what_the_group_does_with_files(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    town.client("alice").post(
        "updategroup", group_name="open", handle_attachments="group_attachments_bounced"
    )
    made = draft(bob)
    send(bob, made["id"], TEXT)
    assert bob.refused("postdraft", draft_id=made["id"]) == ("bad_request", "bad attachment")
    town.client("alice").post(
        "updategroup", group_name="open", handle_attachments="group_attachments_stripped"
    )
    assert bob.post("postdraft", draft_id=made["id"]).status_code == 200
    assert alice.ok("getmessages", group_name="open", limit=1)["data"][0]["attachments"] == []


def test_files_of_messages_take_the_groups_space(any_town: Town) -> None:
    alice, bob, here = any_town.client("alice"), any_town.client("bob"), any_town.ids["open"]
    writer = any_town.viewer("bob")

    def used() -> Any:
        return any_town.do(lambda tx: space.used(tx, here))

    def own(size: int) -> int:
        new = NewMedia(kind="file", mime="text/plain", name="n.txt", size=size, blob="00")
        return int(any_town.do(lambda tx: media.add(tx, writer, new)))

    def quota(most: int) -> None:
        wanted = GroupChange(settings={"files_quota": most})
        any_town.do(lambda tx: groups.update(tx, any_town.viewer("alice"), here, wanted))

    made = draft(bob)
    send(bob, made["id"], TEXT)
    assert used() == 0
    assert bob.post("postdraft", draft_id=made["id"]).status_code == 200
    assert used() == 16
    quota(20)
    assert alice.ok("getfiledirectory", group_name="open")["files_percentage"] == 80
    again = draft(bob)
    send(bob, again["id"], TEXT)
    assert bob.refused("postdraft", draft_id=again["id"]) == ("bad_request", "group out of space")
    with pytest.raises(Forbidden, match="no space"):
        any_town.say("bob", text="Look", title="Look", group_id=here, media_ids=[own(5)])
    quota(30)
    post = any_town.say("bob", text="Look", title="Look", group_id=here, media_ids=[own(5)])
    assert used() == 21
    large, small = own(10), own(3)
    with pytest.raises(Forbidden, match="no space"):
        any_town.do(lambda tx: edits.edit(tx, writer, post, Change(media_ids=[large])))
    any_town.do(lambda tx: edits.edit(tx, writer, post, Change(media_ids=[small])))
    assert used() == 24
    file = [NewMedia(kind="file", mime="a/b", size=9, blob="00")]
    mailed = Draft(text="By mail", title="Mail", group_id=here, door="mail", files=file)
    any_town.do(lambda tx: posts.write(tx, writer, mailed))
    assert used() == 24
    any_town.do(lambda tx: edits.delete(tx, writer, post))
    assert used() == 16
    quota(100)
    any_town.do(lambda tx: groups.update(tx, any_town.viewer("alice"), here, GroupChange(moderation=1)))
    held = any_town.say("bob", text="Look", title="Look", group_id=here, media_ids=[own(5)])
    assert used() == 21
    any_town.do(lambda tx: holding.reject(tx, any_town.viewer("alice"), held))
    assert used() == 16


def test_a_draft_is_posted_once(any_town: Town) -> None:
    alice = any_town.client("alice")
    made = draft(alice)
    send(alice, made["id"], TEXT)
    answers: list[httpx2.Response] = []
    clients = [any_town.client("alice") for _ in range(4)]
    threads = [
        threading.Thread(target=lambda c=c: answers.append(c.post("postdraft", draft_id=made["id"])))
        for c in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    messages = alice.ok("getmessages", group_name="open", limit=100)["data"]
    assert [len(m["attachments"]) for m in messages if m["subject"] == "Recipes"] == [1]


def test_forgotten_drafts_are_swept_with_their_files(any_town: Town, monkeypatch: Any) -> None:
    alice = any_town.client("alice")
    old, thrown, new = draft(alice), draft(alice), draft(alice)
    for each in (old, thrown, new):
        send(alice, each["id"], (f"{each['id']}.txt", f"{each['id']}".encode(), "text/plain"))
    alice.post("deletedraft", draft_id=thrown["id"])

    def age(tx: Any) -> None:
        text = f"UPDATE drafts SET updated_at = 1 WHERE id = {int(old['id'])}"
        tx.text_sql(text, text)
        freed = "UPDATE media SET freed_at = 1"
        tx.text_sql(freed, freed)

    any_town.do(age)
    assert any_town.do(draftfiles.any_forgotten)
    assert any_town.do(draftfiles.forget) == 1
    assert not any_town.do(draftfiles.any_forgotten)
    assert sorted(d["id"] for d in alice.ok("getdrafts")["data"]) == [new["id"]]
    monkeypatch.setattr(litter, "FREE_MS", -1)
    assert any_town.do(litter.forget_files) == 2
    assert len(alice.ok("getattachments", draft_id=new["id"])["data"]) == 1
