"""Groups inside this API: accounts that are followed, posted to and read, and who may do which."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain import groups, holding, members, posts, views
from folkmoot.domain.access import Archive, Membership, Posting
from folkmoot.domain.drafts import Draft
from folkmoot.domain.text import Markup

_count = iter(range(1000))
HOME = "/api/v1/timelines/home"


def some(moot: Moot, *names: str) -> list[Person]:
    return [moot.person(f"{name}{next(_count)}") for name in names]


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


def group(moot: Moot, owner: Person, *others: Person, **options: Any) -> tuple[int, str]:
    """(id, name) of a new group."""
    id_ = moot.group(owner, f"club{next(_count)}", *others, **options)
    return id_, str(owner.get(f"/api/v1/accounts/{id_}")["acct"])


def act(me: Person, account: int, verb: str) -> dict[str, Any]:
    return dict(me.post(f"/api/v1/accounts/{account}/{verb}"))


def test_a_group_is_an_account(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, name = group(moot, kim)
    account = moot.get(f"/api/v1/accounts/{id_}")
    assert (account["group"], account["bot"], account["locked"], account["acct"]) == (
        True,
        False,
        False,
        name,
    )
    assert account["followers_count"] == 1
    assert moot.get("/api/v1/accounts/lookup", acct=name)["id"] == str(id_)
    asked, _ = group(moot, kim, joining=1)
    assert moot.get(f"/api/v1/accounts/{asked}")["locked"] is True
    assert id_ in [int(a["id"]) for a in lee.get("/api/v1/accounts/search", q=name)]


def test_following_joins_and_unfollowing_leaves(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, name = group(moot, kim)
    said = kim.say(f"@{name} welcome")
    found = act(lee, id_, "follow")
    assert (found["following"], found["requested"], found["showing_reblogs"]) == (True, False, True)
    assert act(lee, id_, "follow")["following"] is True, "again changes nothing"
    assert lee.get(f"/api/v1/accounts/{id_}")["followers_count"] == 2
    assert ids(lee.get(HOME)) == [said["id"]]
    assert lee.get("/api/v1/accounts/relationships", id=id_)[0]["following"] is True
    assert act(lee, id_, "unfollow")["following"] is False
    assert lee.get(HOME) == []
    assert moot.call("POST", f"/api/v1/accounts/{id_}/unfollow", kim.token).status == 403, (
        "the last owner stays"
    )


def test_asking_waits_for_the_moderators(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, _ = group(moot, kim, joining=1)
    found = act(lee, id_, "follow")
    assert (found["following"], found["requested"]) == (False, True)
    assert act(lee, id_, "unfollow")["requested"] is False
    assert act(lee, id_, "follow")["requested"] is True
    moot.store.write(lambda tx: members.set_status(tx, kim.viewer, id_, lee.id, Membership.NORMAL))
    assert lee.get("/api/v1/accounts/relationships", id=id_)[0]["following"] is True
    invited, _ = group(moot, kim, joining=2)
    assert moot.call("POST", f"/api/v1/accounts/{invited}/follow", max_.token).status == 403
    moot.store.write(lambda tx: members.set_status(tx, kim.viewer, id_, lee.id, Membership.BANNED))
    assert moot.call("POST", f"/api/v1/accounts/{id_}/follow", lee.token).status == 403


def test_a_mention_posts_to_it_where_the_poster_may(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, name = group(moot, kim, lee)
    said = lee.say(f"hello @{name}")
    assert (said["visibility"], said["mentions"][0]["id"]) == ("public", str(id_))
    assert ids(moot.get(f"/api/v1/accounts/{id_}/statuses")) == [said["id"]]
    outside = max_.say(f"hello @{name}, from outside")
    assert outside["visibility"] == "public"
    assert ids(moot.get(f"/api/v1/accounts/{id_}/statuses")) == [said["id"]], "not a member: not posted to it"
    direct = lee.say(f"psst @{name}", visibility="direct")
    assert direct["visibility"] == "direct"
    assert ids(kim.get(HOME)) == [said["id"]]
    heard, _ = group(moot, kim, posting=Posting.MODERATORS)
    act(lee, heard, "follow")
    lee.say(f"@{kim.get(f'/api/v1/accounts/{heard}')['acct']} may I?")
    assert kim.get(f"/api/v1/accounts/{heard}/statuses") == []


def test_its_page_shows_its_threads(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, name = group(moot, kim, lee)
    first, second = kim.say(f"@{name} first")["id"], lee.say(f"@{name} second")["id"]
    answer = lee.say("an answer", in_reply_to_id=first)
    assert answer["mentions"][0]["id"] == str(id_)
    page = f"/api/v1/accounts/{id_}/statuses"
    assert ids(moot.get(page)) == [answer["id"], second, first]
    assert ids(moot.get(page, exclude_replies=True)) == [second, first]
    assert ids(moot.get(f"/api/v1/statuses/{first}/context")["descendants"]) == [answer["id"]]
    assert moot.get(f"/api/v1/accounts/{id_}")["statuses_count"] == 3


def test_members_only_is_private_and_never_passed_on(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, name = group(moot, kim, lee, archive=Archive.MEMBERS)
    said = kim.say(f"@{name} between us #secret")
    answer = lee.say("yes", in_reply_to_id=said["id"])
    assert {said["visibility"], answer["visibility"]} == {"private"}
    for who in (kim, lee):
        for post in (said, answer):
            found = moot.call("POST", f"/api/v1/statuses/{post['id']}/reblog", who.token)
            assert found.status == 403, "not even one's own"
    assert moot.call("POST", f"/api/v1/statuses/{said['id']}/reblog", max_.token).status == 404
    max_.post("/api/v1/tags/secret/follow")
    places = [
        HOME,
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/secret",
        f"/api/v1/accounts/{id_}/statuses",
    ]
    places += [f"/api/v1/accounts/{kim.id}/statuses", f"/api/v1/accounts/{lee.id}/statuses"]
    for path in places:
        assert not {said["id"], answer["id"]} & set(ids(max_.get(path, limit=40))), path
    for path in ("", "/context", "/reblogged_by", "/history"):
        assert moot.call("GET", f"/api/v1/statuses/{said['id']}{path}", max_.token).status == 404, path
    assert ids(lee.get(HOME)) == [answer["id"], said["id"]]


def test_list_mail_arrives_at_home(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, name = group(moot, kim, lee)
    assert lee.get(HOME) == []
    mail = Draft(
        text="Dear all,\n\ntea at five.",
        title="Tea",
        markup=Markup.MAIL,
        group_id=id_,
        door="mail",
        message_id=f"tea{id_}@mail.example",
    )
    written = moot.store.write(lambda tx: posts.write(tx, kim.viewer, mail))
    (found,) = lee.get(HOME)
    assert found["id"] == str(written.id)
    assert "<strong>Tea</strong>" in found["content"]
    assert found["mentions"][0]["acct"] == name
    answer = lee.say("coming", in_reply_to_id=found["id"])
    assert ids(kim.get(HOME)) == [answer["id"], found["id"]]
    number = moot.store.read(lambda tx: views.post(tx, kim.viewer, int(answer["id"])).number)
    assert number == 2


def test_a_held_post_comes_home_when_it_is_let_in(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, name = group(moot, kim, lee, max_, moderation=groups.Moderation.ALL)
    found = moot.call("POST", "/api/v1/statuses", lee.token, json={"status": f"@{name} please"})
    assert found.status == 200, json.dumps(found.json)
    assert max_.get(HOME) == []
    later = kim.say(f"@{name} meanwhile")["id"]
    assert ids(max_.get(HOME)) == [later]
    (held,) = moot.store.read(lambda tx: holding.pending(tx, kim.viewer, id_))
    moot.store.write(lambda tx: holding.release(tx, kim.viewer, held))
    assert ids(max_.get(HOME)) == [later, str(held)]


def test_lists_and_mutes_hold_for_groups(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, name = group(moot, kim, lee, max_)
    said, other = kim.say(f"@{name} hello")["id"], max_.say(f"@{name} hi")["id"]
    one = lee.post("/api/v1/lists", title="Clubs", exclusive=True)["id"]
    lee.post(f"/api/v1/lists/{one}/accounts", account_ids=[str(id_)])
    assert lee.get(HOME) == []
    assert ids(lee.get(f"/api/v1/timelines/list/{one}")) == [other, said]
    act(lee, max_.id, "mute")
    assert ids(lee.get(f"/api/v1/timelines/list/{one}")) == [said]
    assert ids(lee.get(f"/api/v1/accounts/{id_}/statuses")) == [other, said]


def test_who_its_members_are_is_for_its_moderators(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, _ = group(moot, kim, lee)
    path = f"/api/v1/accounts/{id_}/followers"
    assert ids(kim.get(path)) == [str(lee.id), str(kim.id)]
    assert lee.get(path) == []
    assert moot.get(path) == []


@pytest.mark.parametrize("verb", ["follow", "unfollow", "block", "mute", "note", "endorse"])
def test_a_hidden_group_is_not_there(moot: Moot, verb: str) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, name = group(moot, kim, archive=Archive.MEMBERS, listed=False)
    for path in (
        f"/api/v1/accounts/{id_}",
        f"/api/v1/accounts/{id_}/statuses",
        f"/api/v1/accounts/{id_}/followers",
    ):
        unknown = moot.call("GET", path.replace(str(id_), "77"), lee.token)
        found = moot.call("GET", path, lee.token)
        assert (found.status, found.body) == (404, unknown.body), path
    assert moot.call("GET", f"/api/v1/accounts/lookup?acct={name}", lee.token).status == 404
    assert lee.get("/api/v1/accounts/search", q=name) == []
    assert lee.get("/api/v1/accounts/relationships", id=id_) == []
    assert moot.call("POST", f"/api/v1/accounts/{id_}/{verb}", lee.token).status == 404
    assert kim.get(f"/api/v1/accounts/{id_}")["group"] is True
