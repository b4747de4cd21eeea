"""Links by mail: a secret that proves who reads an address, good once and for a short time, kept only as a hash."""

from __future__ import annotations

import secrets

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import NotFound
from folkmoot.domain.mail import reach
from folkmoot.domain.people.logins import digest
from folkmoot.store.schema.accounts import mail_tokens
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

HOUR_MS = 3_600_000
LIFETIME_MS = {
    "confirm": 24 * HOUR_MS, "claim": 24 * HOUR_MS, "address": 24 * HOUR_MS, "reset": HOUR_MS, "deliver": 720 * HOUR_MS,
    "login": HOUR_MS // 4, "allow_google": HOUR_MS, "allow_facebook": HOUR_MS, "allow_apple": HOUR_MS,
    "appeal": 480 * HOUR_MS, "appeal_login": HOUR_MS,
}  # fmt: skip
"""How long a link of each purpose is good for."""
MAX_PER_HOUR = 5
"""So many mails of one purpose to one account in an hour: nobody's mailbox is filled from a form of ours."""

_FIND = Query(
    sa.select(
        mail_tokens.c.id, mail_tokens.c.account_id, mail_tokens.c.address,
        mail_tokens.c.expires_at, mail_tokens.c.used_at,
    ).where(mail_tokens.c.token_hash == text_p("hash"), mail_tokens.c.purpose == text_p("purpose"))
)  # fmt: skip
_RECENT = Query(
    sa.select(sa.func.count()).where(
        mail_tokens.c.account_id == p("account_id"),
        mail_tokens.c.purpose == text_p("purpose"),
        mail_tokens.c.expires_at > p("since"),
    )
)
_USE = Query(
    sa.update(mail_tokens)
    .where(mail_tokens.c.id == p("id"), mail_tokens.c.used_at.is_(None))
    .values(used_at=p("now"))
)
_END = Query(
    sa.update(mail_tokens)
    .where(
        mail_tokens.c.account_id == p("account_id"),
        mail_tokens.c.purpose == text_p("purpose"),
        sa.or_(mail_tokens.c.purpose != "address", mail_tokens.c.address == text_p("address")),
        mail_tokens.c.used_at.is_(None),
    )
    .values(used_at=p("now"))
)


class MailToken(msgspec.Struct, frozen=True):
    """Whose link it was, and which address it went to."""

    id: int
    account_id: int
    address: str


def make(tx: Tx, account_id: int, purpose: str, address: str, secret: str = "") -> str | None:
    """A new secret for *purpose* (a key of LIFETIME_MS), or the one given; None where too many were made within the
    hour."""
    lifetime = LIFETIME_MS[purpose]
    since = tx.now + lifetime - HOUR_MS
    if int(tx.value(_RECENT, account_id=account_id, purpose=purpose, since=since)) >= MAX_PER_HOUR:
        return None
    secret = secret or secrets.token_urlsafe(32)
    tx.insert(
        mail_tokens,
        id=tx.ids.next(),
        account_id=account_id,
        purpose=purpose,
        address=address,
        token_hash=digest(secret),
        expires_at=tx.now + lifetime,
    )
    return secret


def see(tx: Tx, secret: str, purpose: str) -> MailToken:
    """What a secret stands for, without using it up. Raises NotFound for unknown, used and late ones alike."""
    row = tx.one(_FIND, hash=digest(secret), purpose=purpose)
    if row is None or row[4] is not None or row[3] <= tx.now:
        raise NotFound(what="link")
    return MailToken(row[0], row[1], row[2])


def use(tx: Tx, secret: str, purpose: str) -> MailToken:
    """As `see`, and the secret is worth nothing from now on, nor is any other of the account for this purpose;
    of those that prove further addresses, each is about its own only."""
    found = see(tx, secret, purpose)
    if not tx.run(_USE, id=found.id, now=tx.now):
        raise NotFound(what="link")
    tx.run(_END, account_id=found.account_id, purpose=purpose, address=found.address, now=tx.now)
    reach.works(tx, found.address)
    return found
