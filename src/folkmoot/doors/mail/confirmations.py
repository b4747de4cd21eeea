"""What is done once somebody proved by a secret from a mail that they asked for it: join, leave, get mail otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from folkmoot.domain.access import Membership
from folkmoot.domain.groups import members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import mailproofs, outbox
from folkmoot.domain.mail.mailproofs import Proof
from folkmoot.domain.people import accounts, logins
from folkmoot.kit.mail.addresses import fold_address

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

DELIVERIES: Final[dict[str, Delivery]] = {
    "single": Delivery.SINGLE,
    "digest": Delivery.DIGEST,
    "htmldigest": Delivery.HTML_DIGEST,
    "summary": Delivery.SUMMARY,
    "special": Delivery.SPECIAL,
    "nomail": Delivery.NONE,
}
"""Words behind the plus by which a member chooses how the mail comes."""
PURPOSES: Final = ("subscribe", "unsubscribe", *(f"delivery_{word}" for word in DELIVERIES))
ASK_DELIVERY: Final = "delivery_confirm"
TOLD_DELIVERY: Final = "delivery_set"
"""Letters that ask a member whether the mail is to come otherwise, and that tell them that it does."""


def ask(tx: Tx, kind: str, purpose: str, group_id: int, account_id: int, address: str) -> None:
    """Mail a secret to the address, whoever claims to be it."""
    secret = mailproofs.make(tx, account_id, purpose, group_id, fold_address(address))
    word = purpose.removeprefix("delivery_")
    outbox.queue(tx, kind, account_id, address, group_id=group_id, secret=secret, word=word)


def carry_out(tx: Tx, proof: Proof, address: str, name: str = "") -> None:
    """Do what was asked for. *address* as it is written by whom it belongs to. Raises Refusal."""
    group_id = proof.subject_id
    account_id = proof.account_id or accounts.person_of_address(tx, address, name)
    viewer = accounts.viewer_of(tx, account_id)
    if proof.purpose == "unsubscribe":
        members.leave(tx, viewer, group_id)
        return
    logins.confirm_address(tx, account_id, proof.address)
    if proof.purpose == "subscribe":
        joined = members.join(tx, viewer, group_id)
        if joined.status == Membership.NORMAL:
            outbox.queue(tx, "welcome", account_id, address, group_id=group_id)
    else:
        members.set_delivery(tx, viewer, group_id, DELIVERIES[proof.purpose.removeprefix("delivery_")])
