"""Answers to invitations that come back by mail (iMIP, RFC 6047): only to the signed address that one member got, and
only from that member's own address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.people import accounts
from folkmoot.domain.sections import events, mailed
from folkmoot.doors.mail import replies
from folkmoot.doors.mail.accept import Taken
from folkmoot.doors.mail.meetings import KIND_OF
from folkmoot.doors.mail.recipients import Recipient
from folkmoot.doors.mail.replies import Reply
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.kit.mail.meeting import Answer, read_answers

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

MAX_PARTS = 5
"""So many calendars of one mail are read."""
_CALENDARS = frozenset({"text/calendar", "application/ics", "application/x-ics"})


def read(taken: Taken) -> list[Answer]:
    """The answers in a mail. Never raises, and takes its time."""
    parts = [item.data for item in taken.parsed.attachments if item.mime in _CALENDARS][:MAX_PARTS]
    found: dict[tuple[str, int | None], Answer] = {}
    for answer in (answer for data in parts for answer in read_answers(data)):
        found.setdefault((answer.uid, answer.recurrence), answer)
    return list(found.values())


def take_in(tx: Tx, taken: Taken, to: Recipient, said: list[Answer]) -> Reply:
    """Change what the member answered. A mail from anybody else, or about anybody else, changes nothing. Raises
    Refusal."""
    assert to.event is not None
    event_id, member_id = to.event
    if taken.parsed.from_ is None or not said:
        return replies.DROPPED
    member = members.see(tx, Viewer.system(), member_id)
    sender = accounts.find_by_address(tx, taken.parsed.from_.address)
    if sender != member.account_id:
        return replies.BAD_PROOF
    done = 0
    for answer in said:
        if accounts.find_by_address(tx, fold_address(answer.attendee)) != member.account_id:
            continue
        whole = answer.recurrence is None
        at = event_id if whole else mailed.event_at(tx, event_id, answer.recurrence or 0)
        done += mailed.take(
            tx,
            mailed.Reply(
                at,
                member_id,
                int(KIND_OF[answer.answer]),
                whole=whole,
                sequence=answer.sequence,
                stamped_at=answer.stamped_at,
            ),
        )
    return replies.DONE if done else replies.DROPPED


def press(tx: Tx, event: tuple[int, int], word: str) -> None:
    """Take in what was pressed behind a link: yes, no, maybe. Raises NotFound, Forbidden, Invalid."""
    kind = {"yes": "ACCEPTED", "no": "DECLINED", "maybe": "TENTATIVE"}.get(word)
    if kind is None:
        raise NotFound(what="link")
    mailed.take(tx, mailed.Reply(event[0], event[1], int(KIND_OF[kind]), sequence=_now(tx, event[0])))


def _now(tx: Tx, event_id: int) -> int:
    return events.see(tx, Viewer.system(), event_id)[0].sequence
