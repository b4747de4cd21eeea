"""What is asked for by mail: done with a proof from the address itself, by answer or by link, never for a forger."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import msgspec
import pytest
import uvicorn
from tests.support.mailgroup import Moot
from tests.support.mailhouse import DOMAIN, free_port, letter

from folkmoot.domain.access import Archive, Membership, Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.groups import groups, members, membership
from folkmoot.domain.groups.groups import Joining
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import mailing, mailproofs
from folkmoot.domain.mail.mailing import MailState
from folkmoot.domain.people import accounts
from folkmoot.doors import mail as mail_door
from folkmoot.doors.frame.site import Site
from folkmoot.doors.mail.confirmations import DELIVERIES, PURPOSES, carry_out
from folkmoot.doors.mail.recipients import PLAIN_WORDS, SECRET_WORDS

OURS = "mx.lists.test"
PASS = f"{OURS}; dmarc=pass (p=reject) header.from=example.org"
FAIL = f"{OURS}; dmarc=fail (p=reject) header.from=example.org"


FORWARDED = (
    "---------- Forwarded message ---------\r\nFrom: Eve <eve@example.org>\r\nSubject: Unsubscribe\r\n\r\n"
)


def believe(moot: Moot) -> None:
    """A server in front says what a mail proves."""
    house = moot.house.house
    house.settings = msgspec.structs.replace(house.settings, mail_authserv=OURS)


def ask(moot: Moot, word: str, who: str = "bob@example.org", **headers: str) -> int:
    code, _ = moot.house.send(letter(sender=who, **headers), who, f"moot+{word}@{DOMAIN}")
    moot.work()
    return code


def delivery(moot: Moot, group: int, person: int) -> Delivery:
    found = moot.house.read(lambda tx: members.get(tx, group, person))
    assert found is not None
    return Delivery(found.delivery)


def status(moot: Moot, group: int, person: int) -> Membership:
    found = moot.house.read(lambda tx: members.get(tx, group, person))
    assert found is not None
    return Membership(found.status)


def secret_of(mail: Any) -> str:
    found = re.search(r"\+confirm-([a-z0-9]{20})@", str(mail["From"]))
    assert found is not None
    assert f"/mail/confirm/{found[1]}" in mail.get_content()
    return found[1]


@pytest.mark.parametrize("word", DELIVERIES)
def test_a_member_chooses_how_the_mail_comes_by_an_answer(moot: Moot, word: str) -> None:
    group = moot.group(moot.person("alice"))
    bob = moot.join(group, "bob", Delivery.DIGEST if word != "digest" else Delivery.NONE)
    before = delivery(moot, group, bob)
    assert ask(moot, word) == 250
    assert delivery(moot, group, bob) == before, "nothing was proven yet"
    (mail,) = moot.take("bob")
    assert ask(moot, f"confirm-{secret_of(mail)}", "eve@example.org") == 550
    assert delivery(moot, group, bob) == before
    assert ask(moot, f"confirm-{secret_of(mail)}") == 250
    assert delivery(moot, group, bob) == DELIVERIES[word]
    assert ask(moot, f"confirm-{secret_of(mail)}") == 550, "it works once"


def test_what_the_domain_stands_behind_is_done_at_once_and_told(moot: Moot) -> None:
    believe(moot)
    group = moot.group(moot.person("alice"))
    bob = moot.join(group, "bob")
    assert ask(moot, "nomail", Authentication_Results=FAIL) == 550
    assert moot.box("bob") == []
    assert ask(moot, "summary", Authentication_Results=PASS) == 250
    assert delivery(moot, group, bob) == Delivery.SUMMARY
    (told,) = moot.take("bob")
    assert "a daily summary" in told.get_content()
    moot.configure(group, moot.house.read(lambda tx: members.moderators(tx, group)[0]), mail_needed=True)
    assert ask(moot, "nomail", Authentication_Results=PASS) == 250
    (told,) = moot.take("bob")
    assert "special notices only" in told.get_content(), "what it became by the group's rule"


def test_who_is_proven_is_asked_for_each_group_and_others_once_a_day(moot: Moot) -> None:
    believe(moot)
    alice = moot.person("alice")
    for name in ("moot", "other"):
        moot.group(alice, name)
    for proof, who, times in ((PASS, "bob@example.org", 2), ("", "eve@example.org", 1)):
        for name in ("moot", "other"):
            raw = letter(sender=who, Authentication_Results=proof or "none")
            assert moot.house.send(raw, who, f"{name}+subscribe@{DOMAIN}")[0] == 250
        moot.work()
        assert len(moot.sink.to(who)) == times


def test_strangers_machines_and_floods_ask_nothing(moot: Moot) -> None:
    group = moot.group(moot.person("alice"))
    moot.person("dave")
    bob = moot.join(group, "bob")
    assert ask(moot, "nomail", "dave@example.org") == 250
    assert ask(moot, "nomail", "nobody@example.net") == 250
    assert ask(moot, "nomail", Auto_Submitted="auto-replied") == 250
    assert moot.sink.mails == []
    spelt = ("bob", "BOB", "Bob", "bOb", "boB", "BOb")
    assert {ask(moot, "nomail", f"{name}@example.org") for name in spelt} == {250}
    assert len(moot.box("bob")) == len(moot.sink.mails) == 3, "however the address is spelt"
    for name in ("eve", "EVE", "Eve", "eVe", "eVE") * 3:
        assert ask(moot, "help", f"{name}@example.net") == 250
    assert {to for _, to, _ in moot.sink.mails if to.endswith(".net")} == {"eve@example.net"}
    assert len(moot.sink.to("eve@example.net")) == 10
    assert delivery(moot, group, bob) == Delivery.SINGLE


def test_a_link_confirms_as_an_answer_does(either: Moot) -> None:
    group = either.group(either.person("alice"))
    bob = either.join(group, "bob")
    ask(either, "unsubscribe")
    (mail,) = either.take("bob")
    secret = secret_of(mail)
    seen = either.house.read(lambda tx: mailproofs.see(tx, secret, *PURPOSES))
    assert (seen.purpose, seen.subject_id, seen.address) == ("unsubscribe", group, "bob@example.org")
    assert status(either, group, bob) == Membership.NORMAL, "looking does nothing"

    def press(tx: Any) -> None:
        proof = mailproofs.use(tx, secret, address=seen.address, purposes=frozenset(PURPOSES))
        carry_out(tx, proof, proof.address)

    either.house.write(press)
    assert status(either, group, bob) == Membership.LEFT
    with pytest.raises(NotFound):
        either.house.write(press)
    with pytest.raises(NotFound):
        either.house.read(lambda tx: mailproofs.see(tx, secret, *PURPOSES))


@contextlib.contextmanager
def pages(moot: Moot) -> Iterator[str]:
    """The mail door's pages over HTTP; the address that they begin with."""
    port = free_port()
    site = Site(moot.house.house, [mail_door.door])
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_level="warning", lifespan="off"))

    async def begin() -> asyncio.Task[None]:
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        return task

    running = moot.house.await_(begin())
    yield f"http://127.0.0.1:{port}/mail/confirm"
    server.should_exit = True
    while not running.done():
        time.sleep(0.02)


def test_the_page_of_a_link_acts_by_its_button_only(moot: Moot) -> None:
    group = moot.group(moot.person("alice"))
    bob = moot.join(group, "bob")
    ask(moot, "nomail")
    (mail,) = moot.take("bob")
    secret = secret_of(mail)
    with pages(moot) as base:
        for _ in range(2):
            page = httpx2.get(f"{base}/{secret}")
            assert (page.status_code, "<form method" in page.text) == (200, True)
        assert "bob@example.org" not in page.text
        assert delivery(moot, group, bob) == Delivery.SINGLE
        assert httpx2.post(f"{base}/{secret}").status_code == 200
        assert delivery(moot, group, bob) == Delivery.NONE
        for wrong in (secret, "a" * 20, "%00", "x" * 500):
            assert httpx2.post(f"{base}/{wrong}").status_code == 404
            assert httpx2.get(f"{base}/{wrong}").status_code == 404


def test_who_is_known_by_address_only_leaves_as_others_do(either: Moot) -> None:
    group = either.group(either.person("alice"), joining=int(Joining.INVITED))
    eve = either.house.write(lambda tx: members.invite_address(tx, group, "Eve@example.net", "Eve"))
    assert ask(either, "unsubscribe", "eve@example.net") == 250
    mails = [mail for mail in either.sink.mails if mail[1].lower() == "eve@example.net"]
    assert len(mails) == 1
    word = re.search(rb"\+confirm-[a-z0-9]{20}@", mails[0][2])
    assert word is not None
    assert ask(either, word[0].decode()[1:-1], "eve@example.net") == 250
    assert status(either, group, eve) == Membership.LEFT


def test_who_joined_today_may_leave_today(moot: Moot) -> None:
    """To join is asked about once a day, as anybody may ask it of anybody; to leave as often as a member may need."""
    alice = moot.person("alice")
    group, other = moot.group(alice), moot.group(alice, "other")
    assert ask(moot, "subscribe", "new@example.org") == 250
    assert ask(moot, f"confirm-{secret_of(moot.take('new')[0])}", "new@example.org") == 250
    new = moot.house.read(lambda tx: accounts.find_by_address(tx, "new@example.org"))
    assert new is not None
    moot.house.join(other, new)
    moot.take("new")
    assert ask(moot, "unsubscribe", "new@example.org") == 250
    (mail,) = moot.take("new")
    assert ask(moot, f"confirm-{secret_of(mail)}", "new@example.org") == 250
    assert status(moot, group, new) == Membership.LEFT
    text = f"SELECT act, via FROM group_acts WHERE account_id = {new} ORDER BY id"
    acts = moot.house.read(lambda tx: tx.text_sql(text, text).fetchall())
    assert [tuple(act) for act in acts] == [("join", "mail"), ("leave", "mail")]
    raw = letter(sender="new@example.org")
    assert {moot.house.send(raw, to=f"other+unsubscribe@{DOMAIN}")[0] for _ in range(5)} == {250}
    moot.work()
    asked = [mail for mail in moot.take("new") if "leave" in str(mail["Subject"])]
    assert len(asked) == 2, "three a day, over all groups"


def test_an_invitation_has_a_link_that_joins_and_asks_nothing_again(moot: Moot) -> None:
    """Also where one joins by invitation only; whoever rather writes to the group is asked as ever."""
    alice = moot.person("alice")
    group = moot.group(alice, joining=int(Joining.INVITED))

    def invite(tx: Any) -> None:
        membership.invite(tx, Viewer(alice), group, "new@example.org")

    moot.house.write(invite)
    moot.work()
    (mail,) = moot.take("new")
    secret = re.search(r"/mail/confirm/([a-z0-9]{20})\b", mail.get_content())
    assert secret is not None

    def press(tx: Any) -> None:
        proof = mailproofs.use(tx, secret[1], address="new@example.org", purposes=frozenset(PURPOSES))
        carry_out(tx, proof, proof.address)

    assert ask(moot, "subscribe", "new@example.org") == 250
    assert str(moot.take("new")[0]["Subject"]).startswith("Please confirm")
    moot.house.write(press)
    new = moot.house.read(lambda tx: accounts.find_by_address(tx, "new@example.org"))
    assert new is not None
    assert status(moot, group, new) == Membership.NORMAL
    with pytest.raises(NotFound):
        moot.house.write(press)


def test_an_address_without_an_account_joins_by_link_and_is_written_to(moot: Moot) -> None:
    group = moot.group(moot.person("alice"))
    assert ask(moot, "subscribe", "new@example.org") == 250
    (mail,) = moot.take("new")
    secret = secret_of(mail)

    def press(tx: Any) -> None:
        proof = mailproofs.use(tx, secret, address="new@example.org", purposes=frozenset(PURPOSES))
        carry_out(tx, proof, proof.address)

    moot.house.write(press)
    person = moot.house.read(lambda tx: accounts.find_by_address(tx, "new@example.org"))
    assert person is not None
    assert status(moot, group, person) == Membership.NORMAL
    moot.work()
    assert [mail["Subject"] for mail in moot.take("new")] == ["Welcome to The moot"]


@pytest.mark.parametrize(
    ("subject", "text", "word"),
    [
        ("unsubscribe", "", "leave"),
        ("Re: Unsubscribe!", "\r\n-- \r\nBob", "leave"),
        ("Re: [moot] lunch", "Please unsubscribe me.\r\n\r\nOn Friday, Alice wrote:\r\n> lunch?", "leave"),
        ("subscribe", "subscribe", ""),
        ("How do I unsubscribe?", "I wonder.", None),
        # Whoever says more than the word wants to be read: a mail that is taken for a command is lost to the group.
        ("Re: Unsubscribe!", "Please take me off this list.", None),
        ("Re: Unsubscribe", "Does the footer link work for anyone?", None),
        ("Subscribe", "How can my sister join?", None),
        ("Fwd: Unsubscribe", f"{FORWARDED}unsubscribe", None),
        ("Unsubscribe", f"{FORWARDED}lunch?", "leave"),
    ],
)
def test_a_command_that_was_written_to_the_group_itself(
    moot: Moot, subject: str, text: str, word: str | None
) -> None:
    group = moot.group(moot.person("alice"))
    bob = moot.join(group, "bob")
    raw = letter(text, sender="bob@example.org", mid="c@x", Subject=subject)
    assert moot.house.send(raw, "bob@example.org")[0] == 250
    moot.work()
    assert status(moot, group, bob) == Membership.NORMAL, "nothing is proven yet"
    assert bool(moot.take("alice")) == (word is None), "posted"
    asked = [mail for mail in moot.take("bob") if "confirm" in str(mail["Subject"])]
    assert len(asked) == (1 if word else 0)
    rows = moot.house.read(lambda tx: mailing.known(tx, group, ["c@x"]))["c@x"]
    assert [row.state for row in rows] == [MailState.POSTED if word is None else MailState.COMMAND]
    if word:
        assert f"to {word} the group" in asked[0].get_content()


def test_an_answer_to_a_post_and_a_mail_with_a_file_are_no_commands(moot: Moot) -> None:
    group = moot.group(moot.person("alice"))
    moot.join(group, "bob")
    first = letter("Which word leaves?", sender="bob@example.org", mid="first@x", Subject="A word")
    assert moot.house.send(first, "bob@example.org")[0] == 250
    answer = letter("Unsubscribe", sender="bob@example.org", mid="answer@x", In_Reply_To="<first@x>")
    assert moot.house.send(answer, "bob@example.org")[0] == 250
    kind = 'multipart/mixed; boundary="b"'
    parts = "--b\r\n\r\n\r\n--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhere\r\n--b--"
    headers = {"Subject": "Subscribe", "MIME_Version": "1.0"}
    file = letter(parts, sender="bob@example.org", mid="file@x", Content_Type=kind, **headers)
    assert moot.house.send(file, "bob@example.org")[0] == 250
    html = letter("<p>how?</p>", sender="bob@example.org", mid="h@x", Content_Type="text/html", **headers)
    assert moot.house.send(html, "bob@example.org")[0] == 250
    known = moot.house.read(lambda tx: mailing.known(tx, group, ["answer@x", "file@x", "h@x"]))
    assert [row.state for rows in known.values() for row in rows] == [MailState.POSTED] * 3


def test_a_mail_to_the_owners_and_to_the_group_reaches_both(moot: Moot) -> None:
    group = moot.group(moot.person("alice"))
    moot.join(group, "bob")
    with moot.house.lmtp() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("bob@example.org")
        for to in ("moot+owner", "moot"):
            assert client.rcpt(f"{to}@{DOMAIN}")[0] == 250
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(letter("to all", sender="bob@example.org", mid="both@x") + b".\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [250, 250]
    known = moot.house.read(lambda tx: mailing.known(tx, group, ["both@x"]))
    assert [row.state for row in known["both@x"]] == [MailState.COMMAND, MailState.POSTED]


def test_help_names_every_word(moot: Moot) -> None:
    moot.group(moot.person("alice"))
    assert ask(moot, "help") == 250
    (mail,) = moot.take("bob")
    for word in ("subscribe", "unsubscribe", "owner", *DELIVERIES):
        assert f"moot+{word}@{DOMAIN}" in mail.get_content()


def test_no_group_below_is_called_as_a_command_is(moot: Moot) -> None:
    alice = moot.person("alice")
    parent = moot.group(alice)
    above = moot.house.read(lambda tx: groups.see(tx, Viewer(alice), parent))
    for word in (*PLAIN_WORDS, *(f"{word}-x" for word in SECRET_WORDS), "reply-1", "thread-mute-1"):
        new = groups.NewGroup(name=word, title="D", description="d" * 40)
        with pytest.raises(Invalid):
            moot.house.write(lambda tx, new=new: groups.create(tx, Viewer(alice), new, above))


def test_help_for_a_hidden_group_reaches_members_alone(moot: Moot) -> None:
    group = moot.group(moot.person("alice"), listed=False, archive=int(Archive.MEMBERS))
    moot.join(group, "bob")
    for who in ("bob", "eve"):
        moot.person("eve") if who == "eve" else None
        code, _ = moot.house.send(
            letter("x", sender=f"{who}@example.org"), f"{who}@example.org", f"moot+help@{DOMAIN}"
        )
        assert code == 250
    moot.work()
    assert moot.box("bob")[0]["From"].addresses[0].addr_spec == f"moot+owner@{DOMAIN}"
    assert not moot.box("eve"), "not even its title"
