"""What one keeps about others: private notes, and whom one endorses on one's own page."""

from __future__ import annotations

import sqlalchemy as sa

from folkmoot.domain.access import Membership, Viewer
from folkmoot.domain.errors import Invalid
from folkmoot.domain.paging import Page
from folkmoot.domain.people.accounts import see_account
from folkmoot.domain.people.bondlists import ACCEPTED, hidden
from folkmoot.domain.rows import Rows
from folkmoot.store.schema.bonds import follows
from folkmoot.store.schema.groups import members
from folkmoot.store.schema.people import account_notes, endorsements
from folkmoot.store.sql import Query, p
from folkmoot.store.tx import Tx

MAX_NOTE = 2000
_FORGET = Query(
    sa.delete(account_notes).where(
        account_notes.c.account_id == p("me"), account_notes.c.target_id == p("other")
    )
)
_FOLLOWED = Query(
    sa.union_all(
        sa.select(follows.c.id).where(
            follows.c.account_id == p("me"), follows.c.target_id == p("other"), follows.c.state == ACCEPTED
        ),
        sa.select(members.c.id).where(
            members.c.account_id == p("me"),
            members.c.group_id == p("other"),
            members.c.status == int(Membership.NORMAL),
        ),
    )
)
_UNENDORSE = Query(
    sa.delete(endorsements).where(
        endorsements.c.account_id == p("me"), endorsements.c.target_id == p("other")
    )
)
_LISTED = Rows(endorsements.c.id, endorsements.c.target_id, where=(endorsements.c.account_id == p("id"),))


def note(tx: Tx, viewer: Viewer, account_id: int, text: str) -> None:
    """Write down something about an account that nobody else reads; empty forgets.

    Raises NotFound, Invalid("private_note", "too_long").
    """
    me = viewer.required()
    see_account(tx, account_id)
    if len(text) > MAX_NOTE:
        raise Invalid("private_note", "too_long")
    if not text.strip():
        tx.run(_FORGET, me=me, other=account_id)
        return
    tx.insert(
        account_notes,
        "ON CONFLICT (account_id, target_id) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at",
        account_id=me,
        target_id=account_id,
        text=text,
        updated_at=tx.now,
    )


def endorse(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Show an account on one's page; again changes nothing. Raises NotFound, Invalid("endorse", "not_followed")."""
    me = viewer.required()
    see_account(tx, account_id)
    if tx.one(_FOLLOWED, me=me, other=account_id) is None:
        raise Invalid("endorse", "not_followed")
    tx.insert_new(endorsements, id=tx.ids.next(), account_id=me, target_id=account_id, created_at=tx.now)


def unendorse(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Show an account no longer; nothing there is fine. Raises NotFound."""
    me = viewer.required()
    see_account(tx, account_id)
    tx.run(_UNENDORSE, me=me, other=account_id)


def endorsed(tx: Tx, viewer: Viewer, account_id: int, page: Page) -> list[tuple[int, int]]:
    """(cursor, account id) of whom an account endorses, the latest first; none where it hides them. Raises NotFound."""
    see_account(tx, account_id)
    if hidden(tx, viewer, account_id):
        return []
    return [(row[0], row[1]) for row in _LISTED.page(tx, page, id=account_id)]
