"""What a group's rules make of its mail: footer, subject, answers, files, text and HTML, and whose name is in From."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.support.mailgroup import Moot, part
from tests.support.mailhouse import GROUP, letter

from folkmoot.domain.access import Posting, Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.media.media import NewMedia
from folkmoot.domain.text import Markup
from folkmoot.doors.mail.accept import MAX_FILES
from folkmoot.doors.mail.policy import POLICIES
from folkmoot.doors.mail.proofs import RESOLVER


def two(moot: Moot, **settings: Any) -> tuple[int, int]:
    alice = moot.person("alice")
    group = moot.group(alice)
    if settings:
        moot.configure(group, alice, **settings)
    moot.join(group, "bob")
    return alice, group


def test_the_footer_is_under_both_parts(moot: Moot) -> None:
    alice, group = two(moot, footer="Our harbour\nis <always> open\r\nhttps://harbour.example/x?a=1&b=2")
    moot.say(alice, group, "A *fine* day", title="T", markup=Markup.MARKDOWN)
    moot.work()
    (mail,) = moot.take("bob")
    text, html = part(mail, "plain"), part(mail, "html")
    assert "\n-- \n" in text
    assert text.index("fine") < text.index("Our harbour\nis <always> open\nhttps://harbour")
    assert "is &lt;always&gt; open<br>" in html
    assert '<a href="https://harbour.example/x?a=1&amp;b=2">' in html
    assert f"To leave: {GROUP.replace('@', '+unsubscribe@')}" in text
    moot.configure(group, alice, footer="another")
    moot.say(alice, group, "x", title="T")
    moot.work()
    assert "another\n" in part(moot.take("bob")[0], "plain")


def test_text_only_and_html_always(moot: Moot) -> None:
    alice, group = two(moot, plain_text_only=True)
    moot.say(alice, group, "A *fine* day", title="T", markup=Markup.MARKDOWN)
    moot.work()
    assert moot.take("bob")[0].get_content_type() == "text/plain"
    moot.configure(group, alice, plain_text_only=False, force_html=True)
    moot.say(alice, group, "plain words", title="T")
    moot.work()
    (mail,) = moot.take("bob")
    assert mail.get_content_type() == "multipart/alternative"
    assert "plain words" in part(mail, "html")
    carol = moot.join(group, "carol", plain_text=True)
    moot.say(alice, group, "again", title="T")
    moot.work()
    assert moot.take("carol")[0].get_content_type() == "text/plain"
    assert moot.take("bob")[0].get_content_type() == "multipart/alternative"
    assert carol


OWNERS = "moot+owner@lists.test"
WAYS = {
    "": ([GROUP], ["alice@example.org"]),
    "group": ([GROUP], ["alice@example.org"]),
    "sender": (["alice@example.org"], []),
    "only_to_sender": (["alice@example.org"], []),
    "group_and_sender": ([GROUP, "alice@example.org"], []),
    "moderators": ([OWNERS], []),
    "followers": ([GROUP], ["alice@example.org"]),
    "group_reply_to_moderators": ([OWNERS], []),
}


def test_where_answers_go(moot: Moot) -> None:
    alice, group = two(moot)
    for number, (word, (reply_to, cc)) in enumerate(WAYS.items()):
        moot.configure(group, alice, reply_to=word)
        assert moot.house.send(letter(mid=f"{number}@x"))[0] == 250
        moot.work()
        (mail,) = moot.take("bob")
        assert [one.addr_spec for one in mail["Reply-To"].addresses] == reply_to, word
        assert [one.addr_spec for one in mail["Cc"].addresses] if cc else mail["Cc"] is None, word
    moot.say(alice, group, "from the web", title="T")
    moot.work()
    assert "alice@example.org" not in moot.take("bob")[0].as_string(), (
        "never told of who did not write by mail"
    )


def test_only_moderators_post_is_said_in_the_head(moot: Moot) -> None:
    alice, group = two(moot)
    change = GroupChange(posting=int(Posting.MODERATORS), title="<all.lists.test>, The moot")
    moot.house.write(lambda tx: groups.update(tx, Viewer(alice), group, change))
    moot.say(alice, group, title="T")
    moot.work()
    (mail,) = moot.take("bob")
    assert mail["List-Post"] == "NO"
    assert mail["List-Id"] == "all.lists.test The moot <moot.lists.test>", "no title makes it another list's"
    assert mail["List-Archive"] == "<http://moot.test/@moot>"
    for name in ("List-Help", "List-Subscribe", "List-Owner"):
        assert mail[name].startswith("<mailto:moot+")


def test_tags_stand_in_the_subject_once(moot: Moot) -> None:
    alice, group = two(moot)
    first = moot.say(alice, group, "we sail #boats #Harbour", title="Trip #harbour")
    moot.say(alice, group, "yes", parent_id=first)
    moot.work()
    one, answer = moot.take("bob")
    assert one["Subject"] == "[moot] Trip #harbour #boats"
    assert answer["Subject"] == "Re: [moot] Trip #harbour #boats"
    assert (answer["In-Reply-To"], answer["References"]) == (one["Message-ID"], one["Message-ID"])


def attach(moot: Moot, *sizes: int) -> list[NewMedia]:
    return [
        NewMedia(
            kind="file",
            mime="text/x-log",
            name=f"f{size}.log",
            size=size,
            blob=moot.house.blobs.put(b"x" * size),
        )
        for size in sizes
    ]


def names(mail: Any) -> list[str]:
    return [str(item.get_filename()) for item in mail.iter_attachments()]


def test_files_by_the_groups_rule_and_the_readers_choice(moot: Moot) -> None:
    alice, group = two(moot)
    for word in ("none", "small", "medium"):
        moot.join(group, word, max_attachment=word)
    post = moot.say(alice, group, "see", title="T", files=attach(moot, 200_000, 600_000))
    moot.work()
    assert names(moot.take("bob")[0]) == ["f200000.log", "f600000.log"]
    assert names(moot.take("medium")[0]) == ["f200000.log", "f600000.log"]
    (small,), (none,) = moot.take("small"), moot.take("none")
    assert names(small) == ["f200000.log"]
    assert f"f600000.log (0.6 MB): http://moot.test/@alice/{post}" in part(small, "plain")
    assert names(none) == []
    assert part(none, "plain").count("(0.") == 2
    moot.configure(group, alice, attachments="stripped")
    moot.say(alice, group, "see", title="T", files=attach(moot, 2_000))
    moot.work()
    (mail,) = moot.take("bob")
    assert names(mail) == []
    assert "f2000.log (2 kB): http" in part(mail, "plain")


class Names:
    """A DNS that knows DMARC records."""

    def __init__(self, **policies: str) -> None:
        self.policies = policies
        self.asked = 0

    def ask(self, name: str, kind: str, seconds: float = 0) -> list[str]:
        self.asked += 1
        found = self.policies.get(name.removeprefix("_dmarc.").replace(".", "_"))
        return [f"v=DMARC1; p={found}"] if found else []


def test_the_author_stands_in_from_unless_their_domain_forbids_it(moot: Moot) -> None:
    _, group = two(moot)
    names = Names(example_org="none", strict_example="reject", careful_example="quarantine")
    moot.house.house.kept[RESOLVER] = names
    from folkmoot.domain.groups import members

    for domain in ("strict.example", "careful.example", "free.example"):
        moot.house.write(lambda tx, d=domain: members.invite_address(tx, group, f"eve@{d}", "Eve"))
    wanted = {
        "alice@example.org": "alice@example.org", "eve@strict.example": GROUP,
        "eve@careful.example": GROUP, "eve@free.example": "eve@free.example",
    }  # fmt: skip
    for number, (author, shown) in enumerate(wanted.items()):
        assert moot.house.send(letter(sender=f"Eve <{author}>", mid=f"{number}@x"), author)[0] == 250
        moot.work()
        (mail,) = moot.take("bob")
        assert mail["From"].addresses[0].addr_spec == shown, author
        if shown == GROUP:
            assert mail["From"].addresses[0].display_name == "Eve via The moot"
            assert mail["Cc"].addresses[0].addr_spec == author
        else:
            assert mail["Sender"].addresses[0].addr_spec == GROUP
            assert mail["Cc"] is None, "who stands in From is found there"
    asked = names.asked
    assert moot.house.send(letter(mid="last@x"))[0] == 250
    moot.work()
    assert names.asked == asked, "a policy is remembered"
    assert len(moot.house.house.kept[POLICIES]) == 4


SIGNED = (
    "This is signed, \r\nby Alice.\r\n", "-----BEGIN PGP SIGNATURE-----\r\n\r\nAAAA\r\n-----END PGP SIGNATURE-----\r\n",
)  # fmt: skip
BODY = (
    f"preamble\r\n--S\r\nContent-Type: text/plain; format=flowed\r\n\r\n{SIGNED[0]}\r\n--S\r\n"
    f"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n{SIGNED[1]}\r\n--S--\r\n"
)
HOW = 'multipart/signed; micalg=pgp-sha256;\r\n protocol="application/pgp-signature"; boundary=S'


@pytest.mark.parametrize(
    ("settings", "body", "intact"),
    [
        ({}, BODY, True),
        ({"attachments": "normal_stripped"}, BODY, False),
        ({}, BODY.replace("Alice", "\xe4lice"), False),
    ],
)
def test_what_is_signed_stays_as_it_came(
    moot: Moot, settings: dict[str, str], body: str, *, intact: bool
) -> None:
    two(moot, footer="our footer", **settings)
    raw = letter(mid="s@x", MIME_Version="1.0", Content_Type=HOW).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert moot.house.send(raw + body.encode("latin-1"))[0] == 250
    moot.work()
    data = moot.sink.to("bob@example.org")[0]
    assert data.endswith(b"\r\n\r\n" + body.encode("latin-1")) == intact
    mail = moot.take("bob")[0]
    assert (mail.get_content_type() == "multipart/signed") == intact
    assert ("our footer" in mail.as_string()) != intact
    assert "moot.lists.test" in mail["List-Id"]
    assert mail["Subject"] == "[moot] A topic"


def test_the_subject_of_a_mail_is_what_its_author_wrote(moot: Moot) -> None:
    two(moot)
    text = "It needs an #include <stdio.h>, as #42 says. #help"
    assert moot.house.send(letter(text, mid="1@x", Subject="Fwd: a build that fails"))[0] == 250
    assert (
        moot.house.send(letter("so", mid="2@x", In_Reply_To="<1@x>", Subject="AW: [moot] WG: a build"))[0]
        == 250
    )
    moot.work()
    subjects = [str(mail["Subject"]) for mail in moot.take("bob")]
    assert subjects == ["[moot] Fwd: a build that fails", "Re: [moot] a build"]


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@example.net", "\u202e", "=?utf-8?q?a=0D=0ABcc=3A_v?="])
def test_a_footer_makes_no_header(moot: Moot, evil: str) -> None:
    alice, group = two(moot, footer=evil)
    moot.say(alice, group, title="T")
    moot.work()
    assert moot.take("bob")[0]["Bcc"] is None


def test_files_beyond_the_most_are_not_lost_in_silence(moot: Moot) -> None:
    alice = moot.person("alice")
    group = moot.group(alice)
    moot.join(group, "bob")
    file = "--b\r\nContent-Disposition: attachment; filename=%d.txt\r\n\r\n%d\r\n"
    files = "".join(file % (n, n) for n in range(MAX_FILES + 2))
    kind = 'multipart/mixed; boundary="b"'
    raw = letter(
        f"--b\r\n\r\nAll of them.\r\n{files}--b--", mid="many@plan", MIME_Version="1.0", Content_Type=kind
    )
    assert moot.house.send(raw)[0] == 250
    moot.work()
    (mail,) = moot.take("bob")
    assert part(mail, "plain").startswith(
        f"[2 files left out: a mail brings {MAX_FILES} at most]\n\nAll of them."
    )
    (stored,) = moot.house.read(lambda tx: tx.text_sql(*["SELECT count(*) FROM media"] * 2).fetchone())
    assert stored == MAX_FILES


def test_files_for_which_there_is_no_space_are_not_lost_in_silence(moot: Moot) -> None:
    house = moot.house.house
    house.settings = msgspec.structs.replace(house.settings, mail_authserv="mx.lists.test")
    alice = moot.person("alice")
    group = moot.group(alice)
    moot.join(group, "bob")
    moot.configure(group, alice, files_quota=10)
    kind = 'multipart/mixed; boundary="b"'
    file = "--b\r\nContent-Disposition: attachment; filename=plan.txt\r\n\r\nmore than ten octets\r\n--b--"
    seen = "mx.lists.test; dmarc=%s header.from=example.org"
    for n, (text, dmarc) in enumerate(
        (("Here is the plan.", "pass"), ("Here is the plan.", "none"), ("", "pass"))
    ):
        headers = {"Subject": "Plan", "Content_Type": kind, "Authentication_Results": seen % dmarc}
        raw = letter(f"--b\r\n\r\n{text}\r\n{file}", mid=f"{n}@plan", MIME_Version="1.0", **headers)
        assert moot.house.send(raw)[0] == (250 if text else 550), "without its files nothing is left"
    moot.work()
    mails = moot.take("bob")
    assert len(mails) == 2
    for mail in mails:
        body = part(mail, "plain")
        assert body.startswith(
            "[1 file left out: the group has no space left for files]\n\nHere is the plan."
        )
    told = [mail for mail in moot.take("alice") if str(mail["Subject"]) == "Without its files: Plan"]
    assert len(told) == 1, "whoever only claims to be their author brings them no letter"
    assert "  plan.txt\n" in part(told[0], "plain")
    litter = moot.house.read(lambda tx: tx.text_sql(*["SELECT count(*) FROM litter"] * 2).fetchone())
    assert litter[0] == 1, "the file itself is given up"
