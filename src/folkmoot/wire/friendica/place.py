"""Places and what is talked about there."""

from __future__ import annotations

from typing import Any

from folkmoot.wire.friendica.object import Object


class Trends(Object, kw_only=True):
    """What is talked about."""

    trends: list[dict[str, Any]] = []
    as_of: str = ""
    created_at: str = ""
    locations: list[dict[str, Any]] = []


class TrendLocation(Object, kw_only=True):
    """A place that has trends."""

    name: str = ""
    woeid: int = 0
    parentid: int = 0
    country: str = ""
    countryCode: str | None = None
    placeType: dict[str, Any] = {}
    url: str = ""


class Place(Object, kw_only=True):
    """A place."""

    id: str = ""
    name: str = ""
    full_name: str = ""
    place_type: str = ""
    country: str = ""
    country_code: str = ""
    url: str = ""
    bounding_box: dict[str, Any] = {}
    contained_within: list[Place] = []
    attributes: dict[str, Any] = {}


class GeoResult(Object, kw_only=True):
    """Places found."""

    query: dict[str, Any] = {}
    result: dict[str, Any] = {}
