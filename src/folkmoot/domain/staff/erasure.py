"""Removing people for good: a sign-up that is turned down, and what a suspended account had when its time is over."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from folkmoot.domain.access import Membership, PostState, Viewer
from folkmoot.domain.errors import Forbidden
from folkmoot.domain.groups import memberaddresses, succession
from folkmoot.domain.media import albums, litter, uploads
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bonds, logins, ownapps
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.posts import boosts, edits, reactions
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.domain.powers import require_above, require_power
from folkmoot.domain.staff import dossiers, stafflog
from folkmoot.store.schema import metadata
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.accounts import logins as logins_t
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.schema.posts import media, posts
from folkmoot.store.schema.posts import reactions as reactions_t
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

AT_ONCE: Final = 50
"""So many posts, reactions or bonds are removed in one transaction, as others wait for it."""
TOP: Final = 1 << 62

OWNED: Final[tuple[tuple[str, str], ...]] = (
    ("idempotency", "account_id"), ("saved_searches", "account_id"), ("markers", "account_id"),
    ("blocks", "account_id"), ("blocks", "target_id"), ("mutes", "account_id"), ("mutes", "target_id"),
    ("circle_members", "account_id"), ("circles", "account_id"), ("filters", "account_id"),
    ("drafts", "account_id"), ("cursors", "account_id"),
    ("notice_rules", "account_id"), ("notice_passes", "account_id"), ("notice_passes", "actor_id"),
    ("notice_requests", "account_id"), ("notice_requests", "actor_id"), ("severances", "account_id"),
    ("exchange_people", "account_id"), ("exchange_people", "other_id"), ("exchanges", "account_id"),
    ("account_notes", "account_id"), ("account_notes", "target_id"),
    ("account_aliases", "account_id"), ("account_aliases", "alias_id"),
    ("endorsements", "account_id"), ("endorsements", "target_id"), ("tag_follows", "account_id"),
    ("featured_tags", "account_id"), ("link_checks", "account_id"), ("account_words", "account_id"),
    ("bounces", "account_id"), ("digest_marks", "account_id"), ("mail_health", "account_id"),
    ("server_blocks", "account_id"),
    ("announcement_reads", "account_id"), ("announcement_reactions", "account_id"),
    ("dismissed_suggestions", "account_id"), ("dismissed_suggestions", "target_id"), ("event_answers", "account_id"),
    ("events", "group_id"), ("chat_members", "account_id"), ("chat_lines", "author_id"),
    ("collection_items", "account_id"), ("collections", "account_id"), ("annual_reports", "account_id"),
    ("scheduled", "account_id"), ("notices", "account_id"), ("notices", "actor_id"), ("marks", "account_id"),
    ("push_subscriptions", "account_id"), ("login_ips", "account_id"), ("sessions", "account_id"),
    ("second_factors", "account_id"), ("outside_logins", "account_id"), ("closed_ways", "account_id"),
    ("tastes", "account_id"), ("archive_takes", "account_id"),
    ("mail_tokens", "account_id"), ("grants", "account_id"), ("tokens", "account_id"),
    ("signing_requests", "account_id"), ("apps", "account_id"), ("mailbox", "account_id"),
    ("addresses", "account_id"), ("logins", "account_id"),
)  # fmt: skip
"""Tables whose rows belong to the account that the column names, and go with it."""
KEPT: Final[dict[str, str]] = {
    "addressed": "who a post of somebody else spoke to is part of that post",
    "canonical_email_blocks": "who was suspended does not sign up anew",
    "follows": "ended one by one, as counters hang on them",
    "group_acts": "what a group's moderators did",
    "groups": "the column is the group itself",
    "media": "let go of with the posts, and removed here with its blobs",
    "members": "left one by one, as counters hang on them",
    "photos": "those whose posts are gone; the rest is removed here with its blobs",
    "outbox": "what was sent; bodies are gone once it is",
    "poll_votes": "the result of somebody else's poll",
    "presence": "days only, forgotten by themselves",
    "quotes": "gone with the post that quotes",
    "reactions": "taken back one by one, as counters hang on them",
    "reports": "what was told to the staff",
    "staff_acts": "what the staff did",
    "uploads": "removed here with their blobs",
    "use_accounts": "days only, forgotten by themselves",
    "warnings": "what the staff did; what was said against it is blanked here",
}
"""Other tables with such a column, and why their rows are not simply deleted."""
_WITHIN: Final = (
    ("circle_members", "circle_id", "circles"), ("filter_keywords", "filter_id", "filters"),
    ("filter_posts", "filter_id", "filters"), ("exchange_posts", "exchange_id", "exchanges"),
    ("exchange_people", "exchange_id", "exchanges"), ("collection_items", "collection_id", "collections"),
)  # fmt: skip
"""Rows within what belongs to the account: (table, column, owner's table)."""


def _deletions() -> list[Query]:
    tables = metadata.tables
    within = [
        sa.delete(tables[table]).where(
            tables[table]
            .c[column]
            .in_(sa.select(tables[owner].c.id).where(tables[owner].c.account_id == p("id")))
        )
        for table, column, owner in _WITHIN
    ]
    own = [sa.delete(tables[table]).where(tables[table].c[column] == p("id")) for table, column in OWNED]
    lines = tables["chat_lines"]
    kept = sa.select(sa.func.count()).where(
        lines.c.chat_id == tables["chats"].c.id, lines.c.author_id == p("id")
    )
    uncounted = (
        sa.update(tables["chats"])
        .where(tables["chats"].c.id.in_(sa.select(lines.c.chat_id).where(lines.c.author_id == p("id"))))
        .values(
            lines_n=tables["chats"].c.lines_n - kept.where(lines.c.kind == 0).scalar_subquery(),
            history_n=tables["chats"].c.history_n - kept.scalar_subquery(),
        )
    )
    said = tables["warnings"]
    unsaid = sa.update(said).where(said.c.account_id == p("id")).values(appeal="", appealed_at=None)
    return [Query(statement) for statement in (uncounted, unsaid, *within, *own)]


_DELETIONS = _deletions()
_DUE = Query(
    sa.select(accounts.c.id)
    .where(accounts.c.erase_at.is_not(None), accounts.c.erase_at <= p("now"))
    .order_by(accounts.c.erase_at, accounts.c.id)
    .limit(1)
)
_POSTS = Query(
    sa.select(posts.c.id, posts.c.boost_of_id, posts.c.state)
    .where(posts.c.author_id == p("id"), posts.c.id < p("below"))
    .order_by(posts.c.id.desc())
    .limit(AT_ONCE)
)
_ANY_POST = Query(sa.select(posts.c.id).where(posts.c.author_id == p("id")).limit(1))
_ANY_GROUP = Query(sa.select(members_t.c.id).where(members_t.c.account_id == p("id")).limit(1))
_REACTIONS = Query(
    sa.select(reactions_t.c.post_id, reactions_t.c.kind)
    .where(reactions_t.c.account_id == p("id"))
    .limit(AT_ONCE)
)
_FOLLOWS = Query(
    sa.select(follows.c.account_id, follows.c.target_id).where(follows.c.account_id == p("id")).limit(AT_ONCE)
)
_FOLLOWERS = Query(
    sa.select(follows.c.account_id, follows.c.target_id).where(follows.c.target_id == p("id")).limit(AT_ONCE)
)
_GROUPS = Query(
    sa.select(members_t.c.group_id)
    .where(
        members_t.c.account_id == p("id"),
        members_t.c.status <= int(Membership.INVITED),
    )
    .order_by(members_t.c.group_id)
    .limit(AT_ONCE)
)
_MEDIA = Query(
    sa.select(media.c.id, media.c.blob, media.c.preview, media.c.raw)
    .where(media.c.account_id == p("id"), media.c.post_id.is_(None))
    .limit(1000)
)
_DROP_MEDIA = Query(sa.delete(media).where(in_list(media.c.id, "ids")))
_PICTURES = Query(sa.select(accounts.c.avatar, accounts.c.header).where(accounts.c.id == p("id")))
_GONE = Query(sa.delete(accounts).where(accounts.c.id == p("id")))


def reject(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Turn a sign-up down: nothing of it stays, and its name and address are free.

    Who was known by the address before, as somebody who writes by mail, is that again. Raises Forbidden("role" |
    "approved": is in already), NotFound.
    """
    target = dossiers.see(tx, viewer, account_id)
    if not target.has_login or target.approved:
        raise Forbidden("nobody waits there", code="approved")
    require_above(viewer, target.account.role)
    stafflog.note(tx, viewer, "reject", "account", account_id, target.account.handle)
    logins.end_everything(tx, account_id)
    if tx.one(_ANY_POST, id=account_id) or tx.one(_ANY_GROUP, id=account_id):
        known = {"state": int(LoginState.ADDRESS_ONLY), "password_hash": None, "approval": 0, "reason": ""}
        tx.update(logins_t, {"account_id": account_id}, **known)
        people.changed(tx, account_id)
        return
    while cut_bonds(tx, account_id):
        pass
    _delete_rows(tx, account_id)
    tx.run(_GONE, id=account_id)


def order(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Let a suspended account be erased at once, which can't be taken back.

    The login goes now, posts and all else within the next seconds. Raises Forbidden("role"; "not_suspended"; "erased"),
    NotFound.
    """
    require_power(viewer, "erase_people")
    target = dossiers.see(tx, viewer, account_id)
    require_above(viewer, 0 if target.account.domain else target.account.role)
    if not target.account.suspended:
        raise Forbidden("suspend the account first", code="not_suspended")
    if tx.value(_ERASED, id=account_id) is not None:
        raise Forbidden("the account is erased already", code="erased")
    tx.update(accounts, {"id": account_id}, erase_at=tx.now)
    logins.end_everything(tx, account_id, appeals=False)
    stafflog.note(tx, viewer, "erase", "account", account_id, target.account.handle)


_ERASED = Query(sa.select(accounts.c.erased_at).where(accounts.c.id == p("id")))


def due(tx: Tx) -> int | None:
    """An account whose time is over, None where there is none."""
    found: int | None = tx.value(_DUE, now=tx.now)
    return found


def remove_posts(tx: Tx, account_id: int, below: int = TOP) -> int | None:
    """Delete up to 50 posts and boosts older than *below*; where to go on, None at the end."""
    rows = tx.all(_POSTS, id=account_id, below=below)
    viewer = Viewer(account_id)
    for post_id, boost_of_id, state in rows:
        if state == PostState.DELETED:
            continue
        if boost_of_id is not None:
            boosts.unboost(tx, viewer, post_id)
        else:
            edits.delete(tx, Viewer.system(), post_id)
    return int(rows[-1][0]) if rows else None


def undo_reactions(tx: Tx, account_id: int) -> int:
    """Take up to 50 reactions back; how many."""
    rows = tx.all(_REACTIONS, id=account_id)
    for post_id, kind in rows:
        reactions.unreact(tx, Viewer(account_id), post_id, Reaction(kind))
    return len(rows)


def cut_bonds(tx: Tx, account_id: int) -> int:
    """End up to 50 bonds of each kind: who it follows, who follows it, its groups; how many."""
    cut = 0
    for query in (_FOLLOWS, _FOLLOWERS):
        for follower, followed in tx.all(query, id=account_id):
            bonds.unfollow(tx, Viewer(follower), followed)
            cut += 1
    for group_id in tx.column(_GROUPS, id=account_id):
        succession.put_out(tx, group_id, account_id)
        cut += 1
    return cut


def finish(tx: Tx, account_id: int) -> None:
    """Delete what is left; the account stays as a name that nobody takes, blank and suspended."""
    logins.end_everything(tx, account_id)
    while rows := tx.all(_MEDIA, id=account_id):
        tx.run(_DROP_MEDIA, ids=[row[0] for row in rows])
        litter.drop(tx, *(key for row in rows for key in row[1:]))
    litter.drop(tx, *(tx.one(_PICTURES, id=account_id) or ()))
    albums.forget_all(tx, account_id)
    uploads.forget_all(tx, account_id)
    _delete_rows(tx, account_id)
    memberaddresses.changed(tx, account_id)
    blank: dict[str, Any] = dict.fromkeys(
        ("display_name", "note_source", "note_html", "avatar", "header"), ""
    )
    tx.update(
        accounts, {"id": account_id}, **blank, fields="[]", role=0, posts_n=0, erase_at=None, erased_at=tx.now,
        discoverable=0, indexable=0,
    )  # fmt: skip
    people.changed(tx, account_id)


def _delete_rows(tx: Tx, account_id: int) -> None:
    ownapps.remove_all(tx, account_id)
    for query in _DELETIONS:
        tx.run(query, id=account_id)
