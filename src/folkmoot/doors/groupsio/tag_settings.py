"""A tag's rules in a group by their Groups.io names and in the domain's words: one table, read both ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from folkmoot.domain.errors import Invalid
from folkmoot.domain.groups.tagrules import TagRule
from folkmoot.wire.groupsio.enums import HashtagUntil, ThreadReplyTo

NAMES: Final = {
    "mods_only_post": "mods_begin",
    "mods_only_replies": "mods_answer",
    "no_email": "unmailed",
    "moderated": "held",
    "replies_unmoderated": "answers_free",
    "special": "special",
    "locked": "closed",
    "close_instead_of_delete": "closes",
    "description": "description",
    "until": "life_days",
    "reply_to": "reply_to",
}
"""Theirs to fields of TagRule."""
REPLY_TO: Final[dict[str, ThreadReplyTo]] = {
    "": "thread_reply_group_default",
    "group": "thread_reply_to_group",
    "sender": "thread_reply_to_sender",
    "moderators": "thread_reply_to_moderators",
    "group_and_sender": "thread_reply_to_group_and_sender",
    "followers": "thread_reply_to_followers",
    "only_sender": "thread_reply_only_to_sender",
}
UNTIL: Final[dict[int, HashtagUntil]] = {
    0: "hashtag_delete_never",
    1: "hashtag_delete_day",
    7: "hashtag_delete_week",
    30: "hashtag_delete_month",
    91: "hashtag_delete_3months",
    182: "hashtag_delete_6months",
    365: "hashtag_delete_year",
}
_REPLY_TO: Final[dict[str, str]] = {word: ours for ours, word in REPLY_TO.items()}
_UNTIL: Final[dict[str, int]] = {word: days for days, word in UNTIL.items()}
_WORDS: Final[dict[str, Mapping[str, Any]]] = {"until": _UNTIL, "reply_to": _REPLY_TO}
assert set(_UNTIL) == set(get_args(HashtagUntil))


def shown(rule: TagRule) -> dict[str, Any]:
    """A tag's rules as fields of Hashtag."""
    told = {theirs: getattr(rule, ours) for theirs, ours in NAMES.items()}
    return {**told, "until": UNTIL[rule.life_days], "reply_to": REPLY_TO[rule.reply_to]}


def translate(given: Mapping[str, Any]) -> dict[str, Any]:
    """Given rules as fields of TagRule. Raises Invalid(name, "unknown")."""
    out: dict[str, Any] = {}
    for name, value in given.items():
        known = _WORDS.get(name)
        if name not in NAMES or (known is not None and value not in known):
            raise Invalid(name, "unknown", f"{name}: no rule of a tag, or not one of its values")
        out[NAMES[name]] = value if known is None else known[value]
    return out
