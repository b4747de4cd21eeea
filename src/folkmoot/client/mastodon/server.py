"""What the server is: its version, what it says of itself (kept), its clock, the timelines it keeps open."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from typing import Any

from folkmoot.client.mastodon.casting import as_moment
from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.place import Instance, InstanceV2
from folkmoot.client.mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonIllegalArgumentError,
    MastodonVersionError,
)
from folkmoot.client.mastodon.versions import SUPPORTED, normalize_version, parse_version_string

FEEDS = {"public": "live_feeds", "hashtag": "hashtag_feeds", "trending_links": "trending_link_feeds"}
#: What an instance may lack, or say in a form nobody foresaw.
ODD = (MastodonError, KeyError, TypeError, AttributeError, ValueError)


class Versions(Core):
    """The server's version, and what is kept of what it said."""

    _Mastodon__version_check_worked: bool | None = None
    _Mastodon__version_check_tried: bool = False
    _Mastodon__instance_v1_cache: Instance | None = None
    _Mastodon__instance_v2_cache: InstanceV2 | None = None
    _Mastodon__streaming_base: str | None = None

    @staticmethod
    def get_supported_version() -> str:
        """The newest version of Mastodon whose API this client knows whole."""
        return SUPPORTED

    def set_language(self, lang: str) -> None:
        """Ask for texts (errors above all) in this language from now on: ISO 639-1."""
        self.lang = lang

    def clear_caches(self) -> None:
        """Forget what the server said of itself; it is asked again when that is needed."""
        self._Mastodon__version_check_worked = None
        self._Mastodon__version_check_tried = False
        self._Mastodon__streaming_base = None
        self._Mastodon__instance_v1_cache = None
        self._Mastodon__instance_v2_cache = None

    def retrieve_mastodon_version(self, fail_hard: bool = False) -> str:
        """Ask the server for its version, and keep it. `GET /api/v1/instance`.

        What can't be read counts as 1.0.0, or, with *fail_hard*, raises MastodonVersionError.
        """
        version = "1.0.0"
        try:
            version = normalize_version(self._Mastodon__instance(cached=True)["version"])
            parsed = parse_version_string(version)
            self._Mastodon__version_check_worked = True
        except ODD as error:
            if fail_hard:
                raise MastodonVersionError("Failed to retrieve Mastodon version") from error
            version, parsed = "1.0.0", (1, 0, 0)
            self._Mastodon__version_check_worked = False
        self.mastodon_major, self.mastodon_minor, self.mastodon_patch = parsed
        self._Mastodon__version_check_tried = True
        if not self._api_versions(fail_hard) and parsed >= (4, 3, 0):
            text = "The server's version is 4.3.0 or newer, yet it names no API version."
            warnings.warn(text, stacklevel=2)
        return version

    def _api_versions(self, fail_hard: bool) -> bool:
        """Keep `api_versions.mastodon`; False if the server has none."""
        try:
            found = self._Mastodon__instance_v2(cached=True)["api_versions"]["mastodon"]
            self.mastodon_api_version = int(found)
        except ODD as error:
            if fail_hard and isinstance(error, MastodonError):
                raise MastodonVersionError("Failed to retrieve Mastodon version") from error
            return False
        return True

    def verify_minimum_version(self, version_str: str, cached: bool = False) -> bool:
        """Is the server of this version or newer? *cached*: what is known already will do."""
        if not (cached and self._Mastodon__version_check_tried and self._Mastodon__version_check_worked):
            self.retrieve_mastodon_version()
        known = (self.mastodon_major, self.mastodon_minor, self.mastodon_patch)
        return parse_version_string(version_str) <= known

    def _Mastodon__instance(self, cached: bool = False) -> Instance:
        if not cached or self._Mastodon__instance_v1_cache is None:
            self._Mastodon__instance_v1_cache = self._ask(
                Instance, "GET", "/api/v1/instance/", warn=not cached
            )
        return self._Mastodon__instance_v1_cache

    def _Mastodon__instance_v2(self, cached: bool = False) -> InstanceV2:
        if not cached or self._Mastodon__instance_v2_cache is None:
            self._Mastodon__instance_v2_cache = self._ask(InstanceV2, "GET", "/api/v2/instance/")
        return self._Mastodon__instance_v2_cache

    @staticmethod
    def _Mastodon__normalize_version_string(version_string: str) -> str:
        return normalize_version(version_string)

    def get_approx_server_time(self) -> datetime:
        """What the server's clock showed when it answered, in local time without a zone. `HEAD /`."""
        headers = self._Mastodon__api_request("HEAD", "/", return_response_object=True).headers
        moment: Any = as_moment(headers["Date"]) if "Date" in headers else None
        if moment is None:
            raise MastodonAPIError("No server time in response.")
        return datetime.fromtimestamp(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())  # noqa: DTZ006 - as said

    def timeline_is_available(
        self,
        timeline: str = "public",
        local: bool = False,
        remote: bool = False,
        with_auth: bool = False,
        fail_hard: bool = False,
    ) -> bool:
        """Does the server keep this timeline (public, hashtag, trending_links) open? True also when it does not say.

        *local* and *remote*: which part of it (None of them: either). *with_auth*: open to those who are logged in
        will do. *fail_hard*: raise instead of guessing.
        """
        if timeline not in FEEDS:
            if fail_hard:
                raise MastodonIllegalArgumentError(f"Unknown timeline: {timeline}")
            return True
        enough = ("public", "authenticated") if with_auth else ("public",)
        try:
            feed = self._Mastodon__instance_v2(cached=True)["configuration"]["timelines_access"][
                FEEDS[timeline]
            ]
            wanted = [name for name, asked in (("local", local), ("remote", remote)) if asked]
            said = [feed[name] for name in wanted or ("local", "remote")]
            if not all(isinstance(one, str) for one in said):
                raise TypeError("access is no word")
        except Exception as error:
            if fail_hard:
                raise MastodonAPIError(
                    f"The server does not say whether {timeline!r} is available."
                ) from error
            return True
        are_open = [one in enough for one in said]
        return all(are_open) if wanted else any(are_open)
