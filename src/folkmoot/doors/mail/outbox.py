"""The outbox is delivered: mails claimed, checked once more, written once for all, and handed to the relay.

At least once: a process killed between the relay's answer and our note of it sends that mail again, so one
duplicate to a receiver is possible and a lost mail is not.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from folkmoot.domain.errors import NotFound
from folkmoot.domain.mail import mailhealth, outbox, routes
from folkmoot.domain.mail.outbox import Item
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.letters import RETURNED, letter_of, read_facts
from folkmoot.doors.mail.recipients import BOUNCES
from folkmoot.doors.mail.relay import Batch, Ready
from folkmoot.doors.mail.render import Mail, mail_of, read_sheet
from folkmoot.doors.mail.signing import signer_of
from folkmoot.doors.mail.signs import bounce_word
from folkmoot.kit.mail.signing import Prepared
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.mail")
KEPT_MAILS = 4
LOOK_EVERY_MS = 60_000
"""So often it is asked whether an address is to be looked after."""
LOOKED = "mail.looked"
_written: OrderedDict[tuple[int, int, int, int], Mail] = OrderedDict()


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
    for post_id, group in _by_post(going):
        ready += await (_letters(house, group) if post_id is None else _posts(house, post_id, group))
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


def _by_post(items: Iterable[Item]) -> Iterator[tuple[int | None, list[Item]]]:
    groups: dict[int | None, list[Item]] = {}
    for item in items:
        groups.setdefault(item.post_id if item.kind == outbox.POST else None, []).append(item)
    yield from groups.items()


async def _posts(house: House, post_id: int, items: list[Item]) -> list[Ready]:
    """The mails of one post, to those who still are to get it (O08)."""
    wanted = await house.store.aread(lambda tx: outbox.still_wanted(tx, post_id, items))
    unwanted = [item.id for item in items if item.id not in wanted]
    if unwanted:
        await house.store.awrite(lambda tx: outbox.dropped(tx, unwanted))
    if not wanted:
        return []
    try:
        mail = await _mail(house, post_id)
        going = [item for item in items if item.id in wanted]
        halves = (going[: len(going) // 2], going[len(going) // 2 :]) if mail.prepared else (going,)
        made = await asyncio.gather(*(asyncio.to_thread(_each, house, mail, half) for half in halves))
        return [ready for half in made for ready in half]
    except (StoreUnavailable, asyncio.CancelledError):
        raise
    except Exception as error:
        log.exception("the mail of post %d can't be written", post_id)
        for item in items:
            await _unwritten(house, item, error)
        return []


def _each(house: House, mail: Mail, items: list[Item]) -> list[Ready]:
    """The personal part of each: return path, ways to leave, signature."""
    local, _, domain = mail.group_address.partition("@")
    ready = []
    for item in items:
        sender = f"{local}+{bounce_word(house.secret, item.id)}@{domain}"
        head = mail.head_for(house.settings, house.secret, int(item.payload.get("member_id", 0)))
        ready.append(Ready(item, sender, head, mail.common))
    return ready


async def _mail(house: House, post_id: int) -> Mail:
    """The mail of a post, written once however many get it."""
    sheet = await house.store.aread(lambda tx: read_sheet(tx, post_id))
    if sheet is None:
        raise NotFound(what="post")
    signer = signer_of(house.settings)
    key = (id(house), post_id, sheet.post.rev, id(signer))
    mail = _written.get(key)
    if mail is None:
        mail = await asyncio.to_thread(mail_of, house.settings, house.blobs, sheet, signer)
        _written[key] = mail
        while len(_written) > KEPT_MAILS:
            _written.popitem(last=False)
    return mail


async def _letters(house: House, items: list[Item]) -> list[Ready]:
    ready = []
    for item in items:
        try:
            facts = await house.store.aread(lambda tx, item=item: read_facts(tx, item))  # type: ignore[misc]  # a default binds the value
            data = await asyncio.to_thread(letter_of, house.settings, house.blobs, facts)
            signed = await asyncio.to_thread(_signature, house, data)
        except StoreUnavailable:
            raise
        except NotFound:
            gone = item.id
            await house.store.awrite(lambda tx, gone=gone: outbox.dropped(tx, [gone]))  # type: ignore[misc]  # as above
        except Exception as error:
            log.exception("mail %d (%s) can't be written", item.id, item.kind)
            await _unwritten(house, item, error)
        else:
            ready.append(Ready(item, _return_path(house, item), signed, data))
    return ready


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
