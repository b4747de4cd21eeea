"""Messages being written, kept for their writer until they are sent or thrown away."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound, TooMany
from folkmoot.domain.media import media
from folkmoot.domain.posts.posts import MAX_BYTES, MAX_TITLE
from folkmoot.store.schema.groups import drafts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_DRAFTS: Final = 1000
"""So many drafts one account may keep."""


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it is kept. *kind* is "post", "reply" (to *parent_id*), or "direct" and "member" (to the membership
    *target_id*); *body* is HTML; *options* are small facts of the door it is written at."""

    id: int
    account_id: int
    group_id: int
    kind: str
    parent_id: int | None
    target_id: int | None
    subject: str
    body: str
    options: dict[str, Any]
    created_at: int
    updated_at: int


class OutlineChange(msgspec.Struct, kw_only=True):
    """A change of a draft; what is None stays, *options* are merged."""

    subject: str | None = None
    body: str | None = None
    options: dict[str, Any] = {}


_COLUMNS = [drafts.c[name] for name in Outline.__struct_fields__]
_ONE = Query(sa.select(*_COLUMNS).where(drafts.c.id == p("id"), drafts.c.account_id == p("me")))
_MINE = Query(
    sa.select(*_COLUMNS)
    .where(drafts.c.account_id == p("me"), sa.or_(p("group_id") == 0, drafts.c.group_id == p("group_id")))
    .order_by(drafts.c.id.desc())
    .limit(MAX_DRAFTS)
)
_COUNT = Query(sa.select(sa.func.count()).where(drafts.c.account_id == p("me")))
_DELETE = Query(sa.delete(drafts).where(drafts.c.id == p("id"), drafts.c.account_id == p("me")))


def _outline(row: tuple[Any, ...]) -> Outline:
    values = dict(zip(Outline.__struct_fields__, row, strict=True))
    return Outline(**{**values, "options": msgspec.json.decode(values["options"])})


def new(
    tx: Tx,
    viewer: Viewer,
    group_id: int,
    kind: str,
    *,
    parent_id: int | None = None,
    target_id: int | None = None,
    subject: str = "",
) -> Outline:
    """Start a draft; whether it may be posted is asked when it is. Raises TooMany("drafts")."""
    me = viewer.required()
    if tx.value(_COUNT, me=me) >= MAX_DRAFTS:
        raise TooMany(f"one keeps at most {MAX_DRAFTS} drafts", code="drafts")
    id_ = tx.ids.next()
    tx.insert(
        drafts,
        id=id_,
        account_id=me,
        group_id=group_id,
        kind=kind,
        parent_id=parent_id,
        target_id=target_id,
        subject=subject[:MAX_TITLE],
        created_at=tx.now,
        updated_at=tx.now,
    )
    return see(tx, viewer, id_)


def see(tx: Tx, viewer: Viewer, draft_id: int, *, alone: bool = False) -> Outline:
    """One's own draft; *alone*: whoever wants to end it at the same time waits, and finds none. Raises NotFound for
    those of others too."""
    if alone:
        tx.alone("draft", draft_id)
    row = tx.one(_ONE, id=draft_id, me=viewer.required()) if 0 < draft_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="draft")
    return _outline(row)


def mine(tx: Tx, viewer: Viewer, group_id: int | None = None) -> list[Outline]:
    """One's own drafts, the newest first, of one group or of all."""
    return [_outline(row) for row in tx.all(_MINE, me=viewer.required(), group_id=group_id or 0)]


def update(tx: Tx, viewer: Viewer, draft_id: int, change: OutlineChange) -> Outline:
    """Change one's own draft. Raises NotFound, Invalid("subject" | "body", "too_long")."""
    now = see(tx, viewer, draft_id)
    values: dict[str, Any] = {"updated_at": tx.now}
    if change.subject is not None:
        values["subject"] = " ".join(change.subject.split())
        if len(values["subject"]) > MAX_TITLE:
            raise Invalid("subject", "too_long")
    if change.body is not None:
        values["body"] = change.body
        if len(change.body) > MAX_BYTES:
            raise Invalid("body", "too_long")
    if change.options:
        values["options"] = msgspec.json.encode({**now.options, **change.options}).decode()
    tx.update(drafts, {"id": draft_id}, **values)
    return see(tx, viewer, draft_id)


def delete(tx: Tx, viewer: Viewer, draft_id: int) -> None:
    """Throw one's own draft away with its files. Raises NotFound."""
    if not 0 < draft_id < 1 << 63 or not tx.run(_DELETE, id=draft_id, me=viewer.required()):
        raise NotFound(what="draft")
    media.let_go(tx, draft_id)


def touch(tx: Tx, draft_id: int) -> None:
    """Something beside its words is different."""
    tx.update(drafts, {"id": draft_id}, updated_at=tx.now)
