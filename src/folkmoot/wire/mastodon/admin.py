"""What moderators and admins see of people and posts."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.about import Rule
from folkmoot.wire.mastodon.account import Account, Role
from folkmoot.wire.mastodon.entity import Entity
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.mastodon.tag import History, Tag


class AdminIp(Entity, kw_only=True):
    """An address from which an account was used. Page: Admin_Ip."""

    ip: str = ""
    used_at: Time


class AdminAccount(Entity, kw_only=True):
    """An account as moderators see it. Page: Admin_Account."""

    id: Id
    username: str
    domain: str | None = None
    created_at: Time
    email: str
    ip: str | None = None
    ips: list[AdminIp] = []
    locale: str
    invite_request: str | None = None
    role: Role
    confirmed: bool
    approved: bool
    disabled: bool
    sensitized: bool = False
    silenced: bool
    suspended: bool
    account: Account
    created_by_application_id: Id | UnsetType = UNSET
    invited_by_account_id: Id | UnsetType = UNSET


class AdminReport(Entity, kw_only=True):
    """A report as moderators see it. Page: Admin_Report."""

    id: Id
    action_taken: bool
    action_taken_at: Time | None = None
    category: Literal["spam", "legal", "violation", "other"]
    comment: str
    forwarded: bool = False
    created_at: Time
    updated_at: Time
    account: AdminAccount
    target_account: AdminAccount
    assigned_account: AdminAccount | None = None
    action_taken_by_account: AdminAccount | None = None
    statuses: list[Status] = []
    rules: list[Rule] = []


class AdminTag(Tag, kw_only=True):
    """A hashtag with the decisions of moderators. Page: Tag."""

    trendable: bool = False
    usable: bool = False
    requires_review: bool = False


class AdminDomainAllow(Entity, kw_only=True):
    """A domain allowed to federate where federation is limited. Page: Admin_DomainAllow."""

    id: Id
    domain: str = ""
    created_at: Time


class AdminDomainBlock(Entity, kw_only=True):
    """A domain block with its private reasons. Page: Admin_DomainBlock."""

    id: Id
    domain: str = ""
    digest: str = ""
    created_at: Time
    severity: Literal["silence", "suspend", "noop"]
    reject_media: bool = False
    reject_reports: bool = False
    private_comment: str | None = None
    public_comment: str | None = None
    obfuscate: bool = False


class AdminEmailDomainBlock(Entity, kw_only=True):
    """A mail domain from which nobody may sign up. Page: Admin_EmailDomainBlock."""

    id: Id
    domain: str = ""
    created_at: Time
    history: list[History] = []


class AdminCanonicalEmailBlock(Entity, kw_only=True):
    """A blocked mail address, kept as a hash. Page: Admin_CanonicalEmailBlock."""

    id: Id
    canonical_email_hash: str = ""


class AdminIpBlock(Entity, kw_only=True):
    """A range of addresses that is kept out. Page: Admin_IpBlock."""

    id: Id
    ip: str = ""
    severity: Literal["sign_up_requires_approval", "sign_up_block", "no_access"]
    comment: str = ""
    created_at: Time
    expires_at: Time | None = None
