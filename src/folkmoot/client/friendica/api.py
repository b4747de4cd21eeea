"""The class `Friendica`: all calls of Friendica's API as methods named by their paths, with typed answers."""

from __future__ import annotations

import os
from typing import Any, BinaryIO, TypeVar

from folkmoot.client.auth import OAuth1
from folkmoot.client.calls import Call
from folkmoot.client.forms import Dialect
from folkmoot.client.friendica.basics import BasicsCalls
from folkmoot.client.friendica.bonds import BondsCalls
from folkmoot.client.friendica.circles import CirclesCalls
from folkmoot.client.friendica.errors import refusal
from folkmoot.client.friendica.friendships import FriendshipsCalls
from folkmoot.client.friendica.groups import GroupsCalls
from folkmoot.client.friendica.list_people import ListPeopleCalls
from folkmoot.client.friendica.lists import ListsCalls
from folkmoot.client.friendica.marks import MarksCalls
from folkmoot.client.friendica.messages import MessagesCalls
from folkmoot.client.friendica.node import NodeCalls
from folkmoot.client.friendica.notifications import NotificationsCalls
from folkmoot.client.friendica.people import PeopleCalls
from folkmoot.client.friendica.photos import PhotosCalls
from folkmoot.client.friendica.portraits import PortraitsCalls
from folkmoot.client.friendica.reading import ReadingCalls
from folkmoot.client.friendica.uploads import UploadsCalls
from folkmoot.client.service import Progress
from folkmoot.client.session import AsyncSession, Session
from folkmoot.wire.request import Request

A = TypeVar("A")
DIALECT = Dialect(
    refusal=refusal, suffix=".json", joined=True, whole=frozenset({"DescribeMedia", "NewMessageEvent"})
)
Signing = OAuth1 | tuple[str, str, str, str]


class Friendica(
    BasicsCalls,
    BondsCalls,
    CirclesCalls,
    FriendshipsCalls,
    GroupsCalls,
    ListPeopleCalls,
    ListsCalls,
    MarksCalls,
    MessagesCalls,
    NodeCalls,
    NotificationsCalls,
    PeopleCalls,
    PhotosCalls,
    PortraitsCalls,
    ReadingCalls,
    UploadsCalls,
):
    """Friendica's API of a server, blocking.

    Log in with *user* and *password* (HTTP Basic), with *oauth* (an `OAuth1`, or consumer key, consumer secret, token
    and token secret; see `ask` and `take`), or with *token* (Bearer). Nobody is fine for what everybody may read.
    *options* are those of `Session`: timeout, retries, user_agent, http.

    Methods are named by the paths of the calls: `statuses/update` is `statuses_update`. Answers are structs of
    `folkmoot.wire.friendica`; refusals raise FriendicaError with the server's own words.
    """

    dialect = DIALECT

    def __init__(
        self,
        base_url: str,
        *,
        user: str = "",
        password: str = "",
        oauth: Signing | None = None,
        token: str = "",
        **options: Any,
    ) -> None:
        super().__init__(Session(base_url, **_login(user, password, oauth, token), **options))

    def users_profile_image(
        self,
        screen_name: str,
        target: str | os.PathLike[str] | BinaryIO,
        *,
        size: str = "normal",
        progress: Progress | None = None,
    ) -> int:
        """Save somebody's portrait in a file; *size* is normal, bigger, mini or original.

        `GET /api/users/profile_image/{screen_name}`. Returns the number of bytes.
        """
        path = f"/api/users/profile_image/{screen_name}.json"
        return self._save(Call("GET", path, query=[("size", size)]), target, progress)


class AsyncFriendica(AsyncSession):
    """The same server for asyncio, by endpoint classes: `await it.send(requests.HomeTimeline(count=5))`."""

    def __init__(
        self,
        base_url: str,
        *,
        user: str = "",
        password: str = "",
        oauth: Signing | None = None,
        token: str = "",
        **options: Any,
    ) -> None:
        super().__init__(base_url, **_login(user, password, oauth, token), **options)

    async def send(self, request: Request[A]) -> A:
        """Ask and answer. Raises FriendicaError (refused), ConnectionFailed, BadAnswer."""
        return DIALECT.read(request, await self.exchange(DIALECT.prepare(self.base_url, request)))


def _login(user: str, password: str, oauth: Signing | None, token: str) -> dict[str, Any]:
    if bool(user) + (oauth is not None) + bool(token) > 1:
        raise TypeError("give one of user and password, oauth, token")
    if oauth is not None:
        return {"auth": oauth if isinstance(oauth, OAuth1) else OAuth1(*oauth)}
    return {"auth": (user, password)} if user else {"token": token}
