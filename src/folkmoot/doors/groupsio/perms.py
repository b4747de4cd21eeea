"""What the caller may do in a group: forty-nine permissions as one table over standing, rights and settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from folkmoot.domain import groups
from folkmoot.domain.access import Standing, may_in_group
from folkmoot.domain.groups import GroupView
from folkmoot.domain.members import Member
from folkmoot.doors.groupsio.settings import word
from folkmoot.wire.groupsio.perms import Perms

EVERY_RIGHT: Final = (
    "sub_perm_pendingmsg",
    "sub_perm_pendingmembers",
    "sub_perm_invitemembers",
    "sub_perm_removemembers",
    "sub_perm_banmembers",
    "sub_perm_makemoderator",
    "sub_perm_managehashtags",
    "sub_perm_groupsettings",
    "sub_perm_modsub",
    "sub_perm_integrations",
    "sub_perm_editarchives",
    "sub_perm_billing",
    "sub_perm_managesubgroups",
    "sub_perm_viewmembers",
    "sub_perm_managepaidsubscriptions",
)
USUAL_RIGHTS: Final = frozenset(
    f"sub_perm_{name}"
    for name in [
        "pendingmsg",
        "pendingmembers",
        "invitemembers",
        "removemembers",
        "banmembers",
        "managehashtags",
        "modsub",
        "editarchives",
        "viewmembers",
    ]
)
"""What a moderator has for whom nothing else was chosen."""
_ALIASES: Final = {
    "sub_perm_pendingmsgs": "sub_perm_pendingmsg",
    "sub_perm_createhashtags": "sub_perm_managehashtags",
}
_NAMES: Final = tuple(name for name in Perms.__struct_fields__ if name != "object")


class Case(msgspec.Struct, frozen=True):
    """Everything that permissions are computed from. *rights* are a moderator's, in Groups.io's words."""

    stands: Standing
    view: GroupView
    rights: frozenset[str]

    @property
    def member(self) -> bool:
        return self.stands.is_member or self.stands.everything


Rule = Callable[[Case], bool]


def rights_of(stands: Standing, chosen: str) -> frozenset[str]:
    """The rights of a moderator; *chosen* are those of the membership, divided by commas."""
    if stands.is_owner:
        return frozenset(EVERY_RIGHT)
    if not stands.is_moderator:
        return frozenset()
    words = {_ALIASES.get(part.strip(), part.strip()) for part in chosen.split(",") if part.strip()}
    return frozenset(words) or USUAL_RIGHTS


def never(case: Case) -> bool:
    return False


def member(case: Case) -> bool:
    return case.member


def moderator(case: Case) -> bool:
    return case.stands.is_moderator


def owner(case: Case) -> bool:
    return case.stands.is_owner


def whoever_knows(case: Case) -> bool:
    return case.stands.may_know


def act(name: str) -> Rule:
    """The domain's own answer."""
    return lambda case: may_in_group(case.stands, name)


def right(name: str, needs: str = "") -> Rule:
    """A moderator's right, within what the domain lets them do at all (*needs*, an act of GROUP_ACTS)."""
    full = f"sub_perm_{name}"
    return lambda case: full in case.rights and (not needs or may_in_group(case.stands, needs))


def any_of(*rules: Rule) -> Rule:
    return lambda case: any(rule(case) for rule in rules)


def all_of(*rules: Rule) -> Rule:
    return lambda case: all(rule(case) for rule in rules)


SECTIONS: Final[dict[str, tuple[str, str]]] = {
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
"""What the public and members may do in a section by its setting; moderators may all, unless it is "none"."""


def section(setting: str, need: str) -> Rule:
    """Reading ("r") or writing ("w") in the section with that setting."""

    def rule(case: Case) -> bool:
        value = word(case.view, setting)
        if value not in SECTIONS:
            return False
        everybody, members = SECTIONS[value]
        return case.stands.is_moderator or need in everybody or (case.member and need in members)

    return rule


def at_least(setting: str) -> Rule:
    """A setting whose words are subs, moderators and owners."""
    reach = {"subs": member, "moderators": moderator, "owners": owner}
    return lambda case: reach.get(word(case.view, setting), owner)(case)


def has(setting: str, *words: object) -> Rule:
    return lambda case: word(case.view, setting) in words


_POLLS = any_of(moderator, all_of(member, has("polls_access", "subscribers")))
_POLLS_ON = has("polls_access", "subscribers", "moderators_only")
_POST = act("post")
_MEMBERS_VISIBLE = any_of(
    at_least("members_visible"),
    *(
        right(name)
        for name in [
            "pendingmembers",
            "removemembers",
            "banmembers",
            "makemoderator",
            "modsub",
            "viewmembers",
        ]
    ),
)
_HANDLES = any_of(*(right(name) for name in ["pendingmembers", "removemembers", "banmembers", "modsub"]))

TABLE: Final[dict[str, Rule]] = {
    "archives_visible": act("read_archive"),
    "polls_visible": all_of(_POLLS_ON, member),
    "members_visible": _MEMBERS_VISIBLE,
    "chat_visible": section("chat_access", "r"),
    "calendar_visible": section("calendar_access", "r"),
    "files_visible": section("files_access", "r"),
    "database_visible": section("database_access", "r"),
    "photos_visible": section("photos_access", "r"),
    "wiki_visible": section("wiki_access", "r"),
    "member_directory_visible": section("member_directory_access", "r"),
    "hashtags_visible": act("read_archive"),
    "guidelines_visible": never,
    "subgroups_visible": member,
    "open_donations_visible": never,
    "sponsor_visible": never,
    "manage_subgroups": any_of(right("managesubgroups"), at_least("sub_group_access")),
    "delete_group": act("delete_group"),
    "download_archives": any_of(moderator, all_of(member, has("allow_downloads", "yes"))),
    "download_entire_group": owner,
    "download_members": moderator,
    "view_activity": moderator,
    "create_hashtags": any_of(right("managehashtags"), all_of(member, has("hash_tag_permissions", "subs"))),
    "manage_hashtags": right("managehashtags"),
    "manage_integrations": right("integrations"),
    "manage_group_settings": right("groupsettings", "change_settings"),
    "make_moderator": right("makemoderator", "change_settings"),
    "manage_member_subscription_options": any_of(
        right("modsub", "manage_members"), right("makemoderator", "change_settings")
    ),
    "manage_pending_members": right("pendingmembers", "manage_members"),
    "remove_members": right("removemembers", "manage_members"),
    "ban_members": right("banmembers", "manage_members"),
    "manage_group_billing": right("billing"),
    "manage_group_payments": right("managepaidsubscriptions"),
    "edit_archives": right("editarchives", "edit_archive"),
    "manage_pending_messages": right("pendingmsg", "approve"),
    "invite_members": right("invitemembers", "manage_members"),
    "can_post": _POST,
    "can_vote": all_of(_POLLS_ON, member, _POST),
    "manage_polls": all_of(_POLLS_ON, _POLLS, _POST),
    "manage_photos": section("photos_access", "w"),
    "manage_members": _HANDLES,
    "manage_calendar": section("calendar_access", "w"),
    "manage_chats": section("chat_access", "w"),
    "view_member_directory": section("member_directory_access", "r"),
    "manage_files": section("files_access", "w"),
    "manage_wiki": section("wiki_access", "w"),
    "manage_subscription": member,
    "public_page": whoever_knows,
    "sub_page": member,
    "mod_page": moderator,
}


def compute(view: GroupView, stands: Standing, chosen: str = "") -> Perms:
    """The permissions of whoever stands so to the group; *chosen* are the rights of their membership."""
    case = Case(stands, view, rights_of(stands, chosen))
    flags: dict[str, Any] = {name: TABLE[name](case) for name in _NAMES}
    return Perms(**flags)


def of_member(view: GroupView, who: Member | None) -> Perms:
    """The permissions of a membership (None: somebody who is not in the group)."""
    return compute(view, groups.stands(view, who), who.mod_permissions if who else "")
