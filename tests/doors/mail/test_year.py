"""A year in the life of a group, told by a script: members in every way of delivery, people who come, go and turn;
at the end each mailbox holds what its owner was to get, each post once.

FOLKMOOT_TEST_YEAR_MEMBERS sets how many take part (24; the soak takes 200)."""

from __future__ import annotations

import os
import random
import re
from collections import Counter

import msgspec
import pytest
from tests.support.mailgroup import DAY, Moot, part

from folkmoot.domain import views
from folkmoot.domain.access import MemberPosting, Viewer
from folkmoot.domain.groups import holding, members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.groups.membership import MemberChange, update
from folkmoot.domain.mail.wishes import FOLLOWED
from folkmoot.domain.posts import edits, reactions

MEMBERS = int(os.environ.get("FOLKMOOT_TEST_YEAR_MEMBERS", "24"))
DAYS = 365
ACT_EVERY = 17
"""Something is said on one day of so many; all others only pass."""
KINDS = tuple(Delivery)
_WORD = re.compile(r"said-(\d+)")


class Somebody(msgspec.Struct):
    """A member of the script: what they are to get at once, and in digests."""

    name: str
    id: int
    kind: Delivery
    picky: bool = False
    """Wants followed threads alone."""
    follows: set[int] = set()
    here: bool = True
    single: list[int] = []
    gathered: list[int] = []
    summed: list[int] = []
    """Of a thread's new posts a summary shows one, and tells their number."""


class Year:
    """The script, and what it expects."""

    def __init__(self, moot: Moot, seed: int) -> None:
        self.moot = moot
        self.dice = random.Random(seed)
        self.owner = moot.person("owner")
        self.group = moot.group(self.owner)
        moot.choose(self.group, self.owner, Delivery.NONE)
        self.people = [self._somebody(n) for n in range(MEMBERS)]
        self.writer = moot.join(self.group, "writer", Delivery.NONE)
        change = MemberChange(posting=MemberPosting.MODERATED)
        moot.house.write(lambda tx: update(tx, Viewer(self.owner), self.group, self.writer, change))
        self.said = 0
        self.posts: dict[int, int] = {}
        self.top: dict[int, int] = {}
        """The number of each post's first of its thread."""
        self.gone: set[int] = set()

    def _somebody(self, number: int) -> Somebody:
        kind = KINDS[number % len(KINDS)]
        name, picky = f"p{number}", number % 4 == 1
        chosen = {"selection": FOLLOWED} if picky else {}
        return Somebody(name, self.moot.join(self.group, name, kind, **chosen), kind, picky)

    def run(self) -> None:
        for day in range(DAYS):
            if day % ACT_EVERY == 0:
                self.act()
            self.moot.wait(DAY)
        self.moot.work()
        self.moot.wait(DAY)
        self.moot.work()

    def act(self) -> None:
        self.moot.work()
        for _ in range(self.dice.randint(1, 3)):
            self.say()
        self.moot.work()
        acts = (self.turn, self.leave_or_return, self.delete, self.let_in, self.follow, self.follow)
        self.dice.choice(acts)()
        self.moot.work()

    def say(self, author: int = 0, *, special: bool = False) -> int:
        self.said += 1
        number = self.said
        extra = {"special": True} if self.dice.random() < 0.1 or special else {}
        text, older = f"said-{number} words", [n for n in self.top if self.top[n] == n and n not in self.gone]
        self.top[number] = self.dice.choice(older) if older and self.dice.random() < 0.6 else number
        parent = self.posts.get(self.top[number])
        self.posts[number] = self.moot.say(
            author or self.owner, self.group, text, title=f"T{number}", extra=extra, parent_id=parent
        )
        if not author:
            self.expect(number, special=bool(extra))
        return number

    def expect(self, number: int, *, special: bool) -> None:
        for each in self.people:
            if not each.here or each.kind == Delivery.NONE:
                continue
            if each.picky and not special and self.top[number] not in each.follows:
                continue
            if special or each.kind == Delivery.SINGLE:
                each.single.append(number)
            elif each.kind == Delivery.SUMMARY:
                each.summed.append(number)
            elif each.kind != Delivery.SPECIAL:
                each.gathered.append(number)

    def follow(self) -> None:
        """Somebody begins to follow a thread, or ends it."""
        self.settle()
        each = self.dice.choice([who for who in self.people if who.picky])
        roots = [n for n, top in self.top.items() if n == top and n not in self.gone]
        if not each.here or not roots:
            return
        top = self.dice.choice(roots)
        on, id_ = top not in each.follows, self.posts[top]
        self.moot.house.write(lambda tx: reactions.follow_thread(tx, Viewer(each.id), id_, on=on))
        each.follows ^= {top}

    def settle(self) -> None:
        """Let all digests that wait leave, so that what follows is not about them."""
        self.moot.wait(DAY)
        self.moot.work()

    def turn(self) -> None:
        self.settle()
        each = self.dice.choice(self.people)
        if each.here:
            each.kind = self.dice.choice(KINDS)
            self.moot.choose(self.group, each.id, each.kind)

    def leave_or_return(self) -> None:
        self.settle()
        each = self.dice.choice(self.people)
        if each.here:
            self.moot.leave(self.group, each.id)
        else:
            self.moot.house.write(lambda tx: members.join(tx, Viewer(each.id), self.group))
            each.kind = self.moot.house.read(
                lambda tx: Delivery(members.get(tx, self.group, each.id).delivery)
            )  # type: ignore[union-attr]  # they are here
        each.here = not each.here

    def delete(self) -> None:
        """A post goes before the digests leave: who got it at once has it, the others do not."""
        number = self.said
        if number in self.gone:
            return
        self.moot.house.write(lambda tx: edits.delete(tx, Viewer(self.owner), self.posts[number]))
        self.gone.add(number)
        for each in self.people:
            for waiting in (each.gathered, each.summed):
                if number in waiting:
                    waiting.remove(number)

    def let_in(self) -> None:
        """A held post comes out later than what was said after it."""
        number = self.say(self.writer)
        self.say()
        self.moot.work()
        self.moot.house.write(lambda tx: holding.release(tx, Viewer(self.owner), self.posts[number]))
        special = bool(self._extra(number).get("special"))
        self.expect(number, special=special)

    def _extra(self, number: int) -> dict[str, object]:
        return self.moot.house.read(lambda tx: views.post(tx, Viewer.system(), self.posts[number])).extra

    def check(self) -> None:
        for each in self.people:
            single, gathered, shown, told = Counter[int](), Counter[int](), Counter[int](), 0
            for mail in self.moot.box(each.name):
                numbers = [int(word) for word in _WORD.findall(part(mail, "plain"))]
                bundled = re.search(r"\] (Digest|Summary): (\d+) ", str(mail["Subject"]))
                if bundled is None:
                    single.update(numbers)
                elif bundled[1] == "Digest":
                    gathered.update(numbers)
                    assert len(numbers) == int(bundled[2])
                else:
                    shown.update(numbers)
                    told += int(bundled[2])
            assert single == Counter(each.single), each.name
            assert gathered == Counter(each.gathered), each.name
            assert (told, shown - Counter(each.summed)) == (len(each.summed), Counter()), each.name


def test_a_year(moot: Moot) -> None:
    year = Year(moot, 2027)
    year.run()
    year.check()


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_more_years(either: Moot, seed: int) -> None:
    year = Year(either, seed)
    year.run()
    year.check()
