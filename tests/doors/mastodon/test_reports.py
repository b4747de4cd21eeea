"""Reports as clients make them: what is kept, what is refused, and that the staff hears of it."""

from __future__ import annotations

from typing import Any

from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain.access import Role
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.place import rules

R = "/api/v1/reports"
_count = iter(range(1000))


def fresh(moot: Moot, name: str) -> Person:
    return moot.person(f"{name}{next(_count)}")


def refused(moot: Moot, who: Person, **body: Any) -> tuple[int, str]:
    found = moot.call("POST", R, who.token, json=body)
    return found.status, found.json["error"]


def test_a_report_has_exactly_its_fields(moot: Moot) -> None:
    ann, bad = fresh(moot, "ann"), fresh(moot, "bad")
    post = bad.say("rude")
    made = ann.post(R + "/", account_id=str(bad.id), status_ids=[post["id"]], comment="so rude", forward=True)
    assert set(made) == {
        "id", "action_taken", "action_taken_at", "category", "comment", "forwarded", "created_at", "status_ids",
        "collection_ids", "rule_ids", "target_account",
    }  # fmt: skip
    assert (made["action_taken"], made["action_taken_at"]) == (False, None)
    assert (made["category"], made["comment"], made["forwarded"]) == ("other", "so rude", False)
    assert (made["status_ids"], made["rule_ids"]) == ([post["id"]], None)
    assert made["target_account"]["id"] == str(bad.id)
    plain = ann.post(R, account_id=str(bad.id), category="spam")
    assert (plain["category"], plain["comment"], plain["status_ids"]) == ("spam", "", [])
    assert [r["id"] for r in ann.get(R)] == [plain["id"], made["id"]]
    assert bad.get(R) == []


def test_forms_are_taken_too(moot: Moot) -> None:
    ann, bad = fresh(moot, "ann"), fresh(moot, "bad")
    ids = [bad.say(text)["id"] for text in ("one", "two")]
    body = {"account_id": str(bad.id), "status_ids[]": ids, "forward": "true", "category": "legal"}
    made = moot.call("POST", R, ann.token, data=body).json
    assert (made["status_ids"], made["category"]) == (ids, "legal")


def test_rules_make_it_a_violation(moot: Moot) -> None:
    ann, bad = fresh(moot, "ann"), fresh(moot, "bad")
    moot.store.write(lambda tx: tx.insert(rules, id=77, text="Be kind", created_at=tx.now))
    made = ann.post(R, account_id=str(bad.id), rule_ids=["77"])
    assert (made["category"], made["rule_ids"]) == ("violation", ["77"])
    assert refused(moot, ann, account_id=str(bad.id), rule_ids=["77", "78"])[0] == 422
    assert refused(moot, ann, account_id=str(bad.id), rule_ids=["x"])[0] == 422


def test_what_can_t_be_reported(moot: Moot) -> None:
    ann, bad, friend = fresh(moot, "ann"), fresh(moot, "bad"), fresh(moot, "friend")
    hidden = bad.say("for friends", visibility="private")
    of_friend = friend.say("hello")
    me = str(bad.id)
    assert refused(moot, ann) == (422, "Validation failed: Account can't be blank")
    assert refused(moot, ann, account_id="1") == (404, "Record not found")
    assert refused(moot, ann, account_id="x") == (404, "Record not found")
    assert refused(moot, ann, account_id=me, status_ids=[hidden["id"]]) == (404, "Record not found")
    assert refused(moot, ann, account_id=me, status_ids=[of_friend["id"]]) == (404, "Record not found")
    assert refused(moot, ann, account_id=me, status_ids=["1"]) == (404, "Record not found")
    said = "Validation failed: Comment is too long (maximum is 1000 characters)"
    assert refused(moot, ann, account_id=me, comment="x" * 1001) == (422, said)
    assert ann.post(R, account_id=me, comment="é" * 1000)["comment"] == "é" * 1000
    assert refused(moot, ann, account_id=me, category="boring")[0] == 422
    assert refused(moot, ann, account_id=me, status_ids=[str(n) for n in range(101)])[0] == 422


def test_the_staff_hears_of_each(moot: Moot) -> None:
    ann, bad, chief = fresh(moot, "ann"), fresh(moot, "bad"), fresh(moot, "chief")
    moot.store.write(lambda tx: tx.update(accounts, {"id": chief.id}, role=int(Role.MODERATOR)))
    made = [ann.post(R, account_id=str(bad.id), comment=text) for text in ("one", "two")]
    told = chief.get("/api/v1/notifications")
    assert [(n["type"], n["report"]["comment"]) for n in told] == [
        ("admin.report", "two"),
        ("admin.report", "one"),
    ]
    assert told[0]["report"] == made[1]
    assert told[0]["account"]["id"] == str(ann.id)
    groups = chief.get("/api/v2/notifications")["notification_groups"]
    assert [g["report"]["id"] for g in groups] == [made[1]["id"], made[0]["id"]]
    assert bad.get("/api/v1/notifications") == []


def test_a_token_that_reaches_is_needed(moot: Moot) -> None:
    ann = fresh(moot, "ann")
    assert moot.call("POST", R, json={"account_id": "1"}).status == 401
    assert moot.call("POST", R, moot.token(ann.id, "read"), json={"account_id": "1"}).status == 403
    assert moot.call("GET", R, moot.token(ann.id, "write")).status == 403
