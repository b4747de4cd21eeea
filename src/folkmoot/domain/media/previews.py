"""What a linked page becomes: a card of whitelisted facts; of foreign HTML nothing is kept but one frame's address."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from folkmoot.domain.media.cards import Author, NewCard
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.kit.pagefacts import PageFacts

MAX_OEMBED: Final = 262_144
MAX_SIDE: Final = 4096
_SANDBOX: Final = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms"
_WIDTH, _HEIGHT = 560, 315


def of_page(facts: PageFacts, url: str) -> NewCard | None:
    """The card of a page that was found at *url*; None where it says nothing of itself."""
    host = urlsplit(url).hostname or ""
    canonical = facts.address if urlsplit(facts.address).hostname == host else ""
    if not facts.title:
        return None
    card = NewCard(
        page=canonical or url,
        title=facts.title,
        description=facts.description,
        authors=(Author(facts.author, facts.author_url),) if facts.author else (),
        provider_name=facts.site or host.removeprefix("www."),
        provider_url="",
        language=facts.language,
        image_description=facts.image_alt,
        published_at=facts.published_at,
    )
    if _is_frame(facts.player):
        card.kind = "video"
        card.embed_url = facts.player
        card.width, card.height = facts.width or _WIDTH, facts.height or _HEIGHT
        card.html = frame(facts.player, card.width, card.height)
    return card


def _is_frame(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def frame(url: str, width: int, height: int) -> str:
    """A frame of our own writing around a player's address."""
    return (
        f'<iframe src="{escape_text(url)}" width="{width}" height="{height}" allowfullscreen="allowfullscreen" '
        f'scrolling="no" frameborder="0" sandbox="{_SANDBOX}"></iframe>'
    )


def with_oembed(card: NewCard, body: bytes) -> str:
    """Add what the page's oEmbed document says (oembed.com, section 2.3). Returns the address of a better picture, or
    nothing. What can't be read is as if it were not there."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return ""
    if not isinstance(said, dict):
        return ""
    card.title = _text(said, "title", 500) or card.title
    card.provider_name = _text(said, "provider_name", 200) or card.provider_name
    card.provider_url = _address(said, "provider_url")
    if author := _text(said, "author_name", 200):
        card.authors = (Author(author, _address(said, "author_url")),)
    if said.get("type") == "photo" and _address(said, "url"):
        card.kind, card.embed_url, card.html = "photo", _address(said, "url"), ""
        card.width, card.height = _side(said, "width"), _side(said, "height")
        return card.embed_url
    if said.get("type") == "video" and (player := _player(said.get("html"))):
        card.kind, card.embed_url = "video", player
        card.width, card.height = _side(said, "width") or _WIDTH, _side(said, "height") or _HEIGHT
        card.html = frame(player, card.width, card.height)
    return _address(said, "thumbnail_url")


def _text(said: dict[str, Any], name: str, most: int) -> str:
    value = said.get(name)
    return " ".join(value[: most * 4].split())[:most] if isinstance(value, str) else ""


def _address(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or len(value) > 2048:
        return ""
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return ""
    return value.strip() if parts.scheme in ("http", "https") and parts.hostname else ""


def _side(said: dict[str, Any], name: str) -> int:
    value = said.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6:
        value = int(value)
    return min(value, MAX_SIDE) if isinstance(value, int) and value > 0 else 0


def _player(html: object) -> str:
    """The address of the first frame in a piece of HTML."""
    if not isinstance(html, str) or not html.strip():
        return ""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(html[:65_536].encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return ""
    for node in () if root is None else root.iter("iframe"):
        url = (node.get("src") or "").strip()
        url = f"https:{url}" if url.startswith("//") else url
        if len(url) <= 2048 and _is_frame(url):
            return url
    return ""
