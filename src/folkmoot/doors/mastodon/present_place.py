"""What the place says, tells and counts, as this API's entities; asks nothing of the database."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import UNSET

from folkmoot.domain.place.announcements import Announcement as AnnouncementView
from folkmoot.domain.place.place import HouseRule
from folkmoot.domain.place.place import Terms as TermsView
from folkmoot.domain.reading.owntags import TagView
from folkmoot.domain.reading.trends import Publisher, Review, TagFacts, Use
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.links import Links
from folkmoot.wire.codecs import Day, Id, time
from folkmoot.wire.mastodon.about import Rule, RuleTranslation, TermsOfService
from folkmoot.wire.mastodon.admin import AdminTag
from folkmoot.wire.mastodon.announcement import Announcement, AnnouncementAccount, AnnouncementStatus
from folkmoot.wire.mastodon.emoji import CustomEmoji, Reaction
from folkmoot.wire.mastodon.place_calls import Publisher as PublisherEntity
from folkmoot.wire.mastodon.status import StatusTag
from folkmoot.wire.mastodon.tag import History, Tag


def rule(found: HouseRule) -> Rule:
    """A rule of the house."""
    return Rule(
        id=Id(str(found.id)),
        text=found.text,
        hint=found.hint,
        translations={
            language: RuleTranslation(text=text, hint=hint)
            for language, (text, hint) in found.translations.items()
        },
    )


def terms(found: TermsView) -> TermsOfService:
    """Terms of service."""
    return TermsOfService(
        effective_date=Day(found.effective_on),
        effective=found.effective,
        content=found.html,
        succeeded_by=None if found.succeeded_by is None else Day(found.succeeded_by),
    )


def tag_url(links: Links, name: str) -> str:
    """The page of a tag, given folded."""
    return f"{links.base}/tags/{quote(name, safe='')}"


def history(uses: list[Use]) -> list[History]:
    """Use by days, today first."""
    return [History(day=str(u.day // 1000), uses=str(u.uses), accounts=str(u.accounts)) for u in uses]


def tag(view: TagView, links: Links, uses: list[Use], *, known: bool) -> Tag:
    """A hashtag with its use, and (*known*: to somebody logged in) what the reader does with it."""
    return Tag(
        id=Id(str(view.id)),
        name=view.name,
        url=tag_url(links, view.name),
        history=history(uses),
        following=view.following if known else UNSET,
        featuring=view.featuring if known else UNSET,
    )


def admin_tag(facts: TagFacts, links: Links, uses: list[Use]) -> AdminTag:
    """A hashtag with the staff's decisions."""
    return AdminTag(
        id=Id(str(facts.id)),
        name=facts.name,
        url=tag_url(links, facts.name),
        history=history(uses),
        trendable=facts.review.trendable,
        usable=facts.review.usable,
        requires_review=_open(facts.review),
    )


def _open(review: Review) -> bool:
    """Without a decision things trend, so nothing waits for one."""
    return review.reviewed_at is None and not review.trendable


def publisher(found: Publisher) -> PublisherEntity:
    """Where linked pages come from."""
    at = found.review.reviewed_at
    return PublisherEntity(
        id=Id(str(found.id)),
        domain=found.domain,
        trendable=found.review.trendable,
        reviewed_at=None if at is None else time(at),
        requested_review_at=None,
        requires_review=_open(found.review),
    )


def announcement(
    view: AnnouncementView,
    links: Links,
    *,
    known: bool,
    mentions: list[AccountView],
    tags: list[str],
    posts: list[tuple[int, str]],
    emojis: dict[str, CustomEmoji],
) -> Announcement:
    """An announcement for a reader, or (*known* false) for nobody in particular, as streams carry it.

    *emojis* are the place's own by shortcode; those that the text uses are described.
    """
    return Announcement(
        id=Id(str(view.id)),
        content=view.html,
        starts_at=None if view.starts_at is None else time(view.starts_at),
        ends_at=None if view.ends_at is None else time(view.ends_at),
        all_day=view.all_day,
        published_at=time(view.published_at or view.updated_at),
        updated_at=time(view.updated_at),
        read=view.read if known else UNSET,
        mentions=[
            AnnouncementAccount(id=Id(str(m.id)), username=m.name, url=m.url, acct=m.handle) for m in mentions
        ],
        statuses=[AnnouncementStatus(id=Id(str(id_)), url=url) for id_, url in posts],
        tags=[StatusTag(name=name, url=tag_url(links, name)) for name in tags],
        emojis=[emoji for code, emoji in emojis.items() if f":{code}:" in view.source],
        reactions=[_reaction(r.name, r.count, r.mine if known else None, emojis) for r in view.reactions],
    )


def _reaction(name: str, count: int, mine: bool | None, emojis: dict[str, CustomEmoji]) -> Reaction:
    drawn = emojis.get(name)
    return Reaction(
        name=name,
        count=count,
        me=UNSET if mine is None else mine,
        url=UNSET if drawn is None else drawn.url,
        static_url=UNSET if drawn is None else drawn.static_url,
    )
