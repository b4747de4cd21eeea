"""Reports on the staff's desk: who sees them, what they hold, and how they are settled."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.staff_for_tests import Staff, call, done, linked, said

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.place import place
from folkmoot.domain.staff import sanctions

PATH = "/api/v1/admin/reports"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def staff(moot: Moot) -> Staff:
    return Staff(moot)


@pytest.fixture
def ann(moot: Moot) -> Person:
    return moot.person(f"ann{next(_numbers)}")


@pytest.fixture
def bob(moot: Moot) -> Person:
    return moot.person(f"bob{next(_numbers)}")


def report(by: Person, about: Person, **more: Any) -> str:
    token = by.moot.token(by.id, "write:reports")
    found = by.moot.call("POST", "/api/v1/reports", token, json={"account_id": str(about.id), **more})
    assert found.status == 200, found.body
    return str(found.json["id"])


def mine(staff: Staff, ann: Person, **more: Any) -> list[str]:
    found = staff.moderator.get(PATH, account_id=ann.id, **more)
    return [one["id"] for one in found]


def test_scope_and_role_are_both_needed(moot: Moot, staff: Staff, ann: Person) -> None:
    assert moot.call("GET", PATH).status == 401
    wrong = moot.token(staff.moderator.id, "admin:read:accounts")
    said(moot.call("GET", PATH, wrong), 403, "This action is outside the authorized scopes")
    plain = moot.token(ann.id, "admin:read admin:write")
    for method, path in (("GET", PATH), ("GET", f"{PATH}/1"), ("POST", f"{PATH}/1/resolve")):
        said(moot.call(method, path, plain), 403, "This action is not allowed")


def test_a_report_holds_all_it_names(moot: Moot, staff: Staff, ann: Person, bob: Person) -> None:
    rule = moot.store.write(lambda tx: place.add_rule(tx, Viewer(staff.owner.id, Role.OWNER), "No shouting"))
    post = bob.say("AAARGH", visibility="direct")
    shown = bob.say(f"@{ann.name} AAARGH", visibility="direct")
    id_ = report(ann, bob, comment="too loud", status_ids=[shown["id"]], rule_ids=[str(rule)])
    found = staff.moderator.get(f"{PATH}/{id_}")
    assert set(found) == {
        "id", "action_taken", "action_taken_at", "category", "comment", "forwarded", "created_at", "updated_at",
        "account", "target_account", "assigned_account", "action_taken_by_account", "statuses", "rules",
    }  # fmt: skip
    assert (found["category"], found["comment"], found["forwarded"]) == ("violation", "too loud", False)
    assert (found["action_taken"], found["action_taken_at"], found["assigned_account"]) == (False, None, None)
    assert found["account"]["email"] == f"{ann.name}@example.org"
    assert found["target_account"]["account"]["acct"] == bob.name
    assert [s["id"] for s in found["statuses"]] == [shown["id"]] != [post["id"]]
    assert [r["text"] for r in found["rules"]] == ["No shouting"]
    for missing in ("1", "x"):
        said(call(staff.moderator, "GET", f"{PATH}/{missing}"), 404, "Record not found")


def test_the_list_has_open_ones_and_filters_hold_together(staff: Staff, ann: Person, bob: Person) -> None:
    other = ann.moot.person(f"cas{next(_numbers)}")
    one, two, three = report(ann, bob), report(ann, other), report(other, bob)
    assert mine(staff, ann) == [two, one]
    assert mine(staff, ann, target_account_id=bob.id) == [one]
    done(staff.moderator, "POST", f"{PATH}/{one}/resolve")
    assert mine(staff, ann) == [two]
    assert mine(staff, ann, resolved="true") == [one]
    assert mine(staff, ann, resolved="true", target_account_id=other.id) == []
    assert [r["id"] for r in staff.moderator.get(PATH, target_account_id=bob.id)] == [three]
    said(call(staff.moderator, "GET", f"{PATH}?account_id=x"), 404, "Record not found")


def test_pages_are_walked_both_ways(staff: Staff, ann: Person, bob: Person) -> None:
    made = [report(ann, bob) for _ in range(3)]
    first = call(staff.moderator, "GET", f"{PATH}?account_id={ann.id}&limit=2")
    assert [r["id"] for r in first.json] == [made[2], made[1]]
    second = call(staff.moderator, "GET", linked(first)["next"])
    assert [r["id"] for r in second.json] == [made[0]]
    assert "next" not in linked(second)
    back = call(staff.moderator, "GET", linked(second)["prev"])
    assert [r["id"] for r in back.json] == [made[2], made[1]]


def test_one_looks_after_a_report_settles_it_and_opens_it_again(
    staff: Staff, ann: Person, bob: Person
) -> None:
    path = f"{PATH}/{report(ann, bob)}"
    me = str(staff.moderator.id)
    assert done(staff.moderator, "POST", f"{path}/assign_to_self")["assigned_account"]["id"] == me
    assert done(staff.admin, "POST", f"{path}/unassign")["assigned_account"] is None
    settled = done(staff.moderator, "POST", f"{path}/resolve")
    assert (settled["action_taken"], settled["action_taken_by_account"]["id"]) == (True, me)
    assert settled["action_taken_at"]
    again = done(staff.admin, "POST", f"{path}/resolve")
    assert again["action_taken_by_account"]["id"] == me
    opened = done(staff.admin, "POST", f"{path}/reopen")
    assert (opened["action_taken"], opened["action_taken_at"], opened["action_taken_by_account"]) == (
        False,
        None,
        None,
    )
    for what in ("assign_to_self", "unassign", "resolve", "reopen"):
        said(call(staff.moderator, "POST", f"{PATH}/1/{what}"), 404, "Record not found")


def test_the_category_decides_whether_rules_count(moot: Moot, staff: Staff, ann: Person, bob: Person) -> None:
    rule = moot.store.write(lambda tx: place.add_rule(tx, Viewer(staff.owner.id, Role.OWNER), "No spam"))
    path = f"{PATH}/{report(ann, bob, category='spam')}"
    sorted_ = done(staff.moderator, "PUT", path, category="violation", rule_ids=[str(rule)])
    assert (sorted_["category"], [r["id"] for r in sorted_["rules"]]) == ("violation", [str(rule)])
    assert [r["id"] for r in done(staff.moderator, "PUT", path, category="violation")["rules"]] == [str(rule)]
    assert done(staff.moderator, "PUT", path, category="legal")["rules"] == []
    unknown = call(staff.moderator, "PUT", path, category="violation", rule_ids=[str(rule), "78"])
    said(unknown, 422, "Validation failed: Rules are invalid")
    bad = call(staff.moderator, "PUT", path, category="boring")
    said(bad, 422, "Validation failed: Category is invalid")


def test_what_is_done_to_an_account_settles_what_was_reported(staff: Staff, ann: Person, bob: Person) -> None:
    one, two = report(ann, bob), report(ann, bob)
    action = f"/api/v1/admin/accounts/{bob.id}/action"
    done(staff.moderator, "POST", action, type="none", report_id=one)
    assert mine(staff, ann) == [two]
    about_ann = report(bob, ann)
    wrong = call(staff.moderator, "POST", action, type="silence", report_id=about_ann)
    said(wrong, 404, "Record not found")
    done(staff.moderator, "POST", action, type="silence", report_id=two)
    assert mine(staff, ann) == []
    assert mine(staff, bob) == [about_ann]
    assert {r["action_taken_by_account"]["id"] for r in staff.moderator.get(PATH, account_id=ann.id, resolved="true")} \
        == {str(staff.moderator.id)}  # fmt: skip


def test_a_text_that_is_written_often(moot: Moot, staff: Staff, ann: Person) -> None:
    admin = Viewer(staff.admin.id, Role.ADMIN)
    preset = moot.store.write(lambda tx: sanctions.add_preset(tx, admin, "Rule 1", "You broke rule 1."))
    action = f"/api/v1/admin/accounts/{ann.id}/action"
    done(staff.moderator, "POST", action, type="none", warning_preset_id=str(preset), text="Twice.")
    assert staff.outbox("warning", ann.id)[0]["text"] == "You broke rule 1.\n\nTwice."
    assert [p.title for p in moot.store.read(lambda tx: sanctions.presets(tx, admin))] == ["Rule 1"]
    moot.store.write(lambda tx: sanctions.remove_preset(tx, admin, preset))
    said(
        call(staff.moderator, "POST", action, type="none", warning_preset_id=str(preset)),
        404,
        "Record not found",
    )
