"""The way out: one connection for many mails, what a refusal means, destinations that rest, TLS, reports to authors."""

from __future__ import annotations

import asyncio
import email
import email.policy
import time
from collections import deque
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.mailhouse import DOMAIN, MailHouse, letter, mail_house, with_mail
from tests.support.names import Names
from tests.support.postgres import Template
from tests.support.relay import Relay, home_made_tls

from folkmoot.domain import backlog
from folkmoot.domain.access import Archive, Viewer
from folkmoot.domain.groups import members
from folkmoot.domain.mail import mailhealth, outbox, routes
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors.mail import outbox as delivery
from folkmoot.doors.mail import proofs, send
from folkmoot.doors.mail import relay as relay_
from folkmoot.kit.mail import submission
from folkmoot.kit.mail.submission import Letter, Outcome, Submission
from folkmoot.kit.mail.wire import Lost
from folkmoot.settings import Settings

DAY = 86_400_000


@pytest.fixture
def relay() -> Iterator[Relay]:
    running = Relay()
    running.start()
    yield running
    running.stop()


class Cast:
    """alice owns a group with as many members as a test wants."""

    def __init__(self, house: MailHouse) -> None:
        self.house = house
        self.alice = house.person("alice")
        self.group = house.group(self.alice, archive=Archive.MEMBERS)
        self.said = 0

    def invite(self, *addresses: str) -> None:
        for address in addresses:
            self.house.write(lambda tx, a=address: members.invite_address(tx, self.group, a))

    def say(self) -> None:
        """Queue a post's mails."""
        from folkmoot.domain import jobs

        self.said += 1
        draft = Draft(text=f"hello\n.dot {self.said}", title="T", group_id=self.group)
        self.house.write(lambda tx: posts.write(tx, Viewer(self.alice), draft))
        while claimed := self.house.write(jobs.claim):
            for job in claimed:
                self.house.await_(send.handle(self.house.house, [job.row]))

    def deliver(self) -> None:
        while self.house.await_(delivery.deliver_due(self.house.house)):
            pass

    def again(self) -> None:
        """Send what waits, at once."""
        self.house.write(lambda tx: backlog.send_now(tx, Viewer.system()))
        self.deliver()

    def mails(self, state: str) -> list[backlog.Mail]:
        return self.house.read(lambda tx: backlog.mails(tx, Viewer.system(), backlog.STATES[state]))


def cast_of(folder: Path, run_folder: Path, relay: Relay, **changes: Any) -> Iterator[Cast]:
    Template(run_folder).copy_to(folder)
    settings = with_mail(Settings(data=str(folder)), smtp_relay=f"127.0.0.1:{relay.port}", **changes)
    with mail_house(settings, worker=False) as house:
        yield Cast(house)


@pytest.fixture
def cast(tmp_path: Path, run_folder: Path, relay: Relay) -> Iterator[Cast]:
    yield from cast_of(tmp_path / "one", run_folder, relay)


def when(verb: str, answers: dict[str, str]) -> Callable[[str, str], str | None]:
    """Answers to one command, by its argument ("" for any)."""
    return lambda said, argument: answers.get(argument, answers.get("")) if said == verb else None


def test_many_mails_go_over_few_connections_and_together(cast: Cast, relay: Relay) -> None:
    cast.invite(*(f"m{n}@example.net" for n in range(250)))
    cast.say()
    cast.deliver()
    assert len(relay.mails) == len({to for _, to, _ in relay.mails}) == 251
    assert relay.connections <= relay_.CONNECTIONS, "connections are kept from batch to batch"
    assert relay.together == 3, "the envelope of a mail comes in one piece"
    assert len({sender for sender, _, _ in relay.mails}) == 251
    assert all(b"\r\n.dot 1\r\n" in data for _, _, data in relay.mails)
    cast.say()
    cast.deliver()
    assert len(relay.mails) == 502
    assert relay.connections <= relay_.CONNECTIONS


def test_a_relay_that_pipelines_nothing_gets_one_command_at_a_time(tmp_path: Path, run_folder: Path) -> None:
    relay = Relay("SMTPUTF8")
    relay.start()
    relay.answer = when("RCPT", {"m1@example.net": "550 5.1.1 nobody"})
    for cast in cast_of(tmp_path / "two", run_folder, relay):
        cast.invite(*(f"m{n}@example.net" for n in range(5)))
        cast.say()
        cast.deliver()
        assert relay.together == 1
        assert len(relay.mails) == 5
        assert [m.address for m in cast.mails("shunted")] == ["m1@example.net"]
    relay.stop()


def test_a_kept_connection_that_the_relay_ended_costs_no_try(cast: Cast, relay: Relay) -> None:
    cast.say()
    cast.deliver()
    relay.hang_up()
    cast.say()
    cast.deliver()
    relay.stop()
    time.sleep(0.05)
    relay.start()
    cast.say()
    cast.deliver()
    assert len(relay.mails) == 3
    assert cast.mails("waiting") == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("answer", "state"), [("451 4.3.0 later", "waiting"), ("554 5.6.0 never", "shunted")]
)
def test_a_refusal_at_any_stage_concerns_one_mail(
    cast: Cast, relay: Relay, stage: str, answer: str, state: str
) -> None:
    cast.invite("m1@example.net", "m2@example.net")
    left = [answer]
    relay.answer = lambda verb, argument: left.pop() if verb == stage and left else None
    cast.say()
    cast.deliver()
    assert len(relay.mails) == 2
    (mail,) = cast.mails(state)
    assert (mail.attempts, mail.error) == (1, answer)
    cast.again()
    assert len({to for _, to, _ in relay.mails}) == 3


@pytest.mark.parametrize(
    "answer",
    [
        "421 4.3.2 going down",
        "530 5.7.0 login needed",
        "535 5.7.8 wrong",
        "454 4.7.0 tls broken",
        "drop",
        "nonsense",
    ],
)
def test_what_is_wrong_with_the_relay_is_no_fault_of_the_mails(cast: Cast, relay: Relay, answer: str) -> None:
    cast.invite("m1@example.net", "m2@example.net")
    relay.answer = when("MAIL", {"": answer})
    cast.say()
    cast.deliver()
    assert relay.mails == []
    assert cast.mails("shunted") == []
    assert len(cast.mails("waiting")) == 3
    assert cast.house.read(lambda tx: mailhealth.next_due(tx)) is None
    relay.answer = lambda verb, argument: None
    cast.again()
    assert len(relay.mails) == 3


def test_a_greeting_that_refuses_is_waited_out(cast: Cast, relay: Relay) -> None:
    relay.answer = when("HELLO", {"": "554 5.3.2 not today"})
    cast.say()
    cast.deliver()
    (mail,) = cast.mails("waiting")
    assert "not today" in mail.error


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_a_relay_that_wants_a_message_after_a_refusal_gets_none(cast: Cast, relay: Relay, stage: str) -> None:
    cast.invite("m1@example.net")
    relay.greedy = True
    left = ["550 5.1.1 no"]
    relay.answer = lambda verb, argument: (
        left[-1] if verb == stage and ("m1@" in argument or stage == "MAIL") else None
    )
    cast.say()
    cast.deliver()
    relay.answer = lambda verb, argument: None
    cast.again()
    assert sorted(to for _, to, _ in relay.mails) == ["alice@example.org", "m1@example.net"]
    assert all(data.count(b"hello") == 1 for _, _, data in relay.mails)


def test_what_was_taken_is_sent_once_though_the_relay_drops(cast: Cast, relay: Relay) -> None:
    cast.invite("m1@example.net", "m2@example.net")
    relay.answer = when("END", {"": "taken, then drop"})
    cast.say()
    for _ in range(4):
        cast.again()
    assert sorted(to for _, to, _ in relay.mails) == ["alice@example.org", "m1@example.net", "m2@example.net"]


def test_a_domain_that_refuses_everybody_rests(cast: Cast, relay: Relay) -> None:
    cast.invite(*(f"m{n}@full.test" for n in range(4)), "n@example.net")
    relay.answer = lambda verb, who: (
        "451 4.7.1 too much" if verb == "RCPT" and who.endswith("full.test") else None
    )
    cast.say()
    cast.deliver()
    assert {to for _, to, _ in relay.mails} == {"alice@example.org", "n@example.net"}
    until = cast.house.read(lambda tx: routes.known(tx, ["full.test"]))["full.test"]
    assert 200_000 < until - time.time() * 1000 < 400_000
    waiting = cast.mails("waiting")
    assert {m.attempts for m in waiting} == {1}
    cast.again()
    assert {m.attempts for m in cast.mails("waiting")} == {0}, "nobody even tried"
    assert all(m.run_at == until for m in cast.mails("waiting"))
    relay.answer = lambda verb, who: None
    text = "UPDATE mail_routes SET until = 1"
    cast.house.write(lambda tx: tx.text_sql(text, text))
    cast.again()
    assert len(relay.mails) == 6
    assert cast.house.read(lambda tx: routes.known(tx, ["full.test"])) == {}


def test_two_who_are_refused_are_no_domain(cast: Cast, relay: Relay) -> None:
    cast.invite("a@grey.test", "b@grey.test")
    relay.answer = lambda verb, who: (
        "451 4.7.1 greylisted" if verb == "RCPT" and who.endswith("grey.test") else None
    )
    cast.say()
    cast.deliver()
    assert cast.house.read(lambda tx: routes.known(tx, ["grey.test"])) == {}


def test_rests_grow(cast: Cast) -> None:
    start = int(time.time() * 1000)
    ends = [cast.house.write(lambda tx: routes.failing(tx, "x.test", "no")) - start for _ in range(7)]
    assert [round(end / 1000 / 10) * 10 for end in ends] == [300, 600, 1200, 2400, 4000, 4000, 4000]


def test_tls_is_taken_where_it_is_offered(tmp_path: Path, run_folder: Path) -> None:
    relay = Relay("STARTTLS", "PIPELINING", tls=home_made_tls(tmp_path))
    relay.start()
    for cast in cast_of(tmp_path / "auto", run_folder, relay):
        cast.say()
        cast.deliver()
        assert (len(relay.mails), relay.encrypted) == (1, 1)
    for cast in cast_of(tmp_path / "require", run_folder, relay, smtp_relay_tls="require"):
        cast.say()
        cast.deliver()
        (mail,) = cast.mails("waiting")
        assert "certificate" in mail.error.lower()
    for cast in cast_of(tmp_path / "never", run_folder, relay, smtp_relay_tls="never"):
        cast.say()
        cast.deliver()
    assert (len(relay.mails), relay.encrypted) == (2, 1)
    relay.after_starttls = b"250 injected\r\n"
    for cast in cast_of(tmp_path / "injected", run_folder, relay):
        cast.say()
        cast.deliver()
        assert len(cast.mails("waiting")) == 1
    assert len(relay.mails) == 2
    relay.stop()


def test_tls_that_is_required_and_not_there_keeps_mail_here(
    tmp_path: Path, run_folder: Path, relay: Relay
) -> None:
    for cast in cast_of(tmp_path / "two", run_folder, relay, smtp_relay_tls="require"):
        cast.say()
        cast.deliver()
        (mail,) = cast.mails("waiting")
        assert "no TLS" in mail.error
    assert relay.mails == []


def test_a_login_is_given(tmp_path: Path, run_folder: Path) -> None:
    relay = Relay("AUTH PLAIN LOGIN", "PIPELINING")
    relay.start()
    for cast in cast_of(
        tmp_path / "two", run_folder, relay, smtp_relay_user="anna", smtp_relay_password="s3cret"
    ):
        cast.say()
        cast.deliver()
    assert relay.login == "\0anna\0s3cret"
    assert len(relay.mails) == 1
    relay.answer = when("AUTH", {"": "535 5.7.8 wrong"})
    for cast in cast_of(
        tmp_path / "three", run_folder, relay, smtp_relay_user="anna", smtp_relay_password="x"
    ):
        cast.say()
        cast.deliver()
        (mail,) = cast.mails("waiting")
        assert "login: 535" in mail.error
        assert "x" not in mail.error.replace("5.7.8", "")[-6:]
    relay.stop()


async def test_a_password_does_not_travel_in_the_clear(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "_LOOPBACK", __import__("re").compile("nowhere"))
    with pytest.raises(Lost, match="in the clear"):
        await Submission.open(submission.Relay("127.0.0.1", relay.port, DOMAIN, user="a", password="b"))
    assert relay.login == ""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_both_event_loops_carry_mail(tmp_path: Path, loop: str) -> None:

    import uvloop

    relay = Relay("STARTTLS", "PIPELINING", tls=home_made_tls(tmp_path))
    relay.start()
    left = deque(
        Letter(n, "", f"m{n}@x.test", lambda: b"Subject: x\r\n\r\n" + b"y" * 300_000) for n in range(20)
    )

    async def tell(letter: Letter, outcome: Outcome) -> None:
        assert outcome.taken

    async def main() -> None:
        link = await Submission.open(submission.Relay("127.0.0.1", relay.port, DOMAIN))
        await link.run(lambda: left.popleft() if left else None, tell)
        await link.quit()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else None) as runner:
        runner.run(main())
    assert (len(relay.mails), relay.encrypted) == (20, 1)
    relay.stop()


async def test_addresses_that_would_be_commands_go_nowhere(relay: Relay) -> None:
    link = await Submission.open(submission.Relay("127.0.0.1", relay.port, DOMAIN))
    letters = [
        Letter(n, "", to, lambda: b"x") for n, to in enumerate(["a@b>\r\nQUIT", "a b@c.d", "ok@x.test"])
    ]
    told: list[tuple[object, Outcome]] = []

    async def tell(letter: Letter, outcome: Outcome) -> None:
        told.append((letter.key, outcome))

    waiting = iter(letters)
    await link.run(lambda: next(waiting, None), tell)
    assert [(key, outcome.code, outcome.here) for key, outcome in told] == [
        (0, 553, True),
        (1, 553, True),
        (2, 250, False),
    ]
    assert [to for _, to, _ in relay.mails] == ["ok@x.test"]
    await link.quit()


def read(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[return-value]


def test_an_author_hears_that_a_person_was_not_reached(cast: Cast, relay: Relay) -> None:
    from folkmoot.doors.mail import commands

    assert commands
    cast.house.person("bob")
    cast.house.house.kept[proofs.RESOLVER] = (
        Names().txt("example.org", "v=spf1 ip4:8.8.8.8 -all").txt("_dmarc.example.org", "v=DMARC1; p=reject")
    )
    relay.answer = when("RCPT", {"alice@example.org": "451 4.2.1 asleep"})
    _owner_mail(cast, "8.8.8.8")
    cast.deliver()
    assert relay.to("bob@example.org") == []
    (waiting,) = cast.mails("waiting")
    text = f"UPDATE outbox SET created_at = created_at - {5 * DAY + 1000}"
    cast.house.write(lambda tx: tx.text_sql(text, text))
    cast.again()
    assert [m.id for m in cast.mails("shunted")] == [waiting.id]
    cast.deliver()
    (data,) = relay.to("bob@example.org")
    told = read(data)
    assert told.get_content_type() == "multipart/report"
    assert told["Auto-Submitted"] == "auto-generated"
    facts = told.get_payload()[1].get_payload()  # type: ignore[union-attr]
    assert facts[1]["Final-Recipient"] == f"rfc822; moot+owner@{DOMAIN}"  # type: ignore[index]
    assert (facts[1]["Action"], facts[1]["Status"]) == ("failed", "4.2.1")  # type: ignore[index]
    assert "a word" not in data.decode()
    assert b"Subject: A topic" in data
    assert "alice@example.org" not in data.decode(), "whom it did not reach is not told"
    assert [sender for sender, to, _ in relay.mails if to == "bob@example.org"] == [""]


def _owner_mail(cast: Cast, ip: str) -> None:
    import smtplib

    with smtplib.SMTP("127.0.0.1", cast.house.settings.smtp_port) as client:
        client.ehlo()
        client.docmd("XFORWARD", f"ADDR={ip} HELO=x")
        client.mail("bob@example.org")
        client.rcpt(f"moot+owner@{DOMAIN}")
        assert client.data(letter("a word", sender="bob@example.org", mid="o@x"))[0] == 250


def test_who_only_claims_to_be_the_author_hears_nothing(cast: Cast, relay: Relay) -> None:
    cast.house.person("bob")
    cast.house.house.kept[proofs.RESOLVER] = Names().txt("_dmarc.example.org", "v=DMARC1; p=none")
    relay.answer = when("RCPT", {"alice@example.org": "550 5.1.1 gone"})
    _owner_mail(cast, "9.9.9.9")
    cast.deliver()
    assert len(cast.mails("shunted")) == 1
    assert cast.mails("waiting") == []
    assert relay.mails == []


def test_mail_to_lists_makes_no_reports(cast: Cast, relay: Relay) -> None:
    cast.invite("m1@example.net")
    relay.answer = when("RCPT", {"m1@example.net": "550 5.1.1 gone"})
    assert cast.house.send(letter("hello", mid="l@x"))[0] == 250
    from folkmoot.domain import jobs

    for job in cast.house.write(jobs.claim):
        cast.house.await_(send.handle(cast.house.house, [job.row]))
    cast.deliver()
    cast.deliver()
    assert [m.kind for m in cast.mails("shunted")] == ["post"]
    assert [to for _, to, _ in relay.mails] == ["alice@example.org"]


def test_the_payload_of_an_author_is_bounded(cast: Cast) -> None:
    item = outbox.Item(
        1, "owner", 0, cast.group, None, "x@y.test", {"author_id": cast.alice, "to": "t@u.test"}, 0, 0
    )
    for _ in range(20):
        cast.house.write(lambda tx: outbox.failed(tx, item, "550 " + "x" * 9000, for_good=True))
    told = [m for m in cast.mails("waiting") if m.kind == outbox.UNDELIVERED]
    assert len(told) == outbox.MAX_TOLD
    assert len(msgspec.json.decode(told[0].payload)["error"]) == 500


def test_a_database_that_is_away_is_told_as_such(
    cast: Cast, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    from folkmoot.store.errors import StoreUnavailable

    cast.say()

    def away(tx: Any, ids: list[int]) -> None:
        raise StoreUnavailable("gone for a moment")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "sent", away)
        with pytest.raises(StoreUnavailable, match="gone for a moment"):
            cast.deliver()
    assert len(relay.mails) == 1
    assert len(cast.mails("waiting")) == 1, "not noted, so it is sent once more when the lease has ended"
