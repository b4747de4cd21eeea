"""Methods about user, made from groupsio/user_requests of the wire by tools/weave.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from folkmoot.client.service import Service
from folkmoot.wire.groupsio import user_requests as api

if TYPE_CHECKING:
    from msgspec import UnsetType

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
        SortDir,
        TimePref,
        UserPerPagePref,
        UserPostpref,
        UserSortDir,
    )
    from folkmoot.wire.groupsio.result import ListEnvelope
    from folkmoot.wire.groupsio.user import Org, User


class UserCalls(Service):
    """Calls about the caller's own account, its mail, and whole archives."""

    def update_user(
        self,
        *,
        full_name: str | UnsetType = UNSET,
        timezone: str | UnsetType = UNSET,
        per_page_pref: UserPerPagePref | UnsetType = UNSET,
        post_pref: UserPostpref | UnsetType = UNSET,
        profile_privacy: ProfilePrivacy | UnsetType = UNSET,
        allow_facebook_login: bool | UnsetType = UNSET,
        allow_google_login: bool | UnsetType = UNSET,
        dont_munge_message_id: bool | UnsetType = UNSET,
        about_me: str | UnsetType = UNSET,
        about_format: AboutFormat | UnsetType = UNSET,
        location: str | UnsetType = UNSET,
        website: str | UnsetType = UNSET,
        time_pref: TimePref | UnsetType = UNSET,
        date_pref: DatePref | UnsetType = UNSET,
        monday_start: bool | UnsetType = UNSET,
        default_message_view: MessageView | UnsetType = UNSET,
        topics_sort_dir: UserSortDir | UnsetType = UNSET,
        topic_sort_dir: UserSortDir | UnsetType = UNSET,
        messages_sort_dir: UserSortDir | UnsetType = UNSET,
        expanded_messages_sort_dir: UserSortDir | UnsetType = UNSET,
        search_sort: SearchSort | UnsetType = UNSET,
        search_sort_dir: UserSortDir | UnsetType = UNSET,
        photos_order_by: str | UnsetType = UNSET,
        photos_sort_dir: UserSortDir | UnsetType = UNSET,
        album_order_by: str | UnsetType = UNSET,
        album_sort_dir: UserSortDir | UnsetType = UNSET,
        default_calendar_view: CalendarView | UnsetType = UNSET,
        default_hashtag_view: GridView | UnsetType = UNSET,
        default_rsvp_view: GridView | UnsetType = UNSET,
        home_page: HomePage | UnsetType = UNSET,
    ) -> User:
        """Change one's account.

        `POST /api/v1/updateuser`.
        """
        return self._send(
            api.UpdateUser(
                full_name=full_name,
                timezone=timezone,
                per_page_pref=per_page_pref,
                post_pref=post_pref,
                profile_privacy=profile_privacy,
                allow_facebook_login=allow_facebook_login,
                allow_google_login=allow_google_login,
                dont_munge_message_id=dont_munge_message_id,
                about_me=about_me,
                about_format=about_format,
                location=location,
                website=website,
                time_pref=time_pref,
                date_pref=date_pref,
                monday_start=monday_start,
                default_message_view=default_message_view,
                topics_sort_dir=topics_sort_dir,
                topic_sort_dir=topic_sort_dir,
                messages_sort_dir=messages_sort_dir,
                expanded_messages_sort_dir=expanded_messages_sort_dir,
                search_sort=search_sort,
                search_sort_dir=search_sort_dir,
                photos_order_by=photos_order_by,
                photos_sort_dir=photos_sort_dir,
                album_order_by=album_order_by,
                album_sort_dir=album_sort_dir,
                default_calendar_view=default_calendar_view,
                default_hashtag_view=default_hashtag_view,
                default_rsvp_view=default_rsvp_view,
                home_page=home_page,
            )
        )

    def update_profile(
        self,
        *,
        full_name: str | UnsetType = UNSET,
        timezone: str | UnsetType = UNSET,
        per_page_pref: UserPerPagePref | UnsetType = UNSET,
        post_pref: UserPostpref | UnsetType = UNSET,
        profile_privacy: ProfilePrivacy | UnsetType = UNSET,
        allow_facebook_login: bool | UnsetType = UNSET,
        allow_google_login: bool | UnsetType = UNSET,
        dont_munge_message_id: bool | UnsetType = UNSET,
        about_me: str | UnsetType = UNSET,
        about_format: AboutFormat | UnsetType = UNSET,
        location: str | UnsetType = UNSET,
        website: str | UnsetType = UNSET,
        time_pref: TimePref | UnsetType = UNSET,
        date_pref: DatePref | UnsetType = UNSET,
        monday_start: bool | UnsetType = UNSET,
        default_message_view: MessageView | UnsetType = UNSET,
        topics_sort_dir: UserSortDir | UnsetType = UNSET,
        topic_sort_dir: UserSortDir | UnsetType = UNSET,
        messages_sort_dir: UserSortDir | UnsetType = UNSET,
        expanded_messages_sort_dir: UserSortDir | UnsetType = UNSET,
        search_sort: SearchSort | UnsetType = UNSET,
        search_sort_dir: UserSortDir | UnsetType = UNSET,
        photos_order_by: str | UnsetType = UNSET,
        photos_sort_dir: UserSortDir | UnsetType = UNSET,
        album_order_by: str | UnsetType = UNSET,
        album_sort_dir: UserSortDir | UnsetType = UNSET,
        default_calendar_view: CalendarView | UnsetType = UNSET,
        default_hashtag_view: GridView | UnsetType = UNSET,
        default_rsvp_view: GridView | UnsetType = UNSET,
        home_page: HomePage | UnsetType = UNSET,
    ) -> User:
        """Change one's profile: the same fields, as clients send any of them.

        `POST /api/v1/updateprofile`.
        """
        return self._send(
            api.UpdateProfile(
                full_name=full_name,
                timezone=timezone,
                per_page_pref=per_page_pref,
                post_pref=post_pref,
                profile_privacy=profile_privacy,
                allow_facebook_login=allow_facebook_login,
                allow_google_login=allow_google_login,
                dont_munge_message_id=dont_munge_message_id,
                about_me=about_me,
                about_format=about_format,
                location=location,
                website=website,
                time_pref=time_pref,
                date_pref=date_pref,
                monday_start=monday_start,
                default_message_view=default_message_view,
                topics_sort_dir=topics_sort_dir,
                topic_sort_dir=topic_sort_dir,
                messages_sort_dir=messages_sort_dir,
                expanded_messages_sort_dir=expanded_messages_sort_dir,
                search_sort=search_sort,
                search_sort_dir=search_sort_dir,
                photos_order_by=photos_order_by,
                photos_sort_dir=photos_sort_dir,
                album_order_by=album_order_by,
                album_sort_dir=album_sort_dir,
                default_calendar_view=default_calendar_view,
                default_hashtag_view=default_hashtag_view,
                default_rsvp_view=default_rsvp_view,
                home_page=home_page,
            )
        )

    def get_org(self) -> Org:
        """The domain that the caller is logged in at.

        `GET /api/v1/getorg`.
        """
        return self._send(api.GetOrg())

    def get_delivery_info(
        self, *, group_id: int | None = None, group_name: str | None = None, member_info_id: int | None = None
    ) -> DeliveryInfo:
        """How mail to a member fared last, and what came back; without a group over all groups of the caller.

        `GET /api/v1/getdeliveryinfo`.
        """
        return self._send(
            api.GetDeliveryInfo(group_id=group_id, group_name=group_name, member_info_id=member_info_id)
        )

    def get_bounce_info(
        self, *, limit: int = 10, page_token: int = 0, sort_field: str = "", sort_dir: SortDir = ""
    ) -> ListEnvelope[BounceInfo]:
        """What came back from the caller's addresses.

        Lists: page_token 0 is the first page, the others come from next_page_token.

        `GET /api/v1/getbounceinfo`.
        """
        return self._send(
            api.GetBounceInfo(limit=limit, page_token=page_token, sort_field=sort_field, sort_dir=sort_dir)
        )

    def get_message_history(
        self, *, group_id: int | None = None, group_name: str | None = None, offset: int = 0
    ) -> MessageHistory:
        """How many messages each month brought; offset is the time zone in minutes that cuts the months.

        `GET /api/v1/getmessagehistory`.
        """
        return self._send(api.GetMessageHistory(group_id=group_id, group_name=group_name, offset=offset))

    def download_archives(
        self,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        start_msg_num: int | None = None,
        start_time: str | None = None,
    ) -> bytes:
        """A zip with one mbox; of messages with greater numbers, or newer ones, where that is asked for.

        `GET /api/v1/downloadarchives`, for those with the permission download_archives.
        """
        return self._send(
            api.DownloadArchives(
                group_id=group_id, group_name=group_name, start_msg_num=start_msg_num, start_time=start_time
            )
        )
