"""Accounts as the staff sees them, what it does to them, and how that looks to everybody."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import msgspec
import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.staff_for_tests import Staff, call, done, linked, said

from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, logins, signups
from folkmoot.domain.people.accounts import LoginState, NewPerson
from folkmoot.domain.staff import erasure, stafflog
from folkmoot.work import erasing

A1, A2 = "/api/v1/admin/accounts", "/api/v2/admin/accounts"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def staff(moot: Moot) -> Staff:
    return Staff(moot)


@pytest.fixture
def ann(moot: Moot) -> Person:
    """Somebody new."""
    return moot.person(f"ann{next(_numbers)}")


def waiting(moot: Moot, name: str, state: LoginState = LoginState.PENDING) -> int:
    new = NewPerson(
        name=name, address=f"{name}@example.org", state=state, confirmed=state == LoginState.PENDING
    )
    return int(moot.store.write(lambda tx: accounts.add_person(tx, new)))


def ids(found: list[dict[str, Any]]) -> set[int]:
    return {int(one["id"]) for one in found}


def act(who: Person, target: Person | int, kind: str, **more: Any) -> Any:
    id_ = target if isinstance(target, int) else target.id
    return done(who, "POST", f"{A1}/{id_}/action", type=kind, **more)


def undo(who: Person, target: Person, what: str) -> Any:
    return done(who, "POST", f"{A1}/{target.id}/{what}")


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", [A1, A2])
def test_scope_and_role_are_both_needed(moot: Moot, staff: Staff, ann: Person, path: str) -> None:
    assert moot.call("GET", path).status == 401
    narrow = moot.token(staff.moderator.id, "read write")
    said(moot.call("GET", path, narrow), 403, "This action is outside the authorized scopes")
    other = moot.token(staff.moderator.id, "admin:read:reports admin:write")
    said(moot.call("GET", path, other), 403, "This action is outside the authorized scopes")
    plain = moot.token(ann.id, "admin:read admin:write")
    said(moot.call("GET", path, plain), 403, "This action is not allowed")
    leaf = moot.token(staff.moderator.id, "admin:read:accounts")
    assert moot.call("GET", path, leaf).status == 200
    acting = moot.call("POST", f"{A1}/{ann.id}/action", leaf, json={"type": "none"})
    said(acting, 403, "This action is outside the authorized scopes")


def test_nobody_acts_on_their_like(staff: Staff, ann: Person) -> None:
    for who, target in (
        (staff.moderator, staff.moderator), (staff.moderator, staff.admin), (staff.admin, staff.owner),
        (staff.owner, staff.owner),
    ):  # fmt: skip
        found = call(who, "POST", f"{A1}/{target.id}/action", type="silence")
        said(found, 403, "This action is not allowed")
        said(call(who, "POST", f"{A1}/{target.id}/unsilence"), 403, "This action is not allowed")
    act(staff.admin, staff.moderator, "none")
    act(staff.moderator, ann, "none")


def test_a_bad_call_of_somebody_without_a_role_is_refused_for_that(moot: Moot, ann: Person) -> None:
    token = moot.token(ann.id, "admin:write")
    found = moot.call("POST", "/api/v1/admin/ip_blocks", token, json={"severity": "nonsense"})
    said(found, 403, "This action is not allowed")


def test_roles_tell_their_permissions(staff: Staff, ann: Person) -> None:
    def role(who: Person) -> dict[str, Any]:
        return dict(who.get("/api/v1/accounts/verify_credentials")["role"])

    assert (role(ann)["id"], role(ann)["permissions"], role(ann)["highlighted"]) == ("-99", "0", False)
    assert role(staff.owner) | {"collection_limit": 0} == {
        "id": "30", "name": "Owner", "color": "", "permissions": str(0x7FFFFF), "highlighted": True,
        "collection_limit": 0,
    }  # fmt: skip
    assert int(role(staff.moderator)["permissions"]) == 0x4 | 0x8 | 0x10 | 0x100 | 0x400
    admin = int(role(staff.admin)["permissions"])
    assert admin & 0x20
    assert admin & 0x80
    assert admin & 0x200
    assert admin & 0x80000
    assert not admin & 0x1


# ── one and all ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_account_has_all_its_fields(moot: Moot, staff: Staff, ann: Person) -> None:
    found = staff.moderator.get(f"{A1}/{ann.id}")
    assert set(found) == {
        "id", "username", "domain", "created_at", "email", "ip", "ips", "locale", "invite_request", "role",
        "confirmed", "approved", "disabled", "sensitized", "silenced", "suspended", "account",
    }  # fmt: skip
    assert found["id"] == str(ann.id) == found["account"]["id"]
    assert (found["username"], found["domain"], found["email"]) == (ann.name, None, f"{ann.name}@example.org")
    assert (found["locale"], found["invite_request"], found["role"]["id"]) == ("en", None, "-99")
    flags = ("confirmed", "approved", "disabled", "sensitized", "silenced", "suspended")
    assert [found[flag] for flag in flags] == [True, True, False, False, False, False]
    for missing in ("1", "abc", str(1 << 70)):
        said(call(staff.moderator, "GET", f"{A1}/{missing}"), 404, "Record not found")


def test_what_a_sign_up_tells_is_kept(moot: Moot, staff: Staff) -> None:
    app_token = moot.token(None, "read write")
    name = f"newcomer{next(_numbers)}"
    data = {
        "username": name, "email": f"{name}@example.org", "password": "correct horse", "agreement": True,
        "locale": "de", "reason": "I like lists",
    }  # fmt: skip
    assert moot.call("POST", "/api/v1/accounts", app_token, json=data).status == 200
    (found,) = staff.moderator.get(A1, username=name)
    assert (found["invite_request"], found["locale"]) == ("I like lists", "de")
    assert found["created_by_application_id"] == str(moot.app.id)
    assert found["ip"] == "127.0.0.1" == found["ips"][0]["ip"]
    assert (found["confirmed"], found["approved"]) == (True, True)
    assert staff.moderator.get(A2, ip="127.0.0.0/8", username=name)[0]["id"] == found["id"]


def test_an_address_that_a_token_is_used_from_is_noted_once_and_late(
    moot: Moot, staff: Staff, ann: Person
) -> None:
    sightings = moot.house.sightings
    for _ in range(3):
        ann.get("/api/v1/accounts/verify_credentials")
    assert staff.moderator.get(f"{A1}/{ann.id}")["ips"] == []
    mine = [key for key in list(sightings._waiting) if key[0] == ann.id]
    assert mine == [(ann.id, "127.0.0.1")]
    asyncio.run_coroutine_threadsafe(sightings.write(), moot.house.kept["loop"]).result(10)
    found = staff.moderator.get(f"{A1}/{ann.id}")
    assert [one["ip"] for one in found["ips"]] == ["127.0.0.1"] == [found["ip"]]
    ann.get("/api/v1/accounts/verify_credentials")
    assert not any(key[0] == ann.id for key in list(sightings._waiting))


def test_filters_of_both_lists_hold_together(moot: Moot, staff: Staff) -> None:
    who = staff.moderator
    names = [f"fil{what}{next(_numbers)}" for what in ("plain", "mute", "gone", "shut", "soft")]
    plain, mute, gone, shut, soft = (moot.person(name, display_name=f"Fil Person {name}") for name in names)
    wait = waiting(moot, f"filwait{next(_numbers)}")
    early = waiting(moot, f"filearly{next(_numbers)}", LoginState.UNCONFIRMED)
    for person, kind in ((mute, "silence"), (gone, "suspend"), (shut, "disable"), (soft, "sensitive")):
        act(who, person, kind)
    everybody = {p.id for p in (plain, mute, gone, shut, soft)} | {wait, early}
    assert ids(who.get(A1, username="fil")) == everybody
    assert ids(who.get(A1, username="FIL", local="true")) == everybody
    assert who.get(A1, username="fil", remote="true") == []
    assert ids(who.get(A1, username="fil", local="true", remote="true")) == everybody
    one = {"pending": {wait}, "disabled": {shut.id}, "silenced": {mute.id}, "suspended": {gone.id}}
    for state, wanted in (one | {"sensitized": {soft.id}}).items():
        assert ids(who.get(A1, username="fil", **{state: "true"})) == wanted
        if state != "sensitized":
            assert ids(who.get(A2, username="fil", status=state)) == wanted
    active = everybody - {wait, gone.id, shut.id}
    assert (
        ids(who.get(A1, username="fil", active="true"))
        == active
        == ids(who.get(A2, username="fil", status="active"))
    )
    assert who.get(A1, username="fil", silenced="true", suspended="true") == []
    assert ids(who.get(A2, display_name="fil person filmute")) == {mute.id}
    assert ids(who.get(A2, email=f"{names[2]}@")) == {gone.id}
    assert who.get(A2, email="%") == [] == who.get(A2, username="fil_")
    assert ids(who.get(A2, origin="local", status="silenced", username=names[1], email=names[1])) == {mute.id}
    assert who.get(A2, by_domain="elsewhere.test") == [] == who.get(A2, invited_by="1")
    staff_ids = {staff.owner.id, staff.admin.id, staff.moderator.id}
    assert ids(who.get(A1, staff="true")) == staff_ids == ids(who.get(A2, permissions="staff"))
    assert ids(done(who, "GET", f"{A2}?role_ids[]=20&role_ids[]=30")) == {staff.admin.id, staff.owner.id}
    assert done(who, "GET", f"{A2}?role_ids[]=77") == []
    said(call(who, "GET", f"{A1}?ip=nonsense"), 422, "Validation failed: Ip is invalid")


def test_pages_are_walked_both_ways(moot: Moot, staff: Staff) -> None:
    made = [moot.person(f"page{next(_numbers)}x").id for _ in range(5)]
    who, path = staff.moderator, f"{A1}?username=page&limit=2"
    first = call(who, "GET", path)
    assert [int(a["id"]) for a in first.json] == [made[4], made[3]]
    second = call(who, "GET", linked(first)["next"])
    assert "username=page" in linked(first)["next"]
    assert [int(a["id"]) for a in second.json] == [made[2], made[1]]
    back = call(who, "GET", linked(second)["prev"])
    assert [int(a["id"]) for a in back.json] == [made[4], made[3]]
    last = call(who, "GET", linked(second)["next"])
    assert [int(a["id"]) for a in last.json] == [made[0]]
    assert "next" not in linked(last)
    assert linked(call(who, "GET", linked(last)["prev"].replace("min_id", "max_id"))) == {}
    assert len(who.get(A1, limit=1000)) <= 200


# ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_login_says_so_and_opens_again(moot: Moot, staff: Staff, ann: Person) -> None:
    moot.store.write(lambda tx: logins.set_password(tx, ann.id, "hash"))
    ann.token = moot.token(ann.id)
    cookie = moot.store.write(lambda tx: logins.open_session(tx, ann.id))[0]
    post = ann.say("still here")
    assert act(staff.moderator, ann, "disable", text="Calm down") == {}
    refused = moot.call("GET", "/api/v1/accounts/verify_credentials", ann.token)
    said(refused, 403, "Your login is currently disabled")
    assert moot.store.read(lambda tx: logins.session(tx, cookie)) is None
    assert staff.owner.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    found = staff.moderator.get(f"{A1}/{ann.id}")
    assert (found["disabled"], found["confirmed"], found["approved"]) == (True, True, True)
    assert undo(staff.moderator, ann, "enable")["disabled"] is False
    assert undo(staff.moderator, ann, "enable")["disabled"] is False
    assert ann.get("/api/v1/accounts/verify_credentials")["id"] == str(ann.id)


def test_who_waited_waits_again_after_a_closed_login_is_opened(moot: Moot, staff: Staff) -> None:
    id_ = waiting(moot, f"patient{next(_numbers)}")
    act(staff.moderator, id_, "disable")
    assert not staff.moderator.get(f"{A1}/{id_}")["approved"]
    done(staff.moderator, "POST", f"{A1}/{id_}/enable")
    assert moot.store.read(lambda tx: accounts.preferences(tx, id_).state) == LoginState.PENDING


def test_silence_keeps_out_of_public_places(moot: Moot, staff: Staff, ann: Person) -> None:
    before = ann.say("loud")
    act(staff.moderator, ann, "silence")
    after = ann.say("quiet")
    assert after["visibility"] == "unlisted"
    public = {s["id"] for s in staff.owner.get("/api/v1/timelines/public", limit=40)}
    assert not public & {before["id"], after["id"]}
    assert staff.owner.get(f"/api/v1/accounts/{ann.id}")["limited"] is True
    assert undo(staff.moderator, ann, "unsilence")["silenced"] is False
    assert "limited" not in staff.owner.get(f"/api/v1/accounts/{ann.id}")
    assert before["id"] in {s["id"] for s in staff.owner.get("/api/v1/timelines/public", limit=40)}


def test_media_are_marked_while_it_holds(staff: Staff, ann: Person) -> None:
    post = ann.say("look at this")
    assert staff.owner.get("/api/v1/timelines/public")[0]["sensitive"] is False
    assert post["sensitive"] is False
    act(staff.moderator, ann, "sensitive")
    assert staff.owner.get(f"/api/v1/statuses/{post['id']}")["sensitive"] is True
    shown = {s["id"]: s["sensitive"] for s in staff.owner.get("/api/v1/timelines/public")}
    assert shown[post["id"]] is True
    assert ann.say("and this")["sensitive"] is True
    assert undo(staff.moderator, ann, "unsensitive")["sensitized"] is False
    assert staff.owner.get(f"/api/v1/statuses/{post['id']}")["sensitive"] is False


def test_suspension_takes_everything_away_and_gives_it_back(moot: Moot, staff: Staff, ann: Person) -> None:
    fan = moot.person(f"fan{next(_numbers)}")
    fan.post(f"/api/v1/accounts/{ann.id}/follow")
    done(ann, "PATCH", "/api/v1/accounts/update_credentials", display_name="Ann Other", note="hello")
    post = ann.say("remember me")
    act(staff.moderator, ann, "suspend", text="Enough")
    for who in (fan, staff.owner):
        said(call(who, "GET", f"/api/v1/statuses/{post['id']}"), 404, "Record not found")
    assert fan.get("/api/v1/timelines/home") == [] == fan.get(f"/api/v1/accounts/{ann.id}/statuses")
    shown = fan.get(f"/api/v1/accounts/{ann.id}")
    assert (shown["suspended"], shown["display_name"], shown["note"], shown["fields"]) == (True, "", "", [])
    refused = moot.call("GET", "/api/v1/timelines/home", ann.token)
    said(refused, 403, "Your login is currently disabled")
    assert undo(staff.moderator, ann, "unsuspend")["suspended"] is False
    assert fan.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    assert fan.get("/api/v1/timelines/home")[0]["id"] == post["id"]
    assert ann.get("/api/v1/accounts/verify_credentials")["display_name"] == "Ann Other"


def test_a_suspended_address_does_not_sign_up_anew(moot: Moot, staff: Staff, ann: Person) -> None:
    act(staff.moderator, ann, "suspend")
    data = {
        "username": f"again{next(_numbers)}", "email": f"{ann.name}+x@example.org", "password": "correct horse",
        "agreement": True, "locale": "en",
    }  # fmt: skip
    found = moot.call("POST", "/api/v1/accounts", moot.token(None, "read write"), json=data)
    assert found.status == 422
    assert found.json["details"]["email"][0]["error"] == "ERR_TAKEN"
    undo(staff.moderator, ann, "unsuspend")
    assert moot.call("POST", "/api/v1/accounts", moot.token(None, "write"), json=data).status == 200


def test_the_person_is_told_by_notice_and_by_mail(staff: Staff, ann: Person) -> None:
    act(staff.moderator, ann, "none", text="Be kind")
    (notice,) = ann.get("/api/v1/notifications")
    assert (notice["type"], notice["account"]["id"]) == ("moderation_warning", str(ann.id))
    warning = notice["moderation_warning"]
    assert (warning["action"], warning["text"], warning["appeal"]) == ("none", "Be kind", None)
    assert warning["target_account"]["id"] == str(ann.id)
    (letter,) = staff.outbox("warning", ann.id)
    assert (letter["act"], letter["text"]) == ("none", "Be kind")
    assert f"{staff.moot.url}/strikes?token=" in letter["link"]
    act(staff.moderator, ann, "sensitive", send_email_notification=False)
    assert len(staff.outbox("warning", ann.id)) == 1
    assert [n["moderation_warning"]["action"] for n in ann.get("/api/v1/notifications")] == [
        "sensitive",
        "none",
    ]


def test_bad_actions_are_refused(staff: Staff, ann: Person) -> None:
    path = f"{A1}/{ann.id}/action"
    for kind in ("", "explode"):
        said(
            call(staff.moderator, "POST", path, type=kind), 422,
            "Validation failed: Type is not included in the list",
        )  # fmt: skip
    for more in ({"report_id": "77"}, {"report_id": "x"}, {"warning_preset_id": "77"}):
        said(call(staff.moderator, "POST", path, type="silence", **more), 404, "Record not found")
    assert staff.moderator.get(f"{A1}/{ann.id}")["silenced"] is False
    said(call(staff.moderator, "POST", f"{A1}/1/action", type="none"), 404, "Record not found")
    long = call(staff.moderator, "POST", path, type="none", text="x" * 10_001)
    said(long, 422, "Validation failed: Text is too long")


def test_sign_ups_are_let_in_or_turned_down(moot: Moot, staff: Staff) -> None:
    name = f"hopeful{next(_numbers)}"
    id_ = waiting(moot, name)
    token = moot.token(id_)
    said(moot.call("GET", "/api/v1/timelines/home", token), 403, "Your login is currently pending approval")
    assert done(staff.moderator, "POST", f"{A1}/{id_}/approve")["approved"] is True
    assert moot.call("GET", "/api/v1/timelines/home", token).status == 200
    assert len(staff.outbox("approved", id_)) == 1
    for what in ("approve", "reject"):
        said(call(staff.moderator, "POST", f"{A1}/{id_}/{what}"), 403, "This action is not allowed")
    other = waiting(moot, f"hopeless{next(_numbers)}")
    assert done(staff.moderator, "POST", f"{A1}/{other}/reject")["id"] == str(other)
    said(call(staff.moderator, "GET", f"{A1}/{other}"), 404, "Record not found")
    said(call(staff.moderator, "GET", f"/api/v1/accounts/{other}"), 404, "Record not found")
    assert waiting(moot, f"hopeless{next(_numbers) - 1}")


def test_a_name_and_address_that_were_turned_down_are_free(moot: Moot, staff: Staff) -> None:
    name = f"twice{next(_numbers)}"
    done(staff.moderator, "POST", f"{A1}/{waiting(moot, name)}/reject")
    assert waiting(moot, name)


def test_who_is_let_in_before_the_address_is_proven_need_not_wait_again(moot: Moot, staff: Staff) -> None:
    name = f"early{next(_numbers)}"

    def sign_up(tx: Any) -> Any:
        tx.settings = msgspec.structs.replace(moot.house.settings, confirm_email=True)
        return signups.sign_up(
            tx, signups.SignUp(name=name, address=f"{name}@example.org", password_hash="x", ip="127.9.9.9")
        )

    done(staff.admin, "POST", "/api/v1/admin/ip_blocks", ip="127.9.9.9", severity="sign_up_requires_approval")
    id_ = moot.store.write(sign_up).account_id
    found = staff.moderator.get(f"{A1}/{id_}")
    assert (found["confirmed"], found["approved"]) == (False, False)
    done(staff.moderator, "POST", f"{A1}/{id_}/approve")
    found = staff.moderator.get(f"{A1}/{id_}")
    assert (found["confirmed"], found["approved"]) == (False, True)
    link = staff.outbox("confirm", id_)[0]["link"]
    state = moot.store.write(lambda tx: signups.confirm(tx, link.partition("token=")[2]))
    assert state == LoginState.ACTIVE


def test_only_a_suspended_account_is_erased_and_then_for_good(moot: Moot, staff: Staff, ann: Person) -> None:
    fan = moot.person(f"friend{next(_numbers)}")
    fan.post(f"/api/v1/accounts/{ann.id}/follow")
    ann.post(f"/api/v1/accounts/{fan.id}/follow")
    liked = fan.say("like me")
    ann.post(f"/api/v1/statuses/{liked['id']}/favourite")
    ann.post(f"/api/v1/statuses/{liked['id']}/reblog")
    posts = [ann.say(f"number {n}") for n in range(3)]
    said(call(staff.admin, "DELETE", f"{A1}/{ann.id}"), 403, "This action is not allowed")
    act(staff.moderator, ann, "suspend")
    said(call(staff.moderator, "DELETE", f"{A1}/{ann.id}"), 403, "This action is not allowed")
    assert done(staff.admin, "DELETE", f"{A1}/{ann.id}")["suspended"] is True
    said(moot.call("GET", "/api/v1/timelines/home", ann.token), 401, "The access token is invalid")
    assert asyncio.run_coroutine_threadsafe(
        erasing.erase_due(moot.house), moot.house.kept["loop"]
    ).result(20) == 1  # fmt: skip
    assert moot.store.read(erasure.due) is None
    found = staff.admin.get(f"{A1}/{ann.id}")
    assert (found["email"], found["suspended"], found["account"]["statuses_count"]) == ("", True, 0)
    said(call(staff.admin, "POST", f"{A1}/{ann.id}/unsuspend"), 403, "This action is not allowed")
    said(call(staff.admin, "DELETE", f"{A1}/{ann.id}"), 403, "This action is not allowed")
    assert fan.get(f"/api/v1/statuses/{liked['id']}")["favourites_count"] == 0
    assert fan.get(f"/api/v1/statuses/{liked['id']}")["reblogs_count"] == 0
    mine = fan.get("/api/v1/accounts/verify_credentials")
    assert (mine["followers_count"], mine["following_count"]) == (0, 0)
    bodies = moot.store.read(
        lambda tx: tx.text_sql(*["SELECT count(*) FROM bodies WHERE plain LIKE 'number _'"] * 2).fetchone()[0]
    )
    assert (bodies, len(posts)) == (0, 3)


def test_the_time_of_a_suspension_runs_out(moot: Moot, staff: Staff, ann: Person) -> None:
    def due(tx: Any) -> set[int]:
        tx.now += 30 * 86_400_000 + 1
        found = set()
        while (id_ := erasure.due(tx)) is not None:
            erasure.finish(tx, id_)
            found.add(id_)
        raise Undone(found)

    def due_in_a_month() -> set[int]:
        with pytest.raises(Undone) as caught:
            moot.store.write(due)
        return set(caught.value.args[0])

    act(staff.moderator, ann, "suspend")
    assert moot.store.read(erasure.due) is None
    assert ann.id in due_in_a_month()
    undo(staff.moderator, ann, "unsuspend")
    assert ann.id not in due_in_a_month()


class Undone(Exception):
    """Ends a transaction that is only to be looked at."""


def test_all_that_is_done_is_logged(moot: Moot, staff: Staff, ann: Person) -> None:
    act(staff.moderator, ann, "silence")
    undo(staff.admin, ann, "unsilence")
    found = moot.store.read(lambda tx: stafflog.listing(tx, Viewer(staff.admin.id, 20), Page(limit=2)))
    assert [(one.act, one.account_id, one.kind, one.subject_id, one.what) for one in found] == [
        ("unsilence", staff.admin.id, "account", ann.id, ann.name),
        ("silence", staff.moderator.id, "account", ann.id, ann.name),
    ]


def test_a_group_is_not_sanctioned(moot: Moot, staff: Staff, ann: Person) -> None:
    group = moot.group(ann, f"club{next(_numbers)}")
    said(call(staff.admin, "POST", f"{A1}/{group}/action", type="suspend"), 403, "This action is not allowed")
    assert group not in ids(staff.admin.get(A1, username="club"))
