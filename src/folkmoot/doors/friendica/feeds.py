"""Timelines as true feeds: RSS 2.0 (with Atom's self link and GeoRSS points) and Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec

from folkmoot.doors.frame import At
from folkmoot.kit.markup.links import Kind, find
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.friendica.status import Attachment, Status, User
from folkmoot.wire.friendica.xml import escape

LOGO = "/static/icon-192.png"
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


def write(format: str, posts: list[Status], at: At) -> bytes:
    """Posts, newest first, as "rss" or "atom"."""
    base = at.house.settings.base_url
    query = f"?{at.http.query.decode('latin-1')}" if at.http.query else ""
    here = f"{base}{at.http.path}{query}"
    title = (
        f"{at.house.settings.title}: {at.http.path.rpartition('/')[2].partition('.')[0].replace('_', ' ')}"
    )
    made = _rss if format == "rss" else _atom
    return made(posts, title, at.house.settings.description, base, here).encode()


def _element(name: str, text: object, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(str(text))}</{name}>"


def _moment(post: Status) -> datetime:
    return datetime.strptime(post.created_at, _TWITTER).astimezone(UTC)


def _name(post: Status) -> User:
    return post.friendica_author


def _heading(post: Status) -> str:
    line = " ".join(post.text.split())
    return f"{_name(post).name}: {line if len(line) <= _TITLE else line[:_TITLE] + '…'}"


def _point(post: Status) -> str:
    if post.geo is None:
        return ""
    lat, long = post.geo.coordinates
    return f"<georss:point>{lat} {long}</georss:point>"


def _file(post: Status) -> Attachment | None:
    files = post.attachments
    return files[0] if isinstance(files, list) and files else None


def _size(file: Attachment) -> int:
    return 0 if file.size is msgspec.UNSET else file.size


def _kind(file: Attachment) -> str:
    return "application/octet-stream" if file.mimetype is msgspec.UNSET else file.mimetype


def _tags(post: Status) -> list[str]:
    """Tags of the text, each once."""
    return list(dict.fromkeys(token.value for token in find(post.text) if token.kind is Kind.TAG))


def _rss(posts: list[Status], title: str, about: str, base: str, here: str) -> str:
    head = [
        _element("title", title),
        _element("link", base),
        f'<atom:link rel="self" type="application/rss+xml" href="{escape(here)}"/>',
        _element("description", about),
        "<language>en</language><ttl>40</ttl>",
        f"<image>{_element('url', base + LOGO)}{_element('title', title)}{_element('link', base)}</image>",
    ]
    return f"{_RSS}{''.join(head)}{''.join([_item(post) for post in posts])}</channel></rss>"


def _item(post: Status) -> str:
    file = _file(post)
    parts = [
        _element("title", _heading(post)),
        _element("description", post.statusnet_html),
        _element("pubDate", format_datetime(_moment(post))),
        _element("guid", post.external_url),
        _element("link", post.external_url),
        f'<enclosure url="{escape(file.url)}" type="{escape(_kind(file))}" length="{_size(file)}"/>'
        if file
        else "",
        *(_element("category", tag) for tag in _tags(post)),
        _point(post),
    ]
    return f"<item>{''.join(parts)}</item>"


def _atom(posts: list[Status], title: str, about: str, base: str, here: str) -> str:
    newest = _stamp(posts[0]) if posts else "1970-01-01T00:00:00Z"
    head = [
        _element("id", here),
        _element("title", title),
        _element("subtitle", about),
        _element("updated", newest),
        f'<link rel="alternate" type="text/html" href="{escape(base)}/"/>',
        f'<link rel="self" type="application/atom+xml" href="{escape(here)}"/>',
    ]
    return f"{_ATOM}{''.join(head)}{''.join([_entry(post) for post in posts])}</feed>"


def _stamp(post: Status) -> str:
    return rfc3339(int(_moment(post).timestamp()) * 1000)


def _entry(post: Status) -> str:
    author, file = _name(post), _file(post)
    verb = "post" if post.retweeted_status is msgspec.UNSET else "share"
    parts = [
        _element(
            "id", post.uri if post.retweeted_status is msgspec.UNSET else f"{post.external_url}#{post.id}"
        ),
        _element("title", _heading(post)),
        _element("content", post.statusnet_html, ' type="html"'),
        f'<link rel="alternate" type="text/html" href="{escape(post.external_url)}"/>',
        f'<link rel="enclosure" type="{escape(_kind(file))}" length="{_size(file)}" href="{escape(file.url)}"/>'
        if file
        else "",
        _element("published", _stamp(post)),
        _element("updated", _stamp(post)),
        f"<author>{_element('name', author.name)}{_element('uri', author.statusnet_profile_url)}</author>",
        f"<activity:verb>http://activitystrea.ms/schema/1.0/{verb}</activity:verb>",
        "<activity:object-type>http://activitystrea.ms/schema/1.0/note</activity:object-type>",
        f'<statusnet:notice_info local_id="{post.id}" source="{escape(post.source)}"/>',
        *(f'<category term="{escape(tag)}"/>' for tag in _tags(post)),
        _point(post),
    ]
    return f"<entry>{''.join(parts)}</entry>"
