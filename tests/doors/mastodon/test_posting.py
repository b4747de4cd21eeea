"""The rest of posting: what the prose of the contract says of texts, edits, deletions, boosts and the like."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mastodon import Mastodon
from tests.doors.mastodon.moot import Moot, Person
from tests.support.visitor import picture

from folkmoot.domain.mail import outbox
from folkmoot.work import falling_due

_count = iter(range(10_000))
STATUSES = "/api/v1/statuses"


def fresh(moot: Moot, name: str) -> Person:
    return moot.person(f"{name}{next(_count)}")


def upload(moot: Moot, person: Person, size: tuple[int, int] = (60, 40), **fields: str) -> Any:
    files = {"file": ("a.png", picture(size), "image/png")}
    found = moot.call("POST", "/api/v2/media", person.token, files=files, data=fields)
    assert found.status == 200, found.body
    return found.json


def sweep(moot: Moot) -> None:
    """A day and an hour pass for what is free, and the chore comes by."""
    for text in ("UPDATE media SET freed_at = 1 WHERE post_id IS NULL", "UPDATE litter SET since = 1"):
        moot.store.write(lambda tx, text=text: tx.text_sql(text, text))  # type: ignore[misc]  # a bound default
    moot.house.kept.pop("litter swept at", None)
    while asyncio.run_coroutine_threadsafe(falling_due.sweep(moot.house), moot.loop).result(20):
        pass


def refused(moot: Moot, person: Person, method: str, path: str, **body: Any) -> tuple[int, str]:
    found = moot.call(method, path, person.token, json=body)
    return found.status, found.json.get("error", "")


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_markup_is_what_clients_look_for(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    url = "https://www.example.org/a/rather/long/path/to/somewhere?q=1&r=2"
    text = f"one <b>\ntwo\n\nthree @{lee.name} @nobody@far.example #Tag {url} https://a.example"
    assert kim.say(text)["content"] == (
        "<p>one &lt;b&gt;<br />two</p>"
        f'<p>three <span class="h-card" translate="no"><a href="{moot.url}/@{lee.name}" class="u-url mention">'
        f"@<span>{lee.name}</span></a></span> @nobody@far.example "
        f'<a href="{moot.url}/tags/tag" class="mention hashtag" rel="tag">#<span>Tag</span></a> '
        f'<a href="{url.replace("&", "&amp;")}" target="_blank" rel="nofollow noopener" translate="no">'
        '<span class="invisible">https://www.</span><span class="ellipsis">example.org/a/rather/long/path</span>'
        '<span class="invisible">/to/somewhere?q=1&amp;r=2</span></a> '
        '<a href="https://a.example" target="_blank" rel="nofollow noopener" translate="no">'
        '<span class="invisible">https://</span><span class="">a.example</span><span class="invisible"></span></a></p>'
    )


def test_length_is_counted_as_clients_count(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    limit = moot.house.settings.max_characters
    family, far = "\U0001f468‍\U0001f469‍\U0001f467", "x" * 300
    assert kim.say(family * limit)["content"]
    url = f"https://example.org/{far}"
    assert kim.say(f"{url} " + "x" * (limit - 24))["content"]
    assert kim.say(f"@{lee.name}@somewhere.far.example " + "x" * (limit - len(lee.name) - 2))["content"]
    for text, warning in (
        (family * (limit + 1), ""),
        (f"{url} " + "x" * (limit - 23), ""),
        ("x" * limit, "w"),
    ):
        status, error = refused(moot, kim, "POST", STATUSES, status=text, spoiler_text=warning)
        assert (status, "character limit" in error) == (422, True)


def test_text_media_or_poll(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    blank = (422, "Validation failed: Text can't be blank")
    assert refused(moot, kim, "POST", STATUSES, status=" \n") == blank
    assert refused(moot, kim, "POST", STATUSES) == blank
    alone = kim.say("", spoiler_text="only a warning")
    assert (alone["spoiler_text"], alone["sensitive"], alone["content"]) == (
        "only a warning",
        True,
        "<p>.</p>",
    )
    assert kim.say("", media_ids=[upload(moot, kim)["id"]])["content"] == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [("de", "de"), ("pt_br", "pt-BR"), ("EN", "en"), ("", "fr"), ("no language!", "fr"), (None, "fr")],
)
def test_languages_fall_back_to_the_author_s(moot: Moot, said: str | None, shown: str) -> None:
    kim = fresh(moot, "kim")
    moot.call("PATCH", "/api/v1/accounts/update_credentials", kim.token, json={"source": {"language": "fr"}})
    assert kim.say("bonjour", language=said)["language"] == shown


def test_the_key_of_a_post_is_its_author_s_own(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")

    def post(person: Person, text: str) -> Any:
        headers = {"Idempotency-Key": "same"}
        return moot.call("POST", STATUSES, person.token, json={"status": text}, headers=headers).json["id"]

    first = post(kim, "a")
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: post(kim, "b"), range(4))) == {first}
    assert post(lee, "a") != first


# ── answers, boosts, reactions ───────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_to_a_boost_goes_to_the_post(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("root")
    boost = lee.post(f"{STATUSES}/{post['id']}/reblog")
    assert kim.say("leaf", in_reply_to_id=boost["id"])["in_reply_to_id"] == post["id"]
    for unseen in ("1", "nonsense", kim.say("x", visibility="direct")["id"]):
        assert refused(moot, lee, "POST", STATUSES, status="x", in_reply_to_id=unseen)[0] == 404


def test_boosts(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    lee.post(f"/api/v1/accounts/{kim.id}/follow")
    post, private = kim.say("for all"), kim.say("for few", visibility="private")
    path = f"{STATUSES}/{post['id']}"
    boost = lee.post(f"{path}/reblog", visibility="unlisted")
    assert (boost["visibility"], boost["content"], boost["reblog"]["id"]) == ("unlisted", "", post["id"])
    assert (boost["reblog"]["reblogs_count"], boost["reblogged"], boost["reblog"]["reblogged"]) == (
        1,
        True,
        True,
    )
    assert lee.post(f"{path}/reblog")["id"] == boost["id"], "twice gives the same boost"
    assert max_.post(f"{STATUSES}/{boost['id']}/reblog")["reblog"]["id"] == post["id"]
    assert refused(moot, lee, "POST", f"{STATUSES}/{private['id']}/reblog") == (
        403,
        "This action is not allowed",
    )
    assert refused(moot, max_, "POST", f"{STATUSES}/{private['id']}/reblog") == (404, "Record not found")
    assert kim.post(f"{STATUSES}/{private['id']}/reblog", visibility="public")["visibility"] == "private"
    direct = kim.say(f"@{lee.name}", visibility="direct")
    assert refused(moot, lee, "POST", f"{STATUSES}/{direct['id']}/reblog")[0] == 403
    assert refused(moot, lee, "POST", f"{path}/reblog", visibility="direct")[0] == 422
    undone = lee.post(f"{path}/unreblog")
    assert (undone["id"], undone["reblogs_count"], undone["reblogged"]) == (post["id"], 1, False)
    again = lee.post(f"{path}/reblog")
    assert moot.call("DELETE", f"{STATUSES}/{again['id']}", lee.token).json["reblog"]["id"] == post["id"]
    assert kim.get(path)["reblogs_count"] == 1


@pytest.mark.parametrize(
    ("do", "undo", "flag", "counter"),
    [
        ("favourite", "unfavourite", "favourited", "favourites_count"),
        ("bookmark", "unbookmark", "bookmarked", None),
        ("mute", "unmute", "muted", None),
        ("reblog", "unreblog", "reblogged", "reblogs_count"),
    ],
)
def test_acts_are_idempotent_and_can_be_undone_unseen(
    moot: Moot, do: str, undo: str, flag: str, counter: str | None
) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    path = f"{STATUSES}/{kim.say('words')['id']}"
    for _ in range(2):
        found = lee.post(f"{path}/{do}")
        shown = found["reblog"] or found
        assert (shown[flag], shown[counter] if counter else 1) == (True, 1)
    kim.post(f"/api/v1/accounts/{lee.id}/block")
    assert refused(moot, lee, "POST", f"{path}/{do}") == (404, "Record not found")
    assert moot.call("POST", f"{path}/{undo}", lee.token).status == 200
    kim.post(f"/api/v1/accounts/{lee.id}/unblock")
    found = lee.get(path)
    assert (found[flag], found[counter] if counter else 0) == (False, 0)
    assert lee.post(f"{path}/{undo}")[flag] is False


def test_whom_one_blocks_one_does_not_praise(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    path = f"{STATUSES}/{kim.say('words')['id']}"
    lee.post(f"/api/v1/accounts/{kim.id}/block")
    for act in ("favourite", "reblog"):
        assert refused(moot, lee, "POST", f"{path}/{act}") == (403, "This action is not allowed")


def test_pins_have_rules(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("pin me")
    boost = kim.post(f"{STATUSES}/{lee.say('not mine')['id']}/reblog")
    direct = kim.say("psst", visibility="direct")
    assert kim.post(f"{STATUSES}/{post['id']}/pin")["pinned"] is True
    assert kim.post(f"{STATUSES}/{post['id']}/pin")["pinned"] is True
    for who, id_ in ((lee, post["id"]), (kim, boost["id"]), (kim, direct["id"])):
        status, error = refused(moot, who, "POST", f"{STATUSES}/{id_}/pin")
        assert (status, error.startswith("Validation failed: ")) == (422, True)
    assert refused(moot, kim, "POST", f"{STATUSES}/1/pin")[0] == 404
    assert kim.post(f"{STATUSES}/{post['id']}/unpin")["pinned"] is False


# ── edits and deletions ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_changes_files_in_place(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    one, two = upload(moot, kim), upload(moot, kim, (50, 50))
    post = kim.say("look", media_ids=[one["id"], two["id"]])
    path = f"{STATUSES}/{post['id']}"
    changes = [
        {"id": one["id"], "description": "teal", "focus": "0.5,-0.25"},
        {"id": "1", "description": "x"},
    ]
    body = {"status": "look", "media_ids": [one["id"], two["id"]], "media_attributes": changes}
    edited = moot.call("PUT", path, kim.token, json=body).json
    assert edited["edited_at"] is not None
    shown = edited["media_attachments"][0]
    assert (shown["description"], shown["meta"]["focus"]) == ("teal", {"x": 0.5, "y": -0.25})
    form = {"status": "look", "media_ids[]": [one["id"], two["id"]], "media_attributes[][id]": two["id"]}
    files = {"media_attributes[][thumbnail]": ("t.png", picture((30, 30)), "image/png")}
    edited = moot.call("PUT", path, kim.token, data=form, files=files).json
    assert edited["media_attachments"][1]["meta"]["small"]["size"] == "30x30"
    body["media_attributes"] = [{"id": one["id"], "focus": "here"}]
    assert refused(moot, kim, "PUT", path, **body)[0] == 422
    swapped = moot.call(
        "PUT", path, kim.token, json={"status": "look", "media_ids": [two["id"], one["id"]]}
    ).json
    assert [m["id"] for m in swapped["media_attachments"]] == [two["id"], one["id"]]
    bare = moot.call("PUT", path, kim.token, json={"status": "look"}).json
    assert bare["media_attachments"] == []
    sweep(moot)
    history = kim.get(f"{path}/history")
    assert [len(h["media_attachments"]) for h in history] == [2, 2, 2, 2, 0], "history keeps its pictures"
    assert refused(moot, kim, "POST", STATUSES, status="x", media_ids=[one["id"]])[0] == 422
    back = moot.call("PUT", path, kim.token, json={"status": "look", "media_ids": [one["id"]]}).json
    assert [m["id"] for m in back["media_attachments"]] == [one["id"]]


def test_delete_and_draft_anew(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    file = upload(moot, kim, description="teal")
    post = kim.say("first #try", media_ids=[file["id"]], spoiler_text="cw")
    gone = moot.call("DELETE", f"{STATUSES}/{post['id']}", kim.token).json
    assert (gone["text"], gone["spoiler_text"], "content" in gone) == ("first #try", "cw", False)
    assert [m["id"] for m in gone["media_attachments"]] == [file["id"]]
    again = kim.say("second try", media_ids=[file["id"]])
    assert again["media_attachments"][0]["description"] == "teal"
    sweep(moot)
    assert moot.house.blobs.path(again["media_attachments"][0]["url"].rpartition("/")[2].partition("?")[0])


def test_what_nobody_wants_is_cleaned_up(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    file = upload(moot, kim, (61, 41))
    post = kim.say("x", media_ids=[file["id"]])
    text = f"SELECT blob, preview FROM media WHERE id = {int(file['id'])}"
    keys = moot.store.read(lambda tx: tx.text_sql(text, text).fetchone())
    assert moot.call("DELETE", f"{STATUSES}/{post['id']}", kim.token).status == 200
    sweep(moot)
    assert refused(moot, kim, "POST", STATUSES, status="x", media_ids=[file["id"]])[0] == 422
    sweep(moot)
    assert all(moot.house.blobs.path(key) for key in keys), "bytes stored within the hour are left alone"
    for key in keys:
        os.utime(moot.house.blobs.path(key), (1, 1))
    sweep(moot)
    assert not any(moot.house.blobs.path(key) for key in keys)
    kept = upload(moot, kim, (62, 42))
    twin = upload(moot, kim, (62, 42))
    assert moot.call("DELETE", f"/api/v1/media/{twin['id']}", kim.token).json == {}
    text = f"SELECT blob FROM media WHERE id = {int(kept['id'])}"
    key = moot.store.read(lambda tx: tx.text_sql(text, text).fetchone())[0]
    kim.say("y", media_ids=[kept["id"]])
    os.utime(moot.house.blobs.path(key), (1, 1))
    sweep(moot)
    assert moot.house.blobs.path(key), "another row still refers to these bytes"


def test_delete_media_at_once(moot: Moot) -> None:
    kim = fresh(moot, "kim")
    file = upload(moot, kim)
    post = kim.say("x", media_ids=[file["id"]])
    assert moot.call("DELETE", f"{STATUSES}/{post['id']}?delete_media=true", kim.token).status == 200
    assert refused(moot, kim, "POST", STATUSES, status="x", media_ids=[file["id"]])[0] == 422


def test_an_edit_tells_whom_it_newly_names(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    max_.post(f"/api/v1/accounts/{kim.id}/follow")
    post = kim.say(f"hi @{lee.name}", visibility="direct")
    path = f"{STATUSES}/{post['id']}"
    moot.call("PUT", path, kim.token, json={"status": f"hi @{max_.name}"})
    assert [m["id"] for m in lee.get(path)["mentions"]] == [str(max_.id)], (
        "may still read, is no longer listed"
    )
    assert max_.get("/api/v1/notifications")[0]["type"] == "mention"


# ── small calls ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_small_calls(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post, hidden = kim.say("*raw*"), kim.say("psst", visibility="direct")
    path, unseen = f"{STATUSES}/{post['id']}", f"{STATUSES}/{hidden['id']}"
    assert moot.get(f"{path}/card") == {}
    assert refused(moot, lee, "POST", f"{path}/translate", lang="de") == (403, "This action is not allowed")
    assert moot.call("POST", f"{path}/translate").status == 401
    assert lee.get(f"{path}/source") == {"id": post["id"], "text": "*raw*", "spoiler_text": ""}
    assert moot.call("GET", f"{path}/source").status == 401
    assert [h["content"] for h in moot.get(f"{path}/history")] == ["<p>*raw*</p>"]
    for method, part in (("GET", "card"), ("GET", "source"), ("GET", "history"), ("POST", "translate")):
        found = moot.call(method, f"{unseen}/{part}", lee.token)
        assert (found.status, found.json) == (404, {"error": "Record not found"})
    ids = [kim.say(f"n{n}")["id"] for n in range(3)]
    found = lee.get(STATUSES, **{"id[]": [*ids, hidden["id"], "1", "nonsense"]})
    assert [p["id"] for p in found] == ids
    assert (
        moot.call("GET", STATUSES, lee.token, params={"id[]": [str(n) for n in range(1, 22)]}).status == 422
    )


def test_the_real_client_asks_schedules_and_quotes(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    mine, theirs = (
        Mastodon(access_token=who.token, api_base_url=moot.url, version_check_mode="none")
        for who in (kim, lee)
    )
    post = mine.status_post("tea?", poll=mine.make_poll(["yes", "no"], expires_in=600, multiple=True))
    voted = theirs.poll_vote(post.poll.id, [0, 1])
    assert (voted.votes_count, voted.own_votes, theirs.poll(post.poll).voters_count) == (2, [0, 1], 1)
    when = datetime.now(UTC) + timedelta(hours=1)
    plan = mine.status_post("later", scheduled_at=when, visibility="unlisted", sensitive=True)
    assert (plan.params.text, plan.params.visibility) == ("later", "unlisted")
    assert abs((plan.scheduled_at - when).total_seconds()) < 2
    later = mine.scheduled_status_update(plan, when + timedelta(days=1))
    assert (later.scheduled_at - plan.scheduled_at).days == 1
    assert [p.id for p in mine.scheduled_statuses()] == [plan.id]
    mine.scheduled_status_delete(plan)
    assert mine.scheduled_statuses() == []
    edited = mine.status_update(
        post.id, "coffee?", poll=mine.make_poll(["yes", "no"], expires_in=900, multiple=True)
    )
    assert (edited.content, edited.poll.votes_count) == ("<p>coffee?</p>", 2)
    assert [h.poll.options[0].title for h in mine.status_history(post.id)] == ["yes", "yes"]
    gone = mine.status_delete(post.id)
    assert (gone.text, gone.poll.options[0].title) == ("coffee?", "yes")


def test_the_same_act_many_times_at_once(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("words")
    path = f"{STATUSES}/{post['id']}"
    pinned = [kim.say(f"n{n}")["id"] for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        boosts = set(pool.map(lambda _: lee.post(f"{path}/reblog")["id"], range(8)))
        list(pool.map(lambda _: lee.post(f"{path}/favourite"), range(8)))
        pins = pool.map(lambda id_: moot.call("POST", f"{STATUSES}/{id_}/pin", kim.token).status, pinned)
        assert sorted(pins) == [200] * 5 + [422] * 3
    assert len(boosts) == 1
    found = kim.get(path)
    assert (found["reblogs_count"], found["favourites_count"]) == (1, 1)
    with ThreadPoolExecutor(8) as pool:
        edits = pool.map(
            lambda n: moot.call("PUT", path, kim.token, json={"status": f"edit {n}"}).status, range(6)
        )
        assert set(edits) == {200}
    assert kim.get(f"{path}/history")[0]["content"] == "<p>words</p>"
    assert len(kim.get(f"{path}/history")) == 7
    with ThreadPoolExecutor(8) as pool:
        gone = pool.map(lambda _: moot.call("DELETE", path, kim.token).status, range(6))
        assert sorted(gone) == [200] + [404] * 5
    assert kim.get(f"/api/v1/accounts/{kim.id}")["statuses_count"] == 8


def test_bytes_that_no_row_ever_named_are_found_and_swept(moot: Moot) -> None:
    kim, blobs, kept = fresh(moot, "kim"), moot.house.blobs, moot.house.kept
    upload(moot, kim)
    query = "SELECT blob FROM media WHERE blob <> '' UNION SELECT preview FROM media WHERE preview <> ''"
    named = [row[0] for row in moot.store.read(lambda tx: tx.text_sql(query, query).fetchall())]
    lost, young, mailed = (blobs.put(os.urandom(9)) for _ in range(3))
    moot.store.write(lambda tx: outbox.queue(tx, "contact", 0, "x@example.org", blob=mailed))
    for key in (*named, lost, mailed):
        os.utime(blobs.path(key), (1, 1))
    kept.pop("nameless to be looked for", None)
    asyncio.run_coroutine_threadsafe(falling_due.sweep_nameless(moot.house), moot.loop).result(20)
    sweep(moot)
    assert blobs.path(lost) is None
    assert all(blobs.path(key) for key in (*named, young, mailed))
