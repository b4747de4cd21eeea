"""What the node says of itself: configuration, limits, languages, terms, settings; and that it knows no places."""

from __future__ import annotations

import time
from pathlib import Path

from tests.doors.friendica.node import Node, name_of, running, tree

from folkmoot.domain.access import Viewer
from folkmoot.domain.place import place


def test_before_anybody_logs_in(plain_node: Node) -> None:
    with plain_node.client(None) as nobody:
        for name in ("statusnet", "gnusocial"):
            site = nobody.get(f"/api/{name}/config.json").json()["site"]
            assert (site["textlimit"], site["closed"], site["private"], site["ssl"]) == (
                "5000",
                "false",
                "false",
                "false",
            )
            assert site["server"] == "127.0.0.1"
            assert site["friendica"]["FRIENDICA_PLATFORM"] == "Friendica"
            root = tree(nobody.get(f"/api/{name}/config.xml"))
            assert (root.tag, root[0].tag, root[0].find("textlimit").text) == ("config", "site", "5000")
            assert nobody.get(f"/api/{name}/version").json() == "0.9.7"
            assert (tree(nobody.get(f"/api/{name}/version.xml")).text) == "0.9.7"
        assert nobody.post("/api/1.1/help/test.json").json() == "ok"
        root = tree(nobody.get("/api/help/test.xml"))
        assert (root.tag, root.text) == ("ok", "true")


def test_limits_that_are_not_there(plain_node: Node) -> None:
    with plain_node.client() as alice:
        told = alice.get("/api/account/rate_limit_status.json").json()
        assert list(told) == ["remaining_hits", "hourly_limit", "reset_time_in_seconds", "reset_time"]
        assert (told["remaining_hits"], told["hourly_limit"]) == (150, 150)
        assert 3500 < told["reset_time_in_seconds"] - time.time() <= 3600
        assert (
            time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(told["reset_time_in_seconds"]))
            == told["reset_time"]
        )
        root = tree(alice.get("/api/account/rate_limit_status.xml"))
        assert (root.tag, [e.tag for e in root]) == (
            "hash",
            ["remaining-hits", "hourly-limit", "reset_time_in_seconds", "reset-time"],
        )
        assert root[0].attrib == {"type": "integer"}
        assert root[3].text.endswith("Z")
        families = alice.get("/api/application/rate_limit_status.json").json()["resources"]
        assert families["statuses"]["/statuses/home_timeline"]["limit"] == 150
        some = alice.get("/api/1.1/application/rate_limit_status.json?resources=help,direct_messages").json()
        assert set(some) == {"rate_limit_context", "resources"}
        assert set(some["resources"]) == {"help", "direct_messages"}


def test_limits_that_are_there(tmp_path: Path) -> None:
    with running(tmp_path, rate_limits=True) as node, node.client() as alice:
        first = alice.get("/api/account/rate_limit_status.json").json()
        assert (first["hourly_limit"], first["remaining_hits"]) == (1500, 1499)
        found = alice.get("/api/application/rate_limit_status.json").json()["resources"]["statuses"]
        assert found["/statuses/home_timeline"] == {
            "limit": 1500,
            "remaining": 1498,
            "reset": first["reset_time_in_seconds"],
        }


def test_help(plain_node: Node) -> None:
    with plain_node.client() as alice:
        limits = alice.get("/api/help/configuration.json").json()
        assert limits["dm_text_character_limit"] == 5000
        assert limits["photo_size_limit"] == plain_node.house.settings.media_max_bytes
        assert limits["photo_sizes"]["thumb"] == {"w": 150, "h": 150, "resize": "crop"}
        assert "admin" in limits["non_username_paths"]
        languages = alice.get("/api/help/languages.json").json()
        assert {"code": "en", "name": "English", "status": "production"} in languages
        assert alice.get("/api/help/privacy.json").json() == {"privacy": ""}
        assert alice.get("/api/help/tos.json").json() == {"tos": ""}
        plain_node.house.store.write(
            lambda tx: place.set_text(tx, Viewer.system(), "privacy", "We keep *little*.")
        )
        plain_node.house.store.write(lambda tx: place.add_rule(tx, Viewer.system(), "Be kind"))
        assert alice.get("/api/help/privacy.json").json() == {"privacy": "We keep *little*."}
        assert alice.get("/api/help/tos.json").json() == {"tos": "1. Be kind"}
        assert alice.get("/api/help/tos.xml").status_code == 501
    with plain_node.client(None) as nobody:
        for call in ("configuration", "languages", "privacy", "tos"):
            assert nobody.get(f"/api/help/{call}.json").status_code == 401


def test_settings(plain_node: Node) -> None:
    with plain_node.client("bob") as bob:
        told = bob.get("/api/account/settings.json").json()
        assert list(told) == [
            "screen_name", "protected", "language", "geo_enabled", "always_use_https", "discoverable_by_email",
            "use_cookie_personalization", "time_zone", "sleep_time", "trend_location",
        ]  # fmt: skip
        assert (told["screen_name"], told["language"]) == ("bob", "en")
        assert told["time_zone"] == {"name": "UTC", "tzinfo_name": "UTC", "utc_offset": 0}
        assert bob.get("/api/account/settings.json?lang=de").json()["language"] == "en", (
            "reading changes nothing"
        )
        assert bob.post("/api/1.1/account/settings.json", data={"lang": "de"}).json()["language"] == "de"
        assert bob.get("/api/account/settings").json()["language"] == "de"
        assert bob.post("/api/account/settings.json", data={"lang": "klingon"}).status_code == 400
        assert bob.post("/api/account/settings.json", data={"time_zone": "Berlin"}).status_code == 200


def test_no_places_and_no_devices(plain_node: Node) -> None:
    with plain_node.client() as alice, plain_node.client(None) as nobody:
        for call in ("search.json?query=x", "reverse_geocode.json?lat=1&long=2"):
            assert alice.get(f"/api/geo/{call}").json()["result"] == {"places": []}
            assert nobody.get(f"/api/geo/{call}").status_code == 401
        for method, path in (
            ("GET", "/api/geo/id/df51dec6f4ee2b2c.json"),
            ("POST", "/api/geo/place.json"),
            ("POST", "/api/account/update_delivery_device.json?device=sms"),
        ):
            answer = alice.request(method, path)
            assert (answer.status_code, answer.json()["error"]) == (501, "Not Implemented"), path
            assert answer.json()["code"] == "501 Not Implemented"
            assert nobody.request(method, path).status_code == 401
        answer = alice.post("/api/account/update_delivery_device.json", data={"device": "none"})
        assert answer.json()["screen_name"] == "alice"


def test_going_to_a_contact(plain_node: Node) -> None:
    path = "/api/friendica/remoteauth"
    mine = f"{plain_node.url}/@bob"
    with plain_node.client() as alice:
        for params, text in (
            ({}, "Wrong parameters."),
            ({"c_url": mine}, "Wrong parameters."),
            ({"c_url": "https://far.example/profile/x", "url": mine}, "Unknown contact"),
            ({"c_url": mine, "url": "https://evil.example/"}, "Unknown contact"),
            ({"c_url": mine, "url": plain_node.url + ".evil.example/"}, "Unknown contact"),
        ):
            answer = alice.get(path, params=params)
            assert (answer.status_code, answer.json()["error"]) == (400, text), params
        answer = alice.get(path, params={"c_url": mine, "url": mine})
        assert (answer.status_code, answer.headers["location"]) == (302, mine)
    with plain_node.client(None) as nobody:
        assert nobody.get(path).status_code == 401
        assert name_of(tree(nobody.get("/api/friendica/notifications.xml"))) == "status"
