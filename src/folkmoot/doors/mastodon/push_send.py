"""Pushes leave: each notice is looked at once more, worded, sealed for the app, and POSTed to its push service."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notices, pushes
from folkmoot.domain.notices.pushes import Push
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon.vapid import claim, signer_of
from folkmoot.doors.mastodon.words import NOTICES
from folkmoot.kit import outward, webpush
from folkmoot.kit.lazy import lazy
from folkmoot.store.errors import StoreUnavailable
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon.push import PushNotification

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = lazy("aiohttp")

log = logging.getLogger("folkmoot.push")
KEPT: Final = "mastodon.push"
PER_HOST, TOTAL = 8, 64
SECONDS: Final = 10.0
"""For a whole call; shorter than the lease of a push."""
TTL: Final = "172800"
BODY_MAX: Final = 140
CLAIM_USED: Final = 43_200
"""How many seconds a signed claim is used again."""
MOST_CLAIMS: Final = 500
AGAIN: Final = frozenset({408, 429})
"""The answers of class 4xx that do not mean that the subscription is over."""
TITLES: Final = {
    "mention": "{} mentioned you",
    "status": "{} just posted",
    "reblog": "{} boosted your post",
    "follow": "{} follows you now",
    "follow_request": "{} wants to follow you",
    "favourite": "{} favourited your post",
    "poll": "A poll by {} has ended",
    "update": "{} edited a post",
    "quote": "{} quoted your post",
    "quoted_update": "{} edited a post that you quoted",
    "admin.sign_up": "{} signed up",
    "admin.report": "{} sent a report",
}


def words_of(tx: Tx, house: House, push: Push, access_token: str) -> PushNotification | None:
    """What a push says, in the transaction that asks once more whether it may; None where nothing is left to tell."""
    viewer = Viewer(push.to.account_id)
    try:
        notice = notices.see(tx, viewer, push.notice_id)
    except NotFound:
        return None
    actor = views.accounts_by_ids(tx, [notice.actor_id]).get(notice.actor_id)
    type_ = NOTICES.get(notice.kind, notice.kind)
    if actor is None or type_ not in TITLES:
        return None
    post = None
    if notice.post_id is not None:
        post = views.posts_by_ids(tx, viewer, [notice.post_id]).get(notice.post_id)
        if post is None:
            return None
    text = (post.warning or post.plain) if post is not None else actor.note_source
    return PushNotification(
        access_token=access_token,
        preferred_locale=push.locale,
        notification_id=notice.id,
        notification_type=type_,
        icon=house.links.avatar(actor),
        title=TITLES[type_].format(actor.display_name or actor.name),
        body=shortened(text),
    )


def shortened(text: str) -> str:
    """One paragraph of at most BODY_MAX characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= BODY_MAX else flat[: BODY_MAX - 1].rstrip() + "…"


def _near(base_url: str) -> tuple[outward.Network, ...]:
    """A server whose own address is this very machine serves people on it, and so do the push services that they name.
    What goes there is sealed for the app; nothing of an answer is shown to anybody."""
    host = urlsplit(base_url).hostname or ""
    loopback = outward.networks("127.0.0.0/8, ::1")
    return (
        loopback
        if host == "localhost" or (outward.may_call(host, loopback) and not outward.is_public(host))
        else ()
    )


class Sender:
    """What one process has under way. A slow or dead push service holds up PER_HOST calls of its own and no others."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._stopped = False
        self._claims: dict[str, tuple[int, str]] = {}
        self._networks = (*outward.networks(house.settings.private_networks), *_near(house.settings.base_url))

    async def turn(self) -> int:
        """Start what is due, as far as there is room; how many were started."""
        room = 0 if self._stopped else TOTAL - len(self._tasks)
        due = await self.house.store.aread(pushes.next_due) if room > 0 else None
        if due is None or due > self.house.clock():
            return 0
        busy = dict(+self._busy)
        taken = await self.house.store.awrite(
            lambda tx: pushes.claim(tx, busy, per_host=PER_HOST, total=room)
        )
        for push in taken:
            self._busy[push.host] += 1
            task = asyncio.get_running_loop().create_task(self._run(push))
            self._tasks.add(task)
        return len(taken)

    def stop(self) -> None:
        """End what is under way: another process, or this one when it is back, sends it after the lease."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def _run(self, push: Push) -> None:
        try:
            await self._deliver(push)
        except StoreUnavailable as error:
            log.warning("push %d waits for the database: %s", push.id, error)
        except Exception:
            log.exception("push %d failed", push.id)
        finally:
            self._busy[push.host] -= 1
            self._tasks.discard(asyncio.current_task())
            if not self._tasks and self._session is not None:
                session, self._session = self._session, None
                await session.close()

    async def _deliver(self, push: Push) -> None:
        signer = signer_of(self.house)
        secret = signer.reveal(push.to.sealed_token)
        words = await self.house.store.aread(lambda tx: words_of(tx, self.house, push, secret))
        if words is None or not secret:
            await self._note(push, "done")
            return
        message = webpush.seal(
            msgspec.json.encode(words),
            push.to.public_key,
            push.to.auth,
            self._claim(push.to.endpoint),
            signer.public_key,
            standard=push.to.standard,
        )
        await self._post(push, message)

    def _claim(self, endpoint: str) -> str:
        """The signed claim for the endpoint's origin, made anew twice a day."""
        parts = urlsplit(endpoint)
        origin, now = f"{parts.scheme}://{parts.netloc}", self.house.clock() // 1000
        until, token = self._claims.get(origin, (0, ""))
        if until < now:
            if len(self._claims) >= MOST_CLAIMS:
                self._claims.clear()
            token = claim(self.house, origin)
            self._claims[origin] = (now + CLAIM_USED, token)
        return token

    async def _post(self, push: Push, message: webpush.Message) -> None:
        if self._session is None:
            self._session = outward.session(self._networks, seconds=SECONDS, per_host=PER_HOST, total=TOTAL)
        headers = {
            **message.headers,
            "Content-Type": "application/octet-stream",
            "TTL": TTL,
            "Urgency": "normal",
        }
        try:
            async with self._session.post(
                push.to.endpoint, data=message.body, headers=headers, allow_redirects=False
            ) as answer:
                status, wait = answer.status, answer.headers.get("Retry-After", "")
                answer.close()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            refused = isinstance(getattr(error, "os_error", error), outward.NotPublic)
            log.info("push to %s failed: %s", push.host, error or type(error).__name__)
            await self._note(push, "done" if refused else "failed")
            return
        await self._answered(push, status, wait)

    async def _answered(self, push: Push, status: int, wait: str) -> None:
        if 200 <= status < 300:
            await self._note(push, "done")
        elif 400 <= status < 500 and status not in AGAIN:
            log.info("push service %s answered %d: the subscription is over", push.host, status)
            await self._note(push, "over")
        else:
            seconds = int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None
            await self._note(push, "failed", None if seconds is None else seconds * 1000)

    async def _note(self, push: Push, what: str, wait_ms: int | None = None) -> None:
        def write(tx: Tx) -> None:
            if what == "over":
                pushes.end(tx, push.to.id)
            elif what == "failed":
                pushes.failed(tx, push, wait_ms)
            else:
                pushes.done(tx, [push.id])

        await self.house.store.awrite(write)


def sender_of(house: House) -> Sender:
    """The house's sender, made on first use."""
    found = house.kept.get(KEPT)
    if found is None:
        found = house.kept[KEPT] = Sender(house)
    assert isinstance(found, Sender)
    return found


async def push_due(house: House) -> int:
    """The worker's chore: start the pushes that are due."""
    return await sender_of(house).turn()


def detach(house: House) -> None:
    """End what is under way, so that nobody waits for it when the process is to stop."""
    if KEPT in house.kept:
        sender_of(house).stop()
