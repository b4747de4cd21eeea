"""The staff's dashboard: figures over time, ranked tables, and who stayed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person
from tests.doors.mastodon.staff_for_tests import Staff, call, done, said

from folkmoot import __version__
from folkmoot.domain.people import sightings
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.posts import write
from folkmoot.doors.mastodon.admin_figures import human_size
from folkmoot.work import erasing

MEASURES, DIMENSIONS, RETENTION = (
    f"/api/v1/admin/{name}" for name in ("measures", "dimensions", "retention")
)
DAY = timedelta(days=1)
TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(scope="module")
def staff(moot: Moot) -> Staff:
    return Staff(moot)


@pytest.fixture(scope="module")
def people(moot: Moot, staff: Staff) -> list[Person]:
    """Two who talk: posts, a tag, a like, a boost, an answer and a report."""
    ann, bob = moot.person("ann"), moot.person("bob")
    post = ann.say("hello #tea", language="en")
    bob.say("also #tea", language="de")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    bob.say("indeed", in_reply_to_id=post["id"])
    token = moot.token(bob.id, "write:reports")
    assert moot.call("POST", "/api/v1/reports", token, json={"account_id": str(ann.id)}).status == 200
    return [ann, bob]


def day(ago: int) -> str:
    return f"{TODAY - ago * DAY:%Y-%m-%d}"


def midnight(ago: int) -> str:
    return f"{day(ago)}T00:00:00.000Z"


def measured(staff: Staff, *keys: str, start: int = 2, end: int = 0, **more: Any) -> list[dict[str, Any]]:
    found = done(
        staff.moderator, "POST", MEASURES, keys=list(keys), start_at=day(start), end_at=day(end), **more
    )
    assert isinstance(found, list)
    return found


def at(days_ago: int) -> int:
    return int((TODAY - days_ago * DAY).timestamp() * 1000)


@pytest.mark.parametrize("path", [MEASURES, DIMENSIONS, RETENTION])
def test_scope_and_role_are_both_needed(moot: Moot, staff: Staff, people: list[Person], path: str) -> None:
    body = {"keys": ["new_users"], "start_at": day(1), "end_at": day(0), "frequency": "day"}
    assert moot.call("POST", path, json=body).status == 401
    leaf = moot.token(staff.moderator.id, "admin:read:accounts")
    said(moot.call("POST", path, leaf, json=body), 403, "This action is outside the authorized scopes")
    plain = moot.token(people[0].id, "admin:read")
    said(moot.call("POST", path, plain, json=body), 403, "This action is not allowed")
    assert moot.call("POST", path, staff.moderator.token, json=body).status == 200


def test_a_measure_has_a_value_for_each_day(staff: Staff, people: list[Person]) -> None:
    (found,) = measured(staff, "new_users")
    assert set(found) == {"key", "unit", "total", "previous_total", "data"}
    assert (found["key"], found["unit"], found["total"], found["previous_total"]) == (
        "new_users",
        None,
        "5",
        "0",
    )
    assert found["data"] == [
        {"date": midnight(2), "value": "0"}, {"date": midnight(1), "value": "0"}, {"date": midnight(0), "value": "5"},
    ]  # fmt: skip


def test_what_people_did_is_counted(staff: Staff, people: list[Person]) -> None:
    found = {
        m["key"]: m["total"] for m in measured(staff, "interactions", "opened_reports", "resolved_reports")
    }
    assert found == {"interactions": "3", "opened_reports": "1", "resolved_reports": "0"}
    assert measured(staff, "nonsense", "new_users", "new_users")[0]["key"] == "new_users"
    assert len(measured(staff, "nonsense", "new_users", "new_users")) == 1
    assert measured(staff) == []


def test_who_was_here_counts_once_in_the_total(moot: Moot, staff: Staff, people: list[Person]) -> None:
    for account_id, ago in ((people[0].id, 11), (people[0].id, 10), (people[1].id, 10), (people[1].id, 13)):
        seen = [sightings.Sighting(account_id, at(ago), "192.0.2.7")]
        moot.store.write(lambda tx, seen=seen: tx.insert_new(
            sightings.presence, day=seen[0].at // 86_400_000, account_id=seen[0].account_id))  # fmt: skip
    (found,) = measured(staff, "active_users", start=11, end=10)
    assert [d["value"] for d in found["data"]] == ["1", "2"]
    assert (found["total"], found["previous_total"]) == ("2", "1")


def test_figures_of_a_tag(moot: Moot, staff: Staff, people: list[Person]) -> None:
    text = "SELECT id FROM tags WHERE folded = 'tea'"
    tag = {"id": str(moot.store.read(lambda tx: tx.text_sql(text, text).fetchone()[0]))}
    keys = ("tag_accounts", "tag_uses", "tag_servers")
    found = {m["key"]: m["total"] for m in measured(staff, *keys, **dict.fromkeys(keys, tag))}
    assert found == {"tag_accounts": "2", "tag_uses": "2", "tag_servers": "1"}
    body = {"keys": ["tag_languages", "tag_servers"], "tag_languages": tag, "tag_servers": tag}
    languages, servers = done(staff.moderator, "POST", DIMENSIONS, **body)
    assert {d["key"]: d["value"] for d in languages["data"]} == {"en": "1", "de": "1"}
    here = moot.house.settings.domain
    assert servers["data"] == [{"key": here, "human_key": here, "value": "2"}]
    missing = call(staff.moderator, "POST", MEASURES, keys=["tag_uses"], start_at=day(1), end_at=day(0))
    said(missing, 400, "param is missing or the value is empty: tag_uses[id]")


def test_figures_of_a_server(moot: Moot, staff: Staff, people: list[Person]) -> None:
    ann, far = people[0], moot.person("faraway")
    far.say("from far away", language="fr")
    far.post(f"/api/v1/accounts/{ann.id}/follow")
    ann.post(f"/api/v1/accounts/{far.id}/follow")
    move = "UPDATE accounts SET domain = 'far.test' WHERE name = 'faraway'"
    moot.store.write(lambda tx: tx.text_sql(move, move))
    keys = ("accounts", "statuses", "follows", "followers", "reports", "media_attachments")
    names = [f"instance_{key}" for key in keys]
    choice: dict[str, Any] = {key: {"domain": "far.test"} for key in names}
    found = {m["key"]: m for m in measured(staff, *names, **choice)}
    totals = {key: found[f"instance_{key}"]["total"] for key in keys}
    assert totals == dict.fromkeys(keys[:4], "1") | {"reports": "0", "media_attachments": "0"}
    assert "previous_total" not in found["instance_accounts"]
    media = found["instance_media_attachments"]
    assert (media["unit"], media["human_value"]) == ("bytes", "0 Bytes")
    body = {"keys": ["instance_accounts", "instance_languages"], "instance_accounts": {"domain": "far.test"}}
    accounts, languages = done(
        staff.moderator, "POST", DIMENSIONS, **body, instance_languages={"domain": "far.test"}
    )
    assert accounts["data"] == [{"key": "faraway", "human_key": "faraway", "value": "1"}]
    assert languages["data"] == [{"key": "fr", "human_key": "fr", "value": "1"}]


def test_tables_of_the_place(moot: Moot, staff: Staff, people: list[Person]) -> None:
    keys = ["languages", "sources", "servers", "space_usage", "software_versions"]
    moot.store.write(lambda tx: sightings.record(tx, [sightings.Sighting(people[0].id, tx.now)]))
    found = {d["key"]: d["data"] for d in done(staff.moderator, "POST", DIMENSIONS, keys=keys)}
    assert list(found) == keys
    assert found["languages"] == [{"key": "en", "human_key": "en", "value": "2"}]
    assert (found["sources"][0]["key"], found["sources"][0]["human_key"]) == ("web", "Website")
    assert int(found["servers"][0]["value"]) >= 4
    sizes = {d["key"]: d for d in found["space_usage"]}
    assert sizes["media"]["unit"] == "bytes"
    engine = next(d for key, d in sizes.items() if key != "media")
    assert int(engine["value"]) > 100_000
    assert engine["human_value"].split()[1] in ("KB", "MB")
    assert found["software_versions"][0] == {
        "key": "folkmoot", "human_key": "Folkmoot", "value": __version__, "human_value": __version__,
    }  # fmt: skip
    assert len(done(staff.moderator, "POST", DIMENSIONS, keys=["software_versions"], limit=1)) == 1


def test_finished_days_are_counted_once_and_give_the_same(moot: Moot, staff: Staff) -> None:
    old = moot.person("oldtimer")
    said_then = [Draft(text=f"then {n}", happened_at=at(5) + n) for n in range(2)]
    back = f"UPDATE accounts SET created_at = {at(30)} WHERE name = 'oldtimer'"
    moot.store.write(lambda tx: tx.text_sql(back, back))
    first = moot.store.write(lambda tx: next(write(tx, old.viewer, draft).id for draft in said_then))
    moot.store.write(
        lambda tx: write(tx, old.viewer, Draft(text="yes", parent_id=first, happened_at=at(5) + 9))
    )
    before = measured(staff, "interactions", start=9, end=3)
    assert before[0]["total"] == "1"
    loop = moot.house.kept["loop"]
    for _ in range(6):
        asyncio.run_coroutine_threadsafe(erasing.count_days(moot.house), loop).result(20)
    known = "SELECT count(*) FROM tallies WHERE what = 'counted'"
    assert moot.store.read(lambda tx: tx.text_sql(known, known).fetchone()[0]) == 30
    assert measured(staff, "interactions", start=9, end=3) == before


def test_bad_dates_are_refused(staff: Staff) -> None:
    for start, end in (("yesterday", day(0)), (day(0), "x")):
        found = call(staff.moderator, "POST", MEASURES, keys=["new_users"], start_at=start, end_at=end)
        assert found.status == 422
    for start, end in ((day(0), day(1)), ("1970-01-01", day(0))):
        found = call(staff.moderator, "POST", MEASURES, keys=["new_users"], start_at=start, end_at=end)
        said(found, 422, "Validation failed: End at is invalid")
    said(
        call(staff.moderator, "POST", MEASURES, keys=["new_users"], end_at=day(0)), 400,
        "param is missing or the value is empty: start_at",
    )  # fmt: skip


def test_who_came_and_stayed(moot: Moot, staff: Staff) -> None:
    for name, came, seen in (("cohort1", 50, 48), ("cohort2", 50, 50), ("cohort3", 49, 10)):
        id_ = moot.person(name).id
        text = (
            f"UPDATE logins SET created_at = {at(came)}, last_seen_at = {at(seen)} WHERE account_id = {id_}"
        )
        moot.store.write(lambda tx, text=text: tx.text_sql(text, text))
    body = {"start_at": day(50), "end_at": day(48)}
    found = done(staff.moderator, "POST", RETENTION, **body, frequency="day")
    assert [(c["period"], c["frequency"], len(c["data"])) for c in found] == [
        (midnight(50), "day", 3), (midnight(49), "day", 2), (midnight(48), "day", 1),
    ]  # fmt: skip
    assert [(d["date"], d["rate"], d["value"]) for d in found[0]["data"]] == [
        (midnight(50), 1.0, "2"), (midnight(49), 0.5, "1"), (midnight(48), 0.5, "1"),
    ]  # fmt: skip
    assert [d["value"] for d in found[1]["data"]] == ["1", "1"]
    assert found[2]["data"] == [{"date": midnight(48), "rate": 0.0, "value": "0"}]
    monthly = done(
        staff.moderator, "POST", RETENTION, start_at="2023-11-05", end_at="2024-02-10", frequency="month"
    )
    assert [c["period"] for c in monthly] == [
        f"{m}-01T00:00:00.000Z" for m in ("2023-11", "2023-12", "2024-01", "2024-02")
    ]
    bad = call(staff.moderator, "POST", RETENTION, **body, frequency="year")
    said(bad, 422, "Validation failed: Frequency is invalid")


def test_sizes_for_people() -> None:
    assert [human_size(n) for n in (0, 1023, 1024, 1_500_000, 5 << 40)] == [
        "0 Bytes",
        "1023 Bytes",
        "1 KB",
        "1.43 MB",
        "5 TB",
    ]
