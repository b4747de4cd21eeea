"""How mail fared: the last that arrived, the last try, and what came back; and how many messages a month brought."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.doors.groupsio.conftest import Town, assert_like, example

from folkmoot.domain.groups import members
from folkmoot.domain.mail import mailhealth, outbox
from folkmoot.store.tx import Tx


def mailed(town: Town, who: str, post: str, group: str = "open") -> int:
    """A post was mailed to somebody and taken; the id of the mail."""

    def write(tx: Tx) -> int:
        key = tx.ids.next()
        outbox.queue(
            tx,
            "post",
            town.ids[who],
            f"{who}@example.org",
            group_id=town.ids[group],
            post_id=town.ids[post],
            key=key,
        )
        outbox.sent(tx, [key])
        return key

    number: int = town.do(write)
    return number


def bounced(town: Town, mail_id: int, *, hard: bool = True) -> None:
    town.do(lambda tx: mailhealth.bounced(tx, mail_id, hard=hard, response="550 5.1.1 gone", source="relay"))


def test_delivery_info(any_town: Town) -> None:
    town, client = any_town, any_town.client("bob")
    empty = client.ok("getdeliveryinfo")
    assert_like(empty, example("getdeliveryinfo"))
    assert (empty["success_time"], empty["bounces"]) == ("0001-01-01T00:00:00Z", [])
    mailed(town, "bob", "first")
    last = mailed(town, "bob", "other")
    bounced(town, last)
    for call in ({}, {"group_name": "open"}, {"group_id": town.ids["open"]}):
        info = client.ok("getdeliveryinfo", **call)
        assert_like(info, example("getdeliveryinfo"))
        assert (info["success_msg_id"], info["success_subject"]) == (town.ids["other"], "Food & drink")
        assert info["success_type"] == info["attempt_type"] == "delivery_message"
        assert [b["is_hard"] for b in info["bounces"]] == [True]
        assert info["bounces"][0]["response"] == "550 5.1.1 gone"
    assert client.ok("getdeliveryinfo", group_name="closed")["success_msg_id"] == 0
    pair = client.ok("getdeliveryinfo", extended="true")
    assert [each["object"] for each in pair] == ["delivery_info", "user"]


def test_a_try_that_failed(town: Town) -> None:
    def write(tx: Tx) -> None:
        key = tx.ids.next()
        outbox.queue(
            tx,
            "post",
            town.ids["bob"],
            "bob@example.org",
            group_id=town.ids["open"],
            post_id=town.ids["first"],
            key=key,
        )
        outbox.failed(tx, outbox.claim(tx)[0], "451 later", for_good=False)

    town.do(write)
    info = town.client("bob").ok("getdeliveryinfo")
    assert (info["success_msg_id"], info["attempt_msg_id"]) == (0, town.ids["first"])
    assert info["attempt_response"] == "451 later"


def test_the_delivery_of_others(town: Town) -> None:
    mailed(town, "bob", "first")
    bob = town.do(lambda tx: members.get(tx, town.ids["open"], town.ids["bob"])).id
    alice = town.do(lambda tx: members.get(tx, town.ids["open"], town.ids["alice"])).id
    info = town.client("alice").ok("getdeliveryinfo", member_info_id=bob)
    assert (info["success_msg_id"], info["group_id"]) == (town.ids["first"], town.ids["open"])
    refused = town.client("bob").refused("getdeliveryinfo", member_info_id=alice)
    assert refused == ("inadequate_permissions", "manage_members")
    client = town.client("alice")
    for wrong in (0, 1, 1 << 63):
        assert client.refused("getdeliveryinfo", member_info_id=wrong) == (
            "bad_request",
            "invalid member_info_id",
        )
    elsewhere = client.refused("getdeliveryinfo", member_info_id=bob, group_name="hidden")
    assert elsewhere == ("bad_request", "invalid member_info_id")


def test_the_group_is_unknown(quiet_town: Town) -> None:
    client = quiet_town.client("bob")
    for call in ("getdeliveryinfo", "getmessagehistory"):
        assert client.refused(call, group_id=5) == ("bad_request", "invalid group_id")
        assert client.refused(call, group_name="hidden") == ("bad_request", "invalid group_id")


def test_bounce_info(any_town: Town) -> None:
    town, client = any_town, any_town.client("bob")
    assert client.ok("getbounceinfo")["data"] == []
    posts = ["first", "second", "third"]
    for post in posts:
        bounced(town, mailed(town, "bob", post), hard=post == "first")
    page = client.ok("getbounceinfo", limit=2)
    assert_like(page, example("getbounceinfo"))
    assert (page["total_count"], page["start_item"], page["end_item"], page["has_more"]) == (3, 1, 2, True)
    rest = client.ok("getbounceinfo", page_token=page["next_page_token"])
    numbers = [each["msg_id"] for each in page["data"] + rest["data"]]
    assert numbers == [town.ids[post] for post in reversed(posts)]
    assert (rest["has_more"], rest["next_page_token"]) == (False, 0)
    up = client.ok("getbounceinfo", sort_dir="asc", sort_field="id")
    assert [each["msg_id"] for each in up["data"]] == [town.ids[post] for post in posts]
    assert client.refused("getbounceinfo", sort_field="colour") == ("invalid_value", "sort_field")
    assert town.client("carol").ok("getbounceinfo")["total_count"] == 0


def test_message_history(any_town: Town) -> None:
    town, client = any_town, any_town.client("bob")
    now = datetime.now(UTC)
    of_open = client.ok("getmessagehistory", group_name="open")
    assert_like(of_open, example("getmessagehistory"))
    assert of_open["month_counts"] == [
        {"object": "month_count", "year": now.year, "month": now.month, "msgs_sent": 4}
    ]
    assert sum(month["msgs_sent"] for month in client.ok("getmessagehistory")["month_counts"]) == 5
    assert client.ok("getmessagehistory", offset=-480)["tz_offset"] == -480
    town.say("bob", text="One more", title="More", group_id=town.ids["open"])
    assert sum(m["msgs_sent"] for m in client.ok("getmessagehistory", group_name="open")["month_counts"]) == 5


def test_whose_history(quiet_town: Town) -> None:
    assert quiet_town.client().ok("getmessagehistory", group_name="open")["month_counts"]
    assert quiet_town.client().refused("getmessagehistory") == ("authentication", "")
    carol = quiet_town.client("carol")
    assert carol.refused("getmessagehistory", group_name="closed") == (
        "inadequate_permissions",
        "archives_visible",
    )
    assert carol.refused("getmessagehistory", group_name="open", offset=5000) == (
        "bad_request",
        "invalid offset",
    )
