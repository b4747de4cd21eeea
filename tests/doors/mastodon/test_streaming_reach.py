"""Whom a post reaches live, against plain Python: the user streams that got it are those who may see it and want it."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest
from tests.doors.mastodon.stream_server import Town, town

from folkmoot.domain.access import Archive, Audience, Viewer
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.groups import groups, members
from folkmoot.domain.people import bonds
from folkmoot.domain.posts import boosts, edits
from folkmoot.settings import Settings
from folkmoot.store.schema.bonds import circle_members, circles

PEOPLE = 7
STEPS = 60
DELETED = 15
AUDIENCES = (
    Audience.PUBLIC,
    Audience.UNLISTED,
    Audience.FOLLOWERS,
    Audience.DIRECT,
    Audience.CIRCLE,
    Audience.LOCAL,
)


class Said(msgspec.Struct):
    """A post as the oracle knows it."""

    id: int
    author: int
    audience: int
    group: int | None = None
    addressed: frozenset[int] = frozenset()
    circle: set[int] = set()
    """Shared with the world: who is in it changes what was said to it."""
    parent: Said | None = None
    boosted: Said | None = None


class World:
    """What is true between the people, kept beside the server in sets."""

    def __init__(self, place: Town, rng: random.Random) -> None:
        self.place = place
        self.rng = rng
        self.people = [place.person(f"p{n}") for n in range(PEOPLE)]
        self.follows: dict[tuple[int, int], bool] = {}
        self.blocks: set[tuple[int, int]] = set()
        self.mutes: set[tuple[int, int]] = set()
        self.members: dict[int, set[int]] = {}
        self.open: set[int] = set()
        self.circles: dict[int, tuple[int, set[int]]] = {}
        self.posts: list[Said] = []
        self._groups()
        self._circles()

    def _groups(self) -> None:
        for n, archive in enumerate((Archive.PUBLIC, Archive.MEMBERS)):
            owner = self.people[n]
            new = groups.NewGroup(name=f"group{n}", description="a group of some people", archive=archive)
            group = self.place.store.write(lambda tx, o=owner, w=new: groups.create(tx, o, w))
            self.members[group] = {owner.account_id}
            if archive == Archive.PUBLIC:
                self.open.add(group)

    def _circles(self) -> None:
        for who in self.people[:3]:
            some = {p.account_id for p in self.rng.sample(self.people, 3)}

            def make(tx: Any, me: int = who.account_id, some: set[int] = some) -> int:
                id_ = int(tx.ids.next())
                tx.insert(circles, id=id_, account_id=me, title="Some", created_at=tx.now)
                for account_id in some:
                    tx.insert(circle_members, circle_id=id_, account_id=account_id, id=tx.ids.next())
                return id_

            self.circles[who.account_id] = (self.place.store.write(make), some)

    # ── what the oracle says ─────────────────────────────────────────────────────────────────────────────────────────

    def sees(self, viewer: int, post: Said) -> bool:
        """The rule of sight, written anew."""
        if post.boosted is not None and not self.sees(viewer, post.boosted):
            return False
        if post.author == viewer:
            return True
        if post.group is not None:
            return post.group in self.open or viewer in self.members[post.group]
        if (post.author, viewer) in self.blocks:
            return False
        return (
            post.audience in (Audience.PUBLIC, Audience.UNLISTED, Audience.LOCAL)
            or (post.audience == Audience.FOLLOWERS and (viewer, post.author) in self.follows)
            or (post.audience == Audience.CIRCLE and viewer in post.circle)
            or viewer in post.addressed
        )

    def wants(self, viewer: int, post: Said) -> bool:
        """The rule of interest, written anew."""
        if post.author == viewer and post.boosted is None:
            return True
        avoided = {b for a, b in self.blocks | self.mutes if a == viewer}
        shown = post.boosted or post
        if avoided & {post.author, shown.author, *shown.addressed}:
            return False
        if post.group is None and post.parent is not None and post.parent.author in avoided:
            return False
        if post.group is not None:
            return viewer in self.members[post.group]
        if post.author == viewer:
            return True
        if (viewer, post.author) not in self.follows:
            return False
        if post.boosted is not None:
            return self.follows[viewer, post.author]
        answered = post.parent.author if post.parent is not None else post.author
        return answered in (post.author, viewer) or (viewer, answered) in self.follows

    def reached(self, post: Said) -> set[int]:
        return {
            p.account_id
            for p in self.people
            if self.sees(p.account_id, post) and self.wants(p.account_id, post)
        }

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────

    def change(self) -> None:
        """Something changes between two people, or between one and a group."""
        one, two = self.rng.sample(self.people, 2)
        pair, back = (one.account_id, two.account_id), (two.account_id, one.account_id)
        write = self.place.store.write
        kind = self.rng.choice(
            ("follow",) * 5 + ("unfollow", "block", "unblock", "mute", "unmute", "join", "join", "leave")
        )
        if kind == "follow" and not {pair, back} & self.blocks:
            wants = self.rng.random() < 0.7
            write(lambda tx: bonds.follow(tx, one, two.account_id, boosts=wants))
            self.follows[pair] = wants
        elif kind == "unfollow":
            write(lambda tx: bonds.unfollow(tx, one, two.account_id))
            self._end(*pair)
        elif kind == "block":
            write(lambda tx: bonds.block(tx, one, two.account_id))
            self.blocks.add(pair)
            self._end(*pair)
            self._end(*back)
            self._leave_circle(of=two.account_id, who=one.account_id)
        elif kind == "unblock":
            write(lambda tx: bonds.unblock(tx, one, two.account_id))
            self.blocks.discard(pair)
        elif kind in ("mute", "unmute"):
            act = bonds.mute if kind == "mute" else bonds.unmute
            write(lambda tx: act(tx, one, two.account_id))
            (self.mutes.add if kind == "mute" else self.mutes.discard)(pair)
        elif kind in ("join", "leave"):
            self._membership(one, kind)

    def _end(self, follower: int, followed: int) -> None:
        if self.follows.pop((follower, followed), None) is not None:
            self._leave_circle(of=follower, who=followed)

    def _leave_circle(self, *, of: int, who: int) -> None:
        if of in self.circles:
            self.circles[of][1].discard(who)

    def _membership(self, who: Viewer, kind: str) -> None:
        group = self.rng.choice(list(self.members))
        inside = who.account_id in self.members[group]
        if kind == "join" and not inside:
            self.place.store.write(lambda tx: members.join(tx, who, group))
            self.members[group].add(who.account_id)
        elif kind == "leave" and inside and who not in self.people[:2]:
            self.place.store.write(lambda tx: members.leave(tx, who, group))
            self.members[group].discard(who.account_id)

    def speak(self) -> Said | None:
        """Somebody says something, answers, or passes on; None where that is not allowed."""
        who = self.rng.choice(self.people)
        try:
            return self._boost(who) if self.rng.random() < 0.2 else self._post(who)
        except (NotFound, Forbidden):
            return None

    def delete(self, post: Said) -> None:
        self.place.store.write(lambda tx: edits.delete(tx, Viewer(post.author), post.id))

    def _boost(self, who: Viewer) -> Said | None:
        if not self.posts:
            return None
        target = self.rng.choice(self.posts)
        if target.boosted is not None or any(
            s.boosted is target and s.author == who.account_id for s in self.posts
        ):
            return None
        id_ = self.place.store.write(lambda tx: boosts.boost(tx, who, target.id, Audience.PUBLIC))
        audience = Audience.FOLLOWERS if target.audience == Audience.FOLLOWERS else Audience.PUBLIC
        return Said(id=id_, author=who.account_id, audience=audience, boosted=target)

    def _post(self, who: Viewer) -> Said:
        me, rng = who.account_id, self.rng
        parent = rng.choice(self.posts) if self.posts and rng.random() < 0.3 else None
        parent = parent.boosted if parent is not None and parent.boosted is not None else parent
        audience = rng.choice(AUDIENCES)
        audience = Audience.PUBLIC if audience == Audience.CIRCLE and me not in self.circles else audience
        group = None
        if parent is not None and parent.group is not None:
            audience, group = Audience.GROUP, parent.group
        elif parent is None and rng.random() < 0.25:
            audience, group = Audience.GROUP, rng.choice(list(self.members))
        named = rng.choice(self.people) if rng.random() < 0.4 or audience == Audience.DIRECT else None
        number = self.people.index(named) if named is not None else 0
        circle = self.circles[me] if audience == Audience.CIRCLE else (None, set())
        id_ = self.place.post(
            who,
            f"hello @p{number} of you" if named is not None else "hello all",
            audience=None if group is not None else audience,
            group_id=group if parent is None else None,
            circle_id=circle[0],
            parent_id=parent.id if parent is not None else None,
        )
        addressed = frozenset() if named is None or named is who else frozenset((named.account_id,))
        addressed = frozenset(a for a in addressed if (a, me) not in self.blocks)
        return Said(
            id=id_,
            author=me,
            audience=audience,
            group=group,
            addressed=addressed,
            circle=circle[1],
            parent=parent,
        )


@pytest.fixture
def place(settings: Settings) -> Iterator[Town]:
    with town(settings) as running:
        yield running


async def _collect(socket: Any, got: dict[int, set[int]], gone: dict[int, set[int]], who: int) -> None:
    async for text in socket:
        message = json.loads(text)
        if message["event"] == "update":
            got.setdefault(int(json.loads(message["payload"])["id"]), set()).add(who)
        elif message["event"] == "delete":
            gone.setdefault(int(message["payload"]), set()).add(who)


async def _arrived(got: dict[int, set[int]], post: Said, expected: set[int]) -> set[int]:
    """Who got the post, once those who should have: all are told in one go."""
    deadline = time.monotonic() + 12
    while not expected <= got.get(post.id, set()) and time.monotonic() < deadline:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02 if expected else 0.2)
    return got.get(post.id, set())


async def _live(world: World, got: dict[int, set[int]]) -> int:
    """Let things happen; how often a post reached somebody beside its author."""
    reached = 0
    for _ in range(STEPS):
        await asyncio.to_thread(world.change)
        post = await asyncio.to_thread(world.speak)
        if post is not None:
            world.posts.append(post)
            expected = world.reached(post)
            assert await _arrived(got, post, expected) == expected, post
            reached += len(expected - {post.author})
    return reached


async def _deleted(world: World, gone: dict[int, set[int]]) -> None:
    """The last posts go again, answers before what they answer: that is told to those who could see them, no others."""
    said = [post for post in world.posts if post.boosted is None][-DELETED:]
    for post in reversed(said):
        expected = world.reached(post)
        await asyncio.to_thread(world.delete, post)
        assert await _arrived(gone, post, expected) == expected, post


@pytest.mark.parametrize("seed", range(4))
async def test_updates_reach_whoever_may_see_and_wants(place: Town, seed: int) -> None:
    world = World(place, random.Random(seed))
    got: dict[int, set[int]] = {}
    gone: dict[int, set[int]] = {}
    async with AsyncExitStack() as stack:
        tasks = []
        for who in world.people:
            query = f"?stream=user&access_token={place.token(who)}"
            socket = await stack.enter_async_context(place.socket(query))
            tasks.append(asyncio.create_task(_collect(socket, got, gone, who.account_id)))
        try:
            reached = await _live(world, got)
            await _deleted(world, gone)
        finally:
            for task in tasks:
                task.cancel()
        assert reached > 10  # somebody beside the authors was reached at all
