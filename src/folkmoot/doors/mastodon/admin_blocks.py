"""The staff's lists of networks, mail domains and mail addresses that are kept out."""

from __future__ import annotations

from folkmoot.domain.staff import barriers
from folkmoot.domain.staff.barriers import CANONICALS, EMAIL_DOMAINS, IPS, EmailDomainBlock, IpWish
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present_admin
from folkmoot.doors.mastodon.admin_pages import listed
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.mastodon.admin import AdminCanonicalEmailBlock, AdminEmailDomainBlock, AdminIpBlock
from folkmoot.wire.mastodon.requests import admin_blocks as api

# ── mail domains ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _email_domain(at: At, block: EmailDomainBlock) -> AdminEmailDomainBlock:
    return present_admin.email_domain_block(block, barriers.tries(at.tx, [block.id])[block.id])


@door.on(api.ListAdminEmailDomainBlocks)
def email_domains(at: At, ask: api.ListAdminEmailDomainBlocks) -> Response:
    page = pages.page_of(ask)
    found = EMAIL_DOMAINS.listing(at.tx, at.viewer, page)
    tries = barriers.tries(at.tx, [block.id for block in found])
    return listed(at, found, page.limit, lambda b: present_admin.email_domain_block(b, tries[b.id]))


@door.on(api.GetAdminEmailDomainBlock)
def email_domain(at: At, ask: api.GetAdminEmailDomainBlock) -> AdminEmailDomainBlock:
    return _email_domain(at, EMAIL_DOMAINS.see(at.tx, at.viewer, number(ask.id)))


@door.on(api.CreateAdminEmailDomainBlock)
def create_email_domain(at: At, ask: api.CreateAdminEmailDomainBlock) -> AdminEmailDomainBlock:
    return _email_domain(at, barriers.block_email_domain(at.tx, at.viewer, ask.domain))


@door.on(api.DeleteAdminEmailDomainBlock)
def delete_email_domain(at: At, ask: api.DeleteAdminEmailDomainBlock) -> AdminEmailDomainBlock:
    """The block as it was."""
    was = _email_domain(at, EMAIL_DOMAINS.see(at.tx, at.viewer, number(ask.id)))
    barriers.unblock_email_domain(at.tx, at.viewer, number(ask.id))
    return was


# ── mail addresses ───────────────────────────────────────────────────────────────────────────────────────────────────


@door.on(api.ListAdminCanonicalEmailBlocks)
def canonicals(at: At, ask: api.ListAdminCanonicalEmailBlocks) -> Response:
    page = pages.page_of(ask)
    return listed(at, CANONICALS.listing(at.tx, at.viewer, page), page.limit, present_admin.canonical_block)


@door.on(api.GetAdminCanonicalEmailBlock)
def canonical(at: At, ask: api.GetAdminCanonicalEmailBlock) -> AdminCanonicalEmailBlock:
    return present_admin.canonical_block(CANONICALS.see(at.tx, at.viewer, number(ask.id)))


@door.on(api.MatchAdminCanonicalEmailBlock)
def match_canonical(at: At, ask: api.MatchAdminCanonicalEmailBlock) -> list[AdminCanonicalEmailBlock]:
    return [present_admin.canonical_block(b) for b in barriers.matching(at.tx, at.viewer, ask.email)]


@door.on(api.CreateAdminCanonicalEmailBlock)
def create_canonical(at: At, ask: api.CreateAdminCanonicalEmailBlock) -> AdminCanonicalEmailBlock:
    found = barriers.block_address(at.tx, at.viewer, ask.email, ask.canonical_email_hash)
    return present_admin.canonical_block(found)


@door.on(api.DeleteAdminCanonicalEmailBlock)
def delete_canonical(at: At, ask: api.DeleteAdminCanonicalEmailBlock) -> AdminCanonicalEmailBlock:
    """The block as it was."""
    return present_admin.canonical_block(CANONICALS.remove(at.tx, at.viewer, number(ask.id)))


# ── networks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@door.on(api.ListAdminIpBlocks)
def ips(at: At, ask: api.ListAdminIpBlocks) -> Response:
    page = pages.page_of(ask)
    return listed(at, IPS.listing(at.tx, at.viewer, page), page.limit, present_admin.ip_block)


@door.on(api.GetAdminIpBlock)
def ip(at: At, ask: api.GetAdminIpBlock) -> AdminIpBlock:
    return present_admin.ip_block(IPS.see(at.tx, at.viewer, number(ask.id)))


def _wish(ask: api.CreateAdminIpBlock | api.UpdateAdminIpBlock) -> IpWish:
    severity = None if ask.severity is None else present_admin.IP_SEVERITY_OF[ask.severity]
    return IpWish(network=ask.ip, severity=severity, comment=ask.comment, expires_in=ask.expires_in)


@door.on(api.CreateAdminIpBlock)
def create_ip(at: At, ask: api.CreateAdminIpBlock) -> AdminIpBlock:
    return present_admin.ip_block(barriers.block_ip(at.tx, at.viewer, _wish(ask)))


@door.on(api.UpdateAdminIpBlock)
def update_ip(at: At, ask: api.UpdateAdminIpBlock) -> AdminIpBlock:
    return present_admin.ip_block(barriers.change_ip(at.tx, at.viewer, number(ask.id), _wish(ask)))


@door.on(api.DeleteAdminIpBlock)
def delete_ip(at: At, ask: api.DeleteAdminIpBlock) -> Response:
    """An empty object, as servers have it."""
    barriers.unblock_ip(at.tx, at.viewer, number(ask.id))
    return Response.json({})
