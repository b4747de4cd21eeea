"""A random community in the database and in an oracle's head, and what the oracle expects in every list."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from folkmoot.domain import journal
from folkmoot.domain.access import Archive, Audience, GroupRole, Viewer
from folkmoot.domain.errors import Refusal
from folkmoot.domain.groups import groups, holding, members
from folkmoot.domain.people import accounts, bonds, circles, servers
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import boosts, edits, posts
from folkmoot.domain.posts.drafts import Change, Draft
from folkmoot.domain.reading import owntags
from folkmoot.store.schema.accounts import accounts as accounts_t
from folkmoot.store.tx import Tx

TAGS = ("moot", "tea", "rain")
FAR = ("far.example", "off.example")
LANGUAGES = ("", "en", "de")


@dataclass
class Said:
    author: int
    audience: int
    group: int | None = None
    parent: int | None = None
    boost_of: int | None = None
    language: str = ""
    tags: set[str] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    ever_named: set[int] = field(default_factory=set)
    gone: bool = False


@dataclass
class Follow:
    boosts: bool = True
    languages: tuple[str, ...] = ()


@dataclass
class Kept:
    """One list of somebody."""

    owner: int
    replies: str
    exclusive: bool
    people: set[int] = field(default_factory=set)


@dataclass
class World:
    names: dict[int, str] = field(default_factory=dict)
    server: dict[int, str] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)
    """Archive by group."""
    follows: dict[tuple[int, int], Follow] = field(default_factory=dict)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    mutes: set[tuple[int, int]] = field(default_factory=set)
    far: set[tuple[int, str]] = field(default_factory=set)
    members: set[tuple[int, int]] = field(default_factory=set)
    tags: set[tuple[int, str]] = field(default_factory=set)
    silenced: set[int] = field(default_factory=set)
    lists: dict[int, Kept] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    held: dict[int, Said] = field(default_factory=dict)
    owners: dict[int, int] = field(default_factory=dict)
    """Owner by group."""

    @property
    def people(self) -> list[int]:
        return list(self.names)

    @property
    def readers(self) -> list[int]:
        return [i for i in self.names if not self.server[i]]

    # ── what the rules say, in words ─────────────────────────────────────────────────────────────────────────────────

    def sees(self, me: int, id_: int) -> bool:
        post = self.said[id_]
        if post.gone:
            return False
        if post.boost_of is not None and not self.sees(me, post.boost_of):
            return False
        if post.author == me:
            return True
        if post.audience == Audience.GROUP:
            return self.groups[post.group or 0] == Archive.PUBLIC or (me, post.group) in self.members
        if (post.author, me) in self.blocks:
            return False
        if post.audience <= Audience.UNLISTED or me in post.ever_named:
            return True
        return post.audience == Audience.FOLLOWERS and (me, post.author) in self.follows

    def avoids(self, me: int, other: int) -> bool:
        return (me, other) in self.blocks or (me, other) in self.mutes

    def server_out(self, me: int, other: int) -> bool:
        return bool(self.server.get(other)) and (me, self.server[other]) in self.far

    def _kept_out(self, me: int, post: Said) -> bool:
        """Because of somebody whom the reader avoids."""
        shown = post if post.boost_of is None else self.said[post.boost_of]
        if any(self.avoids(me, a) or self.server_out(me, a) for a in (post.author, shown.author)):
            return True
        if any(self.avoids(me, a) for a in shown.named):
            return True
        answered = self.said[post.parent].author if post.parent is not None else None
        return post.group is None and answered is not None and self.avoids(me, answered)

    def _by_follow(self, me: int, post: Said) -> bool:
        if post.group is not None:
            return (me, post.group) in self.members
        if post.author == me:
            return True
        follow = self.follows.get((me, post.author))
        if follow is None:
            return False
        if post.boost_of is not None:
            return follow.boosts
        if follow.languages and post.language and post.language not in follow.languages:
            return False
        if post.parent is None:
            return True
        parent = self.said[post.parent]
        if parent.gone:
            return False
        return parent.author in (post.author, me) or (me, parent.author) in self.follows

    def _by_tag(self, me: int, post: Said) -> bool:
        if post.audience not in (Audience.PUBLIC, Audience.GROUP) or post.boost_of is not None:
            return False
        if post.author in self.silenced or (post.parent is not None and self.said[post.parent].gone):
            return False
        return any((me, tag) in self.tags for tag in post.tags)

    def wants(self, me: int, post: Said) -> bool:
        if post.author == me and post.boost_of is None:
            return True
        if self._kept_out(me, post):
            return False
        place = post.group or post.author
        apart = any(
            kept.owner == me and kept.exclusive and place in kept.people for kept in self.lists.values()
        )
        if apart and place != me:
            return False
        return self._by_follow(me, post) or self._by_tag(me, post)

    def wants_in(self, kept: Kept, post: Said) -> bool:
        me = kept.owner
        if post.audience == Audience.DIRECT or (post.group or post.author) not in kept.people:
            return False
        if post.group is None and post.parent is not None:
            answered = self.said[post.parent].author
            if answered not in (post.author, me):
                if kept.replies == "none":
                    return False
                if kept.replies == "list" and answered not in kept.people:
                    return False
        if post.author == me and post.boost_of is None and post.group is None:
            return True
        return not self._kept_out(me, post) and self._by_follow(me, post)

    # ── what lists hold ──────────────────────────────────────────────────────────────────────────────────────────────

    def _unrepeated(self, wanted: list[int], window: int) -> list[int]:
        """*wanted* is newest first."""
        out = []
        for at, id_ in enumerate(wanted):
            boosted = self.said[id_].boost_of
            below = wanted[at + 1 : at + 1 + window]
            if boosted is None or all(boosted not in (b, self.said[b].boost_of) for b in below):
                out.append(id_)
        return out

    def _all(self, me: int, wants: Callable[[Said], bool], window: int) -> list[int]:
        wanted = [i for i in sorted(self.said, reverse=True) if not self.said[i].gone and wants(self.said[i])]
        return [i for i in self._unrepeated(wanted, window) if self.sees(me, i)]

    def home(self, me: int, window: int) -> list[int]:
        return self._all(me, lambda post: self.wants(me, post), window)

    def list_(self, circle: int, window: int) -> list[int]:
        kept = self.lists[circle]
        return self._all(kept.owner, lambda post: self.wants_in(kept, post), window)

    def _at_large(self, me: int, id_: int) -> bool:
        post = self.said[id_]
        return (
            self.sees(me, id_)
            and post.boost_of is None
            and post.author not in self.silenced
            and not self.avoids(me, post.author)
            and not self.server_out(me, post.author)
        )

    def public(self, me: int) -> list[int]:
        return [
            i
            for i in sorted(self.said, reverse=True)
            if self._at_large(me, i)
            and self.said[i].audience == Audience.PUBLIC
            and (
                self.said[i].parent is None
                or self.said[self.said[i].parent or 0].author == self.said[i].author
            )
        ]

    def tagged(self, me: int, tag: str) -> list[int]:
        return [
            i
            for i in sorted(self.said, reverse=True)
            if self._at_large(me, i)
            and self.said[i].audience in (Audience.PUBLIC, Audience.GROUP)
            and tag in self.said[i].tags
        ]


def found(tx: Tx, dice: random.Random) -> World:
    """People here and elsewhere, two groups."""
    world = World()
    for number in range(6):
        name = f"p{number}"
        id_ = accounts.add_person(tx, NewPerson(name=name))
        world.names[id_], world.server[id_] = name, ""
    for number, domain in enumerate(FAR):
        id_ = accounts.add_person(tx, NewPerson(name=f"q{number}"))
        tx.update(accounts_t, {"id": id_}, domain=domain)
        world.names[id_], world.server[id_] = f"q{number}@{domain}", domain
    for archive in (Archive.PUBLIC, Archive.MEMBERS):
        owner = dice.choice(world.readers)
        new = groups.NewGroup(
            name=f"g{int(archive)}", description="a group of people", archive=archive, posting=2
        )
        group = groups.create(tx, Viewer(owner), new)
        world.groups[group], world.owners[group] = int(archive), owner
        world.members.add((owner, group))
        for person in world.readers[:3]:
            if person != owner:
                members.put(tx, group, person)
                world.members.add((person, group))
    return world


def _text(dice: random.Random, world: World) -> tuple[str, set[str], set[int]]:
    tags = set(dice.sample(TAGS, dice.choice([0, 0, 1, 1, 2])))
    named = set(dice.sample(world.people, dice.choice([0, 0, 0, 1, 2])))
    words = [f"word{dice.random()}", *(f"#{t}" for t in tags), *(f"@{world.names[n]}" for n in named)]
    return " ".join(words), tags, named


def say(tx: Tx, dice: random.Random, world: World) -> None:
    me = dice.choice(world.people)
    text, tags, named = _text(dice, world)
    audience = dice.choice([0, 0, 0, 0, 1, 2, 3, 4])
    draft = Draft(text=text, audience=audience, language=dice.choice(LANGUAGES))
    visible = sorted(i for i in world.said if world.sees(me, i) and world.said[i].boost_of is None)
    if visible and dice.random() < 0.4:
        draft.parent_id = dice.choice(visible[-8:])
        above = world.said[draft.parent_id]
        if above.group is not None and audience != Audience.DIRECT:
            audience = Audience.GROUP
        elif audience == Audience.GROUP:
            draft.audience = audience = 0
    elif audience == Audience.GROUP:
        draft.group_id = dice.choice(list(world.groups))
    written = posts.write(tx, Viewer(me), draft)
    parent = world.said[draft.parent_id] if draft.parent_id is not None else None
    group = (parent.group if parent else draft.group_id) if audience == Audience.GROUP else None
    heard = {n for n in named - {me} if (n, me) not in world.blocks}
    said = Said(
        me, int(audience), group, draft.parent_id, None, draft.language or "", tags, heard, set(heard)
    )
    (world.held if written.held else world.said)[written.id] = said


def let_in(tx: Tx, dice: random.Random, world: World) -> None:
    """A held post comes late: its id is older than what was said meanwhile."""
    if world.held:
        id_ = dice.choice(list(world.held))
        holding.release(tx, Viewer(world.owners[world.held[id_].group or 0]), id_)
        world.said[id_] = world.held.pop(id_)


def boost(tx: Tx, dice: random.Random, world: World) -> None:
    if not world.said:
        return
    me, post_id = dice.choice(world.people), dice.choice(list(world.said)[-10:])
    original = world.said[post_id].boost_of or post_id
    old = next(
        (i for i, p in world.said.items() if p.boost_of == original and p.author == me and not p.gone), None
    )
    if old is not None and dice.random() < 0.5:
        boosts.unboost(tx, Viewer(me), original)
        world.said[old].gone = True
        return
    wanted = dice.choice([0, 0, 1, 2])
    id_ = boosts.boost(tx, Viewer(me), post_id, wanted)
    private = world.said[original].audience == Audience.FOLLOWERS
    world.said.setdefault(id_, Said(me, 2 if private else wanted, boost_of=original))


def change(tx: Tx, dice: random.Random, world: World) -> None:
    own = [i for i, p in world.said.items() if p.boost_of is None and not p.gone]
    if not own:
        return
    id_ = dice.choice(own[-10:])
    post = world.said[id_]
    if dice.random() < 0.5:
        edits.delete(tx, Viewer(post.author), id_)
        for other in world.said.values():
            other.gone = other.gone or other.boost_of == id_
        post.gone = True
        return
    text, tags, named = _text(dice, world)
    language = dice.choice(LANGUAGES)
    edits.edit(tx, Viewer(post.author), id_, Change(text=text, language=language))
    post.tags, post.language = tags, language
    post.named = named - {post.author}
    post.ever_named |= post.named


def part(world: World, me: int, other: int) -> None:
    if world.follows.pop((me, other), None) is not None:
        leave_lists(world, me, other)


def leave_lists(world: World, me: int, other: int) -> None:
    for kept in world.lists.values():
        if kept.owner == me:
            kept.people.discard(other)


def bond(tx: Tx, dice: random.Random, world: World) -> None:
    me, other = dice.choice(world.readers), dice.choice(world.people)
    viewer, kind = Viewer(me), dice.random()
    if kind < 0.5:
        on, spoken = dice.random() < 0.7, dice.choice(["", "", "en", "en,de"])
        bonds.follow(tx, viewer, other, boosts=on, languages=spoken)
        world.follows[me, other] = Follow(on, tuple(spoken.split(",")) if spoken else ())
    elif kind < 0.6:
        bonds.unfollow(tx, viewer, other)
        part(world, me, other)
    elif kind < 0.68:
        bonds.block(tx, viewer, other)
        world.blocks.add((me, other))
        for one, two in ((me, other), (other, me)):
            part(world, one, two)
            leave_lists(world, one, two)
    elif kind < 0.78:
        bonds.unblock(tx, viewer, other)
        world.blocks.discard((me, other))
    elif kind < 0.86:
        bonds.mute(tx, viewer, other, duration_ms=dice.choice([0, 3_600_000]))
        world.mutes.add((me, other))
    elif kind < 0.94:
        bonds.unmute(tx, viewer, other)
        world.mutes.discard((me, other))
    else:
        bonds.drop_follower(tx, viewer, other)
        part(world, other, me)


def wider(tx: Tx, dice: random.Random, world: World) -> None:
    """Servers, tags, groups, silence."""
    me, kind = dice.choice(world.readers), dice.random()
    viewer, domain, tag, group = (
        Viewer(me),
        dice.choice(FAR),
        dice.choice(TAGS),
        dice.choice(list(world.groups)),
    )
    if kind < 0.1:
        servers.block(tx, viewer, domain.upper())
        if (me, domain) not in world.far:
            world.far.add((me, domain))
            for other in [a for a in world.people if world.server[a] == domain]:
                part(world, me, other)
                part(world, other, me)
    elif kind < 0.25:
        servers.unblock(tx, viewer, domain)
        world.far.discard((me, domain))
    elif kind < 0.5:
        owntags.follow(tx, viewer, tag.upper())
        world.tags.add((me, tag))
    elif kind < 0.6:
        owntags.unfollow(tx, viewer, tag)
        world.tags.discard((me, tag))
    elif kind < 0.75:
        members.join(tx, viewer, group)
        world.members.add((me, group))
    elif kind < 0.85:
        old = members.get(tx, group, me)
        if old is not None and old.role != GroupRole.OWNER:
            members.leave(tx, viewer, group)
            world.members.discard((me, group))
    else:
        other = dice.choice(world.people)
        silent = other not in world.silenced
        tx.update(accounts_t, {"id": other}, silenced_at=tx.now if silent else None)
        journal.record(tx, journal.ACCOUNT_LIMITED, me, other)
        world.silenced ^= {other}


def sort_out(tx: Tx, dice: random.Random, world: World) -> None:
    """Lists made, changed, filled, emptied, dropped."""
    me, kind = dice.choice(world.readers), dice.random()
    viewer, mine = Viewer(me), [c for c, kept in world.lists.items() if kept.owner == me]
    replies, exclusive = dice.choice(circles.REPLIES), dice.random() < 0.4
    if kind < 0.2 or not mine:
        made = circles.create(tx, viewer, "some", replies=replies, exclusive=exclusive)
        world.lists[made.id] = Kept(me, replies, exclusive)
        return
    circle = dice.choice(mine)
    kept, others = world.lists[circle], [*world.people, *world.groups]
    if kind < 0.3:
        circles.update(tx, viewer, circle, replies=replies, exclusive=exclusive)
        kept.replies, kept.exclusive = replies, exclusive
    elif kind < 0.35:
        circles.delete(tx, viewer, circle)
        del world.lists[circle]
    elif kind < 0.85:
        other = dice.choice(others)
        circles.add(tx, viewer, circle, [other])
        kept.people.add(other)
    else:
        other = dice.choice(others)
        circles.remove(tx, viewer, circle, [other])
        kept.people.discard(other)


ACTS = (say,) * 9 + (let_in,) + (boost,) * 5 + (change,) * 3 + (bond,) * 5 + (wider,) * 3 + (sort_out,) * 3


def step(tx: Tx, dice: random.Random, world: World) -> str:
    """One thing that somebody does; what the domain refuses does not happen in the oracle either."""
    act = dice.choice(ACTS)
    try:
        act(tx, dice, world)
    except Refusal as refusal:
        return f"{act.__name__}: {refusal}"
    return act.__name__
