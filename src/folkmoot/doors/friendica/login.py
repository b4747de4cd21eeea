"""Who calls: Basic with name or address and password (or an access token), Bearer tokens, signed requests."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Literal

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound, Refusal, Unauthenticated
from folkmoot.domain.people import logins, signing
from folkmoot.doors.frame import At, Caller, Http
from folkmoot.doors.frame.cache import ByteCache
from folkmoot.doors.frame.faults import TooLarge, TooSlow
from folkmoot.doors.frame.passwords import is_right
from folkmoot.doors.frame.scopes import covers
from folkmoot.doors.friendica import signature
from folkmoot.doors.friendica.signature import Signed
from folkmoot.store.tx import Tx
from folkmoot.wire.request import Endpoint

LOGIN = "This API requires login"
PROOF_MS = 300_000
"""How long a password that was right needs no new check, unless it is changed."""
_PROOFS = "friendica.proofs"
NEEDS_TOKEN = "This account has a second factor: use an access token in place of the password"  # noqa: S105 - words


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """A password that was right: whose, under which hash, until when."""

    account_id: int
    password_hash: str
    until: int


class Proof(msgspec.Struct, frozen=True):
    """What `prove` found out for `authenticate`, and where to forget it when it is no longer true."""

    stored: Stored
    key: bytes
    proofs: ByteCache
    second_factor: bool = False
    """The password is right, and alone not enough."""

    def forget(self) -> None:
        self.proofs.put(self.key, b"")


def credentials(http: Http) -> tuple[str, str] | None:
    """Name and password of a Basic header (RFC 7617), None where there is none that can be read.

    A browser that kept a password sends it with requests that foreign pages cause; those do not count.
    """
    kind, _, rest = http.header("authorization").partition(" ")
    if kind.lower() != "basic" or _is_foreign(http):
        return None
    try:
        raw = base64.b64decode(rest.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    name, mark, password = text.partition(":")
    return (name, password) if mark and name and "\0" not in text else None


def _is_foreign(http: Http) -> bool:
    return (
        http.header("sec-fetch-site") in ("cross-site", "same-site")
        and http.header("sec-fetch-mode") != "cors"
    )


async def prove(at: At) -> None:
    """Check a Basic password before any transaction is open, and leave a Proof in `http.known`. Raises Throttled."""
    if at.http.known is not None:
        return
    if (await _is_signed(at)) or (given := credentials(at.http)) is None:
        return
    who, password = given
    house = at.house
    now = house.clock()
    proofs = house.cache(_PROOFS, 4 * 1024 * 1024)
    key = hmac.new(house.secret, f"{who}\0{password}".encode(), hashlib.sha256).digest()
    if kept := proofs.get(key):
        stored = msgspec.msgpack.decode(kept, type=Stored)
        if stored.until > now:
            at.http.known = Proof(stored, key, proofs)
            return
    login, is_token = await at.read(lambda tx: (_find(tx, who), _token(tx, who, password) is not None))
    if is_token:
        return
    hashed = login.password_hash if login is not None else None
    # Guesses are counted for the person, by whatever host one is called.
    right = await is_right(at, str(login.account_id) if login is not None else who, hashed, password)
    if right and login is not None and hashed is not None:
        stored = Stored(login.account_id, hashed, now + PROOF_MS)
        if login.second_factor:
            at.http.known = Proof(stored, key, proofs, second_factor=True)
            return
        proofs.put(key, msgspec.msgpack.encode(stored))
        at.http.known = Proof(stored, key, proofs)


async def _is_signed(at: At) -> bool:
    """Whether the request is signed; in `http.known` is left whose token fits it, or why none does."""
    try:
        signed = await signature.read(at.http)
        if signed is None:
            return False
        await signature.proven(at, signed)
        at.http.known = signed
    except (TooLarge, TooSlow):
        raise
    except Forbidden as refusal:
        at.http.known = refusal
    except (Unauthenticated, Invalid, NotFound):
        at.http.known = Unauthenticated(LOGIN, code="signature")
    return True


def _signer(tx: Tx, known: Signed | Refusal) -> tuple[Viewer, Caller]:
    """Whose token signed; asked again, as it may have ended meanwhile."""
    if isinstance(known, Refusal):
        raise known
    try:
        token, _ = signing.access(tx, known.token)
    except NotFound:
        raise Unauthenticated(LOGIN, code="signature") from None
    return _acting(token, "oauth1")


def _find(tx: Tx, who: str) -> logins.Login | None:
    """The login of an address, a nick, or nick@host, whatever host that is (contract: it is ignored)."""
    return logins.find_login(tx, who) or (
        logins.find_login(tx, who.partition("@")[0]) if "@" in who else None
    )


def _token(tx: Tx, who: str, secret: str) -> logins.Token | None:
    """The access token that is used as a password, if it is one and belongs to *who*."""
    try:
        token = logins.token(tx, secret)
    except Unauthenticated:
        return None
    login = _find(tx, who)
    return token if login is not None and token.viewer.account_id == login.account_id else None


def secret_of(http: Http) -> str | None:
    """The token that alone tells who calls, empty for nobody; None where there is a password or may be a signature."""
    header = http.headers.get(b"authorization", b"")
    if header:
        kind, _, rest = header.partition(b" ")
        return rest.strip().decode("latin-1") if kind.lower() == b"bearer" else None
    return None if b"oauth" in http.query or b"%" in http.query else ""


def authenticate(tx: Tx, http: Http, endpoint: Endpoint | None) -> tuple[Viewer, Caller | None]:
    """The caller. Raises Unauthenticated where nobody is, or the credentials are wrong; Forbidden for accounts that
    may not act."""
    if isinstance(http.known, (Signed, Refusal)):
        return _signer(tx, http.known)
    kind, _, rest = http.header("authorization").partition(" ")
    if kind.lower() == "bearer":
        return _acting(logins.token(tx, rest.strip()), "bearer")
    given = credentials(http)
    if given is None:
        if endpoint is None or endpoint.auth != "user":
            return Viewer.anonymous(), None
        raise Unauthenticated(LOGIN, code="login_required")
    proof = http.known
    if proof is None:
        token = _token(tx, *given)
        if token is not None:
            return _acting(token, "basic")
        raise Unauthenticated(LOGIN, code="wrong_password")
    assert isinstance(proof, Proof)
    login = _find(tx, given[0])
    stored = proof.stored
    if login is None or (login.account_id, login.password_hash) != (stored.account_id, stored.password_hash):
        proof.forget()
        raise Unauthenticated(LOGIN, code="wrong_password")
    logins.check_state(login.state, login.suspended)
    if proof.second_factor or login.second_factor:
        proof.forget()
        raise Unauthenticated(NEEDS_TOKEN, code="second_factor")
    return Viewer(login.account_id, login.role), Caller(way="basic")


def _acting(token: logins.Token, way: Literal["bearer", "basic", "oauth1"]) -> tuple[Viewer, Caller]:
    """A token of a person; one of an application alone is no login here."""
    if not token.viewer.known:
        raise Unauthenticated(LOGIN, code="login_required")
    logins.check_state(token.state, False)
    return token.viewer, Caller(
        token_id=token.id,
        app_id=token.app_id,
        scopes=token.scopes,
        way=way,
    )


def check(at: At, endpoint: Endpoint) -> None:
    """A token must hold the call's scope or a wider one; a password may do everything."""
    caller = at.caller
    if caller is None or caller.token_id is None or not endpoint.scope:
        return
    if not covers(caller.scopes, endpoint.scope):
        raise Forbidden("This action is outside the authorized scopes", code="scope")
