"""Likes and boosts, votes, threads followed, closed or pinned: buttons that are forms, and lead back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import threadmarks
from folkmoot.domain.groups.threadmarks import Mark
from folkmoot.domain.posts import boosts, polls, reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.doors.frame import Response
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import check_form
from folkmoot.doors.frame.pages import safe_next
from folkmoot.doors.web.door import door
from folkmoot.doors.web.forms import Ballot, Form
from folkmoot.doors.web.show import go, number

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

ACTS: dict[str, Callable[[Tx, Viewer, int], int]] = {
    "like": lambda tx, viewer, id_: reactions.react(tx, viewer, id_, Reaction.LIKE),
    "unlike": lambda tx, viewer, id_: reactions.unreact(tx, viewer, id_, Reaction.LIKE),
    "boost": lambda tx, viewer, id_: boosts.boost(tx, viewer, id_, door="web"),
    "unboost": boosts.unboost,
    "mute": lambda tx, viewer, id_: reactions.mute_thread(tx, viewer, id_, on=True),
    "unmute": lambda tx, viewer, id_: reactions.mute_thread(tx, viewer, id_, on=False),
    "follow": lambda tx, viewer, id_: reactions.follow_thread(tx, viewer, id_, on=True),
    "unfollow": lambda tx, viewer, id_: reactions.follow_thread(tx, viewer, id_, on=False),
    "close": lambda tx, viewer, id_: threadmarks.mark(tx, viewer, id_, Mark.CLOSE),
    "unclose": lambda tx, viewer, id_: threadmarks.mark(tx, viewer, id_, Mark.OPEN),
    "pin": lambda tx, viewer, id_: threadmarks.mark(tx, viewer, id_, Mark.PIN),
    "unpin": lambda tx, viewer, id_: threadmarks.mark(tx, viewer, id_, Mark.UNPIN),
}


@door.raw("POST", "/p/{id}/vote", ask=Ballot, tx="write")
def vote(at: At, ask: Ballot) -> Response:
    """Choose answers of a post's poll."""
    at.viewer.required()
    check_form(at, ask.csrf)
    post = views.post(at.tx, at.viewer, number(at.path["id"], 0, (1 << 62) - 1, 0))
    if post.poll is None:
        raise NotFound(what="poll")
    polls.vote(at.tx, at.viewer, post.poll.id, [number(each, 0, 99, 99) for each in ask.choice])
    return go(f"{safe_next(ask.next).partition('#')[0]}#p{post.id}", "voted")


@door.raw("POST", "/p/{id}/{act}", ask=Form, tx="write")
def mark(at: At, ask: Form) -> Response:
    """Like or boost a post, follow, mute, close or pin its thread, or take it back."""
    at.viewer.required()
    check_form(at, ask.csrf)
    act = ACTS.get(at.path["act"])
    if act is None:
        raise NotFound(what="page")
    post_id = number(at.path["id"], 0, (1 << 62) - 1, 0)
    act(at.tx, at.viewer, post_id)
    return go(f"{safe_next(ask.next).partition('#')[0]}#p{post_id}")
