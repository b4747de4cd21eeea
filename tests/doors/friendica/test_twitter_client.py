"""The Python client of Twitter 1.x (PyPI: twitter), pointed at this door."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.friendica.node import PASSWORD, Node

twitter = pytest.importorskip("twitter", reason="the dev dependency `twitter` is not installed")


@pytest.mark.parametrize("version", ["api", "api/1.1"])
def test_an_old_client_reads_and_writes(node: Node, version: str) -> None:
    def client(name: str) -> Any:
        return twitter.Twitter(
            domain=node.url.removeprefix("http://"),
            secure=False,
            auth=twitter.UserPassAuth(name, PASSWORD),
            api_version=version,
        )

    alice, bob = client("alice"), client("bob")
    assert alice.account.verify_credentials()["screen_name"] == "alice"
    said = alice.statuses.update(status="from an old client: ü & 😀", source="old")
    answer = bob.statuses.update(status="@alice hi", in_reply_to_status_id=said["id"])
    assert answer["in_reply_to_status_id"] == said["id"]
    assert [post["id"] for post in bob.conversation.show(id=said["id"])] == [answer["id"], said["id"]]
    assert bob.statuses.home_timeline(count=1)[0]["id"] == answer["id"]
    assert bob.statuses.home_timeline(max_id=said["id"], count=1)[0]["text"] == "from an old client: ü & 😀"
    assert bob.statuses.user_timeline(screen_name="alice", since_id=said["id"]) == []
    assert bob.favorites.create(_id=said["id"])["favorited"]
    assert said["id"] in [post["id"] for post in bob.favorites.list()]
    assert answer["id"] in [post["id"] for post in alice.statuses.mentions_timeline(count=5)]
    found = alice.search.tweets(q="client", count=5)
    assert said["id"] in [post["id"] for post in found["statuses"]]
    assert found["search_metadata"]["count"] == 5
    passed = bob.statuses.retweet(_id=said["id"])
    assert [post["id"] for post in alice.statuses.retweets(_id=said["id"])] == [passed["id"]]
    assert alice.statuses.retweeters.ids(_id=said["id"])["ids"] == [bob.account.verify_credentials()["id"]]
    assert said["id"] in [post["id"] for post in alice.statuses.retweets_of_me()]
    assert [post["id"] for post in bob.statuses.lookup(_id=f"{said['id']},7")] == [said["id"]]
    kept = alice.saved_searches.create(query="#garden")
    assert alice.saved_searches.destroy(_id=kept["id"])["query"] == "#garden"
    assert alice.trends.place(_id=1)[0]["locations"][0]["woeid"] == 1
    assert not bob.favorites.destroy(_id=said["id"])["favorited"]
    with pytest.raises(twitter.TwitterHTTPError) as refused:
        bob.statuses.show(id=7)
    assert refused.value.response_data["error"] == "There is no status with this id."
    assert alice.statuses.destroy(_id=said["id"])["id"] == said["id"]


@pytest.mark.parametrize("version", ["api", "api/1.1"])
def test_an_old_client_makes_friends(node: Node, version: str) -> None:
    def client(name: str) -> Any:
        return twitter.Twitter(
            domain=node.url.removeprefix("http://"),
            secure=False,
            auth=twitter.UserPassAuth(name, PASSWORD),
            api_version=version,
        )

    name = f"lea{len(version)}"
    node.ids[name] = node.person(name)
    lea = client(name)
    assert lea.friendships.create(screen_name="bob")["following"]
    assert lea.friendships.show(target_screen_name="bob")["relationship"]["source"]["following"]
    ids = lea.friends.ids(screen_name=name)
    assert (ids["ids"] if version == "api/1.1" else ids) == [node.ids["bob"]]
    assert [user["screen_name"] for user in lea.friends.list(cursor=-1)["users"]] == ["bob"]
    assert [user["screen_name"] for user in lea.users.lookup(screen_name="bob,alice")] == ["bob", "alice"]
    assert lea.friendships.lookup(screen_name="bob")[0]["connections"] == ["following"]
    assert lea.blocks.create(screen_name="alice")["statusnet_blocking"]
    assert lea.blocks.ids()["ids"] == [node.ids["alice"]]
    assert not lea.blocks.destroy(screen_name="alice")["statusnet_blocking"]
    made = lea.lists.create(name=f"Near by {version}", mode="private")
    assert lea.lists.members.create(list_id=made["id"], screen_name="bob")["member_count"] == 1
    said = node.says("bob", f"seen in a list by {version}")
    assert lea.lists.statuses(list_id=made["id"])[0]["id"] == said
    assert lea.lists.members(slug=made["slug"], owner_screen_name=name)["users"][0]["screen_name"] == "bob"
    assert made["id"] in [one["id"] for one in lea.lists.ownerships()["lists"]]
    assert lea.lists.destroy(list_id=made["id"])["id"] == made["id"]
    assert not lea.friendships.destroy(screen_name="bob")["following"]
    with pytest.raises(twitter.TwitterHTTPError) as refused:
        lea.friendships.create(screen_name="nobody_here")
    assert refused.value.response_data["error"] == "Could not follow user: profile not found."
