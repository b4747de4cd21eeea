"""The members of a group in a browser: seen by whom they are for, and worked with by who may."""

from __future__ import annotations

import re

import httpx2
from tests.doors.web.conftest import Moot
from tests.support.visitor import Visitor

from folkmoot.domain.access import GroupRole, Membership, Viewer
from folkmoot.domain.groups import groupacts, groups, members
from folkmoot.domain.groups.groupacts import Wanted
from folkmoot.domain.groups.groups import NewGroup


def club(moot: Moot, name: str) -> int:
    """A group of anna's with bruno in it."""
    new = NewGroup(name=name, title="Club", description="A club for those who come.")
    group = moot.server.store.write(lambda tx: groups.create(tx, moot.anna, new))
    moot.server.store.write(lambda tx: members.join(tx, moot.bruno, group))
    return group


def submit(visitor: Visitor, page: str, action: str, **values: str) -> httpx2.Response:
    """Send the form of a page, with its proof, whether the page shows it or not."""
    visitor.get(page)
    proof = visitor.page.css_first("input[name=csrf]")
    assert proof is not None
    return visitor.client.post(action, data={"csrf": proof.attributes["value"], **values})


def stands(moot: Moot, group: int, who: Viewer) -> tuple[int, int]:
    found = moot.server.store.read(lambda tx: members.get(tx, group, who.account_id or 0))
    assert found is not None
    return found.role, found.status


def test_members_are_listed_for_those_who_may_see_them(moot: Moot) -> None:
    club(moot, "club")
    anna, bruno = moot.visitor("anna"), moot.visitor("bruno")
    assert 'href="/@club/members"' in anna.get("/@club").text
    page = anna.get("/@club/members")
    assert page.status_code == 200
    assert re.findall(r'href="/@(anna|bruno)"><bdi', page.text) == ["bruno", "anna"]
    assert re.findall(r'href="/@(anna|bruno)"><bdi', anna.get("/@club/members?q=bru").text) == ["bruno"]
    assert re.findall(r'href="/@(anna|bruno)"><bdi', anna.get("/@club/members?kind=moderators").text) == [
        "anna"
    ]
    assert 'href="/@club/members"' not in bruno.get("/@club").text
    for visitor in (bruno, moot.visitor("carl"), moot.visitor()):
        assert visitor.get("/@club/members").status_code == 403
    told = groups.GroupChange(joining=groups.Joining.APPROVAL, settings={"members_visible": "members"})
    moot.server.store.write(
        lambda tx: groups.update(tx, moot.anna, groups.find(tx, moot.anna, "club")[0].id, told)
    )
    form = {"display_name": "Anna", "sight": "2"}
    assert submit(anna, "/settings", "/settings", **form).status_code == 303
    assert re.findall(r'href="/@(anna|bruno)"><bdi', bruno.get("/@club/members").text) == ["bruno"]
    assert submit(anna, "/settings", "/settings", **{**form, "sight": "0"}).status_code == 303
    assert re.findall(r'href="/@(anna|bruno)"><bdi', bruno.get("/@club/members").text) == ["bruno", "anna"]
    assert moot.visitor("carl").get("/@board/members").status_code in (403, 404)


def test_an_owner_gives_roles_removes_bans_and_lets_back(moot: Moot) -> None:
    group = club(moot, "crew")
    anna, who = moot.visitor("anna"), {"account": str(moot.bruno.account_id)}

    def act(value: str, **more: str) -> int:
        return submit(anna, "/@crew/members", "/@crew/members", value=value, **who, **more).status_code

    assert act("moderator") == 303
    assert stands(moot, group, moot.bruno) == (GroupRole.MODERATOR, Membership.NORMAL)
    assert act("member") == 303
    assert act("ban", reason="noise") == 303
    assert stands(moot, group, moot.bruno) == (GroupRole.MEMBER, Membership.BANNED)
    assert act("unban") == 303
    assert stands(moot, group, moot.bruno)[1] == Membership.LEFT
    assert act("remove") == 404, "who is no member can't be removed"
    assert act("nonsense") == 404
    last = submit(anna, "/@crew/members", "/@crew/members", value="member", account=str(moot.anna.account_id))
    assert last.status_code == 422
    assert "A group needs an owner." in last.text


def test_somebody_is_invited_by_address(moot: Moot) -> None:
    group = club(moot, "guests")
    anna = moot.visitor("anna")
    assert (
        submit(anna, "/@guests/members", "/@guests/members/invite", address="zoe@example.net").status_code
        == 303
    )
    again = submit(anna, "/@guests/members", "/@guests/members/invite", address="bruno@example.org")
    assert again.status_code == 422
    assert "is a member already" in again.text
    assert 'value="bruno@example.org"' in again.text
    moot.server.store.write(lambda tx: members.put(tx, group, moot.carl.account_id or 0))
    carl = submit(moot.visitor("carl"), "/@guests", "/@guests/members/invite", address="y@example.net")
    assert carl.status_code == 403


def test_a_moderator_takes_away_what_others_wrote(moot: Moot) -> None:
    group = club(moot, "tidy")
    post = moot.say(moot.bruno, "Buy my watches", title="Watches", group_id=group)
    assert f'href="/p/{post}/delete"' in moot.visitor("anna").get(f"/t/{post}").text
    assert f'href="/p/{post}/delete"' not in moot.visitor("carl").get(f"/t/{post}").text
    assert submit(moot.visitor("anna"), f"/p/{post}/delete", f"/p/{post}/delete").status_code == 303
    assert moot.visitor("bruno").get(f"/t/{post}").status_code == 404


def test_a_moderator_closes_and_pins_a_thread(moot: Moot) -> None:
    group = club(moot, "order")
    old = moot.say(moot.bruno, "first", title="Old", group_id=group)
    moot.say(moot.bruno, "second", title="New", group_id=group)
    anna, bruno = moot.visitor("anna"), moot.visitor("bruno")

    def act(visitor: Visitor, word: str) -> int:
        return submit(visitor, f"/t/{old}", f"/p/{old}/{word}").status_code

    assert [act(bruno, word) for word in ("close", "pin", "unclose", "unpin")] == [403] * 4
    assert f"/p/{old}/pin" not in bruno.get(f"/t/{old}").text
    assert act(moot.visitor("carl"), "close") == 403
    assert re.findall(r'href="/t/[0-9]+" dir="auto">(\w+)<', bruno.get("/@order").text) == ["New", "Old"]
    for _ in range(2):
        assert (act(anna, "close"), act(anna, "pin")) == (303, 303)
    assert re.findall(r'href="/t/[0-9]+" dir="auto">(\w+)<', bruno.get("/@order").text) == ["Old", "New"]
    page = bruno.get(f"/t/{old}").text
    assert ("This thread is closed." in page, 'id="text"' in page) == (True, False)
    answer = submit(bruno, f"/t/{old}", f"/t/{old}/reply", text="still", parent=str(old))
    assert answer.status_code == 422
    assert 'id="text"' in anna.get(f"/t/{old}").text, "who keeps order may still answer"
    assert (act(anna, "unclose"), act(anna, "unpin")) == (303, 303)
    assert submit(bruno, f"/t/{old}", f"/t/{old}/reply", text="still", parent=str(old)).status_code == 303
    wanted = Wanted(acts=groupacts.THREAD_ACTS)
    log = moot.server.store.read(
        lambda tx: groupacts.listing(tx, moot.anna, group, wanted, ascending=True, after=None)
    )
    assert [each.act for each in log] == ["close_thread", "pin_thread", "open_thread", "unpin_thread"]
    assert log[0].line == 'Anna closed the thread "Old"'
