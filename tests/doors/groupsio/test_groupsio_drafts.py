"""Drafts: from newdraft to a post that everybody sees, and every reason why not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.doors.groupsio.conftest import Client, Town, assert_like, example

from folkmoot.domain import views
from folkmoot.domain.access import MemberPosting, Membership, Posting
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups, holding, members, membership
from folkmoot.domain.groups.groups import GroupChange, Moderation
from folkmoot.domain.groups.membership import MemberChange


def draft(client: Client, group: str = "open", kind: str = "post", **more: Any) -> int:
    """A draft with a body, and with a subject where it is no answer."""
    answer = client.post("newdraft", group_name=group, draft_type=f"draft_type_{kind}", **more)
    assert answer.status_code == 200, answer.text
    id_: int = answer.json()["id"]
    text = (
        {"body": "<p>Well said</p>"} if kind == "reply" else {"body": "<p>Well said</p>", "subject": "A word"}
    )
    assert client.post("updatedraft", draft_id=id_, **text).status_code == 200
    return id_


def change(town: Town, **values: Any) -> None:
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), town.ids["open"], GroupChange(**values)))


def newest(town: Town, who: str = "alice") -> Any:
    return town.client(who).ok("getmessages", group_name="open", limit=1)["data"][0]


def test_the_flow(town: Town) -> None:
    bob = town.client("bob")
    made = bob.post("newdraft", group_name="open", draft_type="draft_type_post").json()
    assert_like(made, example("newdraft"))
    changed = bob.post(
        "updatedraft", draft_id=made["id"], subject="Hello", body="<p>Hi <b>all</b></p>"
    ).json()
    assert_like(changed, example("updatedraft"))
    again = bob.post("updatedraft", draft_id=made["id"], bcc_me="true").json()
    assert (again["subject"], again["body"], again["bcc_me"]) == ("Hello", "<p>Hi <b>all</b></p>", True)
    listed = bob.ok("getdrafts")
    assert_like(listed, example("getdrafts"))
    assert [entry["id"] for entry in listed["data"]] == [made["id"]]
    posted = bob.post("postdraft", draft_id=made["id"])
    assert posted.json() == {"object": "success", "extra": ""}
    assert bob.ok("getdrafts", group_name="open")["data"] == []
    assert (newest(town)["subject"], newest(town)["name"]) == ("Hello", "Bob")
    assert bob.refused("postdraft", draft_id=made["id"]) == ("bad_request", "invalid draft_id")


def test_an_answer_joins_its_topic(town: Town) -> None:
    bob = town.client("bob")
    id_ = draft(bob, kind="reply", message_id=town.ids["second"])
    assert bob.ok("getdrafts")["data"][0]["subject"] == "Re: A meeting"
    assert bob.post("postdraft", draft_id=id_).json()["object"] == "success"
    message = newest(town)
    assert (message["topic_id"], message["is_reply"], message["msg_num"]) == (town.ids["first"], True, 5)


def test_an_answer_to_the_sender_stays_between_two(town: Town) -> None:
    bob = town.client("bob")
    id_ = draft(bob, kind="reply", message_id=town.ids["other"])
    before = newest(town)["id"]
    assert bob.post("postdraft", draft_id=id_, reply="sender", extended="1").json()[1]["user_name"] == "bob"
    assert newest(town)["id"] == before
    assert town.client("carol").ok("gettopic", topic_id=town.ids["other"])["total_count"] >= 1
    assert len(town.client("carol").ok("gettopic", topic_id=town.ids["other"])["data"]) == 1


def test_a_message_to_one_member(town: Town) -> None:
    bob = town.client("bob")
    alice_here = town.house.store.read(lambda tx: members.get(tx, town.ids["open"], town.ids["alice"]))
    kind = {"group_name": "open", "draft_type": "draft_type_dm"}
    assert bob.refused("newdraft", **kind) == ("bad_request", "missing dm_member_id")
    assert bob.refused("newdraft", **kind, dm_member_id=1) == ("bad_request", "invalid dm_member_id")
    id_ = draft(bob, kind="dm", dm_member_id=alice_here.id)
    before = newest(town)["id"]
    assert bob.post("postdraft", draft_id=id_).json() == {"object": "success", "extra": ""}
    assert newest(town)["id"] == before
    moderator = {"group_name": "open", "draft_type": "draft_type_member"}
    assert bob.refused("newdraft", **moderator, member_id=alice_here.id)[0] == "inadequate_permissions"


def test_a_moderated_group_holds_it(town: Town) -> None:
    change(town, moderation=int(Moderation.ALL))
    bob = town.client("bob")
    before = newest(town)["id"]
    assert bob.post("postdraft", draft_id=draft(bob)).json() == {"object": "success", "extra": "pending post"}
    assert newest(town)["id"] == newest(town, "bob")["id"] == before
    alice = town.client("alice")
    assert alice.ok("getgroup", group_name="open")["pending_msgs_count"] == 1
    assert bob.ok("getgroup", group_name="open")["pending_msgs_count"] == 0
    waiting = town.house.store.read(lambda tx: holding.pending(tx, town.viewer("alice"), town.ids["open"]))
    town.do(lambda tx: holding.release(tx, town.viewer("alice"), waiting[0]))
    assert newest(town)["id"] == waiting[0]


def test_refusals_come_in_the_contracts_order(town: Town) -> None:
    bob = town.client("bob")
    id_ = bob.post("newdraft", group_name="open", draft_type="draft_type_post").json()["id"]
    change(town, settings={"tags_required": True, "new_tags": "mods_bounce"}, posting=int(Posting.MODERATORS))

    def post(reply: str = "nobody") -> str:
        return bob.refused("postdraft", draft_id=id_, reply=reply)[1]

    def say(**values: str) -> None:
        assert bob.post("updatedraft", draft_id=id_, **values).status_code == 200

    assert bob.refused("postdraft", draft_id=0) == ("bad_request", "invalid draft_id")
    assert post() == "no subject"
    say(subject="Private: a word")
    assert post() == "no body"
    say(body="<p> </p>")
    assert post() == "no body"
    say(body="<p>A word</p>")
    assert post() == "need hashtag"
    say(subject="private: a word #new")
    assert post() == "restricted hashtag"
    say(subject="private: a word #meeting")
    assert post() == "private message"
    say(subject="A word #meeting")
    assert post() == "announcement group"
    change(town, posting=int(Posting.MEMBERS))
    assert post() == "invalid reply"
    here, alice = town.ids["open"], town.viewer("alice")
    town.do(lambda tx: membership.set_status(tx, alice, here, town.ids["bob"], Membership.BANNED))
    assert post() == "not subscribed"
    town.do(lambda tx: membership.set_status(tx, alice, here, town.ids["bob"], Membership.NORMAL))
    town.do(
        lambda tx: membership.update(
            tx, alice, here, town.ids["bob"], MemberChange(posting=MemberPosting.FORBIDDEN)
        )
    )
    assert bob.refused("postdraft", draft_id=id_) == ("inadequate_permissions", "can_post")
    assert bob.ok("getdrafts")["total_count"] == 1, "what was refused is still there"


def test_a_body_that_is_too_big(town: Town) -> None:
    bob = town.client("bob")
    id_ = draft(bob)
    answer = bob.refused("updatedraft", draft_id=id_, body="x" * 4_000_001)
    assert answer == ("bad_request", "post too big")


@pytest.mark.parametrize("call", ["updatedraft", "postdraft", "deletedraft"])
def test_drafts_are_their_writers(town: Town, call: str) -> None:
    id_ = draft(town.client("bob"))
    assert town.client("alice").refused(call, draft_id=id_) == ("bad_request", "invalid draft_id")
    assert town.client("bob").ok("getdrafts")["total_count"] == 1


def test_throwing_away(town: Town) -> None:
    bob = town.client("bob")
    answer = bob.post("deletedraft", draft_id=draft(bob))
    assert (answer.status_code, answer.content) == (200, b"")
    assert bob.ok("getdrafts")["data"] == []


def test_strangers_start_no_drafts(town: Town) -> None:
    carol = town.client("carol")
    kind = {"draft_type": "draft_type_post"}
    assert carol.refused("newdraft", group_name="open", **kind) == ("inadequate_permissions", "can_post")
    bob = town.client("bob")
    assert bob.refused("newdraft", group_name="open") == ("bad_request", "invalid draft_type")
    assert bob.refused("newdraft", group_name="open", draft_type="x") == ("bad_request", "invalid draft_type")
    reply = {"group_name": "open", "draft_type": "draft_type_reply"}
    assert bob.refused("newdraft", **reply) == ("bad_request", "missing message_id")
    assert bob.refused("newdraft", **reply, message_id=town.ids["unseen"]) == (
        "bad_request",
        "invalid message_id",
    )
    assert bob.refused("newdraft", **reply, message_id=town.ids["secret"]) == (
        "bad_request",
        "invalid message_id",
    )


def test_drafts_of_others_posts_are_seen_by_no_one_else(town: Town) -> None:
    with pytest.raises(NotFound):
        town.house.store.read(lambda tx: views.post(tx, town.viewer("carol"), town.ids["secret"]))
    assert town.client("carol").ok("getdrafts")["data"] == []
