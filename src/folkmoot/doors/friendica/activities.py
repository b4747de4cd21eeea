"""Likes, dislikes and who comes, under the names of their verbs."""

from __future__ import annotations

from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import ATTENDING
from folkmoot.domain.sections import attending
from folkmoot.doors.frame import At, Response
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import Bare, encode
from folkmoot.doors.friendica.present import ACTIVITIES
from folkmoot.doors.friendica.refusals import NotImplementedHere, Said
from folkmoot.wire.friendica.requests_marks import DoActivity

_KINDS = {name: kind for kind, name in ACTIVITIES.items()}


@door.on(DoActivity)
def do(at: At, ask: DoActivity) -> Response:
    verb = ask.verb or ""
    kind = _KINDS.get(verb if verb in _KINDS else verb.removeprefix("un"))
    if kind is None:
        raise NotImplementedHere
    does = verb in _KINDS
    try:
        if kind in ATTENDING:
            (attending.attend if does else attending.take_back)(at.tx, at.viewer, ask.id or 0, kind)
        else:
            (reactions.react if does else reactions.unreact)(at.tx, at.viewer, ask.id or 0, kind)
    except (NotFound, Forbidden, Invalid):
        raise Said(400, "Error adding activity") from None
    return encode(Bare("ok", "ok", True), at)
