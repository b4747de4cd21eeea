"""The outbox is delivered: mails claimed, checked once more, written once for all, and handed to the relay.

At least once: a process killed between the relay's answer and our note of it sends that mail again, so one
duplicate to a receiver is possible and a lost mail is not.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Final

from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import grouptexts
from folkmoot.domain.mail import eventmail, groupmail, mailhealth, outbox, routes
from folkmoot.domain.mail.digests import DIGEST
from folkmoot.domain.mail.outbox import Item
from folkmoot.domain.mail.readers import Reader
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail import digest, meetings
from folkmoot.doors.mail.headings import in_plain_text, room_for, special_address
from folkmoot.doors.mail.letters import RETURNED, circular_of, letter_of, read_facts
from folkmoot.doors.mail.policy import munges
from folkmoot.doors.mail.recipients import BOUNCES
from folkmoot.doors.mail.relay import Batch, Ready
from folkmoot.doors.mail.render import Form, Mail, Sheet, author_domain, mail_of, read_sheet
from folkmoot.doors.mail.shelf import Shelf
from folkmoot.doors.mail.signing import signer_of
from folkmoot.doors.mail.signs import bounce_word
from folkmoot.kit.mail.signing import Prepared
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.mail")
LOOK_EVERY_MS = 60_000
"""So often it is asked whether an address is to be looked after."""
LOOKED, SHELF = "mail.looked", "mail.shelf"


async def deliver_due(house: House) -> int:
    """Send what is due, up to 200 mails; how many were looked at. Without a relay everything stays."""
    if not house.settings.smtp_relay:
        return 0
    due = await house.store.aread(outbox.next_due)
    if due is None or due > house.clock():
        return 0
    items = await house.store.awrite(outbox.claim)
    known = await house.store.aread(
        lambda tx: routes.known(tx, [routes.domain_of(item.address) for item in items])
    )
    going = await _without_resting(house, items, known)
    ready: list[Ready] = []
    for (kind, post_id), group in _by_kind(going).items():
        if kind == outbox.POST and post_id is not None:
            ready += await _posts(house, post_id, group)
        else:
            ready += await _one_by_one(house, group, _WRITERS.get(kind, _letter))
    if ready:
        await Batch(house, ready, known).run()
    return len(items)


async def look_after_addresses(house: House) -> int:
    """Addresses that were asked whether they live, and those that get no mail, once a minute; how many there were."""
    now = house.clock()
    if now - house.kept.get(LOOKED, 0) < LOOK_EVERY_MS:
        return 0
    house.kept[LOOKED] = now
    due = await house.store.aread(mailhealth.next_due)
    return 0 if due is None or due > now else await house.store.awrite(mailhealth.look_after)


async def _without_resting(house: House, items: list[Item], known: dict[str, int]) -> list[Item]:
    """The mails whose destination does not rest just now; the others wait till it is over."""
    now = house.clock()
    resting: dict[int, list[int]] = {}
    going = []
    for item in items:
        until = known.get(routes.domain_of(item.address), 0)
        if until > now:
            resting.setdefault(until, []).append(item.id)
        else:
            going.append(item)
    if resting:
        await house.store.awrite(lambda tx: _postpone(tx, resting))
    return going


def _postpone(tx: Tx, resting: dict[int, list[int]]) -> None:
    for until, ids in resting.items():
        outbox.postpone(tx, ids, until)


def _by_kind(items: Iterable[Item]) -> dict[tuple[str, int | None], list[Item]]:
    groups: dict[tuple[str, int | None], list[Item]] = {}
    for item in items:
        groups.setdefault((item.kind, item.post_id if item.kind == outbox.POST else None), []).append(item)
    return groups


def _shelf(house: House) -> Shelf:
    found: Shelf = house.kept.setdefault(SHELF, Shelf())
    return found


# ── posts: one mail for many ─────────────────────────────────────────────────────────────────────────────────


async def _posts(house: House, post_id: int, items: list[Item]) -> list[Ready]:
    """The mails of one post, to those who still are to get it (O08)."""
    wanted = await house.store.aread(lambda tx: groupmail.still_wanted(tx, post_id, items))
    unwanted = [item.id for item in items if item.id not in wanted]
    if unwanted:
        await house.store.awrite(lambda tx: outbox.dropped(tx, unwanted))
    if not wanted:
        return []
    try:
        sheet = await house.store.aread(lambda tx: read_sheet(tx, post_id))
        if sheet is None:
            raise NotFound(what="post")
        made: list[Ready] = []
        munged = await munges(house, author_domain(sheet))
        going = [item for item in items if item.id in wanted]
        for form, group in _by_form(sheet, going, wanted, munged=munged).items():
            made += await _signed(house, await _mail(house, sheet, form), group)
        return made
    except (StoreUnavailable, asyncio.CancelledError):
        raise
    except Exception as error:
        log.exception("the mail of post %d can't be written", post_id)
        for item in items:
            await _unwritten(house, item, error)
        return []


def _by_form(
    sheet: Sheet, items: list[Item], readers: dict[int, Reader], *, munged: bool
) -> dict[Form, list[Item]]:
    """The mails by how their readers get them; files matter only where there are any."""
    forms: dict[Form, list[Item]] = {}
    for item in items:
        wishes = readers[item.id].wishes
        room = room_for(wishes) if sheet.post.media else Form().room
        forms.setdefault(Form(room, in_plain_text(sheet.group, wishes), munged), []).append(item)
    return forms


async def _signed(house: House, mail: Mail, items: list[Item]) -> list[Ready]:
    halves = (items[: len(items) // 2], items[len(items) // 2 :]) if mail.prepared else (items,)
    made = await asyncio.gather(*(asyncio.to_thread(_each, house, mail, half) for half in halves))
    return [ready for half in made for ready in half]


def _each(house: House, mail: Mail, items: list[Item]) -> list[Ready]:
    """The personal part of each: return path, ways to leave, signature."""
    ready = []
    for item in items:
        sender = special_address(mail.group, bounce_word(house.secret, item.id))
        head = mail.head_for(house.settings, house.secret, int(item.payload.get("member_id", 0)))
        ready.append(Ready(item, sender, head, mail.common))
    return ready


async def _mail(house: House, sheet: Sheet, form: Form) -> Mail:
    """The mail of a post, written once however many get it."""
    signer, group = signer_of(house.settings), sheet.group
    how = (form, id(signer), group.title, group.subject_tag, str(group.settings))
    key = ("post", sheet.post.id, sheet.post.rev, *how)
    shelf = _shelf(house)
    mail = shelf.get(key)
    if mail is None:
        mail = await asyncio.to_thread(mail_of, house.settings, house.blobs, sheet, signer, form)
        shelf.put(key, mail)
    return mail


# ── what is written for one ──────────────────────────────────────────────────────────────────────────────────


async def _one_by_one(
    house: House, items: list[Item], write: Callable[[House, Item], Awaitable[Ready | None]]
) -> list[Ready]:
    ready = []
    for item in items:
        try:
            made = await write(house, item)
        except (StoreUnavailable, asyncio.CancelledError):
            raise
        except NotFound:
            made = None
        except Exception as error:
            log.exception("mail %d (%s) can't be written", item.id, item.kind)
            await _unwritten(house, item, error)
            continue
        if made is None:
            await _drop(house, item)
        else:
            ready.append(made)
    return ready


async def _drop(house: House, item: Item) -> None:
    await house.store.awrite(lambda tx: outbox.dropped(tx, [item.id]))


async def _digest(house: House, item: Item) -> Ready | None:
    pages = await house.store.aread(lambda tx: digest.pages_of(tx, item))
    if pages is None:
        return None
    signer, shelf = signer_of(house.settings), _shelf(house)
    key = ("digest", id(signer), *pages.key)
    mail = shelf.get(key)
    if mail is None:
        mail = await asyncio.to_thread(digest.digest_mail, house.settings, pages, item, signer)
        shelf.put(key, mail)
    return (await asyncio.to_thread(_each, house, mail, [item]))[0]


async def _meeting(house: House, item: Item) -> Ready | None:
    facts = await house.store.aread(lambda tx: meetings.read_facts(tx, item))
    if facts is None:
        return None
    signer = signer_of(house.settings)
    mail = await asyncio.to_thread(meetings.meeting_mail, house.settings, house.secret, facts, item, signer)
    return (await asyncio.to_thread(_each, house, mail, [item]))[0]


async def _letter(house: House, item: Item) -> Ready | None:
    facts = await house.store.aread(lambda tx: read_facts(tx, item))
    if facts is None:
        return None
    data = await asyncio.to_thread(letter_of, house.settings, house.blobs, facts)
    signed = await asyncio.to_thread(_signature, house, data)
    return Ready(item, _return_path(house, item), signed, data)


async def _group_letter(house: House, item: Item) -> Ready | None:
    """A letter that goes to all members bears the list's headers and its reader's own way out; one that goes to one
    person is a letter like others."""
    if not item.payload.get("member_id"):
        return await _letter(house, item)
    facts = await house.store.aread(lambda tx: read_facts(tx, item))
    if facts is None:
        return None
    signer = signer_of(house.settings)
    mail = await asyncio.to_thread(circular_of, house.settings, facts, signer)
    return (await asyncio.to_thread(_each, house, mail, [item]))[0]


_WRITERS: Final[dict[str, Callable[[House, Item], Awaitable[Ready | None]]]] = {
    DIGEST: _digest,
    eventmail.INVITE: _meeting,
    eventmail.REMINDER: _meeting,
    grouptexts.LETTER: _group_letter,
}


def _signature(house: House, data: bytes) -> bytes:
    signer = signer_of(house.settings)
    return b"" if signer is None else Prepared(signer, data, house.clock() // 1000).dkim()


def _return_path(house: House, item: Item) -> str:
    """Where a letter comes back to: automatic mail has no return path, so that it can't begin a loop (RFC 3834, 4), but
    for the question whether an address lives."""
    if item.kind not in RETURNED:
        return ""
    return f"{BOUNCES}+{bounce_word(house.secret, item.id)}@{house.settings.list_domain}"


async def _unwritten(house: House, item: Item, error: Exception) -> None:
    text = f"{type(error).__name__}: {error}"
    await house.store.awrite(lambda tx: outbox.failed(tx, item, text, for_good=True))
