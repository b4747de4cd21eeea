"""Cards of linked pages: one for each address, looked at once by the worker, shared by all posts that link to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.media import litter
from folkmoot.store.schema.media import cards, post_cards
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_URL: Final = 2048
FRESH_MS: Final = 14 * 86_400_000
"""So long a card (and the lack of one) is good; a later post with the same link has it looked at again."""
LEASE_MS: Final = 90_000
TRIES: Final = 4
FIRST_GAP_MS: Final = 60_000
AT_ONCE: Final = 4


class CardState(IntEnum):
    """WAITING to be looked at, READY to be shown, or NOTHING to show."""

    WAITING = 0
    READY = 1
    NOTHING = 2


class Author(msgspec.Struct, frozen=True):
    """Who wrote a page."""

    name: str
    url: str = ""


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card as it is shown. `page` is the page's own address, `url` the one that was linked; `blob` is the key of its
    picture, empty without one; times in ms."""

    id: int
    url: str
    kind: str
    page: str
    title: str
    description: str
    authors: tuple[Author, ...]
    provider_name: str
    provider_url: str
    html: str
    embed_url: str
    language: str
    width: int
    height: int
    blob: str
    blurhash: str
    image_description: str
    published_at: int | None


class NewCard(msgspec.Struct, kw_only=True):
    """What was found behind a link."""

    kind: str = "link"
    page: str = ""
    title: str = ""
    description: str = ""
    authors: tuple[Author, ...] = ()
    provider_name: str = ""
    provider_url: str = ""
    html: str = ""
    embed_url: str = ""
    language: str = ""
    width: int = 0
    height: int = 0
    blob: str = ""
    blurhash: str = ""
    image_description: str = ""
    published_at: int | None = None


_CAN_BE_SHOWN = sa.or_(
    cards.c.state == int(CardState.READY),
    sa.and_(cards.c.state == int(CardState.WAITING), cards.c.title != ""),
)
"""Also while it is looked at anew: what is known is shown till more is."""
_VIEW = [cards.c[name] for name in CardView.__struct_fields__]
_OF_POSTS = Query(
    sa.select(post_cards.c.post_id, *_VIEW)
    .select_from(post_cards.join(cards, cards.c.id == post_cards.c.card_id))
    .where(in_list(post_cards.c.post_id, "ids"), _CAN_BE_SHOWN)
)
_SOME = Query(sa.select(*_VIEW).where(in_list(cards.c.id, "ids"), _CAN_BE_SHOWN))
_BY_HASH = Query(
    sa.select(cards.c.id, cards.c.state, cards.c.fetched_at, cards.c.due_at, cards.c.title).where(
        cards.c.hash == text_p("hash")
    )
)
_BY_PAGE = Query(
    sa.select(cards.c.id)
    .where(cards.c.page_hash == text_p("hash"), cards.c.page_hash != "", _CAN_BE_SHOWN)
    .order_by(cards.c.id)
    .limit(1)
)
_UNLINK = Query(sa.delete(post_cards).where(post_cards.c.post_id == p("id")))
_LINKED = Query(sa.select(post_cards.c.card_id).where(post_cards.c.post_id == p("id")))
_WAITING = sa.and_(cards.c.state == int(CardState.WAITING), cards.c.due_at <= p("now"))
_WAITS = Query(sa.select(cards.c.id).where(_WAITING).limit(1))
_DUE = (
    sa.select(cards.c.id, cards.c.url, cards.c.attempts)
    .where(_WAITING)
    .order_by(cards.c.due_at, cards.c.id)
    .limit(AT_ONCE)
)
_NEXT = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}
_SHOWN = Query(
    sa.update(posts)
    .where(posts.c.id.in_(sa.select(post_cards.c.post_id).where(post_cards.c.card_id == p("id"))))
    .values(rev=posts.c.rev + 1)
)
_OLD = Query(sa.select(cards.c.blob, cards.c.title).where(cards.c.id == p("id")))


def address_of(url: str) -> str:
    """The link as cards are kept under it: without the part behind #. Empty where it can't have a card."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > MAX_URL:
        return ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()


def link(tx: Tx, author_id: int, post_id: int, urls: Iterable[str]) -> None:
    """The post links to these addresses: the first that leads out of the house has its card. A known fresh card is
    shown at once, else the worker looks at the page, once for all who link to it."""
    base = tx.settings.base_url + "/"
    outside = (address_of(url) for url in urls if not (url + "/").startswith(base))
    url = next((found for found in outside if found), "")
    before = tx.value(_LINKED, id=post_id)
    if not url or not tx.settings.link_previews:
        if before is not None:
            tx.run(_UNLINK, id=post_id)
        return
    card_id = _card(tx, author_id, url)
    if before != card_id:
        tx.run(_UNLINK, id=post_id)
        tx.insert(post_cards, post_id=post_id, card_id=card_id)


def _card(tx: Tx, author_id: int, url: str) -> int:
    row = tx.one(_BY_HASH, hash=_hash(url))
    if row is None:
        id_ = tx.ids.next()
        new = {"hash": _hash(url), "url": url, "created_at": tx.now, "due_at": tx.now}
        if tx.insert_new(cards, id=id_, state=int(CardState.WAITING), **new):
            journal.record(tx, journal.MEDIA_QUEUED, author_id, id_)
            return id_
        row = tx.one(_BY_HASH, hash=_hash(url))
        assert row is not None
    id_, state, fetched_at = int(row[0]), row[1], row[2]
    if state != CardState.WAITING and (fetched_at or 0) < tx.now - FRESH_MS:
        tx.update(cards, {"id": id_}, state=int(CardState.WAITING), attempts=0, due_at=tx.now)
        journal.record(tx, journal.MEDIA_QUEUED, author_id, id_)
    return id_


def unlink(tx: Tx, post_id: int) -> None:
    """The post links to nothing any more."""
    tx.run(_UNLINK, id=post_id)


def _view(row: tuple[Any, ...]) -> CardView:
    values = dict(zip(CardView.__struct_fields__, row, strict=True))
    values["authors"] = tuple(msgspec.json.decode(values["authors"], type=list[Author]))
    values["page"] = values["page"] or values["url"]
    return CardView(**values)


def of_posts(tx: Tx, post_ids: list[int]) -> dict[int, CardView]:
    """Cards that can be shown, by post: for those who went through the posts' gate."""
    return {row[0]: _view(row[1:]) for row in tx.all(_OF_POSTS, ids=post_ids)} if post_ids else {}


def by_ids(tx: Tx, card_ids: list[int]) -> dict[int, CardView]:
    """Cards that can be shown, by id."""
    return {row[0]: _view(row) for row in tx.all(_SOME, ids=card_ids)} if card_ids else {}


def find(tx: Tx, url: str) -> int | None:
    """The card of an address, linked or the page's own, where it can be shown."""
    hashed = _hash(address_of(url))
    row = tx.one(_BY_HASH, hash=hashed)
    if row is not None and (row[1] == CardState.READY or (row[1] == CardState.WAITING and row[4])):
        return int(row[0])
    known: int | None = tx.value(_BY_PAGE, hash=hashed)
    return known


class Look(msgspec.Struct, frozen=True):
    """A page to look at, for the *attempts*-th time."""

    id: int
    url: str
    attempts: int


def waits(tx: Tx) -> bool:
    """Whether a page is to be looked at now."""
    return tx.one(_WAITS, now=tx.now) is not None


def claim(tx: Tx) -> list[Look]:
    """Take the next pages for LEASE_MS; who dies with them lets them go by that."""
    due = [Look(row[0], row[1], row[2] + 1) for row in tx.all(_NEXT[tx.dialect], now=tx.now)]
    for look in due:
        if look.attempts > TRIES:  # whoever looked at it died each time
            found(tx, look, None)
        else:
            tx.update(cards, {"id": look.id}, attempts=look.attempts, due_at=tx.now + LEASE_MS)
    return [look for look in due if look.attempts <= TRIES]


def found(tx: Tx, look: Look, new: NewCard | None) -> None:
    """What is behind the link; None for nothing to show (what was known before stays). All posts that link to it look
    different now."""
    row = tx.one(_OLD, id=look.id)
    if row is None:
        return
    old, title = row
    if new is None:
        state = CardState.READY if title else CardState.NOTHING
        tx.update(cards, {"id": look.id}, state=int(state), fetched_at=tx.now)
        return
    values = msgspec.structs.asdict(new)
    values["authors"] = msgspec.json.encode(new.authors).decode()
    values["page_hash"] = _hash(address_of(new.page)) if new.page else ""
    tx.update(cards, {"id": look.id}, state=int(CardState.READY), fetched_at=tx.now, **values)
    if old and old != new.blob:
        litter.drop(tx, old)
    tx.run(_SHOWN, id=look.id)


def missed(tx: Tx, look: Look) -> None:
    """The page could not be had just now: it is tried again with growing gaps, at last given up."""
    if look.attempts >= TRIES:
        found(tx, look, None)
    else:
        tx.update(cards, {"id": look.id}, due_at=tx.now + FIRST_GAP_MS * 4 ** (look.attempts - 1))
