"""Rate limits: every rule of the contract, by token, account or address, with its headers; none with the switch off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.doors.mastodon.moot import Answer, Moot, Person, running
from tests.support.server import running_server

from folkmoot.doors.mastodon import door
from folkmoot.doors.mastodon.limits import RULES

OWN = "/api/v1/accounts/verify_credentials"


@pytest.fixture
def moot(tmp_path: Path) -> Iterator[Moot]:
    """A server with limits, whose clock stands still in the middle of all windows."""
    with running(tmp_path, (door,), rate_limits=True, trusted_proxies="127.0.0.1") as up:
        moment = 1_800_000_000_000 // 86_400_000 * 86_400_000 + 60_000
        up.house.clock = lambda: moment  # a test must not fall on the edge of a window
        yield up


def limits(answer: Answer) -> tuple[int, int]:
    return int(answer.headers["x-ratelimit-limit"]), int(answer.headers["x-ratelimit-remaining"])


def used_up(moot: Moot, count: int, method: str, path: str, token: str | None = None, **more: Any) -> Answer:
    """Call until nothing is left; how the call after that is answered."""
    for n in range(count):
        found = moot.call(method, path, token, **more)
        assert found.status != 429, (n, found.body)
    assert limits(found) == (count, 0), dict(found.headers)
    return moot.call(method, path, token, **more)


def test_a_token_has_300_in_five_minutes_and_the_account_1500(moot: Moot) -> None:
    ann = moot.person("ann")
    first = moot.call("GET", OWN, ann.token)
    assert limits(first) == (300, 299)
    reset = first.headers["x-ratelimit-reset"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", reset)
    left = (
        datetime.strptime(reset, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).timestamp()
        - moot.house.clock() / 1000
    )
    assert 0 < left <= 300
    throttled = used_up(moot, 299 + 1, "GET", OWN, moot.token(ann.id))
    assert throttled.status == 429
    assert throttled.json == {"error": "Too many requests"}
    assert limits(throttled) == (300, 0)
    assert int(throttled.headers["retry-after"]) == left
    assert limits(moot.call("GET", OWN, ann.token)) == (300, 298)  # another token of hers goes on
    assert moot.call("GET", OWN, moot.person("bob").token).status == 200


def test_an_account_has_1500_over_all_tokens(moot: Moot) -> None:
    ann = moot.person("ann")
    rule = next(r for r in RULES if r.name == "account")
    assert (rule.limit, rule.window) == (1500, 300)
    for _ in range(5):
        token = moot.token(ann.id)
        for _ in range(299):
            moot.call("GET", "/api/v1/preferences", token)
    last = moot.call("GET", OWN, moot.token(ann.id))
    assert limits(last) == (1500, 4)  # the tightest is told
    for _ in range(4):
        assert moot.call("GET", OWN, moot.token(ann.id)).status == 200
    assert moot.call("GET", OWN, moot.token(ann.id)).status == 429


def test_nobody_has_300_by_address(moot: Moot) -> None:
    path = "/api/v1/custom_emojis"
    here, near, far = (
        {"x-forwarded-for": ip} for ip in ("2001:db8:1:2::5", "2001:db8:1:2:9::", "2001:db8:1:3::")
    )
    throttled = used_up(moot, 300, "GET", path, headers=here)
    assert throttled.status == 429
    assert moot.call("GET", path, headers=near).status == 429  # one household, one /64
    assert moot.call("GET", path, headers=far).status == 200
    assert moot.call("GET", OWN, "wrong", headers=here).status == 429  # guessing tokens is asking without one
    assert moot.call("GET", OWN, moot.person("ann").token, headers=here).status == 200


def test_paging_has_300_in_fifteen_minutes(moot: Moot) -> None:
    ann = moot.person("ann")
    path = "/api/v1/bookmarks?max_id=5"
    for _ in range(2):
        token = moot.token(ann.id)
        for _ in range(149):
            assert moot.call("GET", path, token).status == 200
    token = moot.token(ann.id)
    assert limits(moot.call("GET", "/api/v1/bookmarks", token)) == (300, 299)  # the first page is no paging
    assert limits(moot.call("GET", path, token)) == (300, 1)
    assert limits(moot.call("GET", "/api/v1/bookmarks?limit=2&since_id=1", token)) == (300, 0)
    assert moot.call("GET", path, token).status == 429
    assert moot.call("GET", "/api/v1/bookmarks", token).status == 200


@pytest.mark.parametrize(
    ("name", "method", "path", "limit"),
    [
        ("media", "POST", "/api/v2/media", 30),
        ("media", "POST", "/api/v1/media", 30),
        ("delete", "DELETE", "/api/v1/statuses/1", 30),
        ("delete", "POST", "/api/v1/statuses/1/unreblog", 30),
        ("write", "POST", "/api/v1/statuses", 300),
        ("write", "PUT", "/api/v1/statuses/1", 300),
        ("write", "POST", "/api/v1/statuses/1/reblog", 300),
        ("follow", "POST", "/api/v1/accounts/1/follow", 400),
    ],
)
def test_rules_of_accounts(moot: Moot, name: str, method: str, path: str, limit: int) -> None:
    """What is refused for other reasons counts too: asking is what is limited."""
    ann = moot.person("ann")
    (found,) = {(r.limit, r.window) for r in RULES if r.name == name}
    assert found[0] == limit
    for _ in range(limit - 1):
        moot.call(method, path, moot.token(ann.id)) if limit > 200 else moot.call(method, path, ann.token)
    assert limits(moot.call(method, path, moot.token(ann.id))) == (limit, 0)
    assert moot.call(method, path, moot.token(ann.id)).status == 429
    assert moot.call("GET", OWN, ann.token).status == 200
    assert moot.call(method, path, moot.person("bob").token).status != 429


def test_deleting_and_unboosting_count_together(moot: Moot) -> None:
    ann = moot.person("ann")
    for _ in range(15):
        moot.call("DELETE", "/api/v1/statuses/1", ann.token)
        moot.call("POST", "/api/v1/statuses/2/unreblog/", ann.token)
    assert moot.call("DELETE", "/api/v1/statuses/1", ann.token).status == 429


def test_registering_applications_and_accounts_has_5_by_address(moot: Moot) -> None:
    here, there = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "192.0.2.8"}
    form = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    throttled = used_up(moot, 5, "POST", "/api/v1/apps", headers=here, data=form)
    assert throttled.status == 429
    assert moot.call("POST", "/api/v1/apps", headers=there, data=form).status == 200
    app = moot.token(None, "write:accounts")
    throttled = used_up(moot, 5, "POST", "/api/v1/accounts", app, headers=here)
    assert throttled.status == 429
    assert moot.call("POST", "/api/v1/accounts", app, headers=there).status != 429


def test_the_clients_own_word_for_its_address_is_not_believed(tmp_path: Path) -> None:
    with running_server(tmp_path, rate_limits=True) as up:
        moot = Moot(up.house)
        up.house.clock = lambda: 1_800_000_060_000
        form = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
        statuses = [
            moot.call("POST", "/api/v1/apps", data=form, headers={name: f"192.0.2.{n}"}).status
            for n, name in enumerate(["x-forwarded-for", "forwarded", "x-real-ip"] * 2)
        ]
        assert statuses == [200] * 5 + [429]
        moot.http.close()


def test_a_new_window_begins(moot: Moot) -> None:
    form = {"client_name": "App", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    assert used_up(moot, 5, "POST", "/api/v1/apps", data=form).status == 429
    later = moot.house.clock() + 600_000
    moot.house.clock = lambda: later
    assert moot.call("POST", "/api/v1/apps", data=form).status == 200


def test_headers_are_shown_to_browsers_and_absent_without_limits(moot: Moot, tmp_path: Path) -> None:
    ann: Person = moot.person("ann")
    found = moot.call("GET", OWN, ann.token, headers={"origin": "https://elsewhere.example"})
    exposed = {name.strip() for name in found.headers["access-control-expose-headers"].split(",")}
    assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= exposed
    with running(tmp_path / "free", (door,)) as free:
        one = free.person("ann")
        for _ in range(310):
            found = free.call("GET", "/api/v1/preferences", one.token)
        assert found.status == 200
        assert "x-ratelimit-limit" not in found.headers
