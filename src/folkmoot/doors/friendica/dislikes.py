"""Dislikes as Friendica's own addition to Mastodon's API: posts and people are shown as that door shows them."""

from __future__ import annotations

from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.posts import reactions, reactors
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.doors.frame import At, Response, json_bytes
from folkmoot.doors.frame.lending import Showing, borrowed
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.refusals import NotImplementedHere, Said
from folkmoot.wire.friendica.requests_marks import DislikedBy, DislikeStatus, UndislikeStatus

MOST = 80


def _shows(at: At) -> Showing:
    showing = borrowed(at.house, "mastodon")
    if showing is None:
        raise NotImplementedHere
    return showing


def _post(at: At, post_id: int) -> Response:
    count, mine = reactors.tally(at.tx, at.viewer, post_id, Reaction.DISLIKE)
    facts = json_bytes({"dislikes_count": count, "disliked": mine})
    return Response(200, b'%b,"friendica":%b}' % (_shows(at).post(at, post_id)[:-1], facts))


@door.on(DislikeStatus)
def dislike(at: At, ask: DislikeStatus) -> Response:
    try:
        reactions.react(at.tx, at.viewer, ask.id or 0, Reaction.DISLIKE)
        return _post(at, ask.id or 0)
    except (NotFound, Forbidden):
        raise Said(404, "Record not found") from None


@door.on(UndislikeStatus)
def undislike(at: At, ask: UndislikeStatus) -> Response:
    try:
        reactions.unreact(at.tx, at.viewer, ask.id or 0, Reaction.DISLIKE)
        return _post(at, ask.id or 0)
    except NotFound:
        raise Said(404, "Record not found") from None


@door.on(DislikedBy)
def disliked_by(at: At, ask: DislikedBy) -> Response:
    try:
        rows = reactions.who(
            at.tx, at.viewer, ask.id or 0, Reaction.DISLIKE, limit=MOST, before=1 << 62, after=-1
        )
    except NotFound:
        raise Said(404, "Record not found") from None
    return Response(200, _shows(at).people(at, [account_id for _, account_id in rows]))
