"""What a plain text holds and where: links, tags, people, pictures, as Twitter's entities."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.domain.media.media import MediaView
from folkmoot.domain.views import AccountView
from folkmoot.kit.markup.links import Kind, find
from folkmoot.wire.friendica.status import (
    Entities,
    EntityHashtag,
    EntityMedia,
    EntityMediaSize,
    EntityMention,
    EntityUrl,
)

MOST = 200
_SHOWN = 26
_SIZES = (("thumb", 150), ("small", 340), ("medium", 600), ("large", 1024))


def entities(text: str, people: Sequence[AccountView]) -> Entities:
    """Links, tags and known people of *text*; positions count code points, the end exclusive."""
    found = Entities()
    by_name = {person.name.lower(): person for person in people}
    for number, token in enumerate(find(text)):
        if number >= MOST:
            break
        where = (token.start, token.end)
        if token.kind is Kind.URL:
            shown = display(token.value)
            found.urls.append(
                EntityUrl(url=token.value, expanded_url=token.value, display_url=shown, indices=where)
            )
        elif token.kind is Kind.TAG:
            found.hashtags.append(EntityHashtag(text=token.value, indices=where))
        elif person := by_name.get(token.value.lower()):
            found.user_mentions.append(
                EntityMention(
                    id=person.id,
                    id_str=str(person.id),
                    name=person.display_name or person.name,
                    screen_name=person.handle,
                    indices=where,
                )
            )
    return found


def display(url: str) -> str:
    """An address as it is shown: without scheme and www., cut to 25 characters where it has more than 26."""
    shown = url.partition("://")[2].removeprefix("www.").rstrip("/")
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def media_entity(media: MediaView, url: str, end: int) -> EntityMedia:
    """A picture beside the text: it stands at its *end*."""
    sizes = {
        name: EntityMediaSize(**_fit(media, side), resize="crop" if name == "thumb" else "fit")
        for name, side in _SIZES
        if name in ("thumb", "small") or max(media.width, media.height) > side // 2
    }
    return EntityMedia(
        id=media.id,
        id_str=str(media.id),
        indices=(end, end),
        media_url=url,
        media_url_https=url,
        url=url,
        display_url=display(url),
        expanded_url=url,
        ext_alt_text=media.description,
        type="video" if media.kind in ("video", "gifv") else "photo",
        sizes=sizes,
    )


def _fit(media: MediaView, side: int) -> dict[str, int]:
    longest = max(media.width, media.height, 1)
    scale = min(1.0, side / longest)
    return {"w": max(1, round(media.width * scale)), "h": max(1, round(media.height * scale))}
