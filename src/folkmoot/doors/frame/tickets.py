"""Tickets for the way between two forms of a login: the password was right, the second factor is still asked for."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from folkmoot.domain.errors import Forbidden
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.cookies import browser_seed

LIFE_MS: Final = 600_000


def ticket(at: At, account_id: int, word: str = "") -> str:
    """A ticket for this browser alone, good for ten minutes; *word* is whatever must be the same when it comes back."""
    until = at.house.clock() + LIFE_MS
    return f"{account_id}.{until}.{_mac(at, account_id, until, word)}"


def read_ticket(at: At, text: str, word: str = "") -> int:
    """The account that may go on with its second factor. Raises Forbidden("csrf")."""
    account, _, rest = text.partition(".")
    until, _, mac = rest.partition(".")
    fine = account.isascii() and account.isdigit() and until.isascii() and until.isdigit() and len(text) < 200
    if not fine or int(until) < at.house.clock() or not browser_seed(at):
        raise Forbidden("this form is too old or came from elsewhere", code="csrf")
    if not hmac.compare_digest(mac.encode(), _mac(at, int(account), int(until), word).encode()):
        raise Forbidden("this form is too old or came from elsewhere", code="csrf")
    return int(account)


def _mac(at: At, account_id: int, until: int, word: str) -> str:
    said = f"second factor:{account_id}:{until}:{browser_seed(at)}:{word}"
    return hmac.new(at.house.secret, said.encode(), hashlib.sha256).hexdigest()
