"""Moderators and members at the same moment: whatever the order, each is done once and the counters are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.doors.groupsio.conftest import Client, Town
from tests.doors.groupsio.test_groupsio_members import letters

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import groups, holding, members, rosters
from folkmoot.domain.groups.groups import GroupChange, Joining
from folkmoot.domain.people import accounts
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft

AT_ONCE = 6
ROUNDS = 3


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of them answered; none is a fault of the server."""
    with ThreadPoolExecutor(len(acts)) as pool:
        answers = [job.result() for job in [pool.submit(act) for act in acts]]
    assert all(answer.status_code in (200, 400) for answer in answers), [each.text for each in answers]
    return answers


def asked(clients: list[Client], calls: tuple[str, ...], form: dict[str, Any]) -> list[Callable[[], Any]]:
    """Each client makes one of the calls."""
    return [partial(client.post, calls[n % len(calls)], **form) for n, client in enumerate(clients)]


def moderated(town: Town) -> list[Client]:
    """Two moderators of the group that one asks to join."""
    here = town.ids["open"]
    town.do(lambda tx: members.put(tx, here, town.ids["bob"], role=GroupRole.OWNER))
    change = GroupChange(joining=Joining.APPROVAL)
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), here, change))
    return [town.client(who, token="true") for who in ("alice", "bob")] * (AT_ONCE // 2)


def acts(town: Town, *names: str) -> Counter[str]:
    text = "SELECT act FROM group_acts WHERE group_id = "
    named = [f"{text}:id", f"{text}%(id)s"]
    rows = town.do(lambda tx: tx.text_sql(*named, id=town.ids["open"]).fetchall())
    return Counter(row[0] for row in rows if row[0] in names)


def counted(town: Town) -> None:
    """The group's number of members, and that of its followers, are those of its rows."""
    here = town.ids["open"]
    view = town.do(lambda tx: groups.see(tx, Viewer.system(), here))
    listed = town.do(lambda tx: rosters.lines(tx, here))
    assert view.members_n == len(listed)


def test_applicants_are_let_in_once(any_town: Town) -> None:
    town = any_town
    clients, here, carol = moderated(town), town.ids["open"], town.ids["carol"]
    clients[0].post(
        "newmembernotice",
        group_name="open",
        name="W",
        type="member_notice_joining",
        subject="W",
        message="Welcome",
    )
    town.do(lambda tx: members.join(tx, Viewer(carol), here))
    row = town.do(lambda tx: members.get(tx, here, carol))
    form = {"group_name": "open", "member_info_id": row.id}
    answers = at_once(*asked(clients, ("approvemember",), form))
    assert [answer.json()["status"] for answer in answers] == ["sub_status_normal"] * AT_ONCE
    assert acts(town, "approve") == {"approve": 1}
    assert len([1 for address, _ in letters(town) if address == "carol@example.org"]) == 1
    counted(town)
    at_once(*asked(clients, ("banmember", "removemember", "approvemember"), form))
    assert town.do(lambda tx: members.get(tx, here, carol)).status == Membership.BANNED
    assert acts(town, "ban") == {"ban": 1}
    counted(town)


def test_the_same_address_added_and_invited_by_many(any_town: Town) -> None:
    town = any_town
    clients = moderated(town)
    for number in range(ROUNDS):
        form = {"group_name": "open", "emails": f"new{number}@example.org"}
        answers = at_once(*asked(clients, ("directadd", "invite"), form))
        added = [answer.json().get("added_members") for answer in answers]
        assert len([1 for each in added if each]) == 1
        who = town.do(lambda tx, form=form: accounts.find_by_address(tx, form["emails"]))
        assert town.do(lambda tx, who=who: members.in_group(tx, town.ids["open"], who))
    assert acts(town, "add") == {"add": ROUNDS}
    counted(town)


def test_joining_leaving_and_being_put_out(any_town: Town) -> None:
    town = any_town
    clients, here, carol = moderated(town), town.ids["open"], town.ids["carol"]
    change = GroupChange(joining=Joining.OPEN)
    town.do(lambda tx: groups.update(tx, town.viewer("alice"), here, change))

    def tried(verb: Callable[..., Any]) -> Callable[[], Any]:
        return lambda: town.house.store.write(lambda tx: verb(tx, Viewer(carol), here))

    town.do(lambda tx: members.join(tx, Viewer(carol), here))
    row, before = town.do(lambda tx: members.get(tx, here, carol)), acts(town, "join")
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            verbs = [tried(members.join), tried(members.leave)] * 2
            jobs = [pool.submit(verb) for verb in verbs]
            out = pool.submit(clients[0].post, "removemember", group_name="open", member_info_id=row.id)
            for job in jobs:
                job.result()
            assert out.result().status_code in (200, 400)
        counted(town)
    town.do(lambda tx: members.join(tx, Viewer(carol), here))
    found = acts(town, "join", "leave", "remove") - before
    assert found["join"] == found["leave"] + found["remove"]


def test_a_held_message_is_let_in_or_turned_down_once(any_town: Town) -> None:
    town = any_town
    moderated(town)
    here, bob = town.ids["open"], town.viewer("bob")
    held = Draft(text="Bread", title="Bread", group_id=here, doubts="unsure")
    town.do(lambda tx: members.put(tx, here, town.ids["carol"]))
    id_ = town.do(lambda tx: posts.write(tx, town.viewer("carol"), held)).id

    def decide(verb: Callable[..., Any]) -> bool:
        try:
            town.house.store.write(lambda tx: verb(tx, bob, id_))
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(decide, [holding.release, holding.reject] * (AT_ONCE // 2)))
    assert done.count(True) == 1
    assert sum(acts(town, "approve_post", "reject_post").values()) == 1
