"""Rules, texts and figures about the instance."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import Day, Id, Time
from folkmoot.wire.mastodon.entity import Entity


class RuleTranslation(Entity, kw_only=True):
    """A rule in another language."""

    text: str
    hint: str = ""


class Rule(Entity, kw_only=True):
    """A rule of the house. Page: Rule."""

    id: Id
    text: str = ""
    hint: str = ""
    translations: dict[str, RuleTranslation] = {}


class ExtendedDescription(Entity, kw_only=True):
    """The long description of the instance. Page: ExtendedDescription."""

    updated_at: Time
    content: str = ""


class PrivacyPolicy(Entity, kw_only=True):
    """The privacy policy. Page: PrivacyPolicy."""

    updated_at: Time
    content: str = ""


class TermsOfService(Entity, kw_only=True):
    """The terms of service, with the date from which they hold. Page: TermsOfService."""

    effective_date: Day
    effective: bool = False
    content: str = ""
    succeeded_by: Day | None = None


class Activity(Entity, kw_only=True):
    """Figures of one week; numbers and the start of the week travel as text."""

    week: str
    statuses: str
    logins: str
    registrations: str


class Language(Entity, kw_only=True):
    """A language that the instance knows."""

    code: str = ""
    name: str = ""


class Health(Entity, kw_only=True):
    """The documented form of the health check; servers answer the plain text OK."""

    status: Literal["UP"]


class OEmbed(Entity, kw_only=True):
    """How to embed a post in a page."""

    type: Literal["rich"]
    version: str
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int | None = None
