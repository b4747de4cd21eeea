"""Applications (OAuth clients) and the codes by which a person lets one act."""

from __future__ import annotations

import base64
import hashlib
import secrets

import msgspec
import sqlalchemy as sa

from folkmoot.domain.errors import Invalid
from folkmoot.domain.people import logins
from folkmoot.store.schema.accounts import apps, grants
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

CODE_MS = 600_000

APP_COLUMNS = (
    apps.c.id, apps.c.name, apps.c.website, apps.c.redirect_uris, apps.c.scopes, apps.c.client_id,
    apps.c.client_secret, apps.c.created_at, apps.c.account_id,
)  # fmt: skip
"""The columns of App in order."""
_APP = sa.select(*APP_COLUMNS)
_BY_CLIENT_ID = Query(_APP.where(apps.c.client_id == text_p("client_id")))
_BY_ID = Query(_APP.where(apps.c.id == p("id")))
_LISTING = Query(_APP.where(apps.c.id > p("after")).order_by(apps.c.id).limit(500))
_GRANT = Query(
    sa.select(
        grants.c.id, grants.c.app_id, grants.c.account_id, grants.c.redirect_uri, grants.c.scopes,
        grants.c.challenge, grants.c.expires_at, grants.c.used_at, grants.c.token_id
    ).where(grants.c.code_hash == text_p("hash"))
)  # fmt: skip


class App(msgspec.Struct, frozen=True):
    """A registered application."""

    id: int
    name: str
    website: str
    redirect_uris: str
    scopes: str
    client_id: str
    client_secret: str
    created_at: int
    account_id: int | None = None
    """Who made it for themselves and others; None where it registered itself, or the staff did."""

    @property
    def redirects(self) -> list[str]:
        return self.redirect_uris.split()


class Grant(msgspec.Struct, frozen=True):
    """A code that was exchanged: whose, for which scopes."""

    account_id: int
    scopes: str


def register(
    tx: Tx,
    name: str,
    redirect_uris: list[str],
    scopes: str,
    website: str = "",
    client_id: str = "",
    client_secret: str = "",
    account_id: int | None = None,
    by_itself: bool = False,
) -> App:
    """Register an application; a fixed *client_id* is registered once. Raises Invalid("name" | "redirect_uris").

    *by_itself*: nobody asked for it, so it is forgotten where it gets no token within a week (see lapsed).
    """
    name = " ".join(name.split())[:60]
    if not name:
        raise Invalid("name", "blank")
    if not redirect_uris or len(redirect_uris) > 50 or any(len(uri) > 2000 for uri in redirect_uris):
        raise Invalid("redirect_uris", "blank" if not redirect_uris else "too_long")
    known = find(tx, client_id) if client_id else None
    if known is not None:
        return known
    app = App(
        id=tx.ids.next(),
        name=name,
        website=website[:2000],
        redirect_uris="\n".join(redirect_uris),
        scopes=scopes,
        client_id=client_id or secrets.token_urlsafe(32),
        client_secret=client_secret or secrets.token_urlsafe(32),
        created_at=tx.now,
        account_id=account_id,
    )
    tx.insert(apps, **msgspec.structs.asdict(app), untried=int(by_itself))
    return app


def find(tx: Tx, client_id: str) -> App | None:
    """The application of that client id."""
    row = tx.one(_BY_CLIENT_ID, client_id=client_id)
    return None if row is None else App(*row)


def listing(tx: Tx, after: int = 0) -> list[App]:
    """All applications above the id *after*, oldest first, 500 at most."""
    return [App(*row) for row in tx.all(_LISTING, after=after)]


def by_id(tx: Tx, app_id: int | None) -> App | None:
    """The application of that row id."""
    row = tx.one(_BY_ID, id=app_id) if app_id else None
    return None if row is None else App(*row)


def grant_code(tx: Tx, app: App, account_id: int, redirect_uri: str, scopes: str, challenge: str = "") -> str:
    """A code for one exchange within ten minutes (RFC 6749 4.1); *challenge* is a PKCE S256 challenge (RFC 7636)."""
    code = secrets.token_urlsafe(32)
    tx.insert(
        grants,
        id=tx.ids.next(),
        app_id=app.id,
        account_id=account_id,
        code_hash=logins.digest(code),
        redirect_uri=redirect_uri,
        scopes=scopes,
        challenge=challenge,
        expires_at=tx.now + CODE_MS,
    )
    return code


def exchange_code(
    tx: Tx, app: App, code: str, redirect_uri: str, verifier: str
) -> tuple[int, str, Grant] | None:
    """The code's token: (token id, secret, grant); None where code, address or verifier is wrong, or the code was used.

    A code that comes twice ends the token it gave: someone else may have it.
    """
    tx.alone(f"code {logins.digest(code)}")
    row = tx.one(_GRANT, hash=logins.digest(code))
    if row is None:
        return None
    id_, app_id, account_id, uri, scopes, challenge, expires_at, used_at, token_id = row
    if used_at is not None:
        if token_id is not None:
            logins.revoke_token(tx, token_id, account_id)
        return None
    if app_id != app.id or uri != redirect_uri or expires_at < tx.now or not _proves(challenge, verifier):
        tx.update(grants, {"id": id_}, used_at=tx.now)
        return None
    token_id, secret = logins.issue_token(tx, account_id=account_id, app_id=app.id, scopes=scopes)
    tx.update(grants, {"id": id_}, used_at=tx.now, token_id=token_id)
    return token_id, secret, Grant(account_id, scopes)


def _proves(challenge: str, verifier: str) -> bool:
    """Whether the verifier fits; one that no challenge asked for betrays that the challenge was taken away on its way
    (RFC 9700 2.1.1)."""
    if not challenge:
        return not verifier
    hashed = hashlib.sha256(verifier.encode()).digest()
    return logins.same(base64.urlsafe_b64encode(hashed).rstrip(b"=").decode(), challenge)
