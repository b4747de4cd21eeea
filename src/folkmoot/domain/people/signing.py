"""Applications that sign each request (OAuth 1.0a, RFC 5849): request tokens, the consent, access tokens, nonces.

A token goes over the wire in the open; the secret that belongs to it is made anew of it by whoever verifies signatures,
so nothing that signs is kept here.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.people import logins, ownapps
from folkmoot.domain.people.apps import App, by_id
from folkmoot.domain.people.logins import Token, digest, same
from folkmoot.store.schema.accounts import tokens
from folkmoot.store.schema.signing import nonces, signing_requests
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

ASKED_MS: Final = 300_000
"""A request token waits so long for somebody's consent."""
GRANTED_MS: Final = 600_000
"""And so long after it to be exchanged: somebody may be copying a code."""
LASTS_MS: Final = 31_536_000_000
MAX_TRIES: Final = 5
_CODE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

_COLUMNS = [
    signing_requests.c[n] for n in ("id", "app_id", "account_id", "callback", "verifier_hash", "tries")
]
_OF_TOKEN = Query(
    sa.select(*_COLUMNS).where(
        signing_requests.c.token_hash == text_p("hash"), signing_requests.c.expires_at > p("now")
    )
)
_DROP = Query(sa.delete(signing_requests).where(signing_requests.c.id == p("id")))


class Wish(msgspec.Struct, frozen=True):
    """An application's wish to be let in. *callback* empty: the person carries a code over."""

    id: int
    app_id: int
    account_id: int | None
    callback: str
    verifier_hash: str
    tries: int


def callback_for(app: App, asked: str) -> str:
    """Where the browser goes after the consent; empty where a code is shown.

    *asked* is an address, "oob", or empty for the one that is registered. An application that registered addresses is
    answered only at their places. Raises Invalid("callback", "unknown" | "invalid").
    """
    known = [uri for uri in app.redirects if uri != ownapps.BY_HAND]
    if asked in ("oob", ownapps.BY_HAND):
        return ""
    if not asked:
        return known[0] if known else ""
    try:
        wanted = ownapps.check_redirect(asked)
    except Invalid:
        raise Invalid("callback", "invalid") from None
    if known and not any(_place(wanted) == _place(uri) for uri in known):
        raise Invalid("callback", "unknown")
    return wanted


def _place(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.scheme.lower(), parts.netloc.lower()


def ask(tx: Tx, app: App, callback: str) -> str:
    """A new request token. Raises as callback_for."""
    token = secrets.token_urlsafe(24)
    tx.insert(
        signing_requests,
        id=tx.ids.next(),
        app_id=app.id,
        account_id=None,
        token_hash=digest(token),
        callback=callback_for(app, callback),
        expires_at=tx.now + ASKED_MS,
    )
    return token


def wish(tx: Tx, token: str) -> tuple[Wish, App]:
    """What waits for consent under a request token. Raises NotFound where nothing does (any more)."""
    row = tx.one(_OF_TOKEN, hash=digest(token), now=tx.now) if token else None
    app = by_id(tx, row[1]) if row is not None else None
    if row is None or app is None:
        raise NotFound(what="request")
    return Wish(*row), app


def allow(tx: Tx, viewer: Viewer, token: str) -> tuple[Wish, str]:
    """Let the application in; (its wish, the verifier that it must bring). Raises NotFound also for one that somebody
    has allowed before."""
    tx.alone(f"signing {digest(token)}")
    found, _ = wish(tx, token)
    if found.account_id is not None:
        raise NotFound(what="request")
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    verifier = secrets.token_urlsafe(24) if found.callback else code
    tx.update(
        signing_requests,
        {"id": found.id},
        account_id=viewer.required(),
        verifier_hash=digest(verifier),
        expires_at=tx.now + GRANTED_MS,
    )
    return found, verifier


def deny(tx: Tx, viewer: Viewer, token: str) -> Wish:
    """Do not let it in: its request token is no longer good. Raises as allow."""
    viewer.required()
    tx.alone(f"signing {digest(token)}")
    found, _ = wish(tx, token)
    if found.account_id is not None:
        raise NotFound(what="request")
    tx.run(_DROP, id=found.id)
    return found


def exchange(tx: Tx, app: App, token: str, verifier: str) -> tuple[str, int] | None:
    """(access token, account id) for a request token that was allowed and its verifier; None where one is wrong.

    A request token is good for one exchange and for five tries; as a wrong try must be remembered, nothing is raised.
    """
    tx.alone(f"signing {digest(token)}")
    row = tx.one(_OF_TOKEN, hash=digest(token), now=tx.now)
    found = Wish(*row) if row is not None else None
    if found is None or found.app_id != app.id or found.account_id is None:
        return None
    if not same(digest(verifier.strip()), found.verifier_hash):
        if found.tries + 1 >= MAX_TRIES:
            tx.run(_DROP, id=found.id)
        else:
            tx.update(signing_requests, {"id": found.id}, tries=found.tries + 1)
        return None
    tx.run(_DROP, id=found.id)
    return issue(tx, app, found.account_id), found.account_id


def issue(tx: Tx, app: App, account_id: int) -> str:
    """An access token, good for a year; it is no bearer token."""
    token = f"{account_id}-{secrets.token_urlsafe(30)}"
    tx.insert(
        tokens,
        id=tx.ids.next(),
        app_id=app.id,
        account_id=account_id,
        token_hash=_kept_as(token),
        scopes=app.scopes,
        created_at=tx.now,
        expires_at=tx.now + LASTS_MS,
    )
    return token


def _kept_as(token: str) -> str:
    """How an access token is kept: unlike any bearer token, so that one seen on its way is worth nothing."""
    return f"signed:{digest(token)}"


def access(tx: Tx, token: str) -> tuple[Token, App]:
    """The living access token and its application. Raises Unauthenticated, Forbidden, NotFound (application gone)."""
    found = logins.token_kept_as(tx, _kept_as(token))
    app = by_id(tx, found.app_id)
    if app is None:
        raise NotFound(what="app")
    return found, app


def use_up(tx: Tx, once: str, until: int) -> bool:
    """Use up what is good *once*, and remember it until that time (ms); False where it was used before."""
    return tx.insert_new(nonces, digest=digest(once), until=until)
