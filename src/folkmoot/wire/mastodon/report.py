"""Reports to moderators, and warnings by them."""

from __future__ import annotations

from typing import Literal

from folkmoot.wire.codecs import Id, Time
from folkmoot.wire.mastodon.account import Account
from folkmoot.wire.mastodon.entity import Entity


class Report(Entity, kw_only=True):
    """A report that the caller made. Page: Report."""

    id: Id
    action_taken: bool
    action_taken_at: Time | None = None
    category: Literal["spam", "legal", "violation", "other"]
    comment: str = ""
    forwarded: bool = False
    created_at: Time
    status_ids: list[Id] | None = None
    collection_ids: list[Id] | None = None
    rule_ids: list[Id] | None = None
    target_account: Account


class Appeal(Entity, kw_only=True):
    """An objection to a warning. Page: Appeal."""

    text: str = ""
    state: Literal["approved", "rejected", "pending"]


class AccountWarning(Entity, kw_only=True):
    """What moderators did to an account, told to its owner. Page: AccountWarning."""

    id: Id
    action: Literal[
        "none", "disable", "mark_statuses_as_sensitive", "delete_statuses", "sensitive", "silence", "suspend"
    ]
    text: str = ""
    status_ids: list[Id] | None = None
    target_account: Account
    appeal: Appeal | None = None
    created_at: Time
