"""Files behind the door: folders, uploads, links, search, space, fetching, and who may do what."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from tests.doors.groupsio.conftest import Client, Town, assert_like, example
from tests.doors.groupsio.test_sections_calendar import add, section

from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups import grouplife, groups
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.sections import filing
from folkmoot.domain.sections.filing import Move

TEXT = ("a.txt", b"Bread and cheese", "text/plain")


def send(client: Client, *files: tuple[str, bytes, str], **form: Any) -> httpx2.Response:
    form = {"group_name": "open", "parent_folder_id": 0, "csrf": client.csrf, **form}
    data = {name: value for name, value in form.items() if value is not None}
    return client.http.post("/api/v1/addfiles", data=data, files=[("fileupload", file) for file in files])


def sent(client: Client, *files: tuple[str, bytes, str], **form: Any) -> list[Any]:
    answer = send(client, *files, **form)
    assert answer.status_code == 200, answer.text
    assert_like(answer.json(), example("addfiles"))
    entries: list[Any] = answer.json()["data"]
    return entries


def extra(answer: httpx2.Response) -> tuple[str, str]:
    assert answer.status_code == 400, answer.text
    return answer.json()["type"], answer.json()["extra"]


def fetch(client: Client, url: str, **headers: str) -> httpx2.Response:
    path = url[url.index("/v1/files/") :]
    return client.http.get(path, headers=headers)


def test_a_file_comes_back_as_it_was_sent(any_town: Town) -> None:
    bob = any_town.client("bob")
    (made,) = sent(bob, TEXT, desc="For the table")
    assert (made["name"], made["size"], made["media_type"]) == ("a.txt", 16, "text/plain")
    assert (made["desc"], made["path"], made["email"]) == ("For the table", "", "bob@...")
    got = bob.ok("getfile", group_name="open", path="/A.TXT")
    assert_like(got, example("getfile"))
    assert got["id"] == made["id"]
    back = fetch(bob, got["download_url"])
    assert (back.status_code, back.content) == (200, TEXT[1])
    assert back.headers["x-content-type-options"] == "nosniff"
    part = fetch(bob, got["download_url"], Range="bytes=6-8")
    assert (part.status_code, part.content) == (206, b"and")
    assert fetch(bob, got["download_url"], **{"If-None-Match": back.headers["etag"]}).status_code == 304
    assert bob.refused("getfile", group_name="open", path="/b.txt") == ("bad_request", "invalid path")
    assert bob.refused("getfile", group_name="open") == ("bad_request", "invalid path")


def test_pages_that_could_run_are_never_shown_in_place(town: Town) -> None:
    bob = town.client("bob")
    (made,) = sent(bob, ("x.html", b"<script>alert(1)</script>", "text/html"))
    back = fetch(bob, made["download_url"])
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["content-disposition"].startswith("attachment")


def test_only_members_fetch_and_others_hear_the_same_as_of_nothing(town: Town) -> None:
    bob, carol, nobody = town.client("bob"), town.client("carol"), town.client()
    (made,) = sent(bob, TEXT, group_name="closed")
    bare = f"/v1/files/{made['id']}/a.txt"
    nothing = carol.http.get(f"/v1/files/{made['id'] + 1}/a.txt")
    assert nothing.status_code == 404
    assert bob.http.get(bare).content == TEXT[1]
    for client in (carol, nobody):
        for address in (bare, f"{bare}?e=99999999&s=0123", "/v1/files/x/a.txt"):
            refused = client.http.get(address)
            assert (refused.status_code, refused.content) == (404, nothing.content)
        assert fetch(client, made["download_url"]).content == TEXT[1]
    assert carol.refused("getfile", group_name="closed", path="a.txt") == (
        "inadequate_permissions",
        "files_visible",
    )
    assert carol.refused("getfiledirectory", group_name="hidden") == ("group_not_found", "")
    now = town.house.clock
    town.house.clock = lambda: now() + 26 * 3_600_000
    assert fetch(nobody, made["download_url"]).status_code == 404
    town.house.clock = now
    section(town, "files", "none", "closed")
    assert bob.http.get(bare).content == nothing.content


def test_folders_paths_and_sorting(town: Town) -> None:
    bob = town.client("bob")
    tree = [("one", b"1", "text/plain"), ("two", b"22", "text/plain")]
    paths = ["Top/one.txt", "Top/Next/two.txt"]
    inside = sent(bob, *tree, is_folder="true", file_path=paths)
    assert [each["path"] for each in inside] == ["Top", "Top/Next"]
    top = bob.ok("getfiledirectory", group_name="open")
    assert_like(top, example("getfiledirectory"))
    (folder,) = top["data"]
    assert (folder["is_folder"], folder["media_type"], folder["type"]) == (True, "folder", "file_type_folder")
    assert (folder["count"], top["path"], top["total_count"]) == (2, "", 1)
    sent(bob, ("zoo.txt", b"333", "text/plain"), parent_folder_id=None, folder_id=folder["id"])
    listed = bob.ok(
        "getfiledirectory", group_name="open", path="/top/", sort_field="size", sort_dir="desc", limit=1
    )
    assert (listed["path"], listed["data"][0]["name"], listed["has_more"]) == ("Top", "zoo.txt", True)
    rest = bob.ok("getfiledirectory", page_token=listed["next_page_token"], limit=100)
    assert [each["name"] for each in rest["data"]] == ["one.txt", "Next"]
    assert (rest["start_item"], rest["end_item"], rest["next_page_token"], rest["sort_dir"]) == (
        2,
        3,
        0,
        "desc",
    )
    assert bob.refused("getfiledirectory", group_name="open", path="Top/one.txt") == (
        "bad_request",
        "invalid path",
    )
    assert bob.refused("getfiledirectory", group_name="open", sort_field="colour") == (
        "invalid_value",
        "sort_field",
    )
    both = bob.ok("getfiledirectory", group_name="open", extended=1)
    assert (both[0]["object"], both[1]["object"]) == ("list", "user")
    for field in ("name", "type", "created", "updated"):
        assert len(bob.ok("getfiledirectory", group_name="open", path="Top", sort_field=field)["data"]) == 3


def test_search(any_town: Town) -> None:
    bob = any_town.client("bob")
    sent(bob, ("Plan 100%.txt", b"1", "text/plain"), ("other.txt", b"2", "text/plain"), desc="Über alles")
    found = bob.ok("searchfiles", group_name="open", q="PLAN")
    assert_like(found, example("searchfiles"))
    assert ([each["name"] for each in found["data"]], found["query"]) == (["Plan 100%.txt"], "PLAN")
    assert [each["name"] for each in bob.ok("searchfiles", group_name="open", q="0%")["data"]] == [
        "Plan 100%.txt"
    ]
    assert len(bob.ok("searchfiles", group_name="open", q="ber all")["data"]) == 2
    assert bob.ok("searchfiles", group_name="open", q="%%")["data"] == []
    assert bob.refused("searchfiles", group_name="open", q="") == ("bad_request", "invalid query")
    assert bob.refused("searchfiles", group_name="open", q="  ") == ("bad_request", "invalid query")


def test_links(town: Town) -> None:
    bob = town.client("bob")
    link = {
        "group_name": "open",
        "link_type": "dropbox",
        "file_name": "Plans",
        "url": "https://example.org/p",
    }
    made = bob.post("addfilelink", **link, parent_folder_id=0).json()
    assert_like(made, example("getfile"))
    assert (made["type"], made["download_url"]) == ("file_type_link_dropbox", "https://example.org/p")
    again = bob.refused("addfilelink", **link, parent_folder_id=0)
    assert again == ("bad_request", "duplicate file")
    for wrong, said in (
        ({"url": "javascript:alert(1)"}, ("bad_request", "invalid url")),
        ({"file_name": "a/b"}, ("bad_request", "invalid file_name")),
        ({"parent_folder_id": 5}, ("bad_request", "invalid parent_folder_id")),
        ({"parent_folder_id": made["id"]}, ("bad_request", "invalid parent_folder_id")),
        ({"link_type": "ftp"}, ("invalid_value", "link_type")),
    ):
        assert bob.refused("addfilelink", **{**link, "parent_folder_id": 0, **wrong}) == said


def test_files_that_are_refused(town: Town) -> None:
    bob, carol = town.client("bob"), town.client("carol")
    bad = "bad_request"
    assert sent(bob, TEXT)
    assert extra(send(bob, TEXT)) == (bad, "duplicate file")
    assert extra(send(bob, ("b.txt", b"", "text/plain"), parent_folder_id=9)) == (bad, "invalid folder_id")
    assert extra(send(bob, TEXT, parent_folder_id=None)) == (bad, "invalid folder_id")
    assert extra(send(bob)) == (bad, "invalid fileupload")
    assert extra(send(bob, ("p.dat", b"\x89PNG\r\n\x1a\n", "text/plain"))) == (bad, "images not allowed")
    assert extra(send(bob, TEXT, csrf="x")) == ("bad_csrf", "")
    assert extra(send(carol, TEXT)) == ("inadequate_permissions", "manage_files")
    big = ("big.bin", bytes(town.house.settings.media_max_bytes + 1), "application/x-thing")
    assert extra(send(bob, big)) == (bad, "file too big")
    assert extra(send(bob, ("c.txt", b"1", "text/plain"), is_folder="true")) == (bad, "invalid file_path")
    small = GroupChange(settings={"files_quota": 20, "photos_in_files": True})
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), town.ids["open"], small))
    assert extra(send(bob, ("c.txt", b"12345", "text/plain"))) == (bad, "no space")
    # All or none: the second has the name of the first.
    twins = [("d.txt", b"1", "text/plain"), ("D.txt", b"2", "text/plain")]
    assert extra(send(bob, *twins)) == (bad, "duplicate file")
    assert sent(bob, ("p.png", b"\x89PNG", "image/png"))[0]["media_type"] == "image/png"
    page = bob.ok("getfiledirectory", group_name="open")
    assert ([each["name"] for each in page["data"]], page["files_percentage"]) == (["a.txt", "p.png"], 100)


def test_removing_gives_the_space_back(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    (his,) = sent(bob, TEXT, is_folder="true", file_path=["Top/a.txt"])
    top = bob.ok("getfile", group_name="open", path="Top")["id"]
    (hers,) = sent(alice, ("b.txt", b"2", "text/plain"), folder_id=top, parent_folder_id=None)
    denied = ("inadequate_permissions", "manage_files")
    assert bob.refused("deletefile", group_name="open", file_id=hers["id"]) == denied
    assert bob.refused("deletefile", group_name="open", file_id=top) == denied
    assert bob.refused("deletefile", group_name="closed", file_id=his["id"]) == (
        "bad_request",
        "invalid file_id",
    )
    gone = bob.post("deletefile", group_name="open", file_id=his["id"])
    assert (gone.status_code, gone.content) == (200, b"")
    assert fetch(bob, his["download_url"]).status_code == 404
    assert bob.ok("getfile", group_name="open", path="Top")["count"] == 1
    assert alice.post("deletefile", group_name="open", file_id=top).status_code == 200
    assert bob.ok("getfiledirectory", group_name="open")["data"] == []
    kept = any_town.house.store.read(
        lambda tx: tx.text_sql(*["SELECT used, files_n FROM group_space"] * 2).fetchone()
    )
    assert tuple(kept) == (0, 0)


def test_moving(town: Town) -> None:
    bob, viewer = town.client("bob"), town.viewer("bob")
    (deep,) = sent(bob, TEXT, is_folder="true", file_path=["Top/Next/a.txt"])
    top = bob.ok("getfile", group_name="open", path="Top")["id"]
    below = bob.ok("getfile", group_name="open", path="Top/Next")["id"]
    town.do(lambda tx: filing.change(tx, viewer, deep["id"], Move(name="b.txt", folder_id=0)))
    assert bob.ok("getfile", group_name="open", path="b.txt")["id"] == deep["id"]
    assert bob.ok("getfile", group_name="open", path="Top/Next")["count"] == 0
    for target in (top, below):
        with pytest.raises(Invalid, match="into itself"):
            town.do(lambda tx, target=target: filing.change(tx, viewer, top, Move(folder_id=target)))


def test_members_without_folders(town: Town) -> None:
    section(town, "files", "subscribers_no_folders")
    bob, alice = town.client("bob"), town.client("alice")
    assert sent(bob, TEXT)
    assert extra(send(bob, TEXT, is_folder="1", file_path=["Top/a.txt"])) == (
        "inadequate_permissions",
        "manage_files",
    )
    assert sent(alice, TEXT, is_folder="1", file_path=["Top/a.txt"])


def test_with_the_group_go_its_sections(any_town: Town) -> None:
    town = any_town
    alice, bob = town.client("alice"), town.client("bob")
    sent(bob, TEXT)
    add(alice)
    tables = ("group_files", "group_space", "events", "event_answers")
    counting = " + ".join(f"(SELECT count(*) FROM {name})" for name in tables)

    def left() -> int:
        return int(town.house.store.read(lambda tx: tx.text_sql(*[f"SELECT {counting}"] * 2).fetchone()[0]))

    assert left() >= 3
    alice.post("deletegroup", group_name="open", understand="I understand")
    while town.do(grouplife.erase):
        pass
    assert left() == 0


def test_words_that_begin_like_a_bitmap_are_text(town: Town) -> None:
    alice = town.client("alice")
    kept = send(alice, ("cars.txt", b"BMW and others, all of them cars", "text/plain"))
    assert (kept.status_code, kept.json()["data"][0]["media_type"]) == (200, "text/plain")
    size = (58).to_bytes(4, "little")
    bitmap = b"BM" + size + bytes(4) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little") + bytes(40)
    refused = send(alice, ("cars2.txt", bitmap, "text/plain"))
    assert (refused.status_code, refused.json()["extra"]) == (400, "images not allowed")


def test_members_are_told_where_that_is_asked_for(town: Town) -> None:
    bob = town.client("bob")

    def newest() -> tuple[str, str]:
        found = bob.ok("getmessages", group_name="open", limit=1)["data"][0]
        return found["subject"], found["body"]

    before = newest()
    sent(bob, TEXT)
    assert newest() == before
    two = [("b.txt", b"1", "text/plain"), ("<c>.txt", b"2", "text/plain")]
    (one, other) = sent(bob, *two, notify="true", desc="Minutes & more")
    subject, body = newest()
    assert subject == "2 new files"
    assert f"/@open/files/{one['id']}" in body
    assert "&lt;c&gt;.txt" in body
    assert "Minutes &amp; more" in body
    link = {
        "group_name": "open",
        "file_name": "Seeds",
        "url": "https://seeds.example/",
        "link_type": "generic",
    }
    assert bob.post("addfilelink", **link, parent_folder_id=0, notify="1").status_code == 200
    assert newest()[0] == "New link: Seeds"
    assert bob.post("deletefile", group_name="open", file_id=other["id"], notify="true").status_code == 200
    assert newest()[0] == "File removed: <c>.txt"
