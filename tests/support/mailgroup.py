"""A mail house whose clock and work are in the test's hands: what is due happens when the test says so."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

import pytest
from tests.support.mailhouse import MailHouse, Sink

from folkmoot.domain import jobs
from folkmoot.domain.access import Viewer
from folkmoot.domain.groups import groups, members, membership
from folkmoot.domain.groups.groups import GroupChange
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.groups.membership import MemberChange
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.doors import mail as mail_door
from folkmoot.doors.mail.outbox import deliver_due
from folkmoot.store import tx as tx_module

HOUR, DAY = 3_600_000, 86_400_000
NOON = 1_800_014_400_000
"""2027-01-15 12:00 UTC, a Friday."""


def read(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)  # type: ignore[return-value]  # so the stubs


def part(mail: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail; empty where it has none."""
    found = mail.get_body((kind,))
    return "" if found is None else str(found.get_content()).replace("\r\n", "\n")


class Moot:
    """A mail house without a worker, with a clock that stands still."""

    def __init__(self, house: MailHouse, sink: Sink, patch: pytest.MonkeyPatch, now: int) -> None:
        self.house, self.sink, self.now = house, sink, now
        patch.setattr(tx_module, "now_ms", lambda: self.now)
        house.house.clock = lambda: self.now
        patch.setattr(house.store.ids, "_clock", lambda: self.now)

    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.now += ms

    def work(self) -> None:
        """Do all that is due: events, chores, delivery."""
        house = self.house
        while claimed := house.write(jobs.claim):
            for job in claimed:
                house.await_(mail_door.HANDLERS[job.row.kind](house.house, [job.row]))
            house.write(lambda tx, done=claimed: jobs.finish(tx, [job.row.id for job in done]))
        chores = [chore for chore in mail_door.CHORES if chore is not deliver_due]
        while sum(house.await_(chore(house.house)) for chore in chores):
            continue
        while house.await_(deliver_due(house.house)):
            continue

    def person(self, name: str) -> int:
        return self.house.person(name)

    def group(self, owner: int, name: str = "moot", **more: Any) -> int:
        return self.house.group(owner, name, **more)

    def join(self, group: int, name: str, delivery: Delivery = Delivery.SINGLE, **settings: Any) -> int:
        """A new person who is a member and gets the mail so."""
        person = self.person(name)
        self.house.join(group, person)
        self.choose(group, person, delivery, **settings)
        return person

    def choose(self, group: int, person: int, delivery: Delivery | None = None, **settings: Any) -> None:
        """How a member wants the mail."""
        change = MemberChange(delivery=delivery, settings=settings or None)
        self.house.write(lambda tx: membership.update(tx, Viewer(person), group, person, change))

    def configure(self, group: int, owner: int, **settings: Any) -> None:
        """Change settings of a group."""
        change = GroupChange(settings=settings)
        self.house.write(lambda tx: groups.update(tx, Viewer(owner), group, change))

    def say(self, author: int, group: int, text: str = "hello", **draft: Any) -> int:
        made = Draft(text=text, group_id=group, **draft)
        return self.house.write(lambda tx: posts.write(tx, Viewer(author), made)).id

    def leave(self, group: int, person: int) -> None:
        self.house.write(lambda tx: members.leave(tx, Viewer(person), group))

    def box(self, name: str) -> list[EmailMessage]:
        """What came to somebody so far."""
        return [read(data) for data in self.sink.to(f"{name}@example.org")]

    def take(self, name: str) -> list[EmailMessage]:
        """What came to somebody since the last time."""
        found = self.box(name)
        address = f"{name}@example.org"
        self.sink.mails = [mail for mail in self.sink.mails if mail[1] != address]
        return found
