"""The texts of the place, its terms and languages, and what it offers besides: small documents for everybody."""

from __future__ import annotations

from msgspec import UNSET

from folkmoot.domain.errors import NotFound
from folkmoot.domain.place import figures, place
from folkmoot.domain.staff import borders
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import present_place
from folkmoot.doors.mastodon.base import door
from folkmoot.kit.languages import NAMES
from folkmoot.wire.codecs import time
from folkmoot.wire.mastodon import place_calls as more
from folkmoot.wire.mastodon.about import ExtendedDescription, Language, PrivacyPolicy, TermsOfService
from folkmoot.wire.mastodon.relationship import DomainBlock
from folkmoot.wire.mastodon.requests import instance as api
from folkmoot.wire.mastodon.requests.oauth import Empty

MAX_PEERS = 10
_PLAIN_PRIVACY = (
    "<p>The people who run this server keep what you write here, your address and your settings, and show "
    "what you write to those you wrote it for. They have not written more about it yet.</p>"
)


@door.on(api.GetExtendedDescription)
def extended_description(at: At, ask: api.GetExtendedDescription) -> ExtendedDescription:
    found = place.text_of(at.tx, "description")
    if found is None:
        return ExtendedDescription(updated_at=time(0), content="")
    return ExtendedDescription(updated_at=time(found.updated_at), content=found.html)


@door.on(api.GetPrivacyPolicy)
def privacy_policy(at: At, ask: api.GetPrivacyPolicy) -> PrivacyPolicy:
    found = place.text_of(at.tx, "privacy")
    if found is None:
        return PrivacyPolicy(updated_at=time(0), content=_PLAIN_PRIVACY)
    return PrivacyPolicy(updated_at=time(found.updated_at), content=found.html)


@door.on(api.GetTerms)
def terms(at: At, ask: api.GetTerms) -> TermsOfService:
    if ask.date:
        return present_place.terms(place.terms_of(at.tx, ask.date))
    found = place.terms_now(at.tx)
    if found is None:
        raise NotFound(what="terms")
    return present_place.terms(found)


@door.on(api.GetTermsOf)
def terms_of(at: At, ask: api.GetTermsOf) -> TermsOfService:
    return present_place.terms(place.terms_of(at.tx, ask.date))


@door.on(api.ListTranslationLanguages)
def translation_languages(at: At, ask: api.ListTranslationLanguages) -> dict[str, list[str]]:
    return {}


@door.on(api.ListInstanceDomainBlocks)
def domain_blocks(at: At, ask: api.ListInstanceDomainBlocks) -> list[DomainBlock]:
    return [
        DomainBlock(
            domain=block.public_domain,
            digest=block.digest,
            severity="suspend" if block.severity == borders.Severity.SUSPEND else "silence",
            comment=block.public_comment or UNSET,
        )
        for block in borders.public(at.tx)
    ]


@door.on(more.ListLanguages)
def languages(at: At, ask: more.ListLanguages) -> list[Language]:
    return [Language(code=code, name=name) for code, name in NAMES.items()]


@door.on(more.SearchPeers)
def search_peers(at: At, ask: more.SearchPeers) -> list[str]:
    wanted = ask.q.strip().lower()[:253]
    if not wanted:
        return []
    found = [domain for domain in figures.servers(at.tx) if wanted in domain]
    return sorted(found, key=lambda domain: (not domain.startswith(wanted), domain))[:MAX_PEERS]


@door.on(more.GetDonationCampaign)
def donation_campaign(at: At, ask: more.GetDonationCampaign) -> Response:
    """Nobody is asked for money here."""
    return Response(204)


@door.on(more.SubscribeByEmail)
def subscribe_by_email(at: At, ask: more.SubscribeByEmail) -> Empty:
    """Behind a feature flag of other servers; this one has mailing lists instead."""
    raise NotFound(what="feature")
