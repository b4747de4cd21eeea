"""Logging in, signing up, links by mail: what works, and what nobody learns."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.doors.web.conftest import Moot
from tests.support.server import Running, running_server
from tests.support.visitor import PASSWORD, Visitor, person

from folkmoot.domain.people import accounts, logins, mailtokens
from folkmoot.domain.people.accounts import LoginState, NewPerson
from folkmoot.domain.people.demo import GROUP, PEOPLE, TOKEN
from folkmoot.domain.posts import posts
from folkmoot.domain.posts.drafts import Draft


def mailed(server: Running) -> list[str]:
    """The paths of the links that were to be mailed, oldest first."""
    import msgspec

    def read(tx) -> list[str]:  # type: ignore[no-untyped-def]  # the store's transaction
        text = "SELECT payload FROM outbox WHERE kind IN ('confirm', 'reset') ORDER BY id"
        return [msgspec.json.decode(row[0])["link"] for row in tx.text_sql(text, text).fetchall()]

    return [link.removeprefix(server.url) for link in server.store.read(read)]


@pytest.mark.parametrize("who", ["anna", "ANNA", "@anna", "anna@example.org", " Anna@Example.org "])
def test_one_logs_in_by_name_or_address(moot: Moot, who: str) -> None:
    visitor = moot.visitor().log_in(who)
    assert visitor.text("h1") == "Home"
    cookie = next(iter(visitor.client.cookies.jar))
    assert cookie.has_nonstandard_attr("HttpOnly")


def test_wrong_name_and_wrong_password_are_told_alike(moot: Moot) -> None:
    pages = []
    for who in ("anna", "nobody", "nobody@example.org", "garden"):
        visitor = moot.visitor().log_in(who, "wrong password")
        assert visitor.answer.status_code == 422
        pages.append(visitor.text(".wrong"))
    assert set(pages) == {"Name or password is wrong."}


@pytest.mark.parametrize(
    "next",
    [
        *(
            "//evil.test",
            "/\\evil.test",
            "https:evil.test",
            "https://evil.test/",
            "\\\\evil.test",
            "/\t/evil.test",
        ),
        *("javascript:alert(1)", "///evil.test", "/%0d%0aSet-Cookie:x=1", "", "evil.test", "/ /x"),
    ],
)
def test_logging_in_leads_nowhere_else(moot: Moot, next: str) -> None:
    visitor = moot.visitor()
    visitor.get("/login")
    data = {**visitor.fields("/login"), "who": "anna", "password": PASSWORD, "next": next}
    answer = visitor.client.post("/login", data=data)
    where = answer.headers["location"]
    assert answer.status_code == 303
    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))
    assert "x" not in answer.cookies


def test_the_session_is_new_after_logging_in_and_dead_after_a_new_password(moot: Moot) -> None:
    person(moot.server.store, "emil")
    first, second = moot.visitor("emil"), moot.visitor("emil")
    secret = first.client.cookies["moot_session"]
    first.client.cookies.clear()
    first.client.cookies.set("moot_session", secret, domain="127.0.0.1", path="/")
    first.get("/login?again=1")
    first.send("/login", who="emil", password=PASSWORD)
    assert first.client.cookies["moot_session"] != secret
    stale = Visitor(moot.server.url)
    stale.client.cookies.set("moot_session", secret)
    assert stale.client.get("/settings").status_code == 303
    first.get("/settings")
    first.send("/settings/password", old="wrong", password="a new one!", repeat="a new one!")
    assert "old password is wrong" in first.text(".wrong")
    first.send("/settings/password", old=PASSWORD, password="a new one!", repeat="a new one?")
    assert "not the same" in first.text(".wrong")
    first.send("/settings/password", old=PASSWORD, password="a new one!", repeat="a new one!")
    assert first.get("/settings").status_code == 200
    assert first.text("h1") == "Settings"
    second.get("/settings")
    assert second.text("h1") == "Log in"


def test_signing_up(moot: Moot) -> None:
    visitor = moot.visitor()
    for values, words in (
        ({"name": "anna", "address": "x@example.org"}, "has that name"),
        ({"name": "fritz", "address": "anna@example.org"}, "account with this address"),
        ({"name": "a b", "address": "x@example.org"}, "letters, digits"),
        ({"name": "admin", "address": "x@example.org"}, "kept for the server"),
        ({"name": "fritz", "address": "nonsense"}, "no e-mail address"),
        ({"name": "fritz", "address": "x@example.org", "password": "short"}, "at least 8"),
    ):
        visitor.get("/sign-up")
        visitor.send("/sign-up", **{"password": PASSWORD, **values})
        assert visitor.answer.status_code == 422, values
        assert words in visitor.text(".wrong")
    visitor.send("/sign-up", name="fritz", address="fritz@example.org", password=PASSWORD)
    assert visitor.text(".said") == "Welcome! You are logged in."


def test_an_address_that_wrote_by_mail_is_taken_over_by_a_link(moot: Moot) -> None:
    store = moot.server.store
    known = store.write(lambda tx: accounts.person_of_address(tx, "gerda@example.org", "Gerda"))
    viewer = store.read(lambda tx: accounts.viewer_of(tx, known))
    store.write(lambda tx: posts.write(tx, viewer, Draft(text="Said by mail", audience=0)))
    visitor = moot.visitor()
    visitor.get("/sign-up")
    visitor.send("/sign-up", name="gerda2", address="gerda@example.org", password=PASSWORD)
    assert "gerda@example.org" in visitor.text()
    link = mailed(moot.server)[-1]
    assert link.startswith("/claim?token=")
    visitor.get(link)
    visitor.send("/claim", name="gerda2", password=PASSWORD)
    assert visitor.text(".said") == "Welcome! You are logged in."
    assert "Said by mail" in visitor.get("/@gerda2").text
    assert moot.visitor().get(link).status_code == 404


def test_a_forgotten_password(moot: Moot) -> None:
    person(moot.server.store, "hanna")
    visitor, other = moot.visitor(), moot.visitor("hanna")
    texts = []
    for who in ("nobody@example.org", "hanna"):
        visitor.get("/reset")
        visitor.client.headers["host"] = "evil.test"
        began = time.monotonic()
        visitor.send("/reset", who=who)
        assert time.monotonic() - began >= 0.1, "the time tells nothing of who is there"
        del visitor.client.headers["host"]
        texts.append(visitor.text())
    assert texts[0] == texts[1]
    link = mailed(moot.server)[-1]
    assert link.startswith("/reset?token="), "the address comes from the settings, never from the request"
    visitor.get(link)
    visitor.send("/reset", password="brand new one", repeat="brand new one")
    assert "password is changed" in visitor.text(".said")
    other.get("/settings")
    assert other.text("h1") == "Log in"
    assert moot.visitor().get(link).status_code == 404
    assert moot.visitor().log_in("hanna", "brand new one").text("h1") == "Home"


def test_links_die_with_time_and_use(moot: Moot) -> None:
    store = moot.server.store
    me = moot.carl.account_id
    secrets = [store.write(lambda tx: mailtokens.make(tx, me, "reset", "c@example.org")) for _ in range(6)]
    assert secrets[5] is None, "a mailbox is not filled from our forms"
    first = secrets[0] or ""
    assert store.write(lambda tx: mailtokens.use(tx, first, "reset")).account_id == me
    for secret in (first, secrets[1] or "", "nonsense"):
        with pytest.raises(logins.NotFound):
            store.read(lambda tx, secret=secret: mailtokens.see(tx, secret, "reset"))


def test_confirming_and_approval(tmp_path: Path) -> None:
    with running_server(tmp_path, worker=False, confirm_email=True, registration="approval") as server:
        visitor = Visitor(server.url)
        visitor.get("/sign-up")
        visitor.send("/sign-up", name="ida", address="ida@example.org", password=PASSWORD)
        assert "Follow the link" in visitor.text()
        assert "Confirm your address" in visitor.log_in("ida").text(".wrong")
        link = mailed(server)[-1]
        visitor.get(link)
        assert server.store.read(lambda tx: accounts.preferences(tx, _id(tx))).state == LoginState.UNCONFIRMED
        visitor.send("/confirm")
        assert "waits for approval" in visitor.text(".said")
        assert "waits for approval" in visitor.log_in("ida").text(".wrong")


def _id(tx) -> int:  # type: ignore[no-untyped-def]  # the store's transaction
    return accounts.find_by_name(tx, "ida") or 0


def test_a_closed_community_takes_nobody(tmp_path: Path) -> None:
    with running_server(tmp_path, worker=False, registration="closed", demo=True) as server:
        visitor = Visitor(server.url)
        assert "no new accounts" in visitor.get("/sign-up").text
        visitor.get("/login")
        fields = {"csrf": visitor.fields("/login")["csrf"], "name": "kim", "address": "kim@example.org"}
        answer = visitor.client.post("/sign-up", data={**fields, "password": PASSWORD})
        assert answer.status_code == 422
        assert server.store.read(lambda tx: accounts.find_by_name(tx, "kim")) is None
        front = visitor.get("/").text
        assert all(password in front for _, password in PEOPLE)
        assert TOKEN in front


def test_the_demo_s_page_tells_the_truth() -> None:
    import tomllib
    from importlib import resources

    seed = tomllib.loads(resources.files("folkmoot.cli").joinpath("demo.toml").read_text())
    assert tuple((a["name"], a["password"]) for a in seed["accounts"]) == PEOPLE
    assert [t["token"] for t in seed["tokens"]] == [TOKEN]
    assert GROUP in [g["name"] for g in seed["groups"]]


def test_tries_are_limited(tmp_path: Path) -> None:
    with running_server(tmp_path, worker=False, rate_limits=True) as server:
        server.store.write(lambda tx: accounts.add_person(tx, NewPerson(name="lea")))
        visitor = Visitor(server.url)
        visitor.get("/login")
        data = {**visitor.fields("/login"), "who": "lea", "password": "wrong"}
        statuses = [visitor.client.post("/login", data=data).status_code for _ in range(11)]
        assert statuses == [422] * 10 + [429]
