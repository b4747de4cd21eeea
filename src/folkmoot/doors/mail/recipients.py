"""Who a mail is for: a group, or one of the words behind the plus of its address (subscribe, help, confirm-…)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups
from folkmoot.doors.mail.confirmations import DELIVERIES, THREADS
from folkmoot.doors.mail.signs import event_of_rsvp, group_of_short, mail_of_bounce, post_of
from folkmoot.settings import Settings

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

PLAIN_WORDS = frozenset({"subscribe", "unsubscribe", "help", "owner", *DELIVERIES})
SECRET_WORDS = frozenset({"confirm", "approve", "reject"})
MAX_SECRET = 40
BOUNCES = "bounces"
EVENTS = "events"
"""Answers to invitations; a group of that name keeps its address, and its answers stand behind its plus."""
PLACE_NAMES = frozenset({BOUNCES, EVENTS, "abuse", "postmaster"})


class Recipient(msgspec.Struct, frozen=True):
    """A group and what of it is meant: word "" is the group itself, *secret* stands behind confirm, approve, reject;
    *post_id*: which post it answers, or whose author (word "author") or thread (THREADS) is meant; for "bounce"
    *mail_id* is which mail came back, for "rsvp" *event* is (event, member). Without a group (0) it is the place:
    bounces, complaints, answers to invitations."""

    address: str
    group_id: int
    group_name: str
    word: str = ""
    secret: str = ""
    mail_id: int = 0
    event: tuple[int, int] | None = None
    post_id: int = 0


def find(tx: Tx, settings: Settings, secret: bytes, address: str) -> Recipient | None:
    """Who the address means here; None where it means nobody, so that no bounce has to be made later (S04)."""
    local, _, domain = address.rpartition("@")
    if domain.lower().rstrip(".") != settings.list_domain.lower():
        return None
    group_id, name, word = _split(tx, local.lower())
    if group_id is None and name in PLACE_NAMES:
        return _of_place(secret, address, name, word)
    if group_id is None:
        return None
    if not word or word in PLAIN_WORDS:
        return Recipient(address, group_id, name, word)
    kind, _, rest = word.partition("-")
    if kind in SECRET_WORDS and 0 < len(rest) <= MAX_SECRET and rest.isascii() and rest.isalnum():
        return Recipient(address, group_id, name, kind, rest)
    about = {"reply": "", "author": "author"}.get(kind)
    if kind == "thread" and rest.partition("-")[0] in THREADS:
        about, word = rest.partition("-")[0], rest
    if about is not None:
        post_id = post_of(word)
        return None if post_id is None else Recipient(address, group_id, name, about, post_id=post_id)
    if kind == "rsvp":
        return _of_event(secret, address, name, word)
    mail_id = mail_of_bounce(secret, word) if kind == "bounce" else None
    return None if mail_id is None else Recipient(address, group_id, name, "bounce", mail_id=mail_id)


def _split(tx: Tx, local: str) -> tuple[int | None, str, str]:
    """(group, its name, word behind the plus). A subgroup has a plus in its own name: parent+sub, parent+sub+help; one
    with a long name may be called by its number."""
    before, _, behind = local.partition("+")
    number = group_of_short(before)
    if number is not None:
        with contextlib.suppress(NotFound):
            return number, groups.see(tx, Viewer.system(), number).name, behind
        return None, before, behind
    for cut in (len(local), local.rfind("+"), local.find("+")):
        if cut > 0:
            group_id = groups.id_of_address(tx, local[:cut])
            if group_id is not None:
                return group_id, local[:cut], local[cut + 1 :]
    name, _, word = local.partition("+")
    return None, name, word


def _of_place(secret: bytes, address: str, name: str, word: str) -> Recipient | None:
    """Addresses of no group: where letters come back to, and those that RFC 2142 wants."""
    if name == EVENTS:
        return _of_event(secret, address, name, word)
    if name == BOUNCES:
        mail_id = mail_of_bounce(secret, word) if word.startswith("bounce-") else None
        return None if mail_id is None else Recipient(address, 0, name, "bounce", mail_id=mail_id)
    return None if word else Recipient(address, 0, name, "complaint")


def _of_event(secret: bytes, address: str, name: str, word: str) -> Recipient | None:
    found = event_of_rsvp(secret, word) if word.startswith("rsvp-") else None
    return None if found is None else Recipient(address, 0, name, "rsvp", event=found)
