"""The post that announces an event: the rule of sight decides who sees it, and whoever answers it answers the event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience, PostState, Viewer
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.mail import eventmail
from folkmoot.domain.media.photos import Rights, named
from folkmoot.domain.posts import addressees, edits, posts
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.text import Markup
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.store.schema.posts import posts as posts_t
from folkmoot.store.schema.sections import events
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

if TYPE_CHECKING:
    from folkmoot.domain.sections.events import EventView

_AUTHOR = Query(
    sa.select(posts_t.c.author_id).where(posts_t.c.id == p("id"), posts_t.c.state <= int(PostState.HELD))
)
_STANDING = Query(
    sa.select(posts_t.c.id)
    .select_from(events.join(posts_t, posts_t.c.id == events.c.post_id))
    .where(events.c.id == p("id"), posts_t.c.state <= int(PostState.HELD))
)
"""The post that an event has, whether it is out or waits for a moderator."""


def words(event: EventView) -> str:
    """What the post says below the event's name, in HTML: when, where, and the description."""
    when = _moment(event.starts_at, event.all_day)
    if event.ends_at > event.starts_at:
        when += f" – {_moment(event.ends_at, event.all_day)}"
    lines = [line for line in (when, event.place) if line]
    return f"<p>{'<br>'.join(map(escape_text, lines))}</p>{event.description}"


def _moment(ms: int, all_day: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%d" if all_day else "%Y-%m-%d %H:%M UTC")


def rights_of(event: EventView) -> Rights:
    """For whom the post of somebody's own event is."""
    return msgspec.json.decode(event.rights, type=Rights) if event.rights else Rights()


def announce(tx: Tx, viewer: Viewer, event: EventView, rights: Rights, door: str) -> None:
    """Give the event a post, or let the one that it has be for others: in the event's group, or where it is somebody's
    own for those whom *rights* name, who are everybody where none are. A post that waits for a moderator is one too. Of
    what members were invited to by mail, the post is not mailed. Raises Invalid("rights"), NotFound, and as
    posts.write."""
    own = event.group_id == event.author_id
    kept = msgspec.json.encode(rights).decode() if own else ""
    tx.alone("announce", event.id)
    post_id = tx.value(_STANDING, id=event.id)
    to = None
    if own and (post_id is None or rights != rights_of(event)):
        to = addressees.quietly(tx, viewer, named(rights.given), open_to=Audience.PUBLIC)
    if post_id is None:
        draft = Draft(text=words(event), markup=Markup.HTML, title=event.name, door=door)
        if to is None:
            draft.group_id = event.group_id
            if eventmail.known(tx, event.id, event.series_id, event.group_id):
                draft.extra = {"unmailed": True}
        else:
            draft.audience, draft.circle_id = int(to.audience), to.circle_id
        post_id = posts.write(tx, viewer, draft).id
    elif to is not None:
        addressees.speak_anew(tx, viewer, post_id, to)
    tx.update(events, {"id": event.id}, post_id=post_id, rights=kept)


def changed(tx: Tx, event: EventView) -> None:
    """The event is another now: its post says so, unless its group wants what was said to stay."""
    author_id = tx.value(_AUTHOR, id=event.post_id or 0)
    if author_id is None:
        return
    change = Change(text=words(event), markup=Markup.HTML, title=event.name)
    try:
        edits.edit(tx, Viewer(author_id), event.post_id or 0, change)
    except (Forbidden, NotFound):
        return  # out of its author's reach, or its group wants it read again, or no edits


def gone(tx: Tx, post_id: int | None) -> None:
    """The event is taken away, and with it what announced it."""
    if tx.value(_AUTHOR, id=post_id or 0) is not None:
        edits.delete(tx, Viewer.system(), post_id or 0)
