"""The class `GroupsIO`: all calls of the API of Groups.io as methods, with typed answers."""

from __future__ import annotations

import os
from typing import Any, BinaryIO, TypeVar

from folkmoot.client.forms import Dialect
from folkmoot.client.groupsio.basics import BasicsCalls
from folkmoot.client.groupsio.chat import ChatCalls
from folkmoot.client.groupsio.draft import DraftCalls
from folkmoot.client.groupsio.entering import EnteringCalls
from folkmoot.client.groupsio.errors import GroupsIOError, refusal
from folkmoot.client.groupsio.feed import FeedCalls
from folkmoot.client.groupsio.group import GroupCalls
from folkmoot.client.groupsio.member import MemberCalls
from folkmoot.client.groupsio.notices import NoticesCalls
from folkmoot.client.groupsio.section import SectionCalls
from folkmoot.client.groupsio.settings import SettingsCalls
from folkmoot.client.groupsio.user import UserCalls
from folkmoot.client.groupsio.wiki import WikiCalls
from folkmoot.client.service import Progress, with_fields
from folkmoot.client.session import AsyncSession, Session
from folkmoot.wire.groupsio.requests import LogIn, LogOut
from folkmoot.wire.groupsio.user import Login
from folkmoot.wire.groupsio.user_requests import DownloadArchives
from folkmoot.wire.request import Request

A = TypeVar("A")
DIALECT = Dialect(refusal=refusal)


class GroupsIO(
    BasicsCalls,
    ChatCalls,
    DraftCalls,
    EnteringCalls,
    FeedCalls,
    GroupCalls,
    MemberCalls,
    NoticesCalls,
    SectionCalls,
    SettingsCalls,
    UserCalls,
    WikiCalls,
):
    """The API of Groups.io of a server, blocking.

    Log in with *key* (an API key, sent as Bearer), with *token* (that of `login(token=True)`, sent by HTTP Basic), or
    call `login` for a session by cookie; its csrf token is then sent with each write by itself. *options* are those of
    `Session`: timeout, retries, user_agent, http.

    Methods are named by the words of the calls: `getgroup` is `get_group`. Answers are structs of
    `folkmoot.wire.groupsio`; refusals raise GroupsIOError with the server's own words.
    """

    dialect = DIALECT

    def __init__(self, base_url: str, *, key: str = "", token: str = "", **options: Any) -> None:
        super().__init__(Session(base_url, **_login(key, token), **options))
        self.csrf = ""

    def login(self, email: str, password: str, *, twofactor: str | None = None, token: bool = False) -> Login:
        """Log in by cookie; with *token* the answer also holds a token to keep, for `GroupsIO(url, token=…)`.

        Raises TwoFactorRequired where a code is wanted: ask for it, and call again with *twofactor*.

        `POST /api/v1/login`, for everybody.
        """
        return self._send(LogIn(email=email, password=password, twofactor=twofactor, token=token))

    def logout(self) -> None:
        """End the session and forget its cookies.

        `GET /api/v1/logout`, for everybody.
        """
        self._send(LogOut())
        self.csrf = ""
        self.session.http.cookies.clear()

    def save_archives(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        *,
        group_id: int | None = None,
        group_name: str | None = None,
        start_msg_num: int | None = None,
        start_time: str | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Save a group's archive in a file, as it comes: a zip with one mbox. Returns the number of bytes.

        Of messages with greater numbers, or newer ones, where that is asked for.
        """
        request = DownloadArchives(
            group_id=group_id, group_name=group_name, start_msg_num=start_msg_num, start_time=start_time
        )
        return self._save(DIALECT.prepare(self.base_url, request), target, progress)

    def _send(self, request: Request[A]) -> A:
        """A write by cookie takes the csrf token along; one that has become stale is asked for anew, once."""
        if not self.csrf or not hasattr(request, "csrf"):
            return self._heard(super()._send(request))
        try:
            return self._heard(super()._send(with_fields(request, csrf=self.csrf)))
        except GroupsIOError as error:
            if error.type != "bad_csrf":
                raise
        self.csrf = self.get_user().csrf_token
        return self._heard(super()._send(with_fields(request, csrf=self.csrf)))

    def _heard(self, answer: A) -> A:
        if isinstance(answer, Login):
            self.csrf = answer.user.csrf_token
        return answer


class AsyncGroupsIO(AsyncSession):
    """The same server for asyncio, by endpoint classes: `await it.send(requests.GetGroup(group_name="tea"))`."""

    def __init__(self, base_url: str, *, key: str = "", token: str = "", **options: Any) -> None:
        super().__init__(base_url, **_login(key, token), **options)

    async def send(self, request: Request[A]) -> A:
        """Ask and answer. Raises GroupsIOError (refused), ConnectionFailed, BadAnswer."""
        return DIALECT.read(request, await self.exchange(DIALECT.prepare(self.base_url, request)))


def _login(key: str, token: str) -> dict[str, Any]:
    if key and token:
        raise TypeError("give one of key and token")
    return {"auth": (token, "")} if token else {"token": key}
