"""What is done once somebody proved by a secret from a mail that they asked for it: join, leave, get mail otherwise,
follow or mute a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from folkmoot.domain.access import Membership, Viewer, see_post
from folkmoot.domain.groups import members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.mail import mailproofs, outbox
from folkmoot.domain.mail.mailproofs import Proof
from folkmoot.domain.people import accounts, logins
from folkmoot.domain.posts import reactions
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
THREADS: Final = ("follow", "mute")
"""Words before a post's, by which a member follows its thread, or gets no more of it; each takes the other back."""
PURPOSES: Final = (
    "subscribe",
    "unsubscribe",
    "accept",
    *(f"delivery_{word}" for word in DELIVERIES),
    *(f"thread_{word}" for word in THREADS),
)
ASK_JOIN: Final = "subscribe_confirm"
"""The kind of a mail that asks an address whether it joins a group; payload: secret, word, group_id."""
ASK_LEAVE: Final = "unsubscribe_confirm"
"""The same about leaving it."""
ASK_DELIVERY: Final = "delivery_confirm"
TOLD_DELIVERY: Final = "delivery_set"
"""Letters that ask a member whether the mail is to come otherwise, and that tell them that it does."""
ASK_THREAD: Final = "thread_confirm"
TOLD_THREAD: Final = "thread_set"
"""The same for one thread."""


def ask(
    tx: Tx, kind: str, purpose: str, subject_id: int, account_id: int, address: str, **about: Any
) -> None:
    """Mail a secret to the address, whoever claims to be it. *subject_id* is a group, or a post whose group, and title,
    *about* tells."""
    about.setdefault("group_id", subject_id)
    secret = mailproofs.make(tx, account_id, purpose, subject_id, fold_address(address))
    word = purpose.removeprefix("delivery_").removeprefix("thread_")
    outbox.queue(tx, kind, account_id, address, secret=secret, word=word, **about)


def group_of(tx: Tx, proof: Proof) -> int:
    """The group that a proof of PURPOSES is about. Raises NotFound where its thread is gone."""
    if not proof.purpose.startswith("thread_"):
        return proof.subject_id
    return see_post(tx, accounts.viewer_of(tx, proof.account_id), proof.subject_id).group_id or 0


def set_thread(tx: Tx, viewer: Viewer, thread_id: int, word: str) -> None:
    """Follow the thread, or mute it. Raises NotFound."""
    reactions.mute_thread(tx, viewer, thread_id, on=word == "mute")
    reactions.follow_thread(tx, viewer, thread_id, on=word == "follow")


def carry_out(tx: Tx, proof: Proof, address: str, name: str = "", *, via: str = "web") -> None:
    """Do what was asked for. *address* as it is written by whom it belongs to; *via*: the door by which they confirm
    it. Raises Refusal."""
    group_id = group_of(tx, proof)
    account_id = proof.account_id or accounts.person_of_address(tx, address, name)
    viewer = accounts.viewer_of(tx, account_id)
    if proof.purpose == "unsubscribe":
        members.leave(tx, viewer, group_id, via=via)
        return
    logins.confirm_address(tx, account_id, proof.address)
    if proof.purpose in ("subscribe", "accept"):
        joined = members.join(tx, viewer, group_id, via=via)
        if joined.status == Membership.NORMAL:
            outbox.queue(tx, "welcome", account_id, address, group_id=group_id)
    elif proof.purpose.startswith("thread_"):
        set_thread(tx, viewer, proof.subject_id, proof.purpose.removeprefix("thread_"))
    else:
        members.set_delivery(tx, viewer, group_id, DELIVERIES[proof.purpose.removeprefix("delivery_")])
