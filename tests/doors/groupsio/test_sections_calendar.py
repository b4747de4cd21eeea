"""The calendar behind the door: events, their zones, answers with guests, the queue, and who may do what."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.doors.groupsio.conftest import Client, Town, assert_like, example

from folkmoot.domain.access import GroupRole, Membership
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.sections import answers, events, reminders, repeats
from folkmoot.domain.sections.events import EventChange, NewEvent

MORNING = {"start_time": "2030-06-09T10:00:00Z", "end_time": "2030-06-09T11:00:00Z"}


def add(client: Client, group: str = "open", **more: Any) -> Any:
    answer = client.post("addevent", **{"group_name": group, "name": "A meeting", **MORNING, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def section(town: Town, name: str, value: str, group: str = "open") -> None:
    change = GroupChange(settings={f"{name}_access": value})
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), town.ids[group], change))


def test_an_event_has_every_field_and_is_found(any_town: Town) -> None:
    alice = any_town.client("alice")
    made = add(
        alice, location="The well", description="<p>Bring <b>bread</b></p><script>x</script>", rsvp="true"
    )
    assert_like(made, example("getevent"))
    assert (made["creator_name"], made["group_name"], made["timezone"]) == ("@alice", "open", "UTC")
    assert (made["start_time"], made["end_time"]) == ("2030-06-09T10:00:00Z", "2030-06-09T11:00:00Z")
    assert "script" not in made["description"]
    assert (made["rsvp"], made["max_attendees"], made["has_rsvp"], made["rsvp_type"]) == (True, 0, False, "")
    assert alice.ok("getevent", event_id=made["id"]) == made
    event, user = alice.ok("getevent", event_id=made["id"], extended="true")
    assert (event["id"], user["user_name"]) == (made["id"], "alice")
    listed = alice.ok("getevents", start="2030-06-01")
    assert_like(listed, example("getevents"))
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    assert alice.http.post("/v1/getevent", params={"event_id": made["id"]}).json() == made


def test_pages_of_events_go_on_by_token(town: Town) -> None:
    alice = town.client("alice")
    ids = [
        add(alice, name=f"Day {day}", start_time=f"2030-06-0{day}", end_time=f"2030-06-0{day}")["id"]
        for day in range(1, 6)
    ]
    closed = add(alice, "closed", start_time="2030-06-03T12:00:00Z", end_time="2030-06-03T13:00:00Z")["id"]
    first = alice.ok("getevents", start="2030-06-02", end="2030-06-05", limit=2)
    assert (first["total_count"], first["start_item"], first["end_item"], first["has_more"]) == (
        5,
        1,
        2,
        True,
    )
    assert 0 < first["next_page_token"] < 1 << 31
    second = alice.ok("getevents", start="2030-06-02", limit=100, page_token=first["next_page_token"])
    assert (second["start_item"], second["end_item"], second["next_page_token"]) == (3, 5, 0)
    assert [e["id"] for e in first["data"] + second["data"]] == [ids[1], ids[2], closed, ids[3], ids[4]]
    assert [e["id"] for e in alice.ok("getevents", start="2030-06-03", group_name="closed")["data"]] == [
        closed
    ]
    assert alice.refused("getevents") == ("bad_request", "invalid start")
    assert alice.refused("getevents", start="soon") == ("bad_request", "invalid start")
    assert alice.refused("getevents", start="2030-06-01", end="9999-99-99") == ("bad_request", "invalid end")


def test_zones_days_and_bad_values(town: Town) -> None:
    alice = town.client("alice")
    there = add(
        alice,
        timezone="America/Los_Angeles",
        start_time="2030-07-01T10:00:00",
        end_time="2030-07-01T11:30:00",
    )
    assert (there["start_time"], there["end_time"]) == (
        "2030-07-01T10:00:00-07:00",
        "2030-07-01T11:30:00-07:00",
    )
    day = add(alice, all_day="1", start_time="2030-07-02", end_time="2030-07-02")
    assert (day["all_day"], day["start_time"]) == (True, "2030-07-02T00:00:00Z")
    for extra, wrong in (
        ("invalid name", {"name": "  "}),
        ("invalid start_time", {"start_time": "noon"}),
        ("invalid end_time", {"end_time": "2030-06-09T09:00:00Z"}),
        ("invalid end_time", {"end_time": "2035-06-09T09:00:00Z"}),
        ("invalid timezone", {"timezone": "../../etc/passwd"}),
        ("invalid timezone", {"timezone": "Mars/Olympus"}),
        ("invalid max_attendees", {"max_attendees": -1}),
        ("invalid max_attendees", {"max_attendees": "many"}),
        ("invalid location", {"location": "x" * 501}),
    ):
        told = {"group_name": "open", "name": "A meeting", **MORNING, **wrong}
        assert alice.refused("addevent", **told) == ("bad_request", extra), wrong
    assert alice.refused("addevent", name="x", **MORNING) == ("bad_request", "invalid group_id")


def test_changing_and_taking_away(town: Town) -> None:
    alice = town.client("alice")
    made = add(alice)
    id_ = made["id"]
    changed = alice.post("updateevent", event_id=id_, name="Later", start_time="2030-06-09T12:00:00Z").json()
    assert (changed["name"], changed["end_time"]) == ("Later", "2030-06-09T13:00:00Z")
    form = {"event_id": id_, "csrf": alice.csrf, "location": "Home"}
    patched = alice.http.patch("/api/v1/updateevent", data=form)
    assert (patched.status_code, patched.json()["location"]) == (200, "Home")
    assert alice.refused("updateevent", event_id=id_, end_time="2030-01-01") == (
        "bad_request",
        "invalid end_time",
    )
    assert alice.refused("updateevent", event_id=id_, group_name="closed") == (
        "bad_request",
        "invalid event_id",
    )
    assert alice.refused("updateevent", event_id=1, name="x") == ("bad_request", "invalid event_id")
    assert alice.refused("deleteevent", event_id=id_, csrf="no") == ("bad_csrf", "")
    gone = alice.post("deleteevent", event_id=id_, group_name="open")
    assert (gone.status_code, gone.content) == (200, b"")
    assert alice.refused("getevent", event_id=id_) == ("bad_request", "invalid event_id")


def test_who_may_do_what(town: Town) -> None:
    alice, bob, carol = town.client("alice"), town.client("bob"), town.client("carol")
    hers = add(alice, rsvp="true")["id"]
    his = add(bob)["id"]
    for name in ("updateevent", "deleteevent"):
        assert bob.refused(name, event_id=hers) == ("inadequate_permissions", "manage_calendar")
    assert alice.post("updateevent", event_id=his, name="Ours").json()["name"] == "Ours"
    assert carol.refused("getevent", event_id=hers) == ("bad_request", "not subscribed to group")
    assert carol.refused("rsvp", event_id=hers, response="rsvp_yes") == ("bad_request", "not subscribed")
    assert carol.refused("addevent", group_name="open", name="x", **MORNING)[0] == "inadequate_permissions"
    assert carol.refused("getevents", start="2030-01-01", group_name="open")[0] == "inadequate_permissions"
    assert carol.ok("getevents", start="2030-01-01")["data"] == []
    deep = add(alice, "hidden")["id"]
    assert carol.post("getevent", event_id=deep).content == carol.post("getevent", event_id=deep + 1).content
    assert town.client().get("getevent", event_id=hers).json()["type"] == "authentication"
    section(town, "calendar", "limited")
    assert bob.refused("addevent", group_name="open", name="x", **MORNING) == (
        "inadequate_permissions", "manage_calendar")  # fmt: skip
    assert bob.ok("getevent", event_id=hers)["id"] == hers
    for value in ("moderators_only", "none"):
        section(town, "calendar", value)
        assert bob.refused("getevent", event_id=hers) == ("inadequate_permissions", "calendar_visible")
        assert bob.ok("getevents", start="2030-01-01")["data"] == []
    assert alice.refused("getevent", event_id=hers) == ("inadequate_permissions", "calendar_visible")


def test_answers_guests_and_the_queue(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    any_town.do(lambda tx: members.put(tx, any_town.ids["open"], any_town.ids["carol"]))
    carol = any_town.client("carol")
    id_ = add(alice, max_attendees=3)["id"]

    def say(who: Client, response: str = "rsvp_yes", **more: Any) -> Any:
        answer = who.post("rsvp", event_id=id_, response=response, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = say(alice, additional_guests=1, comment="With a friend")
    assert_like(first, example("rsvp"))
    assert (first["type"], first["additional_guests"], first["comment"]) == ("rsvp_yes", 1, "With a friend")
    assert (first["email"], first["event_id"]) == ("alice@example.org", id_)
    assert say(bob, additional_guests=1)["type"] == "rsvp_waitlist"
    # One seat is left, but somebody waits already.
    assert say(carol)["type"] == "rsvp_waitlist"
    seen = bob.ok("getevent", event_id=id_)
    assert (seen["has_rsvp"], seen["rsvp_type"], seen["rsvp_additional_guests"]) == (True, "rsvp_waitlist", 1)
    assert (
        alice.refused("rsvp", event_id=id_, response="rsvp_yes", additional_guests=2)[1]
        == "invalid additional_guests"
    )
    assert say(alice, "rsvp_no")["type"] == "rsvp_no"
    assert bob.ok("getevent", event_id=id_)["rsvp_type"] == "rsvp_yes"
    assert carol.ok("getevent", event_id=id_)["rsvp_type"] == "rsvp_yes"
    assert say(alice)["type"] == "rsvp_waitlist"
    assert alice.post("updateevent", event_id=id_, max_attendees=4).json()["rsvp_type"] == "rsvp_yes"
    # Whoever leaves the group leaves their seats.
    any_town.do(
        lambda tx: members.put(tx, any_town.ids["open"], any_town.ids["carol"], status=Membership.LEFT)
    )
    assert say(bob, additional_guests=2)["additional_guests"] == 2


def test_answers_that_are_refused(town: Town) -> None:
    alice = town.client("alice")
    id_ = add(alice, rsvp="true")["id"]
    bad = "bad_request"
    assert alice.refused("rsvp", event_id=7, response="rsvp_yes") == (bad, "invalid event_id")
    assert alice.refused("rsvp", event_id=id_, response="rsvp_waitlist") == (bad, "waitlist response")
    assert alice.refused("rsvp", event_id=id_, response="perhaps") == ("invalid_value", "response")
    assert alice.refused("rsvp", event_id=id_, response="rsvp_yes", additional_guests=-1) == (
        bad, "invalid additional_guests")  # fmt: skip
    assert alice.refused("rsvp", event_id=id_, response="rsvp_yes", csrf="") == ("bad_csrf", "")
    change = EventChange(locked=True)
    town.do(lambda tx: events.change(tx, town.viewer("alice"), id_, change))
    assert alice.refused("rsvp", event_id=id_, response="rsvp_yes") == (bad, "locked event")
    plain = add(alice)["id"]
    assert alice.refused("rsvp", event_id=plain, response="rsvp_yes") == (bad, "locked event")


def test_answers_at_once_never_overbook(any_town: Town) -> None:
    town = any_town
    alice = town.client("alice")
    id_ = add(alice, max_attendees=5)["id"]
    here = town.ids["open"]
    people = [
        town.do(lambda tx, n=n: members.invite_address(tx, here, f"p{n}@example.org")) for n in range(16)
    ]

    def answer(account_id: int, kind: answers.Answer, guests: int) -> None:
        viewer = town.viewer("alice").__class__(account_id)
        town.do(lambda tx: answers.answer(tx, viewer, id_, answers.Reply(kind, guests)))

    def everybody(kind: answers.Answer, who: list[int]) -> None:
        threads = [threading.Thread(target=answer, args=(each, kind, each % 2)) for each in who]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def standing() -> list[answers.AnswerView]:
        return town.house.store.read(lambda tx: answers.coming(tx, id_))

    everybody(answers.Answer.YES, people)
    said = standing()
    assert len(said) == 16
    seated = [each for each in said if each.kind == answers.Answer.YES]
    assert sum(1 + each.guests for each in seated) in (4, 5)
    everybody(answers.Answer.NO, [each.account_id for each in seated])
    after = standing()
    assert sum(1 + each.guests for each in after if each.kind == answers.Answer.YES) in (4, 5)
    queue = sorted((each for each in said if each.kind == answers.Answer.WAITING), key=lambda each: each.turn)
    moved = {each.account_id for each in after if each.kind == answers.Answer.YES}
    assert moved == {each.account_id for each in queue[: len(moved)]}


def test_moderators_of_the_group_change_what_members_made(town: Town) -> None:
    town.do(lambda tx: members.put(tx, town.ids["open"], town.ids["carol"], role=GroupRole.MODERATOR))
    his = add(town.client("bob"))["id"]
    assert town.client("carol").post("deleteevent", event_id=his).status_code == 200


def notices_of(town: Town, who: str, kind: str) -> int:
    text = f"SELECT count(*) FROM notices WHERE account_id = {town.ids[who]} AND kind = '{kind}'"
    count: int = town.house.store.read(lambda tx: tx.text_sql(text, text).fetchone()[0])
    return count


def test_reminders_come_once_and_to_those_who_come(any_town: Town) -> None:
    alice, bob = any_town.client("alice"), any_town.client("bob")
    soon = datetime.now(UTC) + timedelta(hours=2)
    times = {"start_time": soon.isoformat(), "end_time": (soon + timedelta(hours=1)).isoformat()}
    id_ = add(alice, rsvp="true", **times)["id"]
    assert bob.post("rsvp", event_id=id_, response="rsvp_maybe").status_code == 200
    assert alice.post("rsvp", event_id=id_, response="rsvp_no").status_code == 200
    assert any_town.house.store.read(reminders.any_due)
    assert [any_town.do(reminders.remind) for _ in range(2)] == [1, 0]
    assert not any_town.house.store.read(reminders.any_due)
    assert (notices_of(any_town, "bob", "event_soon"), notices_of(any_town, "alice", "event_soon")) == (1, 0)


def test_whoever_moves_up_is_told(town: Town) -> None:
    alice, bob = town.client("alice"), town.client("bob")
    id_ = add(alice, max_attendees=1)["id"]
    for who in (alice, bob):
        assert who.post("rsvp", event_id=id_, response="rsvp_yes").status_code == 200
    assert notices_of(town, "bob", "event_seat") == 0
    assert alice.post("rsvp", event_id=id_, response="rsvp_maybe").status_code == 200
    assert notices_of(town, "bob", "event_seat") == 1


def test_events_that_come_again(any_town: Town) -> None:
    alice = any_town.viewer("alice")
    start = int(datetime.now(UTC).timestamp() * 1000) + repeats.DAY_MS
    new = NewEvent(name="Tea", starts_at=start, ends_at=start + 3_600_000, rule="FREQ=WEEKLY", asks=True)
    first = any_town.do(lambda tx: events.add(tx, alice, any_town.ids["open"], new))
    client = any_town.client("bob")
    listed = client.ok("getevents", start="2020-01-01", limit=100)
    made = listed["total_count"]
    assert made == 58
    assert {event["name"] for event in listed["data"]} == {"Tea"}
    ids = [event["id"] for event in listed["data"]]
    assert client.post("rsvp", event_id=ids[3], response="rsvp_yes").json()["event_id"] == ids[3]
    assert client.ok("getevent", event_id=ids[4])["has_rsvp"] is False
    set_back = "UPDATE event_series SET made_until = made_until - 3456000000"
    any_town.do(lambda tx: tx.text_sql(set_back, set_back))
    assert any_town.house.store.read(events.any_to_go_on)
    assert any_town.do(events.go_on) > 0
    assert not any_town.house.store.read(events.any_to_go_on)
    any_town.do(lambda tx: events.delete(tx, alice, ids[2], following=True))
    left = client.ok("getevents", start="2020-01-01", limit=100)["data"]
    assert [event["id"] for event in left] == ids[:2]
    assert left[0]["id"] == first.id
    any_town.do(lambda tx: events.delete(tx, alice, first.id))
    assert client.ok("getevents", start="2020-01-01")["total_count"] == 1
