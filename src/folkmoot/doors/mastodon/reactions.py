"""What readers do to posts: favourites, boosts, bookmarks, pins, muted threads; and who did it."""

from __future__ import annotations

from folkmoot.domain.errors import NotFound
from folkmoot.domain.posts import boosts, reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.doors.mastodon.refusals import Said
from folkmoot.doors.mastodon.words import AUDIENCE
from folkmoot.wire.mastodon.requests import reactions as api


def _after(at: At, post_id: int) -> Response:
    """The post as it stands now; one that went out of sight meanwhile is not found, though the act is undone."""
    return render.status(at, post_id)


@door.on(api.FavouriteStatus)
def favourite(at: At, ask: api.FavouriteStatus) -> Response:
    return _after(at, reactions.react(at.tx, at.viewer, number(ask.id), Reaction.LIKE))


@door.on(api.UnfavouriteStatus)
def unfavourite(at: At, ask: api.UnfavouriteStatus) -> Response:
    return _undone(at, reactions.unreact(at.tx, at.viewer, number(ask.id), Reaction.LIKE))


@door.on(api.BookmarkStatus)
def bookmark(at: At, ask: api.BookmarkStatus) -> Response:
    return _after(at, reactions.react(at.tx, at.viewer, number(ask.id), Reaction.BOOKMARK))


@door.on(api.UnbookmarkStatus)
def unbookmark(at: At, ask: api.UnbookmarkStatus) -> Response:
    return _undone(at, reactions.unreact(at.tx, at.viewer, number(ask.id), Reaction.BOOKMARK))


def _undone(at: At, post_id: int) -> Response:
    """Undoing works after sight was lost too; then only the id is told, for raising would keep what was undone."""
    try:
        return render.status(at, post_id)
    except NotFound:
        return Response.json({"id": str(post_id)})


@door.on(api.ReblogStatus)
def reblog(at: At, ask: api.ReblogStatus) -> Response:
    if ask.visibility and ask.visibility not in ("public", "unlisted", "private"):
        raise Said(422, "Validation failed: Visibility is not included in the list")
    audience = AUDIENCE[ask.visibility] if ask.visibility else None
    return _after(at, boosts.boost(at.tx, at.viewer, number(ask.id), audience, door="mastodon"))


@door.on(api.UnreblogStatus)
def unreblog(at: At, ask: api.UnreblogStatus) -> Response:
    return _undone(at, boosts.unboost(at.tx, at.viewer, number(ask.id)))


@door.on(api.MuteStatus)
def mute(at: At, ask: api.MuteStatus) -> Response:
    return _after(at, reactions.mute_thread(at.tx, at.viewer, number(ask.id), on=True))


@door.on(api.UnmuteStatus)
def unmute(at: At, ask: api.UnmuteStatus) -> Response:
    return _undone(at, reactions.mute_thread(at.tx, at.viewer, number(ask.id), on=False))


@door.on(api.PinStatus)
def pin(at: At, ask: api.PinStatus) -> Response:
    return _after(at, reactions.pin(at.tx, at.viewer, number(ask.id)))


@door.on(api.UnpinStatus)
def unpin(at: At, ask: api.UnpinStatus) -> Response:
    return _undone(at, reactions.unreact(at.tx, at.viewer, number(ask.id), Reaction.PIN))


@door.on(api.ListFavouritedBy)
def favourited_by(at: At, ask: api.ListFavouritedBy) -> Response:
    return _who(at, ask, Reaction.LIKE)


@door.on(api.ListRebloggedBy)
def reblogged_by(at: At, ask: api.ListRebloggedBy) -> Response:
    return _who(at, ask, None)


def _who(at: At, ask: api.ListFavouritedBy | api.ListRebloggedBy, kind: Reaction | None) -> Response:
    page = pages.page_of(ask)
    found = reactions.who(at.tx, at.viewer, number(ask.id), kind, **pages.bounds(page))
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")


@door.on(api.ListFavourites)
def favourites(at: At, ask: api.ListFavourites) -> Response:
    return _mine(at, ask, Reaction.LIKE)


@door.on(api.ListBookmarks)
def bookmarks(at: At, ask: api.ListBookmarks) -> Response:
    return _mine(at, ask, Reaction.BOOKMARK)


def _mine(at: At, ask: api.ListFavourites | api.ListBookmarks, kind: Reaction) -> Response:
    page = pages.page_of(ask)
    found = reactions.mine(at.tx, at.viewer, kind, nearest=page.nearest, **pages.bounds(page))
    return pages.rows(at, found, page.limit, render.status_array, prev="min_id")
