"""What the node tells those who are logged in: what is left of their limits, languages, terms, settings, places."""

from __future__ import annotations

from typing import Any

from folkmoot.domain.people import accounts
from folkmoot.domain.people.profiles import ProfileChange, update_profile
from folkmoot.domain.people.selves import own_account
from folkmoot.domain.place import place
from folkmoot.doors.frame import At, Response, redirect
from folkmoot.doors.frame.limits import Rate
from folkmoot.doors.friendica import show, who
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.refusals import NotImplementedHere, Said
from folkmoot.kit.languages import NAMES
from folkmoot.wire.codecs import twitter_time
from folkmoot.wire.friendica.node import HelpConfiguration, Language, RateLimit, Settings
from folkmoot.wire.friendica.place import GeoResult
from folkmoot.wire.friendica.requests_node import (
    AccountSettings,
    ApplicationRateLimits,
    CreatePlace,
    GetHelpConfiguration,
    GetLanguages,
    GetPlace,
    GetPrivacy,
    GetTerms,
    RateLimitStatus,
    RemoteAuth,
    ReverseGeocode,
    SearchPlaces,
    UpdateDeliveryDevice,
)
from folkmoot.wire.friendica.status import User

UNLIMITED = 150
"""What stands where there is no limit, as Friendica itself has it: 150 of 150, anew in an hour."""
HOUR_MS = 3_600_000
_SIZES = {
    "thumb": {"w": 150, "h": 150, "resize": "crop"},
    "small": {"w": 340, "h": 480, "resize": "fit"},
    "medium": {"w": 600, "h": 1200, "resize": "fit"},
    "large": {"w": 1024, "h": 2048, "resize": "fit"},
}


def _rate(at: At) -> Rate:
    return at.rate or Rate(UNLIMITED, UNLIMITED, at.house.clock() + HOUR_MS)


@door.on(RateLimitStatus, tx="none")
def rate_limit(at: At, ask: RateLimitStatus) -> Response:
    rate = _rate(at)
    told = RateLimit(
        remaining_hits=rate.remaining,
        hourly_limit=rate.limit,
        reset_time_in_seconds=rate.reset // 1000,
        reset_time=twitter_time(rate.reset),
    )
    return encode(Bare(told, "hash"), at)


@door.on(ApplicationRateLimits, tx="none")
def rate_limits(at: At, ask: ApplicationRateLimits) -> dict[str, Any]:
    rate = _rate(at)
    left = {"limit": rate.limit, "remaining": rate.remaining, "reset": rate.reset // 1000}
    asked = {word.strip() for word in (ask.resources or "").split(",") if word.strip()}
    families: dict[str, dict[str, Any]] = {}
    for call in _calls():
        family = call.split("/")[1]
        if not asked or family in asked:
            families.setdefault(family, {})[call] = left
    return {"rate_limit_context": {"access_token": ""}, "resources": families}


def _calls() -> list[str]:
    """The calls that read, as Twitter writes them: they share one limit."""
    found = {
        route.endpoint.path.removeprefix("/api").replace("{", ":").replace("}", "")
        for route in door.table
        if route.endpoint is not None and route.method in ("GET", "*")
    }
    return sorted(found)


@door.on(AccountSettings, tx="write")
def settings(at: At, ask: AccountSettings) -> Settings:
    language = (ask.lang or "").strip().lower()
    if language and at.http.method == "POST":
        if language.partition("-")[0] not in NAMES:
            raise Said(400, "lang is not known")
        update_profile(at.tx, at.viewer, ProfileChange(locale=language))
    own = own_account(at.tx, at.viewer)
    return Settings(
        screen_name=own.account.name,
        protected=own.account.locked,
        language=own.locale or "en",
        geo_enabled=False,
        always_use_https=at.house.settings.base_url.startswith("https:"),
        time_zone={"name": "UTC", "tzinfo_name": "UTC", "utc_offset": 0},
        sleep_time={"enabled": False, "start_time": None, "end_time": None},
    )


@door.on(UpdateDeliveryDevice)
def delivery_device(at: At, ask: UpdateDeliveryDevice) -> User:
    """To have nothing sent is how it is; there is nothing that could be sent to."""
    if ask.device != "none":
        raise NotImplementedHere
    return show.caller(at.house, at.tx, at.viewer, with_status=False, with_entities=ask.include_entities)


@door.on(GetHelpConfiguration)
def configuration(at: At, ask: GetHelpConfiguration) -> HelpConfiguration:
    limits = at.house.settings
    return HelpConfiguration(
        characters_reserved_per_media=24,
        dm_text_character_limit=limits.max_characters,
        max_media_per_upload=1,
        photo_size_limit=limits.media_max_bytes,
        photo_sizes=_SIZES,
        short_url_length=23,
        short_url_length_https=23,
        non_username_paths=sorted(accounts.RESERVED),
    )


@door.on(GetLanguages, tx="none")
def languages(at: At, ask: GetLanguages) -> list[Language]:
    return [Language(code=code, name=name, status="production") for code, name in NAMES.items()]


@door.on(GetPrivacy)
def privacy(at: At, ask: GetPrivacy) -> dict[str, str]:
    found = place.text_of(at.tx, "privacy")
    return {"privacy": found.source if found is not None else ""}


@door.on(GetTerms)
def terms(at: At, ask: GetTerms) -> dict[str, str]:
    held = place.terms_now(at.tx)
    rules = "\n".join(f"{n}. {rule.text}" for n, rule in enumerate(place.rules(at.tx), 1))
    return {"tos": "\n\n".join(part for part in (held.source if held else "", rules) if part)}


@door.on(RemoteAuth, tx="read")
def remote_auth(at: At, ask: RemoteAuth) -> Response:
    """All contacts are at home here: one who is goes on as they are, everybody else speaks another protocol."""
    if not (ask.c_url and ask.url):
        raise Said(400, "Wrong parameters.")
    contact = who.by_url(at.tx, ask.c_url)
    if contact is None or not ask.url.startswith(f"{at.house.settings.base_url}/"):
        raise Said(400, "Unknown contact")
    return redirect(ask.url, 302)


@door.on(ReverseGeocode)
@door.on(SearchPlaces)
def places(at: At, ask: ReverseGeocode | SearchPlaces) -> GeoResult:
    """Nothing is known of places, so none is found."""
    kind = "reverse_geocode" if isinstance(ask, ReverseGeocode) else "search"
    url = f"{at.house.settings.base_url}{at.http.path}"
    return GeoResult(query={"url": url, "type": kind, "params": {}}, result={"places": []})


@door.on(GetPlace)
@door.on(CreatePlace)
def no_places(at: At, ask: GetPlace | CreatePlace) -> Response:
    raise NotImplementedHere
