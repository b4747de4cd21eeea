"""People and groups as objects of the API: left their names, right ours; nothing is asked of the database here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from folkmoot.domain.access import GroupRole, MemberPosting, Membership
from folkmoot.domain.groups.groups import GroupView, Moderation, Waiting
from folkmoot.domain.groups.members import Delivery, Member
from folkmoot.domain.mail.reach import Health
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.people.showing import ProfileSight
from folkmoot.domain.posts.draftbox import Outline
from folkmoot.domain.views import AccountView
from folkmoot.doors.frame.links import Links
from folkmoot.doors.groupsio import perms as perms_
from folkmoot.doors.groupsio import settings
from folkmoot.kit.markup.plain import clean_to_text
from folkmoot.wire.codecs import rfc3339
from folkmoot.wire.groupsio.draft import Draft
from folkmoot.wire.groupsio.enums import (
    DraftType,
    ProfilePrivacy,
    SubModstatus,
    SubPoststatus,
    SubStatus,
    UserStatus,
)
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.member import MemberInfo
from folkmoot.wire.groupsio.perms import Perms
from folkmoot.wire.groupsio.user import User

STATUS: Final[dict[int, SubStatus]] = {
    Membership.NORMAL: "sub_status_normal",
    Membership.PENDING: "sub_status_pending",
    Membership.INVITED: "sub_status_pending",
    Membership.BANNED: "sub_status_banned",
    Membership.LEFT: "sub_status_normal",
}
MOD_STATUS: Final[dict[int, SubModstatus]] = {
    GroupRole.MEMBER: "sub_modstatus_none",
    GroupRole.MODERATOR: "sub_modstatus_moderator",
    GroupRole.OWNER: "sub_modstatus_owner",
}
POST_STATUS: Final[dict[int, SubPoststatus]] = {
    MemberPosting.DEFAULT: "sub_poststatus_normal",
    MemberPosting.FREE: "sub_poststatus_allowed",
    MemberPosting.MODERATED: "sub_poststatus_moderated",
    MemberPosting.FORBIDDEN: "sub_poststatus_notallowed",
    MemberPosting.FIRST_MODERATED: "sub_poststatus_firstmoderated",
    MemberPosting.STARTED_MODERATED: "sub_poststatus_startedmoderated",
}
PROFILE_PRIVACY: Final[dict[ProfileSight, ProfilePrivacy]] = {
    ProfileSight.EVERYONE: "profile_public",
    ProfileSight.MEMBERS: "profile_members",
    ProfileSight.MODERATORS: "profile_private",
}
USER_STATUS: Final[dict[int, UserStatus]] = {
    LoginState.ACTIVE: "user_status_confirmed",
    LoginState.UNCONFIRMED: "user_status_notconfirmed",
    LoginState.PENDING: "user_status_notconfirmed",
    LoginState.DISABLED: "user_status_inactive",
    LoginState.ADDRESS_ONLY: "user_status_confirmed",
}
DRAFT_TYPES: Final[dict[str, DraftType]] = {
    "post": "draft_type_post",
    "reply": "draft_type_reply",
    "direct": "draft_type_dm",
    "member": "draft_type_member",
}


def name_of(account: AccountView) -> str:
    """What people read: the display name, or the name."""
    return account.display_name or account.name


def privacy(account: AccountView | None) -> ProfilePrivacy:
    """To whom somebody shows their profile; what stands there of nobody is open."""
    return PROFILE_PRIVACY[ProfileSight(account.profile_sight if account else 0)]


def website(account: AccountView) -> str:
    """The address of somebody's own pages."""
    values = (line.value for line in account.fields)
    return next((value for value in values if value.startswith(("https://", "http://"))), "")


LOCATION: Final = "Location"
WEBSITE: Final = "Website"
"""Names of the lines of a profile that the API has fields for."""


def location(account: AccountView) -> str:
    """Where somebody says that they are."""
    return next((line.value for line in account.fields if line.name == LOCATION), "")


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """How an account is logged in to; *ways* are the places that may vouch for it."""

    address: str
    state: int
    confirmed: bool
    second_factor: bool
    ways: frozenset[str]


def _user_status(login: Login) -> UserStatus:
    if login.state == LoginState.ACTIVE and login.address and not login.confirmed:
        return "user_status_notconfirmed"
    return USER_STATUS.get(login.state, "user_status_confirmed")


def user(*, account: AccountView, login: Login, csrf: str, tastes: Mapping[str, Any], links: Links) -> User:
    """The caller's own account; *tastes* are fields of User that the caller has set."""
    made = User(
        id=account.id,
        created=rfc3339(account.created_at),
        updated=rfc3339(account.created_at),
        email=login.address,
        full_name=name_of(account),
        user_name=account.name,
        timezone="UTC",
        status=_user_status(login),
        profile_photo_url=links.avatar(account),
        post_pref="user_postpref_html",
        per_page_pref="user_per_page_pref20",
        allow_facebook_login="facebook" in login.ways,
        allow_google_login="google" in login.ways,
        csrf_token=csrf,
        two_factor_enabled=login.second_factor,
        about_me=account.note_html,
        about_format="about_html",
        location=location(account),
        website=website(account),
        time_pref="standard_time",
        date_pref="iso_date",
        monday_start=True,
        profile_privacy=privacy(account),
        default_message_view="thread_view",
        topics_sort_dir="sort_desc",
        topic_sort_dir="sort_asc",
        messages_sort_dir="sort_desc",
        expanded_messages_sort_dir="sort_desc",
        search_sort="date_sort",
        search_sort_dir="sort_desc",
        photos_sort_dir="sort_none",
        album_sort_dir="sort_none",
        default_calendar_view="cal_view_month",
        default_hashtag_view="view_list",
        default_rsvp_view="view_list",
        home_page="home_page_feed",
    )
    return msgspec.structs.replace(made, **tastes)


def group(
    view: GroupView,
    *,
    perms: Perms,
    waiting: Waiting,
    posts_n: int,
    moderator: bool,
    links: Links,
    alias: str = "",
    chats_n: int = 0,
) -> Group:
    """A group; for others than its moderators the private settings look unset."""
    icon = links.media(view.avatar, private=False) if view.avatar else ""
    return Group(
        id=view.id,
        created=rfc3339(view.created_at),
        updated=rfc3339(view.updated_at),
        type="group_type_messages",
        name=view.name,
        alias=alias,
        locked=view.locked,
        nice_group_name=view.title or view.name,
        desc=view.description_html,
        plain_desc=clean_to_text(view.description_html),
        plan="group_plan_premium",
        has_icon=bool(icon),
        icon_url=icon,
        parent_group_id=view.parent_id or 0,
        subs_count=view.members_n,
        pending_subs_count=waiting.members,
        pending_msgs_count=waiting.posts,
        open_chats_count=chats_n,
        threads_count=view.topics_n,
        messages_count=posts_n,
        most_recent_message=rfc3339(view.last_post_at),
        group_url=view.url,
        email_address=view.address,
        perms=perms,
        **settings.shown(view, to_moderators=moderator),
    )


def _rights(member: Member) -> str:
    if member.role >= GroupRole.OWNER:
        return perms_.EVERY
    if member.role < GroupRole.MODERATOR:
        return ""
    return perms_.theirs(member.mod_permissions)


def _post_status(member: Member, view: GroupView) -> SubPoststatus:
    newcomer = (
        view.moderation == Moderation.NEW_MEMBERS
        and member.role < GroupRole.MODERATOR
        and member.approved_n < settings.word(view, "unmoderate_users_after")
    )
    if newcomer and member.posting == MemberPosting.DEFAULT:
        return "sub_poststatus_newusermoderated"
    return POST_STATUS.get(member.posting, "sub_poststatus_normal")


def _worded(told: Mapping[str, Any], key: str, prefix: str, usual: str) -> Any:
    """A member's wish in the API's word; what the group's defaults gave is kept without the prefix."""
    return prefix + str(told.get(key, usual)).removeprefix(prefix)


_OF_USER: Final[dict[str, Any]] = {
    "timezone": "UTC", "dont_munge_message_id": False,
}  # fmt: skip
"""Fields of User that stand in a membership too, and what they are where nothing was said."""


def member_info(
    member: Member,
    view: GroupView,
    account: AccountView,
    *,
    perms: Perms,
    address: str,
    whole: bool,
    profile: bool = True,
    links: Links,
    taste: Mapping[str, Any] | None = None,
) -> MemberInfo:
    """A membership; without *whole* how the member gets mail and what they may do looks unset, without *profile* what
    they say of themselves. *taste*: fields of User that they have set."""
    told: dict[str, Any] = msgspec.json.decode(member.settings) if whole else {}
    return MemberInfo(
        id=member.id,
        created=rfc3339(member.created_at),
        updated=rfc3339(member.updated_at),
        user_id=account.id,
        group_id=view.id,
        group_name=view.name,
        status=STATUS.get(member.status, "sub_status_pending"),
        post_status=_post_status(member, view) if whole else "sub_poststatus_normal",
        email_delivery=settings.delivery_word(member.delivery if whole else Delivery.SINGLE),
        message_selection=_worded(told, "selection", "message_selection_", "all"),
        auto_follow_replies=bool(told.get("follow_replies", False)),
        max_attachment_size=_worded(told, "max_attachment", "max_attachment_size_", "unlimited"),
        approved_posts=member.approved_n if whole else 0,
        mod_status=MOD_STATUS.get(member.role, "sub_modstatus_none"),
        pending_msg_notify="sub_notify_email_and_app",
        pending_sub_notify="sub_notify_email_and_app",
        sub_notify="sub_notify_none",
        storage_notify="sub_notify_none",
        sub_group_notify="sub_notify_none",
        message_report_notify="sub_notify_email_and_app",
        account_notify="sub_notify_email_and_app",
        mod_permissions=_rights(member) if whole else "",
        owner_msg_notify="sub_ownermsg_notify_all",
        chat_notify="sub_notify_none",
        photo_notify="sub_notify_none",
        file_notify="sub_notify_none",
        wiki_notify="sub_notify_none",
        database_notify="sub_notify_none",
        email=address,
        user_status="user_status_confirmed",
        user_name=account.name,
        full_name=name_of(account),
        about_me=account.note_html if profile else "",
        location=location(account) if profile else "",
        website=website(account) if profile else "",
        profile_privacy=privacy(account),
        **{name: (taste or {}).get(name, usual) for name, usual in _OF_USER.items()},
        color=f"color_{settings.word(view, 'default_color')}",
        icon_url=links.media(view.avatar, private=False) if view.avatar else "",
        nice_group_name=view.title or view.name,
        subs_count=view.members_n,
        most_recent_message=rfc3339(view.last_post_at),
        perms=perms,
    )


def user_status(state: int | None, health: int | None) -> UserStatus:
    """How an account stands: what came back from its address counts first."""
    if health == Health.PROBED:
        return "user_status_bouncing"
    if health is not None and health >= Health.OFF:
        return "user_status_bounced"
    return USER_STATUS.get(state if state is not None else LoginState.ACTIVE, "user_status_confirmed")


def draft(outline: Outline, files_n: int = 0) -> Draft:
    """A message being written, with so many files."""
    return Draft(
        id=outline.id,
        created=rfc3339(outline.created_at),
        updated=rfc3339(outline.updated_at),
        user_id=outline.account_id,
        group_id=outline.group_id,
        draft_type=DRAFT_TYPES.get(outline.kind, ""),
        subject=outline.subject,
        body=outline.body,
        body_type="html",
        is_special=bool(outline.options.get("special")),
        num_attachments=files_n,
        next_attachment_id=files_n + 1,
        message_id=outline.parent_id or 0,
        bcc_me=bool(outline.options.get("copy_me")),
        bcc_all=bool(outline.options.get("copy_all")),
    )
