"""Lists of members in and out: what other list servers export, each line once, bad ones told by their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from folkmoot.domain.access import GroupRole, Viewer
from folkmoot.domain.errors import Refusal
from folkmoot.domain.groups import groups, rosters
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.groups.rosters import Entry, Line, Way
from folkmoot.kit.mail.roster import Row, read_roster, write_roster

if TYPE_CHECKING:
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

BATCH: Final = 100
"""Members of one transaction."""
HEADS: Final = ("email", "name", "username", "role", "delivery", "joined")
_DELIVERIES: Final[tuple[tuple[tuple[str, ...], Delivery], ...]] = (
    (("html", "full"), Delivery.HTML_DIGEST),
    (("summary",), Delivery.SUMMARY),
    (("special",), Delivery.SPECIAL),
    (("none", "no email", "no_email", "nomail", "web only", "disabled"), Delivery.NONE),
    (("single", "individual", "regular", "each"), Delivery.SINGLE),
    (("digest", "plain", "mime"), Delivery.DIGEST),
)
"""What other servers call it, looked for from the top."""
_GONE: Final = ("ban", "past", "left", "removed", "pending", "invited", "unconfirmed", "not confirmed")
Advance = Callable[[int, int], None]


class Problem(msgspec.Struct, frozen=True):
    """A line that was left out; *line* counts from 1."""

    line: int
    text: str
    reason: str


class MemberReport(msgspec.Struct):
    """What an import of members did."""

    read: int = 0
    added: int = 0
    """New members, or newly invited."""
    known: int = 0
    """Were members, or invited, already; they stay as they are."""
    problems: list[Problem] = []


def import_members(
    store: Store,
    group_name: str,
    data: bytes,
    way: Way = Way.SILENT,
    *,
    roles: bool = False,
    progress: Advance | None = None,
) -> MemberReport:
    """Bring the members of a file into a group. A line that can't be used is reported, and the rest goes on.

    *roles*: who is moderator or owner in the file is it here; else all are plain members. Each batch is one
    transaction; importing again adds only whom it lacked. Raises NotFound for the group.
    """
    group = store.read(lambda tx: groups.find(tx, Viewer.system(), group_name))[0]
    report = MemberReport()
    rows = read_roster(data)
    total = data.count(b"\n") + 1
    while batch := list(islice(rows, BATCH)):
        done = store.write(lambda tx, batch=batch: _batch(tx, group.id, batch, way, roles=roles))  # type: ignore[misc]  # a default binds the value
        report.read += len(batch)
        report.added += done.added
        report.known += done.known
        report.problems += done.problems
        if progress is not None:
            progress(batch[-1].line, total)
    return report


def _batch(tx: Tx, group_id: int, rows: list[Row], way: Way, *, roles: bool) -> MemberReport:
    done = MemberReport(problems=[])
    for row in rows:
        reason = row.problem or _left_out(row)
        if not reason:
            try:
                new = rosters.take_in(tx, Viewer.system(), group_id, _entry(row, roles=roles), way)
            except Refusal as refusal:
                reason = refusal.message or refusal.code
            else:
                done.added += int(new)
                done.known += int(not new)
        if reason:
            done.problems.append(Problem(row.line, row.address, reason))
    return done


def _left_out(row: Row) -> str:
    """Why somebody who is in the file is no member even there."""
    gone = next((word for word in _GONE if row.status.startswith(word)), "")
    return f"their status there is {row.status}" if gone else ""


def _entry(row: Row, *, roles: bool) -> Entry:
    role = GroupRole.MEMBER
    if roles and "owner" in row.role:
        role = GroupRole.OWNER
    elif roles and "moderator" in row.role and "not" not in row.role:
        role = GroupRole.MODERATOR
    return Entry(row.address, row.name, _delivery(row.delivery), role)


def _delivery(word: str) -> Delivery | None:
    if not word:
        return None
    return next((kind for words, kind in _DELIVERIES if any(each in word for each in words)), None)


def export_members(store: Store, group_name: str) -> Iterator[str]:
    """The members of a group as lines of CSV, the heads first, by age of membership. Raises NotFound."""
    group = store.read(lambda tx: groups.find(tx, Viewer.system(), group_name))[0]
    yield from write_roster(HEADS, (_cells(line) for line in _lines(store, group.id)))


def _lines(store: Store, group_id: int) -> Iterator[Line]:
    after = 0
    while page := store.read(lambda tx, after=after: rosters.lines(tx, group_id, after)):  # type: ignore[misc]  # a default binds the value
        yield from page
        after = page[-1].id


def _cells(line: Line) -> tuple[str, ...]:
    joined = datetime.fromtimestamp(line.created_at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    role, delivery = GroupRole(line.role).name.lower(), Delivery(line.delivery).name.lower()
    return (line.address, line.display_name or line.name, line.name, role, delivery, joined)
