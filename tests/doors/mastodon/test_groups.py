"""Groups inside this API: accounts that are followed, posted to and read, and who may do which."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain import views
from folkmoot.domain.access import Archive, Membership, Posting
from folkmoot.domain.groups import groups, holding, membership
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
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
    moot.store.write(lambda tx: membership.set_status(tx, kim.viewer, id_, lee.id, Membership.NORMAL))
    assert lee.get("/api/v1/accounts/relationships", id=id_)[0]["following"] is True
    invited, _ = group(moot, kim, joining=2)
    assert moot.call("POST", f"/api/v1/accounts/{invited}/follow", max_.token).status == 403
    moot.store.write(lambda tx: membership.set_status(tx, kim.viewer, id_, lee.id, Membership.BANNED))
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


def request_ids(who: Person) -> list[str]:
    return ids(who.get("/api/v1/follow_requests"))


def test_moderators_answer_in_their_apps(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, _ = group(moot, kim, joining=1)
    for who in (lee, max_):
        act(who, id_, "follow")
    assert request_ids(kim) == [str(max_.id), str(lee.id)]
    assert kim.get("/api/v1/accounts/verify_credentials")["source"]["follow_requests_count"] == 2
    told = kim.get("/api/v1/notifications", **{"types[]": "follow_request"})
    assert [(n["type"], n["account"]["id"]) for n in told] == [
        ("follow_request", str(max_.id)),
        ("follow_request", str(lee.id)),
    ]
    assert moot.call("POST", f"/api/v1/follow_requests/{lee.id}/authorize", max_.token).status == 404
    kim.post(f"/api/v1/follow_requests/{lee.id}/authorize")
    assert lee.get("/api/v1/accounts/relationships", id=id_)[0]["following"] is True
    kim.post(f"/api/v1/follow_requests/{max_.id}/reject")
    now = max_.get("/api/v1/accounts/relationships", id=id_)[0]
    assert (now["following"], now["requested"]) == (False, False)
    assert request_ids(kim) == []
    assert kim.get("/api/v1/notifications", **{"types[]": "follow_request"}) == []
    assert moot.call("POST", f"/api/v1/follow_requests/{max_.id}/reject", kim.token).status == 404


def test_each_request_has_its_own_answer(moot: Moot) -> None:
    """Who asks to follow the moderator and to join the group is let in to the first only by the first answer."""
    kim, lee = some(moot, "kim", "lee")
    moot.call("PATCH", "/api/v1/accounts/update_credentials", kim.token, json={"locked": True})
    id_, _ = group(moot, kim, joining=1)
    act(lee, id_, "follow")
    act(lee, kim.id, "follow")
    pages = moot.call("GET", "/api/v1/follow_requests?limit=1", kim.token)
    assert ids(pages.json) == [str(lee.id)]
    assert 'rel="next"' in pages.headers["link"]
    kim.post(f"/api/v1/follow_requests/{lee.id}/authorize")
    standing = {r["id"]: r for r in lee.get("/api/v1/accounts/relationships", **{"id[]": [id_, kim.id]})}
    assert standing[str(kim.id)]["following"] is True
    assert standing[str(id_)]["requested"] is True
    kim.post(f"/api/v1/follow_requests/{lee.id}/reject")
    standing = {r["id"]: r for r in lee.get("/api/v1/accounts/relationships", **{"id[]": [id_, kim.id]})}
    assert standing[str(kim.id)]["following"] is True, "only the group was refused"
    assert standing[str(id_)]["requested"] is False


def test_open_posts_are_boosted_and_stay_in_the_group(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, name = group(moot, kim, lee)
    act(max_, lee.id, "follow")
    said = kim.say(f"@{name} to all")
    boost = lee.post(f"/api/v1/statuses/{said['id']}/reblog")
    assert boost["reblog"]["id"] == said["id"]
    assert boost["reblog"]["reblogs_count"] == 1
    assert ids(max_.get(HOME)) == [boost["id"]]
    assert ids(moot.get(f"/api/v1/accounts/{id_}/statuses")) == [said["id"]], "its page has no boosts"
    told = kim.get("/api/v1/notifications", **{"types[]": "reblog"})
    assert [n["account"]["id"] for n in told] == [str(lee.id)]


def test_what_its_author_sees_of_a_held_post(moot: Moot) -> None:
    kim, lee, max_ = some(moot, "kim", "lee", "max")
    id_, name = group(moot, kim, lee, max_, moderation=groups.Moderation.ALL)
    held = lee.say(f"@{name} please let me in #held")
    path = f"/api/v1/statuses/{held['id']}"
    assert lee.get(path)["content"] == held["content"]
    assert ids(lee.get(HOME)) == []
    for who in (max_, None):
        found = moot.call("GET", path, who.token if who else None)
        assert found.status == 404
    assert kim.get(path)["id"] == held["id"], "moderators read it"
    for place in (f"/api/v1/accounts/{id_}/statuses", f"/api/v1/accounts/{lee.id}/statuses"):
        assert max_.get(place) == []
    assert moot.get("/api/v1/timelines/tag/held") == []
    for verb in ("favourite", "reblog"):
        assert moot.call("POST", f"{path}/{verb}", max_.token).status == 404
    moot.store.write(lambda tx: holding.reject(tx, kim.viewer, int(held["id"])))
    assert max_.get(f"/api/v1/accounts/{id_}/statuses") == []
    assert lee.get(f"/api/v1/accounts/{lee.id}/statuses") == []


def test_search_finds_a_group_and_its_address(moot: Moot) -> None:
    kim, lee = some(moot, "kim", "lee")
    id_, name = group(moot, kim)
    for query in (name, f"@{name}", f"{moot.url}/@{name}", f"@{name}@{moot.house.settings.domain}"):
        found = lee.get("/api/v2/search", q=query, type="accounts", resolve=True)["accounts"]
        assert [(a["id"], a["group"]) for a in found] == [(str(id_), True)], query
