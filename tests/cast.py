"""People with names: who they are and how they stand to each other, made the same in every test that needs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from folkmoot.domain.access import Archive, GroupRole, Membership, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import accounts, bonds
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.people.passwords import hash_password
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx

PASSWORD = "correct horse battery"
NAMES = ("ada", "ben", "cleo", "dora", "emil", "fay", "gus", "hana")
ROLES = {
    "ada": "says things; owns both groups",
    "ben": "follows ada",
    "cleo": "stranger",
    "dora": "member of both groups",
    "emil": "was a member and left",
    "fay": "banned from both groups",
    "gus": "moderates both groups",
    "hana": "blocked by ada",
}


@dataclass
class Cast:
    """Account ids by name, and the two groups."""

    ids: dict[str, int] = field(default_factory=dict)
    open_group: int = 0
    closed_group: int = 0

    def viewer(self, name: str) -> Viewer:
        """The person as a viewer; "nobody" is not logged in."""
        return Viewer.anonymous() if name == "nobody" else Viewer(self.ids[name])


def gather(tx: Tx, password_hash: str | None = None) -> Cast:
    """Make everybody."""
    cast = Cast()
    for name in NAMES:
        cast.ids[name] = accounts.add_person(
            tx,
            NewPerson(
                name=name,
                address=f"{name}@cast.test",
                display_name=name.title(),
                password_hash=password_hash,
                confirmed=True,
            ),
        )
    ada = cast.viewer("ada")
    cast.open_group = groups.create(
        tx, ada, groups.NewGroup(name="commons", description="Everybody may read here.")
    )
    cast.closed_group = groups.create(
        tx,
        ada,
        groups.NewGroup(
            name="parlour", description="Only members read here.", archive=int(Archive.MEMBERS), listed=False
        ),
    )
    for group in (cast.open_group, cast.closed_group):
        members.put(tx, group, cast.ids["dora"])
        members.put(tx, group, cast.ids["gus"], role=GroupRole.MODERATOR)
        members.put(tx, group, cast.ids["emil"])
        members.put(tx, group, cast.ids["emil"], status=Membership.LEFT)
        members.put(tx, group, cast.ids["fay"], status=Membership.BANNED)
    bonds.follow(tx, cast.viewer("ben"), cast.ids["ada"])
    bonds.follow(tx, cast.viewer("hana"), cast.ids["ada"])
    bonds.block(tx, ada, cast.ids["hana"])
    return cast


def gathered(store: Store) -> Cast:
    """Make everybody, with the password of this file."""
    hashed = hash_password(PASSWORD)
    return store.write(lambda tx: gather(tx, hashed))
