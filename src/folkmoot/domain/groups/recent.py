"""What was new in a group lately: pictures and tags of its latest posts, and its newest files."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see
from folkmoot.domain.media.media import FIELDS, MediaView
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.files import COLUMNS, Entry, Kind
from folkmoot.store.schema.posts import media, post_tags, posts, tags
from folkmoot.store.schema.sections import group_files
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

LATEST: Final = 300
"""So many of a group's latest posts, or of a thread's, are looked through, however large the archive is."""
_LIVE = (posts.c.state == int(PostState.LIVE), posts.c.boost_of_id.is_(None))
_SHOWN = [posts.c.thread_id, posts.c.number, posts.c.author_id, media.c.position]
_FILE = [media.c[name] for name in FIELDS]


class Picture(msgspec.Struct, frozen=True):
    """A picture beside a post of a group: whose, where, and the how many-th of the post's files."""

    thread_id: int
    number: int
    author_id: int
    position: int
    file: MediaView


_LATEST = (
    sa.select(posts.c.id).where(posts.c.group_id == p("group_id")).order_by(posts.c.id.desc()).limit(LATEST)
)
_IN_GROUP = Query(
    lambda: (
        sa.select(*_SHOWN, *_FILE)
        .select_from(media.join(posts, posts.c.id == media.c.post_id))
        .where(posts.c.id.in_(_LATEST), *_LIVE, media.c.kind == "image", may_see(p("viewer")))
        .order_by(posts.c.id.desc(), media.c.position)
        .limit(p("limit"))
    )
)
_IN_THREADS = Query(
    lambda: (
        sa.select(*_SHOWN, *_FILE)
        .select_from(media.join(posts, posts.c.id == media.c.post_id))
        .where(
            posts.c.id.in_(_LATEST),
            in_list(posts.c.thread_id, "threads"),
            *_LIVE,
            media.c.kind == "image",
            may_see(p("viewer")),
        )
        .order_by(posts.c.id.desc(), media.c.position)
        .limit(p("limit"))
    )
)
_TAGS = Query(
    sa.select(tags.c.folded)
    .select_from(
        post_tags.join(posts, posts.c.id == post_tags.c.post_id).join(tags, tags.c.id == post_tags.c.tag_id)
    )
    .where(posts.c.id.in_(_LATEST), *_LIVE)
    .group_by(tags.c.folded)
    .order_by(sa.func.max(posts.c.id).desc())
    .limit(p("limit"))
)
_NEWEST = Query(
    sa.select(*COLUMNS)
    .where(group_files.c.group_id == p("group_id"), group_files.c.kind != int(Kind.FOLDER))
    .order_by(group_files.c.created_at.desc(), group_files.c.id.desc())
    .limit(p("limit"))
)


def pictures(
    tx: Tx, viewer: Viewer, group_id: int, limit: int, thread_ids: list[int] | None = None
) -> list[Picture]:
    """Pictures among a group's latest posts, the newest first, of these threads or of all; sight is asked of each."""
    named = {"group_id": group_id, "viewer": viewer.account_id, "limit": limit}
    if thread_ids is None:
        rows = tx.all(_IN_GROUP, **named)
    else:
        rows = tx.all(_IN_THREADS, threads=thread_ids, **named) if thread_ids else []
    wide = len(_SHOWN)
    return [
        Picture(
            thread_id=row[0],
            number=row[1] or 0,
            author_id=row[2],
            position=row[3],
            file=MediaView(**dict(zip(FIELDS, row[wide:], strict=True))),
        )
        for row in rows
    ]


def tag_names(tx: Tx, group_id: int, limit: int) -> list[str]:
    """Folded names of the tags used last in a group whose archive the viewer may read."""
    return tx.column(_TAGS, group_id=group_id, limit=limit)


def files(tx: Tx, room: Room, limit: int) -> list[Entry]:
    """The newest files and links of a section that the viewer may read, whatever folder they are in."""
    return [Entry(*row) for row in tx.all(_NEWEST, group_id=room.group_id, limit=limit)]
