"""postdraft: the refusals that tags, files and space give, what waits, and a draft that twenty post at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.doors.groupsio.conftest import Client, Town
from tests.doors.groupsio.test_attachments import TEXT, send
from tests.doors.groupsio.test_groupsio_drafts import change, draft, newest

from folkmoot.domain import views
from folkmoot.domain.access import MemberPosting, Posting
from folkmoot.domain.groups import holding, members, membership, tagrules
from folkmoot.domain.groups.groups import Moderation
from folkmoot.domain.groups.membership import MemberChange
from folkmoot.domain.mail import wishes
from folkmoot.domain.posts import edits
from folkmoot.doors.groupsio import posting
from folkmoot.doors.mail.render import mail_of, read_sheet

ORDER = [
    "no subject", "no body", "need hashtag", "restricted hashtag", "mod only hashtag", "private message",
    "post too big", "announcement group", "group out of space", "bad attachment", "not subscribed", "invalid reply",
]  # fmt: skip


def rule(town: Town, tag: str, group: str = "open", **changes: Any) -> None:
    town.do(lambda tx: tagrules.put(tx, town.viewer("alice"), town.ids[group], tag, changes))


def say(client: Client, draft_id: int, **words: str) -> None:
    assert client.post("updatedraft", draft_id=draft_id, **words).status_code == 200


def why(client: Client, draft_id: int, **more: str) -> str:
    return client.refused("postdraft", draft_id=draft_id, **more)[1]


def test_the_order_is_the_contracts() -> None:
    assert [extra for extra, _ in posting.REFUSALS] == ORDER


def test_refusals_one_after_the_other(town: Town) -> None:
    """Everything is wrong at first; each mend shows the next."""
    bob = town.client("bob")
    id_ = bob.post("newdraft", group_name="open", draft_type="draft_type_post").json()["id"]
    assert send(bob, id_, TEXT).status_code == 200
    rule(town, "staff", mods_begin=True)
    told = {"tags_required": True, "new_tags": "mods_bounce", "attachments": "bounced", "files_quota": 0}
    change(town, settings=told, posting=int(Posting.MODERATORS))
    steps: list[tuple[str, dict[str, Any]]] = [
        ("no subject", {"subject": "Private: one"}),
        ("no body", {"body": "<p>Well</p>"}),
        ("need hashtag", {"subject": "Private: one #unheard #staff"}),
        ("restricted hashtag", {"subject": "Private: one #staff"}),
        ("mod only hashtag", {"subject": "Private: one #meeting"}),
        ("private message", {"subject": "One #meeting"}),
    ]
    for extra, mend in steps:
        assert why(bob, id_, reply="x") == extra
        say(bob, id_, **mend)
    assert why(bob, id_, reply="x") == "announcement group"
    change(town, posting=int(Posting.MEMBERS))
    assert why(bob, id_, reply="x") == "group out of space"
    change(town, settings={"files_quota": 10_000_000})
    assert why(bob, id_, reply="x") == "bad attachment"
    change(town, settings={"attachments": "normal"})
    assert why(bob, id_, reply="x") == "invalid reply"
    assert bob.post("postdraft", draft_id=id_).json() == {"object": "success", "extra": ""}
    assert [tag["name"] for tag in newest(town)["hashtags"]] == ["Meeting"]


def test_who_left_is_not_subscribed_whatever_else_is_wrong_later(town: Town) -> None:
    bob = town.client("bob")
    id_ = draft(bob)
    town.do(lambda tx: members.leave(tx, town.viewer("bob"), town.ids["open"]))
    assert why(bob, id_, reply="x") == "not subscribed"


def test_moderators_use_what_members_may_not(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    rule(town, "staff", mods_begin=True, mods_answer=True)
    change(town, settings={"new_tags": "mods_bounce"})
    for subject in ("For #staff", "Quite #unheard"):
        id_ = draft(alice)
        say(alice, id_, subject=subject)
        assert alice.post("postdraft", draft_id=id_).status_code == 200
    topic = next(t for t in alice.ok("gettopics", group_name="open")["data"] if "staff" in t["subject"])
    assert topic["hashtags"][0]["mods_only_post"] is True
    answer = draft(bob, kind="reply", message_id=topic["id"])
    assert why(bob, answer) == "mod only hashtag"
    rule(town, "staff", mods_answer=False)
    assert bob.post("postdraft", draft_id=answer).status_code == 200


def test_what_waits_by_group_topic_tag_and_member(any_town: Town) -> None:
    town, bob = any_town, any_town.client("bob")
    here, who = town.ids["open"], town.ids["bob"]

    def extra(subject: str = "A word", message_id: int = 0) -> str:
        kind = {"kind": "reply", "message_id": message_id} if message_id else {}
        id_ = draft(bob, **kind)
        say(bob, id_, subject=subject)
        answer = bob.post("postdraft", draft_id=id_)
        assert answer.status_code == 200, answer.text
        told: str = answer.json()["extra"]
        return told

    first = town.ids["other"]
    assert (extra(), extra("Re: Food", first)) == ("", "")
    rule(town, "offers", held=True, answers_free=True)
    assert extra("Spades #offers") == "pending post"
    change(town, moderation=int(Moderation.ALL), settings={"first_posts_only": True})
    assert (extra(), extra("Re: Food", first)) == ("pending post", "")
    change(town, settings={"first_posts_only": False})
    assert extra("Re: Food", first) == "pending post"
    for posting_, wanted in ((MemberPosting.FREE, ""), (MemberPosting.MODERATED, "pending post")):
        town.do(
            lambda tx, p=posting_: membership.update(
                tx, town.viewer("alice"), here, who, MemberChange(posting=p)
            )
        )
        assert extra() == wanted
    change(town, moderation=int(Moderation.NOBODY))
    assert extra() == "pending post", "the member's own override counts where the group asks for nothing"
    town.do(
        lambda tx: membership.update(
            tx, town.viewer("alice"), here, who, MemberChange(posting=MemberPosting.FIRST_MODERATED)
        )
    )
    assert (extra(), extra("Re: Food", first)) == ("pending post", "")
    waiting = town.client("alice").ok("getpendingmessages", group_name="open", limit=100)
    assert waiting["total_count"] == len(waiting["data"]) == 6


def test_answers_to_a_held_tag(town: Town) -> None:
    """A thread whose tag holds answers too; released, the thread is one."""
    bob, alice = town.client("bob"), town.viewer("alice")
    rule(town, "offers", held=True)
    id_ = draft(bob)
    say(bob, id_, subject="Spades #offers")
    assert bob.post("postdraft", draft_id=id_).json()["extra"] == "pending post"
    (waiting,) = town.house.store.read(lambda tx: holding.pending(tx, alice, town.ids["open"]))
    town.do(lambda tx: holding.release(tx, alice, waiting))
    answer = draft(bob, kind="reply", message_id=waiting)
    assert bob.post("postdraft", draft_id=answer).json()["extra"] == "pending post"
    rule(town, "offers", answers_free=True)
    answer = draft(bob, kind="reply", message_id=waiting)
    assert bob.post("postdraft", draft_id=answer).json()["extra"] == ""


def test_twenty_at_once_post_one(any_town: Town) -> None:
    town = any_town
    bob = town.client("bob")
    before = bob.ok("getmessages", group_name="open")["total_count"]
    id_ = draft(bob)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: bob.post("postdraft", draft_id=id_).json(), range(20)))
    kinds = [(each["object"], each["extra"]) for each in answers]
    assert kinds.count(("success", "")) == 1
    assert kinds.count(("error", "invalid draft_id")) == 19
    assert bob.ok("getmessages", group_name="open")["total_count"] == before + 1


def test_where_answers_go(town: Town) -> None:
    """By call, by the group's policy, by the tag's; where only the sender is answered nobody else is."""
    alice, bob = town.client("alice"), town.client("bob")
    free = (town.viewer("alice"), town.ids["open"], town.ids["bob"], MemberChange(posting=MemberPosting.FREE))
    town.do(lambda tx: membership.update(tx, *free))

    def shown(**more: str) -> bool:
        """Whether bob's answer is in the archive."""
        before = alice.ok("getmessages", group_name="open")["total_count"]
        id_ = draft(bob, kind="reply", message_id=town.ids["other"])
        answer = bob.post("postdraft", draft_id=id_, **more)
        assert answer.status_code == 200, answer.text
        now: int = alice.ok("getmessages", group_name="open")["total_count"]
        return now == before + 1

    assert [shown(reply=word) for word in ("group", "group_and_sender", "sender", "mods")] == [
        True, True, False, False,
    ]  # fmt: skip
    for policy, wanted in (
        ("group", True),
        ("group_and_sender", True),
        ("moderators", False),
        ("sender", False),
    ):
        alice.post("updategroup", group_name="open", reply_to=f"group_reply_to_{policy}")
        assert shown() is wanted, policy
        assert newest(town)["reply_to"] == f"group_reply_to_{policy}"
    assert shown(reply="group") is True, "the sender is only the usual"
    alice.post("updategroup", group_name="open", remove_other_reply_options="true")
    assert newest(town)["reply_to"] == "group_reply_only_to_sender"
    id_ = draft(bob, kind="reply", message_id=town.ids["other"])
    assert why(bob, id_, reply="group") == "invalid reply"
    rule(town, "meeting", reply_to="group")
    id_ = draft(bob, kind="reply", message_id=town.ids["first"])
    say(bob, id_, subject="Re: A meeting", body="<p>Here</p>")
    assert bob.post("postdraft", draft_id=id_).status_code == 200
    topic = alice.ok("gettopic", topic_id=town.ids["first"])
    assert topic["topic"]["reply_to"] == "thread_reply_to_group"
    assert topic["total_count"] == 4


def test_only_moderators_say_special_things(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    for client, wanted in ((bob, False), (alice, True)):
        id_ = draft(client)
        assert client.post("updatedraft", draft_id=id_, is_special="true").json()["is_special"] is True
        client.post("postdraft", draft_id=id_)
        said = newest(town)["id"]
        facts = town.house.store.read(lambda tx, said=said: wishes.facts_of(tx, said))
        assert facts.special is wanted
    id_ = draft(bob)
    assert bob.refused("postdraft", draft_id=id_, from_owner="true") == ("invalid_value", "from_owner")


@pytest.mark.parametrize("name", ["open", "hidden"])
def test_moderators_speak_as_the_group(town: Town, name: str) -> None:
    """Nobody else does, and in no answer; the message tells the group alone, the log tells who wrote it."""
    alice, here = town.client("alice"), town.ids[name]
    count = town.do(lambda tx: views.account(tx, here)).posts_n
    id_ = draft(alice, group=name)
    assert alice.post("postdraft", draft_id=id_, from_owner="true").status_code == 200
    said = alice.ok("getmessages", group_name=name, limit=1)["data"][0]
    assert (said["user_id"], said["name"]) == (here, name)
    assert town.do(lambda tx: views.account(tx, here)).posts_n == count + 1
    sheet = town.do(lambda tx: read_sheet(tx, said["id"]))
    mail = mail_of(town.house.settings, town.house.blobs, sheet)
    heads = mail.common.partition(b"\r\n\r\n")[0].decode()
    address = f"{name}+owner@{town.house.settings.list_domain}"
    assert f"From: {name} <{address}>" in heads
    assert "alice" not in mail.common.decode().lower()
    entry = alice.ok("getactivitylog", group_name=name, limit=1)["data"][0]
    assert entry["entry"] == f"Alice wrote as the group: {said['subject']}"
    id_ = draft(alice, group=name, kind="reply", message_id=said["id"])
    assert alice.refused("postdraft", draft_id=id_, from_owner="true") == ("invalid_value", "from_owner")
    town.do(lambda tx: edits.delete(tx, town.viewer("alice"), said["id"]))
    assert town.do(lambda tx: views.account(tx, here)).posts_n == count
