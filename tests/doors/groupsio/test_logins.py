"""Links by mail, becoming a member, keys, tokens that grow old, and changing one's own account."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import msgspec
import pytest
import sqlalchemy as sa
from tests.doors.groupsio.conftest import Town, assert_like, example
from tests.doors.groupsio.test_groupsio_login import basic

from folkmoot.domain.people import keys, logins
from folkmoot.domain.people.accounts import LoginState
from folkmoot.doors.groupsio.accept import dates
from folkmoot.store.schema.accounts import addresses, mail_tokens
from folkmoot.store.schema.accounts import logins as logins_t
from folkmoot.store.schema.work import outbox
from folkmoot.store.sql import Query, text_p
from folkmoot.wire.groupsio.requests import SearchArchives

_LAST = Query(
    sa.select(outbox.c.payload, outbox.c.kind)
    .where(outbox.c.address == text_p("address"))
    .order_by(outbox.c.id.desc())
)


def letters(do: Callable[..., Any], address: str) -> list[tuple[dict[str, Any], str]]:
    rows = do(lambda tx: tx.all(_LAST, address=address))
    return [(msgspec.json.decode(payload), kind) for payload, kind in rows]


def cookie_of(do: Callable[..., Any], address: str) -> str:
    payload, kind = letters(do, address)[0]
    assert kind == "login"
    found = re.search(r"/login/link\?cookie=(\d+)", payload["link"])
    assert found, payload
    return found[1]


def test_a_link_logs_in_once(any_town: Town) -> None:
    client = any_town.client()
    answer = client.http.post("/api/v1/sendloginlink", data={"email": "bob@example.org", "redir": "/groups"})
    assert (answer.status_code, answer.content) == (200, b"")
    number = cookie_of(any_town.do, "bob@example.org")
    assert letters(any_town.do, "bob@example.org")[0][0]["link"].endswith("&next=/groups")
    login = client.ok("authenticateloginlink", cookie=number)
    assert_like(login, example("authenticateloginlink"))
    assert login["user"]["user_name"] == "bob"
    assert client.ok("getuser")["csrf_token"] == login["user"]["csrf_token"]
    assert client.refused("authenticateloginlink", cookie=number) == ("bad_request", "invalid cookie")


def test_a_late_link_and_a_guessed_one(town: Town) -> None:
    client = town.client()
    client.post("sendloginlink", email="bob@example.org")
    number = cookie_of(town.do, "bob@example.org")
    town.do(lambda tx: tx.update(mail_tokens, {"account_id": town.ids["bob"]}, expires_at=tx.now))
    for cookie in (number, "123456789012345678", "x" * 500, ""):
        assert client.refused("authenticateloginlink", cookie=cookie) == ("bad_request", "invalid cookie")


def test_who_is_unknown_gets_the_same_answer(quiet_town: Town) -> None:
    client = quiet_town.client()
    answer = client.post("sendloginlink", email="nobody@example.org")
    assert (answer.status_code, answer.content) == (200, b"")
    assert letters(quiet_town.do, "nobody@example.org") == []
    for wrong in ("", "bob", "a b@example.org", "x" * 500):
        assert client.refused("sendloginlink", email=wrong) == ("bad_request", "invalid email")


def test_a_closed_login_gets_no_link(town: Town) -> None:
    town.do(lambda tx: tx.update(logins_t, {"account_id": town.ids["bob"]}, state=int(LoginState.DISABLED)))
    refused = town.client().refused("sendloginlink", email="bob@example.org")
    assert refused == ("bad_request", "inactive user")


def test_links_lead_nowhere_else(town: Town) -> None:
    for redir in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        town.client().post("sendloginlink", email="carol@example.org", redir=redir)
        assert "evil" not in letters(town.do, "carol@example.org")[0][0]["link"]


def test_becoming_a_member(any_town: Town) -> None:
    client = any_town.client()
    login = client.ok("registeruser", email="dora@example.org", password="a new password")
    assert_like(login, example("login"))
    assert login["user"]["status"] == "user_status_notconfirmed"
    assert login["user"]["user_name"] == "dora"
    assert letters(any_town.do, "dora@example.org")[0][1] == "confirm"
    assert client.ok("getuser")["email"] == "dora@example.org"
    again = {"email": "Dora@example.org", "password": "another password"}
    assert client.refused("registeruser", **again) == ("bad_request", "email exists")
    any_town.do(lambda tx: tx.update(addresses, {"address": "dora@example.org"}, confirmed_at=tx.now))
    assert client.ok("getuser")["status"] == "user_status_confirmed"
    fresh = any_town.client()
    assert fresh.refused("registeruser", email="nonsense", password="long enough") == (
        "bad_request",
        "invalid email",
    )
    short = {"email": "erna@example.org", "password": "short"}
    assert fresh.refused("registeruser", **short) == ("bad_request", "invalid password")


def test_the_csrf_token_is_digits(quiet_town: Town) -> None:
    assert re.fullmatch(r"\d{16,}", quiet_town.client("bob").csrf)


def test_a_key_is_64_characters_and_comes_in_everywhere(town: Town) -> None:
    key = town.do(lambda tx: keys.make(tx, town.viewer("bob"), "my script"))
    assert len(key) == 64
    for headers in ({"Authorization": f"Bearer {key}"}, basic(key, ""), basic("bob", key)):
        answer = httpx2.get(f"{town.url}/api/v1/getuser", headers=headers)
        assert answer.json()["user_name"] == "bob"
        done = httpx2.post(f"{town.url}/api/v1/updateuser", headers=headers, data={"full_name": "Robert"})
        assert done.json()["full_name"] == "Robert"
    mine = town.do(lambda tx: keys.of(tx, town.viewer("bob")))
    assert [each.name for each in mine] == ["my script"]
    town.do(lambda tx: keys.end(tx, town.viewer("bob"), mine[0].id))
    gone = httpx2.get(f"{town.url}/api/v1/getuser", headers={"Authorization": f"Bearer {key}"})
    assert gone.json()["type"] == "unauthorized_error"


def test_an_old_token_is_expired(town: Town) -> None:
    me = town.ids["bob"]
    _, key = town.do(
        lambda tx: logins.issue_token(tx, account_id=me, app_id=None, scopes="groupsio", lasts_ms=1)
    )
    for headers in ({"Authorization": f"Bearer {key}"}, basic(key, "")):
        answer = httpx2.get(f"{town.url}/api/v1/getuser", headers=headers)
        assert answer.status_code == 400
        assert answer.json() == {"object": "error", "type": "expired", "extra": ""}


def test_changing_the_account(any_town: Town) -> None:
    client = any_town.client("bob")
    changed = {
        "full_name": "Bob Builder",
        "timezone": "Europe/Berlin",
        "per_page_pref": "user_per_page_pref50",
        "post_pref": "user_postpref_plain",
        "profile_privacy": "profile_members",
        "location": "Bonn",
        "website": "https://bob.example/",
        "home_page": "home_page_groups",
        "topics_sort_dir": "sort_asc",
    }
    answer = client.post("updateuser", monday_start="false", about_me="<p>I <b>build</b></p>", **changed)
    assert answer.status_code == 200, answer.text
    user = answer.json()
    assert_like(user, example("login")["user"])
    assert {key: user[key] for key in changed} == changed
    assert user["monday_start"] is False
    assert user["about_me"] == "<p>I build</p>"
    again = client.post("updateprofile", full_name="Bob").json()
    assert (again["full_name"], again["location"], again["timezone"]) == ("Bob", "Bonn", "Europe/Berlin")
    assert client.ok("getuser") == again
    query = f"SELECT preferences FROM logins WHERE account_id = {any_town.ids['bob']}"
    kept = any_town.do(lambda tx: tx.text_sql(query, query).fetchone()[0])
    assert '"timezone":"Europe/Berlin"' in kept, "digests leave by that clock"
    assert client.post("updateuser", location="").json()["location"] == ""


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("per_page_pref", "many", ("invalid_value", "per_page_pref")),
        ("profile_privacy", "x", ("invalid_value", "profile_privacy")),
        ("timezone", "Nowhere/Land", ("bad_request", "invalid timezone")),
        ("website", "javascript:alert(1)", ("bad_request", "invalid website")),
        ("photos_order_by", "x" * 200, ("bad_request", "invalid photos_order_by")),
        ("full_name", "x" * 500, ("bad_request", "invalid full_name")),
        ("csrf", "1", ("bad_csrf", "")),
    ],
)
def test_what_can_not_be(quiet_town: Town, field: str, value: str, error: tuple[str, str]) -> None:
    assert quiet_town.client("carol").refused("updateuser", **{field: value}) == error


def test_nobody_changes_nobody(quiet_town: Town) -> None:
    assert quiet_town.client().refused("updateuser", full_name="X") == ("authentication", "")


def test_logging_out_ends_the_session(town: Town) -> None:
    client = town.client("bob")
    kept = dict(client.http.cookies)
    assert client.get("logout").content == b""
    answer = httpx2.get(f"{town.url}/api/v1/getuser", cookies=kept)
    assert answer.json()["type"] == "authentication"


def test_days_of_a_search_are_those_of_the_caller() -> None:
    ask = SearchArchives(start_date="2026-03-01", end_date="2026-03-01")
    zoned = SearchArchives(start_date="2026-03-01T00:00:00Z", end_date="2026-03-01T00:00:00+01:00")
    assert dates(ask, 0, "America/New_York")[0] == dates(ask, 0)[0] + 5 * 3_600_000  # type: ignore[operator]  # set
    start, end = dates(ask, 0, "Asia/Kolkata")
    assert end - start == 86_400_000  # type: ignore[operator]  # both are set
    assert dates(zoned, 0, "Asia/Kolkata") == dates(zoned, 0)
