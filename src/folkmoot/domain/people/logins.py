"""Logging in: password, browser sessions, and the tokens by which applications act for a person."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, NotFound, Unauthenticated
from folkmoot.domain.notices import pushes
from folkmoot.domain.people import accounts as people
from folkmoot.store.schema.accounts import accounts, addresses, grants, logins, mail_tokens, sessions, tokens
from folkmoot.store.schema.entering import second_factors
from folkmoot.store.schema.signing import signing_requests
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

SESSION_MS = 60 * 86_400_000

_LOGIN = Query(
    sa.select(
        accounts.c.id, logins.c.password_hash, logins.c.state, accounts.c.suspended_at, accounts.c.role,
        second_factors.c.confirmed_at,
    )
    .select_from(
        accounts.join(logins, logins.c.account_id == accounts.c.id).outerjoin(
            second_factors, second_factors.c.account_id == accounts.c.id
        )
    )
    .where(accounts.c.id == p("id"))
)  # fmt: skip
_SESSION = Query(
    sa.select(
        sessions.c.id,
        sessions.c.account_id,
        sessions.c.csrf,
        accounts.c.role,
        logins.c.state,
        accounts.c.suspended_at,
    )
    .select_from(
        sessions.join(accounts, accounts.c.id == sessions.c.account_id).join(
            logins, logins.c.account_id == accounts.c.id
        )
    )
    .where(sessions.c.token_hash == text_p("hash"), sessions.c.expires_at > p("now"))
)
_TOKEN = Query(
    sa.select(
        tokens.c.id, tokens.c.app_id, tokens.c.account_id, tokens.c.scopes, accounts.c.role, logins.c.state,
        accounts.c.suspended_at, logins.c.filters_rev,
        tokens.c.expires_at
    )
    .select_from(
        tokens.outerjoin(accounts, accounts.c.id == tokens.c.account_id).outerjoin(logins,
        logins.c.account_id == accounts.c.id)
    )
    .where(tokens.c.token_hash == text_p("hash"), tokens.c.revoked_at.is_(None))
)  # fmt: skip
_END_SESSION = Query(sa.delete(sessions).where(sessions.c.token_hash == text_p("hash")))
_END_SESSIONS = Query(sa.delete(sessions).where(sessions.c.account_id == p("id"), sessions.c.id != p("but")))
_END_WAITING = (
    Query(sa.delete(grants).where(grants.c.account_id == p("id"), grants.c.used_at.is_(None))),
    Query(sa.delete(signing_requests).where(signing_requests.c.account_id == p("id"))),
    Query(
        sa.delete(mail_tokens).where(
            mail_tokens.c.account_id == p("id"), mail_tokens.c.used_at.is_(None),
            sa.or_(mail_tokens.c.purpose == "login", mail_tokens.c.purpose == "reset"),
        )
    ),
)  # fmt: skip
"""What was given out to let somebody in and was not used yet: codes, consents, links."""
_END_APPEALS = Query(
    sa.delete(mail_tokens).where(
        mail_tokens.c.account_id == p("id"),
        sa.or_(mail_tokens.c.purpose == "appeal", mail_tokens.c.purpose == "appeal_login"),
    )
)
_TOKENS_OF = Query(
    sa.select(tokens.c.id).where(tokens.c.account_id == p("id"), tokens.c.revoked_at.is_(None))
)
_REVOKE = Query(
    sa.update(tokens).where(tokens.c.id == p("id"), tokens.c.revoked_at.is_(None)).values(revoked_at=p("now"))
)


class Login(msgspec.Struct, frozen=True):
    """What is needed to check a password outside the transaction, since argon2 is slow."""

    account_id: int
    password_hash: str | None
    state: int
    suspended: bool
    role: int = 0
    second_factor: bool = False
    """Whether the password alone does not let in."""


class Session(msgspec.Struct, frozen=True):
    """A browser that is logged in."""

    id: int
    viewer: Viewer
    csrf: str


class Token(msgspec.Struct, frozen=True):
    """An application that may act: for a person, or (viewer anonymous) only for itself."""

    id: int
    app_id: int | None
    viewer: Viewer
    scopes: frozenset[str]
    state: int


def digest(secret: str) -> str:
    """How a random secret is stored: its SHA-256; it has enough bits that no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_login(tx: Tx, who: str) -> Login | None:
    """The login of an e-mail address, a name, or name@host (the host being this one)."""
    who = who.strip()
    account_id = people.find_by_address(tx, who) if "@" in who else None
    if account_id is None:
        account_id = people.find_by_handle(tx, who)
    return None if account_id is None else login_of(tx, account_id)


def login_of(tx: Tx, account_id: int) -> Login | None:
    """The login of an account."""
    row = tx.one(_LOGIN, id=account_id)
    return (
        None if row is None else Login(row[0], row[1], row[2], row[3] is not None, row[4], row[5] is not None)
    )


def has_password(tx: Tx, account_id: int) -> bool:
    """Whether the account is logged in to with a password, too, and not only by way of another place."""
    login = login_of(tx, account_id)
    return login is not None and login.password_hash is not None


def check_state(state: int, suspended: bool) -> None:
    """Raises Forbidden with the reason as its code, where this account may not act."""
    if suspended:
        raise Forbidden("this account is suspended", code="suspended")
    if state == people.LoginState.UNCONFIRMED:
        raise Forbidden("confirm your e-mail address first", code="unconfirmed")
    if state == people.LoginState.PENDING:
        raise Forbidden("this account waits for approval", code="pending")
    if state == people.LoginState.DISABLED:
        raise Forbidden("this account is disabled", code="disabled")


def is_barred(tx: Tx, account_id: int) -> bool:
    """Whether the staff has closed the login or suspended the account: it says and asks nothing by mail either."""
    row = tx.one(_LOGIN, id=account_id)
    return row is not None and (row[2] == people.LoginState.DISABLED or row[3] is not None)


def open_session(tx: Tx, account_id: int) -> tuple[str, str]:
    """A new browser session: (its secret for the cookie, its csrf token)."""
    # The csrf token is a string of digits, which clients of one API take it for.
    secret, csrf = secrets.token_urlsafe(32), str(secrets.randbelow(9 * 10**23) + 10**23)
    tx.insert(
        sessions,
        id=tx.ids.next(),
        account_id=account_id,
        token_hash=digest(secret),
        csrf=csrf,
        created_at=tx.now,
        expires_at=tx.now + SESSION_MS,
    )
    return secret, csrf


def session(tx: Tx, secret: str) -> Session | None:
    """The session of a cookie, None where it is unknown, over, or its account may not act."""
    row = tx.one(_SESSION, hash=digest(secret), now=tx.now) if secret else None
    if (
        row is None
        or row[4] not in (people.LoginState.ACTIVE, people.LoginState.UNCONFIRMED)
        or row[5] is not None
    ):
        return None
    return Session(row[0], Viewer(row[1], row[3]), row[2])


def close_session(tx: Tx, secret: str) -> None:
    """Log a browser out."""
    tx.run(_END_SESSION, hash=digest(secret))


def same(a: str, b: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(a.encode(), b.encode())


def issue_token(
    tx: Tx,
    *,
    account_id: int | None,
    app_id: int | None,
    scopes: str,
    secret: str | None = None,
    name: str = "",
    lasts_ms: int = 0,
) -> tuple[int, str]:
    """A new token: (id, secret). *secret* fixes the value (seeding); the same value again is the same token. *name* is
    what its owner calls it; *lasts_ms* 0: until it is revoked."""
    secret = secret or secrets.token_urlsafe(32)
    known = tx.one(_TOKEN, hash=digest(secret))
    if known is not None:
        return known[0], secret
    id_ = tx.ids.next()
    tx.insert(
        tokens,
        id=id_,
        app_id=app_id,
        account_id=account_id,
        token_hash=digest(secret),
        scopes=scopes,
        created_at=tx.now,
        name=name,
        expires_at=tx.now + lasts_ms if lasts_ms else None,
    )
    return id_, secret


def token(tx: Tx, secret: str) -> Token:
    """The living token of that secret. Raises Unauthenticated("invalid_token" | "expired_token")."""
    return token_kept_as(tx, digest(secret))


def token_kept_as(tx: Tx, hashed: str) -> Token:
    """The living token that is kept under this hash. Raises as token, and Forbidden("suspended")."""
    row = tx.one(_TOKEN, hash=hashed)
    if row is None:
        raise Unauthenticated("the access token is invalid", code="invalid_token")
    id_, app_id, account_id, scopes, role, state, suspended, filters_rev, expires_at = row
    if expires_at is not None and expires_at <= tx.now:
        raise Unauthenticated("the access token is too old", code="expired_token")
    if account_id is None:
        return Token(id_, app_id, Viewer.anonymous(), _words(scopes), 0)
    if suspended is not None:
        raise Forbidden("this account is suspended", code="suspended")
    viewer = Viewer(account_id, role or 0, filters_rev=filters_rev or 0)
    return Token(id_, app_id, viewer, _words(scopes), state or 0)


@lru_cache(maxsize=1024)
def _words(scopes: str) -> frozenset[str]:
    return frozenset(scopes.split())


def revoke_token(tx: Tx, token_id: int, account_id: int) -> None:
    """End a token; whoever streams with it is told, and nothing is pushed for it any more."""
    if tx.run(_REVOKE, id=token_id, now=tx.now):
        pushes.forget_token(tx, token_id)
        journal.record(tx, journal.TOKEN_REVOKED, account_id, token_id)


def end_everything(tx: Tx, account_id: int, *, but: int | None = None, appeals: bool = True) -> None:
    """End all sessions of an account (*but* the one that asks for it) and tokens, and what would yet become one: a
    password or second factor was changed, or the account is to be erased. *appeals*: the ways to an appeal too."""
    tx.run(_END_SESSIONS, id=account_id, but=but or 0)
    for query in _END_WAITING:
        tx.run(query, id=account_id)
    if appeals:
        tx.run(_END_APPEALS, id=account_id)
    for token_id in tx.column(_TOKENS_OF, id=account_id):
        revoke_token(tx, token_id, account_id)


def set_password(tx: Tx, account_id: int, password_hash: str | None) -> None:
    """Change the password, or have none: all sessions and tokens end. Raises NotFound."""
    if not tx.update(logins, {"account_id": account_id}, password_hash=password_hash):
        raise NotFound(what="account")
    end_everything(tx, account_id)


def confirm_address(tx: Tx, account_id: int, address_folded: str) -> bool:
    """The address is proven to be the account's; False where it is none of its addresses (any more)."""
    proven = {"folded": address_folded, "account_id": account_id}
    return tx.update(addresses, proven, confirmed_at=tx.now) > 0
