"""Timelines as true feeds: RSS 2.0 (with Atom's self link and GeoRSS points) and Atom 1.0 (RFC 4287)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, NamedTuple

import msgspec

from folkmoot.doors.frame import At, Http, Response
from folkmoot.doors.friendica.refusals import TYPES
from folkmoot.kit.markup.links import Kind, find
from folkmoot.wire.codecs import rfc3339, utc
from folkmoot.wire.friendica.status import Status
from folkmoot.wire.friendica.xml import escape

FORMATS = ("rss", "atom")
LOGO = "/static/icon.png"
_TITLE = 120
_TWITTER = "%a %b %d %H:%M:%S %z %Y"
_RSS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:georss="http://www.georss.org/georss"><channel>'
)
_ATOM = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xml:lang="en" xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:georss="http://www.georss.org/georss" xmlns:activity="http://activitystrea.ms/spec/1.0/" '
    'xmlns:statusnet="http://status.net/schema/api/1/">'
)
_MADE = (b"cache-control", b"private, no-cache")
"""A reader may keep a feed and has to ask each time whether it is still the same."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed tells of one thing. Times in ms; `uri` is its own for ever, `link` where a reader goes."""

    number: int
    uri: str
    link: str
    title: str
    html: str
    created_at: int
    changed_at: int
    author: str
    author_url: str
    verb: str = "post"
    source: str = ""
    thread: int = 0
    file: tuple[str, str, int] | None = None
    """Address, type and bytes of the first file."""
    tags: tuple[str, ...] = ()
    point: tuple[float, float] | None = None
    """Latitude and longitude."""


class Piece(NamedTuple):
    """An entry in its format, and when it last changed (ms)."""

    body: bytes
    changed_at: int


TOLD: dict[type, Callable[[Any], Entry]] = {}
"""How entries are made of those objects that feeds hold."""


def heading(name: str, text: str) -> str:
    """The title of an entry: who, and the beginning of what was said in one line."""
    line = " ".join(text.split())
    return f"{name}: {line if len(line) <= _TITLE else line[:_TITLE] + '…'}"


def of_status(post: Status, changed_at: int | None = None) -> Entry:
    """The entry of a post; one that was passed on is a thing of its own."""
    created_at = int(datetime.strptime(post.created_at, _TWITTER).astimezone(UTC).timestamp()) * 1000
    author, passed_on = post.friendica_author, post.retweeted_status is not msgspec.UNSET
    files = post.attachments
    file = files[0] if isinstance(files, list) and files else None
    uri = post.external_url if post.uri is msgspec.UNSET else post.uri
    return Entry(
        number=post.id,
        uri=f"{post.external_url}#{post.id}" if passed_on else uri,
        link=post.external_url,
        title=heading(author.name, post.text),
        html=post.statusnet_html,
        created_at=created_at,
        changed_at=max(created_at, changed_at or 0),
        author=author.name,
        author_url=author.statusnet_profile_url,
        verb="share" if passed_on else "post",
        source=post.source,
        thread=post.statusnet_conversation_id,
        file=(file.url, file.mimetype or "application/octet-stream", file.size or 0) if file else None,
        tags=tuple(dict.fromkeys(token.value for token in find(post.text) if token.kind is Kind.TAG)),
        point=post.geo.coordinates if post.geo else None,
    )


TOLD[Status] = of_status


def piece(format: str, entry: Entry, base: str) -> Piece:
    """The entry in its format; *base* is the address of this server."""
    made = _item(entry) if format == "rss" else _entry(entry, base)
    return Piece(made.encode(), entry.changed_at)


def respond(at: At, pieces: Sequence[Piece]) -> Response:
    """The feed of entries, newest first, or 304 for a reader who has it (RFC 9110, 13.1)."""
    body = _document(at, pieces)
    tag = b'"%b"' % hashlib.blake2b(body, digest_size=16).hexdigest().encode()
    headers = [(b"etag", tag), _MADE]
    changed = max((each.changed_at for each in pieces), default=0)
    if changed:
        headers.append((b"last-modified", format_datetime(_second(changed), usegmt=True).encode()))
    if _is_known(at.http, tag.decode(), changed):
        return Response(304, b"", headers)
    return Response(200, body, headers, TYPES[at.format])


def _second(ms: int) -> datetime:
    return utc(ms - ms % 1000)


def _is_known(http: Http, tag: str, changed_at: int) -> bool:
    if http.method not in ("GET", "HEAD"):
        return False
    if known := http.header("if-none-match"):
        return known.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in known.split(","))
    since = http.header("if-modified-since")
    if not since or not changed_at:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False
    return _second(changed_at) <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _element(name: str, text: object, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(str(text))}</{name}>"


def _link(rel: str, href: str, type: str = "") -> str:
    return f'<link rel="{rel}"{f" type={chr(34)}{type}{chr(34)}" if type else ""} href="{escape(href)}"/>'


def _document(at: At, pieces: Sequence[Piece]) -> bytes:
    settings = at.house.settings
    call = at.http.path.removesuffix(f".{at.format}").removeprefix("/api/").removeprefix("1.1/")
    title = f"{settings.title}: {call.replace('_', ' ').replace('/', ' ')}"
    query = f"?{at.http.query.decode('latin-1')}" if at.http.query else ""
    here = f"{settings.base_url}{at.http.path}{query}"
    head, end = (_rss_head, "</channel></rss>") if at.format == "rss" else (_atom_head, "</feed>")
    changed = max((each.changed_at for each in pieces), default=0)
    start = head(title, settings.description or title, settings.base_url, here, changed)
    return b"".join([start.encode(), *(each.body for each in pieces), end.encode()])


def _rss_head(title: str, about: str, base: str, here: str, changed: int) -> str:
    parts = [
        _element("title", title),
        _element("link", base),
        f'<atom:link rel="self" type="application/rss+xml" href="{escape(here)}"/>',
        _element("description", about),
        "<language>en</language><ttl>40</ttl>",
        f"<image>{_element('url', base + LOGO)}{_element('title', title)}{_element('link', base)}</image>",
    ]
    return _RSS + "".join(parts)


def _atom_head(title: str, about: str, base: str, here: str, changed: int) -> str:
    parts = [
        _element("id", here),
        _element("title", title),
        _element("subtitle", about),
        _element("logo", base + LOGO),
        _element("updated", rfc3339(changed)),
        _link("alternate", f"{base}/", "text/html"),
        _link("self", here, "application/atom+xml"),
        f"<author>{_element('name', title.partition(':')[0])}{_element('uri', base + '/')}</author>",
    ]
    return _ATOM + "".join(parts)


def _item(entry: Entry) -> str:
    own = entry.uri == entry.link or entry.verb == "post"
    parts = [
        _element("title", entry.title),
        _element("description", entry.html),
        _element("pubDate", format_datetime(_second(entry.created_at))),
        _element("guid", entry.link) if own else _element("guid", entry.uri, ' isPermaLink="false"'),
        _element("link", entry.link),
        _enclosure("<enclosure url={} type={} length={}/>", entry.file),
        *(_element("category", tag) for tag in entry.tags),
        _point(entry),
    ]
    return f"<item>{''.join(parts)}</item>"


def _entry(entry: Entry, base: str) -> str:
    parts = [
        _element("id", entry.uri),
        _element("title", entry.title),
        _element("content", entry.html, ' type="html"'),
        _link("alternate", entry.link, "text/html"),
        _enclosure('<link rel="enclosure" href={} type={} length={}/>', entry.file),
        _link("ostatus:conversation", f"{base}/t/{entry.thread}") if entry.thread else "",
        _element("published", rfc3339(entry.created_at)),
        _element("updated", rfc3339(entry.changed_at)),
        f"<author>{_element('name', entry.author)}{_element('uri', entry.author_url)}</author>",
        f"<activity:verb>http://activitystrea.ms/schema/1.0/{entry.verb}</activity:verb>",
        "<activity:object-type>http://activitystrea.ms/schema/1.0/note</activity:object-type>",
        f'<statusnet:notice_info local_id="{entry.number}" source="{escape(entry.source)}"/>',
        *(f'<category term="{escape(tag)}"/>' for tag in entry.tags),
        _point(entry),
    ]
    return f"<entry>{''.join(parts)}</entry>"


def _enclosure(form: str, file: tuple[str, str, int] | None) -> str:
    return form.format(*(f'"{escape(str(fact))}"' for fact in file)) if file else ""


def _point(entry: Entry) -> str:
    return f"<georss:point>{entry.point[0]} {entry.point[1]}</georss:point>" if entry.point else ""


def keep(made: Piece) -> bytes:
    """A piece as bytes, to be kept."""
    return made.changed_at.to_bytes(8) + made.body


def kept(raw: Iterable[bytes]) -> list[Piece]:
    """Pieces that `keep` made."""
    return [Piece(each[8:], int.from_bytes(each[:8])) for each in raw]
