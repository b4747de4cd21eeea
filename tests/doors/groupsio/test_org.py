"""The domain that the server speaks for."""

from __future__ import annotations

from tests.doors.groupsio.conftest import Town, shape

from folkmoot.wire.groupsio.user import EnterpriseInfo, Org


def test_the_org(quiet_town: Town) -> None:
    org = quiet_town.client("bob").ok("getorg")
    assert list(org) == list(Org.__struct_fields__)
    assert (org["object"], org["domain"]) == ("org", quiet_town.house.settings.domain)
    assert org["sso_client_secret"] == ""
    assert org["created"].endswith("Z")
    assert shape(org)["id"] == "number"
    assert quiet_town.client().get("getorg").json()["type"] == "authentication"


def test_what_everybody_is_told(quiet_town: Town) -> None:
    client = quiet_town.client()
    for call in ("enterpriseinfo", "getenterpriseinfo"):
        for domain in ("lists.test", "127.0.0.1", "LISTS.TEST"):
            info = client.ok(call, domain=domain)
            assert list(info) == list(EnterpriseInfo.__struct_fields__)
            assert (info["object"], info["title"]) == ("enterprise_info", quiet_town.house.settings.title)
    assert client.refused("enterpriseinfo", domain="elsewhere.test") == ("bad_request", "invalid domain")
    assert client.refused("enterpriseinfo") == ("bad_request", "invalid domain")
