"""A moderator decides by mail: by the secret from their own mail, with the right to it, once, whoever else decides."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import msgspec
import pytest
from tests.support.mailgroup import DAY, HOUR, Moot, part
from tests.support.mailhouse import DOMAIN, letter

from folkmoot.domain.access import GroupRole, Membership, PostState, Viewer
from folkmoot.domain.errors import Refusal
from folkmoot.domain.groups import grouptexts, holding, members, membership
from folkmoot.domain.groups.groups import Joining, Moderation
from folkmoot.domain.groups.grouptexts import TextChange
from folkmoot.domain.groups.members import Delivery

ALICE, BOB = "alice@example.org", "bob@example.org"
STATE = "SELECT state FROM posts WHERE message_id = 'w@x'"
APPROVED = "SELECT approved_n FROM members WHERE group_id = %d AND account_id = %d"
TOLD = "SELECT count(*) FROM journal WHERE kind = 'post_added'"


def number(moot: Moot, query: str) -> int:
    return int(moot.house.read(lambda tx: tx.text_sql(query, query).fetchone()[0]))


def held(moot: Moot) -> tuple[int, int]:
    """(group, bob); a message of his waits, and alice was asked."""
    group = moot.group(moot.person("alice"), moderation=int(Moderation.ALL))
    bob = moot.join(group, "bob", Delivery.NONE)
    moot.choose(group, moot.house.read(lambda tx: members.moderators(tx, group))[0], Delivery.NONE)
    assert moot.house.send(letter("please", sender=BOB, mid="w@x", Subject="Wait"), BOB)[0] == 250
    moot.work()
    return group, bob


def secret_in(mail: EmailMessage, word: str) -> str:
    found = re.search(rf"\+({word}-[a-z0-9]{{20}})@", f"{mail['From']} {mail.get_content()}")
    assert found is not None
    return found[1]


def answer(moot: Moot, word: str, text: str = "", who: str = ALICE, **headers: str) -> int:
    code, _ = moot.house.send(letter(text, sender=who, **headers), who, f"moot+{word}@{DOMAIN}")
    return code


YES = (
    "",
    "yes please",
    "Fine with me.\r\n\r\n> reject this?\r\n",
    "No problem at all, let it in.",
    "Noted, thanks.",
    "-- \r\nAlice",
)
NO = (
    "no",
    "No.",
    "No, off topic here",
    "no this is spam",
    "no thanks",
    "NO!!!",
    "no\r\nway too long",
    "Please don't let them in",
    "Reject: spam",
    "*reject*\r\n\r\nOn Fri, bob wrote:\r\n> please",
    "Turn it down.",
    "discard",
)


@pytest.mark.parametrize(
    ("text", "state"), [*((t, PostState.LIVE) for t in YES), *((t, PostState.REJECTED) for t in NO)]
)
def test_an_answer_decides_by_what_it_says_itself(moot: Moot, text: str, state: PostState) -> None:
    held(moot)
    (mail,) = moot.take("alice")
    assert answer(moot, secret_in(mail, "approve"), text) == 250
    assert number(moot, STATE) == state


@pytest.mark.parametrize(
    "text", ["No longer a question - let it in", "No idea who that is but fine", "nope it"]
)
def test_what_may_mean_either_decides_nothing(moot: Moot, text: str) -> None:
    held(moot)
    (mail,) = moot.take("alice")
    assert answer(moot, secret_in(mail, "approve"), text) == 550, "its author is told to say yes or no"
    assert number(moot, STATE) == PostState.HELD
    assert answer(moot, secret_in(mail, "approve"), "no - spam") == 250
    assert number(moot, STATE) == PostState.REJECTED


def test_the_address_of_refusal_refuses_whatever_is_written(moot: Moot) -> None:
    held(moot)
    (mail,) = moot.take("alice")
    assert answer(moot, secret_in(mail, "reject"), "yes, let it in") == 250
    assert number(moot, STATE) == PostState.REJECTED
    assert answer(moot, secret_in(mail, "approve")) == 550, "who says one word has said it"


def test_nobody_else_decides_with_a_mail_that_was_passed_on(moot: Moot) -> None:
    house = moot.house.house
    house.settings = msgspec.structs.replace(house.settings, mail_authserv="mx.lists.test")
    group, _ = held(moot)
    (mail,) = moot.take("alice")
    word = secret_in(mail, "approve")
    assert answer(moot, word, who=BOB) == 550
    assert answer(moot, word, who='"alice@example.org" <bob@example.org>') == 550
    forged = "mx.lists.test; dmarc=fail (p=reject) header.from=example.org"
    assert answer(moot, word, Authentication_Results=forged) == 550
    assert answer(moot, word, Auto_Submitted="auto-replied") == 250
    assert number(moot, STATE) == PostState.HELD
    owner = moot.person("owner")
    moot.house.write(lambda tx: members.put(tx, group, owner, role=GroupRole.OWNER))
    alice = moot.house.read(lambda tx: members.moderators(tx, group)[0])
    moot.house.write(lambda tx: membership.set_role(tx, Viewer(owner), group, alice, GroupRole.MEMBER))
    answer(moot, word)  # she may not decide any more, nor know what waits
    assert number(moot, STATE) == PostState.HELD


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Reject: please write in English.\r\n\r\n> please", "please write in English"),
        ("no, off topic here", "off topic here"),
        ("no", ""),
        ("Discard", ""),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_a_reason_reaches_the_author(moot: Moot, text: str, reason: str, *, own: bool) -> None:
    group, _ = held(moot)
    if own:
        alice = moot.house.read(lambda tx: members.moderators(tx, group)[0])
        body = TextChange(
            kind="rejected_post", name="n", subject="Sorry", body="<p>Read our rules.</p>", usual=True
        )
        moot.house.write(lambda tx: grouptexts.add(tx, Viewer(alice), group, body))
    (mail,) = moot.take("alice")
    assert answer(moot, secret_in(mail, "approve"), text) == 250
    moot.work()
    told = moot.take("bob")
    assert len(told) == (1 if reason or own else 0)
    for mail in told:
        said = part(mail, "plain")
        assert (reason in said, "Read our rules." in said, "Your message: Wait" in said) == (True, own, True)
        assert ("The moderator writes" in said) == bool(reason)
        assert part(mail, "html").count(reason or "Wait") == own
        assert mail["From"].addresses[0].addr_spec == f"moot+owner@{DOMAIN}", "an answer is for no group"


def test_a_reason_reaches_who_is_not_let_in(moot: Moot) -> None:
    group = moot.group(moot.person("alice"), joining=int(Joining.APPROVAL))
    bob = moot.person("bob")
    moot.house.write(lambda tx: members.join(tx, Viewer(bob), group))
    moot.work()
    (mail,) = moot.take("alice")
    assert answer(moot, secret_in(mail, "reject"), "We are full <for now>, and delete old requests.") == 250
    moot.work()
    told = part(moot.take("bob")[0], "plain")
    assert "The moderator writes:\n\nWe are full <for now>, and delete old requests" in told


@pytest.mark.parametrize("why", ["decided", "not a moderator"])
def test_a_question_that_is_none_any_more_does_not_leave(moot: Moot, why: str) -> None:
    moot.sink.refuse = lambda address: "451 later" if address == ALICE else None
    group, _ = held(moot)
    alice = moot.house.read(lambda tx: members.moderators(tx, group)[0])
    if why == "decided":
        (post,) = moot.house.read(lambda tx: holding.pending(tx, Viewer.system(), group))
        moot.house.write(lambda tx: holding.reject(tx, Viewer(alice), post))
    else:
        owner = moot.person("owner")
        moot.house.write(lambda tx: members.put(tx, group, owner, role=GroupRole.OWNER))
        moot.house.write(lambda tx: membership.set_role(tx, Viewer(owner), group, alice, GroupRole.MEMBER))
    moot.sink.refuse = lambda address: None
    moot.wait(HOUR)
    moot.work()
    assert not moot.take("alice")


def test_a_decision_by_mail_and_on_the_web_at_once_is_one(either: Moot) -> None:
    group, bob = held(either)
    (mail,) = either.take("alice")
    word = secret_in(mail, "approve")
    (post,) = either.house.read(lambda tx: holding.pending(tx, Viewer.system(), group))
    alice = either.house.read(lambda tx: members.moderators(tx, group)[0])

    def by_web(n: int) -> bool:
        try:
            either.house.write(lambda tx: holding.release(tx, Viewer(alice), post))
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        web = [pool.submit(by_web, n) for n in range(3)]
        mails = [pool.submit(answer, either, word) for _ in range(3)]
        done = [each.result() for each in web]
        codes = [each.result() for each in mails]
    assert sum(done) <= 1
    assert set(codes) <= {250, 550}
    assert number(either, STATE) == PostState.LIVE
    assert number(either, APPROVED % (group, bob)) == 1
    assert number(either, TOLD) == 1


def test_who_wants_to_join_is_let_in_or_turned_down_by_an_answer(either: Moot) -> None:
    group = either.group(either.person("alice"), joining=int(Joining.APPROVAL))
    for name, text, status in (("bob", "", Membership.NORMAL), ("dave", "Decline", Membership.LEFT)):
        person = either.person(name)
        either.house.write(lambda tx, who=person: members.join(tx, Viewer(who), group))
        either.work()
        (mail,) = either.take("alice")
        assert answer(either, secret_in(mail, "approve"), text) == 250
        found = either.house.read(lambda tx, who=person: members.get(tx, group, who))
        assert found is not None
        assert found.status == status


def test_owners_hear_of_a_loop_once(moot: Moot) -> None:
    group = moot.group(moot.person("alice"))
    moot.join(group, "bob")
    for number in range(3):
        again = letter(mid=f"{number}@x", sender=BOB, List_Id="<moot.lists.test>", Subject="round and round")
        assert moot.house.send(again, "eve@elsewhere.example")[0] == 250
    hops = "Received: by x\r\n" * 51
    assert moot.house.send(hops.encode() + letter(mid="h@x", sender=BOB), BOB)[0] == 554
    moot.work()
    (mail,) = moot.take("alice")
    assert "eve@elsewhere.example" in part(mail, "plain")
    assert "round and round" in part(mail, "plain")
    assert not moot.take("bob")
    moot.wait(31 * DAY)
    assert moot.house.send(letter(mid="9@x", sender=BOB, X_BeenThere="moot@lists.test"), BOB)[0] == 250
    moot.work()
    assert len(moot.take("alice")) == 1
