"""How other pages embed a post of ours (oembed.com): public posts only, all others are not there."""

from __future__ import annotations

import math
import re

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.views import PostView
from folkmoot.doors.frame import At
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.wire.mastodon.about import OEmbed
from folkmoot.wire.mastodon.requests import oembed as api

WIDEST, HIGHEST = 4000, 4000
DAY_SECONDS = 86_400
_PATH = re.compile(r"/(?:@[\w.@-]{1,300}|users/[\w.-]{1,64}/statuses)/(\d{1,19})(?:/embed)?/?")


@door.on(api.GetOEmbed)
def oembed(at: At, ask: api.GetOEmbed) -> OEmbed:
    base = at.house.settings.base_url
    path = ask.url.strip().partition("#")[0].partition("?")[0].removeprefix(base)
    found = _PATH.fullmatch(path) if ask.url.strip().startswith(base + "/") else None
    if found is None:
        raise NotFound(what="post")
    view = views.post(at.tx, Viewer.anonymous(), number(found[1]))
    if view.boost_of is not None or not view.open:
        raise NotFound(what="post")
    return _entity(view, at, _side(ask.maxwidth, WIDEST) or 400, _side(ask.maxheight, HIGHEST))


def _side(asked: float | None, most: int) -> int | None:
    if asked is None or not math.isfinite(asked) or asked < 1:
        return None
    return min(int(asked), most)


def _entity(view: PostView, at: At, width: int, height: int | None) -> OEmbed:
    name = view.author.display_name or view.author.name
    settings, high = at.house.settings, "" if height is None else f' height="{height}"'
    return OEmbed(
        type="rich",
        version="1.0",
        title=f"New status by {name}",
        author_name=name,
        author_url=view.author.url,
        provider_name=settings.domain,
        provider_url=f"{settings.base_url}/",
        cache_age=DAY_SECONDS,
        html=f'<iframe src="{escape_text(view.url)}/embed" class="mastodon-embed" style="max-width: 100%; border: 0" '
        f'width="{width}"{high} allowfullscreen="allowfullscreen"></iframe>',
        width=width,
        height=height,
    )
