"""Telling the staff of an account: what is wrong, with which posts, against which rules."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Role, Viewer, may_see
from folkmoot.domain.errors import Invalid, NotFound, TooMany
from folkmoot.domain.notices import notices
from folkmoot.domain.people.accounts import see_account
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.notices import reports
from folkmoot.store.schema.place import rules
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Row, Tx

CATEGORIES = frozenset({"spam", "legal", "violation", "other"})
COMMENT_MAX = 1000
THINGS_MAX = 100
"""So many posts, rules or collections may be named."""
A_DAY_MAX = 400
DAY_MS = 86_400_000
PAGE_MAX = 200


class Complaint(msgspec.Struct, kw_only=True):
    """What somebody tells the staff; *forward* asks to tell the account's own server as well."""

    target_id: int
    category: str = "other"
    comment: str = ""
    forward: bool = False
    post_ids: list[int] = []
    rule_ids: list[int] = []
    collection_ids: list[int] = []


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint as it is kept; *settled_at* is None while it is open, *assigned_id* looks into it."""

    id: int
    account_id: int
    target_id: int
    category: str
    comment: str
    forwarded: bool
    post_ids: list[int]
    rule_ids: list[int]
    collection_ids: list[int]
    assigned_id: int | None
    settled_at: int | None
    settled_by: int | None
    created_at: int
    updated_at: int


COLUMNS = [reports.c[name] for name in Report.__struct_fields__]
_LISTS = frozenset({"post_ids", "rule_ids", "collection_ids"})
_TARGET = Query(sa.select(accounts.c.domain, accounts.c.suspended_at).where(accounts.c.id == p("id")))
_POSTS = Query(
    lambda: sa.select(posts.c.id).where(
        in_list(posts.c.id, "ids"), posts.c.author_id == p("target_id"), may_see(p("me"))
    )
)
_RULES = Query(sa.select(rules.c.id).where(in_list(rules.c.id, "ids")))
_TODAY = Query(
    sa.select(sa.func.count()).where(reports.c.account_id == p("me"), reports.c.created_at > p("since"))
)
_STAFF = Query(
    sa.select(accounts.c.id).where(
        accounts.c.role >= int(Role.MODERATOR), accounts.c.domain == "", accounts.c.suspended_at.is_(None)
    )
)
_OF = Query(sa.select(*COLUMNS).where(in_list(reports.c.id, "ids")))
_MINE = Query(
    sa.select(*COLUMNS).where(reports.c.account_id == p("me")).order_by(reports.c.id.desc()).limit(PAGE_MAX)
)


def read(row: Row) -> Report:
    """A row of COLUMNS."""
    values = dict(zip(Report.__struct_fields__, row, strict=True))
    for name in _LISTS:
        values[name] = msgspec.json.decode(values[name], type=list[int])
    return Report(**{**values, "forwarded": bool(values["forwarded"])})


def staff_ids(tx: Tx) -> list[int]:
    """Accounts that look after this server."""
    return sorted(tx.column(_STAFF))


def file(tx: Tx, viewer: Viewer, complaint: Complaint) -> Report:
    """Keep a complaint and tell the staff.

    Posts must be the account's and in the viewer's sight; naming rules makes it a violation. Raises NotFound (account,
    posts), Invalid("comment", "too_long" | "category", "unknown" | "rule_ids", "unknown"), TooMany beyond 400 a day.
    """
    me = viewer.required()
    target_id = see_account(tx, complaint.target_id)
    row = tx.one(_TARGET, id=target_id)
    if row is None or row[1] is not None:
        raise NotFound(what="account")
    _check(tx, me, complaint)
    category = "violation" if complaint.rule_ids else complaint.category
    id_ = tx.ids.next()
    tx.insert(
        reports,
        id=id_,
        account_id=me,
        target_id=target_id,
        category=category,
        comment=complaint.comment,
        forwarded=int(complaint.forward and row[0] != ""),
        post_ids=_array(complaint.post_ids),
        rule_ids=_array(complaint.rule_ids),
        collection_ids=_array(complaint.collection_ids),
        created_at=tx.now,
        updated_at=tx.now,
    )
    for account_id in staff_ids(tx):
        notices.add(tx, account_id, "report", me, about_id=id_)
    journal.record(tx, journal.REPORT_ADDED, me, id_, target_id=target_id)
    return of(tx, [id_])[id_]


def _array(ids: list[int]) -> str:
    return msgspec.json.encode(ids).decode()


def _check(tx: Tx, me: int, complaint: Complaint) -> None:
    if complaint.category not in CATEGORIES:
        raise Invalid("category", "unknown")
    if len(complaint.comment) > COMMENT_MAX:
        raise Invalid("comment", "too_long")
    for name in _LISTS:
        ids = list(dict.fromkeys(getattr(complaint, name)))
        if len(ids) > THINGS_MAX:
            raise Invalid(name, "too_many")
        setattr(complaint, name, ids)
    known = tx.column(_POSTS, ids=complaint.post_ids, target_id=complaint.target_id, me=me)
    if len(known) != len(complaint.post_ids):
        raise NotFound(what="post")
    check_rules(tx, complaint.rule_ids)
    if int(tx.value(_TODAY, me=me, since=tx.now - DAY_MS)) >= A_DAY_MAX:
        raise TooMany("that are many reports for one day", code="reports")


def check_rules(tx: Tx, rule_ids: list[int]) -> None:
    """Raises Invalid("rule_ids", "unknown") where one of these, none named twice, is no rule of the place."""
    if rule_ids and len(tx.column(_RULES, ids=rule_ids)) != len(rule_ids):
        raise Invalid("rule_ids", "unknown")


def of(tx: Tx, ids: list[int]) -> dict[int, Report]:
    """Reports by id; the caller decides who may see them."""
    return {row[0]: read(row) for row in tx.all(_OF, ids=ids)} if ids else {}


def mine(tx: Tx, viewer: Viewer) -> list[Report]:
    """What the viewer reported, newest first, 200 at most."""
    return [read(row) for row in tx.all(_MINE, me=viewer.required())]
