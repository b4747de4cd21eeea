"""What the caller may do in a group."""

from __future__ import annotations

from folkmoot.wire.groupsio.object import Object


class Perms(Object, kw_only=True):
    """Forty-nine permissions of the caller in one group."""

    object: str = "perms"
    archives_visible: bool = False
    polls_visible: bool = False
    members_visible: bool = False
    chat_visible: bool = False
    calendar_visible: bool = False
    files_visible: bool = False
    database_visible: bool = False
    photos_visible: bool = False
    wiki_visible: bool = False
    member_directory_visible: bool = False
    hashtags_visible: bool = False
    guidelines_visible: bool = False
    subgroups_visible: bool = False
    open_donations_visible: bool = False
    sponsor_visible: bool = False
    manage_subgroups: bool = False
    delete_group: bool = False
    download_archives: bool = False
    download_entire_group: bool = False
    download_members: bool = False
    view_activity: bool = False
    create_hashtags: bool = False
    manage_hashtags: bool = False
    manage_integrations: bool = False
    manage_group_settings: bool = False
    make_moderator: bool = False
    manage_member_subscription_options: bool = False
    manage_pending_members: bool = False
    remove_members: bool = False
    ban_members: bool = False
    manage_group_billing: bool = False
    manage_group_payments: bool = False
    edit_archives: bool = False
    manage_pending_messages: bool = False
    invite_members: bool = False
    can_post: bool = False
    can_vote: bool = False
    manage_polls: bool = False
    manage_photos: bool = False
    manage_members: bool = False
    manage_calendar: bool = False
    manage_chats: bool = False
    view_member_directory: bool = False
    manage_files: bool = False
    manage_wiki: bool = False
    manage_subscription: bool = False
    public_page: bool = False
    sub_page: bool = False
    mod_page: bool = False
