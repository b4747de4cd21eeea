"""Mail that came back: counted for each address with measure, asked about before delivery ends, told to its owner.

Who calls this has proof that the mail was ours: a refusal by our own relay, or a return path that we signed.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.mail import outbox, reach
from folkmoot.domain.mail.reach import Health
from folkmoot.domain.notices import notices
from folkmoot.domain.people import mailtokens
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.mail import bounces, mail_health
from folkmoot.store.schema.work import outbox as outbox_t
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

DAY_MS: Final = 86_400_000
HARD, SOFT = 10, 5
"""Tenths of a point: for a mailbox that is not there, and for what may pass."""
LIMIT = 50
"""So many tenths, of which one day brings HARD at most, and the address is asked whether it lives."""
STALE_MS = 7 * DAY_MS
"""A week without anything coming back, and all before is forgotten."""
PROBE_MS = 7 * DAY_MS
"""A question that did not come back in so long was taken in: the address lives."""
WARN_EVERY_MS = 7 * DAY_MS
WARNINGS = 3
WITNESS_MS = 30 * DAY_MS
"""A mail tells of its address for so long; who finds an old return path can do nothing with it."""
PROBE: Final = "bounce_probe"
WARNING: Final = "delivery_off"
MAX_RESPONSE = 500

_MAIL = Query(
    sa.select(
        outbox_t.c.kind,
        outbox_t.c.account_id,
        outbox_t.c.group_id,
        outbox_t.c.post_id,
        outbox_t.c.address,
        outbox_t.c.created_at,
    ).where(outbox_t.c.id == p("id"))
)
_ADDRESS = Query(
    sa.select(addresses.c.id, addresses.c.account_id, addresses.c.address).where(
        addresses.c.folded == text_p("folded")
    )
)
_BY_ID = Query(sa.select(addresses.c.account_id, addresses.c.address).where(addresses.c.id == p("id")))
_MEMBER = Query(
    sa.select(members.c.group_id, members.c.account_id, addresses.c.folded)
    .select_from(members.join(addresses, reach.chosen()))
    .where(members.c.id == p("id"))
)
_HEALTH = Query(
    sa.select(
        mail_health.c.state,
        mail_health.c.score,
        mail_health.c.counted_day,
        mail_health.c.counted,
        mail_health.c.last_bounce_at,
        mail_health.c.probed_at,
        mail_health.c.warned_n,
    ).where(mail_health.c.address_id == p("id"))
)
_DUE = Query(
    sa.select(mail_health.c.address_id)
    .where(mail_health.c.next_at.is_not(None), mail_health.c.next_at <= p("now"))
    .order_by(mail_health.c.next_at)
    .limit(100)
)
_OF_ACCOUNT = Query(
    sa.select(
        addresses.c.id, addresses.c.address, mail_health.c.state, mail_health.c.score, mail_health.c.since
    )
    .select_from(addresses.join(mail_health, mail_health.c.address_id == addresses.c.id))
    .where(addresses.c.account_id == p("account_id"))
    .order_by(addresses.c.id)
)
_HISTORY = Query(
    sa.select(
        *(bounces.c[name] for name in ("id", "group_id", "post_id", "kind", "source", "hard", "response")),
        bounces.c.created_at,
    )
    .where(bounces.c.account_id == p("account_id"), bounces.c.id < p("before"))
    .order_by(bounces.c.id.desc())
    .limit(100)
)


class Witness(msgspec.Struct, frozen=True):
    """A mail of ours that something is told of: whose address it went to, and what it was."""

    mail_id: int
    address_id: int
    account_id: int
    address: str
    kind: str
    group_id: int | None
    post_id: int | None


class Bounce(msgspec.Struct, frozen=True):
    """One mail that came back, or was complained of. *source*: relay, report, expired, complaint."""

    id: int
    group_id: int | None
    post_id: int | None
    kind: str
    source: str
    hard: int
    response: str
    created_at: int


class AddressHealth(msgspec.Struct, frozen=True):
    """How mail to one address of an account fares; *score* in points, *since*: when the state began, ms."""

    id: int
    address: str
    state: int
    score: float
    since: int | None


def witness(tx: Tx, mail_id: int) -> Witness | None:
    """The mail of the outbox as a witness; None for one that is unknown, too old, or whose address is gone."""
    row = tx.one(_MAIL, id=mail_id)
    if row is None or tx.now - row[5] > WITNESS_MS:
        return None
    found = tx.one(_ADDRESS, folded=fold_address(row[4]))
    if found is None or found[1] != row[1]:
        return None
    return Witness(mail_id, found[0], row[1], row[4], row[0], row[2], row[3])


def witness_of_member(tx: Tx, member_id: int) -> Witness | None:
    """The same for whatever mail of a group went to a member."""
    row = tx.one(_MEMBER, id=member_id)
    if row is None:
        return None
    found = tx.one(_ADDRESS, folded=row[2])
    # Which of the mails it was is not known, so nothing tells two complaints apart: each has a number of its own.
    return None if found is None else Witness(tx.ids.next(), found[0], row[1], found[2], "post", row[0], None)


def bounced(tx: Tx, mail_id: int, *, hard: bool, response: str, source: str) -> bool:
    """A mail of ours came back. False where that tells nothing, or was told before."""
    of = witness(tx, mail_id)
    if of is None or not _remember(tx, of, source, response, hard=hard):
        return False
    if of.kind == PROBE:
        _probe_came_back(tx, of)
    else:
        _count(tx, of, HARD if hard else SOFT)
    return True


def complained(tx: Tx, of: Witness, kind: str) -> bool:
    """The receiver of a mail called it unwanted: the address gets no more. False where it was told before."""
    row = tx.one(_HEALTH, id=of.address_id)
    if (row is not None and row[0] == Health.COMPLAINED) or not _remember(
        tx, of, "complaint", kind, hard=False
    ):
        return False
    _set(tx, of, state=Health.COMPLAINED, next_at=None)
    _tell(tx, of.account_id)
    return True


def _remember(tx: Tx, of: Witness, source: str, response: str, *, hard: bool) -> bool:
    return tx.insert_new(
        bounces,
        id=tx.ids.next(),
        address_id=of.address_id,
        account_id=of.account_id,
        group_id=of.group_id,
        post_id=of.post_id,
        mail_id=of.mail_id,
        kind=of.kind,
        source=source,
        hard=int(hard),
        response=response[:MAX_RESPONSE],
        created_at=tx.now,
    )


def _count(tx: Tx, of: Witness, points: int) -> None:
    """A day counts once, with the heaviest of what it brought."""
    row = tx.one(_HEALTH, id=of.address_id)
    state, score, day, counted, last_at, _, _ = row or (0, 0, 0, 0, None, None, 0)
    today = tx.now // DAY_MS
    if last_at is not None and tx.now - last_at > STALE_MS:
        score, counted = 0, 0
    before = counted if day == today else 0
    score += max(0, points - before)
    values: dict[str, Any] = {
        "score": score, "counted_day": today, "counted": max(points, before), "last_bounce_at": tx.now,
    }  # fmt: skip
    if state == Health.FINE and score >= LIMIT:
        values |= {"state": Health.PROBED, "probed_at": tx.now, "next_at": tx.now + PROBE_MS}
        _write(tx, of, PROBE)
    _set(tx, of, **values)


def _probe_came_back(tx: Tx, of: Witness) -> None:
    row = tx.one(_HEALTH, id=of.address_id)
    if row is not None and row[0] == Health.PROBED:
        _set(tx, of, state=Health.OFF, warned_n=0, next_at=tx.now + WARN_EVERY_MS)
        _tell(tx, of.account_id)


def _set(tx: Tx, of: Witness, **values: Any) -> None:
    if "state" in values:
        values |= {"state": int(values["state"]), "since": tx.now}
    values["updated_at"] = tx.now
    if not tx.update(mail_health, {"address_id": of.address_id}, **values):
        tx.insert(mail_health, address_id=of.address_id, account_id=of.account_id, **values)


def _write(tx: Tx, of: Witness, kind: str) -> None:
    """A mail to the address itself, with a link by which its owner lets delivery go on."""
    secret = mailtokens.make(tx, of.account_id, "deliver", of.address)
    if secret is not None:
        link = f"{tx.settings.base_url}/mail/address/{secret}"
        outbox.queue(tx, kind, of.account_id, of.address, group_id=of.group_id, link=link)


def _tell(tx: Tx, account_id: int) -> None:
    """By the other doors, since by mail there is no way now."""
    notices.add(tx, account_id, "mail_paused", account_id)


def next_due(tx: Tx) -> int | None:
    """When an address is to be looked after, in ms; None where nothing waits."""
    found: int | None = tx.value(_NEXT)
    return found


_NEXT = Query(sa.select(sa.func.min(mail_health.c.next_at)).where(mail_health.c.next_at.is_not(None)))


def look_after(tx: Tx) -> int:
    """Addresses whose question was taken in are fine again; owners of those that are off are warned, three times at
    most, and stay members. Returns how many were looked at, up to 100."""
    ids = tx.column(_DUE, now=tx.now)
    for address_id in ids:
        _look_after_one(tx, address_id)
    return len(ids)


def _look_after_one(tx: Tx, address_id: int) -> None:
    row, owner = tx.one(_HEALTH, id=address_id), tx.one(_BY_ID, id=address_id)
    if row is None or owner is None:
        tx.update(mail_health, {"address_id": address_id}, next_at=None)
        return
    of = Witness(0, address_id, owner[0], owner[1], "", None, None)
    if row[0] == Health.PROBED:
        _set(tx, of, state=Health.FINE, score=0, next_at=None)
    elif row[0] == Health.OFF and row[6] < WARNINGS:
        more = row[6] + 1 < WARNINGS
        _set(tx, of, warned_n=row[6] + 1, next_at=tx.now + WARN_EVERY_MS if more else None)
        _write(tx, of, WARNING)
    else:
        _set(tx, of, next_at=None)


def resume(tx: Tx, viewer: Viewer, address: str) -> None:
    """Let mail go to an address again, also after a complaint; for its owner and for admins. Raises NotFound."""
    found = tx.one(_ADDRESS, folded=fold_address(address))
    if found is None or (
        found[1] != viewer.account_id and viewer.role < Role.ADMIN and not viewer.everything
    ):
        raise NotFound(what="address")
    reach.resume(tx, found[0], found[1])


def asked(tx: Tx, secret: str) -> tuple[str, int]:
    """The address that a mailed link is about, and its state. Raises NotFound for a link that is no good."""
    token = mailtokens.see(tx, secret, "deliver")
    found = tx.one(_ADDRESS, folded=fold_address(token.address))
    if found is None or found[1] != token.account_id:
        raise NotFound(what="link")
    row = tx.one(_HEALTH, id=found[0])
    return token.address, int(row[0]) if row else int(Health.FINE)


def resume_by_link(tx: Tx, secret: str) -> str:
    """Let mail go to an address again by the link that was mailed to it; which one. Raises NotFound."""
    address, _ = asked(tx, secret)
    mailtokens.use(tx, secret, "deliver")
    found = tx.one(_ADDRESS, folded=fold_address(address))
    assert found is not None
    reach.resume(tx, found[0], found[1])
    return address


def of_account(tx: Tx, account_id: int) -> list[AddressHealth]:
    """How mail to the addresses of an account fares, those of which nothing ever came back left out; for the account
    itself and for those who may know its addresses (the caller has asked)."""
    return [
        AddressHealth(row[0], row[1], row[2], row[3] / 10, row[4])
        for row in tx.all(_OF_ACCOUNT, account_id=account_id)
    ]


class Pause(msgspec.Struct, frozen=True):
    """Why no mail goes to an address: it was called unwanted (*complaint*), or it came back with *response*."""

    address: str
    since: int | None
    complaint: bool
    response: str


_LAST_BOUNCE = Query(
    sa.select(bounces.c.response)
    .where(bounces.c.address_id == p("id"), bounces.c.source != "complaint")
    .order_by(bounces.c.id.desc())
    .limit(1)
)


def pauses_of(tx: Tx, account_id: int) -> list[Pause]:
    """The addresses of an account that mail does not go to at present, and why; for its owner (the caller asks)."""
    return [
        Pause(
            each.address,
            each.since,
            each.state == Health.COMPLAINED,
            str(tx.value(_LAST_BOUNCE, id=each.id) or ""),
        )
        for each in of_account(tx, account_id)
        if each.state >= Health.OFF
    ]


def history(tx: Tx, account_id: int, before: int = (1 << 63) - 1) -> list[Bounce]:
    """What came back from an account, newest first, 100 below the id *before* (the caller has asked)."""
    return [Bounce(*row) for row in tx.all(_HISTORY, account_id=account_id, before=before)]
