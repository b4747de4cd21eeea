"""The worker's part in links: pages are looked at for cards and for rel="me", safely, and never twice at once."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import msgspec

from folkmoot import __version__
from folkmoot.domain.media import cards, previews
from folkmoot.domain.media.cards import Look, NewCard
from folkmoot.domain.people import verifying
from folkmoot.doors.frame.house import House
from folkmoot.kit import outward, pagefacts
from folkmoot.kit.fetch import Fetched, Fetcher, NotFetched
from folkmoot.kit.media.bad import Bad
from folkmoot.kit.media.decoder import Decoded, Decoding
from folkmoot.kit.pagefacts import PageFacts
from folkmoot.store.tx import Tx

log = logging.getLogger("folkmoot.work")
PAGES = ("text/html", "application/xhtml+xml")
DOCUMENTS = ("application/json", "text/json", "text/javascript")
MAX_PICTURE = 8 * 1024 * 1024
_READING = ThreadPoolExecutor(2, "pages")
"""What others' servers send is decoded here, two at once and below all else: nobody who uploads or logs in waits."""


def fetcher_of(house: House) -> Fetcher:
    """How this house asks others for pages."""
    settings = house.settings
    agent = f"Folkmoot/{__version__} (+{settings.base_url}/; link preview)"
    return Fetcher(agent, outward.networks(settings.private_networks))


async def look_at_links(house: House) -> int:
    """Look at the next pages that posts link to; a chore."""
    if not await house.store.aread(cards.waits):
        return 0
    claimed = await house.store.awrite(cards.claim)
    await asyncio.gather(*(_look(house, look) for look in claimed))
    return len(claimed)


async def _look(house: House, look: Look) -> None:
    try:
        card = await _card(house, look.url)
    except NotFetched as error:
        log.info("no card of %s: %s", look.url, error)
        done = cards.missed if error.again else _nothing
        await house.store.awrite(lambda tx: done(tx, look))
        return
    await house.store.awrite(lambda tx: cards.found(tx, look, card))


def _nothing(tx: Tx, look: Look) -> None:
    cards.found(tx, look, None)


async def _card(house: House, url: str) -> NewCard | None:
    """The card of a page with its oEmbed document and picture. Raises NotFetched for the page itself only."""
    fetcher = fetcher_of(house)
    page = await fetcher.get(url, kinds=PAGES, most=2 * pagefacts.MAX_BYTES)
    facts = msgspec.convert(await _read(page, "page"), PageFacts)
    card = previews.of_page(facts, page.url)
    picture = facts.image
    if facts.oembed:
        card = card or NewCard(page=page.url, provider_name=urlsplit(page.url).hostname or "")
        picture = await _oembed(fetcher, facts.oembed, card) or picture
    if card is None or not card.title:
        return None
    if picture:
        await _picture(house, fetcher, picture, card)
    return card


async def _read(page: Fetched, task: str, **options: Any) -> Any:
    """What a page says, found out in a process of its own: a page may be made so that it takes very long. Raises
    NotFetched."""
    try:
        return (await _decoded(task, page.body, charset=page.charset, url=page.url, **options)).facts[task]
    except Bad as bad:
        raise NotFetched(f"it can't be read: {bad}", again=bad.why == "stopped") from None
    except OSError as error:
        raise NotFetched(str(error), again=True) from None


async def _decoded(task: str, body: bytes, **options: Any) -> Decoded:
    work = Decoding(task, body, limits={"nice": 10}, **options)
    return await asyncio.get_running_loop().run_in_executor(_READING, work.run)


async def _oembed(fetcher: Fetcher, url: str, card: NewCard) -> str:
    try:
        said = await fetcher.get(url, kinds=DOCUMENTS, most=previews.MAX_OEMBED)
    except NotFetched as error:
        log.info("no oEmbed document at %s: %s", url, error)
        return ""
    return previews.with_oembed(card, said.body)


async def _picture(house: House, fetcher: Fetcher, url: str, card: NewCard) -> None:
    """Keep a small picture of the page; a card without one is a card all the same."""
    try:
        sent = await fetcher.get(url, kinds=("image/",), most=MAX_PICTURE)
        made = await _decoded("picture", sent.body)
    except (NotFetched, Bad, OSError) as error:
        log.info("no picture of %s: %s", url, error)
        return
    card.blob = await asyncio.to_thread(house.blobs.put, made.parts[1])
    card.blurhash = made.facts["blurhash"]
    if card.kind == "link":
        card.width, card.height = made.facts["preview_width"], made.facts["preview_height"]


async def verify_links(house: House) -> int:
    """Look behind the next link of a profile; a chore."""
    if not await house.store.aread(verifying.waits):
        return 0
    check = await house.store.awrite(verifying.claim)
    if check is None:
        return 1
    try:
        page = await fetcher_of(house).get(check.url, kinds=PAGES, most=2 * pagefacts.MAX_BYTES)
        named = await _read(page, "rel_me", mine=sorted(check.mine))
    except NotFetched as error:
        again = error.again
        await house.store.awrite(lambda tx: verifying.missed(tx, check, again=again))
        return 1
    await house.store.awrite(lambda tx: verifying.judged(tx, check, names_me=named))
    return 1
