"""Posting, with files and places and to whom one likes; and taking back what was passed on."""

from __future__ import annotations

from folkmoot.domain.errors import Invalid
from folkmoot.domain.media import litter, media
from folkmoot.domain.posts import boosts, posts
from folkmoot.doors.frame import At
from folkmoot.doors.frame.sweeping import sweeping
from folkmoot.doors.friendica import accept, incoming, shares, show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.incoming import Received
from folkmoot.doors.friendica.statuses import needed
from folkmoot.store.tx import Tx
from folkmoot.wire.friendica.requests import UpdateStatus
from folkmoot.wire.friendica.requests_marks import Unretweet
from folkmoot.wire.friendica.status import Status


@door.on(UpdateStatus, large=True)
async def update(at: At, ask: UpdateStatus) -> Status:
    files = incoming.files(ask.media, ask.media_data)
    if len(files) > media.MAX_ATTACHED:
        raise Invalid("media_ids", "too_many")
    async with sweeping(at) as blobs:
        received = [await incoming.receive(at.house.settings, blobs, file, whole=True) for file in files]
        return await at.write(lambda tx: _post(at, tx, ask, received, blobs.keys))


def _post(at: At, tx: Tx, ask: UpdateStatus, received: list[Received], kept: list[str]) -> Status:
    app_id = at.caller.app_id if at.caller else None
    key = at.http.header("idempotency-key")
    draft = accept.draft(tx, at.viewer, ask, app_id, key)
    known = posts.said_before(tx, at.viewer.required(), draft) if key else None
    if not received and (boost := shares.passed_on(tx, at.viewer, draft)) is not None:
        return show.status(at.house, tx, at.viewer, boost, with_entities=ask.include_entities)
    if known is None:
        files = [incoming.keep(tx, at.viewer, each) for each in received]
        draft.media_ids = [*files, *draft.media_ids]
        known = posts.write(tx, at.viewer, draft)
    else:
        litter.drop(tx, *kept)
    return show.status(at.house, tx, at.viewer, known.id, with_entities=ask.include_entities)


@door.on(Unretweet)
def unretweet(at: At, ask: Unretweet) -> Status:
    original = boosts.unboost(at.tx, at.viewer, needed(ask.id))
    return show.status(at.house, at.tx, at.viewer, original)
