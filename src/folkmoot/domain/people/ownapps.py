"""Applications that people make for themselves, and those that somebody has let in: looked at, and ended."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.people import apps, logins
from folkmoot.domain.people.apps import APP_COLUMNS, App
from folkmoot.store.schema.accounts import apps as apps_t
from folkmoot.store.schema.accounts import grants, tokens
from folkmoot.store.schema.signing import signing_requests
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_APPS: Final = 50
MAX_SHOWN: Final = 200
SCOPES: Final = "read write follow push"
"""What an application that somebody makes may ask for."""
BY_HAND: Final = "urn:ietf:wg:oauth:2.0:oob"
"""Stands for no address: the person carries a code over."""
_DANGEROUS: Final = frozenset(
    {"javascript", "data", "vbscript", "file", "blob", "about", "view-source", "filesystem"}
)

_MINE = Query(
    sa.select(*APP_COLUMNS)
    .where(apps_t.c.account_id == p("me"))
    .order_by(apps_t.c.id.desc())
    .limit(MAX_SHOWN)
)
_TOKENS_OF_APP = Query(
    sa.select(tokens.c.id, tokens.c.account_id).where(
        tokens.c.app_id == p("app_id"), tokens.c.revoked_at.is_(None)
    )
)
_LET_IN = Query(
    sa.select(
        apps_t.c.id,
        apps_t.c.name,
        apps_t.c.website,
        sa.func.min(tokens.c.created_at),
        sa.func.max(tokens.c.created_at),
        sa.func.count(),
    )
    .select_from(tokens.join(apps_t, apps_t.c.id == tokens.c.app_id))
    .where(tokens.c.account_id == p("me"), tokens.c.revoked_at.is_(None))
    .group_by(apps_t.c.id, apps_t.c.name, apps_t.c.website)
    .order_by(sa.func.max(tokens.c.created_at).desc())
    .limit(MAX_SHOWN)
)
_MY_TOKENS = Query(
    sa.select(tokens.c.id).where(
        tokens.c.account_id == p("me"), tokens.c.app_id == p("app_id"), tokens.c.revoked_at.is_(None)
    )
)
_END = [
    Query(sa.delete(grants).where(grants.c.app_id == p("app_id"))),
    Query(sa.delete(signing_requests).where(signing_requests.c.app_id == p("app_id"))),
    Query(sa.delete(apps_t).where(apps_t.c.id == p("app_id"))),
]


class LetIn(msgspec.Struct, frozen=True):
    """An application that may act for somebody: since when, last let in when (ms), by how many tokens."""

    app_id: int
    name: str
    website: str
    since: int
    last: int
    tokens_n: int


def check_redirect(uri: str) -> str:
    """An address to which browsers may be sent back. Raises Invalid("redirect_uris", "invalid")."""
    uri = uri.strip()
    if uri in ("", BY_HAND):
        return BY_HAND
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise Invalid("redirect_uris", "invalid") from None
    scheme = parts.scheme.lower()
    odd = scheme in _DANGEROUS | {""} or any(c.isspace() or not c.isprintable() for c in uri)
    if odd or (scheme in ("http", "https") and not parts.hostname) or len(uri) > 2000:
        raise Invalid("redirect_uris", "invalid")
    return uri


def make(tx: Tx, viewer: Viewer, name: str, redirects: list[str], website: str = "") -> App:
    """Make an application, which asks other people to be let in too.

    Raises Invalid("name", "blank"), Invalid("redirect_uris", "invalid" | "too_long"), Invalid("apps", "too_many").
    """
    me = viewer.required()
    tx.alone("apps", me)
    if len(tx.all(_MINE, me=me)) >= MAX_APPS:
        raise Invalid("apps", "too_many", f"more than {MAX_APPS} applications")
    uris = list(dict.fromkeys(check_redirect(uri) for uri in redirects)) or [BY_HAND]
    return apps.register(tx, name, uris, SCOPES, website, account_id=me)


def mine(tx: Tx, viewer: Viewer) -> list[App]:
    """The viewer's own applications, the newest first."""
    return [App(*row) for row in tx.all(_MINE, me=viewer.required())]


def remove(tx: Tx, viewer: Viewer, app_id: int) -> None:
    """End an application with all that it was let into. Raises NotFound for what is not the viewer's own."""
    found = apps.by_id(tx, app_id)
    if found is None or not (viewer.everything or found.account_id == viewer.required()):
        raise NotFound(what="app")
    _remove(tx, found.id)


def remove_all(tx: Tx, account_id: int) -> None:
    """End all applications that somebody made."""
    while found := tx.all(_MINE, me=account_id):
        for row in found:
            _remove(tx, row[0])


def _remove(tx: Tx, app_id: int) -> None:
    for token_id, account_id in tx.all(_TOKENS_OF_APP, app_id=app_id):
        logins.revoke_token(tx, token_id, account_id or 0)
    for query in _END:
        tx.run(query, app_id=app_id)


def let_in(tx: Tx, viewer: Viewer) -> list[LetIn]:
    """Applications that may act for the viewer, the last let in first."""
    return [LetIn(*row) for row in tx.all(_LET_IN, me=viewer.required())]


def shut_out(tx: Tx, viewer: Viewer, app_id: int) -> None:
    """End all tokens by which an application acts for the viewer. Raises NotFound where it has none."""
    me = viewer.required()
    found = tx.column(_MY_TOKENS, me=me, app_id=app_id)
    if not found:
        raise NotFound(what="app")
    for token_id in found:
        logins.revoke_token(tx, token_id, me)
