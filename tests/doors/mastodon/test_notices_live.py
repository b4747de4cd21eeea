"""What streams tell of notices and direct posts: conversations, what was set aside, and what was let in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.doors.mastodon.stream_server import Town, town

from folkmoot.domain.access import Audience
from folkmoot.domain.notices import notice_requests, notice_rules
from folkmoot.domain.notices.notice_rules import Choice
from folkmoot.domain.paging import Page
from folkmoot.domain.posts import exchanges
from folkmoot.settings import Settings

DIRECT = "/api/v1/streaming/direct"
NOTICES = "/api/v1/streaming/user/notification"


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


async def write(place: Town, act: Any) -> Any:
    return await asyncio.to_thread(place.store.write, act)


async def test_the_direct_stream_carries_conversations(place: Town) -> None:
    ann, bob, eve = place.person("ann"), place.person("bob"), place.person("eve")
    place.follow(bob, ann)
    async with (
        place.events(DIRECT, place.token(ann)) as mine,
        place.events(DIRECT, place.token(bob)) as theirs,
        place.events(DIRECT, place.token(eve)) as hers,
    ):
        await place.connected(3)
        post = await asyncio.to_thread(place.post, ann, "@bob psst", audience=Audience.DIRECT)
        await asyncio.to_thread(place.post, ann, "aloud, @bob and @eve")
        event, talk = await theirs.next()
        assert (event, talk["unread"], talk["last_status"]["id"]) == ("conversation", True, str(post))
        assert [a["acct"] for a in talk["accounts"]] == ["ann"]
        event, talk = await mine.next()
        assert (event, talk["unread"], [a["acct"] for a in talk["accounts"]]) == (
            "conversation",
            False,
            ["bob"],
        )
        (kept,) = place.store.read(lambda tx: exchanges.listing(tx, ann, Page()))
        assert talk["id"] == str(kept.id)
        assert await hers.silent()
        assert await theirs.silent()


async def test_what_is_set_aside_is_not_sent_until_it_is_let_in(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.store.write(lambda tx: notice_rules.choose(tx, ann, {"not_followed": Choice.ASIDE}))
    async with (
        place.events(NOTICES, place.token(ann)) as events,
        place.events(DIRECT, place.token(ann)) as talks,
    ):
        await place.connected(2)
        await asyncio.to_thread(place.post, bob, "@ann hello")
        await asyncio.to_thread(place.post, bob, "@ann psst", audience=Audience.DIRECT)
        assert await events.silent()
        assert await talks.silent()
        (request,) = place.store.read(lambda tx: notice_requests.listing(tx, ann, Page()))
        await write(place, lambda tx: notice_requests.accept(tx, ann, [request.id]))
        assert await events.next() == ("notifications_merged", 1)
        event, talk = await talks.next()
        assert (event, talk["unread"]) == ("conversation", True)
        await asyncio.to_thread(place.post, bob, "@ann again")
        event, told = await events.next()
        assert (event, told["type"]) == ("notification", "mention")
