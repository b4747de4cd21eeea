"""Direct posts as Friendica's private messages, in the three states of getText, and as the events of Twitter 1.1."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from folkmoot.domain import looks, views
from folkmoot.domain.access import Viewer
from folkmoot.domain.posts import messages
from folkmoot.domain.posts.messages import Message
from folkmoot.domain.posts.plainparts import html_of, text_of
from folkmoot.domain.views import AccountView, PostView
from folkmoot.doors.frame import House
from folkmoot.doors.friendica.entities import entities
from folkmoot.doors.friendica.present import Presenter
from folkmoot.store.tx import Tx
from folkmoot.wire.codecs import twitter_time
from folkmoot.wire.friendica.message import DirectMessage, DMEvent

TITLE = 10
"""A message without a title is called by so many of its first letters."""


class Mail:
    """The viewer's messages as they are shown, loaded in a handful of queries: posts, their sides, their people."""

    def __init__(self, house: House, tx: Tx, viewer: Viewer, ids: list[int]) -> None:
        self.house = house
        self.me = viewer.account_id
        self.sides = messages.facts(tx, viewer, ids)
        self.posts = [post for post in views.post_list(tx, viewer, ids) if post.id in self.sides]
        behind = {self.me, *(post.author.id for post in self.posts)}
        behind |= {id_ for side in self.sides.values() for id_ in side.others}
        behind |= {id_ for post in self.posts if (id_ := _meant(post))}
        self.people = views.accounts_by_ids(tx, list(behind))
        self._presenter = Presenter(
            house.links, self.me, looks.of_accounts(tx, viewer, list(behind)), {}, self.people
        )

    def recipient(self, post: PostView, side: Message) -> AccountView:
        """To whom it went: the viewer, or of a message of one's own the first of those it was for."""
        if not side.own:
            return self.people[self.me]
        for id_ in (*side.others, _meant(post)):
            if id_ in self.people:
                return self.people[id_]
        return self.people[self.me]

    def message(self, post: PostView, get_text: str | None, *, with_people: bool = True) -> DirectMessage:
        """A message; *get_text* "plain" or "html" keep the title apart."""
        side = self.sides[post.id]
        to, title = self.recipient(post, side), title_of(post)
        text = html_of(post) if get_text == "html" else self._text(post)
        apart = get_text in ("html", "plain")
        return DirectMessage(
            id=post.id,
            sender_id=post.author.id,
            text=text if apart or not title else f"{title}\n{text}",
            recipient_id=to.id,
            created_at=twitter_time(post.created_at),
            sender_screen_name=post.author.handle,
            recipient_screen_name=to.handle,
            sender=self._presenter.user(post.author) if with_people else UNSET,
            recipient=self._presenter.user(to) if with_people else UNSET,
            title=title if apart else "",
            friendica_seen=int(side.seen),
            friendica_parent_uri=thread_uri(self.house, side.thread_id),
        )

    def all(self, get_text: str | None, *, with_people: bool = True) -> list[DirectMessage]:
        """All of them in the order in which they were asked for."""
        return [self.message(post, get_text, with_people=with_people) for post in self.posts]

    def event(self, post: PostView) -> DMEvent:
        """A message in the form of Twitter 1.1: ids and times as text, a title as its first line."""
        to = self.recipient(post, self.sides[post.id])
        text = self._text(post)
        if post.title:
            text = f"{post.title}\n{text}"
        created: dict[str, Any] = {
            "target": {"recipient_id": str(to.id)},
            "sender_id": str(post.author.id),
            "message_data": {"text": text, "entities": entities(text, post.mentions)},
        }
        return DMEvent(
            type="message_create",
            id=str(post.id),
            created_timestamp=str(post.created_at),
            message_create=created,
        )

    def _text(self, post: PostView) -> str:
        """The plain text, pictures as their addresses."""
        files = [self.house.links.media(media.blob) for media in post.media if media.blob]
        return "\n".join([text_of(post), *files]).strip()


def title_of(post: PostView) -> str:
    """The title that it was given, or that it got when it was sent as a message."""
    called = post.extra.get("subject")
    return post.title or (called if isinstance(called, str) else "")


def short_title(text: str) -> str:
    """What a message without a title is called: the first letters of its text."""
    return text if len(text) <= TITLE else f"{text[:TITLE]}..."


def thread_uri(house: House, thread_id: int) -> str:
    """The address that groups the messages of a thread: it tells nothing of a first post that is not for the reader."""
    return f"{house.settings.base_url}/mail/{thread_id}"


def _meant(post: PostView) -> int:
    """To whom it was sent; a message whose receiver does not take it is addressed to nobody."""
    to = post.extra.get("to")
    return to if isinstance(to, int) else 0
