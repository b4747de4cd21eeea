"""What moderators are asked by mail: held messages and people who want to join, once, decided by whoever was asked."""

from __future__ import annotations

import re

from tests.support.mailgroup import Moot, part
from tests.support.mailhouse import letter

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.groups import groups, memberaddresses, members, membership
from folkmoot.domain.groups.groups import GroupChange, Joining, Moderation
from folkmoot.domain.groups.membership import MemberChange
from folkmoot.domain.people import accounts


def moderated(moot: Moot, **rules: int) -> tuple[int, int]:
    """alice owns the group; mia lets posts and people in, pia may only look after tags."""
    alice = moot.person("alice")
    group = moot.group(alice)
    for name, rights in (("mia", {"posts", "applicants"}), ("pia", {"tags"})):
        person = moot.join(group, name)
        change = MemberChange(role=GroupRole.MODERATOR, rights=frozenset(rights))
        moot.house.write(lambda tx, p=person, c=change: membership.update(tx, Viewer(alice), group, p, c))
    moot.house.write(lambda tx: groups.update(tx, Viewer(alice), group, GroupChange(**rules)))  # type: ignore[arg-type]  # numbers
    return alice, group


def status(moot: Moot, group: int, person: int) -> int | None:
    found = moot.house.read(lambda tx: members.get(tx, group, person))
    return None if found is None else found.status


def test_who_wants_to_join_is_let_in_by_an_answer(either: Moot) -> None:
    moot = either
    alice, group = moderated(moot, joining=int(Joining.APPROVAL))
    new, other = moot.person("new"), moot.person("other")
    for person in (new, other):
        moot.house.write(lambda tx, p=person: members.join(tx, Viewer(p), group))
    moot.work()
    first, second = moot.take("alice")
    assert first["Subject"] == "[moot] asks to join: New <new@example.org>"
    assert first["Auto-Submitted"] == "auto-generated"
    text = part(first, "plain")
    assert "http://moot.test/@moot/moderate" in text
    approve = first["From"].addresses[0].addr_spec
    (reject,) = re.findall(r"moot\+reject-[a-z0-9]+@lists\.test", part(second, "plain"))
    passed_on = letter("yes", sender="Eve <eve@example.net>")
    assert moot.house.send(passed_on, "eve@example.net", approve)[0] == 550
    assert status(moot, group, new) == Membership.PENDING
    assert moot.house.send(letter("yes"), to=approve)[0] == 250
    assert moot.house.send(letter("no"), to=reject)[0] == 250
    assert status(moot, group, new) == Membership.NORMAL
    assert status(moot, group, other) == Membership.LEFT
    assert moot.house.send(letter("yes"), to=approve)[0] == 550, "once"
    (opposite,) = re.findall(r"moot\+reject-[a-z0-9]+@lists\.test", text)
    assert moot.house.send(letter("no"), to=opposite)[0] == 550, "nor the other way after"
    assert alice


def test_only_who_may_decide_is_asked_and_once(moot: Moot) -> None:
    alice, group = moderated(moot, moderation=int(Moderation.ALL))
    bob = moot.join(group, "bob")
    moot.house.write(lambda tx: accounts.add_address(tx, alice, "desk@example.org", confirmed=True))
    moot.house.write(lambda tx: memberaddresses.choose(tx, Viewer(alice), group, "desk@example.org"))
    moot.say(bob, group, "please", title="held")
    moot.work()
    moot.work()
    (asked,) = moot.take("desk")
    assert moot.take("alice") == [], "the chosen address holds for this, too"
    assert asked["Subject"] == "[moot] waits for you: held"
    assert "http://moot.test/@moot/moderate" in part(asked, "plain")
    assert len(moot.take("mia")) == 1
    assert moot.take("pia") == [], "who may not decide is not asked"
    assert moot.take("bob") == []


def test_a_decision_of_another_moderator_is_told_kindly(moot: Moot) -> None:
    alice, group = moderated(moot, joining=int(Joining.APPROVAL))
    new = moot.person("new")
    moot.house.write(lambda tx: members.join(tx, Viewer(new), group))
    moot.work()
    (asked,) = moot.take("alice")
    moot.house.write(lambda tx: membership.set_status(tx, Viewer(alice), group, new, Membership.NORMAL))
    code, said = moot.house.send(letter("yes"), to=asked["From"].addresses[0].addr_spec)
    assert (code, b"somebody else has decided" in said) == (250, True)
    assert status(moot, group, new) == Membership.NORMAL
