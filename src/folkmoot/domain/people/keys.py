"""Keys for programs: access tokens that a person makes, names and ends by themselves."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, NotFound
from folkmoot.domain.people import logins
from folkmoot.store.schema.accounts import apps, tokens
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

SCOPES: Final = "read write follow push"
"""What a key may do: all that its owner may, but for what takes the password itself."""
MOST: Final = 100
"""So many living keys a person may make by hand; as many tokens are shown."""
MAX_NAME: Final = 60

_OF = Query(
    sa.select(
        tokens.c.id, tokens.c.name, apps.c.name, tokens.c.scopes, tokens.c.created_at, tokens.c.expires_at
    )
    .select_from(tokens.outerjoin(apps, apps.c.id == tokens.c.app_id))
    .where(tokens.c.account_id == p("id"), tokens.c.revoked_at.is_(None))
    .order_by(tokens.c.id.desc())
    .limit(MOST)
)
_COUNT = Query(
    sa.select(sa.func.count()).where(
        tokens.c.account_id == p("id"), tokens.c.revoked_at.is_(None), tokens.c.app_id.is_(None)
    )
)
_OWNER = Query(sa.select(tokens.c.account_id).where(tokens.c.id == p("id")))


class Key(msgspec.Struct, frozen=True):
    """A token of a person; *app*: the application it was made for, empty where the person made it."""

    id: int
    name: str
    app: str
    scopes: str
    created_at: int
    expires_at: int | None


def of(tx: Tx, viewer: Viewer) -> list[Key]:
    """The viewer's living tokens, newest first, 100 at most."""
    rows = tx.all(_OF, id=viewer.required())
    return [Key(row[0], row[1], row[2] or "", *row[3:]) for row in rows]


def make(tx: Tx, viewer: Viewer, name: str) -> str:
    """A new key of 64 characters, told only now. Raises Conflict("keys.too_many")."""
    me = viewer.required()
    tx.alone("keys", me)
    if int(tx.value(_COUNT, id=me)) >= MOST:
        raise Conflict("there are as many keys as one may have", code="keys.too_many")
    called = " ".join(name.split())[:MAX_NAME] or "A key"
    secret = secrets.token_hex(32)
    logins.issue_token(tx, account_id=me, app_id=None, scopes=SCOPES, secret=secret, name=called)
    return secret


def end(tx: Tx, viewer: Viewer, key_id: int) -> None:
    """End one of the viewer's tokens. Raises NotFound("key")."""
    me = viewer.required()
    if tx.value(_OWNER, id=key_id) != me:
        raise NotFound(what="key")
    logins.revoke_token(tx, key_id, me)
