"""Who is kept out before they are in: networks, mail domains, and single addresses however they are written."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Forbidden, Invalid
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff.registers import Register
from folkmoot.kit import networks
from folkmoot.kit.mail.addresses import fold_address, is_valid_address
from folkmoot.store.schema.staff import (
    canonical_email_blocks,
    email_domain_blocks,
    email_domain_tries,
    ip_blocks,
)
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

APPROVAL, NO_SIGN_UP, NO_ACCESS = "approval", "no_sign_up", "no_access"
SEVERITIES: Final = (APPROVAL, NO_SIGN_UP, NO_ACCESS)
"""What a blocked network may not: sign up without approval; sign up at all; do anything."""
MOST_NETWORKS = 10_000
"""So many networks are kept away at once."""
MAX_COMMENT = 1000
LONGEST_MS = 100 * 365 * 86_400_000
DAY_MS = 86_400_000
WEEK = 7
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_HASH = re.compile(r"[0-9a-f]{64}")


class IpBlock(msgspec.Struct, frozen=True):
    """A network that is kept out; *severity* of SEVERITIES, times in ms."""

    id: int
    network: str
    severity: str
    comment: str
    created_at: int
    expires_at: int | None


class EmailDomainBlock(msgspec.Struct, frozen=True):
    """A mail domain, with those below it, from which nobody signs up."""

    id: int
    domain: str
    created_at: int


class CanonicalBlock(msgspec.Struct, frozen=True):
    """An address that nobody signs up with again, as a hash of its canonical form."""

    id: int
    hash: str


_POWER = "manage_barriers"
IPS = Register(IpBlock, ip_blocks, "ip_block", _POWER, "network")
EMAIL_DOMAINS = Register(EmailDomainBlock, email_domain_blocks, "email_domain_block", _POWER, "domain")
CANONICALS = Register(CanonicalBlock, canonical_email_blocks, "canonical_email_block", _POWER, "hash")


def domain_name(text: str) -> str:
    """A host's name as it is kept: lower case, in ASCII. Raises Invalid("domain", "blank" | "invalid")."""
    text = text.strip().rstrip(".").lower()
    if not text:
        raise Invalid("domain", "blank")
    try:
        name = text if text.isascii() else text.encode("idna").decode()
    except UnicodeError:
        raise Invalid("domain", "invalid") from None
    host, colon, port = name.partition(":")
    if not _NAME.fullmatch(host) or (colon and not (port.isdigit() and len(port) < 6)):
        raise Invalid("domain", "invalid")
    return name


def parents(domain: str) -> list[str]:
    """The domain and those above it, the nearest first."""
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(len(labels))]


# ── networks ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_HIT = Query(
    sa.select(ip_blocks.c.severity).where(
        ip_blocks.c.low <= text_p("place"),
        ip_blocks.c.high >= text_p("place"),
        sa.or_(ip_blocks.c.expires_at.is_(None), ip_blocks.c.expires_at > p("now")),
    )
)
_SHUT = Query(
    sa.select(ip_blocks.c.low, ip_blocks.c.high, ip_blocks.c.expires_at)
    .where(
        ip_blocks.c.severity == NO_ACCESS,
        sa.or_(ip_blocks.c.expires_at.is_(None), ip_blocks.c.expires_at > p("now")),
    )
    .order_by(ip_blocks.c.id.desc())
    .limit(MOST_NETWORKS)
)


class IpWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a block of a network is to be; None stays as it is. *expires_in* in seconds, 0 for never."""

    network: str | None = None
    severity: str | None = None
    comment: str | None = None
    expires_in: int | None = None


def _ip_values(tx: Tx, wish: IpWish) -> dict[str, object]:
    values: dict[str, object] = {}
    if wish.network is not None:
        found = networks.span(wish.network)
        if found is None:
            raise Invalid("ip", "invalid")
        values["network"], values["low"], values["high"] = found
    if wish.severity is not None:
        if wish.severity not in SEVERITIES:
            raise Invalid("severity", "unknown")
        values["severity"] = wish.severity
    if wish.comment is not None:
        if len(wish.comment) > MAX_COMMENT:
            raise Invalid("comment", "too_long")
        values["comment"] = wish.comment
    if wish.expires_in is not None:
        span = min(wish.expires_in * 1000, LONGEST_MS)
        values["expires_at"] = tx.now + span if span > 0 else None
    return values


def block_ip(tx: Tx, viewer: Viewer, wish: IpWish) -> IpBlock:
    """Keep a network out. Raises Forbidden("role"), Conflict("ip.taken"), Invalid("ip" | "severity" | "comment")."""
    require_power(viewer, _POWER)
    values = _ip_values(tx, wish)
    if "severity" not in values:
        raise Invalid("severity", "blank")
    id_ = tx.ids.next()
    if not tx.insert_new(ip_blocks, id=id_, created_at=tx.now, **values):
        raise Conflict("there is a block of this network already", code="ip.taken")
    return _ip_changed(tx, viewer, "add", id_)


def change_ip(tx: Tx, viewer: Viewer, block_id: int, wish: IpWish) -> IpBlock:
    """Change such a block. Raises as block_ip, NotFound."""
    IPS.see(tx, viewer, block_id)
    values = _ip_values(tx, wish)
    other = tx.value(_NETWORK, network=values.get("network", ""))
    if other not in (None, block_id):
        raise Conflict("there is a block of this network already", code="ip.taken")
    if values:
        tx.update(ip_blocks, {"id": block_id}, **values)
    return _ip_changed(tx, viewer, "change", block_id)


_NETWORK = Query(sa.select(ip_blocks.c.id).where(ip_blocks.c.network == text_p("network")))


def _ip_changed(tx: Tx, viewer: Viewer, act: str, block_id: int) -> IpBlock:
    found = IPS.see(tx, viewer, block_id)
    IPS.note(tx, viewer, act, block_id, found)
    journal.record(tx, journal.BARRIERS_CHANGED, viewer.account_id, block_id)
    return found


def unblock_ip(tx: Tx, viewer: Viewer, block_id: int) -> IpBlock:
    """Let a network in again. Raises Forbidden("role"), NotFound."""
    found = IPS.remove(tx, viewer, block_id)
    journal.record(tx, journal.BARRIERS_CHANGED, viewer.account_id, block_id)
    return found


def shut_out(tx: Tx) -> list[tuple[str, str, int | None]]:
    """(first place, last place, until when) of the networks that have no access, 10,000 at most."""
    return [(row[0], row[1], row[2]) for row in tx.all(_SHUT, now=tx.now)]


def check_ip(tx: Tx, ip: str) -> bool:
    """Whether a sign-up from this address needs approval. Raises Forbidden("ip_blocked") where it is none at all."""
    where = networks.place(ip)
    found = set(tx.column(_HIT, place=where, now=tx.now)) if where is not None else set()
    if found & {NO_SIGN_UP, NO_ACCESS}:
        raise Forbidden("nobody signs up from there", code="ip_blocked")
    return APPROVAL in found


# ── mail addresses ───────────────────────────────────────────────────────────────────────────────────────────────────

_DOMAINS = Query(
    sa.select(email_domain_blocks.c.id).where(in_list(email_domain_blocks.c.domain, "domains", text=True))
)
_CANONICAL = Query(
    sa.select(canonical_email_blocks.c.id, canonical_email_blocks.c.hash).where(
        canonical_email_blocks.c.hash == text_p("hash")
    )
)
_UNBLOCK_OF = Query(sa.delete(canonical_email_blocks).where(canonical_email_blocks.c.account_id == p("id")))
_TRIES = Query(
    sa.select(
        email_domain_tries.c.block_id,
        email_domain_tries.c.day,
        sa.func.sum(email_domain_tries.c.tries),
        sa.func.count(),
    )
    .where(in_list(email_domain_tries.c.block_id, "ids"), email_domain_tries.c.day >= p("day"))
    .group_by(email_domain_tries.c.block_id, email_domain_tries.c.day)
)
_FORGET_TRIES = Query(sa.delete(email_domain_tries).where(email_domain_tries.c.day < p("day")))
_DROP_TRIES = Query(sa.delete(email_domain_tries).where(email_domain_tries.c.block_id == p("id")))


def canonical_hash(address: str) -> str:
    """SHA-256 of an address in lower case whose local part has lost its dots and what follows a plus.

    So a.b+c@example.org and ab@example.org are one (Mastodon documentation, Admin::CanonicalEmailBlock).
    """
    local, _, domain = address.strip().lower().partition("@")
    return hashlib.sha256(f"{local.replace('.', '').partition('+')[0]}@{domain}".encode()).hexdigest()


def check_address(tx: Tx, address: str) -> None:
    """Raises Invalid("address", "blocked": its domain is; "taken": it is barred itself) for sign-ups and changes."""
    domain = fold_address(address).rpartition("@")[2]
    if domain and tx.column(_DOMAINS, domains=parents(domain)):
        raise Invalid("address", "blocked")
    if tx.one(_CANONICAL, hash=canonical_hash(address)) is not None:
        raise Invalid("address", "taken")


def tried(tx: Tx, address: str, ip: str) -> None:
    """Count a sign-up that `check_address` refused for its domain: in a transaction of its own, as that one is gone."""
    domain = fold_address(address).rpartition("@")[2]
    for block_id in tx.column(_DOMAINS, domains=parents(domain)):
        tx.insert(
            email_domain_tries,
            "ON CONFLICT (block_id, day, ip) DO UPDATE SET tries = email_domain_tries.tries + 1",
            block_id=block_id,
            day=tx.now // DAY_MS,
            ip=networks.plain(ip)[:64],
            tries=1,
        )


def tries(tx: Tx, ids: list[int]) -> dict[int, list[tuple[int, int, int]]]:
    """(day since 1970, sign-ups refused, addresses of the internet they came from) of a week, today first, by block."""
    today = tx.now // DAY_MS
    found = {
        (row[0], row[1]): (int(row[2]), int(row[3]))
        for row in (tx.all(_TRIES, ids=ids, day=today - WEEK + 1) if ids else ())
    }
    return {i: [(d, *found.get((i, d), (0, 0))) for d in range(today, today - WEEK, -1)] for i in ids}


def forget_old(tx: Tx) -> int:
    """Forget tries that no list shows any more; how many rows went."""
    return tx.run(_FORGET_TRIES, day=tx.now // DAY_MS - WEEK)


def block_email_domain(tx: Tx, viewer: Viewer, domain: str) -> EmailDomainBlock:
    """No sign-ups from a mail domain and those below. Raises Forbidden("role"), Invalid("domain"),
    Conflict("domain.taken")."""
    require_power(viewer, _POWER)
    name = domain_name(domain.strip().removeprefix("@"))
    id_ = tx.ids.next()
    if not tx.insert_new(email_domain_blocks, id=id_, domain=name, created_at=tx.now):
        raise Conflict("there is a block of this domain already", code="domain.taken")
    found = EMAIL_DOMAINS.see(tx, viewer, id_)
    EMAIL_DOMAINS.note(tx, viewer, "add", id_, found)
    return found


def unblock_email_domain(tx: Tx, viewer: Viewer, block_id: int) -> EmailDomainBlock:
    """Let a mail domain in again. Raises Forbidden("role"), NotFound."""
    found = EMAIL_DOMAINS.remove(tx, viewer, block_id)
    tx.run(_DROP_TRIES, id=block_id)
    return found


def block_address(tx: Tx, viewer: Viewer, address: str = "", hash: str = "") -> CanonicalBlock:
    """No sign-ups with an address, given as such or as its canonical hash.

    Raises Forbidden("role"), Invalid("canonical", "blank" | "invalid"), Conflict("canonical.taken").
    """
    require_power(viewer, _POWER)
    wanted = hash.strip().lower() or (canonical_hash(address) if address.strip() else "")
    if not wanted:
        raise Invalid("canonical", "blank")
    if not _HASH.fullmatch(wanted) or (not hash.strip() and not is_valid_address(address.strip())):
        raise Invalid("canonical", "invalid")
    id_ = tx.ids.next()
    if not tx.insert_new(canonical_email_blocks, id=id_, hash=wanted, created_at=tx.now):
        raise Conflict("this address is blocked already", code="canonical.taken")
    found = CANONICALS.see(tx, viewer, id_)
    CANONICALS.note(tx, viewer, "add", id_, found)
    return found


def matching(tx: Tx, viewer: Viewer, address: str) -> list[CanonicalBlock]:
    """Blocks that the address falls under. Raises Forbidden("role")."""
    require_power(viewer, _POWER)
    return [CanonicalBlock(*row) for row in tx.all(_CANONICAL, hash=canonical_hash(address))]


def block_canonical(tx: Tx, address: str, account_id: int) -> None:
    """Whoever is suspended does not sign up anew with the same address; a block that is there stays."""
    tx.insert_new(
        canonical_email_blocks,
        id=tx.ids.next(),
        hash=canonical_hash(address),
        account_id=account_id,
        created_at=tx.now,
    )


def unblock_canonical_of(tx: Tx, account_id: int) -> None:
    """The account is no longer suspended: what was blocked with that is let in again."""
    tx.run(_UNBLOCK_OF, id=account_id)
