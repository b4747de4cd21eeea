"""Links of profiles proven to be one's own: the linked page names the profile with rel="me"."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people.accounts import Field
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.media import link_checks
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

LEASE_MS: Final = 60_000
TRIES: Final = 5
FIRST_GAP_MS: Final = 300_000

_ACCOUNT = Query(
    sa.select(accounts.c.url, accounts.c.uri, accounts.c.fields, accounts.c.suspended_at).where(
        accounts.c.id == p("id")
    )
)
_OTHER = Query(sa.select(accounts.c.fields, accounts.c.note_html).where(accounts.c.url == text_p("url"),
    accounts.c.folded == text_p("folded"), accounts.c.domain == ""))  # fmt: skip
_FORGET = Query(sa.delete(link_checks).where(link_checks.c.account_id == p("id")))
_DONE = Query(sa.delete(link_checks).where(link_checks.c.id == p("id")))
_WAITS = Query(sa.select(link_checks.c.id).where(link_checks.c.due_at <= p("now")).limit(1))
_DUE = (
    sa.select(link_checks.c.id, link_checks.c.account_id, link_checks.c.url, link_checks.c.attempts)
    .where(link_checks.c.due_at <= p("now"))
    .order_by(link_checks.c.due_at, link_checks.c.id)
    .limit(1)
)
_NEXT = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}


class Check(msgspec.Struct, frozen=True):
    """A link of a profile to look behind, for the *attempts*-th time; `mine` are the addresses it must name."""

    id: int
    account_id: int
    url: str
    attempts: int
    mine: frozenset[str]


def link_in(value: str) -> str:
    """The web address that a field's value is; empty where it is anything else."""
    value = value.strip()
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or len(value) > 2048:
        return ""
    return "" if any(c.isspace() for c in value) else value


def watch(tx: Tx, account_id: int) -> None:
    """The account's fields were changed: links into this house are judged at once, others by the worker."""
    row = tx.one(_ACCOUNT, id=account_id)
    tx.run(_FORGET, id=account_id)
    if row is None or row[2] == "[]":
        return
    base = tx.settings.base_url + "/"
    for field in msgspec.json.decode(row[2], type=list[Field]):
        url = link_in(field.value)
        if not url or field.verified_at is not None:
            continue
        if (url + "/").startswith(base):
            if _named_here(tx, url, row[0]):
                _verified(tx, account_id, url)
        elif tx.settings.link_previews:
            tx.insert(
                link_checks,
                id=tx.ids.next(),
                account_id=account_id,
                url=url,
                created_at=tx.now,
                due_at=tx.now,
            )
            journal.record(tx, journal.MEDIA_QUEUED, account_id, account_id)


def _named_here(tx: Tx, url: str, mine: str) -> bool:
    """Whether a page of this house is the profile itself, or a profile that links back to it."""
    if url.rstrip("/").lower() == mine.lower():
        return True
    name = urlsplit(url).path.strip("/").removeprefix("@").lower()
    row = tx.one(_OTHER, url=f"{tx.settings.base_url}/{urlsplit(url).path.strip('/')}", folded=name)
    if row is None:
        return False
    return any(link_in(field.value) == mine for field in msgspec.json.decode(row[0], type=list[Field]))


def waits(tx: Tx) -> bool:
    """Whether a link is to be looked behind now."""
    return tx.one(_WAITS, now=tx.now) is not None


def claim(tx: Tx) -> Check | None:
    """Take the next link for LEASE_MS."""
    row = tx.one(_NEXT[tx.dialect], now=tx.now)
    if row is None:
        return None
    account = tx.one(_ACCOUNT, id=row[1])
    if account is None or account[3] is not None or row[3] >= TRIES:
        tx.run(_DONE, id=row[0])
        return None
    tx.update(link_checks, {"id": row[0]}, attempts=row[3] + 1, due_at=tx.now + LEASE_MS)
    mine = frozenset(address.rstrip("/").lower() for address in account[:2] if address)
    return Check(row[0], row[1], row[2], row[3] + 1, mine)


def judged(tx: Tx, check: Check, *, names_me: bool) -> None:
    """The page was read: where it names the profile, the field is verified if it still says the same."""
    tx.run(_DONE, id=check.id)
    if names_me:
        _verified(tx, check.account_id, check.url)


def missed(tx: Tx, check: Check, *, again: bool) -> None:
    """The page could not be had: try again later, some times."""
    if not again or check.attempts >= TRIES:
        tx.run(_DONE, id=check.id)
    else:
        tx.update(link_checks, {"id": check.id}, due_at=tx.now + FIRST_GAP_MS * 4 ** (check.attempts - 1))


def _verified(tx: Tx, account_id: int, url: str) -> None:
    row = tx.one(_ACCOUNT, id=account_id)
    if row is None:
        return
    fields = msgspec.json.decode(row[2], type=list[Field])
    now = [
        msgspec.structs.replace(f, verified_at=tx.now) if link_in(f.value) == url and not f.verified_at else f
        for f in fields
    ]
    if now != fields:
        tx.update(accounts, {"id": account_id}, fields=msgspec.json.encode(now).decode())
        people.changed(tx, account_id)
