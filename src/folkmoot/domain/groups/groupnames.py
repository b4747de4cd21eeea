"""Names of groups beside the own one: aliases that lead to a group, and names of former groups that wait."""

from __future__ import annotations

import re
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer, require_in_group, standing
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import groupacts
from folkmoot.domain.people import accounts as people
from folkmoot.store.schema.grouplife import group_names
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

QUARANTINE_MS: Final = 30 * 86_400_000
"""So long nobody may take the name of a deleted group: mail to it is still on its way."""
MAX_ALIASES: Final = 100
MAX_NAME: Final = 34
MAIL_ROLES: Final = frozenset(
    {"postmaster", "abuse", "hostmaster", "webmaster", "root", "mailer-daemon", "noreply", "no-reply"}
)
"""Names that no group may have: their addresses belong to the mail system (RFC 2142)."""
PLUS_WORDS: Final = re.compile(
    r"subscribe|unsubscribe|help|owner|single|digest|htmldigest|summary|special|nomail"
    r"|(?:confirm|approve|reject|reply|author|thread|rsvp|bounce)(?:-.*)?"
)
"""What stands behind the plus of a group's address and is no group below it: there a group would take its mail."""
_NAME: Final = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_NAME_BELOW: Final = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
MAX_LOCAL: Final = 64
"""Octets before the @ of a mail address (RFC 5321, 4.5.3.1.1)."""

_LEADS = Query(
    sa.select(group_names.c.group_id).where(
        group_names.c.folded == text_p("folded"), group_names.c.until.is_(None)
    )
)
_OVER = Query(sa.delete(group_names).where(group_names.c.until.is_not(None), group_names.c.until <= p("now")))
_KNOWN = Query(
    sa.select(group_names.c.id, group_names.c.group_id, group_names.c.until).where(
        group_names.c.folded == text_p("folded")
    )
)
_COLUMNS = (group_names.c.id, group_names.c.name, group_names.c.group_id, group_names.c.created_at)
_OF = Query(
    sa.select(*_COLUMNS)
    .where(group_names.c.group_id == p("id"), group_names.c.until.is_(None))
    .order_by(group_names.c.id)
)
_BY_ID = Query(sa.select(*_COLUMNS).where(group_names.c.id == p("id"), group_names.c.until.is_(None)))
_BY_NAME = Query(
    sa.select(*_COLUMNS).where(group_names.c.folded == text_p("folded"), group_names.c.until.is_(None))
)
_DELETE = Query(sa.delete(group_names).where(group_names.c.id == p("id")))
_DELETE_OF = Query(sa.delete(group_names).where(group_names.c.group_id == p("id")))


class Alias(msgspec.Struct, frozen=True):
    """A second name of a group."""

    id: int
    name: str
    group_id: int
    created_at: int


def check_name(name: str, *, below: bool = False) -> str:
    """The name as it may be used; *below*: of a group below another, without that one's. Raises Invalid("name",
    "blank" | "too_long" | "invalid" | "reserved")."""
    people.check_form(name, _NAME_BELOW if below else _NAME, MAX_NAME)
    if PLUS_WORDS.fullmatch(name.lower()) if below else name.lower() in MAIL_ROLES:
        raise Invalid("name", "reserved")
    return name


def leads_to(tx: Tx, name: str) -> int | None:
    """The group that the alias leads to."""
    found: int | None = tx.value(_LEADS, folded=name.lower())
    return found


def check_length(name: str) -> None:
    """Raises Invalid("name", "too_long") where the whole name, of a group below with that above, is no mail address."""
    if len(name) > MAX_LOCAL:
        raise Invalid("name", "too_long")


def check_free(tx: Tx, name: str, own: int = 0) -> None:
    """Raises Conflict("name.taken") for an alias, and for a name that a group had not long ago, unless it was the group
    *own*, which may have it back; Invalid as check_length."""
    check_length(name)
    tx.run(_OVER, now=tx.now)
    row = tx.one(_KNOWN, folded=name.lower())
    if row is not None and row[1] == own and row[2] is not None:
        tx.run(_DELETE, id=row[0])
    elif row is not None:
        raise Conflict("name already taken", code="name.taken")


def block(tx: Tx, name: str, group_id: int) -> None:
    """Let nobody take the name for a while."""
    tx.insert_new(
        group_names,
        id=tx.ids.next(),
        name=name,
        folded=name.lower(),
        group_id=group_id,
        until=tx.now + QUARANTINE_MS,
        created_at=tx.now,
    )


def of_group(tx: Tx, group_id: int) -> list[Alias]:
    """A group's aliases, oldest first."""
    return [Alias(*row) for row in tx.all(_OF, id=group_id)]


_FIRST = Query(
    sa.select(group_names.c.group_id, group_names.c.name)
    .where(in_list(group_names.c.group_id, "ids"), group_names.c.until.is_(None))
    .order_by(group_names.c.id.desc())
)


def first_aliases(tx: Tx, group_ids: list[int]) -> dict[int, str]:
    """The oldest alias of each of these groups that has one."""
    return {row[0]: row[1] for row in tx.all(_FIRST, ids=group_ids)} if group_ids else {}


def first_alias(tx: Tx, group_id: int) -> str:
    """The oldest alias, or nothing."""
    return first_aliases(tx, [group_id]).get(group_id, "")


def add(tx: Tx, viewer: Viewer, group_id: int, name: str, *, via: str = "") -> None:
    """Give a group a second name. Raises NotFound, Forbidden, Invalid("name"), Conflict("name.taken")."""
    require_in_group(standing(tx, viewer, group_id), "change_settings")
    check_name(name)
    check_free(tx, name)
    if people.find_by_name(tx, name) is not None or len(of_group(tx, group_id)) >= MAX_ALIASES:
        raise Conflict("name already taken", code="name.taken")
    made = tx.insert_new(
        group_names,
        id=tx.ids.next(),
        name=name,
        folded=name.lower(),
        group_id=group_id,
        created_at=tx.now,
    )
    if not made:
        raise Conflict("name already taken", code="name.taken")
    groupacts.note(tx, viewer, group_id, "alias", f"added the alias {name}", via=via)


def see(tx: Tx, *, alias_id: int | None = None, name: str = "") -> Alias:
    """An alias by its id or name (the verbs ask for rights). Raises NotFound("alias")."""
    row = None
    if name:
        row = tx.one(_BY_NAME, folded=name.lower())
    elif alias_id is not None and 0 < alias_id < 1 << 63:
        row = tx.one(_BY_ID, id=alias_id)
    if row is None:
        raise NotFound(what="alias")
    return Alias(*row)


def remove(tx: Tx, viewer: Viewer, alias: Alias, *, via: str = "") -> None:
    """Take a second name away. Raises NotFound("alias") where the viewer may not know the group, Forbidden."""
    try:
        stands = standing(tx, viewer, alias.group_id)
    except NotFound:
        raise NotFound(what="alias") from None
    require_in_group(stands, "change_settings")
    tx.run(_DELETE, id=alias.id)
    groupacts.note(tx, viewer, alias.group_id, "unalias", f"removed the alias {alias.name}", via=via)


def forget(tx: Tx, group_id: int) -> None:
    """Drop all other names of a group that is deleted."""
    tx.run(_DELETE_OF, id=group_id)
