"""What is newest in each of several groups: threads, pictures, tags, events, files, chats, pages, tables, groups below;
one statement a kind, whose cost does not grow with the archives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, hidden_groups, may_see
from folkmoot.domain.media.media import FIELDS, MediaView
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.sections import events, tables
from folkmoot.domain.sections.access import Room
from folkmoot.domain.sections.chats import ChatView
from folkmoot.domain.sections.events import EventView
from folkmoot.domain.sections.files import COLUMNS, Entry, Kind
from folkmoot.domain.sections.tables import TableView
from folkmoot.domain.sections.wiki import PageView
from folkmoot.store.schema.chats import chats, wiki_pages
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.posts import media, post_tags, posts, tags, threads
from folkmoot.store.schema.sections import events as events_t
from folkmoot.store.schema.sections import group_files, group_tables
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

LATEST: Final = 300
"""So many of a group's latest posts are looked through, however large the archive is."""
BELOW: Final = 50
"""So many of the newest groups below one are looked at."""
_LIVE = (posts.c.state == int(PostState.LIVE), posts.c.boost_of_id.is_(None))
_SHOWN = [posts.c.group_id, posts.c.thread_id, posts.c.number, posts.c.author_id, media.c.position]
T = TypeVar("T")


class Picture(msgspec.Struct, frozen=True):
    """A picture beside a post of a group: whose, where, and the how many-th of the post's files."""

    thread_id: int
    number: int
    author_id: int
    position: int
    file: MediaView


def _latest(group: Any) -> Any:
    return sa.select(posts.c.id).where(posts.c.group_id == group).order_by(posts.c.id.desc()).limit(LATEST)


def _pictures(group: Any, n: int, *more: Any) -> Any:
    return (
        sa.select(*_SHOWN, *(media.c[name] for name in FIELDS))
        .select_from(media.join(posts, posts.c.id == media.c.post_id))
        .where(posts.c.id.in_(_latest(group)), *_LIVE, media.c.kind == "image", may_see(p("viewer")), *more)
        .order_by(posts.c.id.desc(), media.c.position)
    )


def _tags(group: Any, n: int) -> Any:
    joined = post_tags.join(posts, posts.c.id == post_tags.c.post_id).join(
        tags, tags.c.id == post_tags.c.tag_id
    )
    return (
        sa.select(posts.c.group_id, tags.c.folded, sa.func.max(posts.c.id).label("last"))
        .select_from(joined)
        .where(posts.c.id.in_(_latest(group)), *_LIVE)
        .group_by(posts.c.group_id, tags.c.folded)
        .order_by(sa.func.max(posts.c.id).desc())
    )


def _view(view: Any, table: Any, where: Callable[[Any, int], Iterable[Any]], *order: Any) -> Any:
    def one(group: Any, n: int) -> Any:
        return (
            sa.select(*(table.c[name] for name in view.__struct_fields__))
            .where(*where(group, n))
            .order_by(*order)
        )

    return one


_KINDS: Final[dict[str, Callable[[Any, int], Any]]] = {
    "threads": _view(
        ThreadView,
        threads,
        lambda group, n: (threads.c.group_id == group,),
        threads.c.last_at.desc(),
        threads.c.id.desc(),
    ),
    "pictures": _pictures,
    "pictures of threads": lambda group, n: _pictures(group, n, in_list(posts.c.thread_id, "threads")),
    "tags": _tags,
    "events": _view(
        EventView,
        events_t,
        lambda group, n: (
            events_t.c.group_id == group,
            events_t.c.starts_at > p("longest"),
            sa.or_(events_t.c.ends_at > p("since"), events_t.c.starts_at >= p("since")),
        ),
        events_t.c.starts_at,
        events_t.c.id,
    ),
    "files": lambda group, n: (
        sa.select(*COLUMNS)
        .where(group_files.c.group_id == group, group_files.c.kind != int(Kind.FOLDER))
        .order_by(group_files.c.created_at.desc(), group_files.c.id.desc())
    ),
    "chats": _view(
        ChatView,
        chats,
        lambda group, n: (chats.c.group_id == group, chats.c.closed == 0),
        chats.c.updated_at.desc(),
        chats.c.id.desc(),
    ),
    "pages": _view(
        PageView,
        wiki_pages,
        lambda group, n: (wiki_pages.c.group_id == group,),
        wiki_pages.c.updated_at.desc(),
        wiki_pages.c.id.desc(),
    ),
    "tables": _view(
        TableView,
        group_tables,
        lambda group, n: tables.visible(group, p(f"moderates{n}")),
        group_tables.c.updated_at.desc(),
        group_tables.c.id.desc(),
    ),
    "below": lambda group, n: (
        sa.select(groups.c.parent_id, groups.c.account_id)
        .where(groups.c.parent_id == group, groups.c.deleted_at.is_(None))
        .order_by(groups.c.account_id.desc())
    ),
}
"""By kind: what is newest in one group, the n-th that is asked about."""


@lru_cache(maxsize=512)
def _of_each(kind: str, n: int) -> Query:
    """The first rows of that kind in each of n groups, those of one after those of another."""

    def statement() -> Any:
        parts = [_KINDS[kind](p(f"group{i}"), i).limit(p("limit")).subquery() for i in range(n)]
        return sa.union_all(*(sa.select(part) for part in parts))

    return Query(statement)


def _rows(tx: Tx, kind: str, group_ids: list[int], limit: int, **values: Any) -> list[Any]:
    if not group_ids:
        return []
    named = {f"group{i}": group_id for i, group_id in enumerate(group_ids)}
    return tx.all(_of_each(kind, len(group_ids)), limit=limit, **named, **values)


def _sorted(found: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    by_group: dict[int, list[T]] = defaultdict(list)
    for group_id, each in found:
        by_group[group_id].append(each)
    return by_group


def last_threads(tx: Tx, group_ids: list[int], limit: int) -> dict[int, list[ThreadView]]:
    """The threads in which was spoken last, of groups whose archives the viewer may read."""
    flags = ("sticky", "closed", "moderated")
    found = (
        dict(zip(ThreadView.__struct_fields__, r, strict=True))
        for r in _rows(tx, "threads", group_ids, limit)
    )
    return _sorted(
        (row["group_id"], ThreadView(**{**row, **{name: bool(row[name]) for name in flags}})) for row in found
    )


def pictures(
    tx: Tx, viewer: Viewer, group_ids: list[int], limit: int, thread_ids: list[int] | None = None
) -> dict[int, list[Picture]]:
    """Pictures among the latest posts, the newest first, of these threads or of all; sight is asked of each."""
    if thread_ids is None:
        rows = _rows(tx, "pictures", group_ids, limit, viewer=viewer.account_id)
    else:
        asked = group_ids if thread_ids else []
        rows = _rows(tx, "pictures of threads", asked, limit, viewer=viewer.account_id, threads=thread_ids)
    wide = len(_SHOWN)
    return _sorted(
        (
            row[0],
            Picture(
                thread_id=row[1],
                number=row[2] or 0,
                author_id=row[3],
                position=row[4],
                file=MediaView(**dict(zip(FIELDS, row[wide:], strict=True))),
            ),
        )
        for row in rows
    )


def tag_names(tx: Tx, group_ids: list[int], limit: int) -> dict[int, list[str]]:
    """Folded names of the tags used last in groups whose archives the viewer may read."""
    return _sorted((row[0], row[1]) for row in _rows(tx, "tags", group_ids, limit))


def coming_events(tx: Tx, group_ids: list[int], limit: int) -> dict[int, list[EventView]]:
    """What is on now, and next, in calendars that the viewer may read."""
    span = events.Span((), tx.now).bounds
    rows = _rows(tx, "events", group_ids, limit, since=span["since"], longest=span["longest"])
    return _sorted((event.group_id, event) for event in (EventView(*row) for row in rows))


def files(tx: Tx, group_ids: list[int], limit: int) -> dict[int, list[Entry]]:
    """The newest files and links of sections that the viewer may read, whatever folder they are in."""
    return _sorted(
        (each.group_id, each) for each in (Entry(*row) for row in _rows(tx, "files", group_ids, limit))
    )


def open_chats(tx: Tx, group_ids: list[int], limit: int) -> dict[int, list[ChatView]]:
    """The open chats in which was spoken last, of sections that the viewer may read."""
    return _sorted(
        (each.group_id, each) for each in (ChatView(*row) for row in _rows(tx, "chats", group_ids, limit))
    )


def wiki(tx: Tx, group_ids: list[int], limit: int) -> dict[int, list[PageView]]:
    """The pages of wikis that were changed last, of sections that the viewer may read."""
    return _sorted(
        (each.group_id, each) for each in (PageView(*row) for row in _rows(tx, "pages", group_ids, limit))
    )


def changed_tables(tx: Tx, viewer: Viewer, rooms: list[Room], limit: int) -> dict[int, list[TableView]]:
    """The tables that were changed last and that the viewer sees, of sections that they may read."""
    moderates = {f"moderates{i}": int(room.moderates) for i, room in enumerate(rooms)}
    ids = [room.group_id for room in rooms]
    rows = _rows(tx, "tables", ids, limit, viewer=viewer.account_id, **moderates)
    return _sorted((each.group_id, each) for each in (TableView(*row) for row in rows))


def below(tx: Tx, viewer: Viewer, group_ids: list[int], limit: int) -> dict[int, list[int]]:
    """The newest groups below that the viewer may know of, by the group above."""
    rows = _rows(tx, "below", group_ids, BELOW)
    hidden = hidden_groups(tx, viewer, [row[1] for row in rows])
    known = _sorted((row[0], row[1]) for row in rows if row[1] not in hidden)
    return {parent_id: ids[:limit] for parent_id, ids in known.items()}
