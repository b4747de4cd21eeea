"""What the staff knows of an account beyond what everybody sees, and the list of all accounts with its many filters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import views
from folkmoot.domain.access import Role, Viewer
from folkmoot.domain.errors import Invalid, NotFound
from folkmoot.domain.paging import Page
from folkmoot.domain.people.accounts import LoginState
from folkmoot.domain.powers import require_power
from folkmoot.domain.views import AccountView
from folkmoot.kit import networks
from folkmoot.store.schema.accounts import accounts, addresses, logins
from folkmoot.store.schema.staff import login_ips
from folkmoot.store.sql import Query, beginning, begins, in_list, p, text_p
from folkmoot.store.tx import Tx

PAGE_MAX = 500
MAX_BEGINNING = 320
APPROVAL_WANTED, APPROVAL_GIVEN = 1, 2
"""Of logins.approval: somebody of the staff has to let the person in, or has done so."""
STATES: Final = ("active", "pending", "disabled", "silenced", "suspended", "sensitized")


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the staff sees it. Without a login (groups, accounts elsewhere) what concerns it is empty."""

    account: AccountView
    has_login: bool = False
    address: str = ""
    ips: tuple[tuple[str, int], ...] = ()
    """(address, last used in ms), the newest first."""
    locale: str = ""
    reason: str = ""
    confirmed: bool = True
    approved: bool = True
    disabled: bool = False
    app_id: int | None = None
    """The application by which the person signed up."""

    @property
    def id(self) -> int:
        return self.account.id


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts a list is to have: all that is said must hold. Texts are beginnings, but for *domain*."""

    origin: str = ""
    """"local", "remote", or empty for both."""
    states: frozenset[str] = frozenset()
    """Of STATES."""
    roles: tuple[int, ...] | None = None
    name: str = ""
    display_name: str = ""
    address: str = ""
    domain: str = ""
    ip: str = ""
    """An address or a network."""


_LOGINS = Query(
    sa.select(
        logins.c.account_id, logins.c.state, logins.c.state_before, logins.c.approval, logins.c.locale,
        logins.c.reason, logins.c.app_id, logins.c.sign_up_ip,
        sa.select(addresses.c.address)
        .where(addresses.c.account_id == logins.c.account_id)
        .order_by(addresses.c.main.desc(), addresses.c.id)
        .limit(1)
        .scalar_subquery(),
    ).where(in_list(logins.c.account_id, "ids"))
)  # fmt: skip
_IPS = Query(
    sa.select(login_ips.c.account_id, login_ips.c.ip, login_ips.c.used_at)
    .where(in_list(login_ips.c.account_id, "ids"))
    .order_by(login_ips.c.account_id, login_ips.c.used_at.desc(), login_ips.c.ip)
)
UNCONFIRMED: Final = (LoginState.UNCONFIRMED, LoginState.ADDRESS_ONLY)


def by_ids(tx: Tx, ids: list[int]) -> dict[int, Dossier]:
    """Dossiers by id, for verbs that have asked whether the viewer may see them; unknown ids are left out."""
    found = views.accounts_by_ids(tx, ids)
    rows = {row[0]: row for row in tx.all(_LOGINS, ids=list(found))} if found else {}
    ips: dict[int, list[tuple[str, int]]] = {}
    for account_id, ip, used_at in tx.all(_IPS, ids=list(rows)) if rows else ():
        ips.setdefault(account_id, []).append((ip, used_at))
    return {
        id_: _dossier(view, rows[id_], ips.get(id_, [])) if id_ in rows else Dossier(account=view)
        for id_, view in found.items()
    }


def _dossier(view: AccountView, row: tuple[Any, ...], ips: list[tuple[str, int]]) -> Dossier:
    _, state, before, approval, locale, reason, app_id, sign_up_ip, address = row
    disabled = state == LoginState.DISABLED
    stands = before if disabled else state
    waits = stands == LoginState.PENDING or (stands == LoginState.UNCONFIRMED and approval == APPROVAL_WANTED)
    if sign_up_ip and all(ip != sign_up_ip for ip, _ in ips):
        ips.append((sign_up_ip, view.created_at))
    return Dossier(
        account=view,
        has_login=True,
        address=address or "",
        ips=tuple(ips),
        locale=locale,
        reason=reason,
        confirmed=stands not in UNCONFIRMED,
        approved=not waits,
        disabled=disabled,
        app_id=app_id,
    )


def see(tx: Tx, viewer: Viewer, account_id: int) -> Dossier:
    """One account. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_people")
    found = by_ids(tx, [account_id]) if 0 < account_id < 1 << 63 else {}
    if account_id not in found:
        raise NotFound(what="account")
    return found[account_id]


_other = accounts.alias("other")


def _among(*where: Any) -> Any:
    """Found by an index of its own, however few of all accounts they are."""
    return accounts.c.id.in_(sa.select(_other.c.id).where(*where))


def _with_login(*where: Any) -> Any:
    return accounts.c.id.in_(
        sa.select(logins.c.account_id).where(logins.c.state != 0, *where).correlate(None)
    )


_SUSPENDED = accounts.c.suspended_at.is_not(None)
_STATES: Final[dict[str, Any]] = {
    "active": sa.and_(
        ~_SUSPENDED,
        sa.or_(
            logins.c.account_id.is_(None),
            logins.c.state == int(LoginState.ADDRESS_ONLY),
            logins.c.state <= int(LoginState.UNCONFIRMED),
        ),
    ),
    "pending": _with_login(
        sa.or_(
            logins.c.state == int(LoginState.PENDING),
            sa.and_(logins.c.state == int(LoginState.UNCONFIRMED), logins.c.approval == APPROVAL_WANTED),
        )
    ),
    "disabled": sa.and_(~_SUSPENDED, _with_login(logins.c.state == int(LoginState.DISABLED))),
    "silenced": accounts.c.silenced_at.is_not(None),
    "suspended": _SUSPENDED,
    "sensitized": accounts.c.sensitized_at.is_not(None),
}
_PARTS: Final[dict[str, Any]] = {
    **_STATES,
    "name": _among(begins(_other.c.folded, "name")),
    "display_name": _among(begins(sa.func.lower(_other.c.display_name), "display_name")),
    "domain": _among(_other.c.domain != "", _other.c.domain == text_p("domain")),
    "address": accounts.c.id.in_(
        sa.select(addresses.c.account_id).where(begins(addresses.c.folded, "address"))
    ),
    "ip": accounts.c.id.in_(
        sa.select(login_ips.c.account_id).where(
            login_ips.c.place >= text_p("first"), login_ips.c.place <= text_p("last")
        )
    ),
    "roles": sa.and_(accounts.c.domain == "", in_list(accounts.c.role, "roles")),
    "staff": _among(_other.c.role > 0),
    "local": sa.and_(accounts.c.domain == "", logins.c.account_id.is_not(None)),
    "remote": accounts.c.domain != "",
    "all": sa.or_(accounts.c.domain != "", logins.c.account_id.is_not(None)),
}


@lru_cache(maxsize=512)
def _query(parts: frozenset[str], limit: int, up: bool) -> Query:
    where = [
        accounts.c.id > p("low"),
        accounts.c.id < p("high"),
        *(_PARTS[part] for part in sorted(parts)),
    ]
    order = accounts.c.id if up else accounts.c.id.desc()
    joined = accounts.outerjoin(logins, logins.c.account_id == accounts.c.id)
    return Query(sa.select(accounts.c.id).select_from(joined).where(*where).order_by(order).limit(limit))


def listing(tx: Tx, viewer: Viewer, wish: Wish, page: Page) -> list[Dossier]:
    """Accounts of people, newest first, 500 at most. Raises Forbidden("role"), Invalid("ip", "invalid")."""
    require_power(viewer, "manage_people")
    parts = {wish.origin or "all", *wish.states}
    values: dict[str, Any] = {"low": page.low, "high": page.high}
    for name, text in (("name", wish.name.removeprefix("@")), ("address", wish.address)):
        if text:
            parts.add(name)
            values |= beginning(name, text.strip().lower()[:MAX_BEGINNING])
    if wish.display_name:
        parts.add("display_name")
        values |= beginning("display_name", _lower(tx, wish.display_name[:MAX_BEGINNING]))
    if wish.domain:
        parts.add("domain")
        values["domain"] = wish.domain.strip().lower()
    if wish.roles is not None:
        parts |= {"roles"} if 0 in wish.roles else {"roles", "staff"}
        values["roles"] = list(wish.roles)
    if wish.ip:
        parts.add("ip")
        found = networks.span(wish.ip)
        if found is None:
            raise Invalid("ip", "invalid")
        _, values["first"], values["last"] = found
    limit = min(page.limit, PAGE_MAX)
    if limit <= 0:
        return []
    ids = tx.column(_query(frozenset(parts), limit, page.nearest), **values)
    known = by_ids(tx, ids[::-1] if page.nearest else ids)
    return [known[i] for i in (ids[::-1] if page.nearest else ids) if i in known]


def _lower(tx: Tx, text: str) -> str:
    """As the database's lower() does it: SQLite knows ASCII only."""
    if tx.dialect == "sqlite":
        return "".join(c.lower() if c.isascii() else c for c in text)
    return text.lower()


_SERVING: Final = (
    accounts.c.role >= p("role"),
    accounts.c.role > 0,
    accounts.c.suspended_at.is_(None),
    accounts.c.memorial_at.is_(None),
)
_STAFF = Query(sa.select(accounts.c.id).where(*_SERVING).order_by(accounts.c.id).limit(100))


def staff(tx: Tx, role: Role = Role.MODERATOR) -> list[int]:
    """Ids of the staff from that role on, a hundred at most."""
    return tx.column(_STAFF, role=int(role))


_PROVEN = Query(
    sa.select(addresses.c.address)
    .join_from(accounts, addresses, addresses.c.account_id == accounts.c.id)
    .where(*_SERVING, addresses.c.confirmed_at.is_not(None))
    .order_by(accounts.c.id, addresses.c.main.desc(), addresses.c.id)
    .limit(1)
)


def proven_address(tx: Tx, role: Role) -> str:
    """A proven address of the first of the staff from that role on who has one; empty where nobody has."""
    return str(tx.value(_PROVEN, role=int(role)) or "")
