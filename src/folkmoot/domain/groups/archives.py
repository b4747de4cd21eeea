"""A group's archive read page by page and searched; each page begins after a key, so that new posts move nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.posts.conversations import ThreadView
from folkmoot.domain.reading.search import match_text
from folkmoot.domain.text import Markup
from folkmoot.kit.ids import first_id_at
from folkmoot.kit.mail.quote import split_reply
from folkmoot.store.schema.posts import bodies, post_tags, posts, tags, threads
from folkmoot.store.sql import Match, Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_COUNT: Final = 1000
"""Hits of a search are counted up to here."""
MAX_TAGS: Final = 4
ROUND: Final = 100
ROUNDS: Final = 10
"""Hits that are looked at at once for what their signatures say, and how often."""
_WORD: Final = re.compile(r"\w+")
_TOP: Final = 1 << 62
_LIVE = (posts.c.state == int(PostState.LIVE), posts.c.boost_of_id.is_(None))
# An index that holds the whole order is meant; the sum keeps planners from taking the group's instead.
_IN_GROUP = posts.c.group_id + 0 == p("group_id")
_IN_GROUPS = in_list(posts.c.group_id + 0, "group_ids")


@lru_cache(maxsize=512)
def _posts(thread: bool, by: str, ascending: bool, limit: int) -> Query:
    key = posts.c.number if by == "number" else posts.c.id
    place = (
        (posts.c.thread_id == p("thread_id"), _IN_GROUP) if thread else (posts.c.group_id == p("group_id"),)
    )
    beyond = key > p("after") if ascending else key < p("after")
    order = key if ascending else key.desc()
    return Query(
        lambda: (
            sa.select(key, posts.c.id)
            .where(*place, *_LIVE, beyond, may_see(p("viewer")))
            .order_by(order)
            .limit(limit)
        )
    )


def page_of_posts(
    tx: Tx,
    viewer: Viewer,
    group_id: int,
    *,
    thread_id: int | None = None,
    by: str = "id",
    ascending: bool = False,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, int]]:
    """(key, post id) of a group, or of one of its threads, in the order of "id" or "number", beyond the key *after*."""
    start = after if after is not None else (-1 if ascending else _TOP)
    query = _posts(thread_id is not None, by, ascending, limit)
    values: dict[str, Any] = {} if thread_id is None else {"thread_id": thread_id}
    rows = tx.all(query, group_id=group_id, after=start, viewer=viewer.account_id, **values)
    return [(row[0], row[1]) for row in rows]


_NUMBERED = Query(
    sa.select(posts.c.id).where(posts.c.group_id == p("group_id"), posts.c.number == p("number"), *_LIVE)
)


def numbered(tx: Tx, group_id: int, number: int) -> int:
    """The id of the live post with that number in the group; who may see it is asked elsewhere. Raises NotFound."""
    found = tx.value(_NUMBERED, group_id=group_id, number=number) if 0 < number < _TOP else None
    if found is None:
        raise NotFound(what="number")
    return int(found)


_THREAD_COLUMNS = [threads.c[name] for name in ThreadView.__struct_fields__]
THREAD_ORDERS: Final[dict[str, tuple[Any, ...]]] = {
    "last": (threads.c.sticky, threads.c.last_at, threads.c.id),
    "last_only": (threads.c.last_at, threads.c.id),
    "created": (threads.c.id,),
    "subject": (threads.c.folded_subject, threads.c.id),
}
_THREADS = Query(sa.select(*_THREAD_COLUMNS).where(in_list(threads.c.id, "ids")))


@lru_cache(maxsize=512)
def _threads(by: str, ascending: bool, further: bool, limit: int) -> Query:
    key = THREAD_ORDERS[by]
    where = [threads.c.group_id == p("group_id")]
    if further:
        names = [text_p("k0") if by == "subject" else p("k0"), *(p(f"k{n}") for n in range(1, len(key)))]
        row, bound = sa.tuple_(*key), sa.tuple_(*names)
        where.append(row > bound if ascending else row < bound)
    order = [column if ascending else column.desc() for column in key]
    own: Any = sa.literal_column("folded_subject" if by == "subject" else "''")
    return Query(sa.select(*_THREAD_COLUMNS, own).where(*where).order_by(*order).limit(limit))


def page_of_threads(
    tx: Tx,
    group_id: int,
    *,
    by: str = "last",
    ascending: bool = False,
    after: list[int | str] | None,
    limit: int,
) -> list[tuple[list[int | str], ThreadView]]:
    """(key, thread) of a group in one of THREAD_ORDERS beyond the key *after*; the caller has asked for sight."""
    values = {f"k{n}": value for n, value in enumerate(after or [])}
    rows = tx.all(_threads(by, ascending, after is not None, limit), group_id=group_id, **values)
    found: list[tuple[list[int | str], ThreadView]] = []
    for row in rows:
        view = _thread(row[:-1])
        keys: dict[str, list[int | str]] = {
            "last": [int(view.sticky), view.last_at, view.id],
            "last_only": [view.last_at, view.id],
            "created": [view.id],
            "subject": [row[-1], view.id],
        }
        found.append((keys[by], view))
    return found


def _thread(row: tuple[Any, ...]) -> ThreadView:
    values = dict(zip(ThreadView.__struct_fields__, row, strict=True))
    return ThreadView(
        **{**values, **{name: bool(values[name]) for name in ("sticky", "closed", "moderated")}}
    )


def threads_by_ids(tx: Tx, ids: list[int]) -> dict[int, ThreadView]:
    """Threads by id, for posts that the viewer sees already."""
    return {row[0]: _thread(row) for row in tx.all(_THREADS, ids=ids)} if ids else {}


_WITH_FILES = Query(
    sa.select(posts.c.thread_id)
    .where(in_list(posts.c.thread_id, "ids"), posts.c.media_n > 0, *_LIVE)
    .distinct()
)


def with_files(tx: Tx, thread_ids: list[int]) -> set[int]:
    """Those of the threads in which a post has files."""
    return set(tx.column(_WITH_FILES, ids=thread_ids)) if thread_ids else set()


class TagFacts(msgspec.Struct, frozen=True):
    """A tag and its use in one group; times in ms."""

    id: int
    display: str
    created_at: int
    threads_n: int = 0
    last_at: int | None = None


_MAILS = Query(
    sa.select(bodies.c.post_id, bodies.c.title, bodies.c.source).where(
        in_list(bodies.c.post_id, "ids"), bodies.c.markup == int(Markup.MAIL)
    )
)
_TAGS = Query(
    sa.select(tags.c.folded, tags.c.id, tags.c.display, tags.c.created_at).where(
        in_list(tags.c.folded, "names", text=True)
    )
)
_TAG_USE = Query(
    sa.select(
        posts.c.group_id,
        post_tags.c.tag_id,
        sa.func.count(posts.c.thread_id.distinct()),
        sa.func.max(posts.c.created_at),
    )
    .select_from(post_tags.join(posts, posts.c.id == post_tags.c.post_id))
    .where(in_list(post_tags.c.tag_id, "ids"), _IN_GROUPS, *_LIVE)
    .group_by(posts.c.group_id, post_tags.c.tag_id)
)


def tag_facts(tx: Tx, wanted: Mapping[int, list[str]]) -> dict[tuple[int, str], TagFacts]:
    """The tags of these folded names by group, with their use there, by group and name; two queries however many."""
    names = list({name for some in wanted.values() for name in some})
    rows = {row[0]: row[1:] for row in tx.all(_TAGS, names=names)} if names else {}
    ids = [row[0] for row in rows.values()]
    used = tx.all(_TAG_USE, ids=ids, group_ids=list(wanted)) if ids else []
    use = {(row[0], row[1]): row[2:] for row in used}
    return {
        (group_id, name): TagFacts(*rows[name], *use.get((group_id, rows[name][0]), (0, None)))
        for group_id, some in wanted.items()
        for name in some
        if name in rows
    }


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for in an archive: all words of *text*, in threads with all *tags* (folded), of one author, said
    from *since* to before *until* (ms). With *one_a_thread* only the newest hit of each thread counts."""

    text: str = ""
    tags: tuple[str, ...] = ()
    author_id: int | None = None
    since: int | None = None
    until: int | None = None
    one_a_thread: bool = False
    no_signatures: bool = False
    """What only the signature of a mail says is no hit."""


@lru_cache(maxsize=256)
def _hits(options: frozenset[str], tags_n: int, ascending: bool, limit: int) -> Query:
    where: list[Any] = [
        posts.c.group_id == p("group_id"),
        *_LIVE,
        posts.c.id >= p("low"),
        posts.c.id < p("high"),
    ]
    if "text" in options:
        where.append(Match(posts.c.id))
    if "author" in options:
        where.append(posts.c.author_id == p("author_id"))
    for n in range(tags_n):
        there, tag, tagged = posts.alias(f"there{n}"), tags.alias(f"tag{n}"), post_tags.alias(f"tagged{n}")
        inside = tagged.join(tag, tag.c.id == tagged.c.tag_id).join(there, there.c.id == tagged.c.post_id)
        hanging = sa.select(there.c.thread_id).select_from(inside).where(tag.c.folded == text_p(f"name{n}"))
        where.append(posts.c.thread_id.in_(hanging))
    where.append(may_see(p("viewer")))
    id_: Any = posts.c.id
    beyond = (id_ > p("after")) if ascending else (id_ < p("after"))
    if "one_a_thread" not in options:
        statement = sa.select(id_).where(*where, beyond)
        return Query(statement.order_by(id_ if ascending else id_.desc()).limit(limit))
    newest = sa.func.max(id_)
    beyond = (newest > p("after")) if ascending else (newest < p("after"))
    grouped = sa.select(newest).where(*where).group_by(posts.c.thread_id).having(beyond)
    return Query(grouped.order_by(newest if ascending else newest.desc()).limit(limit))


def find(
    tx: Tx,
    viewer: Viewer,
    group_id: int,
    wanted: Wanted,
    *,
    ascending: bool = False,
    after: int | None = None,
    limit: int,
) -> list[int]:
    """Ids of posts of the group that fit, newest first, beyond the id *after*; sight is asked of each."""
    if wanted.no_signatures and wanted.text.strip():
        return _signatures_aside(tx, viewer, group_id, wanted, ascending=ascending, after=after, limit=limit)
    values: dict[str, Any] = {"group_id": group_id, "viewer": viewer.account_id}
    options = {"one_a_thread"} if wanted.one_a_thread else set()
    if wanted.text.strip():
        values["match"] = match_text(tx.dialect, wanted.text, begun=True)
        if values["match"] is None:
            return []
        options.add("text")
    if wanted.author_id is not None:
        values["author_id"] = wanted.author_id
        options.add("author")
    names = wanted.tags[:MAX_TAGS]
    values.update({f"name{n}": name for n, name in enumerate(names)})
    values["low"] = first_id_at(wanted.since) if wanted.since is not None else 0
    values["high"] = first_id_at(wanted.until) if wanted.until is not None else _TOP
    values["after"] = after if after is not None else (-1 if ascending else _TOP)
    return tx.column(_hits(frozenset(options), len(names), ascending, limit), **values)


def how_many(tx: Tx, viewer: Viewer, group_id: int, wanted: Wanted) -> int:
    """How many posts fit, counted up to MAX_COUNT."""
    return len(find(tx, viewer, group_id, wanted, limit=MAX_COUNT))


def _signatures_aside(
    tx: Tx, viewer: Viewer, group_id: int, wanted: Wanted, *, ascending: bool, after: int | None, limit: int
) -> list[int]:
    """The hits of `find` but for those that owe it to a signature; ROUNDS pages are looked at at most."""
    plain = msgspec.structs.replace(wanted, no_signatures=False)
    words = set(_WORD.findall(wanted.text.casefold()))
    out: list[int] = []
    for _ in range(ROUNDS):
        options: dict[str, Any] = {"ascending": ascending, "after": after, "limit": max(limit, ROUND)}
        ids = find(tx, viewer, group_id, plain, **options)
        mails = {row[0]: row[1:] for row in tx.all(_MAILS, ids=ids)} if ids else {}
        out += [id_ for id_ in ids if id_ not in mails or not _in_signature(words, *mails[id_])]
        if len(out) >= limit or len(ids) < options["limit"]:
            break
        after = ids[-1]
    return out[:limit]


def _in_signature(words: set[str], title: str, source: str) -> bool:
    """Whether one of the words stands in the signature of a mail and nowhere else in it."""
    told = split_reply(source)
    rest = f"{title}\n{told.body}\n{told.quoted}".casefold()
    end = told.signature.casefold()
    return any(word in end and word not in rest for word in words)
