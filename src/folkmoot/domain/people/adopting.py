"""An address that was known by mail alone becomes one more of somebody's account, and its groups come along."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import GroupRole, MemberPosting, Membership, Viewer
from folkmoot.domain.groups import groupacts, memberaddresses, members, succession
from folkmoot.domain.groups.members import Member
from folkmoot.domain.mail import asking
from folkmoot.domain.notices import notices
from folkmoot.domain.people import accounts, bonds, logins
from folkmoot.domain.posts.reactions import ATTENDING
from folkmoot.domain.sections import answers
from folkmoot.kit.mail.addresses import fold_address
from folkmoot.store.schema.accounts import addresses
from folkmoot.store.schema.groups import groups
from folkmoot.store.schema.groups import members as members_t
from folkmoot.store.schema.mail import bounces, digest_marks, mail_health
from folkmoot.store.schema.posts import marks, reactions
from folkmoot.store.schema.sections import event_answers
from folkmoot.store.schema.work import outbox
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

_GROUPS = Query(
    sa.select(members_t.c.group_id, groups.c.parent_id)
    .select_from(members_t.join(groups, groups.c.account_id == members_t.c.group_id))
    .where(members_t.c.account_id == p("account_id"), members_t.c.status != int(Membership.LEFT))
    .order_by(members_t.c.group_id)
)
"""A group before those below it, which were made later."""
_ADDRESSES = Query(sa.select(addresses.c.id).where(addresses.c.account_id == p("account_id")))
_RANK: Final = (Membership.LEFT, Membership.INVITED, Membership.PENDING, Membership.NORMAL, Membership.BANNED)
"""Of two memberships of one group the one that stands further behind counts."""
_STRICT: Final = (
    MemberPosting.STARTED_MODERATED, MemberPosting.FIRST_MODERATED, MemberPosting.MODERATED, MemberPosting.FORBIDDEN,
)  # fmt: skip
"""Exceptions that moderators made against somebody: of two the one that stands further behind counts, too."""


def _over(table: sa.Table, *same: str, kinds: tuple[int, ...] = ()) -> Query:
    """Rows of *other* become rows of *me*; but not where one of mine (of those *kinds*) has the *same* columns."""
    mine = table.alias("mine")
    alike = [mine.c[name] == table.c[name] for name in same]
    if kinds:
        alike.append(sa.or_(*(mine.c.kind == kind for kind in kinds)))
    free = ~sa.exists().where(mine.c.account_id == p("me"), *alike)
    return Query(sa.update(table).where(table.c.account_id == p("other"), free).values(account_id=p("me")))


_OVER: Final = (
    _over(marks, "post_id"),
    _over(event_answers, "event_id"),
    _over(reactions, "post_id", kinds=tuple(int(kind) for kind in ATTENDING)),
    _over(mail_health, "address_id"),
    _over(bounces, "id"),
)
"""Threads that are followed or muted, what was said to events, and how mail to the address fared."""
_WAITING = Query(
    sa.update(outbox)
    .where(outbox.c.state == journal.WAITING, outbox.c.account_id == p("other"))
    .values(account_id=p("me"))
)


def may_join(tx: Tx, account_id: int) -> bool:
    """Whether the account is an address and no more: nobody ever logged in, and the staff has nothing against it."""
    known = accounts.preferences(tx, account_id)
    return (
        known.state == accounts.LoginState.ADDRESS_ONLY
        and not known.silenced
        and not logins.is_barred(tx, account_id)
        and len(tx.column(_ADDRESSES, account_id=account_id)) == 1
    )


def join(tx: Tx, me: int, other: int, address: str) -> None:
    """Make the one address of the account *other*, which may_join, one of *me*, who has proven it. Its memberships
    come along as they are, with what waits for them, and their rights and bans; mail goes on to come there; what was
    said stays under the name that it was said under."""
    id_ = tx.value(_ADDRESSES, account_id=other)
    tx.update(addresses, {"folded": fold_address(address)}, account_id=me, main=0, confirmed_at=tx.now)
    for query in (*_OVER, _WAITING):
        tx.run(query, me=me, other=other)
    for group_id, parent_id in tx.all(_GROUPS, account_id=other):
        for each in (me, other):
            bonds.alone(tx, group_id, each)
        theirs = members.get(tx, group_id, other)
        if theirs is not None:
            _bring(tx, me, theirs, id_, parent_id)
        if not members.in_group(tx, group_id, me):
            answers.freed(tx, group_id, me)
    for each in (me, other):
        memberaddresses.changed(tx, each)


def _bring(tx: Tx, me: int, theirs: Member, address_id: int, parent_id: int | None) -> None:
    """Let *me* have that membership, or what counts more of it and the own one; none below a ban."""
    group_id, mine = theirs.group_id, members.get(tx, theirs.group_id, me)
    above = None if parent_id is None else members.get(tx, parent_id, me)
    if theirs.status == Membership.PENDING:
        members.answered(tx, group_id, theirs.account_id)
    if above is not None and above.status == Membership.BANNED:
        succession.put_out(tx, group_id, theirs.account_id)
        return
    if mine is None:
        _hand_over(tx, me, theirs, address_id)
        return
    if theirs.status == Membership.BANNED:
        _ban(tx, mine)
    elif _RANK.index(Membership(theirs.status)) > _RANK.index(Membership(mine.status)):
        _exchange(tx, mine, theirs, address_id)
    elif mine.status == theirs.status == Membership.NORMAL and theirs.role > mine.role:
        members.put(tx, group_id, me, role=theirs.role, mod_permissions=theirs.mod_permissions)
    _keep_strict(tx, mine, theirs)
    succession.put_out(tx, group_id, theirs.account_id)


def _keep_strict(tx: Tx, mine: Member, theirs: Member) -> None:
    """Joining an address to an account gets nobody around what they may not say."""
    now = members.get(tx, mine.group_id, mine.account_id) or mine
    strict = max(
        (now.posting, mine.posting, theirs.posting), key=lambda it: it in _STRICT and _STRICT.index(it) + 1
    )
    if strict != now.posting:
        members.put(tx, now.group_id, now.account_id, role=now.role, status=now.status, posting=strict)


def _hand_over(tx: Tx, me: int, theirs: Member, address_id: int) -> None:
    """The row itself becomes mine: its number stands in links and secrets that were mailed, and in mail that waits."""
    group_id = theirs.group_id
    tx.update(members_t, {"id": theirs.id}, account_id=me, address_id=address_id, updated_at=tx.now)
    tx.update(digest_marks, {"member_id": theirs.id}, account_id=me)
    if theirs.status == Membership.NORMAL:
        journal.record(tx, journal.MEMBER_LEFT, theirs.account_id, group_id)
        journal.record(tx, journal.MEMBER_JOINED, me, group_id)
    else:
        journal.record(tx, journal.MEMBER_CHANGED, me, group_id)
    if theirs.status == Membership.PENDING:
        asking.about_member(tx, group_id, me)
        for moderator in members.moderators(tx, group_id):
            notices.add(tx, moderator, "member_request", me)


def _exchange(tx: Tx, mine: Member, theirs: Member, address_id: int) -> None:
    """The same where there is a row of mine that counts less: it takes the other's place."""
    if mine.status == Membership.PENDING:
        members.answered(tx, mine.group_id, mine.account_id)
    tx.update(members_t, {"id": mine.id}, account_id=-mine.id)  # a group has one row of an account
    _hand_over(tx, mine.account_id, theirs, address_id)
    tx.update(members_t, {"id": mine.id}, account_id=theirs.account_id)
    tx.update(digest_marks, {"member_id": mine.id}, account_id=theirs.account_id)


def _ban(tx: Tx, mine: Member) -> None:
    """A ban of the address is one of its person."""
    group_id, me = mine.group_id, mine.account_id
    if mine.status == Membership.BANNED:
        return
    members.answered(tx, group_id, me)
    succession.put_out(tx, group_id, me)
    members.put(tx, group_id, me, role=GroupRole.MEMBER, status=Membership.BANNED)
    for below in members.below(tx, group_id, me):
        succession.put_out(tx, below, me)
        members.answered(tx, below, me)
    line = f"banned {groupacts.name_of(tx, me)}, an address of whom is"
    groupacts.note(tx, Viewer.system(), group_id, "ban", line, target_id=me)
