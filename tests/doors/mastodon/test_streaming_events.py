"""Streams: each event carries what the REST endpoints answer, for its reader, with the reader's own exceptions."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from tests.doors.mastodon.stream_server import (
    Town,
    ids_heard,
    quiet,
    said,
    settled,
    subscribe,
    town,
)

from folkmoot.domain.access import Audience, Role, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import bonds, circles, servers
from folkmoot.domain.place import announcements
from folkmoot.domain.posts import boosts, edits, polls, quotes, reactions
from folkmoot.domain.posts.drafts import Change
from folkmoot.domain.posts.polls import NewPoll
from folkmoot.domain.reading import owntags
from folkmoot.settings import Settings
from folkmoot.store.schema.accounts import accounts

USER = "/api/v1/streaming/user"
ALL = "read write follow"


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


async def rest(place: Town, path: str, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(base_url=f"http://{place.host}") as client:
        found = await client.get(path, headers=headers)
    assert found.status_code == 200, found.text
    return found.json()


def group(place: Town, owner: Viewer, *others: Viewer) -> int:
    def make(tx: Any) -> int:
        id_ = groups.create(tx, owner, groups.NewGroup(name="grove", description="a grove of old trees"))
        for other in others:
            members.put(tx, id_, other.account_id)
        return int(id_)

    return int(place.store.write(make))


def elsewhere(place: Town, who: Viewer, domain: str = "far.example") -> None:
    """Make somebody a person of another server."""
    place.store.write(lambda tx: tx.update(accounts, {"id": who.account_id}, domain=domain))


async def test_what_is_heard_is_what_is_read(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.follow(bob, ann)
    grove = group(place, ann, bob)
    mine, theirs = place.token(bob, ALL), place.token(ann, ALL)
    poll = NewPoll(options=["one", "two"], seconds=600)
    old = place.post(bob, "said before, in #trees")
    drafts: list[dict[str, Any]] = [
        {"text": "plain *words*, @bob and #trees"},
        {"text": "a warning", "warning": "careful", "language": "fr"},
        {"text": "choose #trees", "poll": poll},
        {"text": "look at that", "quote_of": old},
        {"text": "under the oak", "title": "Oaks", "group_id": grove},
        {"text": "an answer", "parent_id": old},
        {"text": "quiet", "audience": Audience.UNLISTED},
        {"text": "to friends", "audience": Audience.FOLLOWERS},
        {"text": "to @bob", "audience": Audience.DIRECT},
    ]
    async with (
        place.socket(f"?stream=user&access_token={mine}") as reader,
        place.socket(f"?stream=user&access_token={theirs}") as author,
        place.socket(f"?stream=hashtag&tag=trees&access_token={mine}") as large,
    ):
        await place.connected(3)
        for draft in drafts:
            post = await asyncio.to_thread(place.post, ann, **draft)
            for socket, token in ((reader, mine), (author, theirs)):
                event, heard = await _next_of(socket, "update")
                assert (event, heard["id"]) == ("update", str(post))
                assert heard == await rest(place, f"/api/v1/statuses/{post}", token), draft
        boost = await asyncio.to_thread(place.store.write, lambda tx: boosts.boost(tx, ann, old))
        heard = (await _next_of(reader, "update"))[1]
        assert heard == await rest(place, f"/api/v1/statuses/{boost}", mine)
        assert heard["reblog"]["id"] == str(old)
        for _ in range(2):
            heard = (await said(large))[2]
            assert heard.pop("filtered") == []
            now = await rest(place, f"/api/v1/statuses/{heard['id']}")
            now["account"]["statuses_count"] = heard["account"]["statuses_count"]  # she said more since
            assert heard == now
            assert not heard.keys() & {"favourited", "reblogged", "muted", "bookmarked", "pinned"}


async def _next_of(socket: Any, *events: str) -> tuple[str, Any]:
    while True:
        _, event, payload = await said(socket)
        if event in events:
            return event, payload


async def test_an_edit_of_a_poll_shows_each_reader_their_vote(place: Town) -> None:
    ann, bob, cat = place.person("ann"), place.person("bob"), place.person("cat")
    for who in (bob, cat):
        place.follow(who, ann)
    post = place.post(ann, "choose", poll=NewPoll(options=["one", "two"], seconds=600))
    poll = place.store.read(lambda tx: polls.of_posts(tx, bob, [post])[post])
    place.store.write(lambda tx: polls.vote(tx, bob, poll.id, [1]))
    place.store.write(lambda tx: reactions.react(tx, bob, post, reactions.Reaction.BOOKMARK))
    async with place.events(USER, place.token(bob)) as one, place.events(USER, place.token(cat)) as two:
        await place.connected(2)
        place.store.write(lambda tx: edits.edit(tx, ann, post, Change(text="choose well")))
        (event, his), (_, hers) = await one.next(), await two.next()
        assert event == "status.update"
        assert (his["poll"]["voted"], his["poll"]["own_votes"], his["bookmarked"]) == (True, [1], True)
        assert (hers["poll"]["voted"], hers["poll"]["own_votes"], hers["bookmarked"]) == (False, [], False)


async def test_a_quote_that_is_taken_away_is_shown_so(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    quoted = place.post(ann, "quote me")
    quoting = place.post(bob, "as she says", quote_of=quoted)
    async with place.events(USER, place.token(bob)) as events:
        await place.connected(1)
        place.store.write(lambda tx: quotes.revoke(tx, ann, quoted, quoting))
        event, status = await events.next()
        assert (event, status["id"], status["quote"]["state"]) == ("status.update", str(quoting), "revoked")
        place.store.write(lambda tx: reactions.react(tx, bob, quoted, reactions.Reaction.LIKE))
        assert await events.silent(0.2)  # what others do to a post is no news of it


async def test_announcements_reach_everybody(place: Town) -> None:
    ann, bob = place.person("ann", role=Role.ADMIN), place.person("bob")
    staff = Viewer(ann.account_id, Role.ADMIN)
    async with (
        place.events(USER, place.token(bob)) as events,
        place.socket(f"?stream=user&access_token={place.token(ann)}") as socket,
    ):
        await place.connected(2)
        wish = announcements.Wish(text="We meet on Friday.", published_at=1)
        id_ = place.store.write(lambda tx: announcements.announce(tx, staff, wish))
        place.store.write(announcements.tell_due)
        for event, told in (await events.next(), (await said(socket))[1:]):
            assert (event, told["id"]) == ("announcement", str(id_))
            assert "We meet on Friday." in told["content"]
            assert "read" not in told or told["read"] is False
        place.store.write(lambda tx: announcements.react(tx, bob, id_, "👍"))
        told = {"name": "👍", "count": 1, "announcement_id": str(id_)}
        assert await events.next() == ("announcement.reaction", told)
        assert (await said(socket))[1:] == ("announcement.reaction", told)
        place.store.write(lambda tx: announcements.remove(tx, staff, id_))
        assert await events.next() == ("announcement.delete", id_)


async def test_changed_filters_are_told_and_take_effect(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    token = place.token(bob, ALL)
    async with (
        place.socket(f"?stream=public&access_token={token}") as socket,
        place.events(USER, token) as events,
        httpx2.AsyncClient(
            base_url=f"http://{place.host}", headers={"Authorization": f"Bearer {token}"}
        ) as client,
    ):
        await subscribe(socket, "user")
        await settled(socket)
        body = {"title": "Bugs", "context": ["public"], "keywords_attributes": [{"keyword": "beetle"}]}
        made = (await client.post("/api/v2/filters", json=body)).json()
        async with asyncio.timeout(10):
            assert json.loads(await socket.recv()) == {"stream": ["user"], "event": "filters_changed"}
            while b"filters_changed" not in events.text:
                events.text += await events._chunk()
        assert b"event: filters_changed\ndata: undefined\n\n" in events.text
        place.post(ann, "a beetle")
        place.post(ann, "a bird")
        (_, _, first), (_, _, second) = await said(socket), await said(socket)
        assert first["filtered"][0]["filter"]["id"] == made["id"]
        assert first["filtered"][0]["keyword_matches"] == ["beetle"]
        assert second["filtered"] == []


async def test_what_is_kept_from_a_reader_at_large(place: Town) -> None:
    ann, bob, cat, dan, far = (place.person(n) for n in ("ann", "bob", "cat", "dan", "far"))
    elsewhere(place, far)
    place.store.write(lambda tx: bonds.mute(tx, bob, cat.account_id))
    place.store.write(lambda tx: bonds.block(tx, dan, bob.account_id))
    place.store.write(lambda tx: servers.block(tx, bob, "far.example"))
    async with place.socket(f"?access_token={place.token(bob)}") as socket:
        for stream in ("public", "public:local", "public:remote"):
            await subscribe(socket, stream)
        await subscribe(socket, "hashtag", tag="news")
        await settled(socket)
        for who in (cat, dan, far):
            place.post(who, "from somebody avoided #news")
        place.post(ann, "about @cat #news")
        good = place.post(ann, "fine #news")
        heard = await ids_heard(socket, 3)
        assert sorted(heard) == [(n, "update", good) for n in ("hashtag", "public", "public:local")]
        place.store.write(lambda tx: servers.unblock(tx, bob, "far.example"))
        place.store.write(lambda tx: bonds.unmute(tx, bob, cat.account_id))
        good = place.post(far, "from afar #news")
        heard = await ids_heard(socket, 3)
        assert sorted(heard) == [(n, "update", good) for n in ("hashtag", "public", "public:remote")]


async def test_silenced_authors_stay_out_of_public_places(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.follow(bob, ann)
    place.store.write(lambda tx: tx.update(accounts, {"id": ann.account_id}, silenced_at=1))
    async with place.socket(f"?stream=user&access_token={place.token(bob)}") as socket:
        await subscribe(socket, "public")
        await subscribe(socket, "hashtag", tag="news")
        await settled(socket)
        post = place.post(ann, "still here #news")
        assert await ids_heard(socket, 1) == [("user", "update", post)]


async def test_home_hears_followed_tags_and_only_chosen_languages(place: Town) -> None:
    ann, bob, cat = place.person("ann"), place.person("bob"), place.person("cat")
    place.store.write(lambda tx: bonds.follow(tx, bob, ann.account_id, languages="en"))
    async with place.socket(f"?stream=user&access_token={place.token(bob)}") as socket:
        place.post(cat, "not yet #oaks")
        assert await quiet(socket, 0.2)
        place.store.write(lambda tx: owntags.follow(tx, bob, "Oaks"))
        tagged = place.post(cat, "now #OAKS")
        place.post(ann, "auf Deutsch", language="de")
        english = place.post(ann, "in English", language="en")
        assert await ids_heard(socket, 2) == [("user", "update", tagged), ("user", "update", english)]


async def test_lists_hear_by_their_own_rule(place: Town) -> None:
    ann, bob, cat, eve = (place.person(n) for n in ("ann", "bob", "cat", "eve"))
    for who in (ann, cat, eve):
        place.follow(bob, who)
    kinds = {}
    for replies in circles.REPLIES:

        def make(tx: Any, replies: str = replies) -> int:
            made = circles.create(tx, bob, replies, replies=replies)
            circles.add(tx, bob, made.id, [ann.account_id, cat.account_id])
            return int(made.id)

        kinds[str(place.store.write(make))] = replies
    by_eve, by_cat = place.post(eve, "one"), place.post(cat, "two")
    async with place.socket(f"?access_token={place.token(bob)}") as socket:
        for id_ in kinds:
            await subscribe(socket, "list", list=id_)
        await settled(socket)
        within = place.post(ann, "to one of the list", parent_id=by_cat)
        outside = place.post(ann, "to somebody else", parent_id=by_eve)
        place.post(ann, "to @bob alone", audience=Audience.DIRECT)
        heard = []
        for _ in range(3):
            stream, _, status = await said(socket)
            heard.append((kinds[stream[1]], int(status["id"])))
        assert sorted(heard) == sorted([("list", within), ("followed", within), ("followed", outside)])
        assert await quiet(socket, 0.2)


async def test_only_media(place: Town) -> None:
    ann = place.person("ann")
    async with place.events("/api/v1/streaming/public/local?only_media=true", place.token(ann)) as events:
        place.post(ann, "words alone")
        assert events.status == 200
        assert await events.silent(0.2)
        seats = place.house.kept["mastodon.streams"].seats.seats
        assert {p.name for p in seats} == {"public:local:media"}


async def test_a_muted_thread_tells_no_more(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    post = place.post(ann, "mine")
    async with place.events("/api/v1/streaming/user/notification", place.token(ann)) as events:
        await place.connected(1)
        place.store.write(lambda tx: reactions.mute_thread(tx, ann, post, on=True))
        place.post(bob, "@ann in the muted thread", parent_id=post)
        other = place.post(bob, "@ann elsewhere")
        event, told = await events.next()
        assert (event, told["status"]["id"]) == ("notification", str(other))
