"""The outbox is delivered: mails claimed, checked once more, written once for all, and handed to the relay.

At least once: a process killed between the relay's answer and our note of it sends that mail again, so one
duplicate to a receiver is possible and a lost mail is not.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import outbox
from folkmoot.domain.errors import NotFound
from folkmoot.domain.outbox import Item
from folkmoot.doors.frame.house import House
from folkmoot.doors.mail.letters import letter_of, read_facts
from folkmoot.doors.mail.render import Mail, mail_of, read_sheet
from folkmoot.doors.mail.signs import bounce_word
from folkmoot.kit.lazy import lazy
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    import aiosmtplib
else:
    aiosmtplib = lazy("aiosmtplib")

log = logging.getLogger("folkmoot.mail")
CONNECTIONS = 4
PER_CONNECTION = 10
"""Mails for which one more connection is opened."""
NOTE_EVERY = 20
"""Mails after which what was sent is written down."""
TIMEOUT_SECONDS = 60
BATCH_SECONDS = 180
"""Then no more of a batch is begun: its lease would end."""
KEPT_MAILS = 4
_written: OrderedDict[tuple[int, int, int], Mail] = OrderedDict()


class Ready(msgspec.Struct, frozen=True):
    """One mail that can go: a letter, or a post's mail that gets its personal lines only as it leaves."""

    item: Item
    sender: str
    body: bytes | Mail
    member_id: int = 0

    def data(self, house: House) -> bytes:
        """As it goes over the wire."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.for_member(house.settings, house.secret, self.member_id)


async def deliver_due(house: House) -> int:
    """Send what is due, up to 200 mails; how many were looked at. Without a relay everything stays."""
    if not house.settings.smtp_relay:
        return 0
    due = await house.store.aread(outbox.next_due)
    if due is None or due > house.clock():
        return 0
    items = await house.store.awrite(outbox.claim)
    ready: list[Ready] = []
    for post_id, group in _by_post(items):
        ready += await (_letters(house, group) if post_id is None else _posts(house, post_id, group))
    if ready:
        await _Delivery(house, ready).run()
    return len(items)


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
    except (StoreUnavailable, asyncio.CancelledError):
        raise
    except Exception as error:
        log.exception("the mail of post %d can't be written", post_id)
        for item in items:
            await _note_failure(house, item, f"{type(error).__name__}: {error}", for_good=True)
        return []
    local, _, domain = mail.group_address.partition("@")
    ready = []
    for item in items:
        if item.id in wanted:
            member_id = int(item.payload.get("member_id", 0))
            sender = f"{local}+{bounce_word(house.secret, member_id)}@{domain}"
            ready.append(Ready(item, sender, mail, member_id))
    return ready


async def _mail(house: House, post_id: int) -> Mail:
    """The mail of a post, written once however many get it."""
    sheet = await house.store.aread(lambda tx: read_sheet(tx, post_id))
    if sheet is None:
        raise NotFound(what="post")
    key = (id(house), post_id, sheet.post.rev)
    mail = _written.get(key)
    if mail is None:
        mail = _written[key] = await asyncio.to_thread(mail_of, house.settings, house.blobs, sheet)
        while len(_written) > KEPT_MAILS:
            _written.popitem(last=False)
    return mail


async def _letters(house: House, items: list[Item]) -> list[Ready]:
    ready = []
    for item in items:
        try:
            facts = await house.store.aread(lambda tx, item=item: read_facts(tx, item))  # type: ignore[misc]  # a default binds the value
            data = await asyncio.to_thread(letter_of, house.settings, house.blobs, facts)
        except StoreUnavailable:
            raise
        except NotFound:
            gone = item.id
            await house.store.awrite(lambda tx, gone=gone: outbox.dropped(tx, [gone]))  # type: ignore[misc]  # as above
        except Exception as error:
            log.exception("mail %d (%s) can't be written", item.id, item.kind)
            await _note_failure(house, item, f"{type(error).__name__}: {error}", for_good=True)
        else:
            # Automatic mail leaves without a return path, so that it can't begin a loop (RFC 3834, 4).
            ready.append(Ready(item, "", data))
    return ready


async def _note_failure(house: House, item: Item, error: str, *, for_good: bool) -> None:
    await house.store.awrite(lambda tx: outbox.failed(tx, item, error, for_good=for_good))


class _Delivery:
    """One batch over a few connections, each taking the next mail when it is done with one."""

    def __init__(self, house: House, ready: list[Ready]) -> None:
        self.house = house
        self.left = iter(ready)
        self.count = len(ready)
        self.until = time.monotonic() + BATCH_SECONDS

    async def run(self) -> None:
        connections = min(CONNECTIONS, 1 + self.count // PER_CONNECTION)
        await asyncio.gather(*(self._connection() for _ in range(connections)))
        rest = [mail.item.id for mail in self.left]
        if rest:
            await self.house.store.awrite(lambda tx: outbox.release(tx, rest))

    async def _connection(self) -> None:
        mail = next(self.left, None)
        if mail is None:
            return
        try:
            relay = await self._connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            text = f"the relay {self.house.settings.smtp_relay}: {type(error).__name__}: {error}"
            log.warning("%s", text)
            for waiting in [mail, *self.left]:
                await _note_failure(self.house, waiting.item, text, for_good=False)
            return
        sent: list[int] = []
        try:
            while mail is not None:
                if not await self._one(relay, mail, sent):
                    return
                if len(sent) >= NOTE_EVERY:
                    await self._note(sent)
                mail = next(self.left, None) if time.monotonic() < self.until else None
        finally:
            await self._note(sent)
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await relay.quit()

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self.house.settings
        host, _, port = settings.smtp_relay.rpartition(":")
        relay = aiosmtplib.SMTP(
            hostname=host.strip("[]") or port,
            port=int(port) if host else 25,
            timeout=TIMEOUT_SECONDS,
            local_hostname=settings.list_domain,
            # Without a login there is no secret to keep, and a relay in the house often has a home-made certificate.
            validate_certs=bool(settings.smtp_relay_user),
            username=settings.smtp_relay_user or None,
            password=settings.smtp_relay_password or None,
        )
        await relay.connect()
        return relay

    async def _one(self, relay: aiosmtplib.SMTP, mail: Ready, sent: list[int]) -> bool:
        """Hand one mail over; False where the connection is of no more use."""
        try:
            address = mail.item.address
            options = [] if address.isascii() else ["smtputf8"]
            await relay.sendmail(mail.sender, [address], mail.data(self.house), mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            await self._refused(mail, refused.recipients[0])
        except aiosmtplib.SMTPResponseException as error:
            await self._refused(mail, error)
        except (aiosmtplib.SMTPNotSupported, ValueError) as error:
            # An address that this relay has no way to write to, such as one with letters beyond ASCII.
            await _note_failure(self.house, mail.item, f"{type(error).__name__}: {error}", for_good=True)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await _note_failure(self.house, mail.item, f"{type(error).__name__}: {error}", for_good=False)
            return False
        else:
            sent.append(mail.item.id)
            return True
        try:
            await relay.rset()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            return False
        return True

    async def _refused(self, mail: Ready, error: aiosmtplib.SMTPResponseException) -> None:
        text = f"{error.code} {error.message}"
        log.info("the relay refuses a mail to %s: %s", mail.item.address, text)
        await _note_failure(self.house, mail.item, text, for_good=error.code >= 500)

    async def _note(self, sent: list[int]) -> None:
        if sent:
            ids = sent[:]
            sent.clear()
            await self.house.store.awrite(lambda tx: outbox.sent(tx, ids))
