"""Senders whose mentions were set aside: one request each, to be accepted or dismissed."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import notice_rules
from folkmoot.domain.notices.notice_kinds import TALK
from folkmoot.domain.notices.notice_rules import COUNTED
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import exchanges
from folkmoot.store.schema.notices import notice_requests
from folkmoot.store.schema.posts import notices
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

PAGE_MAX = 80

_ASIDE = [
    notices.c.account_id == p("account_id"),
    notices.c.actor_id == p("actor_id"),
    notices.c.filtered == 1,
]
_ASIDE_TALK = [*_ASIDE, notices.c.kind.in_([sa.literal_column(f"'{kind}'") for kind in sorted(TALK)])]
_COUNT = Query(
    sa.select(sa.func.count()).select_from(
        sa.select(notices.c.id).where(*_ASIDE_TALK).limit(COUNTED).subquery()
    )
)
_LAST_POST = Query(sa.select(notices.c.post_id).where(*_ASIDE_TALK).order_by(notices.c.id.desc()).limit(1))
_FORGET = Query(
    sa.delete(notice_requests).where(
        notice_requests.c.account_id == p("account_id"), notice_requests.c.actor_id == p("actor_id")
    )
)
_POSTS_ASIDE = Query(sa.select(notices.c.post_id).where(*_ASIDE_TALK).order_by(notices.c.id))
_RELEASE = Query(sa.update(notices).where(*_ASIDE).values(filtered=0))
_DISMISS = Query(sa.delete(notices).where(*_ASIDE))


class NoticeRequest(msgspec.Struct, frozen=True):
    """What a sender has waiting: how many mentions and quotes (counted up to 100), and the last post of them."""

    id: int
    actor_id: int
    last_post_id: int | None
    notices_n: int
    created_at: int
    updated_at: int


_COLUMNS = [notice_requests.c[name] for name in NoticeRequest.__struct_fields__]


def count_again(tx: Tx, account_id: int, actor_id: int) -> None:
    """Set a sender's request right after something was set aside or removed; it goes with its last notice."""
    count = int(tx.value(_COUNT, account_id=account_id, actor_id=actor_id))
    if not count:
        forget(tx, account_id, actor_id)
        return
    tx.insert(
        notice_requests,
        "ON CONFLICT (account_id, actor_id) DO UPDATE SET last_post_id = excluded.last_post_id, "
        "notices_n = excluded.notices_n, updated_at = excluded.updated_at",
        id=tx.ids.next(),
        account_id=account_id,
        actor_id=actor_id,
        last_post_id=tx.value(_LAST_POST, account_id=account_id, actor_id=actor_id),
        notices_n=count,
        created_at=tx.now,
        updated_at=tx.now,
    )


def forget(tx: Tx, account_id: int, actor_id: int) -> None:
    """Remove a sender's request, and nothing else."""
    tx.run(_FORGET, account_id=account_id, actor_id=actor_id)


def _page(up: bool) -> Query:
    return Query(
        sa.select(*_COLUMNS)
        .where(
            notice_requests.c.account_id == p("account_id"),
            notice_requests.c.id > p("low"),
            notice_requests.c.id < p("high"),
        )
        .order_by(notice_requests.c.id if up else notice_requests.c.id.desc())
        .limit(PAGE_MAX)
    )


_PAGES = {up: _page(up) for up in (False, True)}
_SOME = Query(
    sa.select(*_COLUMNS).where(
        notice_requests.c.account_id == p("account_id"), in_list(notice_requests.c.id, "ids")
    )
)


def listing(tx: Tx, viewer: Viewer, page: Page) -> list[NoticeRequest]:
    """The viewer's requests, newest first, 80 at most."""
    rows = tx.all(_PAGES[page.nearest], account_id=viewer.required(), low=page.low, high=page.high)
    found = [NoticeRequest(*row) for row in rows[: page.limit]]
    return found[::-1] if page.nearest else found


def see(tx: Tx, viewer: Viewer, request_id: int) -> NoticeRequest:
    """One of the viewer's requests. Raises NotFound."""
    found = _some(tx, viewer, [request_id])
    if not found:
        raise NotFound(what="request")
    return found[0]


def _some(tx: Tx, viewer: Viewer, ids: list[int]) -> list[NoticeRequest]:
    return (
        [NoticeRequest(*row) for row in tx.all(_SOME, account_id=viewer.required(), ids=ids)] if ids else []
    )


def accept(tx: Tx, viewer: Viewer, ids: list[int]) -> None:
    """Let what these senders have waiting in among the others, and all that they send from now on.

    Ids that are no requests of the viewer's are passed over.
    """
    me = viewer.required()
    found = _some(tx, viewer, ids)
    for request in found:
        notice_rules.let_pass(tx, me, request.actor_id)
        for post_id in tx.column(_POSTS_ASIDE, account_id=me, actor_id=request.actor_id):
            exchanges.said(tx, post_id, [me])
        tx.run(_RELEASE, account_id=me, actor_id=request.actor_id)
        forget(tx, me, request.actor_id)
    if found:
        journal.record(tx, journal.NOTICES_MERGED, me, me, account_id=me)


def dismiss(tx: Tx, viewer: Viewer, ids: list[int]) -> None:
    """Remove requests and what waits with them; ids that are no requests of the viewer's are passed over."""
    me = viewer.required()
    for request in _some(tx, viewer, ids):
        tx.run(_DISMISS, account_id=me, actor_id=request.actor_id)
        forget(tx, me, request.actor_id)
