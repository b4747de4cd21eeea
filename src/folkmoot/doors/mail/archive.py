"""Mailing list archives in and out: mbox files into a group, each message once, and back byte for byte."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups import groups
from folkmoot.domain.mail import mailing
from folkmoot.domain.mail.mailing import Kept, MailState, NewMail
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import posts
from folkmoot.doors.mail.accept import Taken, draft_of, said_at, stable_id, take
from folkmoot.doors.mail.export import export_mbox, kept_text
from folkmoot.kit.ids import now_ms
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.kit.mail.headers import scan_block
from folkmoot.kit.mail.mbox import MboxItem, envelope_date, read_mbox, unquote_from

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

__all__ = ["Problem", "Report", "export_mbox", "import_mbox"]

BATCH = 200
"""Messages of one transaction."""
BATCH_BYTES = 16 * 1024 * 1024
PIECE = 16 * 1024 * 1024
"""Octets of one piece of a message that is too large to be held in memory."""
KNOWN_AUTHORS = 10_000
UNKNOWN_SENDER = "unknown.sender@nobody.invalid"
"""The author of mails that name none: an address that nobody can ever prove to be theirs."""
Advance = Callable[[int, int], None]
"""(octets done, octets in all)."""


class Problem(msgspec.Struct, frozen=True):
    """A message that could not be read; it is kept raw. *number* counts from 1 in its file."""

    file: Path
    number: int
    reason: str


class Report(msgspec.Struct):
    """What an import did, in messages."""

    read: int = 0
    added: int = 0
    """New posts."""
    known: int = 0
    """Were there already, by Message-ID."""
    repeated: int = 0
    """Second copies within one file: no post, but kept for the export."""
    others: int = 0
    """Were passed over, since they are not mail of the list that was asked for."""
    problems: list[Problem] = []


class _Entry(msgspec.Struct):
    """One item of a file, read and stored, with all that the transaction needs."""

    number: int
    envelope: str
    sep: str
    taken: Taken | None
    blob: str
    message_id: str
    at: int = 0
    claimed_date: str = ""
    problem: str = ""


class _Seen:
    """Which Message-IDs of the file at hand are kept from just this file: tells a file's own second copies, which
    an export has to give back, from what another subscriber's copy of the same message left known. About 200
    octets a message.
    """

    def __init__(self) -> None:
        self.copies: dict[int, int] = {}
        self.ids: set[int] = set()

    def overlay(self) -> _Seen:
        """A child to be merged once its transaction is durable."""
        child = _Seen()
        child.base = self
        return child

    base: _Seen | None = None

    def nth(self, entry: _Entry) -> int:
        """How many equal copies were met before."""
        key = hash((entry.message_id, entry.blob))
        return self.copies.get(key, 0) + (self.base.copies.get(key, 0) if self.base else 0)

    def has(self, entry: _Entry) -> bool:
        """Whether an earlier message of this file with the same Message-ID is kept."""
        key = hash(entry.message_id)
        return key in self.ids or (self.base is not None and key in self.base.ids)

    def add(self, entry: _Entry) -> None:
        key = hash((entry.message_id, entry.blob))
        self.copies[key] = self.copies.get(key, 0) + 1
        self.ids.add(hash(entry.message_id))

    def merge(self, child: _Seen) -> None:
        for key, count in child.copies.items():
            self.copies[key] = self.copies.get(key, 0) + count
        self.ids |= child.ids


class _Outcome(msgspec.Struct):
    """What one transaction did; applied once it is durable."""

    added: int
    known: int
    repeated: int
    authors: dict[str, int]
    seen: _Seen


def import_mbox(
    store: Store,
    blobs: Blobs,
    group_name: str,
    paths: Sequence[Path],
    progress: Advance | None = None,
    *,
    only: str = "",
) -> Report:
    """Import mbox files into a group, in order; nobody is told of the posts.

    A message is known by its Message-ID within the group. Importing again, or what another subscriber kept of
    the same months, adds only what was missing, also after an import that was ended half way. Each batch is one
    transaction. *only*: an address or List-Id; of a mailbox that holds other mail as well (Google Takeout) only what
    names it in its headers is taken. Raises NotFound for the group, OSError for a file.
    """
    group = store.read(lambda tx: groups.find(tx, Viewer.system(), group_name))[0]
    work = _Import(store, blobs, group.id, progress, sum(Path(path).stat().st_size for path in paths))
    work.only = only.strip().lower().encode()
    for path in paths:
        work.file(Path(path))
    return work.report


class _Import:
    """Reads ahead in this thread while another commits."""

    def __init__(
        self, store: Store, blobs: Blobs, group_id: int, progress: Advance | None, total: int
    ) -> None:
        self.store = store
        self.blobs = blobs
        self.group_id = group_id
        self.progress = progress
        self.total = total
        self.done = 0
        self.report = Report()
        self.authors: OrderedDict[str, int] = OrderedDict()
        self.before = 0
        self.only = b""

    def file(self, path: Path) -> None:
        seen = _Seen()
        with ThreadPoolExecutor(1, thread_name_prefix="import") as committer:
            under_way: Future[_Outcome] | None = None
            for items in _batches(read_mbox(path)):
                with self.blobs.batch():
                    entries = [entry for item in items for entry in self._entries(path, item)]
                if under_way is not None:
                    self._finish(under_way.result(), seen)
                under_way = committer.submit(self._commit, entries, seen)
                self.done += sum(item.length for item in items)
                if self.progress is not None:
                    self.progress(self.done, self.total)
            if under_way is not None:
                self._finish(under_way.result(), seen)

    def _entries(self, path: Path, item: MboxItem) -> Iterator[_Entry]:
        self.report.read += 1
        if item.problem == "message too large":
            self._problem(path, item.number, item.problem)
            yield from self._pieces(path, item)
            return
        if self.only and not _is_of(item.raw, self.only):
            self.report.others += 1
            return
        quoted = b">From " in item.raw
        taken = take(item.raw, self.blobs, readable=unquote_from(item.raw) if quoted else None)
        taken.problem = item.problem or taken.problem
        entry = _Entry(
            number=item.number,
            envelope=kept_text(item.envelope + item.eol),
            sep=kept_text(item.sep),
            taken=taken,
            blob=taken.blob,
            message_id=taken.message_id,
            problem=taken.problem,
        )
        if entry.problem:
            self._problem(path, item.number, entry.problem)
        now = now_ms()
        entry.at, entry.claimed_date = said_at(
            taken.parsed, envelope_date(item.envelope), self.before or now, now
        )
        self.before = entry.at
        yield entry

    def _pieces(self, path: Path, item: MboxItem) -> Iterator[_Entry]:
        """A message too large for memory, kept raw in pieces that joined are its part of the file."""
        with open(path, "rb") as file:
            file.seek(item.offset)
            left = item.length
            while left > 0:
                data = file.read(min(PIECE, left))
                if not data:
                    return
                left -= len(data)
                blob = self.blobs.put(data)
                yield _Entry(item.number, "", "", None, blob, stable_id(blob), problem="too large")

    def _problem(self, path: Path, number: int, reason: str) -> None:
        self.report.problems.append(Problem(path, number, reason))

    def _commit(self, entries: list[_Entry], seen: _Seen) -> _Outcome:
        return self.store.write(lambda tx: _Batch(tx, self.group_id, dict(self.authors), seen).run(entries))

    def _finish(self, outcome: _Outcome, seen: _Seen) -> None:
        self.report.added += outcome.added
        self.report.known += outcome.known
        self.report.repeated += outcome.repeated
        seen.merge(outcome.seen)
        self.authors.update(outcome.authors)
        while len(self.authors) > KNOWN_AUTHORS:
            self.authors.popitem(last=False)


class _Batch:
    """One transaction. It may be run again, so it changes nothing outside before it is durable."""

    def __init__(self, tx: Tx, group_id: int, authors: dict[str, int], seen: _Seen) -> None:
        self.tx = tx
        self.group_id = group_id
        self.authors = authors
        self.outcome = _Outcome(0, 0, 0, {}, seen.overlay())
        self.known: dict[str, list[Kept]] = {}

    def run(self, entries: list[_Entry]) -> _Outcome:
        self.known = mailing.known(self.tx, self.group_id, [entry.message_id for entry in entries])
        for entry in entries:
            self._one(entry)
        return self.outcome

    def _one(self, entry: _Entry) -> None:
        seen, copies = self.outcome.seen, self.known.setdefault(entry.message_id, [])
        equal = sum(1 for copy in copies if copy.blob == entry.blob)
        if equal > seen.nth(entry):
            seen.add(entry)
            self.outcome.known += 1
        elif not copies:
            self._new(entry)
        elif seen.has(entry):
            self._keep(entry, MailState.DUPLICATE, copies[0].post_id, "repeated in its file")
            self.outcome.repeated += 1
        else:
            self.outcome.known += 1

    def _new(self, entry: _Entry) -> None:
        if entry.problem or entry.taken is None:
            self._keep(entry, MailState.UNREADABLE, None, entry.problem)
            return
        draft = draft_of(entry.taken, self.group_id)
        draft.happened_at = entry.at
        if entry.claimed_date:
            draft.extra = {**draft.extra, "claimed_date": entry.claimed_date}
        author_id = self._author(entry.taken)
        try:
            written = posts.write(self.tx, Viewer(author_id, everything=True), draft)
        except Invalid as refusal:
            self._keep(entry, MailState.UNREADABLE, None, refusal.message)
            return
        if written.again:
            self.outcome.known += 1
            return
        self._keep(entry, MailState.POSTED, written.id, "")
        self.outcome.added += 1

    def _author(self, taken: Taken) -> int:
        mailbox = taken.parsed.from_
        address = UNKNOWN_SENDER if mailbox is None else mailbox.address
        name = "unknown sender" if mailbox is None else mailbox.name
        key = fold_address(address)
        known = self.authors.get(key)
        if known is None:
            known = accounts.person_of_address(self.tx, address, name)
            self.authors[key] = self.outcome.authors[key] = known
        return known

    def _keep(self, entry: _Entry, state: MailState, post_id: int | None, reason: str) -> None:
        fingerprint = entry.taken.fingerprint if entry.taken else ""
        mailing.keep(
            self.tx,
            NewMail(
                group_id=self.group_id,
                blob=entry.blob,
                message_id=entry.message_id,
                post_id=post_id,
                state=state,
                reason=reason,
                envelope=entry.envelope,
                sep=entry.sep,
                from_mbox=True,
                fingerprint=fingerprint,
                raw=entry.taken.raw if entry.taken else None,
            ),
        )
        self.known[entry.message_id].append(
            Kept(entry.message_id, entry.blob, fingerprint, post_id, int(state))
        )
        self.outcome.seen.add(entry)


_NAMING = frozenset(
    {
        "list-id",
        "list-post",
        "x-beenthere",
        "mailing-list",
        "to",
        "cc",
        "delivered-to",
        "x-original-to",
        "sender",
    }
)


def _is_of(raw: bytes, list_: bytes) -> bool:
    """Whether a header that names lists or receivers names this one (in lower case)."""
    block = scan_block(raw, 0, len(raw), {})
    return any(list_ in value.lower() for name, value in block.fields if name in _NAMING)


def _batches(items: Iterable[MboxItem]) -> Iterator[list[MboxItem]]:
    batch: list[MboxItem] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
