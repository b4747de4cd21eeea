"""What the node says about itself, and refusals."""

from __future__ import annotations

from typing import Any, Literal

from folkmoot.wire.friendica.object import Object
from folkmoot.wire.friendica.place import TrendLocation


class Result(Object, kw_only=True):
    """A soft answer: what came of a call."""

    result: Literal["ok", "error", "deleted", "updated", "cancelled"]
    message: str = ""


class Error(Object, kw_only=True):
    """A refusal."""

    error: str = ""
    request: str = ""
    code: str = ""


class RateLimit(Object, kw_only=True):
    """How many calls are left."""

    remaining_hits: int = 0
    hourly_limit: int = 0
    reset_time_in_seconds: int = 0
    reset_time: str = ""


class ConfigSite(Object, kw_only=True):
    """The site; closed, private and textlimit travel as text."""

    name: str = ""
    server: str = ""
    theme: str = ""
    path: str = ""
    logo: str = ""
    fancy: bool = False
    language: str = ""
    email: str = ""
    broughtby: str = ""
    broughtbyurl: str = ""
    timezone: str = ""
    closed: str = ""
    inviteonly: bool = False
    private: str = ""
    textlimit: str = ""
    sslserver: str = ""
    ssl: str = ""
    shorturllength: str = ""
    friendica: dict[str, Any] = {}


class Config(Object, kw_only=True):
    """The configuration of the node."""

    site: ConfigSite


class HelpConfiguration(Object, kw_only=True):
    """Limits, in the words of Twitter."""

    characters_reserved_per_media: int = 0
    dm_text_character_limit: int = 0
    max_media_per_upload: int = 0
    photo_size_limit: int = 0
    photo_sizes: dict[str, Any] = {}
    short_url_length: int = 0
    short_url_length_https: int = 0
    non_username_paths: list[str] = []


class Settings(Object, kw_only=True):
    """Settings of the caller."""

    screen_name: str = ""
    protected: bool = False
    language: str = ""
    geo_enabled: bool = False
    always_use_https: bool = False
    discoverable_by_email: bool = False
    use_cookie_personalization: bool = False
    time_zone: dict[str, Any] = {}
    sleep_time: dict[str, Any] = {}
    trend_location: list[TrendLocation] = []


class Language(Object, kw_only=True):
    """A language that the node knows."""

    code: str = ""
    name: str = ""
    status: str = ""
