"""Who a mail is for: a group, or one of the words behind the plus of its address (subscribe, help, confirm-…)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain import groups
from folkmoot.doors.mail.signs import member_of_bounce
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PLAIN_WORDS = frozenset({"subscribe", "unsubscribe", "help", "owner"})
SECRET_WORDS = frozenset({"confirm", "approve", "reject"})
MAX_SECRET = 40


class Recipient(msgspec.Struct, frozen=True):
    """A group and what of it is meant: word "" is the group itself, *secret* stands behind confirm, approve, reject;
    for "bounce" *member_id* is whose mail came back."""

    address: str
    group_id: int
    group_name: str
    word: str = ""
    secret: str = ""
    member_id: int = 0


def find(tx: Tx, settings: Settings, secret: bytes, address: str) -> Recipient | None:
    """Who the address means here; None where it means nobody, so that no bounce has to be made later (S04)."""
    local, _, domain = address.rpartition("@")
    if domain.lower().rstrip(".") != settings.list_domain.lower():
        return None
    name, _, word = local.lower().partition("+")
    group_id = groups.id_of_address(tx, name)
    if group_id is None:
        return None
    if not word or word in PLAIN_WORDS:
        return Recipient(address, group_id, name, word)
    kind, _, rest = word.partition("-")
    if kind in SECRET_WORDS and 0 < len(rest) <= MAX_SECRET and rest.isascii() and rest.isalnum():
        return Recipient(address, group_id, name, kind, rest)
    member_id = member_of_bounce(secret, word) if kind == "bounce" else None
    return None if member_id is None else Recipient(address, group_id, name, "bounce", member_id=member_id)
