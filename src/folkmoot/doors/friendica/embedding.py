"""How other pages show a post of ours (oembed.com): what everybody may see, all else is not there."""

from __future__ import annotations

import re

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.views import PostView
from folkmoot.doors.frame import At
from folkmoot.doors.friendica.base import door
from folkmoot.kit.markup.sanitise import escape, escape_text
from folkmoot.settings import Settings
from folkmoot.wire.codecs import utc
from folkmoot.wire.friendica.requests_reading import EmbedStatus
from folkmoot.wire.friendica.status import OEmbed

NARROWEST, WIDEST = 250, 550
DAY_SECONDS = 86_400
_NUMBER = re.compile(r"/(\d{1,18})(?:\.\w{1,8}|/embed)?/?(?:[?#].*)?$", re.ASCII)
_ALIGNED = ("left", "right", "center")


@door.on(EmbedStatus)
def embed(at: At, ask: EmbedStatus) -> OEmbed:
    post = views.post(at.tx, Viewer.anonymous(), ask.id or _of_address(ask.url, at.house.settings.base_url))
    if post.boost_of is not None:
        raise NotFound(what="post")
    width = min(max(ask.maxwidth or WIDEST, NARROWEST), WIDEST)
    return _entity(post, at.house.settings, width, ask.align if ask.align in _ALIGNED else "none")


def _of_address(url: str | None, base: str) -> int:
    """The number at the end of an address of ours, 0 where there is none."""
    match = _NUMBER.search(url.strip()) if url and url.strip().startswith(f"{base}/") else None
    return int(match[1]) if match else 0


def _entity(post: PostView, settings: Settings, width: int, align: str) -> OEmbed:
    name = post.author.display_name or post.author.name
    day = f"{utc(post.created_at):%Y-%m-%d}"
    style = "" if align == "none" else f' align="{align}"'
    title = f"<h4>{escape_text(post.title)}</h4>" if post.title else ""
    return OEmbed(
        type="rich",
        version="1.0",
        url=post.url,
        author_name=name,
        author_url=post.author.url,
        html=f'<blockquote class="twitter-tweet"{style} lang="{escape(post.language or "en")}">{title}{post.html}'
        f'&mdash; {escape_text(name)} (@{escape_text(post.author.handle)}) <a href="{escape(post.url)}">{day}</a>'
        "</blockquote>",
        width=width,
        cache_age=str(DAY_SECONDS),
        provider_name=settings.title,
        provider_url=settings.base_url,
    )
