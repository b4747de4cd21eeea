"""Entities: what the staff's calls answer. A field that was not sent is None."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from folkmoot.client.mastodon.results import AttribAccessDict, NonPaginatableList

if TYPE_CHECKING:
    from folkmoot.client.mastodon.entities.people import Account, Role
    from folkmoot.client.mastodon.entities.place import Rule
    from folkmoot.client.mastodon.entities.statuses import Status
    from folkmoot.client.mastodon.ids import IdType


class AdminReport(AttribAccessDict):
    """Admin Report: https://docs.joinmastodon.org/entities/Admin_Report/"""

    id: IdType
    action_taken: bool
    comment: str
    created_at: datetime
    updated_at: datetime
    account: Account
    target_account: Account
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: NonPaginatableList[Status]
    action_taken_at: datetime | None
    category: str
    forwarded: bool | None
    rules: NonPaginatableList[Rule]


class AdminAccount(AttribAccessDict):
    """Admin Account: https://docs.joinmastodon.org/entities/Admin_Account/"""

    id: IdType
    username: str
    domain: str | None
    created_at: datetime
    email: str
    ip: str | None
    role: Role
    confirmed: bool
    suspended: bool
    silenced: bool
    disabled: bool
    approved: bool
    locale: str
    invite_request: str | None
    account: Account
    sensitized: bool
    ips: NonPaginatableList[AdminIp]
    created_by_application_id: IdType | None
    invited_by_account_id: IdType | None


class AdminIp(AttribAccessDict):
    """Admin Ip: https://docs.joinmastodon.org/entities/Admin_Ip/"""

    ip: str
    used_at: str


class AdminMeasure(AttribAccessDict):
    """Admin Measure: https://docs.joinmastodon.org/entities/Admin_Measure/"""

    key: str
    unit: str | None
    total: str
    human_value: str | None
    previous_total: str | None
    data: NonPaginatableList[AdminMeasureData]


class AdminMeasureData(AttribAccessDict):
    """Admin Measure Data: https://docs.joinmastodon.org/entities/Admin_Measure/"""

    date: datetime
    value: int


class AdminDimension(AttribAccessDict):
    """Admin Dimension: https://docs.joinmastodon.org/entities/Admin_Dimension/"""

    key: str
    data: NonPaginatableList[AdminDimensionData]


class AdminDimensionData(AttribAccessDict):
    """Admin Dimension Data: https://docs.joinmastodon.org/entities/Admin_Dimension/"""

    key: str
    human_key: str
    value: int


class AdminRetention(AttribAccessDict):
    """Admin Retention: https://docs.joinmastodon.org/entities/Admin_Cohort/"""

    period: datetime
    frequency: str
    data: NonPaginatableList[AdminCohort]


class AdminCohort(AttribAccessDict):
    """Admin Cohort: https://docs.joinmastodon.org/entities/Admin_Cohort/"""

    date: datetime
    rate: float
    value: int


class AdminDomainBlock(AttribAccessDict):
    """Admin Domain Block: https://docs.joinmastodon.org/entities/Admin_DomainBlock/"""

    id: IdType
    domain: str
    created_at: datetime
    severity: str
    reject_media: bool
    reject_reports: bool
    private_comment: str | None
    public_comment: str | None
    obfuscate: bool
    digest: str | None


class AdminCanonicalEmailBlock(AttribAccessDict):
    """Admin Canonical Email Block: https://docs.joinmastodon.org/entities/Admin_CanonicalEmailBlock"""

    id: IdType
    canonical_email_hash: str


class AdminDomainAllow(AttribAccessDict):
    """Admin Domain Allow: https://docs.joinmastodon.org/entities/Admin_DomainAllow"""

    id: IdType
    domain: str
    created_at: datetime


class AdminEmailDomainBlock(AttribAccessDict):
    """Admin Email Domain Block: https://docs.joinmastodon.org/entities/Admin_EmailDomainBlock"""

    id: IdType
    domain: str
    created_at: datetime
    history: NonPaginatableList[AdminEmailDomainBlockHistory]


class AdminEmailDomainBlockHistory(AttribAccessDict):
    """Admin Email Domain Block History: https://docs.joinmastodon.org/entities/Admin_EmailDomainBlock"""

    day: datetime
    accounts: int
    uses: int


class AdminIpBlock(AttribAccessDict):
    """Admin Ip Block: https://docs.joinmastodon.org/entities/Admin_IpBlock"""

    id: IdType
    ip: str
    severity: str
    comment: str
    created_at: datetime
    expires_at: datetime | None
