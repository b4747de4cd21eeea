"""Digests and summaries: once a day by the reader's clock, earlier when they grow, each post once, and only what its
reader may see when it leaves."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.support.mailgroup import DAY, HOUR, NOON, Moot, part
from tests.support.mailhouse import letter

from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.groups import groups, holding
from folkmoot.domain.groups.groups import GroupChange, Moderation
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import digests, groupmail, outbox, readers
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import edits
from folkmoot.domain.posts.drafts import Change
from folkmoot.domain.posts.reactions import mute_thread
from folkmoot.domain.text import Markup
from folkmoot.store.tx import Tx

MORNING = 19 * HOUR
"""From noon to the next seven o'clock."""


def three(moot: Moot) -> tuple[int, int]:
    """alice owns a group; dora gets digests in text, henk in HTML, sam summaries."""
    alice = moot.person("alice")
    group = moot.group(alice, archive=Archive.MEMBERS)
    moot.choose(group, alice, Delivery.NONE)
    for name, kind in (("dora", Delivery.DIGEST), ("henk", Delivery.HTML_DIGEST), ("sam", Delivery.SUMMARY)):
        moot.join(group, name, kind)
    return alice, group


def test_a_day_comes_in_one_mail_of_each_kind(either: Moot) -> None:
    moot = either
    alice, group = three(moot)
    first = moot.say(
        alice, group, "The *first* words\n" + "-" * 40, title="Round table", markup=Markup.MARKDOWN
    )
    moot.say(alice, group, "an answer", parent_id=first)
    moot.say(alice, group, "<b>tags</b> & signs", title="Second <topic>")
    moot.work()
    assert moot.sink.mails == [], "digests wait for their hour"
    moot.wait(MORNING - 1)
    moot.work()
    assert moot.sink.mails == []
    moot.wait(1)
    moot.work()
    (plain,), (rich,), (summary,) = (moot.take(name) for name in ("dora", "henk", "sam"))
    assert plain["Subject"] == "[moot] Digest: 3 messages"
    assert plain.get_content_type() == "text/plain"
    text = part(plain, "plain")
    assert text.index("Today's topics:") < text.index("   1. Round table (Alice)") < text.index("-" * 70)
    assert text.count("\n" + "-" * 30 + "\n") == 3, "one line behind each message, and none made of its text"
    assert f"Message-ID: <moot.{first}@lists.test>" in text
    assert "an answer" in text
    assert "End of The moot digest\n" in text
    assert "<moot.lists.test>" in plain["List-Id"]
    assert plain["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = part(rich, "html")
    assert rich.get_content_type() == "multipart/alternative"
    assert "<em>first</em>" in html
    assert html.index('href="#m1"') < html.index('id="m1"') < html.index('id="m3"')
    assert "Second &lt;topic&gt;" in html
    assert "<b>tags</b>" not in html
    assert summary["Subject"] == "[moot] Summary: 3 messages"
    assert "* Round table\n  2 messages, by Alice\n" in part(summary, "plain")
    assert part(summary, "html").count("<li>") == 2
    moot.wait(2 * DAY)
    moot.work()
    assert moot.sink.mails == [], "nothing new, nothing sent"


def test_each_gets_it_by_their_own_clock(moot: Moot) -> None:
    alice, group = three(moot)
    moot.configure(group, alice, timezone="America/New_York")
    moot.join(group, "tokyo", Delivery.DIGEST, timezone="Asia/Tokyo", digest_hour=22)
    moot.say(alice, group, title="T")
    moot.work()
    moot.wait(HOUR)  # 13:00 in London, 22:00 in Tokyo, 8:00 in New York
    moot.work()
    assert [to for _, to, _ in moot.sink.mails] == ["tokyo@example.org"]
    moot.wait(23 * HOUR)
    moot.work()
    assert len(moot.box("tokyo")) == len(moot.box("dora")) == 1


def test_the_hour_is_that_of_the_wall() -> None:
    assert digests.due(NOON, {"timezone": "Asia/Tokyo", "digest_hour": 21}) - NOON == DAY
    assert digests.due(NOON, {"timezone": "no such", "digest_hour": "x"}) - NOON == MORNING
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2027, 3, 27, 20, tzinfo=berlin)
    wall = datetime.fromtimestamp(
        digests.due(int(evening.timestamp() * 1000), {"timezone": "Europe/Berlin"}) / 1000, berlin
    )
    assert (wall.day, wall.hour) == (28, digests.HOUR), "summer time begins that night"


def test_what_grows_large_leaves_early_but_no_summary(either: Moot) -> None:
    moot = either
    alice, group = three(moot)
    for number in range(digests.EARLY_POSTS - 1):
        moot.say(alice, group, title=f"number {number}")
    moot.work()
    assert moot.sink.mails == []
    moot.say(alice, group, title="the last")
    moot.work()
    assert len(moot.take("dora")) == len(moot.take("henk")) == 1
    moot.say(alice, group, "x" * 60_000, title="long")
    moot.say(alice, group, "y" * 60_000, title="long too")
    moot.work()
    (large,) = moot.take("dora")
    assert large["Subject"] == "[moot] Digest: 2 messages"
    assert moot.box("sam") == []
    moot.wait(MORNING)
    moot.work()
    (summary,) = moot.take("sam")
    assert summary["Subject"] == f"[moot] Summary: {digests.EARLY_POSTS + 2} messages"


def test_a_digest_holds_things_as_they_are_when_it_leaves(moot: Moot) -> None:
    alice, group = three(moot)
    gone, edited, muted = (
        moot.say(alice, group, f"text of {t}", title=t) for t in ("gone", "edited", "muted")
    )
    moot.work()
    moot.house.write(lambda tx: edits.delete(tx, Viewer(alice), gone))
    moot.house.write(lambda tx: edits.edit(tx, Viewer(alice), edited, Change(text="other words")))
    dora = moot.house.read(lambda tx: _of(tx, group, "dora"))
    moot.house.write(lambda tx: mute_thread(tx, Viewer(dora), muted, on=True))
    henk = moot.house.read(lambda tx: _of(tx, group, "henk"))
    moot.wait(MORNING)
    moot.leave(group, henk)
    moot.work()
    text = part(moot.take("dora")[0], "plain")
    assert "other words" in text
    assert "text of edited" not in text
    assert "gone" not in text
    assert "muted" not in text
    assert moot.box("henk") == [], "who left between gets none"
    assert "muted" in part(moot.take("sam")[0], "plain")


def _of(tx: Tx, group: int, name: str) -> int:
    found = accounts.find_by_address(tx, f"{name}@example.org")
    assert found is not None
    return found


def test_a_post_let_in_late_comes_with_the_next_digest(moot: Moot) -> None:
    alice, group = three(moot)
    bob = moot.join(group, "bob")
    moot.house.write(
        lambda tx: groups.update(tx, Viewer(alice), group, GroupChange(moderation=int(Moderation.ALL)))
    )
    held = moot.say(bob, group, "please", title="held")
    moot.say(alice, group, title="free")
    moot.work()
    moot.wait(MORNING)
    moot.work()
    assert "held" not in part(moot.take("dora")[0], "plain")
    moot.house.write(lambda tx: holding.release(tx, Viewer(alice), held))
    moot.work()
    moot.wait(DAY)
    moot.work()
    (late,) = moot.take("dora")
    assert late["Subject"] == "[moot] Digest: 1 message"
    assert "held" in part(late, "plain")


def test_who_turns_to_single_mails_gets_what_waited_and_nothing_twice(moot: Moot) -> None:
    alice, group = three(moot)
    moot.say(alice, group, title="one")
    moot.work()
    dora = moot.house.read(lambda tx: _of(tx, group, "dora"))
    moot.choose(group, dora, Delivery.SINGLE)
    moot.work()
    (rest,) = moot.take("dora")
    assert rest["Subject"] == "[moot] Digest: 1 message"
    moot.say(alice, group, title="two")
    moot.work()
    assert [mail["Subject"] for mail in moot.take("dora")] == ["[moot] two"]
    moot.choose(group, dora, Delivery.DIGEST)
    moot.say(alice, group, title="three")
    moot.work()
    moot.wait(DAY)
    moot.work()
    (last,) = moot.take("dora")
    text = part(last, "plain")
    assert "three" in text
    assert "two" not in text


def test_a_dead_process_makes_no_digest_twice_and_loses_none(moot: Moot) -> None:
    """The rows of a cut and the marks are one commit; what was begun and not committed is done again."""
    alice, group = three(moot)
    moot.say(alice, group, title="one")
    moot.work()
    moot.wait(MORNING)

    class Killed(Exception):
        pass

    def dies(tx: Tx) -> None:
        digests.cut(tx)
        raise Killed

    for _ in range(2):
        try:
            moot.house.write(dies)
        except Killed:
            continue
    assert moot.house.write(digests.cut) == 3
    assert moot.house.write(digests.cut) == 0
    moot.work()
    assert [len(moot.take(name)) for name in ("dora", "henk", "sam")] == [1, 1, 1]


def test_a_large_backlog_makes_several_mails(moot: Moot) -> None:
    alice, group = three(moot)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "MOST_POSTS", 5)
        patch.setattr(digests, "EARLY_POSTS", 100)
        for number in range(12):
            moot.say(alice, group, title=f"number {number}")
        moot.work()
        moot.wait(MORNING)
        moot.work()
        mails = moot.take("dora")
        assert [mail["Subject"].split(": ")[1] for mail in mails] == [
            "5 messages",
            "5 messages",
            "2 messages",
        ]


def test_paused_addresses_get_no_digest_and_numbers_are_forgotten(moot: Moot) -> None:
    alice, group = three(moot)
    moot.say(alice, group, title="one")
    moot.work()
    moot.wait(MORNING)
    assert moot.house.write(digests.cut) == 3
    (item, *_) = [i for i in moot.house.write(outbox.claim) if i.kind == digests.DIGEST]
    assert set(item.payload) == {"member_id", "after", "until", "mode"}
    moot.say(alice, group, title="two")
    moot.work()
    moot.wait(digests.KEPT_MS + DAY)
    assert moot.house.write(digests.forget_old) == 1, "the last number of a group stays"


def test_a_process_killed_in_a_large_posting_goes_on_where_it_was(moot: Moot) -> None:
    """Each page of readers is one commit with its cursor; the event is done again, and nobody gets anything twice."""
    alice, group = three(moot)
    for number in range(7):
        moot.join(group, f"m{number}")
    post = moot.say(alice, group, title="one")
    with pytest.MonkeyPatch.context() as patch:
        whole = readers.page
        patch.setattr(readers, "page", lambda *given: whole(*given)[:2])
        patch.setattr(groupmail, "PAGE", 2)
        rest = moot.house.write(lambda tx: groupmail.send_post(tx, post))
        assert rest.run_id
        assert moot.house.write(lambda tx: groupmail.step(tx, rest.run_id)) is True
        again = moot.house.write(lambda tx: groupmail.send_post(tx, post))
        assert (again.run_id, again.number) == (rest.run_id, rest.number)
        moot.work()
    assert [len(moot.take(f"m{number}")) for number in range(7)] == [1] * 7
    moot.wait(MORNING)
    moot.work()
    assert len(moot.take("dora")) == 1


def test_an_answer_to_a_digest_as_a_whole_waits_for_a_moderator(moot: Moot) -> None:
    alice, group = three(moot)
    moot.say(alice, group, "words", title="Round table")
    moot.work()
    moot.wait(MORNING)
    moot.work()
    (mail,) = moot.take("dora")
    headers = {"sender": "dora@example.org", "In_Reply_To": str(mail["Message-ID"])}
    subjects = (f"Re: {mail['Subject']}", "Re: [moot] Round table")
    for number, subject in enumerate(subjects):
        raw = letter("mine", mid=f"{number}@x", Subject=subject, **headers)
        assert moot.house.send(raw, "dora@example.org")[0] == 250
    held = moot.house.read(lambda tx: holding.pending(tx, Viewer(alice), group))
    assert len(held) == 1, "who writes the topic into the subject is understood"
    moot.work()
    assert "it answers a digest as a whole" in next(part(m, "plain") for m in moot.take("alice"))
