"""Checking a name and a password that came in by any door: slow, equal in time, and limited in number."""

from __future__ import annotations

import asyncio

from folkmoot.domain import logins, passwords
from folkmoot.domain.errors import Unauthenticated
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.faults import Throttled

TRIES = 20
WINDOW_MS = 900_000
"""So many wrong passwords for one name in a quarter of an hour, from wherever they come."""


async def check_password(at: At, who: str, password: str) -> int:
    """The account id of a name or address and its password; for async handlers.

    Raises Unauthenticated("wrong_password") whether the name or the password is wrong, Forbidden with the code of
    logins.check_state where the account may not act, Throttled after too many wrong tries.
    """
    tries = at.house.cache("login tries", 2_000_000)
    window, left = divmod(at.house.clock(), WINDOW_MS)
    key = (who.strip().lower()[:320], window)
    count = int(tries.get(key) or b"0")
    if at.house.settings.rate_limits and count >= TRIES:
        raise Throttled("too many tries", retry_after=(WINDOW_MS - left) // 1000 + 1)
    login = await at.read(lambda tx: logins.find_login(tx, who[:320]))
    right = await asyncio.to_thread(passwords.verify, login.password_hash if login else None, password)
    if login is None or not right:
        tries.put(key, b"%d" % (count + 1))
        raise Unauthenticated("wrong name or password", code="wrong_password")
    logins.check_state(login.state, login.suspended)
    return login.account_id
