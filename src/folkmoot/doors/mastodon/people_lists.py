"""Whom one blocks, mutes and endorses, which servers one blocks, and who of those one follows knows somebody."""

from __future__ import annotations

from folkmoot.domain import views
from folkmoot.domain.errors import NotFound
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import bondlists, bonds, regards, servers
from folkmoot.doors.frame import At, Response
from folkmoot.doors.frame.answers import json_bytes
from folkmoot.doors.mastodon import pages, present, relationships, render
from folkmoot.doors.mastodon.base import door
from folkmoot.doors.mastodon.pages import account_number, known, numbers
from folkmoot.wire.codecs import Id, time
from folkmoot.wire.mastodon import people_calls
from folkmoot.wire.mastodon.profile import IdentityProof
from folkmoot.wire.mastodon.relationship import FamiliarFollowers
from folkmoot.wire.mastodon.requests import relationships as api
from folkmoot.wire.mastodon.requests.oauth import Empty

MAX_FAMILIAR = 40
"""Accounts that one may ask about at once."""


@door.on(api.ListBlocks)
def blocks(at: At, ask: api.ListBlocks) -> Response:
    page, me = pages.page_of(ask), at.viewer.required()
    found = bonds.listing(at.tx, at.viewer, "blocks", me, **pages.bounds(page), nearest=page.nearest)
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")


@door.on(api.ListMutes)
def mutes(at: At, ask: api.ListMutes) -> Response:
    page = pages.page_of(ask)
    found = [(row[0], row[1:]) for row in bondlists.muted(at.tx, at.viewer, page)]
    return pages.rows(at, found, page.limit, _muted, prev="since_id")


def _muted(at: At, found: list[tuple[int, int | None]]) -> bytes:
    """Accounts with the end of their mute, which no cached bytes hold."""
    shown = render.accounts(at.house, at.tx, [id_ for id_, _ in found])
    ends = {id_: json_bytes(None if end is None else time(end)) for id_, end in found}
    return render.array(
        b'%b,"mute_expires_at":%b}' % (shown[id_][:-1], ends[id_]) for id_, _ in found if id_ in shown
    )


@door.on(api.ListEndorsements)
def endorsements(at: At, ask: api.ListEndorsements) -> Response:
    return _endorsed(at, ask, at.viewer.required())


@door.on(api.ListAccountEndorsements)
def account_endorsements(at: At, ask: api.ListAccountEndorsements) -> Response:
    return _endorsed(at, ask, account_number(at, ask.id))


def _endorsed(at: At, ask: api.ListEndorsements | api.ListAccountEndorsements, account_id: int) -> Response:
    page = pages.page_of(ask)
    found = regards.endorsed(at.tx, at.viewer, account_id, page)
    return pages.rows(at, found, page.limit, render.account_array, prev="since_id")


@door.on(api.ListDomainBlocks)
def domain_blocks(at: At, ask: api.ListDomainBlocks) -> Response:
    page = pages.page_of(ask)
    found = servers.blocked(at.tx, at.viewer, page)
    return pages.rows(at, found, page.limit, lambda _, names: json_bytes(names), prev="since_id")


@door.on(api.BlockDomain)
def block_domain(at: At, ask: api.BlockDomain) -> Empty:
    servers.block(at.tx, at.viewer, ask.domain)
    return {}


@door.on(api.UnblockDomain)
def unblock_domain(at: At, ask: api.UnblockDomain) -> Empty:
    servers.unblock(at.tx, at.viewer, ask.domain)
    return {}


@door.on(people_calls.PreviewDomainBlock)
def preview_domain_block(at: At, ask: people_calls.PreviewDomainBlock) -> people_calls.DomainBlockPreview:
    following, followers = servers.would_end(at.tx, at.viewer, ask.domain)
    return people_calls.DomainBlockPreview(following_count=following, followers_count=followers)


@door.on(api.ListFamiliarFollowers)
def familiar_followers(at: At, ask: api.ListFamiliarFollowers) -> list[FamiliarFollowers]:
    ids = [r.id for r in bonds.relations(at.tx, at.viewer, known(at, numbers(ask.id)[:MAX_FAMILIAR]))]
    found = bondlists.familiar(at.tx, at.viewer, ids)
    people_views = views.accounts_by_ids(at.tx, list({i for some in found.values() for i in some}))
    shown = {i: present.account(view, at.house.links) for i, view in people_views.items()}
    return [
        FamiliarFollowers(id=Id(str(i)), accounts=[shown[a] for a in found[i] if a in shown]) for i in ids
    ]


@door.on(api.ListIdentityProofs)
def identity_proofs(at: At, ask: api.ListIdentityProofs) -> list[IdentityProof]:
    people.see_account(at.tx, account_number(at, ask.id))
    return []


@door.on(people_calls.FollowByName)
def follow_by_name(at: At, ask: people_calls.FollowByName) -> Response:
    found = people.find_by_handle(at.tx, ask.uri)
    if found is None or not known(at, [found]):
        raise NotFound(what="account")
    relationships.follow_or_join(at, found)
    return render.account(at, found)
