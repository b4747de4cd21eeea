"""What concerns the caller: mentions, favours, what was passed on; and several posts at once."""

from __future__ import annotations

from folkmoot.domain.access import Viewer
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import passers
from folkmoot.domain.reading import involved
from folkmoot.doors.frame import At, Response, json_bytes
from folkmoot.doors.friendica import accept, show
from folkmoot.doors.friendica.base import door
from folkmoot.doors.friendica.encode import timeline
from folkmoot.doors.friendica.jsonp import wrapped
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import read_id
from folkmoot.wire.friendica.page import IdsPage
from folkmoot.wire.friendica.requests_reading import (
    Favorites,
    FavoritesList,
    LookupStatuses,
    Mentions,
    MentionsTimeline,
    RetweetedByMe,
    RetweetedToMe,
    RetweeterIds,
    Retweets,
    RetweetsOfMe,
)
from folkmoot.wire.friendica.status import Status

Answer = Response | list[Status]
LOOKED_UP = 100


@door.on(Mentions, tx="read")
def mentions(at: At, ask: Mentions) -> Answer:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    return timeline(at, involved.threads(at.tx, at.viewer, page), with_entities=ask.include_entities)


@door.on(MentionsTimeline)
def mentions_timeline(at: At, ask: MentionsTimeline) -> Answer:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    ids = involved.threads(at.tx, at.viewer, page)
    return timeline(at, ids, with_entities=ask.include_entities, trimmed=ask.trim_user)


@door.on(Favorites, tx="read")
def favorites(at: At, ask: Favorites) -> Answer:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    named = bool(ask.user_id or ask.screen_name)
    ids = [] if named else involved.liked(at.tx, at.viewer, page)
    return timeline(at, ids, with_entities=ask.include_entities)


@door.on(FavoritesList)
def favorites_list(at: At, ask: FavoritesList) -> Answer:
    page = show.page_of(ask.count, 1, ask.since_id, ask.max_id)
    mine = _is_caller(at.tx, at.viewer, ask.user_id, ask.screen_name)
    ids = involved.liked(at.tx, at.viewer, page) if mine else []
    return timeline(at, ids, with_entities=ask.include_entities)


def _is_caller(tx: Tx, viewer: Viewer, user_id: str | None, screen_name: str | None) -> bool:
    """Whether a call names its caller, or nobody."""
    if user_id:
        return read_id(user_id.strip()) == viewer.account_id
    return not screen_name or accounts.find_by_handle(tx, screen_name) == viewer.account_id


@door.on(RetweetsOfMe)
def retweets_of_me(at: At, ask: RetweetsOfMe) -> Answer:
    page = show.page_of(ask.count, 1, ask.since_id, ask.max_id)
    ids = involved.boosted(at.tx, at.viewer, page)
    return timeline(at, ids, with_entities=ask.include_entities, trimmed=ask.trim_user)


@door.on(RetweetedByMe)
def retweeted_by_me(at: At, ask: RetweetedByMe) -> Answer:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    return timeline(at, involved.boosts(at.tx, at.viewer, page))


@door.on(RetweetedToMe)
def retweeted_to_me(at: At, ask: RetweetedToMe) -> Answer:
    page = show.page_of(ask.count, ask.page, ask.since_id, ask.max_id)
    return timeline(at, involved.boosts_at_home(at.tx, at.viewer, page))


@door.on(Retweets)
def retweets(at: At, ask: Retweets) -> Answer:
    page = show.page_of(ask.count, 1, 0, 0)
    found = passers.boosts_of(at.tx, at.viewer, ask.id or 0, page)
    return timeline(at, [boost for boost, _ in found], trimmed=ask.trim_user)


@door.on(RetweeterIds)
def retweeter_ids(at: At, ask: RetweeterIds) -> IdsPage:
    limit, cursor = show.page_of(ask.count, 1, 0, 0).limit, ask.cursor
    up = cursor < -1
    page = Page(
        limit=limit + 1, before=cursor if cursor > 0 else None, after=-cursor if up else None, nearest=up
    )
    found = passers.boosts_of(at.tx, at.viewer, ask.id or 0, page)
    more = len(found) > limit
    shown = (found[1:] if up else found[:-1]) if more else found
    older = shown[-1][0] if shown and (more or up) else 0
    newer = -shown[0][0] if shown and (cursor > 0 or (up and more)) else 0
    return IdsPage(
        ids=[str(who) if ask.stringify_ids else who for _, who in shown],
        next_cursor=older,
        next_cursor_str=str(older),
        previous_cursor=newer,
        previous_cursor_str=str(newer),
    )


@door.on(LookupStatuses, tx="read")
def lookup(at: At, ask: LookupStatuses) -> Answer:
    ids = accept.numbers(ask.id, "id")[:LOOKED_UP]
    if not ask.map:
        options = {"with_entities": ask.include_entities, "trimmed": ask.trim_user}
        return timeline(at, ids, seen=False, **options)
    found = show.statuses(
        at.house, at.tx, at.viewer, ids, with_entities=ask.include_entities, trimmed=ask.trim_user
    )
    by_id = dict.fromkeys(map(str, ids)) | {post.id_str: post for post in found}
    return wrapped(json_bytes({"id": by_id}), at.http.query)
