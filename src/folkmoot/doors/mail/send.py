"""After the commit: who gets a post by mail is written into the outbox, which is then delivered on its own."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import grouptexts
from folkmoot.domain.mail import asking, digests, eventmail, groupmail, outbox, runs
from folkmoot.domain.mail.outbox import Item
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail import digest, meetings
from folkmoot.doors.mail.letters import circular_of, letter_of, read_facts
from folkmoot.doors.mail.render import Mail, mail_of, read_sheet
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
OF_THE_LIST = frozenset({digests.DIGEST, eventmail.INVITE, eventmail.REMINDER})
"""What goes to members besides posts, as mail of the list."""
TIDY_EVERY_MS = 3_600_000
TIDIED = "mail.tidied"
FORGOT, FORGOT_TO = "mail.forgot", "mail.forgot_to"


async def handle(house: House, events: Sequence[JournalRow]) -> None:
    """The mail door's part in events of a group; twice is the same as once."""
    kind, group_id = events[0].kind, events[0].data.get("group_id")
    oldest = house.clock() - outbox.KEPT_MS  # beyond that nobody knows who has had it
    mine = [each for each in events if not each.data.get("boost_of_id") and each.created_at > oldest]
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
    rests: list[groupmail.Rest] = []
    firsts: groupmail.Firsts = {}
    for event in events:
        with contextlib.suppress(NotFound):  # it is gone again, and nothing was written
            rests.append(groupmail.send_post(tx, event.subject_id, firsts))
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


async def forget_over(house: House) -> int:
    """Mail that has been over for long is forgotten, gone through once an hour; whether there is more. A chore."""
    now, after = house.clock(), house.kept.get(FORGOT_TO, 0)
    if not after and now - house.kept.get(FORGOT, 0) < TIDY_EVERY_MS:
        return 0
    last = await house.store.awrite(lambda tx: outbox.forget(tx, after))
    house.kept[FORGOT], house.kept[FORGOT_TO] = now, last or 0
    return 0 if last is None else 1


def rendered(settings: Settings, store: Store, blobs: Blobs, mail_id: int) -> bytes:
    """A mail of the outbox as it goes out. Raises NotFound where there is none, or it is not to leave any more."""
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
    if not item.payload and item.kind not in PLAIN_KINDS:
        raise NotFound("this mail is gone: its secrets are not kept once it was sent", what="mail")
    data = (
        _of_the_list(settings, store, item)
        if _is_of_the_list(item)
        else _letter(settings, store, blobs, item)
    )
    if data is None:
        raise NotFound(
            "this mail is not to leave any more: what it is about, or whom it was for, changed", what="mail"
        )
    return data


def _is_of_the_list(item: Item) -> bool:
    return item.kind in OF_THE_LIST or (
        item.kind == grouptexts.LETTER and bool(item.payload.get("member_id"))
    )


def _of_the_list(settings: Settings, store: Store, item: Item) -> bytes | None:
    """What a member gets with the list's headers; None where it is not to leave any more."""
    signer, secret = signer_of(settings), secret_of(settings)
    mail: Mail | None = None
    if item.kind == digests.DIGEST:
        pages = store.read(lambda tx: digest.pages_of(tx, item))
        mail = digest.digest_mail(settings, pages, item, signer) if pages else None
    elif item.kind == grouptexts.LETTER:
        facts = store.read(lambda tx: read_facts(tx, item))
        mail = circular_of(settings, facts, signer) if facts else None
    else:
        about = store.read(lambda tx: meetings.read_facts(tx, item))
        mail = meetings.meeting_mail(settings, secret, about, item, signer) if about else None
    return mail.for_member(settings, secret, int(item.payload.get("member_id", 0))) if mail else None


def _letter(settings: Settings, store: Store, blobs: Blobs, item: Item) -> bytes | None:
    facts = store.read(lambda tx: read_facts(tx, item))
    return letter_of(settings, blobs, facts) if facts else None
