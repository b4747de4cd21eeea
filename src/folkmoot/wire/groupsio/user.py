"""Accounts and logging in."""

from __future__ import annotations

from folkmoot.wire.codecs import Rfc3339
from folkmoot.wire.groupsio.enums import (
    AboutFormat,
    CalendarView,
    DatePref,
    GridView,
    HomePage,
    MessageView,
    ProfilePrivacy,
    SearchSort,
    TimePref,
    UserPerPagePref,
    UserPostpref,
    UserSortDir,
    UserStatus,
)
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.object import Object


class User(Object, kw_only=True):
    """The account of the caller."""

    id: int
    object: str = "user"
    created: Rfc3339
    updated: Rfc3339
    email: str = ""
    full_name: str = ""
    user_name: str = ""
    timezone: str = ""
    status: UserStatus
    profile_photo_url: str = ""
    post_pref: UserPostpref
    per_page_pref: UserPerPagePref
    allow_facebook_login: bool = False
    allow_google_login: bool = False
    allow_sso_login: bool = False
    csrf_token: str = ""
    two_factor_enabled: bool = False
    recovery_codes: str = ""
    dont_munge_message_id: bool = False
    about_me: str = ""
    about_format: AboutFormat
    location: str = ""
    website: str = ""
    time_pref: TimePref
    date_pref: DatePref
    monday_start: bool = False
    profile_privacy: ProfilePrivacy
    default_message_view: MessageView
    topics_sort_dir: UserSortDir
    topic_sort_dir: UserSortDir
    messages_sort_dir: UserSortDir
    expanded_messages_sort_dir: UserSortDir
    search_sort: SearchSort
    search_sort_dir: UserSortDir
    photos_order_by: str = ""
    photos_sort_dir: UserSortDir
    album_order_by: str = ""
    album_sort_dir: UserSortDir
    default_calendar_view: CalendarView
    default_hashtag_view: GridView
    default_rsvp_view: GridView
    home_page: HomePage


class FullUser(User, kw_only=True):
    """The account as a login by query tells of it: older clients look for their groups there."""

    subscriptions: list[MemberInfo] = []


class Login(Object, kw_only=True):
    """The answer to a login; the token is empty unless it was asked for."""

    user: User
    token: str = ""


class OAuthLogin(Object, kw_only=True):
    """Where a login elsewhere starts."""

    object: str = "oauth_login"
    state: str = ""
    web_client_id: str = ""
    ios_client_id: str = ""
    android_client_id: str = ""
    scopes: list[str] = []


class Org(Object, kw_only=True):
    """A domain with groups of its own."""

    id: int
    object: str = "org"
    created: str = ""
    updated: str = ""
    title: str = ""
    domain: str = ""
    parent_group_id: int = 0
    logged_out_wiki_page_id: int = 0
    default_timezone: str = ""
    disable_signup: bool = False
    disable_plus_one: bool = False
    ga_code: str = ""
    login_page_text: str = ""
    no_account_text: str = ""
    sso_provider: str = ""
    sso_client_id: str = ""
    sso_client_secret: str = ""
    sso_domain: str = ""


class EnterpriseInfo(Object, kw_only=True):
    """What a domain tells everybody of itself."""

    object: str = "enterprise_info"
    domain: str = ""
    title: str = ""
    group_id: int = 0
    group_name: str = ""
    sso_provider: str = ""
    disable_signup: bool = False
    login_page_text: str = ""
