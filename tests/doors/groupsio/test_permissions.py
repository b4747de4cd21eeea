"""Who may do what: forty-nine permissions against an oracle, and every call tried by everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import argon2
import msgspec
import pytest
from tests.doors.groupsio.conftest import PASSWORD, Client, Town, running_town
from tests.doors.groupsio.oracle import ACCESS, RIGHTS, SECTIONS, Group, Person, knows, perms
from tests.doors.groupsio.ways import CALLS, CONTRACT, ELSEWHERE, Ways, files_of
from tests.support.postgres import Template

from folkmoot.domain.access import GroupRole, MemberPosting, Membership, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups, grouptexts, members
from folkmoot.domain.groups.groups import NewGroup
from folkmoot.domain.people import accounts
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.doors.groupsio import perms as ours
from folkmoot.doors.groupsio import settings
from folkmoot.store.schema.groups import groups as groups_t
from folkmoot.store.tx import Tx

EVERY = [each["perm"] if isinstance(each, dict) else each for each in CONTRACT["permissions"]]
STATUS = {
    "normal": Membership.NORMAL, "pending": Membership.PENDING, "banned": Membership.BANNED,
}  # fmt: skip
ROLE = {"none": GroupRole.MEMBER, "moderator": GroupRole.MODERATOR, "owner": GroupRole.OWNER}
PEOPLE: dict[str, Person] = {
    "stranger": Person(),
    "above": Person(above=True),
    "pending": Person("pending"),
    "banned": Person("banned", above=True),
    "member": Person("normal"),
    "both": Person("normal", above=True),
    "silent": Person("normal", post_status="notallowed"),
    "bare": Person("normal", "moderator"),
    "owner": Person("normal", "owner"),
    **{right: Person("normal", "moderator", frozenset({right})) for right in RIGHTS},
}
WIDE = ("stranger", "above", "pending", "banned", "member", "both", "silent", "bare", "owner")
"""Whom every setting is tried with; a right at a time only where nothing is set."""


def variants(*, below: bool) -> list[Group]:
    """The group as it is made, and with one setting changed at a time."""
    prefix = "sub_" if below else ""
    words = ["none", "archives", "unlisted", "unlisted_public", *(["limited_archives"] if below else [])]
    found: list[dict[str, Any]] = [{}, *({"privacy": f"{prefix}group_privacy_{word}"} for word in words)]
    found += [
        {name: f"group_access_{word}"}
        for name in (*SECTIONS, "member_directory_access")
        for word in (*ACCESS, "none")
    ]
    found += [{"polls_access": f"polls_access_{word}"} for word in ("subscribers", "none", "moderators_only")]
    found += [{"members_visible": f"group_view_members_{word}"} for word in ("subs", "moderators", "owners")]
    found += [{"sub_group_access": f"sub_group_{word}"} for word in ("subs", "moderators", "owners")]
    found += [
        {"hash_tag_permissions": f"hash_tag_create_{word}"} for word in ("subs", "mods_strip", "mods_bounce")
    ]
    found += [{"allow_downloads": f"allow_downloads_{word}"} for word in ("yes", "no")]
    found += [
        {name: True}
        for name in ("announce", "allow_non_subs_to_post", "lock_group", "moderated", "restricted")
    ]
    found += [{"allow_parent_subs_to_post": True}] if below else []
    found += [{"lock_group": True, "files_access": "group_access_public", "announce": True}]
    return [*(Group(told) for told in found), Group(guidelines="public"), Group(guidelines="private")]


def mixtures(*, below: bool) -> list[Group]:
    """Several settings changed at a time."""
    single, dice = [group.settings for group in variants(below=below) if len(group.settings) == 1], Random(7)
    return [
        Group(
            {name: word for told in dice.sample(single, dice.randint(2, 7)) for name, word in told.items()},
            dice.choice(("", "", "public", "private")),
        )
        for _ in range(60)
    ]


def apply(tx: Tx, group_id: int, group: Group, *, below: bool) -> None:
    """Make the group's row so, past the rules that keep people from it."""
    fields = settings.translate(group.settings, below=below)
    kept = fields.pop("settings", {})
    usual = {
        "archive": 0,
        "listed": 1,
        "joining": 0,
        "posting": 0,
        "moderation": 0,
        "locked": 0,
        "parent_posts": 0,
    }
    values = {**usual, **{name: int(value) for name, value in fields.items()}}
    tx.update(groups_t, {"account_id": group_id}, **values, settings=msgspec.json.encode(kept).decode())


def furnish(town: Town) -> dict[str, int]:
    """The cast, and two groups in which they stand so; the group below is among the values."""
    alice = town.viewer("alice")
    above = town.do(
        lambda tx: groups.create(tx, alice, NewGroup(name="over", description="Those above all."))
    )
    view = town.do(lambda tx: groups.see(tx, alice, above))
    new = NewGroup(name="under", description="Those below them.")
    below = town.do(lambda tx: groups.create(tx, alice, new, view))
    alone = town.do(lambda tx: groups.create(tx, alice, NewGroup(name="alone", description="By themselves.")))
    found = {"over": above, "under": below, "alone": alone}
    secret = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for number, (name, person) in enumerate(PEOPLE.items()):
        account = NewPerson(
            name=f"p{number}", address=f"p{number}@example.org", password_hash=secret, confirmed=True
        )
        who = found[name] = town.do(lambda tx, account=account: accounts.add_person(tx, account))
        for place in (below, alone):
            if person.status:
                told = {
                    "role": ROLE[person.role],
                    "status": STATUS[person.status],
                    "posting": int(
                        MemberPosting.FORBIDDEN
                        if person.post_status == "notallowed"
                        else MemberPosting.DEFAULT
                    ),
                    "mod_permissions": ",".join(ours.RIGHT_NAMES[r] for r in person.rights) or "-",
                }
                town.do(lambda tx, place=place, who=who, told=told: members.put(tx, place, who, **told))
        if person.above:
            town.do(lambda tx, who=who: members.put(tx, above, who))
    return found


@pytest.mark.parametrize("place", ["alone", "under"])
def test_permissions_are_what_the_contract_makes_of_role_and_settings(town: Town, place: str) -> None:
    ids, below, seen = furnish(town), place == "under", 0
    given: Counter[str] = Counter()
    assert len(EVERY) == 49

    def check(tx: Tx) -> list[str]:
        nonlocal seen
        faults: list[str] = []
        for group in [*variants(below=below), *mixtures(below=below)]:
            apply(tx, ids[place], group, below=below)
            if group.guidelines:
                note = grouptexts.TextChange(
                    kind="guidelines", name="G", subject="G", body="G", private=group.guidelines == "private"
                )
                text = grouptexts.add(tx, town.viewer("alice"), ids[place], note)
            for name in PEOPLE if not group.settings and not group.guidelines else WIDE:
                person = PEOPLE[name]
                who = Person(**{**person.__dict__, "above": person.above and below})
                wanted = perms(who, group) if knows(who, group) else None
                have = allowed(tx, ids[name], ids[place])
                seen += 1
                given.update(have or ())
                if have != wanted:
                    both = (have or set(), wanted or set())
                    faults.append(f"{name} {group}: more {both[0] - both[1]}, less {both[1] - both[0]}")
            if group.guidelines:
                grouptexts.delete(tx, town.viewer("alice"), text.id)
        return faults

    faults = town.do(check)
    assert not faults, "\n".join(faults[:20])
    assert seen > 1400
    never = {name for name in EVERY if not given[name]}
    assert never == {"open_donations_visible", "sponsor_visible"}, "nobody has what is nowhere else"
    assert max(given.values()) < seen, "a rule that were turned would be noticed"


def allowed(tx: Tx, account: int, group: int) -> set[str] | None:
    """The permissions that are true, None where the group is unknown."""
    try:
        found = ours.own(tx, standing(tx, accounts.viewer_of(tx, account), group))
    except NotFound:
        return None
    return {name for name in EVERY if getattr(found, name)}


# ── every call, by everybody ─────────────────────────────────────────────────────────────────────────────────

RULED = sorted(name for name, told in CALLS.items() if "perm" in told["permission"] and name not in ELSEWHERE)
OTHERS = {"updateevent", "deleteevent"}
"""What somebody else made is changed by moderators only."""
BY_OBJECT = {"group_id", "group_name"}


BY_SETTING = {
    *("archives_visible", "can_post", "members_visible", "manage_subgroups"),
    *(perm for pair in SECTIONS.values() for perm in pair),
}
"""Permissions that hang on settings: their calls are tried in every world."""
WORLDS = {
    "limited": Group(
        {"privacy": "sub_group_privacy_limited_archives", "chat_access": "group_access_limited"}
    ),
    "tight": Group(
        dict.fromkeys(SECTIONS, "group_access_moderators_only")
        | {
            "privacy": "sub_group_privacy_archives",
            "announce": True,
            "members_visible": "group_view_members_owners",
        }
    ),
    "wide": Group(
        {name: "group_access_public_parent" for name in SECTIONS if name != "chat_access"}
        | {"privacy": "sub_group_privacy_none", "allow_parent_subs_to_post": True}
        | {"members_visible": "group_view_members_subs", "sub_group_access": "sub_group_subs"}
    ),
}
"""How the group's settings are while calls are tried."""


class Company(msgspec.Struct):
    """The cast in a running town, each with a client."""

    town: Town
    ways: Ways
    clients: dict[str, Client]

    def settle(self, world: Group) -> dict[str, set[str]]:
        """Make the group so; what each of the cast may do then."""
        self.town.do(lambda tx: apply(tx, self.town.ids["under"], world, below=True))
        return {name: perms(person, world) for name, person in {**PEOPLE, "nobody": Person()}.items()}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, run_folder: Any) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company") / "data"
    Template(run_folder).copy_to(folder)
    with running_town(folder) as town:
        ids = furnish(town)
        town.ids.update({key: ids[key] for key in ("over", "under")})
        town.ids["inside"] = town.say("alice", text="Bread", title="Inside", group_id=ids["under"])
        clients = {"nobody": town.client()}
        for number, name in enumerate(PEOPLE):
            clients[name] = town.client()
            clients[name].log_in(f"p{number}")
        yield Company(town, Ways(town, "under", "inside"), clients)


def tried(client: Client, name: str, params: dict[str, Any]) -> Any:
    return client.http.post(
        f"/api/v1/{name}",
        data={**params, "csrf": client.csrf},
        files=files_of(name),  # type: ignore[arg-type]  # as httpx takes it
    )


def whom(perm: str) -> list[str]:
    """Everybody but the holders of single rights, and of those two who give it and two who do not."""
    giving = [right for right, given in RIGHTS.items() if perm in given]
    return ["nobody", *WIDE, *giving[:2], *[right for right in RIGHTS if right not in giving][:2]]


CASES = [
    (name, world)
    for name in RULED
    for world in WORLDS
    if world == "limited" or CALLS[name]["permission"]["perm"] in BY_SETTING
]


@pytest.mark.parametrize(("name", "world"), CASES)
def test_a_call_is_for_whom_the_contract_says(company: Company, name: str, world: str) -> None:
    perm, allowed_ = CALLS[name]["permission"]["perm"], company.settle(WORLDS[world])
    params = {**company.ways.of(name), **(company.ways.here if name == "deletegroup" else {})}
    unknown = {
        key: value if key in BY_OBJECT or not key.endswith("_id") else 987654321
        for key, value in params.items()
    }
    for who in whom(perm):
        client = company.clients[who]
        may = perm in allowed_[who]
        if may and name == "deletegroup":
            continue
        answer = tried(client, name, company.ways.of(name) if may else params)
        if not may:
            assert answer.status_code == 400, (who, answer.text)
            error = answer.json()
            known = {("inadequate_permissions", perm)}
            if who == "nobody":
                known = {("authentication", ""), ("inadequate_permissions", perm)}
            if set(params) - BY_OBJECT and not set(params) & BY_OBJECT:
                same = tried(client, name, unknown).json()
                known.add((same["type"], same["extra"]))
            assert (error["type"], error["extra"]) in known, (who, error, known)
        elif answer.status_code != 200 and (name not in OTHERS or PEOPLE[who].moderator):
            kind = answer.json()["type"]
            assert kind not in ("inadequate_permissions", "authentication") or who == "nobody", (
                who,
                answer.text,
            )
