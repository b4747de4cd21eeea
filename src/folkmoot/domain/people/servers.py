"""Servers that somebody blocks for themselves: nothing from there is wanted, and bonds with their people end."""

from __future__ import annotations

import re

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.paging import Page
from folkmoot.domain.people import severances
from folkmoot.domain.rows import Rows
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.people import server_blocks
from folkmoot.store.schema.posts import notices
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

MAX_PAGE = 200
_NAME = re.compile(
    r"(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\d{1,5})?"
)
_LISTED = Rows(
    server_blocks.c.id,
    server_blocks.c.domain,
    where=(server_blocks.c.account_id == p("me"),),
    cap=MAX_PAGE,
)
_UNBLOCK = Query(
    sa.delete(server_blocks).where(
        server_blocks.c.account_id == p("me"), server_blocks.c.domain == text_p("domain")
    )
)
_THERE = sa.and_(accounts.c.domain == text_p("domain"), accounts.c.domain != "")
_BONDS = severances.bonds_with(
    lambda other: sa.and_(other.c.domain == text_p("domain"), other.c.domain != ""), only_mine=True
)
_FORGET = Query(
    sa.delete(notices).where(
        notices.c.account_id == p("me"),
        notices.c.actor_id.in_(sa.select(accounts.c.id).where(_THERE)),
    )
)


def fold_domain(text: str) -> str:
    """A server's name as accounts bear it. Raises Invalid("server", "blank" | "invalid")."""
    name = text.strip().lower()
    name = name.removeprefix("https://").removeprefix("http://").rstrip("/").removeprefix("@").rstrip(".")
    if not name:
        raise Invalid("server", "blank")
    if not name.isascii():
        host, colon, port = name.partition(":")
        try:
            name = host.encode("idna").decode("ascii") + colon + port
        except UnicodeError:
            raise Invalid("server", "invalid") from None
    if not _NAME.fullmatch(name):
        raise Invalid("server", "invalid")
    return name


def block(tx: Tx, viewer: Viewer, domain: str) -> None:
    """Block a server: follows and questions end both ways, notices from there go; again changes nothing.

    Raises Invalid("server", "blank" | "invalid").
    """
    me, domain = viewer.required(), fold_domain(domain)
    new = tx.insert_new(server_blocks, id=tx.ids.next(), account_id=me, domain=domain, created_at=tx.now)
    if not new:
        return
    tx.run(_FORGET, me=me, domain=domain)
    severances.cut(tx, "user_domain_block", domain, tx.all(_BONDS, me=me, domain=domain))
    journal.record(tx, journal.INTEREST_CHANGED, me, me)


def unblock(tx: Tx, viewer: Viewer, domain: str) -> None:
    """End the block of a server; nothing there is fine. Raises Invalid("server", "blank" | "invalid")."""
    me = viewer.required()
    if tx.run(_UNBLOCK, me=me, domain=fold_domain(domain)):
        journal.record(tx, journal.INTEREST_CHANGED, me, me)


def blocked(tx: Tx, viewer: Viewer, page: Page) -> list[tuple[int, str]]:
    """(cursor, domain) of the servers that the viewer blocks, newest first."""
    return [(row[0], row[1]) for row in _LISTED.page(tx, page, me=viewer.required())]


def would_end(tx: Tx, viewer: Viewer, domain: str) -> tuple[int, int]:
    """How many (followed, followers) the viewer would lose by blocking a server. Raises Invalid("server")."""
    me, domain = viewer.required(), fold_domain(domain)
    followers_n, following_n = severances.lost(tx.all(_BONDS, me=me, domain=domain)).get(me, (0, 0))
    return following_n, followers_n
