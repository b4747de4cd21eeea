"""The class `Mastodon`: everything that the Mastodon API offers, under the names that Mastodon.py gave it."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from folkmoot.client.mastodon import blurhash, length
from folkmoot.client.mastodon.bonds import Bonds
from folkmoot.client.mastodon.collections import CollectionsAndReports
from folkmoot.client.mastodon.entities.statuses import MediaAttachment
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError, MastodonVersionError
from folkmoot.client.mastodon.filters import Filters
from folkmoot.client.mastodon.limits import METHODS
from folkmoot.client.mastodon.lists import Lists
from folkmoot.client.mastodon.login import DEFAULT_TIMEOUT, DEFAULT_USER_AGENT, LogIn, protocolize
from folkmoot.client.mastodon.notifications import Notifications
from folkmoot.client.mastodon.paging import Paging
from folkmoot.client.mastodon.place import Place
from folkmoot.client.mastodon.push import Push
from folkmoot.client.mastodon.reactions import Reactions
from folkmoot.client.mastodon.refreshing import Refreshing
from folkmoot.client.mastodon.searching import Searching
from folkmoot.client.mastodon.staff_blocks import StaffBlocks
from folkmoot.client.mastodon.staff_figures import StaffFigures
from folkmoot.client.mastodon.staff_people import StaffPeople
from folkmoot.client.mastodon.streams import Streams
from folkmoot.client.mastodon.tags import Tags
from folkmoot.client.mastodon.timelines import Timelines
from folkmoot.client.mastodon.versions import parse_version_string

if TYPE_CHECKING:
    import requests

FEATURE_SETS = ("mainline", "fedibird", "pleroma")
CHECK_MODES = ("created", "changed", "none")


class Mastodon(
    LogIn,
    Reactions,
    Bonds,
    Timelines,
    Notifications,
    Lists,
    Filters,
    Tags,
    Searching,
    CollectionsAndReports,
    Place,
    Streams,
    Push,
    Refreshing,
    StaffPeople,
    StaffFigures,
    StaffBlocks,
    Paging,
):
    """A server of the Mastodon API, as one app and perhaps one user sees it.

    Wherever an id is wanted, the result that has it may be given. Results are dictionaries (or lists of them) whose
    entries are attributes too. Errors are MastodonError's children. Threads may share it in mode *throw* only.
    """

    def __init__(
        self,
        client_id: str | PurePath | None = None,
        client_secret: str | None = None,
        access_token: str | PurePath | None = None,
        api_base_url: str | None = None,
        debug_requests: bool = False,
        ratelimit_method: str = "wait",
        ratelimit_pacefactor: float = 1.1,
        request_timeout: float = DEFAULT_TIMEOUT,
        mastodon_version: str | None = None,
        version_check_mode: str = "none",
        session: requests.Session | None = None,
        feature_set: str = "mainline",
        user_agent: str = DEFAULT_USER_AGENT,
        lang: str | None = None,
    ) -> None:
        """*client_id* and *access_token* may name the files that `create_app` and `log_in` wrote.

        *ratelimit_method*: at the limit throw, wait, or pace the calls so that it is not met. *request_timeout* is in
        seconds. *version_check_mode*: before a call, compare the server's version with the one that brought the call
        (created), that changed it last (changed), or don't (none); *mastodon_version* saves asking for it.
        *feature_set*: mainline, fedibird or pleroma. *session*: a requests session to use.
        """
        _one_of(version_check_mode, CHECK_MODES, "Invalid version check method.")
        _one_of(ratelimit_method, METHODS, "Invalid ratelimit method.")
        _one_of(feature_set, FEATURE_SETS, "Requested invalid feature set")
        self.api_base_url = protocolize(api_base_url) if api_base_url else ""
        self.client_id = None if client_id is None else str(client_id)
        self.client_secret = client_secret
        self.access_token = None if access_token is None else str(access_token)
        self.debug_requests = debug_requests
        self.ratelimit_method = ratelimit_method
        self.ratelimit_pacefactor = ratelimit_pacefactor
        self.request_timeout = request_timeout
        self.version_check_mode = version_check_mode
        self._session = session
        self.feature_set = feature_set
        self.user_agent = user_agent
        self.lang = lang
        self._token_expired = datetime.now()  # noqa: DTZ005 - as Mastodon.py keeps it
        self._start_limits()
        self._read_app()
        self._read_token()
        if not self.api_base_url:
            raise MastodonIllegalArgumentError("API base URL is required.")
        self._take_version(mastodon_version)

    def _take_version(self, version: str | None) -> None:
        if version is None:
            if self.version_check_mode != "none":
                self.retrieve_mastodon_version()
            return
        try:
            self.mastodon_major, self.mastodon_minor, self.mastodon_patch = parse_version_string(version)
        except ValueError as error:
            raise MastodonVersionError("Bad version specified") from error
        self._Mastodon__version_check_tried = self._Mastodon__version_check_worked = True

    @staticmethod
    def get_status_length(text: str, spoiler_text: str = "") -> int:
        """How long a status is by the server's counting: links count 23, domains of mentions nothing."""
        return length.status_length(text, spoiler_text)

    def decode_blurhash(
        self,
        media_dict: MediaAttachment | dict[str, Any],
        out_size: tuple[int, int] = (16, 16),
        size_per_component: bool = True,
        return_linear: bool = True,
    ) -> list[list[list[float]]]:
        """The blurhash of a medium as pixels, [height][width][3]: linear RGB from 0 to 1, or sRGB from 0 to 255.

        *out_size* is (width, height), for each of the blurhash's components, or of the whole.
        """
        across, down = blurhash.components(media_dict["blurhash"]) if size_per_component else (1, 1)
        size = (out_size[0] * across, out_size[1] * down)
        return blurhash.decode(media_dict["blurhash"], *size, linear=return_linear)


def _one_of(value: str, allowed: tuple[str, ...], text: str) -> None:
    if value not in allowed:
        raise MastodonIllegalArgumentError(text)
