"""What moderators are asked by mail: whether a held post comes in, and whether somebody may join; each asked once, with
two secrets that are worth something from their own address only."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import Viewer, may_in_group, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.mail import mailproofs, outbox, reach
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

POST: Final = "held"
MEMBER: Final = "pending_member"
_NAME = Query(sa.select(accounts.c.display_name, accounts.c.name).where(accounts.c.id == p("id")))


def deciders(tx: Tx, group_id: int, act: str) -> list[tuple[int, str]]:
    """Moderators who may decide on that act of rights.GROUP_ACTS, with the addresses that the group's mail to them goes
    to; those whose mail pauses are left out."""
    out = []
    for account_id in members.moderators(tx, group_id):
        address = reach.reached_at(tx, group_id, account_id)
        if address and may_in_group(standing(tx, Viewer(account_id), group_id), act):
            out.append((account_id, address))
    return out


def about_post(tx: Tx, group_id: int, post_id: int, reason: str) -> None:
    """Ask whether a held post comes in; twice is the same as once."""
    for account_id, address in deciders(tx, group_id, "approve"):
        if outbox.is_queued(tx, POST, post_id, address):
            continue
        approve, reject = _secrets(tx, account_id, address, "approve", "reject", post_id)
        outbox.queue(
            tx, POST, account_id, address, group_id=group_id, post_id=post_id, reason=reason,
            approve=approve, reject=reject,
        )  # fmt: skip


def about_member(tx: Tx, group_id: int, account_id: int) -> None:
    """Ask whether somebody who waits for it may join. Raises NotFound where they do not wait."""
    waiting = members.get(tx, group_id, account_id)
    if waiting is None:
        raise NotFound(what="member")
    address, name = reach.address_in(tx, group_id, account_id), tx.one(_NAME, id=account_id) or ("", "")
    who = f"{name[0] or name[1]} <{address}>" if address else name[0] or name[1]
    for moderator, to in deciders(tx, group_id, "approve_members"):
        approve, reject = _secrets(tx, moderator, to, "admit", "refuse", waiting.id)
        outbox.queue(tx, MEMBER, moderator, to, group_id=group_id, who=who, approve=approve, reject=reject)


def _secrets(tx: Tx, account_id: int, address: str, yes: str, no: str, subject_id: int) -> tuple[str, str]:
    folded = fold_address(address)
    return (
        mailproofs.make(tx, account_id, yes, subject_id, folded),
        mailproofs.make(tx, account_id, no, subject_id, folded),
    )
