"""Mail out through a real relay: one to each member, in threads, safely signed off, and tried again when it fails."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from tests.support.mailhouse import DOMAIN, GROUP, MailHouse, Sink, free_port, letter, mail_house, with_mail
from tests.support.waiting import soon

from folkmoot.domain import backlog, views
from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.groups import groups, holding, members
from folkmoot.domain.groups.groups import GroupChange, Moderation
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import mailing, outbox
from folkmoot.domain.people import accounts, logins, signups
from folkmoot.domain.posts import edits, posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.sections import events
from folkmoot.domain.sections.events import NewEvent
from folkmoot.domain.text import Markup
from folkmoot.doors import mail as mail_door
from folkmoot.doors.frame.site import Site
from folkmoot.doors.mail import outbox as delivery
from folkmoot.doors.mail import send
from folkmoot.doors.mail.signs import leave_token
from folkmoot.settings import Settings
from folkmoot.store.tx import Tx


def read(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[return-value]


@pytest.fixture
def sink() -> Iterator[Sink]:
    running = Sink()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def house(settings: Settings, sink: Sink) -> Iterator[MailHouse]:
    with mail_house(with_mail(settings, smtp_relay=f"127.0.0.1:{sink.port}")) as running:
        yield running


@pytest.fixture
def quiet(tmp_path: Path, run_folder: Path, sink: Sink) -> Iterator[MailHouse]:
    """On SQLite, without a worker: the tests say when something is delivered."""
    from tests.support.postgres import Template

    Template(run_folder).copy_to(tmp_path / "one")
    settings = with_mail(Settings(data=str(tmp_path / "one")), smtp_relay=f"127.0.0.1:{sink.port}")
    with mail_house(settings, worker=False) as running:
        yield running


def people(house: MailHouse, **settings: Any) -> tuple[int, int, int, int]:
    """alice, bob and carol, members of a group that alice owns."""
    alice, bob, carol = (house.person(name) for name in ("alice", "bob", "carol"))
    group = house.group(alice, archive=Archive.MEMBERS, **settings)
    house.join(group, bob, carol)
    return alice, bob, carol, group


def say(house: MailHouse, author: int, group: int, text: str = "hello", **draft: Any) -> int:
    made = Draft(text=text, group_id=group, **draft)
    return house.write(lambda tx: posts.write(tx, Viewer(author), made)).id


def work(house: MailHouse) -> int:
    """Do what the journal asks of the mail door, then deliver once."""
    from folkmoot.domain import jobs

    while claimed := house.write(jobs.claim):
        for job in claimed:
            house.await_(send.handle(house.house, [job.row]))
    return house.await_(delivery.deliver_due(house.house))


def test_a_mail_reaches_every_member_within_two_seconds_and_threads(house: MailHouse, sink: Sink) -> None:
    people(house)
    start = time.monotonic()
    assert house.send(letter("first words", mid="first@x", Subject="Round table"))[0] == 250
    assert len(sink.wait(3)) == 3
    assert time.monotonic() - start < 2
    answer = letter("second", sender="Bob <bob@example.org>", mid="second@x", In_Reply_To="<first@x>",
                    Subject="Re: [moot] Round table")  # fmt: skip
    assert house.send(answer, "bob@example.org")[0] == 250
    assert len(sink.wait(6)) == 6
    assert {to for _, to, _ in sink.mails} == {f"{name}@example.org" for name in ("alice", "bob", "carol")}
    first, second = (read(data) for data in sink.to("carol@example.org"))
    assert (first["Subject"], second["Subject"]) == ("[moot] Round table", "Re: [moot] Round table")
    assert (first["Message-ID"], second["Message-ID"]) == ("<first@x>", "<second@x>")
    assert (second["In-Reply-To"], second["References"]) == ("<first@x>", "<first@x>")
    assert first["From"].addresses[0].addr_spec == GROUP
    assert first["From"].addresses[0].display_name == "Alice via The moot"
    assert first["Cc"].addresses[0].addr_spec == "alice@example.org"
    assert first["Reply-To"].addresses[0].addr_spec == first["To"].addresses[0].addr_spec == GROUP
    assert "moot.lists.test" in first["List-Id"]
    assert first["List-Post"] == f"<mailto:{GROUP}>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (first["X-BeenThere"], first["Precedence"], first["Auto-Submitted"]) == (GROUP, "list", None)
    assert first.get_content().startswith("first words\r\n")
    senders = {sender for sender, _, _ in sink.mails}
    assert len(senders) == 6, "each mail has its own return path"
    assert all(re.fullmatch(r"moot\+bounce-[0-9a-z]+-[a-z2-7]{10}@lists\.test", sender) for sender in senders)


def test_posts_from_other_doors_go_out_and_answers_to_them_thread(house: MailHouse, sink: Sink) -> None:
    alice, bob, _, group = people(house)
    first = say(house, alice, group, "A *fine* day", title="Weather", markup=Markup.MARKDOWN)
    assert len(sink.wait(3)) == 3
    say(house, bob, group, "so it is", parent_id=first)
    assert len(sink.wait(6)) == 6
    one, two = (read(data) for data in sink.to("bob@example.org"))
    assert one["Message-ID"] == f"<moot.{first}@{DOMAIN}>"
    assert one.get_body(("plain",)).get_content().startswith("A *fine* day")  # type: ignore[union-attr]
    assert "<em>fine</em>" in one.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert two["In-Reply-To"] == one["Message-ID"]
    assert two["Subject"] == "Re: [moot] Weather"
    assert "alice@example.org" not in one.as_string(), "an address that was never in a mail is not shown"
    answer = letter("by mail", sender="carol@example.org", mid="c@x", References=str(two["Message-ID"]))
    assert house.send(answer, "carol@example.org")[0] == 250
    three = read([data for _, to, data in sink.wait(9) if to == "bob@example.org"][-1])
    assert three["References"].split() == [one["Message-ID"], two["Message-ID"]]


def test_who_left_before_the_mail_went_gets_none(quiet: MailHouse, sink: Sink) -> None:
    alice, bob, carol, group = people(quiet)
    quiet.write(lambda tx: members.set_delivery(tx, Viewer(carol), group, Delivery.NONE))
    say(quiet, alice, group, title="T")
    from folkmoot.domain import jobs

    for job in quiet.write(jobs.claim):
        quiet.await_(send.handle(quiet.house, [job.row]))
        quiet.await_(send.handle(quiet.house, [job.row]))
    quiet.write(lambda tx: members.leave(tx, Viewer(bob), group))
    quiet.await_(delivery.deliver_due(quiet.house))
    assert [to for _, to, _ in sink.mails] == ["alice@example.org"]
    assert quiet.await_(delivery.deliver_due(quiet.house)) == 0


def test_a_post_deleted_before_the_mail_went_is_not_sent(quiet: MailHouse, sink: Sink) -> None:
    from folkmoot.domain import jobs
    from folkmoot.domain.posts import edits

    alice, _, _, group = people(quiet)
    post = say(quiet, alice, group, title="T")
    for job in quiet.write(jobs.claim):
        quiet.await_(send.handle(quiet.house, [job.row]))
    quiet.write(lambda tx: edits.delete(tx, Viewer(alice), post))
    quiet.await_(delivery.deliver_due(quiet.house))
    assert sink.mails == []


def test_a_refusal_for_now_is_tried_again_and_one_for_good_put_aside(quiet: MailHouse, sink: Sink) -> None:
    alice, _, _, group = people(quiet)
    answers = {"bob@example.org": "451 4.7.1 greylisted", "carol@example.org": "550 5.1.1 no such user"}
    sink.refuse = answers.get  # type: ignore[assignment]
    say(quiet, alice, group, title="T")
    work(quiet)
    assert [to for _, to, _ in sink.mails] == ["alice@example.org"]
    waiting = quiet.read(lambda tx: backlog.mails(tx, Viewer.system()))
    assert [(m.address, m.attempts) for m in waiting] == [("bob@example.org", 1)]
    assert "greylisted" in waiting[0].error
    aside = quiet.read(lambda tx: backlog.mails(tx, Viewer.system(), backlog.STATES["shunted"]))
    assert [(m.address, "no such user" in m.error) for m in aside] == [("carol@example.org", True)]
    sink.refuse = lambda address: None
    quiet.write(lambda tx: backlog.send_now(tx, Viewer.system(), waiting[0].id))
    quiet.await_(delivery.deliver_due(quiet.house))
    assert [to for _, to, _ in sink.mails] == ["alice@example.org", "bob@example.org"]


def test_a_relay_that_is_away_loses_nothing(quiet: MailHouse, sink: Sink) -> None:
    alice, _, _, group = people(quiet)
    sink.stop()
    say(quiet, alice, group, title="T")
    work(quiet)
    waiting = quiet.read(lambda tx: backlog.mails(tx, Viewer.system()))
    assert [m.attempts for m in waiting] == [1, 1, 1]
    assert all("the relay 127.0.0.1" in m.error for m in waiting)
    sink.start()
    quiet.write(lambda tx: backlog.send_now(tx, Viewer.system()))
    quiet.await_(delivery.deliver_due(quiet.house))
    assert len(sink.mails) == 3


def test_gaps_grow_to_a_limit() -> None:
    assert [outbox.gap(n) // 1000 for n in range(8)] == [5, 30, 300, 600, 1200, 2400, 4000, 4000]


def test_a_mail_that_cannot_be_written_is_put_aside_and_others_go_on(
    quiet: MailHouse, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    from folkmoot.domain import jobs

    alice, _, _, group = people(quiet)
    bad, good = (say(quiet, alice, group, title=title) for title in ("bad", "good"))
    for job in quiet.write(jobs.claim):
        quiet.await_(send.handle(quiet.house, [job.row]))
    quiet.write(lambda tx: outbox.queue(tx, "no such letter", alice, "alice@example.org"))
    whole = delivery.mail_of

    def fails(settings: Settings, blobs: Any, sheet: Any, *more: Any) -> Any:
        if sheet.post.id == bad:
            raise RuntimeError("a fault of ours")
        return whole(settings, blobs, sheet, *more)

    monkeypatch.setattr(delivery, "mail_of", fails)
    quiet.await_(delivery.deliver_due(quiet.house))
    assert [read(data)["Message-ID"] for _, _, data in sink.mails] == [f"<moot.{good}@{DOMAIN}>"] * 3
    aside = quiet.read(lambda tx: backlog.mails(tx, Viewer.system(), backlog.STATES["shunted"]))
    assert sorted(m.post_id or 0 for m in aside) == [0, bad, bad, bad]


def test_an_address_that_the_relay_cannot_write_to_stops_no_other(quiet: MailHouse, sink: Sink) -> None:
    alice, _, _, group = people(quiet)
    quiet.write(lambda tx: members.invite_address(tx, group, "jürgen@example.org"))
    say(quiet, alice, group, title="T")
    work(quiet)
    assert "jürgen@example.org" in {to for _, to, _ in sink.mails}
    sink.stop()
    sink.mails.clear()
    sink.speaks_utf8 = False
    sink.start()
    say(quiet, alice, group, title="T")
    work(quiet)
    assert {to for _, to, _ in sink.mails} == {f"{name}@example.org" for name in ("alice", "bob", "carol")}
    aside = quiet.read(lambda tx: backlog.mails(tx, Viewer.system(), backlog.STATES["shunted"]))
    assert [m.address for m in aside] == ["jürgen@example.org"]


def test_a_worker_that_died_lets_go_of_its_mails(quiet: MailHouse, sink: Sink) -> None:
    alice, _, _, group = people(quiet)
    say(quiet, alice, group, title="T")
    from folkmoot.domain import jobs

    for job in quiet.write(jobs.claim):
        quiet.await_(send.handle(quiet.house, [job.row]))
    assert len(quiet.write(outbox.claim)) == 3
    assert quiet.write(outbox.claim) == []

    def later(tx: Any) -> list[outbox.Item]:
        tx.now += outbox.LEASE_MS + 1
        return outbox.claim(tx)

    assert len(quiet.write(later)) == 3


def test_without_a_relay_mail_is_kept_and_can_be_shown(settings: Settings) -> None:
    with mail_house(with_mail(settings)) as house:
        alice, _, _, group = people(house)
        say(house, alice, group, "kept", title="T")
        day = house.house.clock() + 86_400_000
        tea = NewEvent(name="Tea", starts_at=day, ends_at=day, asks=True)
        house.write(lambda tx: events.add(tx, Viewer(alice), group, tea))
        until = time.monotonic() + 30
        waiting: list[backlog.Mail] = []
        while len(waiting) < 6 and time.monotonic() < until:
            waiting = house.read(lambda tx: backlog.mails(tx, Viewer.system()))
            time.sleep(0.02)
        by_kind = {
            m.kind: read(send.rendered(house.settings, house.store, house.blobs, m.id)) for m in waiting
        }
        assert sorted(m.kind for m in waiting) == ["invitation"] * 3 + ["post"] * 3
        assert by_kind["post"].get_content().startswith("kept\r\n")
        assert [p.get_content_type() for p in by_kind["invitation"].walk()][-1] == "text/calendar"


EVIL = ("a\r\nBcc: victim@example.net", "=?utf-8?q?a=0D=0ABcc=3A_v?=", "\u202ex" * 3000, "😀" * 5000)


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_no_value_becomes_a_header(quiet: MailHouse, sink: Sink, evil: str) -> None:
    alice, _, _, group = people(quiet)
    from folkmoot.domain.people.profiles import ProfileChange, update_profile

    quiet.write(lambda tx: update_profile(tx, Viewer(alice), ProfileChange(display_name=evil[:90])))
    quiet.write(
        lambda tx: groups.update(
            tx, Viewer(alice), group, GroupChange(title=evil, subject_tag=f"[{evil[:30]}]")
        )
    )
    say(quiet, alice, group, evil, title=evil[:9000], warning=evil[:300])
    work(quiet)
    assert len(sink.mails) == 3
    data = sink.mails[0][2]
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert read(data)["Bcc"] is None
    assert b"\nBcc" not in data.partition(b"\r\n\r\n")[0]


def test_reply_to_follows_the_groups_setting(quiet: MailHouse, sink: Sink) -> None:
    alice, _, _, group = people(quiet)
    quiet.write(
        lambda tx: groups.update(
            tx, Viewer(alice), group, GroupChange(settings={"reply_to": "group_reply_to_sender"})
        )
    )
    assert quiet.send(letter(mid="r@x"))[0] == 250
    work(quiet)
    assert read(sink.mails[0][2])["Reply-To"].addresses[0].addr_spec == "alice@example.org"


def test_a_moderator_decides_by_mail(house: MailHouse, sink: Sink) -> None:
    alice, bob, _, group = people(house, moderation=int(Moderation.ALL))
    assert house.send(letter("please", sender="bob@example.org", mid="h@x"), "bob@example.org")[0] == 250
    notice = read(sink.wait(1)[0][2])
    assert sink.mails[0][:2] == ("<>", "alice@example.org")
    assert notice["Auto-Submitted"] == "auto-generated"
    approve = notice["From"].addresses[0].addr_spec
    assert approve.startswith("moot+approve-")
    assert "please" in notice.get_content()
    forwarded = letter("yes", sender="bob@example.org")
    assert house.send(forwarded, "bob@example.org", approve)[0] == 550
    assert house.send(letter("yes"), to=approve)[0] == 250
    assert len(sink.wait(4)) == 4
    (reject,) = re.findall(r"moot\+reject-[a-z0-9]+@lists\.test", notice.get_content())
    assert house.send(letter("no"), to=reject)[0] == 550
    assert house.read(lambda tx: holding.pending(tx, Viewer(alice), group)) == []
    assert bob


def test_joining_by_mail_from_end_to_end(house: MailHouse, sink: Sink) -> None:
    people(house)
    eve = "eve@example.net"
    assert house.send(letter(sender=f"Eve <{eve}>"), eve, f"moot+subscribe@{DOMAIN}")[0] == 250
    question = read(sink.wait(1)[0][2])
    address = question["From"].addresses[0].addr_spec
    assert house.send(letter("yes", sender=eve), eve, address)[0] == 250
    assert read(sink.wait(2)[1][2])["Subject"] == "Welcome to The moot"
    assert house.send(letter("now I am in", sender=eve, mid="e@x"), eve)[0] == 250
    assert {to for _, to, _ in sink.wait(6)[2:]} == {
        eve,
        *(f"{n}@example.org" for n in ("alice", "bob", "carol")),
    }


def test_help_and_owner(house: MailHouse, sink: Sink) -> None:
    people(house)
    assert house.send(letter(sender="x@example.net"), "x@example.net", f"moot+help@{DOMAIN}")[0] == 250
    assert f"moot+unsubscribe@{DOMAIN}" in read(sink.wait(1)[0][2]).get_content()
    assert (
        house.send(letter("a word", sender="x@example.net"), "x@example.net", f"moot+owner@{DOMAIN}")[0]
        == 250
    )
    (to_owner,) = [read(data) for _, to, data in sink.wait(2) if to == "alice@example.org"]
    assert "> a word" in to_owner.get_content()
    for _ in range(20):
        house.send(letter(sender="y@example.net"), "y@example.net", f"moot+help@{DOMAIN}")
    soon(lambda: len(sink.to("y@example.net")) >= 10, 30)
    time.sleep(0.1)
    assert len(sink.to("y@example.net")) == 10


def test_links_that_others_ask_for_are_mailed_once(house: MailHouse, sink: Sink) -> None:
    house.person("alice")
    house.write(lambda tx: logins.set_password(tx, accounts.find_by_name(tx, "alice") or 0, "hash"))
    house.write(lambda tx: signups.ask_reset(tx, "alice"))
    mail = read(sink.wait(1)[0][2])
    assert "http://moot.test/reset?token=" in mail.get_content()
    until, done = time.monotonic() + 30, []
    while not done and time.monotonic() < until:  # it is noted just after the relay has taken it
        done = house.read(lambda tx: backlog.mails(tx, Viewer.system(), backlog.STATES["done"]))
    assert [(m.kind, m.payload in ("{}", {})) for m in done] == [("reset", True)]
    text = "SELECT data FROM journal"
    kept = house.read(lambda tx: tx.text_sql(text, text).fetchall())
    assert kept
    assert not [row for row in kept if "token" in str(row[0])], "the journal holds no secret"


def test_one_click_leaves_and_looking_does_not(quiet: MailHouse) -> None:
    alice, bob, _, group = people(quiet)
    member = quiet.read(lambda tx: members.get(tx, group, bob))
    owner = quiet.read(lambda tx: members.get(tx, group, alice))
    assert member is not None
    assert owner is not None
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(Site(quiet.house, [mail_door.door]), port=port, log_level="warning", lifespan="off")
    )

    tasks: list[asyncio.Task[None]] = []

    async def serve() -> None:
        tasks.append(asyncio.create_task(server.serve()))
        while not server.started:
            await asyncio.sleep(0.01)

    quiet.await_(serve())
    base = f"http://127.0.0.1:{port}/mail/unsubscribe"
    token = leave_token(quiet.house.secret, member.id)
    try:
        page = httpx2.get(f"{base}/{token}")
        assert (page.status_code, "<form method" in page.text) == (200, True)
        for wrong in (token[:-1] + "a" if token[-1] != "a" else token[:-1] + "b", "x", "1-", "%00", "é"):
            assert httpx2.post(f"{base}/{wrong}").status_code == 404
        still = quiet.read(lambda tx: members.get(tx, group, bob))
        assert still is not None
        assert still.status == 0
        form = {"List-Unsubscribe": "One-Click"}
        assert httpx2.post(f"{base}/{token}", data=form).status_code == 200
        assert httpx2.post(f"{base}/{token}", data=form).status_code == 200
        gone = quiet.read(lambda tx: members.get(tx, group, bob))
        assert gone is not None
        assert gone.status == 4
        assert httpx2.post(f"{base}/{leave_token(quiet.house.secret, owner.id)}").status_code == 200
        kept = quiet.read(lambda tx: members.get(tx, group, alice))
        assert kept is not None
        assert (kept.status, kept.delivery) == (0, Delivery.NONE)
    finally:
        server.should_exit = True
        quiet.await_(asyncio.wait_for(tasks[0], 10))


def test_an_exported_archive_holds_what_other_doors_said(quiet: MailHouse) -> None:
    import io

    from folkmoot.doors.mail import archive
    from folkmoot.kit.mail.mbox import read_mbox
    from folkmoot.kit.mail.parse import parse

    alice, _, _, group = people(quiet)
    assert quiet.send(letter("by mail\r\nFrom here", mid="m@x"))[0] == 250
    app = say(quiet, alice, group, "by app", title="T")
    out = io.BytesIO()
    assert archive.export_mbox(quiet.store, quiet.blobs, "moot", out).messages == 2
    file = quiet.settings.folder / "out.mbox"
    file.write_bytes(out.getvalue())
    found = [parse(item.raw) for item in read_mbox(file)]
    assert [p.message_id for p in found] == ["m@x", f"moot.{app}@{DOMAIN}"]
    view = quiet.read(lambda tx: views.post(tx, Viewer.system(), app))
    assert found[1].date is not None
    assert int(found[1].date.timestamp()) == view.created_at // 1000


def test_an_export_outlives_lost_bytes_and_posts_that_go_meanwhile(
    quiet: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    from folkmoot.doors.mail import archive

    alice, _, _, group = people(quiet)
    for n in range(3):
        assert quiet.send(letter(f"number {n}", mid=f"{n}@x"))[0] == 250
    app = say(quiet, alice, group, "by app", title="T")
    first, second, _ = [
        row.post_id
        for name in ("0@x", "1@x", "2@x")
        for row in quiet.read(lambda tx, name=name: mailing.known(tx, group, [name]))[name]  # type: ignore[misc]  # a default binds the value
    ]
    quiet.write(lambda tx: mailing.forget_bytes(tx, second or 0))
    listed, out = mailing.mailless_posts, io.BytesIO()

    def then_two_go(tx: Tx, group_id: int, after: int) -> list[int]:
        """What a page lists is deleted before it is written."""
        found = listed(tx, group_id, after)
        if found:
            quiet.write(
                lambda tx: [edits.delete(tx, Viewer(alice), id_) for id_ in (first or 0, app)] and None
            )
        return found

    monkeypatch.setattr(mailing, "mailless_posts", then_two_go)
    done = archive.export_mbox(quiet.store, quiet.blobs, "moot", out)
    assert (done.messages, done.remade, done.gone) == (2, 1, 2)
    assert b"number 0" not in out.getvalue()
    assert b"number 1" in out.getvalue()


def test_three_hundred_members_get_theirs(quiet: MailHouse, sink: Sink) -> None:
    alice, _, _, group = people(quiet)
    quiet.write(
        lambda tx: [members.invite_address(tx, group, f"m{n}@example.net") for n in range(300)] and None
    )
    say(quiet, alice, group, "to all", title="T")
    work(quiet)
    while quiet.await_(delivery.deliver_due(quiet.house)):
        pass
    assert len(sink.mails) == len({to for _, to, _ in sink.mails}) == 303
