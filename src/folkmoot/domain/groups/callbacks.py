"""Callbacks of a group: addresses of other programs that are told what happens in it, signed with a shared secret."""

from __future__ import annotations

import secrets
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import groupacts, grouprights
from folkmoot.store.schema.entering import callback_calls, callbacks
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MOST: Final = 10
"""So many callbacks a group may have."""
MAX_URL: Final = 2000
MAX_SECRET: Final = 200
LEASE_MS: Final = 60_000
"""So long a call that was taken is left to whoever took it; longer than a call may last."""
AT_ONCE: Final = 20
GAPS_MS: Final = (30_000, 120_000, 600_000, 3_600_000, 21_600_000)
"""Between the tries of one call; the last is taken again and again."""
GIVE_UP_MS: Final = 86_400_000
"""A call older than that is not tried any more."""
OFF_MS: Final = 3 * 86_400_000
"""A callback that has failed for so long without one success is switched off."""

_NAMES = ("id", "group_id", "url", "secret", "failing_since", "off_at", "last_at", "error", "created_at")
_COLUMNS = [callbacks.c[name] for name in _NAMES]
_OF_GROUP = Query(sa.select(*_COLUMNS).where(callbacks.c.group_id == p("group_id")).order_by(callbacks.c.id))
_ONE = Query(sa.select(*_COLUMNS).where(callbacks.c.id == p("id")))
_GONE = Query(sa.delete(callbacks).where(callbacks.c.id == p("id")))
_CALLS_GONE = Query(sa.delete(callback_calls).where(callback_calls.c.callback_id == p("id")))
_CALL_GONE = Query(sa.delete(callback_calls).where(callback_calls.c.id == p("id")))
_WAITS = Query(sa.select(sa.func.min(callback_calls.c.run_at)))
_CALL = ("id", "callback_id", "act", "subject_id", "actor_id", "via", "extra", "created_at", "attempts")
_DUE = (
    sa.select(*(callback_calls.c[name] for name in _CALL))
    .where(callback_calls.c.run_at <= p("now"))
    .order_by(callback_calls.c.run_at, callback_calls.c.id)
    .limit(AT_ONCE)
)
_CLAIM = {"sqlite": Query(_DUE), "postgresql": Query(_DUE.with_for_update(skip_locked=True))}


class Callback(msgspec.Struct, frozen=True):
    """One callback. *failing_since*: of the first failure after the last success; *off_at*: it is not called any more;
    *error*: what went wrong last."""

    id: int
    group_id: int
    url: str
    secret: str
    failing_since: int | None
    off_at: int | None
    last_at: int | None
    error: str
    created_at: int


class Call(msgspec.Struct, frozen=True):
    """Something to tell one callback; *attempts* were made before."""

    id: int
    callback: Callback
    act: str
    subject_id: int
    actor_id: int
    via: str
    extra: str
    created_at: int
    attempts: int


def of_group(tx: Tx, viewer: Viewer, group_id: int) -> list[Callback]:
    """The callbacks of a group. Raises NotFound, Forbidden("manage_integrations")."""
    grouprights.require(tx, viewer, group_id, "manage_integrations")
    return [Callback(*row) for row in tx.all(_OF_GROUP, group_id=group_id)]


def add(tx: Tx, viewer: Viewer, group_id: int, url: str, secret: str = "", *, via: str = "") -> Callback:
    """A new callback; without a secret one is made. Raises NotFound, Forbidden("manage_integrations"), Invalid("url" |
    "secret"), Conflict("callbacks.too_many")."""
    grouprights.require(tx, viewer, group_id, "manage_integrations")
    tx.alone("callbacks", group_id)
    if len(tx.all(_OF_GROUP, group_id=group_id)) >= MOST:
        raise Conflict("the group has as many as it may have", code="callbacks.too_many")
    url, secret = _checked(url), secret.strip() or secrets.token_hex(20)
    if len(secret) > MAX_SECRET:
        raise Invalid("secret", "too_long")
    id_ = tx.ids.next()
    tx.insert(
        callbacks,
        id=id_,
        group_id=group_id,
        author_id=viewer.account_id,
        url=url,
        secret=secret,
        created_at=tx.now,
    )
    groupacts.note(tx, viewer, group_id, "callback", f"added a callback to {_host(url)}", via=via)
    return Callback(id_, group_id, url, secret, None, None, None, "", tx.now)


def _checked(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        fine = False
    if not fine or len(url) > MAX_URL or any(ord(c) < 33 or ord(c) > 126 for c in url):
        raise Invalid("url", "invalid")
    return url


def _host(url: str) -> str:
    return urlsplit(url).hostname or "nowhere"


def _own(tx: Tx, viewer: Viewer, callback_id: int) -> Callback:
    row = tx.one(_ONE, id=callback_id) if 0 < callback_id < 1 << 62 else None
    if row is None:
        raise NotFound(what="callback")
    grouprights.require(tx, viewer, row[1], "manage_integrations")
    return Callback(*row)


def remove(tx: Tx, viewer: Viewer, callback_id: int, *, via: str = "") -> None:
    """Take a callback away with all that waits for it. Raises NotFound, Forbidden("manage_integrations")."""
    old = _own(tx, viewer, callback_id)
    tx.run(_CALLS_GONE, id=old.id)
    tx.run(_GONE, id=old.id)
    line = f"removed the callback to {_host(old.url)}"
    groupacts.note(tx, viewer, old.group_id, "callback", line, via=via)


def switch_on(tx: Tx, viewer: Viewer, callback_id: int, *, via: str = "") -> None:
    """Call one again that was switched off. Raises NotFound, Forbidden("manage_integrations")."""
    old = _own(tx, viewer, callback_id)
    if old.off_at is not None:
        tx.update(callbacks, {"id": old.id}, off_at=None, failing_since=None, error="")
        line = f"switched the callback to {_host(old.url)} on"
        groupacts.note(tx, viewer, old.group_id, "callback", line, via=via)


# ── for whoever calls ────────────────────────────────────────────────────────────────────────────────────────


def next_due(tx: Tx) -> int | None:
    """When the next call is to be made, ms; None where none waits."""
    found: int | None = tx.value(_WAITS)
    return found


def claim(tx: Tx) -> list[Call]:
    """Take up to 20 calls that are due for LEASE_MS."""
    found: list[Call] = []
    known: dict[int, tuple[Any, ...] | None] = {}
    for row in tx.all(_CLAIM[tx.dialect], now=tx.now):
        callback_id = int(row[1])
        if callback_id not in known:
            known[callback_id] = tx.one(_ONE, id=callback_id)
        of = known[callback_id]
        if of is None or of[5] is not None:
            tx.run(_CALL_GONE, id=row[0])
            continue
        tx.update(callback_calls, {"id": row[0]}, run_at=tx.now + LEASE_MS, attempts=row[8] + 1)
        found.append(Call(row[0], Callback(*of), *row[2:]))
    return found


def done(tx: Tx, call: Call) -> None:
    """It was told."""
    tx.run(_CALL_GONE, id=call.id)
    tx.update(callbacks, {"id": call.callback.id}, failing_since=None, last_at=tx.now, error="")


def failed(tx: Tx, call: Call, error: str) -> None:
    """It could not be told: it is tried again, for a day; a callback that fails for days is switched off, and the
    group's log says so."""
    row = tx.one(_ONE, id=call.callback.id)
    if row is None or row[5] is not None:
        tx.run(_CALL_GONE, id=call.id)
        return
    since = row[4] if row[4] is not None else tx.now
    tx.update(callbacks, {"id": row[0]}, failing_since=since, error=error[:500])
    if tx.now - since >= OFF_MS:
        tx.update(callbacks, {"id": row[0]}, off_at=tx.now)
        tx.run(_CALLS_GONE, id=row[0])
        line = f"switched the callback to {_host(row[2])} off: it has failed for days ({error[:200]})"
        groupacts.note(tx, Viewer.system(), row[1], "callback", line, via="server")
    elif tx.now - call.created_at > GIVE_UP_MS:
        tx.run(_CALL_GONE, id=call.id)
    else:
        gap = GAPS_MS[min(call.attempts, len(GAPS_MS) - 1)]
        tx.update(callback_calls, {"id": call.id}, run_at=tx.now + gap)
