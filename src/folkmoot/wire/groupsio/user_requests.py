"""Calls about the caller's own account, its mail, and whole archives."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from folkmoot.wire.groupsio.archive import MessageHistory
from folkmoot.wire.groupsio.delivery import BounceInfo, DeliveryInfo
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
)
from folkmoot.wire.groupsio.requests import Call, ListCall
from folkmoot.wire.groupsio.result import ListEnvelope
from folkmoot.wire.groupsio.user import Org, User
from folkmoot.wire.request import GET, POST, Request

Word = str | UnsetType
Switch = bool | UnsetType
Order = UserSortDir | UnsetType


class Said(Request[User], kw_only=True):
    """What may be changed of an account; what is not said stays."""

    csrf: str = ""
    full_name: Word = UNSET
    timezone: Word = UNSET
    per_page_pref: UserPerPagePref | UnsetType = UNSET
    post_pref: UserPostpref | UnsetType = UNSET
    profile_privacy: ProfilePrivacy | UnsetType = UNSET
    allow_facebook_login: Switch = UNSET
    allow_google_login: Switch = UNSET
    dont_munge_message_id: Switch = UNSET
    about_me: Word = UNSET
    about_format: AboutFormat | UnsetType = UNSET
    location: Word = UNSET
    website: Word = UNSET
    time_pref: TimePref | UnsetType = UNSET
    date_pref: DatePref | UnsetType = UNSET
    monday_start: Switch = UNSET
    default_message_view: MessageView | UnsetType = UNSET
    topics_sort_dir: Order = UNSET
    topic_sort_dir: Order = UNSET
    messages_sort_dir: Order = UNSET
    expanded_messages_sort_dir: Order = UNSET
    search_sort: SearchSort | UnsetType = UNSET
    search_sort_dir: Order = UNSET
    photos_order_by: Word = UNSET
    photos_sort_dir: Order = UNSET
    album_order_by: Word = UNSET
    album_sort_dir: Order = UNSET
    default_calendar_view: CalendarView | UnsetType = UNSET
    default_hashtag_view: GridView | UnsetType = UNSET
    default_rsvp_view: GridView | UnsetType = UNSET
    home_page: HomePage | UnsetType = UNSET


@POST("/api/v1/updateuser", aliases=("/v1/updateuser",))
class UpdateUser(Said, kw_only=True):
    """Change one's account."""


@POST("/api/v1/updateprofile", aliases=("/v1/updateprofile",))
class UpdateProfile(Said, kw_only=True):
    """Change one's profile: the same fields, as clients send any of them."""


@GET("/api/v1/getorg", aliases=("/v1/getorg",))
class GetOrg(Request[Org], kw_only=True):
    """The domain that the caller is logged in at."""


@GET("/api/v1/getdeliveryinfo", aliases=("/v1/getdeliveryinfo",))
class GetDeliveryInfo(Call[DeliveryInfo], kw_only=True):
    """How mail to a member fared last, and what came back; without a group over all groups of the caller."""

    group_id: int | None = None
    group_name: str | None = None
    member_info_id: int | None = None


@GET("/api/v1/getbounceinfo", aliases=("/v1/getbounceinfo",))
class GetBounceInfo(ListCall[ListEnvelope[BounceInfo]], kw_only=True):
    """What came back from the caller's addresses."""


@GET("/api/v1/getmessagehistory", aliases=("/v1/getmessagehistory",), auth="optional")
class GetMessageHistory(Call[MessageHistory], kw_only=True):
    """How many messages each month brought; offset is the time zone in minutes that cuts the months."""

    group_id: int | None = None
    group_name: str | None = None
    offset: int = 0


@GET("/api/v1/downloadarchives", aliases=("/v1/downloadarchives",), permission="download_archives")
class DownloadArchives(Request[bytes], kw_only=True):
    """A zip with one mbox; of messages with greater numbers, or newer ones, where that is asked for."""

    group_id: int | None = None
    group_name: str | None = None
    start_msg_num: int | None = None
    start_time: str | None = None
