"""Mail going out: one row for each mail to each address, claimed, sent, tried again later, or put aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Role, Viewer, require_role
from folkmoot.domain.errors import NotFound
from folkmoot.domain.journal import DONE, SHUNTED, WAITING
from folkmoot.domain.mail.readers import Reader
from folkmoot.domain.people.accounts import main_address
from folkmoot.kit.ids import first_id_at
from folkmoot.store.schema.work import outbox
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

LEASE_MS = 600_000
"""Longer than any batch: one is begun for three minutes, and its last mail may wait five for the relay's answers; else
another worker would send it, too."""
GAPS_MS = (5_000, 30_000)
"""The first retries come soon; later ones double from LONG_GAP_MS to LONGEST_GAP_MS (as Postfix does)."""
LONG_GAP_MS = 300_000
LONGEST_GAP_MS = 4_000_000
GIVE_UP_MS = 5 * 86_400_000
"""So long a mail is tried; then it is put aside."""
DAY_MS = 86_400_000
KEPT_MS = 30 * DAY_MS
"""So long a mail that is over is known: as long as anything is asked of it (mailhealth.WITNESS_MS, asking.QUIET_MS)."""
AT_ONCE = 1_000
UNDELIVERED = "undelivered"
"""The kind of a report to an author whose mail to a person did not arrive."""
MAX_TOLD = 10
"""So many such reports to one address in a day."""
POST = "post"
"""The kind of a group's post on its way to a member."""

_COLUMNS = (
    outbox.c.id,
    outbox.c.kind,
    outbox.c.account_id,
    outbox.c.group_id,
    outbox.c.post_id,
    outbox.c.address,
    outbox.c.payload,
    outbox.c.attempts,
    outbox.c.created_at,
)
_DUE = (
    sa.select(outbox.c.id)
    .where(
        outbox.c.state == WAITING,
        outbox.c.run_at <= p("now"),
        sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < p("now")),
    )
    .order_by(outbox.c.run_at, outbox.c.id)
    .limit(200)
)
_CLAIM = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}
_LEASE = Query(sa.update(outbox).where(in_list(outbox.c.id, "ids")).values(leased_until=p("until")))
_ROWS = Query(sa.select(*_COLUMNS).where(in_list(outbox.c.id, "ids")).order_by(outbox.c.post_id, outbox.c.id))
_ANY_DUE = Query(sa.select(sa.func.min(outbox.c.run_at)).where(outbox.c.state == WAITING))
_SENT = Query(
    sa.update(outbox)
    .where(in_list(outbox.c.id, "ids"))
    .values(state=DONE, sent_at=p("now"), leased_until=None, error="", payload="{}")
)
_DROPPED = Query(
    sa.update(outbox)
    .where(in_list(outbox.c.id, "ids"))
    .values(state=DONE, leased_until=None, error="not sent: no longer wanted", payload="{}")
)
_POSTPONE = Query(
    sa.update(outbox).where(in_list(outbox.c.id, "ids")).values(run_at=p("until"), leased_until=None)
)
_RELEASE = Query(sa.update(outbox).where(in_list(outbox.c.id, "ids")).values(leased_until=None))
_SINCE = Query(
    sa.select(sa.func.count()).where(
        outbox.c.kind == text_p("kind"),
        outbox.c.post_id.is_(None),
        outbox.c.address == text_p("address"),
        outbox.c.created_at > p("since"),
    )
)
_OLD = Query(
    sa.select(outbox.c.id)
    .where(outbox.c.id > p("after"), outbox.c.id < p("until"))
    .order_by(outbox.c.id)
    .limit(p("most"))
)
_FORGET = Query(
    sa.delete(outbox).where(
        in_list(outbox.c.id, "ids"), outbox.c.state != WAITING, outbox.c.created_at < p("before")
    )
)
_QUEUED = Query(
    sa.select(outbox.c.id).where(
        outbox.c.kind == text_p("kind"),
        outbox.c.post_id == p("post_id"),
        outbox.c.address == text_p("address"),
    )
)


class Item(msgspec.Struct, frozen=True):
    """A mail to one address that is to be sent; *payload* is what the mail door makes it from."""

    id: int
    kind: str
    account_id: int
    group_id: int | None
    post_id: int | None
    address: str
    payload: dict[str, Any]
    attempts: int
    created_at: int


def queue(
    tx: Tx,
    kind: str,
    account_id: int,
    address: str,
    *,
    group_id: int | None = None,
    post_id: int | None = None,
    key: int | None = None,
    **payload: Any,
) -> bool:
    """Let a mail be sent. False where the same one (kind, post, address; or *key*) was queued before."""
    made = insert(tx, kind, account_id, address, group_id=group_id, post_id=post_id, key=key, payload=payload)
    if made:
        journal.record(tx, journal.MAIL_QUEUED, account_id, account_id)
    return made


def insert(
    tx: Tx,
    kind: str,
    account_id: int,
    address: str,
    *,
    group_id: int | None = None,
    post_id: int | None = None,
    key: int | None = None,
    payload: dict[str, Any],
) -> bool:
    """As `queue`, for whoever writes many mails and records MAIL_QUEUED once for all of them."""
    return tx.insert_new(
        outbox,
        id=tx.ids.next() if key is None else key,
        kind=kind,
        account_id=account_id,
        group_id=group_id,
        post_id=post_id,
        address=address,
        payload=msgspec.json.encode(payload).decode(),
        created_at=tx.now,
        run_at=tx.now,
    )


def insert_posts(tx: Tx, group_id: int, post_id: int, readers: Iterable[Reader]) -> int:
    """The mails of a post to these readers, as `insert` for each; how many of them are new."""
    rows = [
        {
            "id": tx.ids.next(),
            "kind": POST,
            "account_id": reader.account_id,
            "group_id": group_id,
            "post_id": post_id,
            "address": reader.address,
            "payload": f'{{"member_id":{reader.member_id}}}',
            "created_at": tx.now,
            "run_at": tx.now,
        }
        for reader in readers
    ]
    return tx.insert_rows(outbox, rows, "ON CONFLICT DO NOTHING")


def see(tx: Tx, viewer: Viewer, mail_id: int) -> Item:
    """One mail of the outbox, for the operator. Raises NotFound, Forbidden("role")."""
    require_role(viewer, Role.ADMIN)
    rows = tx.all(_ROWS, ids=[mail_id])
    if not rows:
        raise NotFound(f"there is no mail {mail_id} in the outbox", what="mail")
    return _item(rows[0])


def next_due(tx: Tx) -> int | None:
    """When the next mail is to be tried, in ms; None where none waits."""
    found: int | None = tx.value(_ANY_DUE)
    return found


def claim(tx: Tx) -> list[Item]:
    """Take up to 200 mails that are due for LEASE_MS; who dies with them lets them go by that."""
    ids = tx.column(_CLAIM[tx.dialect], now=tx.now)
    if not ids:
        return []
    tx.run(_LEASE, ids=ids, until=tx.now + LEASE_MS)
    return [_item(row) for row in tx.all(_ROWS, ids=ids)]


def _item(row: tuple[Any, ...]) -> Item:
    id_, kind, account_id, group_id, post_id, address, payload, attempts, created_at = row
    decoded = msgspec.json.decode(payload)
    return Item(id_, kind, account_id, group_id, post_id, address, decoded, attempts, created_at)


def count_since(tx: Tx, kind: str, address: str, since: int) -> int:
    """How many mails of a kind that is about no post were queued for an address since that moment."""
    return int(tx.value(_SINCE, kind=kind, address=address, since=since))


def is_queued(tx: Tx, kind: str, post_id: int, address: str) -> bool:
    """Whether that mail about a post was queued for the address before."""
    return tx.one(_QUEUED, kind=kind, post_id=post_id, address=address) is not None


def sent(tx: Tx, ids: list[int]) -> None:
    """These mails were taken by the relay."""
    tx.run(_SENT, ids=ids, now=tx.now)


def dropped(tx: Tx, ids: list[int]) -> None:
    """These mails are not to be sent any more."""
    tx.run(_DROPPED, ids=ids)


def release(tx: Tx, ids: list[int]) -> None:
    """These mails were claimed and not tried: whoever comes next may take them."""
    tx.run(_RELEASE, ids=ids)


def postpone(tx: Tx, ids: list[int], until: int) -> None:
    """These mails were claimed and not tried: nobody tries before that moment (ms)."""
    tx.run(_POSTPONE, ids=ids, until=until)


def failed(tx: Tx, item: Item, error: str, *, for_good: bool) -> bool:
    """A mail was not taken: it is tried again after a growing gap, or put aside (True) where that is of no use."""
    aside = for_good or tx.now - item.created_at > GIVE_UP_MS
    tx.update(
        outbox,
        {"id": item.id},
        state=SHUNTED if aside else WAITING,
        attempts=item.attempts + 1,
        run_at=tx.now + gap(item.attempts),
        leased_until=None,
        error=error[:2000],
    )
    if aside:
        _tell_author(tx, item, error)
    return aside


def _tell_author(tx: Tx, item: Item, error: str) -> None:
    """Who wrote to a person, and is known to have written it, hears that it did not arrive. Nobody hears of mail to
    lists, and no address that only claims to be the author's: that would be backscatter."""
    author_id = int(item.payload.get("author_id") or 0)
    address = main_address(tx, author_id) if author_id else ""
    if not address or count_since(tx, UNDELIVERED, address, tx.now - DAY_MS) >= MAX_TOLD:
        return
    told = {name: item.payload[name] for name in ("blob", "to") if name in item.payload}
    queue(tx, UNDELIVERED, author_id, address, group_id=item.group_id, error=error[:500], **told)


def forget(tx: Tx, after: int) -> int | None:
    """Forget what was sent or put aside, and is older than KEPT_MS, among the next AT_ONCE mails beyond the id *after*;
    the last that was looked at, None where that was all. What waits stays."""
    before = tx.now - KEPT_MS
    ids = tx.column(_OLD, after=after, until=first_id_at(before), most=AT_ONCE)
    if ids:
        tx.run(_FORGET, ids=ids, before=before)
    return int(ids[-1]) if len(ids) == AT_ONCE else None


def gap(attempts: int) -> int:
    """Milliseconds until the next try, after so many earlier failures."""
    if attempts < len(GAPS_MS):
        return GAPS_MS[attempts]
    return int(min(LONG_GAP_MS * 2 ** min(attempts - len(GAPS_MS), 10), LONGEST_GAP_MS))
