"""Accounts, tokens and applications from the command line."""

from __future__ import annotations

import pytest
from tests.support.command import Command

from folkmoot.domain.access import Role
from folkmoot.domain.errors import Unauthenticated
from folkmoot.domain.people import accounts, apps, logins, passwords
from folkmoot.store.engine import Store
from folkmoot.store.tx import Tx


def right_password(store: Store, who: str, password: str) -> bool:
    login = store.read(lambda tx: logins.find_login(tx, who))
    assert login is not None
    return passwords.verify(login.password_hash, password)


def test_an_account_is_made_listed_and_changed(folkmoot: Command, store: Store) -> None:
    line = ("user", "create", "anna", "--email", "anna@example.org", "--role", "owner", "--password-stdin")
    made = folkmoot.json(*line, stdin="a good secret\n")
    assert (made["name"], made["role"]) == ("anna", "owner")
    assert "password" not in made
    assert right_password(store, "anna@example.org", "a good secret")
    assert "password: " in folkmoot.ok("user", "create", "bruno"), "without a password one is made"
    listed = folkmoot.json("user", "list")
    assert [(p["name"], p["role"], p["state"]) for p in listed] == [
        ("anna", "owner", "active"),
        ("bruno", "user", "active"),
    ]
    assert folkmoot.ok("user", "list").splitlines()[0].split("\t")[1:4] == [
        "anna",
        "anna@example.org",
        "owner",
    ]

    secret = store.write(
        lambda tx: logins.issue_token(tx, account_id=int(made["id"]), app_id=None, scopes="read")
    )[1]
    folkmoot.ok("user", "password", "anna", "--password-stdin", stdin="another secret\n")
    assert right_password(store, "anna", "another secret")
    with pytest.raises(Unauthenticated):
        store.read(lambda tx: logins.token(tx, secret))

    folkmoot.ok("user", "role", "bruno", "admin")
    bruno = next(int(p["id"]) for p in folkmoot.json("user", "list") if p["name"] == "bruno")
    assert store.read(lambda tx: accounts.viewer_of(tx, bruno)).role == Role.ADMIN
    assert "already" in folkmoot.ok("user", "role", "bruno", "admin")


def test_who_signed_up_is_let_in(folkmoot: Command, store: Store) -> None:
    state = accounts.LoginState.PENDING
    new = accounts.NewPerson(name="carla", address="carla@example.org", state=state, confirmed=True)
    store.write(lambda tx: accounts.add_person(tx, new))
    folkmoot.ok("user", "create", "anna")
    assert [p["name"] for p in folkmoot.json("user", "list", "--pending")] == ["carla"]
    assert "1 who signed up wait" in folkmoot("doctor").stdout
    assert "may log in now" in folkmoot.ok("user", "approve", "carla")
    assert "before" in folkmoot.ok("user", "approve", "carla")
    assert folkmoot.json("user", "list", "--pending") == []
    assert {p["state"] for p in folkmoot.json("user", "list")} == {"active"}
    (mail,) = folkmoot.json("mail", "outbox")
    assert (mail["kind"], mail["to"]) == ("approved", "carla@example.org")
    assert "/login" in folkmoot.ok("mail", "outbox", "show", mail["id"])
    new = accounts.NewPerson(
        name="dora", address="dora@example.org", state=accounts.LoginState.UNCONFIRMED, confirmed=False
    )
    store.write(lambda tx: accounts.add_person(tx, new))
    assert "not confirmed" in folkmoot.refused("user", "approve", "dora")
    assert "nobody" in folkmoot.refused("user", "approve", "nobody")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_refusals_are_one_line(folkmoot: Command) -> None:
    folkmoot.ok("user", "create", "anna", "--role", "owner")
    assert "taken" in folkmoot.refused("user", "create", "Anna")
    assert "name" in folkmoot.refused("user", "create", "no good name")
    assert "at least 8" in folkmoot.refused("user", "create", "carla", "--password-stdin", stdin="short\n")
    assert "letters, digits" in folkmoot.refused("user", "create", "a+b")
    assert "no e-mail address" in folkmoot.refused("user", "create", "zoe", "--email", "nowhere")
    assert "needs an owner" in folkmoot.refused("user", "role", "anna", "user")
    assert "nobody" in folkmoot.refused("user", "role", "nobody", "user")
    assert "nobody" in folkmoot.refused("user", "password", "nobody", "--password", "long enough")
    assert "no password" in folkmoot.refused("user", "password", "anna")
    assert "king" in folkmoot.refused("user", "role", "anna", "king", code=2)
    assert "either" in folkmoot.refused(
        "user", "create", "x", "--password", "long enough", "--password-stdin", code=2
    )


def test_a_token_is_shown_once_and_works(folkmoot: Command, store: Store) -> None:
    folkmoot.ok("user", "create", "anna")
    made = folkmoot.json("app", "create", "Tool", "--redirect-uri", "http://localhost/a", "--scopes", "read")
    app = store.read(lambda tx: apps.find(tx, made["client_id"]))
    assert app is not None
    assert (app.client_secret, app.redirects, app.scopes) == (
        made["client_secret"],
        ["http://localhost/a"],
        "read",
    )
    secret = folkmoot.ok(
        "token", "create", "--account", "anna", "--app", made["client_id"], "--scopes", "read"
    ).strip()

    def look(tx: Tx) -> None:
        token = logins.token(tx, secret)
        assert (token.viewer.account_id, token.app_id) == (accounts.find_by_name(tx, "anna"), app.id)
        assert token.scopes == {"read"}

    store.read(look)
    assert folkmoot.json("token", "create", "--account", "anna")["token_type"] == "Bearer"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_token_needs_somebody_who_is_there(folkmoot: Command) -> None:
    assert "nobody" in folkmoot.refused("token", "create", "--account", "nobody")
    assert "none" in folkmoot.refused("token", "create", "--app", "none")
    folkmoot.refused("token", "create", code=2)


def test_applications_are_listed_and_ended(folkmoot: Command, store: Store) -> None:
    assert "no account" in folkmoot.refused("app", "create", "Nobody's", "--account", "nobody")
    made = folkmoot.json("app", "create", "Pocket client")
    listed = folkmoot.json("app", "list")
    assert [(app["name"], app["client_id"], "client_secret" in app) for app in listed] == [
        ("Pocket client", made["client_id"], False)
    ]
    app = store.read(lambda tx: apps.find(tx, made["client_id"]))
    assert app is not None
    issue = logins.issue_token
    secret = store.write(lambda tx: issue(tx, account_id=None, app_id=app.id, scopes="read"))[1]
    assert "is gone" in folkmoot.ok("app", "delete", made["client_id"])
    with pytest.raises(Unauthenticated):
        store.read(lambda tx: logins.token(tx, secret))
    assert "no app" in folkmoot.refused("app", "delete", made["client_id"])


def test_a_memorial_and_back(folkmoot: Command, store: Store) -> None:
    folkmoot.ok("user", "create", "anna", "--password-stdin", stdin="a good secret\n")
    assert "is a memorial now" in folkmoot.ok("user", "memorial", "anna")
    assert [p["state"] for p in folkmoot.json("user", "list")] == ["disabled"]
    assert "no memorial" in folkmoot.ok("user", "memorial", "anna", "--undo")
    assert [p["state"] for p in folkmoot.json("user", "list")] == ["active"]
    assert folkmoot("user", "memorial", "nobody").returncode != 0
