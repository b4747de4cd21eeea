"""What is brought to a person's notice: written with the act itself, taken back with it."""

from __future__ import annotations

from enum import IntEnum

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer, may_see
from folkmoot.domain.errors import NotFound
from folkmoot.domain.notices import bundles, notice_requests, notice_rules, pushes
from folkmoot.domain.notices.notice_kinds import KINDS
from folkmoot.domain.notices.notice_rules import Choice
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import blocks, follows, mutes
from folkmoot.store.schema.people import server_blocks
from folkmoot.store.schema.posts import addressed, marks, notices, posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Row, Tx

MUTED_THREAD = 16


class Told(IntEnum):
    """What became of a notice: QUIET is that of a muted thread, which nothing else speaks against."""

    TOLD = 0
    ASIDE = 1
    QUIET = 2
    DROPPED = 3


def _turned_away(other: object) -> list[sa.ColumnElement[bool]]:
    """The account blocks *other*, or mutes them with their notices."""
    return [
        sa.exists().where(blocks.c.account_id == p("account_id"), blocks.c.target_id == other),
        sa.exists().where(
            mutes.c.account_id == p("account_id"),
            mutes.c.target_id == other,
            mutes.c.notices == 1,
            sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > p("now")),
        ),
    ]


_actor = accounts.alias("actor")
_FAR = sa.exists().where(
    _actor.c.id == p("actor_id"),
    _actor.c.domain != "",
    server_blocks.c.account_id == p("account_id"),
    server_blocks.c.domain == _actor.c.domain,
    ~sa.exists().where(
        follows.c.account_id == p("account_id"), follows.c.target_id == p("actor_id"), follows.c.state == 1
    ),
)
_NOBODY_HERE = ~sa.exists().where(
    accounts.c.id == p("account_id"),
    accounts.c.kind != 1,
    accounts.c.domain == "",
    accounts.c.suspended_at.is_(None),
    accounts.c.memorial_at.is_(None),
)
_QUIET = Query(
    lambda: sa.select(sa.literal_column("1")).where(sa.or_(_NOBODY_HERE, *_turned_away(p("actor_id")), _FAR))
)
_THREAD_MUTED = Query(
    sa.select(marks.c.bits)
    .select_from(marks.join(posts, posts.c.thread_id == marks.c.post_id))
    .where(posts.c.id == p("post_id"), marks.c.account_id == p("account_id"))
)
_AMONG_UNWANTED = Query(
    lambda: (
        sa.select(addressed.c.account_id)
        .where(
            addressed.c.post_id == p("post_id"),
            addressed.c.silent == 0,
            sa.or_(*_turned_away(addressed.c.account_id)),
        )
        .limit(1)
    )
)
_ANSWERS_UNWANTED = Query(
    lambda: sa.select(posts.c.id).where(
        posts.c.id == p("post_id"),
        posts.c.parent_author_id.is_not(None),
        sa.or_(*_turned_away(posts.c.parent_author_id)),
    )
)
_KEPT = [notices.c[n] for n in ("id", "account_id", "actor_id", "bundle", "filtered", "kind")]
_SAME_SQL = [
    notices.c.account_id == p("account_id"),
    notices.c.kind == text_p("kind"),
    notices.c.actor_id == p("actor_id"),
]
_SAME = Query(
    sa.select(*_KEPT).where(*_SAME_SQL, notices.c.post_id == p("post_id")).order_by(notices.c.id).limit(1)
)
_SAME_NO_POST = Query(
    sa.select(*_KEPT)
    .where(*_SAME_SQL, notices.c.post_id.is_(None), sa.func.coalesce(notices.c.about_id, 0) == p("about_id"))
    .limit(1)
)
_ONE_KEPT = Query(sa.select(*_KEPT).where(notices.c.account_id == p("account_id"), notices.c.id == p("id")))
_REMOVE = Query(sa.delete(notices).where(in_list(notices.c.id, "ids")))
_OF_ACTOR = Query(
    sa.select(*_KEPT).where(notices.c.account_id == p("account_id"), notices.c.actor_id == p("actor_id"))
)
_OF_POST = Query(sa.select(*_KEPT).where(notices.c.post_id == p("post_id")))
_OF_BUNDLE = Query(
    sa.delete(notices).where(
        notices.c.account_id == p("account_id"), notices.c.bundle == text_p("bundle"), notices.c.bundle != ""
    )
)
_CLEAR = Query(sa.delete(notices).where(notices.c.account_id == p("account_id"), notices.c.filtered == 0))


_OF_KINDS = Query(
    sa.select(*_KEPT).where(
        notices.c.account_id == p("account_id"), in_list(notices.c.kind, "kinds", text=True)
    )
)


class Notice(msgspec.Struct, frozen=True, gc=False):
    """One thing brought to an account's notice.

    *about_id*: what it is about that is no post (a report, a warning …). *bundle* names those that are told together,
    "" for one that is told alone. Of a bundle's head *told_n* is how many it tells of, *sample* the ids of those who
    came last, newest first and parted by commas, *first_id* the oldest notice of the bundle.
    """

    id: int
    kind: str
    actor_id: int
    post_id: int | None
    created_at: int
    about_id: int | None = None
    filtered: int = 0
    bundle: str = ""
    told_n: int = 1
    first_id: int | None = None
    sample: str = ""


COLUMNS = [notices.c[name] for name in Notice.__struct_fields__]
IN_SIGHT = sa.or_(notices.c.post_id.is_(None), may_see(p("account_id")))
"""The notice's post, if there is one, may be seen by the account; wants WITH_POSTS."""
WITH_POSTS = notices.outerjoin(posts, posts.c.id == notices.c.post_id)


def add(
    tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None = None, about_id: int | None = None
) -> Told:
    """Tell an account, by all rules of who hears of what: not of its own acts (but see KINDS), not from whom it
    blocks or mutes with notices, not out of a muted thread, no mention that names or answers such a one, nothing twice;
    then its own rules of notices decide."""
    if account_id == actor_id and not KINDS[kind].own:
        return Told.DROPPED
    if account_id != actor_id:
        if tx.one(_QUIET, account_id=account_id, actor_id=actor_id, now=tx.now):
            return Told.DROPPED
        if post_id is not None and _unwanted(tx, account_id, kind, post_id):
            return Told.DROPPED
    old = _same(tx, account_id, kind, actor_id, post_id, about_id)
    if old is not None:
        if not KINDS[kind].latest:
            return Told.TOLD
        _drop(tx, [old])
    choice = notice_rules.judge(tx, account_id, kind, actor_id, post_id)
    if choice == Choice.DROP:
        return Told.DROPPED
    if post_id is not None and _thread_muted(tx, account_id, post_id):
        return Told.QUIET
    return _put(tx, account_id, kind, actor_id, post_id, about_id, aside=choice == Choice.ASIDE)


def _put(
    tx: Tx,
    account_id: int,
    kind: str,
    actor_id: int,
    post_id: int | None,
    about_id: int | None,
    *,
    aside: bool,
) -> Told:
    id_ = tx.ids.next()
    together = {}
    if KINDS[kind].bundled and not aside:
        together = bundles.join(tx, account_id, kind, actor_id, post_id, id_)
    tx.insert(
        notices,
        id=id_,
        account_id=account_id,
        kind=kind,
        actor_id=actor_id,
        post_id=post_id,
        created_at=tx.now,
        about_id=about_id,
        filtered=int(aside),
        **together,
    )
    if aside:
        if KINDS[kind].talk:
            notice_requests.count_again(tx, account_id, actor_id)
        return Told.ASIDE
    journal.record(
        tx, journal.NOTICE_ADDED, actor_id, id_, account_id=account_id, notice_kind=kind, post_id=post_id
    )
    pushes.queue(tx, account_id, id_, kind, actor_id)
    return Told.TOLD


def _unwanted(tx: Tx, account_id: int, kind: str, post_id: int) -> bool:
    """Whether a mention also names, or answers, somebody whom the account turned away from."""
    if kind != "mention":
        return False
    values = {"account_id": account_id, "post_id": post_id, "now": tx.now}
    return bool(tx.one(_AMONG_UNWANTED, **values) or tx.one(_ANSWERS_UNWANTED, **values))


def _thread_muted(tx: Tx, account_id: int, post_id: int) -> bool:
    return bool((tx.value(_THREAD_MUTED, account_id=account_id, post_id=post_id) or 0) & MUTED_THREAD)


def _same(
    tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None, about_id: int | None
) -> Row | None:
    if post_id is not None:
        return tx.one(_SAME, account_id=account_id, kind=kind, actor_id=actor_id, post_id=post_id)
    return tx.one(_SAME_NO_POST, account_id=account_id, kind=kind, actor_id=actor_id, about_id=about_id or 0)


def _drop(tx: Tx, rows: list[Row]) -> None:
    """Remove notices (rows of _KEPT) and set right what they were told together with and counted in."""
    if not rows:
        return
    together: dict[tuple[int, str], int] = {}
    for row in rows:
        if row[3]:
            together[row[1], row[3]] = together.get((row[1], row[3]), 0) + 1
    heads = {key: bundles.head_of(tx, *key) for key in sorted(together)}
    tx.run(_REMOVE, ids=[row[0] for row in rows])
    for (account_id, bundle), gone in together.items():
        bundles.left(tx, account_id, bundle, heads[account_id, bundle], gone)
    for account_id, actor_id in sorted({(row[1], row[2]) for row in rows if row[4] and KINDS[row[5]].talk}):
        notice_requests.count_again(tx, account_id, actor_id)


def remove(tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None = None) -> None:
    """Take a notice back with the act that made it."""
    row = _same(tx, account_id, kind, actor_id, post_id, None)
    if row:
        _drop(tx, [row])


def forget_actor(tx: Tx, account_id: int, actor_id: int) -> None:
    """Remove all that an account was told of another, their request included (block)."""
    _drop(tx, tx.all(_OF_ACTOR, account_id=account_id, actor_id=actor_id))
    notice_requests.forget(tx, account_id, actor_id)


def forget_kinds(tx: Tx, account_id: int, *kinds: str) -> None:
    """Remove all notices of these kinds from an account that is no longer to know of such things."""
    _drop(tx, tx.all(_OF_KINDS, account_id=account_id, kinds=list(kinds)))


def forget_post(tx: Tx, post_id: int) -> None:
    """Remove all notices of a post (deletion)."""
    _drop(tx, tx.all(_OF_POST, post_id=post_id))


_ONE = Query(
    lambda: (
        sa.select(*COLUMNS)
        .select_from(WITH_POSTS)
        .where(notices.c.account_id == p("account_id"), notices.c.id == p("id"), IN_SIGHT)
    )
)


def see(tx: Tx, viewer: Viewer, notice_id: int) -> Notice:
    """One of the viewer's notices, also one that was set aside. Raises NotFound."""
    row = tx.one(_ONE, account_id=viewer.required(), id=notice_id)
    if row is None:
        raise NotFound(what="notice")
    return Notice(*row)


def dismiss(tx: Tx, viewer: Viewer, ids: list[int]) -> None:
    """Remove some of the viewer's notices; those that are not there are passed over."""
    rows = [tx.one(_ONE_KEPT, account_id=viewer.required(), id=id_) for id_ in ids]
    _drop(tx, [row for row in rows if row is not None])


def dismiss_bundle(tx: Tx, viewer: Viewer, bundle: str) -> None:
    """Remove all of the viewer's notices that are told together under this name; nothing there is fine."""
    tx.run(_OF_BUNDLE, account_id=viewer.required(), bundle=bundle)


def clear(tx: Tx, viewer: Viewer) -> None:
    """Remove all of the viewer's notices but those that were set aside, which wait for an answer."""
    tx.run(_CLEAR, account_id=viewer.required())
