"""Other servers: which are silenced or cut off, which may come in where few may, and what that does to accounts."""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.people import severances
from folkmoot.domain.powers import require_power
from folkmoot.domain.staff.barriers import domain_name, parents
from folkmoot.domain.staff.registers import Register
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.staff import domain_allows, domain_blocks
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

MAX_COMMENT = 5000
PUBLIC_MAX = 5000
AT_ONCE: Final = 500
"""So many bonds end in one transaction, as others wait for it."""
_POWER = "manage_servers"


class Severity(IntEnum):
    """How far another server is kept off: nothing but what its flags say, out of public places, or altogether."""

    NOOP = 0
    SILENCE = 1
    SUSPEND = 2


class DomainAllow(msgspec.Struct, frozen=True):
    """A server that may come in where only listed ones may."""

    id: int
    domain: str
    created_at: int


class DomainBlock(msgspec.Struct, frozen=True):
    """How a server, and all below its name, is treated."""

    id: int
    domain: str
    severity: int
    reject_media: int
    reject_reports: int
    private_comment: str | None
    public_comment: str | None
    obfuscate: int
    created_at: int

    @property
    def digest(self) -> str:
        """SHA-256 of the domain: by it two servers compare their lists without telling the names."""
        return hashlib.sha256(self.domain.encode()).hexdigest()

    @property
    def public_domain(self) -> str:
        """The name as the public may know it: with *obfuscate* its middle is hidden."""
        if not self.obfuscate:
            return self.domain
        shown = len(self.domain) // 4
        hidden = "".join("." if c == "." else "*" for c in self.domain[shown : len(self.domain) - shown])
        return self.domain[:shown] + hidden + self.domain[len(self.domain) - shown :]


class BlockWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a block is to be; None stays as it is. *severity* of Severity."""

    severity: int | None = None
    reject_media: bool | None = None
    reject_reports: bool | None = None
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool | None = None


class BlockedAlready(Conflict):
    """The domain, or one above it, is blocked at least as strictly already: *block*."""

    def __init__(self, block: DomainBlock) -> None:
        super().__init__("a block at least as strict is there already", code="domain_block.there")
        self.block = block


ALLOWS = Register(DomainAllow, domain_allows, "domain_allow", _POWER, "domain")
BLOCKS = Register(DomainBlock, domain_blocks, "domain_block", _POWER, "domain")
_COLUMNS = [domain_blocks.c[name] for name in DomainBlock.__struct_fields__]
_RULES = Query(
    sa.select(*_COLUMNS)
    .where(in_list(domain_blocks.c.domain, "domains", text=True))
    .order_by(sa.func.length(domain_blocks.c.domain).desc())
)
_PUBLIC = Query(
    sa.select(*_COLUMNS)
    .where(domain_blocks.c.severity > 0)
    .order_by(domain_blocks.c.severity.desc(), domain_blocks.c.domain)
    .limit(PUBLIC_MAX)
)


def _is_there(account: Any) -> Any:
    domain = account.c.domain
    return sa.and_(domain != "", sa.or_(domain == text_p("domain"), domain.like(text_p("below"))))


def _mark(column: str) -> Query:
    """Set the moment where it is not set, so that what was done to one account is not mistaken for the block's."""
    return Query(
        sa.update(accounts)
        .where(_is_there(accounts), accounts.c[column].is_(None))
        .values({column: p("at"), "rev": accounts.c.rev + 1})
    )


def _unmark(column: str) -> Query:
    return Query(
        sa.update(accounts)
        .where(_is_there(accounts), accounts.c[column] == p("at"))
        .values({column: None, "rev": accounts.c.rev + 1})
    )


_MARK = {Severity.SILENCE: _mark("silenced_at"), Severity.SUSPEND: _mark("suspended_at")}
_BONDS = severances.bonds_with(_is_there, most=AT_ONCE)
_UNMARK = {Severity.SILENCE: _unmark("silenced_at"), Severity.SUSPEND: _unmark("suspended_at")}


def rule_for(tx: Tx, domain: str) -> DomainBlock | None:
    """How a server is treated: by the block of its own name, or of the nearest name above it.

    Whoever makes an account of another server asks this, and sets its moments to the block's `created_at`.
    """
    row = tx.one(_RULES, domains=parents(domain.lower()))
    return None if row is None else DomainBlock(*row)


def public(tx: Tx) -> list[DomainBlock]:
    """Blocks that silence or cut off, the strictest first, 5,000 at most: what the place may tell of them."""
    return [DomainBlock(*row) for row in tx.all(_PUBLIC)]


def _values(wish: BlockWish) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("reject_media", "reject_reports", "obfuscate", "severity"):
        if (value := getattr(wish, name)) is not None:
            values[name] = int(value)
    for name in ("private_comment", "public_comment"):
        if (text := getattr(wish, name)) is not None:
            if len(text) > MAX_COMMENT:
                raise Invalid(name, "too_long")
            values[name] = text
    return values


def _stricter(wish: BlockWish, than: DomainBlock) -> bool:
    severity = Severity(wish.severity or 0)
    if severity == Severity.SUSPEND:
        return True
    if severity < than.severity:
        return False
    return (bool(wish.reject_media) or not than.reject_media) and (
        bool(wish.reject_reports) or not than.reject_reports
    )


def _foreign(tx: Tx, domain: str) -> str:
    name = domain_name(domain)
    own = {tx.settings.domain.lower(), tx.settings.domain.lower().partition(":")[0]}
    if own & set(parents(name)):
        raise Invalid("domain", "own")
    return name


def block(tx: Tx, viewer: Viewer, domain: str, wish: BlockWish) -> DomainBlock:
    """Treat a server and all below its name so; where it is cut off, the bonds with its people end on both sides.

    Raises Forbidden("role"), Invalid("domain", "blank" | "invalid" | "own"), BlockedAlready.
    """
    require_power(viewer, _POWER)
    name = _foreign(tx, domain)
    there = rule_for(tx, name)
    if there is not None and (there.domain == name or not _stricter(wish, there)):
        raise BlockedAlready(there)
    id_ = tx.ids.next()
    tx.insert(domain_blocks, id=id_, domain=name, created_at=tx.now, updated_at=tx.now, **_values(wish))
    found = BLOCKS.see(tx, viewer, id_)
    _act(tx, _MARK, found)
    BLOCKS.note(tx, viewer, "add", id_, found)
    return found


def change(tx: Tx, viewer: Viewer, block_id: int, wish: BlockWish) -> DomainBlock:
    """Change a block, and what it does. Raises Forbidden("role"), NotFound, Invalid."""
    was = BLOCKS.see(tx, viewer, block_id)
    tx.update(domain_blocks, {"id": block_id}, **_values(wish), updated_at=tx.now)
    found = BLOCKS.see(tx, viewer, block_id)
    if found.severity != was.severity:
        _act(tx, _UNMARK, was)
        _act(tx, _MARK, found)
    BLOCKS.note(tx, viewer, "change", block_id, found)
    return found


def unblock(tx: Tx, viewer: Viewer, block_id: int) -> DomainBlock:
    """End a block and what it did; the block as it was. Raises Forbidden("role"), NotFound."""
    found = BLOCKS.remove(tx, viewer, block_id)
    _act(tx, _UNMARK, found)
    return found


def _act(tx: Tx, queries: dict[Severity, Query], block: DomainBlock) -> None:
    query = queries.get(Severity(block.severity))
    there = {"domain": block.domain, "below": f"%.{block.domain}"}
    if query is not None:
        tx.run(query, **there, at=block.created_at)
    if queries is _MARK and _cut(tx, block, tx.now):
        journal.record(tx, journal.BONDS_OWED, 0, block.id)


def _cut(tx: Tx, block: DomainBlock, since: int) -> bool:
    if block.severity != Severity.SUSPEND:
        return False
    rows = tx.all(_BONDS, domain=block.domain, below=f"%.{block.domain}")
    severances.cut(tx, "domain_block", block.domain, rows, since)
    return len(rows) == AT_ONCE


def cut_more(tx: Tx, block_id: int, since: int) -> bool:
    """End some more of the bonds that a block of *since* then cuts, unless it is over; whether there may be others."""
    try:
        block = BLOCKS.see(tx, Viewer.system(), block_id)
    except NotFound:
        return False
    return _cut(tx, block, since)


def allow(tx: Tx, viewer: Viewer, domain: str) -> DomainAllow:
    """Let a server come in where only listed ones may; one that is listed stays as it is.

    Raises Forbidden("role"), Invalid("domain").
    """
    require_power(viewer, _POWER)
    name = _foreign(tx, domain)
    known = tx.value(_ALLOWED, domain=name)
    if known is not None:
        return ALLOWS.see(tx, viewer, known)
    id_ = tx.ids.next()
    tx.insert(domain_allows, id=id_, domain=name, created_at=tx.now)
    found = ALLOWS.see(tx, viewer, id_)
    ALLOWS.note(tx, viewer, "add", id_, found)
    return found


_ALLOWED = Query(sa.select(domain_allows.c.id).where(domain_allows.c.domain == text_p("domain")))
