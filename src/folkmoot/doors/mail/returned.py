"""Mail that comes back: delivery reports to return paths that we signed, and complaints about mail of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from folkmoot.domain.access import Role
from folkmoot.domain.mail import mailhealth, outbox
from folkmoot.domain.mail.mailhealth import Witness
from folkmoot.domain.staff.dossiers import proven_address
from folkmoot.doors.mail import replies
from folkmoot.doors.mail.replies import Reply
from folkmoot.doors.mail.signs import mail_of_bounce, member_of_leave
from folkmoot.kit.mail.bounces import Complaint, Failure, Weight, read_bounce, read_complaint

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

DAY_MS = 86_400_000
MAX_TO_CONTACT = 50
"""So many mails to abuse and postmaster are passed on in a day."""
_RETURN_PATH = re.compile(r"\+(bounce-[0-9a-z]{1,13}-[a-z2-7]{10})@", re.IGNORECASE)
_LEAVE = re.compile(r"/mail/unsubscribe/([0-9a-z]{1,13}-[a-z2-7]{26})\b", re.IGNORECASE)


class Returned(msgspec.Struct):
    """What a mail to a return path, an owner or abuse says, read outside of the transaction."""

    failures: list[Failure] = []
    complaint: Complaint | None = None


def read(raw: bytes, words: frozenset[str]) -> Returned:
    """Read what these words of addresses call for. Never raises; takes its time."""
    found = Returned()
    if words & {"bounce", "complaint", "owner"}:
        found.complaint = read_complaint(raw)
    if "bounce" in words and found.complaint is None:
        found.failures = read_bounce(raw)
    return found


def bounce(tx: Tx, mail_id: int, found: Returned) -> str:
    """Count what a report to the return path of a mail says; in words what became of it.

    The return path proves that it is about that mail, so the receivers that it names need not be ours: a mail may have
    been passed on. Answers of machines name none and count nothing.
    """
    if found.complaint is not None:
        witness = mailhealth.witness(tx, mail_id)
        return _complained(tx, witness, found.complaint)
    weights = [failure.weight for failure in found.failures]
    if not weights:
        return "not a report"
    worst: Weight = "hard" if "hard" in weights else "soft" if "soft" in weights else "none"
    if worst == "none":
        return "delayed"
    failure = found.failures[weights.index(worst)]
    response = f"{failure.status} {failure.diagnostic}".strip()
    new = mailhealth.bounced(tx, mail_id, hard=worst == "hard", response=response, source="report")
    return f"{worst}: {response}" if new else f"told before, or too late: {response}"


def complaint(tx: Tx, secret: bytes, found: Complaint) -> str:
    """End what somebody complained of, where the mail complained of bears a signature of ours."""
    for trace in found.traces:
        match = _RETURN_PATH.search(trace)
        mail_id = mail_of_bounce(secret, match[1].lower()) if match else None
        if mail_id is not None:
            return _complained(tx, mailhealth.witness(tx, mail_id), found)
        match = _LEAVE.search(trace)
        member_id = member_of_leave(secret, match[1].lower()) if match else None
        if member_id is not None:
            return _complained(tx, mailhealth.witness_of_member(tx, member_id), found)
    return "a complaint about no mail of ours"


def _complained(tx: Tx, witness: Witness | None, found: Complaint) -> str:
    if witness is None:
        return "a complaint about a mail that is gone"
    new = mailhealth.complained(tx, witness, found.kind)
    return f"complaint: {found.kind}" if new else "complained before"


def pass_on(tx: Tx, blob: str) -> Reply:
    """Let the people who run the place read what was written to abuse or postmaster: at the address that is set for
    them, or else at that of the first of them who has proven one. What nobody is to read is not taken."""
    contact = tx.settings.contact or proven_address(tx, Role.ADMIN)
    if not contact:
        return replies.NOBODY_READS
    if outbox.count_since(tx, "contact", contact, tx.now - DAY_MS) >= MAX_TO_CONTACT:
        return replies.ENOUGH
    return replies.DONE if outbox.queue(tx, "contact", 0, contact, blob=blob) else replies.NOBODY_READS
