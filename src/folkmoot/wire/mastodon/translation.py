"""Translations of posts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.entity import Entity


class TranslationPollOption(Entity, kw_only=True):
    """A translated answer of a poll. Page: Translation."""

    title: str = ""


class TranslationPoll(Entity, kw_only=True):
    """A translated poll. Page: Translation."""

    id: Id
    options: list[TranslationPollOption] = []


class TranslationAttachment(Entity, kw_only=True):
    """The translated description of a file. Page: Translation."""

    id: Id
    description: str = ""


class Translation(Entity, kw_only=True):
    """A post in another language. Page: Translation."""

    content: str = ""
    spoiler_text: str = ""
    language: str = ""
    poll: TranslationPoll | UnsetType = UNSET
    media_attachments: list[TranslationAttachment] = []
    detected_source_language: str = ""
    provider: str = ""
