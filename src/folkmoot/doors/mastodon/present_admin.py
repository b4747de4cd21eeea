"""What the staff sees, as this API's entities; asks nothing of the database."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET

from folkmoot.domain.staff.barriers import (
    APPROVAL,
    DAY_MS,
    NO_ACCESS,
    NO_SIGN_UP,
    CanonicalBlock,
    EmailDomainBlock,
    IpBlock,
)
from folkmoot.domain.staff.borders import DomainAllow, DomainBlock, Severity
from folkmoot.domain.staff.dossiers import Dossier
from folkmoot.domain.staff.reports import Report
from folkmoot.doors.frame.links import Links
from folkmoot.doors.mastodon import present, roles
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon.about import Rule
from folkmoot.wire.mastodon.admin import (
    AdminAccount,
    AdminCanonicalEmailBlock,
    AdminDomainAllow,
    AdminDomainBlock,
    AdminEmailDomainBlock,
    AdminIp,
    AdminIpBlock,
    AdminReport,
)
from folkmoot.wire.mastodon.status import Status
from folkmoot.wire.mastodon.tag import History

IP_SEVERITY = {APPROVAL: "sign_up_requires_approval", NO_SIGN_UP: "sign_up_block", NO_ACCESS: "no_access"}
IP_SEVERITY_OF = {word: severity for severity, word in IP_SEVERITY.items()}
SEVERITY_OF = {severity.name.lower(): severity for severity in Severity}


def account(d: Dossier, links: Links) -> AdminAccount:
    """An account as moderators see it; the newest address it was used from is `ip`."""
    view = d.account
    return AdminAccount(
        id=Id(str(view.id)),
        username=view.name,
        domain=view.domain or None,
        created_at=time(view.created_at),
        email=d.address,
        ip=d.ips[0][0] if d.ips else None,
        ips=[AdminIp(ip=ip, used_at=time(at)) for ip, at in d.ips],
        locale=d.locale,
        invite_request=d.reason or None,
        role=roles.entity(0 if view.domain else view.role),
        confirmed=d.confirmed,
        approved=d.approved,
        disabled=d.disabled,
        sensitized=view.sensitized,
        silenced=view.silenced,
        suspended=view.suspended,
        account=present.account(view, links),
        created_by_application_id=UNSET if d.app_id is None else Id(str(d.app_id)),
    )


def report(r: Report, people: dict[int, AdminAccount], posts: list[Status], rules: list[Rule]) -> AdminReport:
    """A report as moderators see it; *people* are all whom it names."""
    return AdminReport(
        id=Id(str(r.id)),
        action_taken=r.settled_at is not None,
        action_taken_at=None if r.settled_at is None else time(r.settled_at),
        category=r.category,  # type: ignore[arg-type]  # the domain has the same words
        comment=r.comment,
        forwarded=r.forwarded,
        created_at=time(r.created_at),
        updated_at=time(r.updated_at),
        account=people[r.account_id],
        target_account=people[r.target_id],
        assigned_account=people.get(r.assigned_id or 0),
        action_taken_by_account=people.get(r.settled_by or 0),
        statuses=posts,
        rules=rules,
    )


def domain_allow(a: DomainAllow) -> AdminDomainAllow:
    """A server that may come in."""
    return AdminDomainAllow(id=Id(str(a.id)), domain=a.domain, created_at=time(a.created_at))


def domain_block(b: DomainBlock) -> AdminDomainBlock:
    """How a server is treated, with the reasons."""
    return AdminDomainBlock(
        id=Id(str(b.id)),
        domain=b.domain,
        digest=b.digest,
        created_at=time(b.created_at),
        severity=Severity(b.severity).name.lower(),  # type: ignore[arg-type]  # the domain has the same words
        reject_media=bool(b.reject_media),
        reject_reports=bool(b.reject_reports),
        private_comment=b.private_comment,
        public_comment=b.public_comment,
        obfuscate=bool(b.obfuscate),
    )


def email_domain_block(b: EmailDomainBlock, tries: Iterable[tuple[int, int, int]]) -> AdminEmailDomainBlock:
    """A mail domain; *tries* are (day since 1970, refused sign-ups, addresses they came from)."""
    history = [
        History(day=str(day * DAY_MS // 1000), uses=str(uses), accounts=str(from_n))
        for day, uses, from_n in tries
    ]
    return AdminEmailDomainBlock(
        id=Id(str(b.id)), domain=b.domain, created_at=time(b.created_at), history=history
    )


def canonical_block(b: CanonicalBlock) -> AdminCanonicalEmailBlock:
    """A mail address as its hash."""
    return AdminCanonicalEmailBlock(id=Id(str(b.id)), canonical_email_hash=b.hash)


def ip_block(b: IpBlock) -> AdminIpBlock:
    """A network."""
    return AdminIpBlock(
        id=Id(str(b.id)),
        ip=b.network,
        severity=IP_SEVERITY[b.severity],  # type: ignore[arg-type]  # its values are just the literal's words
        comment=b.comment,
        created_at=time(b.created_at),
        expires_at=None if b.expires_at is None else time(b.expires_at),
    )
