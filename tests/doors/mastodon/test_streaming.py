"""Streams over real sockets: who hears what."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.doors.mastodon.stream_server import Town, ids_heard, quiet, settled, subscribe, town

from folkmoot.domain.access import Archive, Audience, Viewer
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import bonds
from folkmoot.domain.posts import boosts, edits, reactions
from folkmoot.domain.posts.drafts import Change
from folkmoot.settings import Settings
from folkmoot.store.schema.bonds import circle_members, circles
from folkmoot.store.schema.posts import media

USER = "/api/v1/streaming/user"
PUBLIC = "/api/v1/streaming/public"


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


async def test_user_stream_by_events(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    place.follow(bob, ann)
    async with place.events(USER, place.token(bob)) as events:
        assert events.status == 200
        assert "content-type: text/event-stream" in events.head
        assert "no-store" in events.head
        assert await events._chunk() == b":)\n"
        post = await asyncio.to_thread(place.post, ann, "first\nsecond <b>")
        event, status = await events.next()
        assert (event, status["id"], status["account"]["acct"]) == ("update", str(post), "ann")
        assert status["favourited"] is False
        await asyncio.to_thread(
            place.store.write, lambda tx: edits.edit(tx, ann, post, Change(text="other words"))
        )
        event, status = await events.next()
        assert event == "status.update"
        assert "other words" in status["content"]
        await asyncio.to_thread(place.store.write, lambda tx: edits.delete(tx, ann, post))
        assert await events.next() == ("delete", post)
    await place.connected(0)
    assert not place.house.kept["mastodon.streams"].seats.seats
    assert not place.house.kept["mastodon.streams"]._interests


async def test_edit_and_boost_carry_what_the_reader_did(place: Town) -> None:
    ann, bob, cat = place.person("ann"), place.person("bob"), place.person("cat")
    for who in (bob, cat):
        place.follow(who, ann)
    post = place.post(ann)
    place.store.write(lambda tx: reactions.react(tx, bob, post, reactions.Reaction.LIKE))
    async with place.events(USER, place.token(bob)) as one, place.events(USER, place.token(cat)) as two:
        await place.connected(2)
        place.store.write(lambda tx: edits.edit(tx, ann, post, Change(text="better")))
        assert (await one.next())[1]["favourited"] is True
        assert (await two.next())[1]["favourited"] is False


async def test_strangers_hear_nothing_of_followers_posts(place: Town) -> None:
    ann, bob, eve = place.person("ann", locked=True), place.person("bob"), place.person("eve")
    place.follow(bob, ann)
    place.follow(eve, ann)  # asks, and is never let in
    place.store.write(lambda tx: bonds.accept(tx, ann, bob.account_id))
    good_token, bad_token = place.token(bob), place.token(eve)
    async with (
        place.socket(f"?access_token={good_token}") as good,
        place.socket(f"?access_token={bad_token}") as bad,
    ):
        for socket in (good, bad):
            for stream in ("user", "public", "public:local", "direct"):
                await subscribe(socket, stream)
            await subscribe(socket, "hashtag", tag="Secret")
            await settled(socket)
        post = place.post(ann, "for friends #secret", audience=Audience.FOLLOWERS)
        direct = place.post(ann, "for @bob alone #secret", audience=Audience.DIRECT)
        public = place.post(ann, "for all #secret")
        heard = await ids_heard(good, 6)
        place.store.write(lambda tx: edits.delete(tx, ann, post))
        place.store.write(lambda tx: edits.delete(tx, ann, direct))
        heard += await ids_heard(good, 2)
        assert ("user", "update", post) in heard
        assert ("user", "update", direct) in heard
        assert [h[:2] for h in heard if h[0] == "direct"] == [("direct", "conversation")]
        assert ("user", "delete", direct) in heard
        at_large = {h for h in heard if h[0] not in ("user", "direct")}
        assert at_large == {(name, "update", public) for name in ("public", "public:local", "hashtag")}
        theirs = await ids_heard(bad, 3)
        assert {h[2] for h in theirs} == {public}
        assert {h[0] for h in theirs} == {"public", "public:local", "hashtag"}


async def test_blocks_and_mutes(place: Town) -> None:
    ann, bob, cat = place.person("ann"), place.person("bob"), place.person("cat")
    place.follow(bob, ann)
    place.follow(cat, ann)
    async with place.events(USER, place.token(bob)) as home, place.events(PUBLIC, place.token(cat)) as public:
        await place.connected(2)
        place.store.write(lambda tx: bonds.block(tx, ann, bob.account_id))
        place.store.write(lambda tx: bonds.mute(tx, cat, ann.account_id))
        place.post(ann, "behind the wall")
        assert await home.silent()
        assert await public.silent(0.1)
        place.store.write(lambda tx: bonds.unmute(tx, cat, ann.account_id))
        post = place.post(ann, "again")
        assert (await public.next())[1]["id"] == str(post)
        assert await home.silent(0.1)
        place.store.write(lambda tx: bonds.unblock(tx, ann, bob.account_id))
        place.follow(bob, ann)
        post = place.post(ann, "friends again")
        assert (await home.next())[1]["id"] == str(post)


async def test_public_streams_take_only_what_belongs_there(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    token = place.token(bob)
    first = place.post(ann, "before")
    async with place.socket("", additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        for stream in ("public", "public:remote", "public:media"):
            await subscribe(socket, stream)
        await settled(socket)
        answer = place.post(bob, "an answer", parent_id=first)
        mine = place.post(ann, "my own thread", parent_id=first)
        place.store.write(lambda tx: boosts.boost(tx, bob, first))
        unlisted = place.post(ann, "quiet", audience=Audience.UNLISTED)
        picture = place.store.write(lambda tx: _picture(tx, ann))
        shown = place.post(ann, "look", media_ids=[picture])
        heard = await ids_heard(socket, 3)
        assert heard == [
            ("public", "update", mine), ("public", "update", shown), ("public:media", "update", shown)
        ]  # fmt: skip
        assert not {answer, unlisted} & {h[2] for h in heard}


def _picture(tx: Any, who: Viewer) -> int:
    id_ = int(tx.ids.next())
    tx.insert(media, id=id_, account_id=who.account_id, created_at=tx.now)
    return id_


async def test_group_posts_reach_members_alone(place: Town) -> None:
    ann, bob, eve = place.person("ann"), place.person("bob"), place.person("eve")
    new = groups.NewGroup(name="grove", description="a grove of old trees", archive=Archive.MEMBERS)
    grove = place.store.write(lambda tx: groups.create(tx, ann, new))
    place.store.write(lambda tx: members.join(tx, bob, grove))
    place.follow(eve, ann)
    async with (
        place.socket(f"?stream=user&access_token={place.token(bob)}") as member,
        place.socket(f"?stream=user&access_token={place.token(eve)}") as stranger,
    ):
        await subscribe(stranger, "hashtag", tag="oak")
        await settled(stranger)
        post = place.post(ann, "under the #oak", title="Oaks", group_id=grove)
        heard = await ids_heard(member, 1, 0)
        place.store.write(lambda tx: edits.edit(tx, ann, post, Change(text="under the old #oak")))
        heard += await ids_heard(member, 1, 0)
        place.store.write(lambda tx: edits.delete(tx, ann, post))
        heard += await ids_heard(member, 1)
        assert heard == [
            ("user", "update", post), ("user", "status.update", post), ("user", "delete", post)
        ]  # fmt: skip
        assert await quiet(stranger, 0.2)


async def test_notifications(place: Town) -> None:
    ann, bob = place.person("ann"), place.person("bob")
    post = place.post(ann, "like me")
    async with (
        place.events(USER, place.token(ann)) as user,
        place.events("/api/v1/streaming/user/notification", place.token(ann, "read:notifications")) as only,
        place.events(USER, place.token(ann, "read:statuses")) as narrow,
    ):
        assert (user.status, only.status, narrow.status) == (200, 200, 200)
        await place.connected(3)
        place.store.write(lambda tx: reactions.react(tx, bob, post, reactions.Reaction.LIKE))
        for events in (user, only):
            event, told = await events.next()
            assert (event, told["type"], told["account"]["id"]) == (
                "notification",
                "favourite",
                str(bob.account_id),
            )
        mine = place.post(ann, "and mine")
        assert (await narrow.next())[1]["id"] == str(mine)
        assert await only.silent(0.2)


async def test_list_stream_is_for_its_owner(place: Town) -> None:
    ann, bob, eve = place.person("ann"), place.person("bob"), place.person("eve")
    for who in (ann, eve):
        place.follow(bob, who)

    def make(tx: Any) -> int:
        id_ = int(tx.ids.next())
        tx.insert(circles, id=id_, account_id=bob.account_id, title="Few", created_at=tx.now)
        tx.insert(circle_members, circle_id=id_, account_id=ann.account_id, id=tx.ids.next())
        return id_

    few = place.store.write(make)
    path = f"/api/v1/streaming/list?list={few}"
    async with place.events(path, place.token(eve)) as refused:
        assert refused.status == 401
        assert await refused.body() == {"error": "Not authorized to stream this list"}
    async with place.events(path, place.token(bob)) as events:
        place.post(eve, "not in it")
        post = place.post(ann, "in it")
        assert (await events.next())[1]["id"] == str(post)
    async with place.socket(f"?access_token={place.token(eve)}") as socket:
        await subscribe(socket, "list", list=str(few))
        assert json.loads(await socket.recv()) == {
            "error": "Not authorized to stream this list",
            "status": 401,
        }
