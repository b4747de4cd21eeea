"""Answers that stand until the next commit: what was asked a moment ago is not worked out again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING

from folkmoot.doors.frame.answers import Answer, Response

if TYPE_CHECKING:
    from folkmoot.doors.frame.at import At
    from folkmoot.doors.frame.door import Route

LASTS_MS = 1000
"""So long an answer stands at most: what hangs on the clock (a poll that ends, a mute) is late by no more."""
OVERHEAD = 1000
"""Bytes that an answer costs beside its body: question, headers, objects (rounded up)."""
LONG = 500
"""Longer questions (bytes) are not kept."""


class Standing:
    """The standing answers of one process, at most *max_bytes* of them; 0 keeps none.

    Nobody has to take one back: each is kept with the version of the contents that it was made from (Tx.version), and
    counts only for a transaction that sees that very version. Who asks is found out before, every time. Safe to use
    from several threads.
    """

    def __init__(self, max_bytes: int, clock: Callable[[], int]) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._clock = clock
        self._lock = Lock()
        self._answers: dict[Hashable, tuple[Hashable, int, Response]] = {}

    def answer(self, route: Route, at: At, make: Callable[[], Answer]) -> Answer:
        """What *make* gives, or gave a moment ago for the same question. Runs in the transaction of *at*."""
        if not self.max_bytes or at.http.method != "GET" or at.http.has_body:
            return make()
        contents, told = at.tx.version(), at.house.feeds.told
        if contents is None or (question := _question(route, at)) is None:
            return make()
        version = (contents, told)  # homes hang on news too, which come a moment after the commit
        now = self._clock()
        found = self._answers.get(question)
        if found is not None and found[0] == version and 0 <= now - found[1] < LASTS_MS:
            return found[2]
        answer = make()
        if isinstance(answer, Response) and answer.status == 200:
            self._put(question, version, now, answer)
        return answer

    def _put(self, question: Hashable, version: Hashable, now: int, answer: Response) -> None:
        """Keep the answer where there is room once those are gone that no longer stand: were the oldest to go, a crowd
        that asks by turns would find none."""
        cost = len(answer.body) + OVERHEAD
        if cost * 8 > self.max_bytes:
            return
        with self._lock:
            self._drop(question)
            while self._answers:
                first = next(iter(self._answers))
                of, made, _ = self._answers[first]
                if of == version and 0 <= now - made < LASTS_MS:
                    break
                self._drop(first)
            if self.size + cost <= self.max_bytes:
                self._answers[question] = (version, now, answer)
                self.size += cost

    def _drop(self, question: Hashable) -> None:
        gone = self._answers.pop(question, None)
        if gone is not None:
            self.size -= len(gone[2].body) + OVERHEAD


def _question(route: Route, at: At) -> Hashable | None:
    """Everything that an answer may hang on beside the contents: path, query, conditions, and who asks with what. None
    for one that is too long to be kept."""
    http, caller = at.http, at.caller
    words = (
        http.query,
        http.headers.get(b"if-none-match", b""),
        http.headers.get(b"if-modified-since", b""),
        *at.path.values(),
    )
    if sum(map(len, words)) > LONG:
        return None
    return (
        id(route),
        at.viewer.account_id,
        caller and (caller.token_id, caller.session_id, caller.way),
        *words,
    )
