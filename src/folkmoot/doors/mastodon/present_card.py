"""Emoji of the house and cards of linked pages as this API's entities."""

from __future__ import annotations

from collections.abc import Iterable

from folkmoot.domain.media.cards import CardView
from folkmoot.domain.media.emoji import Emoji
from folkmoot.doors.frame.links import Links
from folkmoot.wire.codecs import time
from folkmoot.wire.mastodon.card import PreviewCard, PreviewCardAuthor
from folkmoot.wire.mastodon.emoji import CustomEmoji


def emojis(found: Iterable[Emoji], links: Links) -> list[CustomEmoji]:
    """What a text's :codes: stand for."""
    return [
        CustomEmoji(
            shortcode=e.code,
            url=links.media(e.blob, private=False),
            static_url=links.media(e.static, private=False),
            visible_in_picker=not e.hidden,
            category=e.category or None,
        )
        for e in found
    ]


def card(view: CardView | None, links: Links) -> PreviewCard | None:
    """A linked page in short."""
    if view is None:
        return None
    first = view.authors[0] if view.authors else None
    return PreviewCard(
        url=view.page,
        title=view.title,
        description=view.description,
        type=view.kind,  # type: ignore[arg-type]  # previews writes just the literal's words
        authors=[PreviewCardAuthor(name=a.name, url=a.url) for a in view.authors],
        author_name=first.name if first else "",
        author_url=first.url if first else "",
        provider_name=view.provider_name,
        provider_url=view.provider_url,
        html=view.html,
        width=view.width,
        height=view.height,
        image=links.media(view.blob, private=False) if view.blob else None,
        image_description=view.image_description,
        embed_url=view.embed_url,
        blurhash=view.blurhash or None,
        published_at=None if view.published_at is None else time(view.published_at),
        language=view.language,
    )
