"""Reading what one reader wants out of all posts, in either direction, the same for homes, lists and rebuilt feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, TypeVar

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, may_see
from folkmoot.domain.paging import Page
from folkmoot.domain.posts.postfacts import OFF_LISTS
from folkmoot.domain.reading.interest import Candidate, Circle, Interest
from folkmoot.kit.ids import first_id_at, id_time
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import addressed, post_tags, posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Row, Tx

T = TypeVar("T")
Wants = Callable[[Candidate], bool]
DAY_MS = 86_400_000
BOOST_WINDOW = 40
"""Within so many entries the same original is shown once."""
TOP = 1 << 62
_SPANS = (DAY_MS // 144, DAY_MS // 24, DAY_MS // 4, DAY_MS, 7 * DAY_MS, 60 * DAY_MS, None)
"""How far back one looks before looking further: most readers have a page within the first spans."""
_here, _original, _parent = posts.alias("here"), posts.alias("original"), posts.alias("parent")
_FACTS = [
    posts.c.id,
    posts.c.author_id,
    posts.c.audience,
    posts.c.group_id,
    posts.c.parent_id,
    posts.c.parent_author_id,
    posts.c.boost_of_id,
    _original.c.author_id,
    posts.c.language,
    sa.case(
        (posts.c.parent_id.is_(None), 0),
        (sa.func.coalesce(_parent.c.state, int(PostState.DELETED)) >= int(PostState.REJECTED), 1),
        else_=0,
    ),
]


def _with_facts(some: Any, *more: Any, up: bool) -> Query:
    """The facts of those few posts whose ids *some* found: what is sorted is narrow, what is joined is short."""
    found = some.subquery("found")
    return Query(
        sa.select(*_FACTS, *(found.c[name] for name in more))
        .select_from(
            found.join(posts, posts.c.id == found.c.id)
            .outerjoin(_original, _original.c.id == posts.c.boost_of_id)
            .outerjoin(_parent, _parent.c.id == posts.c.parent_id)
        )
        .order_by(found.c.id if up else found.c.id.desc())
    )


def _candidates(limit: int, *, up: bool) -> Query:
    here = _here.c.id
    some = (
        sa.select(here)
        .where(
            sa.or_(in_list(_here.c.author_id, "authors"), in_list(_here.c.group_id, "groups")),
            here > p("low"),
            here < p("high"),
            _here.c.state == int(PostState.LIVE),
            _here.c.parts.op("&")(OFF_LISTS) == 0,
        )
        .order_by(here if up else here.desc())
        .limit(limit)
    )
    return _with_facts(some, up=up)


def _tagged(limit: int, *, up: bool) -> Query:
    here = post_tags.c.post_id
    some = (
        sa.select(here.label("id"), post_tags.c.tag_id)
        .select_from(
            post_tags.join(_here, _here.c.id == here).join(accounts, accounts.c.id == _here.c.author_id)
        )
        .where(
            in_list(post_tags.c.tag_id, "tags"),
            here > p("low"),
            here < p("high"),
            _here.c.state == int(PostState.LIVE),
            accounts.c.silenced_at.is_(None),
        )
        .order_by(here if up else here.desc())
        .limit(limit)
    )
    return _with_facts(some, "tag_id", up=up)


Way = Literal["first", "down", "up"]
"""The first portion downwards, mostly all that a page needs; the further ones; upwards."""


def queries(first: int, down: int, up: int) -> dict[Way, tuple[Query, Query, int]]:
    """By way the statements by source and by tag, and how much each reads at once."""
    sizes: dict[Way, int] = {"first": first, "down": down, "up": up}
    return {
        way: (_candidates(size, up=way == "up"), _tagged(size, up=way == "up"), size)
        for way, size in sizes.items()
    }


QUERIES = queries(200, 400, 200)
_NAMED = Query(
    sa.select(addressed.c.post_id, addressed.c.account_id).where(
        in_list(addressed.c.post_id, "ids"),
        in_list(addressed.c.account_id, "avoided"),
        addressed.c.silent == 0,
    )
)
_FAR = Query(
    sa.select(accounts.c.id, accounts.c.domain).where(
        in_list(accounts.c.id, "ids"), in_list(accounts.c.domain, "servers", text=True)
    )
)
_VISIBLE = Query(lambda: sa.select(posts.c.id).where(in_list(posts.c.id, "ids"), may_see(p("viewer"))))


class Sources(msgspec.Struct, frozen=True):
    """Where candidates come from: authors, groups, and tags (folded name and id)."""

    authors: tuple[int, ...]
    groups: tuple[int, ...]
    tags: dict[str, int] = {}

    @property
    def any(self) -> bool:
        """Whether anything can come of them."""
        return bool(self.authors or self.groups or self.tags)


def sources_of_home(who: Interest) -> Sources:
    """Everything that may come into a home."""
    return Sources(tuple(who.sources), tuple(who.groups), who.tags)


def sources_of_circle(who: Interest, circle: Circle) -> Sources:
    """What of this may come into one of the reader's lists."""
    members = circle.members
    return Sources(
        tuple(a for a in who.sources if a in members), tuple(g for g in who.groups if g in members)
    )


def _stretch(
    tx: Tx, who: Interest, sources: Sources, low: int, high: int, way: Way
) -> tuple[list[Candidate], int]:
    """(candidates strictly between the bounds in the order of reading, where it was cut short or 0 for nowhere)."""
    by_source, by_tag, limit = QUERIES[way]
    up = way == "up"
    names = {id_: name for name, id_ in sources.tags.items()}
    rows = tx.all(by_source, authors=sources.authors, groups=sources.groups, low=low, high=high)
    tagged = tx.all(by_tag, tags=list(names), low=low, high=high) if names else []
    found = {row[0]: _candidate(row) for row in rows}
    for row in tagged:
        found[row[0]] = _candidate(row, (names[row[10]],))
    cuts = [each[-1][0] for each in (rows, tagged) if len(each) == limit]
    cut = 0
    if cuts:
        cut = min(cuts) if up else max(cuts)
        found = {i: c for i, c in found.items() if (i <= cut if up else i >= cut)}
    ordered = list(found.values())
    if tagged:
        ordered.sort(key=lambda c: c.id, reverse=not up)
    return _dressed(tx, who, ordered), cut


def _candidate(row: Row, tags: tuple[str, ...] = ()) -> Candidate:
    return Candidate(*(*row[:9], bool(row[9]), (), (), tags))


def _dressed(tx: Tx, who: Interest, found: list[Candidate]) -> list[Candidate]:
    """With those facts that only readers who avoid somebody need."""
    if who.avoided and found:
        ids = {c.boost_of_id or c.id for c in found}
        named: dict[int, list[int]] = {}
        for post_id, account_id in tx.all(_NAMED, ids=ids, avoided=who.avoided):
            named.setdefault(post_id, []).append(account_id)
        if named:
            found = [_with(c, named=tuple(named.get(c.boost_of_id or c.id, ()))) for c in found]
    if who.servers and found:
        people = {a for c in found for a in (c.author_id, c.boost_author_id) if a is not None}
        far: dict[int, str] = dict(tx.all(_FAR, ids=people, servers=who.servers))
        if far:
            found = [
                _with(c, servers=tuple(far[a] for a in (c.author_id, c.boost_author_id) if a in far))
                for c in found
            ]
    return found


def _with(post: Candidate, **facts: tuple[Any, ...]) -> Candidate:
    return msgspec.structs.replace(post, **facts) if any(facts.values()) else post


def downwards(
    tx: Tx, who: Interest, sources: Sources, wants: Wants, low: int, high: int
) -> Iterator[list[Candidate]]:
    """What is wanted strictly between the bounds, newest first, in portions; no further is read than is asked for."""
    end = min(high, first_id_at(tx.now + DAY_MS))
    start = min(id_time(end), tx.now)
    way: Way = "first"
    for span in _SPANS:
        floor = low if span is None else max(low, first_id_at(start - span))
        while end > floor + 1:
            found, cut = _stretch(tx, who, sources, floor, end, way)
            way = "down"
            yield [c for c in found if wants(c)]
            if not cut:
                break
            end = cut
        end = floor + 1
        if floor <= low:
            return


def upwards(
    tx: Tx, who: Interest, sources: Sources, wants: Wants, low: int, high: int
) -> Iterator[list[Candidate]]:
    """What is wanted strictly between the bounds, oldest first, in portions."""
    while True:
        found, cut = _stretch(tx, who, sources, low, high, "up")
        yield [c for c in found if wants(c)]
        if not cut:
            return
        low = cut


Entry = tuple[int, int]
"""An entry of a list of what is wanted: a post's id and its original's, which is itself unless it is a boost."""


def entry(post: Candidate) -> Entry:
    """The entry that a candidate becomes."""
    return post.id, post.boost_of_id or post.id


def unrepeated(entries: list[Entry], *, skip: int) -> list[int]:
    """Ids of entries, newest first, without boosts whose original stands among the BOOST_WINDOW entries just below.

    The lowest *skip* only serve to judge those above them. Each entry is judged by its nearest neighbours alone, so
    that it does not matter where one begins to read.
    """
    last: dict[int, int] = {}
    out: list[int] = []
    for at, (id_, original) in enumerate(reversed(entries)):
        before = last.get(original)
        last[original] = at
        if at >= skip and (id_ == original or before is None or at - before > BOOST_WINDOW):
            out.append(id_)
    out.reverse()
    return out


def read_down(
    tx: Tx, who: Interest, sources: Sources, wants: Wants, low: int, high: int
) -> Iterator[list[int]]:
    """Ids of what is wanted between the bounds without repeats, newest first, in portions."""
    rest: list[Entry] = []
    # What lies below the bound still decides about repeats above it, but is not told of.
    for found in downwards(tx, who, sources, wants, -1, high):
        rest += map(entry, found)
        if len(rest) > BOOST_WINDOW:
            yield [i for i in unrepeated(rest, skip=BOOST_WINDOW) if i > low]
            del rest[:-BOOST_WINDOW]
            if rest[0][0] <= low:
                return
    yield [i for i in unrepeated(rest, skip=0) if i > low]


def read_up(
    tx: Tx, who: Interest, sources: Sources, wants: Wants, low: int, high: int
) -> Iterator[list[int]]:
    """As read_down, oldest first."""
    below = (c for found in downwards(tx, who, sources, wants, -1, low + 1) for c in found)
    context = [entry(c) for c in islice(below, BOOST_WINDOW)]
    for found in upwards(tx, who, sources, wants, low, high):
        newest_first = [*map(entry, reversed(found)), *context]
        yield unrepeated(newest_first, skip=len(context))[::-1]
        context = newest_first[:BOOST_WINDOW]


def read(tx: Tx, who: Interest, sources: Sources, wants: Wants, page: Page) -> Iterator[list[int]]:
    """Ids of a page in the order in which it is filled: from its upper end, or from its lower with `nearest`."""
    way = read_up if page.nearest else read_down
    return way(tx, who, sources, wants, page.low, page.high)


def pick(
    chunks: Iterable[Sequence[int]], page: Page, look: Callable[[list[int]], dict[int, T]], step: int
) -> list[T]:
    """Fill a page with what *look* finds of the ids, which it is shown at most *step* at a time."""
    picked: list[T] = []
    skip = page.offset
    if page.limit <= 0:
        return picked
    for ids in chunks:
        for start in range(0, len(ids), step):
            some = list(ids[start : start + step])
            found = look(some)
            shown = [found[i] for i in some if i in found]
            picked += shown[skip:]
            skip = max(0, skip - len(shown))
            if len(picked) >= page.limit:
                del picked[page.limit :]
                return picked[::-1] if page.nearest else picked
    return picked[::-1] if page.nearest else picked


def visible(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, int]:
    """Those of the ids that the viewer may see at this moment."""
    return {i: i for i in tx.column(_VISIBLE, ids=ids, viewer=viewer.account_id)} if ids else {}
