"""Answers that stand until the next commit: what was asked a moment ago is not worked out again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from folkmoot.doors.frame.answers import Answer, Later, Response

if TYPE_CHECKING:
    from folkmoot.domain.access import Viewer
    from folkmoot.doors.frame.at import At, Caller
    from folkmoot.doors.frame.cache import ByteCache
    from folkmoot.doors.frame.door import Route

LASTS_MS, LEAST_MS = 1000, 600
"""So long an answer stands at most and at least: what hangs on the clock (a poll that ends, a mute) is late by no more.
Each question has a time of its own, so that what was made together does not have to be made together again."""
OVERHEAD = 1000
"""Bytes that an answer costs beside its body: question, headers, objects (rounded up)."""
LONG = 500
"""Longer questions (bytes) are not kept."""


class _Kept(NamedTuple):
    version: Hashable
    until: int
    cost: int
    answer: Response
    viewer: Viewer
    caller: Caller | None


class Standing:
    """The standing answers of one process, at most *max_bytes* of them; 0 keeps none.

    Nobody has to take one back: each is kept with the version of the contents that it was made from (Tx.version), and
    counts only for who sees that very version. Who asks is part of the question. Safe to use from several threads.

    An answer costs what is its own; the pieces that it shares with others are counted by the *caches* that keep them.
    What a cache lets go may live on here: after *max_bytes* of that, all answers go.
    """

    def __init__(self, max_bytes: int, clock: Callable[[], int], caches: Mapping[str, ByteCache]) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._clock = clock
        self._caches = caches
        self._evicted = 0
        self._lock = Lock()
        self._answers: dict[Hashable, _Kept] = {}

    async def early(self, route: Route, at: At) -> Answer | None:
        """What stands for a request whose words alone tell who asks, and tells *at* who that is: the same words meant
        the same person in the same contents. No transaction is needed, as the store can name its contents."""
        http, secret_of = at.http, at.door.secret
        if not self.max_bytes or secret_of is None or http.method != "GET" or http.has_body:
            return None
        if (secret := secret_of(http)) is None or (question := _question(route, at, secret)) is None:
            return None
        at.question = question
        if question not in self._answers or (contents := await at.house.store.version()) is None:
            return None
        kept = self._found(question, (contents, at.house.feeds.told), self._clock())
        if kept is None:
            return None
        at.viewer, at.caller = kept.viewer, kept.caller
        return kept.answer

    def answer(self, route: Route, at: At, make: Callable[[], Answer | Later]) -> Answer | Later:
        """What *make* gives, or gave a moment ago for the same question. Runs in the transaction of *at*."""
        if not self.max_bytes or at.http.method != "GET" or at.http.has_body:
            return make()
        contents, told = at.tx.version(), at.house.feeds.told
        question = at.question or _question(route, at, _who(at))
        if contents is None or question is None:
            return make()
        version = (contents, told)  # homes hang on news too, which come a moment after the commit
        now = self._clock()
        found = self._found(question, version, now)
        if found is not None:
            return found.answer
        answer = make()
        if isinstance(answer, Response) and answer.status == 200:
            cost = answer.own_bytes + OVERHEAD
            until = now + LEAST_MS + hash(question) % (LASTS_MS - LEAST_MS)
            self._put(question, _Kept(version, until, cost, answer, at.viewer, at.caller), now)
        return answer

    def _found(self, question: Hashable, version: Hashable, now: int) -> _Kept | None:
        kept = self._answers.get(question)
        return kept if kept is not None and _stands(kept, version, now) else None

    def _put(self, question: Hashable, new: _Kept, now: int) -> None:
        """Keep the answer where there is room once those are gone that no longer stand: were the oldest to go, a crowd
        that asks by turns would find none."""
        if new.cost * 8 > self.max_bytes:
            return
        with self._lock:
            evicted = sum(cache.evicted for cache in list(self._caches.values()))
            if (
                not 0 <= evicted - self._evicted <= self.max_bytes
            ):  # less than before: a cache went as a whole
                self._answers, self.size, self._evicted = {}, 0, evicted
            self._drop(question)
            while self._answers:
                first = next(iter(self._answers))
                if _stands(self._answers[first], new.version, now):
                    break
                self._drop(first)
            if self.size + new.cost <= self.max_bytes:
                self._answers[question] = new
                self.size += new.cost

    def _drop(self, question: Hashable) -> None:
        gone = self._answers.pop(question, None)
        if gone is not None:
            self.size -= gone.cost


def _stands(kept: _Kept, version: Hashable, now: int) -> bool:
    return kept.version == version and now < kept.until <= now + LASTS_MS


def _who(at: At) -> Hashable:
    caller = at.caller
    return at.viewer.account_id, caller and (caller.token_id, caller.session_id, caller.way)


def _question(route: Route, at: At, who: Hashable) -> Hashable | None:
    """Everything that an answer may hang on beside the contents: path, query, conditions, and who asks with what. None
    for one that is too long to be kept."""
    http = at.http
    headers = http.headers
    words = (
        http.query,
        headers.get(b"if-none-match", b""),
        headers.get(b"if-modified-since", b""),
        *at.path.values(),
    )
    if sum(map(len, words)) > LONG or (isinstance(who, str) and len(who) > LONG):
        return None
    return (id(route), who, *words)
