"""What moderators are asked by mail, once, with two secrets that are worth something from their own address only; and
what owners, and the author of a mail, alone are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from folkmoot.domain.access import GroupRole, Membership, PostState, Viewer, may_in_group, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.groups import members
from folkmoot.domain.mail import mailproofs, outbox, reach
from folkmoot.domain.mail.outbox import DAY_MS, Item
from folkmoot.domain.people.accounts import main_address
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import accounts
from folkmoot.store.schema.posts import posts
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

POST: Final = "held"
MEMBER: Final = "pending_member"
OWNER: Final = "owner"
"""What somebody wrote to the owners."""
LOOP: Final = "loop"
QUIET_MS: Final = 30 * 86_400_000
"""An owner is told of a loop once in so long: it brings mail all the time."""
FILES: Final = "files_left_out"
"""That a message is posted without its files."""
MAX_FILES_TOLD: Final = 10
"""So often in a day an author is told that."""
KINDS: Final = (POST, MEMBER, OWNER, LOOP)
_HELD = Query(sa.select(posts.c.id).where(posts.c.id == p("id"), posts.c.state == int(PostState.HELD)))
_NAME = Query(sa.select(accounts.c.display_name, accounts.c.name).where(accounts.c.id == p("id")))


def deciders(tx: Tx, group_id: int, act: str) -> list[tuple[int, str]]:
    """Moderators who may decide on that act of rights.GROUP_ACTS, with the addresses that the group's mail to them goes
    to; those whose mail pauses are left out."""
    asked = ((id_, _asked_at(tx, group_id, id_, act)) for id_ in members.moderators(tx, group_id))
    return [(account_id, address) for account_id, address in asked if address]


def _asked_at(tx: Tx, group_id: int, account_id: int, act: str) -> str:
    """Where somebody is asked about such things; empty where they are not. Raises NotFound for the group."""
    address = reach.reached_at(tx, group_id, account_id)
    may = bool(address) and may_in_group(standing(tx, Viewer(account_id), group_id), act)
    return address if may else ""


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
        outbox.queue(
            tx, MEMBER, moderator, to, group_id=group_id, who=who, waiting=account_id,
            approve=approve, reject=reject,
        )  # fmt: skip


def still_due(tx: Tx, item: Item) -> bool:
    """Whether a letter of KINDS is still for its receiver (a question at that address, as its secrets are), and what it
    asks is still open. Raises NotFound for the group."""
    group_id = item.group_id or 0
    if item.kind in (OWNER, LOOP):
        return _owns(tx, group_id, item.account_id)
    act = "approve" if item.kind == POST else "approve_members"
    if _asked_at(tx, group_id, item.account_id, act) != item.address:
        return False
    if item.kind == POST:
        return tx.one(_HELD, id=item.post_id) is not None
    waiting = members.get(tx, group_id, int(item.payload.get("waiting", 0)))
    return waiting is not None and waiting.status == Membership.PENDING


def about_loop(tx: Tx, group_id: int, sender: str, subject: str) -> None:
    """Tell the owners that mail of the group comes back to it; once in a month each."""
    for account_id, address in owners(tx, group_id):
        if not outbox.count_since(tx, LOOP, address, tx.now - QUIET_MS):
            outbox.queue(
                tx, LOOP, account_id, address, group_id=group_id, sender=sender[:300], subject=subject[:300]
            )


def about_files(
    tx: Tx, group_id: int, author_id: int, address: str, subject: str, names: Sequence[str]
) -> None:
    """Tell the author of a mail that its files were left out, as the group has no space for them. The caller has proof
    that it is the author's address."""
    address = reach.written(tx, address)
    if outbox.count_since(tx, FILES, address, tx.now - DAY_MS) < MAX_FILES_TOLD:
        told = [name[:200] for name in names[:50]]
        outbox.queue(tx, FILES, author_id, address, group_id=group_id, subject=subject[:300], names=told)


def owners(tx: Tx, group_id: int) -> list[tuple[int, str]]:
    """The group's owners, with the addresses that they are written to as such."""
    ids = [id_ for id_ in members.moderators(tx, group_id) if _owns(tx, group_id, id_)]
    return [(id_, address) for id_ in ids if (address := main_address(tx, id_))]


def _owns(tx: Tx, group_id: int, account_id: int) -> bool:
    member = members.get(tx, group_id, account_id)
    return member is not None and member.status == Membership.NORMAL and member.role >= GroupRole.OWNER


def _secrets(tx: Tx, account_id: int, address: str, yes: str, no: str, subject_id: int) -> tuple[str, str]:
    folded = fold_address(address)
    return (
        mailproofs.make(tx, account_id, yes, subject_id, folded),
        mailproofs.make(tx, account_id, no, subject_id, folded),
    )
