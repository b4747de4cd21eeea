"""Two clients in one: ours asks the server, then Mastodon.py gets the same answers and must make the same of them."""

from __future__ import annotations

import functools
import inspect
import io
import json
import threading
import warnings
from datetime import datetime
from typing import Any, ClassVar

import mastodon
import requests
from tests.client.recording import described

from folkmoot.client import Mastodon as Ours

Theirs = mastodon.Mastodon
PUBLIC = {name for name in dir(Theirs) if not name.startswith("_")}
#: What can't be asked twice with one answer: chance is in it, it has a listener, goes on by itself, or is of the class.
ALONE = {
    "push_subscription_generate_keys", "stream_user", "stream_public", "stream_local", "stream_hashtag", "stream_list",
    "stream_direct", "stream_user_notifications", "stream_open_websocket", "pagination_iterator",
    "pagination_page_iterator", "decode_blurhash", "create_app", "get_status_length", "get_supported_version",
}  # fmt: skip
#: Where ours sends something else on purpose, and why.
OTHERWISE = {
    "accept_multiple_notification_requests": "theirs says id[][], which no server reads",
    "dismiss_multiple_notification_requests": "as above",
    "admin_accounts": "theirs loses the limit",
    "admin_accounts_v1": "as above",
    "admin_domain_blocks": "as above",
    "create_account": "theirs sends its own flag along",
    "grouped_notifications": "theirs does not take an account where an id is wanted",
    "search": "as above",
    "search_v2": "as above",
    "unread_grouped_notifications_count": "as above",
    "log_in": "theirs sends the server page along",
    "push_subscription_set": "theirs takes *standard* and does not say it",
    "oauth_userinfo": "theirs fails on a server page that names no place for it",
}
#: What Mastodon.py gives without types, or with those of an older answer.
UNTYPED = {"admin_accounts", "admin_accounts_v1", "filter_v2"}
_level = threading.local()


class Tape(requests.Session):
    """Keeps what went through it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[Any, requests.Response]] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        said = _said(request)
        answer = super().send(request, **options)
        if not options.get("stream"):
            self.kept.append((said, answer))
        return answer


class Replay(requests.Session):
    """Answers what was kept to the same questions; what is asked of the server itself may be asked anew."""

    def __init__(self) -> None:
        super().__init__()
        self.tape: list[tuple[Any, requests.Response]] = []
        self.loosely = False
        self.wrong = ""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        asked = _said(request)
        for at, (kept, answer) in enumerate(self.tape):
            if kept[:2] == asked[:2] if self.loosely else kept == asked:
                del self.tape[at]
                return answer
        if not _of_the_server(asked):
            self.wrong = f"Mastodon.py asked {asked}, ours {[kept for kept, _ in self.tape]}"
            raise requests.ConnectionError(self.wrong)
        return super().send(request, **options)

    def left(self) -> str:
        """What ours asked and Mastodon.py did not."""
        more = [kept for kept, _ in self.tape if not _of_the_server(kept)]
        return f"Mastodon.py did not ask {more}" if more else ""


def _of_the_server(said: Any) -> bool:
    return said[0] == "GET" and ("/instance" in said[1] or "nodeinfo" in said[1])


def _said(request: requests.PreparedRequest) -> Any:
    """A request without its `lang`: Mastodon.py says it once too often, having put it into a default of its own."""
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    method, path, query, said, headers = described(
        request.method or "", request.url or "", request.headers, body
    )
    silent = [
        [pair for pair in part if pair[0] != "lang"] if isinstance(part, list) else part
        for part in (query, said)
    ]
    return [method, path, silent[0], silent[1] or "", headers]


def plain(value: Any) -> Any:
    """A result as JSON would have it, moments as seconds; an entry that is None as one that is not there."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return str(value) if isinstance(value, str) else value


def outcome(client: Any, name: str, parts: tuple[Any, ...], more: dict[str, Any]) -> tuple[Any, Any]:
    """(result, nothing), or (nothing, exception)."""
    try:
        return getattr(client, name)(*map(_fresh, parts), **{k: _fresh(v) for k, v in more.items()}), None
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise the same
        return None, error


def _fresh(value: Any) -> Any:
    return io.BytesIO(value.getvalue()) if isinstance(value, io.BytesIO) else value


def apart(one: Any, other: Any, place: str = "") -> str:
    """Where two results differ first."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(apart(one[key], other[key], f"{place}.{key}") for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return next(apart(a, b, f"{place}[]") for a, b in zip(one, other, strict=True) if a != b)
    if isinstance(one, dict) and isinstance(other, dict):
        return f"{place}: ours has {one.keys() - other.keys()} more, Mastodon.py {other.keys() - one.keys()}"
    return f"{place}: {one!r} and {other!r}"


def difference(ours: tuple[Any, Any], theirs: tuple[Any, Any]) -> str:
    """What is not the same in two outcomes; nothing where all is."""
    errors = [(type(error).__name__, *error.args[:3]) if error else None for _, error in (ours, theirs)]
    if errors[0] != errors[1]:
        return f"ours raised {errors[0]}, Mastodon.py {errors[1]}"
    one, other = ours[0], theirs[0]
    if plain(one) != plain(other):
        return f"ours gave otherwise than Mastodon.py: {apart(plain(one), plain(other))}"
    if type(other) is not list and type(one).__name__ != type(other).__name__:
        return f"ours gave a {type(one).__name__}, Mastodon.py a {type(other).__name__}"
    for page in ("_pagination_next", "_pagination_prev"):
        infos = [getattr(result, page, None) for result in (one, other)]
        cursors = [{k: v for k, v in (i or {}).items() if k[0] != "_" and k != "lang"} for i in infos]
        if cursors[0] != cursors[1]:
            return f"ours goes on by {cursors[0]}, Mastodon.py by {cursors[1]}"
    return ""


class Twin(Ours):
    """The class that scripts get. Says on standard output, as JSON, which calls were the same and which were not."""

    same: ClassVar[set[str]] = set()

    @functools.wraps(Ours.__init__)
    def __init__(self, **options: Any) -> None:
        super().__init__(**options, session=Tape())
        self._other = Theirs(**options, session=Replay())

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in PUBLIC - ALONE or not inspect.ismethod(found) or getattr(_level, "inside", False):
            return found

        def call(*parts: Any, **more: Any) -> Any:
            _level.inside = True
            try:
                return self._both(name, parts, more)
            finally:
                _level.inside = False

        # What the suite looks at to learn which parameters this age of the library has.
        about = {
            "__signature__": inspect.signature(found),
            "__wrapped__": inspect.unwrap(found),
            "__self__": self,
        }
        vars(call).update(about)
        return call

    def _both(self, name: str, parts: tuple[Any, ...], more: dict[str, Any]) -> Any:
        tape: Any = self.session
        tape.kept = []
        before = dict(vars(self._other))
        ours = outcome(super(), name, parts, more)
        replay: Any = self._other.session
        replay.tape, replay.wrong, replay.loosely = tape.kept, "", name in OTHERWISE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = outcome(self._other, name, parts, more)
        wrong = replay.wrong or replay.left()
        if not wrong and (name not in UNTYPED or ours[1] or theirs[1]):
            wrong = difference(ours, theirs)
        if wrong:
            vars(self._other).update(before)
            print(json.dumps({"check": f"{name} as Mastodon.py", "error": wrong[:1500], "call": name}))
        elif name not in self.same:
            self.same.add(name)
            print(json.dumps({"same": name}))
        if ours[1] is not None:
            raise ours[1]
        return ours[0]
