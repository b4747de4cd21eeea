"""Digests: what waits for each member, when it is due, and its cut into mails; each post once, whoever dies meanwhile.

A group's posts are numbered in the order in which they came out (a held one when it is let in). A member's mark says up
to which number all was sent, and from which on something waits. Marking and cutting of one group go one after the
other, so nothing can slip between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Membership
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import outbox, readers
from folkmoot.domain.mail.readers import DAILY, DIGESTS, PAGE, Reader
from folkmoot.store.schema.accounts import logins
from folkmoot.store.schema.groups import groups, members
from folkmoot.store.schema.mail import digest_marks, digest_posts
from folkmoot.store.schema.posts import bodies
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

DIGEST: Final = "digest"
"""The outbox kind of digests; payload: member_id, after, until (numbers of posts), mode (a Delivery)."""
HOUR: Final = 7
"""When the daily mails leave, by the clock of the member, else of the group."""
EARLY_POSTS: Final = 12
EARLY_CHARS: Final = 100_000
"""So many posts, or characters of them, and a digest does not wait for its hour; a summary does."""
MOST_POSTS: Final = 100
"""So many posts has one mail at most; more make several."""
KEPT_MS: Final = 35 * 86_400_000
"""So long a post's number is known: as long as mail may wait for a relay, and a month."""
AT_ONCE: Final = 1_000
_WORD: Final = "mail.digest"

_SEQ = Query(sa.select(digest_posts.c.seq).where(digest_posts.c.post_id == p("id")))
_LAST = Query(
    sa.select(digest_posts.c.seq, digest_posts.c.total)
    .where(digest_posts.c.group_id == p("group_id"))
    .order_by(digest_posts.c.seq.desc())
    .limit(1)
)
_SIZE = Query(sa.select(sa.func.length(bodies.c.plain)).where(bodies.c.post_id == p("id")))
_ZONE = Query(sa.select(groups.c.settings).where(groups.c.account_id == p("id")))
_DAILY = [int(kind) for kind in DAILY]
_TO_MARK = Query(
    sa.select(
        members.c.id,
        members.c.account_id,
        members.c.delivery,
        members.c.settings,
        logins.c.preferences,
        digest_marks.c.sent_seq,
        digest_marks.c.due_at,
    )
    .select_from(
        members.outerjoin(digest_marks, digest_marks.c.member_id == members.c.id).outerjoin(
            logins, logins.c.account_id == members.c.account_id
        )
    )
    .where(
        members.c.group_id == p("group_id"),
        members.c.status == int(Membership.NORMAL),
        in_list(members.c.delivery, "deliveries"),
        members.c.id > p("after"),
        sa.or_(
            digest_marks.c.member_id.is_(None),
            sa.and_(
                digest_marks.c.sent_seq < p("seq"),
                sa.or_(digest_marks.c.due_at.is_(None), digest_marks.c.after_seq >= p("seq")),
            ),
        ),
    )
    .order_by(members.c.id)
    .limit(PAGE)
)
_BY_SIZE = Query(
    sa.select(sa.func.max(digest_posts.c.seq)).where(
        digest_posts.c.group_id == p("group_id"), digest_posts.c.total <= p("total")
    )
)
_large = sa.select(digest_marks.c.member_id).where(
    digest_marks.c.group_id == p("group_id"),
    digest_marks.c.due_at > p("now"),
    digest_marks.c.after_seq <= p("bound"),
    sa.or_(*(digest_marks.c.mode == int(kind) for kind in DIGESTS)),
)
_GROWN = Query(_large.limit(1))
_HURRY = Query(
    sa.update(digest_marks).where(digest_marks.c.member_id.in_(_large.limit(AT_ONCE))).values(due_at=p("now"))
)
_ANY_DUE = Query(
    sa.select(digest_marks.c.due_at, digest_marks.c.group_id)
    .where(digest_marks.c.due_at.is_not(None))
    .order_by(digest_marks.c.due_at, digest_marks.c.member_id)
    .limit(1)
)
_DUE = Query(
    sa.select(
        digest_marks.c.member_id,
        digest_marks.c.after_seq,
        digest_marks.c.until_seq,
        digest_marks.c.mode,
    )
    .where(digest_marks.c.group_id == p("group_id"), digest_marks.c.due_at <= p("now"))
    .order_by(digest_marks.c.due_at, digest_marks.c.member_id)
    .limit(PAGE)
)
_BETWEEN = Query(
    sa.select(digest_posts.c.post_id)
    .where(
        digest_posts.c.group_id == p("group_id"),
        digest_posts.c.seq > p("after"),
        digest_posts.c.seq <= p("until"),
    )
    .order_by(digest_posts.c.seq)
    .limit(MOST_POSTS)
)
_MARK = Query(
    sa.select(digest_marks.c.group_id, digest_marks.c.due_at).where(digest_marks.c.member_id == p("id"))
)
_last = digest_posts.alias("last")
_OLD = Query(
    sa.delete(digest_posts).where(
        digest_posts.c.post_id.in_(
            sa.select(digest_posts.c.post_id)
            .where(
                digest_posts.c.created_at < p("before"),
                sa.exists().where(
                    _last.c.group_id == digest_posts.c.group_id, _last.c.seq > digest_posts.c.seq
                ),
            )
            .limit(AT_ONCE)
        )
    )
)


def number_post(tx: Tx, group_id: int, post_id: int) -> int:
    """The post's number among those of its group that came out; twice is the same as once."""
    tx.alone(_WORD, group_id)
    known = tx.value(_SEQ, id=post_id)
    if known is not None:
        return int(known)
    seq, total = tx.one(_LAST, group_id=group_id) or (0, 0)
    size = int(tx.value(_SIZE, id=post_id) or 0)
    tx.insert(
        digest_posts,
        group_id=group_id,
        seq=seq + 1,
        post_id=post_id,
        total=total + size,
        created_at=tx.now,
    )
    return int(seq) + 1


def mark(tx: Tx, group_id: int, seq: int, after: int = 0) -> int | None:
    """Note for up to PAGE members beyond the membership *after* that the post of that number waits for them; the last
    of them, None where that was all."""
    tx.alone(_WORD, group_id)
    rows = tx.all(_TO_MARK, group_id=group_id, deliveries=_DAILY, seq=seq, after=after)
    usual = _decoded(tx.value(_ZONE, id=group_id)) if rows else {}
    for member_id, account_id, delivery, settings, preferences, sent_seq, due_at in rows:
        wishes = {**usual, **_decoded(preferences), **_decoded(settings)}
        values: dict[str, Any] = {
            "after_seq": max(seq - 1, sent_seq or 0),
            "mode": delivery,
            "due_at": due_at if due_at is not None else due(tx.now, wishes),
        }
        if sent_seq is None:
            tx.insert(digest_marks, member_id=member_id, group_id=group_id, account_id=account_id, **values)
        else:
            tx.update(digest_marks, {"member_id": member_id}, until_seq=None, **values)
    return rows[-1][0] if len(rows) == PAGE else None


def _decoded(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(text or "{}")
    return {name: found[name] for name in ("timezone", "digest_hour") if found.get(name) not in (None, "")}


def due(now: int, wishes: dict[str, Any]) -> int:
    """The next moment, in ms, at which the clock of *timezone* shows the hour *digest_hour*."""
    try:
        zone = ZoneInfo(str(wishes.get("timezone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    wanted = wishes.get("digest_hour", HOUR)
    hour = wanted if isinstance(wanted, int) and 0 <= wanted <= 23 else HOUR
    here = datetime.fromtimestamp(now / 1000, zone)
    at = datetime(here.year, here.month, here.day, hour, tzinfo=zone)
    if at.timestamp() * 1000 <= now:
        day = here.date() + timedelta(days=1)
        at = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    return int(at.timestamp() * 1000)


def _bound(tx: Tx, group_id: int) -> int:
    """The digests that begin at this number or before have grown large."""
    seq, total = tx.one(_LAST, group_id=group_id) or (0, 0)
    large = tx.value(_BY_SIZE, group_id=group_id, total=total - EARLY_CHARS)
    return max(int(seq) - EARLY_POSTS, -1 if large is None else int(large))


def grown(tx: Tx, group_id: int) -> bool:
    """Whether `hurry` has anything to do."""
    return tx.one(_GROWN, group_id=group_id, bound=_bound(tx, group_id), now=tx.now) is not None


def hurry(tx: Tx, group_id: int) -> bool:
    """Let digests that have grown large leave now, up to AT_ONCE of them; whether there may be more."""
    bound = _bound(tx, group_id)
    return tx.run(_HURRY, group_id=group_id, bound=bound, now=tx.now) == AT_ONCE


def next_due(tx: Tx) -> int | None:
    """When the next digest is to be cut, in ms; None where nothing waits."""
    row = tx.one(_ANY_DUE)
    return None if row is None else int(row[0])


def cut(tx: Tx) -> int:
    """Put digests that are due into the outbox, up to PAGE of one group; how many members were looked at."""
    row = tx.one(_ANY_DUE)
    if row is None or row[0] > tx.now:
        return 0
    group_id = int(row[1])
    tx.alone(_WORD, group_id)
    last, _ = tx.one(_LAST, group_id=group_id) or (0, 0)
    rows = tx.all(_DUE, group_id=group_id, now=tx.now)
    known = readers.among(tx, group_id, [row[0] for row in rows])
    made = sum(_cut_one(tx, group_id, last, row, known.get(row[0])) for row in rows)
    if made:
        journal.record(tx, journal.MAIL_QUEUED, group_id, group_id)
    return len(rows)


def _cut_one(tx: Tx, group_id: int, last: int, row: tuple[Any, ...], reader: Reader | None) -> bool:
    member_id, after, until, mode = row
    turned_back = reader is not None and reader.delivery in _DAILY
    end = last if until is None or turned_back else min(until, last)
    gets = reader is not None and reader.delivery not in (Delivery.NONE, Delivery.SPECIAL)
    if not gets or reader is None:
        tx.update(digest_marks, {"member_id": member_id}, sent_seq=last, due_at=None, until_seq=None)
        return False
    stop = min(end, after + MOST_POSTS)
    kind = reader.delivery if reader.delivery in _DAILY else mode
    what = {"member_id": member_id, "after": after, "until": stop, "mode": kind}
    made = stop > after and outbox.insert(
        tx, DIGEST, reader.account_id, reader.address, group_id=group_id, payload=what
    )
    if stop < end:
        tx.update(digest_marks, {"member_id": member_id}, sent_seq=stop, after_seq=stop)
    else:
        tx.update(
            digest_marks, {"member_id": member_id}, sent_seq=end, after_seq=end, due_at=None, until_seq=None
        )
    return made


def turned(tx: Tx, member_id: int, old: int, new: int) -> None:
    """A member gets mail another way from now on: who turns to single mails gets at once what waited till now."""
    if old not in _DAILY:
        return
    row = tx.one(_MARK, id=member_id)
    if row is None or row[1] is None:
        return
    if new in _DAILY:
        tx.update(digest_marks, {"member_id": member_id}, mode=new)
        return
    tx.alone(_WORD, row[0])
    last, _ = tx.one(_LAST, group_id=row[0]) or (0, 0)
    tx.update(digest_marks, {"member_id": member_id}, until_seq=last, due_at=tx.now, mode=old)


def posts_of(tx: Tx, group_id: int, after: int, until: int) -> list[int]:
    """Ids of the posts with numbers beyond *after* up to *until*, in their order, at most MOST_POSTS."""
    return tx.column(_BETWEEN, group_id=group_id, after=after, until=until)


def forget_old(tx: Tx) -> int:
    """Numbers of posts that no digest can ask for any more are forgotten, but for the last of each group; how many."""
    return tx.run(_OLD, before=tx.now - KEPT_MS)
