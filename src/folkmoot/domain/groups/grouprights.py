"""What a viewer may do in a group, by role, moderator's rights, the group's settings and the group above: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Standing, Viewer, may_in_group, standing
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.rights import LISTING
from folkmoot.store.schema.grouplife import group_notices
from folkmoot.store.schema.groups import groups
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx


class Case(msgspec.Struct, frozen=True):
    """Everything that is decided from. *settings* as in GroupView; *guidelines*: None where the group has none, else
    whether they are for members only."""

    stands: Standing
    settings: Mapping[str, Any]
    guidelines: bool | None = None

    @property
    def member(self) -> bool:
        return self.stands.is_member or self.stands.everything


Rule = Callable[[Case], bool]


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
    """One of rights.GROUP_ACTS, which ask for no settings."""
    return lambda case: may_in_group(case.stands, name)


def right(*names: str) -> Rule:
    """One of these rights."""
    return lambda case: not case.stands.rights.isdisjoint(names)


def any_of(*rules: Rule) -> Rule:
    return lambda case: any(rule(case) for rule in rules)


def all_of(*rules: Rule) -> Rule:
    return lambda case: all(rule(case) for rule in rules)


SECTIONS: Final[dict[str, tuple[str, str, str]]] = {
    "subscribers": ("", "", "rw"),
    "subscribers_no_folders": ("", "", "rw"),
    "limited": ("", "", "r"),
    "moderators_only": ("", "", ""),
    "public": ("r", "r", "rw"),
    "public_limited": ("r", "r", "r"),
    "parent": ("", "r", "rw"),
    "parent_limited": ("", "r", "r"),
    "public_parent": ("r", "rw", "rw"),
    "public_parent_limited": ("r", "r", "r"),
}
"""What everybody, members of the group above, and members may do in a section by its setting; moderators may all,
unless it is "none"."""


def section(name: str, need: str) -> Rule:
    """Reading ("r") or writing ("w") in the section with that setting."""

    def rule(case: Case) -> bool:
        value = case.settings.get(name, "subscribers")
        if value not in SECTIONS or not case.stands.may_know:
            return False
        everybody, above, members = SECTIONS[value]
        if case.stands.locked and need == "w":
            return False
        from_above = case.stands.is_parent_member and need in above
        return (
            case.stands.is_moderator or need in everybody or from_above or (case.member and need in members)
        )

    return rule


def by_setting(name: str, default: str, moderators: Rule = moderator) -> Rule:
    """A setting whose words are members, moderators and owners."""
    reach: dict[str, Rule] = {"members": member, "moderators": moderators, "owners": owner}

    def rule(case: Case) -> bool:
        return owner(case) or reach.get(str(case.settings.get(name, default)), owner)(case)

    return rule


def has(name: str, default: object, *words: object) -> Rule:
    return lambda case: case.settings.get(name, default) in words


_POLLS_WORDS: Final = ("subscribers", "moderators_only")
_POLLS_ON = has("polls_access", "subscribers", *_POLLS_WORDS)
_POST = act("post")
_READ = act("read_archive")


def polls_on(settings: Mapping[str, Any]) -> bool:
    """Whether a group with these settings has polls, for those who read its archive."""
    return settings.get("polls_access", "subscribers") in _POLLS_WORDS


def _guidelines(case: Case) -> bool:
    return case.guidelines is not None and case.stands.may_know and (not case.guidelines or case.member)


ACTS: Final[dict[str, Rule]] = {
    "read_archive": _READ,
    "see_polls": all_of(_POLLS_ON, _READ),
    "see_members": any_of(by_setting("members_visible", "moderators"), right(*LISTING)),
    "see_chats": section("chat_access", "r"),
    "see_calendar": section("calendar_access", "r"),
    "see_files": section("files_access", "r"),
    "see_tables": section("database_access", "r"),
    "see_photos": section("photos_access", "r"),
    "see_wiki": section("wiki_access", "r"),
    "see_directory": section("member_directory_access", "r"),
    "see_tags": _READ,
    "see_guidelines": _guidelines,
    "see_subgroups": member,
    "see_donations": never,
    "see_sponsors": never,
    "make_subgroups": any_of(
        right("subgroups"), by_setting("subgroup_access", "owners", moderators=right("subgroups"))
    ),
    "delete_group": act("delete_group"),
    "download_archive": any_of(moderator, all_of(member, has("downloads", "no", "yes"))),
    "download_group": owner,
    "download_members": all_of(moderator, right(*LISTING)),
    "see_log": act("see_log"),
    "make_tags": any_of(right("tags"), all_of(member, has("new_tags", "members", "members"))),
    "manage_tags": act("manage_tags"),
    "manage_integrations": right("integrations"),
    "change_settings": act("change_settings"),
    "set_roles": act("set_roles"),
    "set_options": act("set_options"),
    "approve_members": act("approve_members"),
    "remove_members": act("remove_members"),
    "ban_members": act("ban_members"),
    "manage_billing": right("billing"),
    "manage_payments": right("payments"),
    "edit_archive": act("edit_archive"),
    "approve": act("approve"),
    "invite_members": act("invite_members"),
    "post": _POST,
    "vote": all_of(_POLLS_ON, member, _POST),
    "make_polls": all_of(
        any_of(
            all_of(moderator, _POLLS_ON), all_of(member, has("polls_access", "subscribers", "subscribers"))
        ),
        _POST,
    ),
    "write_photos": section("photos_access", "w"),
    "manage_members": act("manage_members"),
    "write_calendar": section("calendar_access", "w"),
    "write_chats": section("chat_access", "w"),
    "read_directory": section("member_directory_access", "r"),
    "write_files": section("files_access", "w"),
    "write_wiki": section("wiki_access", "w"),
    "change_own_membership": member,
    "public_page": whoever_knows,
    "member_page": member,
    "moderator_page": moderator,
}
"""All that may be done, and the rule that decides it."""
_FACTS = Query(
    sa.select(
        groups.c.settings,
        sa.select(group_notices.c.private)
        .where(group_notices.c.group_id == groups.c.account_id, group_notices.c.kind == "guidelines")
        .scalar_subquery(),
    ).where(groups.c.account_id == p("id"))
)


def case_of(tx: Tx, stands: Standing) -> Case:
    """What is decided from, for a viewer who stands so to a group."""
    settings, private = tx.one(_FACTS, id=stands.group_id) or ("{}", None)
    return Case(stands, msgspec.json.decode(settings), None if private is None else bool(private))


def may(case: Case, name: str) -> bool:
    """Whether the act of ACTS is allowed."""
    return ACTS[name](case)


def require(tx: Tx, viewer: Viewer, group_id: int, name: str) -> Standing:
    """How the viewer stands to the group. Raises NotFound, Forbidden(the act) where the act is not allowed."""
    stands = standing(tx, viewer, group_id)
    if not may(case_of(tx, stands), name):
        raise Forbidden(f"you may not {name.replace('_', ' ')} in this group", code=name)
    return stands
