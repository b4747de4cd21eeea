"""The wiki behind the door: pages written, changed, listed and deleted, what is safe of them, and who may do what."""

from __future__ import annotations

from typing import Any

from tests.doors.groupsio.conftest import Client, Town, assert_like, example
from tests.doors.groupsio.test_sections_calendar import section

from folkmoot.domain.sections import wiki

PAGE = example("getsinglefeed")["wikis"][0]


def write(client: Client, title: str = "Good bread", body: str = "<p>Rye</p>", group: str = "open") -> Any:
    answer = client.post("newwikipage", group_name=group, title=title, body=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_pages_are_written_read_and_changed(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    made = write(alice, body="<p>Rye &amp; <b>wheat</b></p><script>x</script><img src=x onerror=y>")
    assert (list(made), made["object"], list(made["data"])) == (
        ["object", "page", "data"],
        "wiki_page_set",
        ["body"],
    )
    assert_like(made["page"], PAGE)
    assert (made["page"]["title"], made["page"]["path"], made["page"]["rev_count"]) == (
        "Good bread",
        "Good-bread",
        1,
    )
    assert made["data"]["body"].startswith("<p>Rye &amp; <b>wheat</b></p>")
    assert "script" not in made["data"]["body"]
    assert "onerror" not in made["data"]["body"]
    id_ = made["page"]["id"]
    assert bob.ok("getwikipageset", group_name="open", id=id_) == made
    told = {"group_name": "open", "id": id_, "title": "Best bread", "edit_msg": "it is the best"}
    changed = bob.post("updatewikipage", **told).json()
    assert (changed["page"]["title"], changed["page"]["path"], changed["page"]["rev_count"]) == (
        "Best bread",
        "Best-bread",
        2,
    )
    assert (changed["data"], changed["page"]["user_id"]) == (made["data"], any_town.ids["alice"])
    same = bob.post("updatewikipage", **told).json()
    assert same["page"]["rev_count"] == 2
    emptied = bob.post("updatewikipage", group_name="open", id=id_, body="").json()
    assert (emptied["data"]["body"], emptied["page"]["rev_count"]) == ("", 3)
    gone = alice.post("deletewikipage", group_name="open", id=id_)
    assert (gone.status_code, gone.text) == (200, "")
    assert alice.refused("getwikipageset", group_name="open", id=id_) == ("bad_request", "invalid id")


def test_every_revision_is_kept_up_to_a_number(any_town: Town, monkeypatch: Any) -> None:
    alice = any_town.client("alice")
    monkeypatch.setattr(wiki, "KEPT", 3)
    id_ = write(alice)["page"]["id"]
    for n in range(2, 6):
        alice.post("updatewikipage", group_name="open", id=id_, body=f"<p>{n}</p>", edit_msg=f"no. {n}")
    page, _ = any_town.do(lambda tx: wiki.see(tx, any_town.viewer("bob"), id_))
    kept = any_town.do(lambda tx: wiki.revisions(tx, page, None, 10))
    assert [(each.number, each.html, each.note) for each in kept] == [
        (5, "<p>5</p>", "no. 5"),
        (4, "<p>4</p>", "no. 4"),
        (3, "<p>3</p>", "no. 3"),
    ]


def test_lists_go_on_by_token(town: Town) -> None:
    alice = town.client("alice")
    assert alice.ok("getwikipages", group_name="open")["data"] == []
    for title in ("Cake", "apple pie", "Bread", "äpfel", "Dough"):
        write(alice, title)
    first = alice.ok("getwikipages", group_name="open", limit=2)
    assert list(first) == list(example("getchats"))
    second = alice.ok("getwikipages", limit=100, page_token=first["next_page_token"])
    titles = [page["title"] for page in first["data"] + second["data"]]
    assert titles == ["apple pie", "Bread", "Cake", "Dough", "äpfel"]
    assert (first["total_count"], second["start_item"], second["next_page_token"]) == (5, 3, 0)
    newest = alice.ok("getwikipages", group_name="open", sort_field="created", sort_dir="desc", limit=1)
    assert newest["data"][0]["title"] == "Dough"


def test_refusals(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    made = write(alice)["page"]
    for extra, wrong in (
        ("invalid title", {"title": " "}),
        ("invalid title", {"title": "x" * 201}),
        ("invalid title", {"title": "???"}),
        ("duplicate title", {"title": "GOOD  bread"}),
        ("invalid body", {"body": "x" * 300_001}),
    ):
        told = {"group_name": "open", "title": "Other", "body": "<p>x</p>", **wrong}
        assert alice.refused("newwikipage", **told) == ("bad_request", extra), wrong
    assert alice.refused("newwikipage", group_name="open", title="T") == ("bad_request", "invalid body")
    assert alice.refused("newwikipage", group_name="nowhere", title="T", body="x") == ("group_not_found", "")
    other = write(alice, "Other")["page"]["id"]
    assert alice.refused("updatewikipage", group_name="open", id=other, title="good Bread") == (
        "bad_request",
        "duplicate title",
    )
    for call in ("getwikipageset", "updatewikipage", "deletewikipage"):
        for id_ in (0, 7, 1 << 62, "x"):
            assert alice.refused(call, group_name="open", id=id_) == ("bad_request", "invalid id"), call
        assert alice.refused(call, group_name="closed", id=made["id"]) == ("bad_request", "invalid id")
    assert bob.refused("updatewikipage", group_name="open", id=other, body="x", csrf="no")[0] == "bad_csrf"


def test_settings_and_locks(town: Town) -> None:
    alice, bob, nobody = town.client("alice"), town.client("bob"), town.client()
    id_ = write(alice)["page"]["id"]
    for setting, reads, writes, stranger in (
        ("subscribers", True, True, False),
        ("limited", True, False, False),
        ("moderators_only", False, False, False),
        ("none", False, False, False),
        ("public", True, True, True),
    ):
        section(town, "wiki", setting)
        for call, form in (("getwikipages", {}), ("getwikipageset", {"id": id_})):
            assert (bob.get(call, group_name="open", **form).status_code == 200) == reads, (setting, call)
            assert (nobody.get(call, group_name="open", **form).status_code == 200) == stranger, setting
        answer = bob.post("updatewikipage", group_name="open", id=id_, body=f"<p>{setting}</p>")
        assert (answer.status_code == 200) == writes, setting
        if reads and not writes:
            assert answer.json()["extra"] == "manage_wiki"
            assert bob.refused("newwikipage", group_name="open", title="T", body="b")[1] == "manage_wiki"
    assert bob.refused("deletewikipage", group_name="hidden", id=id_) == ("group_not_found", "")
    town.do(lambda tx: wiki.lock(tx, town.viewer("alice"), id_, True))
    assert bob.ok("getwikipages", group_name="open")["data"][0]["locked"] is True
    for call in ("updatewikipage", "deletewikipage"):
        assert bob.refused(call, group_name="open", id=id_, body="x")[0] == "inadequate_permissions"
    assert alice.post("updatewikipage", group_name="open", id=id_, body="<p>x</p>").status_code == 200
