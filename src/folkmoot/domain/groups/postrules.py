"""What a group's settings make of a post that is let in: tags and files taken away, marks for the mail set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import grouprights, tagrules
from folkmoot.kit.markup.links import fold
from folkmoot.store.schema.sections import group_space
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.groups.moderation import Case

QUOTA: Final = 10 * 1024**3
"""Bytes of files that a group may have, where its settings name no other "files_quota"."""
_USED = Query(sa.select(group_space.c.used).where(group_space.c.group_id == p("group_id")))
_TAG: Final = re.compile(r"(?<!\S)#([^\s#]+)")


def quota(settings: Mapping[str, Any]) -> int:
    """Bytes of files that the group with these settings may have."""
    told = settings.get("files_quota", QUOTA)
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else QUOTA


def is_full(tx: Tx, group_id: int, settings: Mapping[str, Any], more: int = 1) -> bool:
    """Whether the group's files leave no room for *more* bytes."""
    return int(tx.value(_USED, group_id=group_id) or 0) + more > quota(settings)


def new_tags(tx: Tx, case: Case) -> list[str]:
    """The folded tags of the draft that are new in the group, where its author may make none."""
    if grouprights.may(grouprights.Case(case.stands, case.settings), "make_tags"):
        return []
    names = tagrules.names_in(case.draft.title, case.draft.text, case.draft.markup)
    return tagrules.unknown(tx, case.stands.group_id, names)


def shape(tx: Tx, case: Case) -> frozenset[str]:
    """Take from the draft what its group does not want, and mark it for the mail; returns the folded tags that it is
    not to bear. Raises Forbidden("no_space") where nothing is left."""
    draft, settings = case.draft, case.settings
    if (draft.files or draft.media_ids) and is_full(tx, case.stands.group_id, settings):
        draft.files, draft.media_ids = [], []
        if not draft.text.strip() and not draft.html:
            raise Forbidden("the group has no space left for files", code="no_space")
    marks = {"special": any(r.special for r in case.rules), "unmailed": any(r.unmailed for r in case.rules)}
    if any(marks.values()):
        draft.extra = {**draft.extra, **{name: True for name, is_so in marks.items() if is_so}}
    if settings.get("new_tags") != "mods_strip":
        return frozenset()
    gone = frozenset(new_tags(tx, case))
    if gone:
        kept = _TAG.sub(lambda found: "" if fold(found[1]) in gone else found[0], draft.title)
        draft.title = " ".join(kept.split())
    return gone
