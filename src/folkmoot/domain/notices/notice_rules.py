"""Whose notices a person wants: accepted, set aside or dropped, decided when the notice would be written."""

from __future__ import annotations

from enum import IntEnum

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.notices.notice_kinds import KINDS
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.notices import notice_passes, notice_requests, notice_rules
from folkmoot.store.schema.posts import addressed, notices, posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
NEW_ACCOUNT_MS = 30 * DAY_MS
NEW_FOLLOWER_MS = 3 * DAY_MS
THREAD_DEPTH = 100
"""An answer is looked for so many posts up the thread."""
COUNTED = 100
"""What waits is counted up to here."""


class Choice(IntEnum):
    """What becomes of a notice."""

    ACCEPT = 0
    ASIDE = 1
    DROP = 2


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """A person's choice (Choice) for each group of senders."""

    not_followed: int = Choice.ACCEPT
    no_followers: int = Choice.ACCEPT
    """Those who don't follow, or began less than three days ago."""
    new_accounts: int = Choice.ACCEPT
    """Accounts made within the last 30 days."""
    direct_mentions: int = Choice.ASIDE
    """Direct posts that answer nothing that was said to their author."""
    limited_accounts: int = Choice.ASIDE
    bots: int = Choice.ACCEPT


FIELDS = Rules.__struct_fields__
_DEFAULT = Rules()
_MINE = Query(
    sa.select(*[notice_rules.c[name] for name in FIELDS]).where(notice_rules.c.account_id == p("me"))
)
_PASS = Query(
    sa.select(notice_passes.c.actor_id).where(
        notice_passes.c.account_id == p("me"), notice_passes.c.actor_id == p("actor_id")
    )
)
_SENDER = Query(
    sa.select(
        accounts.c.created_at,
        accounts.c.silenced_at,
        accounts.c.bot,
        sa.exists().where(
            follows.c.account_id == p("me"), follows.c.target_id == p("actor_id"), follows.c.state == 1
        ),
        sa.exists().where(
            follows.c.account_id == p("actor_id"),
            follows.c.target_id == p("me"),
            follows.c.state == 1,
            follows.c.created_at <= p("long_ago"),
        ),
    ).where(accounts.c.id == p("actor_id"))
)
_POST = Query(sa.select(posts.c.audience, posts.c.parent_id, posts.c.author_id).where(posts.c.id == p("id")))
_SPEAKS_TO = Query(
    sa.select(addressed.c.post_id).where(
        addressed.c.post_id == p("id"), addressed.c.account_id == p("actor_id"), addressed.c.silent == 0
    )
)


def get(tx: Tx, viewer: Viewer) -> Rules:
    """The viewer's rules; those of whoever never chose set aside direct mentions and limited accounts."""
    return _of(tx, viewer.required())


def _of(tx: Tx, account_id: int) -> Rules:
    row = tx.one(_MINE, me=account_id)
    return _DEFAULT if row is None else Rules(**dict(zip(FIELDS, row, strict=True)))


def choose(tx: Tx, viewer: Viewer, changes: dict[str, Choice]) -> Rules:
    """Change some of the viewer's rules, by name. Raises Invalid for a name that is none."""
    for name in changes:
        if name not in FIELDS:
            raise Invalid(name, "unknown")
    new = msgspec.structs.replace(get(tx, viewer), **{name: int(choice) for name, choice in changes.items()})
    tx.insert(
        notice_rules,
        f"ON CONFLICT (account_id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in (*FIELDS, 'updated_at'))}",
        account_id=viewer.required(),
        updated_at=tx.now,
        **{name: int(getattr(new, name)) for name in FIELDS},
    )
    return new


def judge(tx: Tx, account_id: int, kind: str, actor_id: int, post_id: int | None) -> Choice:
    """What the receiver's rules say to a notice of *kind* from *actor_id*; the strictest that fits wins."""
    if not KINDS[kind].by_rules:
        return Choice.ACCEPT
    rules = _of(tx, account_id)
    if not any(getattr(rules, name) for name in FIELDS):
        return Choice.ACCEPT
    row = tx.one(_SENDER, me=account_id, actor_id=actor_id, long_ago=tx.now - NEW_FOLLOWER_MS)
    if row is None:
        return Choice.ACCEPT
    created_at, silenced_at, bot, followed, follower = row
    fits = [
        rules.not_followed if not followed else Choice.ACCEPT,
        rules.no_followers if not follower else Choice.ACCEPT,
        rules.new_accounts if not followed and created_at > tx.now - NEW_ACCOUNT_MS else Choice.ACCEPT,
        rules.limited_accounts if not followed and silenced_at is not None else Choice.ACCEPT,
        rules.bots if not followed and bot else Choice.ACCEPT,
    ]
    if kind == "mention" and not followed and rules.direct_mentions and post_id is not None:
        fits.append(rules.direct_mentions if _unasked(tx, account_id, actor_id, post_id) else Choice.ACCEPT)
    verdict = Choice(max(fits))
    if verdict and tx.one(_PASS, me=account_id, actor_id=actor_id) is not None:
        return Choice.ACCEPT
    return verdict


def _unasked(tx: Tx, account_id: int, actor_id: int, post_id: int) -> bool:
    """Whether a post is direct and nothing above it in its thread was a direct word of the receiver to its author."""
    row = tx.one(_POST, id=post_id)
    if row is None or row[0] != Audience.DIRECT:
        return False
    for _ in range(THREAD_DEPTH):
        if row is None or row[1] is None:
            return True
        above = row[1]
        row = tx.one(_POST, id=above)
        said = row is not None and row[0] == Audience.DIRECT and row[2] == account_id
        if said and tx.one(_SPEAKS_TO, id=above, actor_id=actor_id):
            return False
    return True


def let_pass(tx: Tx, account_id: int, actor_id: int) -> None:
    """From now on the rules don't hold this sender back."""
    tx.insert_new(notice_passes, account_id=account_id, actor_id=actor_id, created_at=tx.now)


_WAITING = Query(
    sa.select(sa.func.count()).select_from(
        sa.select(notice_requests.c.id)
        .where(notice_requests.c.account_id == p("me"))
        .limit(COUNTED)
        .subquery()
    )
)
_WAITING_NOTICES = Query(
    sa.select(sa.func.count()).select_from(
        sa.select(notices.c.id)
        .where(notices.c.account_id == p("me"), notices.c.filtered == 1)
        .limit(COUNTED)
        .subquery()
    )
)


def waiting(tx: Tx, viewer: Viewer) -> tuple[int, int]:
    """How many requests and how many notices are set aside, each counted up to 100."""
    me = viewer.required()
    return int(tx.value(_WAITING, me=me)), int(tx.value(_WAITING_NOTICES, me=me))
