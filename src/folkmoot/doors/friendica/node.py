"""What the node says of itself before anybody logs in."""

from __future__ import annotations

from urllib.parse import urlsplit

from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.feeds import LOGO
from folkmoot.settings import Settings
from folkmoot.wire.friendica.node import Config, ConfigSite
from folkmoot.wire.friendica.requests import GetConfig, GetVersion, HelpTest

GNU_SOCIAL = "0.9.7"
FRIENDICA = {
    "FRIENDICA_PLATFORM": "Friendica",
    "FRIENDICA_VERSION": "3.6-dev",
    "DFRN_PROTOCOL_VERSION": "2.23",
    "DB_UPDATE_VERSION": "1243",
}
"""The Friendica of the contract: clients decide by it what they may call."""


@door.on(GetConfig, tx="none")
def config(at: At, ask: GetConfig) -> Config:
    return Config(site=site(at.house.settings))


@door.on(GetVersion, tx="none")
def version(at: At, ask: GetVersion) -> Response:
    return encode(Bare(GNU_SOCIAL, "version"), at)


@door.on(HelpTest, tx="none")
def test(at: At, ask: HelpTest) -> Response:
    return encode(Bare("ok", "ok", True), at)


def site(settings: Settings) -> ConfigSite:
    """The site as the settings have it; numbers and truths travel as text, as in 2017."""
    parts = urlsplit(settings.base_url)
    return ConfigSite(
        name=settings.title,
        server=parts.hostname or "",
        theme="default",
        path=parts.path.strip("/"),
        logo=settings.base_url + LOGO,
        fancy=True,
        language="en",
        email=settings.contact,
        timezone="UTC",
        closed="true" if settings.registration == "closed" else "false",
        private="false",
        textlimit=str(settings.max_characters),
        ssl="true" if parts.scheme == "https" else "false",
        shorturllength="30",
        friendica=dict(FRIENDICA),
    )
