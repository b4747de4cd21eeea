"""One batch of mail on its way to the relay: a few connections, kept open from batch to batch, and what became of each
mail written down."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain.mail import mailhealth, outbox, routes
from folkmoot.domain.mail.outbox import Item
from folkmoot.doors.frame.house import House
from folkmoot.kit.mail.bounces import weigh
from folkmoot.kit.mail.submission import Letter, Outcome, Relay, Submission
from folkmoot.kit.mail.wire import Lost
from folkmoot.settings import Settings
from folkmoot.store.errors import StoreUnavailable

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.mail")
CONNECTIONS = 4
PER_CONNECTION = 10
"""Mails for which one more connection is opened."""
NOTE_EVERY = 20
"""Mails after which what was sent is written down."""
BATCH_SECONDS = 180
"""Then no more of a batch is begun: its lease would end."""
IDLE_SECONDS = 15.0
"""A connection that nothing went over for so long is not used again."""
MAX_OVER_ONE = 1_000
"""Mails over one connection; some relays end it then, in the middle of a mail."""
IDLE = "mail.relay"


class Ready(msgspec.Struct, frozen=True):
    """One mail that can go: its envelope, its own headers, and the rest, which many share."""

    item: Item
    sender: str
    head: bytes
    common: bytes

    def data(self) -> bytes:
        """As it goes over the wire."""
        return self.head + self.common


def relay_of(settings: Settings) -> Relay:
    """The relay that the settings name. Raises ValueError."""
    host, _, port = settings.smtp_relay.rpartition(":")
    return Relay(
        host=host.strip("[]") or port,
        port=int(port) if host else 25,
        name=settings.list_domain,
        tls=settings.smtp_relay_tls,
        user=settings.smtp_relay_user,
        password=settings.smtp_relay_password,
    )


class Batch:
    """Takes the mails to the relay; each connection takes the next mail when it is done with one."""

    def __init__(self, house: House, ready: list[Ready], known: dict[str, int]) -> None:
        """*known*: domains that failed lately."""
        self.house = house
        self.left = deque(ready)
        self.until = time.monotonic() + BATCH_SECONDS
        self.known = known
        self.sent: list[int] = []
        """Taken by the relay, and not written down yet."""
        self._noting: asyncio.Task[None] | None = None
        self.good: set[str] = set()
        self.refused: dict[str, dict[str, str]] = {}
        """Domains and those of their receivers that were refused for now."""

    async def run(self) -> None:
        """Until nothing is left that can be done now. Raises StoreUnavailable."""
        connections = min(CONNECTIONS, 1 + len(self.left) // PER_CONNECTION)
        away: list[str] = []
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(connections):
                    group.create_task(self._connection())
        except* StoreUnavailable as several:
            away += [str(error) for error in several.exceptions]
        if self._noting is not None:
            await self._noting
        if away:
            raise StoreUnavailable(away[0])
        await self._note()
        rest = [mail.item.id for mail in self.left]
        if rest:
            await self.house.store.awrite(lambda tx: outbox.release(tx, rest))
        await self._note_routes()

    async def _connection(self) -> None:
        while self.left and time.monotonic() < self.until:
            try:
                link, fresh = await self._open()
            except (Lost, ValueError) as error:
                await self._no_relay(str(error))
                return
            if not await self._send(link, fresh=fresh):
                return

    async def _open(self) -> tuple[Submission, bool]:
        idle: list[tuple[float, Submission]] = self.house.kept.setdefault(IDLE, [])
        while idle:
            since, link = idle.pop()
            if link.usable and time.monotonic() - since < IDLE_SECONDS:
                return link, False
            link.wire.close()
        return await Submission.open(relay_of(self.house.settings)), True

    async def _no_relay(self, error: str) -> None:
        text = f"the relay {self.house.settings.smtp_relay}: {error}"
        log.warning("%s", text)
        waiting = list(self.left)
        self.left.clear()
        for mail in waiting:
            await self._failed(mail.item, text, for_good=False)

    async def _send(self, link: Submission, *, fresh: bool) -> bool:
        """Send over one connection; False where no other is to be opened in its place."""
        issued: dict[int, Ready] = {}

        def next_letter() -> Letter | None:
            over = time.monotonic() > self.until or link.wire.used_for + len(issued) >= MAX_OVER_ONE
            if over or not self.left:
                return None
            mail = self.left.popleft()
            issued[mail.item.id] = mail
            return Letter(mail, mail.sender, mail.item.address, mail.data)

        async def tell(letter: Letter, outcome: Outcome) -> None:
            mail = letter.key
            assert isinstance(mail, Ready)
            issued.pop(mail.item.id)
            await self._told(mail, outcome)

        try:
            await link.run(next_letter, tell)
        except Lost as error:
            link.wire.close()
            return await self._lost(list(issued.values()), str(error), again=not fresh and not link.gave)
        except BaseException:
            link.wire.close()
            raise
        await self._note()
        if link.wire.used_for < MAX_OVER_ONE:
            self.house.kept[IDLE].append((time.monotonic(), link))
        else:
            await link.quit()
        return True

    async def _lost(self, issued: list[Ready], error: str, *, again: bool) -> bool:
        if again:
            # The relay had ended a connection that we had kept; nothing was begun.
            self.left.extendleft(reversed(issued))
            return True
        log.warning("the relay %s: %s", self.house.settings.smtp_relay, error)
        for mail in issued:
            await self._failed(mail.item, error, for_good=False)
        return False

    async def _told(self, mail: Ready, outcome: Outcome) -> None:
        item = mail.item
        domain = routes.domain_of(item.address)
        if outcome.taken:
            self.sent.append(item.id)
            self.good.add(domain)
            if len(self.sent) >= NOTE_EVERY:
                await self._note_soon()
            return
        log.info("the relay refuses a mail to %s: %s", item.address, outcome.text)
        if not outcome.for_good:
            self.refused.setdefault(domain, {})[item.address] = outcome.text
        await self._failed(item, outcome.text, for_good=outcome.for_good, about_it=not outcome.here)

    async def _failed(self, item: Item, error: str, *, for_good: bool, about_it: bool = False) -> None:
        """Note a failure; *about_it*: the relay said so of this very mail, so for good it counts for the address."""

        def note(tx: Tx) -> None:
            aside = outbox.failed(tx, item, error, for_good=for_good)
            if not aside or not about_it:
                return
            hard = about_it and for_good and weigh("", error) == "hard"
            source = "relay" if for_good else "expired"
            mailhealth.bounced(tx, item.id, hard=hard, response=error, source=source)

        await self.house.store.awrite(note)

    async def _note_soon(self) -> None:
        """Write down what was sent while the next mails leave; but never are many more unwritten than NOTE_EVERY."""
        noting = self._noting
        if noting is not None and (noting.done() or len(self.sent) >= 2 * NOTE_EVERY):
            await noting
            if self._noting is noting:  # else another connection was quicker
                self._noting = None
        if self._noting is None:
            self._noting = asyncio.create_task(self._note())

    async def _note(self) -> None:
        if self.sent:
            ids, self.sent = self.sent, []
            await self.house.store.awrite(lambda tx: outbox.sent(tx, ids))

    async def _note_routes(self) -> None:
        """Domains that took nobody rest for a while; those that take mail again are forgotten."""
        mended = [domain for domain in self.good if domain in self.known]
        bad = {
            domain: next(iter(texts.values()))
            for domain, texts in self.refused.items()
            if domain not in self.good and len(texts) >= routes.REFUSALS
        }
        if not mended and not bad:
            return

        def note(tx: Tx) -> None:
            routes.working(tx, mended)
            for domain, error in bad.items():
                routes.failing(tx, domain, error)

        await self.house.store.awrite(note)
