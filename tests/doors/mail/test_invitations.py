"""Events by mail: invited, changed, cancelled, reminded; answered from the mail client or behind the link, by the
member alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
import uvicorn
from icalendar import Calendar
from tests.support.mailgroup import DAY, HOUR, NOON, Moot, part
from tests.support.mailhouse import free_port

from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.sections import answers, events, reminders
from folkmoot.domain.sections.answers import Answer
from folkmoot.domain.sections.events import EventChange, EventView, NewEvent
from folkmoot.domain.staff import memorials, sanctions
from folkmoot.domain.staff.sanctions import Sanction
from folkmoot.doors.frame.site import Site
from folkmoot.doors.mail import door
from folkmoot.doors.mail.meetings import again

STARTS = NOON + 7 * DAY


def new(**changes: Any) -> NewEvent:
    told = {
        "name": "Tea, with cake", "starts_at": STARTS, "ends_at": STARTS + HOUR, "zone": "Europe/Berlin",
        "place": "The hall; upstairs", "description": "<p>Bring <b>cups</b></p>", "asks": True, **changes,
    }  # fmt: skip
    return NewEvent(**told)


def calendar_of(mail: Any) -> Calendar:
    """The calendar part of a mail."""
    (found,) = [item for item in mail.walk() if item.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(found.get_payload(decode=True))
    assert found.get_param("method") == calendar["METHOD"]
    return calendar


def ms(moment: int) -> datetime:
    """A moment in ms as calendars hold it."""
    return datetime.fromtimestamp(moment / 1000, UTC)


def only(mail: Any) -> Any:
    (event,) = calendar_of(mail).walk("VEVENT")
    return event


def prepared(moot: Moot) -> tuple[int, int, int]:
    alice = moot.person("alice")
    group = moot.group(alice)
    bob = moot.join(group, "bob")
    moot.join(group, "dora", Delivery.DIGEST)
    moot.join(group, "special", Delivery.SPECIAL)
    return alice, group, bob


def add(moot: Moot, who: int, group: int, **changes: Any) -> EventView:
    event = moot.house.write(lambda tx: events.add(tx, Viewer(who), group, new(**changes)))
    moot.work()
    return event


def answer_of(moot: Moot, who: int, event_id: int) -> Answer | None:
    found = moot.house.read(lambda tx: answers.of(tx, Viewer(who), [event_id])).get(event_id)
    return None if found is None else Answer(found.kind)


def reply(
    mail: Any,
    answer: str,
    *,
    sender: str = "bob@example.org",
    attendee: str = "",
    stamp: str = "",
    **more: str,
) -> bytes:
    """What a calendar program sends when its button is pressed."""
    event = only(mail)
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//Somebody//Else//EN", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT",
        f"UID:{event['UID']}", f"SEQUENCE:{more.get('sequence', event['SEQUENCE'])}",
        f"DTSTAMP:{stamp or '20270115T120100Z'}", "DTSTART:20270122T120000Z", f"ORGANIZER:{event['ORGANIZER']}",
        f"ATTENDEE;PARTSTAT={answer};CN=Bob:mailto:{attendee or sender}",
        *([f"RECURRENCE-ID:{more['recurrence']}"] if "recurrence" in more else []),
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    head = [
        f"From: Bob <{sender}>", "To: x", f"Subject: {answer}: tea", "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="b"', "", "--b", "Content-Type: text/plain", "",
        "I answer", "--b", "Content-Type: text/calendar; method=REPLY; charset=utf-8", "",
    ]  # fmt: skip
    return "\r\n".join([*head, *lines, "--b--", ""]).encode()


def organiser(mail: Any) -> str:
    return str(only(mail)["ORGANIZER"]).removeprefix("mailto:")


def test_members_are_invited_and_answer_from_their_mail(either: Moot) -> None:
    moot = either
    alice, group, bob = prepared(moot)
    event = add(moot, alice, group)
    (mail,), (other,) = moot.take("bob"), moot.take("dora")
    assert moot.take("special") == []
    assert mail["Subject"] == "[moot] Tea, with cake, Fri 2027-01-22"
    assert "Fri 2027-01-22 13:00 to 14:00 (Europe/Berlin)" in part(mail, "plain")
    assert "<b>cups</b>" in part(mail, "html")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    calendar = calendar_of(mail)
    told = only(mail)
    assert calendar["METHOD"] == "REQUEST"
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Europe/Berlin"
    assert told["SUMMARY"] == "Tea, with cake"
    assert told["LOCATION"] == "The hall; upstairs"
    assert int(told["DTSTART"].dt.timestamp() * 1000) == STARTS
    assert (told["ATTENDEE"], told["ATTENDEE"].params["PARTSTAT"]) == (
        "mailto:bob@example.org",
        "NEEDS-ACTION",
    )
    assert told["ATTENDEE"].params["RSVP"] == "TRUE"
    assert told["SEQUENCE"] == 0
    assert organiser(mail) != organiser(other), "each has an address of their own"
    assert len(organiser(mail).partition("@")[0]) <= 64
    assert mail["Reply-To"].addresses[0].addr_spec == organiser(mail)
    code, _ = moot.house.send(reply(mail, "ACCEPTED"), "bob@example.org", organiser(mail))
    assert code == 250
    assert answer_of(moot, bob, event.id) == Answer.YES


def test_forged_strange_and_late_answers_change_nothing(moot: Moot) -> None:
    alice, group, bob = prepared(moot)
    event = add(moot, alice, group)
    (mail,), (others,) = moot.take("bob"), moot.take("dora")
    house, to = moot.house, organiser(mail)
    forged = reply(mail, "ACCEPTED", sender="eve@example.net", attendee="bob@example.org")
    assert house.send(forged, "eve@example.net", to)[0] == 550, (
        "an invitation that was passed on has no power"
    )
    assert house.send(reply(mail, "ACCEPTED"), "bob@example.org", organiser(others))[0] == 550
    wrong = to.replace("+rsvp-", "+rsvp-1")
    assert house.send(reply(mail, "ACCEPTED"), "bob@example.org", wrong) == (
        550,
        house.send(b"x", to=wrong)[1],
    )
    other = reply(mail, "ACCEPTED", attendee="alice@example.org")
    assert house.send(other, "bob@example.org", to)[0] == 250
    assert answer_of(moot, bob, event.id) is None
    assert answer_of(moot, alice, event.id) is None
    broken = reply(mail, "ACCEPTED").replace(b"BEGIN:VEVENT", b"BEGIN:\xff\xfe\x00")
    assert house.send(broken, "bob@example.org", to)[0] == 250
    cancel = reply(mail, "ACCEPTED").replace(b"METHOD:REPLY", b"METHOD:CANCEL")
    assert house.send(cancel, "bob@example.org", to)[0] == 250
    assert answer_of(moot, bob, event.id) is None
    assert house.send(reply(mail, "DECLINED", stamp="20270115T130000Z"), "bob@example.org", to)[0] == 250
    assert answer_of(moot, bob, event.id) == Answer.NO
    moot.wait(2 * HOUR)
    assert house.send(reply(mail, "ACCEPTED", stamp="20270115T110000Z"), "bob@example.org", to)[0] == 250
    assert answer_of(moot, bob, event.id) == Answer.NO, "what is older undoes nothing"
    house.write(lambda tx: answers.answer(tx, Viewer(bob), event.id, answers.Reply(Answer.MAYBE)))
    assert house.send(reply(mail, "ACCEPTED", stamp="20270115T133000Z"), "bob@example.org", to)[0] == 250
    assert answer_of(moot, bob, event.id) == Answer.MAYBE, "nor what was said by another door since"
    assert house.send(reply(mail, "TENTATIVE", stamp="20270115T150000Z"), "bob@example.org", to)[0] == 250
    for kind in ("disable", "suspend"):
        house.write(lambda tx, k=kind: sanctions.impose(tx, Viewer.system(), bob, Sanction(kind=k)))
        late = reply(mail, "ACCEPTED", stamp="20270115T155900Z")
        assert house.send(late, "bob@example.org", to)[0] == 550, f"who is barred ({kind}) says nothing"
        assert answer_of(moot, bob, event.id) == Answer.MAYBE
        house.write(lambda tx, k=kind: sanctions.lift(tx, Viewer.system(), bob, k))
    moot.leave(group, bob)
    assert house.send(reply(mail, "ACCEPTED", stamp="20270115T160000Z"), "bob@example.org", to)[0] == 550


def test_changes_carry_a_sequence_and_outdated_ones_are_not_sent(moot: Moot) -> None:
    alice, group, bob = prepared(moot)
    event = add(moot, alice, group)
    moot.take("bob")
    house = moot.house
    house.write(lambda tx: answers.answer(tx, Viewer(bob), event.id, answers.Reply(Answer.YES)))
    for place in ("the barn", "the mill"):
        house.write(lambda tx, p=place: events.change(tx, Viewer(alice), event.id, EventChange(place=p)))
    house.write(
        lambda tx: events.change(tx, Viewer(alice), event.id, EventChange(place="the mill", locked=False))
    )
    moot.work()
    (mail,) = moot.take("bob")
    told = only(mail)
    assert mail["Subject"].startswith("[moot] Changed: Tea")
    assert (told["SEQUENCE"], told["LOCATION"]) == (2, "the mill"), "only the last of several changes is sent"
    assert told["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    house.write(lambda tx: events.delete(tx, Viewer(alice), event.id))
    moot.work()
    (gone,) = moot.take("bob")
    assert calendar_of(gone)["METHOD"] == "CANCEL"
    assert (only(gone)["STATUS"], only(gone)["SEQUENCE"], only(gone)["UID"]) == ("CANCELLED", 3, told["UID"])
    past = add(moot, alice, group, starts_at=NOON - DAY, ends_at=NOON - DAY + HOUR)
    house.write(lambda tx: events.delete(tx, Viewer(alice), past.id))
    moot.work()
    assert moot.take("bob") == [], "nobody is invited to what is over"


def test_a_series_is_one_invitation(moot: Moot) -> None:
    alice, group, bob = prepared(moot)
    first = add(moot, alice, group, rule="FREQ=WEEKLY;COUNT=4")
    (mail,) = moot.take("bob")
    told = only(mail)
    assert told["RRULE"]["COUNT"] == [4]
    assert "Again: every week, 4 times" in part(mail, "plain")
    assert "RECURRENCE-ID" not in told
    series = moot.house.read(lambda tx: events.between(tx, events.Span((group,), NOON), None, 10))
    assert len(series) == 4
    second = series[1]
    moot.house.write(
        lambda tx: events.change(tx, Viewer(alice), second.id, EventChange(starts_at=second.starts_at + HOUR))
    )
    moot.work()
    moot.house.write(
        lambda tx: events.change(
            tx, Viewer(alice), second.id, EventChange(starts_at=second.starts_at + 2 * HOUR)
        )
    )
    moot.work()
    one, again = moot.take("bob")
    for changed in (one, again):
        assert only(changed)["UID"] == told["UID"]
        assert int(only(changed)["RECURRENCE-ID"].dt.timestamp() * 1000) == second.starts_at
    to = organiser(mail)
    assert moot.house.send(reply(mail, "ACCEPTED"), "bob@example.org", to)[0] == 250
    assert [answer_of(moot, bob, event.id) for event in series] == [Answer.YES] * 4
    moot.wait(HOUR)
    no = reply(mail, "DECLINED", stamp="20270115T130000Z", recurrence="20270129T120000Z", sequence="2")
    assert moot.house.send(no, "bob@example.org", to)[0] == 250
    assert [answer_of(moot, bob, event.id) for event in series] == [
        Answer.YES,
        Answer.NO,
        Answer.YES,
        Answer.YES,
    ]
    moot.house.write(lambda tx: events.delete(tx, Viewer(alice), series[2].id, following=True))
    moot.work()
    (gone,) = moot.take("bob")
    assert calendar_of(gone)["METHOD"] == "REQUEST", "what is left of the series, by its new rule"
    left, other = calendar_of(gone).walk("VEVENT")
    assert {each["UID"] for each in (left, other)} == {told["UID"]}
    assert {each["SEQUENCE"] for each in (left, other)} == {3}
    assert "RECURRENCE-ID" not in left
    assert (left["DTSTART"].dt, left["RRULE"]["UNTIL"]) == (told["DTSTART"].dt, [ms(second.starts_at)])
    assert "COUNT" not in left["RRULE"]
    assert (other["RECURRENCE-ID"].dt, other["DTSTART"].dt) == (
        ms(second.starts_at),
        ms(second.starts_at + 2 * HOUR),
    )
    assert left["ATTENDEE"].params["PARTSTAT"] == "DECLINED", "as was said to the last that is left"
    for kind in ("plain", "html"):
        said = part(gone, kind)
        assert (said.count("Cancelled: "), said.count("and all its later dates")) == (1, 1)
        assert "Again" not in said
    moot.wait(8 * DAY)
    moot.house.write(lambda tx: events.delete(tx, Viewer(alice), first.id, following=True))
    moot.work()
    (gone,) = moot.take("bob")
    last = only(gone)
    assert (last["UID"], last["STATUS"], last["SEQUENCE"]) == (told["UID"], "CANCELLED", 4)
    assert "RECURRENCE-ID" not in last, "nothing is left: the whole series is off"
    assert "and all its later dates" in part(gone, "plain")


def test_of_a_series_without_end_nothing_stays_in_calendars_beyond_what_is_left(moot: Moot) -> None:
    alice, group, _ = prepared(moot)
    add(moot, alice, group, rule="FREQ=WEEKLY")
    moot.take("bob")
    series = moot.house.read(lambda tx: events.between(tx, events.Span((group,), NOON), None, 100))
    moot.house.write(lambda tx: events.delete(tx, Viewer(alice), series[1].id))
    moot.work()
    (one,) = moot.take("bob")
    assert (calendar_of(one)["METHOD"], len(calendar_of(one).walk("VEVENT"))) == ("CANCEL", 1)
    moot.house.write(lambda tx: events.delete(tx, Viewer(alice), series[4].id, following=True))
    moot.work()
    (mail,) = moot.take("bob")
    assert mail["Subject"].startswith("[moot] Cancelled: ")
    left = only(mail)
    assert left["RRULE"]["UNTIL"] == [ms(series[3].starts_at)]
    assert [each.dt for each in left["EXDATE"].dts] == [ms(series[1].starts_at)]
    assert left["SEQUENCE"] > only(one)["SEQUENCE"] - 1


def test_a_rule_is_told_in_words() -> None:
    assert again("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;UNTIL=20270401T000000Z") == (
        "every 2 weeks on MO, FR, till 2027-04-01"
    )
    assert again("FREQ=MONTHLY;BYMONTHDAY=3") == "FREQ=MONTHLY;BYMONTHDAY=3"


def test_who_comes_is_reminded_by_mail(moot: Moot) -> None:
    alice, group, bob = prepared(moot)
    event = add(moot, alice, group)
    moot.take("bob")
    moot.take("alice")
    moot.house.write(lambda tx: answers.answer(tx, Viewer(bob), event.id, answers.Reply(Answer.YES)))
    moot.house.write(lambda tx: answers.answer(tx, Viewer(alice), event.id, answers.Reply(Answer.NO)))
    moot.wait(6 * DAY)
    for _ in range(2):
        moot.house.write(reminders.remind)
        moot.work()
    (mail,) = moot.take("bob")
    assert mail["Subject"] == "[moot] Reminder: Tea, with cake, Fri 2027-01-22"
    assert mail.get_content_type() == "multipart/alternative"
    assert moot.take("alice") == []


def test_newcomers_are_invited_where_the_group_wants_it(moot: Moot) -> None:
    alice, group, _ = prepared(moot)
    event = add(moot, alice, group)
    early, late = moot.person("early"), moot.person("late")
    moot.house.write(lambda tx: members.join(tx, Viewer(early), group))
    moot.work()
    assert moot.take("early") == []
    moot.configure(group, alice, invite_on_join=True)
    moot.house.write(lambda tx: members.join(tx, Viewer(late), group))
    moot.work()
    (mail,) = moot.take("late")
    assert only(mail)["UID"].startswith(f"event-{event.id}@")


def test_an_event_without_answers_is_told_and_evil_values_stay_values(moot: Moot) -> None:
    alice, group, _ = prepared(moot)
    add(moot, alice, group, asks=False, name='a <b>;,:"=?utf-8?q?x?=', description="javascript:alert(1)")
    (mail,) = moot.take("bob")
    assert calendar_of(mail)["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in only(mail)
    assert "/mail/event/" not in part(mail, "plain")
    assert "<b>;" not in part(mail, "html")


@pytest.fixture
def client(moot: Moot) -> Iterator[httpx2.Client]:
    """A browser before the pages of the mail door."""
    port = free_port()
    site = Site(moot.house.house, [door])
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="warning", lifespan="off"))

    async def serve() -> asyncio.Task[None]:
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        return task

    moot.house.await_(serve())
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as made:
        yield made
    server.should_exit = True


def test_the_link_shows_a_page_and_its_buttons_answer(moot: Moot, client: httpx2.Client) -> None:
    alice, group, bob = prepared(moot)
    event = add(moot, alice, group, name="Tea <script>")
    (mail,) = moot.take("bob")
    link = next(line for line in part(mail, "plain").splitlines() if "/mail/event/" in line)
    path = link.removeprefix("http://moot.test")
    shown = client.get(path)
    assert shown.status_code == 200
    assert "<script>" not in shown.text
    assert shown.text.count('<form method="post"') == 3
    assert answer_of(moot, bob, event.id) is None, "who only looks changes nothing"
    assert client.get(f"{path}/yes").status_code == 405
    assert "You said that you come." in client.post(f"{path}/yes").text
    assert answer_of(moot, bob, event.id) == Answer.YES
    assert client.post(f"{path}/no").status_code == 200
    assert answer_of(moot, bob, event.id) == Answer.NO
    assert client.post(f"{path}/perhaps").status_code == 404
    assert client.post(f"{path}x/yes").status_code == 404
    moot.house.write(lambda tx: memorials.remember(tx, Viewer.system(), bob))
    assert client.post(f"{path}/yes").status_code == 403, "nobody speaks for whom we remember"
    assert answer_of(moot, bob, event.id) == Answer.NO
    moot.house.write(lambda tx: memorials.live(tx, Viewer.system(), bob))
    moot.house.write(lambda tx: events.change(tx, Viewer(alice), event.id, EventChange(locked=True)))
    assert client.post(f"{path}/yes").status_code == 403
    moot.leave(group, bob)
    assert client.get(path).status_code in (403, 404)
