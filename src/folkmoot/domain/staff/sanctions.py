"""What the staff may do to an account and take back: warn, close the login, hide media, silence, suspend, let in."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer
from folkmoot.domain.errors import Forbidden, Invalid, NotFound
from folkmoot.domain.mail import outbox
from folkmoot.domain.notices import notices
from folkmoot.domain.people import accounts as people
from folkmoot.domain.people import mailtokens, moves, severances
from folkmoot.domain.people.accounts import Kind, LoginState
from folkmoot.domain.powers import require_above, require_power
from folkmoot.domain.staff import barriers, dossiers, reportdesk, stafflog
from folkmoot.domain.staff.dossiers import APPROVAL_GIVEN, Dossier
from folkmoot.store.schema.accounts import accounts, addresses, logins, sessions, tokens
from folkmoot.store.schema.staff import warning_presets, warnings
from folkmoot.store.sql import Query, in_list, p
from folkmoot.store.tx import Row, Tx

KINDS: Final = ("none", "sensitive", "disable", "silence", "suspend")
"""What may be done: only warn; mark all media; close the login; keep out of public places; take away altogether."""
_MOMENTS: Final = {"sensitive": "sensitized_at", "silence": "silenced_at", "suspend": "suspended_at"}
MAX_TEXT = 10_000
ERASE_AFTER_MS = 30 * 86_400_000
"""So long a suspension can be taken back; then what the account said and had is erased."""

_PRESET = Query(
    sa.select(warning_presets.c.id, warning_presets.c.title, warning_presets.c.text).where(
        warning_presets.c.id == p("id")
    )
)
_PRESETS = Query(
    sa.select(warning_presets.c.id, warning_presets.c.title, warning_presets.c.text)
    .order_by(warning_presets.c.id)
    .limit(100)
)
_DROP_PRESET = Query(sa.delete(warning_presets).where(warning_presets.c.id == p("id")))
_END_SESSIONS = Query(sa.delete(sessions).where(sessions.c.account_id == p("id")))
_TOKENS = Query(
    sa.select(tokens.c.id)
    .where(tokens.c.account_id == p("id"), tokens.c.revoked_at.is_(None))
    .order_by(tokens.c.id.desc())
    .limit(1000)
)
_LOGIN = Query(sa.select(logins.c.state, logins.c.state_before).where(logins.c.account_id == p("id")))
_ADDRESSES = Query(sa.select(addresses.c.address).where(addresses.c.account_id == p("id")))
_BONDS = severances.bonds_with(lambda other: other.c.id == p("id"))
"""Of an account of another server: no unsuspending brings these back, as that server hears of the end."""
_STATE = Query(
    sa.select(accounts.c.suspended_at, accounts.c.erase_at, accounts.c.erased_at).where(
        accounts.c.id == p("id")
    )
)


class Sanction(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done to an account: *kind* of KINDS, what is said about it, and whether by mail too: the
    link there is the way to an appeal for who is shut out and has no password."""

    kind: str
    text: str = ""
    report_id: int | None = None
    preset_id: int | None = None
    mail: bool = True


class Warning_(msgspec.Struct, frozen=True):
    """What was done to an account and said about it, as its owner may know; `act` of KINDS. What its owner says against
    it is `appeal`, from the moment `appealed_at` on, until the staff has settled that."""

    id: int
    account_id: int
    act: str
    text: str
    post_ids: list[int]
    created_at: int
    appeal: str = ""
    appealed_at: int | None = None
    appeal_settled_at: int | None = None
    appeal_granted: int = 0


class Preset(msgspec.Struct, frozen=True):
    """A text for warnings that is written often."""

    id: int
    title: str
    text: str


def impose(tx: Tx, viewer: Viewer, account_id: int, sanction: Sanction) -> None:
    """Do something to an account: it is kept, told to the person, and settles what was reported of it.

    Raises Forbidden("role": missing, or not above the account's; "group"), NotFound (account, report, preset),
    Invalid("kind", "unknown" | "no_login"), Invalid("text", "too_long").
    """
    require_power(viewer, "manage_reports")
    target = aimed_at(tx, viewer, account_id)
    if sanction.kind not in KINDS:
        raise Invalid("kind", "unknown")
    if sanction.kind == "disable" and not target.has_login:
        raise Invalid("kind", "no_login")
    text = _text(tx, sanction)
    post_ids: list[int] = []
    if sanction.report_id is not None:
        report = reportdesk.see(tx, viewer, sanction.report_id)
        if report.target_id != account_id:
            raise NotFound(what="report")
        post_ids = report.post_ids
    _apply(tx, target, sanction.kind)
    stafflog.note(tx, viewer, sanction.kind, "account", account_id, target.account.handle)
    if sanction.kind == "none":
        if sanction.report_id is not None:
            reportdesk.settle(tx, viewer, sanction.report_id)
    else:
        reportdesk.settle_all(tx, viewer, account_id)
    if target.has_login:
        _warn(tx, viewer, target, sanction, text, post_ids)


def aimed_at(tx: Tx, viewer: Viewer, account_id: int) -> Dossier:
    """The account, where the viewer stands above it. A group is no person: its owners and its settings rule it.
    Raises Forbidden("role" | "group"), NotFound."""
    target = dossiers.see(tx, viewer, account_id)
    if target.account.kind == Kind.GROUP and not target.account.domain:
        raise Forbidden("groups are not sanctioned", code="group")
    require_above(viewer, target.account.role if not target.account.domain else 0)
    return target


def _text(tx: Tx, sanction: Sanction) -> str:
    text = sanction.text.strip()
    if sanction.preset_id is not None:
        preset = tx.one(_PRESET, id=sanction.preset_id)
        if preset is None:
            raise NotFound(what="preset")
        text = "\n\n".join(part for part in (preset[2], text) if part)
    if len(text) > MAX_TEXT:
        raise Invalid("text", "too_long")
    return text


def _apply(tx: Tx, target: Dossier, kind: str) -> None:
    id_ = target.id
    if kind == "disable":
        disable(tx, target)
        return
    if kind not in _MOMENTS or (kind == "suspend" and target.account.suspended):
        return
    values: dict[str, Any] = {_MOMENTS[kind]: tx.now}
    if kind == "suspend":
        values["erase_at"] = tx.now + ERASE_AFTER_MS
        close(tx, id_)
        for address in tx.column(_ADDRESSES, id=id_):
            barriers.block_canonical(tx, address, id_)
        if target.account.domain:
            severances.cut(tx, "account_suspension", target.account.handle, tx.all(_BONDS, id=id_))
    tx.update(accounts, {"id": id_}, **values)
    if kind == "silence":
        journal.record(tx, journal.ACCOUNT_LIMITED, id_, id_)
    people.changed(tx, id_)


def disable(tx: Tx, target: Dossier) -> None:
    """Close the login, for verbs that have asked; it is opened again as it was before. What is closed is marked as
    closed for a further reason."""
    if target.disabled:
        tx.update(logins, {"account_id": target.id}, disabled_twice=1)
    else:
        state = tx.value(_LOGIN, id=target.id)
        tx.update(logins, {"account_id": target.id}, state=int(LoginState.DISABLED), state_before=state)
    close(tx, target.id)


def close(tx: Tx, account_id: int) -> None:
    """The account may not act for now: sessions and streams end; tokens stay and are refused with the reason."""
    tx.run(_END_SESSIONS, id=account_id)
    journal.record(tx, journal.LOGIN_CLOSED, account_id, account_id, tokens=tx.column(_TOKENS, id=account_id))


def _open(tx: Tx, account_id: int) -> None:
    journal.record(tx, journal.LOGIN_OPENED, account_id, account_id, tokens=tx.column(_TOKENS, id=account_id))


def _warn(
    tx: Tx, viewer: Viewer, target: Dossier, sanction: Sanction, text: str, post_ids: list[int]
) -> None:
    id_ = tx.ids.next()
    tx.insert(
        warnings,
        id=id_,
        account_id=target.id,
        by_id=viewer.account_id,
        act=sanction.kind,
        text=text,
        report_id=sanction.report_id,
        post_ids=msgspec.json.encode(post_ids).decode(),
        created_at=tx.now,
    )
    # The person learns what was done, not by whom: the notice is caused by the account itself.
    notices.add(tx, target.id, "warning", target.id, about_id=id_)
    if sanction.mail and target.address:
        secret = mailtokens.make(tx, target.id, "appeal", target.address)
        # By the link the person says something against it, whether they may log in or not.
        link = f"{tx.settings.base_url}/strikes?token={secret}" if secret else ""
        outbox.queue(tx, "warning", target.id, target.address, act=sanction.kind, text=text, link=link)


def lift(tx: Tx, viewer: Viewer, account_id: int, kind: str) -> None:
    """Take back what `impose` did ("disable", "sensitive", "silence" or "suspend"); nothing there is fine.

    Raises Forbidden("role"; "erased": what was suspended is being or has been erased; "memorial": the login of somebody
    who is remembered stays closed), NotFound.
    """
    target = aimed_at(tx, viewer, account_id)
    if kind == "disable":
        if target.account.memorial:
            raise Forbidden("nobody logs in there any more", code="memorial")
        row = tx.one(_LOGIN, id=account_id)
        if row is not None and row[0] == LoginState.DISABLED:
            tx.update(logins, {"account_id": account_id}, state=row[1], disabled_twice=0)
            _open(tx, account_id)
    elif kind == "suspend":
        _unsuspend(tx, account_id)
    else:
        tx.update(accounts, {"id": account_id}, **{_MOMENTS[kind]: None})
        if kind == "silence":
            journal.record(tx, journal.ACCOUNT_LIMITED, account_id, account_id)
    people.changed(tx, account_id)
    stafflog.note(tx, viewer, f"un{kind}", "account", account_id, target.account.handle)


def _unsuspend(tx: Tx, account_id: int) -> None:
    row = tx.one(_STATE, id=account_id)
    if row is None or row[0] is None:
        return
    if row[2] is not None or (row[1] is not None and row[1] <= tx.now):
        raise Forbidden("what the account had is erased", code="erased")
    tx.update(accounts, {"id": account_id}, suspended_at=None, erase_at=None)
    barriers.unblock_canonical_of(tx, account_id)
    _open(tx, account_id)
    moves.bring_the_rest(tx, account_id)


def approve(tx: Tx, viewer: Viewer, account_id: int) -> None:
    """Let somebody in who signed up, before or after the address is confirmed.

    Raises Forbidden("role" | "approved": is in already), NotFound.
    """
    target = dossiers.see(tx, viewer, account_id)
    if not target.has_login or target.approved:
        raise Forbidden("nobody waits there", code="approved")
    values: dict[str, Any] = {"approval": APPROVAL_GIVEN}
    column = "state_before" if target.disabled else "state"
    if target.confirmed:
        values[column] = int(LoginState.ACTIVE)
    tx.update(logins, {"account_id": account_id}, **values)
    stafflog.note(tx, viewer, "approve", "account", account_id, target.account.handle)
    if target.confirmed and not target.disabled and target.address:
        link = f"{tx.settings.base_url}/login"
        outbox.queue(tx, "approved", account_id, target.address, link=link)


WARNING: Final = sa.select(*[warnings.c[name] for name in Warning_.__struct_fields__])
"""The statement that finds warnings, for read_warning."""
_WARNINGS = Query(WARNING.where(in_list(warnings.c.id, "ids"), warnings.c.account_id == p("me")))


def read_warning(row: Row) -> Warning_:
    """A row of WARNING."""
    values = dict(zip(Warning_.__struct_fields__, row, strict=True))
    return Warning_(**{**values, "post_ids": msgspec.json.decode(values["post_ids"], type=list[int])})


def warnings_of(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, Warning_]:
    """Those of the warnings that were given to the viewer, by id."""
    rows = tx.all(_WARNINGS, ids=ids, me=viewer.required()) if ids else []
    return {row[0]: read_warning(row) for row in rows}


def presets(tx: Tx, viewer: Viewer) -> list[Preset]:
    """Texts that warnings are written with, a hundred at most. Raises Forbidden("role")."""
    require_power(viewer, "manage_reports")
    return [Preset(*row) for row in tx.all(_PRESETS)]


def add_preset(tx: Tx, viewer: Viewer, title: str, text: str) -> int:
    """Keep a text for warnings. Raises Forbidden("role"), Invalid("text", "blank" | "too_long")."""
    require_power(viewer, "manage_place")
    if not text.strip():
        raise Invalid("text", "blank")
    if len(text) > MAX_TEXT or len(title) > 200:
        raise Invalid("text", "too_long")
    id_ = tx.ids.next()
    tx.insert(warning_presets, id=id_, title=title.strip(), text=text.strip(), created_at=tx.now)
    stafflog.note(tx, viewer, "add", "preset", id_, title)
    return id_


def remove_preset(tx: Tx, viewer: Viewer, preset_id: int) -> None:
    """Keep such a text no longer. Raises Forbidden("role"), NotFound."""
    require_power(viewer, "manage_place")
    if not tx.run(_DROP_PRESET, id=preset_id):
        raise NotFound(what="preset")
    stafflog.note(tx, viewer, "remove", "preset", preset_id)
