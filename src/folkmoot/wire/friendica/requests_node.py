"""The endpoints of what the node tells those who are logged in: limits, languages, terms, settings; and places."""

from __future__ import annotations

from typing import Any

import msgspec

from folkmoot.wire.friendica.node import HelpConfiguration, Language, RateLimit, Settings
from folkmoot.wire.friendica.place import GeoResult, Place
from folkmoot.wire.friendica.requests import PLAIN
from folkmoot.wire.friendica.status import User
from folkmoot.wire.request import CALL, GET, POST, Request

ACCOUNT = "read:accounts"


@CALL("*", "/api/account/rate_limit_status", formats=PLAIN)
class RateLimitStatus(Request[RateLimit], kw_only=True):
    """How many calls the caller has left."""


@GET("/api/application/rate_limit_status")
class ApplicationRateLimits(Request[dict[str, Any]], kw_only=True):
    """The same for each call; resources are families of calls, with commas between."""

    resources: str | None = None


@CALL("GET POST", "/api/account/settings", scope=ACCOUNT)
class AccountSettings(Request[Settings], kw_only=True):
    """The caller's settings; POST with lang changes the language, the others are not kept here."""

    sleep_time_enabled: bool | None = None
    start_sleep_time: str | None = None
    end_sleep_time: str | None = None
    time_zone: str | None = None
    trend_location_woeid: int = 1
    lang: str | None = None


@POST("/api/account/update_delivery_device", scope="write:accounts")
class UpdateDeliveryDevice(Request[User], kw_only=True):
    """Where Twitter sends short messages to: there is no such thing here."""

    device: str | None = None
    include_entities: bool = True


@GET("/api/help/configuration")
class GetHelpConfiguration(Request[HelpConfiguration], kw_only=True):
    """Limits of texts and pictures."""


@GET("/api/help/languages")
class GetLanguages(Request[list[Language]], kw_only=True):
    """The languages that the node knows."""


@GET("/api/help/privacy", aliases=("/api/legal/privacy",))
class GetPrivacy(Request[dict[str, str]], kw_only=True):
    """What becomes of people's data."""


@GET("/api/help/tos", aliases=("/api/legal/tos",))
class GetTerms(Request[dict[str, str]], kw_only=True):
    """The terms and rules of the place."""


@CALL("*", "/api/friendica/remoteauth", formats=())
class RemoteAuth(Request[None], kw_only=True):
    """Go to a contact's page as oneself; c_url is the contact's profile, url the page."""

    c_url: str | None = None
    url: str | None = None


@GET("/api/geo/id/{place_id}")
class GetPlace(Request[Place], kw_only=True):
    """A place: none is known here."""

    place_id: str = ""


class _Near(Request[GeoResult], kw_only=True):
    """Base of the searches for places."""

    lat: float | None = None
    long: float | None = None
    accuracy: str = "0m"
    granularity: str = "neighborhood"
    max_results: int | None = None


@GET("/api/geo/reverse_geocode")
class ReverseGeocode(_Near, kw_only=True):
    """Places near a point: none is known here."""


@GET("/api/geo/search")
class SearchPlaces(_Near, kw_only=True):
    """Places of a name or near a point: none is known here."""

    query: str | None = None
    ip: str | None = None
    contained_within: str | None = None
    street_address: str | None = msgspec.field(name="attribute:street_address", default=None)


@POST("/api/geo/place")
class CreatePlace(Request[Place], kw_only=True):
    """Make a place: there is no such thing here."""

    name: str | None = None
    contained_within: str | None = None
    token: str | None = None
    lat: float | None = None
    long: float | None = None
    street_address: str | None = msgspec.field(name="attribute:street_address", default=None)
