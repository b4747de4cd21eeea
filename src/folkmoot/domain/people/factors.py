"""The second factor of a login: codes of an authenticator app (TOTP, RFC 6238), each good once, and recovery codes."""

from __future__ import annotations

import base64
import secrets
from typing import Any, Final

import msgspec
import pyotp
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people.logins import digest, end_everything, same
from folkmoot.store.schema.entering import second_factors
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

STEP_MS: Final = 30_000
WINDOW: Final = 1
"""So many steps before and after now count too: clocks differ, and people type slowly (RFC 6238, 5.2)."""
RECOVERY_CODES: Final = 10
MAX_CODE: Final = 64
WRONG_CODES: Final = 10
"""So many wrong codes may be tried within WRONG_MS, by whatever doors and processes: who guesses has the password."""
WRONG_MS: Final = 900_000

_ROW = Query(
    sa.select(
        second_factors.c.secret,
        second_factors.c.codes,
        second_factors.c.last_step,
        second_factors.c.confirmed_at,
        second_factors.c.wrong_n,
        second_factors.c.wrong_until,
    ).where(second_factors.c.account_id == p("id"))
)
_OFF = Query(sa.delete(second_factors).where(second_factors.c.account_id == p("id")))


class Tried(msgspec.Struct, frozen=True):
    """What became of a code: whether it was right; *wait_ms*: it was not looked at, as too many wrong ones came."""

    right: bool
    wait_ms: int = 0


class Enrolment(msgspec.Struct, frozen=True):
    """What an authenticator app needs: the secret in base32, and the same as an otpauth address."""

    secret: str
    uri: str


def is_on(tx: Tx, account_id: int) -> bool:
    """Whether logging in to the account takes a second factor."""
    row = tx.one(_ROW, id=account_id)
    return row is not None and row[3] is not None


def codes_left(tx: Tx, account_id: int) -> int:
    """How many recovery codes are not used."""
    row = tx.one(_ROW, id=account_id)
    return 0 if row is None or row[3] is None else len(msgspec.json.decode(row[1]))


def begin(tx: Tx, viewer: Viewer) -> Enrolment:
    """A new secret for the viewer, which counts once it is confirmed; an older unconfirmed one is gone.

    Raises Conflict("second_factor.on") where there is one already.
    """
    me = viewer.required()
    tx.alone("second factor", me)
    if is_on(tx, me):
        raise Conflict("there is a second factor already", code="second_factor.on")
    secret = pyotp.random_base32()
    tx.run(_OFF, id=me)
    tx.insert(second_factors, account_id=me, secret=secret, created_at=tx.now)
    return _enrolment(tx, me, secret)


def begun(tx: Tx, viewer: Viewer) -> Enrolment | None:
    """The secret that waits to be confirmed."""
    row = tx.one(_ROW, id=viewer.required())
    return None if row is None or row[3] is not None else _enrolment(tx, viewer.account_id, row[0])


def _enrolment(tx: Tx, account_id: int, secret: str) -> Enrolment:
    name = people.main_address(tx, account_id) or f"account {account_id}"
    issuer = tx.settings.title.replace(":", " ")
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer))


def confirm(tx: Tx, viewer: Viewer, code: str, *, session_id: int | None = None) -> list[str]:
    """Switch the second factor on with a first code; the recovery codes, which are told only now. Whoever came in
    without it has to come in anew, but for the session that asks.

    Raises NotFound("second_factor"), Conflict("second_factor.on"), Invalid("code", "wrong").
    """
    me = viewer.required()
    tx.alone("second factor", me)
    row = tx.one(_ROW, id=me)
    if row is None:
        raise NotFound(what="second_factor")
    if row[3] is not None:
        raise Conflict("there is a second factor already", code="second_factor.on")
    step = _step(row[0], row[2], code, tx.now)
    if step is None:
        raise Invalid("code", "wrong")
    codes, hashed = _recovery_codes()
    tx.update(second_factors, {"account_id": me}, codes=hashed, last_step=step, confirmed_at=tx.now)
    end_everything(tx, me, but=session_id)
    return codes


def use(tx: Tx, account_id: int, code: str, *, limited: bool = True) -> Tried:
    """Try a code of the app or a recovery code, which is worth nothing from then on.

    Wrong ones are counted for the account, *limited* or not; as they have to be remembered, nothing is raised.
    """
    tx.alone("second factor", account_id)
    row = tx.one(_ROW, id=account_id)
    if row is None or row[3] is None:
        return Tried(right=False)
    wrong, until = (row[4], row[5]) if row[5] > tx.now else (0, tx.now + WRONG_MS)
    if limited and wrong >= WRONG_CODES:
        return Tried(right=False, wait_ms=until - tx.now)
    used = _used(row[0], row[1], row[2], code, tx.now)
    tx.update(
        second_factors,
        {"account_id": account_id},
        **(used or {}),
        wrong_n=0 if used else wrong + 1,
        wrong_until=0 if used else until,
    )
    return Tried(right=used is not None)


def _used(secret: str, codes: str, last: int, code: str, now: int) -> dict[str, Any] | None:
    """What has to be remembered so that the code is not used again; None where it is wrong."""
    step = _step(secret, last, code, now)
    if step is not None:
        return {"last_step": step}
    wanted = digest(_plain(code))
    left = msgspec.json.decode(codes, type=list[str])
    kept = [each for each in left if not same(each, wanted)]
    return None if len(kept) == len(left) else {"codes": msgspec.json.encode(kept).decode()}


def renew_codes(tx: Tx, viewer: Viewer) -> list[str]:
    """New recovery codes; the old ones are worth nothing. Raises NotFound("second_factor")."""
    me = viewer.required()
    if not is_on(tx, me):
        raise NotFound(what="second_factor")
    codes, hashed = _recovery_codes()
    tx.update(second_factors, {"account_id": me}, codes=hashed)
    return codes


def switch_off(tx: Tx, account_id: int, *, session_id: int | None = None) -> bool:
    """No second factor any more (the caller has asked for the password, or is the operator), and all has to come in
    anew but the session that asks; False: there was none."""
    if not tx.run(_OFF, id=account_id):
        return False
    end_everything(tx, account_id, but=session_id)
    return True


def _step(secret: str, last: int, code: str, now: int) -> int | None:
    """The time step of which this is the code, none up to *last* (RFC 6238, 5.2: a code is accepted once)."""
    digits = code.replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 6:
        return None
    here, app = now // STEP_MS, pyotp.TOTP(secret)
    for step in range(here - WINDOW, here + WINDOW + 1):
        if step > last and same(app.generate_otp(step), digits.zfill(6)):
            return step
    return None


def _recovery_codes() -> tuple[list[str], str]:
    """(the codes as they are told, their hashes as JSON)."""
    raw = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    hashed = msgspec.json.encode([digest(code) for code in raw]).decode()
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in raw], hashed


def _plain(code: str) -> str:
    return code[:MAX_CODE].lower().replace("-", "").replace(" ", "")
