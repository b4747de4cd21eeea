"""A text that is nothing but a shared post of ours passes that post on, as it does in Friendica."""

from __future__ import annotations

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.posts import boosts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup
from folkmoot.doors.friendica.accept import parent_id
from folkmoot.kit.markup import bbcode
from folkmoot.store.tx import Tx


def passed_on(tx: Tx, viewer: Viewer, draft: Draft) -> int | None:
    """The boost that a draft stands for; None for any other, and for what may not be passed on, which stays a text."""
    link = bbcode.shared(draft.text) if draft.markup == Markup.BBCODE else ""
    if not link.startswith("http") or draft.title or draft.parent_id is not None or draft.media_ids:
        return None
    try:
        post_id = parent_id(tx, link)
        return None if post_id is None else boosts.boost(tx, viewer, post_id, door="friendica")
    except (NotFound, Forbidden):
        return None
