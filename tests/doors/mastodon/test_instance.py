"""What the place says of itself: both instance documents, texts, terms, rules, and the small ones around them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.doors.mastodon.moot import Moot, running

from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.errors import Forbidden, Invalid
from folkmoot.domain.people import accounts
from folkmoot.domain.place import place
from folkmoot.doors.mastodon import door

STAFF = Viewer.system()


@pytest.fixture(scope="module")
def rule(moot: Moot) -> int:
    def write(tx: object) -> int:
        first = place.add_rule(tx, STAFF, "Be kind", "Even when you are right")  # type: ignore[arg-type]  # a Tx
        place.translate_rule(tx, STAFF, first, "de", "Sei freundlich")  # type: ignore[arg-type]  # a Tx
        place.add_rule(tx, STAFF, "No noise")  # type: ignore[arg-type]  # a Tx
        place.set_terms(tx, STAFF, "2020-01-01", "Old **terms**")  # type: ignore[arg-type]  # a Tx
        place.set_terms(tx, STAFF, "2021-06-01", "Terms of *today*")  # type: ignore[arg-type]  # a Tx
        place.set_terms(tx, STAFF, "2999-01-01", "Terms to come")  # type: ignore[arg-type]  # a Tx
        return first

    return moot.store.write(write)


def test_v2_is_complete(moot: Moot, rule: int) -> None:
    found = moot.get("/api/v2/instance/")
    assert re.match(r"4\.6\.0 \(compatible; Folkmoot ", found["version"])
    assert found["api_versions"] == {"mastodon": 10}
    configuration = found["configuration"]
    assert configuration["urls"] == {
        "streaming": "ws" + moot.url.removeprefix("http"),
        "status": None,
        "about": f"{moot.url}/about",
        "privacy_policy": f"{moot.url}/privacy",
        "terms_of_service": f"{moot.url}/terms",
    }
    assert configuration["accounts"] == {
        "max_display_name_length": 30,
        "max_note_length": 500,
        "max_avatar_description_length": 150,
        "max_header_description_length": 150,
        "max_featured_tags": 10,
        "max_pinned_statuses": 5,
        "max_profile_fields": 4,
        "profile_field_name_limit": 255,
        "profile_field_value_limit": 255,
    }
    assert configuration["statuses"]["characters_reserved_per_url"] == 23
    assert configuration["media_attachments"]["description_limit"] == 1500
    assert "image/png" in configuration["media_attachments"]["supported_mime_types"]
    assert configuration["polls"]["min_expiration"] == 300
    assert configuration["translation"] == {"enabled": False}
    assert configuration["timelines_access"]["live_feeds"] == {"local": "public", "remote": "public"}
    assert len(configuration["vapid"]["public_key"]) > 60
    assert found["registrations"]["enabled"] is True
    assert found["icon"][0]["size"] == "128x128"
    assert moot.call("GET", found["icon"][0]["src"].removeprefix(moot.url)).status in (200, 404)
    assert [r["text"] for r in found["rules"]] == ["Be kind", "No noise"]


def test_v1_still_has_what_old_clients_read(moot: Moot, rule: int) -> None:
    found = moot.get("/api/v1/instance")
    assert found["uri"] == moot.house.settings.domain
    assert found["urls"]["streaming_api"].startswith("ws://")
    assert set(found["stats"]) == {"user_count", "status_count", "domain_count"}
    assert found["configuration"]["accounts"] == {"max_featured_tags": 10}
    assert found["rules"][0]["id"] == str(rule)


def test_rules_in_their_order_with_translations(moot: Moot, rule: int) -> None:
    first, second = moot.get("/api/v1/instance/rules")
    assert first == {
        "id": str(rule),
        "text": "Be kind",
        "hint": "Even when you are right",
        "translations": {"de": {"text": "Sei freundlich", "hint": ""}},
    }
    moot.store.write(lambda tx: place.move_rule(tx, STAFF, int(second["id"]), 1))
    assert [r["text"] for r in moot.get("/api/v1/instance/rules")] == ["No noise", "Be kind"]
    moot.store.write(lambda tx: place.move_rule(tx, STAFF, rule, 1))
    extra = moot.store.write(lambda tx: place.add_rule(tx, STAFF, "Gone soon"))
    moot.store.write(lambda tx: place.remove_rule(tx, STAFF, extra))
    assert len(moot.get("/api/v1/instance/rules")) == 2
    assert moot.store.read(lambda tx: place.rules_by_ids(tx, [extra]))[0].text == "Gone soon"


def test_only_admins_write_what_the_place_says(moot: Moot) -> None:
    member = Viewer(moot.person("texter").id, int(Role.MODERATOR))
    for verb in (
        lambda tx: place.add_rule(tx, member, "Mine"),
        lambda tx: place.set_text(tx, member, "privacy", "x"),
        lambda tx: place.set_terms(tx, member, "2024-01-01", "x"),
    ):
        with pytest.raises(Forbidden):
            moot.store.write(verb)
    for wrong in (
        lambda tx: place.add_rule(tx, STAFF, "  "),
        lambda tx: place.add_rule(tx, STAFF, "x" * 301),
        lambda tx: place.set_text(tx, STAFF, "nonsense", "x"),
        lambda tx: place.set_terms(tx, STAFF, "2024-02-30", "x"),
        lambda tx: place.set_text(tx, STAFF, "privacy", "x" * 100_001),
    ):
        with pytest.raises(Invalid):
            moot.store.write(wrong)


def test_texts(moot: Moot) -> None:
    empty = moot.get("/api/v1/instance/extended_description")
    assert empty == {"updated_at": "1970-01-01T00:00:00.000Z", "content": ""}
    assert "They have not written" in moot.get("/api/v1/instance/privacy_policy")["content"]
    moot.store.write(
        lambda tx: place.set_text(tx, STAFF, "description", "# Here\n\n<script>alert(1)</script>")
    )
    found = moot.get("/api/v1/instance/extended_description")
    assert found["content"].startswith("<h1>Here</h1>")
    assert "<script" not in found["content"]
    assert found["updated_at"] > "2020"
    moot.store.write(lambda tx: place.set_text(tx, STAFF, "description", " "))
    assert moot.get("/api/v1/instance/extended_description") == empty


def test_terms_by_date(moot: Moot, rule: int) -> None:
    now = moot.get("/api/v1/instance/terms_of_service")
    assert now == {
        "effective_date": "2021-06-01",
        "effective": True,
        "content": "<p>Terms of <em>today</em></p>",
        "succeeded_by": "2999-01-01",
    }
    assert moot.get("/api/v1/instance/terms_of_service/2021-06-01") == now
    assert moot.get("/api/v1/instance/terms_of_service", date="2020-01-01")["succeeded_by"] == "2021-06-01"
    to_come = moot.get("/api/v1/instance/terms_of_service/2999-01-01")
    assert (to_come["effective"], to_come["succeeded_by"]) == (False, None)
    for day in ("2021-06-02", "x", "2021-6-1"):
        assert moot.call("GET", f"/api/v1/instance/terms_of_service/{day}").status == 404


def test_without_terms(tmp_path: Path) -> None:
    with running(tmp_path, (door,)) as bare:
        assert bare.call("GET", "/api/v1/instance/terms_of_service").status == 404
        assert bare.get("/api/v2/instance")["configuration"]["urls"]["terms_of_service"] is None
        bare.store.write(lambda tx: place.set_terms(tx, STAFF, "2999-01-01", "To come"))
        assert bare.get("/api/v1/instance/terms_of_service")["effective"] is False


def test_small_documents(moot: Moot) -> None:
    assert moot.get("/api/v1/instance/peers") == []
    assert moot.get("/api/v1/peers/search", q="ex") == []
    assert moot.get("/api/v1/instance/domain_blocks") == []
    assert moot.get("/api/v1/instance/translation_languages") == {}
    assert {"code": "en", "name": "English"} in moot.get("/api/v1/instance/languages")
    assert len(moot.get("/api/v1/instance/activity")) == 12
    someone = moot.person("smalls")
    assert moot.call("GET", "/api/v1/donation_campaigns", someone.token).status == 204
    assert moot.call("GET", "/api/v1/streaming").status == 404
    assert moot.call("POST", f"/api/v1/accounts/{someone.id}/email_subscriptions").status == 404
    assert moot.call("GET", "/.well-known/change-password").headers["location"] == "/settings#password"


def test_peers_are_the_servers_of_known_accounts(moot: Moot) -> None:
    def add(tx: object) -> None:
        id_ = accounts.new_account(tx, name="far", kind=accounts.Kind.PERSON)  # type: ignore[arg-type]  # a Tx
        tx.update(  # type: ignore[attr-defined]  # a Tx
            accounts.accounts, {"id": id_}, domain="far.example"
        )

    moot.store.write(add)
    assert moot.get("/api/v1/peers/search", q="AR.ex") == ["far.example"]
    assert moot.get("/api/v1/instance/peers") == ["far.example"]


def test_webfinger_and_preferences(moot: Moot) -> None:
    someone = moot.person("fingered")
    found = moot.get("/.well-known/webfinger", resource=f"acct:fingered@{moot.house.settings.domain}")
    assert {link["rel"] for link in found["links"]} >= {"self", "http://webfinger.net/rel/profile-page"}
    keys = set(someone.get("/api/v1/preferences"))
    assert {"posting:default:visibility", "reading:expand:media", "reading:autoplay:gifs"} <= keys
