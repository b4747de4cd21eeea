"""Notices that are told together: the newest of a bundle is its head and knows how many there are and who came last.

So a page of bundles is a walk over heads, whatever number of notices hangs on each.
"""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.notices.notice_kinds import SAMPLE, SPAN_HOURS
from folkmoot.store.schema.posts import notices
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

HOUR_MS = 3_600_000

_BUNDLED = notices.c.bundle != ""
_LAST = [
    notices.c.account_id == p("account_id"),
    notices.c.kind == text_p("kind"),
    notices.c.filtered == 0,
    notices.c.head == 1,
    _BUNDLED,
]
_HEAD_COLUMNS = [notices.c.id, notices.c.bundle, notices.c.told_n, notices.c.sample, notices.c.first_id]
# The account is hidden from the planner: the few rows of one post are found by the post's index, not the account's.
_LAST_OF_POST = Query(
    sa.select(*_HEAD_COLUMNS)
    .where(
        notices.c.post_id == p("post_id"),
        notices.c.kind == text_p("kind"),
        sa.func.coalesce(notices.c.account_id, 0) == p("account_id"),
        _BUNDLED,
    )
    .order_by(notices.c.id.desc())
    .limit(1)
)
_LAST_OF_KIND = Query(sa.select(*_HEAD_COLUMNS).where(*_LAST).order_by(notices.c.id.desc()).limit(1))
_IN_BUNDLE = [notices.c.account_id == p("account_id"), notices.c.bundle == text_p("bundle"), _BUNDLED]
_HEAD = Query(
    sa.select(notices.c.id, notices.c.told_n).where(*_IN_BUNDLE).order_by(notices.c.id.desc()).limit(1)
)
_NEWEST = Query(
    sa.select(notices.c.id, notices.c.actor_id).where(*_IN_BUNDLE).order_by(notices.c.id.desc()).limit(SAMPLE)
)
_OLDEST = Query(sa.select(notices.c.id).where(*_IN_BUNDLE).order_by(notices.c.id).limit(1))


def join(
    tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None, notice_id: int
) -> dict[str, object]:
    """Columns with which a new notice enters its bundle as the head: the running one, or a new one of this hour."""
    stem = kind if post_id is None else f"{kind}-{post_id}"
    tx.alone(f"bundle {stem}", account_id)
    if post_id is None:
        last = tx.one(_LAST_OF_KIND, account_id=account_id, kind=kind)
    else:
        last = tx.one(_LAST_OF_POST, account_id=account_id, kind=kind, post_id=post_id)
    hour = tx.now // HOUR_MS
    if last is None or hour >= int(last[1].rpartition("-")[2]) + SPAN_HOURS:
        return {"bundle": f"{stem}-{hour}", "first_id": notice_id, "sample": str(actor_id)}
    tx.update(notices, {"id": last[0]}, head=0)
    sample = [str(actor_id), *last[3].split(",")][:SAMPLE]
    return {"bundle": last[1], "told_n": last[2] + 1, "first_id": last[4], "sample": ",".join(sample)}


def left(tx: Tx, account_id: int, bundle: str, head: tuple[int, int] | None, gone: int = 1) -> None:
    """*gone* notices of a bundle were removed: the newest that is left is its head. *head* is what `head_of` said."""
    newest = tx.all(_NEWEST, account_id=account_id, bundle=bundle)
    if not newest:
        return
    told = max(len(newest), (head[1] if head else 1) - gone)
    tx.update(
        notices,
        {"id": newest[0][0]},
        head=1,
        told_n=told,
        first_id=tx.value(_OLDEST, account_id=account_id, bundle=bundle),
        sample=",".join(str(actor_id) for _, actor_id in newest),
    )


def head_of(tx: Tx, account_id: int, bundle: str) -> tuple[int, int] | None:
    """Id of a bundle's head and how many it tells of; asked before something is removed from it."""
    tx.alone(f"bundle {bundle.rpartition('-')[0]}", account_id)
    row = tx.one(_HEAD, account_id=account_id, bundle=bundle)
    return None if row is None else (row[0], row[1])


_FIRST_SINCE = (
    "SELECT b.value, (SELECT n.id FROM notices n WHERE n.account_id = {0} AND n.bundle = b.value "
    "AND n.bundle <> '' AND n.id >= {1} ORDER BY n.id LIMIT 1) FROM {2}"
)
_FIRST_SINCE_SQLITE = _FIRST_SINCE.format(":account_id", ":low", "json_each(:names) b")
_FIRST_SINCE_POSTGRESQL = _FIRST_SINCE.format(
    "%(account_id)s", "%(low)s", "unnest(%(names)s::text[]) b(value)"
)


def first_since(tx: Tx, account_id: int, names: list[str], low: int) -> dict[str, int]:
    """The oldest notice of each of these bundles from the id *low* on: one step in the index for each."""
    if not names:
        return {}
    values = {"account_id": account_id, "low": low, "names": tx.as_list(names)}
    return dict(tx.text_sql(_FIRST_SINCE_SQLITE, _FIRST_SINCE_POSTGRESQL, **values).fetchall())
