"""Likes and boosts: buttons that are forms, and lead back to where one was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.posts import boosts, reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.pages import safe_next
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Form
from folkmoot.doors.web.show import go, number

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

ACTS: dict[str, Callable[[Tx, Viewer, int], int]] = {
    "like": lambda tx, viewer, id_: reactions.react(tx, viewer, id_, Reaction.LIKE),
    "unlike": lambda tx, viewer, id_: reactions.unreact(tx, viewer, id_, Reaction.LIKE),
    "boost": lambda tx, viewer, id_: boosts.boost(tx, viewer, id_, door="web"),
    "unboost": boosts.unboost,
}


@door.raw("POST", "/p/{id}/{act}", ask=Form, tx="write")
def mark(at: At, ask: Form) -> Response:
    """Like or boost a post, or take it back."""
    at.viewer.required()
    check_form(at, ask.csrf)
    act = ACTS.get(at.path["act"])
    if act is None:
        raise NotFound(what="page")
    post_id = number(at.path["id"], 0, (1 << 62) - 1, 0)
    act(at.tx, at.viewer, post_id)
    return go(f"{safe_next(ask.next).partition('#')[0]}#p{post_id}")
