"""What the instance says about itself."""

from __future__ import annotations

from folkmoot.wire.mastodon.about import (
    Activity,
    ExtendedDescription,
    PrivacyPolicy,
    Rule,
    TermsOfService,
)
from folkmoot.wire.mastodon.emoji import CustomEmoji
from folkmoot.wire.mastodon.instance import Instance
from folkmoot.wire.mastodon.instance_v1 import V1Instance
from folkmoot.wire.mastodon.relationship import DomainBlock
from folkmoot.wire.request import GET, Request


@GET("/api/v2/instance", auth="none")
class GetInstance(Request[Instance], kw_only=True):
    """The instance. Page: methods/instance#v2."""


@GET("/api/v1/instance", auth="none")
class GetInstanceV1(Request[V1Instance], kw_only=True):
    """The instance in its old form. Page: methods/instance#v1."""


@GET("/api/v1/instance/rules", auth="none")
class ListRules(Request[list[Rule]], kw_only=True):
    """The rules of the house. Page: methods/instance#rules."""


@GET("/api/v1/instance/peers", auth="none")
class ListPeers(Request[list[str]], kw_only=True):
    """The domains that the instance knows. Page: methods/instance#peers."""


@GET("/api/v1/instance/activity", auth="none")
class ListActivity(Request[list[Activity]], kw_only=True):
    """Figures of twelve weeks, newest first. Page: methods/instance#activity."""


@GET("/api/v1/custom_emojis", auth="none")
class ListCustomEmojis(Request[list[CustomEmoji]], kw_only=True):
    """The emoji of the instance. Page: methods/custom_emojis."""


@GET("/api/v1/instance/domain_blocks", auth="optional")
class ListInstanceDomainBlocks(Request[list[DomainBlock]], kw_only=True):
    """The domains that the instance keeps away from. Page: methods/instance#domain_blocks."""


@GET("/api/v1/instance/extended_description", auth="none")
class GetExtendedDescription(Request[ExtendedDescription], kw_only=True):
    """What the place says of itself at length. Page: methods/instance#extended_description."""


@GET("/api/v1/instance/privacy_policy", auth="none")
class GetPrivacyPolicy(Request[PrivacyPolicy], kw_only=True):
    """What becomes of people's data. Page: methods/instance#privacy_policy."""


@GET("/api/v1/instance/terms_of_service", auth="none")
class GetTerms(Request[TermsOfService], kw_only=True):
    """The terms that hold now; some clients name a day here. Page: methods/instance#terms_of_service."""

    date: str | None = None


@GET("/api/v1/instance/terms_of_service/{date}", auth="none")
class GetTermsOf(Request[TermsOfService], kw_only=True):
    """The terms that hold from that day on. Page: methods/instance#terms_of_service_date."""

    date: str


@GET("/api/v1/instance/translation_languages", auth="none")
class ListTranslationLanguages(Request[dict[str, list[str]]], kw_only=True):
    """Into which languages posts can be translated. Page: methods/instance#translation_languages."""
