"""Methods about node, made from friendica/requests_node of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.client.service import Service
from folkmoot.wire.friendica import requests_node as api

if TYPE_CHECKING:
    from typing import Any

    from folkmoot.wire.friendica.node import HelpConfiguration, Language, RateLimit, Settings
    from folkmoot.wire.friendica.place import GeoResult, Place
    from folkmoot.wire.friendica.status import User


class NodeCalls(Service):
    """The node: limits, settings, languages, terms, places."""

    def account_rate_limit_status(self) -> RateLimit:
        """How many calls the caller has left.

        `GET /api/account/rate_limit_status`.
        """
        return self._send(api.RateLimitStatus())

    def application_rate_limit_status(self, *, resources: str | None = None) -> dict[str, Any]:
        """The same for each call; resources are families of calls, with commas between.

        `GET /api/application/rate_limit_status`.
        """
        return self._send(api.ApplicationRateLimits(resources=resources))

    def account_settings(
        self,
        *,
        sleep_time_enabled: bool | None = None,
        start_sleep_time: str | None = None,
        end_sleep_time: str | None = None,
        time_zone: str | None = None,
        trend_location_woeid: int = 1,
        lang: str | None = None,
    ) -> Settings:
        """The caller's settings; POST with lang changes the language, the others are not kept here.

        `GET /api/account/settings`, with the scope read:accounts.
        """
        return self._send(
            api.AccountSettings(
                sleep_time_enabled=sleep_time_enabled,
                start_sleep_time=start_sleep_time,
                end_sleep_time=end_sleep_time,
                time_zone=time_zone,
                trend_location_woeid=trend_location_woeid,
                lang=lang,
            )
        )

    def account_update_delivery_device(
        self, *, device: str | None = None, include_entities: bool = True
    ) -> User:
        """Where Twitter sends short messages to: there is no such thing here.

        `POST /api/account/update_delivery_device`, with the scope write:accounts.
        """
        return self._send(api.UpdateDeliveryDevice(device=device, include_entities=include_entities))

    def help_configuration(self) -> HelpConfiguration:
        """Limits of texts and pictures.

        `GET /api/help/configuration`.
        """
        return self._send(api.GetHelpConfiguration())

    def help_languages(self) -> list[Language]:
        """The languages that the node knows.

        `GET /api/help/languages`.
        """
        return self._send(api.GetLanguages())

    def help_privacy(self) -> dict[str, str]:
        """What becomes of people's data.

        `GET /api/help/privacy`.
        """
        return self._send(api.GetPrivacy())

    def help_tos(self) -> dict[str, str]:
        """The terms and rules of the place.

        `GET /api/help/tos`.
        """
        return self._send(api.GetTerms())

    def friendica_remoteauth(self, *, c_url: str | None = None, url: str | None = None) -> None:
        """Go to a contact's page as oneself; c_url is the contact's profile, url the page.

        `GET /api/friendica/remoteauth`.
        """
        self._send(api.RemoteAuth(c_url=c_url, url=url))

    def geo_id(self, place_id: int | str = "") -> Place:
        """A place: none is known here.

        `GET /api/geo/id/{place_id}`.
        """
        return self._send(api.GetPlace(place_id=str(place_id)))

    def geo_reverse_geocode(
        self,
        *,
        lat: float | None = None,
        long: float | None = None,
        accuracy: str = "0m",
        granularity: str = "neighborhood",
        max_results: int | None = None,
    ) -> GeoResult:
        """Places near a point: none is known here.

        `GET /api/geo/reverse_geocode`.
        """
        return self._send(
            api.ReverseGeocode(
                lat=lat, long=long, accuracy=accuracy, granularity=granularity, max_results=max_results
            )
        )

    def geo_search(
        self,
        *,
        lat: float | None = None,
        long: float | None = None,
        accuracy: str = "0m",
        granularity: str = "neighborhood",
        max_results: int | None = None,
        query: str | None = None,
        ip: str | None = None,
        contained_within: str | None = None,
        street_address: str | None = None,
    ) -> GeoResult:
        """Places of a name or near a point: none is known here.

        `GET /api/geo/search`.
        """
        return self._send(
            api.SearchPlaces(
                lat=lat,
                long=long,
                accuracy=accuracy,
                granularity=granularity,
                max_results=max_results,
                query=query,
                ip=ip,
                contained_within=contained_within,
                street_address=street_address,
            )
        )

    def geo_place(
        self,
        *,
        name: str | None = None,
        contained_within: str | None = None,
        token: str | None = None,
        lat: float | None = None,
        long: float | None = None,
        street_address: str | None = None,
    ) -> Place:
        """Make a place: there is no such thing here.

        `POST /api/geo/place`.
        """
        return self._send(
            api.CreatePlace(
                name=name,
                contained_within=contained_within,
                token=token,
                lat=lat,
                long=long,
                street_address=street_address,
            )
        )
