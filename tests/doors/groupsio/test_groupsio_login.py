"""Logging in by cookie, Basic and Bearer; csrf for cookies only; logging out."""

from __future__ import annotations

import base64

import httpx2
import pytest
from tests.doors.groupsio.conftest import PASSWORD, Town, assert_like, example

from folkmoot.domain.people import logins


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_the_answer_is_the_contracts(quiet_town: Town) -> None:
    client = quiet_town.client()
    answer = client.log_in("bob")
    assert_like(answer, example("login"))
    assert answer["token"] == ""
    assert (answer["user"]["email"], answer["user"]["user_name"]) == ("bob@example.org", "bob")
    assert answer["user"]["csrf_token"]


def test_the_cookie_is_for_the_browser_only(quiet_town: Town) -> None:
    form = {"email": "bob@example.org", "password": PASSWORD}
    answer = httpx2.post(f"{quiet_town.url}/api/v1/login", data=form)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("groupsio=")
    assert "HttpOnly" in cookie
    assert "Domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/v1/login", "/v1/login"])
def test_login_by_get_and_by_query(quiet_town: Town, path: str) -> None:
    params = {"email": "bob@example.org", "password": PASSWORD, "token": "true"}
    assert httpx2.get(quiet_town.url + path, params=params).json()["token"]
    assert httpx2.post(quiet_town.url + path, params=params).json()["token"]


def test_a_wrong_pair(quiet_town: Town) -> None:
    for email, password in (("bob@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", "")):
        answer = httpx2.post(f"{quiet_town.url}/api/v1/login", data={"email": email, "password": password})
        assert answer.status_code == 400
        assert answer.json() == {"object": "error", "type": "unauthorized_error", "extra": ""}
    answer = httpx2.post(f"{quiet_town.url}/api/v1/login", data={"email": "bob@example.org"})
    assert answer.json()["extra"] == "invalid password"


def test_three_ways_in(quiet_town: Town) -> None:
    client = quiet_town.client("bob", token="true")
    ways = [{"Authorization": f"Bearer {client.token}"}, basic(client.token, ""), basic("bob", client.token)]
    for headers in ways:
        answer = httpx2.get(f"{quiet_town.url}/api/v1/getuser", headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["user_name"] == "bob"
    assert client.ok("getuser")["csrf_token"] == client.csrf


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer x"}, basic("x", ""), {"Authorization": "Basic !"}]
)
def test_a_wrong_key_is_refused_even_where_none_is_needed(quiet_town: Town, headers: dict[str, str]) -> None:
    for name in ("getuser", "gettopics?group_name=open"):
        answer = httpx2.get(f"{quiet_town.url}/api/v1/{name}", headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (400, "unauthorized_error")


def test_nobody_is_told_to_log_in(quiet_town: Town) -> None:
    assert quiet_town.client().get("getsubs").json() == {
        "object": "error",
        "type": "authentication",
        "extra": "",
    }


def test_csrf_is_for_cookies_only(quiet_town: Town) -> None:
    client = quiet_town.client("bob", token="true")
    new = {"group_name": "open", "draft_type": "draft_type_post"}
    assert client.refused("newdraft", **new, csrf="") == ("bad_csrf", "")
    assert client.refused("newdraft", **new, csrf="wrong") == ("bad_csrf", "")
    assert client.get("newdraft", **new).json()["type"] == "bad_csrf"
    assert client.post("newdraft", **new).status_code == 200
    headers = {"Authorization": f"Bearer {client.token}"}
    assert httpx2.post(f"{quiet_town.url}/api/v1/newdraft", data=new, headers=headers).status_code == 200


def test_tokens_of_other_doors_reach_as_far_as_their_scopes(quiet_town: Town) -> None:
    def issue(scopes: str) -> dict[str, str]:
        made = quiet_town.do(
            lambda tx: logins.issue_token(tx, account_id=quiet_town.ids["bob"], app_id=None, scopes=scopes)
        )
        return {"Authorization": f"Bearer {made[1]}"}

    new = {"group_name": "open", "draft_type": "draft_type_post"}
    reader, writer = issue("read"), issue("read write")
    assert httpx2.get(f"{quiet_town.url}/api/v1/getsubs", headers=reader).status_code == 200
    refused = httpx2.post(f"{quiet_town.url}/api/v1/newdraft", data=new, headers=reader)
    assert refused.json()["type"] == "inadequate_permissions"
    assert httpx2.post(f"{quiet_town.url}/api/v1/newdraft", data=new, headers=writer).status_code == 200
    assert httpx2.get(f"{quiet_town.url}/api/v1/getsubs", headers=issue("follow")).status_code == 400


def test_logging_out(quiet_town: Town) -> None:
    client = quiet_town.client("bob")
    answer = client.get("logout")
    assert (answer.status_code, answer.content) == (200, b"")
    assert client.get("getuser").json()["type"] == "authentication"
    assert client.get("logout").status_code == 200
