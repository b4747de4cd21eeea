"""Moving, appeals and memorials in a browser without scripts, and how other doors show them."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import msgspec
import pyotp
import pytest
from tests.doors.web.conftest import Moot
from tests.support.visitor import PASSWORD, Visitor, person

from folkmoot.domain import views
from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.people import factors, logins
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.staff import appeals, memorials, sanctions
from folkmoot.domain.staff.sanctions import Sanction

STAFF = Viewer.system()


def seen(moot: Moot, who: Viewer) -> Any:
    """The account as a client of Mastodon gets it."""
    return httpx2.get(f"{moot.server.url}/api/v1/accounts/{who.account_id}").json()


def letter_link(moot: Moot, who: Viewer) -> str:
    """The path of the link in the last warning that was mailed."""

    def read(tx: Any) -> str:
        text = (
            "SELECT payload FROM outbox WHERE kind = 'warning' AND account_id = {} ORDER BY id DESC LIMIT 1"
        )
        row = tx.text_sql(text.format(":id"), text.format("%(id)s"), id=who.account_id).fetchone()
        return str(msgspec.json.decode(row[0])["link"])

    return moot.server.store.read(read).removeprefix(moot.server.url)


def test_one_moves_and_takes_it_back(moot: Moot) -> None:
    old, new = person(moot.server.store, "mover"), person(moot.server.store, "movers_new")
    here, there = moot.visitor("mover"), moot.visitor("movers_new")
    assert "moved" not in seen(moot, old)
    here.get("/settings")
    assert here.page.css_first('a[href="/settings/moving"]') is not None
    here.get("/settings/moving")
    here.send("/settings/moving", act="move", account="movers_new", password=PASSWORD)
    assert here.text(".wrong") == "That account does not name this one yet: do so in its own settings first."
    there.get("/settings/moving")
    there.answer = there.client.post(
        "/settings/moving", data={"csrf": there.fields("/logout")["csrf"], "act": "name", "account": "@mover"}
    )
    assert there.answer.status_code == 303
    assert "@mover" in there.get("/settings/moving").text
    here.get("/settings/moving")
    here.send("/settings/moving", act="move", account="movers_new", password="not this")
    assert here.text(".wrong") == "The old password is wrong."
    here.get("/settings/moving")
    here.send("/settings/moving", act="move", account="movers_new", password=PASSWORD)
    assert "leads to" in here.text()
    moved = seen(moot, old)["moved"]
    assert (moved["id"], moved["acct"]) == (str(new.account_id), "movers_new")
    assert "moved" not in moved
    guest = moot.visitor("bruno")
    guest.get("/@mover")
    assert "Has moved to" in guest.text("main")
    assert not guest.page.css('form[action="/@mover/follow"]')
    found = httpx2.post(
        f"{moot.server.url}/api/v1/accounts/{old.account_id}/follow",
        headers={"authorization": f"Bearer {token(moot, moot.bruno)}"},
    )
    assert (found.status_code, found.json()) == (403, {"error": "This action is not allowed"})
    here.get("/settings/moving")
    here.send("/settings/moving", act="stay")
    assert "moved" not in seen(moot, old)


def token(moot: Moot, who: Viewer) -> str:
    def issue(tx: Any) -> str:
        return logins.issue_token(
            tx, account_id=who.account_id, app_id=None, scopes="read write follow admin:read admin:write"
        )[1]

    return moot.server.store.write(issue)


@pytest.mark.parametrize(("path", "posted"), [("/settings/moving", 303), ("/strikes", 403)])
def test_guests_log_in_first_and_links_are_no_guess(moot: Moot, path: str, posted: int) -> None:
    guest = moot.visitor()
    guest.get(path)
    assert guest.text("h1") == "Log in"
    assert guest.client.post(path).status_code == posted
    assert guest.get("/strikes?token=guess").status_code == 404


def appealed(moot: Moot, visitor: Visitor, text: str) -> None:
    visitor.send("/strikes", text=text)
    assert "The moderators have not answered yet." in visitor.text()


def test_who_is_suspended_comes_to_the_appeal_and_nowhere_else(moot: Moot) -> None:
    store = moot.server.store
    ill = person(store, "illtreated")
    person(store, "judge", role=Role.ADMIN)
    said = store.write(lambda tx: posts.write(tx, ill, Draft(text="I was here"))).id
    bearer = {"authorization": f"Bearer {token(moot, ill)}"}
    store.write(
        lambda tx: sanctions.impose(tx, STAFF, ill.account_id, Sanction(kind="suspend", text="<b>Bad"))
    )
    visitor = moot.visitor().log_in("illtreated", "wrong password")
    assert visitor.text(".wrong") == "Name or password is wrong."
    visitor.log_in("illtreated")
    assert "The account was suspended." in visitor.text()
    assert visitor.text("blockquote") == "<b>Bad"
    assert "moot_session" not in visitor.client.cookies
    token_path = str(visitor.answer.url.raw_path.decode())
    assert visitor.get("/settings").url.path == "/login"
    visitor.get(letter_link(moot, ill))
    visitor.send("/strikes", text=" ")
    assert visitor.answer.status_code == 422
    appealed(moot, visitor, "It was not me")
    assert "It was not me" in visitor.get(token_path).text
    assert not visitor.page.css("textarea")
    staff = moot.visitor("judge")
    staff.get("/staff/appeals")
    assert "It was not me" in staff.text()
    staff.send("/staff/appeals", value="grant")
    assert "Nothing waits." in staff.text()
    assert httpx2.get(f"{moot.server.url}/api/v1/statuses/{said}").status_code == 200
    notes = httpx2.get(f"{moot.server.url}/api/v1/notifications", headers=bearer).json()
    warning = next(n["moderation_warning"] for n in notes if n["type"] == "moderation_warning")
    assert warning["appeal"] == {"text": "It was not me", "state": "approved"}
    assert moot.visitor().log_in("illtreated").text("h1") == "Home"


@pytest.mark.parametrize("kind", ["disable", "suspend"])
def test_the_way_to_an_appeal_takes_the_second_factor_too(moot: Moot, kind: str) -> None:
    store = moot.server.store
    guarded = person(store, f"guarded_{kind}")
    made = store.write(lambda tx: factors.begin(tx, guarded))
    code = pyotp.TOTP(made.secret).now()
    recovery = store.write(lambda tx: factors.confirm(tx, guarded, code))
    store.write(lambda tx: sanctions.impose(tx, STAFF, guarded.account_id, Sanction(kind=kind, text="Bad")))
    visitor = moot.visitor().log_in(f"guarded_{kind}")
    assert visitor.text("h1") == "Second factor"
    visitor.send("/login/code", code="00000000")
    assert visitor.text("h1") == "Second factor"
    visitor.send("/login/code", code=recovery[0])
    assert visitor.text("blockquote") == "Bad"
    assert "moot_session" not in visitor.client.cookies


def test_an_appeal_of_whom_we_remember_is_not_granted(moot: Moot) -> None:
    store = moot.server.store
    gone = person(store, "gone_with_strike")
    person(store, "judge3", role=Role.ADMIN)

    def run(tx: Any) -> None:
        sanctions.impose(tx, STAFF, gone.account_id, Sanction(kind="disable"))
        appeals.appeal(tx, gone, appeals.mine(tx, gone)[0].id, "It was not me")
        memorials.remember(tx, STAFF, gone.account_id)

    store.write(run)
    staff = moot.visitor("judge3")
    staff.get("/staff/appeals")
    staff.send("/staff/appeals", value="grant")
    assert staff.text(".wrong") == "We remember this person: nobody logs in there any more."
    staff.send("/staff/appeals", value="reject")
    assert "Nothing waits." in staff.text()


def test_an_appeal_of_somebody_who_is_logged_in(moot: Moot) -> None:
    store = moot.server.store
    loud = person(store, "loud")
    person(store, "judge2", role=Role.ADMIN)
    store.write(lambda tx: sanctions.impose(tx, STAFF, loud.account_id, Sanction(kind="silence")))
    visitor = moot.visitor("loud")
    visitor.get("/strikes")
    appealed(moot, visitor, "Why?")
    strike = re.search(r'name="account" value="(\d+)"', moot_appeals(moot)) or pytest.fail("no form")
    staff = moot.visitor("judge2")
    staff.get("/staff/appeals")
    data = {**staff.fields("/staff/appeals"), "account": strike[1]}
    assert staff.client.post("/staff/appeals", data={**data, "value": "explode"}).status_code == 404
    assert staff.client.post("/staff/appeals", data={**data, "value": "reject"}).status_code == 303
    assert staff.client.post("/staff/appeals", data={**data, "value": "grant"}).status_code == 404
    assert "left it at that" in visitor.get("/strikes").text
    assert store.read(lambda tx: views.account(tx, loud.account_id)).silenced


def moot_appeals(moot: Moot) -> str:
    return moot.visitor("judge2").get("/staff/appeals").text


def test_a_memorial_is_shown_and_no_door_lets_anybody_in(moot: Moot) -> None:
    store = moot.server.store
    late = person(store, "late_ann")
    person(store, "chief", role=Role.ADMIN)
    bearer = {"authorization": f"Bearer {token(moot, late)}"}
    staff, inside = moot.visitor("chief"), moot.visitor("late_ann")
    staff.get("/staff/memorials")
    staff.send("/staff/memorials", account="nobody.here", value="remember")
    assert staff.text(".wrong") == "There is no such account here."
    staff.send("/staff/memorials", account="@late_ann", value="remember")
    assert "@late_ann" in staff.text()
    assert seen(moot, late)["memorial"] is True
    assert "We remember this person." in moot.visitor().get("/@late_ann").text
    assert inside.get("/settings").url.path == "/login"
    assert moot.visitor().log_in("late_ann").text(".wrong") == "This account is switched off."
    url = moot.server.url
    found = httpx2.get(f"{url}/api/v1/accounts/verify_credentials", headers=bearer)
    assert found.status_code == 401
    basic = httpx2.get(f"{url}/api/friendica/profile/show.json", auth=("late_ann", PASSWORD))
    assert basic.status_code in (401, 403)
    asked = httpx2.post(f"{url}/api/v1/login", data={"email": "late_ann@example.org", "password": PASSWORD})
    assert (asked.status_code, asked.json()["object"]) == (400, "error")
    staff.send("/staff/memorials", account="late_ann", value="back")
    assert "memorial" not in seen(moot, late)
    assert moot.visitor().log_in("late_ann").text("h1") == "Home"
