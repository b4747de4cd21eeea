"""A group's settings by their Groups.io names and in the domain's words: one table, read both ways."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any

import msgspec

from folkmoot.domain.access import Archive, Posting
from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups.groups import GroupView, Joining, Moderation
from folkmoot.domain.groups.members import APPROVED_BY_DEFAULT, Delivery
from folkmoot.wire.groupsio.enums import EmailDelivery
from folkmoot.wire.groupsio.group import Group
from folkmoot.wire.groupsio.request_enums import FigLeaf

PRIVACY: dict[str, tuple[Archive, bool]] = {
    "group_privacy_none": (Archive.PUBLIC, True),
    "group_privacy_archives": (Archive.MEMBERS, True),
    "group_privacy_unlisted": (Archive.MEMBERS, False),
    "group_privacy_unlisted_public": (Archive.PUBLIC, False),
    "group_privacy_limited_archives": (Archive.PARENT, True),
}
"""A group's privacy as (who reads the archive, whether it is listed); the words of subgroups begin with sub_, and the
last is for them only."""
PRIVACY_WORD = {pair: word for word, pair in PRIVACY.items()}
DELIVERY: dict[str, Delivery] = {f"email_delivery_{kind.name.lower()}": kind for kind in Delivery}
_DELIVERY_WORDS: dict[int, EmailDelivery] = {
    Delivery.SINGLE: "email_delivery_single",
    Delivery.DIGEST: "email_delivery_digest",
    Delivery.SUMMARY: "email_delivery_summary",
    Delivery.SPECIAL: "email_delivery_special",
    Delivery.NONE: "email_delivery_none",
    Delivery.HTML_DIGEST: "email_delivery_html_digest",
}


class Setting(msgspec.Struct, frozen=True):
    """One setting that is kept among GroupView.settings: their name, our key, the prefix that their words have and
    ours have not, and what counts while nothing was said (in their words). *private*: for moderators only."""

    name: str
    key: str
    prefix: str = ""
    default: Any = False
    private: bool = False


def _access(name: str) -> Setting:
    return Setting(name, name, "group_access_", "group_access_subscribers")


def _photo(name: str) -> Setting:
    return Setting(name, name, "max_photo_size_", "max_photo_size_none")


FURTHER: tuple[Setting, ...] = (
    Setting("footer", "footer", default="", private=True),
    Setting("website", "website", default=""),
    Setting("unmoderate_users_after", "approvals_needed", default=APPROVED_BY_DEFAULT, private=True),
    Setting("force_html_emails", "force_html"),
    Setting("normalize_html_emails", "normalise_html"),
    Setting("reply_to", "reply_to", "group_reply_to_", "group_reply_to_group"),
    Setting("remove_other_reply_options", "reply_to_only"),
    Setting("seperate_footers", "separate_footers", private=True),
    Setting("allow_downloads", "downloads", "allow_downloads_", "allow_downloads_no"),
    Setting("members_visible", "members_visible", "group_view_members_", "group_view_members_moderators"),
    Setting("sub_group_access", "subgroup_access", "sub_group_", "sub_group_owners"),
    _access("calendar_access"),
    _access("files_access"),
    _access("database_access"),
    _access("wiki_access"),
    _access("photos_access"),
    _access("member_directory_access"),
    Setting("polls_access", "polls_access", "polls_access_", "polls_access_subscribers"),
    _access("chat_access"),
    Setting("handle_attachments", "attachments", "group_attachments_", "group_attachments_normal"),
    Setting("plain_text_only", "plain_text_only"),
    Setting("handle_virus", "viruses", "handle_virus_", "handle_virus_block", private=True),
    _photo("max_photo_size_email"),
    _photo("max_photo_size_photos"),
    _photo("max_photo_size_databases"),
    _photo("max_photo_size_wiki_images"),
    Setting("hash_tags_required", "tags_required"),
    Setting("hash_tag_permissions", "new_tags", "hash_tag_create_", "hash_tag_create_subs"),
    Setting("bounce_attachments", "bounce_attachments", private=True),
    Setting("allow_photos_in_files", "photos_in_files"),
    Setting("allow_reposts", "reposts"),
    Setting("min_days_between_reposts", "repost_days", default=0),
    Setting("max_number_of_reposts", "reposts_max", default=0),
    Setting("email_delivery_default", "delivery", "email_delivery_", "email_delivery_single"),
    Setting("message_selection_default", "selection", "message_selection_", "message_selection_all"),
    Setting("auto_follow_replies_default", "follow_replies"),
    Setting(
        "max_attachment_size_default",
        "max_attachment",
        "max_attachment_size_",
        "max_attachment_size_unlimited",
    ),
    Setting("default_color", "colour", "color_", "color_none"),
    Setting("default_timezone", "timezone", default="UTC"),
    Setting("default_time_pref", "time_style", default="standard_time"),
    Setting("default_date_pref", "date_style", default="iso_date"),
    Setting("default_monday_start", "monday_first", default=True),
    Setting("disable_edits", "no_edits"),
    Setting("disable_no_email", "mail_needed"),
    Setting("auto_close_threads", "close_threads"),
    Setting("close_threads_after", "close_threads_days", default=0),
    Setting("auto_moderate_threads", "moderate_threads", private=True),
    Setting("moderate_threads_after", "moderate_threads_days", default=0, private=True),
    Setting("sticky_wiki_page_id", "wiki_front_page", default=0),
    Setting("sub_group_categoryid", "subgroup_category", default=0),
    Setting("send_event_summaries", "event_summaries"),
    Setting("event_summary_schedule", "event_summary_day", "event_summary_", "event_summary_weekly_friday"),
    Setting("send_invites_on_join", "invite_on_join"),
)
UNSHOWN = Setting("fig_leaf", "address_mask", "fig_leaf_", "fig_leaf_none")
"""A setting that can be set and is in no answer."""
_OURS = {"subs": "members"}
_THEIRS = {"members": "subs"}
BY_NAME = {setting.name: setting for setting in (*FURTHER, UNSHOWN)}
COLUMNS = frozenset(
    [
        "title",
        "desc",
        "subject_tag",
        "privacy",
        "restricted",
        "announce",
        "allow_non_subs_to_post",
        "moderation",
        "moderated",
        "new_users_moderated",
        "allow_parent_subs_to_post",
        "lock_group",
    ]
)
"""Settings that decide something in queries: columns of ours, some of them spread over two names of theirs."""
NUMBERS = {
    "unmoderate_users_after": 10_000,
    "close_threads_after": 36_500,
    "moderate_threads_after": 36_500,
    "min_days_between_reposts": 36_500,
    "max_number_of_reposts": 10_000,
}
LENGTHS = {"title": 100, "subject_tag": 100, "footer": 10_000, "website": 1_000, "desc": 20_000}
_TYPES: dict[str, Any] = {
    **{field.name: field.type for field in msgspec.structs.fields(Group)},
    "moderated": bool,
    "lock_group": bool,
    "fig_leaf": FigLeaf,
}


# ── theirs from ours ─────────────────────────────────────────────────────────────────────────────────────────


def shown(view: GroupView, *, to_moderators: bool) -> dict[str, Any]:
    """All settings of a group by their Groups.io names; for others than moderators private ones look unset."""
    out = {**_columns(view), **{setting.name: _read(view, setting) for setting in FURTHER}}
    if not to_moderators:
        out.update((setting.name, setting.default) for setting in FURTHER if setting.private)
        out.update(moderation="not_moderated", new_users_moderated=False)
    return out


def _columns(view: GroupView) -> dict[str, Any]:
    moderation = "moderated" if view.moderation == Moderation.ALL else "not_moderated"
    if view.moderation == Moderation.ALL and view.settings.get("first_posts_only"):
        moderation = "first_message_moderated"
    prefix = "sub_" if view.parent_id is not None else ""
    return {
        "title": view.title,
        "subject_tag": view.subject_tag,
        "privacy": prefix + PRIVACY_WORD[Archive(view.archive), view.listed],
        "restricted": view.joining != Joining.OPEN,
        "announce": view.posting == Posting.MODERATORS,
        "allow_non_subs_to_post": view.posting == Posting.ANYONE
        or (view.posting == Posting.MODERATORS and bool(view.settings.get("strangers"))),
        "moderation": moderation,
        "new_users_moderated": view.moderation == Moderation.NEW_MEMBERS
        or (view.moderation == Moderation.ALL and bool(view.settings.get("newcomers"))),
        "allow_parent_subs_to_post": view.parent_posts,
    }


def _read(view: GroupView, setting: Setting) -> Any:
    if setting.key not in view.settings:
        return setting.default
    value = view.settings[setting.key]
    try:
        theirs = setting.prefix + _THEIRS.get(value, value) if setting.prefix else value
        return msgspec.convert(theirs, _TYPES[setting.name])
    except (msgspec.ValidationError, TypeError):  # kept by a version that knew other words
        return setting.default


def word(view: GroupView, name: str) -> Any:
    """One of the further settings in our own words."""
    setting = BY_NAME[name]
    value = _read(view, setting)
    return _ours(setting, value)


def _ours(setting: Setting, value: Any) -> Any:
    """A value in our own words."""
    if not isinstance(value, str) or not setting.prefix:
        return value
    bare = value.removeprefix(setting.prefix)
    return _OURS.get(bare, bare)


# ── ours from theirs ─────────────────────────────────────────────────────────────────────────────────────────


def translate(
    given: Mapping[str, Any], now: GroupView | None = None, *, below: bool = False
) -> dict[str, Any]:
    """The given settings as fields of NewGroup or GroupChange; *now* is the group as it stands, for those that
    speak about the same column; *below*: it is a subgroup.

    Raises Invalid(name of the setting, "unknown" | "invalid").
    """
    below = below or (now is not None and now.parent_id is not None)
    checked = {name: _checked(name, value, below=below) for name, value in given.items()}
    fields: dict[str, Any] = {}
    further = {
        BY_NAME[name].key: _ours(BY_NAME[name], value) for name, value in checked.items() if name in BY_NAME
    }
    for theirs, ours in (("title", "title"), ("desc", "description"), ("subject_tag", "subject_tag")):
        if theirs in checked:
            fields[ours] = checked[theirs]
    if "privacy" in checked:
        archive, listed = PRIVACY[checked["privacy"]]
        fields.update(archive=int(archive), listed=listed)
    for theirs, ours in (("lock_group", "locked"), ("allow_parent_subs_to_post", "parent_posts")):
        if theirs in checked:
            fields[ours] = checked[theirs]
    if "restricted" in checked:
        fields["joining"] = _joining(checked["restricted"], now)
    if checked.keys() & {"announce", "allow_non_subs_to_post"}:
        fields["posting"], anyone = _posting(checked, now)
        _keep(further, now, strangers=anyone)
    if checked.keys() & {"moderation", "moderated", "new_users_moderated"}:
        fields["moderation"], first_only, newcomers = _moderation(checked, now)
        _keep(further, now, first_posts_only=first_only, newcomers=newcomers)
    return {**fields, "settings": further} if further else fields


def _keep(further: dict[str, Any], now: GroupView | None, **told: bool) -> None:
    """Remember what a stricter word hides for now; a group that was never told so says nothing of it."""
    for key, value in told.items():
        if value or (now is not None and key in now.settings):
            further[key] = value


def _joining(restricted: bool, now: GroupView | None) -> int:
    if not restricted:
        return int(Joining.OPEN)
    return now.joining if now is not None and now.joining != Joining.OPEN else int(Joining.APPROVAL)


def _posting(given: Mapping[str, Any], now: GroupView | None) -> tuple[int, bool]:
    """(our posting, whether anybody may where it is not for moderators only)."""
    was = _columns(now) if now is not None else {}
    anyone = given.get("allow_non_subs_to_post", was.get("allow_non_subs_to_post", False))
    if given.get("announce", was.get("announce", False)):
        return int(Posting.MODERATORS), anyone
    return int(Posting.ANYONE if anyone else Posting.MEMBERS), anyone


def _moderation(given: Mapping[str, Any], now: GroupView | None) -> tuple[int, bool, bool]:
    """(our moderation, only of the first post of a thread, of newcomers too: kept for when the first is turned off).
    The strictest of what was said counts."""
    was = _columns(now) if now is not None else {}
    level = given.get("moderation", was.get("moderation", "not_moderated"))
    if "moderated" in given and "moderation" not in given:
        level = "moderated" if given["moderated"] else "not_moderated"
    elif given.get("moderated"):
        level = "moderated"
    newcomers = given.get("new_users_moderated", was.get("new_users_moderated", False))
    if level != "not_moderated":
        return int(Moderation.ALL), level == "first_message_moderated", newcomers
    return int(Moderation.NEW_MEMBERS if newcomers else Moderation.NOBODY), False, newcomers


def _checked(name: str, value: Any, *, below: bool) -> Any:
    if name not in BY_NAME and name not in COLUMNS:
        raise Invalid(name, "unknown", f"{name}: no group setting is called so")
    try:
        kept = msgspec.convert(value, _TYPES[name])
    except msgspec.ValidationError as error:
        raise Invalid(name, "invalid", f"{name}: {str(error).replace('`', '')}") from None
    if name == "privacy":
        kept = kept.removeprefix("sub_") if below else kept
        if kept not in PRIVACY or (kept == "group_privacy_limited_archives" and not below):
            raise Invalid(name, "unknown", f"{name}: {value} is for subgroups")
    if name in NUMBERS and not 0 <= kept <= NUMBERS[name]:
        raise Invalid(name, "unknown", f"{name}: from 0 to {NUMBERS[name]}")
    if name in LENGTHS and len(kept) > LENGTHS[name]:
        raise Invalid(name, "unknown", f"{name}: too long")
    if kept == "group_reply_to_other_group":
        raise Invalid(name, "unknown", f"{name}: no setting says which other group that is")
    if name == "default_timezone" and kept not in zoneinfo.available_timezones():
        raise Invalid(name, "unknown", f"{name}: {kept} is no time zone")
    return kept


def differences(view: GroupView, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the wanted fields (of `translate`) that the group has otherwise."""
    out = {key: value for key, value in wanted.items() if key != "settings" and getattr(view, key) != value}
    further = {
        key: value for key, value in wanted.get("settings", {}).items() if view.settings.get(key) != value
    }
    return {**out, "settings": further} if further else out


def delivery(text: str) -> Delivery:
    """`digest` or `email_delivery_digest` as Delivery. Raises Invalid("email_delivery")."""
    found = DELIVERY.get(text, DELIVERY.get(f"email_delivery_{text}"))
    if found is None:
        options = ", ".join(kind.name.lower() for kind in Delivery)
        raise Invalid("email_delivery", "invalid", f"email_delivery: {text!r} is none of {options}")
    return found


def delivery_word(kind: int) -> EmailDelivery:
    """How a member gets the mail, in Groups.io's word."""
    return _DELIVERY_WORDS.get(kind, "email_delivery_single")
