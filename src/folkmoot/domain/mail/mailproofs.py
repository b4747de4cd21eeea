"""What is asked for by mail and needs a proof: subscribing, leaving, how the mail comes, a moderator's word; one short
secret each."""

from __future__ import annotations

import base64
import secrets

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import NotFound
from folkmoot.domain.mail import reach
from folkmoot.domain.people import accounts
from folkmoot.domain.people.logins import digest
from folkmoot.store.schema.accounts import mail_tokens
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
LIFETIME_MS = {
    "subscribe": 3 * DAY_MS,
    "unsubscribe": 3 * DAY_MS,
    "accept": 30 * DAY_MS,
    "approve": 7 * DAY_MS,
    "reject": 7 * DAY_MS,
    "admit": 7 * DAY_MS,
    "refuse": 7 * DAY_MS,
    **{
        f"delivery_{word}": 3 * DAY_MS
        for word in ("single", "digest", "htmldigest", "summary", "special", "nomail")
    },
    "thread_follow": 3 * DAY_MS,
    "thread_mute": 3 * DAY_MS,
}
"""How long a secret of each purpose is good for."""
PAIRS = (("approve", "reject"), ("admit", "refuse"))
"""A moderator's two words about a post, and about somebody who wants to join: who says one has said it."""
ASKED_MS = DAY_MS
"""One question to one address in so long, over all groups: nobody's mailbox is filled in our name."""

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
    is (whoever has the address now; account 0: nobody), and the address that it was sent to."""

    account_id: int
    purpose: str
    subject_id: int
    address: str


def was_asked(tx: Tx, address: str) -> bool:
    """Whether the address (folded) was asked for a confirmation within the day, whatever the group."""
    since = tx.now + LIFETIME_MS["subscribe"] - ASKED_MS
    return int(tx.value(_ASKED, address=address, since=since)) > 0


def make(tx: Tx, account_id: int, purpose: str, subject_id: int, address: str) -> str:
    """A new secret of 20 letters and digits in lower case, since it has to fit an address that mail servers fold. Its
    100 bits are why nobody counts wrong tries: whoever guesses gets nowhere, and a count could be filled in
    somebody else's name."""
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
    id_, asked_id, proof = _valid(tx, secret, purposes)
    if proof.address != address or not tx.run(_USE, id=id_, now=tx.now):
        raise NotFound(what="proof")
    purpose, subject = proof.purpose, proof.subject_id
    reach.works(tx, proof.address)
    pair = next((both for both in PAIRS if purpose in both), None)
    if pair is not None:
        one, other = (f"{word}:{subject}" for word in pair)
        tx.run(_USE_PAIR, account_id=asked_id, one=one, other=other, now=tx.now)
    return proof


def see(tx: Tx, secret: str, *purposes: str) -> Proof:
    """What a secret stands for, for whoever opened the link that was mailed to its address; it stays good. Raises
    NotFound as `use`."""
    return _valid(tx, secret, frozenset(purposes))[2]


def _valid(tx: Tx, secret: str, purposes: frozenset[str]) -> tuple[int, int, Proof]:
    """(the row, the account that was asked, what the secret stands for)."""
    row = tx.one(_ONE, hash=digest(secret.lower()))
    if row is None or row[5] is not None or row[4] <= tx.now:
        raise NotFound(what="proof")
    purpose, _, subject = str(row[2]).partition(":")
    if purpose not in purposes or not subject:
        raise NotFound(what="proof")
    whose = accounts.find_by_address(tx, row[3]) or row[1]
    return row[0], row[1], Proof(whose, purpose, int(subject), row[3])
