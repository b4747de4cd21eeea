"""What is asked of a group by mail: subscribe, unsubscribe, help, owner, and a moderator's word; all but help and
owner need a proof that came back from the address itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from folkmoot.domain.access import GroupRole, Membership, Viewer, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import holding, members
from folkmoot.domain.mail import mailproofs, outbox
from folkmoot.domain.people import accounts, logins
from folkmoot.doors.mail import replies
from folkmoot.doors.mail.accept import Taken
from folkmoot.doors.mail.recipients import Recipient
from folkmoot.doors.mail.replies import Reply
from folkmoot.kit.mail.addresses import Mailbox, fold_address

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

MAX_ANSWERS = 10
"""Automatic answers to one address in a day (Mailman's default)."""
INVITED_ONLY = 2
_ANSWERED = frozenset({"subscribe", "unsubscribe", "help"})


def obey(tx: Tx, sender: str, taken: Taken, to: Recipient) -> Reply:
    """Do what the word behind the plus asks. Machines get no answer and confirm nothing. Raises Refusal."""
    parsed = taken.parsed
    if not sender or parsed.auto_submitted or parsed.is_bounce:
        return replies.DROPPED
    if to.word in _ANSWERED and not parsed.answerable:
        return replies.DROPPED
    if taken.parsed.from_ is None:
        return replies.ONE_AUTHOR
    known = accounts.find_by_address(tx, taken.parsed.from_.address)
    if known is not None and to.word not in ("unsubscribe", "owner", "help") and logins.is_barred(tx, known):
        return replies.SUSPENDED
    return _WORDS[to.word](tx, taken, to, taken.parsed.from_)


def _subscribe(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    account_id = accounts.find_by_address(tx, who.address) or 0
    known = members.get(tx, to.group_id, account_id) if account_id else None
    if known is not None and known.status == Membership.NORMAL:
        return replies.ASKED
    invited = known is not None and known.status == Membership.INVITED
    stands = standing(tx, Viewer.system(), to.group_id)
    if not invited and (stands.joining == INVITED_ONLY or not (stands.listed or stands.archive == 0)):
        return Reply(550, "5.7.1", "one joins this group by invitation")
    return _ask(tx, to, who, account_id, "subscribe")


def _unsubscribe(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    account_id = accounts.find_by_address(tx, who.address) or 0
    known = members.get(tx, to.group_id, account_id) if account_id else None
    if known is None or known.status not in (Membership.NORMAL, Membership.PENDING):
        return replies.ASKED  # who is a member is nobody's business
    return _ask(tx, to, who, account_id, "unsubscribe")


def _ask(tx: Tx, to: Recipient, who: Mailbox, account_id: int, purpose: str) -> Reply:
    """Ask the address itself, once a day at most, whoever claims to be it (S30, S32)."""
    folded = fold_address(who.address)
    if not mailproofs.was_asked(tx, folded):
        secret = mailproofs.make(tx, account_id, purpose, to.group_id, folded)
        outbox.queue(tx, f"{purpose}_confirm", account_id, who.address, group_id=to.group_id, secret=secret)
    return replies.ASKED


def _help(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    if (
        taken.parsed.answerable
        and outbox.count_since(tx, "help", who.address, tx.now - 86_400_000) < MAX_ANSWERS
    ):
        outbox.queue(tx, "help", 0, who.address, group_id=to.group_id)
    return replies.DONE


def _owner(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    author_id = accounts.find_by_address(tx, who.address) if _is_surely(taken) else None
    known: dict[str, Any] = {"author_id": author_id, "to": to.address} if author_id else {}
    for account_id in members.moderators(tx, to.group_id):
        member = members.get(tx, to.group_id, account_id)
        address = accounts.main_address(tx, account_id)
        if address and member is not None and member.role >= GroupRole.OWNER:
            outbox.queue(tx, "owner", account_id, address, group_id=to.group_id, blob=taken.blob, **known)
    return replies.DONE


def _is_surely(taken: Taken) -> bool:
    """Whether the author's domain stands behind the mail, so that an answer reaches who wrote it."""
    return taken.proven is not None and taken.proven.dmarc == "pass"


def _confirm(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    proof = _proof(tx, to, who, "subscribe", "unsubscribe")
    if proof is None or proof.subject_id != to.group_id:
        return replies.BAD_PROOF
    account_id = proof.account_id or accounts.person_of_address(tx, who.address, who.name)
    viewer = accounts.viewer_of(tx, account_id)
    if proof.purpose == "unsubscribe":
        members.leave(tx, viewer, to.group_id)
        return replies.DONE
    logins.confirm_address(tx, account_id, proof.address)
    joined = members.join(tx, viewer, to.group_id)
    if joined.status == Membership.NORMAL:
        outbox.queue(tx, "welcome", account_id, who.address, group_id=to.group_id)
    return replies.DONE


def _moderate(tx: Tx, taken: Taken, to: Recipient, who: Mailbox) -> Reply:
    proof = _proof(tx, to, who, to.word)
    if proof is None:
        return replies.BAD_PROOF
    viewer = accounts.viewer_of(tx, proof.account_id)
    try:
        (holding.release if to.word == "approve" else holding.reject)(tx, viewer, proof.subject_id)
    except NotFound:
        return Reply(250, "2.0.0", "somebody else has decided already")
    return replies.DONE


def _proof(tx: Tx, to: Recipient, who: Mailbox, *purposes: str) -> mailproofs.Proof | None:
    try:
        return mailproofs.use(tx, to.secret, address=fold_address(who.address), purposes=frozenset(purposes))
    except NotFound:
        return None


_WORDS: dict[str, Callable[[Tx, Taken, Recipient, Mailbox], Reply]] = {
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "help": _help,
    "owner": _owner,
    "confirm": _confirm,
    "approve": _moderate,
    "reject": _moderate,
}
