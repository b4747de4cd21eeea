"""One's own profile in full, proving one's address, and the year in review."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.doors.mastodon.moot import Moot, Person, running
from tests.support.visitor import picture

from folkmoot.domain.people import logins
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.place import annual
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.posts import write
from folkmoot.doors.mastodon import door
from folkmoot.doors.mastodon.annual_reports import compute
from folkmoot.store.tx import JournalRow, Tx


@pytest.fixture(scope="module")
def own(moot: Moot) -> Person:
    return moot.person("owner")


def change(who: Person, **data: Any) -> Any:
    found = who.moot.call("PATCH", "/api/v1/profile", who.token, json=data)
    assert found.status == 200, found.body
    return found.json


def test_a_new_profile(moot: Moot, own: Person) -> None:
    found = own.get("/api/v1/profile")
    assert found == {
        "id": str(own.id),
        "display_name": "",
        "note": "",
        "fields": [],
        "avatar": None,
        "avatar_static": None,
        "avatar_description": "",
        "header": None,
        "header_static": None,
        "header_description": "",
        "locked": False,
        "bot": False,
        "hide_collections": False,
        "discoverable": False,
        "indexable": False,
        "show_media": True,
        "show_media_replies": True,
        "show_featured": True,
        "attribution_domains": [],
        "featured_tags": [],
        "formatted_note": found["formatted_note"],
        "formatted_fields": [],
    }
    assert moot.call("GET", "/api/v1/profile", moot.token(own.id, "profile")).status == 200
    assert moot.call("GET", "/api/v1/profile", moot.token(own.id, "write")).status == 403
    assert moot.call("GET", "/api/v1/profile").status == 401


def test_changes_keep_what_is_not_said(moot: Moot, own: Person) -> None:
    found = change(
        own,
        display_name="The Owner",
        note="see https://example.org",
        show_media=False,
        show_featured=False,
        attribution_domains=["https://Blog.Example.org/", "blog.example.org"],
        fields_attributes=[{"name": "Site", "value": "https://example.org"}],
        avatar_description="A face",
    )
    assert found["note"] == "see https://example.org"
    assert "<a href" in found["formatted_note"]
    assert found["fields"][0]["value"] == "https://example.org"
    assert "<a href" in found["formatted_fields"][0]["value"]
    assert found["attribution_domains"] == ["blog.example.org"]
    again = change(own, display_name="Owner")
    assert (again["note"], again["show_media"], again["avatar_description"]) == (
        found["note"],
        False,
        "A face",
    )
    seen = moot.get(f"/api/v1/accounts/{own.id}")
    assert (seen["show_media"], seen["show_featured"], seen["avatar_description"]) == (False, False, "A face")
    credentials = own.get("/api/v1/accounts/verify_credentials")
    assert credentials["source"]["attribution_domains"] == ["blog.example.org"]
    assert change(own, attribution_domains=[])["attribution_domains"] == []


def test_pictures(moot: Moot, own: Person) -> None:
    files = {"avatar": ("a.png", picture(), "image/png"), "header": ("h.png", picture((90, 30)), "image/png")}
    answer = moot.call(
        "PATCH", "/api/v1/profile", own.token, data={"header_description": "A meadow"}, files=files
    )
    assert answer.json["avatar"] == answer.json["avatar_static"]
    assert answer.json["header_description"] == "A meadow"
    assert moot.get(f"/api/v1/accounts/{own.id}")["header"] == answer.json["header"]
    gone = moot.call("DELETE", "/api/v1/profile/header", own.token).json
    assert gone["header"].endswith("/static/header.png")
    assert gone["source"]["note"] == own.get("/api/v1/profile")["note"]
    assert moot.call("DELETE", "/api/v1/profile/avatar", own.token).json["avatar"].endswith("person.png")
    assert moot.call("DELETE", "/api/v1/profile/avatar", own.token).status == 200
    profile = own.get("/api/v1/profile")
    assert (profile["avatar"], profile["header"], profile["header_description"]) == (None, None, "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"avatar_description": "x" * 151}, "Avatar description is too long (maximum is 150 characters)"),
        ({"attribution_domains": ["no domain"]}, "Attribution domains is invalid"),
        (
            {"attribution_domains": [f"d{n}.example" for n in range(11)]},
            "Attribution domains are too many (maximum is 10)",
        ),
        ({"display_name": "x" * 31}, "Display name is too long (maximum is 30 characters)"),
        ({"note": "x" * 501}, "Note is too long (maximum is 500 characters)"),
        (
            {"fields_attributes": [{"name": "x" * 256, "value": "y"}]},
            "Fields is too long (maximum is 255 characters)",
        ),
        (
            {"fields_attributes": [{"name": f"n{n}", "value": "y"} for n in range(5)]},
            "Fields is too long (maximum is 4 fields)",
        ),
    ],
)
def test_what_is_refused(own: Person, data: dict[str, Any], text: str) -> None:
    answer = own.moot.call("PATCH", "/api/v1/profile", own.token, json=data)
    assert answer.status == 422
    assert text in answer.json["error"]
    ((field, (detail,)),) = answer.json["details"].items()
    assert field in ("fields", *data)
    assert detail["error"] in ("ERR_TOO_LONG", "ERR_INVALID")
    assert text.endswith(detail["description"])


def test_the_older_way_takes_descriptions_too(own: Person) -> None:
    answer = own.moot.call(
        "PATCH", "/api/v1/accounts/update_credentials", own.token, json={"header_description": "hills"}
    )
    assert answer.json["header_description"] == "hills"


def test_a_profile_as_a_form_of_javascript(own: Person) -> None:
    path = "/api/v1/accounts/update_credentials"
    call = own.moot.call
    form = {"fields_attributes[0][name]": "home", "fields_attributes[0][value]": "here"}
    assert call("PATCH", path, own.token, data=form).json["fields"][0]["name"] == "home"
    assert (
        call("PATCH", path, own.token, data={"fields_attributes": "undefined"}).json["fields"][0]["name"]
        == "home"
    )
    assert (
        call("PUT", "/api/v1/profile", own.token, data={"display_name": "By PUT"}).json["display_name"]
        == "By PUT"
    )


# ── proving one's address ────────────────────────────────────────────────────────────────────────────────────────────


def test_confirming(tmp_path: Path) -> None:
    with running(tmp_path, (door,), confirm_email=True) as moot:
        new = moot.person("fresh", state=LoginState.UNCONFIRMED)
        moot.store.write(lambda tx: tx.text_sql(*["UPDATE addresses SET confirmed_at = NULL"] * 2))
        assert moot.call("GET", "/api/v1/accounts/verify_credentials", new.token).status == 403
        assert new.get("/api/v1/emails/check_confirmation") is False
        assert new.post("/api/v1/emails/confirmations") == {}
        assert new.post("/api/v1/emails/confirmations", email="other@example.org") == {}
        assert addresses(moot) == [("fresh@example.org",), ("other@example.org",)]
        moot.person("taken")
        answer = moot.call(
            "POST", "/api/v1/emails/confirmations", new.token, json={"email": "taken@example.org"}
        )
        assert answer.status == 422
        answer = moot.call("POST", "/api/v1/emails/confirmations", new.token, json={"email": "nonsense"})
        assert answer.status == 422
        done = moot.person("done")
        assert done.get("/api/v1/emails/check_confirmation") is True
        answer = moot.call("POST", "/api/v1/emails/confirmations", done.token)
        assert answer.status == 403
        assert "awaiting confirmation" in answer.json["error"]


def test_an_address_may_be_proven_where_nobody_asks_for_it(moot: Moot) -> None:
    """By the application that the account was made with, as Mastodon.py and masto.js try it."""
    wish = {
        "username": "newcomer",
        "email": "newcomer@example.org",
        "password": "long enough",
        "agreement": True,
    }
    made = moot.call("POST", "/api/v1/accounts", moot.token(None), json={**wish, "locale": "no such tongue"})
    token = made.json["access_token"]
    path = "/api/v1/emails/confirmations"
    assert moot.call("POST", path, token).json == {}
    assert moot.call("POST", path, token, json={"email": "newcomer@elsewhere.example"}).status == 403
    me = int(moot.call("GET", "/api/v1/accounts/verify_credentials", token).json["id"])
    other = moot.store.write(
        lambda tx: logins.issue_token(tx, account_id=me, app_id=None, scopes="read write")
    )
    assert moot.call("POST", path, str(other[1])).status == 403
    moot.store.write(lambda tx: logins.confirm_address(tx, me, "newcomer@example.org"))
    assert moot.call("POST", path, token).status == 403


def addresses(moot: Moot) -> list[Any]:
    text = "SELECT address FROM outbox WHERE kind = 'confirm' ORDER BY id"
    return list(moot.store.read(lambda tx: tx.text_sql(text, text).fetchall()))


# ── the year in review ───────────────────────────────────────────────────────────────────────────────────────────────

YEAR = datetime.now(UTC).year - 1


@pytest.fixture(scope="module")
def elder(moot: Moot) -> Person:
    person = moot.person("elder")
    friend = moot.person("friend")
    start = int(datetime(YEAR, 3, 5, tzinfo=UTC).timestamp() * 1000)

    def speak(tx: Tx) -> None:
        first = write(tx, friend.viewer, Draft(text="hello", happened_at=start)).id
        for n in range(3):
            write(tx, person.viewer, Draft(text=f"#Spring {n}", happened_at=start + n * 1000))
        write(
            tx, person.viewer, Draft(text="@friend yes", parent_id=first, happened_at=start + 40 * 86_400_000)
        )

    moot.store.write(speak)
    return person


def test_the_state_of_years(moot: Moot, elder: Person) -> None:
    def state(year: int) -> str:
        return str(elder.get(f"/api/v1/annual_reports/{year}/state")["state"])

    assert (state(YEAR), state(YEAR - 1), state(1999), state(YEAR + 2)) == ("eligible", *["ineligible"] * 3)
    assert elder.get("/api/v1/annual_reports") == {"annual_reports": [], "accounts": [], "statuses": []}
    for call in (f"/api/v1/annual_reports/{YEAR}", "/api/v1/annual_reports/20x5"):
        assert moot.call("GET", call, elder.token).status == 404


def test_a_report(moot: Moot, elder: Person) -> None:
    path = f"/api/v1/annual_reports/{YEAR}"
    begun = moot.call("POST", f"{path}/generate", elder.token)
    assert (begun.status, begun.json) == (202, {})
    refresh = begun.headers["mastodon-async-refresh"].split('"')[1]
    assert elder.get(f"{path}/state") == {"state": "generating"}
    running_ = elder.get(f"/api/v1_alpha/async_refreshes/{refresh}")["async_refresh"]
    assert (running_["id"], running_["status"]) == (refresh, "running")
    assert moot.call("GET", path, elder.token).status == 404
    row = JournalRow(0, "annual_report_asked", elder.id, int(refresh), {}, 0)
    for _ in range(2):
        asyncio.run_coroutine_threadsafe(compute(moot.house, [row]), moot.loop).result(20)
    assert elder.get(f"/api/v1_alpha/async_refreshes/{refresh}")["async_refresh"]["status"] == "finished"
    assert (
        moot.call("GET", f"/api/v1_alpha/async_refreshes/{refresh}", moot.person("spy").token).status == 404
    )
    assert moot.call("POST", f"{path}/generate", elder.token).status == 200
    found = elder.get(path)
    (report,) = found["annual_reports"]
    assert (report["year"], report["schema_version"], report["account_id"]) == (YEAR, 2, str(elder.id))
    data = report["data"]
    assert data["archetype"] == "lurker"
    assert data["type_distribution"] == {"total": 4, "reblogs": 0, "replies": 1, "polls": 0, "standalone": 3}
    assert data["top_hashtags"] == [{"name": "Spring", "count": 3}]
    friend = data["commonly_interacted_with_accounts"][0]["account_id"]
    assert {a["acct"] for a in found["accounts"]} == {"elder", "friend"}
    assert friend in [a["id"] for a in found["accounts"]]
    assert [m["statuses"] for m in data["time_series"]][:5] == [0, 0, 3, 1, 0]
    assert elder.get("/api/v1/annual_reports")["annual_reports"] == [report]
    assert elder.post(f"{path}/read") == {}
    assert elder.get("/api/v1/annual_reports")["annual_reports"] == []
    assert elder.get(path)["annual_reports"] == [report]


def test_the_weeks_at_the_end_of_a_year() -> None:
    def campaign(month: int, day: int) -> int | None:
        return annual.campaign(int(datetime(2031, month, day, 12, tzinfo=UTC).timestamp() * 1000))

    assert [campaign(12, 9), campaign(12, 10), campaign(12, 31), campaign(1, 1)] == [None, 2031, 2031, None]
