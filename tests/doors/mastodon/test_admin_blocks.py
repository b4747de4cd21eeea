"""Networks, mail addresses and servers that the staff keeps out, and what that does at each door."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from typing import Any

import msgspec
import pytest
from tests.doors.mastodon.moot import Moot
from tests.doors.mastodon.staff_for_tests import Staff, call, done, linked, said

from folkmoot.domain.people import bonds, severances
from folkmoot.domain.staff import borders
from folkmoot.store.tx import JournalRow
from folkmoot.work import bonds as bond_work

ADMIN = "/api/v1/admin"
_numbers = itertools.count(1)
LISTS = {
    "domain_allows": {"domain": "allowed{}.test"},
    "domain_blocks": {"domain": "blocked{}.test", "severity": "suspend"},
    "email_domain_blocks": {"domain": "mail{}.test"},
    "canonical_email_blocks": {"email": "some{}@one.test"},
    "ip_blocks": {"ip": "198.51.100.{}", "severity": "sign_up_block"},
}
"""What makes an entry of each list, with a place for a number."""


@pytest.fixture(scope="module")
def staff(moot: Moot) -> Staff:
    return Staff(moot)


def entry(name: str, number: int | None = None) -> dict[str, str]:
    n = next(_numbers) if number is None else number
    return {key: value.format(n) for key, value in LISTS[name].items()}


def make(staff: Staff, name: str, **more: Any) -> Any:
    return done(staff.admin, "POST", f"{ADMIN}/{name}", **(entry(name) | more))


def sign_up(moot: Moot, address: str, name: str = "") -> Any:
    data = {
        "username": name or f"new{next(_numbers)}", "email": address, "password": "correct horse",
        "agreement": True, "locale": "en",
    }  # fmt: skip
    return moot.call("POST", "/api/v1/accounts", moot.token(None, "read write"), json=data)


# ── alike for all lists ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LISTS)
def test_scope_and_role_are_both_needed(moot: Moot, staff: Staff, name: str) -> None:
    path, body = f"{ADMIN}/{name}", entry(name)
    assert moot.call("GET", path).status == 401
    reader = moot.token(staff.admin.id, f"admin:read:{name}")
    assert moot.call("GET", path, reader).status == 200
    said(moot.call("POST", path, reader, json=body), 403, "This action is outside the authorized scopes")
    wrong = moot.token(staff.admin.id, "admin:read:accounts admin:write:accounts")
    for method in ("GET", "POST"):
        said(moot.call(method, path, wrong, json=body), 403, "This action is outside the authorized scopes")
    for method, where in (("GET", path), ("POST", path), ("DELETE", f"{path}/1")):
        said(call(staff.moderator, method, where, **body), 403, "This action is not allowed")
    writer = moot.token(staff.admin.id, f"admin:write:{name}")
    made = moot.call("POST", path, writer, json=body)
    assert made.status == 200
    assert moot.call("DELETE", f"{path}/{made.json['id']}", writer).status == 200


@pytest.mark.parametrize("name", LISTS)
def test_an_entry_is_made_shown_and_crossed_out(staff: Staff, name: str) -> None:
    made = make(staff, name)
    path = f"{ADMIN}/{name}/{made['id']}"
    assert done(staff.admin, "GET", path) == made
    assert made in done(staff.admin, "GET", f"{ADMIN}/{name}/")
    assert done(staff.admin, "DELETE", path) == ({} if name == "ip_blocks" else made)
    for method in ("GET", "DELETE"):
        said(call(staff.admin, method, path), 404, "Record not found")
    said(call(staff.admin, "GET", f"{ADMIN}/{name}/x"), 404, "Record not found")


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_walked_both_ways(staff: Staff, name: str) -> None:
    made = [make(staff, name)["id"] for _ in range(3)]
    first = call(staff.admin, "GET", f"{ADMIN}/{name}?limit=2")
    assert [one["id"] for one in first.json] == made[:0:-1]
    second = call(staff.admin, "GET", linked(first)["next"])
    assert second.json[0]["id"] == made[0]
    back = call(staff.admin, "GET", linked(second)["prev"])
    assert [one["id"] for one in back.json] == made[:0:-1]
    assert call(staff.admin, "GET", f"{ADMIN}/{name}?limit=0").json == []


@pytest.mark.parametrize("name", ["email_domain_blocks", "canonical_email_blocks", "ip_blocks"])
def test_the_same_twice_is_refused(staff: Staff, name: str) -> None:
    body = entry(name)
    done(staff.admin, "POST", f"{ADMIN}/{name}", **body)
    found = call(staff.admin, "POST", f"{ADMIN}/{name}", **body)
    assert found.status == 422
    assert found.json["error"].endswith("has already been taken")


@pytest.mark.parametrize("name", ["domain_allows", "domain_blocks", "email_domain_blocks"])
def test_what_is_no_domain_is_refused(staff: Staff, name: str) -> None:
    path = f"{ADMIN}/{name}"
    for bad in ("not a domain", "-x.test", "a..b", "x" * 64 + ".test", "http://x.test", "x:y"):
        said(
            call(staff.admin, "POST", path, domain=bad),
            422,
            "Validation failed: Domain is not a valid domain name",
        )
    said(call(staff.admin, "POST", path, domain=" "), 422, "Validation failed: Domain can't be blank")
    said(call(staff.admin, "POST", path), 422, "Validation failed: Domain can't be blank")
    made = done(staff.admin, "POST", path, domain=f" Bücher{next(_numbers)}.TEST. ")
    assert made["domain"].startswith("xn--bcher")


# ── other servers ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_domain_block_has_all_its_fields(staff: Staff) -> None:
    made = make(staff, "domain_blocks", domain="evil.example", public_comment="spam", obfuscate=True)
    assert made | {"id": "", "created_at": ""} == {
        "id": "", "domain": "evil.example", "digest": hashlib.sha256(b"evil.example").hexdigest(), "created_at": "",
        "severity": "suspend", "reject_media": False, "reject_reports": False, "private_comment": None,
        "public_comment": "spam", "obfuscate": True,
    }  # fmt: skip
    assert done(staff.admin, "POST", f"{ADMIN}/domain_blocks", domain="mild.example")["severity"] == "silence"


def test_a_block_that_is_no_stricter_names_the_one_that_is_there(staff: Staff) -> None:
    path = f"{ADMIN}/domain_blocks"
    made = done(staff.admin, "POST", path, domain="strict.example", severity="silence", reject_media=True)
    for body in (
        {"domain": "strict.example", "severity": "suspend"},
        {"domain": "below.strict.example", "severity": "noop"},
        {"domain": "below.strict.example", "severity": "silence"},
    ):
        found = call(staff.admin, "POST", path, **body)
        assert (found.status, found.json["existing_domain_block"]) == (422, made)
        assert found.json["error"] == "You have already imposed stricter limits on strict.example."
    assert (
        done(staff.admin, "POST", path, domain="below.strict.example", severity="suspend")["severity"]
        == "suspend"
    )
    assert done(staff.admin, "POST", path, domain="notstrict.example")["severity"] == "silence"


def test_the_own_server_is_not_blocked(moot: Moot, staff: Staff) -> None:
    found = call(staff.admin, "POST", f"{ADMIN}/domain_blocks", domain=moot.house.settings.domain)
    said(found, 422, "Validation failed: Domain is this server's own")


def test_a_change_leaves_what_is_not_said(staff: Staff) -> None:
    made = make(staff, "domain_blocks", private_comment="mine", reject_reports=True)
    path = f"{ADMIN}/domain_blocks/{made['id']}"
    changed = done(staff.admin, "PUT", path, severity="noop", public_comment="ours")
    assert changed == made | {"severity": "noop", "public_comment": "ours"}
    said(call(staff.admin, "PUT", f"{ADMIN}/domain_blocks/1", severity="noop"), 404, "Record not found")
    assert call(staff.admin, "PUT", path, severity="nonsense").status == 422


def test_accounts_of_a_blocked_server_are_treated_so_and_let_go_again(moot: Moot, staff: Staff) -> None:
    far, sub = moot.person("faraway"), moot.person("fartheraway")
    for name, domain in (("faraway", "far.example"), ("fartheraway", "a.far.example")):
        text = f"UPDATE accounts SET domain = '{domain}' WHERE name = '{name}'"
        moot.store.write(lambda tx, text=text: tx.text_sql(text, text))

    def states() -> list[tuple[bool, bool]]:
        found = [staff.admin.get(f"{ADMIN}/accounts/{who.id}") for who in (far, sub)]
        return [(one["silenced"], one["suspended"]) for one in found]

    made = done(staff.admin, "POST", f"{ADMIN}/domain_blocks", domain="far.example", severity="silence")
    path = f"{ADMIN}/domain_blocks/{made['id']}"
    assert states() == [(True, False)] * 2
    here = moot.person("fromhere")
    for one, other in ((here, far), (far, here), (here, sub)):
        moot.store.write(lambda tx, one=one, other=other: bonds.follow(tx, one.viewer, other.id))
    done(staff.admin, "PUT", path, severity="suspend")
    assert states() == [(False, True)] * 2
    me = here.get("/api/v1/accounts/verify_credentials")
    assert (me["following_count"], me["followers_count"]) == (0, 0)
    events = [n["event"] for n in here.get("/api/v1/notifications") if n["type"] == "severed_relationships"]
    told = [(e["type"], e["target_name"], e["following_count"], e["followers_count"]) for e in events]
    assert told == [("domain_block", "far.example", 2, 1)]
    rule = moot.store.read(lambda tx: borders.rule_for(tx, "B.a.far.example"))
    assert rule is not None
    assert rule.domain == "far.example"
    done(staff.admin, "DELETE", path)
    assert states() == [(False, False)] * 2
    done(staff.admin, "POST", f"{ADMIN}/accounts/{far.id}/action", type="silence")
    again = done(staff.admin, "POST", f"{ADMIN}/domain_blocks", domain="far.example", severity="silence")
    done(staff.admin, "DELETE", f"{ADMIN}/domain_blocks/{again['id']}")
    assert states() == [(True, False), (False, False)]
    assert [a["domain"] for a in staff.admin.get(f"{ADMIN}/accounts", by_domain="far.example")] == [
        "far.example"
    ]
    assert {int(a["id"]) for a in staff.admin.get(f"{ADMIN}/accounts", remote="true")} == {far.id, sub.id}


def test_a_server_that_is_let_in_twice_is_the_same(staff: Staff) -> None:
    first = done(staff.admin, "POST", f"{ADMIN}/domain_allows", domain="friend.example")
    assert set(first) == {"id", "domain", "created_at"}
    assert done(staff.admin, "POST", f"{ADMIN}/domain_allows", domain="FRIEND.example") == first


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_signs_up_from_a_blocked_mail_domain(moot: Moot, staff: Staff) -> None:
    made = done(staff.admin, "POST", f"{ADMIN}/email_domain_blocks", domain="throwaway.test")
    assert [(h["uses"], h["accounts"]) for h in made["history"]] == [("0", "0")] * 7
    for address in ("x@throwaway.test", "y@deep.Throwaway.test"):
        found = sign_up(moot, address)
        assert found.status == 422
        assert found.json["details"] == {
            "email": [{"error": "ERR_BLOCKED", "description": "contains a disallowed e-mail provider"}]
        }
    assert sign_up(moot, "x@notthrowaway.test").status == 200
    shown = staff.admin.get(f"{ADMIN}/email_domain_blocks/{made['id']}")
    assert (shown["history"][0]["uses"], shown["history"][0]["accounts"]) == ("2", "1")
    assert int(shown["history"][0]["day"]) % 86_400 == 0
    done(staff.admin, "DELETE", f"{ADMIN}/email_domain_blocks/{made['id']}")
    assert sign_up(moot, "x@throwaway.test").status == 200


def test_an_address_is_blocked_however_it_is_written(moot: Moot, staff: Staff) -> None:
    path = f"{ADMIN}/canonical_email_blocks"
    made = done(staff.admin, "POST", path, email="Trouble.Maker+1@Example.test")
    plain = hashlib.sha256(b"troublemaker@example.test").hexdigest()
    assert made == {"id": made["id"], "canonical_email_hash": plain}
    assert done(staff.admin, "POST", f"{path}/test", email="t.roublemaker@example.test") == [made]
    assert done(staff.admin, "POST", f"{path}/test", email="other@example.test") == []
    said(call(staff.admin, "POST", f"{path}/test"), 400, "param is missing or the value is empty: email")
    found = sign_up(moot, "troublemaker+again@example.test")
    assert found.json["details"]["email"][0]["error"] == "ERR_TAKEN"
    by_hash = hashlib.sha256(b"else@example.test").hexdigest()
    assert done(staff.admin, "POST", path, canonical_email_hash=by_hash)["canonical_email_hash"] == by_hash
    for bad in ({}, {"email": "no address"}, {"canonical_email_hash": "abc"}):
        assert call(staff.admin, "POST", path, **bad).status == 422


# ── networks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_network_has_all_its_fields(staff: Staff) -> None:
    path = f"{ADMIN}/ip_blocks"
    made = done(
        staff.admin, "POST", path, ip="203.0.113.77/24", severity="no_access", comment="scans", expires_in=60
    )
    assert set(made) == {"id", "ip", "severity", "comment", "created_at", "expires_at"}
    assert (made["ip"], made["severity"], made["comment"]) == ("203.0.113.0/24", "no_access", "scans")
    assert made["expires_at"] > made["created_at"]
    changed = done(staff.admin, "PUT", f"{path}/{made['id']}", severity="sign_up_block", expires_in=0)
    assert changed == made | {"severity": "sign_up_block", "expires_at": None}
    single = done(staff.admin, "POST", path, ip="2001:db8::7", severity="sign_up_block")
    assert (single["ip"], single["expires_at"]) == ("2001:db8::7/128", None)
    taken = call(staff.admin, "PUT", f"{path}/{single['id']}", ip="203.0.113.0/24")
    said(taken, 422, "Validation failed: Ip has already been taken")
    for bad in ("x", "1.2.3", "1.2.3.4/33", ""):
        found = call(staff.admin, "POST", path, ip=bad or "0", severity="no_access")
        said(found, 422, "Validation failed: Ip is invalid")
    said(
        call(staff.admin, "POST", path, ip="192.0.2.1"),
        422,
        "Validation failed: Severity can't be blank",
    )
    assert call(staff.admin, "POST", path, ip="192.0.2.1", severity="nonsense").status == 422
    said(call(staff.admin, "PUT", f"{path}/1", comment="x"), 404, "Record not found")


def test_a_network_decides_about_sign_ups(moot: Moot, staff: Staff) -> None:
    path = f"{ADMIN}/ip_blocks"
    made = done(staff.admin, "POST", path, ip="127.0.0.0/8", severity="sign_up_block")
    said(sign_up(moot, f"n{next(_numbers)}@example.org"), 403, "This action is not allowed")
    done(staff.admin, "PUT", f"{path}/{made['id']}", severity="sign_up_requires_approval")
    name = f"waits{next(_numbers)}"
    assert sign_up(moot, f"{name}@example.org", name).status == 200
    assert [a["username"] for a in staff.admin.get(f"{ADMIN}/accounts", pending="true")] == [name]
    done(staff.admin, "DELETE", f"{path}/{made['id']}")
    name = f"free{next(_numbers)}"
    assert sign_up(moot, f"{name}@example.org", name).status == 200
    assert staff.admin.get(f"{ADMIN}/accounts", pending="true", username=name) == []


def test_the_same_network_twice_is_one_by_its_numbers(staff: Staff) -> None:
    path = f"{ADMIN}/ip_blocks"
    done(staff.admin, "POST", path, ip="::ffff:192.0.2.200", severity="sign_up_block")
    twice = call(staff.admin, "POST", path, ip="192.0.2.200", severity="sign_up_block")
    said(twice, 422, "Validation failed: Ip has already been taken")


def test_a_server_with_many_bonds_is_cut_off_bit_by_bit(
    moot: Moot, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first at once, the others by the worker; who loses some with each step is told once of all."""
    monkeypatch.setattr(borders, "AT_ONCE", 2)
    monkeypatch.setattr(borders, "_BONDS", severances.bonds_with(borders._is_there, most=2))
    here, others = moot.person("manyhere"), [moot.person(f"manyfar{n}") for n in range(3)]
    for who in others:
        text = f"UPDATE accounts SET domain = 'many.example' WHERE id = {who.id}"
        moot.store.write(lambda tx, text=text: tx.text_sql(text, text))
        moot.store.write(lambda tx, who=who: bonds.follow(tx, here.viewer, who.id))
        moot.store.write(lambda tx, who=who: bonds.follow(tx, who.viewer, here.id))
    made = done(staff.admin, "POST", f"{ADMIN}/domain_blocks", domain="many.example", severity="suspend")

    def left() -> int:
        me = here.get("/api/v1/accounts/verify_credentials")
        return int(me["following_count"] + me["followers_count"])

    assert left() == 4
    sql = "SELECT id, data, created_at FROM journal WHERE kind = 'bonds_owed' ORDER BY id DESC"

    def latest() -> JournalRow:
        id_, data, when = moot.store.read(lambda tx: tx.text_sql(sql, sql).fetchone())
        return JournalRow(id_, "bonds_owed", 0, int(made["id"]), msgspec.json.decode(data), when)

    def step(owed: JournalRow) -> int:
        work = bond_work.go_on(moot.house, [owed])
        asyncio.run_coroutine_threadsafe(work, moot.loop).result(20)
        return left()

    first = latest()
    assert step(first) == 2, "a step an event: what else waits has its turn between"
    assert step(second := latest()) == 0
    assert step(third := latest()) == 0
    assert latest() == third, "nothing is left, and nothing owed"
    assert [step(each) for each in (first, second, third)] == [0, 0, 0]
    events = [n["event"] for n in here.get("/api/v1/notifications") if n["type"] == "severed_relationships"]
    assert [(e["following_count"], e["followers_count"]) for e in events] == [(3, 3)]
