"""So many people and posts that every list of the table has more than one page can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.doors.mastodon.moot import Moot, Person

from folkmoot.domain.access import Audience, Viewer
from folkmoot.domain.media import cards
from folkmoot.domain.people import accounts, bonds, circles, regards, servers
from folkmoot.domain.people.accounts import NewPerson
from folkmoot.domain.posts import boosts, posts, reactions
from folkmoot.domain.posts.drafts import Draft
from folkmoot.domain.posts.reactions import Reaction
from folkmoot.store.tx import Tx

MANY, SOME, SERVERS = 83, 43, 203
URL = "https://news.example/story"


class Crowd:
    """Anna, whom everybody follows, and some who are each at the centre of one list."""

    def __init__(self, moot: Moot) -> None:
        self.moot = moot
        names = ("anna", "bea", "con", "dave", "dom", "mia", "rex", "quin")
        self.of = {name: moot.person(name) for name in names}
        self.of["lou"] = moot.person("lou", locked=True)
        self.people = moot.store.write(self._people)
        for step in (self._bonds, self._posts, self._reactions, self._talks):
            moot.store.write(step)
        self._scheduled()

    def __getattr__(self, name: str) -> Person:
        try:
            return self.of[name]
        except KeyError:
            raise AttributeError(name) from None

    def _people(self, tx: Tx) -> list[int]:
        made = [NewPerson(name=f"p{n}", address=f"p{n}@example.org", confirmed=True) for n in range(MANY)]
        return [accounts.add_person(tx, new) for new in made]

    def _bonds(self, tx: Tx) -> None:
        anna, lou = self.anna, self.lou
        self.circle = circles.create(tx, anna.viewer, "all").id
        for id_ in self.people:
            one = Viewer(id_)
            bonds.follow(tx, one, anna.id)
            bonds.follow(tx, one, lou.id)
            bonds.follow(tx, anna.viewer, id_)
            bonds.follow(tx, self.con.viewer, id_)
            bonds.block(tx, self.bea.viewer, id_)
            bonds.mute(tx, self.mia.viewer, id_)
            regards.endorse(tx, anna.viewer, id_)
        circles.add(tx, anna.viewer, self.circle, self.people)
        for n in range(SERVERS):
            servers.block(tx, self.dom.viewer, f"s{n}.example")
        bonds.follow(tx, self.dave.viewer, anna.id)
        self.daves = circles.create(tx, self.dave.viewer, "anna").id
        circles.add(tx, self.dave.viewer, self.daves, [anna.id])

    def _posts(self, tx: Tx) -> None:
        self.posts = [
            posts.write(tx, self.anna.viewer, Draft(text=f"{n} #word {URL}")).id for n in range(MANY)
        ]
        for post in self.posts:
            cards.link(tx, self.anna.id, post, [URL])
        for look in cards.claim(tx):
            cards.found(tx, look, cards.NewCard(title="Story"))

    def _reactions(self, tx: Tx) -> None:
        for id_, post in zip(self.people, self.posts, strict=True):
            reactions.react(tx, Viewer(id_), post, Reaction.LIKE)
            if post != self.posts[0]:
                reactions.react(tx, Viewer(id_), self.posts[0], Reaction.LIKE)
            boosts.boost(tx, Viewer(id_), self.posts[0])
        for post in self.posts[:SOME]:
            reactions.react(tx, self.dave.viewer, post, Reaction.LIKE)
            reactions.react(tx, self.dave.viewer, post, Reaction.BOOKMARK)

    def _talks(self, tx: Tx) -> None:
        for id_ in self.people:
            posts.write(tx, Viewer(id_), Draft(text="@rex psst", audience=Audience.DIRECT))
        for id_ in self.people[:SOME]:
            posts.write(tx, Viewer(id_), Draft(text="@con psst", audience=Audience.DIRECT))
            posts.write(tx, Viewer(id_), Draft(text="look", quote_of=self.posts[1]))

    def _scheduled(self) -> None:
        for n in range(SOME):
            self.quin.say("later", scheduled_at=f"2030-01-{n // 20 + 1:02}T00:{n:02}:00Z")


def _path(path: str) -> Callable[[Crowd], str]:
    return lambda crowd: path


LISTS: dict[str, tuple[str, Callable[[Crowd], str], dict[str, Any]]] = {
    "accounts.statuses": ("dave", lambda c: str(c.anna.id), {"exclude_replies": "false", "tagged": "word"}),
    "accounts.followers": ("dave", lambda c: str(c.anna.id), {}),
    "accounts.following": ("dave", lambda c: str(c.anna.id), {}),
    "accounts.endorsements": ("dave", lambda c: str(c.anna.id), {}),
    "blocks.get": ("bea", _path(""), {}),
    "bookmarks.get": ("dave", _path(""), {}),
    "favourites.get": ("dave", _path(""), {}),
    "conversations.get": ("con", _path(""), {}),
    "domain_blocks.get": ("dom", _path(""), {}),
    "follow_requests.get": ("lou", _path(""), {}),
    "grouped_notifications.get-grouped": ("anna", _path(""), {"types[]": "favourite"}),
    "notifications_alpha.get-grouped": ("anna", _path(""), {"types[]": "favourite"}),
    "lists.accounts": ("anna", lambda c: str(c.circle), {}),
    "mutes.get": ("mia", _path(""), {}),
    "notifications.get": ("anna", _path(""), {"types[]": "favourite", "include_filtered": "true"}),
    "notifications.get-requests": ("rex", _path(""), {}),
    "scheduled_statuses.get": ("quin", _path(""), {}),
    "statuses.reblogged_by": ("dave", lambda c: str(c.posts[0]), {}),
    "statuses.favourited_by": ("dave", lambda c: str(c.posts[0]), {}),
    "statuses.quotes": ("anna", lambda c: str(c.posts[1]), {}),
    "timelines.public": ("dave", _path(""), {"local": "true", "only_media": "0"}),
    "timelines.tag": ("dave", _path("word"), {"none[]": "other", "any[]": "word"}),
    "timelines.home": ("dave", _path(""), {}),
    "timelines.link": ("dave", _path(""), {"url": URL}),
    "timelines.list": ("dave", lambda c: str(c.daves), {}),
    "timelines.direct": ("con", _path(""), {}),
}
"""Who asks for each list, what its path names, and parameters besides the page's."""
