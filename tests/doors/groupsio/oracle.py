"""The forty-nine permissions decided once more, in plain Python, from section 4 of the contract and nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

RIGHTS: dict[str, set[str]] = {
    "sub_perm_pendingmsg": {"manage_pending_messages"},
    "sub_perm_pendingmembers": {"manage_pending_members", "members_visible"},
    "sub_perm_invitemembers": {"invite_members"},
    "sub_perm_removemembers": {"remove_members", "members_visible"},
    "sub_perm_banmembers": {"ban_members", "members_visible"},
    "sub_perm_makemoderator": {"make_moderator", "manage_member_subscription_options", "members_visible"},
    "sub_perm_managehashtags": {"manage_hashtags", "create_hashtags"},
    "sub_perm_groupsettings": {"manage_group_settings"},
    "sub_perm_modsub": {"manage_member_subscription_options", "members_visible"},
    "sub_perm_integrations": {"manage_integrations"},
    "sub_perm_editarchives": {"edit_archives"},
    "sub_perm_billing": {"manage_group_billing"},
    "sub_perm_managesubgroups": {"manage_subgroups"},
    "sub_perm_viewmembers": {"members_visible"},
    "sub_perm_managepaidsubscriptions": {"manage_group_payments"},
}
HANDLING = {
    "sub_perm_pendingmembers", "sub_perm_removemembers", "sub_perm_banmembers", "sub_perm_makemoderator",
    "sub_perm_modsub",
}  # fmt: skip
ACCESS = {
    "subscribers": ("", "rw"),
    "subscribers_no_folders": ("", "rw"),
    "limited": ("", "r"),
    "moderators_only": ("", ""),
    "public": ("r", "rw"),
    "public_limited": ("r", "r"),
    "parent": ("", "rw"),
    "parent_limited": ("", "r"),
    "public_parent": ("r", "rw"),
    "public_parent_limited": ("r", "r"),
}
"""What the public and members may; the parent's members see below."""
ABOVE = {"parent": "r", "parent_limited": "r", "public_parent": "rw", "public_parent_limited": "r"}
SECTIONS = {
    "calendar_access": ("calendar_visible", "manage_calendar"),
    "files_access": ("files_visible", "manage_files"),
    "database_access": ("database_visible", ""),
    "wiki_access": ("wiki_visible", "manage_wiki"),
    "photos_access": ("photos_visible", "manage_photos"),
    "chat_access": ("chat_visible", "manage_chats"),
}
OPEN_ARCHIVES = {"none", "unlisted_public"}


@dataclass
class Group:
    """Its settings in the API's words; what is not named is as updategroup finds it."""

    settings: dict[str, Any] = field(default_factory=dict)
    guidelines: str = ""
    """"", "public" or "private"."""

    def word(self, name: str, default: str) -> str:
        value: str = self.settings.get(name, default)
        return value


@dataclass
class Person:
    """How somebody stands to it."""

    status: str = ""
    """"", "normal", "pending", "banned"."""
    role: str = "none"
    rights: frozenset[str] = frozenset()
    above: bool = False
    post_status: str = "normal"

    @property
    def member(self) -> bool:
        return self.status == "normal"

    @property
    def owner(self) -> bool:
        return self.member and self.role == "owner"

    @property
    def moderator(self) -> bool:
        return self.member and self.role in ("owner", "moderator")

    def has(self, right: str) -> bool:
        return self.owner or (self.moderator and right in self.rights)


def privacy(group: Group) -> str:
    return group.word("privacy", "group_privacy_none").partition("privacy_")[2]


def knows(who: Person, group: Group) -> bool:
    """Whether they may see the group at all."""
    hidden = privacy(group) == "unlisted"
    return not hidden or who.member or who.status == "pending"


def reads(who: Person, group: Group) -> bool:
    limited = privacy(group) == "limited_archives" and who.above
    return who.member or privacy(group) in OPEN_ARCHIVES or limited


def posts(who: Person, group: Group) -> bool:
    told = group.settings
    if told.get("lock_group"):
        return False
    if who.moderator:
        return True
    if who.status == "banned" or who.post_status == "notallowed" or told.get("announce"):
        return False
    above = bool(told.get("allow_parent_subs_to_post")) and who.above
    return who.member or bool(told.get("allow_non_subs_to_post")) or above


def section(who: Person, group: Group, name: str, need: str) -> bool:
    word = group.word(name, "group_access_subscribers").removeprefix("group_access_")
    if word == "none" or (need == "w" and group.settings.get("lock_group")):
        return False
    public, members = ACCESS[word]
    allowed = public + (members if who.member else "") + (ABOVE.get(word, "") if who.above else "")
    return who.moderator or need in allowed


def perms(who: Person, group: Group) -> set[str]:
    """The names of those that are true."""
    out = {perm for right, given in RIGHTS.items() if who.has(right) for perm in given}
    archive = reads(who, group)
    listed = group.word("members_visible", "group_view_members_moderators").removeprefix(
        "group_view_members_"
    )
    polls = group.word("polls_access", "polls_access_subscribers").removeprefix("polls_access_")
    sub = group.word("sub_group_access", "sub_group_owners").removeprefix("sub_group_")
    directory = section(who, group, "member_directory_access", "r")
    may = posts(who, group)
    decided = {
        "archives_visible": archive,
        "hashtags_visible": archive,
        "polls_visible": archive and polls != "none",
        "members_visible": who.owner
        or "members_visible" in out
        or (listed == "subs" and who.member)
        or (listed == "moderators" and who.moderator),
        "member_directory_visible": directory,
        "view_member_directory": directory,
        "guidelines_visible": group.guidelines == "public" or (group.guidelines == "private" and who.member),
        "subgroups_visible": who.member,
        "sub_page": who.member,
        "manage_subscription": who.member,
        "manage_subgroups": who.owner or "manage_subgroups" in out or (sub == "subs" and who.member),
        "delete_group": who.owner,
        "download_entire_group": who.owner,
        "download_archives": who.moderator
        or (who.member and group.settings.get("allow_downloads") == "allow_downloads_yes"),
        "download_members": who.owner
        or (who.moderator and any(who.has(r) for r in HANDLING | {"sub_perm_viewmembers"})),
        "view_activity": who.moderator,
        "mod_page": who.moderator,
        "manage_members": any(who.has(right) for right in HANDLING),
        "create_hashtags": who.has("sub_perm_managehashtags")
        or (who.member and group.word("hash_tag_permissions", "hash_tag_create_subs") == "hash_tag_create_subs"),
        "can_post": may,
        "can_vote": may and who.member and polls != "none",
        "manage_polls": may and ((who.moderator and polls != "none") or (who.member and polls == "subscribers")),
        "public_page": knows(who, group),
    }  # fmt: skip
    out |= {name for name, true in decided.items() if true}
    for name, (see, write) in SECTIONS.items():
        out |= {see} if section(who, group, name, "r") else set()
        out |= {write} if write and section(who, group, name, "w") else set()
    return out
