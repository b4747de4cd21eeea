"""A group's settings by their Groups.io names, as the seed and the command line take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from folkmoot.domain.access import Archive, Posting
from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups import GroupView, Joining, Moderation
from folkmoot.domain.members import Delivery
from folkmoot.wire.groupsio.group import Group

PRIVACY: dict[str, tuple[Archive, bool]] = {
    "group_privacy_none": (Archive.PUBLIC, True),
    "group_privacy_archives": (Archive.MEMBERS, True),
    "group_privacy_unlisted": (Archive.MEMBERS, False),
    "group_privacy_unlisted_public": (Archive.PUBLIC, False),
}
"""A group's privacy as (who reads the archive, whether it is listed)."""
DELIVERY: dict[str, Delivery] = {f"email_delivery_{kind.name.lower()}": kind for kind in Delivery}
MODERATION = {"moderated": Moderation.ALL, "not_moderated": Moderation.NOBODY}
_READ_ONLY = """
id object created updated type nice_group_name plain_desc plan trial_group has_cover_photo has_icon org_id
org_domain subs_count pending_subs_count pending_msgs_count open_chats_count threads_count
messages_count most_recent_message cover_photo_url icon_url group_url perms email_address
extra_member_data_columns parent_group_id name alias locked
"""
READ_ONLY = frozenset(_READ_ONLY.split())
_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Group) if field.name not in READ_ONLY}


def _privacy(value: str) -> dict[str, Any]:
    archive, listed = PRIVACY[value]
    return {"archive": int(archive), "listed": listed}


COLUMNS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "title": lambda v: {"title": v},
    "desc": lambda v: {"description": v},
    "privacy": _privacy,
    "subject_tag": lambda v: {"subject_tag": v},
    "restricted": lambda v: {"joining": int(Joining.APPROVAL if v else Joining.OPEN)},
    "announce": lambda v: {"posting": int(Posting.MODERATORS)} if v else {},
    "allow_non_subs_to_post": lambda v: {"posting": int(Posting.ANYONE)} if v else {},
    "moderation": lambda v: (
        {"moderation": int(MODERATION[v])} if v in MODERATION else {"settings": {"moderation": v}}
    ),
    "moderated": lambda v: {"moderation": int(Moderation.ALL)} if v else {},
    "new_users_moderated": lambda v: {"moderation": int(Moderation.NEW_MEMBERS)} if v else {},
}
"""Settings that are columns of ours; all others are kept under their own names."""


def translate(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings as fields of NewGroup or GroupChange. Raises Invalid(name of the setting, why)."""
    out: dict[str, Any] = {}
    further: dict[str, Any] = {}
    for name, value in given.items():
        if name != "moderated" and name not in _FIELDS:
            raise Invalid(name, "unknown", f"{name}: no group setting is called so")
        kept = _checked(name, value)
        columns = COLUMNS[name](kept) if name in COLUMNS else {"settings": {name: kept}}
        further.update(columns.pop("settings", {}))
        out.update(columns)
    # The stricter of two that speak about the same thing wins, whatever their order.
    if given.get("moderated"):
        out["moderation"] = int(Moderation.ALL)
    if given.get("announce"):
        out["posting"] = int(Posting.MODERATORS)
    if further:
        out["settings"] = further
    return out


def _checked(name: str, value: Any) -> Any:
    kind = bool if name == "moderated" else _FIELDS[name]
    try:
        kept = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Invalid(name, "invalid", f"{name}: {str(error).replace('`', '')}") from None
    if name == "privacy" and kept not in PRIVACY:
        raise Invalid(name, "invalid", f"{name}: {value} is for subgroups")
    return kept


def differences(view: GroupView, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the wanted fields that the group has otherwise."""
    out = {
        name: value for name, value in wanted.items() if name != "settings" and getattr(view, name) != value
    }
    further = {
        name: value for name, value in wanted.get("settings", {}).items() if view.settings.get(name) != value
    }
    return {**out, "settings": further} if further else out


def delivery(word: str) -> Delivery:
    """`digest` or `email_delivery_digest` as Delivery. Raises Invalid("email_delivery")."""
    found = DELIVERY.get(word, DELIVERY.get(f"email_delivery_{word}"))
    if found is None:
        options = ", ".join(kind.name.lower() for kind in Delivery)
        raise Invalid("email_delivery", "invalid", f"email_delivery: {word!r} is none of {options}")
    return found
