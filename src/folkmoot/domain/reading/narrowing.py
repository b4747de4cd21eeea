"""What a search is narrowed to besides its words: authors, days, languages, what a post holds."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience
from folkmoot.store.schema.media import post_cards
from folkmoot.store.schema.posts import addressed, marks, media, posts
from folkmoot.store.sql import p, text_p

POLL, QUOTE = 1, 2


class Narrow(msgspec.Struct, frozen=True, kw_only=True):
    """Each is asked for (True), shut out (False) or not spoken of (None); `before` and `after` are ms, exclusive and
    inclusive; `library` is what the viewer wrote or had to do with, `public` what was said to everybody."""

    author_id: int | None = None
    not_author_id: int | None = None
    language: str | None = None
    before: int | None = None
    after: int | None = None
    media: bool | None = None
    image: bool | None = None
    video: bool | None = None
    audio: bool | None = None
    poll: bool | None = None
    link: bool | None = None
    quote: bool | None = None
    reply: bool | None = None
    sensitive: bool | None = None
    library: bool | None = None
    public: bool | None = None

    @property
    def options(self) -> frozenset[str]:
        """What is spoken of, as words that name the statement."""
        found = {name for name in _SWITCHES if getattr(self, name) is True}
        found |= {f"no {name}" for name in _SWITCHES if getattr(self, name) is False}
        found |= {name for name in ("not_author_id", "language") if getattr(self, name) is not None}
        return frozenset(found)

    @property
    def values(self) -> dict[str, Any]:
        """Parameters of the statement."""
        return {
            name: getattr(self, name)
            for name in ("not_author_id", "language")
            if getattr(self, name) is not None
        }


def _has(kind: str) -> Any:
    m = media.alias()
    return sa.exists().where(m.c.post_id == posts.c.id, m.c.kind == kind)


def _switches() -> dict[str, Any]:
    mine, to, c = marks.alias(), addressed.alias(), post_cards.alias()
    gif = media.alias()
    return {
        "media": posts.c.media_n > 0,
        "image": sa.or_(_has("image"), sa.exists().where(gif.c.post_id == posts.c.id, gif.c.kind == "gifv")),
        "video": _has("video"),
        "audio": _has("audio"),
        "poll": posts.c.parts.op("&")(sa.literal_column(str(POLL))) != 0,
        "quote": posts.c.parts.op("&")(sa.literal_column(str(QUOTE))) != 0,
        "link": sa.exists().where(c.c.post_id == posts.c.id),
        "reply": posts.c.parent_id.is_not(None),
        "sensitive": posts.c.sensitive == 1,
        "public": posts.c.audience == int(Audience.PUBLIC),
        "library": sa.or_(
            posts.c.author_id == p("viewer"),
            sa.exists().where(
                mine.c.post_id == posts.c.id, mine.c.account_id == p("viewer"), mine.c.bits > 0
            ),
            sa.exists().where(to.c.post_id == posts.c.id, to.c.account_id == p("viewer")),
        ),
    }


_SWITCHES = tuple(_switches())


def conditions(options: frozenset[str]) -> list[Any]:
    """The conditions of Narrow.options on a row of posts; the parameters are "viewer" and those of Narrow.values."""
    made = _switches()
    out = [made[name] for name in _SWITCHES if name in options]
    out += [~made[name] for name in _SWITCHES if f"no {name}" in options]
    if "not_author_id" in options:
        out.append(posts.c.author_id != p("not_author_id"))
    if "language" in options:
        out.append(posts.c.language == text_p("language"))
    return out
