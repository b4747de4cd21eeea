"""A thread around one post, and the threads of a group: the same order for every door."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, see_original, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.hot import AUTHOR_ID, WIDTH, Look, look_author, look_columns, look_sight, look_source
from folkmoot.domain.reading.interest import unwanted
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.posts import posts, threads
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_THREAD = 4096
_SHOWN = 2


def _not_silenced() -> Any:
    """Silenced authors are heard by themselves, by who follows them, and in groups."""
    f = follows.alias()
    follow = (f.c.account_id == p("viewer"), f.c.target_id == posts.c.author_id, f.c.state == 1)
    one: Any = sa.select(sa.literal_column("1")).select_from(f).where(*follow)
    return sa.or_(
        look_author().c.silenced_at.is_(None),
        posts.c.author_id == p("viewer"),
        posts.c.group_id.is_not(None),
        sa.exists(one.correlate_except(f)),
    )


def _shape_of(thread_id: Any) -> Query:
    """Every post of a thread, oldest first: its look, its parent, and 0 unseen, 1 seen but not shown, 2 shown."""

    def statement() -> Any:
        live = posts.c.state == int(PostState.LIVE)
        shown = sa.and_(live, ~unwanted(p("viewer"), posts.c.author_id), _not_silenced())
        return (
            sa.select(
                *look_columns(), posts.c.parent_id, sa.case((~look_sight(), 0), (shown, _SHOWN), else_=1)
            )
            .select_from(look_source())
            .where(posts.c.thread_id == thread_id, posts.c.boost_of_id.is_(None))
            .order_by(posts.c.id)
            .limit(4 * MAX_THREAD)
        )

    return Query(statement)


_of_it = posts.alias("it")
_SHAPE = _shape_of(p("id"))
_SHAPE_AROUND = _shape_of(sa.select(_of_it.c.thread_id).where(_of_it.c.id == p("id")).scalar_subquery())
_LINKS = Query(
    sa.select(posts.c.id, posts.c.parent_id)
    .where(posts.c.thread_id == p("thread_id"), posts.c.boost_of_id.is_(None))
    .order_by(posts.c.id)
    .limit(4 * MAX_THREAD)
)
_THREAD_OF = Query(sa.select(posts.c.thread_id).where(posts.c.id == p("id")))


class Context(msgspec.Struct, frozen=True):
    """What stands around a post: ancestors oldest first, descendants in the order of the tree."""

    ancestors: list[Look]
    descendants: list[Look]


def around(tx: Tx, viewer: Viewer, post_id: int) -> Context:
    """The thread around a post. Raises NotFound.

    What the viewer may not see, or avoids, is left out; answers to it stay when they may be seen.
    """
    shape = _shape(tx, viewer, _SHAPE_AROUND, post_id) if 0 < post_id < 1 << 63 else None
    if shape is None or post_id not in shape.seen:
        # A boost, a post that only the server itself sees, or one beyond the bound of a thread.
        post_id = see_original(tx, viewer, post_id).id
        shape = _shape(tx, viewer, _SHAPE_AROUND, post_id)
    shown, parents = shape.shown, shape.parents
    ancestors: list[Look] = []
    at, steps = parents.get(post_id), 0
    while at is not None and steps < MAX_THREAD:
        if at in shown:
            ancestors.append(shown[at])
        at, steps = parents.get(at), steps + 1
    descendants = [shown[i] for i in _walk(shape.children, post_id, shown) if i in shown]
    return Context(ancestors[::-1], descendants)


def shallow(tx: Tx, post_id: int, below: list[Look], depth: int) -> list[Look]:
    """Those of the descendants of a post that hang at most *depth* answers below it."""
    if not below:
        return []
    thread_id = int(tx.value(_THREAD_OF, id=post_id))
    parents: dict[int, int | None] = {row[0]: row[1] for row in tx.all(_LINKS, thread_id=thread_id)}
    level: dict[int, int] = {post_id: 0}
    for look in below:
        chain: list[int] = []
        at, above = look[0], parents.get(look[0])
        while at not in level and above is not None and len(chain) <= MAX_THREAD:
            chain.append(at)
            at, above = above, parents.get(above)
        for steps, each in enumerate(reversed(chain), level.get(at, 0) + 1):
            level[each] = steps
    return [look for look in below if level.get(look[0], depth + 1) <= depth]


def whole(tx: Tx, viewer: Viewer, thread_id: int) -> list[tuple[int, int]]:
    """(post id, depth) of a thread in the order of the tree, depth 0 being the first post."""
    shape = _shape(tx, viewer, _SHAPE, thread_id)
    order = [thread_id, *_walk(shape.children, thread_id, shape.shown)]
    known = set(order)
    order += [i for i in shape.parents if i not in known]
    depth: dict[int, int] = {}
    for id_ in order:
        parent = shape.parents.get(id_)
        depth[id_] = 0 if parent is None else depth.get(parent, 0) + 1
    return [(id_, depth[id_]) for id_ in order if id_ in shape.shown]


class _Shape(msgspec.Struct):
    """How a thread hangs together, and what of it the viewer is shown."""

    seen: set[int]
    """What may be seen, whether it is shown or not."""
    shown: dict[int, Look]
    children: dict[int, list[int]]
    """Oldest first."""
    parents: dict[int, int | None]


def _shape(tx: Tx, viewer: Viewer, query: Query, id_: int) -> _Shape:
    rows = tx.all(query, id=id_, viewer=viewer.account_id, now=tx.now)
    parents: dict[int, int | None] = {row[0]: row[WIDTH] for row in rows}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for post_id, parent in parents.items():
        if parent is not None:
            children[parent].append(post_id)
    seen = {row[0] for row in rows if row[-1]}
    shown = {row[0]: row[:WIDTH] for row in rows if row[-1] == _SHOWN}
    if len(shown) > MAX_THREAD:
        shown = dict(islice(shown.items(), MAX_THREAD))
    return _Shape(seen, shown, children, parents)


def _walk(children: dict[int, list[int]], root: int, shown: dict[int, Look]) -> list[int]:
    """Depth first, the author's own continuation before others' answers, otherwise by time."""
    authors = {id_: look[AUTHOR_ID] for id_, look in shown.items()}
    order: list[int] = []
    stack = [root]
    while stack:
        at = stack.pop()
        if at == root and order:
            continue  # no thread is a ring, but a ring must not hang the server
        order.append(at)
        below = children.get(at)
        if below is None:
            continue
        if len(below) == 1:
            stack.append(below[0])
            continue
        mine = authors.get(at, 0)
        own = [i for i in below if authors.get(i, 0) == mine]
        if own and len(own) < len(below):
            below = own + [i for i in below if authors.get(i, 0) != mine]
        stack += below[::-1]
    return order[1:]


class ThreadView(msgspec.Struct, frozen=True, kw_only=True):
    """A thread of a group as a line of its list."""

    id: int
    group_id: int | None
    author_id: int
    subject: str
    posts_n: int
    last_post_id: int
    last_at: int
    created_at: int
    sticky: bool
    closed: bool
    moderated: bool


_COLUMNS = [threads.c[name] for name in ThreadView.__struct_fields__]


def _view(row: tuple[Any, ...]) -> ThreadView:
    values = dict(zip(ThreadView.__struct_fields__, row, strict=True))
    return ThreadView(
        **{**values, **{name: bool(values[name]) for name in ("sticky", "closed", "moderated")}}
    )


_OF_GROUP = {
    ("last", False): (threads.c.sticky.desc(), threads.c.last_at.desc(), threads.c.id.desc()),
    ("last", True): (threads.c.sticky, threads.c.last_at, threads.c.id),
    ("created", False): (threads.c.id.desc(),),
    ("created", True): (threads.c.id,),
    ("subject", False): (threads.c.folded_subject.desc(), threads.c.id.desc()),
    ("subject", True): (threads.c.folded_subject, threads.c.id),
    ("posts", False): (threads.c.posts_n.desc(), threads.c.id.desc()),
    ("posts", True): (threads.c.posts_n, threads.c.id),
}
_LISTS: dict[tuple[str, bool, int, int], Query] = {}
_ONE = Query(sa.select(*_COLUMNS).where(threads.c.id == p("id")))
_COUNT = Query(sa.select(sa.func.count()).select_from(threads).where(threads.c.group_id == p("group_id")))


def of_group(
    tx: Tx,
    viewer: Viewer,
    group_id: int,
    *,
    limit: int = 20,
    offset: int = 0,
    order: str = "last",
    ascending: bool = False,
) -> list[ThreadView]:
    """Threads of a group, sticky and latest first unless *order* ("created", "subject", "posts") says otherwise.

    Raises NotFound where the archive may not be read.
    """
    if not standing(tx, viewer, group_id).may_read:
        raise NotFound(what="group")
    key = (order, ascending, limit, offset)
    query = _LISTS.get(key)
    if query is None:
        by = _OF_GROUP[order, ascending]
        query = Query(
            sa.select(*_COLUMNS)
            .where(threads.c.group_id == p("group_id"))
            .order_by(*by)
            .limit(limit)
            .offset(offset)
        )
        if len(_LISTS) > 500:
            _LISTS.clear()
        _LISTS[key] = query
    return [_view(row) for row in tx.all(query, group_id=group_id)]


def thread_of(tx: Tx, post_id: int) -> int | None:
    """The thread of a post that the viewer sees already; None where the post is gone."""
    found: int | None = tx.value(_THREAD_OF, id=post_id)
    return found


def count(tx: Tx, group_id: int) -> int:
    """How many threads a group has."""
    return int(tx.value(_COUNT, group_id=group_id))


def see(tx: Tx, viewer: Viewer, thread_id: int) -> ThreadView:
    """A thread whose first post, or whose group's archive, the viewer may see. Raises NotFound."""
    row = tx.one(_ONE, id=thread_id) if 0 < thread_id < 1 << 62 else None
    view = None if row is None else _view(row)
    if view is not None and view.group_id is None:
        _see_first(tx, viewer, thread_id)
        return view
    try:  # asked for what is not there too: what is hidden takes as long
        readable = standing(tx, viewer, view.group_id or 0 if view else 0).may_read
    except NotFound:
        readable = False
    if view is None or not readable:
        raise NotFound(what="thread")
    return view


def _see_first(tx: Tx, viewer: Viewer, thread_id: int) -> None:
    try:
        see_original(tx, viewer, thread_id)
    except NotFound:
        raise NotFound(what="thread") from None
