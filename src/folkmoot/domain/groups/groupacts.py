"""What was done in a group, by whom, to whom and through which door: written with the act itself, never changed."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, require_in_group, standing
from folkmoot.domain.groups import callouts
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.grouplife import group_acts
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Tx

PAGE_MAX: Final = 200
MAX_LINE: Final = 1000
MEMBER_ACTS: Final = frozenset(
    {"join", "apply", "leave", "approve", "turn_down", "add", "invite", "remove", "ban", "unban", "options", "probe"}
)  # fmt: skip
THREAD_ACTS: Final = frozenset({"close_thread", "open_thread", "pin_thread", "unpin_thread"})
POST_ACTS: Final = frozenset({"approve_post", "reject_post", "delete_post", *THREAD_ACTS})
MODERATOR_ACTS: Final = frozenset(
    {
        *("approve", "turn_down", "add", "invite", "remove", "ban", "unban", "options", "probe", "role"),
        *POST_ACTS,
        *("settings", "rename", "alias", "unalias", "notice"),
        *("make_subgroup", "delete_subgroup", "found", "callback", "speak"),
    }
)
_NAME = Query(sa.select(accounts.c.display_name, accounts.c.name).where(accounts.c.id == p("id")))


class GroupAct(msgspec.Struct, frozen=True):
    """One act. *account_id* 0 is the server; *target_id* is an account, post or group, or 0; *line* says it all in
    words that are still understood when those are gone."""

    id: int
    group_id: int
    account_id: int
    act: str
    target_id: int
    line: str
    via: str
    created_at: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which acts are looked for: of these kinds (None: all), in [since, until) ms, done by or to *person*."""

    acts: frozenset[str] | None = None
    since: int = 0
    until: int = 1 << 62
    person: int = 0


def name_of(tx: Tx, account_id: int) -> str:
    """What the log calls an account."""
    row = tx.one(_NAME, id=account_id) if account_id else None
    return (row[0] or row[1]) if row else "The server"


def note(
    tx: Tx, viewer: Viewer, group_id: int, act: str, line: str, *, target_id: int = 0, via: str = ""
) -> None:
    """Write down that the viewer did it; *line* follows the viewer's name. *via*: the door (web where unsaid)."""
    tx.insert(
        group_acts,
        id=tx.ids.next(),
        group_id=group_id,
        account_id=viewer.account_id,
        act=act,
        target_id=target_id,
        line=f"{name_of(tx, viewer.account_id)} {line}"[:MAX_LINE],
        via=via or ("web" if viewer.account_id else "server"),
        created_at=tx.now,
    )
    callouts.happened(tx, group_id, act, target_id, actor_id=viewer.account_id, via=via)


_COLUMNS = [group_acts.c[name] for name in GroupAct.__struct_fields__]


def _where() -> list[Any]:
    return [
        group_acts.c.group_id == p("group_id"),
        group_acts.c.created_at >= p("since"),
        group_acts.c.created_at < p("until"),
        sa.or_(p("all") == 1, in_list(group_acts.c.act, "acts", text=True)),
        sa.or_(
            p("person") == 0, group_acts.c.account_id == p("person"), group_acts.c.target_id == p("person")
        ),
    ]


_NEWEST = Query(
    sa.select(*_COLUMNS)
    .where(*_where(), group_acts.c.id < p("key"))
    .order_by(group_acts.c.id.desc())
    .limit(PAGE_MAX)
)
_OLDEST = Query(
    sa.select(*_COLUMNS)
    .where(*_where(), group_acts.c.id > p("key"))
    .order_by(group_acts.c.id)
    .limit(PAGE_MAX)
)
_COUNT = Query(sa.select(sa.func.count()).where(*_where()))


def listing(
    tx: Tx, viewer: Viewer, group_id: int, wanted: Wanted, *, ascending: bool, after: int | None
) -> list[GroupAct]:
    """200 acts at most beyond the id *after*. Raises NotFound, Forbidden("see_log")."""
    require_in_group(standing(tx, viewer, group_id), "see_log")
    start = after if after is not None else (0 if ascending else (1 << 63) - 1)
    rows = tx.all(_OLDEST if ascending else _NEWEST, **_values(group_id, wanted), key=start)
    return [GroupAct(*row) for row in rows]


def count(tx: Tx, group_id: int, wanted: Wanted) -> int:
    """How many acts there are (for who has listed some)."""
    return int(tx.value(_COUNT, **_values(group_id, wanted)))


def _values(group_id: int, wanted: Wanted) -> dict[str, Any]:
    return {
        "group_id": group_id, "since": wanted.since, "until": wanted.until, "person": wanted.person,
        "all": int(wanted.acts is None), "acts": sorted(wanted.acts or ()),
    }  # fmt: skip
