"""What a web page says of itself by Open Graph, Twitter cards and JSON-LD: title, picture, player, author."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import msgspec
from lxml import etree

MAX_BYTES: Final = 1_048_576
MAX_NODES: Final = 20_000
MAX_LINKS: Final = 2_000
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ALIASES: Final = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252"}
"""What browsers take these to be (WHATWG Encoding standard)."""


class PageFacts(msgspec.Struct, kw_only=True):
    """A page in short. Addresses are absolute and of the web; everything else is plain text, cut to sane lengths."""

    title: str = ""
    description: str = ""
    site: str = ""
    kind: str = ""
    address: str = ""
    image: str = ""
    image_alt: str = ""
    player: str = ""
    width: int = 0
    height: int = 0
    author: str = ""
    author_url: str = ""
    language: str = ""
    published_at: int | None = None
    oembed: str = ""


def decoded(body: bytes, charset: str) -> str:
    """The bytes of a page as text: by its mark, the header's charset, its own word, UTF-8, or Windows' Latin."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    found = _META_CHARSET.search(body[:4096])
    for name in (charset, found[1].decode() if found else ""):
        try:
            name = _ALIASES.get(name.lower(), name)
            if name and codecs.lookup(name)._is_text_encoding:
                return body.decode(name, "replace")
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _tree(body: bytes, charset: str) -> Any:
    text = decoded(body[:MAX_BYTES], charset).replace("\0", "")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    return etree.fromstring(text.encode("utf-8", "replace") or b"<html/>", parser)


def read(body: bytes, charset: str, url: str) -> PageFacts:
    """The facts of an HTML page at *url*; slow for large pages, so not on the event loop. What can't be read at all
    has no facts."""
    try:
        root = _tree(body, charset)
    except (etree.LxmlError, ValueError, AssertionError):
        return PageFacts()
    return PageFacts() if root is None else _Reader(root, url).facts()


def told(body: bytes, charset: str, url: str) -> dict[str, Any]:
    """As `read`, to be passed on by another process."""
    return msgspec.structs.asdict(read(body, charset, url))


def names_me(body: bytes, charset: str, url: str, mine: Collection[str]) -> bool:
    """Whether the page at *url* links to one of *mine* with rel="me" (microformats rel-me)."""
    try:
        root = _tree(body, charset)
    except (etree.LxmlError, ValueError, AssertionError):
        return False
    for number, node in enumerate(() if root is None else root.iter("a", "link")):
        if number >= MAX_LINKS:
            return False
        if (
            "me" in (node.get("rel") or "").lower().split()
            and _plain(urljoin(url, node.get("href") or "")) in mine
        ):
            return True
    return False


def _plain(url: str) -> str:
    return url.strip().rstrip("/").lower()


class _Reader:
    """Gathers what a tree holds, then chooses."""

    def __init__(self, root: Any, url: str) -> None:
        self.url = url
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.title = ""
        self.language = (root.get("lang") or "")[:35]
        self.data: dict[str, Any] = {}
        for number, node in enumerate(root.iter("meta", "link", "title", "script")):
            if number >= MAX_NODES:
                break
            getattr(self, f"_{node.tag}")(node)

    def _meta(self, node: Any) -> None:
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        if name and node.get("content") and len(name) < 100:
            self.meta.setdefault(name, node.get("content"))

    def _link(self, node: Any) -> None:
        rel, href = (node.get("rel") or "").lower().split(), node.get("href") or ""
        if "canonical" in rel:
            self.links.setdefault("canonical", href)
        if "alternate" in rel and (node.get("type") or "").lower() in (
            "application/json+oembed",
            "text/json+oembed",
        ):
            self.links.setdefault("oembed", href)

    def _title(self, node: Any) -> None:
        self.title = self.title or "".join(node.itertext())[:2000]

    def _script(self, node: Any) -> None:
        if (
            (node.get("type") or "").lower() != "application/ld+json"
            or self.data
            or len(node.text or "") > 200_000
        ):
            return
        try:
            found = msgspec.json.decode(node.text or "")
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return
        graph = found.get("@graph") if isinstance(found, dict) else found
        items = [found, *(graph if isinstance(graph, list) else [])]
        self.data = next((i for i in items if isinstance(i, dict) and isinstance(i.get("headline"), str)), {})

    def text(self, most: int, *names: str) -> str:
        """The first that says something, on one line."""
        for name in names:
            line = " ".join(self.meta.get(name, "")[: most * 4].split())[:most]
            if line:
                return line
        return ""

    def place(self, *texts: str) -> str:
        """The first that is a web address, absolute."""
        for text in texts:
            try:
                url = urljoin(self.url, text.strip()) if text.strip() else ""
                parts = urlsplit(url)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.hostname and len(url) <= 2048:
                return url
        return ""

    def number(self, *names: str) -> int:
        digits = self.text(10, *names).removesuffix("px")
        return min(int(digits), 10_000) if digits.isascii() and digits.isdigit() else 0

    def facts(self) -> PageFacts:
        meta, data = self.meta, self.data
        player = self.place(meta.get("twitter:player", ""), _embeds(meta))
        return PageFacts(
            title=self.text(500, "og:title", "twitter:title")
            or _line(data.get("headline"), 500)
            or _line(self.title, 500),
            description=self.text(1500, "og:description", "twitter:description", "description")
            or _line(data.get("description"), 1500),
            site=self.text(200, "og:site_name") or _line(_name(data.get("publisher")), 200),
            kind=self.text(40, "og:type"),
            address=self.place(self.links.get("canonical", ""), meta.get("og:url", "")),
            image=self.place(
                meta.get("og:image:secure_url", ""), meta.get("og:image", ""), meta.get("twitter:image", ""),
                meta.get("twitter:image:src", ""),
            ),
            image_alt=self.text(1500, "og:image:alt", "twitter:image:alt"),
            player=player,
            width=self.number("twitter:player:width", "og:video:width") if player else 0,
            height=self.number("twitter:player:height", "og:video:height") if player else 0,
            author=self.text(200, "author", "dc.creator") or _line(_name(data.get("author")), 200)
            or _line(meta.get("article:author", "") if "://" not in meta.get("article:author", "") else "", 200),
            author_url=self.place(_address(data.get("author"))) if _address(data.get("author")) else "",
            language=self.language,
            published_at=_moment(meta.get("article:published_time") or data.get("datePublished")),
            oembed=self.place(self.links.get("oembed", "")),
        )  # fmt: skip


def _embeds(meta: dict[str, str]) -> str:
    """The player of a video, where it is a page and not a file."""
    if meta.get("og:video:type", "text/html").lower() != "text/html":
        return ""
    return meta.get("og:video:secure_url", "") or meta.get("og:video:url", "") or meta.get("og:video", "")


def _line(text: object, most: int) -> str:
    return " ".join(text[: most * 4].split())[:most] if isinstance(text, str) else ""


def _name(value: object) -> object:
    first = value[0] if isinstance(value, list) and value else value
    return first.get("name") if isinstance(first, dict) else first


def _address(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value
    url = first.get("url") if isinstance(first, dict) else ""
    return url if isinstance(url, str) else ""


def _moment(text: object) -> int | None:
    """An ISO 8601 time in ms; None where it is not one, or nonsense."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text.strip()[:40])
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
    return int(at * 1000) if 0 < at < 32_503_680_000 else None
