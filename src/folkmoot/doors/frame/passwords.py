"""Checking a name and a password that came in by any door: slow, equal in time, and limited in number."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from folkmoot.domain.errors import Forbidden, Unauthenticated
from folkmoot.domain.people import factors, logins, passwords
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.faults import Throttled
from folkmoot.doors.frame.house import House
from folkmoot.doors.frame.limits import network

FAILURES = 10
"""Wrong passwords for one name from one network in WINDOW_MS."""
FAILURES_OF_ADDRESS = 100
WINDOW_MS = 900_000
_CHECKS = 4
"""Passwords that are checked at once; each takes 64 MB for a tenth of a second."""
_NAME = "frame.passwords"
SECOND_FACTOR = "second_factor"
"""The code of the refusal that asks for one."""


class Failures:
    """Wrong passwords by (account name, network) and by network alone: guessing from one place never locks an
    account for the world. At most *most* counters; the oldest go first."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._counts: OrderedDict[tuple[str, ...], tuple[int, int]] = OrderedDict()

    def check(self, who: str, ip: str, now: int) -> None:
        """Raises Throttled where there were too many."""
        for key, limit in self._keys(who, ip):
            count, until = self._counts.get(key, (0, 0))
            if count >= limit and until > now:
                raise Throttled("too many wrong passwords", retry_after=max(1, (until - now) // 1000))

    def failed(self, who: str, ip: str, now: int) -> None:
        """Count one."""
        for key, _ in self._keys(who, ip):
            count, until = self._counts.pop(key, (0, 0))
            self._counts[key] = (count + 1, until) if until > now else (1, now + WINDOW_MS)
        while len(self._counts) > self._most:
            self._counts.popitem(last=False)

    def _keys(self, who: str, ip: str) -> list[tuple[tuple[str, ...], int]]:
        where = network(ip)
        return [((who.strip().lower()[:320], where), FAILURES), ((where,), FAILURES_OF_ADDRESS)]


class Desk:
    """What one process remembers of logins, whatever door they came by."""

    def __init__(self) -> None:
        self.failures = Failures()
        self.checks = asyncio.Semaphore(_CHECKS)


def desk_of(house: House) -> Desk:
    """The house's desk, made at the first login."""
    found: Desk = house.kept.get(_NAME) or house.kept.setdefault(_NAME, Desk())
    return found


async def is_right(at: At, who: str, hashed: str | None, password: str) -> bool:
    """Whether the password fits the hash (None: nobody's, which takes as long); a wrong one is counted.

    Raises Throttled where there were too many before; nothing is checked then.
    """
    house, desk = at.house, desk_of(at.house)
    limited = house.settings.rate_limits
    if limited:
        desk.failures.check(who, at.http.ip, house.clock())
    async with desk.checks:
        if limited:  # others may have failed while this one waited
            desk.failures.check(who, at.http.ip, house.clock())
        right = await asyncio.to_thread(passwords.verify, hashed, password)
    if limited and not right:
        desk.failures.failed(who, at.http.ip, house.clock())
    return right


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
