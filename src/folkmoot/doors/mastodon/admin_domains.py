"""The staff's lists of other servers: let in, silenced, or cut off."""

from __future__ import annotations

from folkmoot.domain.staff import borders
from folkmoot.domain.staff.borders import BlockedAlready, BlockWish
from folkmoot.doors.frame import At, Response
from folkmoot.doors.mastodon import pages, present_admin
from folkmoot.doors.mastodon.admin_pages import listed
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import number
from folkmoot.wire.mastodon.admin import AdminDomainAllow, AdminDomainBlock
from folkmoot.wire.mastodon.requests import admin_domains as api


@door.on(api.ListAdminDomainAllows)
def allows(at: At, ask: api.ListAdminDomainAllows) -> Response:
    page = pages.page_of(ask)
    return listed(at, borders.ALLOWS.listing(at.tx, at.viewer, page), page.limit, present_admin.domain_allow)


@door.on(api.GetAdminDomainAllow)
def allow(at: At, ask: api.GetAdminDomainAllow) -> AdminDomainAllow:
    return present_admin.domain_allow(borders.ALLOWS.see(at.tx, at.viewer, number(ask.id)))


@door.on(api.CreateAdminDomainAllow)
def create_allow(at: At, ask: api.CreateAdminDomainAllow) -> AdminDomainAllow:
    return present_admin.domain_allow(borders.allow(at.tx, at.viewer, ask.domain))


@door.on(api.DeleteAdminDomainAllow)
def delete_allow(at: At, ask: api.DeleteAdminDomainAllow) -> AdminDomainAllow:
    """The entry as it was."""
    return present_admin.domain_allow(borders.ALLOWS.remove(at.tx, at.viewer, number(ask.id)))


@door.on(api.ListAdminDomainBlocks)
def blocks(at: At, ask: api.ListAdminDomainBlocks) -> Response:
    page = pages.page_of(ask)
    return listed(at, borders.BLOCKS.listing(at.tx, at.viewer, page), page.limit, present_admin.domain_block)


@door.on(api.GetAdminDomainBlock)
def block(at: At, ask: api.GetAdminDomainBlock) -> AdminDomainBlock:
    return present_admin.domain_block(borders.BLOCKS.see(at.tx, at.viewer, number(ask.id)))


def _wish(ask: api.CreateAdminDomainBlock | api.UpdateAdminDomainBlock) -> BlockWish:
    return BlockWish(
        severity=None if ask.severity is None else int(present_admin.SEVERITY_OF[ask.severity]),
        reject_media=ask.reject_media,
        reject_reports=ask.reject_reports,
        private_comment=ask.private_comment,
        public_comment=ask.public_comment,
        obfuscate=ask.obfuscate,
    )


@door.on(api.CreateAdminDomainBlock)
def create_block(at: At, ask: api.CreateAdminDomainBlock) -> AdminDomainBlock | Response:
    """The new block; where one is there that is as strict, that one beside the refusal."""
    try:
        return present_admin.domain_block(borders.block(at.tx, at.viewer, ask.domain, _wish(ask)))
    except BlockedAlready as there:
        text = f"You have already imposed stricter limits on {there.block.domain}."
        there_is = present_admin.domain_block(there.block)
        return Response.json({"error": text, "existing_domain_block": there_is}, 422)


@door.on(api.UpdateAdminDomainBlock)
def update_block(at: At, ask: api.UpdateAdminDomainBlock) -> AdminDomainBlock:
    return present_admin.domain_block(borders.change(at.tx, at.viewer, number(ask.id), _wish(ask)))


@door.on(api.DeleteAdminDomainBlock)
def delete_block(at: At, ask: api.DeleteAdminDomainBlock) -> AdminDomainBlock:
    """The block as it was."""
    return present_admin.domain_block(borders.unblock(at.tx, at.viewer, number(ask.id)))
