"""What people say against warnings, and what the staff answers."""

from __future__ import annotations

import contextlib
from typing import Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.mail import outbox
from folkmoot.domain.people import mailtokens
from folkmoot.domain.people.accounts import main_address
from folkmoot.domain.powers import POWERS, require_power
from folkmoot.domain.staff import dossiers, memorials, sanctions, stafflog
from folkmoot.domain.staff.sanctions import WARNING, Warning_, read_warning
from folkmoot.domain.views import AccountView, accounts_by_ids
from folkmoot.store.schema.staff import warnings
from folkmoot.store.sql import Query, p, text_p
from folkmoot.store.tx import Tx

IN_TIME_MS: Final = 20 * 86_400_000
"""So long after a warning one may say something against it (as Mastodon has it)."""
MAX_TEXT: Final = 2_000
MOST: Final = 100

_MINE = Query(WARNING.where(warnings.c.account_id == p("me")).order_by(warnings.c.id.desc()).limit(MOST))
_ONE = Query(WARNING.where(warnings.c.id == p("id")))
_WAITING = Query(
    WARNING.where(warnings.c.appealed_at.is_not(None), warnings.c.appeal_settled_at.is_(None))
    .order_by(warnings.c.id)
    .limit(MOST)
)
_APPEAL = Query(
    sa.update(warnings)
    .where(warnings.c.id == p("id"), warnings.c.appealed_at.is_(None))
    .values(appeal=text_p("text"), appealed_at=p("now"))
)
_SETTLE = Query(
    sa.update(warnings)
    .where(
        warnings.c.id == p("id"), warnings.c.appealed_at.is_not(None), warnings.c.appeal_settled_at.is_(None)
    )
    .values(appeal_granted=p("granted"), appeal_settled_at=p("now"))
)
_LATER = Query(
    sa.select(warnings.c.id)
    .where(
        warnings.c.account_id == p("account_id"),
        warnings.c.id > p("id"),
        warnings.c.act == text_p("act"),
        warnings.c.appeal_granted == 0,
    )
    .limit(1)
)


class Appeal(msgspec.Struct, frozen=True):
    """A warning with what its owner says against it, as the staff sees them."""

    warning: Warning_
    account: AccountView


def mine(tx: Tx, viewer: Viewer) -> list[Warning_]:
    """The warnings that were given to the viewer, newest first, a hundred at most."""
    return [read_warning(row) for row in tx.all(_MINE, me=viewer.required())]


def is_open(warning: Warning_, now: int) -> bool:
    """Whether its owner may still say something against it."""
    return warning.appealed_at is None and now <= warning.created_at + IN_TIME_MS


def appeal(tx: Tx, viewer: Viewer, warning_id: int, text: str) -> None:
    """Say something against a warning of one's own, once; the staff is told by mail.

    Raises NotFound, Forbidden("appeal.over": too late, or done before), Invalid("appeal", "blank" | "too_long").
    """
    row = tx.one(_ONE, id=warning_id)
    if row is None or row[1] != viewer.required():
        raise NotFound(what="warning")
    text = text.strip()
    if not text:
        raise Invalid("appeal", "blank")
    if len(text) > MAX_TEXT:
        raise Invalid("appeal", "too_long")
    if not is_open(read_warning(row), tx.now) or not tx.run(_APPEAL, id=warning_id, text=text, now=tx.now):
        raise Forbidden("this warning can't be appealed against", code="appeal.over")
    handle = accounts_by_ids(tx, [row[1]])[row[1]].handle
    for staff_id in dossiers.staff(tx, POWERS["manage_appeals"]):
        if address := main_address(tx, staff_id):
            outbox.queue(tx, "appeal", staff_id, address, who=handle, text=text)


def way_in(tx: Tx, account_id: int) -> str | None:
    """The secret of a link to the warnings of somebody who has shown all that opens a login, which is closed; None
    where there are none, they are remembered, or it was too often within the hour."""
    if memorials.is_one(tx, account_id) or not mine(tx, Viewer(account_id)):
        return None
    return mailtokens.make(tx, account_id, "appeal_login", "")


def of_link(tx: Tx, secret: str) -> Viewer:
    """Whose warnings a link leads to, one that was mailed or one of way_in. Raises NotFound("link")."""
    with contextlib.suppress(NotFound):
        return Viewer(mailtokens.see(tx, secret, "appeal").account_id)
    return Viewer(mailtokens.see(tx, secret, "appeal_login").account_id)


def waiting(tx: Tx, viewer: Viewer) -> list[Appeal]:
    """What waits for an answer, oldest warnings first, a hundred at most. Raises Forbidden("role")."""
    require_power(viewer, "manage_appeals")
    found = [read_warning(row) for row in tx.all(_WAITING)]
    people = accounts_by_ids(tx, list({warning.account_id for warning in found}))
    return [Appeal(warning, people[warning.account_id]) for warning in found if warning.account_id in people]


def settle(tx: Tx, viewer: Viewer, warning_id: int, *, grant: bool) -> None:
    """Answer an appeal; one that is granted takes back what was done, unless that was done once
    more since. The person is told by mail.

    Raises NotFound (also where it was answered before), Forbidden as sanctions.lift.
    """
    require_power(viewer, "manage_appeals")
    row = tx.one(_ONE, id=warning_id)
    if row is None:
        raise NotFound(what="appeal")
    warning = read_warning(row)
    target = sanctions.aimed_at(tx, viewer, warning.account_id)
    if not tx.run(_SETTLE, id=warning_id, granted=int(grant), now=tx.now):
        raise NotFound(what="appeal")
    stands = {"id": warning_id, "account_id": warning.account_id, "act": warning.act}
    if grant and warning.act != "none" and tx.one(_LATER, **stands) is None:
        sanctions.lift(tx, viewer, warning.account_id, warning.act)
    stafflog.note(tx, viewer, "approve" if grant else "reject", "appeal", warning_id, target.account.handle)
    if target.address:
        outbox.queue(tx, "appeal_settled", target.id, target.address, granted=grant)
