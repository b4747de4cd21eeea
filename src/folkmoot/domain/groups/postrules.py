"""What a group's settings make of a post that is let in: tags and files taken away, marks for the mail set."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import grouprights, space, tagrules
from folkmoot.domain.media import litter, media
from folkmoot.domain.posts.drafts import say_left_out
from folkmoot.kit.markup.links import fold
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.groups.moderation import Case
    from folkmoot.domain.posts.drafts import Draft

_TAG: Final = re.compile(r"(?<!\S)#([^\s#]+)")


def leaves_no_room(tx: Tx, case: Case) -> bool:
    """Whether the files of the draft do not fit into the group's space any more."""
    draft = case.draft
    if not (draft.files or draft.media_ids):
        return False
    size = sum(each.size for each in draft.files) + media.bytes_of(tx, draft.media_ids)
    return not space.fits(tx, case.stands.group_id, case.settings, size)


def new_tags(tx: Tx, case: Case) -> list[str]:
    """The folded tags of the draft that are new in the group, where its author may make none."""
    if grouprights.may(grouprights.Case(case.stands, case.settings), "make_tags"):
        return []
    names = tagrules.names_in(case.draft.title, case.draft.text, case.draft.markup)
    return tagrules.unknown(tx, case.stands.group_id, names)


def _leave_out_files(tx: Tx, draft: Draft) -> None:
    """Go without the files, and say so. Raises Forbidden("no_space") where nothing else is left."""
    if not draft.text.strip() and not draft.html:
        raise Forbidden("the group has no space left for files", code="no_space")
    say_left_out(draft, len(draft.files), "the group has no space left for files")
    litter.drop(tx, *(each.blob for each in draft.files))
    draft.files = []


def shape(tx: Tx, case: Case) -> frozenset[str]:
    """Take from the draft what its group does not want, and mark it for the mail; returns the folded tags that it is
    not to bear. Raises Forbidden("no_space") where nothing is left."""
    draft, settings = case.draft, case.settings
    if draft.files and leaves_no_room(tx, case):
        _leave_out_files(tx, draft)
    marks = {
        "special": any(r.special for r in case.rules),
        "unmailed": any(r.unmailed for r in case.rules),
        "to_followers": not case.begins and tagrules.reply_policy(case.rules, settings) == "followers",
    }
    if any(marks.values()):
        draft.extra = {**{name: True for name, is_so in marks.items() if is_so}, **draft.extra}
    if settings.get("new_tags") != "mods_strip":
        return frozenset()
    gone = frozenset(new_tags(tx, case))
    if gone:
        kept = _TAG.sub(lambda found: "" if fold(found[1]) in gone else found[0], draft.title)
        draft.title = " ".join(kept.split())
    return gone
