"""Polls: seen and voted on."""

from __future__ import annotations

from folkmoot.domain.posts import polls
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import inserts
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.mastodon.requests import polls as api


def _shown(at: At, view: polls.PollView) -> Response:
    return Response(200, inserts.polls(at.house, at.tx, at.viewer, [view.post_id])[view.post_id])


@door.on(api.GetPoll)
def get_poll(at: At, ask: api.GetPoll) -> Response:
    return _shown(at, polls.see(at.tx, at.viewer, number(ask.id)))


@door.on(api.VotePoll)
def vote(at: At, ask: api.VotePoll) -> Response:
    return _shown(at, polls.vote(at.tx, at.viewer, number(ask.id), ask.choices))
