"""Every list about posts and people by the table: page sizes at and beyond the edge, cursors, the Link header."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.doors.mastodon.contract_calls import HAPPY, TABLE
from tests.doors.mastodon.contract_crowd import LISTS, Crowd
from tests.doors.mastodon.moot import Answer, Moot

ALL_AT_ZERO = "lists.accounts"
"""Where a limit of nothing means everybody (observed)."""


@pytest.fixture(scope="module")
def crowd(town: Moot) -> Crowd:
    return Crowd(town)


def path_of(crowd: Crowd, name: str) -> str:
    return re.sub(r":\w+", LISTS[name][1](crowd), TABLE[name]["path"])


def ask(crowd: Crowd, name: str, **page: Any) -> Answer:
    who, _, params = LISTS[name]
    found = crowd.moot.call("GET", path_of(crowd, name), crowd.of[who].token, params={**params, **page})
    assert found.status == 200, found.body[:300]
    return found


def items(found: Answer) -> list[str]:
    """What tells the entries of a page apart."""
    body = found.json
    if isinstance(body, dict):
        return [group["group_key"] for group in body["notification_groups"]]
    return [one if isinstance(one, str) else str(one["id"]) for one in body]


def links(found: Answer) -> dict[str, str]:
    header = found.headers.get("link", "")
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


def cursors(url: str) -> set[str]:
    return {key for key, _ in parse_qsl(urlsplit(url).query)} & {"max_id", "min_id", "since_id", "offset"}


def limits(name: str) -> tuple[int, int]:
    param = next(p for p in TABLE[name]["params"] if p["name"] == "limit")
    return param["default"], param["max"]


def follow(crowd: Crowd, name: str, url: str) -> Answer:
    found = crowd.moot.call("GET", url, crowd.of[LISTS[name][0]].token)
    assert found.status == 200, found.body[:300]
    return found


def test_every_list_is_walked() -> None:
    paged = {n for n in HAPPY if TABLE[n]["pagination"]["kind"] in ("item_id", "link_only")}
    assert paged - {"grouped_notifications.get-group-accounts"} == set(LISTS)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_sizes_of_pages(crowd: Crowd, name: str) -> None:
    default, most = limits(name)
    assert len(items(ask(crowd, name))) == default
    for limit in (most, most + 1, -most - 1, 10**9, 10**30):
        assert len(items(ask(crowd, name, limit=limit))) == most, limit
    for limit in (1, most - 1, -3, "2junk"):
        wanted = 2 if limit == "2junk" else abs(int(limit))
        assert len(items(ask(crowd, name, limit=limit))) == wanted, limit
    for limit in (0, "many"):
        found = ask(crowd, name, limit=limit)
        if name == ALL_AT_ZERO:
            assert len(items(found)) > most
        else:
            assert items(found) == []
            assert "link" not in found.headers


@pytest.mark.parametrize("name", sorted(LISTS))
def test_links_name_the_cursors_and_keep_the_rest(crowd: Crowd, name: str) -> None:
    paging, params = TABLE[name]["pagination"], LISTS[name][2]
    found = links(ask(crowd, name, limit=5))
    assert cursors(found["next"]) == {paging["link_next"]}
    assert cursors(found["prev"]) == {paging["link_prev"]}
    for url in found.values():
        assert url.startswith(crowd.moot.url + path_of(crowd, name) + "?")
        kept = dict(parse_qsl(urlsplit(url).query))
        assert kept["limit"] == "5"
        assert {key: kept.get(key) for key in params} == params


@pytest.mark.parametrize("name", sorted(LISTS))
def test_there_and_back(crowd: Crowd, name: str) -> None:
    """All pages by next give each item once, in an order that larger pages have too; prev leads back."""
    _, most = limits(name)
    forth, page = [ask(crowd, name, limit=7)], 0
    while "next" in links(forth[-1]):
        forth.append(follow(crowd, name, links(forth[-1])["next"]))
        page += 1
        assert page < 60
    seen = [item for found in forth for item in items(found)]
    assert len(seen) == len(set(seen)) >= most
    assert items(ask(crowd, name, limit=most)) == seen[:most]
    full = [found for found in forth if items(found)]
    if TABLE[name]["pagination"]["link_when"] == "page not empty":
        assert "next" in links(full[-1])
    if TABLE[name]["pagination"]["link_prev"] == "since_id":
        above = follow(crowd, name, links(full[2])["prev"])
        assert items(above) == seen[:7]
        last = links(full[0])["prev"]
    else:
        back = full[-1]
        for wanted in reversed(full[:-1]):
            back = follow(crowd, name, links(back)["prev"])
            assert items(back) == items(wanted)
        last = links(back)["prev"]
    newest = follow(crowd, name, last)
    assert items(newest) == []
    assert "link" not in newest.headers


@pytest.mark.parametrize("name", sorted(LISTS))
def test_cursors_that_are_none(crowd: Crowd, name: str) -> None:
    first = items(ask(crowd, name, limit=3))
    for cursor in ("max_id", "since_id", "min_id"):
        for junk in ("", "x", "-1", "1.5", "9" * 60):
            assert crowd.moot.call(
                "GET",
                path_of(crowd, name),
                crowd.of[LISTS[name][0]].token,
                params={**LISTS[name][2], "limit": 3, cursor: junk},
            ).status in (200, 404, 422)
    assert items(ask(crowd, name, limit=3, max_id="")) == first


BY_ROWS = sorted(name for name in LISTS if TABLE[name]["pagination"]["kind"] == "link_only")


@pytest.mark.parametrize("name", [n for n in BY_ROWS if n not in ("domain_blocks.get", "conversations.get")])
def test_ids_of_items_are_no_cursors(crowd: Crowd, name: str) -> None:
    """What the header names is a row of its own, never the listed item."""
    found = ask(crowd, name, limit=4)
    cursor = dict(parse_qsl(urlsplit(links(found)["next"]).query))["max_id"]
    assert cursor not in items(found)
