"""Saying something in the name of a group: the group is the author, and its log knows who wrote it."""

from __future__ import annotations

from folkmoot.domain.access import Viewer, require_in_group, standing
from folkmoot.domain.groups import groupacts
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft, Written
from folkmoot.store.tx import Tx


def write(tx: Tx, viewer: Viewer, draft: Draft, *, via: str = "") -> Written:
    """Begin a thread in the draft's group as the group itself. Raises as posts.write, Forbidden("speak_as_group")."""
    group_id = draft.group_id or 0
    require_in_group(standing(tx, viewer, group_id), "speak_as_group")
    written = posts.write(tx, Viewer(group_id), draft)
    line = f"wrote as the group: {draft.title}"
    groupacts.note(tx, viewer, group_id, "speak", line, target_id=written.id, via=via)
    return written
