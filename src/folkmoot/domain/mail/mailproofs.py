"""What is asked for by mail and needs a proof: subscribing, leaving, a moderator's word; one short secret each."""

from __future__ import annotations

import base64
import secrets

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import NotFound
from folkmoot.domain.mail import reach
from folkmoot.domain.people.logins import digest
from folkmoot.store.schema.accounts import mail_tokens
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
LIFETIME_MS = {
    "subscribe": 3 * DAY_MS,
    "unsubscribe": 3 * DAY_MS,
    "approve": 7 * DAY_MS,
    "reject": 7 * DAY_MS,
}
"""How long a secret of each purpose is good for."""
ASKED_MS = DAY_MS
"""One question to one address in so long, over all groups: nobody's mailbox is filled in our name."""
TRIES_PER_HOUR = 5

_ONE = Query(
    sa.select(
        mail_tokens.c.id,
        mail_tokens.c.account_id,
        mail_tokens.c.purpose,
        mail_tokens.c.address,
        mail_tokens.c.expires_at,
        mail_tokens.c.used_at,
    ).where(mail_tokens.c.token_hash == text_p("hash"))
)
_ASKED = Query(
    sa.select(sa.func.count()).where(
        mail_tokens.c.address == text_p("address"),
        mail_tokens.c.purpose.like("%subscribe:%"),
        mail_tokens.c.expires_at > p("since"),
    )
)
_USE = Query(
    sa.update(mail_tokens)
    .where(mail_tokens.c.id == p("id"), mail_tokens.c.used_at.is_(None))
    .values(used_at=p("now"))
)
_USE_PAIR = Query(
    sa.update(mail_tokens)
    .where(
        mail_tokens.c.account_id == p("account_id"),
        mail_tokens.c.purpose.in_((text_p("one"), text_p("other"))),
        mail_tokens.c.used_at.is_(None),
    )
    .values(used_at=p("now"))
)


class Proof(msgspec.Struct, frozen=True):
    """What a secret stands for: the purpose (a key of LIFETIME_MS), the group or post that it is about, whose it
    is (account 0: an address without an account), and the address that it was sent to."""

    account_id: int
    purpose: str
    subject_id: int
    address: str


def was_asked(tx: Tx, address: str) -> bool:
    """Whether the address (folded) was asked for a confirmation within the day, whatever the group."""
    since = tx.now + LIFETIME_MS["subscribe"] - ASKED_MS
    return int(tx.value(_ASKED, address=address, since=since)) > 0


def make(tx: Tx, account_id: int, purpose: str, subject_id: int, address: str) -> str:
    """A new secret of 20 letters and digits in lower case, since it has to fit an address that mail servers fold."""
    secret = base64.b32encode(secrets.token_bytes(13)).decode().lower()[:20]
    tx.insert(
        mail_tokens,
        id=tx.ids.next(),
        account_id=account_id,
        purpose=f"{purpose}:{subject_id}",
        address=address,
        token_hash=digest(secret),
        expires_at=tx.now + LIFETIME_MS[purpose],
    )
    return secret


def use(tx: Tx, secret: str, *, address: str, purposes: frozenset[str]) -> Proof:
    """What a secret stands for; it is worth nothing from now on, nor is the opposite one of a moderator's pair.

    Raises NotFound for unknown, used and late ones alike, for other purposes, and where it comes back from another
    address (folded) than it was sent to: who gets a mail forwarded does not get its power.
    """
    row = tx.one(_ONE, hash=digest(secret.lower()))
    if row is None or row[5] is not None or row[4] <= tx.now or row[3] != address:
        raise NotFound(what="proof")
    purpose, _, subject = str(row[2]).partition(":")
    if purpose not in purposes or not subject or not tx.run(_USE, id=row[0], now=tx.now):
        raise NotFound(what="proof")
    reach.works(tx, row[3])
    if purpose in ("approve", "reject"):
        tx.run(_USE_PAIR, account_id=row[1], one=f"approve:{subject}", other=f"reject:{subject}", now=tx.now)
    return Proof(row[1], purpose, int(subject), row[3])
