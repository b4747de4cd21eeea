"""The staff's view of accounts, and what it does to them."""

from __future__ import annotations

from folkmoot.domain.access import Role
from folkmoot.domain.staff import dossiers, erasure, sanctions
from folkmoot.domain.staff.dossiers import STATES, Dossier, Wish
from folkmoot.domain.staff.sanctions import Sanction
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present_admin, roles
from folkmoot.doors.mastodon.admin_pages import listed
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.codecs import read_id
from folkmoot.wire.mastodon.admin import AdminAccount
from folkmoot.wire.mastodon.requests import admin_accounts as api
from folkmoot.wire.mastodon.requests.oauth import Empty

STAFF = (int(Role.MODERATOR), int(Role.ADMIN), int(Role.OWNER))


def _shown(at: At, dossier: Dossier) -> AdminAccount:
    return present_admin.account(dossier, at.house.links)


def _now(at: At, account_id: str) -> AdminAccount:
    return _shown(at, dossiers.see(at.tx, at.viewer, number(account_id)))


@door.on(api.ListAdminAccountsV1)
def accounts_v1(at: At, ask: api.ListAdminAccountsV1) -> Response:
    origin = "" if ask.local == ask.remote else "local" if ask.local else "remote"
    states = frozenset(state for state in STATES if getattr(ask, state))
    return _list(at, ask, origin, states, STAFF if ask.staff else None)


@door.on(api.ListAdminAccounts)
def accounts_v2(at: At, ask: api.ListAdminAccounts) -> Response:
    wanted = [number for number in map(roles.number, ask.role_ids) if number is not None]
    of_roles = set(wanted) if ask.role_ids else None
    if ask.permissions == "staff":
        of_roles = set(STAFF) if of_roles is None else of_roles & set(STAFF)
    if ask.invited_by:
        of_roles = set()  # nobody comes by invitation here, so nobody was invited by that account
    states = frozenset([ask.status] if ask.status else [])
    return _list(at, ask, ask.origin or "", states, None if of_roles is None else tuple(sorted(of_roles)))


def _list(
    at: At,
    ask: api.ListAdminAccounts | api.ListAdminAccountsV1,
    origin: str,
    states: frozenset[str],
    of_roles: tuple[int, ...] | None,
) -> Response:
    page = pages.page_of(ask)
    wish = Wish(
        origin=origin,
        states=states,
        roles=of_roles,
        name=ask.username,
        display_name=ask.display_name,
        address=ask.email,
        domain=ask.by_domain,
        ip=ask.ip,
    )
    found = dossiers.listing(at.tx, at.viewer, wish, page)
    return listed(at, found, page.limit, lambda dossier: _shown(at, dossier))


@door.on(api.GetAdminAccount)
def account(at: At, ask: api.GetAdminAccount) -> AdminAccount:
    return _now(at, ask.id)


@door.on(api.ApproveAdminAccount)
def approve(at: At, ask: api.ApproveAdminAccount) -> AdminAccount:
    sanctions.approve(at.tx, at.viewer, number(ask.id))
    return _now(at, ask.id)


@door.on(api.RejectAdminAccount)
def reject(at: At, ask: api.RejectAdminAccount) -> AdminAccount:
    """The account as it was."""
    was = _now(at, ask.id)
    erasure.reject(at.tx, at.viewer, number(ask.id))
    return was


@door.on(api.DeleteAdminAccount)
def delete(at: At, ask: api.DeleteAdminAccount) -> AdminAccount:
    erasure.order(at.tx, at.viewer, number(ask.id))
    return _now(at, ask.id)


@door.on(api.ActOnAdminAccount)
def act(at: At, ask: api.ActOnAdminAccount) -> Empty:
    sanction = Sanction(
        kind=ask.type,
        text=ask.text,
        report_id=(read_id(ask.report_id) or 0) if ask.report_id else None,
        preset_id=None if ask.warning_preset_id is None else number(ask.warning_preset_id),
        mail=ask.send_email_notification,
    )
    sanctions.impose(at.tx, at.viewer, number(ask.id), sanction)
    return Empty()


def _lifted(at: At, account_id: str, kind: str) -> AdminAccount:
    sanctions.lift(at.tx, at.viewer, number(account_id), kind)
    return _now(at, account_id)


@door.on(api.EnableAdminAccount)
def enable(at: At, ask: api.EnableAdminAccount) -> AdminAccount:
    return _lifted(at, ask.id, "disable")


@door.on(api.UnsilenceAdminAccount)
def unsilence(at: At, ask: api.UnsilenceAdminAccount) -> AdminAccount:
    return _lifted(at, ask.id, "silence")


@door.on(api.UnsuspendAdminAccount)
def unsuspend(at: At, ask: api.UnsuspendAdminAccount) -> AdminAccount:
    return _lifted(at, ask.id, "suspend")


@door.on(api.UnsensitiveAdminAccount)
def unsensitive(at: At, ask: api.UnsensitiveAdminAccount) -> AdminAccount:
    return _lifted(at, ask.id, "sensitive")
