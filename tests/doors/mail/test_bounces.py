"""What comes back: counted with proof only and with measure, asked about, told by the other doors, and taken back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from tests.support.command import Command
from tests.support.mailhouse import DOMAIN, GROUP, MailHouse, Sink, free_port, letter, mail_house, with_mail
from tests.support.postgres import Template

from folkmoot.domain import backlog
from folkmoot.domain.access import Archive, Membership, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.mail import mailhealth, mailing, outbox
from folkmoot.domain.mail.mailing import MailState
from folkmoot.domain.mail.reach import Health
from folkmoot.domain.notices import notice_lists
from folkmoot.domain.people import accounts, mailtokens
from folkmoot.doors import mail as mail_door
from folkmoot.doors.frame.site import Site
from folkmoot.doors.mail import outbox as delivery
from folkmoot.doors.mail import send
from folkmoot.doors.mail.signs import bounce_word, leave_token
from folkmoot.kit.mail.bounces import read_bounce, read_complaint, weigh
from folkmoot.settings import Settings

DATA = Path(__file__).parents[4] / "shared/data/mail/flufl-bounce"
DAY = 86_400_000
BOB = "bob@example.org"


@pytest.fixture
def sink() -> Iterator[Sink]:
    (running := Sink()).start()
    yield running
    running.stop()


class Cast:
    """alice owns the group; bob's mail comes back."""

    def __init__(self, house: MailHouse, sink: Sink) -> None:
        self.house = house
        self.sink = sink
        self.alice, self.bob = (house.person(name) for name in ("alice", "bob"))
        self.group = house.group(self.alice, archive=Archive.MEMBERS)
        house.join(self.group, self.bob)
        self.posts = 0

    def post(self) -> str:
        """Something is said, and mailed; bob's return path of that mail."""
        self.posts += 1
        before = len(self.sink.to(BOB))
        assert self.house.send(letter(mid=f"{self.posts}@x"))[0] == 250
        self.work()
        paths = [sender for sender, to, _ in self.sink.mails if to == BOB]
        return paths[-1] if len(paths) > before else ""

    def work(self) -> None:
        from folkmoot.domain import jobs

        while claimed := self.house.write(jobs.claim):
            for job in claimed:
                self.house.await_(send.handle(self.house.house, [job.row]))
        while self.house.await_(delivery.deliver_due(self.house.house)):
            pass

    def hurry(self) -> None:
        """Send also what is due on another day."""
        self.house.write(lambda tx: backlog.send_now(tx, Viewer.system()))
        self.work()

    def at(self, day: float, fn: Callable[[Any], Any]) -> Any:
        """Do something on another day."""

        def then(tx: Any) -> Any:
            tx.now += int(day * DAY)
            return fn(tx)

        return self.house.write(then)

    def health(self) -> tuple[int, float]:
        found = self.house.read(lambda tx: mailhealth.of_account(tx, self.bob))
        return (found[0].state, found[0].score) if found else (0, 0.0)

    def history(self) -> list[mailhealth.Bounce]:
        return self.house.read(lambda tx: mailhealth.history(tx, self.bob))

    def queued(self, kind: str = "post") -> int:
        """A mail to bob that was sent; its id."""

        def make(tx: Any) -> int:
            id_ = tx.ids.next()
            outbox.queue(tx, kind, self.bob, BOB, group_id=self.group, key=id_)
            outbox.sent(tx, [id_])
            return id_

        return self.house.write(make)

    def fails(self, *days: float, hard: bool = True) -> None:
        """A mail a day came back."""
        for day in days:
            id_ = self.queued()
            self.at(
                day,
                lambda tx, id_=id_: mailhealth.bounced(
                    tx, id_, hard=hard, response="550 no", source="report"
                ),
            )

    def notices(self) -> list[str]:
        rows = self.house.read(
            lambda tx: tx.text_sql(*["SELECT kind, account_id FROM notices"] * 2).fetchall()
        )
        return [row[0] for row in rows if row[1] == self.bob]

    def kept(self) -> list[str]:
        text = f"SELECT reason FROM mails WHERE state = {int(MailState.BOUNCE)} ORDER BY id"
        return [row[0] for row in self.house.read(lambda tx: tx.text_sql(text, text).fetchall())]


@pytest.fixture
def cast(tmp_path: Path, run_folder: Path, sink: Sink) -> Iterator[Cast]:
    Template(run_folder).copy_to(tmp_path / "one")
    settings = with_mail(
        Settings(data=str(tmp_path / "one")),
        smtp_relay=f"127.0.0.1:{sink.port}",
        contact="people@example.net",
    )
    with mail_house(settings, worker=False) as house:
        yield Cast(house, sink)


@pytest.fixture
def both(settings: Settings, sink: Sink) -> Iterator[Cast]:
    """On both databases."""
    with mail_house(with_mail(settings, smtp_relay=f"127.0.0.1:{sink.port}"), worker=False) as house:
        yield Cast(house, sink)


def report(
    status: str = "5.1.1", action: str = "failed", who: str = BOB, text: str = "550 no such user"
) -> bytes:
    """A delivery report as Postfix writes it."""
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: somebody\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {who}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {text}\r\n\r\n--b--\r\n"
    ).encode()


def complaint(original: str, kind: str = "abuse") -> bytes:
    """A feedback report (RFC 5965)."""
    return (
        "From: fbl@provider.test\r\nTo: abuse@lists.test\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is a complaint.\r\n"
        f"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: {kind}\r\nUser-Agent: x/1\r\n"
        "Version: 1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\nFrom: a@b.test\r\n\r\nhello\r\n--b--\r\n"
    ).encode()


def expected() -> list[tuple[str, set[str], bool]]:
    """What the data set says of each of its mails: file, addresses, whether that is for now only."""
    text = (DATA / "expected_test_detectors.py.txt").read_text()
    rows = re.findall(r"\('\w+', '([\w.]+\.txt)',\s*\[([^\]]*)\], (True|False)\)", text)
    found = [
        (file, set(re.findall(r"b'([^']+)'", names.lower())), soft == "True") for file, names, soft in rows
    ]
    return [row for row in found if row[1]]


def test_reports_in_their_many_dialects_are_read() -> None:
    if not DATA.exists():
        pytest.skip("the shared data sets are not here")
    cases = expected()
    assert len(cases) > 100
    for file, addresses, for_now in cases:
        found = read_bounce((DATA / "data" / file).read_bytes())
        assert {failure.address.lower() for failure in found} == addresses, file
        assert all((failure.action == "delayed") == for_now for failure in found), file
        assert not for_now or all(failure.weight == "none" for failure in found), file


WEIGHTS = [
    ("5.1.1", "", "hard"),
    ("5.2.1", "", "hard"),
    ("5.2.2", "mailbox full", "soft"),
    ("5.3.4", "too big", "soft"),
    ("5.7.1", "spam", "soft"),
    ("5.6.0", "", "soft"),
    ("4.4.7", "expired", "soft"),
    ("2.0.0", "", "none"),
    ("", "550 5.1.1 no such user", "hard"),
    ("", "550 5.7.26 unauthenticated", "soft"),
    ("", "452 4.2.2 over quota", "soft"),
    ("", "421 try later", "soft"),
    ("", "554 refused", "hard"),
    ("", "", "hard"),
]


@pytest.mark.parametrize(("status", "text", "weight"), WEIGHTS)
def test_refusals_are_weighed(status: str, text: str, weight: str) -> None:
    assert weigh(status, text) == weight


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00", b"--b\r\n" * 1000, b"Content-Type: multipart/report; boundary=b\r\n\r\n--b"]
)
def test_what_is_no_report_names_nobody(raw: bytes) -> None:
    assert read_bounce(raw) == []
    assert read_complaint(raw) is None
    assert read_bounce(letter("I am on holiday", Auto_Submitted="auto-replied")) == []


def test_a_report_to_the_return_path_counts_once(cast: Cast) -> None:
    path = cast.post()
    assert cast.house.send(report(), "", path)[0] == 250
    assert cast.health() == (Health.FINE, 1.0)
    assert cast.house.send(report(), "", path)[0] == 250, "a second one tells nothing new"
    assert cast.house.send(report(), "", cast.post())[0] == 250
    assert cast.health() == (Health.FINE, 1.0), "a day counts once"
    first = cast.history()[-1]
    assert (first.kind, first.source, first.hard, first.group_id) == ("post", "report", 1, cast.group)
    assert first.response == "5.1.1 550 no such user"
    assert cast.kept()[0].startswith("hard: 5.1.1")
    assert len(cast.history()) == 2


@pytest.mark.parametrize(
    ("mail", "score"),
    [
        (report("4.4.7"), 0.5),
        (report("5.2.2"), 0.5),
        (report("4.4.1", "delayed"), 0.0),
        (report("2.0.0", "delivered"), 0.0),
        (letter("I am away", sender=BOB, Auto_Submitted="auto-replied"), 0.0),
        (letter("hello", sender=BOB), 0.0),
    ],
)
def test_only_failures_count_and_soft_ones_less(cast: Cast, mail: bytes, score: float) -> None:
    assert cast.house.send(mail, "", cast.post())[0] == 250
    assert cast.health()[1] == score
    assert cast.house.read(lambda tx: mailing.counts(tx, cast.group))[MailState.BOUNCE] == 1


def test_forged_reports_change_nothing(cast: Cast) -> None:
    path = cast.post()
    word = path.partition("+")[2].partition("@")[0]
    wrong = word[:-1] + ("a" if word[-1] != "a" else "b")
    for address in (
        f"moot+{wrong}@{DOMAIN}",
        f"moot+bounce-1-aaaaaaaaaa@{DOMAIN}",
        f"bounces+{wrong}@{DOMAIN}",
    ):
        assert cast.house.send(report(), "", address)[0] == 550
    for address in (GROUP, f"moot+owner@{DOMAIN}", f"moot+unsubscribe@{DOMAIN}"):
        cast.house.send(report(), "", address)
    leaving = bounce_word(cast.house.house.secret, 12345)
    assert cast.house.send(report(), "", f"moot+{leaving}@{DOMAIN}")[0] == 250, (
        "signed, but of no mail that is here"
    )
    assert cast.history() == []
    assert cast.house.read(lambda tx: mailhealth.of_account(tx, cast.alice)) == []


def test_a_report_names_others_and_counts_for_whom_the_mail_went_to(cast: Cast) -> None:
    path = cast.post()
    assert cast.house.send(report(who="alice@example.org"), "", path)[0] == 250
    assert cast.health()[1] == 1.0
    assert cast.house.read(lambda tx: mailhealth.of_account(tx, cast.alice)) == []


def test_an_old_return_path_tells_nothing(cast: Cast) -> None:
    id_ = cast.queued()
    late = cast.at(31, lambda tx: mailhealth.bounced(tx, id_, hard=True, response="", source="report"))
    assert late is False
    assert cast.history() == []


def test_five_days_bring_a_question_and_its_return_a_pause(both: Cast) -> None:
    cast = both
    cast.fails(0, 1, 2, 3)
    assert cast.health() == (Health.FINE, 4.0)
    assert cast.post(), "mail goes on"
    cast.fails(4)
    assert cast.health() == (Health.PROBED, 5.0)
    assert cast.post(), "mail goes on until the question came back"
    cast.hurry()
    (probe,) = [(sender, data) for sender, to, data in cast.sink.mails if sender.startswith("bounces+")]
    assert b"does this address still work" in probe[1]
    assert cast.notices() == []
    assert cast.house.send(report(), "", probe[0])[0] == 250
    assert cast.health()[0] == Health.OFF
    assert cast.notices() == ["mail_paused"]
    assert cast.post() == "", "no more mail"
    member = cast.house.read(lambda tx: members.get(tx, cast.group, cast.bob))
    assert member is not None
    assert (member.status, member.delivery) == (Membership.NORMAL, 0)
    assert len(cast.sink.to("alice@example.org")) >= 3, "others get theirs"


def test_who_takes_the_question_in_is_fine_again(cast: Cast) -> None:
    cast.fails(0, 1, 2, 3, 4)
    assert cast.at(5, mailhealth.look_after) == 0
    assert cast.at(12, mailhealth.look_after) == 1
    assert cast.health() == (Health.FINE, 0.0)
    assert cast.at(13, mailhealth.look_after) == 0


def test_a_week_without_anything_forgets(cast: Cast) -> None:
    cast.fails(0, 1, 2, 3)
    cast.fails(11)
    assert cast.health() == (Health.FINE, 1.0)


def test_soft_ones_take_ten_days(cast: Cast) -> None:
    cast.fails(*range(9), hard=False)
    assert cast.health() == (Health.FINE, 4.5)
    cast.fails(9, hard=False)
    assert cast.health()[0] == Health.PROBED


def off(cast: Cast) -> None:
    cast.fails(0, 1, 2, 3, 4)
    probe = cast.queued(mailhealth.PROBE)
    cast.at(4.5, lambda tx: mailhealth.bounced(tx, probe, hard=True, response="550", source="relay"))
    assert cast.health()[0] == Health.OFF


def test_three_warnings_and_a_member_for_ever(cast: Cast) -> None:
    off(cast)
    counts = []
    for day in range(5, 60):
        cast.at(day, mailhealth.look_after)
        text = f"SELECT count(*) FROM outbox WHERE kind = '{mailhealth.WARNING}'"
        counts.append(cast.house.read(lambda tx, t=text: tx.text_sql(t, t).fetchone()[0]))
    assert counts[-1] == 3
    assert [counts.index(n) + 5 for n in (1, 2, 3)] == [12, 19, 26]
    member = cast.house.read(lambda tx: members.get(tx, cast.group, cast.bob))
    assert member is not None
    assert member.status == Membership.NORMAL


def test_its_owner_starts_it_again(cast: Cast) -> None:
    off(cast)
    with pytest.raises(NotFound):
        cast.house.write(lambda tx: mailhealth.resume(tx, Viewer(cast.alice), BOB))
    cast.house.write(lambda tx: mailhealth.resume(tx, Viewer(cast.bob), BOB))
    assert cast.health() == (Health.FINE, 0.0)
    assert cast.notices() == []
    assert cast.post()
    assert len(cast.history()) == 6, "what was is not forgotten"


def test_a_mailed_secret_that_comes_back_proves_that_mail_arrives(cast: Cast) -> None:
    off(cast)
    secret = cast.house.write(lambda tx: mailtokens.make(tx, cast.bob, "reset", BOB))
    cast.house.write(lambda tx: mailtokens.use(tx, secret, "reset"))
    assert cast.health() == (Health.FINE, 0.0)


def test_the_mailed_link_starts_it_again_and_looking_does_not(cast: Cast) -> None:
    off(cast)
    cast.hurry()
    probe = next(data for data in cast.sink.to(BOB) if b"does this address" in data)
    link = re.search(rb"http://moot\.test(/mail/address/[A-Za-z0-9_-]+(?:=\r\n[A-Za-z0-9_-]+)*)", probe)
    assert link is not None
    path = link[1].replace(b"=\r\n", b"").decode().strip()
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            Site(cast.house.house, [mail_door.door]), port=port, log_level="warning", lifespan="off"
        )
    )

    async def serve() -> None:
        cast.task = asyncio.create_task(server.serve())  # type: ignore[attr-defined]
        while not server.started:
            await asyncio.sleep(0.01)

    cast.house.await_(serve())
    base = f"http://127.0.0.1:{port}"
    try:
        page = httpx2.get(base + path)
        assert (page.status_code, BOB in page.text, "<form method" in page.text) == (200, True, True)
        assert cast.health()[0] == Health.OFF
        assert httpx2.post(f"{base}/mail/address/wrong").status_code == 404
        assert httpx2.post(base + path).status_code == 200
        assert cast.health()[0] == Health.FINE
        assert httpx2.post(base + path).status_code == 404, "it works once"
    finally:
        server.should_exit = True
        cast.house.await_(asyncio.wait_for(cast.task, 10))  # type: ignore[attr-defined]


def test_an_address_that_was_given_up_counts_no_more(cast: Cast) -> None:
    path = cast.post()
    new = "'new@example.org'"
    text = f"UPDATE addresses SET address = {new}, folded = {new} WHERE folded = 'bob@example.org'"
    cast.house.write(lambda tx: tx.text_sql(text, text))
    assert cast.house.send(report(), "", path)[0] == 250
    assert cast.history() == []


def member_of(cast: Cast) -> int:
    member = cast.house.read(lambda tx: members.get(tx, cast.group, cast.bob))
    assert member is not None
    return member.id


@pytest.mark.parametrize("to", ["abuse@lists.test", "postmaster@lists.test", "moot+owner@lists.test", "path"])
@pytest.mark.parametrize("trace", ["return path", "leave link"])
def test_a_complaint_ends_delivery_for_that_address_alone(cast: Cast, to: str, trace: str) -> None:
    path = cast.post()
    link = f"https://moot.test/mail/unsubscribe/{leave_token(cast.house.house.secret, member_of(cast))}"
    original = (
        f"Return-Path: <{path}>"
        if trace == "return path"
        else f"List-Unsubscribe: <{link}>, <mailto:x@y.test>"
    )
    assert cast.house.send(complaint(original), "fbl@provider.test", path if to == "path" else to)[0] == 250
    assert cast.health()[0] == Health.COMPLAINED
    assert cast.notices() == ["mail_paused"]
    assert cast.post() == ""
    member = cast.house.read(lambda tx: members.get(tx, cast.group, cast.bob))
    assert member is not None
    assert member.status == Membership.NORMAL
    (kept,) = cast.history()
    assert (kept.source, kept.response) == ("complaint", "abuse")
    secret = cast.house.write(lambda tx: mailtokens.make(tx, cast.bob, "reset", BOB))
    cast.house.write(lambda tx: mailtokens.use(tx, secret, "reset"))
    assert cast.health()[0] == Health.COMPLAINED, "only a word of the owner's takes it back"
    cast.house.write(lambda tx: mailhealth.resume(tx, Viewer(cast.bob), BOB))
    assert cast.post()


def test_forged_complaints_change_nothing(cast: Cast) -> None:
    path = cast.post()
    wrong = path.replace("@", "a@") if not path.endswith(f"a@{DOMAIN}") else path.replace("a@", "b@")
    for original in (f"Return-Path: <{wrong}>", f"To: {BOB}", f"Return-Path: <{BOB}>"):
        assert cast.house.send(complaint(original), "fbl@provider.test", f"abuse@{DOMAIN}")[0] == 250
    praise = complaint(f"Return-Path: <{path}>", "not-spam")
    assert cast.house.send(praise, "fbl@provider.test", f"abuse@{DOMAIN}")[0] == 250
    assert cast.health() == (0, 0.0)
    assert cast.history() == []


def test_abuse_reaches_the_people_who_run_the_place(cast: Cast) -> None:
    assert cast.house.send(letter("stop it", sender="x@y.test"), "x@y.test", f"abuse@{DOMAIN}")[0] == 250
    cast.work()
    (data,) = cast.sink.to("people@example.net")
    assert b"> stop it" in data
    assert cast.house.send(letter("loop", Auto_Submitted="auto-replied"), "", f"abuse@{DOMAIN}")[0] == 250
    cast.work()
    assert len(cast.sink.to("people@example.net")) == 1


def test_refusals_by_the_relay_count_too(cast: Cast) -> None:
    answers = {BOB: "550 5.1.1 no such user"}
    cast.sink.refuse = answers.get  # type: ignore[assignment]
    cast.post()
    assert cast.health()[1] == 1.0
    assert [(b.source, b.hard) for b in cast.history()] == [("relay", 1)]
    answers[BOB] = "550 5.7.1 looks like spam"
    cast.post()
    assert next((b.source, b.hard) for b in cast.history()) == ("relay", 0)
    answers[BOB] = "451 4.7.1 later"
    cast.post()
    assert len(cast.history()) == 2, "a refusal for now tells nothing yet"


def test_the_operator_looks_and_mends(cast: Cast) -> None:
    off(cast)
    folkmoot = Command(cast.house.settings)
    shown = folkmoot.json("mail", "address", BOB)
    assert (shown["state"], shown["score"], len(shown["bounces"])) == ("off", 5.0, 6)
    assert "fine" in folkmoot.ok("mail", "address", BOB, "--resume")
    assert "nobody here" in folkmoot.refused("mail", "address", "x@y.test")
    assert cast.health()[0] == Health.FINE


def test_notices_of_pauses_are_listed(cast: Cast) -> None:
    off(cast)
    assert cast.house.read(lambda tx: accounts.main_address(tx, cast.bob)) == BOB
    assert "mail_paused" in notice_lists.SELDOM
