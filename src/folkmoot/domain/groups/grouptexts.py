"""A group's own texts to its members: kept, changed, and mailed when their moment comes."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import sqlalchemy as sa

from folkmoot.domain import journal
from folkmoot.domain.access import Viewer, require_in_group, standing
from folkmoot.domain.errors import Conflict, Invalid, NotFound
from folkmoot.domain.groups import groupacts
from folkmoot.domain.mail import outbox, reach, readers, runs
from folkmoot.domain.mail.readers import CONTENT, EVERYBODY
from folkmoot.kit.markup.plain import html_to_text
from folkmoot.kit.markup.sanitise import escape_text
from folkmoot.store.schema.grouplife import group_notices
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

LETTER: Final = "group_text"
"""The outbox kind of these mails; payload: subject, text."""
KINDS: Final = (
    "banned", "joining", "guidelines", "pending", "rejected_sub", "invite", "direct_add", "removed", "goodbye",
    "rejected_post", "locked_topic", "locked_group", "message_member", "monthly_reminder", "sponsorship",
)  # fmt: skip
MAX_NAME, MAX_SUBJECT, MAX_BODY = 200, 500, 200_000
MAX_REASON: Final = 2_000
"""Characters of what a moderator writes about a refusal that are passed on."""
MAX_TEXTS: Final = 200
"""So many texts may one group have."""
MONTH_MS: Final = 30 * 86_400_000
MONTHLY: Final = "group_text"
"""The kind of a run that mails a text of a group to all; its subject is the text."""
_BY_REASON: Final = {
    "rejected_post": (
        "Your message was turned down",
        "A moderator of the group did not let in your message.",
    ),
    "rejected_sub": ("You were not let in", "A moderator of the group did not let you join."),
    "removed": ("You are not a member any more", "A moderator of the group ended your membership."),
    "banned": ("You are not a member any more", "A moderator of the group ended your membership."),
}
"""What is mailed where the group has no text of its own, but a moderator gave a reason."""


class GroupText(msgspec.Struct, frozen=True):
    """A text of a group. *usual*: the one of its kind that is sent by itself. *on_join* … *monthly_subject* matter
    for the guidelines only; *body* is HTML."""

    id: int
    group_id: int
    kind: str
    name: str
    subject: str
    body: str
    usual: int
    on_join: int
    monthly: int
    monthly_special: int
    private: int
    monthly_subject: str
    sent_at: int | None
    created_at: int
    updated_at: int


class TextChange(msgspec.Struct, kw_only=True):
    """What is to be changed; None stays."""

    kind: str | None = None
    name: str | None = None
    subject: str | None = None
    body: str | None = None
    usual: bool | None = None
    on_join: bool | None = None
    monthly: bool | None = None
    monthly_special: bool | None = None
    private: bool | None = None
    monthly_subject: str | None = None


_COLUMNS = [group_notices.c[name] for name in GroupText.__struct_fields__]
_OF = Query(
    sa.select(*_COLUMNS).where(group_notices.c.group_id == p("group_id")).order_by(group_notices.c.id)
)
_BY_ID = Query(sa.select(*_COLUMNS).where(group_notices.c.id == p("id")))
_FOR = Query(
    sa.select(*_COLUMNS)
    .where(group_notices.c.group_id == p("group_id"), group_notices.c.kind == text_p("kind"))
    .order_by(group_notices.c.usual.desc(), group_notices.c.id)
    .limit(1)
)
_GUIDELINES = Query(
    sa.select(group_notices.c.group_id, group_notices.c.private).where(
        in_list(group_notices.c.group_id, "ids"), group_notices.c.kind == "guidelines"
    )
)
_DELETE = Query(sa.delete(group_notices).where(group_notices.c.id == p("id")))
_MONTHLY = Query(
    sa.select(*_COLUMNS).where(
        sa.or_(
            group_notices.c.kind == "monthly_reminder",
            sa.and_(group_notices.c.kind == "guidelines", group_notices.c.monthly == 1),
        ),
        sa.func.coalesce(group_notices.c.sent_at, group_notices.c.created_at) <= p("before"),
    )
)


def of_group(tx: Tx, viewer: Viewer, group_id: int) -> list[GroupText]:
    """All texts of a group. Raises NotFound, Forbidden("change_settings")."""
    require_in_group(standing(tx, viewer, group_id), "change_settings")
    return [GroupText(*row) for row in tx.all(_OF, group_id=group_id)]


def see(tx: Tx, viewer: Viewer, text_id: int) -> GroupText:
    """One text. Raises NotFound("text"), Forbidden("change_settings")."""
    row = tx.one(_BY_ID, id=text_id) if 0 < text_id < 1 << 63 else None
    if row is None:
        raise NotFound(what="text")
    try:
        stands = standing(tx, viewer, row[1])
    except NotFound:
        raise NotFound(what="text") from None
    require_in_group(stands, "change_settings")
    return GroupText(*row)


def guidelines_of(tx: Tx, group_ids: list[int]) -> dict[int, bool]:
    """Whether the guidelines of groups are for members only, by group; those without any are left out."""
    rows = tx.all(_GUIDELINES, ids=group_ids) if group_ids else []
    return {row[0]: bool(row[1]) for row in rows}


def guidelines(tx: Tx, group_id: int) -> GroupText | None:
    """The group's guidelines."""
    return _usual(tx, group_id, "guidelines")


def add(tx: Tx, viewer: Viewer, group_id: int, new: TextChange, *, via: str = "") -> GroupText:
    """Write a text. Raises NotFound, Forbidden, Invalid("name" | "kind" | "subject" | "body"),
    Conflict("guidelines")."""
    require_in_group(standing(tx, viewer, group_id), "change_settings")
    values = _checked(new)
    for field in ("kind", "name", "subject", "body"):
        if not values.get(field):
            raise Invalid(field, "blank")
    if len(tx.all(_OF, group_id=group_id)) >= MAX_TEXTS:
        raise Invalid("name", "too_many")
    id_ = tx.ids.next()
    times = {"created_at": tx.now, "updated_at": tx.now}
    if not tx.insert_new(group_notices, id=id_, group_id=group_id, **values, **times):
        raise Conflict("already have guidelines", code="guidelines")
    groupacts.note(tx, viewer, group_id, "notice", f"wrote the notice {values['name']}", via=via)
    return see(tx, viewer, id_)


def change(tx: Tx, viewer: Viewer, text_id: int, change: TextChange, *, via: str = "") -> GroupText:
    """Change a text; what is None stays. Raises as add."""
    old = see(tx, viewer, text_id)
    values = _checked(change)
    for field in ("kind", "name", "subject", "body"):
        if values.get(field) == "":
            raise Invalid(field, "blank")
    if values.get("kind") == "guidelines":
        held = guidelines(tx, old.group_id)
        if held is not None and held.id != old.id:
            raise Conflict("already have guidelines", code="guidelines")
    tx.update(group_notices, {"id": old.id}, **values, updated_at=tx.now)
    groupacts.note(tx, viewer, old.group_id, "notice", f"changed the notice {old.name}", via=via)
    return see(tx, viewer, old.id)


def delete(tx: Tx, viewer: Viewer, text_id: int, *, via: str = "") -> None:
    """Throw a text away. Raises NotFound("text"), Forbidden."""
    old = see(tx, viewer, text_id)
    tx.run(_DELETE, id=old.id)
    groupacts.note(tx, viewer, old.group_id, "notice", f"deleted the notice {old.name}", via=via)


def _checked(change: TextChange) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: int(value) if isinstance(value, bool) else value
        for name, value in msgspec.structs.asdict(change).items()
        if value is not None
    }
    if "kind" in values and values["kind"] not in KINDS:
        raise Invalid("kind", "unknown")
    for name in ("name", "subject", "monthly_subject"):
        if name in values:
            values[name] = " ".join(str(values[name]).split())
    limits = {"name": MAX_NAME, "subject": MAX_SUBJECT, "monthly_subject": MAX_SUBJECT, "body": MAX_BODY}
    for name, limit in limits.items():
        if len(values.get(name, "")) > limit:
            raise Invalid(name, "too_long")
    if "body" in values and not html_to_text(values["body"]).strip():
        values["body"] = ""
    return values


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────


def _usual(tx: Tx, group_id: int, kind: str) -> GroupText | None:
    row = tx.one(_FOR, group_id=group_id, kind=kind)
    return None if row is None else GroupText(*row)


def tell(
    tx: Tx,
    group_id: int,
    account_id: int,
    kind: str,
    *,
    default: tuple[str, str] | None = None,
    about: str = "",
    reason: str = "",
) -> bool:
    """Mail the group's text of that kind to an account, or *default* (subject, text) where the group has none. What a
    moderator has to say (*reason*) stands below it, and is mailed also where there is no text. *about*: the title of
    the post that is meant. Whether anything was mailed."""
    address = reach.letter_address(tx, group_id, account_id)
    own, reason = _usual(tx, group_id, kind), reason.strip()[:MAX_REASON]
    if own is None and default is None and reason:
        default = _BY_REASON[kind]
    said = (own.subject, html_to_text(own.body).strip()) if own is not None else default
    if not address or said is None:
        return False
    below = [f"Your message: {about}"] if about else []
    below += [f"The moderator writes:\n\n{reason}"] if reason else []
    text = "\n\n".join([said[1], *below])
    html = own.body + "".join(f"<p>{_in_html(part)}</p>" for part in below) if own is not None else ""
    return outbox.queue(
        tx, LETTER, account_id, address, group_id=group_id, subject=said[0], text=text, html=html
    )


def _in_html(text: str) -> str:
    return escape_text(text).replace("\n", "<br>")


def welcome(tx: Tx, group_id: int, account_id: int, kind: str = "joining") -> None:
    """What a new member is told: the text of the way in, and the guidelines where they are sent on joining."""
    from folkmoot.domain.mail import eventmail

    tell(tx, group_id, account_id, kind)
    rules = guidelines(tx, group_id)
    if rules is not None and rules.on_join:
        tell(tx, group_id, account_id, "guidelines")
    eventmail.invite_newcomer(tx, group_id, account_id)


def send_monthly(tx: Tx) -> int:
    """Begin to mail the texts that are due once a month; how many there were. `monthly_step` goes on with each."""
    due = [GroupText(*row) for row in tx.all(_MONTHLY, before=tx.now - MONTH_MS)]
    for text in due:
        tx.update(group_notices, {"id": text.id}, sent_at=tx.now)
        runs.begin(tx, MONTHLY, text.id, text.group_id)
    return len(due)


def monthly_step(tx: Tx, run: runs.Run) -> int | None:
    """Mail a text to the next page of members: those who get what is said, and as a special notice also those who
    get nothing else. The last of them, None where that was all."""
    row = tx.one(_BY_ID, id=run.subject_id)
    if row is None:
        return None
    text = GroupText(*row)
    said = {
        "subject": text.monthly_subject or text.subject,
        "text": html_to_text(text.body).strip(),
        "html": text.body,
    }
    page = readers.page(tx, run.group_id, EVERYBODY if text.monthly_special else CONTENT, run.after)
    for reader in page:
        payload = {**said, "member_id": reader.member_id}
        outbox.insert(tx, LETTER, reader.account_id, reader.address, group_id=run.group_id, payload=payload)
    if page:
        journal.record(tx, journal.MAIL_QUEUED, run.group_id, run.subject_id)
    return page[-1].member_id if len(page) == readers.PAGE else None
