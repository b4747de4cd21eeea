"""Who runs this server: roles of accounts, and the list of all accounts for those who may read it."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Role, Viewer, require_role
from folkmoot.domain.errors import Forbidden, NotFound
from folkmoot.domain.notices import notices
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.staff import stafflog
from folkmoot.store.schema.accounts import accounts, addresses, logins
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

PAGE = 500

_ROLE = Query(sa.select(accounts.c.role).where(accounts.c.id == p("id"), accounts.c.domain == ""))
_OWNERS = Query(sa.select(sa.func.count()).where(accounts.c.role == int(Role.OWNER), accounts.c.domain == ""))
_LISTED = Query(
    sa.select(
        accounts.c.id,
        accounts.c.name,
        accounts.c.display_name,
        sa.select(sa.func.min(addresses.c.address))
        .where(addresses.c.account_id == accounts.c.id, addresses.c.main == 1)
        .scalar_subquery(),
        accounts.c.role,
        logins.c.state,
        accounts.c.created_at,
        logins.c.last_seen_at,
        accounts.c.suspended_at,
    )
    .select_from(accounts.join(logins, logins.c.account_id == accounts.c.id))
    .where(accounts.c.id > p("after"))
    .order_by(accounts.c.id)
    .limit(PAGE)
)


_WAITING = Query(
    sa.select(sa.func.count()).select_from(logins).where(logins.c.state == int(LoginState.PENDING))
)
_PROFILE = Query(
    sa.select(
        accounts.c.display_name,
        accounts.c.note_source,
        accounts.c.locked,
        accounts.c.bot,
        accounts.c.discoverable,
        logins.c.locale,
    )
    .select_from(accounts.join(logins, logins.c.account_id == accounts.c.id))
    .where(accounts.c.id == p("id"))
)


class Profile(msgspec.Struct, frozen=True):
    """What a profile says of itself, as it was written."""

    display_name: str
    note: str
    locked: bool
    bot: bool
    discoverable: bool
    locale: str


class Person(msgspec.Struct, frozen=True):
    """An account as the staff sees it; times in ms, *role* of access.Role, *state* of accounts.LoginState."""

    id: int
    name: str
    display_name: str
    address: str | None
    role: int
    state: int
    created_at: int
    last_seen_at: int | None
    suspended_at: int | None


def set_role(tx: Tx, viewer: Viewer, account_id: int, role: Role) -> bool:
    """Give an account a role on this server; False where it has it already.

    Raises NotFound for no local account, Forbidden("role" | "last_owner"): nobody gives more than they have,
    and the last owner stays.
    """
    require_role(viewer, Role.ADMIN)
    now = tx.value(_ROLE, id=account_id)
    if now is None:
        raise NotFound(what="account")
    if now == role:
        return False
    if not viewer.everything and max(now, role) > viewer.role:
        raise Forbidden("this needs a higher role", code="role")
    if now == Role.OWNER and tx.value(_OWNERS) == 1:
        raise Forbidden("the server needs an owner: make somebody else one first", code="last_owner")
    tx.update(accounts, {"id": account_id}, role=int(role))
    if role < Role.MODERATOR:
        notices.forget_kinds(tx, account_id, "report", "sign_up")  # they name who reported whom, and why
    people.changed(tx, account_id)
    stafflog.note(tx, viewer, "role", "account", account_id, role.name.lower())
    return True


def profile(tx: Tx, viewer: Viewer, account_id: int) -> Profile:
    """The profile of somebody with a login here. Raises NotFound, Forbidden("role")."""
    require_role(viewer, Role.MODERATOR)
    row = tx.one(_PROFILE, id=account_id)
    if row is None:
        raise NotFound(what="account")
    return Profile(row[0], row[1], bool(row[2]), bool(row[3]), bool(row[4]), row[5])


def listing(tx: Tx, viewer: Viewer, after: int = 0) -> list[Person]:
    """Everybody with a login here, oldest first, 500 beyond the id *after*. Raises Forbidden("role")."""
    require_role(viewer, Role.MODERATOR)
    return [Person(*row) for row in tx.all(_LISTED, after=after)]


def waiting(tx: Tx, viewer: Viewer) -> int:
    """How many sign-ups wait for approval. Raises Forbidden("role")."""
    require_role(viewer, Role.MODERATOR)
    return int(tx.value(_WAITING))
