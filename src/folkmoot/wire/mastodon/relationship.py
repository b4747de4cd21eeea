"""What stands between the caller and another account."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity


class Relationship(Entity, kw_only=True):
    """Follow, block, mute and note between the caller and account id. Page: Relationship."""

    id: Id
    following: bool
    showing_reblogs: bool
    notifying: bool = False
    languages: list[str] | None = None
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: Time | None = None
    requested: bool
    requested_by: bool = False
    domain_blocking: bool
    endorsed: bool
    note: str = ""


class FamiliarFollowers(Entity, kw_only=True):
    """Followers of account id that the caller follows too. Page: FamiliarFollowers."""

    id: Id
    accounts: list[Account] = []


class DomainBlock(Entity, kw_only=True):
    """A domain that the instance limits or blocks, as shown to the public. Page: DomainBlock."""

    domain: str = ""
    digest: str = ""
    severity: Literal["silence", "suspend"]
    comment: str | UnsetType = UNSET


class RelationshipSeveranceEvent(Entity, kw_only=True):
    """Follows that a domain block or a suspension cut. Page: RelationshipSeveranceEvent."""

    id: Id
    type: Literal["domain_block", "user_domain_block", "account_suspension"]
    purged: bool = False
    target_name: str = ""
    followers_count: int = 0
    following_count: int = 0
    created_at: Time
