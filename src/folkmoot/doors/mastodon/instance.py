"""What the instance says about itself, in both versions, with the limits that clients go by."""

from __future__ import annotations

from folkmoot import __version__
from folkmoot.domain.media.intake import MAX_PIXELS, MIMES, VIDEO_PIXELS, VIDEO_RATE
from folkmoot.domain.media.media import MAX_ATTACHED, MAX_DESCRIPTION
from folkmoot.domain.people.profiles import MAX_PICTURE_DESCRIPTION
from folkmoot.domain.place import annual, figures, place
from folkmoot.domain.place.figures import Figures
from folkmoot.domain.posts.reactions import MAX_PINS
from folkmoot.domain.views import accounts_by_ids
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import present, present_place, render, vapid
from folkmoot.doors.mastodon.base import door
from folkmoot.settings import Settings
from folkmoot.store.tx import Tx
from folkmoot.wire.mastodon import instance as v2
from folkmoot.wire.mastodon import instance_v1 as v1
from folkmoot.wire.mastodon.about import Activity, Rule
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.requests import instance as api

VERSION = f"4.6.0 (compatible; Folkmoot {__version__})"
API_VERSION = 10
"""Clients call what came with a number up to this one (2: grouped notifications, 10: collections) unasked."""
MINUTE_MS, WEEK_MS = 60_000, 7 * 86_400_000
MONDAY = 4 * 86_400_000
"""1970 began on a Thursday; weeks begin on Mondays."""
DISPLAY_NAME, NOTE, FIELDS, FIELD = 30, 500, 4, 255
FEATURED_TAGS = 10
ICON_SIZE = "128x128"


def streaming(settings: Settings) -> str:
    """Where WebSockets are answered."""
    return "ws" + settings.base_url.removeprefix("http")


def kept(at: At, name: str, period: int, make: bytes | None = None) -> bytes | None:
    """What was said within this *period* (ms), or *make*, kept as it."""
    cache, key = render.cache_of(at.house), (name, at.house.clock() // period)
    if make is not None:
        cache.put(key, make)
        return make
    return cache.get(key)


def _contact(tx: Tx, at: At, found: Figures) -> Account | None:
    if found.contact_id is None:
        return None
    return present.account(accounts_by_ids(tx, [found.contact_id])[found.contact_id], at.house.links)


def statuses_limits(settings: Settings) -> v2.InstanceStatusLimits:
    return v2.InstanceStatusLimits(
        max_characters=settings.max_characters,
        max_media_attachments=MAX_ATTACHED,
        characters_reserved_per_url=23,
    )


POLLS = v2.InstancePollLimits(
    max_options=4, max_characters_per_option=50, min_expiration=300, max_expiration=2_629_746
)


def _configuration(settings: Settings, push_key: str, has_terms: bool) -> v2.InstanceConfiguration:
    return v2.InstanceConfiguration(
        urls=v2.InstanceUrls(
            streaming=streaming(settings),
            about=f"{settings.base_url}/about",
            privacy_policy=f"{settings.base_url}/privacy",
            terms_of_service=f"{settings.base_url}/terms" if has_terms else None,
        ),
        vapid=v2.InstanceVapid(public_key=push_key),
        accounts=v2.InstanceAccountLimits(
            max_display_name_length=DISPLAY_NAME,
            max_note_length=NOTE,
            max_avatar_description_length=MAX_PICTURE_DESCRIPTION,
            max_header_description_length=MAX_PICTURE_DESCRIPTION,
            max_featured_tags=FEATURED_TAGS,
            max_pinned_statuses=MAX_PINS,
            max_profile_fields=FIELDS,
            profile_field_name_limit=FIELD,
            profile_field_value_limit=FIELD,
        ),
        statuses=statuses_limits(settings),
        media_attachments=v2.InstanceMediaLimits(
            supported_mime_types=list(MIMES),
            description_limit=MAX_DESCRIPTION,
            image_size_limit=settings.media_max_bytes,
            image_matrix_limit=MAX_PIXELS,
            video_size_limit=settings.video_max_bytes,
            video_frame_rate_limit=VIDEO_RATE,
            video_matrix_limit=VIDEO_PIXELS,
        ),
        polls=POLLS,
        translation=v2.InstanceTranslation(enabled=False),
    )


@door.on(api.GetInstance)
def instance(at: At, ask: api.GetInstance) -> Response:
    return Response(200, kept(at, "instance", MINUTE_MS) or kept(at, "instance", MINUTE_MS, _v2(at)) or b"")


def _v2(at: At) -> bytes:
    settings, found = at.house.settings, figures.now(at.tx)
    return json_bytes(
        v2.Instance(
            domain=settings.domain,
            title=settings.title,
            version=VERSION,
            source_url=f"{settings.base_url}/about",
            description=settings.description,
            usage=v2.InstanceUsage(users=v2.InstanceUsageUsers(active_month=found.active_month)),
            wrapstodon=None if (year := annual.campaign(at.tx.now)) is None else str(year),
            thumbnail=v2.InstanceThumbnail(
                url=f"{settings.base_url}/static/header.png", description=settings.title
            ),
            icon=[v2.InstanceIcon(src=f"{settings.base_url}/static/icon.png", size=ICON_SIZE)],
            languages=["en"],
            configuration=_configuration(
                settings, vapid.public_key(at.house), place.terms_now(at.tx) is not None
            ),
            registrations=v2.InstanceRegistrations(
                enabled=settings.registration != "closed",
                approval_required=settings.registration == "approval",
                reason_required=settings.registration == "approval",
            ),
            api_versions=v2.InstanceApiVersions(mastodon=API_VERSION),
            contact=v2.InstanceContact(email=settings.contact, account=_contact(at.tx, at, found)),
            rules=[present_place.rule(found_rule) for found_rule in place.rules(at.tx)],
        )
    )


@door.on(api.GetInstanceV1)
def instance_v1(at: At, ask: api.GetInstanceV1) -> Response:
    return Response(
        200, kept(at, "instance v1", MINUTE_MS) or kept(at, "instance v1", MINUTE_MS, _v1(at)) or b""
    )


def _v1(at: At) -> bytes:
    settings, found = at.house.settings, figures.now(at.tx)
    return json_bytes(
        v1.V1Instance(
            uri=settings.domain,
            title=settings.title,
            short_description=settings.description,
            description=settings.description,
            email=settings.contact,
            version=VERSION,
            urls=v1.V1InstanceUrls(streaming_api=streaming(settings)),
            stats=v1.V1InstanceStats(
                user_count=found.people, status_count=found.posts, domain_count=found.servers
            ),
            thumbnail=f"{settings.base_url}/static/header.png",
            languages=["en"],
            registrations=settings.registration != "closed",
            approval_required=settings.registration == "approval",
            configuration=v1.V1InstanceConfiguration(
                accounts=v1.V1InstanceAccountLimits(max_featured_tags=FEATURED_TAGS),
                statuses=statuses_limits(settings),
                media_attachments=v1.V1InstanceMediaLimits(
                    supported_mime_types=list(MIMES),
                    image_size_limit=settings.media_max_bytes,
                    image_matrix_limit=MAX_PIXELS,
                    video_size_limit=settings.video_max_bytes,
                    video_frame_rate_limit=VIDEO_RATE,
                    video_matrix_limit=VIDEO_PIXELS,
                ),
                polls=POLLS,
            ),
            contact_account=_contact(at.tx, at, found),
            rules=[present_place.rule(found_rule) for found_rule in place.rules(at.tx)],
        )
    )


@door.on(api.ListRules)
def rules(at: At, ask: api.ListRules) -> list[Rule]:
    return [present_place.rule(found) for found in place.rules(at.tx)]


@door.on(api.ListPeers)
def peers(at: At, ask: api.ListPeers) -> list[str]:
    return figures.servers(at.tx)


@door.on(api.ListActivity)
def activity(at: At, ask: api.ListActivity) -> Response:
    return Response(
        200, kept(at, "activity", 60 * MINUTE_MS) or kept(at, "activity", 60 * MINUTE_MS, _weeks(at)) or b""
    )


def _weeks(at: At) -> bytes:
    now = at.house.clock()
    monday = now - (now - MONDAY) % WEEK_MS
    weeks = [
        figures.week(at.tx, start, start + WEEK_MS)
        for start in range(monday, monday - 12 * WEEK_MS, -WEEK_MS)
    ]
    return json_bytes(
        [
            Activity(
                week=str(w.start // 1000),
                statuses=str(w.posts),
                logins=str(w.people),
                registrations=str(w.joined),
            )
            for w in weeks
        ]
    )
