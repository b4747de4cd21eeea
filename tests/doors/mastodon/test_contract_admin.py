"""The staff's calls against the contract table: shapes, permissions, who outranks whom, and what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from tests.doors.mastodon.contract_shape import answer_faults
from tests.doors.mastodon.moot import Answer, Moot, Person
from tests.doors.mastodon.staff_for_tests import FULL, Staff
from tests.wire.contract_tables import table

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.place import place

TABLE = {e["id"]: e for e in table("mastodon")["endpoints"] if e["id"].startswith("admin.")}
ADMINISTRATOR = 0x1
DASHBOARD, REPORTS, FEDERATION, BLOCKS, TAXONOMIES, USERS, DATA = 0x8, 0x10, 0x20, 0x80, 0x100, 0x400, 0x80000
NEEDS = {
    "admin.accounts": USERS,
    "admin.accounts.action": USERS | REPORTS,
    "admin.accounts.delete": DATA,
    "admin.canonical_email_blocks": BLOCKS,
    "admin.dimensions": DASHBOARD,
    "admin.domain_allows": FEDERATION,
    "admin.domain_blocks": FEDERATION,
    "admin.email_domain_blocks": BLOCKS,
    "admin.ip_blocks": BLOCKS,
    "admin.measures": DASHBOARD,
    "admin.reports": REPORTS,
    "admin.retention": DASHBOARD,
    "admin.trends": TAXONOMIES,
}
"""Permission bits (entities/Role) that the documentation asks for, by call or family of calls."""
FORBIDDEN = {"error": "This action is not allowed"}
SPAN = {"start_at": "2026-01-01", "end_at": "2026-01-03"}
_fresh = itertools.count()


class World:
    """A server with staff, people and one of everything that the staff keeps."""

    def __init__(self, moot: Moot) -> None:
        self.moot = moot
        self.staff = Staff(moot)
        self.owner = self.staff.owner
        self.rule = moot.store.write(lambda tx: place.add_rule(tx, Viewer.system(), "Be kind"))

    def person(self, **options: Any) -> Person:
        return self.moot.person(f"folk{next(_fresh)}", **options)

    def done(self, method: str, path: str, **data: Any) -> Any:
        found = self.moot.call(method, f"/api/v1/admin{path}", self.owner.token, json=data)
        assert found.status == 200, (path, found.body[:300])
        return found.json

    def waiting(self) -> int:
        return self.person(state=LoginState.PENDING).id

    def gone(self) -> int:
        who = self.person()
        self.done("POST", f"/accounts/{who.id}/action", type="suspend")
        return who.id

    def report(self) -> str:
        by, about = self.person(), self.person()
        post = about.say("rude")["id"]
        data = {"account_id": str(about.id), "status_ids": [post], "category": "violation"}
        return str(by.post("/api/v1/reports", rule_ids=[str(self.rule)], **data)["id"])

    def made(self, what: str) -> str:
        n = next(_fresh)
        data: dict[str, Any] = {"domain": f"d{n}.example"}
        if what == "ip_blocks":
            data = {
                "ip": f"10.{n // 250}.{n % 250}.0/24",
                "severity": "no_access",
                "comment": "x",
                "expires_in": 60,
            }
        if what == "canonical_email_blocks":
            data = {"email": f"n{n}@mail.example"}
        return str(self.done("POST", f"/{what}", **data)["id"])


@pytest.fixture(scope="module")
def world(moot: Moot) -> World:
    return World(moot)


Call = tuple[str, dict[str, Any]]
KEPT = ("canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks", "ip_blocks")


def new(what: str) -> dict[str, Any]:
    """What one more entry is made of."""
    n = next(_fresh)
    return {
        "canonical_email_blocks": {"email": f"new{n}@mail.example"},
        "domain_allows": {"domain": f"new{n}.example"},
        "domain_blocks": {"domain": f"new{n}.example", "severity": "suspend", "public_comment": "spam"},
        "email_domain_blocks": {"domain": f"new{n}.example"},
        "ip_blocks": {"ip": f"11.{n // 250}.{n % 250}.1", "severity": "sign_up_block"},
    }[what]


CALLS: dict[str, Callable[[World], Call]] = {
    "admin.accounts.v1": lambda w: ("/accounts", {}),
    "admin.accounts.v2": lambda w: ("/accounts", {}),
    "admin.accounts.get-one": lambda w: (f"/accounts/{w.person().id}", {}),
    "admin.accounts.approve": lambda w: (f"/accounts/{w.waiting()}/approve", {}),
    "admin.accounts.reject": lambda w: (f"/accounts/{w.waiting()}/reject", {}),
    "admin.accounts.delete": lambda w: (f"/accounts/{w.gone()}", {}),
    "admin.accounts.action": lambda w: (f"/accounts/{w.person().id}/action", {"type": "none", "text": "x"}),
    "admin.accounts.enable": lambda w: (f"/accounts/{w.person().id}/enable", {}),
    "admin.accounts.unsilence": lambda w: (f"/accounts/{w.person().id}/unsilence", {}),
    "admin.accounts.unsuspend": lambda w: (f"/accounts/{w.gone()}/unsuspend", {}),
    "admin.accounts.unsensitive": lambda w: (f"/accounts/{w.person().id}/unsensitive", {}),
    "admin.canonical_email_blocks.test": lambda w: (
        w.made("canonical_email_blocks") and "/canonical_email_blocks/test",
        {"email": f"n{next(_fresh) - 1}@mail.example"},
    ),
    "admin.dimensions.get": lambda w: (
        "/dimensions",
        {"keys": ["languages", "space_usage", "sources"], **SPAN},
    ),
    "admin.domain_blocks.update": lambda w: (
        f"/domain_blocks/{w.made('domain_blocks')}",
        {"severity": "noop"},
    ),
    "admin.ip_blocks.update": lambda w: (f"/ip_blocks/{w.made('ip_blocks')}", {"comment": "y"}),
    "admin.measures.get": lambda w: ("/measures", {"keys": ["active_users", "new_users"], **SPAN}),
    "admin.reports.get": lambda w: (w.report() and "/reports", {}),
    "admin.reports.get-one": lambda w: (f"/reports/{w.report()}", {}),
    "admin.reports.update": lambda w: (f"/reports/{w.report()}", {"category": "spam"}),
    "admin.reports.assign_to_self": lambda w: (f"/reports/{w.report()}/assign_to_self", {}),
    "admin.reports.unassign": lambda w: (f"/reports/{w.report()}/unassign", {}),
    "admin.reports.resolve": lambda w: (f"/reports/{w.report()}/resolve", {}),
    "admin.reports.reopen": lambda w: (f"/reports/{w.report()}/reopen", {}),
    "admin.retention.create": lambda w: ("/retention", {"frequency": "day", **SPAN}),
    "admin.trends.links": lambda w: ("/trends/links", {}),
    "admin.trends.statuses": lambda w: ("/trends/statuses", {}),
    "admin.trends.tags": lambda w: ("/trends/tags", {}),
}
for _what in KEPT:
    CALLS[f"admin.{_what}.get"] = lambda w, what=_what: (w.made(what) and f"/{what}", {})  # type: ignore[misc]
    CALLS[f"admin.{_what}.get-one"] = lambda w, what=_what: (f"/{what}/{w.made(what)}", {})  # type: ignore[misc]
    CALLS[f"admin.{_what}.delete"] = lambda w, what=_what: (f"/{what}/{w.made(what)}", {})  # type: ignore[misc]
    CALLS[f"admin.{_what}.create"] = lambda w, what=_what: (f"/{what}", new(what))  # type: ignore[misc]
EMPTY = {"admin.ip_blocks.delete"}
"""The table names an entity, and observed that servers answer with an empty object."""


def send(w: World, name: str, call: Call, token: str) -> Answer:
    start = "/".join(TABLE[name]["path"].split("/")[:4])
    body = {"json": call[1]} if call[1] else {}
    return w.moot.call(TABLE[name]["method"], start + call[0], token, **body)


def test_every_call_of_the_staff_is_here() -> None:
    assert set(TABLE) == set(CALLS)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_answers_have_the_shape_of_the_table(world: World, name: str) -> None:
    found = send(world, name, CALLS[name](world), world.owner.token)
    assert found.status == 200, found.body[:300]
    if name in EMPTY:
        assert found.json == {}
        return
    assert answer_faults(TABLE[name]["returns"], found.json) == []


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.parametrize("role", [Role.USER, Role.MODERATOR, Role.ADMIN])
def test_the_role_has_what_the_call_needs(world: World, name: str, role: Role) -> None:
    """Whoever's `permissions` hold the flags of a call may call it, and nobody else."""
    who = world.staff.of(f"staff{next(_fresh)}", role)
    bits = int(who.get("/api/v1/accounts/verify_credentials")["role"]["permissions"])
    needed = NEEDS.get(name) or NEEDS[name.rpartition(".")[0]]
    found = send(world, name, CALLS[name](world), who.token)
    if bits & needed == needed or bits & ADMINISTRATOR:
        assert found.status == 200, found.body[:300]
    else:
        assert (found.status, found.json) == (403, FORBIDDEN)


ON_PEOPLE = sorted(n for n in TABLE if n.startswith("admin.accounts.") and TABLE[n]["method"] != "GET")


@pytest.mark.parametrize("name", ON_PEOPLE)
@pytest.mark.parametrize("target", ["owner", "admin"])
def test_nothing_is_done_to_whom_one_does_not_outrank(world: World, name: str, target: str) -> None:
    path = TABLE[name]["path"].removeprefix("/api/v1/admin")
    victim = getattr(world.staff, target)
    call = (path.replace(":id", str(victim.id)), {"type": "suspend"} if name.endswith("action") else {})
    found = send(world, name, call, world.staff.admin.token)
    assert (found.status, found.json) == (403, FORBIDDEN)
    assert victim.get("/api/v1/accounts/verify_credentials")["id"] == str(victim.id)


@pytest.mark.parametrize("name", sorted(n for n in TABLE if ":id" in TABLE[n]["path"]))
@pytest.mark.parametrize("value", ["999999999999", "x", "-1", "9" * 40])
def test_an_unknown_id(world: World, name: str, value: str) -> None:
    path = TABLE[name]["path"].removeprefix("/api/v1/admin").replace(":id", value)
    data = {"type": "none"} if name.endswith("action") else {}
    found = send(world, name, (path, data), world.owner.token)
    assert (found.status, found.json) == (404, {"error": "Record not found"})


@pytest.mark.parametrize(
    "name", sorted(n for n in TABLE if 422 in TABLE[n]["status_codes"] and "create" in n)
)
def test_nothing_is_made_of_nothing(world: World, name: str) -> None:
    path = TABLE[name]["path"].removeprefix("/api/v1/admin")
    for data in ({}, dict.fromkeys(new(path.strip("/")), "")):
        found = world.moot.call("POST", "/api/v1/admin" + path, world.owner.token, json=data)
        assert found.status == 422, (data, found.body)
        assert found.json["error"].startswith("Validation failed: ")


def test_a_suspended_account_stays_readable_and_blank(world: World) -> None:
    who = world.person(display_name="Somebody")
    world.done("POST", f"/accounts/{who.id}/action", type="suspend")
    found = world.moot.get(f"/api/v1/accounts/{who.id}")
    assert found["suspended"] is True
    assert (found["display_name"], found["note"], found["fields"], found["emojis"]) == ("", "", [], [])
    assert world.moot.get(f"/api/v1/accounts/{who.id}/statuses") == []
    kept = world.done("GET", f"/accounts/{who.id}")
    assert (kept["suspended"], kept["username"]) == (True, who.name)


def test_rules_and_scopes_by_a_broader_one(world: World) -> None:
    """A broader scope contains every scope that it is a prefix of; the role alone is not enough."""
    id_ = world.owner.id
    for scopes, status in (
        ("admin:read", 200),
        ("admin:read:accounts", 200),
        ("admin:read:reports", 403),
        ("read write", 403),
        ("admin:write", 403),
        (FULL, 200),
    ):
        found = world.moot.call("GET", "/api/v1/admin/accounts", world.moot.token(id_, scopes))
        assert found.status == status, scopes
