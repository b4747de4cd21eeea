"""Three people and what they do to each other: for the tests of who is told what."""

from __future__ import annotations

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.notices import notice_lists, notice_rules
from folkmoot.domain.notices.notice_lists import Wanted
from folkmoot.domain.notices.notice_rules import Choice
from folkmoot.domain.paging import Page
from folkmoot.domain.people import accounts, bonds
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.store.schema import accounts as account_tables
from folkmoot.store.tx import Tx

DAY = 86_400_000
ME, YOU, THIRD = "me", "you", "third"


class House:
    """Three people and what they do, in one transaction."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.ids = {
            name: accounts.add_person(tx, NewPerson(name=name, address=f"{name}@example.org", confirmed=True))
            for name in (ME, YOU, THIRD)
        }

    def viewer(self, name: str) -> Viewer:
        return Viewer(self.ids[name])

    def say(self, name: str, text: str, parent: int | None = None, audience: Audience | None = None) -> int:
        return posts.write(
            self.tx, self.viewer(name), Draft(text=text, parent_id=parent, audience=audience)
        ).id

    def told(self, name: str = ME, *, aside: bool = False) -> list[str]:
        found = notice_lists.page_of(self.tx, self.viewer(name), Page(limit=100), Wanted(aside=aside))
        return [notice.kind for notice in found][::-1]

    def follow(self, who: str, whom: str) -> None:
        bonds.follow(self.tx, self.viewer(who), self.ids[whom])

    def block(self, who: str, whom: str) -> None:
        bonds.block(self.tx, self.viewer(who), self.ids[whom])

    def mute(self, whom: str, *, notices_too: bool, duration: int = 0) -> None:
        bonds.mute(self.tx, self.viewer(ME), self.ids[whom], notices_too=notices_too, duration_ms=duration)

    def rule(self, **choices: Choice) -> None:
        notice_rules.choose(self.tx, self.viewer(ME), dict(choices))

    def set_account(self, name: str, **values: object) -> None:
        self.tx.update(account_tables.accounts, {"id": self.ids[name]}, **values)
