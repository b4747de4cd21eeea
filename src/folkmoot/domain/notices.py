"""What is brought to a person's notice: written with the act itself, taken back with it."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.paging import Page
from folkmoot.store.schema.bonds import blocks, mutes
from folkmoot.store.schema.posts import marks, notices, posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MUTED_THREAD = 16
PAGE_MAX = 200
_QUIET = Query(
    sa.select(sa.literal_column("1")).where(
        sa.or_(
            sa.exists().where(blocks.c.account_id == p("account_id"), blocks.c.target_id == p("actor_id")),
            sa.exists().where(
                mutes.c.account_id == p("account_id"),
                mutes.c.target_id == p("actor_id"),
                mutes.c.notices == 1,
                sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now")),
            ),
        )
    )
)
_THREAD_MUTED = Query(
    sa.select(marks.c.bits)
    .select_from(marks.join(posts, posts.c.thread_id == marks.c.post_id))
    .where(posts.c.id == p("post_id"), marks.c.account_id == p("account_id"))
)
_SAME = Query(
    sa.select(notices.c.id).where(
        notices.c.account_id == p("account_id"),
        notices.c.kind == text_p("kind"),
        notices.c.actor_id == p("actor_id"),
        sa.func.coalesce(notices.c.post_id, 0) == p("post_id"),
    )
)
_REMOVE = Query(sa.delete(notices).where(notices.c.id == p("id")))
_FORGET = Query(
    sa.delete(notices).where(notices.c.account_id == p("account_id"), notices.c.actor_id == p("actor_id"))
)
_FORGET_POST = Query(sa.delete(notices).where(notices.c.post_id == p("post_id")))
_CLEAR = Query(sa.delete(notices).where(notices.c.account_id == p("account_id")))
_DISMISS = Query(sa.delete(notices).where(notices.c.account_id == p("account_id"), notices.c.id == p("id")))


class Notice(msgspec.Struct, frozen=True, gc=False):
    """One thing brought to an account's notice."""

    id: int
    kind: str
    actor_id: int
    post_id: int | None
    created_at: int


def add(tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None = None) -> None:
    """Tell an account, unless it is its own act, blocked, muted with notices, in a muted thread, or told already."""
    if account_id == actor_id or tx.one(_QUIET, account_id=account_id, actor_id=actor_id, now=tx.now):
        return
    if (
        post_id is not None
        and (tx.value(_THREAD_MUTED, account_id=account_id, post_id=post_id) or 0) & MUTED_THREAD
    ):
        return
    if tx.one(_SAME, account_id=account_id, kind=kind, actor_id=actor_id, post_id=post_id or 0):
        return
    id_ = tx.ids.next()
    tx.insert(
        notices,
        id=id_,
        account_id=account_id,
        kind=kind,
        actor_id=actor_id,
        post_id=post_id,
        created_at=tx.now,
    )
    journal.record(
        tx, journal.NOTICE_ADDED, actor_id, id_, account_id=account_id, notice_kind=kind, post_id=post_id
    )


def remove(tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None = None) -> None:
    """Take a notice back with the act that made it."""
    row = tx.one(_SAME, account_id=account_id, kind=kind, actor_id=actor_id, post_id=post_id or 0)
    if row:
        tx.run(_REMOVE, id=row[0])


def forget_actor(tx: Tx, account_id: int, actor_id: int) -> None:
    """Remove all that an account was told of another (block)."""
    tx.run(_FORGET, account_id=account_id, actor_id=actor_id)


def forget_post(tx: Tx, post_id: int) -> None:
    """Remove all notices of a post (deletion)."""
    tx.run(_FORGET_POST, post_id=post_id)


_IN_SIGHT = sa.or_(notices.c.post_id.is_(None), may_see(p("account_id")))
_KINDS = in_list(notices.c.kind, "kinds", text=True)
_ACTOR = notices.c.actor_id == p("actor_id")
_COLUMNS = [notices.c[name] for name in Notice.__struct_fields__]
_WITH_POSTS = notices.outerjoin(posts, posts.c.id == notices.c.post_id)


@lru_cache(maxsize=256)
def _query(limit: int, kinds: bool, actor: bool, up: bool) -> Query:
    """The statement of a list. The newest are walked by the index, so sight is asked for a page only."""
    where = [
        notices.c.account_id == p("account_id"),
        notices.c.id > p("low"),
        notices.c.id < p("high"),
        _IN_SIGHT,
        *([_KINDS] if kinds else []),
        *([_ACTOR] if actor else []),
    ]
    order = notices.c.id if up else notices.c.id.desc()
    return Query(sa.select(*_COLUMNS).select_from(_WITH_POSTS).where(*where).order_by(order).limit(limit))


_ONE = Query(
    lambda: (
        sa.select(*_COLUMNS)
        .select_from(_WITH_POSTS)
        .where(notices.c.account_id == p("account_id"), notices.c.id == p("id"), _IN_SIGHT)
    )
)


def listing(
    tx: Tx, viewer: Viewer, page: Page, kinds: list[str] | None = None, actor_id: int | None = None
) -> list[Notice]:
    """The viewer's notices, newest first, those of the named kinds (and of one actor) only.

    Those of posts that went out of sight are left out. A page has 200 at most.
    """
    values: dict[str, object] = {"account_id": viewer.required(), "low": page.low, "high": page.high}
    limit = min(page.limit, PAGE_MAX)
    if limit <= 0:
        return []
    if kinds is not None:
        values["kinds"] = kinds
    if actor_id is not None:
        values["actor_id"] = actor_id
    rows = tx.all(_query(limit, kinds is not None, actor_id is not None, page.nearest), **values)
    if page.nearest:
        rows.reverse()
    return [Notice(*row) for row in rows]


def see(tx: Tx, viewer: Viewer, notice_id: int) -> Notice:
    """One of the viewer's notices. Raises NotFound."""
    row = tx.one(_ONE, account_id=viewer.required(), id=notice_id)
    if row is None:
        raise NotFound(what="notice")
    return Notice(*row)


def dismiss(tx: Tx, viewer: Viewer, notice_id: int) -> None:
    """Remove one of the viewer's notices; nothing there is fine."""
    tx.run(_DISMISS, account_id=viewer.required(), id=notice_id)


def clear(tx: Tx, viewer: Viewer) -> None:
    """Remove all of the viewer's notices."""
    tx.run(_CLEAR, account_id=viewer.required())


def _count(of_one: bool) -> Query:
    return Query(
        lambda: sa.select(sa.func.count()).select_from(
            sa.select(notices.c.id)
            .select_from(_WITH_POSTS)
            .where(
                notices.c.account_id == p("account_id"),
                notices.c.id > p("low"),
                _IN_SIGHT,
                _KINDS,
                *([_ACTOR] if of_one else []),
            )
            .limit(1000)
            .subquery()
        )
    )


_COUNTS = {of_one: _count(of_one) for of_one in (False, True)}


def count_after(tx: Tx, viewer: Viewer, low: int, kinds: list[str], actor_id: int | None = None) -> int:
    """How many notices of these kinds are newer than the id *low*, counted up to 1,000."""
    values: dict[str, object] = {"account_id": viewer.required(), "low": low, "kinds": kinds}
    if actor_id is not None:
        values["actor_id"] = actor_id
    return int(tx.value(_COUNTS[actor_id is not None], **values))
