"""Posts, their authors and what hangs on them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import TwitterTime
from folkmoot.wire.friendica.object import Object


class User(Object, kw_only=True):
    """A person, group or contact, as the caller sees it."""

    id: int
    id_str: str
    name: str
    screen_name: str
    location: str = ""
    description: str | None = None
    profile_image_url: str = ""
    profile_image_url_https: str = ""
    profile_image_url_profile_size: str | UnsetType = UNSET
    profile_image_url_large: str | UnsetType = UNSET
    profile_image_url_original: str | UnsetType = UNSET
    url: str | None = None
    protected: bool = False
    followers_count: int = 0
    friends_count: int = 0
    listed_count: int = 0
    created_at: TwitterTime
    favourites_count: int = 0
    utc_offset: int = 0
    time_zone: str = ""
    geo_enabled: bool = False
    verified: bool | UnsetType = UNSET
    statuses_count: int = 0
    lang: str | None = None
    contributors_enabled: bool = False
    is_translator: bool = False
    is_translation_enabled: bool = False
    following: bool = False
    follow_request_sent: bool = False
    statusnet_blocking: bool = False
    notifications: bool = False
    statusnet_profile_url: str = ""
    cid: int = 0
    pid: int = 0
    uid: int | UnsetType = UNSET
    self_: int | UnsetType = msgspec.field(name="self", default=UNSET)
    network: str | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    entities: dict[str, Any] | UnsetType = UNSET
    derived: list[Any] | UnsetType = UNSET
    default_profile: bool | UnsetType = UNSET
    default_profile_image: bool | UnsetType = UNSET
    profile_banner_url: str | UnsetType = UNSET
    groups_count: int | UnsetType = UNSET
    linkcolor: str | bool | UnsetType = UNSET
    backgroundcolor: str | bool | UnsetType = UNSET
    profile_background_color: str | UnsetType = UNSET
    profile_link_color: str | UnsetType = UNSET
    profile_sidebar_fill_color: str | UnsetType = UNSET


class Trimmed(Object, kw_only=True):
    """A person as callers see it who wish for no more than the id (trim_user)."""

    id: int
    id_str: str


class Activities(Object, kw_only=True):
    """Who reacted to a post, by reaction; every key is always there."""

    like: list[User] = []
    dislike: list[User] = []
    attendyes: list[User] = []
    attendno: list[User] = []
    attendmaybe: list[User] = []
    announce: list[User] = []


class Attachment(Object, kw_only=True):
    """A file of a post."""

    url: str = ""
    mimetype: str | UnsetType = UNSET
    size: int | UnsetType = UNSET


class EntityUrl(Object, kw_only=True):
    """A link in the text."""

    url: str = ""
    expanded_url: str = ""
    display_url: str = ""
    indices: tuple[int, int]


class EntityMediaSize(Object, kw_only=True):
    """A picture in one size."""

    w: int
    h: int
    resize: str


class EntityMedia(Object, kw_only=True):
    """A picture in the text."""

    id: int
    id_str: str = ""
    indices: tuple[int, int]
    media_url: str = ""
    media_url_https: str = ""
    url: str = ""
    display_url: str = ""
    expanded_url: str = ""
    ext_alt_text: str = ""
    type: Literal["photo", "video"]
    sizes: dict[str, EntityMediaSize] = {}


class EntityHashtag(Object, kw_only=True):
    """A hashtag in the text."""

    text: str
    indices: tuple[int, int] | UnsetType = UNSET


class EntityMention(Object, kw_only=True):
    """A person named in the text."""

    id: int
    id_str: str
    name: str
    screen_name: str
    indices: tuple[int, int] | UnsetType = UNSET


class Entities(Object, kw_only=True):
    """What the text holds; positions count code points."""

    hashtags: list[EntityHashtag] = []
    symbols: list[Any] = []
    urls: list[EntityUrl] = []
    user_mentions: list[EntityMention] = []
    media: list[EntityMedia] | UnsetType = UNSET


class GeoPoint(Object, kw_only=True):
    """Where a post was written: latitude first."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class Status(Object, kw_only=True):
    """A post; the user is UNSET only inside the status of a User."""

    text: str
    truncated: bool = False
    created_at: TwitterTime
    in_reply_to_status_id: int | None = None
    in_reply_to_status_id_str: str | None = None
    source: str = ""
    id: int
    id_str: str
    in_reply_to_user_id: int | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_screen_name: str | None = None
    geo: GeoPoint | None = None
    favorited: bool = False
    user: User | UnsetType
    friendica_owner: User
    friendica_author: User
    friendica_private: bool = False
    statusnet_html: str = ""
    statusnet_conversation_id: int = 0
    external_url: str = ""
    friendica_activities: Activities
    friendica_title: str = ""
    friendica_html: str = ""
    friendica_comments: int = 0
    retweeted_status: Status | UnsetType = UNSET
    quoted_status: Status | UnsetType = UNSET
    attachments: list[Attachment] | UnsetType | None = UNSET
    entities: Entities | UnsetType | None = UNSET
    extended_entities: Entities | UnsetType | None = UNSET
    coordinates: dict[str, Any] | str | None = None
    place: str | None = None
    contributors: str | None = None
    is_quote_status: bool = False
    retweet_count: int = 0
    favorite_count: int = 0
    retweeted: bool = False
    possibly_sensitive: bool = False
    lang: str = ""
    uri: str | UnsetType = UNSET
    source_link: str | UnsetType | None = UNSET


class OEmbed(Object, kw_only=True):
    """How to embed a post in a page."""

    type: str = ""
    version: str = ""
    url: str = ""
    author_name: str = ""
    author_url: str = ""
    html: str = ""
    width: int = 0
    height: int | None = None
    cache_age: str = ""
    provider_name: str = ""
    provider_url: str = ""
