"""Mail in over real LMTP and SMTP: who may post, what is held, dropped or refused; nothing is lost or stuck."""

from __future__ import annotations

import re
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from tests.support.mailhouse import DOMAIN, GROUP, MailHouse, letter, mail_house, with_mail

from folkmoot.domain import views
from folkmoot.domain.access import Archive, Membership, Posting, Viewer
from folkmoot.domain.groups import groups, holding, members
from folkmoot.domain.mail import mailing
from folkmoot.domain.mail.mailing import MailState
from folkmoot.domain.media import litter
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import edits
from folkmoot.domain.reading.timelines import of_account as feeds_of_group
from folkmoot.domain.views import PostView
from folkmoot.doors.mail import receive
from folkmoot.doors.mail.servers import LARGE, LARGE_AT_ONCE
from folkmoot.settings import Settings
from folkmoot.store.smallmail import SMALL
from folkmoot.store.sqlite import SqliteStore

DATA = Path(__file__).parents[4] / "shared/data/mail"


class Cast:
    """The people of these tests: alice owns the group, bob and carol are members, dave is not."""

    def __init__(self, house: MailHouse) -> None:
        self.house = house
        self.alice, self.bob, self.carol, self.dave = (
            house.person(name) for name in ("alice", "bob", "carol", "dave")
        )
        self.group = house.group(self.alice, archive=Archive.MEMBERS)
        house.join(self.group, self.bob, self.carol)

    def posts(self) -> list[PostView]:
        """What alice sees of the group, in the order of arrival."""
        found = self.house.read(lambda tx: feeds_of_group(tx, Viewer(self.alice), self.group, Page()))
        return self.house.read(lambda tx: views.post_list(tx, Viewer(self.alice), sorted(found)))

    def held(self) -> list[int]:
        return self.house.read(lambda tx: holding.pending(tx, Viewer(self.alice), self.group))

    def counts(self) -> dict[int, int]:
        return self.house.read(lambda tx: mailing.counts(tx, self.group))


@pytest.fixture
def cast(settings: Settings) -> Iterator[Cast]:
    with mail_house(with_mail(settings), worker=False) as house:
        yield Cast(house)


@pytest.fixture
def one(tmp_path: Path, run_folder: Path) -> Iterator[Cast]:
    """The same on SQLite alone."""
    from tests.support.postgres import Template

    Template(run_folder).copy_to(tmp_path / "one")
    with mail_house(with_mail(Settings(data=str(tmp_path / "one"))), worker=False) as house:
        yield Cast(house)


def test_a_member_posts_and_an_answer_threads(cast: Cast) -> None:
    assert cast.house.send(letter("first words", mid="1@x"))[0] == 250
    answer = letter(
        "second words", sender="bob@example.org", mid="2@x", In_Reply_To="<1@x>", Subject="Re: A topic"
    )
    assert cast.house.send(answer, "bob@example.org")[0] == 250
    first, second = cast.posts()
    assert (first.author.name, first.title, first.plain) == ("alice", "A topic", "first words")
    assert (second.parent_id, second.thread_id, second.author.name) == (first.id, first.id, "bob")
    assert first.door == second.door == "mail"
    raw = cast.house.blobs.get(cast.house.read(lambda tx: mailing.blob_of_post(tx, first.id)) or "")
    assert raw == letter("first words", mid="1@x")


def test_the_journal_counts_the_files_of_a_mail(one: Cast) -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--b\r\nContent-Type: text/csv\r\n"
        "Content-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--b--"
    )
    headers = {"MIME_Version": "1.0", "Content_Type": "multipart/mixed; boundary=b"}
    assert one.house.send(letter(body, mid="f@x", **headers))[0] == 250
    (post,) = one.posts()
    assert [m.name for m in post.media] == ["a.csv"]
    text = "SELECT data FROM journal WHERE kind = 'post_added'"
    rows = one.house.read(lambda tx: tx.text_sql(text, text).fetchall())
    assert [msgspec.json.decode(row[0])["media_n"] for row in rows] == [1]


def test_an_answer_to_a_post_from_another_door_finds_it(cast: Cast) -> None:
    from folkmoot.domain.posts import posts
    from folkmoot.domain.posts.drafts import Draft

    written = cast.house.write(
        lambda tx: posts.write(tx, Viewer(cast.alice), Draft(text="by app", title="T", group_id=cast.group))
    )
    answer = letter("by mail", mid="9@x", References=f"<moot.{written.id}@{DOMAIN}>")
    assert cast.house.send(answer)[0] == 250
    assert cast.posts()[-1].parent_id == written.id


@pytest.mark.parametrize(
    "address",
    ["nobody@lists.test", "moot@elsewhere.test", "moot+nonsense@lists.test", "moot+bounce-1-aaaa@lists.test"],
)
def test_an_unknown_recipient_is_refused_at_once(one: Cast, address: str) -> None:
    with one.house.lmtp() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("alice@example.org")
        assert client.rcpt(address)[0] == 550


def test_who_may_not_post_is_told(cast: Cast) -> None:
    code, text = cast.house.send(letter(sender="dave@example.org"), "dave@example.org")
    assert (code, b"only members" in text) == (550, True)
    code, text = cast.house.send(letter(sender="stranger@example.net"), "stranger@example.net")
    assert (code, b"only members" in text) == (550, True)
    assert cast.posts() == []


def test_a_refused_mail_leaves_no_bytes(one: Cast) -> None:
    store, blobs = one.house.house.store, one.house.house.blobs
    kept, refused = letter("kept " * SMALL, mid="a@b"), letter("refused " * SMALL, sender="dave@example.org")
    assert one.house.send(kept, "alice@example.org")[0] == 250
    assert one.house.send(refused, "dave@example.org")[0] == 550
    assert one.house.send(kept, "alice@example.org")[0] == 250
    assert one.house.send(letter("small", sender="dave@example.org"), "dave@example.org")[0] == 550
    text = "SELECT blob FROM litter"
    keys = [row[0] for row in store.read(lambda tx: tx.text_sql(text, text).fetchall())]
    old = "UPDATE litter SET since = 1"
    store.write(lambda tx: tx.text_sql(old, old))
    rested = store.write(litter.rested)
    assert len(rested) == 1, "the mail that is here twice stays, and the small one never was a blob"
    assert set(rested) < set(keys)
    assert b"refused" in blobs.get(rested[0])


@pytest.mark.parametrize("text", ["small", "large " * SMALL])
def test_a_mail_is_kept_byte_for_byte_whatever_its_size(one: Cast, text: str) -> None:
    raw = letter(text, mid=f"{len(text)}@bytes")
    assert one.house.send(raw, "alice@example.org")[0] == 250
    blobs, post = one.house.blobs, one.posts()[0]
    key = one.house.read(lambda tx: mailing.blob_of_post(tx, post.id)) or ""
    assert blobs.get(key) == raw
    assert (blobs.path(key) is None) == (text == "small"), "small ones stand in the database"
    one.house.write(lambda tx: edits.delete(tx, Viewer(one.alice), post.id))
    assert one.house.send(raw, "alice@example.org")[0] == 250, "known, and not back"
    assert one.posts() == []
    assert one.house.read(lambda tx: mailing.blob_of_post(tx, post.id)) == ""
    if text == "small":
        with pytest.raises(KeyError):
            blobs.get(key)


@pytest.mark.parametrize(
    "sender",
    [
        "alice@example.org, bob@example.org",
        "",
        "Group: alice@example.org;",
        "alice@example.org\r\nFrom: bob@example.org",
    ],
)
def test_a_mail_without_exactly_one_author_is_never_posted(one: Cast, sender: str) -> None:
    assert one.house.send(letter(sender=sender))[0] == 550
    one.house.write(
        lambda tx: groups.update(
            tx, Viewer(one.alice), one.group, groups.GroupChange(posting=int(Posting.ANYONE))
        )
    )
    assert one.house.send(letter(sender=sender))[0] == 250
    assert one.posts() == []
    assert len(one.held()) == 1


def test_a_name_that_looks_like_a_member_is_no_member(one: Cast) -> None:
    trick = letter(sender='"alice@example.org" <intruder@evil.test>')
    assert one.house.send(trick, "alice@example.org")[0] == 550
    assert one.posts() == []


def test_what_is_doubtful_waits(cast: Cast) -> None:
    other = letter(sender="bob@example.org", mid="a@x")
    assert cast.house.send(other, "carol@example.org")[1].endswith(b"waits for a moderator")
    failed = letter(mid="b@x", Authentication_Results="mx; spf=fail; dmarc=fail (p=reject)")
    assert cast.house.send(failed)[1].endswith(b"waits for a moderator")
    assert len(cast.held()) == 2
    assert cast.posts() == []


def test_what_a_scanner_found(one: Cast) -> None:
    """A mail server in front that scans says so in a header: the group refuses the mail, or its moderators look."""
    said = {
        "X_Virus_Status": "Infected (Eicar)", "X_Virus_Flag": "YES", "X_Amavis_Alert": "INFECTED, message contains",
    }  # fmt: skip
    for number, (name, value) in enumerate(said.items()):
        code, text = one.house.send(letter(mid=f"v{number}@x", **{name: value}), "alice@example.org")
        assert (code, b"virus" in text) == (550, True), name
    assert one.house.send(letter(mid="c@x", X_Virus_Status="Clean"), "alice@example.org")[0] == 250
    looks = groups.GroupChange(settings={"viruses": "moderate"})
    one.house.write(lambda tx: groups.update(tx, Viewer(one.alice), one.group, looks))
    held = one.house.send(letter(mid="v9@x", X_Virus_Flag="YES"), "alice@example.org")
    assert held[1].endswith(b"waits for a moderator")
    assert (len(one.posts()), len(one.held())) == (1, 1)


def test_the_same_mail_twice_is_one_post(cast: Cast) -> None:
    mail = letter("once", mid="same@x")
    assert cast.house.send(mail)[0] == 250
    assert cast.house.send(b"Received: by another way\r\n" + mail)[0] == 250
    assert len(cast.posts()) == 1
    assert cast.house.send(letter("another text", mid="same@x"))[0] == 250
    assert len(cast.posts()) == 1
    assert len(cast.held()) == 1


@pytest.mark.parametrize(
    "mid", ["", "Message-ID: <>", f"Message-ID: <{'a' * 990}@x>", "Message-ID: <../../x y>"]
)
def test_a_mail_without_a_usable_id_gets_one(one: Cast, mid: str) -> None:
    mail = (mid + "\r\n").encode() * bool(mid) + letter()
    assert one.house.send(mail)[0] == 250
    assert one.house.send(mail)[0] == 250
    assert re.fullmatch(r"[0-9a-f]{40}@without-id\.invalid", one.posts()[0].message_id)


def test_the_same_mail_by_two_ways_at_once_is_one_post(cast: Cast) -> None:
    mail = letter("once", mid="race@x")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: cast.house.send(b"Received: way %d\r\n" % n + mail), range(8)))
    assert {code for code, _ in answers} == {250}
    assert len(cast.posts()) == 1


def test_machines_are_not_posted_and_not_answered(cast: Cast) -> None:
    cast.house.send(letter(mid="1@x"), sender="")
    cast.house.send(letter(mid="2@x", Auto_Submitted="auto-replied"))
    cast.house.send(letter(mid="3@x", List_Id=f"<moot.{DOMAIN}>"))
    cast.house.send(letter(mid="4@x", X_BeenThere=GROUP))
    cast.house.send(letter(mid="5@x", Precedence="bulk"))
    cast.house.send(letter(mid="6@x", X_Loop=GROUP))
    cast.house.send(letter(mid="7@x", List_Post=f"<mailto:{GROUP}>"))
    cast.house.send(letter(mid=f"moot.12345@{DOMAIN}"))
    assert cast.posts() == []
    assert cast.counts() == {MailState.DROPPED: 8}


def test_a_mail_that_goes_in_circles_is_refused(one: Cast) -> None:
    assert one.house.send(b"Received: from a by b\r\n" * 51 + letter())[0] == 554
    assert one.house.send(b"Received: from a by b\r\n" * 50 + letter())[0] == 250


def test_an_answer_to_a_private_groups_mail_leaks_nothing(one: Cast) -> None:
    secret = one.house.group(one.alice, "secret", archive=Archive.MEMBERS, listed=False)
    hidden = letter("hidden", mid="hidden@x")
    assert one.house.send(hidden, to=f"secret@{DOMAIN}")[0] == 250
    assert secret
    answer = letter(
        "open", sender="bob@example.org", mid="open@x", In_Reply_To="<hidden@x>", Subject="Re: A topic"
    )
    assert one.house.send(answer, "bob@example.org")[0] == 250
    assert one.posts()[0].parent_id is None
    # A group that one may not know of looks to its address like one for members.
    assert one.house.send(letter(sender="bob@example.org"), "bob@example.org", f"secret@{DOMAIN}")[0] == 550


def raw_session(port: int, *parts: bytes) -> bytes:
    """What the server says to these octets, sent one part after another."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        for part in parts:
            sock.sendall(part)
            time.sleep(0.05)
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := sock.recv(65536):
            answer += chunk
    return answer


START = b"EHLO x\r\nMAIL FROM:<alice@example.org>\r\nRCPT TO:<moot@lists.test>\r\nDATA\r\n"


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r"])
def test_a_smuggled_end_of_data_ends_nothing(one: Cast, end: bytes) -> None:
    second = b"MAIL FROM:<bob@example.org>\r\nRCPT TO:<moot@lists.test>\r\nDATA\r\n" + letter(
        "evil", sender="bob@example.org", mid="evil@x"
    )
    mail = letter("one", mid="one@x").rstrip() + end + second + b"\r\n.\r\nQUIT\r\n"
    answer = raw_session(one.house.settings.smtp_port, START + mail)
    assert answer.count(b"\r\n354 ") == 1
    assert len(one.posts()) == 1
    assert one.posts()[0].author.name == "alice"


def test_pieces_of_the_end_and_dots(one: Cast) -> None:
    body = letter("..two dots\r\n...three", mid="dots@x")
    answer = raw_session(
        one.house.settings.smtp_port, START, body[:-2], b"\r", b"\n", b".", b"\r", b"\nQUIT\r\n"
    )
    assert b"250 2.0.0 accepted" in answer
    assert one.posts()[0].plain == ".two dots\n..three"


def test_sizes_are_bounded(tmp_path: Path, run_folder: Path) -> None:
    from tests.support.postgres import Template

    Template(run_folder).copy_to(tmp_path / "small")
    settings = with_mail(Settings(data=str(tmp_path / "small")), mail_max_bytes=200_000)
    with mail_house(settings, worker=False) as house:
        cast = Cast(house)
        answer = raw_session(
            settings.smtp_port, b"EHLO x\r\nMAIL FROM:<alice@example.org> SIZE=200001\r\nQUIT\r\n"
        )
        assert b"\r\n552 " in answer
        assert house.send(letter("x" * 300_000))[0] == 552
        assert house.send(letter("y" * 100_000, mid="ok@x"))[0] == 250
        answer = raw_session(
            settings.smtp_port, START + letter("z" * 2_000_000) + b".\r\n" + START[8:] + b".\r\nQUIT\r\n"
        )
        assert answer.count(b"\r\n552 ") == 1
        assert answer.endswith(b"221 2.0.0 bye\r\n")
        assert len(cast.posts()) == 1


def test_no_mail_is_taken_where_there_is_no_room(one: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    store = one.house.store
    assert isinstance(store, SqliteStore)
    store._writer_con.execute("PRAGMA max_page_count=1")  # not below what it has: just not more
    codes = [one.house.send(letter("x" * 9_000, mid=f"{n}@full"))[0] for n in range(9)]
    assert codes[-1] == 452
    store._writer_con.execute("PRAGMA max_page_count=1000000")
    monkeypatch.setattr(receive, "take_soon", lambda *told: 1 / 0)
    assert one.house.send(letter(mid="broken@x"))[0] == 451
    monkeypatch.undo()
    assert one.house.send(letter(mid="again@x"))[0] == 250
    assert len(one.posts()) == codes.count(250) + 1


def test_more_large_mails_at_once_than_memory_holds_wait_for_each_other(one: Cast) -> None:
    mails = [letter(f"{n}\r\n" * LARGE, mid=f"{n}@large") for n in range(LARGE_AT_ONCE + 3)]
    with ThreadPoolExecutor(len(mails)) as pool:
        assert {code for code, _ in pool.map(one.house.send, mails)} == {250}
    assert len(one.posts()) == len(mails)


def test_long_lines_and_many_headers_cost_little(one: Cast) -> None:
    start = time.process_time()
    assert one.house.send(letter("x" * 10_000_000, mid="long@x"))[0] == 250
    assert one.house.send(b"X-A: b\r\n" * 100_000 + letter(mid="many@x"))[0] in (250, 550)
    assert one.house.send(b"X-A: " + b"b" * 1_000_000 + b"\r\n" + letter(mid="wide@x"))[0] in (250, 550)
    assert time.process_time() - start < 8


def test_commands_out_of_order_and_nonsense(one: Cast) -> None:
    port = one.house.settings.smtp_port
    answer = raw_session(
        port, b"DATA\r\nMAIL FROM:<a@b.org>\r\nEHLO\r\nLHLO x\r\nFOO\r\n\xff\xfe\r\nQUIT\r\n"
    )
    assert [line[:3] for line in answer.splitlines()] == b"220 503 503 501 500 500 500 221".split()
    answer = raw_session(port, b"EHLO x\r\n" + b"A" * 100_000 + b"\r\nNOOP\r\nQUIT\r\n")
    assert answer.splitlines()[-3:] == [b"500 5.5.2 line too long", b"250 2.0.0 ok", b"221 2.0.0 bye"]
    answer = raw_session(port, b"FOO\r\n" * 100)
    assert answer.splitlines()[-1].startswith(b"421 ")
    web = b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"
    page = raw_session(port, web + START + letter(mid="web@x") + b"\r\n.\r\n")
    assert page.splitlines()[1:] == [b"421 4.7.0 this is no web server"]
    assert not one.posts()
    many = b"RCPT TO:<moot@lists.test>\r\n" * 1001
    answer = raw_session(port, b"EHLO x\r\nMAIL FROM:<alice@example.org>\r\n" + many + b"RSET\r\nQUIT\r\n")
    assert answer.count(b"452 4.5.3") == 1


def test_lmtp_answers_for_each_recipient(one: Cast) -> None:
    one.house.group(one.bob, "other")
    with one.house.lmtp() as client:
        client.ehlo_or_helo_if_needed()
        client.mail("alice@example.org")
        for name in ("moot", "other"):
            assert client.rcpt(f"{name}@{DOMAIN}")[0] == 250
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(letter(mid="two@x") + b".\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [250, 550]


def test_swaks_and_smtplib_speak_smtp_with_it(one: Cast) -> None:
    with smtplib.SMTP("127.0.0.1", one.house.settings.smtp_port) as client:
        assert (
            client.sendmail(
                "alice@example.org",
                [GROUP],
                letter("grüße".encode().decode("latin-1"), mid="s@x").decode().encode("utf-8"),
            )
            == {}
        )
    if shutil.which("swaks") is None:
        pytest.skip("swaks is not installed")
    done = subprocess.run(
        [
            "swaks", "--server", "127.0.0.1", "--port", str(one.house.settings.lmtp_port), "--protocol", "LMTP",
            "--from", "alice@example.org", "--to", GROUP, "--header", "Subject: by swaks", "--body", "swaks says hello",
        ],
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert {post.title for post in one.posts()} == {"A topic", "by swaks"}


def secrets_in(house: MailHouse, word: str) -> list[str]:
    from folkmoot.domain import backlog
    from folkmoot.doors.mail import send

    waiting = house.read(lambda tx: backlog.mails(tx, Viewer.system()))
    texts = [send.rendered(house.settings, house.store, house.blobs, mail.id).decode() for mail in waiting]
    return [found for text in texts for found in re.findall(rf"\+({word}-[a-z0-9]{{20}})@", text)]


def test_joining_and_leaving_by_mail_needs_a_proof(cast: Cast) -> None:
    house, joiner = cast.house, "eve@example.net"
    ask = letter(sender=joiner)
    assert house.send(ask, joiner, f"moot+subscribe@{DOMAIN}")[0] == 250
    assert house.send(ask, joiner, f"moot+subscribe@{DOMAIN}")[0] == 250
    (word,) = set(secrets_in(house, "confirm"))
    assert (
        house.send(letter(sender="other@example.net"), "other@example.net", f"moot+{word}@{DOMAIN}")[0] == 550
    )
    vacation = letter(sender=joiner, Auto_Submitted="auto-replied")
    assert house.send(vacation, joiner, f"moot+{word}@{DOMAIN}")[0] == 250
    assert house.send(letter(sender=joiner), joiner)[0] == 550
    assert house.send(ask, joiner, f"moot+{word}@{DOMAIN}")[0] == 250
    assert house.send(ask, joiner, f"moot+{word}@{DOMAIN}")[0] == 550
    assert house.send(letter("now I may", sender=joiner), joiner)[0] == 250
    forged = letter(sender="bob@example.org", Subject="unsubscribe")
    assert house.send(forged, "evil@example.net", f"moot+unsubscribe@{DOMAIN}")[0] == 250
    found = house.read(lambda tx: members.get(tx, cast.group, cast.bob))
    assert found is not None
    assert found.status == Membership.NORMAL
    (leave,) = set(secrets_in(house, "confirm")) - {word}
    assert house.send(forged, "bob@example.org", f"moot+{leave}@{DOMAIN}")[0] == 250
    found = house.read(lambda tx: members.get(tx, cast.group, cast.bob))
    assert found is not None
    assert found.status == Membership.LEFT


def test_one_confirmation_a_day_over_all_groups(one: Cast) -> None:
    for number in range(5):
        one.house.group(one.alice, f"g{number}")
        victim = letter(sender="victim@example.net", mid=f"{number}@x")
        assert one.house.send(victim, f"m{number}@evil.test", f"g{number}+subscribe@{DOMAIN}")[0] == 250
    assert len(secrets_in(one.house, "confirm")) == 1


def test_poison_is_taken_or_refused_but_never_lost_or_stuck(one: Cast) -> None:
    if not DATA.exists():
        pytest.skip("../shared/data is not here: this test needs real mail")
    folders = [DATA / name for name in ("stalwart-mail-parser", "ruby-mail", "james-mime4j", "flufl-bounce")]
    files = [
        f
        for folder in folders
        for f in folder.rglob("*")
        if f.suffix in (".eml", ".msg", ".txt", "") and f.is_file()
    ]
    assert len(files) > 300
    one.house.write(
        lambda tx: groups.update(
            tx, Viewer(one.alice), one.group, groups.GroupChange(posting=int(Posting.ANYONE))
        )
    )
    before = one.counts()
    answers = []
    with one.house.lmtp() as client:
        client.ehlo_or_helo_if_needed()
        for file in files:
            client.mail("someone@example.net")
            client.rcpt(GROUP)
            client.putcmd("data")
            assert client.getreply()[0] == 354
            data = file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            client.send(data.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
            answers.append(client.getreply())
    assert before == {}
    assert {code for code, _ in answers} <= {250, 554}
    assert len([1 for code, _ in answers if code == 250]) > 300
    assert sum(one.counts().values()) > 250
