"""What all calls have in common: both methods, csrf, the extended answer, and lists that go on by page token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from folkmoot.domain import cursors
from folkmoot.domain.access import Standing, standing
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.groups import grouprights, groups
from folkmoot.domain.groups.groups import GroupView
from folkmoot.domain.people import logins
from folkmoot.doors.frame.at import At
from folkmoot.doors.frame.door import Handler, Result
from folkmoot.doors.groupsio.door import COOKIE, PROVEN, Refused, door
from folkmoot.doors.groupsio.load import own_user
from folkmoot.wire.groupsio.chat_requests import GetChatHistory
from folkmoot.wire.groupsio.feed_requests import GetFeed
from folkmoot.wire.groupsio.member_requests import PlainGroupList
from folkmoot.wire.groupsio.requests import ListCall
from folkmoot.wire.groupsio.result import Success
from folkmoot.wire.groupsio.section_requests import GetEvents
from folkmoot.wire.request import Request

if TYPE_CHECKING:
    from folkmoot.store.tx import Tx

R = TypeVar("R", bound=Request[Any])
AnyList = ListCall[Any] | PlainGroupList[Any]
Paged = AnyList | GetEvents | GetChatHistory | GetFeed
"""Lists, sorted as the caller wants or not."""
L = TypeVar("L", bound=Paged)
METHODS: Final = ("GET", "POST")
"""Every call is served by both: public clients mix them."""
MAX_LIMIT: Final = 100
DEFAULT_LIMIT: Final = 10


def call(
    ask: type[R], methods: tuple[str, ...] = METHODS, *, reads: bool = False
) -> Callable[[Callable[[At, R], Any]], Callable[[At, R], Any]]:
    """Serve a call with a sync handler; the transaction is that of its own method in the contract, unless it only
    *reads* although it is a POST there."""
    writes = ask.endpoint.methods[0] != "GET" and not reads
    if writes:
        PROVEN.add(ask.endpoint.path)

    def register(handler: Callable[[At, R], Any]) -> Callable[[At, R], Any]:
        def run(at: At, asked: R) -> Result[Any]:
            if writes:
                check_csrf(at.tx, at, getattr(asked, "csrf", ""))
            answer = handler(at, asked)
            return extend(at.tx, at, answer) if getattr(asked, "extended", False) else answer

        door.on(ask, tx="write" if writes else "read", methods=methods)(run)
        return handler

    return register


def check_csrf(tx: Tx, at: At, given: str) -> None:
    """Writes by cookie must prove that a page of ours, not another site, sends them. Raises Refused(bad_csrf)."""
    if at.caller is None or at.caller.way != "cookie":
        return
    session = logins.session(tx, at.http.cookies.get(COOKIE, ""))
    if session is None or not given or not logins.same(session.csrf, given):
        raise Refused("", "bad_csrf")


def extend(tx: Tx, at: At, answer: Any) -> list[Any]:
    """[answer, user]; the user is null for nobody."""
    return [Success() if answer is None else answer, own_user(tx, at) if at.viewer.known else None]


def group_of(tx: Tx, at: At, group_id: int | None, group_name: str | None) -> tuple[GroupView, Standing]:
    """The group that a call names, by id or by name. Raises NotFound("group"), Invalid("group_id", "missing")."""
    if group_name:
        # A plus sign that was not escaped arrives as a space.
        return groups.find(tx, at.viewer, group_name.strip().replace(" ", "+"))
    if group_id is None:
        raise Invalid("group_id", "missing")
    if not 0 < group_id < 1 << 62:
        raise NotFound(what="group")
    view = groups.see(tx, at.viewer, group_id)
    return view, standing(tx, at.viewer, group_id)


def require_act(tx: Tx, stands: Standing, act: str) -> None:
    """Raises Forbidden where the act of grouprights.ACTS is not allowed."""
    require(grouprights.may(grouprights.case_of(tx, stands), act), act)


def require(allowed: bool, permission: str) -> None:
    """Raises Forbidden with the permission's name."""
    if not allowed:
        raise Forbidden(f"this needs {permission}", code=permission)


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────


class Walk(msgspec.Struct):
    """How far a list has been read: the key of the last item, how many were shown, and their number at the start."""

    key: list[int | str] | None = None
    shown: int = 0
    total: int | None = None

    @property
    def after(self) -> int | None:
        """The key, for lists whose key is one number."""
        return int(self.key[0]) if self.key else None


class Kept(msgspec.Struct):
    """What a page token stands for: the call with all its parameters, and how far it was read."""

    call: str
    ask: dict[str, Any]
    walk: Walk


class Listed(msgspec.Struct, Generic[R]):
    """A page as a handler gives it: the envelope with its data, the number of all items, the key of the last item
    where more follow, and how the list is sorted."""

    envelope: Any
    total: int
    key: list[int | str] | None
    sort_field: str = ""
    sort_dir: str = ""


ListHandler = Callable[["Tx", At, L, Walk], Listed[Any]]


def listing(ask: type[L]) -> Callable[[ListHandler[L]], ListHandler[L]]:
    """Serve a list. The handler reads; the token of the next page is kept after that, in a transaction of its own."""

    def register(handler: ListHandler[L]) -> ListHandler[L]:
        async def run(at: At, asked: L) -> Any:
            def page(tx: Tx) -> tuple[Any, str | None, Any]:
                resumed, walk = resume(tx, at, ask, asked)
                return _page(tx, at, asked, resumed, walk, handler(tx, at, resumed, walk))

            envelope, further, answer = await at.read(page)
            if further is not None:
                envelope.next_page_token = await at.write(lambda tx: cursors.keep(tx, at.viewer, further))
            return answer

        served: Handler[Any] = run
        door.on(ask, methods=METHODS)(served)
        return handler

    return register


def resume(tx: Tx, at: At, kind: type[L], asked: L) -> tuple[L, Walk]:
    """The call as it was made for the first page, and how far it got. Raises NotFound("cursor")."""
    asked.limit = max(1, min(asked.limit, MAX_LIMIT))
    if asked.page_token == 0:
        return asked, Walk()
    kept = msgspec.json.decode(cursors.find(tx, at.viewer, asked.page_token), type=Kept)
    if kept.call != kind.__name__:
        raise NotFound(what="cursor")
    resumed = msgspec.convert(kept.ask, kind)
    if asked.limit != DEFAULT_LIMIT:
        resumed.limit = asked.limit
    return resumed, kept.walk


def _page(
    tx: Tx, at: At, asked: Paged, resumed: Paged, walk: Walk, listed: Listed[Any]
) -> tuple[Any, str | None, Any]:
    """(envelope, the query to be kept for the next page, the whole answer)."""
    envelope = listed.envelope
    end = walk.shown + len(envelope.data)
    envelope.total_count = max(listed.total, end + (listed.key is not None))
    envelope.start_item = walk.shown + 1 if envelope.data else 0
    envelope.end_item = end if envelope.data else 0
    envelope.has_more = listed.key is not None
    envelope.sort_field = listed.sort_field
    envelope.sort_dir = listed.sort_dir
    answer = extend(tx, at, envelope) if getattr(asked, "extended", False) else envelope
    if listed.key is None:
        return envelope, None, answer
    plain = {**msgspec.to_builtins(resumed), "page_token": 0, "extended": False}
    kept = Kept(type(resumed).__name__, plain, Walk(listed.key, end, listed.total))
    query = msgspec.json.encode(kept).decode()
    if len(query) > cursors.MAX_QUERY:
        raise Invalid("q", "too_long")
    token = cursors.known(tx, at.viewer, query)
    if token is not None:
        envelope.next_page_token = token
    return envelope, None if token is not None else query, answer


def sorted_by(asked: AnyList, fields: dict[str, Any], default: str, direction: str) -> tuple[str, bool]:
    """(the field of *fields* to sort by, whether ascending). Raises Invalid("sort_field", "unknown")."""
    name = asked.sort_field or default
    if name not in fields:
        raise Invalid("sort_field", "unknown")
    return name, (asked.sort_dir or direction) == "asc"


def direction(ascending: bool) -> str:
    """The word for it."""
    return "asc" if ascending else "desc"


Q = TypeVar("Q")


def cut(items: list[Q], limit: int) -> tuple[list[Q], bool]:
    """The first *limit* of limit + 1 items that were asked for, and whether more follow."""
    return items[:limit], len(items) > limit


def keyed_page(
    keyed: list[tuple[list[int | str], Q]], asked: AnyList, walk: Walk, *, ascending: bool
) -> tuple[list[Q], list[int | str] | None]:
    """A page of a short list that was read whole, sorted by key, and the key to go on from."""
    rows = sorted(keyed, key=lambda pair: pair[0], reverse=not ascending)
    if walk.key is not None:
        rows = [pair for pair in rows if (pair[0] > walk.key if ascending else pair[0] < walk.key)]
    page, more = cut(rows, asked.limit)
    return [item for _, item in page], page[-1][0] if more else None
