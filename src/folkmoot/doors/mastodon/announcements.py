"""What the place tells everybody: listed, put away, reacted to; and the same for streams."""

from __future__ import annotations

import msgspec

from folkmoot.domain import views
from folkmoot.domain.access import Viewer, visible_among
from folkmoot.domain.media import emoji
from folkmoot.domain.place import announcements
from folkmoot.domain.posts import wording
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.text import Markup, scan
from folkmoot.doors.frame import At
from folkmoot.doors.frame.house import House
from folkmoot.doors.mastodon import pictograms, present_place
from folkmoot.doors.mastodon.addresses import post_of
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.store.tx import JournalRow, Tx
from folkmoot.wire.codecs import Id
from folkmoot.wire.mastodon.announcement import Announcement
from folkmoot.wire.mastodon.requests import announcements as api
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.streaming import StreamReaction


@door.on(api.ListAnnouncements)
def announcements_now(at: At, ask: api.ListAnnouncements) -> list[Announcement]:
    found = announcements.shown(at.tx, at.viewer, dismissed=ask.with_dismissed is not False)
    return _entities(at.house, at.tx, at.viewer, found)


@door.on(api.DismissAnnouncement)
def dismiss(at: At, ask: api.DismissAnnouncement) -> Empty:
    announcements.dismiss(at.tx, at.viewer, number(ask.id))
    return {}


@door.on(api.AddReaction)
def react(at: At, ask: api.AddReaction) -> Empty:
    own = frozenset(emoji.known(at.tx, [ask.name]))
    announcements.react(at.tx, at.viewer, number(ask.id), ask.name, own)
    return {}


@door.on(api.RemoveReaction)
def unreact(at: At, ask: api.RemoveReaction) -> Empty:
    announcements.unreact(at.tx, at.viewer, number(ask.id), ask.name)
    return {}


def _entities(
    house: House, tx: Tx, viewer: Viewer, found: list[announcements.Announcement]
) -> list[Announcement]:
    """Announcements with whom and what they name; a few queries for each that names anybody."""
    codes = [c for view in found for c in (*emoji.codes_in(view.source), *(r.name for r in view.reactions))]
    emojis = pictograms.described(tx, house.links, codes)
    out = []
    for view in found:
        draft = Draft(text=view.source, markup=Markup.PLAIN)
        named = scan(view.source, Markup.PLAIN)
        mentioned = list(dict.fromkeys(wording.look_up(tx, Viewer.anonymous(), draft).ids.values()))
        linked = {post: url for url in named.urls if (post := post_of(house.links.base, url))}
        public = visible_among(tx, Viewer.anonymous(), list(linked)) if linked else set()
        out.append(
            present_place.announcement(
                view,
                house.links,
                known=viewer.known,
                mentions=views.account_list(tx, mentioned),
                tags=[folded for folded, _ in named.tags],
                posts=[(id_, url) for id_, url in linked.items() if id_ in public],
                emojis=emojis,
            )
        )
    return out


def announced_json(house: House, tx: Tx, announcement_id: int) -> bytes:
    """The announcement as streams carry it. Raises NotFound where it is no longer told."""
    view = announcements.see(tx, announcement_id)
    return msgspec.json.encode(_entities(house, tx, Viewer.anonymous(), [view])[0])


def reaction_json(row: JournalRow) -> bytes:
    """A changed count as streams carry it."""
    return msgspec.json.encode(
        StreamReaction(
            name=row.data["name"], count=row.data["count"], announcement_id=Id(str(row.subject_id))
        )
    )


async def tell_due(house: House) -> int:
    """A chore: announcements whose hour has come."""
    if not await house.store.aread(announcements.due):
        return 0
    return await house.store.awrite(announcements.tell_due)
