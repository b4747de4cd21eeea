"""Direct posts as exchanges: for each person one per thread and set of people, with its last post."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Audience, Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.paging import Page
from folkmoot.store.schema.notices import exchange_people, exchange_posts, exchanges, mailbox
from folkmoot.store.schema.posts import addressed, posts
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Row, Tx

PAGE_MAX = 40

_POST = Query(
    sa.select(posts.c.author_id, posts.c.thread_id).where(
        posts.c.id == p("id"), posts.c.audience == int(Audience.DIRECT), posts.c.state == 0
    )
)
_SPOKEN_TO = Query(
    sa.select(addressed.c.account_id).where(addressed.c.post_id == p("id"), addressed.c.silent == 0)
)
_KNOWN = Query(
    sa.select(exchanges.c.id, exchanges.c.last_post_id).where(
        exchanges.c.account_id == p("me"),
        exchanges.c.thread_id == p("thread_id"),
        exchanges.c.others == text_p("others"),
    )
)
_WITH_POST = Query(
    sa.select(exchanges.c.id, exchanges.c.last_post_id)
    .select_from(exchanges.join(exchange_posts, exchange_posts.c.exchange_id == exchanges.c.id))
    .where(exchange_posts.c.post_id == p("post_id"))
)
_MY_WITH_POST = Query(
    sa.select(exchanges.c.id, exchanges.c.last_post_id)
    .select_from(exchanges.join(exchange_posts, exchange_posts.c.exchange_id == exchanges.c.id))
    .where(exchange_posts.c.post_id == p("post_id"), exchanges.c.account_id == p("me"))
)
_OWN_OUT = Query(sa.delete(mailbox).where(mailbox.c.account_id == p("me"), mailbox.c.post_id == p("post_id")))
_TAKE_OUT = Query(
    sa.delete(exchange_posts).where(
        exchange_posts.c.exchange_id == p("id"), exchange_posts.c.post_id == p("post_id")
    )
)
_LAST_LEFT = Query(
    sa.select(sa.func.max(exchange_posts.c.post_id)).where(exchange_posts.c.exchange_id == p("id"))
)
_END = [
    Query(sa.delete(exchange_posts).where(exchange_posts.c.exchange_id == p("id"))),
    Query(sa.delete(exchange_people).where(exchange_people.c.exchange_id == p("id"))),
    Query(sa.delete(exchanges).where(exchanges.c.id == p("id"))),
]
_OF_IT = [
    mailbox.c.account_id == p("me"),
    mailbox.c.thread_id == p("thread_id"),
    mailbox.c.others == text_p("others"),
]
_ALL_SEEN = Query(sa.update(mailbox).where(*_OF_IT).values(seen=1))
_OUT_OF_BOX = Query(
    sa.delete(mailbox).where(
        mailbox.c.account_id == p("me"),
        mailbox.c.post_id.in_(
            sa.select(exchange_posts.c.post_id).where(exchange_posts.c.exchange_id == p("id"))
        ),
    )
)
_FORGET = Query(sa.delete(mailbox).where(mailbox.c.post_id == p("post_id")))
_BETWEEN = Query(
    sa.select(exchange_people.c.exchange_id).where(
        exchange_people.c.account_id == p("me"), exchange_people.c.other_id == p("other")
    )
)


class Exchange(msgspec.Struct, frozen=True):
    """An account's side of a direct exchange; *others* are the ids of those it is had with, empty for notes to self."""

    id: int
    thread_id: int
    others: list[int]
    last_post_id: int
    unread: bool


_COLUMNS = [exchanges.c[name] for name in Exchange.__struct_fields__]


def _read(row: Row) -> Exchange:
    others = [int(part) for part in row[2].split(",") if part]
    return Exchange(row[0], row[1], others, row[3], bool(row[4]))


def arrived(tx: Tx, post_id: int, for_whom: list[int]) -> None:
    """A direct post lies in the boxes of its author and of those whom it is for, also where it is set aside; other
    posts change nothing."""
    row = tx.one(_POST, id=post_id)
    if row is None:
        return
    author_id, thread_id = row
    people = {author_id, *tx.column(_SPOKEN_TO, id=post_id)}
    for me in for_whom:
        if me in people:
            own = int(author_id == me)
            names = ",".join(map(str, sorted(people - {me})))
            tx.insert_new(
                mailbox, account_id=me, post_id=post_id, thread_id=thread_id, others=names, own=own, seen=own
            )


def said(tx: Tx, post_id: int, for_whom: list[int]) -> None:
    """A direct post enters the exchanges of its author or of those who heard of it; other posts change nothing.

    One's own word makes one's side read, somebody else's unread.
    """
    row = tx.one(_POST, id=post_id)
    if row is None:
        return
    author_id, thread_id = row
    people = {author_id, *tx.column(_SPOKEN_TO, id=post_id)}
    for me in for_whom:
        if me in people:
            _enter(tx, me, author_id, thread_id, sorted(people - {me}), post_id)


def _enter(tx: Tx, me: int, author_id: int, thread_id: int, others: list[int], post_id: int) -> None:
    names = ",".join(map(str, others))
    new_id = tx.ids.next()
    if tx.insert_new(
        exchanges, id=new_id, account_id=me, thread_id=thread_id, others=names, last_post_id=post_id, unread=0
    ):
        for other in others:
            tx.insert_new(exchange_people, account_id=me, other_id=other, exchange_id=new_id)
    known = tx.one(_KNOWN, me=me, thread_id=thread_id, others=names)
    assert known is not None
    tx.insert_new(exchange_posts, exchange_id=known[0], post_id=post_id)
    if author_id == me:
        tx.run(_ALL_SEEN, me=me, thread_id=thread_id, others=names)
    last = max(known[1], post_id)
    tx.update(exchanges, {"id": known[0]}, last_post_id=last, unread=int(author_id != me))
    journal.record(tx, journal.EXCHANGE_CHANGED, author_id, known[0], account_id=me)


def taken_back(tx: Tx, post_id: int) -> None:
    """A direct post was deleted: where it was the last, the one before it is; an empty exchange ends."""
    tx.run(_FORGET, post_id=post_id)
    for id_, last in tx.all(_WITH_POST, post_id=post_id):
        _take_out(tx, id_, post_id, last)


def take_out(tx: Tx, me: int, post_id: int) -> None:
    """Take a post off one side's own list; it stays for everybody else."""
    tx.run(_OWN_OUT, me=me, post_id=post_id)
    for id_, last in tx.all(_MY_WITH_POST, me=me, post_id=post_id):
        _take_out(tx, id_, post_id, last)


def _take_out(tx: Tx, exchange_id: int, post_id: int, last: int) -> None:
    tx.run(_TAKE_OUT, id=exchange_id, post_id=post_id)
    left = tx.value(_LAST_LEFT, id=exchange_id)
    if left is None:
        _end(tx, exchange_id)
    elif last == post_id:
        tx.update(exchanges, {"id": exchange_id}, last_post_id=left)


def _end(tx: Tx, exchange_id: int) -> None:
    for query in _END:
        tx.run(query, id=exchange_id)


def drop_with(tx: Tx, me: int, other: int) -> None:
    """Remove an account's exchanges with another (block); the posts stay."""
    for id_ in tx.column(_BETWEEN, me=me, other=other):
        tx.run(_OUT_OF_BOX, me=me, id=id_)
        _end(tx, id_)


def _page(up: bool) -> Query:
    return Query(
        sa.select(*_COLUMNS)
        .where(
            exchanges.c.account_id == p("me"),
            exchanges.c.last_post_id > p("low"),
            exchanges.c.last_post_id < p("high"),
        )
        .order_by(exchanges.c.last_post_id if up else exchanges.c.last_post_id.desc())
        .limit(PAGE_MAX)
    )


_PAGES = {up: _page(up) for up in (False, True)}
_ONE = Query(sa.select(*_COLUMNS).where(exchanges.c.account_id == p("me"), exchanges.c.id == p("id")))
_UNREAD = Query(
    sa.update(exchanges)
    .where(exchanges.c.account_id == p("me"), exchanges.c.id == p("id"))
    .values(unread=p("unread"))
)


def listing(tx: Tx, viewer: Viewer, page: Page) -> list[Exchange]:
    """The viewer's exchanges, that with the newest last post first, 40 at most; the cursor is the last post's id."""
    rows = tx.all(_PAGES[page.nearest], me=viewer.required(), low=page.low, high=page.high)[: page.limit]
    found = [_read(row) for row in rows]
    return found[::-1] if page.nearest else found


def _posts(up: bool) -> Query:
    source = exchange_posts.join(exchanges, exchanges.c.id == exchange_posts.c.exchange_id)
    place = exchange_posts.c.post_id
    return Query(
        sa.select(place)
        .distinct()
        .select_from(source.join(posts, posts.c.id == place))
        .where(exchanges.c.account_id == p("me"), place > p("low"), place < p("high"), may_see(p("viewer")))
        .order_by(place if up else place.desc())
        .limit(PAGE_MAX)
    )


_POSTS = {up: _posts(up) for up in (False, True)}


def posts_of(tx: Tx, viewer: Viewer, page: Page) -> list[int]:
    """Ids of the posts in the viewer's exchanges, newest first, 40 at most."""
    me = viewer.required()
    ids = tx.column(_POSTS[page.nearest], me=me, viewer=me, low=page.low, high=page.high)[: page.limit]
    return ids[::-1] if page.nearest else ids


def see(tx: Tx, viewer: Viewer, exchange_id: int) -> Exchange:
    """One of the viewer's exchanges. Raises NotFound."""
    row = tx.one(_ONE, me=viewer.required(), id=exchange_id)
    if row is None:
        raise NotFound(what="exchange")
    return _read(row)


def mark(tx: Tx, viewer: Viewer, exchange_id: int, *, unread: bool) -> Exchange:
    """Mark one of the viewer's exchanges as read or unread. Raises NotFound."""
    me = viewer.required()
    if not tx.run(_UNREAD, me=me, id=exchange_id, unread=int(unread)):
        raise NotFound(what="exchange")
    found = see(tx, viewer, exchange_id)
    if unread:
        tx.update(mailbox, {"account_id": me, "post_id": found.last_post_id}, seen=0)
    else:
        tx.run(_ALL_SEEN, me=me, thread_id=found.thread_id, others=",".join(map(str, found.others)))
    return found


def leave(tx: Tx, viewer: Viewer, exchange_id: int) -> None:
    """Remove one of the viewer's exchanges from their list; the posts stay. Raises NotFound."""
    found = see(tx, viewer, exchange_id)
    tx.run(_OUT_OF_BOX, me=viewer.account_id, id=found.id)
    _end(tx, found.id)
