"""`folkmoot seed` makes what a file declares, once, whole or not at all, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.command import Command

from folkmoot.domain.access import Archive, GroupRole, Role, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.groups.members import Delivery
from folkmoot.domain.people import accounts, apps, bonds, logins, passwords
from folkmoot.domain.staff import staff
from folkmoot.settings import Settings
from folkmoot.store.engine import Store
from folkmoot.store.migrate import address
from folkmoot.store.schema import metadata
from folkmoot.store.tx import Tx

FULL = """
[[accounts]]
name = "anna"
email = "anna@example.org"
password = "secret of anna"
role = "owner"
display_name = "Anna Ärger"
locale = "de"
discoverable = true

[[accounts]]
name = "bruno"
email = "bruno@example.org"
password = "secret of bruno"
locked = true

[[accounts]]
name = "quiet"

[[apps]]
name = "The App"
client_id = "the-client"
client_secret = "the-secret"
redirect_uris = ["urn:ietf:wg:oauth:2.0:oob", "http://localhost/back"]
scopes = "read write"

[[tokens]]
account = "anna"
app = "The App"
scopes = "read write:statuses"
token = "token-of-anna"

[[tokens]]
app = "the-client"
scopes = ["read"]
token = "token-of-the-app"

[[groups]]
name = "gardeners"
title = "Gardeners"
desc = "Beds, balconies and beans."
privacy = "group_privacy_archives"
subject_tag = "[beans]"
announce = true
reply_to = "group_reply_to_sender"
owner = "anna"

[[members]]
group = "gardeners"
account = "bruno"
role = "moderator"
email_delivery = "digest"

[[members]]
group = "gardeners"
email = "Carla@Example.net"
email_delivery = "email_delivery_none"

[[follows]]
who = "anna"
whom = "bruno"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "town.toml"
    path.write_text(FULL, encoding="utf-8")
    return path


def person(tx: Tx, name: str) -> int:
    found = accounts.find_by_name(tx, name)
    assert found is not None
    return found


def everything(settings: Settings) -> dict[str, list[Any]]:
    """Every row of every table."""
    engine = sa.create_engine(address(settings))
    with engine.connect() as con:
        found = {t.name: sorted(map(str, con.execute(sa.select(t)).all())) for t in metadata.sorted_tables}
    engine.dispose()
    return found


def test_it_makes_what_the_file_declares(folkmoot: Command, file: Path, store: Store) -> None:
    out = folkmoot.ok("seed", file)
    assert out.strip() == f"{file}: 10 entries, 10 changed something"

    def look(tx: Tx) -> None:
        anna, bruno, quiet = (person(tx, name) for name in ("anna", "bruno", "quiet"))
        group, _ = groups.find(tx, Viewer.system(), "gardeners")
        carla = accounts.find_by_address(tx, "carla@example.net")
        assert carla is not None
        assert anna < min(bruno, quiet, group.id, carla), "the first account has the lowest id"
        profile = staff.profile(tx, Viewer.system(), anna)
        assert (profile.display_name, profile.locale, profile.discoverable) == ("Anna Ärger", "de", True)
        assert accounts.viewer_of(tx, anna).role == Role.OWNER
        assert staff.profile(tx, Viewer.system(), bruno).locked
        login = logins.find_login(tx, "anna@example.org")
        assert login is not None
        assert passwords.verify(login.password_hash, "secret of anna")
        app = apps.find(tx, "the-client")
        assert app is not None
        assert (app.client_secret, app.scopes) == ("the-secret", "read write")
        assert app.redirects == ["urn:ietf:wg:oauth:2.0:oob", "http://localhost/back"]
        token = logins.token(tx, "token-of-anna")
        assert (token.viewer.account_id, token.app_id) == (anna, app.id)
        assert token.scopes == {"read", "write:statuses"}
        assert not logins.token(tx, "token-of-the-app").viewer.known
        assert (group.title, group.description) == ("Gardeners", "Beds, balconies and beans.")
        assert (group.archive, group.listed, group.subject_tag) == (Archive.MEMBERS, True, "[beans]")
        assert group.settings == {"reply_to": "sender"}
        rows = {who: members.get(tx, group.id, who) for who in (anna, bruno, carla)}
        assert {(m.role, m.delivery) for m in rows.values() if m} == {
            (GroupRole.OWNER, Delivery.SINGLE),
            (GroupRole.MODERATOR, Delivery.DIGEST),
            (GroupRole.MEMBER, Delivery.NONE),
        }
        assert group.members_n == 3
        relation = bonds.relations(tx, accounts.viewer_of(tx, anna), [bruno])[0]
        assert relation.following, "a declared follow of a locked account is accepted"

    store.read(look)


def test_twice_is_the_same_as_once(folkmoot: Command, file: Path, settings: Settings) -> None:
    folkmoot.ok("seed", file)
    once = everything(settings)
    assert folkmoot.ok("seed", file).strip() == f"{file}: 10 entries, all as they were"
    assert everything(settings) == once


def test_what_the_file_says_otherwise_is_changed_and_the_rest_stays(
    folkmoot: Command, file: Path, store: Store
) -> None:
    folkmoot.ok("seed", file)
    before = store.read(lambda tx: person(tx, "bruno"))
    file.write_text(
        '[[accounts]]\nname = "Bruno"\npassword = "another secret"\nrole = "moderator"\ndisplay_name = "B."\n'
        'email = "bruno@second.example"\n'
        '[[groups]]\nname = "gardeners"\nowner = "bruno"\ntitle = "All gardeners"\n'
        '[[members]]\ngroup = "gardeners"\naccount = "bruno"\nemail_delivery = "single"\n',
        encoding="utf-8",
    )
    assert "3 entries, 3 changed" in folkmoot.ok("seed", file)

    def look(tx: Tx) -> None:
        bruno = person(tx, "bruno")
        assert bruno == before
        login = logins.find_login(tx, "bruno")
        assert login is not None
        assert passwords.verify(login.password_hash, "another secret")
        assert not passwords.verify(login.password_hash, "secret of bruno")
        assert accounts.viewer_of(tx, bruno).role == Role.MODERATOR
        assert accounts.find_by_address(tx, "bruno@second.example") == bruno
        assert accounts.main_address(tx, bruno) == "bruno@example.org"
        assert staff.profile(tx, Viewer.system(), bruno).locked, "what is not named stays"
        group, _ = groups.find(tx, Viewer.system(), "gardeners")
        assert (group.title, group.subject_tag, group.archive) == (
            "All gardeners",
            "[beans]",
            Archive.MEMBERS,
        )
        member = members.get(tx, group.id, bruno)
        assert member is not None
        assert (member.role, member.delivery) == (GroupRole.OWNER, Delivery.SINGLE)

    store.read(look)
    assert "all as they were" in folkmoot.ok("seed", file)


WRONG = [
    ("[[accounts]\n", ["town.toml", "line 1"]),
    ('[[people]]\nname = "x"\n', ["no table is called people", "accounts"]),
    ('[accounts]\nname = "x"\n', ["[[accounts]]"]),
    ('[[accounts]]\nemail = "a@example.org"\n', ["[[accounts]] entry 1", "name"]),
    ('[[accounts]]\nname = "x"\ncolour = "red"\n', ["[[accounts]] entry 1 (x)", "colour"]),
    ('[[accounts]]\nname = "x"\nrole = "king"\n', ["entry 1 (x)", "role", "king"]),
    ('[[accounts]]\nname = "x"\nlocked = "no"\n', ["entry 1 (x)", "locked", "bool"]),
    ('[[accounts]]\nname = "x y"\n', ["entry 1 (x y)", "name", "invalid"]),
    ('[[accounts]]\nname = "x"\npassword = "short"\n', ["entry 1 (x)", "password", "too_short"]),
    ('[[accounts]]\nname = "x"\nemail = "nonsense"\n', ["entry 1 (x)", "address"]),
    (
        '[[accounts]]\nname = "x"\nemail = "a@example.org"\n[[accounts]]\nname = "y"\nemail = "A@example.org"\n',
        ["[[accounts]] entry 2 (y)", "address", "taken"],
    ),
    ('[[tokens]]\naccount = "nobody"\ntoken = "secret-token"\n', ["[[tokens]] entry 1", "nobody"]),
    ('[[tokens]]\napp = "none"\ntoken = "secret-token"\n', ["[[tokens]] entry 1", "none"]),
    ('[[groups]]\nname = "g"\n', ["[[groups]] entry 1 (g)", "owner"]),
    ('[[groups]]\nname = "g"\nowner = "nobody"\n', ["entry 1 (g)", "nobody"]),
    (
        '[[accounts]]\nname = "x"\n[[groups]]\nname = "g"\nowner = "x"\nprivacy = "secret"\n',
        ["(g)", "privacy"],
    ),
    ('[[accounts]]\nname = "x"\n[[groups]]\nname = "g"\nowner = "x"\nsize = 3\n', ["(g)", "size"]),
    ('[[accounts]]\nname = "x"\n[[groups]]\nname = "x"\nowner = "x"\n', ["[[groups]] entry 1 (x)", "taken"]),
    ('[[members]]\ngroup = "none"\nemail = "a@example.org"\n', ["[[members]] entry 1 (none)", "no group"]),
    ('[[members]]\ngroup = "g"\n', ["[[members]] entry 1 (g)", "either"]),
    ('[[follows]]\nwho = "a"\nwhom = "b"\n', ["[[follows]] entry 1 (a)", "'a'"]),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_what_is_wrong_is_named_and_nothing_is_made(
    folkmoot: Command, file: Path, settings: Settings, text: str, words: list[str]
) -> None:
    empty = everything(settings)
    head = "" if text.startswith("[[accounts]") else '[[accounts]]\nname = "first"\n'
    file.write_text((head if "accounts" not in text else "") + text, encoding="utf-8")
    said = folkmoot.refused("seed", file)
    assert str(file) in said
    assert all(word in said for word in words), said
    assert "secret-token" not in said
    assert everything(settings) == empty


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_token_value_can_t_move_to_another(folkmoot: Command, file: Path) -> None:
    folkmoot.ok("seed", file)
    file.write_text(
        '[[tokens]]\naccount = "bruno"\ntoken = "token-of-anna"\nscopes = "read"\n', encoding="utf-8"
    )
    assert "another account" in folkmoot.refused("seed", file)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_file_that_is_not_there_is_wrong_usage(folkmoot: Command, tmp_path: Path) -> None:
    assert "none.toml" in folkmoot.refused("seed", tmp_path / "none.toml", code=2)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_operator_describes_a_group_in_few_words(folkmoot: Command, tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text('accounts = [{name = "anna"}]\ngroups = [{name = "dev", desc = "Dev", owner = "anna"}]\n')
    folkmoot.ok("seed", path)
    assert "all as they were" in folkmoot.ok("seed", path)
