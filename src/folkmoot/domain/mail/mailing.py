"""Mail as it came in, kept with what became of it; and what an export of a group's archive is made of."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from folkmoot.domain.access import PostState, Viewer, require_in_group, see_post, standing
from folkmoot.domain.errors import NotFound
from folkmoot.domain.media import litter
from folkmoot.store import smallmail
from folkmoot.store.schema.posts import mails, posts
from folkmoot.store.sql import Query, in_list, p, text_p
from folkmoot.store.tx import Tx

PAGE = 500
UNPROVEN_SETTING = "unproven_mail"
"""The group's setting: what becomes of mail that its author's domain disowns, or that nobody vouches for."""
UNPROVEN = frozenset({"hold", "reject", "strict"})
"""Its values. hold: what is disowned waits for a moderator; reject: it is refused where the domain asks for that;
strict: also waits what nobody vouches for."""


class MailState(IntEnum):
    """What became of a mail."""

    POSTED = 0
    """It is a post, live or held."""
    DUPLICATE = 1
    """An archive holds it twice; the post is that of the first."""
    UNREADABLE = 2
    """Kept raw, no post."""
    DROPPED = 3
    """Taken and not posted: loops, automatic answers, bounces."""
    REFUSED = 4
    COMMAND = 5
    BOUNCE = 6


class NewMail(msgspec.Struct, kw_only=True):
    """A mail whose bytes are in *blob*; *envelope* and *sep* are what stood around it in its mbox."""

    group_id: int
    blob: str
    message_id: str
    post_id: int | None = None
    state: int = MailState.POSTED
    reason: str = ""
    envelope: str = ""
    sep: str = ""
    from_mbox: bool = False
    sender: str = ""
    fingerprint: str = ""
    proven: str = ""
    """What was found of where it comes from, as JSON; empty where nothing was looked at."""
    raw: bytes | None = None
    """The octets themselves where they are kept beside the row (smallmail.SMALL at most); else they are a blob."""


class Kept(msgspec.Struct, frozen=True):
    """A mail that is here already, by its Message-ID."""

    message_id: str
    blob: str
    fingerprint: str
    post_id: int | None
    state: int


_KEPT = sa.select(
    mails.c.message_id, mails.c.blob, mails.c.fingerprint, mails.c.post_id, mails.c.state, mails.c.id
).where(mails.c.group_id == p("group_id"))
# Unsorted, since SQLite would read the whole group in the order of ids rather than look the names up.
_KNOWN = Query(_KEPT.where(in_list(mails.c.message_id, "message_ids", text=True)))
_KNOWN_ONE = Query(_KEPT.where(mails.c.message_id == text_p("message_id")))
_OF_POST = Query(sa.select(mails.c.blob).where(mails.c.post_id == p("id")).order_by(mails.c.id).limit(1))
_ALL_OF_POST = Query(
    sa.select(mails.c.id, mails.c.blob).where(mails.c.post_id == p("id"), mails.c.blob != "")
)
_NO_BYTES = Query(sa.update(mails).where(in_list(mails.c.id, "ids")).values(blob=""))
_PROVEN = Query(sa.select(mails.c.proven).where(mails.c.post_id == p("id")).order_by(mails.c.id).limit(1))
_ARCHIVE = Query(
    sa.select(
        mails.c.id, mails.c.blob, mails.c.envelope, mails.c.sep, mails.c.from_mbox, mails.c.sender, mails.c.received_at,
        mails.c.post_id,
    )
    .select_from(mails.outerjoin(posts, posts.c.id == mails.c.post_id))
    .where(
        mails.c.group_id == p("group_id"),
        mails.c.id > p("after"),
        sa.or_(
            posts.c.state == int(PostState.LIVE),
            sa.and_(mails.c.post_id.is_(None), mails.c.from_mbox == 1),
        ),
    )
    .order_by(mails.c.id)
    .limit(PAGE)
)  # fmt: skip
_MAILLESS = Query(
    sa.select(posts.c.id)
    .where(
        posts.c.group_id == p("group_id"),
        posts.c.id > p("after"),
        posts.c.state == int(PostState.LIVE),
        posts.c.boost_of_id.is_(None),
        posts.c.message_id == "",
    )
    .order_by(posts.c.id)
    .limit(PAGE)
)
_COUNTS = Query(
    sa.select(mails.c.state, sa.func.count()).where(mails.c.group_id == p("group_id")).group_by(mails.c.state)
)


class Archived(msgspec.Struct, frozen=True):
    """One mail of an archive in the order in which it came."""

    id: int
    blob: str
    envelope: str
    sep: str
    from_mbox: int
    sender: str
    received_at: int
    post_id: int | None


def keep(tx: Tx, new: NewMail) -> int:
    """Write down that a mail came in and what became of it. Returns its id; ids grow in the order of arrival."""
    values: dict[str, Any] = msgspec.structs.asdict(new)
    raw = values.pop("raw")
    values["from_mbox"] = int(new.from_mbox)
    values["state"] = int(new.state)
    id_ = tx.ids.next()
    tx.insert(mails, id=id_, received_at=tx.now, **values)
    if raw is not None:
        smallmail.keep(tx, id_, raw)
    return id_


def one_at_a_time(tx: Tx, group_id: int, message_id: str) -> None:
    """Let no other transaction take the same mail into the group until this one ends."""
    tx.alone(f"mail {message_id}", group_id)


def known(tx: Tx, group_id: int, message_ids: list[str]) -> dict[str, list[Kept]]:
    """The mails of a group that bear one of these Message-IDs, oldest first."""
    found: dict[str, list[Kept]] = {}
    if len(message_ids) == 1:
        rows = tx.all(_KNOWN_ONE, group_id=group_id, message_id=message_ids[0])
    else:
        rows = tx.all(_KNOWN, group_id=group_id, message_ids=message_ids)
    for row in sorted(rows, key=lambda row: int(row[5])):
        found.setdefault(row[0], []).append(Kept(*row[:5]))
    return found


def blob_of_post(tx: Tx, post_id: int) -> str | None:
    """Where the raw mail is that a post was made from, None for posts from other doors."""
    found: str | None = tx.value(_OF_POST, id=post_id)
    return found


def forget_bytes(tx: Tx, post_id: int) -> None:
    """A post is deleted: what it was made from goes too; that the mail was here stays known, so that it does not come
    back."""
    rows = tx.all(_ALL_OF_POST, id=post_id)
    if rows:
        ids = [row[0] for row in rows]
        tx.run(_NO_BYTES, ids=ids)
        smallmail.drop(tx, ids)
        litter.drop(tx, *(row[1] for row in rows))


def proven_of_post(tx: Tx, post_id: int) -> str:
    """What the mail that a post was made from proved of its origin (JSON); empty where nobody looked."""
    return str(tx.value(_PROVEN, id=post_id) or "")


def archived(tx: Tx, group_id: int, after: int = 0) -> list[Archived]:
    """Mails of a group's archive beyond the id *after*, 500 at a time: those whose post lives, and what an
    imported mbox held that could not be read.
    """
    return [Archived(*row) for row in tx.all(_ARCHIVE, group_id=group_id, after=after)]


def mailless_posts(tx: Tx, group_id: int, after: int = 0) -> list[int]:
    """Living posts of a group that came by other doors than mail, 500 beyond the id *after*."""
    return tx.column(_MAILLESS, group_id=group_id, after=after)


class Details(msgspec.Struct, frozen=True):
    """A mail behind a post, for moderators; *proven* is what was found of where it comes from (JSON, or empty)."""

    id: int
    state: int
    reason: str
    sender: str
    message_id: str
    received_at: int
    proven: str


_DETAILS = Query(
    sa.select(*(mails.c[name] for name in Details.__struct_fields__))
    .where(mails.c.post_id == p("id"))
    .order_by(mails.c.id)
    .limit(1)
)


def details(tx: Tx, viewer: Viewer, post_id: int) -> Details | None:
    """The mail that a post of a group came by, None for one from another door. Raises NotFound, Forbidden."""
    seen = see_post(tx, viewer, post_id)
    if seen.group_id is None:
        raise NotFound(what="mail")
    require_in_group(standing(tx, viewer, seen.group_id), "approve")
    row = tx.one(_DETAILS, id=post_id)
    return None if row is None else Details(*row)


def counts(tx: Tx, group_id: int) -> dict[int, int]:
    """How many mails of a group are in each MailState."""
    return {row[0]: row[1] for row in tx.all(_COUNTS, group_id=group_id)}
