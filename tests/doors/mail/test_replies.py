"""Answers to addresses of their own: to a post out of a digest, to its author alone; and quotes without marks."""

from __future__ import annotations

import re

import msgspec
import pytest
from tests.support.mailgroup import DAY, Moot, part
from tests.support.mailhouse import DOMAIN, letter

from folkmoot.domain import views
from folkmoot.domain.access import Archive, Role, Viewer
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.people import bonds
from folkmoot.domain.staff import memorials
from folkmoot.doors.mail import returned
from folkmoot.doors.mail.signs import answer_word, author_word, post_of
from folkmoot.kit.markup.mail import Block, blocks
from folkmoot.store.schema.accounts import accounts

PARENT = "SELECT parent_id FROM posts WHERE message_id = 'a@x'"
BOB, ALICE = "bob@example.org", "alice@example.org"


def parent(moot: Moot) -> int | None:
    found = moot.house.read(lambda tx: tx.text_sql(PARENT, PARENT).fetchone()[0])
    return None if found is None else int(found)


def answer(moot: Moot, word: str, text: str = "an answer", who: str = BOB, **headers: str) -> int:
    code, _ = moot.house.send(letter(text, sender=who, mid="a@x", **headers), who, f"moot+{word}@{DOMAIN}")
    moot.work()
    return code


def test_a_digest_has_an_address_for_each_answer(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    moot.join(group, "bob", Delivery.DIGEST)
    moot.join(group, "carol", Delivery.HTML_DIGEST)
    moot.say(alice, group, "one", title="First")
    second = moot.say(alice, group, "two", title="Second & last")
    moot.work()
    moot.wait(DAY)
    moot.work()
    (digest,) = moot.take("bob")
    words = re.findall(r"(?m)^Reply-To: moot\+(reply-[0-9a-z]+)@lists\.test$", part(digest, "plain"))
    assert [post_of(word) for word in words][-1] == second
    (rich,) = moot.take("carol")
    html = rich.get_body(("html",))
    assert html is not None
    assert f"mailto:moot+{words[1]}@{DOMAIN}?subject=Re%3A%20Second%20%26%20last" in html.get_content()
    assert answer(moot, words[1], Subject="Re: The moot digest") == 250
    assert parent(moot) == second


def test_an_address_of_a_post_that_is_not_for_one_is_like_any_other(moot: Moot) -> None:
    alice = moot.person("alice")
    group, hidden = moot.group(alice), moot.group(alice, "hidden", archive=Archive.MEMBERS)
    moot.join(group, "bob", Delivery.NONE)
    secret = moot.say(alice, hidden, "for members only", title="Secret")
    assert answer(moot, answer_word(secret)) == 250
    assert parent(moot) is None
    assert answer(moot, answer_word(secret), who="dave@example.net") == 550
    for nonsense in ("reply-", "reply-!", "reply-zzzzzzzzzzzzzzz", "author-"):
        assert answer(moot, nonsense) == 550


def test_an_author_who_shows_no_address_is_answered_alone(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    bob = moot.join(group, "bob")
    moot.configure(group, alice, reply_to="sender")
    post = moot.say(alice, group, "from the web", title="T")
    moot.work()
    (mail,) = moot.take("bob")
    assert str(mail["Reply-To"]) == f"Alice <moot+{author_word(post)}@{DOMAIN}>"
    assert ALICE not in mail.as_string()
    moot.take("alice")
    assert answer(moot, author_word(post), "only for you") == 250
    (got,) = moot.take("alice")
    assert "only for you" in got.get_content()
    assert "Nothing proves" in got.get_content()
    assert str(got["Reply-To"]) == "bob@example.org"
    assert moot.take("bob") == [], "nobody else gets it"
    assert answer(moot, author_word(post), who="dave@example.net") == 550
    assert answer(moot, author_word(post), Auto_Submitted="auto-replied") == 250
    moot.house.write(lambda tx: bonds.block(tx, Viewer(alice), bob))
    assert answer(moot, author_word(post), "let me in") == 250
    assert moot.take("alice") == []
    house = moot.house.house
    house.settings = msgspec.structs.replace(house.settings, mail_authserv="mx")
    forged = "mx; dmarc=fail (p=reject) header.from=example.org"
    assert answer(moot, author_word(post), Authentication_Results=forged) == 550


def test_a_post_by_mail_shows_its_authors_address_as_ever(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    moot.join(group, "bob")
    moot.configure(group, alice, reply_to="sender")
    assert moot.house.send(letter("by mail", mid="m@x"), ALICE)[0] == 250
    moot.work()
    (mail,) = moot.take("bob")
    assert str(mail["Reply-To"]) == "Alice <alice@example.org>"


UNMARKED = (
    "Fine.\n\nBob\n\n-----Original Message-----\nFrom: Anna\nSent: Friday\nTo: Bob\n\nShall we @anna?\n"
)


def test_what_hangs_below_without_marks_is_a_quote(moot: Moot) -> None:
    said, hung = blocks(UNMARKED)
    assert (said.level, hung.level) == (0, 1)
    assert said.text + hung.text == UNMARKED
    group = moot.group(moot.person("alice"))
    assert moot.house.send(letter(UNMARKED.replace("\n", "\r\n"), mid="a@x"), ALICE)[0] == 250
    query = "SELECT id FROM posts WHERE message_id = 'a@x'"
    post_id = moot.house.read(lambda tx: tx.text_sql(query, query).fetchone()[0])
    post = moot.house.read(lambda tx: views.post(tx, Viewer.anonymous(), post_id))
    assert post.group is not None
    assert post.group.id == group
    assert "<blockquote>" in post.html
    assert "Shall we" in post.html.split("<blockquote>")[1]


def test_what_is_said_stays_unquoted() -> None:
    for text in (
        "Plain words\n",
        "A list:\n- one\n---\n- two\n",
        "On Friday I wrote:\nnot much\n",
        "From: here\nto there\n",
    ):
        assert blocks(text) == [Block(0, text)], text


def test_abuse_and_postmaster_reach_an_admin_where_no_contact_is_set(
    moot: Moot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every domain with mail has these addresses (RFC 2142); what nobody would read is refused."""
    alice, stop = moot.person("alice"), letter("stop it", sender="x@y.test")
    assert moot.house.send(stop, "x@y.test", f"abuse@{DOMAIN}")[0] == 550
    moot.house.write(lambda tx: tx.update(accounts, {"id": alice}, role=int(Role.ADMIN)))
    assert moot.house.send(stop, "x@y.test", f"postmaster@{DOMAIN}")[0] == 250
    moot.work()
    (told,) = moot.take("alice")
    assert "> stop it" in part(told, "plain")
    monkeypatch.setattr(returned, "MAX_TO_CONTACT", 1)
    assert moot.house.send(stop, "x@y.test", f"abuse@{DOMAIN}")[0] == 451
    moot.house.write(lambda tx: memorials.remember(tx, Viewer.system(), alice))
    assert moot.house.send(stop, "x@y.test", f"abuse@{DOMAIN}")[0] == 550, "she reads no mail any more"
