"""After the commit: who gets a post by mail is written into the outbox, which is then delivered on its own."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.mail import asking, digests, groupmail, outbox, runs
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.letters import KINDS, letter_of, read_facts
from folkmoot.doors.mail.render import mail_of, read_sheet
from folkmoot.doors.mail.signing import signer_of
from folkmoot.doors.mail.signs import secret_of
from folkmoot.settings import Settings
from folkmoot.store.tx import JournalRow

if TYPE_CHECKING:
    from folkmoot.store.blobs import Blobs
    from folkmoot.store.engine import Store
    from folkmoot.store.tx import Tx

PLAIN_KINDS = frozenset({"help", "welcome"})
"""Letters without anything secret in them."""
TIDY_EVERY_MS = 3_600_000
TIDIED = "mail.tidied"


async def handle(house: House, events: Sequence[JournalRow]) -> None:
    """The mail door's part in events of a group; twice is the same as once."""
    kind, group_id = events[0].kind, events[0].data.get("group_id")
    mine = [event for event in events if not event.data.get("boost_of_id")]
    if group_id and mine:
        await (_posts_held if kind == journal.POST_HELD else _posts_added)(house, group_id, mine)


async def _posts_held(house: House, group_id: int, events: Sequence[JournalRow]) -> None:
    told = [(event.subject_id, str(event.data.get("reason", ""))) for event in events]
    await house.store.awrite(lambda tx: _ask(tx, group_id, told))


def _ask(tx: Tx, group_id: int, told: list[tuple[int, str]]) -> None:
    for post_id, reason in told:
        asking.about_post(tx, group_id, post_id, reason)


async def _posts_added(house: House, group_id: int, events: Sequence[JournalRow]) -> None:
    """A group's post goes to every member who wants it at once and may see it, the author among them; for the others it
    waits till their digest. Page by page, so that nobody waits long for the store, and goes on where a process died."""
    rests = await house.store.awrite(lambda tx: _first_pages(tx, events), patient=True)
    for rest in rests:
        if rest.run_id:
            await _through(house, rest.run_id)
        after = rest.mark_after
        while after is not None:
            after = await house.store.awrite(partial(_mark, rest.group_id, rest.number, after), patient=True)
    if any(rest.number for rest in rests) and await house.store.aread(lambda tx: digests.grown(tx, group_id)):
        while await house.store.awrite(lambda tx: digests.hurry(tx, group_id), patient=True):
            continue


def _first_pages(tx: Tx, events: Sequence[JournalRow]) -> list[groupmail.Rest]:
    rests = []
    for event in events:
        with contextlib.suppress(NotFound):  # it is gone again, and nothing was written
            rests.append(groupmail.send_post(tx, event.subject_id))
    return rests


def _mark(group_id: int, number: int, after: int, tx: Tx) -> int | None:
    return digests.mark(tx, group_id, number, after)


async def _through(house: House, run_id: int) -> None:
    while await house.store.awrite(lambda tx: groupmail.step(tx, run_id), patient=True):
        continue


async def go_on_with_runs(house: House) -> int:
    """Letters to many that are under way; how many of them there were. A chore."""
    waiting = await house.store.aread(runs.waiting)
    for run_id in waiting:
        await _through(house, run_id)
    return len(waiting)


async def cut_digests(house: House) -> int:
    """Digests whose hour has come go into the outbox; how many were looked at. A chore."""
    now = house.clock()
    if now - house.kept.get(TIDIED, 0) >= TIDY_EVERY_MS:
        house.kept[TIDIED] = now
        await house.store.awrite(digests.forget_old)
    due = await house.store.aread(digests.next_due)
    return 0 if due is None or due > now else await house.store.awrite(digests.cut)


def rendered(settings: Settings, store: Store, blobs: Blobs, mail_id: int) -> bytes:
    """A mail of the outbox as it goes out. Raises NotFound where there is none, or its post is gone."""
    item = store.read(lambda tx: outbox.see(tx, Viewer.system(), mail_id))
    if item.kind == outbox.POST and item.post_id is not None:
        post_id = item.post_id
        sheet = store.read(lambda tx: read_sheet(tx, post_id))
        if sheet is None:
            raise NotFound(what="post")
        member_id = int(item.payload.get("member_id", 0))
        return mail_of(settings, blobs, sheet, signer_of(settings)).for_member(
            settings, secret_of(settings), member_id
        )
    if item.kind not in KINDS or (not item.payload and item.kind not in PLAIN_KINDS):
        raise NotFound("this mail is gone: its secrets are not kept once it was sent", what="mail")
    facts = store.read(lambda tx: read_facts(tx, item))
    if facts is None:
        raise NotFound("whom this mail was for gets no mail there any more", what="mail")
    return letter_of(settings, blobs, facts)
