"""Who gets which of a group's mail at once, and where: by delivery, by topics and tags followed or muted, at the
address that they chose; page by page, and never to who left."""

from __future__ import annotations

import re

import pytest
from tests.doors.mail.test_commands import PASS, believe
from tests.support.mailgroup import DAY, Moot, part
from tests.support.mailhouse import DOMAIN, letter

from folkmoot.domain import views
from folkmoot.domain.access import Membership, Viewer, standing
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.groups import groups, grouptexts, memberaddresses, memberlists, members, membership
from folkmoot.domain.groups.groups import Moderation
from folkmoot.domain.groups.grouptexts import TextChange
from folkmoot.domain.groups.memberlists import Kind, Order
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import groupmail, mailhealth, outbox, reach, readers, runs
from folkmoot.domain.mail.reach import Health
from folkmoot.domain.notices import notice_lists
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import follow_thread, mute_thread
from folkmoot.domain.reading import owntags
from folkmoot.domain.text import Markup
from folkmoot.doors.mail import returned
from folkmoot.doors.mail.signs import leave_token, thread_word
from folkmoot.kit.mail.bounces import Complaint


def topics(moot: Moot, name: str) -> list[str]:
    return [str(mail["Subject"]).replace("[moot] ", "") for mail in moot.take(name)]


def test_each_delivery_gets_its_own(either: Moot) -> None:
    moot = either
    alice = moot.person("alice")
    group = moot.group(alice)
    for kind in Delivery:
        moot.join(group, kind.name.lower().replace("_", ""), kind)
    moot.say(alice, group, title="usual")
    moot.say(alice, group, title="heed", extra={"special": True})
    moot.work()
    assert topics(moot, "single") == ["usual", "heed"]
    for name in ("digest", "htmldigest", "summary", "special"):
        assert topics(moot, name) == ["heed"], name
    assert topics(moot, "none") == []
    moot.wait(DAY)
    moot.work()
    assert topics(moot, "digest") == ["Digest: 1 message"], "a notice that came at once does not come again"
    assert topics(moot, "special") == topics(moot, "none") == []


def test_followed_topics_only(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    few = moot.join(group, "few", selection="follow_only")
    first = moot.join(group, "first", selection="follow_and_first_message", follow_replies=True)
    muter = moot.join(group, "muter")
    one, two = (moot.say(alice, group, title=title) for title in ("one", "two"))
    moot.house.write(lambda tx: mute_thread(tx, Viewer(muter), one, on=True))
    moot.house.write(lambda tx: follow_thread(tx, Viewer(few), two, on=True))
    moot.work()
    assert topics(moot, "few") == ["two"], "asked again when it leaves"
    assert topics(moot, "first") == ["one", "two"]
    assert topics(moot, "muter") == ["two"]
    answer = moot.say(first, group, "I answer", parent_id=one)
    moot.work()
    moot.say(alice, group, "more", parent_id=answer)
    moot.say(alice, group, "more", parent_id=two)
    moot.work()
    assert topics(moot, "few") == ["Re: two"]
    assert topics(moot, "first") == ["Re: one", "Re: one"], "by answering they follow it"
    assert topics(moot, "muter") == ["Re: two"]
    moot.house.write(lambda tx: owntags.follow(tx, Viewer(few), "boats"))
    moot.say(alice, group, "about #boats", title="three", markup=Markup.PLAIN)
    moot.work()
    assert topics(moot, "few") == ["three #boats"]


def test_the_chosen_address_everywhere(either: Moot) -> None:
    moot = either
    alice = moot.person("alice")
    group = moot.group(alice)
    bob = moot.join(group, "bob")
    house = moot.house
    house.write(lambda tx: accounts.add_address(tx, bob, "other@example.org", confirmed=True))
    house.write(lambda tx: accounts.add_address(tx, bob, "unproven@example.org", confirmed=False))
    house.write(lambda tx: memberaddresses.choose(tx, Viewer(bob), group, "other@example.org"))
    with pytest.raises(NotFound):
        house.write(lambda tx: memberaddresses.choose(tx, Viewer(bob), group, "unproven@example.org"))
    new = TextChange(kind="monthly_reminder", name="m", subject="each month", body="<p>still <b>here</b></p>")
    house.write(lambda tx: grouptexts.add(tx, Viewer(alice), group, new))
    moot.say(alice, group, title="T")
    moot.work()
    moot.wait(31 * DAY)
    house.write(grouptexts.send_monthly)
    moot.work()
    assert moot.box("bob") == []
    post, monthly = moot.take("other")
    assert (post["Subject"], monthly["Subject"]) == ("[moot] T", "each month")
    assert "<b>here</b>" in part(monthly, "html")
    assert monthly["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    member = house.read(lambda tx: membership.by_id(tx, group, members.get(tx, group, bob).id))  # type: ignore[union-attr]  # bob is one
    house.write(lambda tx: membership.probe(tx, Viewer(alice), member))
    found = house.read(
        lambda tx: memberlists.listing(
            tx, standing(tx, Viewer(alice), group), Kind.MEMBERS, order=Order.ADDRESS, text="other@"
        )
    )
    assert [one.sorted_by for one in found] == ["other@example.org"]
    moot.work()
    assert len(moot.take("other")) == 1, "asked at the chosen address, too"
    # An address that is gone, or no longer proven, is no choice any more.
    house.write(lambda tx: tx.text_sql(*["UPDATE addresses SET confirmed_at = NULL WHERE main = 0"] * 2))
    moot.say(alice, group, title="U")
    moot.work()
    assert topics(moot, "bob") == ["U"]


def test_monthly_texts_by_kind_and_page_by_page(moot: Moot, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    for number in range(5):
        moot.join(group, f"m{number}")
    moot.join(group, "special", Delivery.SPECIAL)
    moot.join(group, "none", Delivery.NONE)
    off = moot.join(group, "off")
    rules = TextChange(
        kind="guidelines",
        name="g",
        subject="rules",
        body="<p>be kind</p>",
        monthly=True,
        monthly_special=True,
    )
    usual = TextChange(kind="monthly_reminder", name="m", subject="reminder", body="<p>here we are</p>")
    for text in (rules, usual):
        moot.house.write(lambda tx, text=text: grouptexts.add(tx, Viewer(alice), group, text))
    row = moot.house.read(lambda tx: tx.one(mailhealth._ADDRESS, folded="off@example.org"))
    assert row is not None
    of = mailhealth.Witness(1, row[0], off, "off@example.org", "post", group, None)
    moot.house.write(lambda tx: mailhealth.complained(tx, of, "abuse"))
    pages: list[int] = []
    whole = readers.page

    def small(*args: object, **more: object) -> object:
        found = whole(*args, **more)[:2]  # type: ignore[arg-type]  # passed on as they came
        pages.append(len(found))
        return found

    monkeypatch.setattr(readers, "page", small)
    monkeypatch.setattr(readers, "PAGE", 2)
    moot.wait(31 * DAY)
    assert moot.house.write(grouptexts.send_monthly) == 2
    assert moot.house.write(grouptexts.send_monthly) == 0
    first = moot.house.read(runs.waiting)[0]
    assert moot.house.write(lambda tx: groupmail.step(tx, first)) is True
    moot.work()
    assert max(pages) == 2
    assert moot.house.read(runs.waiting) == []
    for number in range(5):
        assert sorted(topics(moot, f"m{number}")) == ["reminder", "rules"]
    assert topics(moot, "special") == ["rules"], "the guidelines are sent as a special notice"
    assert topics(moot, "none") == topics(moot, "off") == []


def test_no_mail_to_who_left_turned_or_paused_between_queueing_and_sending(moot: Moot) -> None:
    from folkmoot.domain import jobs
    from folkmoot.doors.mail import send
    from folkmoot.doors.mail.outbox import deliver_due

    alice = moot.person("alice")
    group = moot.group(alice)
    bob, carol, dora, stays = (moot.join(group, name) for name in ("bob", "carol", "dora", "stays"))
    moot.say(alice, group, title="T")
    for job in moot.house.write(jobs.claim):
        moot.house.await_(send.handle(moot.house.house, [job.row]))
    moot.house.write(lambda tx: membership.set_status(tx, Viewer(alice), group, bob, Membership.BANNED))
    moot.choose(group, carol, Delivery.DIGEST)
    row = moot.house.read(lambda tx: tx.one(mailhealth._ADDRESS, folded="dora@example.org"))
    assert row is not None
    of = mailhealth.Witness(1, row[0], dora, "dora@example.org", "post", group, None)
    moot.house.write(lambda tx: mailhealth.complained(tx, of, "abuse"))
    moot.house.await_(deliver_due(moot.house.house))
    assert {to for sender, to, _ in moot.sink.mails if "+bounce-" in sender} == {
        "alice@example.org",
        "stays@example.org",
    }
    assert stays


def test_a_complaint_pauses_each_time_and_its_owner_is_told_why(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    bob = moot.join(group, "bob")
    house = moot.house
    member = house.read(lambda tx: members.get(tx, group, bob))
    assert member is not None
    link = f"http://moot.test/mail/unsubscribe/{leave_token(house.house.secret, member.id)}"
    for _ in range(2):
        moot.wait(DAY)
        house.write(lambda tx: returned.complaint(tx, house.house.secret, Complaint("abuse", [link])))
        (state,) = house.read(lambda tx: mailhealth.of_account(tx, bob))
        assert state.state == Health.COMPLAINED
        (pause,) = house.read(lambda tx: mailhealth.pauses_of(tx, bob))
        assert (pause.address, pause.complaint) == ("bob@example.org", True)
        told = house.read(lambda tx: notice_lists.page_of(tx, Viewer(bob), Page()))
        assert [notice.kind for notice in told] == ["mail_paused"]
        moot.say(alice, group, title="T")
        moot.work()
        assert moot.take("bob") == []
        house.write(lambda tx: mailhealth.resume(tx, Viewer(bob), "bob@example.org"))
        assert house.read(lambda tx: notice_lists.page_of(tx, Viewer(bob), Page())) == []
        assert house.read(lambda tx: mailhealth.pauses_of(tx, bob)) == []


def test_a_secret_that_came_back_ends_the_pause_like_its_owner_would(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    house = moot.house
    row = house.read(lambda tx: tx.one(mailhealth._ADDRESS, folded="alice@example.org"))
    assert row is not None
    of = mailhealth.Witness(1, row[0], alice, "alice@example.org", "post", group, None)
    house.write(lambda tx: mailhealth._set(tx, of, state=Health.OFF, score=90, last_bounce_at=tx.now))
    house.write(lambda tx: mailhealth._tell(tx, alice))
    house.write(lambda tx: reach.works(tx, "Alice@example.org"))
    assert house.read(lambda tx: notice_lists.page_of(tx, Viewer(alice), Page())) == []
    (state,) = house.read(lambda tx: mailhealth.of_account(tx, alice))
    assert (state.state, state.score) == (Health.FINE, 0)
    assert house.read(lambda tx: outbox.next_due(tx)) is None


def test_a_long_name_leaves_room_for_every_word(moot: Moot) -> None:
    alice = moot.person("alice")
    parent = moot.group(alice, "a" * 34)
    above = moot.house.read(lambda tx: groups.see(tx, Viewer(alice), parent))

    def below(length: int) -> int:
        new = groups.NewGroup(
            name="b" * length, title="Below", description="d" * 40, moderation=int(Moderation.ALL)
        )
        return moot.house.write(lambda tx: groups.create(tx, Viewer(alice), new, above))

    with pytest.raises(Invalid):
        below(30)
    group = below(29)
    moot.join(parent, "bob", Delivery.NONE)
    bob = moot.house.read(lambda tx: accounts.find_by_address(tx, "bob@example.org")) or 0
    moot.house.join(group, bob)
    post = moot.say(bob, group, title="T")
    moot.work()
    (mail,) = moot.take("alice")
    approve = mail["From"].addresses[0].addr_spec
    assert moot.house.send(letter("yes"), "alice@example.org", approve)[0] == 250
    moot.work()
    ((sender, _, _),) = [sent for sent in moot.sink.mails if sent[1] == "bob@example.org"]
    assert sender.startswith("g.")
    (mail,) = moot.take("bob")
    assert mail["To"].addresses[0].addr_spec == f"{'a' * 34}+{'b' * 29}@lists.test"
    report = letter(
        "x", Content_Type="multipart/report; report-type=delivery-status; boundary=b", MIME_Version="1.0"
    )
    report += b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    report += b"Final-Recipient: rfc822; bob@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    assert moot.house.send(report, "", sender)[0] == 250
    (health,) = moot.house.read(lambda tx: mailhealth.of_account(tx, bob))
    assert (health.score, post > 0) == (1, True)
    assert moot.house.send(letter("x"), to="g.zzzz+help@lists.test")[0] == 550


def test_a_thread_is_followed_and_muted_by_mail(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    moot.join(group, "bob", selection="message_selection_follow_and_first_message")
    first = moot.say(alice, group, "How was the winter?", title="Winter")
    moot.work()
    (mail,) = moot.take("bob")
    ways = dict(re.findall(r"^To (follow|mute) this thread: (\S+)$", part(mail, "plain"), re.MULTILINE))

    def ask(word: str, who: str = "bob") -> str:
        raw = letter("x", sender=f"{who}@example.org", mid=f"{word}{moot.now}@x")
        assert moot.house.send(raw, f"{who}@example.org", ways[word])[0] == 250
        moot.work()
        found = [str(mail["From"]) for mail in moot.take(who) if "confirm" in str(mail["Subject"])]
        return "".join(re.findall(r"moot\+confirm-\w+@lists\.test", "".join(found)))

    def come(text: str) -> list[str]:
        moot.say(alice, group, text, title="Re: Winter", parent_id=first)
        moot.work()
        return [part(mail, "plain").splitlines()[0] for mail in moot.take("bob")]

    proof = ask("follow")
    assert come("Cold") == [], "nothing is proven yet"
    eve = letter("x", sender="eve@example.org", mid="e@x")
    assert moot.house.send(eve, "eve@example.org", proof)[0] == 550
    yes = letter("x", sender="bob@example.org", mid="yes@x")
    assert moot.house.send(yes, "bob@example.org", proof)[0] == 250
    assert come("Long") == ["Long"]
    proof = ask("mute")
    assert moot.house.send(yes, "bob@example.org", proof)[0] == 250
    assert come("Over") == []
    assert ask("follow", "eve") == "", "who is no member hears nothing of it"
    lost = ways["mute"].replace(ways["mute"].partition("-mute-")[2], f"zz@{DOMAIN}")
    assert moot.house.send(letter("x", sender="bob@example.org"), "bob@example.org", lost)[0] == 250
    for word in ("-cook-", "-thread-", "--"):
        wrong = lost.replace("-mute-", word)
        assert moot.house.send(letter("x", sender="bob@example.org"), "bob@example.org", wrong)[0] == 550, (
            word
        )


def test_a_thread_is_followed_at_once_where_the_mail_proves_its_author(moot: Moot) -> None:
    believe(moot)
    alice = moot.person("alice")
    group = moot.group(alice)
    bob = moot.join(group, "bob")
    first = moot.say(alice, group, "How was the winter?", title="Winter")
    to = f"moot+{thread_word('mute', first)}@{DOMAIN}"
    raw = letter("x", sender="bob@example.org", Authentication_Results=PASS)
    assert moot.house.send(raw, "bob@example.org", to)[0] == 250
    moot.work()
    assert [str(mail["Subject"]) for mail in moot.take("bob")] == ["Done: Winter"], "nor the post itself"
    assert moot.house.read(lambda tx: views.post(tx, Viewer(bob), first)).thread_muted
    moot.house.send(raw, "bob@example.org", to.replace("mute", "follow"))
    assert moot.house.read(lambda tx: reactions.follows_thread(tx, Viewer(bob), first))
