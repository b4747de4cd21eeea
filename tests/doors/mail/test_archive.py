"""Archives in and out, with real mail: each message once, in its thread, and every byte back."""

from __future__ import annotations

import io
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import conversations
from folkmoot.domain.reading import search
from folkmoot.doors.mail import archive
from folkmoot.doors.mail.accept import fingerprint, made_up_id
from folkmoot.kit.mail import threads as jwz
from folkmoot.kit.mail.mbox import MboxItem, read_mbox, unquote_from, write_mbox
from folkmoot.kit.mail.parse import parse
from folkmoot.settings import Settings
from folkmoot.store.blobs import key_of
from folkmoot.store.engine import Store, open_store
from folkmoot.store.schema.posts import posts
from folkmoot.store.smallmail import StoredBlobs
from folkmoot.store.sql import Query

DATA = Path(__file__).parents[4] / "shared/data/mail/apache-ponymail"
SUBSCRIBERS = ("listsao", "mailarchivesao", "mboxvm")
_SHAPE = Query(
    sa.select(posts.c.id, posts.c.message_id, posts.c.parent_id, posts.c.thread_id, posts.c.replies_n)
)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked mboxes of Apache Pony Mail's tests."""
    if not DATA.exists():
        pytest.skip("../shared/data is not here: this test needs real mail")
    folder = tmp_path_factory.mktemp("corpus")
    tar = next(DATA.glob("*.tar.xz"))
    subprocess.run(["tar", "-xJf", str(tar), "-C", str(folder)], check=True)
    return next(folder.rglob("*.mbox")).parent


@pytest.fixture
def sqlite(tmp_path: Path, run_folder: Path) -> Iterator[Store]:
    """A store on SQLite alone, for the long tests."""
    from tests.support.postgres import Template

    Template(run_folder).copy_to(tmp_path / "big")
    opened = open_store(Settings(data=str(tmp_path / "big")))
    yield opened
    opened.close()


def make_group(store: Store, name: str = "dev") -> int:
    def make(tx):  # type: ignore[no-untyped-def]
        owner = accounts.add_person(tx, NewPerson(name="owner", address="owner@example.org"))
        return groups.create(tx, Viewer(owner), groups.NewGroup(name=name, description="developers talk"))

    return store.write(make)


def folder_of(store: Store) -> StoredBlobs:
    return StoredBlobs(store.settings.folder / "blobs", store)


def exported(store: Store) -> bytes:
    out = io.BytesIO()
    archive.export_mbox(store, folder_of(store), "dev", out)
    return out.getvalue()


def shape(store: Store) -> dict[str, tuple[str | None, str]]:
    """(parent's, thread's Message-ID) by Message-ID."""
    rows = store.read(lambda tx: tx.all(_SHAPE))
    names = {row[0]: row[1] for row in rows}
    return {row[1]: (names.get(row[2]), names[row[3]]) for row in rows}


def name_of(raw: bytes) -> str:
    parsed = parse(unquote_from(raw))
    return parsed.message_id or made_up_id(parsed, fingerprint(parsed), key_of(raw))


def distinct(files: list[Path]) -> list[tuple[str, MboxItem]]:
    found: dict[str, MboxItem] = {}
    for file in files:
        for item in read_mbox(file):
            found.setdefault(name_of(item.raw), item)
    return list(found.items())


def write(path: Path, items: list[MboxItem]) -> Path:
    for item in items:
        item.sep = b"\n"
    with open(path, "wb") as out:
        write_mbox(items, out)
    return path


def test_the_whole_corpus(corpus: Path, sqlite: Store) -> None:
    make_group(sqlite)
    files = sorted(corpus.glob("*.mbox"))
    assert len(files) == 31
    steps: list[tuple[int, int]] = []
    report = archive.import_mbox(sqlite, folder_of(sqlite), "dev", files, lambda *step: steps.append(step))
    assert report.read == 2039
    messages = [parse(item.raw).message_id for file in files for item in read_mbox(file)]
    assert len(set(messages)) == 808  # one of them being "none", which three messages have
    assert report.added == len(distinct(files)) == 809
    assert report.added + report.known + report.repeated == 2039
    assert report.problems == []
    total = sum(file.stat().st_size for file in files)
    assert steps[-1] == (total, total)
    again = archive.import_mbox(sqlite, folder_of(sqlite), "dev", files)
    assert (again.added, again.repeated) == (0, 0)
    rows = sqlite.read(lambda tx: tx.all(_SHAPE))
    beginnings = [row for row in rows if row[2] is None]
    group = sqlite.read(lambda tx: groups.find(tx, Viewer.system(), "dev"))[0]
    assert len(beginnings) == sqlite.read(lambda tx: conversations.count(tx, group.id)) == group.topics_n
    answers = Counter(row[2] for row in rows if row[2] is not None)
    assert {row[0]: row[4] for row in rows if row[4]} == answers


def test_every_file_comes_back_byte_for_byte(corpus: Path, tmp_path: Path, run_folder: Path) -> None:
    from tests.support.postgres import Template

    for number, file in enumerate(sorted(corpus.glob("*.mbox"))):
        Template(run_folder).copy_to(tmp_path / str(number))
        store = open_store(Settings(data=str(tmp_path / str(number))))
        try:
            make_group(store)
            archive.import_mbox(store, folder_of(store), "dev", [file])
            assert exported(store) == file.read_bytes(), file.name
            again = archive.import_mbox(store, folder_of(store), "dev", [file])
            assert (again.added, again.repeated) == (0, 0), file.name
            assert exported(store) == file.read_bytes(), file.name
        finally:
            store.close()


def test_the_same_month_as_others_saw_it(corpus: Path, store: Store) -> None:
    make_group(store)
    blobs = folder_of(store)
    files = [corpus / f"maven-dev-2017-11-{name}.mbox" for name in SUBSCRIBERS]
    named = [{name_of(item.raw) for item in read_mbox(file)} for file in files]
    reports = [archive.import_mbox(store, blobs, "dev", [file]) for file in files]
    assert reports[0].added == len(named[0])
    assert reports[1].added == len(named[1] - named[0])
    assert reports[2].added == len(named[2] - named[1] - named[0])
    assert len(shape(store)) == len(named[0] | named[1] | named[2])
    assert exported(store).startswith(files[0].read_bytes())


def test_threads_are_those_of_jwz_in_any_order(corpus: Path, tmp_path: Path, run_folder: Path) -> None:
    from tests.support.postgres import Template

    items = [item for _, item in distinct(sorted(corpus.glob("*.mbox")))]
    found = distinct([write(tmp_path / "all.mbox", items)])
    refs = []
    for name, item in found:
        p = parse(unquote_from(item.raw))
        refs.append(jwz.Ref(name, p.references, p.in_reply_to, p.subject, p.date))
    expected = jwz.thread(refs)
    shuffled = found[:]
    random.Random(4).shuffle(shuffled)
    for number, order in enumerate((found[::-1], shuffled)):
        Template(run_folder).copy_to(tmp_path / str(number))
        store = open_store(Settings(data=str(tmp_path / str(number))))
        try:
            make_group(store)
            file = write(tmp_path / f"{number}.mbox", [item for _, item in order])
            archive.import_mbox(store, folder_of(store), "dev", [file])
            got = {name: parent for name, (parent, _) in shape(store).items()}
            assert {name for name in expected if got[name] != expected[name]} == set()
        finally:
            store.close()


def test_an_import_that_was_stopped_goes_on(
    corpus: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_group(store)
    monkeypatch.setattr(archive, "BATCH", 20)
    file = corpus / "httpd-users-2020-07.mbox"
    total = sum(1 for _ in read_mbox(file))
    assert total > 60

    def stop(done: int, size: int) -> None:
        if done > size // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.import_mbox(store, folder_of(store), "dev", [file], stop)
    half = len(shape(store))
    assert 0 < half < total
    report = archive.import_mbox(store, folder_of(store), "dev", [file])
    assert report.known >= half
    assert len(shape(store)) == total
    assert exported(store) == file.read_bytes()


def mbox(*messages: bytes) -> bytes:
    head = b"From a@example.org Mon Nov 13 10:00:00 2017\n"
    return b"".join(head + message + b"\n\n" for message in messages)


def test_a_files_own_second_copies_come_back_and_others_do_not(store: Store, tmp_path: Path) -> None:
    make_group(store)
    one = b"From: a@example.org\nMessage-ID: <1@x>\nSubject: one\n\ntext"
    other_way = b"Received: by another\n" + one
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.write_bytes(mbox(one, one, other_way))
    theirs.write_bytes(mbox(b"Received: far away\n" + one, b"Received: far away\n" + one))
    report = archive.import_mbox(store, folder_of(store), "dev", [mine])
    assert (report.read, report.added, report.repeated) == (3, 1, 2)
    for file, _ in ((mine, 0), (theirs, 0), (mine, 0)):
        report = archive.import_mbox(store, folder_of(store), "dev", [file])
        assert (report.added, report.repeated) == (0, 0)
    assert exported(store) == mine.read_bytes()


def test_nonsense_is_kept_and_reported(store: Store, tmp_path: Path) -> None:
    make_group(store)
    nested = b"From: a@x.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    nested += b"Content-Type: message/rfc822\n\n" * 500 + b"end"
    nobody = b"Subject: nobody wrote this\nFrom: one@a.org, two@b.org\n\nhm"
    undated = b"From: b@x.org\nDate: Mon, 99 Foo 2999 99:99:99\nMessage-ID: <undated@x>\n\nhm"
    late = b"From: b@x.org\nDate: Mon, 1 Jan 2103 10:00:00 +0000\nMessage-ID: <late@x>\n\nhm"
    odd = b"\0\xff\xfe no header here"
    file = tmp_path / "odd"
    file.write_bytes(b"garbage before\n\n" + mbox(nested, nobody, undated, late, odd))
    report = archive.import_mbox(store, folder_of(store), "dev", [file])
    assert [problem.number for problem in report.problems] == [1, 2, 6]
    assert report.added == 3
    assert exported(store) == file.read_bytes()
    again = archive.import_mbox(store, folder_of(store), "dev", [file])
    assert (again.added, again.repeated) == (0, 0)
    rows = store.read(lambda tx: tx.all(_SHAPE))
    found = store.read(lambda tx: views.post_list(tx, Viewer.anonymous(), [row[0] for row in rows]))
    by_title = {view.message_id: view for view in found}
    assert by_title["undated@x"].extra["claimed_date"].startswith("Mon, 99")
    assert by_title["late@x"].extra["claimed_date"].startswith("Mon, 1 Jan 2103")
    assert by_title["late@x"].created_at == by_title["undated@x"].created_at
    unknown = next(view for view in found if view.title == "nobody wrote this")
    assert unknown.author.display_name == "unknown sender"
    assert unknown.extra["claimed_from"] == "one@a.org, two@b.org"


def test_a_message_too_large_for_memory_is_kept_in_pieces(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_group(store)
    monkeypatch.setattr(archive, "read_mbox", lambda path: read_mbox(path, limit=3_000_000))
    monkeypatch.setattr(archive, "PIECE", 1_000_000)
    small = b"From: a@x.org\nMessage-ID: <s@x>\n\nsmall"
    file = tmp_path / "large"
    file.write_bytes(mbox(b"From: a@x.org\n\n" + b"x" * 5_000_000, small))
    report = archive.import_mbox(store, folder_of(store), "dev", [file])
    assert report.added == 1
    assert [(p.number, p.reason) for p in report.problems] == [(1, "message too large")]
    assert exported(store) == file.read_bytes()
    archive.import_mbox(store, folder_of(store), "dev", [file])
    assert exported(store) == file.read_bytes()


def test_what_was_imported_is_found_and_has_its_files(corpus: Path, store: Store) -> None:
    make_group(store)
    archive.import_mbox(
        store, folder_of(store), "dev", [corpus / "text_enriched.mbox", corpus / "nexus-html-only.mbox"]
    )
    rows = store.read(lambda tx: tx.all(_SHAPE))
    found = store.read(lambda tx: views.post_list(tx, Viewer.anonymous(), [row[0] for row in rows]))
    assert all(view.group is not None and view.plain.strip() for view in found)
    word = found[0].title.split()[-1]
    assert store.read(lambda tx: search.posts_matching(tx, Viewer.anonymous(), word, Page()))


def test_attachments_become_files(store: Store, tmp_path: Path) -> None:
    make_group(store)
    gif = b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    message = (
        b"From: a@x.org\nMessage-ID: <f@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nsee\n"
        b'--b\nContent-Type: image/gif\nContent-Disposition: attachment; filename="../../a.gif"\n'
        b"Content-Transfer-Encoding: base64\n\n" + gif + b"\n"
        b"--b\nContent-Type: image/png; name=lie.png\nContent-Transfer-Encoding: base64\n\nPHNjcmlwdD4=\n--b--\n"
    )
    (tmp_path / "f").write_bytes(mbox(message))
    archive.import_mbox(store, folder_of(store), "dev", [tmp_path / "f"])
    rows = store.read(lambda tx: tx.all(_SHAPE))
    view = store.read(lambda tx: views.post(tx, Viewer.anonymous(), rows[0][0]))
    assert [(m.kind, m.name, m.width) for m in view.media] == [("image", "a.gif", 1), ("file", "lie.png", 0)]


def test_memory_stays_flat_and_it_is_fast(corpus: Path, sqlite: Store, tmp_path: Path) -> None:
    """At least 20,000 messages a minute, the search index ready; here with room for a busy machine."""
    import resource
    import time

    make_group(sqlite)
    file = corpus / "maven-dev-2017-11-listsao.mbox"
    items = list(read_mbox(file))
    big = tmp_path / "big.mbox"
    with open(big, "wb") as out:
        for copy in range(4):
            for item in items:
                out.write(
                    item.envelope
                    + b"\n"
                    + item.raw.replace(b"Message-I", b"Message-I", 1).replace(b"@", b"%d@" % copy)
                    + item.sep
                )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    report = archive.import_mbox(sqlite, folder_of(sqlite), "dev", [big])
    seconds = time.monotonic() - start
    assert report.added > 2 * len(items)
    assert report.read / seconds * 60 > 3_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000
