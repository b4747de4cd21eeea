"""Checking a name and a password that came in by any door: slow, equal in time, and limited in number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from folkmoot.domain import views
from folkmoot.domain.errors import Forbidden, Invalid, Unauthenticated
from folkmoot.domain.people import factors, guessing, logins, passwords
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.faults import Throttled
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.limits import network

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

_CHECKS = 4
"""Passwords that are checked at once; each takes 64 MB for a tenth of a second."""
_EVEN_S = 0.1
"""Longer than a write takes."""
_NAME = "frame.passwords"
SECOND_FACTOR = "second_factor"
"""The code of the refusal that asks for one."""


def checks_of(house: House) -> asyncio.Semaphore:
    """How many passwords the house checks at once, whatever door they come by."""
    found: asyncio.Semaphore = house.kept.get(_NAME) or house.kept.setdefault(
        _NAME, asyncio.Semaphore(_CHECKS)
    )
    return found


async def is_right(at: At, who: str, hashed: str | None, password: str) -> bool:
    """Whether the password fits the hash (None: nobody's, which takes as long); a wrong one is counted.

    Raises Throttled where there were too many before; nothing is checked then.
    """
    limited, place = at.house.settings.rate_limits, network(at.http.ip)
    if limited:
        await _may_try(at, who, place)
    async with checks_of(at.house):
        if limited:  # others may have failed while this one waited
            await _may_try(at, who, place)
        right = await asyncio.to_thread(passwords.verify, hashed, password)
        if limited and not right:
            await at.write(lambda tx: guessing.count(tx, who, place))
    return right


async def _may_try(at: At, who: str, place: str) -> None:
    wait = await at.read(lambda tx: guessing.wait_ms(tx, who, place))
    if wait:
        raise Throttled("too many wrong passwords", retry_after=max(1, wait // 1000))


async def check_password(
    at: At, who: str, password: str, *, code: str = "", second_factor: bool = True
) -> int:
    """The account id of a name or address and its password, and the *code* of its second factor where it has one; for
    async handlers. *second_factor* False only where the caller asks for it by itself, or is who they are already.

    Raises Unauthenticated("wrong_password") whether the name or the password is wrong, Forbidden with the code of
    logins.check_state where the account may not act, Throttled after too many wrong tries; and as check_code.
    """
    login = await at.read(lambda tx: logins.find_login(tx, who[:320]))
    right = await is_right(at, who, login.password_hash if login else None, password)
    if login is None or not right:
        raise Unauthenticated("wrong name or password", code="wrong_password")
    logins.check_state(login.state, login.suspended)
    if second_factor and login.second_factor:
        await check_code(at, login.account_id, code)
    return login.account_id


async def check_own(at: At, password: str) -> None:
    """What would lock out whoever logged in here takes their password once more. Raises Invalid("password", "wrong"),
    Invalid("password", "none") where the account has none: a link that is mailed gives it one; Throttled."""
    me = at.viewer.required()
    name = (await at.read(lambda tx: views.account(tx, me))).name
    if not await at.read(lambda tx: logins.has_password(tx, me)):
        raise Invalid("password", "none", "the account has no password: have a link mailed to choose one")
    try:
        await check_password(at, name, password, second_factor=False)
    except Unauthenticated:
        raise Invalid("password", "wrong") from None


async def evenly(at: At, ask: Callable[[Tx], None]) -> None:
    """Write what is mailed to an address only where somebody has it; the answer comes as late where nobody does."""
    await asyncio.gather(at.write(ask), asyncio.sleep(_EVEN_S))


async def check_code(at: At, account_id: int, code: str) -> None:
    """Use up a code of the account's second factor, whatever door it came by.

    Raises Forbidden(SECOND_FACTOR) without a code, Unauthenticated("wrong_code"), Throttled after too many wrong ones.
    """
    if not code.strip():
        raise Forbidden("a code of the second factor is needed", code=SECOND_FACTOR)
    limited = at.house.settings.rate_limits
    tried = await at.write(lambda tx: factors.use(tx, account_id, code[: factors.MAX_CODE], limited=limited))
    if tried.wait_ms:
        raise Throttled("too many wrong codes", retry_after=max(1, tried.wait_ms // 1000))
    if not tried.right:
        raise Unauthenticated("wrong code", code="wrong_code")
