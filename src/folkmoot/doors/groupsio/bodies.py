"""A post's text as the API wants it: what its writer says, what is quoted, and what remains, each as HTML."""

from __future__ import annotations

from typing import Final

import msgspec

from folkmoot.domain.posts.plainparts import html_of, text_of
from folkmoot.domain.text import Markup, render
from folkmoot.domain.views import PostView
from folkmoot.doors.frame.house import House
from folkmoot.kit.mail.quote import split_reply

SNIPPET: Final = 200
MAX_SPLIT: Final = 200_000
"""Characters of a mail that are taken apart; a longer one is shown whole."""


class Text(msgspec.Struct, frozen=True):
    """The three parts as HTML, and the beginning as plain text on one line."""

    body: str
    quoted: str
    remainder: str
    snippet: str


_decoder = msgspec.msgpack.Decoder(Text)
_encoder = msgspec.msgpack.Encoder()


def split(house: House, post: PostView) -> Text:
    """The text of a post. Mails are taken apart; that is kept by id and revision, since it is slow."""
    if post.markup != Markup.MAIL or len(post.source) > MAX_SPLIT:
        return Text(html_of(post), "", "", snippet(text_of(post)))
    cache = house.cache("groupsio.bodies")
    key = (post.id, post.rev)
    kept = cache.get(key)
    if kept is not None:
        return _decoder.decode(kept)
    reply = split_reply(post.source)
    parts = [_html(house, part) for part in (reply.body, reply.quoted, reply.signature)]
    text = Text(parts[0], parts[1], parts[2], snippet(reply.body or post.plain))
    cache.put(key, _encoder.encode(text))
    return text


def _html(house: House, part: str) -> str:
    if not part:
        return ""
    settings = house.settings
    return render(part, Markup.MAIL, base_url=settings.base_url, local_domain=settings.domain, people={}).html


def snippet(plain: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(plain[: 4 * SNIPPET].split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1].rstrip() + "…"
