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
    assert not bob.favorites.destroy(_id=said["id"])["favorited"]
    with pytest.raises(twitter.TwitterHTTPError) as refused:
        bob.statuses.show(id=7)
    assert refused.value.response_data["error"] == "There is no status with this id."
    assert alice.statuses.destroy(_id=said["id"])["id"] == said["id"]
