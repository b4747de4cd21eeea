"""Seats at an event, for those who have nothing but mail."""

from __future__ import annotations

from tests.doors.mail.test_invitations import add, answer_of, organiser, prepared, reply
from tests.support.mailgroup import HOUR, Moot, part

from folkmoot.domain.sections.answers import Answer


def test_a_second_thought_counts_though_the_first_answer_came_late(moot: Moot) -> None:
    """Which answer is the newer one is told by when each was given, not by when the first one arrived."""
    alice, group, bob = prepared(moot)
    event = add(moot, alice, group)
    (mail,) = moot.take("bob")
    moot.wait(2 * HOUR)
    for answer, minute, then in (
        ("ACCEPTED", 10, Answer.YES),
        ("DECLINED", 40, Answer.NO),
        ("ACCEPTED", 20, Answer.NO),
    ):
        said = reply(mail, answer, stamp=f"20270115T12{minute}00Z")
        assert moot.house.send(said, "bob@example.org", organiser(mail))[0] == 250
        assert answer_of(moot, bob, event.id) == then


def test_who_waits_hears_of_it_and_of_the_seat(either: Moot) -> None:
    """A calendar program shows yes in both cases, so a mail tells which it is; what was said before a seat was given
    still counts when it comes in after that."""
    moot = either
    alice, group, bob = prepared(moot)
    carol = moot.join(group, "carol")
    event = add(moot, alice, group, capacity=1)
    mails = {who: moot.take(who)[0] for who in ("bob", "carol")}

    def say(who: str, word: str, minute: int) -> None:
        said = reply(mails[who], word, sender=f"{who}@example.org", stamp=f"20270115T12{minute}00Z")
        assert moot.house.send(said, f"{who}@example.org", organiser(mails[who]))[0] == 250
        moot.work()

    moot.wait(2 * HOUR)
    say("bob", "ACCEPTED", 10)
    say("carol", "ACCEPTED", 11)
    assert (answer_of(moot, bob, event.id), answer_of(moot, carol, event.id)) == (Answer.YES, Answer.WAITING)
    assert moot.take("bob") == []
    (told,) = moot.take("carol")
    assert str(told["Subject"]).startswith("[moot] All seats are taken, you wait for one: Tea")
    assert told.get_content_type() == "multipart/alternative"
    assert "/mail/event/" in part(told, "plain")
    say("bob", "DECLINED", 20)
    assert answer_of(moot, carol, event.id) == Answer.YES
    (told,) = moot.take("carol")
    assert str(told["Subject"]).startswith("[moot] There is a seat for you: Tea")
    say("carol", "DECLINED", 15)
    assert answer_of(moot, carol, event.id) == Answer.NO
