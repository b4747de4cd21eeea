"""What moderators do with accounts."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import GivenId as Id
from folkmoot.wire.mastodon.admin import AdminAccount
from folkmoot.wire.mastodon.requests.oauth import Empty
from folkmoot.wire.mastodon.requests.paging import Limit200, Paged
from folkmoot.wire.request import DELETE, GET, POST, Request

READ, WRITE = "admin:read:accounts", "admin:write:accounts"


@GET("/api/v1/admin/accounts", auth="user", scope=READ, permission="Manage Users")
class ListAdminAccountsV1(Paged[list[AdminAccount]], kw_only=True):
    """Accounts, all that is said must hold. Page: methods/admin/accounts#v1."""

    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""
    staff: bool = False
    limit: Limit200 = 100


@GET("/api/v2/admin/accounts", auth="user", scope=READ, permission="Manage Users")
class ListAdminAccounts(Paged[list[AdminAccount]], kw_only=True):
    """Accounts, all that is said must hold. Page: methods/admin/accounts#v2."""

    origin: Literal["local", "remote"] | None = None
    status: Literal["active", "pending", "disabled", "silenced", "suspended"] | None = None
    permissions: str = ""
    role_ids: list[Id] = []
    invited_by: str = ""
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""
    limit: Limit200 = 100


@GET("/api/v1/admin/accounts/{id}", auth="user", scope=READ, permission="Manage Users")
class GetAdminAccount(Request[AdminAccount], kw_only=True):
    """One account. Page: methods/admin/accounts#get-one."""

    id: Id


@DELETE("/api/v1/admin/accounts/{id}", auth="user", scope=WRITE, permission="Delete User Data")
class DeleteAdminAccount(Request[AdminAccount], kw_only=True):
    """Erase the data of a suspended account. Page: methods/admin/accounts#delete."""

    id: Id


@POST(
    "/api/v1/admin/accounts/{id}/action",
    auth="user",
    scope=WRITE,
    permission="Manage Users, Manage Reports",
)
class ActOnAdminAccount(Request[Empty], kw_only=True):
    """Do something to an account and tell its owner. Page: methods/admin/accounts#action."""

    id: Id
    type: str = ""
    report_id: str = ""
    warning_preset_id: Id | None = None
    text: str = ""
    send_email_notification: bool = True


@POST("/api/v1/admin/accounts/{id}/approve", auth="user", scope=WRITE, permission="Manage Users")
class ApproveAdminAccount(Request[AdminAccount], kw_only=True):
    """Let somebody in who signed up. Page: methods/admin/accounts#approve."""

    id: Id


@POST("/api/v1/admin/accounts/{id}/reject", auth="user", scope=WRITE, permission="Manage Users")
class RejectAdminAccount(Request[AdminAccount], kw_only=True):
    """Turn a sign-up down. Page: methods/admin/accounts#reject."""

    id: Id


@POST("/api/v1/admin/accounts/{id}/enable", auth="user", scope=WRITE, permission="Manage Users")
class EnableAdminAccount(Request[AdminAccount], kw_only=True):
    """Open a closed login again. Page: methods/admin/accounts#enable."""

    id: Id


@POST("/api/v1/admin/accounts/{id}/unsilence", auth="user", scope=WRITE, permission="Manage Users")
class UnsilenceAdminAccount(Request[AdminAccount], kw_only=True):
    """Limit an account no longer. Page: methods/admin/accounts#unsilence."""

    id: Id


@POST("/api/v1/admin/accounts/{id}/unsuspend", auth="user", scope=WRITE, permission="Manage Users")
class UnsuspendAdminAccount(Request[AdminAccount], kw_only=True):
    """Bring a suspended account back. Page: methods/admin/accounts#unsuspend."""

    id: Id


@POST("/api/v1/admin/accounts/{id}/unsensitive", auth="user", scope=WRITE, permission="Manage Users")
class UnsensitiveAdminAccount(Request[AdminAccount], kw_only=True):
    """Hide an account's media no longer. Page: methods/admin/accounts#unsensitive."""

    id: Id
