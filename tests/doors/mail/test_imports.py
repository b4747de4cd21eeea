"""Archives and members brought along: from mbox, zip and lists, once, quietly, and private all the way."""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.mailhouse import MailHouse, mail_house, with_mail
from tests.support.postgres import Template

from folkmoot.domain import backlog
from folkmoot.domain.access import Archive, GroupRole, Membership, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.groups.rosters import Way
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts
from folkmoot.domain.reading import search
from folkmoot.domain.reading.timelines import of_account
from folkmoot.doors.mail.archive import import_mbox
from folkmoot.doors.mail.bundles import BadBundle, import_zip
from folkmoot.doors.mail.rosters import Problem, export_members, import_members
from folkmoot.kit.mail.roster import Row, read_roster, write_roster
from folkmoot.settings import Settings


def mbox(*numbers: int, to: str = "moot@lists.test") -> bytes:
    return b"".join(
        f"From anna@example.org Sat Nov  4 10:00:{n % 60:02} 2017\nFrom: Anna <anna@example.org>\nTo: {to}\n"
        f"Subject: Topic {n}\nDate: Sat, 4 Nov 2017 10:00:00 +0000\nMessage-ID: <{n}@import>\n\n"
        f"buttercup {n}\n\n".encode()
        for n in numbers
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[MailHouse]:
    with mail_house(with_mail(settings), worker=False) as running:
        yield running


@pytest.fixture
def one(tmp_path: Path, run_folder: Path) -> Iterator[MailHouse]:
    Template(run_folder).copy_to(tmp_path / "one")
    with mail_house(with_mail(Settings(data=str(tmp_path / "one"))), worker=False) as running:
        yield running


def bundle(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries.items():
            out.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return path


# ── archives ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_zip_brings_every_mbox_in_it_once(one: MailHouse, tmp_path: Path) -> None:
    one.group(one.person("alice"))
    file = bundle(
        tmp_path / "moot.zip",
        messages_dot_mbox=mbox(1, 2),
        Takeout__Mail__All_dot_mbox=mbox(2, 3),
        Takeout__archive_browser_dot_html=b"<html>",
        unnamed=mbox(4),
        members_dot_csv=b"email\na@example.org\n",
    )
    report = import_zip(one.store, one.blobs, "moot", file)
    assert (report.read, report.added, report.known, report.problems) == (5, 4, 1, [])
    again = import_zip(one.store, one.blobs, "moot", file)
    assert (again.added, again.known) == (0, 5)
    assert list(one.settings.folder.glob("import-*")) == []


def test_what_is_wrong_with_a_zip_is_told_and_the_rest_comes_in(one: MailHouse, tmp_path: Path) -> None:
    one.group(one.person("alice"))
    file = bundle(tmp_path / "odd.zip", good_dot_mbox=mbox(1), broken_dot_mbox=os.urandom(3_000))
    data = bytearray(file.read_bytes())
    place = data.index(b"broken.mbox") + 400
    data[place] ^= 0xFF
    file.write_bytes(bytes(data))
    report = import_zip(one.store, one.blobs, "moot", file)
    assert report.added == 1
    assert [(p.file.name, p.number) for p in report.problems] == [("broken.mbox", 0)]
    bomb = bundle(tmp_path / "bomb.zip", bomb_dot_mbox=b"From x\n" + b"\0" * 60_000_000)
    assert bomb.stat().st_size < 100_000
    report = import_zip(one.store, one.blobs, "moot", bomb)
    assert (report.read, len(report.problems)) == (0, 1)
    (tmp_path / "no.zip").write_bytes(b"PK nothing")
    with pytest.raises(BadBundle):
        import_zip(one.store, one.blobs, "moot", tmp_path / "no.zip")
    with pytest.raises(BadBundle):
        import_zip(one.store, one.blobs, "moot", bundle(tmp_path / "empty.zip", readme=b"hello"))
    with pytest.raises(NotFound):
        import_zip(one.store, one.blobs, "none", file)


def test_an_entry_that_points_elsewhere_writes_nothing_there(one: MailHouse, tmp_path: Path) -> None:
    one.group(one.person("alice"))
    file = tmp_path / "trick.zip"
    with zipfile.ZipFile(file, "w") as out:
        out.writestr("../../../evil.mbox", mbox(1))
        out.writestr("/etc/evil.mbox", mbox(2))
    assert import_zip(one.store, one.blobs, "moot", file).added == 2
    assert list(tmp_path.rglob("evil.mbox")) == []


def test_of_a_whole_mailbox_only_the_list_is_taken(one: MailHouse, tmp_path: Path) -> None:
    one.group(one.person("alice"))
    file = tmp_path / "takeout.mbox"
    private = mbox(9, to="anna@example.org").replace(
        b"anna@example.org Sat", b"1572345678901234567@xxx Sat", 1
    )
    listed = mbox(8, to="undisclosed").replace(b"Subject:", b"List-Id: Moot <moot.lists.old.test>\nSubject:")
    file.write_bytes(mbox(1) + private + listed)
    report = import_mbox(one.store, one.blobs, "moot", [file], only="MOOT@lists.test")
    assert (report.read, report.added, report.others) == (3, 1, 2)
    report = import_mbox(one.store, one.blobs, "moot", [file], only="moot.lists.old.test")
    assert (report.added, report.others) == (1, 2)


def test_private_stays_private_while_it_comes_in(house: MailHouse, tmp_path: Path) -> None:
    group = house.group(house.person("alice"), archive=Archive.MEMBERS)
    stranger = house.person("mallory")
    file = tmp_path / "secret.mbox"
    file.write_bytes(mbox(*range(1, 900)))
    seen: list[int] = []
    looks, over = [0], threading.Event()

    def look() -> None:
        while not over.is_set():
            for viewer in (Viewer.anonymous(), Viewer(stranger)):
                seen.extend(
                    house.read(lambda tx, v=viewer: search.posts_matching(tx, v, "buttercup", Page()))
                )
                try:
                    seen.extend(house.read(lambda tx, v=viewer: of_account(tx, v, group, Page())))
                except NotFound:
                    continue
            looks[0] += 1

    watching = threading.Thread(target=look)
    watching.start()
    try:
        report = import_mbox(house.store, house.blobs, "moot", [file])
    finally:
        over.set()
        watching.join()
    assert report.added == 899
    assert looks[0] >= 3
    assert seen == []
    alice = house.read(lambda tx: accounts.find_by_name(tx, "alice")) or 0
    assert house.read(lambda tx: list(search.posts_matching(tx, Viewer(alice), "buttercup", Page())))
    assert house.read(lambda tx: backlog.mails(tx, Viewer.system())) == []


# ── members ──────────────────────────────────────────────────────────────────────────────────────────────────


GROUPSIO = (
    b"Email,Display Name,Username,Email Delivery,Moderator Status,Status\r\n"
    b'anna@example.org,"Anna, the first",anna,Full Featured Digest,Owner,Confirmed\r\n'
    b"bruno@example.org,Bruno,,No Email,Moderator,Confirmed\r\n"
    b"nonsense,Nobody,,Single,,Confirmed\r\n"
    b"cleo@example.org,Cleo,,Daily Summary,,Banned\r\n"
    b"dora@example.org,Dora,,Individual Messages,,Confirmed\r\n"
)


def standing_of(house: MailHouse, group: int, address: str) -> members.Member | None:
    who = house.read(lambda tx: accounts.find_by_address(tx, address))
    return None if who is None else house.read(lambda tx: members.get(tx, group, who))


def test_members_come_in_quietly_and_once(house: MailHouse) -> None:
    group = house.group(house.person("alice"), joining=2)
    report = import_members(house.store, "moot", GROUPSIO)
    assert (report.read, report.added, report.known) == (5, 3, 0)
    assert report.problems == [
        Problem(4, "nonsense", "not an address"),
        Problem(5, "cleo@example.org", "their status there is banned"),
    ]
    anna = standing_of(house, group, "anna@example.org")
    bruno = standing_of(house, group, "bruno@example.org")
    assert anna is not None
    assert bruno is not None
    assert (anna.status, anna.delivery, anna.role) == (
        Membership.NORMAL,
        Delivery.HTML_DIGEST,
        GroupRole.MEMBER,
    )
    assert bruno.delivery == Delivery.NONE
    house.write(lambda tx: members.set_delivery(tx, Viewer(anna.account_id), group, Delivery.SINGLE))
    again = import_members(house.store, "moot", GROUPSIO)
    assert (again.added, again.known, len(again.problems)) == (0, 3, 2)
    now = standing_of(house, group, "anna@example.org")
    assert now is not None
    assert now.delivery == Delivery.SINGLE, "what she chose stays"
    assert house.read(lambda tx: backlog.mails(tx, Viewer.system())) == []


def test_members_are_asked_or_welcomed_where_that_is_wanted(one: MailHouse) -> None:
    group = one.group(one.person("alice"), joining=2)
    asked = b"anna@example.org\nBruno <bruno@example.org>\n"
    assert import_members(one.store, "moot", asked, Way.INVITE).added == 2
    assert import_members(one.store, "moot", asked, Way.INVITE).known == 2
    anna = standing_of(one, group, "anna@example.org")
    assert anna is not None
    assert anna.status == Membership.INVITED
    mails = one.read(lambda tx: backlog.mails(tx, Viewer.system()))
    assert sorted(mail.address for mail in mails) == ["anna@example.org", "bruno@example.org"]
    report = import_members(one.store, "moot", GROUPSIO, Way.WELCOME, roles=True)
    assert report.added == 3
    anna = standing_of(one, group, "anna@example.org")
    assert anna is not None
    assert (anna.status, anna.role, anna.delivery) == (
        Membership.NORMAL,
        GroupRole.OWNER,
        Delivery.HTML_DIGEST,
    )


def test_who_was_banned_is_not_let_back_by_a_list(one: MailHouse) -> None:
    group, bob = one.group(one.person("alice")), one.person("bob")
    one.write(lambda tx: members.put(tx, group, bob, status=Membership.BANNED))
    for way in Way:
        report = import_members(one.store, "moot", b"bob@example.org\nx@example.org\n", way)
        assert [p.reason for p in report.problems] == ["banned"], way
    found = standing_of(one, group, "bob@example.org")
    assert found is not None
    assert found.status == Membership.BANNED


def test_members_go_out_as_they_come_in(one: MailHouse) -> None:
    one.group(one.person("alice"))
    import_members(one.store, "moot", b"=cmd@example.org,=1+1\n'tHart@example.org,'t Hart\n")
    import_members(one.store, "moot", GROUPSIO)
    text = "".join(export_members(one.store, "moot"))
    assert text.splitlines()[0] == "email,name,username,role,delivery,joined"
    assert len(text.splitlines()) == 7
    assert "'=1+1" in text
    assert ",=1+1" not in text
    other = one.group(one.person("zoe"), "other")
    report = import_members(one.store, "other", text.encode(), roles=True)
    assert (report.added, report.problems) == (6, [])
    anna = standing_of(one, other, "anna@example.org")
    assert anna is not None
    assert anna.delivery == Delivery.HTML_DIGEST
    alice = standing_of(one, other, "alice@example.org")
    assert alice is not None
    assert alice.role == GroupRole.OWNER


ROSTERS = [
    (b"a@example.org\n\n# comment\nBob B <b@example.org>\nc@example.org (Cy)\n",
     [("a@example.org", ""), ("b@example.org", "Bob B"), ("c@example.org", "Cy")]),
    ("Name;E-Mail\nJörg;j@example.org\n".encode("latin-1"), [("j@example.org", "Jörg")]),
    ("\ufeffFirst Name,Last Name,Email Address\nA,B,ab@example.org\n".encode(), [("ab@example.org", "A B")]),
    ("email\tname\nx@example.org\tX\n".encode("utf-16"), [("x@example.org", "X")]),
    (b'x@example.org,"broken\ny@example.org,Y\n', [("x@example.org", "broken"), ("y@example.org", "Y")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "wanted"), ROSTERS)
def test_rosters_of_all_kinds_are_read(data: bytes, wanted: list[tuple[str, str]]) -> None:
    assert [(row.address, row.name) for row in read_roster(data)] == wanted


def test_lines_that_are_no_members_are_numbered() -> None:
    rows = list(
        read_roster(b"email,name\nbad\n,empty\n" + b"x" * 20_000 + b"\na@b@c,d\nok@example.org,\0Ok\n")
    )
    assert [(row.line, bool(row.problem)) for row in rows] == [
        (2, True),
        (3, True),
        (4, True),
        (5, True),
        (6, False),
    ]
    assert rows[-1] == Row(6, "ok@example.org", "Ok")
    for data in (b"", b"\n" * 100, os.urandom(5_000), b'"' * 5_000, b"\xff\xfe\x00"):
        assert all(row.problem or "@" in row.address for row in read_roster(data))


def test_what_is_written_is_read_again() -> None:
    cells = [
        ("a@example.org", name) for name in ("=1", "'quoted'", "-x", "+y", "@z", "a,b", 'say "hi"', "'t Hart")
    ]
    text = "".join(write_roster(("email", "name"), cells))
    assert [(row.address, row.name) for row in read_roster(text.encode())] == cells
