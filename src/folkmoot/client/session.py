"""The typed client, in two drivers over one core: `Session` blocks, `AsyncSession` is awaited."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from folkmoot.client.auth import Auth, Basic, Bearer, NoAuth
from folkmoot.client.calls import PASSING, Answer, Call, grouped
from folkmoot.client.errors import ConnectionFailed
from folkmoot.client.perform import perform
from folkmoot.client.typed import prepare, read
from folkmoot.wire.request import Request

if TYPE_CHECKING:
    import httpx2
    import requests

A = TypeVar("A")
AGENT = "folkmoot-client"
#: Seconds before the second, third … attempt.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


class _Common:
    """What both drivers know: where the server is, who asks, how long to wait, how often to try."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str = "",
        auth: Auth | tuple[str, str] | None = None,
        timeout: float = 30.0,
        retries: int = 2,
        user_agent: str = AGENT,
    ) -> None:
        if isinstance(auth, tuple):
            auth = Basic(*auth)
        self.base_url = base_url.rstrip("/")
        self.auth: Auth = auth or (Bearer(token) if token else NoAuth())
        self.timeout = timeout
        self.retries = retries
        self.user_agent = user_agent

    def _ready(self, call: Call) -> Call:
        if call.url.startswith("/"):
            call.url = self.base_url + call.url
        call.headers.setdefault("User-Agent", self.user_agent)
        self.auth.sign(call)
        return call

    def _again(self, call: Call, attempt: int, answer: Answer | None) -> float | None:
        """Seconds to wait before trying again, or None when the answer (or the failure) stands.

        Only what does no harm twice is repeated (`Call.may_repeat`), after lost connections and passing failures.
        """
        if attempt >= self.retries or not call.may_repeat():
            return None
        if answer is not None and answer.status not in PASSING:
            return None
        return PAUSES[min(attempt, len(PAUSES) - 1)]


class Session(_Common):
    """Sends requests to a server and waits for the answers. Safe to share among threads as far as requests is.

    *token* is a Bearer token; *auth* any `Auth`, or a pair (user, password) for Basic. *timeout*, in seconds, is how
    long to wait for a connection and then for each next byte. *retries*: how often to try again where that is safe.
    *http* lets one pass a `requests.Session` (proxies, certificates, its cookie jar). Close it, or use it in a `with`.
    """

    def __init__(self, base_url: str, *, http: requests.Session | None = None, **options: Any) -> None:
        super().__init__(base_url, **options)
        self._http = http

    @property
    def http(self) -> requests.Session:
        """The `requests.Session` below: its cookies hold a log-in by cookie."""
        if self._http is None:
            import requests

            self._http = requests.Session()
        return self._http

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        if self._http is not None:
            self._http.close()

    def send(self, request: Request[A]) -> A:
        """Ask and answer; a field that the server left out has its default, or is UNSET.

        Raises ApiError (refused), ConnectionFailed, BadAnswer.
        """
        return read(request, self.exchange(prepare(self.base_url, request)))

    def exchange(self, call: Call) -> Answer:
        """Send *call* (its url may be a path) and give what came back, whatever its status. Raises ConnectionFailed."""
        attempt = 0
        while True:
            answer, failure = self._once(self._ready(call))
            pause = self._again(call, attempt, answer)
            if pause is None:
                if answer is None:
                    raise ConnectionFailed(str(failure)) from failure
                return answer
            time.sleep(pause)
            attempt += 1

    def _once(self, call: Call) -> tuple[Answer | None, Exception | None]:
        import requests

        try:
            response = perform(self.http, call, self.timeout)
        except requests.RequestException as error:
            return None, error
        return Answer(response.status_code, response.reason or "", response.headers, response.content), None


class AsyncSession(_Common):
    """The same for asyncio, over httpx2: `async with AsyncSession(url, token=…) as session: await session.send(…)`.

    *http* lets one pass an `httpx2.AsyncClient`.
    """

    def __init__(self, base_url: str, *, http: httpx2.AsyncClient | None = None, **options: Any) -> None:
        super().__init__(base_url, **options)
        self._http = http

    @property
    def http(self) -> httpx2.AsyncClient:
        """The `httpx2.AsyncClient` below."""
        if self._http is None:
            import httpx2

            self._http = httpx2.AsyncClient(timeout=self.timeout)
        return self._http

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        if self._http is not None:
            await self._http.aclose()

    async def send(self, request: Request[A]) -> A:
        """Ask and answer; a field that the server left out has its default, or is UNSET.

        Raises ApiError (refused), ConnectionFailed, BadAnswer.
        """
        return read(request, await self.exchange(prepare(self.base_url, request)))

    async def exchange(self, call: Call) -> Answer:
        """Send *call* (its url may be a path) and give what came back, whatever its status. Raises ConnectionFailed."""
        import asyncio

        attempt = 0
        while True:
            answer, failure = await self._once(self._ready(call))
            pause = self._again(call, attempt, answer)
            if pause is None:
                if answer is None:
                    raise ConnectionFailed(str(failure)) from failure
                return answer
            await asyncio.sleep(pause)
            attempt += 1

    async def _once(self, call: Call) -> tuple[Answer | None, Exception | None]:
        import httpx2

        body: dict[str, Any] = {"json": call.json} if call.json is not None else {}
        if call.body is not None:
            body["content"] = call.body
        if call.form or call.files:
            body |= {"data": grouped(call.form), "files": call.files or None}
        try:
            got = await self.http.request(
                call.method,
                call.url,
                params=call.query or None,
                headers=call.headers,
                timeout=self.timeout,
                **body,
            )
        except httpx2.TransportError as error:
            return None, error
        return Answer(got.status_code, got.reason_phrase, got.headers, got.content), None
