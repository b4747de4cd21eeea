"""What the staff does with accounts and reports."""

from __future__ import annotations

from collections.abc import Sequence

from folkmoot.client.mastodon.core import Core
from folkmoot.client.mastodon.entities.people import Account
from folkmoot.client.mastodon.entities.staff import AdminAccount, AdminReport
from folkmoot.client.mastodon.errors import MastodonIllegalArgumentError
from folkmoot.client.mastodon.ids import IdType, unpack_id
from folkmoot.client.mastodon.params import id_list, in_path, when
from folkmoot.client.mastodon.results import PaginatableList
from folkmoot.client.mastodon.versions import api_version

STATES_V1 = ("active", "pending", "disabled", "silenced", "suspended")
STATES_V2 = ("pending", "active", "disabled", "silenced", "suspended")


def one_of(value: str | None, allowed: Sequence[str], name: str) -> None:
    """MastodonIllegalArgumentError if *value* is neither None nor allowed."""
    if value is not None and value not in allowed:
        raise MastodonIllegalArgumentError(f"{name} can't be {value!r}: it is one of {', '.join(allowed)}")


class StaffPeople(Core):
    """What the staff does with accounts and reports."""

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_account(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Moderation view of one account. `GET /api/v1/admin/accounts/:id`."""
        return self._ask(AdminAccount, "GET", f"/api/v1/admin/accounts/{in_path(id)}")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_account_approve(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Approve sign-up. `POST /api/v1/admin/accounts/:id/approve`."""
        return self._ask(AdminAccount, "POST", f"/api/v1/admin/accounts/{in_path(id)}/approve")

    @api_version("3.3.0", "3.3.0", "4.0.0")
    def admin_account_delete(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Erase a suspended account's data for good. `DELETE /api/v1/admin/accounts/:id`."""
        return self._ask(AdminAccount, "DELETE", f"/api/v1/admin/accounts/{in_path(id)}")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_account_enable(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Re-enable login. `POST /api/v1/admin/accounts/:id/enable`."""
        return self._ask(AdminAccount, "POST", f"/api/v1/admin/accounts/{in_path(id)}/enable")

    @api_version("2.9.1", "2.9.1")
    def admin_account_moderate(
        self,
        id: Account | AdminAccount | IdType,
        action: str | None = None,
        report_id: AdminReport | str | int | None = None,
        warning_preset_id: int | str | None = None,
        text: str | None = None,
        send_email_notification: bool | None = True,
    ) -> None:
        """Act on an account: *action* is none, sensitive, disable, silence or suspend."""
        if action is None:
            action = "none"
        params = {
            "type": action,
            "report_id": unpack_id(report_id),
            "warning_preset_id": warning_preset_id,
            "text": text,
        }
        self._tell(
            "POST",
            f"/api/v1/admin/accounts/{in_path(id)}/action",
            params | {"send_email_notification": when(send_email_notification)},
        )

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_account_reject(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Reject sign-up. `POST /api/v1/admin/accounts/:id/reject`."""
        return self._ask(AdminAccount, "POST", f"/api/v1/admin/accounts/{in_path(id)}/reject")

    @api_version("3.3.0", "3.3.0", "4.0.0")
    def admin_account_unsensitive(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """No longer mark an account's media as sensitive. `POST /api/v1/admin/accounts/:id/unsensitive`."""
        return self._ask(AdminAccount, "POST", f"/api/v1/admin/accounts/{in_path(id)}/unsensitive")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_account_unsilence(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Lift limit. `POST /api/v1/admin/accounts/:id/unsilence`."""
        return self._ask(AdminAccount, "POST", f"/api/v1/admin/accounts/{in_path(id)}/unsilence")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_account_unsuspend(self, id: Account | AdminAccount | IdType) -> AdminAccount:
        """Lift suspension. `POST /api/v1/admin/accounts/:id/unsuspend`."""
        return self._ask(AdminAccount, "POST", f"/api/v1/admin/accounts/{in_path(id)}/unsuspend")

    @api_version("2.9.1", "2.9.1")
    def admin_accounts(
        self,
        remote: bool = False,
        by_domain: str | None = None,
        status: str = "active",
        username: str | None = None,
        display_name: str | None = None,
        email: str | None = None,
        ip: str | None = None,
        staff_only: bool = False,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminAccount]:
        """Accounts as the staff sees them, by the older filters. `GET /api/v1/admin/accounts`."""
        return self.admin_accounts_v1(
            remote=remote,
            by_domain=by_domain,
            status=status,
            username=username,
            display_name=display_name,
            email=email,
            ip=ip,
            staff_only=staff_only,
            max_id=max_id,
            min_id=min_id,
            since_id=since_id,
            limit=limit,
        )

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_accounts_v1(
        self,
        remote: bool = False,
        by_domain: str | None = None,
        status: str = "active",
        username: str | None = None,
        display_name: str | None = None,
        email: str | None = None,
        ip: str | None = None,
        staff_only: bool = False,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminAccount]:
        """Accounts as the staff sees them, by the older filters. `GET /api/v1/admin/accounts`."""
        one_of(status, STATES_V1, "status")
        params = {
            "by_domain": by_domain,
            "username": username,
            "display_name": display_name,
            "email": email,
            "ip": ip,
            "max_id": max_id,
            "min_id": min_id,
            "since_id": since_id,
            "limit": limit,
        }
        flags = {
            status: "True",
            "remote": "True" if remote else None,
            "staff": "True" if staff_only else None,
        }
        return self._ask(PaginatableList[AdminAccount], "GET", "/api/v1/admin/accounts", params | flags)

    @api_version("2.9.1", "4.0.0")
    def admin_accounts_v2(
        self,
        origin: str | None = None,
        by_domain: str | None = None,
        status: str | None = None,
        username: str | None = None,
        display_name: str | None = None,
        email: str | None = None,
        ip: str | None = None,
        permissions: str | None = None,
        invited_by: Account | IdType | None = None,
        role_ids: Sequence[IdType] | None = None,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
    ) -> PaginatableList[AdminAccount]:
        """Accounts as the staff sees them. `GET /api/v2/admin/accounts`."""
        one_of(origin, ("local", "remote"), "origin")
        one_of(status, STATES_V2, "status")
        one_of(permissions, ("staff",), "permissions")
        params = {
            "origin": origin,
            "by_domain": by_domain,
            "status": status,
            "username": username,
            "display_name": display_name,
            "email": email,
            "ip": ip,
            "permissions": permissions,
            "invited_by": unpack_id(invited_by),
            "max_id": max_id,
            "min_id": min_id,
            "since_id": since_id,
            "limit": limit,
        }
        roles = {} if role_ids is None else {"role_ids": id_list(role_ids)}
        return self._ask(PaginatableList[AdminAccount], "GET", "/api/v2/admin/accounts", params | roles)

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_report(self, id: AdminReport | IdType) -> AdminReport:
        """One report. `GET /api/v1/admin/reports/:id`."""
        return self._ask(AdminReport, "GET", f"/api/v1/admin/reports/{in_path(id)}")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_report_assign(self, id: AdminReport | IdType) -> AdminReport:
        """Assign to self. `POST /api/v1/admin/reports/:id/assign_to_self`."""
        return self._ask(AdminReport, "POST", f"/api/v1/admin/reports/{in_path(id)}/assign_to_self")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_report_reopen(self, id: AdminReport | IdType) -> AdminReport:
        """Reopen. `POST /api/v1/admin/reports/:id/reopen`."""
        return self._ask(AdminReport, "POST", f"/api/v1/admin/reports/{in_path(id)}/reopen")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_report_resolve(self, id: AdminReport | IdType) -> AdminReport:
        """Resolve. `POST /api/v1/admin/reports/:id/resolve`."""
        return self._ask(AdminReport, "POST", f"/api/v1/admin/reports/{in_path(id)}/resolve")

    @api_version("2.9.1", "2.9.1", "4.0.0")
    def admin_report_unassign(self, id: AdminReport | IdType) -> AdminReport:
        """Unassign. `POST /api/v1/admin/reports/:id/unassign`."""
        return self._ask(AdminReport, "POST", f"/api/v1/admin/reports/{in_path(id)}/unassign")

    @api_version("2.9.1", "4.6.0")
    def admin_reports(
        self,
        resolved: bool | None = False,
        account_id: Account | AdminAccount | IdType | None = None,
        target_account_id: Account | AdminAccount | IdType | None = None,
        max_id: IdType | None = None,
        min_id: IdType | None = None,
        since_id: IdType | None = None,
        limit: int | None = None,
        unresolved: bool | None = None,
    ) -> PaginatableList[AdminReport]:
        """Report list. `GET /api/v1/admin/reports`."""
        params = {
            "resolved": when(resolved),
            "unresolved": unresolved,
            "account_id": unpack_id(account_id),
            "target_account_id": unpack_id(target_account_id),
            "max_id": max_id,
            "min_id": min_id,
            "since_id": since_id,
            "limit": limit,
        }
        return self._ask(PaginatableList[AdminReport], "GET", "/api/v1/admin/reports", params)
