"""What the caller may do in a group: the names of forty-nine permissions for acts of the domain, and rights' names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.access import Standing
from folkmoot.domain.groups import grouprights, groups, members
from folkmoot.domain.groups.grouprights import Case
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.groups.members import Member
from folkmoot.domain.rights import NONE, RIGHTS, USUAL
from folkmoot.wire.groupsio.perms import Perms

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

RIGHT_NAMES: Final = dict(
    zip(
        (
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
        ),
        ("posts", "applicants", "invite", "remove", "ban", "roles", "tags", "settings", "options", "integrations",
         "archive", "billing", "subgroups", "list", "payments"),
        strict=True,
    )
)  # fmt: skip
"""A moderator's rights: theirs to ours."""
_ALIASES: Final = {
    "sub_perm_pendingmsgs": "sub_perm_pendingmsg",
    "sub_perm_createhashtags": "sub_perm_managehashtags",
}
_THEIRS: Final = {ours: theirs for theirs, ours in RIGHT_NAMES.items()}
ACTS: Final[dict[str, str]] = {
    "archives_visible": "read_archive",
    "polls_visible": "see_polls",
    "members_visible": "see_members",
    "chat_visible": "see_chats",
    "calendar_visible": "see_calendar",
    "files_visible": "see_files",
    "database_visible": "see_tables",
    "photos_visible": "see_photos",
    "wiki_visible": "see_wiki",
    "member_directory_visible": "see_directory",
    "hashtags_visible": "see_tags",
    "guidelines_visible": "see_guidelines",
    "subgroups_visible": "see_subgroups",
    "open_donations_visible": "see_donations",
    "sponsor_visible": "see_sponsors",
    "manage_subgroups": "make_subgroups",
    "delete_group": "delete_group",
    "download_archives": "download_archive",
    "download_entire_group": "download_group",
    "download_members": "download_members",
    "view_activity": "see_log",
    "create_hashtags": "make_tags",
    "manage_hashtags": "manage_tags",
    "manage_integrations": "manage_integrations",
    "manage_group_settings": "change_settings",
    "make_moderator": "set_roles",
    "manage_member_subscription_options": "set_options",
    "manage_pending_members": "approve_members",
    "remove_members": "remove_members",
    "ban_members": "ban_members",
    "manage_group_billing": "manage_billing",
    "manage_group_payments": "manage_payments",
    "edit_archives": "edit_archive",
    "manage_pending_messages": "approve",
    "invite_members": "invite_members",
    "can_post": "post",
    "can_vote": "vote",
    "manage_polls": "make_polls",
    "manage_photos": "write_photos",
    "manage_members": "manage_members",
    "manage_calendar": "write_calendar",
    "manage_chats": "write_chats",
    "view_member_directory": "read_directory",
    "manage_files": "write_files",
    "manage_wiki": "write_wiki",
    "manage_subscription": "change_own_membership",
    "public_page": "public_page",
    "sub_page": "member_page",
    "mod_page": "moderator_page",
}
"""Permissions: theirs to acts of the domain."""
PERMISSION: Final = {act: name for name, act in ACTS.items()}


def theirs(chosen: str) -> str:
    """A moderator's kept rights in the API's words, divided by commas."""
    held = USUAL if not chosen else frozenset(chosen.split(",")) - {NONE}
    return ",".join(_THEIRS[right] for right in RIGHTS if right in held)


EVERY: Final = ",".join(RIGHT_NAMES)


def ours(text: str) -> frozenset[str] | None:
    """Rights in the API's words as ours; None where a word is unknown."""
    words = [_ALIASES.get(part.strip(), part.strip()) for part in text.split(",") if part.strip()]
    if any(word not in RIGHT_NAMES for word in words):
        return None
    return frozenset(RIGHT_NAMES[word] for word in words)


def compute(case: Case) -> Perms:
    """The permissions of whoever stands so to the group."""
    flags: dict[str, Any] = {name: grouprights.may(case, act) for name, act in ACTS.items()}
    return Perms(**flags)


def own(tx: Tx, stands: Standing) -> Perms:
    """The permissions of the viewer who stands so."""
    return compute(grouprights.case_of(tx, stands))


def of_members(tx: Tx, view: GroupView, people: list[Member]) -> dict[int, Perms]:
    """The permissions of several memberships of one group, by account."""
    ids = [who.account_id for who in people]
    above = members.of_people(tx, view.parent_id, ids) if view.parent_id is not None else {}
    shared = grouprights.case_of(tx, groups.stands(view, None)) if people else None
    out: dict[int, Perms] = {}
    alike: dict[tuple[object, ...], Perms] = {}
    for who in people:
        assert shared is not None
        stands = groups.stands(view, who, above.get(who.account_id))
        key = (stands.role, stands.status, stands.member_posting, stands.chosen, stands.parent_status)
        if key not in alike:
            alike[key] = compute(Case(stands, shared.settings, shared.guidelines))
        out[who.account_id] = alike[key]
    return out


def of_one(view: GroupView, who: Member | None, above: Member | None, *, guidelines: bool | None) -> Perms:
    """The same for one membership, from what was read before."""
    return compute(Case(groups.stands(view, who, above), view.settings, guidelines))
