"""Favours: in every door the same as a like."""

from __future__ import annotations

from folkmoot.domain.posts import reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.doors.frame import At
from folkmoot.doors.friendica import show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.statuses import needed
from folkmoot.wire.friendica.requests import CreateFavorite, DestroyFavorite
from folkmoot.wire.friendica.status import Status


@door.on(CreateFavorite)
def create(at: At, ask: CreateFavorite) -> Status:
    id_ = needed(ask.id)
    reactions.react(at.tx, at.viewer, id_, Reaction.LIKE)
    return show.status(at.house, at.tx, at.viewer, id_, with_entities=ask.include_entities)


@door.on(DestroyFavorite)
def destroy(at: At, ask: DestroyFavorite) -> Status:
    id_ = needed(ask.id)
    reactions.unreact(at.tx, at.viewer, id_, Reaction.LIKE)
    return show.status(at.house, at.tx, at.viewer, id_, with_entities=ask.include_entities)
