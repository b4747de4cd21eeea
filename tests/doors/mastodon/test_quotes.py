"""Quotes through the API: made, shown to whom may see, revoked, and governed by their author's rule."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain.access import Archive

_count = iter(range(10_000))
OPEN = {"automatic": ["public"], "manual": [], "current_user": "automatic"}
CLOSED = {"automatic": [], "manual": [], "current_user": "denied"}


def fresh(moot: Moot, name: str) -> Person:
    return moot.person(f"{name}{next(_count)}")


def quote(person: Person, post: Any, text: str = "look", **more: Any) -> Any:
    return person.say(text, quoted_status_id=post["id"], **more)


def refused(moot: Moot, person: Person, post: Any, **more: Any) -> int:
    body = {"status": "look", "quoted_status_id": post["id"], **more}
    return int(moot.call("POST", "/api/v1/statuses", person.token, json=body).status)


def follow(moot: Moot, who: Person, whom: Person) -> None:
    who.post(f"/api/v1/accounts/{whom.id}/follow")


def test_a_quote_holds_the_post(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("wise words")
    assert (post["quote"], post["quotes_count"], post["quote_approval"]) == (None, 0, OPEN)
    found = quote(lee, post)
    assert found["quote"]["state"] == "accepted"
    inner = found["quote"]["quoted_status"]
    assert (inner["id"], inner["content"], inner["quotes_count"]) == (post["id"], "<p>wise words</p>", 1)
    url = post["url"]
    assert found["content"] == f'<p class="quote-inline">RE: <a href="{url}">{url}</a></p><p>look</p>'
    path = f"/api/v1/statuses/{post['id']}"
    assert kim.get(path)["quotes_count"] == 1
    anonymous = moot.get(f"/api/v1/statuses/{found['id']}")
    assert anonymous["quote"]["quoted_status"]["content"] == "<p>wise words</p>"
    assert anonymous["quote_approval"]["current_user"] == "denied"
    assert "favourited" not in anonymous["quote"]["quoted_status"]
    assert [p["quote"]["state"] for p in moot.get(f"/api/v1/accounts/{lee.id}/statuses")] == ["accepted"]
    assert lee.get(f"/api/v1/statuses/{found['id']}/source")["text"] == "look"
    notice = kim.get("/api/v1/notifications")[0]
    assert (notice["type"], notice["status"]["id"], notice["account"]["id"]) == (
        "quote",
        found["id"],
        str(lee.id),
    )


def test_below_the_first_level_there_is_only_an_id(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    first = kim.say("one")
    second = quote(lee, first, "two")
    third = quote(kim, second, "three")
    inner = third["quote"]["quoted_status"]
    assert inner["quote"] == {"state": "accepted", "quoted_status_id": first["id"]}
    boost = lee.post(f"/api/v1/statuses/{third['id']}/reblog")
    assert boost["reblog"]["quote"]["quoted_status"]["id"] == second["id"]
    assert quote(lee, boost)["quote"]["quoted_status"]["id"] == third["id"], "a boost leads to the post"


def test_who_may_not_see_the_quoted_sees_nothing_of_it(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    follow(moot, lee, kim)
    secret = kim.say("the secret word is marmalade", visibility="private")
    shown = quote(kim, secret, "as I said", visibility="public")
    assert shown["visibility"] == "private", "what is not for everybody is not passed on to everybody"
    direct = quote(kim, secret, f"see @{max_.name}", visibility="direct")
    for person, state in ((lee, None), (max_, "unauthorized")):
        found = moot.call("GET", f"/api/v1/statuses/{direct['id']}", person.token)
        assert (b"marmalade" in found.body) is False
        if state:
            assert found.json["quote"] == {"state": state, "quoted_status": None}
    assert lee.get(f"/api/v1/statuses/{shown['id']}")["quote"]["quoted_status"]["id"] == secret["id"]
    assert refused(moot, lee, secret) == 404, "only its author quotes a private post"
    assert refused(moot, max_, secret) == 404
    assert refused(moot, lee, {"id": "1"}) == 404
    whisper = kim.say(f"psst @{lee.name}", visibility="direct")
    assert refused(moot, lee, whisper) == 404


def test_blocks_and_mutes_hide_the_quoted(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    post = kim.say("marmalade")
    path = f"/api/v1/statuses/{quote(lee, post)['id']}"
    for act, undo, state in (("mute", "unmute", "muted_account"), ("block", "unblock", "blocked_account")):
        max_.post(f"/api/v1/accounts/{kim.id}/{act}")
        assert max_.get(path)["quote"] == {"state": state, "quoted_status": None}
        max_.post(f"/api/v1/accounts/{kim.id}/{undo}")
    kim.post(f"/api/v1/accounts/{max_.id}/block")
    assert max_.get(path)["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert refused(moot, max_, post) == 404
    kim.post(f"/api/v1/accounts/{max_.id}/unblock")
    assert max_.get(path)["quote"]["state"] == "accepted"


def test_a_direct_quote_addresses_the_quoted(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    post = kim.say("words")
    assert refused(moot, lee, post, status=f"@{max_.name} look", visibility="direct") == 422
    assert quote(lee, post, f"@{kim.name} look", visibility="direct")["quote"]["state"] == "accepted"
    assert quote(kim, post, f"@{max_.name} mine", visibility="direct")["quote"]["state"] == "accepted"


def test_the_rule_of_the_author(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    follow(moot, lee, kim)
    post = kim.say("for friends", quote_approval_policy="followers")
    path = f"/api/v1/statuses/{post['id']}"
    assert post["quote_approval"] == {"automatic": ["followers"], "manual": [], "current_user": "automatic"}
    assert lee.get(path)["quote_approval"]["current_user"] == "automatic"
    assert max_.get(path)["quote_approval"] == {
        "automatic": ["followers"],
        "manual": [],
        "current_user": "denied",
    }
    assert refused(moot, max_, post) == 404
    assert quote(lee, post)["quote"]["state"] == "accepted"

    def rule(person: Person, word: str) -> Any:
        body = {"quote_approval_policy": word}
        return moot.call("PUT", f"{path}/interaction_policy", person.token, json=body)

    assert rule(kim, "nobody").json["quote_approval"] == {**CLOSED, "current_user": "automatic"}
    assert lee.get(path)["quote_approval"] == CLOSED
    assert refused(moot, lee, post) == 404
    assert rule(kim, "public").json["quote_approval"] == OPEN
    assert quote(max_, post)["quote"]["state"] == "accepted"
    assert (rule(lee, "nobody").status, rule(kim, "friends").status) == (404, 422)
    assert kim.get(path)["edited_at"] is None
    edited = moot.call(
        "PUT", path, kim.token, json={"status": "for friends", "quote_approval_policy": "nobody"}
    ).json
    assert (edited["quote_approval"]["automatic"], edited["edited_at"]) == ([], None)
    assert kim.say("closed", visibility="private")["quote_approval"] == {
        **CLOSED,
        "current_user": "automatic",
    }
    assert kim.say(f"@{lee.name}", visibility="direct")["quote_approval"] == CLOSED


def test_quotes_are_listed(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    post = kim.say("often quoted")
    ids = [quote(lee, post, f"n{n}")["id"] for n in range(3)][::-1]
    hidden = quote(lee, post, "for few", visibility="private")["id"]
    path = f"/api/v1/statuses/{post['id']}/quotes"
    assert [p["id"] for p in max_.get(path)] == ids
    assert [p["id"] for p in lee.get(path)] == [hidden, *ids]
    page = moot.call("GET", path, max_.token, params={"limit": 2})
    assert [p["id"] for p in page.json] == ids[:2]
    older = moot.http.get(
        page.headers["link"].split(">")[0][1:], headers={"authorization": f"Bearer {max_.token}"}
    )
    assert [p["id"] for p in older.json()] == ids[2:]
    assert "since_id=" in page.headers["link"]
    assert moot.call("GET", path).status == 401
    assert moot.call("GET", "/api/v1/statuses/1/quotes", kim.token).status == 404
    assert kim.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 4


def test_a_quote_is_revoked_by_the_quoted(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("mine")
    quoting = quote(lee, post)
    path = f"/api/v1/statuses/{post['id']}/quotes/{quoting['id']}/revoke"
    assert moot.call("POST", path, lee.token).status == 403
    assert moot.call("POST", path).status == 401
    assert (
        moot.call("POST", f"/api/v1/statuses/{quoting['id']}/quotes/{post['id']}/revoke", kim.token).status
        == 404
    )
    for _ in range(2):
        found = kim.post(path)
        assert (found["id"], found["quote"]) == (quoting["id"], {"state": "revoked", "quoted_status": None})
        assert found["content"] == "<p>look</p>"
    assert kim.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 0
    assert kim.get(f"/api/v1/statuses/{post['id']}/quotes") == []
    assert lee.get(f"/api/v1/statuses/{quoting['id']}")["quote"]["state"] == "revoked"


def test_deletions_on_both_ends(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    post = kim.say("short-lived")
    stays, goes = quote(lee, post, "stays"), quote(lee, post, "goes")
    gone = moot.call("DELETE", f"/api/v1/statuses/{goes['id']}", lee.token)
    assert gone.json["quote"]["quoted_status"]["id"] == post["id"]
    assert kim.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 1
    assert moot.call("DELETE", f"/api/v1/statuses/{post['id']}", kim.token).status == 200
    left = lee.get(f"/api/v1/statuses/{stays['id']}")
    assert left["quote"] == {"state": "deleted", "quoted_status": None}
    assert left["content"] == "<p>stays</p>"


def test_an_edit_of_the_quoted_is_told(moot: Moot) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    post = kim.say("first")
    quoting = quote(lee, post)
    max_.post(f"/api/v1/statuses/{post['id']}/reblog")
    for text in ("second", "third"):
        assert (
            moot.call("PUT", f"/api/v1/statuses/{post['id']}", kim.token, json={"status": text}).status == 200
        )
    (told,) = lee.get("/api/v1/notifications", **{"types[]": "quoted_update"})
    assert (told["status"]["id"], told["account"]["id"]) == (quoting["id"], str(kim.id))
    assert told["status"]["quote"]["quoted_status"]["content"] == "<p>third</p>"
    (update,) = max_.get("/api/v1/notifications", **{"types[]": "update"})
    assert update["status"]["id"] == post["id"]
    edited = moot.call("PUT", f"/api/v1/statuses/{quoting['id']}", lee.token, json={"status": "see"}).json
    assert edited["quote"]["state"] == "accepted", "an edit keeps the quote"
    history = lee.get(f"/api/v1/statuses/{quoting['id']}/history")
    assert [h["quote"]["state"] for h in history] == ["accepted", "accepted"]


@pytest.mark.parametrize("archive", [Archive.PUBLIC, Archive.MEMBERS])
def test_posts_of_groups(moot: Moot, archive: Archive) -> None:
    kim, lee, max_ = fresh(moot, "kim"), fresh(moot, "lee"), fresh(moot, "max")
    group = moot.group(kim, f"quoting{next(_count)}", lee, archive=archive)
    name = kim.get(f"/api/v1/accounts/{group}")["acct"]
    post = kim.say(f"@{name} marmalade")
    wide = archive is Archive.PUBLIC
    assert lee.get(f"/api/v1/statuses/{post['id']}")["quote_approval"] == (OPEN if wide else CLOSED)
    assert refused(moot, lee, post) == (200 if wide else 404)
    own = quote(kim, post)
    found = moot.call("GET", f"/api/v1/statuses/{own['id']}", max_.token)
    assert found.json["quote"]["state"] == ("accepted" if wide else "unauthorized")
    assert (b"marmalade" in found.body) is wide


def test_the_author_s_default_rule(moot: Moot) -> None:
    kim, lee = fresh(moot, "kim"), fresh(moot, "lee")
    words = "posting:default:quote_policy"
    assert kim.get("/api/v1/preferences")[words] == "public"
    patch = {"source": {"quote_policy": "nobody"}}
    found = moot.call("PATCH", "/api/v1/accounts/update_credentials", kim.token, json=patch)
    assert found.json["source"]["quote_policy"] == "nobody"
    assert kim.get("/api/v1/preferences")[words] == "nobody"
    post = kim.say("mine alone")
    assert lee.get(f"/api/v1/statuses/{post['id']}")["quote_approval"] == CLOSED
    assert kim.say("but this", quote_approval_policy="public")["quote_approval"] == OPEN
    patch = {"source": {"quote_policy": "friends"}}
    assert moot.call("PATCH", "/api/v1/accounts/update_credentials", kim.token, json=patch).status == 422
